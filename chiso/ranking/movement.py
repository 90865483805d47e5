"""How a unit moved between two dispatches: its own change against that of its peers, and part by part.

Whether two dispatches may be compared at all (same issuer, kind of period, set of indicators, no reorganisation) is
for the caller to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chiso.ranking.position import Items, difference, mean
from chiso.ranking.rules import Measure, Place, rank
from chiso.ranking.shown import decimals_of


@dataclass(frozen=True, slots=True)
class Movement:
    """change = now - before = peers_change + relative = the sum of `parts` + rest, each exactly.

    `peers_change` is the mean change of the other peers that have both figures; None, and `relative` with it, where
    there are none. `parts` are those with a figure in both dispatches, in the order of today's; what the total moved
    beside them (parts that came or went, a total that is not their sum) is `rest`. `among_both` is the rank before and
    now among those alone that have both figures, None where nobody else has. `decimals` are those of what is worked out
    from the figures of both.
    """

    before: Measure
    now: Measure
    change: Measure
    peers_change: Measure | None
    relative: Measure | None
    rank_before: int | None
    rank_now: int | None
    parts: tuple[tuple[str, Decimal], ...]
    rest: Measure
    rank_of_before: int
    rank_of_now: int
    peers: int  # how many the mean of the others is over
    among_both: tuple[int, int] | None
    decimals: int
    tied_before: bool = False  # whether others had the same rank, and
    tied_now: bool = False
    tied_both: tuple[bool, bool] = (False, False)  # the same before and now among those alone that have both figures


@dataclass(frozen=True, slots=True)
class Peers:
    """What the other peers did, and the unit's places before and now among all, and among those with both figures."""

    change: Fraction | None
    count: int
    places: tuple[Place, Place]
    among_both: tuple[int, int] | None
    decimals: int
    tied_both: tuple[bool, bool] = (False, False)  # whether others share these ranks


def movement(
    now: Items,
    before: Items,
    unit: str,
    *,
    direction: str,
    parts_now: Mapping[str, Decimal],
    parts_before: Mapping[str, Decimal],
) -> Movement | None:
    """None where the unit lacks one of its two figures."""
    today, earlier = dict(now), dict(before)
    own, own_before = today.get(unit), earlier.get(unit)
    if own is None or own_before is None:
        return None
    others = _changes(today, earlier, unit)
    places = rank(before, direction=direction)[unit], rank(now, direction=direction)[unit]
    ranks, ties = _among_both(today, earlier, unit, direction)
    decimals = decimals_of([*today.values(), *earlier.values()])
    peers = Peers(mean(others), len(others), places, ranks, decimals, ties)
    return moved(own, own_before, peers, parts_now=parts_now, parts_before=parts_before)


def moved(
    now: Measure,
    before: Measure,
    peers: Peers,
    *,
    parts_now: Mapping[str, Decimal],
    parts_before: Mapping[str, Decimal],
) -> Movement:
    """The same of a unit that has both figures, where it is known what its peers did."""
    change = difference(now, before)
    parts = tuple((key, parts_now[key] - parts_before[key]) for key in parts_now if key in parts_before)
    was, place = peers.places
    return Movement(
        before=before,
        now=now,
        change=change,
        peers_change=peers.change,
        relative=None if peers.change is None else Fraction(change) - peers.change,
        rank_before=was.rank,
        rank_now=place.rank,
        parts=parts,
        rest=difference(change, sum((each for _, each in parts), Decimal(0))),
        rank_of_before=was.rank_of,
        rank_of_now=place.rank_of,
        peers=peers.count,
        among_both=peers.among_both,
        decimals=peers.decimals,
        tied_before=was.tied,
        tied_now=place.tied,
        tied_both=peers.tied_both,
    )


def _among_both(
    now: Mapping[str, Measure | None], before: Mapping[str, Measure | None], unit: str, direction: str
) -> tuple[tuple[int, int] | None, tuple[bool, bool]]:
    both = [peer for peer, figure in now.items() if figure is not None and before.get(peer) is not None]
    there, here = (rank([(peer, one[peer]) for peer in both], direction=direction)[unit] for one in (before, now))
    ranks = None if there.rank is None or here.rank is None else (there.rank, here.rank)
    return ranks, (there.tied, here.tied)


def _changes(now: Mapping[str, Measure | None], before: Mapping[str, Measure | None], unit: str) -> list[Measure]:
    both = ((figure, before.get(peer)) for peer, figure in now.items() if peer != unit)
    return [difference(one, other) for one, other in both if one is not None and other is not None]
