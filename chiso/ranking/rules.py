"""Who stands where among peers: standard competition ranking, 1-2-2-4.

Peers are chosen by the caller (one level under the issuer, valid at the data date); these rules only order them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chiso.values.number import Kind

Measure = Decimal | Fraction
HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True, slots=True)
class Place:
    """A unit's place. `rank` is None where it has none: figure missing, no direction, or nobody to compare with.
    `rank_of` counts the peers that have a figure, missing ones not among them."""

    rank: int | None
    rank_of: int
    tied: bool


def ratio(value: Decimal, out_of: Decimal | None) -> Fraction | None:
    """Done of total, exact, so that 37/37 equals 11/11. None without a total, or with a total of 0."""
    return Fraction(value) / Fraction(out_of) if out_of else None


def measure(kind: Kind, value: Decimal, out_of: Decimal | None) -> Measure | None:
    """What a figure ranks by: a share by its ratio, everything else by its printed value."""
    return ratio(value, out_of) if kind == Kind.SHARE else value


def better(one: Measure, other: Measure, *, direction: str) -> bool:
    """Whether `one` stands strictly above `other`. Nothing is better where no direction is given."""
    if direction == HIGHER:
        return one > other
    return direction == LOWER and one < other


def rank(items: Sequence[tuple[str, Measure | None]], *, direction: str) -> dict[str, Place]:
    """The place of each (unit, measure) among all of them; `direction` is "higher", "lower" or "" (not ranked).

    Equal measures share the rank of the first of them and the next rank is skipped. Raises ValueError where
    a unit comes twice: whose figure counts is not for a ranking to guess.
    """
    if len({unit for unit, _ in items}) != len(items):
        raise ValueError("a unit can stand only once among its peers")
    present = [figure for _, figure in items if figure is not None]
    ranked = len(present) > 1 and direction in (HIGHER, LOWER)
    first = _first_places(present, direction) if ranked else {}
    times = Counter(present) if ranked else Counter()
    return {
        unit: Place(first.get(figure), len(present), times[figure] > 1)
        if figure is not None
        else Place(None, len(present), False)
        for unit, figure in items
    }


def _first_places(figures: list[Measure], direction: str) -> dict[Measure, int]:
    places: dict[Measure, int] = {}
    for place, figure in enumerate(sorted(figures, reverse=direction == HIGHER), start=1):
        places.setdefault(figure, place)
    return places
