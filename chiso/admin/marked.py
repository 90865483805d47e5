"""The tables of a staged file cell by cell: what stands there, what became of it, what was read.

A page shows 200 rows of 14,000: cells are made of the rows that are looked at (0.2 s of work instead of 2.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chiso.ingest.fact import AppendixReading, Fact, Problem, Reference, Skipped
from chiso.ingest.layout import Role
from chiso.models import Indicator, Layout, LineRole
from chiso.queries.upload import Entry, LoadPlan
from chiso.values.alphabet import fold
from chiso.words import problem as words
from chiso.words.figure import kind_shown, value_text

from .question import Question, anchor

Spot = tuple[int, int]  # row and column of the table as printed, from 1
DOUBTFUL = {"problem", "changed"}
LONG = 24  # signs; a longer text is no figure, though it may hold one


@dataclass(slots=True)
class Cell:
    """One cell. `mark` says what became of it: "new", "changed", "read" (as stored, or printed again), "left" (read,
    but of no unit on record), "note", "problem", "unmapped", or "" for a heading or a name."""

    text: str
    mark: str = ""
    read: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    anchor: str = ""
    corrected: str | None = None  # what the file has, where a person said what it should read
    words: bool = False  # words stand at the left, figures at the right
    name: bool = False  # of a unit or an indicator
    wide: int = 1  # columns it reaches over; 0 for a cell that another one reaches over


class Row:
    """One row. `skipped` says why it is no unit's."""

    def __init__(
        self, number: int, texts: list[str], marks: Marks, *, skipped: str = "", heading: bool = False
    ) -> None:
        self.number, self.skipped, self.heading = number, skipped, heading
        self.asks: list[Question] = []
        self._texts, self._marks = texts, marks
        self._cells: list[Cell] | None = None

    @property
    def wide(self) -> int:
        return len(self._texts)

    @property
    def cells(self) -> list[Cell]:
        if self._cells is None:
            self._cells = [self._marks.cell(self.number, column, text) for column, text in enumerate(self._texts, 1)]
        return self._cells

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it: it asks, a cell cannot be read, or a figure changes."""
        return bool(self.asks) or (
            self.number in self._marks.doubtful and any(cell.mark in DOUBTFUL for cell in self.cells)
        )

    @property
    def anchor(self) -> str:
        """What the ids of its cells begin with."""
        return anchor(Reference(self._marks.appendix.ordinal, self.number, 0)).rpartition("-")[0]


def rows_of(appendix: AppendixReading, marks: Marks) -> list[Row]:
    skipped = {each.row: _skipped(each) for each in appendix.skipped}
    numbers = appendix.numbers or list(range(1, len(appendix.rows) + 1))
    rows = []
    for index, (number, line) in enumerate(zip(numbers, appendix.rows, strict=False)):
        heading = index < appendix.header
        rows.append(Row(number, line, marks, skipped="" if heading else skipped.get(number, ""), heading=heading))
        if index == appendix.header - 1:
            marks.name_columns(rows[-1].cells)
    _join([row.cells for row in rows if row.heading])
    return rows


def _join(headings: list[list[Cell]]) -> None:
    """Heading cells that were merged in the file come filled: each text stands once again, where it leads to."""
    for upper, lower in pairwise(headings):
        for above, cell in zip(upper, lower, strict=False):
            if above.text == cell.text:
                above.text, above.mark = "", ""
        for first in _runs(upper):
            upper[first[0]].wide = len(first)
            for covered in first[1:]:
                upper[covered].wide = 0


def _runs(upper: list[Cell]) -> Iterator[list[int]]:
    """Neighbours of one text."""
    run: list[int] = []
    for number, cell in enumerate(upper):
        if run and (not cell.text or cell.text != upper[run[0]].text):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


class Names:
    """Names of units, indicators and layouts of a plan, two queries in all."""

    def __init__(self, plan: LoadPlan) -> None:
        self.units = {unit.slug: unit.name for unit in plan.known.units} if plan.known else {}
        self.indicators: dict[str, str] = {}
        if plan.known and plan.known.indicators:
            codes = [record.code for record in plan.known.indicators]
            self.indicators = {each.code: each.label for each in Indicator.objects.filter(code__in=codes)}
        self.layouts = dict(Layout.objects.values_list("code", "name"))
        self.kinds = {record.code: record.kind for record in plan.known.indicators} if plan.known else {}

    def line(self, role: str, of: str) -> str:
        """What a column holds: "Chỉ số tổng hợp (TONG)", "tên đơn vị"; "" for one that is not known."""
        if not role:
            return self.units.get(of, "")
        return f"{self.indicators.get(of, of)} ({of})" if role == Role.INDICATOR else str(LineRole(role).label)


class Marks:
    """What became of each cell of one appendix."""

    def __init__(
        self, appendix: AppendixReading, problems: list[Problem], entries: dict[Any, Entry], names: Names
    ) -> None:
        self.appendix, self.entries, self.names = appendix, entries, names
        self.facts: defaultdict[Spot, list[Fact]] = defaultdict(list)
        self.problems: defaultdict[Spot, list[Problem]] = defaultdict(list)
        for fact in appendix.facts:
            self.facts[fact.cell.row, fact.cell.column].append(fact)
        for problem in problems:
            self.problems[problem.cell.row, problem.cell.column].append(problem)
        self.doubtful = {each.cell.row for each in problems if each.severity == "error"}  # rows that may be
        changed = (entry.fact.cell for entry in entries.values() if entry.kind == "changed")
        self.doubtful |= {cell.row for cell in changed if cell.appendix == appendix.ordinal}
        # A row that names no known indicator is unmapped too, and marked at its name by its problem.
        labels = {each.printed for each in problems if each.why == "unknown-label"}
        self.unmapped = {each.column for each in appendix.unmapped if each.title not in labels}
        named = (Role.UNIT, Role.LABEL)
        self.names_at = {number for number, each in enumerate(appendix.columns, 1) if each.role in named}

    def cell(self, row: int, column: int, text: str) -> Cell:
        facts, problems = self.facts[row, column], self.problems[row, column]
        return Cell(
            text=text,
            mark=self._mark(facts, problems, column) if text or facts or problems else "",
            read=[read for read in (self._read(fact, text) for fact in facts) if read != text.strip()],
            told=[words.said(each.why, {"printed": each.printed, **each.params}) for each in problems],
            anchor=anchor(Reference(self.appendix.ordinal, row, column)),
            name=column in self.names_at,
            words=not any(map(str.isdigit, text)) or len(text) > LONG,
            corrected=next((fact.corrected for fact in facts if fact.corrected is not None), None),
        )

    def name_columns(self, cells: list[Cell]) -> None:
        """What each column was read as, below its heading where the two differ."""
        for cell, column in zip(cells, self.appendix.columns, strict=False):
            of = self.names.indicators.get(column.of, "") if column.role == Role.INDICATOR else ""
            if of and fold(of) not in fold(" ".join(column.path)):
                cell.read = [of]

    def _mark(self, facts: list[Fact], problems: list[Problem], column: int) -> str:
        if any(each.severity == "error" for each in problems):
            return "problem"
        if problems:
            return "note"
        if facts:
            kinds = {self._kind(fact) for fact in facts}
            return next(kind for kind in ("changed", "new", "read", "left") if kind in kinds)
        return "unmapped" if column in self.unmapped else ""

    def _kind(self, fact: Fact) -> str:
        if fact.unit is None:
            return "left"
        entry = self.entries.get((fact.unit, fact.indicator))
        return entry.kind if entry and entry.fact == fact and entry.kind != "unchanged" else "read"

    def _read(self, fact: Fact, text: str) -> str:
        """What was read; with the indicator's name where the cell holds more than the figure."""
        kind = kind_shown(fact.printed, str(self.names.kinds.get(fact.indicator, "")))
        value = value_text(fact.value, fact.out_of, kind)
        if fact.printed.strip() != text.strip():
            value = f"{self.names.indicators.get(fact.indicator, fact.indicator)}: {value}"
        entry = self.entries.get((fact.unit, fact.indicator))
        if entry and entry.kind == "changed" and entry.before is not None:
            return _("%(value)s (was %(before)s)") % {"value": value, "before": entry.before.printed}
        return value


def _skipped(row: Skipped) -> str:
    """Why a row is no unit's; reading gives the reason as an id."""
    reasons = {
        "group": pgettext("skipped row", "group heading"), "total": pgettext("skipped row", "total"),
        "column-numbers": pgettext("skipped row", "column numbers"), "note": pgettext("skipped row", "footnote"),
    }  # fmt: skip
    return reasons.get(row.why, pgettext("skipped row", "no unit's row"))
