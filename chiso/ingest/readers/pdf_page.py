"""One PDF page → its blocks from top to bottom, footnotes and page number taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chiso.ingest.grid import Block, Cell, Paragraph, Table
from chiso.ingest.readers.letterhead import title_lines
from chiso.ingest.readers.limits import MOST_RULES, MOST_SIGNS, too_large
from chiso.ingest.readers.pdf_column import in_reading_order
from chiso.ingest.readers.pdf_line import Line, Segment, segments_of
from chiso.ingest.readers.pdf_note import split_notes
from chiso.ingest.readers.pdf_table import PdfTable, holds, read_table

_PAGE_NUMBER = re.compile(r"(?:trang\s*)?[-–]?\s*\d{1,3}\s*(?:/\s*\d{1,3}\s*)?[-–]?$", re.IGNORECASE)
_MARGIN = 0.1  # of the page's height


@dataclass(frozen=True, slots=True)
class PageText:
    """What one page holds."""

    blocks: list[Block]
    footnotes: list[str]


def read_page(page: Any, number: int) -> PageText:
    """Blocks of a pdfplumber page; `number` counts pages from 1. A line's number counts lines of text
    and rows of tables from the page's top, a row being one however many lines its cells hold."""
    if len(page.chars) > MOST_SIGNS or len(page.edges) > MOST_RULES:
        raise too_large()
    signs = [sign for sign in page.dedupe_chars().chars if sign["upright"]]
    found = (read_table(ruled, signs) for ruled in page.find_tables())
    tables = [table for table in found if table]
    outside = [sign for sign in signs if not any(holds(table.box, sign) for table in tables)]
    lines = _without_page_number(segments_of(outside), float(page.height))
    lines, notes = split_notes(lines, tables, page.edges, float(page.width))
    lines, numbers = _numbered(lines, tables)
    blocks = list(_blocks(lines, tables, numbers, number, float(page.width)))
    return PageText(blocks, notes)


def _without_page_number(lines: list[Line], height: float) -> list[Line]:
    edges = {0, len(lines) - 1}
    return [line for place, line in enumerate(lines) if place not in edges or not _is_page_number(line, height)]


def _is_page_number(line: Line, height: float) -> bool:
    in_margin = line[0].bottom < height * _MARGIN or line[0].top > height * (1 - _MARGIN)
    return in_margin and len(line) == 1 and bool(_PAGE_NUMBER.match(line[0].text))


def _numbered(lines: list[Line], tables: Sequence[PdfTable]) -> tuple[list[Line], dict[tuple[int, int], int]]:
    """The lines with their numbers, and the numbers of table rows by (table, row)."""
    tops = [(line[0].top, -1, place) for place, line in enumerate(lines)]
    tops += [(row.top, place, line) for place, table in enumerate(tables) for line, row in enumerate(table.rows)]
    numbers = {(table, place): number for number, (_, table, place) in enumerate(sorted(tops), start=1)}
    numbered = [[replace(part, line=numbers[-1, place]) for part in line] for place, line in enumerate(lines)]
    return numbered, numbers


def _blocks(
    lines: Sequence[Line],
    tables: Sequence[PdfTable],
    numbers: dict[tuple[int, int], int],
    page: int,
    width: float,
) -> Iterator[Block]:
    """Tables in their places, the text between them in reading order."""
    below = 0.0
    for place, table in sorted(enumerate(tables), key=lambda pair: pair[1].box[1]):
        yield from _paragraphs(_between(lines, below, table.box[1]), page, width)
        yield Table([_spotted(row.cells, page, numbers[place, line]) for line, row in enumerate(table.rows)])
        below = max(below, table.box[1])
    yield from _paragraphs(_between(lines, below, float("inf")), page, width)


def _between(lines: Sequence[Line], top: float, bottom: float) -> list[Segment]:
    return [part for line in lines if top <= line[0].top < bottom for part in line]


def _paragraphs(segments: Sequence[Segment], page: int, width: float) -> Iterator[Paragraph]:
    """Each line a paragraph; pieces of one line that stay neighbours are one."""
    text, number = "", 0
    for segment in in_reading_order(segments, width):
        if text and segment.line != number:
            yield from _lines(text, page, number)
            text = ""
        text, number = f"{text} {segment.text}".strip(), segment.line
    if text:
        yield from _lines(text, page, number)


def _lines(text: str, page: int, number: int) -> Iterator[Paragraph]:
    return (Paragraph(line, _spot(page, number)) for line in title_lines(text))


def _spotted(cells: Sequence[Cell], page: int, line: int) -> list[Cell]:
    return [replace(cell, spot=_spot(page, line)) for cell in cells]


def _spot(page: int, line: int) -> str:
    return f"page {page}, line {line}"
