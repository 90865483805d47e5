"""Indicators as rows: set, code, kind, maximum, what they are part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.actions import records as action
from chiso.models import NO_CODE, READ_BY, READABLE_STATES, SHOWN_BY, Direction, Indicator, IndicatorSet, Kind, Result
from chiso.values.code import is_code

from .cells import CellWidget, ChoiceCell, NumberCell, RefCell, TextCell, YesNoCell
from .record import Column, Loader, RecordResource, Row, in_order, said, text_of

DIRECTIONS = [(code, label) for code, label in Direction.choices if code]


def set_cell(sets: Callable[[], dict[str, IndicatorSet]]) -> CellWidget:
    told = gettext_lazy("“%(text)s” is no set of indicators. Enter the set first.")
    return RefCell(lambda text, row: sets().get(text), "code", lambda text: str(told) % {"text": text})


def indicator_cell(found: Callable[[str, Any], Indicator | None]) -> CellWidget:
    told = gettext_lazy("“%(text)s” is no indicator of this set, nor one of a row above.")
    return RefCell(found, "code", lambda text: str(told) % {"text": text})


class IndicatorResource(RecordResource):
    keys: ClassVar[tuple[str, ...]] = ("indicator_set", "code")
    about: ClassVar[dict[str, Any]] = {
        "set": gettext_lazy("Code of the set: 766-2022. With the code of the indicator it names the row"),
        "code": "CKMB, MDSH.5 …",
        "name": gettext_lazy("As printed"),
        "short_name": gettext_lazy("For narrow places"),
        "maximum": gettext_lazy("The full mark of a score: 18"),
        "direction": gettext_lazy("empty: not ranked"),
        "additive": gettext_lazy("có, không: a unit's figure is the sum of those below it"),
        "parent": gettext_lazy("Code of the indicator it is part of"),
        "part_of_total": gettext_lazy("có, không: the total is the sum of these"),
        "complement": gettext_lazy("Code of the count of the rest"),
        "order": gettext_lazy("A whole number: the place in lists"),
    }

    class Meta:
        model = Indicator
        fields: ClassVar[tuple[str, ...]] = ()
        import_id_fields = ("indicator_set", "code")
        instance_loader_class = Loader
        skip_diff = skip_html_diff = True

    def columns(self) -> Iterable[Column]:
        other = indicator_cell(self._indicator)
        return (
            Column("indicator_set", set_cell(lambda: self.sets), name="set", required=True),
            Column("code", TextCell(), required=True),
            Column("name", TextCell(), required=True),
            Column("short_name", TextCell()),
            Column("kind", ChoiceCell(Kind.choices), required=True),
            Column("maximum", NumberCell(decimals=2), cleared=None),
            Column("direction", ChoiceCell(DIRECTIONS)),
            Column("additive", YesNoCell(), cleared=False),
            Column("parent", other, cleared=None),
            Column("part_of_total", YesNoCell(), cleared=False),
            Column("complement", other, cleared=None),
            Column("order", NumberCell(), cleared=0),
        )

    def rows_out(self, queryset: Any) -> Iterable[Indicator]:
        found = queryset.order_by("indicator_set__code", "order", "code")
        rows = list(found.select_related("indicator_set", "parent", "complement"))
        return in_order(rows, lambda row: [row.parent_id, row.complement_id])

    def prepare(self) -> None:
        self.sets = {each.code: each for each in IndicatorSet.objects.all()}
        rows = Indicator.objects.select_related("indicator_set", "parent", "complement").order_by("pk")
        rows = rows.select_for_update(of=("self",)) if self.stores else rows
        self.stored = {(row.indicator_set.code, said(row.code)): row for row in rows}
        used = Result.objects.order_by()
        self._used = set(used.values_list("indicator", flat=True).distinct())
        published = used.filter(edition__state__in=READABLE_STATES)
        self._published = set(published.values_list("indicator", flat=True).distinct())

    def _indicator(self, text: str, row: Row) -> Indicator | None:
        found: Indicator | None = self.stored.get((text_of(row, "set"), text))
        return found

    def check(self, instance: Indicator, refuse: Callable[[str, str], Any]) -> None:
        if self._new and not is_code(instance.code):
            refuse("code", str(NO_CODE))
        if instance.maximum is not None and instance.maximum <= 0:
            refuse("maximum", _("The maximum must be more than 0."))
        if self._is_below(instance):
            refuse("parent", _("An indicator cannot be part of itself."))
        for name in self._fixed(instance):
            if self.fields[name].export(instance) != self._before.get(name, ""):
                refuse(
                    name,
                    _("figures were read, ranked or checked by it, so it stays. Use an indicator of another set."),
                )

    def _fixed(self, instance: Indicator) -> tuple[str, ...]:
        """What stays as it was, once there are figures; the keys name the row, so they cannot change it."""
        if instance.pk not in self._used:
            return ()
        fixed = (*READ_BY, *SHOWN_BY) if instance.pk in self._published else READ_BY
        return tuple(name for name in fixed if name not in self.keys)

    def _is_below(self, instance: Indicator) -> bool:
        above, steps = instance.parent, 0
        while above is not None and steps < 10:
            if above.code == instance.code:
                return True
            stored = self.stored.get((instance.indicator_set.code, said(above.code)))
            above, steps = (stored or above).parent, steps + 1
        return False

    def store(self, instance: Indicator) -> None:
        action.store(record=instance, by=self.user)
