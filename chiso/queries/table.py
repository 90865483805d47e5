"""All indicators side by side for one edition and one group of peers, each beside what it was in the dispatch before.

A row holds figures of one unit by several indicators, and whoever knows one of them would know the others: a reader who
does not meet everybody by name is shown the rows of those alone who are named, with their ranks among all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from chiso.models import Edition, Result, Standing, Unit
from chiso.queries import board, standing
from chiso.queries.board import Choice, Measured
from chiso.queries.case import day_of, editions_before
from chiso.queries.sight import WHOLE, Sight
from chiso.values.name import fold

STEPS = 5  # of the shading of a column
BY_NAME = "unit"


class NoTable(LookupError):
    """No figures of such peers, or none that this reader is told of."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. `number` is what it ranks by (a share in percent), `change` how much more it is than in the dispatch
    before, `better` whether that is for the better; None where there is nothing to compare with or no better."""

    number: Decimal | None
    value: Decimal
    out_of: Decimal | None
    printed: str
    rank: int | None
    rank_of: int | None
    tied: bool
    change: Decimal | None
    better: bool | None

    @property
    def step(self) -> int:
        """From 1 (the last fifth of the ranked) to 5 (the first); 0 where it is not ranked."""
        if self.rank is None or self.rank_of is None:
            return 0
        return STEPS - STEPS * (self.rank - 1) // self.rank_of


@dataclass(frozen=True, slots=True)
class Row:
    unit: str  # slug
    unit_name: str
    unit_id: int
    parent_id: int | None
    cells: tuple[Cell | None, ...]  # in the order of the indicators


@dataclass(frozen=True, slots=True)
class Group:
    peers: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are those of the page asked for, of `found` that fit the words, of `count` that the reader may see;
    `nameless` counts the peers that are not shown. `before` is the dispatch compared with, "" without one."""

    edition: Edition
    peers: str
    peers_label: str
    groups: tuple[Group, ...]
    indicators: tuple[Measured, ...]
    rows: tuple[Row, ...]
    count: int
    found: int
    nameless: int
    before: str
    offered: tuple[tuple[str, str], ...] = ()  # (slug, name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows in which order: `sort` is the code of an indicator or "unit", "-" in front turns it round, "" is by
    the first indicator, the best first. `choose` are the slugs of a few rows, in their order, of which `most` are
    taken: all peers are then `offered`. `page` counts from 1, one beyond the last is the last; `per_page` None is all
    of them."""

    sort: str = ""
    words: str = ""
    page: int = 1
    per_page: int | None = None
    choose: Sequence[str] | None = None
    most: int = 0


EVERYTHING = Wanted()


def groups(edition: Edition, sight: Sight = WHOLE) -> tuple[Group, ...]:
    """The groups of peers that have figures."""
    return _groups(board.choices(edition, sight))


def for_edition(edition: Edition, peers: str, sight: Sight = WHOLE, wanted: Wanted = EVERYTHING) -> Table:
    """Raises `NoTable`. 4 SQL queries, whatever the number of units; in a draft within a parent two more."""
    choices = board.choices(edition, sight)
    columns = [choice.indicator for choice in choices if choice.peers == peers]
    group = next((each for each in _groups(choices) if each.peers == peers), None)
    if group is None:
        raise NoTable(peers)
    every = _units(edition, peers, _column(columns, wanted.sort))
    shown = [unit for unit in every if sight.names(unit["pk"])]
    found = _chosen(shown, columns, wanted)
    told = on_page(found, wanted.page, wanted.per_page)
    cells, before = _cells(edition, peers, columns, told)
    return Table(
        edition, peers, group.label, _groups(choices), tuple(columns),
        tuple(_row(unit, columns, cells) for unit in told), len(shown), len(found), len(every) - len(shown), before,
        tuple((unit["slug"], unit["name"]) for unit in shown) if wanted.choose is not None else (),
    )  # fmt: skip


def _groups(choices: Iterable[Choice]) -> tuple[Group, ...]:
    return tuple(Group(*each) for each in dict.fromkeys((choice.peers, choice.peers_label) for choice in choices))


def _column(columns: Sequence[Measured], sort: str) -> Measured:
    """The indicator by which the rows are in order."""
    return next((each for each in columns if each.code == sort.removeprefix("-")), columns[0])


def _units(edition: Edition, peers: str, sorting: Measured) -> list[dict[str, Any]]:
    """The peers, each with its figure in the column that sorts: whoever has a figure, and whoever could have one, but
    for the unit whose second record has it."""
    level, within, parent = peers.partition(":")
    units = Unit.objects.filter(level=level).annotate(
        has=Exists(Result.objects.filter(edition=edition, unit=OuterRef("pk"))),
        figure=FilteredRelation("results", condition=Q(results__edition=edition, results__indicator=sorting.id)),
    )
    awaited = Q(pk__in=standing.peers_of(edition).order_by().values("pk"))
    units = units.filter(awaited | Q(has=True) if edition.is_published else awaited)
    if within:
        ranked = Standing.objects.filter(edition=edition, peers=peers).values("unit")
        units = units.filter(Q(parent__slug=parent) | Q(pk__in=ranked))
    rows = units.order_by("order", "sort_key", "slug").values(
        "pk", "slug", "name", "parent_id", "merged_into_id", "search", "sort_key", "has", "figure__value",
        "figure__out_of",
    )  # fmt: skip
    every: list[Any] = list(rows)
    doubled = {row["merged_into_id"] for row in every if row["has"]}
    return [row for row in every if row["has"] or row["pk"] not in doubled]


def _chosen(units: list[dict[str, Any]], columns: Sequence[Measured], wanted: Wanted) -> list[dict[str, Any]]:
    if wanted.choose is None:
        words = fold(wanted.words)
        return _sorted([unit for unit in units if words in unit["search"]], columns, wanted.sort)
    by_slug = {unit["slug"]: unit for unit in units}
    return [by_slug[slug] for slug in dict.fromkeys(wanted.choose) if slug in by_slug][: wanted.most]


def on_page(units: list[dict[str, Any]], page: int, per_page: int | None) -> list[dict[str, Any]]:
    if per_page is None:
        return units
    last = max(1, -(-len(units) // per_page))
    start = (min(max(page, 1), last) - 1) * per_page
    return units[start : start + per_page]


def _sorted(units: list[dict[str, Any]], columns: Sequence[Measured], sort: str) -> list[dict[str, Any]]:
    """Missing ones last, whichever way; equal ones in the order of the units."""
    turned = sort.startswith("-")
    if sort.removeprefix("-") == BY_NAME:
        return sorted(units, key=lambda unit: unit["sort_key"], reverse=turned)
    column = _column(columns, sort)

    def key(unit: dict[str, Any]) -> Any:
        return board.number(column.kind, unit["figure__value"], unit["figure__out_of"])

    if column.code != sort.removeprefix("-"):  # the best first
        turned = column.direction != "lower"
    have = sorted((unit for unit in units if key(unit) is not None), key=key, reverse=turned)
    return have + [unit for unit in units if key(unit) is None]


# --- Figures --------------------------------------------------------------------------------------
Figures = dict[tuple[int, int], tuple[Decimal, Decimal | None, str]]  # (unit, indicator) -> value, of, as printed
Cells = dict[int, dict[int, Cell]]  # unit -> indicator


def _cells(
    edition: Edition, peers: str, columns: Sequence[Measured], units: Sequence[dict[str, Any]]
) -> tuple[Cells, str]:
    """The figures of some units, and what the dispatch before is called."""
    ids = {unit["pk"] for unit in units}
    now, before, called = _figures(edition, columns, ids | {unit["merged_into_id"] or 0 for unit in units})
    ranks = standing.ranks(edition, units=ids, peers=peers)
    places = {(place.unit_id, place.indicator_id): place for place in ranks}
    cells: Cells = defaultdict(dict)
    for unit in units:
        for column in columns:
            figure = now.get((unit["pk"], column.id))
            if figure is not None:
                earlier = before.get((unit["merged_into_id"] or unit["pk"], column.id))
                cells[unit["pk"]][column.id] = _cell(column, figure, earlier, places.get((unit["pk"], column.id)))
    return cells, called


def _figures(edition: Edition, columns: Sequence[Measured], units: Collection[int]) -> tuple[Figures, Figures, str]:
    """Of this edition and, under the record that stands for each unit since, of the one before: one SQL query."""
    fields = (
        "edition_id", "unit_id", "unit__merged_into_id", "indicator_id", "value", "out_of", "printed",
        "edition__dispatch__number", "edition__dispatch__symbol",
    )  # fmt: skip
    rows = _results(edition, [column.id for column in columns], units).values_list(*fields)
    now: Figures = {}
    before: Figures = {}
    called = ""
    for of, unit, kept, indicator, *figure, number, symbol in sorted(rows, key=lambda row: row[2] is None):
        if of == edition.pk:
            now[unit, indicator] = tuple(figure)
        else:
            before[kept or unit, indicator] = tuple(figure)
            called = f"{number}/{symbol}"
    return now, before, called


def _results(edition: Edition, indicators: Collection[int], units: Collection[int]) -> QuerySet[Result]:
    dispatch = edition.dispatch
    earlier = editions_before(dispatch, edition.indicator_set_id, day_of(dispatch)).exclude(dispatch=dispatch)
    either = Q(edition=edition.pk) | Q(edition__in=earlier.values("pk")[:1])
    return Result.objects.filter(either, Q(unit__in=units) | Q(unit__merged_into__in=units), indicator__in=indicators)


def _cell(
    column: Measured,
    figure: tuple[Decimal, Decimal | None, str],
    earlier: tuple[Decimal, Decimal | None, str] | None,
    place: standing.Place | None,
) -> Cell:
    number = board.number(column.kind, figure[0], figure[1])
    before = board.number(column.kind, earlier[0], earlier[1]) if earlier else None
    change = number - before if number is not None and before is not None else None
    return Cell(
        number, *figure,
        rank=place.rank if place else None, rank_of=place.rank_of if place else None,
        tied=place.tied if place else False,
        change=change, better=better(change, column.direction),
    )  # fmt: skip


def better(change: Decimal | None, direction: str) -> bool | None:
    if not change or not direction:
        return None
    return (change > 0) == (direction == "higher")


def _row(unit: dict[str, Any], columns: Sequence[Measured], cells: Cells) -> Row:
    own = cells.get(unit["pk"], {})
    return Row(
        unit["slug"], unit["name"], unit["pk"], unit["parent_id"], tuple(own.get(column.id) for column in columns)
    )
