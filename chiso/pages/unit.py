"""Units whose pages the reader may open, and a unit's own page by one of its dispatches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.models import Level, Unit, User
from chiso.pages import access, download, mark, picture, slide, unit_sheet, whatif
from chiso.pages.dispatch import no_edition
from chiso.pages.lacking import Lacking
from chiso.pages.scorecard import Page, chart_title
from chiso.pages.tables import InOrder, UnitTable
from chiso.queries import scorecard as query
from chiso.queries.reply import speaks_for
from chiso.queries.sight import memberships
from chiso.values.alphabet import fold

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
    kind = download.asked(request)
    if kind:
        return download.answer(_sheet(found), kind)
    table.turn_to(request.GET.get("page"), per_page=PER_PAGE)
    context = {
        "table": table, "words": words, "found": len(table.data), "count": visible.count(),
        "downloads": download.links(request),
    }  # fmt: skip
    return render(request, "chiso/units.html", context)


def _sheet(units: Iterable[Unit]) -> download.Sheet:
    head = (_("Unit"), _("Level"), _("Belongs to"), _("Official code"))
    rows = [[unit.name, str(unit.get_level_display()), unit.parent.name if unit.parent else "", unit.code or ""]
            for unit in units]  # fmt: skip
    return download.Sheet(_("Units"), (_("Units"),), head, rows)


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
@access.published
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """By the newest dispatch that has a figure of it."""
    return _shown(request, slug, None)


@login_required
@require_safe
@access.published
def unit_dispatch(request: HttpRequest, slug: str, issuer: str, year: int, address: str) -> HttpResponse:
    return _shown(request, slug, (issuer, year, address))


@login_required
@require_safe
@access.published
def unit_chart(request: HttpRequest, slug: str, issuer: str, year: int, address: str) -> HttpResponse:
    """The chart alone, as a file for a slide: SVG, and a picture where a program reads none."""
    kind = request.GET.get("format", "") or "svg"
    found = _found(request, slug)
    if kind not in ("svg", "png"):
        raise download.no_kind(request)
    card = _card(request, found, (issuer, year, address)) if found.merged_into is None else None
    office = str(card.edition.dispatch.issuer) if card else ""
    drawing = slide.made(card.moments, title=chart_title(card), office=office) if card else None
    if card is None or drawing is None:
        raise Http404
    if kind == "png":
        answer = HttpResponse(picture.png(drawing), content_type="image/png")
    else:
        answer = render(request, "chiso/slide.svg", {"slide": drawing}, content_type="image/svg+xml")
    code = card.charted.code if card.charted else ""
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-{code}.{kind}"'
    return answer


def _shown(request: HttpRequest, slug: str, dispatch: tuple[str, int, str] | None) -> HttpResponse:
    found = _found(request, slug)
    if found.merged_into is not None:
        name, rest = ("unit_dispatch", dispatch) if dispatch else ("unit", ())
        return redirect(name, found.merged_into.slug, *rest)
    card = _card(request, found, dispatch)
    own = found.pk in access.own_units(cast("User", request.user))
    kind = download.asked(request)
    if kind:
        sheet = unit_sheet.sheet(card, request.GET.get("list", "")) if card else None
        if sheet is None:
            raise Lacking(request, "list", _("This page has no list “%(asked)s” that could be downloaded."))
        return download.answer(sheet, kind)
    context: dict[str, object] = {"unit": found, "own": own, "card": card}
    if card is not None:
        context |= Page(card, speaks=speaks_for(cast("User", request.user), found.pk)).context() | {
            "whatif": whatif.form(card, request.GET.dict())
        }
        context |= {"asked": request.GET.get("edition", ""), "asked_indicator": request.GET.get("indicator", "")}
    context |= {f"{which}_files": _files(request, which) for which in (unit_sheet.INDICATORS, unit_sheet.PAST)}
    part = request.GET.get("part") == "whatif" and card is not None
    return render(request, "chiso/unit_whatif.html" if part else "chiso/unit.html", context)


def _files(request: HttpRequest, which: str) -> list[dict[str, str]]:
    return [link | {"url": f"{link['url']}&list={which}"} for link in download.links(request)]


def _found(request: HttpRequest, slug: str) -> Unit:
    """The unit whose page the reader may open, or a record that was merged into it; one SQL query."""
    user = cast("User", request.user)
    memberships(user)  # known before others ask for them
    open_to_reader = Unit.objects.visible_to(user).order_by().values("pk")
    either = Unit.objects.filter(Q(pk__in=open_to_reader) | Q(merged_into__in=open_to_reader))
    return get_object_or_404(either.select_related("parent", "merged_into"), slug=slug)


def _card(request: HttpRequest, found: Unit, dispatch: tuple[str, int, str] | None) -> query.Scorecard | None:
    supposed = whatif.typed(request.GET.dict())
    wanted = query.Wanted(dispatch, request.GET.get("edition"), request.GET.get("indicator"), supposed)
    if dispatch is None and wanted.edition is not None:
        raise no_edition(request)  # an edition of which dispatch?
    try:
        return query.for_unit(found, cast("User", request.user), wanted)
    except query.NoEdition as error:
        raise no_edition(request) from error
    except query.NoIndicator as error:
        said = _("The dispatch has no indicator “%(asked)s” of this unit or of its peers.")
        raise Lacking(request, "indicator", said) from error
    except query.NoCard as error:
        raise Http404 from error
