"""A unit among its peers by one indicator. Of a published board those beside the unit are known at once; the figures of
all others are read only where something is supposed, or where what publication keeps does not tell enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, Protocol

from chiso.models import Edition, Indicator
from chiso.queries import standing
from chiso.queries.near import Beside, Kept
from chiso.queries.sight import Sight
from chiso.ranking import position as rules
from chiso.ranking.position import Items
from chiso.ranking.rules import Measure, Place, measure, rank
from chiso.ranking.shown import MOST
from chiso.ranking.why import MOST_NAMED
from chiso.values.number import Kind, plain


class Row(NamedTuple):
    """One stored figure with what its unit is. `record` is the unit's key, `unit` that of the record it stands for."""

    edition: int
    indicator: int
    record: int
    merged: int | None
    level: str
    name: str
    parent: int | None
    parent_slug: str | None
    value: Decimal
    out_of: Decimal | None
    printed: str
    cell: str
    file: str | None

    @property
    def unit(self) -> int:
        return self.merged or self.record

    def measured(self, kind: str) -> Measure | None:
        return measure(Kind(kind), self.value, self.out_of)


class Columns(Protocol):
    """Where the figures of all peers are read."""

    def read(self, columns: Iterable[tuple[Edition, Indicator]]) -> None: ...

    def column(self, edition: Edition, indicator: Indicator) -> Mapping[int, Row]: ...


@dataclass(frozen=True)
class Column:
    """The figures of all peers by one indicator, as far as they are asked for. `own` is the unit's key as a text, and
    one of the items, with a figure or without."""

    own: str
    of: Columns
    edition: Edition
    indicator: Indicator
    sight: Sight

    @cached_property
    def items(self) -> Items:
        rows = self.of.column(self.edition, self.indicator)
        found = _items(rows, self.indicator)
        return found if int(self.own) in rows else (*found, (self.own, None))

    @cached_property
    def names(self) -> Mapping[str, str]:
        rows = self.of.column(self.edition, self.indicator)
        return _names(rows, _items(rows, self.indicator), self.indicator.direction, self.sight)


class Names(Mapping[str, str]):
    """What the peers are called: those beside the unit, and all others once they are asked for."""

    def __init__(self, beside: Mapping[str, str], column: Column) -> None:
        self._beside, self._column = beside, column

    def __getitem__(self, unit: str) -> str:
        return self._beside[unit] if unit in self._beside else self._column.names[unit]

    def __iter__(self) -> Iterator[str]:
        return iter(self._column.names)

    def __len__(self) -> int:
        return len(self._column.names)


@dataclass(frozen=True)
class Among:
    """`position` is None where it has no peers; `places` are the most decimals of a figure. `beside` are the figures
    of who is named, keyed by the units' ids as texts as are `names`."""

    position: rules.Position | None
    places: int
    beside: Mapping[str, Measure | None]
    names: Mapping[str, str]
    column: Column
    supposed: Measure | None = None  # another figure of the unit's own

    @property
    def key(self) -> str:
        return self.column.own

    @property
    def items(self) -> Items:
        if self.supposed is None:
            return self.column.items
        return tuple((unit, self.supposed if unit == self.key else figure) for unit, figure in self.column.items)

    def figure(self, unit: str) -> Measure | None:
        return self.beside[unit] if unit in self.beside else dict(self.items)[unit]

    def supposing(self, own: Measure) -> Among:
        """With another figure of its own; asks for those of all peers."""
        direction = self.column.indicator.direction
        found = replace(self, supposed=own)
        where = rules.position(found.items, self.key, direction=direction) if self.position else None
        return replace(found, position=where, places=_places(found.items), beside={})


def together(several: Iterable[Among]) -> None:
    """Asks for the figures of all peers of several in one SQL query."""
    columns = [among.column for among in several if among.position is not None]
    for one in columns[:1]:
        one.of.read([(each.edition, each.indicator) for each in columns])


def alone(column: Column, own: Measure | None) -> Among:
    """Without peers."""
    vars(column)["items"] = ((column.own, own),)
    return Among(None, _places(column.items), dict(column.items), {}, column)


def among_all(column: Column) -> Among:
    items = column.items
    where = rules.position(items, column.own, direction=column.indicator.direction)
    return Among(where, _places(items), dict(items), Names({}, column), column)


def as_kept(column: Column, kept: Kept, place: standing.Place | None, beside: Sequence[Beside]) -> Among:
    """The same as publication kept it, of figures that are no shares."""
    figures = {str(each.unit): each.value for each in beside}
    names = Names(_names_beside(beside, column.sight), column)
    return Among(_position(column.own, kept, place, beside), kept.decimals, figures, names, column)


def _position(own: str, kept: Kept, place: standing.Place | None, beside: Sequence[Beside]) -> rules.Position:
    decimals = min(kept.decimals + 1, MOST)
    middle, mean = _median(kept), _mean(kept)
    if place is None:
        nowhere = Place(None, kept.ranked or kept.figures, False)
        return rules.Position(nowhere, (), None, None, None, None, middle, mean, "", decimals)
    group = [each for each in beside if each.rank == place.rank]
    value, alike = group[0].value, group[0].alike
    ahead = [each for each in beside if each.rank < place.rank]
    above = max(ahead, key=lambda each: each.rank, default=None)  # of several the first
    first = min(ahead, key=lambda each: each.rank, default=None)
    return rules.Position(
        place=Place(place.rank, place.rank_of, place.tied),
        tied_with=tuple(key for each in group if (key := str(each.unit)) != own) if alike <= MOST_NAMED else (),
        above=str(above.unit) if above else None,
        to_next=rules.distance(above.value, value) if above else None,
        first=str(first.unit) if first else own,
        to_first=rules.distance(first.value if first else value, value),
        median=middle,
        mean=mean,
        third=rules.third(place.rank, place.rank_of, alike - 1),
        decimals=decimals,
        alike=alike,
    )


def _median(kept: Kept) -> Measure | None:
    """Of an even number it lies between two figures."""
    if kept.median is None:
        return None
    return kept.median if kept.figures % 2 else Fraction(kept.median)


def _mean(kept: Kept) -> Fraction | None:
    if kept.mean is None:
        return None
    return Fraction(kept.mean) if kept.total is None else kept.total / kept.figures


def _names_beside(beside: Sequence[Beside], sight: Sight) -> dict[str, str]:
    """As on the board, by their place in its list; of too many with one figure the first one is known."""
    if sight.whole:
        return {str(each.unit): each.name for each in beside}
    called: dict[str, str] = {}
    for at in {each.rank for each in beside}:
        group = [each for each in beside if each.rank == at]
        group.sort(key=lambda each: sight.among_equals(each.unit))
        called |= {str(each.unit): sight.called(each.unit, each.name, at + place) for place, each in enumerate(group)}
    return called


def _items(rows: Mapping[int, Row], indicator: Indicator) -> Items:
    return tuple((str(unit), row.measured(indicator.kind)) for unit, row in rows.items())


def _names(rows: Mapping[int, Row], items: Items, direction: str, sight: Sight) -> dict[str, str]:
    if sight.whole:
        return {str(unit): row.name for unit, row in rows.items()}
    places = rank(items, direction=direction)

    def as_on_the_board(unit: int) -> tuple[bool, int, bool]:
        place = places[str(unit)].rank
        return place is None, place or 0, sight.among_equals(unit)

    listed = sorted(rows, key=as_on_the_board)
    return {str(unit): sight.called(unit, rows[unit].name, number) for number, unit in enumerate(listed, start=1)}


def _places(items: Items) -> int:
    return max((len(plain(each).partition(".")[2]) for _unit, each in items if isinstance(each, Decimal)), default=0)
