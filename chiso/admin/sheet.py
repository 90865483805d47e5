"""The sheet: an appendix typed as a grid. The page works as one form; with scripts it is a spreadsheet.

The script is our own (static/chiso/sheet*.js, without dependencies): the libraries of this kind read numbers by a
locale, draw their own cells that need inline styles, and none keeps the version that an edit was based on. Native
fields in a native table are all a grid of this size needs, and they are the page that works without scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.actions import appendix as appendix_action
from chiso.actions import sheet as sheet_action
from chiso.actions.sheet import Conflict, Saved
from chiso.models import Appendix, Edition, Indicator, Layout, Level
from chiso.queries import sheet as query
from chiso.queries.finding import asked_about
from chiso.queries.sheet import PEER_LEVELS, Cell, Measure, Party, Sheet
from chiso.queries.standing import units_of
from chiso.values.number import Kind, plain
from chiso.words.figure import cell_text, number_text

from . import sheet_sent as sent
from .page import edition_crumbs, page, to
from .scope import signed_in
from .sheet_words import words

View = Callable[[HttpRequest, str], HttpResponse]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell of the page."""

    name: str
    labels: str
    text: str
    state: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A cell that two people changed: both texts."""

    name: str
    cell: str
    mine: str
    theirs: str
    by: str
    at: str
    of_note: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form's cells that were not stored: their texts come back with the page."""

    texts: dict[sent.Place, str]
    wrong: dict[sent.Place, str]
    unchosen: frozenset[sent.Place]


class SheetPages:
    """The addresses of the sheet, for the table of appendices."""

    admin_site: Any
    get_object: Any

    def get_urls(self) -> list[URLPattern]:
        door, site = self._json, self.admin_site.admin_view
        own = [
            path("begin/", site(self.begin_view), name="chiso_appendix_begin"),
            path("<path:object_id>/sheet/save/", door(self.sheet_save), name="chiso_appendix_sheet_save"),
            path("<path:object_id>/sheet/read/", door(self.sheet_read), name="chiso_appendix_sheet_read"),
            path("<path:object_id>/sheet/", site(self.sheet_view), name="chiso_appendix_sheet"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def _json(self, view: View) -> View:
        """A script cannot follow a sign-in page: it is told by the status, and nothing is ever a fault of ours."""

        @wraps(view)
        def answered(request: HttpRequest, object_id: str) -> HttpResponse:
            try:
                response = self._let_in(request) or view(request, object_id)
            except sent.Malformed:
                response = _refused(_("This is not what a sheet sends. Please open the sheet again."), 400)
            except Http404:
                response = _refused(_("This appendix is no longer there."), 404)
            add_never_cache_headers(response)
            return response

        return answered

    def _let_in(self, request: HttpRequest) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return _refused(_("Please sign in again."), 401)
        if not self.admin_site.has_permission(request):
            return _refused(_("You may no longer work at this desk."), 403)
        return None

    def sheet_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        appendix: Appendix = self.get_object(request, unquote(object_id))
        if request.method != "POST":
            return self._draw(request, _sheet(request, appendix))
        try:
            typed = sent.typed(request.POST)
            edits = typed.edits
            saved = sheet_action.save(edition=appendix.edition, edits=edits, by=signed_in(request), appendix=appendix)
        except sent.Malformed:
            return HttpResponse(_("This is not what a sheet sends. Please open the sheet again."), status=400)
        except sheet_action.UnableToSave as refusal:
            return self._draw(request, _sheet(request, appendix), refusal=str(refusal), lost=typed)
        if not (saved.conflicts or saved.wrong):
            messages.success(request, _saved_text(saved.changed))
            return redirect(request.get_full_path())
        return self._draw(request, _sheet(request, appendix), saved=saved, typed=typed)

    def _draw(
        self, request: HttpRequest, sheet: Sheet, *, saved: Saved | None = None, typed: sent.Typed | None = None,
        lost: sent.Typed | None = None, refusal: str = "",
    ) -> HttpResponse:  # fmt: skip
        edition, outcome = sheet.edition, _outcome(saved, typed)
        return page(
            self, request, "sheet", title=str(sheet.appendix), crumbs=edition_crumbs(edition),  # type: ignore[arg-type]
            edition=edition, appendix=sheet.appendix, sheet=sheet, columns=_heads(sheet, down=False),
            rows=_rows(sheet, outcome), based=sent.based(sheet, outcome.unchosen),
            about=json.dumps(_about(sheet), ensure_ascii=False), words=json.dumps(words(), ensure_ascii=False),
            choices=[_choice(sheet, each) for each in saved.conflicts] if saved else [], refusal=refusal, saved=saved,
            wrong=[(_cell_name(sheet, *place), capfirst(why)) for place, why in outcome.wrong.items()],
            lost=_told(sheet, lost.texts) if lost else [], user_id=signed_in(request).pk, levels=_levels(sheet),
            noted=_noted(sheet), asked=_asked(sheet), figure=_figure_url(edition),
        )  # fmt: skip

    def sheet_save(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET answers who is signed in, with a fresh token: after signing in again in another tab, the page goes on."""
        appendix: Appendix = self.get_object(request, unquote(object_id))
        if request.method != "POST":
            return JsonResponse({"user": signed_in(request).pk, "token": get_token(request)})
        edits = [sent.edit(item) for item in sent.body(request, "edits")]
        try:
            saved = sheet_action.save(edition=appendix.edition, edits=edits, by=signed_in(request), appendix=appendix)
        except sheet_action.UnableToSave as refusal:
            return _refused(str(refusal), 409)
        return JsonResponse(sent.told(saved))

    def sheet_read(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How texts would be read, without storing anything: the one rule of reading, asked while typing."""
        appendix: Appendix = self.get_object(request, unquote(object_id))
        if request.method != "POST":
            raise sent.Malformed
        asked = [(sent.text(item, "indicator"), sent.text(item, "text")) for item in sent.body(request, "cells")]
        rows = Indicator.objects.filter(indicator_set=appendix.edition.indicator_set_id)
        kinds = dict(rows.values_list("code", "kind"))
        if not kinds.keys() >= {code for code, _text in asked}:
            raise sent.Malformed
        return JsonResponse({"read": [sent.reading(query.reading(kinds[code], text)) for code, text in asked]})

    def begin_view(self, request: HttpRequest) -> HttpResponse:
        """An appendix from a layout, and its empty sheet."""
        drafts = {str(row.pk): row for row in Edition.objects.kept_by(signed_in(request)).open()}
        edition = drafts.get(request.POST.get("edition", ""))
        if edition is None:
            return to("edition", "changelist")
        layouts = Layout.objects.filter(indicator_set=edition.indicator_set_id)
        layout = layouts.filter(code=request.POST.get("layout", "")[:60].replace("\x00", "")).first()
        if layout is None:
            messages.error(request, _("Choose a layout first."))
            return to("edition", "change", edition.pk)
        try:
            appendix = appendix_action.begin(edition=edition, layout=layout, by=signed_in(request))
        except appendix_action.UnableToStore as refusal:
            messages.error(request, str(refusal))
            return to("edition", "change", edition.pk)
        return to("appendix", "sheet", appendix.pk)


def _refused(why: str, status: int) -> JsonResponse:
    return JsonResponse({"why": why}, status=status)


def _sheet(request: HttpRequest, appendix: Appendix) -> Sheet:
    chosen = [level for level in PEER_LEVELS if level in request.GET.getlist("level")]
    return query.of_appendix(appendix, chosen)


def _saved_text(count: int) -> str:
    if not count:
        return _("Nothing was changed.")
    return ngettext("%(count)s cell is saved.", "%(count)s cells are saved.", count) % {"count": count}


# --- The page -----------------------------------------------------------------------------------------
def _heads(sheet: Sheet, *, down: bool) -> list[tuple[str, str, str, str]]:
    """(label, unit of measure, STT, full name) of the rows or of the columns."""
    if down is sheet.units_down:
        return [(unit.name, "", unit.position, "") for unit in sheet.units]
    return [(measure.label, _hint(measure), "", measure.name) for measure in sheet.measures]


def _hint(measure: Measure) -> str:
    if measure.kind == Kind.PERCENT:
        return "%"
    if measure.kind == Kind.SHARE:
        return _("x of y")
    if measure.maximum is None:
        return _("a count") if measure.kind == Kind.COUNT else ""
    return _("of %(maximum)s") % {"maximum": number_text(measure.maximum)}


def _outcome(saved: Saved | None, typed: sent.Typed | None) -> Outcome:
    if saved is None or typed is None:
        return Outcome({}, {}, frozenset())
    wrong = {each.edit.cell: each.why for each in saved.wrong}
    unchosen = frozenset(each.edit.cell for each in saved.conflicts if not each.of_note)
    return Outcome({place: typed.texts.get(place, "") for place in wrong.keys() | unchosen}, wrong, unchosen)


def _rows(sheet: Sheet, outcome: Outcome) -> list[tuple[tuple[str, str, str, str], list[Drawn]]]:
    url = _figure_url(sheet.edition)
    return [
        (head, [_drawn(cell, f"{r} {c}", outcome, url) for c, cell in enumerate(row)])
        for r, (head, row) in enumerate(zip(_heads(sheet, down=True), sheet.rows, strict=True))
    ]


def _drawn(cell: Cell, where: str, outcome: Outcome, url: str) -> Drawn:
    place, (r, c) = (cell.unit, cell.indicator), where.split()
    states = {
        "wrong": place in outcome.wrong or cell.beyond, "conflict": place in outcome.unchosen,
        "noted": cell.note is not None, "doubted": cell.findings > 0,
    }  # fmt: skip
    state = " ".join(name for name, holds in states.items() if holds)
    link = url.replace("UNIT", cell.unit).replace("CODE", quote(cell.indicator)) if cell.text else ""
    note = cell.note.text if cell.note else ""
    return Drawn(f"{r}.{c}", f"r{r} c{c}", outcome.texts.get(place, cell.text), state, note, link)


def _about(sheet: Sheet) -> dict[str, Any]:
    """What the script must know beside the texts: how cells were read, and what stands beside them."""
    cells = [cell for row in sheet.rows for cell in row]
    return {
        "measures": [_measure(measure) for measure in sheet.measures],
        "units": [unit.name for unit in sheet.units],
        "readings": [
            [told["value"], told["of"], told["places"], told["shown"]] if cell.reading.figure else 0
            for cell in cells for told in [sent.reading(cell.reading)]
        ],
        "beside": {str(n): beside for n, cell in enumerate(cells) if (beside := _beside(cell))},
    }  # fmt: skip


def _measure(measure: Measure) -> dict[str, Any]:
    maximum = "" if measure.maximum is None else plain(measure.maximum)
    return {"code": measure.code, "name": measure.label, "kind": measure.kind, "maximum": maximum,
            "total": measure.total}  # fmt: skip


def _beside(cell: Cell) -> dict[str, Any]:
    note = {"by": cell.note.by} if cell.note else {}
    source = {"source": cell_text(cell.source)} if cell.source else {}
    elsewhere = {"elsewhere": cell.elsewhere} if cell.elsewhere else {}
    return note | source | elsewhere | ({"findings": cell.findings} if cell.findings else {})


def _figure_url(edition: Edition) -> str:
    """The page of a figure's history; UNIT and CODE are put in for each."""
    dispatch = edition.dispatch
    try:
        return reverse("figure", args=[dispatch.issuer.slug, dispatch.year, dispatch.address, "UNIT", "CODE"]) + (
            f"?edition={edition.number}"
        )
    except NoReverseMatch:  # a number with a sign that no address of ours takes
        return ""


def _levels(sheet: Sheet) -> list[tuple[str, str, bool]]:
    """(label, query, whether chosen) of the levels whose units can stand in the rows."""
    if not (sheet.open and sheet.units_down):
        return []
    here = set(units_of(sheet.edition).order_by().values_list("level", flat=True).distinct())
    found = []
    for level in (each for each in PEER_LEVELS if each in here):
        chosen = [each for each in PEER_LEVELS if (each in sheet.levels) is not (each == level)]
        found.append((str(Level(level).label), "&".join(f"level={each}" for each in chosen), level in sheet.levels))
    return found if len(found) > 1 else []


def _cell_name(sheet: Sheet, unit: str, indicator: str) -> str:
    units: dict[str, Party] = {each.slug: each for each in sheet.units}
    measures = {each.code: each for each in sheet.measures}
    first = units[unit].name if unit in units else unit
    return f"{first} · {measures[indicator].label if indicator in measures else indicator}"


def _choice(sheet: Sheet, each: Conflict) -> Choice:
    places = {(cell.unit, cell.indicator): f"{r}.{c}" for r, row in enumerate(sheet.rows) for c, cell in enumerate(row)}
    mine = (each.edit.note if each.of_note else each.edit.text) or "–"
    return Choice(
        places.get(each.edit.cell, ""), _cell_name(sheet, *each.edit.cell), mine, each.text or "–", each.by,
        sent.when(each), each.of_note,
    )  # fmt: skip


def _noted(sheet: Sheet) -> list[tuple[str, Any]]:
    return [
        (_cell_name(sheet, cell.unit, cell.indicator), cell.note) for row in sheet.rows for cell in row if cell.note
    ]


def _asked(sheet: Sheet) -> list[tuple[str, str, str]]:
    """(name, cell, text) of the figures that a file asks about. The script sends one that is typed once more as it
    stands; a form without scripts has a tick for it."""
    about = asked_about(sheet.edition) if sheet.open else set()
    return [
        (f"{r}.{c}", _cell_name(sheet, cell.unit, cell.indicator), cell.text)
        for r, row in enumerate(sheet.rows) for c, cell in enumerate(row)
        if cell.text and (cell.unit, cell.indicator) in about
    ]  # fmt: skip


def _told(sheet: Sheet, texts: dict[sent.Place, str]) -> list[tuple[str, str]]:
    return [(_cell_name(sheet, *place), text) for place, text in texts.items()]
