"""CSV and TSV: which sign divides the cells, and the rows as one sheet."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice
from typing import Literal

from chiso.ingest.grid import Block, Cell
from chiso.ingest.readers.guard import unguarded
from chiso.ingest.readers.printed import cell_text, take_marks
from chiso.ingest.readers.sheet import sheet_blocks

_SIGNS = ";\t,|"  # where two divide the rows equally well, the first
_NAMES = (".csv", ".tsv")
_LOOKED_AT = 200  # rows
_MOST_LINES = 20  # of one quoted cell; more means that a quotation mark stands alone
_EVEN = 0.6  # of the rows of a text that does not call itself CSV

_Line = tuple[int, list[str]]  # the line a row begins on, its cells


def delimited_blocks(text: str, name: str) -> list[Block] | None:
    """Blocks of a CSV or TSV text (line ends "\\n"), None where the text is not one."""
    sign = _told(text) or _best_sign(text, name.lower().endswith(_NAMES))
    if not sign:
        return None
    lines = [line for line in _lines(text, sign) if not _is_told(line)]
    return sheet_blocks([[_cell(cell, number) for cell in cells] for number, cells in lines])


def _cell(text: str, number: int) -> Cell:
    content, marks = take_marks(cell_text(unguarded(text)))
    return Cell(content, f"line {number}", marks=marks)


def _told(text: str) -> str:
    """The sign that Excel's own first line names ("sep=;")."""
    first = text.split("\n", 1)[0].strip(" ")
    return first[4] if first.startswith("sep=") and len(first) == 5 else ""


def _is_told(line: _Line) -> bool:
    return line[0] == 1 and line[1][:1] == ["sep="]


def _best_sign(text: str, is_named: bool) -> str:
    """The sign that gives most rows the same number of cells. Unasked only where that is nearly the whole
    text: lines of a letter end with ";" too, and tabs and pipes among other lines are read by `text`."""
    found = {sign: _evenness(text, sign) for sign in _SIGNS}
    sign = max(_SIGNS, key=lambda each: found[each][0])
    share, width = found[sign]
    if is_named:
        return sign if share else ""
    return sign if sign in ";," and share >= _EVEN and width > 2 else ""


def _evenness(text: str, sign: str) -> tuple[float, int]:
    """The share of rows that have the commonest width above 1, and that width."""
    rows = [cells for _, cells in _lines(text, sign, _LOOKED_AT) if any(map(str.strip, cells))]
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    if not widths:
        return 0.0, 0
    width, times = widths.most_common(1)[0]
    return times / len(rows), width


def _lines(text: str, sign: str, most: int | None = None) -> list[_Line]:
    quoted = _read(text, sign, csv.QUOTE_MINIMAL, most)
    return _read(text, sign, csv.QUOTE_NONE, most) or [] if quoted is None else quoted


def _read(text: str, sign: str, quoting: Literal[0, 3], most: int | None) -> list[_Line] | None:
    """The rows with the line each begins on, None where one runs over too many lines."""
    rows: list[_Line] = []
    reader = csv.reader(StringIO(text), delimiter=sign, quoting=quoting)
    begin = 1
    for cells in islice(reader, most):
        if reader.line_num - begin > _MOST_LINES:
            return None
        rows.append((begin, cells))
        begin = reader.line_num + 1
    return rows
