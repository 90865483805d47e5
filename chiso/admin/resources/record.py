"""Records as rows: what every table of records has in common on its way out and in.

The library's row engine does the walking: an instance for each row, its fields, new, update or skip. What it does by
itself loses data (unknown headings are ignored, a blank wipes a value, the second of two rows for one key wins,
numbers go through the locale), so each of these is refused here, and the cell is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.results import RowResult
from import_export.widgets import Widget

from chiso.admin.formats import Records
from chiso.ingest.grid import Cell
from chiso.ingest.readers.guard import unguarded
from chiso.ingest.readers.printed import cell_text, take_marks
from chiso.ingest.writers import line
from chiso.models import User

from .brought import Brought, Change, Line
from .cells import ChoiceCell, is_dash, spellings

Row = dict[str, Cell]


class Column(Field):
    """One column of a table of records. `cleared` is its value for "–". `column_name` is its name for machines,
    `heading` that for people: files go out with the one of the person's language and come in with any of the three."""

    about: Any = ""
    heading: Any = ""

    def __init__(
        self, attribute: str, widget: Widget, *, name: str = "", required: bool = False, cleared: Any = ""
    ) -> None:
        super().__init__(attribute=attribute, column_name=name or attribute, widget=widget)
        self.required, self.cleared = required, cleared

    @property
    def label(self) -> str:
        return capfirst(str(self.heading or self.column_name))

    @property
    def holds(self) -> str:
        """What may stand in it, for people."""
        choices = self.widget.told() if isinstance(self.widget, ChoiceCell) else ""
        return "; ".join(filter(None, (choices, str(self.about))))

    def names(self) -> set[str]:
        return spellings(self.heading or self.column_name) | {self.column_name}


class RecordRow(RowResult):
    line: Line


class Loader:
    """Finds the stored record of a row in a dictionary: one query for all rows, and keys of several columns."""

    def __init__(self, resource: RecordResource, dataset: Any) -> None:
        self._resource = resource

    def get_instance(self, row: Row) -> Any:
        return self._resource.stored.get(self._resource.key(row))


class RecordResource(resources.ModelResource):
    """Rows of one table. `stores` says whether a run saves what it finds, or only tells."""

    keys: ClassVar[tuple[str, ...]] = ()  # columns that name a record
    about: ClassVar[dict[str, Any]] = {}  # what each column holds, for people
    headings: ClassVar[dict[str, Any]] = {}  # where the field's own name does not do

    def __init__(self, *, user: User, stores: bool = False) -> None:
        super().__init__()
        self.fields = {column.attribute: column for column in self.columns()}
        for column in self.fields.values():
            column.about = self.about.get(column.column_name, "")
            column.heading = self.headings.get(column.column_name) or self._named(column.attribute)
        self.user, self.stores = user, stores
        self.stored: dict[Any, Any] = {}
        self._met: dict[Any, str] = {}
        self._written: dict[str, str] = {}  # the headings as the file has them

    def _named(self, attribute: str) -> Any:
        """A field's name for people; `layout__name` is one of a record further on."""
        *path, last = attribute.split("__")
        model = self._meta.model
        for part in path:
            model = model._meta.get_field(part).related_model
        return getattr(model._meta.get_field(last), "verbose_name", "")

    def columns(self) -> Iterable[Column]:
        raise NotImplementedError

    @classmethod
    def get_row_result_class(cls) -> type[RecordRow]:
        return RecordRow

    # --- out ----------------------------------------------------------------------------------------

    def rows_out(self, queryset: Any) -> Iterable[Any]:
        """The records in an order in which they can come in again: what others refer to stands above."""
        found: Iterable[Any] = queryset
        return found

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        return [field.label for field in self.fields.values()]

    def filter_export(self, queryset: Any, **options: Any) -> Any:
        return list(self.rows_out(queryset))

    def sheet(self, queryset: Any) -> line.Sheet:
        """What `export` would collect, row by row."""
        kinds = [line.TEXT] * len(self.fields)
        records = self.iter_queryset(self.filter_export(queryset))
        lines = (line.Line(kinds, self.export_resource(record)) for record in records)
        return line.Sheet("", (), self.get_export_headers(), lines)

    # --- in -----------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Fill `stored` and whatever rows refer to, each by one query."""
        raise NotImplementedError

    def bring(self, dataset: Records) -> Brought:
        """Every row compared with what is stored, and stored where this run stores."""
        self._take_headings(dataset)
        faults = self._faults(dataset)
        if faults:
            return Brought(faults=faults)
        self.prepare()
        result = self.import_data(dataset, use_transactions=False)
        for row in result.rows:
            if row.errors:  # a fault of ours, or of the database: never a row of the preview
                raise row.errors[0].error
        return Brought(tuple(row.line for row in result.rows))

    def _take_headings(self, dataset: Records) -> None:
        """Each heading by the column's name, whatever language it is written in."""
        if dataset.fault:
            return
        names = {name: field.column_name for field in self.fields.values() for name in field.names()}
        written = list(dataset.headers)
        dataset.headers = [names.get(text, text) for text in written]
        self._written = dict(zip(dataset.headers, written, strict=True))

    def called_by(self, field: Column) -> str:
        """A column as the file calls it; as we do, where it has none."""
        written = self._written.get(field.column_name, "")
        return written if written and written != field.label.lower() else field.label

    def _faults(self, dataset: Records) -> tuple[str, ...]:
        if dataset.fault:
            return (dataset.fault,)
        names = [field.column_name for field in self.fields.values()]
        said = [text for text in dataset.headers if text]
        known = ", ".join(field.label for field in self.fields.values())
        faults = [
            _("Heading “%(name)s”: this table has no such column. It has: %(known)s.") % {"name": each, "known": known}
            for each in said
            if each not in names
        ]
        faults += [
            _("Heading “%(name)s” stands there twice. Keep one of the columns.") % {"name": self._written[each]}
            for each in dict.fromkeys(said)
            if said.count(each) > 1
        ]
        needed = [field for field in self.fields.values() if field.required and field.column_name not in said]
        faults += [_("The column “%(name)s” is missing. Add it.") % {"name": each.label} for each in needed]
        faults += [
            _("%(place)s: “%(text)s” stands outside the table. A row has more than one filled cell.")
            % {"place": _spot(each.spot), "text": each.text}
            for each in dataset.left
        ]
        faults += self._unheaded(dataset)
        if not faults and not len(dataset):
            faults.append(_("The table has headings and no row."))
        return tuple(faults)

    def _unheaded(self, dataset: Records) -> list[str]:
        """Cells under no heading: of which column they are nobody knows."""
        bare = [column for column, text in enumerate(dataset.headers) if not text]
        cells = [row[column] for row in dataset for column in bare if row[column].text]
        return [
            _("%(place)s: “%(text)s” stands under no heading.") % {"place": _spot(cell.spot), "text": cell.text}
            for cell in cells
        ]

    def key(self, row: Row) -> Any:
        return tuple(text_of(row, self.fields[each].column_name) for each in self.keys)

    def before_import_row(self, row: Row, **options: Any) -> None:
        self._row, self._number = row, _number(row, options["row_number"])

    def after_init_instance(self, instance: Any, new: bool, row: Row, **options: Any) -> None:
        self._new = new
        self._before = {} if new else self.texts(instance)

    def texts(self, instance: Any) -> dict[str, str]:
        return {name: field.export(instance) for name, field in self.fields.items()}

    def import_instance(self, instance: Any, row: Row, **options: Any) -> None:
        errors: dict[str, Any] = {}
        for name, field in self.fields.items():
            try:
                self._field(name, field, instance, row)
            except ValueError as refusal:
                errors[name] = ValidationError(str(refusal), code="invalid")
        self._twice(row, errors)
        if errors:
            raise ValidationError(errors)

    def _field(self, name: str, field: Column, instance: Any, row: Row) -> None:
        """A cell that says what is stored changes nothing, however it would be read."""
        if field.column_name not in row:
            return
        cell, before = row[field.column_name], self._before.get(name)
        if before is not None and said(before) == cell.text and not cell.trouble:
            return
        if cell.marks:
            raise ValueError(_("a footnote's mark stands behind the text. Take it out."))
        if not cell.text and not cell.trouble:
            if field.required:
                raise ValueError(_("the cell is empty. Fill it in."))
            if before:
                raise ValueError(
                    _("the cell is empty, but “%(stored)s” is stored. To clear it, write –.") % {"stored": before}
                )
            return
        if is_dash(cell.text):
            if field.required:
                raise ValueError(_("it must have a value."))
            self.assign(name, field, instance, field.cleared)
            return
        self.assign(name, field, instance, field.widget.clean(cell, row=row))

    def assign(self, name: str, field: Column, instance: Any, value: Any) -> None:
        *path, last = field.attribute.split("__")
        for part in path:
            instance = getattr(instance, part)
        setattr(instance, last, value)

    def _twice(self, row: Row, errors: dict[str, Any]) -> None:
        key = self.key(row)
        if key in self._met and self.keys[0] not in errors:
            told = _("the same record stands in row %(number)s. Keep one of the rows.") % {"number": self._met[key]}
            errors[self.keys[0]] = ValidationError(told, code="invalid")
        self._met.setdefault(key, self._number)

    def skip_row(self, instance: Any, original: Any, row: Row, import_validation_errors: Any = None) -> bool:
        texts, before = self.texts(instance), self._before
        self._changed = {name for name, text in texts.items() if text != before.get(name, "")}
        self._changes = tuple(
            Change(self.called_by(self.fields[name]), before.get(name, ""), text)
            for name, text in texts.items()
            if name in self._changed
        )
        return not self._changes and not self._new and not import_validation_errors

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """The field's own rules without a query, and what the table asks of its rows."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        related = {field.name for field in instance._meta.fields if field.is_relation}
        try:
            instance.clean_fields(exclude=related | set(errors))
        except ValidationError as found:
            errors = found.update_error_dict(errors)
        self.check(instance, lambda name, told: errors.setdefault(name, [ValidationError(told, code="invalid")]))
        if errors:
            raise ValidationError(errors)

    def check(self, instance: Any, refuse: Callable[[str, str], Any]) -> None:
        """Rules between fields and between records; `refuse` takes the field's name and the sentence."""

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        if self.stores:
            self.store(instance)
        self.stored[self.key(self._row)] = instance
        self.met(instance)

    def store(self, instance: Any) -> None:
        """Save by the table's own action."""
        raise NotImplementedError

    def met(self, instance: Any) -> None:
        """A new or changed record that rows below may refer to."""

    def after_import_row(self, row: Row, row_result: RecordRow, **options: Any) -> None:
        row_result.line = Line(
            self._number,
            row_result.import_type,
            self.called(row),
            self._changes if row_result.import_type != "skip" else (),
        )

    def import_row(self, row: Row, instance_loader: Any, **options: Any) -> RecordRow:
        made: RecordRow = super().import_row(row, instance_loader, **options)
        if made.validation_error is not None:
            made.line = Line(self._number, "invalid", self.called(row), (), self._told(made.validation_error))
        return made

    def called(self, row: Row) -> str:
        """The key as people read it: "Cột", not "column"."""
        widgets = (self.fields[name].widget for name in self.keys)
        parts = zip(self.key(row), widgets, strict=True)
        return " · ".join(each.render(part) if isinstance(each, ChoiceCell) else part for part, each in parts if part)

    def _told(self, fault: ValidationError) -> tuple[str, ...]:
        """ "dòng 5, cột code: …"."""
        place = _("row %(number)s, column %(name)s")
        names = {name: self.called_by(field) for name, field in self.fields.items()}
        return tuple(
            f"{place % {'number': self._number, 'name': names.get(name, name)}}: {text}"
            for name, texts in fault.message_dict.items()
            for text in texts
        )


def said(text: str) -> str:
    """A text as our readers give it back from a file."""
    return take_marks(cell_text(unguarded(line.clean(text))))[0]


def text_of(row: Row, name: str) -> str:
    cell = row.get(name)
    return cell.text if cell is not None else ""


def _number(row: Row, otherwise: int) -> str:
    """The number of a row in the file, as a spreadsheet or an editor counts; else as the table counts, headings and
    all."""
    spots = (re.search(r"(\d+)$", cell.spot) for cell in row.values() if isinstance(cell, Cell) and cell.spot)
    return next((found[1] for found in spots if found), str(otherwise + 1))


def _spot(spot: str) -> str:
    found = re.search(r"(\d+)$", spot)
    return _("row %(number)s") % {"number": found[1]} if found else spot


def in_order(records: Sequence[Any], needs: Callable[[Any], Iterable[Any]]) -> list[Any]:
    """Records with those they refer to above them; a ring is left as it came."""
    left, out = list(records), []
    keys = {each.pk for each in records}
    while left:
        waiting = {each.pk for each in left}
        ready = [each for each in left if not ({n for n in needs(each) if n in keys} & (waiting - {each.pk}))]
        out += ready or left
        done = {each.pk for each in out}
        left = [each for each in left if each.pk not in done]
    return out
