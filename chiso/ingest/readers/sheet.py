"""Rows of a sheet or of a CSV file → paragraphs and tables: titles above, the table, notes below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from chiso.ingest.grid import Block, Cell, Paragraph, Table
from chiso.ingest.readers.letterhead import is_letterhead, opens_appendix, title_lines
from chiso.ingest.readers.printed import plain

Row = Sequence[Cell]


def sheet_blocks(rows: Sequence[Row], name: str = "") -> list[Block]:
    """Blocks of one sheet. Appendices stacked on one sheet come apart at their headings."""
    starts = [0, *(place for place, row in enumerate(rows) if place and _is_heading(row)), len(rows)]
    parts = [rows[start:end] for start, end in pairwise(starts)]
    return [block for part in parts for block in _part_blocks(part, name)]


def _part_blocks(rows: Sequence[Row], name: str) -> Iterator[Block]:
    """Above the first row and below the last row of two cells, each cell is a line of text."""
    inside = [place for place, row in enumerate(rows) if _is_row(row) and not _is_head(row)]
    first, last = (inside[0], inside[-1] + 1) if inside else (len(rows), len(rows))
    yield from _paragraphs(rows[:first])
    if inside:
        yield Table(_trimmed(rows[first:last]), name)
    yield from _paragraphs(rows[last:])


def _paragraphs(rows: Sequence[Row]) -> Iterator[Paragraph]:
    for row in rows:
        for cell in _filled(row):
            yield from (Paragraph(line, cell.spot) for line in title_lines(plain(cell.text)) if line)


def _trimmed(rows: Sequence[Row]) -> list[list[Cell]]:
    """The table without the empty columns on its left and right; rows of one length."""
    width = max(len(row) for row in rows)
    whole = [[*row, *[Cell()] * (width - len(row))] for row in rows]
    used = [column for column in range(width) if any(_is_filled(row[column]) for row in whole)]
    return [row[used[0] : used[-1] + 1] for row in whole]


def _is_heading(row: Row) -> bool:
    filled = _filled(row)
    return len(filled) == 1 and opens_appendix(filled[0].text)


def _is_row(row: Row) -> bool:
    """Two cells, of which one may be filled from above; a merged title is one text however wide."""
    return len(_filled(row)) > 1 or len({cell.text for cell in row if _is_filled(cell)}) > 1


def _is_head(row: Row) -> bool:
    return is_letterhead(cell.text for cell in row)


def _filled(row: Row) -> list[Cell]:
    """Cells that hold something of their own; a merged title counts once."""
    return [cell for cell in row if _is_filled(cell) and not cell.merged]


def _is_filled(cell: Cell) -> bool:
    return bool(cell.text or cell.trouble)
