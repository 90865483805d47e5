"""All indicators side by side for one edition and one group of peers, each beside what it was in the dispatch before.

A row holds figures of one unit by several indicators, and whoever knows one of them would know the others: a reader who
does not meet everybody by name is shown the rows of those alone who are named, with their ranks among all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q

from chiso.models import Edition, Level, Result, User
from chiso.queries import board, board_page, cells, kept, summary
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
    missing: frozenset[int] = frozenset()  # indicators by which its lack of a figure is disputed


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
    page: int
    pages: int
    more_groups: bool

    @property
    def page_before(self) -> int:
        return self.page - 1

    @property
    def page_after(self) -> int:
        return self.page + 1


@dataclass(frozen=True, slots=True)
class Chosen:
    """A few units by every indicator of which one has a figure; `offered` are all that could be chosen."""

    indicators: tuple[Measured, ...]
    rows: tuple[Row, ...]  # two of a unit that stands there under two records
    offered: tuple[tuple[str, str], ...]  # (slug, name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows in which order: `sort` is the code of an indicator or "unit", "-" in front turns it round, "" is by
    the first indicator, the best first. `page` counts from 1, one beyond the last is the last; `whole` is all rows;
    `every_group` names all groups of peers, however many."""

    sort: str = ""
    words: str = ""
    page: int = 1
    whole: bool = False
    every_group: bool = False


EVERYTHING = Wanted(whole=True)


def groups(edition: Edition, sight: Sight = WHOLE) -> tuple[Group, ...]:
    """The groups of peers that have figures."""
    return _groups(board.choices(edition, sight))


def for_edition(
    edition: Edition, peers: str, sight: Sight = WHOLE, wanted: Wanted = EVERYTHING, *, reader: User | None = None
) -> Table:
    """Raises `NoTable`. Disputes are marked as far as the reader is told of them. 3 SQL queries, whatever the number of
    units; one more in a draft."""
    listing = (_published if edition.is_published else _drafted)(edition, peers, sight, wanted)
    columns, page = listing.columns, listing.page
    told = cells.told(cells.Asked(edition, peers, page.rows, columns, compared=True), reader)
    label = next(each.label for each in listing.groups if each.peers == peers)
    return Table(
        edition, peers, label, listing.groups, tuple(columns), tuple(_row(unit, told) for unit in page.rows),
        listing.count, page.found, listing.nameless, told.before, told.before_is_sample,
        page.number, page.pages, listing.more_groups,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turned:
    """The rows of one page of `pages`, of `found`."""

    rows: list[kept.Row]
    found: int
    number: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class _Listing:
    """Which units stand there, before their figures are asked for."""

    columns: Sequence[Measured]
    groups: tuple[Group, ...]
    page: Turned
    count: int
    nameless: int
    more_groups: bool = False


def _drafted(edition: Edition, peers: str, sight: Sight, wanted: Wanted) -> _Listing:
    choices = board.choices(edition, sight)
    columns = _columns(choices, peers)
    every = _units(edition, peers, _column(columns, wanted.sort).id)
    shown = [unit for unit in every if sight.names(unit["unit_id"])]
    page = turned(_fitting(shown, columns, wanted), wanted.page, whole=wanted.whole)
    return _Listing(columns, _groups(choices), page, len(shown), len(every) - len(shown))


def _published(edition: Edition, peers: str, sight: Sight, wanted: Wanted) -> _Listing:
    """In the order of a column's board a long table asks for the units of its page alone."""
    code, few = wanted.sort.removeprefix("-"), not wanted.every_group
    boards = kept.boards(edition, kept.Near(code, peers, few=few, alike=False, under=board_page.under(sight)))
    choices, more = board_page.few(board.chosen_from(boards, sight), peers, every=wanted.every_group)
    columns = _columns(choices, peers)
    column, its = _column(columns, wanted.sort), kept.its(boards)
    listed = kept.Listed(edition, column.id, peers, its, beside=True)
    count = its["units"]
    if sight.whole and count > summary.ONE_PAGE and not wanted.whole and _best_first(column, wanted):
        pages = summary.pages(count)
        number = min(max(wanted.page, 1), pages)
        page = Turned(listed.page(number), count, number, pages)
    else:
        shown = listed.every() if sight.named is None else listed.of_units(sight.named)
        shown.sort(key=lambda unit: (unit["order"], unit["sort_key"], unit["slug"]))
        page = turned(_fitting(shown, columns, wanted), wanted.page, whole=wanted.whole)
        count = len(shown)
    return _Listing(columns, _groups(choices), page, count, 0 if sight.whole else its["units"] - count, more)


def _columns(choices: Iterable[Choice], peers: str) -> list[Measured]:
    columns = [choice.indicator for choice in choices if choice.peers == peers]
    if not columns:
        raise NoTable(peers)
    return columns


def _best_first(column: Measured, wanted: Wanted) -> bool:
    """Whether the rows stand as the board of the column has them."""
    sort = f"-{column.code}" if column.direction == "higher" else column.code
    own = wanted.sort.removeprefix("-") not in (column.code, BY_NAME)
    return bool(column.direction) and not wanted.words and (own or wanted.sort == sort)


def of_units(
    edition: Edition, level: str, chosen: Sequence[str], sight: Sight = WHOLE, *, reader: User | None = None
) -> Chosen:
    """Nothing for a level without peers. 2 SQL queries, one more in a draft."""
    if level in (Level.NATION, Level.PROVINCE):
        return Chosen((), (), ())
    shown = [unit for unit in _units(edition, level, 0) if sight.names(unit["unit_id"])]
    rows = [unit for unit in shown if _lasting(unit)[0] in chosen]
    told = cells.told(cells.Asked(edition, level, rows, None, compared=False), reader)
    offered = tuple(dict.fromkeys(_lasting(unit) for unit in shown))
    return Chosen(told.indicators, tuple(_row(unit, told) for unit in rows), offered)


def _groups(choices: Iterable[Choice]) -> tuple[Group, ...]:
    return tuple(Group(*each) for each in dict.fromkeys((choice.peers, choice.peers_label) for choice in choices))


def _column(columns: Sequence[Measured], sort: str) -> Measured:
    """The indicator by which the rows are in order."""
    return next((each for each in columns if each.code == sort.removeprefix("-")), columns[0])


def _units(edition: Edition, peers: str, sorting: int) -> list[kept.Row]:
    """The peers, each with its figure in the column that sorts: whoever has a figure, and whoever could have one, but
    for the unit whose second record has it."""
    has = Exists(Result.objects.filter(edition=edition, unit=OuterRef("pk")))
    figure = FilteredRelation("results", condition=Q(results__edition=edition, results__indicator=sorting))
    units = board.listed(edition, peers, has).annotate(has=has, figure=figure)
    every: list[Any] = list(units.order_by("order", "sort_key", "slug").values(
        *kept.UNIT, "merged_into__slug", "merged_into__name", "has", **kept.of_unit()
    ))  # fmt: skip
    doubled = {row["merged_into_id"] for row in every if row["has"]}
    return [row for row in every if row["has"] or row["unit_id"] not in doubled]


def _lasting(unit: kept.Row) -> tuple[str, str]:
    return unit.get("merged_into__slug") or unit["slug"], unit.get("merged_into__name") or unit["name"]


def turned(units: list[kept.Row], page: int, *, whole: bool) -> Turned:
    """The page asked for: one beyond the last is the last."""
    pages = 1 if whole else summary.pages(len(units))
    number = min(max(page, 1), pages)
    rows = units if pages == 1 else units[summary.PER_PAGE * (number - 1) : summary.PER_PAGE * number]
    return Turned(rows, len(units), number, pages)


def _fitting(units: list[kept.Row], columns: Sequence[Measured], wanted: Wanted) -> list[kept.Row]:
    """Missing ones last, whichever way; equal ones in the order of the units."""
    words, sort = fold(wanted.words), wanted.sort
    units = [unit for unit in units if words in unit["search"]]
    turned = sort.startswith("-")
    if sort.removeprefix("-") == BY_NAME:
        return sorted(units, key=lambda unit: unit["sort_key"], reverse=turned)
    column = _column(columns, sort)

    def key(unit: kept.Row) -> Any:
        return board.number(column.kind, unit["figure_value"], unit["out_of"])

    if column.code != sort.removeprefix("-"):  # the best first
        turned = column.direction != "lower"
    have = sorted((unit for unit in units if key(unit) is not None), key=key, reverse=turned)
    return have + [unit for unit in units if key(unit) is None]


def _row(unit: kept.Row, told: cells.Told) -> Row:
    own = told.cells.get(unit["unit_id"], {})
    return Row(
        unit["slug"], unit["name"], *_lasting(unit), unit["merged_into_id"] or unit["unit_id"], unit["parent_id"],
        tuple(own.get(indicator.id) for indicator in told.indicators), told.missing.get(unit["unit_id"], frozenset()),
    )  # fmt: skip
