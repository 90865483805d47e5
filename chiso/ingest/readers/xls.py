"""XLS (Excel 97 to 2003): every visible sheet, by xlrd.

Not by calamine: a damaged count in an XLS file makes it ask for gigabytes and ends the whole process."""

from __future__ import annotations

import io
from datetime import datetime

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.book import Book
from xlrd.sheet import Sheet
from xlrd.xldate import xldate_as_datetime

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Block, Document
from chiso.ingest.readers.cell_losses import DATE, ERROR, Losses, Place
from chiso.ingest.readers.limits import MOST_CELLS_OF_BOOK, too_large
from chiso.ingest.readers.ole import Ole
from chiso.ingest.readers.progress import Progress, untold
from chiso.ingest.readers.sheet import sheet_blocks
from chiso.ingest.readers.sheet_cells import Value, rows_of


def read_xls(data: bytes, progress: Progress = untold) -> Document:
    """An XLS workbook's blocks. Raises UnreadableFile: encrypted, too-large (and what xlrd raises for damaged ones).

    The stream is taken out by `Ole`: on a sector that follows itself xlrd's own walk never ends."""
    stream = Ole(data).stream("Workbook")
    try:
        book = xlrd.open_workbook(file_contents=stream, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise UnreadableFile("encrypted") from error
        raise
    blocks: list[Block] = []
    cells = 0
    for place, sheet in enumerate(book.sheets()):
        if sheet.visibility == 0:
            losses = Losses()
            rows = range(sheet.nrows)
            values = [[_value(book, sheet, (row, at), losses) for at in range(sheet.row_len(row))] for row in rows]
            cells += losses.rows * losses.columns
            if cells > MOST_CELLS_OF_BOOK:
                raise too_large()
            for top, below, left, right in sheet.merged_cells:
                losses.merge((top, left), (below - 1, right - 1))
            blocks.extend(sheet_blocks(rows_of(values, losses, sheet.name), sheet.name))
        progress(place + 1, book.nsheets)
    return Document(blocks, "xls")


def _value(book: Book, sheet: Sheet, place: Place, losses: Losses) -> Value:
    """A cell's value; its number format and what Excel made of it are noted in `losses`."""
    cell = sheet.cell(*place)
    losses.reach(*place)
    if cell.ctype == xlrd.XL_CELL_DATE:
        losses.troubles[place] = DATE, _date(cell.value, book.datemode)
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        losses.troubles[place] = ERROR, error_text_from_code.get(cell.value, "#N/A")
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        losses.troubles[place] = ERROR, str(bool(cell.value)).upper()
    elif cell.ctype == xlrd.XL_CELL_NUMBER:
        losses.formats[place] = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
        return float(cell.value)
    elif cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    return ""


def _date(number: float, datemode: int) -> str:
    try:
        moment: datetime = xldate_as_datetime(number, datemode)
    except (OverflowError, ValueError):
        return str(number)
    if number < 1:
        return moment.time().isoformat(timespec="seconds")
    return moment.isoformat(timespec="seconds") if number % 1 else moment.date().isoformat()
