"""What every table of the desk has in common: fields, search, history, and answers instead of errors."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import NestedObjects, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import DEFAULT_DB_ALIAS, DatabaseError, DataError, IntegrityError
from django.db.models import DateField, Field, ForeignKey, ProtectedError, QuerySet, RestrictedError
from django.forms import Field as FormField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from chiso.models import Indicator, Unit, User

from .form import DATE, DATE_HINT
from .history import History
from .page import address
from .pick import unit_field
from .scope import Rights, administered, signed_in

MOST_SUGGESTED = 400  # units: as many more would weigh as much as the page


class Fields:
    """How columns become form fields: dates as text, units by name, no pop-up windows."""

    formfield_overrides = {DateField: {"widget": DATE}}

    def units(self, request: HttpRequest, field: str = "") -> QuerySet[Unit]:
        """Units that the field may name; without a field, all that some field of this table may."""
        return administered(signed_in(request))

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any) -> Any:
        if db_field.related_model is Unit:
            required = options.get("required", not db_field.blank)
            return unit_field(
                self.units(request, db_field.name),
                label=db_field.verbose_name,
                required=required,
                help_text=db_field.help_text,
            )
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **options: Any
    ) -> FormField | None:
        field: FormField | None = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        if isinstance(db_field, DateField) and field is not None:
            field.help_text = field.help_text or DATE_HINT
        return field


class Rows(Rights, Fields, admin.TabularInline):  # type: ignore[type-arg]
    """Rows of another table inside the page of the record they belong to."""

    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class Table(Rights, Fields, History, admin.ModelAdmin):  # type: ignore[type-arg]
    """A table of the desk: the person sees the rows of own offices and units, and no other row exists."""

    list_per_page = 50
    list_max_show_all = 500
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count of every choice would be a query for each
    suggests_units = False  # whether its forms name units
    actions = None  # nothing is deleted by the handful
    title: Any = ""  # the list's name, where the model's plural is not it
    add_label: Any = ""

    def within(self, rows: Any, user: User) -> Any:
        """The rows the user sees."""
        return rows

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.within(super().get_queryset(request), signed_in(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **options)
        except IntegrityError:  # somebody else was quicker, between our look and our saving
            messages.error(
                request, _("Not saved: the same record was just stored by somebody else. Please look again.")
            )
            return redirect(request.get_full_path())

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **options: Any) -> None:
        """Django's sentences begin with the name of the table, which Vietnamese writes small within a sentence."""
        text = capfirst(str(message))
        super().message_user(request, SafeString(text) if hasattr(message, "__html__") else text, *args, **options)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, RestrictedError, DatabaseError):
            messages.error(request, _("“%(name)s” is in use and was not deleted.") % {"name": record})
            return redirect(f"{self.admin_site.name}:chiso_{self.opts.model_name}_change", object_id)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What stands in the way is told by table and number: an indicator may have thousands of figures."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, lacking, self._in_use(objs) if protected else protected

    def _in_use(self, objs: Any) -> list[str]:
        found = NestedObjects(using=DEFAULT_DB_ALIAS)
        found.collect(objs)
        names = {model: getattr(table, "title", "") for model, table in self.admin_site._registry.items()}
        counts = Counter(type(row) for row in found.protected)
        return [
            f"{names.get(model) or capfirst(model._meta.verbose_name_plural)}: {count}"
            for model, count in counts.items()
        ]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows that the address asks for, of the list and of its files. A key, a year or a day that no database
        holds is found out by its counting them, and is a filter like any other that makes no sense."""
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, DataError, ValueError) as beyond:
            if not request.GET:
                raise
            raise IncorrectLookupParameters(beyond) from beyond

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = self.title or capfirst(self.opts.verbose_name_plural)
        own = {"title": title, "add_links": self.add_links(request) if self.has_add_permission(request) else ()}
        try:
            return super().changelist_view(request, {**own, **(extra_context or {})})
        except DisallowedModelAdminLookup:
            messages.warning(request, _("The address asked for a filter that this list does not have: all is shown."))
            return redirect(request.path)

    def add_links(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Buttons above the list, the first one the likeliest."""
        label = self.add_label or _("Add %(name)s") % {"name": self.opts.verbose_name}
        return [{"label": label, "url": address(str(self.opts.model_name), "add")}]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A unit handed over in the address comes by its number; its field shows it by name."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        units = [field.name for field in self.opts.fields if field.related_model is Unit]
        return given | {name: int(given[name]) for name in units if str(given.get(name, "")).isdecimal()}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        context["units"] = suggested(self.units(request)) if self.suggests_units else ()
        if context.get("original") is not None:
            context["heading"] = self.heading(context["original"])
        context["has_past"] = context.get("original") is not None and self.has_past(context["original"])
        return super().render_change_form(request, context, *args, **options)


def suggested(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Units for a list of suggestions, in the order of the lists; any other is named by what is typed."""
    return units.order_by("level", "order", "sort_key", "pk").only("name", "slug", "search")[:MOST_SUGGESTED]


def suggested_indicators(indicators: QuerySet[Indicator]) -> QuerySet[Indicator]:
    return indicators.order_by("indicator_set", "order", "code", "pk")
