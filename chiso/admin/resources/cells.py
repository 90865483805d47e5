"""Cells of records: how each kind of value is written into a table and read again, by our own rules.

None of the library's number and date widgets is used: under Vietnamese settings they read 2.145 as 2."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.widgets import Widget

from chiso.ingest.grid import Cell
from chiso.ingest.readers.cell_losses import DATE
from chiso.values.number import Doubt, Figure, Kind, places, plain, read, read_number
from chiso.values.period import read_date, vietnamese_date
from chiso.words import problem as words

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_DASHES = frozenset("-–—")
_YES, _NO = frozenset({"có", "co", "x", "1", "yes", "true"}), frozenset({"không", "khong", "0", "no", "false"})


def is_dash(text: str) -> bool:
    return text in _DASHES


class CellWidget(Widget):
    """A value in a cell; `read` gets the cell, which is never empty, and raises ValueError with a sentence."""

    def clean(self, value: Cell, row: Any = None, **options: Any) -> Any:
        if value.trouble and not (value.trouble == DATE and isinstance(self, DayCell)):
            raise ValueError(words.doubt(Doubt(f"{value.trouble}-in-cell", value.text)))
        return self.read(value, row)

    def read(self, cell: Cell, row: Any) -> Any:
        return cell.text

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "" if value is None else str(value)


class TextCell(CellWidget):
    """A text as it stands there."""


def spellings(text: Any) -> set[str]:
    """A text of the screens in each language, in small letters: a file written in one comes in in the other."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(str(text).lower())
    return found


class ChoiceCell(CellWidget):
    """One of a few values: written as the screen names it; read by that name in each language, or by its code."""

    def __init__(self, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__()
        self.choices = [(str(code), label) for code, label in choices if code]
        self._codes: dict[str, str] = {}

    def code_of(self, text: str) -> str | None:
        if not self._codes:
            self._codes = {name: code for code, label in self.choices for name in spellings(label)}
            self._codes |= {code.lower(): code for code, _label in self.choices}
        return self._codes.get(text.lower())

    def told(self) -> str:
        return ", ".join(f"“{label}”" for _code, label in self.choices)

    def read(self, cell: Cell, row: Any) -> str:
        found = self.code_of(cell.text)
        if found is None:
            raise ValueError(
                _("“%(text)s” is not known. Write one of: %(known)s.") % {"text": cell.text, "known": self.told()}
            )
        return found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return str(dict(self.choices).get(value, value or ""))


class YesNoCell(CellWidget):
    def read(self, cell: Cell, row: Any) -> bool:
        text = cell.text.casefold()
        if text not in _YES | _NO:
            raise ValueError(_("“%(text)s” is neither “có” nor “không”.") % {"text": cell.text})
        return text in _YES

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "có" if value else "không"


class NumberCell(CellWidget):
    """A number by the rules of figures: 17,5 and 17.5 are one number, 1.000 a thousand where it counts."""

    def __init__(self, decimals: int = 0) -> None:
        super().__init__()
        self.decimals = decimals
        self.kind = Kind.SCORE if decimals else Kind.COUNT

    def read(self, cell: Cell, row: Any) -> Decimal | int:
        found = (
            read(cell.text, self.kind)
            if cell.number is None
            else read_number(cell.number, cell.number_format, self.kind)
        )
        if isinstance(found, Doubt):
            raise ValueError(words.doubt(found))
        if not isinstance(found, Figure) or found.out_of is not None:
            raise ValueError(_("“%(text)s” is no number.") % {"text": cell.text})
        if places(found.printed, self.kind) > self.decimals:
            told = _("“%(text)s” has more decimals than are kept (%(count)s).")
            raise ValueError(told % {"text": cell.text, "count": self.decimals})
        return found.value if self.decimals else int(found.value)

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "" if value is None else plain(Decimal(value))


class DayCell(CellWidget):
    """A day, its day first; the way of machines (2023-09-13) and a spreadsheet's own dates are read as well.

    Written as 3/9/2023: as 2023-09-03 a spreadsheet set to American dates would save it again as 9/3/2023."""

    def read(self, cell: Cell, row: Any) -> date:
        iso = _ISO.fullmatch(cell.text)
        try:
            day = date(*map(int, iso.groups())) if iso else read_date(cell.text)
        except ValueError:
            day = None
        if day is None:
            raise ValueError(_("“%(text)s” is no day. Write day/month/year, like 13/9/2023.") % {"text": cell.text})
        return day

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return vietnamese_date(value) if value else ""


class ListCell(CellWidget):
    """Several texts in one cell, with ";" between them; a ";" inside a text is written "\\;"."""

    def read(self, cell: Cell, row: Any) -> list[str]:
        parts = re.findall(r"((?:[^;\\]|\\.|\\$)+)", cell.text)
        return [text for part in parts if (text := re.sub(r"\\(.)", r"\1", part).strip())]

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "; ".join(re.sub(r"([;\\])", r"\\\1", text) for text in value or ())


class RefCell(CellWidget):
    """Another record, by its key. `find` gets the text and the row, and answers None where there is none."""

    def __init__(self, find: Callable[[str, Any], Any], key: str, told: Callable[[str], str]) -> None:
        super().__init__()
        self.find, self.key, self.told = find, key, told

    def read(self, cell: Cell, row: Any) -> Any:
        found = self.find(cell.text, row)
        if found is None:
            raise ValueError(self.told(cell.text))
        return found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "" if value is None else str(getattr(value, self.key))
