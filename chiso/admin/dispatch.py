"""Dispatches: the list, one entered or changed by hand, and the tables (appendices) of a draft."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from chiso.actions import appendix as appendix_action
from chiso.actions import dispatch as dispatch_action
from chiso.ingest.fact import Headline
from chiso.models import (
    OPEN_STATES,
    READABLE_STATES,
    Appendix,
    Dispatch,
    Edition,
    Event,
    Finding,
    FindingState,
    Issuer,
    Layout,
    State,
    User,
    kept_issuers,
)  # fmt: skip
from chiso.queries import version
from chiso.queries.edition import of_document
from chiso.values import workday
from chiso.values.number import Figure, Kind, plain, read

from .exchange_figures import Carried, ListImport
from .form import DATE, DATE_HINT, Numbered, handed_over, posted
from .history import Past, events, kept
from .page import address, page, to
from .scope import Who, signed_in
from .search import Folded
from .sheet import SheetPages
from .table import Table

_RANK = re.compile(r"\s*(\d{1,3})\s*/\s*(\d{1,3})\s*")


class HeadlineForm(forms.Form):
    """The letter's score and rank, typed as printed; `headline` is what they say."""

    score = forms.CharField(
        label=_("Score in the letter"), required=False, max_length=40, help_text=_("As printed: 61,5/100")
    )
    rank = forms.CharField(
        label=_("Rank in the letter"), required=False, max_length=20, help_text=_("As printed: 48/63")
    )

    def clean_score(self) -> Figure | None:
        text = self.cleaned_data["score"].strip()
        figure = read(text, Kind.SCORE) if text else None
        if text and not isinstance(figure, Figure):
            raise ValidationError(_("“%(text)s” is no score. Write it as printed: 61,5/100.") % {"text": text})
        return figure if isinstance(figure, Figure) else None

    def clean_rank(self) -> tuple[int, int] | None:
        text = self.cleaned_data["rank"].strip()
        match = _RANK.fullmatch(text)
        if text and not (match and 1 <= int(match[1]) <= int(match[2])):
            raise ValidationError(_("“%(text)s” is no rank. Write it as printed: 48/63.") % {"text": text})
        return (int(match[1]), int(match[2])) if match else None

    @property
    def headline(self) -> Headline:
        score, rank = self.cleaned_data.get("score"), self.cleaned_data.get("rank") or (None, None)
        printed = "; ".join(
            text.strip() for text in (self.data.get("score", ""), self.data.get("rank", "")) if text.strip()
        )
        value, out_of = (score.value, score.out_of) if score else (None, None)
        return Headline(value, out_of, *rank, printed=printed)

    @staticmethod
    def told(edition: Edition) -> dict[str, str]:
        """What the fields show of an edition."""
        score, out_of = edition.headline_score, edition.headline_out_of
        text = (
            ""
            if score is None
            else plain(score).replace(".", ",") + (f"/{plain(out_of)}" if out_of is not None else "")
        )
        rank = f"{edition.headline_rank}/{edition.headline_rank_of}" if edition.headline_rank else ""
        return {"score": text, "rank": rank}


class DispatchForm(Numbered, forms.ModelForm):  # type: ignore[type-arg]
    """The fields of the letter. `issuer` is given where it is not asked for."""

    reply_days = forms.IntegerField(
        label=capfirst(_("days for replies")), required=False, min_value=0, max_value=workday.MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}),
        help_text=_("Working days after publication; empty: as the office has it; 0: no replies"),
    )  # fmt: skip

    class Meta:
        model = Dispatch
        fields = ["number", "symbol", "issued_on", "data_as_of", "period", "subject", "signer", "reply_days"]
        widgets = {
            "issued_on": DATE, "data_as_of": DATE, "subject": forms.Textarea(attrs={"rows": 2}),
        }  # fmt: skip
        help_texts = {"subject": _("V/v …"), "issued_on": DATE_HINT, "data_as_of": DATE_HINT}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "data_as_of" in self.fields:  # the column may be empty: a file need not say it, a person does
            day = self.fields["data_as_of"]
            day.required = True
            day.error_messages["required"] = _(
                "Please give the day of the data: units and indicators of that day count."
            )

    def office(self) -> Issuer | None:
        return self.instance.issuer if self.instance.issuer_id else self.cleaned_data.get("issuer")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if {"number", "symbol"} & self.errors.keys():
            pass
        elif given.get("number") and "issued_on" in given and not given["issued_on"]:
            self.add_error("issued_on", _("A numbered dispatch has a day of issue."))
        elif given.get("number") and self._same().exists():
            self.add_error("number", _("This office already has a dispatch with this number and symbol in that year."))
        return given

    def _same(self) -> QuerySet[Dispatch]:
        given = self.cleaned_data
        issued = given.get("issued_on")
        rows = Dispatch.objects.filter(issuer=self.office(), number=given["number"], symbol=given["symbol"])
        return rows.filter(year=issued.year if issued else 0).exclude(pk=self.instance.pk)


class DocumentForm(DispatchForm):
    """The letter of a correcting document: day and period of the data are those of the dispatch that it corrects."""

    reply_days = None

    class Meta(DispatchForm.Meta):
        fields = ["number", "symbol", "issued_on", "subject", "signer"]


class EnterForm(DispatchForm, HeadlineForm):
    """A dispatch typed from paper, with what its letter says of the province."""

    field_order = ["issuer"]

    def __init__(self, *args: Any, issuers: QuerySet[Issuer], **options: Any) -> None:
        super().__init__(*args, **options)
        only = list(issuers[:2])
        self.fields["issuer"] = forms.ModelChoiceField(
            issuers, label=Dispatch._meta.get_field("issuer").verbose_name.capitalize(),
            initial=only[0] if len(only) == 1 else None,
        )  # fmt: skip
        self.order_fields(["issuer"])

    def fields_of_dispatch(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in DispatchForm.Meta.fields}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
        return queryset.filter(current_state=self.value()) if self.value() in State.values else queryset


@admin.register(Dispatch)
class DispatchTable(Folded, Table):
    list_display = ["reference_or_none", "issuer", "issued_on", "data_as_of", "state_chip", "findings_open"]
    list_filter = [StateFilter, ("issuer", admin.RelatedOnlyFieldListFilter), "year", "period"]
    list_select_related = ["issuer", "corrects", "replaces"]
    date_hierarchy = "data_as_of"
    ordering = ["-data_as_of", "-year", "-pk"]
    search_fields = ["number", "symbol", "subject", "signer"]
    search_help_text = _("Number, symbol, subject or signer; marks and capitals do not matter")
    fields = ["issuer", "year", *DispatchForm.Meta.fields, "corrects", "replaces"]
    adds = changes = Who.DESK

    def within(self, rows: Any, user: User) -> Any:
        preferred = Case(
            When(state__in=OPEN_STATES, then=Value(0)), When(state=State.PUBLISHED, then=Value(1)), default=Value(2)
        )
        current = Edition.objects.filter(dispatch=OuterRef("pk")).order_by(preferred, "-number")
        waiting = (
            Finding.objects.filter(edition=OuterRef("current"), state=FindingState.OPEN).order_by().values("edition")
        )
        return rows.kept_by(user).annotate(
            current=Subquery(current.values("pk")[:1]),
            current_state=Subquery(current.values("state")[:1]),
            waiting=Subquery(waiting.annotate(count=Count("pk")).values("count")),
        )

    def open_to(self, request: HttpRequest, row: Dispatch) -> bool:
        """Until it is handed in or published, or, of a correcting document, until its correction is published."""
        published = Edition.objects.filter(of_document(row.pk), state__in=READABLE_STATES)
        return not _in_review(row) and not published.exists()

    def add_links(self, request: HttpRequest) -> list[dict[str, Any]]:
        load = {"label": _("Load a dispatch"), "url": address("upload", "add")}
        return [load, {"label": _("Enter a dispatch by hand"), "url": address("dispatch", "add")}]

    @admin.display(description=_("dispatch"), ordering="number")
    def reference_or_none(self, row: Dispatch) -> str:
        return str(row)

    @admin.display(description=_("state"), ordering="current_state")
    def state_chip(self, row: Any) -> str:
        if row.current is None:
            corrected = row.corrects or row.replaces
            return _("corrects %(dispatch)s") % {"dispatch": corrected} if corrected else "–"
        return format_html(
            '<a href="{}" class="chip chip-{}">{}</a>',
            address("edition", "change", row.current), row.current_state, State(row.current_state).label,
        )  # fmt: skip

    @admin.display(description=_("open findings"), ordering="waiting")
    def findings_open(self, row: Any) -> int:
        return row.waiting or 0

    def past(self, record: Dispatch) -> list[Past]:
        found = Event.objects.filter(dispatch=record).select_related("by")
        return sorted([*kept(record), *events(found)], key=lambda past: past.at, reverse=True)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        issuers = kept_issuers(signed_in(request))
        form = EnterForm(posted(request), issuers=issuers)

        def enter() -> Edition:
            told = {
                f"headline_{name}": getattr(form.headline, name)
                for name in ("score", "out_of", "rank", "rank_of", "printed")
            }
            return dispatch_action.enter(
                issuer=form.cleaned_data["issuer"],
                by=signed_in(request),
                **form.fields_of_dispatch(),
                **told,
            )

        edition = handed_over(form, "", dispatch_action.UnableToEnter, enter)
        if edition is None:
            return page(
                self, request, "form", title=_("Enter a dispatch by hand"), form=form, submit=_("Enter the dispatch")
            )
        messages.success(
            request, _("%(dispatch)s is entered as a draft. Now type its figures.") % {"dispatch": edition.dispatch}
        )
        return to("edition", "change", edition.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        dispatch = self.get_object(request, unquote(object_id))
        editions = list(Edition.objects.filter(of_document(dispatch.pk)).order_by("-number"))
        if not self.has_change_permission(request, dispatch):
            closed = _("This dispatch is in review. Nothing of it is changed until it is sent back.")
            if request.method == "POST" and _in_review(dispatch):  # handed in since the form was opened
                messages.error(request, closed)
                return to("dispatch", "change", dispatch.pk)
            extra = {"editions": editions, "closed": closed if _in_review(dispatch) else "", **(extra_context or {})}
            return super().change_view(request, object_id, form_url, extra)
        made = DocumentForm if dispatch.corrects_id or dispatch.replaces_id else DispatchForm
        form, seen = made(posted(request), instance=dispatch), request.POST.get("seen", "")
        stored = handed_over(
            form, "", dispatch_action.UnableToEnter,
            lambda: dispatch_action.change(
                dispatch=form.instance, by=signed_in(request), seen=version.read(seen), **form.cleaned_data
            ),
        )  # fmt: skip
        if stored is not None:
            messages.success(request, _("%(dispatch)s is changed.") % {"dispatch": stored})
            return to("dispatch", "change", stored.pk)
        return page(
            self, request, "form", title=str(dispatch), form=form, submit=_("Save"), original=dispatch,
            editions=editions, lead=_about_document(dispatch),
            seen=seen if form.is_bound and not form.non_field_errors() else version.of(dispatch),
        )  # fmt: skip


def _in_review(dispatch: Dispatch) -> bool:
    return dispatch.editions.filter(state=State.REVIEW).exists()


def _about_document(dispatch: Dispatch) -> str:
    """What a correcting document corrects; its figures stand in the edition that it makes."""
    if dispatch.replaces is not None:
        return _("It replaces %(dispatch)s. Its figures stand in the edition below.") % {"dispatch": dispatch.replaces}
    if dispatch.corrects is not None:
        return _("It corrects %(dispatch)s. Its figures stand in the edition below.") % {"dispatch": dispatch.corrects}
    return ""


class AppendixForm(forms.ModelForm):  # type: ignore[type-arg]
    refusal = ""  # what the action said to the same form a moment ago

    class Meta:
        model = Appendix
        fields = ["ordinal", "title", "layout", "order", "notes"]

    def clean(self) -> dict[str, Any] | None:
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()


@admin.register(Appendix)
class AppendixTable(SheetPages, Carried, ListImport, Folded, Table):
    form = AppendixForm
    list_display = ["ordinal", "title", "layout", "edition"]
    list_filter = ["edition__state", ("layout", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["edition__dispatch", "layout"]
    ordering = ["-edition__dispatch__data_as_of", "-edition", "order", "ordinal", "pk"]
    search_fields = ["ordinal", "title", "notes", "edition__dispatch__number", "edition__dispatch__symbol"]
    fields = ["edition", "ordinal", "title", "layout", "order", "notes"]
    adds = changes = Who.DESK

    def within(self, rows: Any, user: User) -> Any:
        return rows.filter(edition__in=Edition.objects.kept_by(user).values("pk"))

    def open_to(self, request: HttpRequest, row: Appendix) -> bool:
        return row.edition.state == State.DRAFT

    def get_readonly_fields(self, request: HttpRequest, obj: Appendix | None = None) -> list[str]:
        return [] if obj is None else ["edition"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.related_model is Edition:
            drafts = Edition.objects.kept_by(signed_in(request)).filter(state=State.DRAFT)
            options["queryset"] = drafts.select_related("dispatch")
        if db_field.related_model is Layout:
            options["queryset"] = Layout.objects.select_related("indicator_set")
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        made = super().get_form(request, obj, change, **options)
        made.refusal = getattr(request, "refusal", "")  # type: ignore[attr-defined]
        return made

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """The edition may be published between our look and our saving: the form comes back and says so."""
        try:
            return super().changeform_view(request, *args, **options)
        except appendix_action.UnableToStore as refusal:
            request.refusal = str(refusal)  # type: ignore[attr-defined]
        try:
            return super().changeform_view(request, *args, **options)
        except PermissionDenied:
            messages.error(request, request.refusal)  # type: ignore[attr-defined]
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Appendix, form: Any, change: bool) -> None:
        appendix_action.store(appendix=obj, by=signed_in(request))
