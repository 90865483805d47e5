"""All indicators side by side: one edition, one group of peers, a quiet shade for how far up each figure stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.ingest.writers.line import NUMBER, TEXT, Line
from chiso.models import Direction, Kind, User
from chiso.pages import access, conditional, download, mark
from chiso.pages.address import board_url, compare_url, figure_urls, table_url
from chiso.pages.board import above
from chiso.pages.dispatch import Chosen, chosen, edition_links
from chiso.pages.tables import page_number
from chiso.queries import table as query
from chiso.queries.board import Measured
from chiso.queries.cells import Cell
from chiso.queries.matrix import Row as MatrixRow
from chiso.queries.table import BY_NAME, Row, Table, Wanted
from chiso.queries.table_file import Whole, whole
from chiso.ranking.shown import MOST
from chiso.ranking.shown import shown as shown_as
from chiso.words.figure import column_places, number_text, rank_text, ratio_text

SHARE_PLACES = 1


@dataclass(frozen=True, slots=True)
class Column:
    """How the figures of one indicator are written, and what its head says."""

    indicator: Measured
    places: int
    note: str
    url: str  # of the ranking by it
    sort: str  # where a click on the head leads
    order: str  # "ascending", "descending", "" where the rows are in another order


@login_required
@require_safe
@access.published
def table(request: HttpRequest, *, issuer: str, year: int, address: str, peers: str) -> HttpResponse:
    seen = chosen(request, issuer, year, address)
    kind, words, sort = download.asked(request), request.GET.get("q", "").strip(), request.GET.get("sort", "")
    every_group = request.GET.get("groups") == "all"
    wanted = Wanted(sort, words, page_number(request), whole=bool(kind), every_group=every_group)
    try:
        if kind:
            reader = cast("User", request.user)
            every = whole(seen.edition, peers, seen.sight, wanted, reader=reader, shared=download.tie(tied=True))
            return _file(every, seen, kind)
        shown = query.for_edition(seen.edition, peers, seen.sight, wanted, reader=cast("User", request.user))
    except query.NoTable as error:
        raise Http404 from error
    if not seen.edition.is_published:
        return _drawn(request, seen, shown, wanted)
    return conditional.answer(request, (seen, shown), lambda: _drawn(request, seen, shown, wanted))


def _drawn(request: HttpRequest, seen: Chosen, shown: Table, wanted: Wanted) -> HttpResponse:
    words, sort = wanted.words, wanted.sort
    title = _("All indicators – %(peers)s") % {"peers": shown.peers_label}
    columns = [_column(each, place, shown, seen, request) for place, each in enumerate(shown.indicators)]
    context = {
        "seen": seen, "edition": seen.edition, "dispatch": seen.dispatch, "chip": mark.chip(seen.edition),
        "board": True, "editions": edition_links(seen), "title": title, "shown": shown, "columns": columns,
        "words": words, "sort": sort,
        "lines": _lines(shown, columns, seen, cast("User", request.user)), "asked": request.GET.get("edition", ""),
        "peers": _peer_links(shown, seen), "downloads": download.links(request),
        "by_name": head_link(request, BY_NAME, sort, first=BY_NAME),
        "compare": _compare(shown, seen, cast("User", request.user)),
        "moved": any(cell and cell.change for row in shown.rows for cell in row.cells),
    }  # fmt: skip
    return render(request, "chiso/all.html", context)


# --- Heads ----------------------------------------------------------------------------------------
def _column(indicator: Measured, place: int, shown: Table, seen: Chosen, request: HttpRequest) -> Column:
    places = decimals((row.cells[place] for row in shown.rows), indicator)
    sort = request.GET.get("sort", "")
    best_first = f"-{indicator.code}" if indicator.direction != "lower" else indicator.code
    link = head_link(request, indicator.code, sort, first=best_first)
    return Column(
        indicator, places, note(indicator), board_url(seen.dispatch, indicator.code, shown.peers, seen.number),
        link["url"], link["order"],
    )  # fmt: skip


def decimals(cells: Iterable[Cell | None], indicator: Measured) -> int:
    """At which no figure of a column loses a digit, nor a change against one that had more than those shown."""
    numbers = [number for cell in cells if cell is not None for number in (cell.number, cell.change)]
    return column_places(numbers, most=SHARE_PLACES if indicator.kind == Kind.SHARE else MOST)


def note(indicator: Measured) -> str:
    """The unit of measure and the better direction, as the head of a column says them."""
    unit = "%" if indicator.kind in (Kind.PERCENT, Kind.SHARE) else ""
    if indicator.kind == Kind.SCORE and indicator.maximum is not None:
        unit = _("of %(maximum)s") % {"maximum": number_text(indicator.maximum)}
    better = str(Direction(indicator.direction).label)
    return f"{unit}, {better}" if unit else better


def head_link(request: HttpRequest, key: str, sort: str, *, first: str) -> dict[str, str]:
    """A click sorts by the column, the next one the other way round."""
    current = sort.removeprefix("-") == key
    other = key if sort.startswith("-") else f"-{key}"
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = other if current else first
    order = ("descending" if sort.startswith("-") else "ascending") if current else ""
    return {"url": "?" + query.urlencode(), "order": order}


# --- Rows -----------------------------------------------------------------------------------------
def _lines(shown: Table, columns: list[Column], seen: Chosen, user: User) -> list[dict[str, object]]:
    own, desk, link = access.own_units(user), access.at_desk(user), figure_urls(seen.dispatch, seen.number)
    return [
        {
            "name": named(row, own, desk=desk),
            "own": row.unit_id in own,
            "cells": [
                {
                    "html": column_cell(
                        cell,
                        column.places,
                        link(row.unit, column.indicator.code),
                        seen.own_changes_url,
                        missed=column.indicator.id in row.missing,
                    ),
                    "step": cell.step if cell else 0,
                }
                for cell, column in zip(row.cells, columns, strict=True)
            ],
        }
        for row in shown.rows
    ]


def named(row: Row | MatrixRow, own: frozenset[int], *, desk: bool) -> SafeString:
    name = format_html("{}", row.unit_name)
    if desk or row.unit_id in own or row.parent_id in own:
        name = format_html('<a href="{}">{}</a>', reverse("unit", args=[row.unit]), row.unit_name)
    return mark.own(name) if row.unit_id in own else name


def column_cell(cell: Cell | None, places: int, url: str, changes: str, *, missed: bool) -> SafeString:
    """`changes` leads to what the figure's edition corrected; `missed`: that there is none is disputed."""
    if cell is None or cell.number is None:
        figure = mark.to_figure(url, mark.no_number(cell.value if cell else None))
        marks = mark.beside(disputed=missed, corrected=False, changes=changes)
        return format_html('{} <span class="note">{}</span>', figure, marks) if marks else figure
    figure = mark.to_figure(url, ratio_text(cell.number, places))
    marks = mark.beside(disputed=cell.disputed, corrected=cell.corrected, changes=changes)
    if cell.rank is None and not cell.change and not marks:
        return figure
    rank = format_html('<span title="{}">{}</span>', _rank(cell), rank_text(cell.rank, cell.tied)) if cell.rank else ""
    moved = arrow(cell.change, cell.better, places)
    return format_html('{} <span class="note">{} {} {}</span>', figure, rank, moved, marks)


def _rank(cell: Cell) -> str:
    return _("rank %(rank)s of %(of)s") % {"rank": rank_text(cell.rank, cell.tied), "of": cell.rank_of}


def arrow(change: Decimal | None, better: bool | None, places: int) -> SafeString:
    """Up or down since the dispatch before; hollow where that is worse, which hue alone would not tell."""
    if not change:
        return SafeString("")
    said = _("better than before") if better else _("worse than before") if better is False else _("than before")
    up, down = ("△", "▽") if better is False else ("▲", "▼")
    return format_html(
        '<span class="moved"><span aria-hidden="true">{}</span>{}<span class="visually-hidden"> {}</span></span>',
        up if change > 0 else down, ratio_text(abs(change), places), said,
    )  # fmt: skip


def _peer_links(shown: Table, seen: Chosen) -> list[dict[str, object]]:
    return [
        {
            "label": each.label,
            "url": table_url(seen.dispatch, each.peers, seen.number),
            "current": each.peers == shown.peers,
        }
        for each in shown.groups
    ]  # fmt: skip


def _compare(shown: Table, seen: Chosen, user: User) -> str:
    """Where the reader's own unit of this list stands beside others."""
    own = access.own_units(user)
    mine = next((row for row in shown.rows if row.unit_id in own), None)
    return compare_url(seen.dispatch, mine.unit, seen.number) if mine else ""


# --- As a file ------------------------------------------------------------------------------------
def _file(shown: Whole, seen: Chosen, kind: str) -> HttpResponse:
    """The figure, what it is of, the rank and the change of each indicator in columns of their own."""
    head, kinds = [_("Unit")], [TEXT]
    for each in shown.indicators:
        of = [_("of")] if each.kind == Kind.SHARE else []
        head += [f"{each.code} {each.label}", *of, _("Rank"), "", _("Change")]
        kinds += [NUMBER, *[NUMBER] * len(of), NUMBER, TEXT, NUMBER]
    head.append(_("Note"))
    title = _("All indicators – %(peers)s") % {"peers": shown.peers_label}
    rows = _rows(shown, (*kinds, TEXT))
    return download.answer(download.Sheet(title, above(seen, title), tuple(head), rows), kind)


def _rows(shown: Whole, kinds: Sequence[str]) -> Iterator[Sequence[download.Cell] | Line]:
    for row in shown.rows:
        if isinstance(row, Row):
            yield [row.unit_name, *_written(row, shown.indicators), _noted(row, shown.indicators)]
        else:
            yield Line(kinds, [*row, ""])


def _written(row: Row, indicators: Sequence[Measured]) -> list[download.Cell]:
    cells: list[download.Cell] = []
    for cell, indicator in zip(row.cells, indicators, strict=True):
        share = [cell.out_of if cell else None] if indicator.kind == Kind.SHARE else []
        if cell is None:
            cells += [None, *share, None, "", None]
        else:
            change = cell.change if indicator.kind != Kind.SHARE else _rounded(cell.change)
            cells += [cell.value, *share, cell.rank, download.tie(cell.tied), change]
    return cells


def _noted(row: Row, indicators: Sequence[Measured]) -> str:
    missed = [each.id in row.missing for each in indicators]
    return noted(row.cells, [each.label for each in indicators], missed)


def noted(cells: Sequence[Cell | None], called: Sequence[str], missed: Sequence[bool] = ()) -> str:
    """What is marked in a row, each by what its column is called; `missed`: that there is no figure is disputed."""
    said = [
        (name, mark.written(disputed=cell.disputed if cell else miss, corrected=bool(cell and cell.corrected)))
        for name, cell, miss in zip(called, cells, missed or [False] * len(cells), strict=True)
    ]
    return "; ".join(f"{name}: {text}" for name, text in said if text)


def _rounded(change: Decimal | None) -> Decimal | None:
    return change and shown_as(Fraction(change), MOST)
