"""All indicators side by side for one edition and one group of peers, each beside what it was in the dispatch before.

A row holds figures of one unit by several indicators, and whoever knows one of them would know the others: a reader who
does not meet everybody by name is shown the rows of those alone who are named, with their ranks among all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q

from chiso.models import Edition, Level, Result, User
from chiso.queries import board, cells
from chiso.queries.board import Choice, Measured
from chiso.queries.cells import Cell
from chiso.queries.sight import WHOLE, Sight
from chiso.values.name import fold

BY_NAME = "unit"


class NoTable(LookupError):
    """No figures of such peers, or none that this reader is told of."""


@dataclass(frozen=True, slots=True)
class Row:
    """`unit` and `unit_name`: the record under which the figures stand; the rest: the one that stands for it since."""

    unit: str  # slug
    unit_name: str
    lasting: str  # slug
    lasting_name: str
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
    before_is_sample: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A few units by every indicator of which one has a figure; `offered` are all that could be chosen."""

    indicators: tuple[Measured, ...]
    rows: tuple[Row, ...]  # two of a unit that stands there under two records
    offered: tuple[tuple[str, str], ...]  # (slug, name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows in which order: `sort` is the code of an indicator or "unit", "-" in front turns it round, "" is by
    the first indicator, the best first. `page` counts from 1, one beyond the last is the last; `per_page` None is all
    of them."""

    sort: str = ""
    words: str = ""
    page: int = 1
    per_page: int | None = None


EVERYTHING = Wanted()


def groups(edition: Edition, sight: Sight = WHOLE) -> tuple[Group, ...]:
    """The groups of peers that have figures."""
    return _groups(board.choices(edition, sight))


def for_edition(
    edition: Edition, peers: str, sight: Sight = WHOLE, wanted: Wanted = EVERYTHING, *, reader: User | None = None
) -> Table:
    """Raises `NoTable`. Disputes are marked as far as the reader is told of them. 3 SQL queries, whatever the number of
    units; one more in a draft."""
    choices = board.choices(edition, sight)
    columns = [choice.indicator for choice in choices if choice.peers == peers]
    group = next((each for each in _groups(choices) if each.peers == peers), None)
    if group is None:
        raise NoTable(peers)
    every = _units(edition, peers, _column(columns, wanted.sort).id)
    shown = [unit for unit in every if sight.names(unit["pk"])]
    words = fold(wanted.words)
    found = _sorted([unit for unit in shown if words in unit["search"]], columns, wanted.sort)
    page = on_page(found, wanted.page, wanted.per_page)
    told = cells.told(cells.Asked(edition, peers, page, columns, compared=True), reader)
    return Table(
        edition, peers, group.label, _groups(choices), tuple(columns), tuple(_row(unit, told) for unit in page),
        len(shown), len(found), len(every) - len(shown), told.before,
        told.before_is_sample,
    )  # fmt: skip


def of_units(
    edition: Edition, level: str, chosen: Sequence[str], sight: Sight = WHOLE, *, reader: User | None = None
) -> Chosen:
    """Nothing for a level without peers. 2 SQL queries, one more in a draft."""
    if level in (Level.NATION, Level.PROVINCE):
        return Chosen((), (), ())
    shown = [unit for unit in _units(edition, level, 0) if sight.names(unit["pk"])]
    rows = [unit for unit in shown if _lasting(unit)[0] in chosen]
    told = cells.told(cells.Asked(edition, level, rows, None, compared=False), reader)
    offered = tuple(dict.fromkeys(_lasting(unit) for unit in shown))
    return Chosen(told.indicators, tuple(_row(unit, told) for unit in rows), offered)


def _groups(choices: Iterable[Choice]) -> tuple[Group, ...]:
    return tuple(Group(*each) for each in dict.fromkeys((choice.peers, choice.peers_label) for choice in choices))


def _column(columns: Sequence[Measured], sort: str) -> Measured:
    """The indicator by which the rows are in order."""
    return next((each for each in columns if each.code == sort.removeprefix("-")), columns[0])


def _units(edition: Edition, peers: str, sorting: int) -> list[dict[str, Any]]:
    """The peers, each with its figure in the column that sorts: whoever has a figure, and whoever could have one, but
    for the unit whose second record has it."""
    has = Exists(Result.objects.filter(edition=edition, unit=OuterRef("pk")))
    figure = FilteredRelation("results", condition=Q(results__edition=edition, results__indicator=sorting))
    units = board.listed(edition, peers, has).annotate(has=has, figure=figure)
    every: list[Any] = list(units.order_by("order", "sort_key", "slug").values(
        "pk", "slug", "name", "parent_id", "merged_into_id", "merged_into__slug", "merged_into__name", "search",
        "sort_key", "has", "figure__value", "figure__out_of",
    ))  # fmt: skip
    doubled = {row["merged_into_id"] for row in every if row["has"]}
    return [row for row in every if row["has"] or row["pk"] not in doubled]


def _lasting(unit: dict[str, Any]) -> tuple[str, str]:
    return unit["merged_into__slug"] or unit["slug"], unit["merged_into__name"] or unit["name"]


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


def _row(unit: dict[str, Any], told: cells.Told) -> Row:
    own = told.cells.get(unit["pk"], {})
    return Row(
        unit["slug"], unit["name"], *_lasting(unit), unit["merged_into_id"] or unit["pk"], unit["parent_id"],
        tuple(own.get(indicator.id) for indicator in told.indicators),
    )  # fmt: skip
