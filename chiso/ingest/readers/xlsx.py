"""XLSX, XLSM and ODS: every visible sheet, values by calamine, what it leaves out by a second pass.

Hidden sheets are skipped; hidden rows and columns are read like the others."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from chiso.ingest.grid import Block, Document
from chiso.ingest.readers.archive import check_xml, open_archive, repack
from chiso.ingest.readers.cell_losses import Losses
from chiso.ingest.readers.limits import MOST_CELLS_OF_BOOK, too_large
from chiso.ingest.readers.ods_losses import ods_losses
from chiso.ingest.readers.progress import Progress, untold
from chiso.ingest.readers.sheet import sheet_blocks
from chiso.ingest.readers.sheet_cells import rows_of
from chiso.ingest.readers.xlsx_losses import xlsx_losses


def read_xlsx(data: bytes, progress: Progress = untold) -> Document:
    """An XLSX or XLSM workbook's blocks."""
    archive = open_archive(data)
    check_xml(archive)
    return _book(repack(archive), xlsx_losses(archive), "xlsx", progress)


def read_ods(data: bytes, progress: Progress = untold) -> Document:
    """An ODS workbook's blocks."""
    archive = open_archive(data)
    check_xml(archive)
    return _book(repack(archive), ods_losses(archive), "ods", progress)


def _book(file: BytesIO, losses: Mapping[str, Losses], reader: str, progress: Progress) -> Document:
    if sum(sheet.rows * sheet.columns for sheet in losses.values()) > MOST_CELLS_OF_BOOK:
        raise too_large()
    book = CalamineWorkbook.from_filelike(file)
    blocks: list[Block] = []
    for place, sheet in enumerate(book.sheets_metadata):
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            lost, found = losses.get(sheet.name, Losses()), book.get_sheet_by_index(place)
            for first, last in found.merged_cell_ranges or ():
                lost.merge(first, last)
            rows = rows_of(found.to_python(skip_empty_area=False), lost, sheet.name)
            blocks.extend(sheet_blocks(rows, sheet.name))
        progress(place + 1, len(book.sheets_metadata))
    return Document(blocks, reader)
