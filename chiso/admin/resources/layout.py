"""Layouts as rows: one row a line (a column of the appendix, or a row of one whose rows are indicators), with what is
the layout's own repeated in each of its rows, so that a spreadsheet can sort and filter them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.actions import records as action
from chiso.models import Indicator, IndicatorSet, Layout, LayoutLine, LineRole

from .cells import ChoiceCell, ListCell, NumberCell, TextCell, YesNoCell
from .indicator import indicator_cell, set_cell
from .record import Column, Loader, RecordResource, Row, said, text_of

AXES = LayoutLine._meta.get_field("axis").choices or ()
ROWS_ARE = Layout._meta.get_field("rows_are").choices or ()
WITHIN = [choice for choice in Layout._meta.get_field("sorts_within").choices or () if choice[0]]


class LineColumn(Column):
    """A column of the line; empty in the one row of a layout that has no lines."""

    def export(self, instance: LayoutLine, **options: Any) -> str:
        return str(super().export(instance, **options)) if instance.role or instance.pk else ""


class LayoutResource(RecordResource):
    keys: ClassVar[tuple[str, ...]] = ("layout__code", "axis", "number")
    about: ClassVar[dict[str, Any]] = {
        "layout": gettext_lazy("Code of the layout. With “column or row” and “line number” it names the row"),
        "set": gettext_lazy("Code of its set of indicators: 766-2022"),
        "name": gettext_lazy("The layout's name, the same in all its rows"),
        "ordinal": gettext_lazy("Its usual number: I, II, III …"),
        "titles": gettext_lazy("Titles of the appendix, with “;” between them"),
        "sorts": gettext_lazy("Code of the indicator that orders the table"),
        "sorts_within": gettext_lazy("each level is a block of its own"),
        "line": gettext_lazy("Its number among them, from 1; a new line goes below the last"),
        "indicator": gettext_lazy("Code, where the line holds figures of an indicator"),
        "line_titles": gettext_lazy("How the heading may be written, with “;” between them"),
        "in_label": gettext_lazy("có, không: the value stands in the label"),
    }

    headings: ClassVar[dict[str, Any]] = {
        "layout": gettext_lazy("layout"),
        "titles": gettext_lazy("titles of the appendix"),
        "axis": gettext_lazy("column or row"),
        "line": gettext_lazy("line number"),
        "line_titles": gettext_lazy("headings of the line"),
    }

    class Meta:
        model = LayoutLine
        fields: ClassVar[tuple[str, ...]] = ()
        import_id_fields = ("layout__code", "axis", "number")
        instance_loader_class = Loader
        skip_diff = skip_html_diff = True

    def __init__(self, **options: Any) -> None:
        self._axis = ChoiceCell(AXES)
        super().__init__(**options)
        self._first: dict[str, tuple[str, dict[str, str]]] = {}

    def columns(self) -> Iterable[Column]:
        indicator = indicator_cell(self._indicator)
        return (
            Column("layout__code", TextCell(), name="layout", required=True),
            Column("layout__indicator_set", set_cell(lambda: self.sets), name="set", required=True),
            Column("layout__name", TextCell(), name="name", required=True),
            Column("layout__ordinal", TextCell(), name="ordinal"),
            Column("layout__titles", ListCell(), name="titles", cleared=[]),
            Column("layout__rows_are", ChoiceCell(ROWS_ARE), name="rows_are", required=True),
            Column("layout__sorts", indicator, name="sorts", cleared=None),
            Column("layout__sorts_within", ChoiceCell(WITHIN), name="sorts_within"),
            LineColumn("axis", self._axis),
            LineColumn("number", NumberCell(), name="line"),
            LineColumn("role", ChoiceCell(LineRole.choices)),
            LineColumn("indicator", indicator, cleared=None),
            LineColumn("titles", ListCell(), name="line_titles", cleared=[]),
            LineColumn("in_label", YesNoCell(), cleared=False),
        )

    # --- out ----------------------------------------------------------------------------------------

    def rows_out(self, queryset: Any) -> Iterable[LayoutLine]:
        found = queryset.order_by("indicator_set__code", "ordinal", "code").select_related("indicator_set", "sorts")
        return [line for layout in found.prefetch_related("lines__indicator") for line in _numbered(layout)]

    # --- in -----------------------------------------------------------------------------------------

    def prepare(self) -> None:
        self.sets = {each.code: each for each in IndicatorSet.objects.all()}
        indicators = Indicator.objects.select_related("indicator_set")
        self.indicators = {(each.indicator_set.code, said(each.code)): each for each in indicators}
        rows = Layout.objects.select_related("indicator_set", "sorts").order_by("pk")
        rows = rows.select_for_update(of=("self",)) if self.stores else rows
        self.layouts = {row.code: row for row in rows.prefetch_related("lines__indicator")}
        lines = [line for layout in self.layouts.values() for line in _numbered(layout)]
        self.stored = {_key(line): line for line in lines}
        self._last: dict[tuple[str, str], int] = {}
        self._order: dict[tuple[str, str], int] = {}
        for line in lines:
            block = (line.layout.code, line.axis)
            self._last[block] = max(self._last.get(block, 0), line.number or 0)  # type: ignore[attr-defined]
            self._order[block] = max(self._order.get(block, 0), line.order)
        self._sets_of = {layout.code: layout.indicator_set.code for layout in self.layouts.values()}

    def key(self, row: Row) -> Any:
        axis = text_of(row, "axis")
        return text_of(row, "layout"), self._axis.code_of(axis) or axis, text_of(row, "line")

    def init_instance(self, row: Row | None = None) -> LayoutLine:
        code = text_of(row or {}, "layout")
        layout = self.layouts.setdefault(code, Layout(code=code, rows_are=""))
        line = LayoutLine(layout=layout, axis="", role="")
        line.number = None  # type: ignore[attr-defined]
        return line

    def after_init_instance(self, instance: LayoutLine, new: bool, row: Row, **options: Any) -> None:
        """A new line of a layout that is there: what is the layout's own is not new."""
        super().after_init_instance(instance, new, row, **options)
        if (new and instance.layout.code in self._first) or instance.layout.pk:
            self._before |= {name: text for name, text in self.texts(instance).items() if _is_own(name)}

    def import_instance(self, instance: LayoutLine, row: Row, **options: Any) -> None:
        errors: dict[str, Any] = {}
        own = {self.fields[name].column_name: name for name in self.fields if _is_own(name)}
        texts = {column: text_of(row, column) for column in own}
        number, first = self._first.setdefault(text_of(row, "layout"), (self._number, texts))
        for column, text in texts.items():
            if text != first[column]:
                told = _("row %(number)s says “%(text)s” of the same layout. Write the same in all its rows.")
                errors[own[column]] = ValidationError(told % {"number": number, "text": first[column]}, code="invalid")
        if errors:
            raise ValidationError(errors)
        super().import_instance(instance, row, **options)

    def _indicator(self, text: str, row: Row) -> Indicator | None:
        return self.indicators.get((text_of(row, "set"), text))

    def check(self, instance: LayoutLine, refuse: Callable[[str, str], Any]) -> None:
        layout = instance.layout
        try:
            layout.clean_fields(exclude=["indicator_set", "sorts"])
        except ValidationError as found:
            for name, texts in found.message_dict.items():
                refuse(f"layout__{name}", " ".join(texts))
        said_set, stored_set = text_of(self._row, "set"), self._sets_of.get(layout.code)
        if stored_set is not None and said_set != stored_set:
            refuse("layout__indicator_set", _("a layout stays in its set: make another one for another set."))
        if instance.role:
            self._check_line(instance, refuse)
        elif instance.axis or getattr(instance, "number", None):
            refuse("role", _("the cell is empty. Fill it in."))

    def _check_line(self, instance: LayoutLine, refuse: Callable[[str, str], Any]) -> None:
        number = getattr(instance, "number", None)
        due = self._last.get((instance.layout.code, instance.axis), 0) + 1
        if not instance.axis:
            refuse("axis", _("the cell is empty. Fill it in."))
        elif number is None or (instance.pk is None and number != due):
            refuse("number", _("a new line is number %(number)s: it goes below the last.") % {"number": due})
        if (instance.role == LineRole.INDICATOR) != (instance.indicator is not None):
            refuse("indicator", _("Give an indicator where the line holds figures of an indicator, and only there."))

    def validate_instance(
        self, instance: LayoutLine, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        if instance.role:
            super().validate_instance(instance, import_validation_errors, validate_unique)
            return
        errors: dict[str, Any] = dict(import_validation_errors or {})
        self.check(instance, lambda name, told: errors.setdefault(name, [ValidationError(told, code="invalid")]))
        if errors:
            raise ValidationError(errors)

    def met(self, instance: LayoutLine) -> None:
        block = (instance.layout.code, instance.axis)
        self._last[block] = max(self._last.get(block, 0), getattr(instance, "number", None) or 0)

    def store(self, instance: LayoutLine) -> None:
        own = {name for name in self.fields if _is_own(name)}
        changed = self._changed
        if changed & own or instance.layout.pk is None:
            action.store(record=instance.layout, by=self.user)
        if instance.role and changed - own:
            if instance.pk is None:
                block = (instance.layout.code, instance.axis)
                instance.order = self._order[block] = self._order.get(block, -1) + 1
            action.store(record=instance, by=self.user)


def _is_own(name: str) -> bool:
    """Whether a column is the layout's, not its line's."""
    return name.startswith("layout__")


def _key(line: LayoutLine) -> tuple[str, str, str]:
    number = line.number  # type: ignore[attr-defined]
    return line.layout.code, line.axis, "" if number is None else str(number)


def _numbered(layout: Layout) -> list[LayoutLine]:
    """The lines, counted from 1 on each axis; of a layout without any, an empty one that stands for it."""
    lines = sorted(layout.lines.all(), key=lambda line: (line.axis, line.order, line.pk))
    counts: dict[str, int] = {}
    for line in lines:
        line.layout = layout
        line.number = counts[line.axis] = counts.get(line.axis, 0) + 1  # type: ignore[attr-defined]
    if not lines:
        lines = [LayoutLine(layout=layout, axis="", role="")]
        lines[0].number = None  # type: ignore[attr-defined]
    return lines
