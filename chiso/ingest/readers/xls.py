"""XLS (Excel 97 to 2003): every visible sheet, from the records of the workbook stream ([MS-XLS]).

Not by calamine: a damaged count in an XLS file makes it ask for gigabytes and ends the whole process."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Block, Document
from chiso.ingest.readers.cell_losses import DATE, ERROR, Losses, Place
from chiso.ingest.readers.ole import Ole
from chiso.ingest.readers.sheet import sheet_blocks
from chiso.ingest.readers.sheet_cells import Value, rows_of
from chiso.ingest.readers.xls_strings import shared_strings, unicode_string
from chiso.ingest.readers.xlsx_losses import built_in_format

_BOF, _EOF, _SHEET, _FORMAT, _XF, _MERGED = 0x809, 0x0A, 0x85, 0x41E, 0xE0, 0xE5
_FILEPASS, _DATE_MODE, _STRINGS, _CONTINUE = 0x2F, 0x22, 0xFC, 0x3C
_NUMBER, _RK, _MULRK, _FORMULA, _FORMULA_TEXT, _TRUTH = 0x203, 0x27E, 0xBD, 0x06, 0x207, 0x205
_TEXT_BY_NUMBER, _TEXTS = 0xFD, (0x204, 0xD6)
_EXCEL_97 = 0x600
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built-in formats of dates and times
_NO_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\[[^\]hms]*\]', re.IGNORECASE)  # what a format prints as it stands

Record = tuple[int, bytes]


def read_xls(data: bytes) -> Document:
    """An XLS workbook's blocks. Raises UnreadableFile: encrypted, unknown-format (older than Excel 97),
    too-large (and struct.error for a damaged one)."""
    stream = Ole(data).stream("Workbook")
    book = list(_records(stream, 0))
    if not book or struct.unpack_from("<H", book[0][1])[0] != _EXCEL_97:
        raise UnreadableFile("unknown-format", format="xls")
    if any(kind == _FILEPASS for kind, _ in book):
        raise UnreadableFile("encrypted")
    styles = _Styles(book)
    blocks: list[Block] = []
    for name, begin in _visible_sheets(book):
        sheet = _Sheet(styles)
        for kind, body in _records(stream, begin):
            sheet.take(kind, body)
        blocks.extend(sheet_blocks(rows_of(sheet.grid(), sheet.losses, name), name))
    return Document(blocks, "xls")


def _records(stream: bytes, begin: int) -> Iterator[Record]:
    """The records of one substream; those of charts inside it are left out."""
    depth = 0
    while begin + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, begin)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth < 1:
            return
        if depth == 1:
            yield kind, stream[begin + 4 : begin + 4 + length]
        begin += 4 + length


def _visible_sheets(book: list[Record]) -> Iterator[tuple[str, int]]:
    """(name, place in the stream) of each worksheet that is not hidden."""
    for kind, body in book:
        if kind == _SHEET and not body[4] & 3 and body[5] == 0:
            yield unicode_string(body[7:], body[6]), struct.unpack_from("<I", body)[0]


class _Styles:
    """What cells refer to: number formats by style, shared texts, the day that dates count from."""

    def __init__(self, book: list[Record]) -> None:
        named: dict[int, str] = {}
        numbers: list[int] = []
        strings: list[bytes] = []
        self._epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - a date in a file has no time zone
        before = 0
        for kind, body in book:
            if kind == _FORMAT:
                number, length = struct.unpack_from("<HH", body)
                named[number] = unicode_string(body[4:], length)
            elif kind == _XF:
                numbers.append(struct.unpack_from("<H", body, 2)[0])
            elif kind == _DATE_MODE and body[:1] == b"\1":
                self._epoch = datetime(1904, 1, 1)  # noqa: DTZ001
            elif kind == _STRINGS or (kind == _CONTINUE and before == _STRINGS):
                strings.append(body)
            before = before if kind == _CONTINUE else kind
        self.strings = shared_strings(strings)
        self.formats = [named.get(number) or built_in_format(number) for number in numbers]
        self._dates = [number in _DATES or _is_date(named.get(number, "")) for number in numbers]

    def date(self, style: int, value: float) -> str:
        """The date or time that a cell shows, "" where its style shows a number."""
        if style >= len(self._dates) or not self._dates[style]:
            return ""
        try:
            moment = self._epoch + timedelta(seconds=round(value * 86_400))
        except (OverflowError, ValueError):  # ValueError: not a number at all
            return str(value)
        if value < 1:
            return moment.time().isoformat(timespec="seconds")
        return moment.isoformat(timespec="seconds") if value % 1 else moment.date().isoformat()


def _is_date(number_format: str) -> bool:
    return any(letter in "dmyhs" for letter in _NO_LETTERS.sub("", number_format).lower())


@dataclass(slots=True)
class _Sheet:
    """One sheet as its records come."""

    styles: _Styles
    values: dict[Place, Value] = field(default_factory=dict)
    losses: Losses = field(default_factory=Losses)
    awaiting: Place | None = None  # the formula whose text comes in a later record

    def take(self, kind: int, body: bytes) -> None:
        """One record of the sheet."""
        if kind == _MULRK:
            row, column = struct.unpack_from("<HH", body)
            for place in range((len(body) - 6) // 6):
                style, packed = struct.unpack_from("<Hi", body, 4 + 6 * place)
                self._number((row, column + place), style, _unpacked(packed))
        elif kind == _MERGED:
            for area in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * area)
                self.losses.merge((top, left), (bottom, right))
        elif kind == _FORMULA_TEXT and self.awaiting:
            self._put(self.awaiting, unicode_string(body[2:], struct.unpack_from("<H", body)[0]))
            self.awaiting = None
        elif kind in (_NUMBER, _RK, _FORMULA, _TRUTH, _TEXT_BY_NUMBER, *_TEXTS):
            row, column, style = struct.unpack_from("<3H", body)
            self._cell(kind, (row, column), style, body[6:])

    def grid(self) -> list[list[Value]]:
        """The values in rows, "" where a cell is empty."""
        rows: list[list[Value]] = [[""] * self.losses.columns for _ in range(self.losses.rows)]
        for (row, column), value in self.values.items():
            rows[row][column] = value
        return rows

    def _cell(self, kind: int, place: Place, style: int, body: bytes) -> None:
        if kind == _TEXT_BY_NUMBER:
            self._put(place, self.styles.strings[struct.unpack_from("<I", body)[0]])
        elif kind in _TEXTS:
            self._put(place, unicode_string(body[2:], struct.unpack_from("<H", body)[0]))
        elif kind == _TRUTH:
            self._fault(place, is_error=bool(body[1]), code=body[0])
        elif kind == _RK:
            self._number(place, style, _unpacked(struct.unpack_from("<i", body)[0]))
        elif kind == _FORMULA and body[6:8] == b"\xff\xff":
            self._formula(place, body)
        else:
            self._number(place, style, struct.unpack_from("<d", body)[0])

    def _formula(self, place: Place, body: bytes) -> None:
        """The result of a formula that is no number."""
        if body[0] in (1, 2):
            self._fault(place, is_error=body[0] == 2, code=body[2])
        elif body[0] == 0:
            self.awaiting = place

    def _number(self, place: Place, style: int, value: float) -> None:
        date = self.styles.date(style, value)
        self._put(place, value)
        if date:
            self.losses.troubles[place] = DATE, date
        elif style < len(self.styles.formats):
            self.losses.formats[place] = self.styles.formats[style]

    def _fault(self, place: Place, *, is_error: bool, code: int) -> None:
        self._put(place, "")
        shown = _ERRORS.get(code, "#N/A") if is_error else ("TRUE" if code else "FALSE")
        self.losses.troubles[place] = ERROR, shown

    def _put(self, place: Place, value: Value) -> None:
        self.losses.reach(*place)
        self.values[place] = value


def _unpacked(packed: int) -> float:
    """An RK number: 30 bits of an integer or of a float, of hundreds or of ones."""
    value = float(packed >> 2) if packed & 2 else struct.unpack("<d", struct.pack("<q", (packed & ~3) << 32))[0]
    return float(value / 100 if packed & 1 else value)
