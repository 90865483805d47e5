"""Cells as they stand in a file: readers make blocks, everything after works on grids."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(slots=True, unsafe_hash=True)
class Cell:
    """One cell, never changed (`fact` says why it is not frozen). Spreadsheets give `number` (exact, as the file stores
    it) and `number_format`; `trouble` is an id where the program that wrote the file damaged the cell ("date",
    "formula", "error")."""

    text: str = ""
    spot: str = ""  # where in the file: "Phụ lục IV!C19", "page 5, line 12", "line 88"; "" for DOCX
    number: Decimal | None = None
    number_format: str = ""
    trouble: str = ""
    marks: tuple[str, ...] = ()  # footnote marks taken off the text
    merged: bool = False  # filled from a merged neighbour (not the cell that holds the text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of text outside tables."""

    text: str
    spot: str = ""


@dataclass(slots=True)
class Table:
    """A table as it stands in the file (one page's part in a PDF). Rows may differ in length."""

    rows: list[list[Cell]]
    name: str = ""  # the sheet's name


Block = Paragraph | Table


@dataclass(slots=True)
class Document:
    """A file as blocks in reading order. `footnotes` are texts a format keeps apart (DOCX)."""

    blocks: list[Block]
    reader: str
    footnotes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """One appendix table, whole: parts joined, split rows joined, repeated headings dropped.

    `rows` are rectangular; `numbers[i]` is the row's number in the table as printed (from 1)."""

    ordinal: str
    title: str
    caption: str
    rows: list[list[Cell]]
    numbers: list[int]
    header: int = 1  # how many rows are headings; 0 where none was found
    titles: list[str] = field(default_factory=list)  # the title line by line
    notes: list[str] = field(default_factory=list)
    name: str = ""
    # What a person said of cells, by row and column as printed: the file's own text where it was corrected, and why a
    # cell (column 0: a row) is left unread.
    corrected: dict[tuple[int, int], str] = field(default_factory=dict)
    left: dict[tuple[int, int], str] = field(default_factory=dict)

    def place(self, index: int, column: int) -> tuple[int, int]:
        """Row and column as printed."""
        return self.numbers[index], column + 1
