"""An appendix as a table that goes out: its own shape, its printed texts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from import_export import resources
from import_export.fields import Field
from import_export.widgets import Widget
from tablib import Databook

from chiso.admin.formats import Sheet, Shown
from chiso.queries.printed import Printed, Text
from chiso.values.number import Doubt, Figure, Kind, Missing, read, read_number
from chiso.words import problem as words


class FigureWidget(Widget):
    """A figure in a cell: read as everywhere by the kind of its indicator, shown as printed, never by a locale."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind

    def clean(self, value: Any, row: Any = None, **options: Any) -> Figure | None:
        """The figure that a cell holds, None for none; ValueError says what stands in the way."""
        if isinstance(value, Shown):
            found: Figure | Missing | Doubt = read_number(value.number, value.number_format, self.kind)
        else:
            found = read(str(value or ""), self.kind)
        if isinstance(found, Doubt):
            raise ValueError(words.doubt(found))
        return found if isinstance(found, Figure) else None

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        """The printed text; as a number where a spreadsheet then gives back exactly this text."""
        number = _as_number(str(value), self.kind)
        if number is not None and self._comes_back(number):
            return number
        return str(value)

    def _comes_back(self, number: Shown) -> bool:
        try:
            back, printed = self.clean(number), self.clean(str(number))
        except ValueError:
            return False
        return back == printed and back is not None


class Column(Field):
    """One column of an appendix. The rows of appendix I are of different kinds, so a cell knows its own."""

    def __init__(self, number: int, heading: str) -> None:
        super().__init__(attribute=str(number), column_name=heading)
        self.number = number

    def export(self, instance: Any, **options: Any) -> str:
        cell: Text = instance[self.number]
        return FigureWidget(cell.indicator.kind).render(cell.text) if cell.indicator else cell.text


class AppendixResource(resources.Resource):
    """One appendix. Its way in is that of every dispatch (`queries.upload.plan`): what comes back is compared with
    the whole edition, and a file may hold more than this table."""

    def __init__(self, printed: Printed) -> None:
        super().__init__()
        self.printed = printed
        self.fields = {str(number): Column(number, heading) for number, heading in enumerate(printed.headings)}

    def export(self, queryset: Any = None, **options: Any) -> Sheet:
        made = super().export(self.printed.rows, **options)
        return Sheet(
            *made, headers=made.headers, title=f"Phụ lục {self.printed.ordinal}"[:31], above=self.printed.above,
            below=self.printed.notes,
        )  # fmt: skip


def book(tables: tuple[Printed, ...]) -> Databook:
    """All appendices of an edition, a sheet each."""
    return Databook([AppendixResource(each).export() for each in tables])


def _as_number(text: str, kind: Kind) -> Shown | None:
    """The text as a number in a cell that shows it: "11.3", "5932", "89.18%"; None where no number shows it."""
    if kind is Kind.SHARE:
        return None
    bare, percent = text.removesuffix("%"), text.endswith("%")
    whole, _, decimals = bare.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not decimals or (decimals.isascii() and decimals.isdigit()))):
        return None
    form = "0" + (f".{'0' * len(decimals)}" if decimals else "") + ("%" if percent else "")
    number = Decimal(bare) / 100 if percent else Decimal(bare)
    return Shown(text, number, form)
