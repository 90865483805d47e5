"""One figure: as printed and as read, where it came from, and what became of it. One click from wherever it stands."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.models import Indicator, Level, Result, State, Unit, User
from chiso.pages import access, mark
from chiso.pages.address import board_url, dispatch_url, figure_url, reply_url
from chiso.pages.dispatch import Chosen, chosen, edition_links
from chiso.queries import figure as query
from chiso.queries import reply as replies
from chiso.queries import window
from chiso.queries.standing import Place
from chiso.words import finding as finding_words
from chiso.words.figure import MISSING, cell_text, kind_shown, rank_text, value_text
from chiso.words.place import where_text

SHORT = 12  # characters of a sha256 that are enough to tell two files apart


@login_required
@require_safe
@access.published
def figure(request: HttpRequest, *, issuer: str, year: int, address: str, unit: str, indicator: str) -> HttpResponse:
    seen = chosen(request, issuer, year, address)
    user = cast("User", request.user)
    try:
        shown = query.for_figure(
            seen.editions, seen.edition, unit=unit, indicator=indicator, user=user, sight=seen.sight
        )
    except query.NoFigure as error:
        raise Http404 from error
    context = {
        "seen": seen,
        "edition": seen.edition,
        "dispatch": seen.dispatch,
        "chip": mark.chip(seen.edition),
        "figure": shown,
        "board": True,  # the facts above name the dispatch, as on a board
        "own": shown.unit.pk in access.own_units(user),
        "value": _value(shown.result, shown.indicator),
        "kind": shown.indicator.get_kind_display(),
        "file": _file(shown),
        "cell": _cell(shown),
        "places": [_place(place, shown, seen) for place in shown.here.places],
        "editions": _edition_links(seen, shown),
        "several": [
            _edition(one, before, shown, seen) for one, before in zip_longest(shown.editions, shown.editions[1:])
        ],
        "changes": [_change(one, shown) for one in shown.changes],
        "findings": [_finding(row) for row in shown.findings],
        "earlier": [_earlier(one, shown) for one in shown.earlier],
        "draft": shown.at_desk and seen.edition.state == State.DRAFT,
        "unit_url": _unit_url(shown, user),
        **_replies(shown, seen, user),
    }
    return render(request, "chiso/figure.html", context)


def _replies(shown: query.Figure, seen: Chosen, user: User) -> dict[str, object]:
    """What was said against the figure, for those who are told of it, and the way to dispute it for its own unit."""
    several = replies.of_figure(seen.editions, shown.unit, shown.indicator, user)
    disputing = [each for each in several if each.is_disputing and each.edition.number <= seen.edition.number]
    free = replies.speaks_for(user, shown.unit.pk) and not any(each.is_disputing for each in several)
    days = window.of(seen.edition, shown.unit) if free and window.is_open(seen.edition, timezone.localdate()) else None
    figure = shown.indicator.pk
    taken = days is not None and days.is_open(figure, timezone.localdate()) and _may_be_wrong(shown, seen)
    return {
        "replies": several,
        "disputed": bool(disputing),
        "reply_url": reply_url(seen.dispatch, shown.unit.slug, shown.indicator.code, seen.number) if taken else "",
        "reply_until": days.closes_on(figure) if days and taken else None,
    }


def _may_be_wrong(shown: query.Figure, seen: Chosen) -> bool:
    """A figure, or the lack of one that others have."""
    return shown.result is not None or query.lacks(seen.edition, shown.unit, shown.indicator)


def _value(result: Result | None, indicator: Indicator) -> str:
    if result is None:
        return MISSING
    return value_text(result.value, result.out_of, kind_shown(result.printed, indicator.kind))


def _cell(shown: query.Figure) -> str:
    """Where it is printed; at the desk also the spot in the file ("Phụ lục II!C3"), for those who may open it."""
    cell = shown.result.cell if shown.result else ""
    return where_text(cell) if cell and shown.at_desk else cell_text(cell)


def _file(shown: query.Figure) -> dict[str, Any] | None:
    """The file and, at the desk, who brought it: what a colleague did is no reader's business."""
    upload = shown.result.source if shown.result else None
    if upload is None:
        return None
    file = {"name": upload.name, "sha256": upload.sha256[:SHORT]}
    return file | {"at": upload.at, "by": upload.by, "pk": upload.pk} if shown.at_desk else file


def _place(place: Place, shown: query.Figure, seen: Chosen) -> dict[str, str]:
    level, within, _parent = place.peers.partition(":")
    label = str(Level(level).label)
    if within and shown.unit.parent:
        label = _("%(level)s of %(unit)s") % {"level": label, "unit": shown.unit.parent.name}
    return {
        "text": f"{rank_text(place.rank, place.tied)}/{place.rank_of}",
        "peers": label,
        "url": board_url(seen.dispatch, shown.indicator.code, place.peers, seen.number),
    }


def _edition_links(seen: Chosen, shown: query.Figure) -> list[dict[str, object]]:
    """The same figure in the other editions."""
    links = edition_links(seen)
    for link, one in zip(links, seen.editions, strict=True):
        link["url"] = figure_url(seen.dispatch, shown.unit.slug, shown.indicator.code, one.number)
    return links


def _edition(
    one: query.InEdition, before: query.InEdition | None, shown: query.Figure, seen: Chosen
) -> dict[str, object]:
    edition = one.edition
    return {
        "edition": edition,
        "chip": mark.chip(edition, numbered=False),
        "current": edition == seen.edition,
        "url": figure_url(seen.dispatch, shown.unit.slug, shown.indicator.code, edition.number),
        "printed": one.result.printed if one.result else "",
        "value": _value(one.result, shown.indicator),
        "ranks": ", ".join(f"{rank_text(each.rank, each.tied)}/{each.rank_of}" for each in one.places),
        "correcting": edition.correcting,
        "kept": before is not None and _said(one) == _said(before),  # the reason of the correction is of other figures
        "reason": seen.sight.told(edition.reason),
        "record": one.result.unit if one.result and one.result.unit_id != shown.unit.pk else None,
    }


def _said(one: query.InEdition) -> tuple[object, ...]:
    return (one.result.value, one.result.out_of, one.result.printed) if one.result else ()


def _change(one: query.Change, shown: query.Figure) -> dict[str, object]:
    return {
        "change": one,
        "who": str(one.by or _("the system")),
        "before": _both(one.before, shown.indicator),
        "after": _both(one.after, shown.indicator),
        "where": cell_text(one.cell),
    }


def _both(value: query.Value, indicator: Indicator) -> dict[str, str]:
    """As printed, and as read where that looks otherwise."""
    if value.value is None:
        return {"printed": MISSING}
    read = value_text(value.value, value.out_of, kind_shown(value.printed, indicator.kind))
    return {"printed": value.printed, "read": "" if read == value.printed else read}


def _finding(row: Any) -> dict[str, object]:
    sentence = finding_words.sentence(row.check_id, "finding", row.severity, row.reason_id, row.where, row.figures)
    return {"row": row, "title": finding_words.check_title(row.check_id), "sentence": sentence}


def _earlier(one: query.Earlier, shown: query.Figure) -> dict[str, object]:
    return {
        "dispatch": one.dispatch,
        "dispatch_url": dispatch_url(one.dispatch),
        "url": figure_url(one.dispatch, shown.unit.slug, shown.indicator.code),
        "printed": one.result.printed,
        "value": _value(one.result, shown.indicator),
    }


def _unit_url(shown: query.Figure, user: User) -> str:
    """The unit's own page, for those who may open it: the nation is beside a figure of the office, and not of it."""
    opens = Unit.objects.visible_to(user).filter(pk=shown.unit.pk).exists()
    return reverse("unit", args=[shown.unit.slug]) if opens else ""
