"""What a staged file asks a person: where each question stands, what it is about, and what is likely to be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chiso.ingest import naming
from chiso.ingest.decision import LineDecision
from chiso.ingest.fact import AppendixReading, Problem, Reference
from chiso.ingest.header import looks_like_figure
from chiso.ingest.layout import Role, UnitRecord
from chiso.models import Indicator, Kind, Level
from chiso.queries.decision import guessed_level
from chiso.queries.upload import LoadPlan
from chiso.values.alphabet import fold
from chiso.values.code import proposed
from chiso.values.name import Directory, parse
from chiso.values.number import Figure, Missing, read
from chiso.values.number import Kind as NumberKind
from chiso.words import problem as words
from chiso.words.place import where_text

from .pick import BETWEEN

COLUMN = {"unknown-heading", "double-heading", "misnamed-heading", "unknown-unit-heading", "unknown-label-heading"}
ROLES = {"unknown-unit-heading": "unit", "unknown-label-heading": "label", "no-unit-column": "unit"}
WHOLE_ROW = {"double-unit", "double-label", "no-unit-name", "split-in-cell"}
CELL = words.DOUBTS.keys() | {"would-erase", "two-values", "two-printings"} | WHOLE_ROW
LIKELY_FROM = 0.6  # of what a heading says; below it a likeness is chance
# Words that say how a thing is measured, not what it is.
MEASURING = {"ty", "le", "so", "luong", "diem", "muc", "tong", "ho", "chi", "tieu", "ket", "cua", "trong", "cac"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that an ambiguous name may mean."""

    pick: str
    name: str
    level: str
    parent: str
    years: str


@dataclass(slots=True)
class Question:
    """`ask` names the form: "line" (what is this column or row), "unit" (who is this), "cell" (what should it read).

    `key` is the id of its block in the page, `anchor` that of the cell it is about. `given` and `wrong` are what was
    sent and why it was refused."""

    ask: str
    key: str
    anchor: str
    place: Reference
    severity: str
    text: str
    printed: str
    why: str
    axis: str = "column"
    role: str = ""
    likely: str = ""
    code: str = ""  # for an indicator that would be made of it
    level: str = ""
    parent: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    same_as: str = ""  # the anchor of the first question about the same name, which holds the form
    has_form: bool = True  # a page holds so many forms; the others are a link further
    given: Mapping[str, Any] = field(default_factory=dict)
    wrong: str = ""

    @property
    def where(self) -> str:
        """ "Phụ lục IV, dòng 15, cột 3"; a question about a column names the column alone."""
        row = "" if self.ask == "line" and self.axis != "row" else f", row {self.place.row}"
        column = "" if self.ask == "line" and self.axis != "column" else f", column {self.place.column}"
        return where_text(f"{self.place.appendix}{row}{column}")

    @property
    def spot(self) -> str:
        """The same without the appendix, which the table above it names."""
        return self.where.partition(", ")[2]

    @property
    def line(self) -> int:
        return self.place.row if self.axis == "row" else self.place.column

    @property
    def whole_row(self) -> bool:
        return self.ask == "unit" or self.why in WHOLE_ROW


def anchor(cell: Reference) -> str:
    """The id of a cell in the page; of its table where it is about the table."""
    table = "".join(letter if letter.isalnum() else "-" for letter in cell.appendix)
    return f"cell-{table}-{cell.row}-{cell.column}" if cell.row else f"table-{table}"


def ask_of(problem: Problem) -> str:
    """Which form answers a problem, "" where none does: what the letter says, whose table it is."""
    if not problem.cell.row or problem.severity != "error":
        return ""
    if problem.why in COLUMN or problem.why in {"unknown-label", "no-unit-column"}:
        return "line"
    if problem.why.startswith("unit-"):
        return "unit"
    return "cell" if problem.why in CELL else ""


def of(plan: LoadPlan) -> list[Question]:
    """The questions of a plan in the order of the document."""
    if plan.known is None:
        return []
    made = _Maker(plan)
    asked = [made.question(each, ask) for each in plan.problems if (ask := ask_of(each))]
    waiting = _waiting(plan)
    asked = [each for each in asked if (each.place.appendix, each.axis, each.line) not in waiting]
    return sorted(asked, key=lambda each: each.axis != "table")  # which column names the units comes before the rest


def _waiting(plan: LoadPlan) -> set[tuple[str, str, int]]:
    """Columns and rows that are answered, though the answer acts only once more of the table is known."""
    given = [each for each in plan.decisions if isinstance(each, LineDecision) and each.n in plan.reading.stray]
    named = {(each.appendix, "table", 1) for each in given if each.role in (Role.UNIT, Role.LABEL)}
    return named | {(each.appendix, each.axis, each.place) for each in given}


class _Maker:
    """Questions with their likely answers; remembers names already asked about."""

    def __init__(self, plan: LoadPlan) -> None:
        assert plan.known is not None  # noqa: S101  # asked by `of`
        self._units = {unit.slug: unit for unit in plan.known.units}
        self._directory = Directory(plan.known.units, plan.known.issuer)
        self._codes = {(each.cell.appendix, each.cell.row): each.code for each in plan.reading.unknown_units}
        self._office = self._units.get(plan.known.issuer)
        self._indicators = list(Indicator.objects.filter(indicator_set=plan.indicator_set).order_by("order", "code"))
        self._appendices = {each.ordinal: each for each in plan.reading.appendices}
        self._asked: dict[str, str] = {}
        self._keys: set[str] = set()

    def question(self, problem: Problem, ask: str) -> Question:
        made = Question(
            ask, self._key(problem), anchor(problem.cell), problem.cell, problem.severity,
            words.said(problem.why, {"printed": problem.printed, **problem.params}), problem.printed, problem.why,
        )  # fmt: skip
        if ask == "line":
            self._about_line(made)
        elif ask == "unit":
            self._about_unit(made)
        return made

    def _key(self, problem: Problem) -> str:
        key = f"ask-{anchor(problem.cell)}"
        while key in self._keys:
            key += "-"
        self._keys.add(key)
        return key

    def _about_line(self, made: Question) -> None:
        made.axis = "row" if made.why == "unknown-label" else "table" if made.why == "no-unit-column" else "column"
        made.role = ROLES.get(made.why, "indicator")
        appendix = self._appendices.get(made.place.appendix)
        if made.axis == "table":
            made.text = _("Which column names the units? Nothing of this table is read before that is known.")
            made.likely = str(_column_of_names(appendix)) if appendix else ""
            return
        if made.why in ("unknown-heading", "unknown-label"):
            made.text = _("“%(title)s”: what is it?") % {"title": made.printed}
        if made.role == "indicator":
            held = [each for each in self._indicators if _can_hold(each, _figures(appendix, made))]
            likely = _likely(_last(appendix, made) or made.printed, made.printed, held)
            made.likely = likely.with_kind if likely else ""
            made.code = proposed(_last(appendix, made) or made.printed, (each.code for each in self._indicators))

    def _about_unit(self, made: Question) -> None:
        code = self._codes.get((made.place.appendix, made.place.row))
        match = self._directory.match(made.printed, code=code)
        if made.why == "unit-unknown":
            made.text = _("“%(name)s” is not on record: which unit is it?") % {"name": made.printed}
        name = fold(made.printed)
        made.same_as = self._asked.get(name, "")
        self._asked.setdefault(name, made.key)
        suggested = self._units.get(match.suggestion or "")
        made.likely = pick(suggested) if suggested else ""
        found = [self._units[slug] for slug in match.candidates if slug in self._units]
        made.candidates = [self._candidate(unit) for unit in found] if len(found) > 1 else []
        made.level, made.parent = self.likely_place(made.printed)

    def likely_place(self, name: str) -> tuple[str, str]:
        """The level that a new unit's name says, and the unit it would belong to."""
        within = parse(name).within
        parent = self._directory.match(within[0]).unit if within else None
        above = self._units.get(parent or "") or self._office
        return guessed_level(name) or "", pick(above) if above else ""

    def _candidate(self, unit: UnitRecord) -> Candidate:
        parent = self._units.get(unit.parent or "")
        return Candidate(
            pick(unit), unit.name, str(Level(unit.level).label), parent.name if parent else "", _years(unit)
        )


def _last(appendix: AppendixReading | None, made: Question) -> str:
    """The last part of a heading of several rows: it tells more than what stands above it."""
    if appendix is None or made.axis != "column" or made.place.column > len(appendix.columns):
        return ""
    path = appendix.columns[made.place.column - 1].path
    return path[-1] if path else ""


def _figures(appendix: AppendixReading | None, made: Question) -> list[str]:
    """What is printed in a column or row, without the rows that are no units."""
    if appendix is None or made.axis == "table":
        return []
    if made.axis == "row":
        cells = [each for row, number in zip(appendix.rows, appendix.numbers, strict=True) for each in row
                 if number == made.place.row]  # fmt: skip
        return [each for each in cells if looks_like_figure(each)]
    passed = {each.row for each in appendix.skipped}
    body = list(zip(appendix.rows, appendix.numbers, strict=True))[appendix.header :]
    return [
        row[made.place.column - 1] for row, number in body if number not in passed and made.place.column <= len(row)
    ]


def _can_hold(indicator: Indicator, texts: list[str]) -> bool:
    """Whether figures can be an indicator's: none beyond its limits, and most of them read as its kind."""
    found = [read(text, NumberKind(indicator.kind)) for text in texts]
    given = [each for each in found if not isinstance(each, Missing)]
    figures = [each for each in given if isinstance(each, Figure)]
    most = Decimal(100) if indicator.kind == Kind.PERCENT else indicator.maximum
    if most is not None and any(each.value > most for each in figures):
        return False
    return sum(each.printed_kind == indicator.kind for each in figures) * 2 >= len(given)


def _column_of_names(appendix: AppendixReading) -> int:
    """The column most of whose cells begin like names of units; the first one where none does."""
    rows = appendix.rows[appendix.header :]
    named = [sum(bool(guessed_level(row[n])) for row in rows) for n in range(len(appendix.columns))]
    return named.index(max(named)) + 1 if named else 1


def _likely(last: str, whole: str, indicators: list[Indicator]) -> Indicator | None:
    """The indicator that a heading most likely means, of those whose kind and maximum are as it says."""
    title = naming.bare(last)
    said = _telling(title.key) or _telling(naming.key(whole))
    scored = [(_likeness(said, each), each) for each in indicators if _fits(title, each)]
    likely = [pair for pair in scored if pair[0][0] >= LIKELY_FROM]
    return max(likely, key=lambda pair: pair[0])[1] if likely else None


def _telling(title: str) -> set[str]:
    return set(title.split()) - MEASURING


def _likeness(said: set[str], indicator: Indicator) -> tuple[float, float]:
    """Which part of what a heading says the indicator says too, and which part of the indicator that is."""
    if naming.key(indicator.code) in said:
        return 1, 1
    names = [_telling(naming.key(name)) for name in (indicator.name, indicator.short_name) if name]
    pairs = [(len(said & words), len(words)) for words in names]
    return max(((same / len(said), same / of) for same, of in pairs if said and of), default=(0, 0))


def _fits(title: naming.Title, indicator: Indicator) -> bool:
    return (title.kind is None or title.kind == indicator.kind) and (
        None in (title.maximum, indicator.maximum) or title.maximum == indicator.maximum
    )


def _years(unit: UnitRecord) -> str:
    begun = str(unit.valid_from.year) if unit.valid_from else ""
    ended = str(unit.valid_to.year) if unit.valid_to else ""
    return f"{begun or '…'}–{ended or '…'}" if begun or ended else ""


def pick(unit: UnitRecord) -> str:
    """The text that stands for a unit in a field that names one (`pick.UnitField`)."""
    return f"{unit.name}{BETWEEN}{unit.slug}"


@dataclass(frozen=True, slots=True)
class NewName:
    """A name that nobody knows, as a unit it could be; `alike` is a unit on record that it may be a misprint of."""

    name: str
    level: str
    parent: str
    alike: str


def new_units(plan: LoadPlan) -> list[NewName]:
    """Every unit that could be entered: not on record, each name once."""
    if plan.known is None:
        return []
    maker = _Maker(plan)
    units = {unit.slug: unit.name for unit in plan.known.units}
    alike = {fold(each.name): units.get(each.suggestion or "", "") for each in plan.reading.unknown_units}
    names = {fold(each.printed): each.printed for each in plan.problems if each.why == "unit-unknown"}
    return [NewName(name, *maker.likely_place(name), alike.get(key, "")) for key, name in names.items()]
