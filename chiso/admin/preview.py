"""A staged file as the clerk reads it: each appendix cell by cell, printed and read, with problems where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chiso.checks.case import Outcome
from chiso.ingest.fact import AppendixReading, Fact, Problem, Reference, Skipped
from chiso.ingest.layout import Role
from chiso.models import Indicator, Layout, LineRole
from chiso.queries.stored import Stored
from chiso.queries.upload import Entry, LoadPlan
from chiso.values.alphabet import fold
from chiso.words import finding as finding_words
from chiso.words import problem as words
from chiso.words.figure import kind_shown, value_text

from . import question as questions
from . import texts
from .page import figure_address
from .question import Question, anchor

Spot = tuple[int, int]  # row and column of the table as printed, from 1
SEVERITIES = ["error", "warning", "note"]
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


@dataclass(slots=True)
class Row:
    number: int
    cells: list[Cell]
    skipped: str = ""  # why it is no unit's row
    heading: bool = False
    asks: list[Question] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """What a column was read as, for choosing one of them."""

    number: int
    title: str
    read_as: str


@dataclass(slots=True)
class Sheet:
    """One appendix. `rows` are those that the page shows, headings apart from them."""

    ordinal: str
    title: str
    anchor: str
    layout: str
    headings: list[Row]
    rows: list[Row]
    columns: list[Line]
    read: int
    notes: list[str]
    unmapped: list[str]
    told: list[Told]  # what concerns the table as a whole
    all_rows: int = 0

    @property
    def asks(self) -> list[Question]:
        """Questions about the headings: they stand below the last of them."""
        return [each for row in self.headings for each in row.asks]

    @property
    def wide(self) -> int:
        return max((len(row.cells) for row in (*self.headings, *self.rows)), default=0) + 1


@dataclass(slots=True)
class Told:
    """One line of a list above the tables: how grave, in words, and the cell it is about. `ask` is the form that
    answers it; `page` the address of the page that holds the cell, where it is another one."""

    severity: str
    text: str
    anchor: str = ""
    ask: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What one check would find."""

    severity: str
    title: str
    each: list[str]


@dataclass(slots=True)
class Change:
    """`hand` says what a person did to the stored figure since the last file, "" for nothing."""

    unit: str
    indicator: str
    before: str
    after: str
    anchor: str
    hand: str
    stored: str  # the page of the stored figure
    page: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    plan: LoadPlan
    sheets: list[Sheet]
    problems: list[Told]
    questions: list[Question]
    findings: list[Group]
    changed: list[Change]
    texts: list[texts.Shown]
    absent: list[Change]
    fingerprint: str

    @property
    def arriving(self) -> int:
        """Figures that taking over would store."""
        return self.plan.counts["new"] + self.plan.counts["changed"]

    @property
    def refusal(self) -> str:
        plan = self.plan
        return "" if plan.may_apply else words.target(plan.target, plan.about)

    @property
    def errors(self) -> int:
        return sum(told.severity == "error" for told in self.problems)

    @property
    def open_questions(self) -> int:
        """Questions left, one name asked about once."""
        return sum(not each.same_as for each in self.questions)

    @property
    def named(self) -> int:
        """New names of units that stand in the file."""
        return sum(each.why == "unit-unknown" and not each.same_as for each in self.questions)


def of(plan: LoadPlan) -> Preview:
    names = _Names(plan)
    entries = {(entry.fact.unit, entry.fact.indicator): entry for entry in plan.entries}
    asked = questions.of(plan)
    return Preview(
        plan=plan,
        sheets=[_sheet(each, plan, entries, names, asked) for each in plan.reading.appendices],
        problems=_graded(_told(plan, asked)),
        questions=asked,
        findings=_findings(plan.outcomes),
        changed=[_change(each, names, plan) for each in plan.entries if _is_told(each)],
        texts=texts.of(plan),
        absent=[_absent(row, names, plan) for row in plan.absent],
        fingerprint=plan.fingerprint,
    )


def _told(plan: LoadPlan, asked: list[Question]) -> Iterator[Told]:
    """Every problem; one that is a question here is told as it is asked."""
    for each in asked:
        yield Told(each.severity, f"{each.where}: {each.text}", each.anchor, each.ask)
    for problem in plan.problems:
        if not questions.ask_of(problem):
            yield Told(problem.severity, words.sentence(problem), anchor(problem.cell))


class _Names:
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


def _sheet(
    appendix: AppendixReading, plan: LoadPlan, entries: dict[Any, Entry], names: _Names, asked: list[Question]
) -> Sheet:
    problems = [each for each in plan.problems if each.appendix == appendix.ordinal]
    rows = _rows(appendix, _Marks(appendix, problems, entries, names))
    by_number = {row.number: row for row in rows}
    for each in asked:
        if each.place.appendix == appendix.ordinal and each.place.row in by_number:
            by_number[each.place.row].asks.append(each)
    return Sheet(
        ordinal=appendix.ordinal, title=appendix.title, anchor=anchor(Reference(appendix.ordinal, 0, 0)),
        layout=names.layouts.get(appendix.layout, ""), read=len(appendix.facts),
        headings=[row for row in rows if row.heading], rows=[row for row in rows if not row.heading],
        columns=_columns(appendix, names),
        notes=list(appendix.notes), unmapped=[each.title for each in appendix.unmapped],
        told=[
            Told(each.severity, words.said(each.why, {"printed": each.printed, **each.params}))
            for each in problems if not each.cell.row
        ],
        all_rows=len(rows),
    )  # fmt: skip


def _rows(appendix: AppendixReading, marks: _Marks) -> list[Row]:
    skipped = {each.row: _skipped(each) for each in appendix.skipped}
    numbers = appendix.numbers or list(range(1, len(appendix.rows) + 1))
    rows = []
    for index, (number, line) in enumerate(zip(numbers, appendix.rows, strict=False)):
        cells = [marks.cell(number, column, text) for column, text in enumerate(line, 1)]
        heading = index < appendix.header
        if index == appendix.header - 1:
            marks.name_columns(cells)
        rows.append(Row(number, cells, "" if heading else skipped.get(number, ""), heading))
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


def _columns(appendix: AppendixReading, names: _Names) -> list[Line]:
    return [
        Line(number, " ".join(each.path), names.line(each.role, each.of))
        for number, each in enumerate(appendix.columns, 1)
    ]


class _Marks:
    """What became of each cell of one appendix."""

    def __init__(
        self, appendix: AppendixReading, problems: list[Problem], entries: dict[Any, Entry], names: _Names
    ) -> None:
        self.appendix, self.entries, self.names = appendix, entries, names
        self.facts: defaultdict[Spot, list[Fact]] = defaultdict(list)
        self.problems: defaultdict[Spot, list[Problem]] = defaultdict(list)
        for fact in appendix.facts:
            self.facts[fact.cell.row, fact.cell.column].append(fact)
        for problem in problems:
            self.problems[problem.cell.row, problem.cell.column].append(problem)
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


def _is_told(entry: Entry) -> bool:
    """A figure that changes, or one that somebody took out and the file brings back."""
    return entry.kind == "changed" or (entry.kind == "new" and entry.hand_edited)


def hand_of(entry: Entry) -> str:
    if not entry.hand_edited or entry.kind == "unchanged":
        return ""
    return _("taken out by hand before") if entry.kind == "new" else _("typed by hand since the last file")


def _change(entry: Entry, names: _Names, plan: LoadPlan) -> Change:
    fact = entry.fact
    return Change(
        names.units.get(fact.unit or "", fact.unit_name), names.indicators.get(fact.indicator, fact.indicator),
        entry.before.printed if entry.before else "–", fact.printed, anchor(fact.cell), hand_of(entry),
        figure_address(plan.edition, fact.unit or "", fact.indicator) if plan.edition else "",
    )  # fmt: skip


def _absent(row: Stored, names: _Names, plan: LoadPlan) -> Change:
    stored = figure_address(plan.edition, row.unit, row.indicator) if plan.edition else ""
    unit, indicator = names.units.get(row.unit, row.unit), names.indicators.get(row.indicator, row.indicator)
    return Change(unit, indicator, row.printed, row.printed, "", "", stored)


def _findings(outcomes: Iterable[Outcome]) -> list[Group]:
    """Findings of one check together, the gravest first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in outcomes:
        if each.status == "finding":
            fields = (each.check, str(each.status), each.severity, each.reason, each.where, each.figures)
            groups.setdefault((str(each.severity or "note"), each.check), []).append(finding_words.sentence(*fields))
    made = [Group(severity, finding_words.check_title(check), told) for (severity, check), told in groups.items()]
    return sorted(made, key=lambda group: SEVERITIES.index(group.severity))


def _graded(told: Iterable[Told]) -> list[Told]:
    return sorted(told, key=lambda each: SEVERITIES.index(each.severity))


def _skipped(row: Skipped) -> str:
    """Why a row is no unit's; reading gives the reason as an id."""
    reasons = {
        "group": pgettext("skipped row", "group heading"), "total": pgettext("skipped row", "total"),
        "column-numbers": pgettext("skipped row", "column numbers"), "note": pgettext("skipped row", "footnote"),
    }  # fmt: skip
    return reasons.get(row.why, pgettext("skipped row", "no unit's row"))
