"""One indicator over the dispatches of an office: units by dispatches, the newest first.

A row follows one unit through the months, and would tell who it is to whoever knows one of its months: a reader who
does not meet everybody by name is shown the rows of those alone who are named, with their ranks among all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Coalesce

from chiso.models import Edition, Issuer, Result, Standing, State, Unit, User
from chiso.queries import board, sight
from chiso.queries.board import Choice, Measured
from chiso.queries.table import BY_NAME, Cell, better, on_page
from chiso.values.name import fold

MOST = 12  # dispatches side by side
KEPT = 600  # dispatches of an office that are looked through: fifty years of months


class NoMatrix(LookupError):
    """No published figures by such an indicator among such peers, or none that this reader is told of."""


@dataclass(frozen=True, slots=True)
class Column:
    """One dispatch by its published edition. `breaks` where its figures do not compare with those of the dispatch
    before it, in the column after it: they are of another set of indicators."""

    edition: Edition
    breaks: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` in the order of the columns, each with its change since the dispatch before."""

    unit: str
    unit_name: str
    unit_id: int
    parent_id: int | None
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`newer` and `older` are how many dispatches lie before and behind those shown; `periods` the kinds there are."""

    issuer: Issuer
    indicator: Measured
    peers: str
    peers_label: str
    choices: tuple[Choice, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    count: int
    found: int
    nameless: int
    newer: int
    older: int
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`sort` is "unit" or the key of a dispatch shown, "-" in front turns it round, "" is by rank in the newest; `skip`
    leaves out that many of the newest dispatches, `period` is the kind of them, "" that of the newest."""

    sort: str = ""
    words: str = ""
    page: int = 1
    per_page: int | None = None
    skip: int = 0
    period: str = ""


EVERYTHING = Wanted()


def first(user: User, issuer: str, code: str = "", peers: str = "") -> Choice:
    """What to begin with: the indicator and the peers asked for where the newest published edition has them, else its
    first; raises `NoMatrix`."""
    editions = _editions(user, issuer)
    choices = board.choices(editions[0], sight.of(user, editions[0].dispatch.issuer)) if editions else ()
    if not choices:
        raise NoMatrix(issuer)
    return next((each for each in choices if (each.indicator_code, each.peers) == (code, peers)), choices[0])


def for_issuer(user: User, issuer: str, code: str, peers: str, wanted: Wanted = EVERYTHING) -> Matrix:
    """`issuer` is a short name. Raises `NoMatrix`. 5 SQL queries however many units there are, and what the user's
    sight asks."""
    editions = _editions(user, issuer)
    if not editions:
        raise NoMatrix(issuer)
    period = wanted.period or editions[0].dispatch.period
    of_period = [one for one in editions if one.dispatch.period == period]
    shown = of_period[wanted.skip : wanted.skip + MOST]
    office = editions[0].dispatch.issuer
    seen = sight.of(user, office)
    choices = board.choices(shown[0], seen) if shown else ()
    chosen = next((each for each in choices if (each.indicator_code, each.peers) == (code, peers)), None)
    if chosen is None:
        raise NoMatrix(f"{code} among {peers}")
    columns = tuple(_columns(of_period, shown))
    every = list(_units(shown, chosen, wanted.sort))
    named = [unit for unit in every if seen.names(unit["pk"])]
    found = _sorted([unit for unit in named if fold(wanted.words) in unit["search"]], chosen.indicator, wanted.sort)
    told = on_page(found, wanted.page, wanted.per_page)
    cells = _cells(columns, chosen, [unit["pk"] for unit in told])
    return Matrix(
        office, chosen.indicator, peers, chosen.peers_label, choices, columns,
        tuple(_row(unit, columns, cells) for unit in told), len(named), len(found), len(every) - len(named),
        newer=wanted.skip, older=max(0, len(of_period) - wanted.skip - MOST),
        periods=tuple(dict.fromkeys(one.dispatch.period for one in editions)),
    )  # fmt: skip


def _editions(user: User, issuer: str) -> list[Edition]:
    """What holds of the office's dispatches, the newest first."""
    readable = Edition.objects.visible_to(user).filter(dispatch__issuer__slug=issuer, state=State.PUBLISHED)
    joined = readable.select_related("dispatch__issuer__unit")
    return list(joined.order_by(F("dispatch__data_as_of").desc(nulls_last=True), "-dispatch_id")[:KEPT])


def _columns(editions: Sequence[Edition], shown: Sequence[Edition]) -> Iterable[Column]:
    after = dict(pairwise(editions))
    for one in shown:
        before = after.get(one)
        yield Column(one, before is not None and before.indicator_set_id != one.indicator_set_id)


def _units(editions: Sequence[Edition], choice: Choice, sort: str) -> Iterable[Any]:
    """Who has such a figure in one of the editions, each under the record that stands for it since, with its figure in
    the column that sorts."""
    level, within, parent = choice.peers.partition(":")
    figures = Result.objects.filter(edition__in=editions, indicator__code=choice.indicator_code, unit__level=level)
    lasting = figures.annotate(lasting=Coalesce("unit__merged_into_id", "unit_id")).values("lasting")
    key = sort.removeprefix("-")
    sorting = next((one for one in editions if str(one.pk) == key), editions[0])
    figure = Q(results__edition=sorting.pk, results__indicator=choice.indicator.id)
    units = Unit.objects.filter(pk__in=lasting)
    return (
        (units.filter(parent__slug=parent) if within else units)
        .annotate(figure=FilteredRelation("results", condition=figure))
        .order_by("order", "sort_key", "slug")
        .values("pk", "slug", "name", "parent_id", "search", "sort_key", "figure__value", "figure__out_of")
    )


def _sorted(units: list[dict[str, Any]], indicator: Measured, sort: str) -> list[dict[str, Any]]:
    """Missing ones last, whichever way; equal ones in the order of the units."""
    if sort.removeprefix("-") == BY_NAME:
        return sorted(units, key=lambda unit: unit["sort_key"], reverse=sort.startswith("-"))

    def number(unit: dict[str, Any]) -> Any:
        return board.number(indicator.kind, unit["figure__value"], unit["figure__out_of"])

    best_first = indicator.direction != "lower"
    have = sorted(
        (unit for unit in units if number(unit) is not None), key=number, reverse=best_first != sort.startswith("-")
    )
    return have + [unit for unit in units if number(unit) is None]


# --- Figures --------------------------------------------------------------------------------------
Cells = dict[tuple[int, int], Cell]  # (unit, edition)


def _cells(columns: Sequence[Column], choice: Choice, units: Collection[int]) -> Cells:
    figures, places = _figures(columns, choice, units), _places(columns, choice, units)
    cells: Cells = {}
    for unit in units:
        earlier: Decimal | None = None
        for column in reversed(columns):
            found = figures.get((unit, column.edition.pk))
            earlier = None if column.breaks else earlier
            number = board.number(found[3], found[0], found[1]) if found else None
            if found:
                change = number - earlier if number is not None and earlier is not None else None
                place = places[unit, column.edition.pk]
                cells[unit, column.edition.pk] = Cell(
                    number, found[0], found[1], found[2], *place, change=change,
                    better=better(change, choice.indicator.direction),
                )  # fmt: skip
            earlier = number
    return cells


def _figures(columns: Sequence[Column], choice: Choice, units: Collection[int]) -> dict[tuple[int, int], Any]:
    """(unit, edition) -> value, of, as printed, kind; of two records that meet, the unit's own."""
    fields = ("unit__merged_into_id", "unit_id", "edition_id", "value", "out_of", "printed", "indicator__kind")
    rows = Result.objects.filter(
        Q(unit__in=units) | Q(unit__merged_into__in=units), edition__in=[column.edition.pk for column in columns],
        indicator__code=choice.indicator_code,
    ).values_list(*fields)  # fmt: skip
    return {
        (kept or unit, edition): rest for kept, unit, edition, *rest in sorted(rows, key=lambda row: row[0] is None)
    }


def _places(
    columns: Sequence[Column], choice: Choice, units: Collection[int]
) -> dict[tuple[int, int], tuple[int | None, int | None, bool]]:
    places: dict[tuple[int, int], tuple[int | None, int | None, bool]] = defaultdict(lambda: (None, None, False))
    rows = Standing.objects.filter(
        Q(unit__in=units) | Q(unit__merged_into__in=units), edition__in=[column.edition.pk for column in columns],
        indicator__code=choice.indicator_code, peers=choice.peers,
    ).values_list("unit__merged_into_id", "unit_id", "edition_id", "rank", "rank_of", "tied")  # fmt: skip
    for kept, unit, edition, rank, rank_of, tied in sorted(rows, key=lambda row: row[0] is None):
        places[kept or unit, edition] = (rank, rank_of, tied)
    return places


def _row(unit: dict[str, Any], columns: Sequence[Column], cells: Cells) -> Row:
    own = tuple(cells.get((unit["pk"], column.edition.pk)) for column in columns)
    return Row(unit["slug"], unit["name"], unit["pk"], unit["parent_id"], own)
