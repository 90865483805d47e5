"""One indicator over the dispatches of an office: units by dispatches, the newest first.

A row follows one unit through the months, and would tell who it is to whoever knows one of its months: a reader who
does not meet everybody by name is shown the rows of those alone who are named, with their ranks among all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Exists, F, FilteredRelation, Q
from django.db.models.functions import Coalesce

from chiso.models import Edition, Issuer, Result, State, Unit, User
from chiso.queries import board, cells, kept, marks, series, sight
from chiso.queries.board import Choice, Measured
from chiso.queries.case import day_of
from chiso.queries.cells import Cell
from chiso.queries.table import BY_NAME, turned
from chiso.values.name import fold

MOST = 12  # dispatches side by side
KEPT = 600  # dispatches of an office that are looked through: fifty years of months
_BROKEN = "broken_%s"


class NoMatrix(LookupError):
    """No published figures by such an indicator among such peers, or none that this reader is told of."""


@dataclass(frozen=True, slots=True)
class Column:
    """One dispatch by its published edition. `breaks` says why its figures do not compare with those of the dispatch
    before it, in the column after it: `series.OTHER_SET` or `REORGANISED`."""

    edition: Edition
    breaks: str
    held: Choice | None  # its ranking, where it has one


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` in the order of the columns, each with its change since the dispatch before."""

    unit: str
    unit_name: str
    unit_id: int
    parent_id: int | None
    cells: tuple[Cell | None, ...]
    missing: frozenset[int] = frozenset()  # columns, by their place, where its lack of a figure is disputed


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
    page: int
    pages: int
    newer: int
    older: int
    periods: tuple[str, ...]

    @property
    def page_before(self) -> int:
        return self.page - 1

    @property
    def page_after(self) -> int:
        return self.page + 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """`sort` is "unit" or the key of a dispatch shown, "-" in front turns it round, "" is by rank in the newest that
    has one; `skip` leaves out that many of the newest dispatches, `period` is the kind of them, "" that of the newest
    that holds the ranking."""

    sort: str = ""
    words: str = ""
    page: int = 1
    whole: bool = False
    skip: int = 0
    period: str = ""


EVERYTHING = Wanted(whole=True)


def first(user: User, issuer: str, code: str = "", peers: str = "") -> Choice:
    """What to begin with: the indicator and the peers asked for where a published edition has them, else the first of
    the newest; raises `NoMatrix`."""
    editions = _editions(user, issuer)
    if not editions:
        raise NoMatrix(issuer)
    seen = sight.of(user, editions[0].dispatch.issuer)
    held = _held(editions, code, peers, seen)
    choices = () if held.asked else board.choices(editions[0], seen) or held.choices
    found = next(iter([*held.asked.values(), *choices]), None)
    if found is None:
        raise NoMatrix(issuer)
    return found


def for_issuer(user: User, issuer: str, code: str, peers: str, wanted: Wanted = EVERYTHING) -> Matrix:
    """`issuer` is a short name. Raises `NoMatrix`. 5 SQL queries however many units there are, and what the user's
    sight asks."""
    editions = _editions(user, issuer)
    if not editions:
        raise NoMatrix(issuer)
    office = editions[0].dispatch.issuer
    seen = sight.of(user, office)
    held = _held(editions, code, peers, seen)
    periods = tuple(dict.fromkeys(one.dispatch.period for one in editions if one.pk in held.asked))
    period = wanted.period or next(iter(periods), "")
    of_period = [one for one in editions if one.dispatch.period == period]
    shown = of_period[wanted.skip : wanted.skip + MOST]
    if period not in periods or not shown:
        raise NoMatrix(f"{code} among {peers}")
    chosen = held.newest(of_period)
    pairs = _pairs(of_period, shown)
    every = list(_units(shown, held, chosen, wanted.sort, pairs))
    columns = tuple(_columns(shown, pairs, every, held))
    named = [unit for unit in every if seen.names(unit["pk"])]
    found = _sorted([unit for unit in named if fold(wanted.words) in unit["search"]], chosen.indicator, wanted.sort)
    page = turned(found, wanted.page, whole=wanted.whole)
    found_cells, missing = _cells(columns, chosen, [unit["pk"] for unit in page.rows], user)
    return Matrix(
        office, chosen.indicator, peers, chosen.peers_label, held.choices, columns,
        tuple(_row(unit, columns, found_cells, missing) for unit in page.rows), len(named), len(found),
        len(every) - len(named), page.number, page.pages,
        newer=wanted.skip, older=max(0, len(of_period) - wanted.skip - MOST), periods=periods,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Held:
    """`choices` are the boards that any edition has, `asked` the one asked for by the editions that have it, the newest
    first."""

    choices: tuple[Choice, ...]
    asked: dict[int, Choice]

    def newest(self, editions: Iterable[Edition]) -> Choice:
        return next(self.asked[one.pk] for one in editions if one.pk in self.asked)


def _held(editions: Sequence[Edition], code: str, peers: str, seen: sight.Sight) -> _Held:
    choices: dict[tuple[str, str], Choice] = {}
    asked: dict[int, Choice] = {}
    for row in kept.of_editions(editions, code, peers):
        for each in board.chosen_from([row], seen):
            choices[each.indicator_code, each.peers] = each
            if (each.indicator_code, each.peers) == (code, peers):
                asked[row["edition_id"]] = each
    return _Held(tuple(choices.values()), {one.pk: asked[one.pk] for one in editions if one.pk in asked})


def _editions(user: User, issuer: str) -> list[Edition]:
    """What holds of the office's dispatches, the newest first."""
    readable = Edition.objects.visible_to(user).filter(dispatch__issuer__slug=issuer, state=State.PUBLISHED)
    joined = readable.select_related("dispatch__issuer__unit")
    return list(joined.order_by(F("dispatch__data_as_of").desc(nulls_last=True), "-dispatch_id")[:KEPT])


def _pairs(editions: Sequence[Edition], shown: Sequence[Edition]) -> dict[Edition, Edition]:
    """Each with the dispatch before it."""
    after = dict(pairwise(editions))
    return {one: after[one] for one in shown if one in after}


def _columns(
    shown: Sequence[Edition], pairs: dict[Edition, Edition], units: Sequence[Any], held: _Held
) -> Iterable[Column]:
    """`units` tell of reorganisations too, all the same."""
    for one in shown:
        before, its = pairs.get(one), held.asked.get(one.pk)
        if before is not None and before.indicator_set_id != one.indicator_set_id:
            yield Column(one, series.OTHER_SET, its)
        else:
            yield Column(one, series.REORGANISED if units and units[0].get(_BROKEN % one.pk) else "", its)


def _broken(pairs: dict[Edition, Edition], level: str) -> dict[str, Exists]:
    """Asked along with the units: one SQL query less."""
    return {
        _BROKEN % one.pk: series.reorganised_since(
            day_of(before.dispatch), day_of(one.dispatch), level, one.dispatch.issuer
        )
        for one, before in pairs.items()
    }


def _units(
    editions: Sequence[Edition], held: _Held, choice: Choice, sort: str, pairs: dict[Edition, Edition]
) -> Iterable[Any]:
    """Who has such a figure in one of the editions, each under the record that stands for it since, with its figure in
    the column that sorts."""
    level, within, parent = choice.peers.partition(":")
    figures = Result.objects.filter(edition__in=editions, indicator__code=choice.indicator_code, unit__level=level)
    lasting = figures.annotate(lasting=Coalesce("unit__merged_into_id", "unit_id")).values("lasting")
    key = sort.removeprefix("-")
    of = {one.pk: held.asked[one.pk].indicator.id for one in editions if one.pk in held.asked}
    sorting = next((pk for pk in of if str(pk) == key), next(iter(of), editions[0].pk))
    figure = Q(results__edition=sorting, results__indicator=of.get(sorting, choice.indicator.id))
    units = Unit.objects.filter(Q(pk__in=lasting) | Q(pk__in=figures.values("unit"), merged_into__isnull=False))
    broken = _broken(pairs, level)
    rows = (
        units.annotate(**broken, figure=FilteredRelation("results", condition=figure))
        .order_by("order", "sort_key", "slug")
        .values(
            "pk", "slug", "name", "parent_id", "parent__slug", "merged_into_id", "search", "sort_key", "figure__value",
            "figure__out_of", *broken,
        )
    )  # fmt: skip
    return [unit for unit in _joined(rows) if not within or unit["parent__slug"] == parent]


def _joined(rows: Iterable[Any]) -> Iterable[Any]:
    """Each unit once, with its own figure or else that of a record that was merged into it."""
    several = list(rows)
    older = {row["merged_into_id"]: row for row in several if row["figure__value"] is not None}
    for row in several:
        if row["merged_into_id"] is None:
            if row["figure__value"] is None and row["pk"] in older:
                row |= {name: older[row["pk"]][name] for name in ("figure__value", "figure__out_of")}
            yield row


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
Rows = dict[tuple[int, int], dict[str, Any]]  # the same


def _cells(
    columns: Sequence[Column], choice: Choice, units: Collection[int], reader: User
) -> tuple[Cells, frozenset[tuple[int, int]]]:
    """And where, of which unit in which edition, the lack of a figure is disputed."""
    editions = [column.edition for column in columns]
    figures, was = _figures(editions, choice, units)
    disputed = marks.disputed(editions, reader)
    found: Cells = {}
    for unit in units:
        earlier: Decimal | None = None
        for column in reversed(columns):
            edition = column.edition
            row = figures.get((unit, edition.pk))
            number = board.number(row["indicator__kind"], row["value"], row["out_of"]) if row else None
            if row:
                change = None if column.breaks or number is None or earlier is None else number - earlier
                row |= {
                    "disputed": (edition.pk, unit, row["indicator_id"]) in disputed,
                    "corrected": edition.number > 1 and cells.said(row) != was.get((unit, edition.pk), ()),
                }
                found[unit, edition.pk] = cells.cell(row, number, change, choice.indicator.direction)
            earlier = number
    of = {(column.edition.pk, column.held.indicator.id) for column in columns if column.held}
    lacking = {(unit, edition) for edition, unit, indicator in disputed if (edition, indicator) in of} - found.keys()
    return found, frozenset(lacking)


def _figures(
    editions: Sequence[Edition], choice: Choice, units: Collection[int]
) -> tuple[Rows, dict[tuple[int, int], marks.Said]]:
    """Each by the record that stands for its unit since, of two that meet the unit's own; and what the edition that
    each of these editions corrects said. One SQL query."""
    own = {one.pk for one in editions}
    corrects = {one.dispatch_id: one.pk for one in editions if one.number > 1}
    rows: Iterable[Any] = Result.objects.filter(
        Q(edition__in=own) | marks.corrected_by_any(editions), Q(unit__in=units) | Q(unit__merged_into__in=units),
        indicator__code=choice.indicator_code,
    ).annotate(place=cells.ranked(choice.peers)).values(
        "edition_id", "edition__number", "edition__state", "edition__dispatch_id", "unit_id", "unit__merged_into_id",
        "indicator_id", "value", "out_of", "printed", "indicator__kind", "place__rank", "place__rank_of", "place__tied",
    )  # fmt: skip
    every = sorted(rows, key=_in_order)
    last = {row["edition__dispatch_id"]: row["edition_id"] for row in every if row["edition_id"] not in own}
    now: Rows = {}
    was: dict[tuple[int, int], marks.Said] = {}
    for row in every:
        unit = row["unit__merged_into_id"] or row["unit_id"]
        if row["edition_id"] in own:
            now[unit, row["edition_id"]] = row
        elif row["edition_id"] == last[row["edition__dispatch_id"]]:
            was[unit, corrects[row["edition__dispatch_id"]]] = cells.said(row)
    return now, was


def _in_order(row: dict[str, Any]) -> tuple[bool, int, bool]:
    """Which of several counts comes last: an edition that stood (as `queries.edition.corrected_by`), the unit's own."""
    return row["edition__state"] != State.RECALLED, row["edition__number"], row["unit__merged_into_id"] is None


def _row(unit: dict[str, Any], columns: Sequence[Column], found: Cells, lacking: Collection[tuple[int, int]]) -> Row:
    keys = [(unit["pk"], column.edition.pk) for column in columns]
    missing = frozenset(place for place, key in enumerate(keys) if key in lacking)
    return Row(unit["slug"], unit["name"], unit["pk"], unit["parent_id"], tuple(map(found.get, keys)), missing)
