"""Ruled tables of a PDF page → rows of cells, merged ones filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pdfplumber.table import Table as Ruled

from chiso.ingest.grid import Cell
from chiso.ingest.readers.letterhead import is_letterhead
from chiso.ingest.readers.pdf_line import Sign, segments_of
from chiso.ingest.readers.printed import join_lines, take_marks

Box = tuple[float, float, float, float]  # x0, top, x1, bottom

_INSIDE = 1.0  # points: a place surely inside the cell whose corner it starts from


@dataclass(frozen=True, slots=True)
class PdfRow:
    """A row and where its top edge lies."""

    top: float
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class PdfTable:
    """A table's part on one page."""

    box: Box
    rows: list[PdfRow]


def read_table(ruled: Ruled, signs: Sequence[Sign]) -> PdfTable | None:
    """The table, None for what only looks like one: a frame, a ruled letterhead, rules without text.
    Rows without any text at its top and bottom are what a page break leaves of a split row's border."""
    box: Box = ruled.bbox
    inside = [(*_middle(sign), sign) for sign in signs if holds(box, sign)]
    cells = {cell: _cell([sign for x, y, sign in inside if _is_in(cell, x, y)]) for cell in ruled.cells}
    rows = [_row(row.cells, cells) for row in ruled.rows]
    while rows and not any(cell.text for cell in rows[0].cells):
        rows.pop(0)
    while rows and not any(cell.text for cell in rows[-1].cells):
        rows.pop()
    texts = [cell.text for row in rows for cell in row.cells]
    if not rows or len(rows[0].cells) < 2 or is_letterhead(texts):
        return None
    return PdfTable(box, rows)


def holds(box: Box, sign: Sign) -> bool:
    """Whether the middle of a sign lies in a box."""
    return _is_in(box, *_middle(sign))


def _middle(sign: Sign) -> tuple[float, float]:
    return (sign["x0"] + sign["x1"]) / 2, (sign["top"] + sign["bottom"]) / 2


def _is_in(box: Box, x: float, y: float) -> bool:
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def _cell(signs: Sequence[Sign]) -> Cell:
    lines = [line[0] for line in segments_of(signs, whole=True)]
    text, marks = take_marks(join_lines(line.text for line in lines))
    raised = [mark for line in lines for mark in (line.opens, *line.marks) if mark]
    return Cell(text, marks=(*marks, *raised))


def _row(boxes: Sequence[Box | None], cells: dict[Box, Cell]) -> PdfRow:
    top = min(box[1] for box in boxes if box)
    lefts = _lefts(cells)
    row: list[Cell] = []
    for left, box in zip(lefts, boxes, strict=True):
        if box:
            row.append(cells[box])
        else:
            row.append(_covering(left + _INSIDE, top + _INSIDE, cells))
    return PdfRow(top, row)


def _lefts(cells: dict[Box, Cell]) -> list[float]:
    return sorted({box[0] for box in cells})


def _covering(x: float, y: float, cells: dict[Box, Cell]) -> Cell:
    """The merged cell that covers a place, as a filler."""
    found = next((cell for box, cell in cells.items() if _is_in(box, x, y)), Cell())
    return replace(found, merged=True)
