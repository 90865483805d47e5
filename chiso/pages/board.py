"""The ranking list: one indicator, one group of peers, every unit."""

from __future__ import annotations

from collections.abc import Callable
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
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.models import Direction, Kind, User
from chiso.pages import access, conditional, download, mark
from chiso.pages.address import board_url, figure_urls, table_url
from chiso.pages.dispatch import Chosen, chosen, edition_links
from chiso.pages.tables import BoardTable, InOrder, page_number
from chiso.queries import board as query
from chiso.queries import board_page
from chiso.queries.board import Board, BoardRow
from chiso.queries.board_page import Page, Wanted
from chiso.ranking.shown import MOST
from chiso.ranking.shown import shown as shown_as
from chiso.words.figure import cell_text, date_text, number_text, rank_text, ratio_text

# Where a share has endless decimals, one is enough to compare; what is printed stands beside it.
SHARE_PLACES = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list as it is drawn."""

    rank: str | SafeString
    unit: SafeString
    number: SafeString
    bar: SafeString
    printed: str | SafeString
    own: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """What all rows of a list share: the decimals of its figures, the number at the full width of the bars."""

    places: int
    full: Decimal
    own: frozenset[int]
    at_desk: bool
    changes: str  # what the edition corrected
    figure: Callable[[str, str], str]  # the address of a unit's figure by an indicator


@login_required
@require_safe
@access.published
def board(request: HttpRequest, *, issuer: str, year: int, address: str, indicator: str, peers: str) -> HttpResponse:
    seen, reader = chosen(request, issuer, year, address), cast("User", request.user)
    kind, words = download.asked(request), request.GET.get("q", "").strip()
    wanted = Wanted(_sort(request), words, page_number(request), every_group=request.GET.get("groups") == "all")
    try:
        if kind:
            whole = query.for_edition(seen.edition, indicator, peers, seen.sight, reader=reader)
            return _file(whole, wanted, seen, kind)
        page = board_page.for_edition(seen.edition, indicator, peers, seen.sight, wanted, reader=reader)
    except query.NoBoard as error:
        raise Http404 from error
    if not seen.edition.is_published:
        return _drawn(request, seen, page, wanted)
    return conditional.answer(request, (seen, page), lambda: _drawn(request, seen, page, wanted))


def _drawn(request: HttpRequest, seen: Chosen, page: Page, wanted: Wanted) -> HttpResponse:
    shown, reader = page.board, cast("User", request.user)
    title, peers = _title(shown), shown.peers
    context = {
        "seen": seen,
        "page": page,
        "edition": seen.edition,
        "dispatch": seen.dispatch,
        "chip": mark.chip(seen.edition),
        "board": shown,
        "title": title,
        "table": _table(shown, _scale(page, seen, reader), sort=wanted.sort, caption=title),
        "words": wanted.words,
        "whole": seen.sight.whole,
        "ranks_only": seen.sight.ranks_only(rest=shown.indicator.rest),
        "downloads": download.links(request),
        "table_url": table_url(seen.dispatch, peers, seen.number),
        "sort": request.GET.get("sort", ""),
        "spread": _spread(page),
        "indicators": _indicator_links(shown, seen),
        "peers": _peer_links(shown, seen),
        "editions": edition_links(seen),
        "asked": request.GET.get("edition", ""),
        "base": board_url(seen.dispatch, shown.indicator.code, peers, seen.number),
        "direction": Direction(shown.indicator.direction).label if shown.indicator.direction else "",
    }
    return render(request, "chiso/board.html", context)


def _title(shown: Board) -> str:
    return f"{shown.indicator.name}\u00a0– {shown.peers_label}"


def _sort(request: HttpRequest) -> str:
    asked = request.GET.get("sort", "")
    return asked if asked.removeprefix("-") in board_page.KEYS else board_page.BY_RANK


def _table(shown: Board, scale: Scale, *, sort: str, caption: str) -> BoardTable:
    lines = [_line(row, scale, shown) for row in shown.rows]
    ranked = bool(shown.indicator.direction)
    if not ranked and sort.lstrip("-") == "rank":
        sort = ""
    unused = [name for name, used in (("rank", ranked), ("bar", scale.full)) if not used]
    table = BoardTable(InOrder(lines), order_by=sort, exclude=unused, caption=caption)
    head, note = _head(shown)
    column = table.columns["number"].column
    column.verbose_name, column.note = head, note
    if scale.full:
        table.columns["bar"].column.note = mark.axis(number_text(scale.full))
    return table


def _head(shown: Board) -> tuple[str, str]:
    """What the figures are, and which are better: the head of their column."""
    indicator = shown.indicator
    titles = {
        Kind.SCORE: _("Score"),
        Kind.PERCENT: _("Rate (%)"),
        Kind.SHARE: _("Rate (%)"),
        Kind.COUNT: _("Count"),
    }
    better = str(Direction(indicator.direction).label)
    if indicator.kind == Kind.SCORE and indicator.maximum is not None:
        of = _("of %(maximum)s") % {"maximum": number_text(indicator.maximum)}
        better = f"{of}, {better}"
    return titles[Kind(indicator.kind)], better


def _scale(page: Page, seen: Chosen, user: User) -> Scale:
    indicator, highest = page.board.indicator, page.board.summary.highest if page.board.summary else Decimal(0)
    full = indicator.maximum if indicator.kind == Kind.SCORE else None
    if indicator.kind in (Kind.PERCENT, Kind.SHARE):
        full = Decimal(100)
    return Scale(
        _places(page), max(full or Decimal(0), highest), access.own_units(user), access.at_desk(user),
        seen.own_changes_url, figure_urls(seen.dispatch, seen.number),
    )  # fmt: skip


def _places(page: Page) -> int:
    return min(page.decimals, SHARE_PLACES) if page.board.indicator.kind == Kind.SHARE else page.decimals


def _line(row: BoardRow, scale: Scale, shown: Board) -> Line:
    own = row.unit_id in scale.own
    return Line(
        _rank(row, shown), _unit(row, scale, own), _number(row, scale, shown), _bar(row, scale), _printed(row), own
    )


def _rank(row: BoardRow, shown: Board) -> str | SafeString:
    if row.rank is not None:
        return rank_text(row.rank, row.tied)
    if row.number is None and not row.unit:
        return mark.missing(_("not ranked"))
    if row.number is None:
        return mark.missing(
            _("not ranked: no figure") if row.value is None else _("not ranked: of 0 there is no share")
        )
    return mark.missing(_("not ranked: nobody to compare with"))


def _unit(row: BoardRow, scale: Scale, own: bool) -> SafeString:
    if not row.unit:
        return format_html('<span class="quiet">{}</span>', row.unit_name)
    open_to_reader = scale.at_desk or own or row.parent_id in scale.own
    name = format_html('<a href="{}">{}</a>', reverse("unit", args=[row.unit]), row.unit_name)
    name = name if open_to_reader else format_html("{}", row.unit_name)
    return mark.own(name) if own else name


def _number(row: BoardRow, scale: Scale, shown: Board) -> SafeString:
    if row.number is None:
        text = mark.no_number(row.value) if row.unit else mark.missing(_("not shown"))
    else:
        text = SafeString(ratio_text(row.number, scale.places))
    figure = mark.to_figure(scale.figure(row.unit, shown.indicator.code), text) if row.unit else format_html("{}", text)
    marks = mark.beside(disputed=row.disputed, corrected=row.corrected, changes=scale.changes)
    return format_html('{} <span class="note marks">{}</span>', figure, marks) if marks else figure


def _bar(row: BoardRow, scale: Scale) -> SafeString:
    """A bar from 0 to what the indicator allows. The figure beside it says the same in digits."""
    if row.number is None or not scale.full:
        return SafeString("")
    width = f"{100 * row.number / scale.full:.2f}"
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" width="100" height="10"/><rect class="fill" width="{}" height="10"/></svg>',
        width,
    )


def _printed(row: BoardRow) -> str | SafeString:
    if not row.unit:
        return mark.missing(_("not shown"))
    if row.value is None:
        return mark.missing(_("no figure in the dispatch"))
    return mark.printed(row.printed, row.cell, row.source_name)


def _spread(page: Page) -> dict[str, str] | None:
    """The mean as everywhere, with one decimal more than the figures that it is made of."""
    found = page.board.summary
    if found is None or found.count < 2:
        return None
    places = _places(page)
    mean = SHARE_PLACES if page.board.indicator.kind == Kind.SHARE else min(places + 1, MOST)
    return {
        "lowest": number_text(found.lowest, places),
        "highest": number_text(found.highest, places),
        "mean": number_text(shown_as(Fraction(found.mean), mean)),
    }


def _indicator_links(shown: Board, seen: Chosen) -> list[dict[str, object]]:
    """The other indicators among the same peers."""
    return [
        {
            "label": choice.indicator_label,
            "title": choice.indicator.name,
            "url": board_url(seen.dispatch, choice.indicator_code, choice.peers, seen.number),
            "current": choice.indicator == shown.indicator,
        }
        for choice in shown.choices
        if choice.peers == shown.peers
    ]


def _peer_links(shown: Board, seen: Chosen) -> list[dict[str, object]]:
    """The other groups of peers, by the same indicator where they have it, else by their first."""
    groups: dict[str, query.Choice] = {}
    for choice in shown.choices:
        if choice.peers not in groups or choice.indicator == shown.indicator:
            groups[choice.peers] = choice
    return [
        {
            "label": choice.peers_label,
            "count": choice.count,
            "url": board_url(seen.dispatch, choice.indicator_code, choice.peers, seen.number),
            "current": choice.peers == shown.peers,
        }
        for choice in groups.values()
    ]


# --- As a file ------------------------------------------------------------------------------------
def above(seen: Chosen, title: str) -> tuple[str, ...]:
    """What stands above a list of a dispatch's figures in a file: of which dispatch, in which state, of what."""
    dispatch = seen.dispatch
    facts = [capfirst(str(dispatch)), seen.edition.get_state_display()]
    if seen.edition.number > 1:
        facts.append(_("Edition %(number)s") % {"number": seen.edition.number})
    if dispatch.data_as_of:
        facts.append(f"{_('Data as of')} {date_text(dispatch.data_as_of)}")
    if dispatch.subject:
        facts.append(capfirst(seen.subject))
    return f"{_('Sample data')}: {title}" if dispatch.is_sample else title, " · ".join(facts)


def _file(whole: Board, wanted: Wanted, seen: Chosen, kind: str) -> HttpResponse:
    rows = board_page.matching(board_page.in_order(whole.rows, wanted.sort), wanted.words)
    return download.answer(_sheet(whole, rows, seen, _title(whole)), kind)


def _sheet(shown: Board, rows: list[BoardRow], seen: Chosen, title: str) -> download.Sheet:
    figure, better = _head(shown)
    share = shown.indicator.kind == Kind.SHARE
    head = (
        _("Rank"), "", _("Unit"), f"{figure} ({better})", *([_("Count")] if share else []), _("of"), _("As printed"),
        _("Cell"), _("File"), _("Note"),
    )  # fmt: skip
    return download.Sheet(title, above(seen, title), head, [_written(row, share=share) for row in rows])


def _written(row: BoardRow, *, share: bool) -> list[download.Cell]:
    """Of a share its rate, and the count behind it where that is told."""
    typed = _("typed by hand") if row.unit and row.value is not None else ""
    return [
        row.rank, download.tie(row.tied), row.unit_name, *(_counted(row) if share else [row.value]), row.out_of,
        row.printed,
        cell_text(row.cell) or typed, row.source_name, mark.written(disputed=row.disputed, corrected=row.corrected),
    ]  # fmt: skip


def _counted(row: BoardRow) -> list[download.Cell]:
    number = None if row.number is None else shown_as(Fraction(row.number), SHARE_PLACES)
    return [number, row.value if row.unit else None]
