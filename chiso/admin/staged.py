"""A staged file at the desk: its preview, the answers given in it, and taking it over or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chiso.actions import decision as decide
from chiso.actions import reading
from chiso.actions import upload as upload_action
from chiso.actions.decision import NewUnit
from chiso.ingest.fact import UnreadableFile
from chiso.models import About, Direction, Indicator, Kind, Upload, UploadState
from chiso.queries import upload as query
from chiso.queries.upload import LoadPlan
from chiso.values.many import many_at_once
from chiso.words import problem as words

from . import answer as answers
from . import difference, window
from . import preview as previews
from .form import what_was_shown
from .newcomers import Newcomers
from .page import address, by_post, page, to
from .scope import signed_in
from .table import suggested, suggested_indicators
from .wanted import not_held

MOST_SUGGESTED = 400  # units in the list of suggestions: more would weigh more than the tables
View = Callable[[HttpRequest, str], HttpResponse]
# What takes files of records over (`Upload.about`), beside their previews (`upload.PREVIEWS`).
TAKEN: dict[str, Callable[[HttpRequest, Upload], HttpResponse]] = {}


class Staged:
    """Views of `UploadTable` for a file that waits for its answers."""

    admin_site: Any
    get_object: Any

    def staged_views(self) -> list[tuple[str, View]]:
        return [
            ("apply", by_post(self.apply_view)), ("discard", by_post(self.discard_view)),
            ("reopen", by_post(self.reopen_view)), ("answer", by_post(self.answer_view)), ("units", self.units_view),
        ]  # fmt: skip

    # --- looking ----------------------------------------------------------------------------------

    @many_at_once()
    def preview(self, request: HttpRequest, upload: Upload, **more: Any) -> HttpResponse:
        """The page of a staged file; `more` are an answer that was refused, or what has changed since it was seen."""
        plan, fault = _planned(upload)
        if plan is None:
            return page(self, request, "upload", title=upload.name, upload=upload, problems=[], fault=fault)  # type: ignore[arg-type]
        return self._shown(request, upload, plan, **more)

    def _shown(self, request: HttpRequest, upload: Upload, plan: LoadPlan, **more: Any) -> HttpResponse:
        shown = previews.of(plan)
        refused = more.pop("refused", None)
        if refused and not _put_back(shown, request, refused):
            messages.error(request, refused)
        cut = window.cut(shown, _number(request), request.GET.get("ask", ""))
        units = answers.units_of(plan) if any(each.ask == "unit" for each in shown.questions) else None
        context = {
            "upload": upload, "shown": shown, "window": cut, "plan": plan, "letter": plan.reading.letter,
            "submit": _button(shown), "seen": difference.seal(upload, plan),
            "decided": answers.decided(upload, plan.reading.stray, plan.reading.here),
            "remembered": answers.remembered(upload, plan.reading.here), "earlier": query.earlier(upload),
            "not_held": not_held(upload),
            "roles": answers.ROLES, "levels": answers.LEVELS, "kinds": Kind.choices, "directions": Direction.choices,
            "units": suggested(units)[:MOST_SUGGESTED] if units is not None else (),
            "indicators": suggested_indicators(_indicators(plan)) if shown.sheets else (),
        }  # fmt: skip
        title = _("What was read of %(name)s") % {"name": upload.name}
        return page(self, request, "preview", title=title, **context, **more)  # type: ignore[arg-type]

    # --- answering --------------------------------------------------------------------------------

    @many_at_once()
    def answer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One answer: kept, and the page shown anew where it was given; or refused beside what was sent."""
        upload = self._waiting(request, object_id)
        if upload is None:
            return to("upload", "change", unquote(object_id))
        plan, _fault = _planned(upload)
        kind = answers.KINDS.get(request.POST.get("kind", ""))
        if plan is None or kind is None:
            messages.error(request, _("This answer cannot be taken here."))
            return to("upload", "change", upload.pk)
        form = kind(request.POST, plan=plan, upload=upload, by=signed_in(request))
        done, wrong = answers.given(form, form.act)
        if wrong:
            return self._shown(request, upload, plan, refused=wrong)
        messages.success(request, done)
        return _back(upload, request)

    def units_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All names that nobody knows, as a list to be checked before they are entered as units."""
        upload = self._waiting(request, object_id)
        if upload is None:
            return to("upload", "change", unquote(object_id))
        plan, _fault = _planned(upload)
        if plan is None:
            return to("upload", "change", upload.pk)
        form = Newcomers(plan, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self._entered(request, upload, form.wanted):
            return to("upload", "change", upload.pk)
        title = _("New units in %(name)s") % {"name": upload.name}
        crumbs = [
            (Upload._meta.verbose_name_plural, address("upload", "changelist")),
            (_("What was read of %(name)s") % {"name": upload.name}, address("upload", "change", upload.pk)),
        ]
        return page(
            self, request, "new_units", title=title, upload=upload, form=form, levels=answers.LEVELS, crumbs=crumbs,  # type: ignore[arg-type]
            units=suggested(answers.units_of(plan))[:MOST_SUGGESTED],
        )  # fmt: skip

    def _entered(self, request: HttpRequest, upload: Upload, wanted: list[NewUnit]) -> bool:
        try:
            made = decide.make_units(upload=upload, by=signed_in(request), wanted=wanted)
        except decide.UnableToDecide as refusal:
            messages.error(request, str(refusal))
            return False
        text = ngettext("%(count)s unit is entered.", "%(count)s units are entered.", len(made))
        messages.success(request, text % {"count": len(made)})
        return True

    def _waiting(self, request: HttpRequest, object_id: str) -> Upload | None:
        """The file, where it still waits for answers; else the person is told why not."""
        upload: Upload = self.get_object(request, unquote(object_id))
        if upload.about != About.DISPATCH:
            raise Http404
        if upload.state == UploadState.STAGED:
            return upload
        messages.error(request, _("This file was already taken over or discarded: it takes no more answers."))
        return None

    # --- deciding ---------------------------------------------------------------------------------

    @many_at_once()
    def apply_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Takes over what the clerk was shown, or shows what is different now."""
        upload: Any = self.get_object(request, unquote(object_id))
        if upload.about in TAKEN:
            return TAKEN[upload.about](request, upload)
        try:
            edition = upload_action.apply(upload=upload, by=signed_in(request), shown=what_was_shown(request))
        except upload_action.Changed:
            return self._different(request, upload)
        except (upload_action.UnableToApply, upload_action.UnableToRead) as refusal:
            messages.error(request, str(refusal))
            return to("upload", "change", upload.pk)
        except (UnreadableFile, FileNotFoundError):
            return to("upload", "change", upload.pk)
        messages.success(request, _("The figures of %(name)s are in the draft.") % {"name": upload.name})
        return to("edition", "change", edition.pk)

    def _different(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        plan, _fault = _planned(upload)
        if plan is None:
            return to("upload", "change", upload.pk)
        found = difference.since(request.POST.get("seen", ""), upload, plan)
        return self._shown(request, upload, plan, changed=True, difference=found)

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        upload: Any = self.get_object(request, unquote(object_id))
        try:
            upload_action.discard(upload=upload, by=signed_in(request))
        except upload_action.UnableToDiscard as refusal:
            messages.error(request, str(refusal))
            return to("upload", "change", upload.pk)
        messages.success(request, _("%(name)s is discarded. The file is kept.") % {"name": upload.name})
        return to("upload", "changelist")

    def reopen_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        upload: Any = self.get_object(request, unquote(object_id))
        try:
            upload_action.reopen(upload=upload, by=signed_in(request))
        except upload_action.UnableToReopen as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(name)s is open again.") % {"name": upload.name})
        return to("upload", "change", upload.pk)


def _planned(upload: Upload) -> tuple[LoadPlan | None, str]:
    """The plan, or why there is none."""
    try:
        return reading.planned(upload=upload), ""
    except FileNotFoundError:
        return None, str(_("The file is no longer in the store. Please load it again."))
    except UnreadableFile as unread:
        return None, words.unreadable(unread.why, unread.params)


def _put_back(shown: previews.Preview, request: HttpRequest, wrong: str) -> bool:
    """Show what was sent, and why it was refused, at its question."""
    key = request.POST.get("key", "")
    for each in shown.questions:
        if each.key == key:
            each.given, each.wrong = request.POST.dict(), wrong
            return True
    return False


def _number(request: HttpRequest) -> int:
    text = request.POST.get("rows") or request.GET.get("rows", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _back(upload: Upload, request: HttpRequest) -> HttpResponse:
    """To the page and the place where the answer was given."""
    number, anchor = _number(request), request.POST.get("at", "")
    here = "".join(sign for sign in anchor if sign.isalnum() or sign == "-")[:80]
    rows = f"?rows={number}" if number > 1 else ""
    return redirect(f"{address('upload', 'change', upload.pk)}{rows}#{here or 'plan'}")


def _indicators(plan: LoadPlan) -> Any:
    return Indicator.objects.filter(indicator_set=plan.indicator_set).select_related("indicator_set")


def _button(shown: previews.Preview) -> str:
    if not shown.arriving:
        return str(_("Update the texts, change no figure") if shown.texts else _("Record the file, change no figure"))
    text = ngettext("Put %(count)s figure into the draft", "Put %(count)s figures into the draft", shown.arriving)
    return text % {"count": shown.arriving}
