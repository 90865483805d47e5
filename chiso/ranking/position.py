"""Where one unit stands among its peers, and how far from whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chiso.ranking.rules import HIGHER, Measure, Place, better, rank
from chiso.ranking.shown import decimals_of

Items = Sequence[tuple[str, Measure | None]]
FIRST_THIRD, MIDDLE_THIRD, LAST_THIRD = "first", "middle", "last"


@dataclass(frozen=True, slots=True)
class Position:
    """A unit among its peers. Distances are never negative; without a rank there is nobody to stand away from.

    `above` has the nearest strictly better figure (None for the first), `first` the best one (the unit itself where
    it is first); of several that are equal, the first as given. `median` and `mean` are over every peer that has a
    figure, the unit among them, whether ranked or not. `third` is "first", "middle", "last" or "" (no rank): a tie
    counts as a whole, so that eight of nine who share a figure are neither the first third nor the last. `decimals` are
    those of what is worked out from these figures. `alike` counts those of its figure, itself among them; `tied_with`
    are the others, or nobody where they are too many to be named.
    """

    place: Place
    tied_with: tuple[str, ...]
    above: str | None
    to_next: Measure | None
    first: str | None
    to_first: Measure | None
    median: Measure | None
    mean: Measure | None
    third: str
    decimals: int
    alike: int = 1


def position(items: Items, unit: str, *, direction: str) -> Position:
    """The unit's place among all of `items`, itself one of them. Raises ValueError where it is not, or comes twice."""
    place = rank(items, direction=direction).get(unit)
    if place is None:
        raise ValueError(f"{unit} is not among its peers")
    present = [(peer, figure) for peer, figure in items if figure is not None]
    figures = [figure for _, figure in present]
    own = dict(items)[unit]
    if own is None or place.rank is None:
        return Position(place, (), None, None, None, None, median(figures), mean(figures), "", decimals_of(figures))
    ahead = [(peer, figure) for peer, figure in present if better(figure, own, direction=direction)]
    above = _best(ahead, "lower" if direction == HIGHER else HIGHER) if ahead else None
    first = _best(ahead, direction) if ahead else (unit, own)
    tied = tuple(peer for peer, figure in present if figure == own and peer != unit)
    return Position(
        place=place,
        tied_with=tied,
        above=above[0] if above else None,
        to_next=distance(above[1], own) if above else None,
        first=first[0],
        to_first=distance(first[1], own),
        median=median(figures),
        mean=mean(figures),
        third=third(place.rank, place.rank_of, len(tied)),
        decimals=decimals_of(figures),
        alike=len(tied) + 1,
    )


def difference(one: Measure, other: Measure) -> Measure:
    """Exact; a decimal where both are (figures have at most 15 digits, so that nothing is rounded)."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one - other
    return Fraction(one) - Fraction(other)


def distance(one: Measure, other: Measure) -> Measure:
    return difference(max(one, other), min(one, other))


def mean(figures: Sequence[Measure]) -> Fraction | None:
    return sum((Fraction(each) for each in figures), Fraction(0)) / len(figures) if figures else None


def median(figures: Sequence[Measure]) -> Measure | None:
    if not figures:
        return None
    ordered = sorted(figures)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else mean(ordered[half - 1 : half + 1])


def _best(items: Sequence[tuple[str, Measure]], direction: str) -> tuple[str, Measure]:
    best = items[0]
    for item in items[1:]:
        if better(item[1], best[1], direction=direction):
            best = item
    return best


def third(rank: int, rank_of: int, tied: int) -> str:
    """Of a unit that so many others are tied with."""
    if 3 * (rank + tied) <= rank_of:  # as good or better, itself included
        return FIRST_THIRD
    if 3 * (rank_of - rank + 1) <= rank_of:  # as bad or worse
        return LAST_THIRD
    return MIDDLE_THIRD
