"""The figures of a unit and of its peers in two editions, as the plain rules take them.

Peers are those that the kept ranks name; in a draft, the units that would be ranked. Where the reader meets peers
without their names they are called as on the board: by their place in its list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from chiso.models import Edition, Indicator, Level, Result, Standing, Unit, User
from chiso.queries import marks, series, standing
from chiso.queries.sight import Sight
from chiso.ranking import position as rules
from chiso.ranking.rules import Measure, measure, rank
from chiso.values.number import Kind

ALONE = (Level.NATION, Level.PROVINCE)  # levels whose units have no peers here


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


_FIELDS = (
    "edition_id", "indicator_id", "unit_id", "unit__merged_into_id", "unit__level", "unit__name", "unit__parent_id",
    "unit__parent__slug", "value", "out_of", "printed", "cell", "source__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Among:
    """A unit among its peers by one indicator. `items` are keyed by the units' ids as texts, `names` by the same;
    `position` is None where it has no peers."""

    key: str
    items: tuple[tuple[str, Measure | None], ...]
    names: Mapping[str, str]
    position: rules.Position | None


class Figures:
    """What is stored of one unit in a series of editions, and of its peers in `now` and `before`; 3 SQL queries."""

    def __init__(
        self, unit: Unit, user: User, *, now: Edition, before: Edition | None, editions: Collection[Edition]
    ) -> None:
        self.unit = unit
        self._own: dict[tuple[int, int], Row] = {}
        self._nation: dict[tuple[int, int], Row] = {}
        self._peers: dict[tuple[int, int], dict[int, Row]] = defaultdict(dict)
        self._places: dict[tuple[int, int], list[standing.Place]] = defaultdict(list)
        self._ranked: dict[tuple[int, int], set[int]] = defaultdict(set)
        self._published = {one.pk for one in editions if one.is_published}
        self._disputed = marks.disputed([now], user)
        compared = [one for one in (now, before) if one is not None]
        self._read(compared, [one.pk for one in editions])
        self._read_places(compared, [one.pk for one in editions])

    def own(self, edition: Edition | None, indicator: int) -> Row | None:
        return self._own.get((edition.pk, indicator)) if edition else None

    def disputed(self, edition: Edition, indicator: int) -> int | None:
        """The reply by which the unit's figure, or the lack of one, is disputed in `now`, for who is told of it."""
        return self._disputed.get((edition.pk, self.unit.pk, indicator))

    def nation(self, edition: Edition, indicator: int) -> Row | None:
        return self._nation.get((edition.pk, indicator))

    def indicators(self, edition: Edition) -> set[int]:
        """Those by which the unit has a figure, or its peers have one (the nation, where it has no peers)."""
        rows = (*self._own, *self._nation) if self.unit.level in ALONE else (*self._own, *self._peers)
        return {indicator for pk, indicator in rows if pk == edition.pk}

    def places(self, edition: Edition, indicator: Indicator) -> tuple[standing.Place, ...]:
        """Among the whole level first, then within the parent; in a draft worked out by the plain rule."""
        if edition.pk in self._published:
            return tuple(self._places[edition.pk, indicator.pk])
        rows = self._peers[edition.pk, indicator.pk]
        groups = [(str(self.unit.level), list(rows.values()))]
        if len({row.parent for row in rows.values()}) > 1:
            beside = [row for row in rows.values() if row.parent == self.unit.parent_id]
            groups.append((f"{self.unit.level}:{beside[0].parent_slug}" if beside else "", beside))
        return tuple(place for peers, among in groups if (place := self._drafted(indicator, peers, among)) is not None)

    def among(self, edition: Edition, indicator: Indicator, sight: Sight) -> Among:
        key = str(self.unit.pk)
        if self.unit.level in ALONE:
            own = self.own(edition, indicator.pk)
            return Among(key, ((key, own.measured(indicator.kind) if own else None),), {}, None)
        rows = self._compared(edition, indicator)
        items = tuple((str(unit), row.measured(indicator.kind)) for unit, row in rows.items())
        if self.unit.pk not in rows:
            items = (*items, (key, None))
        place = rules.position(items, key, direction=indicator.direction)
        return Among(key, items, _names(rows, items, indicator.direction, sight), place)

    def _compared(self, edition: Edition, indicator: Indicator) -> dict[int, Row]:
        """Those that were ranked together; where nobody was, all that have a figure."""
        rows, ranked = self._peers[edition.pk, indicator.pk], self._ranked[edition.pk, indicator.pk]
        if not ranked:
            return rows
        return {unit: row for unit, row in rows.items() if unit in ranked or unit == self.unit.pk}

    def _drafted(self, indicator: Indicator, peers: str, rows: Iterable[Row]) -> standing.Place | None:
        items = [(str(row.unit), row.measured(indicator.kind)) for row in rows]
        place = rank(items, direction=indicator.direction).get(str(self.unit.pk))
        if place is None or place.rank is None:
            return None
        return standing.Place(indicator.pk, self.unit.pk, peers, place.rank, place.rank_of, place.tied)

    def _read(self, compared: list[Edition], editions: list[int]) -> None:
        own = Q(unit__in=series.records(self.unit), edition__in=editions)
        beside = Q(unit__level=Level.NATION)
        wanted = own
        for one in compared:
            peers = Q(unit__level=self.unit.level) if self.unit.level not in ALONE else Q(pk=None)
            if not one.is_published:
                peers &= Q(unit__in=standing.peers_of(one).order_by().values("pk"))
            wanted |= Q(edition=one.pk) & (peers | beside)
        order = ["unit__order", "unit__sort_key", "unit__slug"]
        for fields in Result.objects.filter(wanted).order_by(*order).values_list(*_FIELDS):
            self._take(Row(*fields))

    def _take(self, row: Row) -> None:
        """Of two records that meet under one unit, that unit's own counts."""
        key = (row.edition, row.indicator)
        if row.unit == self.unit.pk and (row.merged is None or key not in self._own):
            self._own[key] = row
        if row.level == Level.NATION:
            self._nation[key] = row
        if row.level == self.unit.level and (row.merged is None or row.unit not in self._peers[key]):
            self._peers[key][row.unit] = row

    def _read_places(self, compared: list[Edition], editions: list[int]) -> None:
        merged = {row.record: row.unit for rows in self._peers.values() for row in rows.values()}
        own = Q(unit__in=series.records(self.unit), edition__in=editions)
        peers = Q(edition__in=[one.pk for one in compared], peers=self.unit.level)
        found = Standing.objects.filter(own | peers).order_by("peers")
        for edition, *fields in found.values_list("edition_id", *standing.FIELDS):
            place = standing.Place(*fields)
            unit = merged.get(place.unit_id, place.unit_id)
            key = (edition, place.indicator_id)
            if place.peers == self.unit.level:
                self._ranked[key].add(unit)
            own_row = self._own.get(key)
            if own_row is not None and own_row.record == place.unit_id:
                self._places[key].append(place)


def _names(
    rows: Mapping[int, Row], items: tuple[tuple[str, Measure | None], ...], direction: str, sight: Sight
) -> dict[str, str]:
    if sight.whole:
        return {str(unit): row.name for unit, row in rows.items()}
    places = rank(items, direction=direction)

    def as_on_the_board(unit: int) -> tuple[bool, int, Decimal, str]:
        row, place = rows[unit], places[str(unit)].rank
        return place is None, place or 0, -(row.out_of or Decimal(0)), row.printed

    listed = sorted(rows, key=as_on_the_board)
    return {str(unit): sight.called(unit, rows[unit].name, number) for number, unit in enumerate(listed, start=1)}
