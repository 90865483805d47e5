"""What reading a document yields: facts, problems and the letter's own fields.

What is made for each cell is not frozen, though nobody changes it: a frozen one takes five times as long to make,
half a second of 84,000 figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chiso.ingest.layout import Layout


class UnreadableFile(Exception):
    """The file as a whole cannot be read. `why` is an id that `words` turns into a sentence."""

    def __init__(self, why: str, **params: str) -> None:
        super().__init__(why)
        self.why = why
        self.params = params


@dataclass(slots=True, unsafe_hash=True)
class Reference:
    """Where a person finds a cell: the appendix, the row and column of its table as printed
    (header rows counted, from 1), and the spot in the file ("Phụ lục IV!C19", "page 5, line 12", "line 88")."""

    appendix: str
    row: int
    column: int
    spot: str = ""

    def __str__(self) -> str:
        if not self.row:
            return self.appendix
        text = f"{self.appendix}, row {self.row}, column {self.column}"
        return f"{text} ({self.spot})" if self.spot else text


@dataclass(slots=True, unsafe_hash=True)
class Fact:
    """One figure of one unit. `unit` is our slug, None where no unit on record matched `unit_name`."""

    unit: str | None
    unit_name: str  # as printed
    indicator: str
    value: Decimal
    out_of: Decimal | None
    printed: str
    cell: Reference
    position: str = ""  # STT of the row as printed
    printed_rank: str = ""
    row: int = 0  # order inside the appendix
    corrected: str | None = None  # what the file has at the cell, where a person said what it should read


@dataclass(frozen=True, slots=True)
class Blank:
    """A figure the layout expects and the document leaves out ("", "-", "không có")."""

    unit: str | None
    indicator: str
    printed: str
    cell: Reference


@dataclass(frozen=True, slots=True)
class Problem:
    """What needs a person's answer. `why` is an id, `params` its words; `severity` is "error" or "note"."""

    appendix: str
    cell: Reference
    printed: str
    why: str
    params: dict[str, str] = field(default_factory=dict)
    severity: str = "error"
    unit: str | None = None  # whose figure it would have been, where that is known
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class UnknownUnit:
    """A row whose unit is not on record. `suggestion` is a slug to ask about, never used by itself."""

    name: str
    code: str | None
    suggestion: str | None
    cell: Reference


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A column (or row) whose title no layout and no indicator knows; its figures stay in the upload."""

    column: int
    title: str
    cells: tuple[str, ...] = ()
    row: int = 0  # the number of a row; 0 for a column
    asks: bool = True  # a column without figures is told and needs no answer


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is not a unit: a group heading, a total, a row of column numbers."""

    row: int
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column was read as. `path` is its heading from the top down; `role` a layout's role, "" for a column that
    is not known; `of` the code of its indicator, or the unit (a slug) whose figures it holds."""

    path: tuple[str, ...]
    role: str = ""
    of: str = ""
    guessed: bool = False  # found by its contents


@dataclass(frozen=True, slots=True)
class Headline:
    """The province's score and rank as the letter prints them: 61.5/100, 48/63."""

    score: Decimal | None = None
    out_of: Decimal | None = None
    rank: int | None = None
    rank_of: int | None = None
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Fields of the letter; each None (or "") where the document does not carry it."""

    number: str = ""
    symbol: str = ""
    issued_on: date | None = None
    data_as_of: date | None = None
    subject: str = ""
    signer: str = ""
    issuer_name: str = ""  # "Văn phòng UBND tỉnh Thừa Thiên Huế"
    headline: Headline = Headline()
    unread: tuple[str, ...] = ()  # what stands where a score or a rank is due and cannot be read
    odd_dates: tuple[str, ...] = ()  # what stands where a date is due and is none


@dataclass(slots=True)
class AppendixReading:
    """One appendix as read. `layout` is a layout's code, "" where none fitted."""

    ordinal: str
    title: str = ""
    caption: str = ""
    layout: str = ""
    notes: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)  # the table as printed, headings included
    numbers: list[int] = field(default_factory=list)  # the number of each of `rows` in the table as printed
    header: int = 1  # how many of `rows` are headings
    columns: list[Column] = field(default_factory=list)
    raw: dict[tuple[int, int], str] = field(default_factory=dict)  # (row, column) -> the file's text where `rows` has
    # another one: what a spreadsheet shows of a number, what a person corrected


@dataclass(slots=True)
class Reading:
    """All that one file says."""

    letter: Letter
    appendices: list[AppendixReading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown_units: list[UnknownUnit] = field(default_factory=list)
    doubled: list[tuple[str, str]] = field(default_factory=list)  # (unit, cell) of rows that repeat a unit
    reader: str = ""
    taught: list[Layout] = field(default_factory=list)  # layouts as the decisions make them: new ones and longer ones
    stray: list[int] = field(default_factory=list)  # decisions (their numbers) that fit nothing in the file
    here: list[int] = field(default_factory=list)  # decisions that act on this file only, and are not learnt
