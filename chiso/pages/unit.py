"""Units whose pages the reader may open, and one unit's own page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import cast

from django.contrib.auth.decorators import login_required
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.models import Edition, Level, Unit, User
from chiso.pages import access, mark
from chiso.pages.address import board_url, changes_url, dispatch_url, figure_url
from chiso.pages.tables import InOrder, UnitTable
from chiso.queries import scorecard as query
from chiso.queries.dispatch import preferred
from chiso.queries.standing import Place
from chiso.values.alphabet import fold
from chiso.words.figure import rank_text

PER_PAGE = 100
FROM_ABOVE = Case(*(When(level=level, then=place) for place, level in enumerate(Level.values)), default=len(Level))
ORDER = (FROM_ABOVE, "order", "sort_key", "slug")


@dataclass(frozen=True, slots=True)
class Line:
    name: SafeString
    level: str
    parent: str
    code: str
    own: bool


@login_required
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    words = request.GET.get("q", "").strip()
    visible = Unit.objects.visible_to(user)
    found = visible.filter(search__contains=fold(words)).select_related("parent").order_by(*ORDER)
    own = access.own_units(user)
    table = UnitTable(InOrder([_listed(unit, own) for unit in found]), orderable=False, caption=_("Units"))
    table.turn_to(request.GET.get("page"), per_page=PER_PAGE)
    context = {"table": table, "words": words, "found": len(table.data), "count": visible.count()}
    return render(request, "chiso/units.html", context)


def _listed(unit: Unit, own: frozenset[int]) -> Line:
    link = format_html('<a href="{}">{}</a>', reverse("unit", args=[unit.slug]), unit.name)
    mine = unit.pk in own
    return Line(
        mark.own(link) if mine else link,
        str(unit.get_level_display()),
        unit.parent.name if unit.parent else "",
        unit.code or "",
        mine,
    )


@login_required
@require_safe
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    user = cast("User", request.user)
    merged = Unit.objects.filter(slug=slug, merged_into__in=Unit.objects.visible_to(user)).first()
    if merged is not None and merged.merged_into is not None:
        return redirect("unit", merged.merged_into.slug)
    shown = get_object_or_404(Unit.objects.visible_to(user).select_related("parent"), slug=slug)
    card = query.for_unit(shown, user)
    by_dispatch: dict[int, list[Edition]] = defaultdict(list)
    for one in card.editions:
        by_dispatch[one.dispatch.pk].append(one.edition)
    opens = {pk: preferred(editions) for pk, editions in by_dispatch.items()}
    context = {
        "unit": shown,
        "own": shown.pk in access.own_units(user),
        "editions": [_edition(one, shown, opens[one.dispatch.pk]) for one in card.editions],
    }
    return render(request, "chiso/unit.html", context)


def _edition(one: query.EditionFigures, unit: Unit, opens: Edition) -> dict[str, object]:
    """`opens` is the edition to which a link without a number leads."""
    number = None if one.edition == opens else one.edition.number
    return {
        "edition": one.edition,
        "chip": mark.chip(one.edition),
        "dispatch": one.dispatch,
        "url": dispatch_url(one.dispatch, number),
        "changes_url": changes_url(one.dispatch, one.edition.number) if one.edition.number > 1 else "",
        "figures": [_figure(figure, one.edition, unit, number) for figure in one.figures],
        "ranked": any(figure.places for figure in one.figures),
    }


def _figure(figure: query.Figure, edition: Edition, unit: Unit, number: int | None) -> dict[str, object]:
    return {
        "indicator": figure.indicator,
        "value": mark.to_figure(
            figure_url(edition.dispatch, unit.slug, figure.indicator.code, number),
            mark.figure(figure.value, figure.out_of, figure.indicator.kind, figure.printed),
        ),
        "printed": mark.printed(figure.printed, figure.cell, figure.source_name),
        "places": [_place(place, figure, edition, unit, number) for place in figure.places],
    }


def _place(place: Place, figure: query.Figure, edition: Edition, unit: Unit, number: int | None) -> dict[str, str]:
    return {
        "text": f"{rank_text(place.rank, place.tied)}/{place.rank_of}",
        "url": board_url(edition.dispatch, figure.indicator.code, place.peers, number),
        "peers": _("in %(unit)s") % {"unit": unit.parent.name} if ":" in place.peers and unit.parent else "",
    }
