"""One unit beside up to five others of its level, by every indicator of one edition. Only published figures are
compared: of another unit nothing is shown that a board does not show as well."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.models import Unit, User
from chiso.pages import access, download, mark
from chiso.pages.address import board_url, compare_url, figure_urls, table_url
from chiso.pages.board import above
from chiso.pages.dispatch import Chosen, chosen, edition_links
from chiso.pages.table import note, noted
from chiso.queries import compare as query
from chiso.queries.cells import Cell
from chiso.queries.scorecard import in_points
from chiso.ranking.position import difference
from chiso.ranking.rules import Measure, measure
from chiso.ranking.shown import decimals_of, shown
from chiso.values.number import Kind
from chiso.words.figure import kind_shown, number_text, rank_text, value_text

OFFERED = 150  # peers offered by name; of more, those are that the words find


@login_required
@require_safe
@access.published
def compare(request: HttpRequest, *, issuer: str, year: int, address: str, unit: str) -> HttpResponse:
    seen, user, kind = chosen(request, issuer, year, address), cast("User", request.user), download.asked(request)
    mine = get_object_or_404(Unit.objects.visible_to(user), slug=unit)
    words, others = request.GET.get("q", "").strip(), request.GET.getlist("with")
    shown = query.for_unit(seen.edition, mine, others, seen.sight, reader=user)
    if not seen.sight.whole:
        _forget(request, [column.unit for column in shown.columns[1:]])
    title = _("%(unit)s beside others") % {"unit": mine.name}
    if kind:
        return download.answer(_sheet(shown, seen, title), kind)
    context = {
        "seen": seen, "edition": seen.edition, "dispatch": seen.dispatch, "chip": mark.chip(seen.edition),
        "board": True, "title": title, "unit": mine, "own": mine.pk in access.own_units(user), "shown": shown,
        "words": words, "columns": [_column(column, shown, seen) for column in shown.columns],
        "lines": [_line(line, shown, seen) for line in shown.lines], "editions": edition_links(seen),
        "asked": request.GET.get("edition", ""), "most": query.MOST, "full": len(shown.columns) > query.MOST,
        "found": (found := shown.found(words))[:OFFERED], "more": len(found) > OFFERED,
        "downloads": download.links(request), "table": table_url(seen.dispatch, mine.level, seen.number),
    }  # fmt: skip
    return render(request, "chiso/compare.html", context)


def _forget(request: HttpRequest, others: list[str]) -> None:
    """Who was asked for and is not met here by name stands nowhere on the page: it is made as if asked for without."""
    kept = request.GET.copy()
    kept.setlist("with", others)
    request.META["QUERY_STRING"] = kept.urlencode()
    request.GET = QueryDict(request.META["QUERY_STRING"])


def _column(column: query.Column, shown: query.Comparison, seen: Chosen) -> dict[str, object]:
    left = [each.unit for each in shown.columns[1:] if each != column]
    first = column == shown.columns[0]
    without = "" if first else compare_url(seen.dispatch, shown.columns[0].unit, seen.number, left)
    return {"name": column.name, "slug": column.unit, "first": first, "without": without}


def _line(line: query.Line, shown: query.Comparison, seen: Chosen) -> dict[str, object]:
    indicator = line.indicator
    link = figure_urls(seen.dispatch, seen.number)
    base = _measured(line.cells[0], indicator.kind)
    return {
        "indicator": indicator,
        "note": note(indicator),
        "url": board_url(seen.dispatch, indicator.code, shown.peers, seen.number),
        "cells": [
            _cell(cell, indicator.kind, link(column.unit, indicator.code), None if place == 0 else base)
            | _marks(cell, seen)
            for place, (cell, column) in enumerate(zip(line.cells, shown.columns, strict=True))
        ],
    }


def _cell(cell: Cell | None, kind: str, url: str, base: Measure | None) -> dict[str, object]:
    """A figure as on its unit's page. `base` is what the unit itself has, in the columns of the others."""
    measure = _measured(cell, kind)
    if cell is None or measure is None:
        return {"figure": mark.to_figure(url, mark.missing(_("no figure in the dispatch")))}
    rank = f"{rank_text(cell.rank, cell.tied)}/{cell.rank_of}" if cell.rank else ""
    text = value_text(cell.value, cell.out_of, kind_shown(cell.printed, kind))
    return {
        "figure": mark.to_figure(url, text),
        "rank": rank,
        "more": "" if base is None else _signed(difference(measure, base), kind),
    }


def _measured(cell: Cell | None, kind: str) -> Measure | None:
    return measure(Kind(kind), cell.value, cell.out_of) if cell else None


def _marks(cell: Cell | None, seen: Chosen) -> dict[str, object]:
    if cell is None:
        return {}
    return {"marks": mark.beside(disputed=cell.disputed, corrected=cell.corrected, changes=seen.own_changes_url)}


def _signed(more: Measure, kind: str) -> str:
    sign = "+" if more > 0 else "−" if more < 0 else "±"
    return sign + number_text(abs(shown(in_points(more, kind), decimals_of([more]))))


def _more(cell: Cell | None, base: Measure | None, kind: str) -> Decimal | None:
    measured = _measured(cell, kind)
    if measured is None or base is None:
        return None
    more = difference(measured, base)
    return shown(in_points(more, kind), decimals_of([more]))


def _sheet(shown: query.Comparison, seen: Chosen, title: str) -> download.Sheet:
    head = [_("Indicator"), "", _("Which is better")]
    for column in shown.columns:
        head += [column.name, _("of"), _("Rank"), ""]
        head += [_("difference from the first column")] if column != shown.columns[0] else []
    head.append(_("Note"))
    rows: list[list[download.Cell]] = []
    for line in shown.lines:
        row: list[download.Cell] = [line.indicator.code, line.indicator.name, note(line.indicator)]
        base = _measured(line.cells[0], line.indicator.kind)
        for place, cell in enumerate(line.cells):
            row += [cell.value, cell.out_of, cell.rank, download.tie(cell.tied)] if cell else [None, None, None, ""]
            row += [_more(cell, base, line.indicator.kind)] if place else []
        rows.append([*row, noted(line.cells, [column.name for column in shown.columns])])
    return download.Sheet(title, above(seen, title), tuple(head), rows)
