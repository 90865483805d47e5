"""XLSX, XLSM, XLS and ODS: every visible sheet, values by calamine, what it leaves out by a second pass.

Hidden sheets are skipped; hidden rows and columns are read like the others."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Block, Cell, Document
from chiso.ingest.readers.archive import check_xml, open_archive, repack
from chiso.ingest.readers.cell_losses import DATE, ERROR, Losses, Place
from chiso.ingest.readers.limits import MOST_CELLS_OF_BOOK, too_large
from chiso.ingest.readers.ods_losses import ods_losses
from chiso.ingest.readers.ole import Ole
from chiso.ingest.readers.printed import cell_text, take_marks
from chiso.ingest.readers.sheet import sheet_blocks
from chiso.ingest.readers.xls_losses import xls_losses
from chiso.ingest.readers.xlsx_losses import xlsx_losses

_SIGNIFICANT_DIGITS = 15  # what a spreadsheet itself shows of a number

_Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def read_xlsx(data: bytes) -> Document:
    """An XLSX or XLSM workbook's blocks."""
    archive = open_archive(data)
    check_xml(archive)
    return _book(repack(archive), xlsx_losses(archive), "xlsx")


def read_ods(data: bytes) -> Document:
    """An ODS workbook's blocks."""
    archive = open_archive(data)
    check_xml(archive)
    return _book(repack(archive), ods_losses(archive), "ods")


def read_xls(data: bytes) -> Document:
    """An XLS (Excel 97 to 2003) workbook's blocks."""
    return _book(BytesIO(data), xls_losses(Ole(data)), "xls")


def _book(file: BytesIO, losses: Mapping[str, Losses], reader: str) -> Document:
    if sum(sheet.rows * sheet.columns for sheet in losses.values()) > MOST_CELLS_OF_BOOK:
        raise too_large()
    try:
        book = CalamineWorkbook.from_filelike(file)
    except PasswordError as error:
        raise UnreadableFile("encrypted") from error
    blocks: list[Block] = []
    for place, sheet in enumerate(book.sheets_metadata):
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            rows = _rows(book.get_sheet_by_index(place), losses.get(sheet.name, Losses()))
            blocks.extend(sheet_blocks(rows, sheet.name))
    return Document(blocks, reader)


def _rows(sheet: CalamineSheet, losses: Losses) -> list[list[Cell]]:
    values = sheet.to_python(skip_empty_area=False)
    width = max([losses.columns, *(len(row) for row in values)])
    rows: list[list[Cell]] = []
    for row in range(max(len(values), losses.rows)):
        line = values[row] if row < len(values) else []
        rows.append([_cell(_at(line, column), (row, column), sheet.name, losses) for column in range(width)])
    areas = losses.merged or [(first, last) for first, last in sheet.merged_cell_ranges or ()]
    for (row, column), (top, left) in replace(losses, merged=areas).covered():
        rows[row][column] = replace(rows[top][left], spot=rows[row][column].spot, merged=True)
    return rows


def _at(line: list[_Value], column: int) -> _Value:
    return line[column] if column < len(line) else ""


def _cell(value: _Value, place: Place, sheet: str, losses: Losses) -> Cell:
    spot = f"{sheet}!{_letters(place[1])}{place[0] + 1}"
    if place in losses.troubles:
        trouble, shown = losses.troubles[place]
        return Cell(text=shown, spot=spot, trouble=trouble)
    if isinstance(value, bool):
        return Cell(text=str(value).upper(), spot=spot, trouble=ERROR)
    if isinstance(value, int | float):
        number = _exact(value)
        return Cell(f"{number:f}", spot, number, losses.formats.get(place, ""))
    if isinstance(value, str):
        text, raised = losses.raised.get(value, (value, ()))
        text, marks = take_marks(cell_text(text))
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
