"""A staged file as the clerk reads it: each appendix cell by cell, printed and read, with problems where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chiso.checks.case import Outcome
from chiso.ingest.fact import AppendixReading, Reference
from chiso.queries.stored import Stored
from chiso.queries.upload import Entry, LoadPlan
from chiso.words import finding as finding_words
from chiso.words import problem as words

from . import question as questions
from . import texts
from .marked import Marks, Names, Row, rows_of
from .page import figure_address
from .question import Question, anchor

SEVERITIES = ["error", "warning", "note"]


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
        return max((row.wide for row in (*self.headings, *self.rows)), default=0) + 1


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
    names = Names(plan)
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


def _sheet(
    appendix: AppendixReading, plan: LoadPlan, entries: dict[Any, Entry], names: Names, asked: list[Question]
) -> Sheet:
    problems = [each for each in plan.problems if each.appendix == appendix.ordinal]
    rows = rows_of(appendix, Marks(appendix, problems, entries, names))
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


def _columns(appendix: AppendixReading, names: Names) -> list[Line]:
    return [
        Line(number, " ".join(each.path), names.line(each.role, each.of))
        for number, each in enumerate(appendix.columns, 1)
    ]


def _is_told(entry: Entry) -> bool:
    """A figure that changes, or one that somebody took out and the file brings back."""
    return entry.kind == "changed" or (entry.kind == "new" and entry.hand_edited)


def hand_of(entry: Entry) -> str:
    if not entry.hand_edited or entry.kind == "unchanged":
        return ""
    return _("taken out by hand before") if entry.kind == "new" else _("typed by hand since the last file")


def _change(entry: Entry, names: Names, plan: LoadPlan) -> Change:
    fact = entry.fact
    return Change(
        names.units.get(fact.unit or "", fact.unit_name), names.indicators.get(fact.indicator, fact.indicator),
        entry.before.printed if entry.before else "–", fact.printed, anchor(fact.cell), hand_of(entry),
        figure_address(plan.edition, fact.unit or "", fact.indicator) if plan.edition else "",
    )  # fmt: skip


def _absent(row: Stored, names: Names, plan: LoadPlan) -> Change:
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
