"""One indicator over the dispatches of an office: units by dispatches."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.models import Dispatch, Kind, User
from chiso.pages import access, download, mark
from chiso.pages.address import board_url, changes_url, dispatch_url, figure_url
from chiso.pages.chart import broken_text
from chiso.pages.table import column_cell, decimals, head_link, named, note, noted
from chiso.pages.tables import page_number
from chiso.queries import matrix as query
from chiso.queries import sight
from chiso.queries.board import Choice
from chiso.queries.matrix import Matrix, Row, Wanted
from chiso.words.figure import date_text

PERIODS = dict(Dispatch._meta.get_field("period").flatchoices)


@login_required
@require_safe
@access.published
def first(request: HttpRequest, *, issuer: str) -> HttpResponse:
    """By the indicator and the peers asked for where a dispatch of the office has them, else by the first of the
    newest."""
    asked = request.GET.get("indicator", ""), request.GET.get("peers", "")
    try:
        choice = query.first(cast("User", request.user), issuer, *asked)
    except query.NoMatrix as error:
        raise Http404 from error
    return redirect("matrix", issuer, choice.indicator_code, choice.peers)


@login_required
@require_safe
@access.published
def matrix(request: HttpRequest, *, issuer: str, indicator: str, peers: str) -> HttpResponse:
    user, kind, words = cast("User", request.user), download.asked(request), request.GET.get("q", "").strip()
    sight.memberships(user)  # known before others ask for them
    wanted = Wanted(
        sort=request.GET.get("sort", ""), words=words, page=page_number(request), whole=bool(kind),
        skip=_skip(request), period=request.GET.get("period", ""),
    )  # fmt: skip
    try:
        shown = query.for_issuer(user, issuer, indicator, peers, wanted)
    except query.NoMatrix as error:
        raise Http404 from error
    title = _("%(indicator)s over the dispatches – %(peers)s")
    title %= {"indicator": shown.indicator.name, "peers": shown.peers_label}
    if kind:
        return download.answer(_sheet(shown, title), kind)
    context = {
        "title": title, "shown": shown, "words": words, "sort": wanted.sort, "issuer": shown.issuer,
        "columns": [_head(column, shown, request) for column in shown.columns], "lines": _lines(shown, user),
        "note": note(shown.indicator),
        "by_name": head_link(request, "unit", wanted.sort, first="unit"), "downloads": download.links(request),
        "indicators": _indicators(shown), "peers": _peers(shown), "most": query.MOST, "period": wanted.period,
        "newer": str(max(0, wanted.skip - query.MOST) or ""), "older": wanted.skip + query.MOST,
        "periods": _periods(shown),
    }  # fmt: skip
    return render(request, "chiso/matrix.html", context)


def _periods(shown: Matrix) -> list[dict[str, object]]:
    current = shown.columns[0].edition.dispatch.period
    return [{"key": each, "label": capfirst(str(PERIODS[each])), "current": each == current} for each in shown.periods]


def _skip(request: HttpRequest) -> int:
    asked = request.GET.get("skip", "")
    return min(int(asked[:6]), query.KEPT) if asked.isdecimal() else 0


def _head(column: query.Column, shown: Matrix, request: HttpRequest) -> dict[str, object]:
    dispatch, number = column.edition.dispatch, column.edition.number
    ranking = board_url(dispatch, shown.indicator.code, shown.peers, number) if column.held else ""
    return {
        "dispatch": dispatch,
        "sample": mark.sample() if dispatch.is_sample else "",
        "day": date_text(dispatch.data_as_of),
        "board": ranking or dispatch_url(dispatch),
        "breaks": capfirst(broken_text(column.breaks)) if column.breaks else "",
        "sort": head_link(request, str(column.edition.pk), request.GET.get("sort", ""), first=str(column.edition.pk)),
    }


def _lines(shown: Matrix, user: User) -> list[dict[str, object]]:
    own, desk = access.own_units(user), access.at_desk(user)
    places = decimals((cell for row in shown.rows for cell in row.cells), shown.indicator)
    return [
        {
            "name": named(row, own, desk=desk),
            "own": row.unit_id in own,
            "cells": [_cell(row, place, places, shown) for place in range(len(shown.columns))],
        }
        for row in shown.rows
    ]


def _cell(row: Row, place: int, places: int, shown: Matrix) -> dict[str, object]:
    cell, column = row.cells[place], shown.columns[place]
    url = figure_url(column.edition.dispatch, row.unit, shown.indicator.code, column.edition.number)
    return {
        "html": column_cell(
            cell, places, url, changes_url(column.edition.dispatch, column.edition.number), missed=place in row.missing
        ),
        "step": cell.step if cell else 0,
        "breaks": column.breaks,
    }


def _indicators(shown: Matrix) -> list[dict[str, object]]:
    return [
        {
            "label": each.indicator_label,
            "title": each.indicator.name,
            "url": _url(shown, each),
            "current": each.indicator_code == shown.indicator.code,
        }
        for each in shown.choices
        if each.peers == shown.peers
    ]


def _peers(shown: Matrix) -> list[dict[str, object]]:
    """The other groups of peers, by the same indicator where they have it, else by their first."""
    groups: dict[str, Choice] = {}
    for each in shown.choices:
        if each.peers not in groups or each.indicator_code == shown.indicator.code:
            groups[each.peers] = each
    return [
        {"label": each.peers_label, "url": _url(shown, each), "current": each.peers == shown.peers}
        for each in groups.values()
    ]


def _url(shown: Matrix, choice: Choice) -> str:
    return reverse("matrix", args=[shown.issuer.slug, choice.indicator_code, choice.peers])


# --- As a file ------------------------------------------------------------------------------------
def _sheet(shown: Matrix, title: str) -> download.Sheet:
    head = [_("Unit")]
    share = shown.indicator.kind == Kind.SHARE
    for column in shown.columns:
        dispatch = column.edition.dispatch
        day = date_text(dispatch.data_as_of)
        called = f"{capfirst(str(dispatch))} ({day})" if day else capfirst(str(dispatch))
        head.append(f"{called} – {_('sample data')}" if dispatch.is_sample else called)
        head += [*([_("of")] if share else []), _("Rank"), ""]
    head.append(_("Note"))
    names = [str(column.edition.dispatch) for column in shown.columns]
    rows = [
        [row.unit_name, *_written(row, share=share),
         noted(row.cells, names, [place in row.missing for place in range(len(names))])]
        for row in shown.rows
    ]  # fmt: skip
    return download.Sheet(title, (title, shown.issuer.name), tuple(head), rows)


def _written(row: Row, *, share: bool) -> list[download.Cell]:
    cells: list[download.Cell] = []
    for cell in row.cells:
        of: list[Decimal | None] = [cell.out_of if cell else None] if share else []
        cells += [cell.value, *of, cell.rank, download.tie(cell.tied)] if cell else [None, *of, None, ""]
    return cells
