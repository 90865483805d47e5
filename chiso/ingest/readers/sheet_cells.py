"""Values of a sheet, and what its format keeps apart from them → rows of cells with their places."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import isfinite

from chiso.ingest.grid import Cell
from chiso.ingest.readers.cell_losses import DATE, ERROR, Losses, Place
from chiso.ingest.readers.guard import unguarded
from chiso.ingest.readers.printed import cell_text, take_marks

_SIGNIFICANT_DIGITS = 15  # what a spreadsheet itself shows of a number

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def rows_of(values: Sequence[Sequence[Value]], losses: Losses, sheet: str) -> list[list[Cell]]:
    """The sheet's rows from its first cell on, of one width, merged cells filled. `sheet` is its name."""
    width = max([losses.columns, *(len(row) for row in values)])
    rows: list[list[Cell]] = []
    for row in range(max(len(values), losses.rows)):
        line = values[row] if row < len(values) else []
        rows.append([_cell(_at(line, column), (row, column), sheet, losses) for column in range(width)])
    for (row, column), (top, left) in losses.covered():
        rows[row][column] = replace(rows[top][left], spot=rows[row][column].spot, merged=True)
    return rows


def _at(line: Sequence[Value], column: int) -> Value:
    return line[column] if column < len(line) else ""


def _cell(value: Value, place: Place, sheet: str, losses: Losses) -> Cell:
    spot = f"{sheet}!{_letters(place[1])}{place[0] + 1}"
    if place in losses.troubles:
        trouble, shown = losses.troubles[place]
        return Cell(text=shown, spot=spot, trouble=trouble)
    if isinstance(value, bool) or (isinstance(value, float) and not isfinite(value)):
        return Cell(text=str(value).upper(), spot=spot, trouble=ERROR)
    if isinstance(value, int | float):
        number = _exact(value)
        return Cell(f"{number:f}", spot, number, losses.formats.get(place, ""))
    if isinstance(value, str):
        text, raised = losses.raised.get(value, (value, ()))
        text, marks = take_marks(cell_text(unguarded(text)))
        return Cell(text, spot, marks=marks + raised)
    return Cell(text=_iso(value), spot=spot, trouble=DATE)


def _exact(value: int | float) -> Decimal:
    """The number a spreadsheet shows: a float's last digits are dust (11.300000000000001)."""
    return Decimal(f"{value:.{_SIGNIFICANT_DIGITS}g}") + 0


def _iso(value: datetime.time | datetime.date | datetime.timedelta) -> str:
    return str(value) if isinstance(value, datetime.timedelta) else value.isoformat()


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
