"""Two editions side by side: which figures differ, and which ranks moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q

from chiso.models import Edition, Indicator, Result, Unit
from chiso.queries import case, standing
from chiso.queries import edition as editions
from chiso.queries.sight import WHOLE, Sight

Key = tuple[int, int]  # (indicator, unit)
Place = tuple[int, int, str]  # (indicator, unit, peers)
AnyKey = TypeVar("AnyKey", Key, Place)
Said = TypeVar("Said")
Pair = tuple[standing.Place | None, standing.Place | None]


@dataclass(frozen=True, slots=True)
class Moved:
    """One unit's rank by one indicator among one group of peers, in both editions; None where it has none."""

    indicator: Indicator
    unit: Unit
    peers: str
    before: standing.Place | None
    after: standing.Place | None

    @property
    def lift(self) -> float:
        """How far it went up, as a share of the whole list (from last to first is 1); below 0 it went down."""
        return _lift(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure in both editions; None where an edition has none."""

    indicator: Indicator
    unit: Unit
    before: Result | None
    after: Result | None
    places: tuple[Moved, ...]  # where it stands among its peers, whether that changed or not


@dataclass(frozen=True, slots=True)
class Comparison:
    before: Edition
    after: Edition
    figures: tuple[Changed, ...]  # in the order of the indicators, then of the units
    shifted: tuple[Moved, ...]  # ranks that moved although the unit's own figure stayed
    unchanged: int
    nameless: int  # figures that differ of units which the reader does not meet by name

    @property
    def headline_differs(self) -> bool:
        return case.headline(self.before) != case.headline(self.after)


def comparison(edition: Edition, sight: Sight = WHOLE) -> Comparison | None:
    """A correction beside the edition that it corrects; None for a first edition."""
    earlier = editions.corrected(edition)
    return compare(earlier, edition, sight) if earlier else None


def compare(before: Edition, after: Edition, sight: Sight = WHOLE) -> Comparison:
    """8 SQL queries, and those of the ranks of an edition that is still open."""
    merged = Unit.objects.lasting()
    old, new = lasting(_printed(before), merged), lasting(_printed(after), merged)
    every = {key for key in old | new if old.get(key) != new.get(key)}
    changed = {key for key in every if sight.names(key[1])}
    moves = {place: pair for place, pair in _moves(before, after, merged).items() if sight.names(place[1])}
    shifted = [place for place, pair in moves.items() if place[:2] not in changed and _differs(*pair)]
    shown = _Names([*changed, *(place[:2] for place in shifted)])
    figures = (_figures(before, changed, merged), _figures(after, changed, merged))
    return Comparison(
        before,
        after,
        tuple(_changed(key, figures, moves, shown) for key in shown.in_order(changed)),
        tuple(_moved(place, moves[place], shown) for place in shown.in_order(shifted)),
        len((old.keys() & new.keys()) - every),
        len(every - changed),
    )


def movers(before: Edition, after: Edition, most: int) -> tuple[Moved, ...]:
    """Who went furthest up or down among a whole level."""
    moves = _moves(before, after, Unit.objects.lasting())
    pairs = {place: pair for place, pair in moves.items() if ":" not in place[2] and _lift(*pair)}
    largest = sorted(pairs, key=lambda place: (-abs(_lift(*pairs[place])), place))[:most]
    shown = _Names([place[:2] for place in largest])
    return tuple(_moved(place, pairs[place], shown) for place in largest)


class _Names:
    """Units and indicators by their keys, in the order in which a reader expects them."""

    def __init__(self, keys: Collection[Key]) -> None:
        self.indicators = Indicator.objects.in_bulk({indicator for indicator, _unit in keys})
        self.units = Unit.objects.select_related("parent").in_bulk({unit for _indicator, unit in keys})

    def in_order(self, keys: Collection[AnyKey]) -> list[AnyKey]:
        def place(key: AnyKey) -> tuple[int, int, int, str, str]:
            indicator, unit = self.indicators[key[0]], self.units[key[1]]
            return indicator.order, indicator.pk, unit.order, unit.sort_key, str(key[2:])

        return sorted(keys, key=place)


def _printed(edition: Edition) -> dict[Key, tuple[object, ...]]:
    rows = Result.objects.filter(edition=edition).values_list("indicator_id", "unit_id", "value", "out_of", "printed")
    return {(indicator, unit): tuple(rest) for indicator, unit, *rest in rows}


def lasting(told: Mapping[AnyKey, Said], merged: Mapping[int, int]) -> dict[AnyKey, Said]:
    """The same under the record that stands for each unit since; of two that meet there, that record's own."""
    found: dict[Any, Said] = {}
    for key in sorted(told, key=lambda place: place[1] not in merged):
        parts: list[Any] = list(key)
        parts[1] = merged.get(key[1], key[1])
        found[tuple(parts)] = told[key]
    return found


def _figures(edition: Edition, keys: Collection[Key], merged: Mapping[int, int]) -> dict[Key, Result]:
    indicators, units = {key[0] for key in keys}, {key[1] for key in keys}
    records = units | {gone for gone, kept in merged.items() if kept in units}
    rows = Result.objects.filter(Q(edition=edition, indicator__in=indicators), unit__in=records)
    return lasting({(row.indicator_id, row.unit_id): row for row in rows.select_related("source")}, merged)


def _moves(before: Edition, after: Edition, merged: Mapping[int, int]) -> dict[Place, Pair]:
    """Every place of the two editions, old and new."""
    slugs = Unit.objects.lasting("slug") if merged else {}
    old, new = (lasting(_places(edition, slugs), merged) for edition in (before, after))
    return {place: (old.get(place), new.get(place)) for place in sorted(old | new)}


def _places(edition: Edition, slugs: Mapping[str, str]) -> dict[Place, standing.Place]:
    found = {}
    for place in standing.ranks(edition):
        level, within, parent = place.peers.partition(":")
        found[place.indicator_id, place.unit_id, level + within + slugs.get(parent, parent)] = place
    return found


def _differs(before: standing.Place | None, after: standing.Place | None) -> bool:
    return before is None or after is None or (before.rank, before.rank_of) != (after.rank, after.rank_of)


def _lift(before: standing.Place | None, after: standing.Place | None) -> float:
    """A list one unit shorter moves everybody up by a rank and nobody in it: last of 9 stays last as 7 of 7."""
    return _share(before) - _share(after) if before and after else 0.0


def _share(place: standing.Place) -> float:
    """0 for the first, 1 for the last; nobody is ranked alone."""
    return (place.rank - 1) / (place.rank_of - 1)


def _moved(place: Place, pair: Pair, shown: _Names) -> Moved:
    indicator, unit, peers = place
    return Moved(shown.indicators[indicator], shown.units[unit], peers, *pair)


def _changed(
    key: Key, figures: tuple[dict[Key, Result], dict[Key, Result]], moves: dict[Place, Pair], shown: _Names
) -> Changed:
    indicator, unit = shown.indicators[key[0]], shown.units[key[1]]
    places = tuple(_moved(place, pair, shown) for place, pair in moves.items() if place[:2] == key)
    return Changed(indicator, unit, figures[0].get(key), figures[1].get(key), places)
