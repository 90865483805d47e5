"""Why a unit stands where it stands: what its figures say, as ids and figures that `words/why.py` makes sentences of.

Only stored figures and what follows from them exactly; the same card always gives the same reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from chiso.ranking.movement import Movement
from chiso.ranking.position import Position
from chiso.ranking.rules import Measure

GROUPS = ("standing", "lost", "good", "weak", "moved", "caveat")
# Why two dispatches are not compared; words/why.py has a sentence for each.
NO_COMPARISON = (
    "first",  # no earlier dispatch
    "reorganised",  # units came, went or changed in between
    "other-set",  # another set of indicators
    "other-period",  # another kind of period
    "no-figure",  # the unit has no figure in one of the two
)
SMALL = 30  # a denominator below this makes one dossier weigh more than 3 percentage points


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of the unit, as printed. `value` is None where its peers have a figure and it has none.

    `part`: its points are an addend of the total. `position` is None where the figure was not compared; `nation` is
    what the national average measures by (a share: its ratio).
    """

    key: str  # code of the indicator
    name: str
    kind: str  # "score", "percent", "count", "share"
    value: Decimal | None
    out_of: Decimal | None = None  # of a score the printed maximum, of a share the total
    direction: str = ""
    part: bool = False
    position: Position | None = None
    nation: Measure | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """All that the reasons are made of. `total` is what the page leads with: the composite index, or for units
    that have none any other indicator. `names` are those of the peers as the reader may see them (anonymous or not).
    """

    total: Line | None
    lines: tuple[Line, ...] = ()  # the others, in the order of the indicators
    movement: Movement | None = None  # of the total
    no_comparison: str = ""  # one of NO_COMPARISON, where there is no movement and this is to be said
    provisional: bool = False  # the period still runs
    names: Mapping[str, str] = field(default_factory=dict)  # unit -> its name


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what belongs to it: "57,72/100", "85,23%"."""

    value: Decimal
    out_of: Decimal | None
    kind: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A distance or change in the unit of its kind: points, percentage points, or a plain number."""

    value: Decimal
    kind: str
    signed: bool = False


Param = str | int | Decimal | Figure | Amount | tuple[str, ...] | tuple[tuple[str, Amount], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence to be. `group` is one of GROUPS; `key` the indicator that it is about ("" for none)."""

    id: str
    params: Mapping[str, Param]
    group: str
    key: str = ""


def reasons(card: Card) -> tuple[Reason, ...]:
    """By group, in the order of GROUPS."""
    return ()
