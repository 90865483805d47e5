"""A staged file as the clerk reads it: each appendix cell by cell, printed and read, with problems where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chiso.checks.case import Outcome
from chiso.ingest.fact import AppendixReading, Fact, Problem, Reference, Skipped
from chiso.models import Indicator, Layout, Unit
from chiso.queries.upload import Entry, LoadPlan
from chiso.words import finding as finding_words
from chiso.words import problem as words
from chiso.words.figure import kind_shown, value_text

Spot = tuple[int, int]  # row and column of the table as printed, from 1
SEVERITIES = ["error", "warning", "note"]


@dataclass(slots=True)
class Cell:
    """One cell. `mark` says what became of it: "new", "changed", "read" (as stored, or printed again), "left" (read,
    but of no unit on record), "note", "problem", "unmapped", or "" for a heading or a name."""

    text: str
    mark: str = ""
    read: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    anchor: str = ""


@dataclass(slots=True)
class Row:
    number: int
    cells: list[Cell]
    skipped: str = ""  # why it is no unit's row
    heading: bool = False


@dataclass(slots=True)
class Sheet:
    """One appendix."""

    ordinal: str
    title: str
    anchor: str
    layout: str
    rows: list[Row]
    read: int
    notes: list[str]
    unmapped: list[str]
    told: list[str]  # what concerns the table as a whole


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a list above the tables: how grave, in words, and the cell it is about."""

    severity: str
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What one check would find."""

    severity: str
    title: str
    each: list[str]


@dataclass(frozen=True, slots=True)
class Unknown:
    name: str
    code: str
    suggestion: Unit | None
    anchor: str


@dataclass(frozen=True, slots=True)
class Change:
    unit: str
    indicator: str
    before: str
    after: str
    anchor: str
    hand_edited: bool


@dataclass(frozen=True, slots=True)
class Preview:
    plan: LoadPlan
    sheets: list[Sheet]
    problems: list[Told]
    unknown: list[Unknown]
    findings: list[Group]
    changed: list[Change]
    absent: list[Change]
    fingerprint: str

    @property
    def arriving(self) -> int:
        """Figures that taking over would store."""
        return self.plan.counts["new"] + self.plan.counts["changed"]

    @property
    def refusal(self) -> str:
        plan = self.plan
        return (
            "" if plan.may_apply else words.target(plan.target, str(plan.dispatch or plan.reading.letter.issuer_name))
        )

    @property
    def errors(self) -> int:
        return sum(told.severity == "error" for told in self.problems)


def of(plan: LoadPlan) -> Preview:
    names = _Names(plan)
    entries = {(entry.fact.unit, entry.fact.indicator): entry for entry in plan.entries}
    return Preview(
        plan=plan,
        sheets=[_sheet(each, plan, entries, names) for each in plan.reading.appendices],
        problems=_graded(Told(each.severity, words.sentence(each), anchor(each.cell)) for each in plan.problems),
        unknown=[
            Unknown(each.name, each.code or "", names.unit_rows.get(each.suggestion or ""), anchor(each.cell))
            for each in plan.reading.unknown_units
        ],
        findings=_findings(plan.outcomes),
        changed=[_change(each, names) for each in plan.entries if each.kind == "changed"],
        absent=[Change(str(row.unit), row.indicator.label, row.printed, row.printed, "", False) for row in plan.absent],
        fingerprint=plan.fingerprint,
    )


def anchor(cell: Reference) -> str:
    """The id of a cell in the page; of its table where it is about the table."""
    table = "".join(letter if letter.isalnum() else "-" for letter in cell.appendix)
    return f"cell-{table}-{cell.row}-{cell.column}" if cell.row else f"table-{table}"


class _Names:
    """Names of units, indicators and layouts of a plan, two queries in all."""

    def __init__(self, plan: LoadPlan) -> None:
        self.units = {unit.slug: unit.name for unit in plan.known.units} if plan.known else {}
        self.indicators: dict[str, str] = {}
        if plan.known and plan.known.indicators:
            codes = [record.code for record in plan.known.indicators]
            self.indicators = {each.code: each.label for each in Indicator.objects.filter(code__in=codes)}
        self.layouts = dict(Layout.objects.values_list("code", "name"))
        suggested = {each.suggestion for each in plan.reading.unknown_units if each.suggestion}
        self.unit_rows = {unit.slug: unit for unit in Unit.objects.filter(slug__in=suggested)} if suggested else {}
        self.kinds = {record.code: record.kind for record in plan.known.indicators} if plan.known else {}


def _sheet(appendix: AppendixReading, plan: LoadPlan, entries: dict[Any, Entry], names: _Names) -> Sheet:
    problems = [each for each in plan.problems if each.appendix == appendix.ordinal]
    marks = _Marks(appendix, problems, entries, names)
    skipped = {each.row: _skipped(each) for each in appendix.skipped}
    numbers = appendix.numbers or list(range(1, len(appendix.rows) + 1))
    first = min((fact.cell.row for fact in appendix.facts), default=0)
    rows = [
        Row(
            number, [marks.cell(number, column, text) for column, text in enumerate(texts, 1)],
            skipped.get(number, ""), number < first and number not in skipped,
        )
        for number, texts in zip(numbers, appendix.rows, strict=False)
    ]  # fmt: skip
    return Sheet(
        ordinal=appendix.ordinal, title=appendix.title, anchor=anchor(Reference(appendix.ordinal, 0, 0)),
        layout=names.layouts.get(appendix.layout, ""), rows=rows, read=len(appendix.facts),
        notes=list(appendix.notes), unmapped=[each.title for each in appendix.unmapped],
        told=[words.sentence(each) for each in problems if not each.cell.row],
    )  # fmt: skip


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

    def cell(self, row: int, column: int, text: str) -> Cell:
        facts, problems = self.facts[row, column], self.problems[row, column]
        return Cell(
            text=text,
            mark=self._mark(facts, problems, column),
            read=[read for read in (self._read(fact, text) for fact in facts) if read != text.strip()],
            told=[words.sentence(each) for each in problems],
            anchor=anchor(Reference(self.appendix.ordinal, row, column)) if facts or problems else "",
        )

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


def _change(entry: Entry, names: _Names) -> Change:
    fact = entry.fact
    return Change(
        names.units.get(fact.unit or "", fact.unit_name), names.indicators.get(fact.indicator, fact.indicator),
        entry.before.printed if entry.before else "–", fact.printed, anchor(fact.cell), entry.hand_edited,
    )  # fmt: skip


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
