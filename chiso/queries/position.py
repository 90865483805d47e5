"""The figures of a unit in a series of editions, and where it stands among its peers in two of them.

Peers are those that the kept ranks name; in a draft, the units that would be ranked. Where the reader meets peers
without their names they are called as on the board: by their place in its list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value

from chiso.models import Edition, Indicator, Level, Result, Standing, Unit, User
from chiso.queries import among, marks, near, series, standing
from chiso.queries.among import Among, Column, Row
from chiso.queries.sight import Sight
from chiso.ranking.movement import Peers
from chiso.ranking.rules import Place, rank
from chiso.ranking.shown import MOST
from chiso.values.number import Kind
from chiso.words.figure import number_text

ALONE = (Level.NATION, Level.PROVINCE)  # levels whose units have no peers here
_FIELDS = (
    "edition_id", "indicator_id", "unit_id", "unit__merged_into_id", "unit__level", "unit__name", "unit__parent_id",
    "unit__parent__slug", "value", "out_of", "printed", "cell", "source__name",
)  # fmt: skip
__all__ = ["ALONE", "Among", "Figures", "Row"]
_ORDER = ("unit__order", "unit__sort_key", "unit__slug")


class _Side(NamedTuple):
    """Those that stand on the boards of both editions, in one of them, and the unit's place among all there."""

    place: Place
    others: int
    ahead: int  # of them, before the unit
    alike: bool  # whether some of them stand with it
    total: Fraction
    decimals: int


class Figures:
    """What is stored of one unit, and of its peers in `now` and `before`; 3 SQL queries. Where what is kept of
    published boards does not tell enough (shares, records that were merged since), all figures of the peers are read
    in one more; so are those of a draft."""

    def __init__(
        self, unit: Unit, user: User, *, now: Edition, before: Edition | None, editions: Collection[Edition],
        indicators: Mapping[int, Indicator], lead: Callable[[Indicator], Any], supposed: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.unit, self.now, self.before = unit, now, before
        self._own: dict[near.Key, Row] = {}
        self._nation: dict[near.Key, Row] = {}
        self._peers: dict[near.Key, dict[int, Row]] = defaultdict(dict)
        self._ranked: dict[near.Key, set[int]] = defaultdict(set)
        self._places: dict[near.Key, list[standing.Place]] = defaultdict(list)
        self._entire: set[int] = set()  # editions, and
        self._columns: set[near.Key] = set()  # their columns, of which all peers are read
        self._disputed = marks.disputed([now], user)
        ordered = sorted(indicators.values(), key=lead)
        self._around = self._kept_around([each.pk for each in ordered])
        self._choose(ordered, supposed)
        self._read([one.pk for one in editions])
        self._take_places({one.pk for one in editions})

    def own(self, edition: Edition | None, indicator: int) -> Row | None:
        return self._own.get((edition.pk, indicator)) if edition else None

    def disputed(self, edition: Edition, indicator: int) -> int | None:
        """The reply by which the unit's figure, or the lack of one, is disputed in `now`, for who is told of it."""
        return self._disputed.get((edition.pk, self.unit.pk, indicator))

    def nation(self, edition: Edition, indicator: int) -> Row | None:
        return self._nation.get((edition.pk, indicator))

    def indicators(self, edition: Edition) -> set[int]:
        """Those by which the unit has a figure, or its peers have one (the nation, where it has no peers)."""
        beside = self._nation if self.unit.level in ALONE else self._peers
        boards = (key for key, board in self._around.boards.items() if board.figures)
        return {indicator for pk, indicator in (*self._own, *beside, *boards) if pk == edition.pk}

    def places(self, edition: Edition, indicator: Indicator) -> tuple[standing.Place, ...]:
        """Among the whole level first, then within the parent; in a draft worked out by the plain rule."""
        if edition.is_published:
            return tuple(self._places[edition.pk, indicator.pk])
        rows = self._peers[edition.pk, indicator.pk]
        groups = [(str(self.unit.level), list(rows.values()))]
        if len({row.parent for row in rows.values()}) > 1:
            beside = [row for row in rows.values() if row.parent == self.unit.parent_id]
            groups.append((f"{self.unit.level}:{beside[0].parent_slug}" if beside else "", beside))
        return tuple(place for peers, among in groups if (place := self._drafted(indicator, peers, among)) is not None)

    def _drafted(self, indicator: Indicator, peers: str, rows: Iterable[Row]) -> standing.Place | None:
        items = [(str(row.unit), row.measured(indicator.kind)) for row in rows]
        place = rank(items, direction=indicator.direction).get(str(self.unit.pk))
        if place is None or place.rank is None:
            return None
        return standing.Place(indicator.pk, self.unit.pk, peers, place.rank, place.rank_of, place.tied)

    # --- Among peers ------------------------------------------------------------------------------
    def among(self, edition: Edition, indicator: Indicator, sight: Sight) -> Among:
        column = Column(str(self.unit.pk), self, edition, indicator, sight)
        if self.unit.level in ALONE:
            own = self.own(edition, indicator.pk)
            return among.alone(column, own.measured(indicator.kind) if own else None)
        kept = self._kept(edition, indicator)
        if kept is None or edition != self.now:
            return among.among_all(column)
        return among.as_kept(column, kept, self._place(edition, indicator), self._around.beside[indicator.pk])

    def peers_moved(self, indicator: Indicator) -> Peers | None:
        """What the others did since `before`, of a unit that is ranked in both; None where that is not kept, so that
        all figures are to be looked at."""
        if self.before is None:
            return None
        was, now = (self._side(edition, indicator) for edition in (self.before, self.now))
        if was is None or now is None:
            return None
        return Peers(
            change=(now.total - was.total) / now.others if now.others else None,
            count=now.others,
            places=(was.place, now.place),
            among_both=(was.ahead + 1, now.ahead + 1) if now.others else None,
            decimals=min(max(was.decimals, now.decimals) + 1, MOST),
            tied_both=(was.alike, now.alike),
        )

    def _side(self, edition: Edition, indicator: Indicator) -> _Side | None:
        """Of the others that stand on both boards; None where what is kept does not tell it."""
        key = edition.pk, indicator.pk
        kept, place, only = self._kept(edition, indicator), self._place(edition, indicator), self._around.only.get(key)
        if kept is None or kept.total is None or place is None or only is None:
            return None
        own = Fraction(self._own[key].value)
        return _Side(
            Place(place.rank, place.rank_of, place.tied), kept.ranked - only.units - 1, place.rank - 1 - only.ahead,
            self._around.alike[key] - 1 > only.alike,
            kept.total - only.total - own, kept.decimals,
        )  # fmt: skip

    def _kept(self, edition: Edition, indicator: Indicator) -> near.Kept | None:
        """Where it tells all, and the unit's own figure is ranked if any is."""
        key = edition.pk, indicator.pk
        kept = self._telling(edition, indicator)
        stands = key not in self._own or self._place(edition, indicator) is not None
        return kept if kept is not None and (stands or not kept.ranked) else None

    def _telling(self, edition: Edition, indicator: Indicator) -> near.Kept | None:
        """Not of shares, whose ratios are kept rounded, nor where a record was merged since or somebody has a figure
        and no rank."""
        key = edition.pk, indicator.pk
        kept = self._around.boards.get(key)
        if kept is None or indicator.kind == Kind.SHARE or key in self._around.merged:
            return None
        ranks = indicator.direction and kept.figures > 1
        return kept if kept.ranked == (kept.figures if ranks else 0) else None

    def _place(self, edition: Edition, indicator: Indicator) -> standing.Place | None:
        places = self._places[edition.pk, indicator.pk]
        return next((each for each in places if each.peers == self.unit.level), None)

    # --- What is asked of the database ------------------------------------------------------------
    def _kept_around(self, leads: list[int]) -> near.Around:
        if self.now.is_published and self.unit.level not in ALONE:
            return near.around(self.unit, self.now, self.before, leads)
        rows = Standing.objects.filter(unit__in=series.records(self.unit)).order_by("peers")
        fields = rows.values_list("edition_id", *standing.FIELDS)
        return near.Around([(edition, standing.Place(*each)) for edition, *each in fields])

    def _choose(self, indicators: Iterable[Indicator], supposed: Mapping[str, str]) -> None:
        """Of what all peers are read; `indicators` are in the order in which they lead. A part that is supposed
        otherwise moves the total."""
        if self.unit.level in ALONE:
            return
        have = [each for each in indicators if self._on_boards(each)]
        if not have:
            self._entire = {one.pk for one in (self.now, self.before) if one is not None}
            return
        asked = [(self.now, each) for each in have if self._telling(self.now, each) is None]
        if self.before is not None:
            first = [(self.now, have[0]), (self.before, have[0])]
            asked += first if any(self._telling(*each) is None for each in first) else []
        moved = [each for each in have if self._differs(each, supposed.get(each.code, ""))]
        asked += [(self.now, have[0] if each.part_of_total else each) for each in moved]
        self._columns = {(edition.pk, each.pk) for edition, each in asked}

    def _differs(self, indicator: Indicator, text: str) -> bool:
        own = self._around.values.get((self.now.pk, indicator.pk))
        return text.strip() not in ("", number_text(own) if own is not None else "")

    def _on_boards(self, indicator: Indicator) -> bool:
        kept = self._around.boards.get((self.now.pk, indicator.pk))
        return kept is not None and kept.figures > 0

    def _read(self, editions: list[int]) -> None:
        """The unit's own figures and the nation's, and what is not told without those of all peers."""
        own = Result.objects.filter(unit__in=series.records(self.unit), edition__in=editions)
        # By its key, not by its level, which no index knows.
        nations = Unit.objects.filter(level=Level.NATION).order_by().values("pk")
        nation = Result.objects.filter(edition=self.now.pk, unit__in=nations)
        if not self._entire and not self._columns:
            # Each by itself: of two such conditions joined by OR, PostgreSQL finds neither by index, and reads every
            # figure there is (a page among 14,000 units and two million figures: 428 ms, so 116).
            self._take(own, nation)
            return
        peers = self._in(self._columns)
        for edition in self._entire:
            there = Q(edition=edition)
            if edition == self.now.pk and not self.now.is_published:
                there &= Q(unit__in=standing.peers_of(self.now).order_by().values("pk"))
            peers |= there
        self._take(own | nation | Result.objects.filter(peers, unit__level=self.unit.level))

    def _in(self, columns: Collection[near.Key]) -> Q:
        wanted = Q()
        for edition in {edition for edition, _each in columns}:
            wanted |= Q(edition=edition, indicator__in=[each for one, each in columns if one == edition])
        return wanted

    def read(self, columns: Iterable[tuple[Edition, Indicator]]) -> None:
        """All peers' figures, unless they are known; one SQL query."""
        keys = {(edition.pk, each.pk) for edition, each in columns if edition.pk not in self._entire} - self._columns
        if keys:
            self._columns |= keys
            self._take(Result.objects.filter(self._in(keys), unit__level=self.unit.level))

    def column(self, edition: Edition, indicator: Indicator) -> dict[int, Row]:
        """Those that were ranked together; where nobody was, all that have a figure."""
        self.read([(edition, indicator)])
        rows, ranked = self._peers[edition.pk, indicator.pk], self._ranked[edition.pk, indicator.pk]
        if not ranked:
            return rows
        return {unit: row for unit, row in rows.items() if unit in ranked or unit == self.unit.pk}

    def _take(self, *found: QuerySet[Result]) -> None:
        """Of two records that meet under one unit, that unit's own counts. Of several conditions one statement."""
        told = [each.annotate(ranked=self._ranks()).values_list(*_FIELDS, "ranked") for each in found]
        rows = told[0].union(*told[1:], all=True) if told[1:] else told[0].order_by(*_ORDER)
        for *fields, ranked in rows:
            row = Row(*fields)
            key = (row.edition, row.indicator)
            if row.unit == self.unit.pk and (row.merged is None or key not in self._own):
                self._own[key] = row
            if row.level == Level.NATION:
                self._nation[key] = row
            if ranked:
                self._ranked[key].add(row.unit)
            peers = row.level == self.unit.level and (row.edition in self._entire or key in self._columns)
            if peers and (row.merged is None or row.unit not in self._peers[key]):
                self._peers[key][row.unit] = row

    def _ranks(self) -> Exists | Value:
        """Whether a figure was ranked among the level, where that is looked at."""
        if not self._entire and not self._columns:
            return Value(False, output_field=BooleanField())
        here = {name: OuterRef(name) for name in ("edition", "indicator", "unit")}
        return Exists(Standing.objects.filter(**here, peers=self.unit.level))

    def _take_places(self, editions: Collection[int]) -> None:
        for edition, place in self._around.places:
            own = self._own.get((edition, place.indicator_id))
            if edition in editions and own is not None and own.record == place.unit_id:
                self._places[edition, place.indicator_id].append(place)
