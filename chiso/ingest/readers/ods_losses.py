"""ODS: percentages, errors, dates, uncalculated formulas and merged cells, from content.xml."""

from __future__ import annotations

import re
from zipfile import ZipFile

from chiso.ingest.readers.archive import read_part
from chiso.ingest.readers.cell_losses import DATE, ERROR, FORMULA, Losses, Place
from chiso.ingest.readers.xml_events import read_events

PERCENT = "0.00%"  # ODS keeps the kind of the cell; its number of places does not matter here
_ERROR_SHOWN = re.compile(r"#[A-Z/0!?]+|Err:\d+")
_CELLS = ("table-cell", "covered-table-cell")


def ods_losses(archive: ZipFile) -> dict[str, Losses]:
    """What calamine leaves out of each sheet, by the sheet's name."""
    content = _Content()
    read_events(read_part(archive, "content.xml"), content.begin, content.end)
    return content.sheets


class _Content:
    """Walks the tables; cells and rows may stand for many ("number-columns-repeated")."""

    def __init__(self) -> None:
        self.sheets: dict[str, Losses] = {}
        self._sheet: Losses | None = None
        self._tables = 0  # how deep in tables: a cell may hold one
        self._notes = 0  # how deep in annotations: their text is not the cell's
        self._row, self._rows = 0, 1
        self._column = 0
        self._cell: dict[str, str] = {}
        self._shown: list[str] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._tables += 1
            if self._tables == 1:
                self._sheet = self.sheets.setdefault(attributes.get("name", ""), Losses())
                self._row = 0
        elif name == "annotation":
            self._notes += 1
        elif self._tables != 1:
            return
        elif name == "table-row":
            self._rows, self._column = _times(attributes, "number-rows-repeated"), 0
        elif name in _CELLS:
            self._cell, self._shown = attributes, []

    def end(self, name: str, text: str) -> None:
        if name == "table":
            self._tables -= 1
        elif name == "annotation":
            self._notes -= 1
        elif self._tables != 1 or self._sheet is None:
            return
        elif name == "table-row":
            self._row += self._rows
        elif name in _CELLS:
            self._note(self._sheet)
            self._column += _times(self._cell, "number-columns-repeated")
        elif not self._notes:
            self._shown.append(text)

    def _note(self, sheet: Losses) -> None:
        shown = "".join(self._shown).strip()
        if not shown and "value-type" not in self._cell and "formula" not in self._cell:
            return
        width = _times(self._cell, "number-columns-repeated")
        sheet.reach(self._row + self._rows - 1, self._column + width - 1)
        down = _times(self._cell, "number-rows-spanned") - 1
        across = _times(self._cell, "number-columns-spanned") - 1
        sheet.merge((self._row, self._column), (self._row + down, self._column + across))
        for row in range(self._row, self._row + self._rows):
            for column in range(self._column, self._column + width):
                self._note_at(sheet, (row, column), shown)

    def _note_at(self, sheet: Losses, place: Place, shown: str) -> None:
        kind, is_formula = self._cell.get("value-type", ""), "formula" in self._cell
        if kind == "percentage":
            sheet.formats[place] = PERCENT
        elif kind == "boolean" or _is_error(kind, shown, is_formula):
            sheet.troubles[place] = ERROR, shown
        elif kind in ("date", "time"):
            value = self._cell.get("date-value") or self._cell.get("time-value") or shown
            sheet.troubles[place] = DATE, value
        elif is_formula and not kind:
            sheet.troubles[place] = FORMULA, ""


def _is_error(kind: str, shown: str, is_formula: bool) -> bool:
    """Whether a cell shows an error, or a word for a number: LibreOffice may keep TRUE as 1."""
    return bool(is_formula and _ERROR_SHOWN.fullmatch(shown)) or (kind == "float" and shown.isalpha())


def _times(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return max(int(text), 1) if text.isdigit() and len(text) < 9 else 1
