"""XLSX: number formats, errors, uncalculated formulas and raised figures, from its parts."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from functools import lru_cache
from zipfile import ZipFile

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.readers.archive import read_part
from chiso.ingest.readers.cell_losses import DATE, ERROR, FORMULA, Losses, Place
from chiso.ingest.readers.xlsx_plain import plain_cells
from chiso.ingest.readers.xml_events import read_events

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_MARK_SIGNS = frozenset("0123456789* ")
# The formats that every XLSX file knows without naming them (ECMA-376, part 1, 18.8.30), where they matter.
_BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    48: "##0.0E+0",
    49: "@",
}


def built_in_format(number: int) -> str:
    """A number format by its number, "" for one that is not worth naming (dates, currencies)."""
    return _BUILT_IN.get(number, "")


def xlsx_losses(archive: ZipFile) -> dict[str, Losses]:
    """What calamine leaves out of each sheet, by the sheet's name (merged areas it knows itself)."""
    book = _Book(archive)
    formats = _Styles(read_part(archive, "xl/styles.xml")).formats
    raised = _Strings(read_part(archive, "xl/sharedStrings.xml")).raised
    losses: dict[str, Losses] = {}
    for name, part in book.sheets.items():
        xml = read_part(archive, part)
        if not xml:  # calamine may still find it: no sheet is read whose extent was not checked
            raise UnreadableFile("corrupt")
        losses[name] = _Sheet(xml, formats, raised, book.recalculates).losses
    return losses


class _Book:
    """Sheets by name with the part that holds each, and whether cached results are declared stale."""

    def __init__(self, archive: ZipFile) -> None:
        self.sheets: dict[str, str] = {}
        self.recalculates = False
        self._parts: dict[str, str] = {}
        read_events(read_part(archive, "xl/_rels/workbook.xml.rels"), self._link, _nothing)
        read_events(read_part(archive, "xl/workbook.xml"), self._begin, _nothing)

    def _link(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            self._parts[attributes.get("Id", "")] = part.lstrip("/")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets[attributes.get("name", "")] = self._parts.get(attributes.get("id", ""), "")
        elif name == "calcPr":
            self.recalculates = attributes.get("fullCalcOnLoad") in ("1", "true")


class _Styles:
    """`formats[s]` is the number format of a cell whose style is s."""

    def __init__(self, xml: bytes) -> None:
        self.formats: list[str] = []
        self._named: dict[str, str] = {}
        self._in_cells = False
        read_events(xml, self._begin, self._end)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._named[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            number = attributes.get("numFmtId", "0")
            self.formats.append(self._named.get(number) or built_in_format(_whole(number)))

    def _end(self, name: str, _: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


class _Strings:
    """Shared strings that end in raised figures."""

    def __init__(self, xml: bytes) -> None:
        self.raised: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._runs: list[tuple[str, bool]] = []
        self._is_raised = False
        if b"superscript" in xml:
            read_events(xml, self.begin, self.end)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("si", "is"):
            self._runs = []
        elif name == "r":
            self._is_raised = False
        elif name == "vertAlign":
            self._is_raised = attributes.get("val") == "superscript"

    def end(self, name: str, text: str) -> None:
        if name == "t":
            self._runs.append((text, self._is_raised and _MARK_SIGNS.issuperset(text)))
            self._is_raised = False
        elif name in ("si", "is"):
            self._note()

    def _note(self) -> None:
        whole = "".join(text for text, _ in self._runs)
        marks: list[str] = []
        while self._runs and (self._runs[-1][1] or not self._runs[-1][0].strip()):
            marks.insert(0, self._runs.pop()[0].strip())
        rest = "".join(text for text, _ in self._runs).strip()
        if rest and any(marks):
            self.raised[whole] = rest, tuple(filter(None, marks))


class _Sheet:
    """One sheet's part, cell by cell."""

    def __init__(
        self,
        xml: bytes,
        formats: list[str],
        raised: dict[str, tuple[str, tuple[str, ...]]],
        recalculates: bool,
    ) -> None:
        self.losses = Losses(raised=dict(raised))
        self._formats = formats
        self._recalculates = recalculates
        self._row, self._column = -1, -1
        self._cell: dict[str, str] = {}
        self._value, self._has_formula = "", False
        self._strings = _Strings(b"") if b"superscript" in xml else None
        plain = None if self._strings else plain_cells(xml)
        if plain:
            xml = plain.rest
            self._take(plain.cells)
        read_events(xml, self._begin, self._end)
        if self._strings:
            self.losses.raised |= self._strings.raised

    def _take(self, cells: list[tuple[bytes, bytes, bytes, bytes]]) -> None:
        """The same as `_note` does cell by cell."""
        formats = {style: self._format(style[4:-1].decode() or "0") for style in {cell[2] for cell in cells}}
        numbers = [cell for cell in cells if cell[3] in (b"", b' t="n"')]
        counted = Counter(formats[style] for _letters, _row, style, _kind in numbers)
        usual = self.losses.usual = counted.most_common(1)[0][0] if counted else ""
        if cells:
            columns = {letters: _column(letters.decode()) for letters in {cell[0] for cell in cells}}
            self.losses.reach(max(int(cell[1]) for cell in cells) - 1, max(columns.values()))
            for letters, row, style, _kind in numbers if len(counted) > 1 else ():
                place = int(row) - 1, columns[letters]
                if formats[style] != usual:
                    self.losses.formats[place] = formats[style]
                else:  # the last of two cells of one place counts
                    self.losses.formats.pop(place, None)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if self._strings:
            self._strings.begin(name, attributes)
        if name == "row":
            self._row = _whole(attributes.get("r", "")) - 1 if "r" in attributes else self._row + 1
            self._column = -1
        elif name == "c":
            self._row, self._column = _place(attributes.get("r", "")) or (self._row, self._column + 1)
            self._cell, self._value, self._has_formula = attributes, "", False
        elif name == "f":
            self._has_formula = True

    def _end(self, name: str, text: str) -> None:
        if self._strings:
            self._strings.end(name, text)
        if name == "v":
            self._value = text
        elif name == "t":
            self._value += text
        elif name == "c":
            self._note((self._row, self._column))

    def _note(self, place: Place) -> None:
        kind = self._cell.get("t", "n")
        if self._value or self._has_formula or kind != "n":
            self.losses.reach(*place)
        if self._has_formula and self._is_stale(kind):
            self.losses.troubles[place] = FORMULA, ""
        elif kind == "e":
            self.losses.troubles[place] = ERROR, self._value
        elif kind == "b":
            self.losses.troubles[place] = ERROR, "TRUE" if self._value == "1" else "FALSE"
        elif kind == "d":
            self.losses.troubles[place] = DATE, self._value
        elif kind == "n" and self._value:
            self.losses.formats[place] = self._format(self._cell.get("s", "0"))

    def _format(self, style: str) -> str:
        number = _whole(style)
        return self._formats[number] if number < len(self._formats) else ""

    def _is_stale(self, kind: str) -> bool:
        """No result, or the 0 that programs write for a formula they cannot calculate."""
        return (not self._value and kind != "str") or (self._recalculates and self._value == "0")


def _place(reference: str) -> Place | None:
    found = _PLACE.match(reference)
    return (int(found[2]) - 1, _column(found[1])) if found else None


@lru_cache(maxsize=1_000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _whole(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 9 else 0


def _nothing(_: str, __: str) -> None:
    pass
