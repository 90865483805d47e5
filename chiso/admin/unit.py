"""Units, their other names and successions, and the offices that issue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, Q, QuerySet
from django.forms import BaseInlineFormSet
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chiso.actions import unit as unit_action
from chiso.models import About, Issuer, Level, Unit, UnitAlias, UnitSuccession, User, kept_issuers
from chiso.queries import named
from chiso.values import workday
from chiso.values.alphabet import fold
from chiso.values.name import LEVELS_OF, parse

from .exchange import Exchange
from .finding import KeysFirst
from .merging import Mergeable
from .named import Named
from .pick import pickable
from .scope import Who, administered, signed_in
from .search import Folded, units_holding, units_named
from .table import Rows, Table

DEPTH = 5  # nation, province, agency or district, commune: a longer chain is a ring


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "slug" in self.fields and self.instance.pk is None:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Stands in addresses: quang-dien. Left empty, it is made from the name.")

    def clean(self) -> dict[str, Any]:
        super().clean()  # or nothing would be compared with what is stored
        given = self.cleaned_data
        if "slug" in self.fields and not given.get("slug") and "slug" not in self.errors and given.get("name"):
            given["slug"] = _slug(given["name"])
        return given

    def clean_parent(self) -> Unit | None:
        parent: Unit | None = self.cleaned_data["parent"]
        above, steps = parent, 0
        while above is not None and steps < DEPTH:
            if above.pk == self.instance.pk:
                raise ValidationError(_("A unit cannot belong to a unit below it."))
            above, steps = above.parent, steps + 1
        return parent


def _slug(name: str) -> str:
    """ "quang-dien" of a place; agencies keep their whole name: "so-tai-chinh"."""
    parts = parse(name)
    agency = Level.AGENCY in LEVELS_OF.get(parts.kind, (Level.AGENCY,))
    return fold(name if agency else parts.core).replace(" ", "-")[:80]


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_alias(self) -> str:
        alias: str = self.cleaned_data["alias"]
        if not fold(alias):
            raise ValidationError(_("Please write the name with letters."))
        return alias

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        unit = self.cleaned_data.get("unit")
        if unit is not None and unit.pk and "alias" in self.cleaned_data:
            same = UnitAlias.objects.filter(unit=unit, folded=fold(self.cleaned_data["alias"]))
            if same.exclude(pk=self.instance.pk).exists():
                self.add_error("alias", _("This unit already has that name (capitals and marks do not count)."))
        return self.cleaned_data


class AliasFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Names of one unit: no two of them may fold alike."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", {})
            folded = fold(cleaned.get("alias", ""))
            if not folded or cleaned.get("DELETE"):
                continue
            if folded in seen:
                form.add_error("alias", _("This unit already has that name (capitals and marks do not count)."))
            seen.add(folded)


class AliasRows(Rows):
    model = UnitAlias
    form = AliasForm
    formset = AliasFormSet
    fields = ["alias"]
    adds = changes = deletes = Who.ADMINISTRATOR


class SuccessionRows(Rows):
    model = UnitSuccession
    fk_name = "predecessor"
    fields = ["successor", "decision", "effective_on"]
    adds = changes = deletes = Who.ADMINISTRATOR
    verbose_name_plural = _("went on as")

    def units(self, request: HttpRequest, field: str = "") -> QuerySet[Unit]:
        return pickable(signed_in(request))


@admin.register(Unit)
class UnitTable(Mergeable, Exchange, Named, Table):
    about = About.UNITS
    word = "slug"
    form = UnitForm
    list_display = ["name", "code", "slug", "level", "parent", "valid_from", "valid_to"]
    list_filter = ["level", ("valid_to", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["parent"]
    paginator = KeysFirst
    ordering = ["level", "order", "sort_key", "slug", "pk"]
    search_fields = ["search"]
    search_help_text = _("Name, code or short name; marks and capitals do not matter: quang dien")
    fields = ["name", "slug", "code", "level", "kind", "parent", "valid_from", "valid_to", "order"]
    inlines = [AliasRows, SuccessionRows]
    inside = ((UnitAlias, "unit"), (UnitSuccession, "predecessor"))
    adds = changes = deletes = Who.ADMINISTRATOR
    suggests_units = True

    def within(self, rows: Any, user: User) -> Any:
        return rows & pickable(user)

    def open_to(self, request: HttpRequest, row: Unit) -> bool:
        return administered(signed_in(request)).filter(pk=row.pk).exists()

    def get_export_queryset(self, request: HttpRequest) -> Any:
        return super().get_export_queryset(request).filter(pk__in=administered(signed_in(request)).values("pk"))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(pk__in=units_named(search_term)) if fold(search_term) else queryset, False

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        """The top of an administrator's tree belongs to a unit outside it, and stays where and what it is."""
        if obj is None or signed_in(request).is_superuser:
            return self.fixed(obj)
        inside = administered(signed_in(request)).filter(pk=obj.parent_id)
        return self.fixed(obj) if inside.exists() else [*self.fixed(obj), "parent", "level"]

    def is_named(self, row: Unit) -> bool:
        return named.unit(row)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        options["required"] = not signed_in(request).is_superuser
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "level" and not signed_in(request).is_superuser:
            shared = (Level.NATION, Level.PROVINCE)  # seen by every office
            options["choices"] = [choice for choice in Level.choices if choice[0] not in shared]
        return super().formfield_for_choice_field(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        (unit_action.store if change else unit_action.enter)(unit=obj, by=signed_in(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not UnitAlias:
            return super().save_formset(request, form, formset, change)
        for alias in formset.save(commit=False):
            unit_action.store_alias(alias=alias)
        for gone in formset.deleted_objects:
            gone.delete()
        return None


@admin.register(UnitAlias)
class AliasTable(Table):
    form = AliasForm
    list_display = ["alias", "unit", "level"]
    list_filter = ["unit__level"]
    list_select_related = ["unit"]
    ordering = ["folded", "pk"]
    search_fields = ["folded"]
    search_help_text = _("A name of the unit or its other name; marks and capitals do not matter")
    fields = ["unit", "alias"]
    adds = changes = deletes = Who.ADMINISTRATOR
    suggests_units = True

    def within(self, rows: Any, user: User) -> Any:
        return rows.filter(unit__in=pickable(user).values("pk"))

    def open_to(self, request: HttpRequest, row: UnitAlias) -> bool:
        return administered(signed_in(request)).filter(pk=row.unit_id).exists()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not fold(search_term):
            return queryset, False
        return queryset.filter(units_holding("unit__", search_term) | Q(folded__contains=fold(search_term))), True

    @admin.display(description=_("level"), ordering="unit__level")
    def level(self, row: UnitAlias) -> str:
        return row.unit.get_level_display()

    def save_model(self, request: HttpRequest, obj: UnitAlias, form: Any, change: bool) -> None:
        unit_action.store_alias(alias=obj)


@admin.register(UnitSuccession)
class SuccessionTable(Table):
    list_display = ["predecessor", "successor", "decision", "effective_on"]
    list_filter = ["effective_on"]
    list_select_related = ["predecessor", "successor"]
    ordering = ["-effective_on", "predecessor__sort_key", "pk"]
    search_fields = ["predecessor__search", "successor__search"]
    fields = ["predecessor", "successor", "decision", "effective_on"]
    adds = changes = deletes = Who.ADMINISTRATOR
    suggests_units = True

    def units(self, request: HttpRequest, field: str = "") -> QuerySet[Unit]:
        """What went on is of the own tree; what it went on as may lie beside it (a province)."""
        return administered(signed_in(request)) if field == "predecessor" else pickable(signed_in(request))

    def within(self, rows: Any, user: User) -> Any:
        own = pickable(user).values("pk")
        return rows.filter(Q(predecessor__in=own) | Q(successor__in=own))

    def open_to(self, request: HttpRequest, row: UnitSuccession) -> bool:
        own = administered(signed_in(request))
        return own.filter(pk__in=[row.predecessor_id, row.successor_id]).exists()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not fold(search_term):
            return queryset, False
        either = units_holding("predecessor__", search_term) | units_holding("successor__", search_term)
        return queryset.filter(either), True


DAYS = ["reply_days", "receive_days", "ask_days", "answer_days", "publish_days"]  # working days, of replies
NONE_TAKEN = "reply_days"  # alone may be 0: the office takes no replies


@admin.register(Issuer)
class IssuerTable(Folded, Table):
    list_display = ["name", "unit", "slug", "place"]
    list_select_related = ["unit"]
    ordering = ["name", "pk"]
    search_fields = ["name", "slug", "unit__name"]
    fields = ["name", "slug", "unit", "parent_body", "place", "second_person", "shows", *DAYS]
    adds = deletes = Who.SUPERUSER
    changes = Who.ADMINISTRATOR
    suggests_units = True

    def within(self, rows: Any, user: User) -> Any:
        return rows.filter(pk__in=kept_issuers(user).values("pk"))

    def open_to(self, request: HttpRequest, row: Issuer) -> bool:
        return administered(signed_in(request)).filter(pk=row.unit_id).exists()

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **options: Any
    ) -> FormField | None:
        if db_field.name in DAYS:
            options |= {"min_value": int(db_field.name != NONE_TAKEN), "max_value": workday.MOST}
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Issuer | None = None) -> list[str]:
        """Its addresses and its tree hang on these two."""
        return [] if signed_in(request).is_superuser else ["unit", "slug"]
