"""Units as rows, with their other names, dates and parents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.actions import unit as action
from chiso.admin.scope import administered
from chiso.models import Level, Unit, UnitAlias
from chiso.values.alphabet import fold

from .cells import ChoiceCell, DayCell, ListCell, NumberCell, RefCell, TextCell
from .record import Column, Loader, RecordResource, in_order

DEPTH = 5  # nation, province, agency or district, commune: a longer chain is a ring
NAME_LENGTH = 200  # UnitAlias.alias
SHARED = (Level.NATION, Level.PROVINCE)  # seen by every office


class Aliases(Column):
    """The other names: new ones are added; none is ever taken away by a file."""

    def get_value(self, instance: Unit) -> list[str]:
        kept = getattr(instance, "names", None)
        return kept if kept is not None else [alias.alias for alias in instance.aliases.all()] if instance.pk else []


class UnitResource(RecordResource):
    keys: ClassVar[tuple[str, ...]] = ("slug",)
    about: ClassVar[dict[str, Any]] = {
        "slug": gettext_lazy("Names the row. Stands in addresses: quang-dien"),
        "code": gettext_lazy("Official code: H57.01"),
        "name": gettext_lazy("As printed: UBND huyện Quảng Điền"),
        "kind": gettext_lazy("huyện, thị xã, sở, ban …"),
        "parent": gettext_lazy("The slug of the unit it belongs to"),
        "valid_from": gettext_lazy("Day/month/year: 13/9/2023"),
        "valid_to": gettext_lazy("The last day it existed"),
        "order": gettext_lazy("A whole number: the place in lists"),
        "aliases": gettext_lazy("Other names, with “;” between them; names are only added"),
    }

    headings: ClassVar[dict[str, Any]] = {"aliases": gettext_lazy("other names")}

    class Meta:
        model = Unit
        fields: ClassVar[tuple[str, ...]] = ()
        import_id_fields = ("slug",)
        instance_loader_class = Loader
        skip_diff = skip_html_diff = True

    def columns(self) -> Iterable[Column]:
        told = gettext_lazy("“%(text)s” is no unit on record, nor one of a row above.")
        parent = RefCell(lambda text, row: self.units.get(text), "slug", lambda text: told % {"text": text})
        return (
            Column("slug", TextCell(), required=True),
            Column("code", TextCell(), cleared=None),
            Column("name", TextCell(), required=True),
            Column("level", ChoiceCell(Level.choices), required=True),
            Column("kind", TextCell()),
            Column("parent", parent, cleared=None),
            Column("valid_from", DayCell(), cleared=None),
            Column("valid_to", DayCell(), cleared=None),
            Column("order", NumberCell(), cleared=0),
            Aliases("aliases", ListCell()),
        )

    def rows_out(self, queryset: Any) -> Iterable[Unit]:
        found = queryset.order_by("level", "order", "sort_key", "slug").select_related("parent")
        return in_order(list(found.prefetch_related(_aliases())), lambda unit: [unit.parent_id])

    def prepare(self) -> None:
        rows = Unit.objects.select_related("parent").order_by("pk")
        rows = rows.select_for_update(of=("self",)) if self.stores else rows
        self.units = {unit.slug: unit for unit in rows.prefetch_related(_aliases())}
        self.stored = {(slug,): unit for slug, unit in self.units.items()}
        self._own = {unit.slug for unit in administered(self.user)}
        self._coded: dict[tuple[str | None, Any], Unit] = {
            (unit.code, unit.valid_from): unit for unit in self.units.values() if unit.code
        }
        self._placed = {unit.slug: (_slug(unit.parent), unit.level) for unit in self.units.values()}

    def assign(self, name: str, field: Column, instance: Unit, value: Any) -> None:
        if name != "aliases":
            super().assign(name, field, instance, value)
            return
        kept = field.get_value(instance)
        known, given = {fold(each) for each in kept}, {fold(each): each for each in value or ()}
        lost = next((each for each in kept if fold(each) not in given), None)
        if lost is not None:
            told = _("“%(name)s” is missing. A file takes no name away: do it on the unit's page.")
            raise ValueError(told % {"name": lost})
        wrong = next((each for folded, each in given.items() if not folded or len(each) > NAME_LENGTH), None)
        if wrong is not None:
            raise ValueError(_("“%(name)s” is no name: write it with letters, at most 200 signs.") % {"name": wrong})
        instance.added = [each for folded, each in given.items() if folded not in known]  # type: ignore[attr-defined]
        instance.names = [*kept, *instance.added]  # type: ignore[attr-defined]

    def check(self, instance: Unit, refuse: Callable[[str, str], Any]) -> None:
        self._in_scope(instance, refuse)
        if instance.valid_from and instance.valid_to and instance.valid_from > instance.valid_to:
            refuse("valid_to", _("“Valid from” must not be after “valid to”."))
        key = (instance.code, instance.valid_from)
        other = self._coded.get(key) if instance.code else None
        if other is not None and other is not instance and (other.code, other.valid_from) == key:
            told = _("another unit has this code (%(name)s). Give one of them the days from which it is valid.")
            refuse("code", told % {"name": other.slug})
        if self._is_below(instance, instance.parent):
            refuse("parent", _("A unit cannot belong to a unit below it."))

    def _is_below(self, instance: Unit, above: Unit | None) -> bool:
        steps = 0
        while above is not None and steps < DEPTH:
            if above.slug == instance.slug:
                return True
            above, steps = self.units[above.slug].parent, steps + 1
        return False

    def _in_scope(self, instance: Unit, refuse: Callable[[str, str], Any]) -> None:
        """Rows that name a unit of another office are refused where they name it."""
        if self.user.is_superuser:
            return
        before = self._placed.get(instance.slug)
        if before is not None and instance.slug not in self._own:
            refuse("slug", _("this unit is not one of yours; nothing of it changes by your file."))
        elif before is not None and before[0] not in self._own:
            if (_slug(instance.parent), instance.level) != before:
                refuse("parent", _("the top of your tree stays where and what it is."))
        elif _slug(instance.parent) not in self._own:
            refuse("parent", _("it must belong to one of your units."))
        elif instance.level in SHARED and (before is None or before[1] != instance.level):
            refuse("level", _("units of this level belong to all offices and are not made by one."))

    def met(self, instance: Unit) -> None:
        self.units[instance.slug] = instance
        self._own.add(instance.slug)
        self._coded[instance.code, instance.valid_from] = instance

    def store(self, instance: Unit) -> None:
        action.store(unit=instance, by=self.user)
        for name in getattr(instance, "added", ()):
            action.store_alias(alias=UnitAlias(unit=instance, alias=name))


def _slug(unit: Unit | None) -> str:
    return unit.slug if unit is not None else ""


def _aliases() -> Prefetch[Any, Any, Any]:
    return Prefetch("aliases", UnitAlias.objects.order_by("folded", "pk"))
