"""Values of a sheet, and what its format keeps apart from them → rows of cells with their places."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import isfinite

from chiso.ingest.grid import Cell
from chiso.ingest.readers.cell_losses import DATE, ERROR, Losses, Place
from chiso.ingest.readers.guard import unguarded
from chiso.ingest.readers.printed import cell_text, take_marks

# A text that every step below leaves as it is: no marks, no blanks but single ones, nothing that stays off the paper.
_AS_IT_IS = re.compile(r"[0-9A-Za-zÀ-ɏ\u1ea0-\u1ef9.,:/-]+(?: [0-9A-Za-zÀ-ɏ\u1ea0-\u1ef9.,:/-]+)*")
_SIGNIFICANT_DIGITS = 15  # what a spreadsheet itself shows of a number

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def rows_of(values: Sequence[Sequence[Value]], losses: Losses, sheet: str) -> list[list[Cell]]:
    """The sheet's rows from its first cell on, of one width, merged cells filled. `sheet` is its name."""
    width = max([losses.columns, *(len(row) for row in values)])
    rows: list[list[Cell]] = []
    columns = [f"{sheet}!{_letters(column)}" for column in range(width)]
    exact = _Exact()
    for row in range(max(len(values), losses.rows)):
        line = values[row] if row < len(values) else []
        rows.append([_cell(_at(line, column), (row, column), columns, losses, exact) for column in range(width)])
    for (row, column), (top, left) in losses.covered():
        rows[row][column] = replace(rows[top][left], spot=rows[row][column].spot, merged=True)
    return rows


def _at(line: Sequence[Value], column: int) -> Value:
    return line[column] if column < len(line) else ""


def _cell(value: Value, place: Place, columns: Sequence[str], losses: Losses, exact: _Exact) -> Cell:
    spot = f"{columns[place[1]]}{place[0] + 1}"
    if losses.troubles and place in losses.troubles:
        trouble, shown = losses.troubles[place]
        return Cell(text=shown, spot=spot, trouble=trouble)
    if type(value) is float and isfinite(value):
        text, number = exact[value]
        return Cell(text, spot, number, losses.formats.get(place, losses.usual))
    if isinstance(value, bool) or (isinstance(value, float) and not isfinite(value)):
        return Cell(text=str(value).upper(), spot=spot, trouble=ERROR)
    if isinstance(value, int | float):
        number = _exact(value)
        return Cell(f"{number:f}", spot, number, losses.formats.get(place, losses.usual))
    return _words(value, spot, losses) if isinstance(value, str) else Cell(text=_iso(value), spot=spot, trouble=DATE)


def _words(value: str, spot: str, losses: Losses) -> Cell:
    if _AS_IT_IS.fullmatch(value) and value not in losses.raised:
        return Cell(value, spot)
    text, raised = losses.raised.get(value, (value, ()))
    text, marks = take_marks(cell_text(unguarded(text)))
    return Cell(text, spot, marks=marks + raised)


def _exact(value: int | float) -> Decimal:
    """The number a spreadsheet shows: a float's last digits are dust (11.300000000000001)."""
    return Decimal(f"{value:.{_SIGNIFICANT_DIGITS}g}") + 0


class _Exact(dict[float, tuple[str, Decimal]]):
    """Numbers of one sheet as text and exact: columns repeat themselves, and each is made once. With the letters of a
    column made once too, the cells of 14,000 rows take half of the time."""

    def __missing__(self, value: float) -> tuple[str, Decimal]:
        number = _exact(value)
        self[value] = f"{number:f}", number
        return self[value]


def _iso(value: datetime.time | datetime.date | datetime.timedelta) -> str:
    return str(value) if isinstance(value, datetime.timedelta) else value.isoformat()


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
