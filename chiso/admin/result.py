"""Figures: the list, one typed or corrected as printed, one taken out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from chiso.actions import result as result_action
from chiso.models import Appendix, Edition, Indicator, Result, ResultChange, State, User
from chiso.values.alphabet import fold
from chiso.words.figure import cell_text, kind_shown, value_text

from .exchange_figures import ListImport
from .finding import IndicatorFilter, KeysFirst, OneEdition
from .form import handed_over, posted
from .history import Line, Past
from .page import edition_crumbs, figure_address, page, to
from .pick import IndicatorField, UnitField, indicator_words, pickable
from .scope import Who, signed_in
from .search import units_named
from .table import Table, suggested, suggested_indicators

REFUSED = (result_action.UnableToStore, result_action.UnableToRemove)


class FigureForm(forms.Form):
    """One figure as printed. Which unit and indicator it is of is asked for only where it is new."""

    text = forms.CharField(
        label=_("Figure as printed"), max_length=100, help_text=_("57,72/100 · 85,23% · 2.145 · 37/37"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 20}),
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why"), required=False, max_length=300, help_text=_("For the trail: what was wrong, who said so."),
        widget=forms.TextInput(attrs={"size": 60}),
    )  # fmt: skip

    def __init__(self, *args: Any, indicator: Indicator | None = None, **options: Any) -> None:
        self.indicator = indicator
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        indicator = self.indicator or self.cleaned_data.get("indicator")
        if indicator and "text" in self.cleaned_data:
            try:
                result_action.read_text(indicator, self.cleaned_data["text"])
            except result_action.UnableToStore as refusal:
                self.add_error("text", capfirst(str(refusal)))
        return self.cleaned_data


class NewFigureForm(FigureForm):
    field_order = ["unit", "indicator", "text", "appendix", "why"]

    def __init__(self, *args: Any, edition: Edition, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = pickable(user)
        self.indicators = Indicator.objects.filter(indicator_set=edition.indicator_set_id)
        self.fields["unit"] = UnitField(records=self.units.all, label=_("Unit"), max_length=300)
        self.fields["indicator"] = IndicatorField(records=self.indicators.all, label=_("Indicator"), max_length=300)
        self.fields["appendix"] = forms.ModelChoiceField(
            Appendix.objects.filter(edition=edition), label=_("Appendix"), required=False, empty_label=_("none")
        )
        self.order_fields(self.field_order)


class RemoveForm(forms.Form):
    why = forms.CharField(label=_("Why it is taken out"), max_length=300, widget=forms.TextInput(attrs={"size": 60}))


@admin.register(Result)
class ResultTable(ListImport, Table):
    list_display = ["unit", "indicator_label", "printed_link", "read_value", "place", "edition"]
    list_filter = [OneEdition, ("indicator", IndicatorFilter), "unit__level"]
    paginator = KeysFirst
    list_select_related = ["unit", "indicator", "edition__dispatch", "appendix"]
    ordering = ["appendix__order", "row", "indicator__order", "pk"]
    search_fields = ["unit__search", "indicator__code"]
    search_help_text = _("A unit (quang dien), an indicator (TONG) or a figure as printed (57,72)")
    fields = ["edition", "unit", "indicator", "printed", "value", "out_of", "appendix", "place", "source", "position"]
    readonly_fields = ["place"]
    adds = changes = deletes = Who.DESK
    add_label = _("Type a figure")

    def within(self, rows: Any, user: User) -> Any:
        return rows.kept_by(user).select_related("edition__dispatch__issuer", "unit", "indicator", "appendix")

    def open_to(self, request: HttpRequest, row: Result) -> bool:
        return row.edition.state == State.DRAFT

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        words = fold(search_term).split()
        if not words:
            return queryset, False
        named = [each.pk for each in Indicator.objects.all() if all(word in indicator_words(each) for word in words)]
        found = Q(unit__in=units_named(search_term)) | Q(indicator__in=named)
        return queryset.filter(found | Q(printed__startswith=search_term.strip())), False

    @admin.display(description=_("indicator"), ordering="indicator__order")
    def indicator_label(self, row: Result) -> str:
        return str(row.indicator)

    @admin.display(description=_("as printed"), ordering="printed")
    def printed_link(self, row: Result) -> str:
        to_figure = figure_address(row.edition, row.unit.slug, row.indicator.code)
        return format_html('<a class="figure-link" href="{}">{}</a>', to_figure, row.printed)

    @admin.display(description=_("read as"), ordering="value")
    def read_value(self, row: Result) -> str:
        return value_text(row.value, row.out_of, kind_shown(row.printed, row.indicator.kind))

    @admin.display(description=_("cell"))
    def place(self, row: Result) -> str:
        return cell_text(row.cell) if row.cell else str(row.appendix or "–")

    def past(self, record: Result) -> Iterable[Past]:
        found = ResultChange.objects.filter(edition=record.edition, unit=record.unit, indicator=record.indicator)
        for change in found.select_related("event__by").order_by("-pk"):
            line = Line(str(_("as printed")), change.printed_before or "–", change.printed_after or "–")
            event = change.event
            yield Past(event.at, str(event.by or _("the system")), event.get_what_display(), event.why, (line,))

    def has_past(self, record: Result) -> bool:
        return True

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        drafts = Edition.objects.kept_by(signed_in(request)).filter(state=State.DRAFT)
        rows = list(drafts.select_related("dispatch__issuer").order_by("-dispatch__data_as_of", "-pk")[:100])
        asked = request.GET.get("edition", "")
        edition = rows[0] if len(rows) == 1 else next((row for row in rows if str(row.pk) == asked), None)
        if edition is None:
            return page(self, request, "choose_draft", title=_("Type a figure"), drafts=rows)
        return self._typed(request, edition)

    def _typed(self, request: HttpRequest, edition: Edition) -> HttpResponse:
        kept = {name: request.GET[name] for name in ("indicator", "appendix", "unit") if name in request.GET}
        form = NewFigureForm(posted(request), edition=edition, user=signed_in(request), initial=kept)
        made = handed_over(form, "", REFUSED, lambda: _store(form, edition, request))
        if made is None:
            return page(
                self, request, "figure", title=_("Type a figure"), crumbs=edition_crumbs(edition), form=form,
                submit=_("Store the figure"), another=_("Store and type another"), edition=edition,
                units=suggested(form.units), indicators=suggested_indicators(form.indicators),
            )  # fmt: skip
        messages.success(request, _told(made))
        if "_another" not in request.POST:
            return to("edition", "change", edition.pk)
        again = {name: request.POST.get(name, "") for name in ("indicator", "appendix")}
        response = to("result", "add")
        response["Location"] += "?" + urlencode({"edition": str(edition.pk), **again})
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        result: Any = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, result):
            return super().change_view(request, object_id, form_url, extra_context)
        form = FigureForm(posted(request), indicator=result.indicator, initial={"text": result.printed})
        stored = handed_over(
            form, "", REFUSED,
            lambda: result_action.store(
                edition=result.edition, unit=result.unit, indicator=result.indicator, text=form.cleaned_data["text"],
                by=signed_in(request), why=form.cleaned_data["why"],
            ),
        )  # fmt: skip
        if stored is not None:
            messages.success(request, _told(stored))
            return to("result", "changelist") if "_list" in request.POST else to("edition", "change", result.edition_id)
        return page(
            self, request, "figure", title=f"{result.unit}: {result.indicator}", form=form, original=result,
            crumbs=edition_crumbs(result.edition), edition=result.edition, submit=_("Store the figure"),
            where=cell_text(result.cell), deletable=self.has_delete_permission(request, result),
            past=figure_address(result.edition, result.unit.slug, result.indicator.code),
        )  # fmt: skip

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        result: Any = self.get_object(request, unquote(object_id))
        if not self.has_delete_permission(request, result):
            raise PermissionDenied
        form = RemoveForm(posted(request))
        gone = handed_over(form, "", REFUSED, lambda: _remove(form, result, request))
        if gone:
            messages.success(request, _("The figure is taken out; what it was stays in its history."))
            return to("edition", "change", result.edition_id)
        return page(
            self, request, "remove", title=_("Take a figure out"), form=form, original=result,
            crumbs=edition_crumbs(result.edition),
        )  # fmt: skip


def _store(form: NewFigureForm, edition: Edition, request: HttpRequest) -> Result:
    given = form.cleaned_data
    return result_action.store(
        edition=edition, unit=given["unit"], indicator=given["indicator"], text=given["text"], by=signed_in(request),
        why=given["why"], appendix=given["appendix"],
    )  # fmt: skip


def _remove(form: RemoveForm, result: Result, request: HttpRequest) -> bool:
    result_action.remove(result=result, by=signed_in(request), why=form.cleaned_data["why"])
    return True


def _told(result: Result) -> str:
    value = value_text(result.value, result.out_of, kind_shown(result.printed, result.indicator.kind))
    return _("Stored: %(unit)s, %(indicator)s: “%(printed)s”, read as %(value)s.") % {
        "unit": result.unit, "indicator": result.indicator.label, "printed": result.printed, "value": value,
    }  # fmt: skip
