"""What a correction changed: old and new side by side, with the ranks before and after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.models import Edition, Indicator, Result, Unit, User
from chiso.pages import access, download, mark
from chiso.pages.address import dispatch_url, figure_url
from chiso.pages.board import above
from chiso.pages.dispatch import Chosen, chosen, edition_links
from chiso.queries import correction as query
from chiso.queries.standing import Place
from chiso.words.figure import MISSING, rank_text, value_text

Row = TypeVar("Row", query.Changed, query.Moved)


@login_required
@require_safe
@access.published
def changes(request: HttpRequest, *, issuer: str, year: int, address: str) -> HttpResponse:
    seen = chosen(request, issuer, year, address)
    compared = query.comparison(seen.edition, seen.sight)
    if compared is None:  # the first edition corrects nothing
        raise Http404
    own = access.own_units(cast("User", request.user))
    kind = download.asked(request)
    if kind:
        return download.answer(_sheet(compared, seen, own), kind)
    context = {
        "seen": seen,
        "downloads": download.links(request),
        "edition": seen.edition,
        "dispatch": seen.dispatch,
        "chip": mark.chip(seen.edition),
        "board": True,  # the facts above name the dispatch, as on a board
        "editions": edition_links(seen),
        "compared": compared,
        "old_url": dispatch_url(seen.dispatch, compared.before.number),
        "headline": _headline(compared) if compared.headline_differs else None,
        "figures": [_figure(each, compared, seen, own) for each in _own_first(compared.figures, own)],
        "shifted": [_shifted(each, own) for each in _own_first(compared.shifted, own)],
    }
    return render(request, "chiso/changes.html", context)


def _sheet(compared: query.Comparison, seen: Chosen, own: frozenset[int]) -> download.Sheet:
    before, after = compared.before.number, compared.after.number
    editions = [_("Edition %(number)s") % {"number": number} for number in (before, after)]
    head = [_("Unit"), _("Indicator"), "", *editions, _("Rank"), _("Rank")]
    rows = [
        [each.unit.name, each.indicator.code, each.indicator.name, each.before.printed if each.before else "",
         each.after.printed if each.after else "", *_both(each.places)]
        for each in _own_first(compared.figures, own)
    ] + [
        [move.unit.name, move.indicator.code, move.indicator.name, "", "", *_both((move,))]
        for move in _own_first(compared.shifted, own)
    ]  # fmt: skip
    title = _("What edition %(number)s corrects") % {"number": after}
    return download.Sheet(title, above(seen, title), tuple(head), rows)


def _both(moves: Iterable[query.Moved]) -> tuple[str, str]:
    """The ranks before and after, as texts: a unit may have one among all and one within its parent."""
    told = list(moves)
    return ", ".join(_place(move.before) for move in told), ", ".join(_place(move.after) for move in told)


def _own_first(rows: tuple[Row, ...], own: frozenset[int]) -> list[Row]:
    return sorted(rows, key=lambda row: row.unit.pk not in own)


def _figure(each: query.Changed, compared: query.Comparison, seen: Chosen, own: frozenset[int]) -> dict[str, object]:
    return {
        "unit": _name(each.unit, own),
        "own": each.unit.pk in own,
        "indicator": each.indicator.name,
        "before": _printed(each.before, each.unit, each.indicator, compared.before, seen),
        "after": _printed(each.after, each.unit, each.indicator, compared.after, seen),
        "ranks": [_ranks(move) for move in each.places],
    }


def _shifted(move: query.Moved, own: frozenset[int]) -> dict[str, object]:
    return {
        "unit": _name(move.unit, own),
        "own": move.unit.pk in own,
        "indicator": move.indicator.name,
        "ranks": [_ranks(move)],
    }


def _name(unit: Unit, own: frozenset[int]) -> str | SafeString:
    return mark.own(format_html("{}", unit.name)) if unit.pk in own else unit.name


def _printed(
    result: Result | None, unit: Unit, indicator: Indicator, edition: Edition, seen: Chosen
) -> str | SafeString:
    if result is None:
        return mark.missing(_("no figure in the dispatch"))
    return mark.to_figure(figure_url(seen.dispatch, unit.slug, indicator.code, edition.number), result.printed)


def _ranks(move: query.Moved) -> dict[str, str]:
    within = move.unit.parent.name if ":" in move.peers and move.unit.parent else ""
    return {
        "before": _place(move.before),
        "after": _place(move.after),
        "peers": _("in %(unit)s") % {"unit": within} if within else "",
    }


def _place(place: Place | None) -> str:
    return f"{rank_text(place.rank, place.tied)}/{place.rank_of}" if place else MISSING


def _headline(compared: query.Comparison) -> list[tuple[str, str]]:
    """(before, after) of the letter's score, then of its rank."""
    score, rank = (
        tuple(said(edition) for edition in (compared.before, compared.after)) for said in (_score, _rank_in_letter)
    )
    return [pair for pair in ((score[0], score[1]), (rank[0], rank[1])) if pair[0] != pair[1]]


def _score(edition: Edition) -> str:
    return value_text(edition.headline_score, edition.headline_out_of, "score")


def _rank_in_letter(edition: Edition) -> str:
    return f"{edition.headline_rank}/{edition.headline_rank_of}" if edition.headline_rank else MISSING
