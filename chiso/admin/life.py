"""The steps of an edition at the desk: handed in, sent back, published, recalled, corrected, deleted as a draft."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from chiso.actions import correction as correction_action
from chiso.actions import edition as edition_action
from chiso.models import Edition, State
from chiso.queries import correction as corrections
from chiso.queries import edition as query
from chiso.queries import reply as replies
from chiso.queries.checklist import checklist, fingerprint
from chiso.words.figure import number_text

from .beside import differences, lacking, since_last_month
from .form import DATE, DATE_HINT, Numbered, handed_over, number_field, posted, what_was_shown
from .groups import waiting
from .next import Next, decides, next_step
from .page import address, by_post, edition_crumbs, edition_label, page, to
from .scope import signed_in


class PublishForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the open warnings may stand"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the edition, beside your name: for example that the issued paper itself says so."),
    )  # fmt: skip


class SubmitForm(forms.Form):
    why = forms.CharField(
        label=_("A word to the approver"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class SendBackForm(forms.Form):
    why = forms.CharField(
        label=_("What is to be corrected"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands above the draft until it is handed in again."),
    )  # fmt: skip


class RecallForm(forms.Form):
    why = forms.CharField(
        label=_("Why it is recalled"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Every reader sees it above the figures."),
    )  # fmt: skip


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why the figures are corrected"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Every reader of the new edition sees it."),
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = reason_field()


class CorrectionForm(Numbered):
    reason = reason_field()
    kind = forms.ChoiceField(
        label=_("The correcting document"), widget=forms.RadioSelect, initial="corrects",
        choices=[("corrects", _("amends part of the dispatch")), ("replaces", _("replaces the whole dispatch"))],
    )  # fmt: skip
    number = number_field(_("May be added later; without it the correction is not published."))
    issued_on = forms.DateField(label=capfirst(_("issued on")), required=False, widget=DATE, help_text=DATE_HINT)
    field_order = ("reason", "kind", "number", "symbol", "issued_on")

    def document(self) -> dict[str, Any]:
        given = self.cleaned_data
        named = {name: given[name] for name in ("reason", "number", "symbol", "issued_on")}
        return named | {"replaces": given["kind"] == "replaces"}


class Life:
    """The pages of these steps, for the table of editions."""

    admin_site: Any
    get_object: Callable[..., Any]

    def steps(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponse]]] = [
            ("publish", self.publish_view), ("submit", by_post(self.submit_view)), ("send_back", self.send_back_view),
            ("recall", self.recall_view), ("correct", self.correct_view), ("discard", self.discard_view),
            ("reason", self.reason_view),
        ]  # fmt: skip
        return [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"chiso_edition_{name}")
            for name, view in pages
        ]

    def _edition(self, request: HttpRequest, object_id: str, *, decides_only: bool = False) -> Any:
        """The edition; 403 for who may not take a step that is for those who decide."""
        edition = self.get_object(request, unquote(object_id))
        if decides_only and not decides(request, edition):
            raise PermissionDenied
        return edition

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The checklist, and below it the step that comes next for this person: handing in or publishing."""
        edition = self._edition(request, object_id, decides_only=request.method == "POST")
        if not edition.is_open:
            messages.warning(request, _("This edition is already published."))
            return to("edition", "change", edition.pk)
        form = PublishForm(posted(request))
        published = handed_over(
            form, "", edition_action.UnableToPublish,
            lambda: edition_action.publish(
                edition=edition, by=signed_in(request), accept_warnings=form.cleaned_data["reason"],
                shown=what_was_shown(request),
            ),
        )  # fmt: skip
        if published is not None:
            messages.success(request, _("%(edition)s is published and ranked.") % {"edition": named(edition)})
            return to("edition", "change", edition.pk)
        return self._checklist(request, edition, form)

    def _checklist(self, request: HttpRequest, edition: Any, form: PublishForm) -> HttpResponse:
        seen = fingerprint(edition)  # before all that is shown: what changes meanwhile is looked at again
        listed, compared = checklist(edition), corrections.comparison(edition)
        return page(
            self, request, "publish",  # type: ignore[arg-type]
            title=_("Checklist of %(edition)s") % {"edition": named(edition)}, crumbs=edition_crumbs(edition),
            edition=edition, form=form, submit_form=SubmitForm(), shown=seen, figures=edition.results.count(),
            found=waiting(edition), step=next_step(request, edition), listed=listed, lacking=lacking(listed),
            month=since_last_month(listed.month) if listed.month else None,
            compared=differences(compared) if compared else None,
        )  # fmt: skip

    def submit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition(request, object_id)
        form = SubmitForm(request.POST)
        why = form.cleaned_data["why"] if form.is_valid() else ""
        try:
            edition_action.submit(edition=edition, by=signed_in(request), why=why)
        except edition_action.UnableToSubmit as refusal:
            messages.error(request, str(refusal))
            return to("edition", "publish" if edition.is_open else "change", edition.pk)
        messages.success(request, _("%(edition)s is handed in for review.") % {"edition": named(edition)})
        return to("edition", "change", edition.pk)

    def send_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition(request, object_id, decides_only=True)
        form = SendBackForm(posted(request))
        done = handed_over(
            form, "why", edition_action.UnableToSendBack,
            lambda: edition_action.send_back(edition=edition, by=signed_in(request), why=form.cleaned_data["why"]),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("%(edition)s is sent back as a draft.") % {"edition": named(edition)})
            return to("edition", "change", edition.pk)
        return self._step(
            request, edition, State.REVIEW, form, title=_("Send back %(edition)s") % {"edition": named(edition)},
            lead=_("It becomes a draft again, with your comment for whoever handed it in."),
            submit=_("Send back edition %(number)s") % {"number": edition.number},
        )  # fmt: skip

    def recall_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition(request, object_id, decides_only=True)
        form = RecallForm(posted(request))
        done = handed_over(
            form, "why", edition_action.UnableToRecall,
            lambda: edition_action.recall(edition=edition, by=signed_in(request), why=form.cleaned_data["why"]),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("%(edition)s is recalled.") % {"edition": named(edition)})
            return to("edition", "change", edition.pk)
        return self._step(
            request, edition, State.PUBLISHED, form, title=_("Recall %(edition)s") % {"edition": named(edition)},
            lead=_(
                "Its figures and ranks stay to be read, below a banner that says they no longer hold. "
                "This cannot be undone; a correction can follow."
            ),
            submit=_("Recall edition %(number)s") % {"number": edition.number}, danger=True,
        )  # fmt: skip

    def correct_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition(request, object_id)
        form = CorrectionForm(posted(request))
        opened = handed_over(
            form, "", correction_action.UnableToCorrect,
            lambda: correction_action.open_correction(
                dispatch=edition.dispatch, by=signed_in(request), **form.document()
            ),
        )  # fmt: skip
        if opened is not None:
            messages.success(request, _("%(edition)s is open: correct its figures.") % {"edition": named(opened)})
            return to("edition", "change", opened.pk)
        base = query.last(edition.dispatch) or edition  # which need not be the one whose page led here
        words = {"number": base.number + 1, "last": base.number, "count": number_text(Decimal(base.results.count()))}
        return self._step(
            request, base, None, form, title=_("Correct %(edition)s") % {"edition": named(base)},
            lead=_(
                "Edition %(number)s will begin with the %(count)s figures of edition %(last)s, which stays readable "
                "with its ranking. Then change what was wrong, or load the file of the correcting document."
            ) % words,
            submit=_("Open edition %(number)s") % words,
        )  # fmt: skip

    def reason_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition(request, object_id)
        if edition.correcting_id is None or edition.state != State.DRAFT:
            return _led_away(request, edition)
        form = ReasonForm(posted(request), initial={"reason": edition.reason})
        done = handed_over(
            form, "reason", correction_action.UnableToCorrect,
            lambda: correction_action.reword(
                edition=edition, reason=form.cleaned_data["reason"], by=signed_in(request)
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("The reason is stored."))
            return to("edition", "change", edition.pk)
        return self._step(
            request, edition, State.DRAFT, form, title=_("Reason of %(edition)s") % {"edition": named(edition)},
            lead=_("While it is a draft, its reason may be worded anew. Accepted replies do not change your words."),
            submit=_("Store the reason"),
        )  # fmt: skip

    def _step(
        self, request: HttpRequest, edition: Edition, wanted: State | None, form: forms.Form, **words: Any
    ) -> HttpResponse:
        """A page that asks for one thing and names what it does; led away where the edition is elsewhere by now."""
        away = edition.is_open if wanted is None else edition.state != wanted
        if away:
            return _led_away(request, edition)
        return page(self, request, "step", edition=edition, crumbs=edition_crumbs(edition), form=form, **words)  # type: ignore[arg-type]

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition = self._edition(request, object_id)
        name = named(edition)
        if request.method == "POST":
            try:
                edition_action.discard(edition=edition, by=signed_in(request))
            except edition_action.UnableToDiscard as refusal:
                messages.error(request, str(refusal))
                return to("edition", "change", edition.pk)
            messages.success(request, _("%(edition)s is deleted. Its files are kept.") % {"edition": name})
            return to("dispatch", "changelist")
        if edition.state != State.DRAFT:
            return _led_away(request, edition)
        return page(
            self, request, "discard", title=_("Delete the draft %(edition)s") % {"edition": name},  # type: ignore[arg-type]
            crumbs=edition_crumbs(edition), edition=edition, figures=edition.results.count(),
            alone=edition.dispatch.editions.count() == 1, granted=replies.granted_in(edition),
        )  # fmt: skip


def _led_away(request: HttpRequest, edition: Edition) -> HttpResponse:
    state = {"state": edition.get_state_display()}
    messages.warning(request, _("This step is not open: the edition is: %(state)s.") % state)
    return to("edition", "change", edition.pk)


def about(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """What the edition's page says of its way so far."""
    return {
        "step": next_step(request, edition),
        "sent_back": query.sent_back(edition) if edition.state == State.DRAFT else None,
        "handed_in": query.handed_in(edition) if edition.state == State.REVIEW else None,
        "newer": edition.dispatch.editions.filter(number__gt=edition.number).order_by("-number").first(),
        "document_page": address("dispatch", "change", edition.correcting_id) if edition.correcting_id else "",
    }


def named(edition: Edition) -> str:
    return f"{edition.dispatch}, {edition_label(edition)}"


__all__ = ["Life", "Next", "about"]
