"""Indicator sets, indicators, and the layouts of appendices.

They belong to no office: a set is decided for the country, and every office measures by the same. So the administrator
of any office that issues may keep them; each change is in the history of its record, with the name of who made it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import JSONField, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chiso.actions import records
from chiso.models import READ_BY, READABLE_STATES, SHOWN_BY, About, Indicator, IndicatorSet, Layout, LayoutLine, Result
from chiso.queries import named

from .exchange import Exchange
from .named import Named
from .scope import Who, signed_in
from .search import Folded
from .table import Rows, Table

PUBLISHED = _(
    "Figures of this indicator are published. What they were read, ranked and checked by stays as it is; a changed "
    "definition is an indicator of a new set."
)


class LinesField(forms.CharField):
    """A list of texts, one to a line."""

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **options: Any) -> None:
        options["widget"] = forms.Textarea(attrs={"rows": 3, "cols": 40})
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != str(self.to_python(data)).split("\n"))


@admin.register(IndicatorSet)
class SetTable(Folded, Table):
    list_display = ["name", "code", "decision", "valid_from", "valid_to"]
    ordering = ["-valid_from", "pk"]
    search_fields = ["name", "code", "decision"]
    fields = ["name", "code", "decision", "valid_from", "valid_to"]
    adds = changes = deletes = Who.ADMINISTRATOR

    def get_readonly_fields(self, request: HttpRequest, obj: IndicatorSet | None = None) -> list[str]:
        """Commands and files name a set by its code."""
        return [] if obj is None else ["code"]


@admin.register(Indicator)
class IndicatorTable(Exchange, Folded, Named, Table):
    about = About.INDICATORS
    word = "code"
    list_display = ["code", "label", "kind", "maximum", "direction", "parent", "indicator_set"]
    list_filter = ["indicator_set", "kind", "direction"]
    list_select_related = ["indicator_set", "parent"]
    ordering = ["indicator_set", "order", "code", "pk"]
    search_fields = ["code", "name", "short_name"]
    search_help_text = _("Code or name; marks and capitals do not matter: cong khai")
    fields = [
        "indicator_set", "code", "name", "short_name", "kind", "maximum", "direction",
        "parent", "part_of_total", "additive", "complement", "order",
    ]  # fmt: skip
    adds = changes = deletes = Who.ADMINISTRATOR

    @admin.display(description=_("name"), ordering="name")
    def label(self, row: Indicator) -> str:
        return row.name

    def get_readonly_fields(self, request: HttpRequest, obj: Indicator | None = None) -> list[str]:
        if obj is None or not Result.objects.filter(indicator=obj).exists():
            return self.fixed(obj)
        return [*READ_BY, *(SHOWN_BY if _published(obj) else ())]

    def delete_model(self, request: HttpRequest, obj: Indicator) -> None:
        records.remove_indicator(indicator=obj, by=signed_in(request))

    def is_named(self, row: Indicator) -> bool:
        return named.indicator(row)

    def get_fieldsets(self, request: HttpRequest, obj: Indicator | None = None) -> Any:
        fixed = obj is not None and _published(obj)
        return [(None, {"fields": self.fields, "description": PUBLISHED if fixed else ""})]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.related_model is Indicator:
            options["queryset"] = _chosen()
        return super().formfield_for_foreignkey(db_field, request, **options)


class LineRows(Rows):
    model = LayoutLine
    fields = ["axis", "role", "indicator", "titles", "in_label", "order"]
    ordering = ["axis", "order", "pk"]
    formfield_overrides = {JSONField: {"form_class": LinesField}}
    adds = changes = deletes = Who.ADMINISTRATOR

    def get_queryset(self, request: HttpRequest) -> QuerySet[LayoutLine]:
        return super().get_queryset(request).select_related("indicator")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """One query for the list of indicators, however many lines the layout has."""
        field = super().formfield_for_foreignkey(db_field, request, queryset=_chosen(), **options)
        choices = getattr(request, "line_choices", None) or list(field.choices)
        request.line_choices = field.choices = choices  # type: ignore[attr-defined]
        return field


@admin.register(Layout)
class LayoutTable(Exchange, Folded, Table):
    about = About.LAYOUTS
    list_display = ["name", "ordinal", "code", "rows_are", "sorts", "indicator_set"]
    list_filter = ["indicator_set", "rows_are"]
    list_select_related = ["indicator_set", "sorts"]
    ordering = ["indicator_set", "ordinal", "code", "pk"]
    search_fields = ["name", "code", "ordinal", "titles"]
    fields = ["indicator_set", "name", "code", "ordinal", "titles", "rows_are", "sorts", "sorts_within"]
    formfield_overrides = {JSONField: {"form_class": LinesField}}
    inlines = [LineRows]
    inside = ((LayoutLine, "layout"),)
    adds = changes = deletes = Who.ADMINISTRATOR

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.related_model is Indicator:
            options["queryset"] = _chosen()
        return super().formfield_for_foreignkey(db_field, request, **options)


def _published(indicator: Indicator) -> bool:
    return Result.objects.filter(indicator=indicator, edition__state__in=READABLE_STATES).exists()


def _chosen() -> QuerySet[Indicator]:
    return Indicator.objects.select_related("indicator_set").order_by("indicator_set", "order", "code", "pk")
