"""What one grid gives, written down figure by figure: facts, blanks, problems, rows passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chiso.ingest import header
from chiso.ingest.fact import AppendixReading, Blank, Column, Fact, Problem, Reference, Skipped, UnknownUnit
from chiso.ingest.grid import Cell, Grid
from chiso.ingest.layout import IndicatorRecord, Knowledge, Role
from chiso.ingest.recognise import Columns
from chiso.values.number import Doubt, Figure, Kind, Missing, read, read_number

_NONE = Cell()  # beyond the last row or column


@dataclass(slots=True)
class Outcome:
    """What one grid gives: the appendix, its problems, the units not on record, the rows that repeat a unit."""

    appendix: AppendixReading
    problems: list[Problem] = field(default_factory=list)
    unknown: list[UnknownUnit] = field(default_factory=list)
    doubled: list[tuple[str, Reference]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose figure a cell holds. `unit` is a slug, None where no unit on record matched `name`, the name as printed."""

    unit: str | None
    name: str


class Sheet:
    """One grid on its way to facts: the grid, what its columns are, and the outcome so far."""

    def __init__(self, grid: Grid, columns: Columns, knowledge: Knowledge) -> None:
        self.grid, self.columns, self.knowledge = grid, columns, knowledge
        self.indicators = {record.code: record for record in knowledge.indicators}
        self.names = {unit.slug: unit.name for unit in knowledge.units}
        layout = columns.layout.code if columns.layout else ""
        rows = [[cell.text for cell in row] for row in grid.rows]
        appendix = AppendixReading(grid.ordinal, grid.title, grid.caption, layout, grid.notes, rows=rows)
        appendix.numbers, appendix.header = list(grid.numbers), grid.header
        appendix.columns, appendix.raw = _columns(grid, columns), dict(grid.corrected)
        self.out = Outcome(appendix)
        self._roles = {role: columns.of(role) for role in Role}
        self._rank_of = {figure: rank for rank, figure in columns.ranks.items() if figure is not None}
        said = grid.corrected or grid.left
        self._is_plain = not said and not any(cell.merged for row in grid.rows[grid.header :] for cell in row)
        self._rank_of_row = next((rank for rank, figure in columns.ranks.items() if figure is None), None)

    def column(self, role: Role) -> int | None:
        return self._roles[role]

    def text(self, row: list[Cell], role: Role) -> str:
        column = self._roles[role]
        return row[column].text.strip() if column is not None else ""

    def reference(self, index: int, column: int) -> Reference:
        return Reference(self.grid.ordinal, self.grid.numbers[index], column + 1, self.grid.rows[index][column].spot)

    def problem(
        self, index: int, column: int, why: str, printed: str | None = None, *, note: bool = False,
        key: tuple[str | None, str] = (None, ""), **params: str,
    ) -> None:  # fmt: skip
        """Report a cell; `printed` is its whole text unless a part of it is meant, `key` whose figure it would be."""
        if self.is_left(index, column):
            return self._leave(index, column, key)
        text = self.grid.rows[index][column].text if printed is None else printed
        reference = self.reference(index, column)
        severity = "note" if note else "error"
        self.out.problems.append(Problem(self.grid.ordinal, reference, text, why, params, severity, *key))
        return None

    def _leave(self, index: int, column: int, key: tuple[str | None, str]) -> None:
        """A cell that a person left unread: told once, whatever else there is to say of it."""
        reference, params = self.reference(index, column), {"reason": self.grid.left[self.grid.place(index, column)]}
        text = self.grid.rows[index][column].text
        note = Problem(self.grid.ordinal, reference, text, "skipped", params, "note", *key)
        if all((each.why, each.cell) != (note.why, note.cell) for each in self.out.problems):
            self.out.problems.append(note)

    def skip(self, index: int, why: str) -> None:
        """Pass over a row; a footnote that stands in the table is kept with the others."""
        text = " ".join(dict.fromkeys(cell.text for cell in self.grid.rows[index] if cell.text))
        self.out.appendix.skipped.append(Skipped(self.grid.numbers[index], why, text))
        if why == "note":
            self.out.appendix.notes.append(text)

    def is_left(self, index: int, column: int) -> bool:
        """Whether a person left a cell unread."""
        return bool(self.grid.left) and self.grid.place(index, column) in self.grid.left

    def leave(self, index: int) -> bool:
        """Pass over a row that a person left unread: the row as such, or whose it is."""
        unit = self._roles[Role.UNIT]
        if not self.grid.left:
            return False
        places = [(self.grid.numbers[index], 0), *([self.grid.place(index, unit)] if unit is not None else [])]
        reason = next((self.grid.left[place] for place in places if place in self.grid.left), None)
        if reason is None:
            return False
        column = unit if unit is not None else self._roles[Role.LABEL] or 0
        reference, text = self.reference(index, column), self.grid.rows[index][column].text
        note = Problem(self.grid.ordinal, reference, text, "skipped", {"reason": reason}, "note")
        self.out.problems.append(note)
        self.skip(index, "skipped")
        return True

    def read_row(self, index: int, columns: Sequence[tuple[int, IndicatorRecord]], whose: Whose) -> None:
        """The same as `read` of each column. Where nothing but numbers stands, and nobody said anything of the table's
        cells, the row's own words are looked up once for all of them: half of the time of 84,000 figures."""
        row, is_plain = self.grid.rows[index], self._is_plain
        number, appendix = self.grid.numbers[index], self.out.appendix
        position = rank = None
        for column, record in columns:
            cell = row[column]
            found = figure(cell, record.kind) if is_plain else None
            if not isinstance(found, Figure) or cell.number is None or column in self._rank_of:
                self.read(index, column, record, whose)
                continue
            if position is None:
                position = self.text(row, Role.POSITION)
                rank = "" if self._rank_of_row is None else row[self._rank_of_row].text.strip()
            place = Reference(self.grid.ordinal, number, column + 1, cell.spot)
            appendix.facts.append(
                Fact(
                    whose.unit, whose.name, record.code, found.value, found.out_of, found.printed, place, position,
                    rank or "", number,
                )
            )  # fmt: skip
            if found.printed != cell.text:
                appendix.raw.setdefault((number, column + 1), cell.text)
                appendix.rows[index][column] = found.printed

    def read(self, index: int, column: int, record: IndicatorRecord, whose: Whose) -> None:
        """One cell into a fact, a blank or a problem."""
        cell = self.grid.rows[index][column]
        found = figure(cell, record.kind)
        if isinstance(found, Figure) and self._is_shared(index, column):
            found = Doubt("merged-in-cell", found.printed)
        self.keep(index, column, record, whose, found)

    def _is_shared(self, index: int, column: int) -> bool:
        """Whether a figure's cell is merged with others: nobody says whose figure it is."""
        if self.grid.corrected and self.grid.place(index, column) in self.grid.corrected:
            return False
        rows = self.grid.rows
        cell = rows[index][column]
        below = rows[index + 1][column] if index + 1 < len(rows) else _NONE
        right = rows[index][column + 1] if column + 1 < len(rows[index]) else _NONE
        return cell.merged or (below.merged and below.text == cell.text) or (right.merged and right.text == cell.text)

    def keep(
        self, index: int, column: int, record: IndicatorRecord, whose: Whose, found: Figure | Missing | Doubt
    ) -> None:
        """A figure read at a cell into a fact, a blank or a problem."""
        key = (whose.unit, record.code)
        if self.is_left(index, column):
            self._leave(index, column, key)
        elif isinstance(found, Doubt):
            self.problem(index, column, found.why, found.printed, key=key, detail=found.detail, indicator=record.name)
        elif isinstance(found, Missing):
            blank = Blank(whose.unit, record.code, found.printed, self.reference(index, column))
            self.out.appendix.blanks.append(blank)
            name = self.names.get(whose.unit or "", whose.name)
            self.problem(index, column, "missing", found.printed, note=True, key=key, unit=name, indicator=record.name)
        else:
            self.out.appendix.facts.append(self._fact(index, column, record, whose, found))
            cell = self.grid.rows[index][column]
            if cell.number is not None and cell.text != found.printed:  # the preview shows what the spreadsheet shows
                self.out.appendix.raw.setdefault(self.grid.place(index, column), cell.text)
                self.out.appendix.rows[index][column] = found.printed

    def _fact(self, index: int, column: int, record: IndicatorRecord, whose: Whose, found: Figure) -> Fact:
        row, number = self.grid.rows[index], self.grid.numbers[index]
        rank = self._rank_of.get(column, self._rank_of_row)
        return Fact(
            whose.unit, whose.name, record.code, found.value, found.out_of, found.printed,
            Reference(self.grid.ordinal, number, column + 1, row[column].spot),
            position=self.text(row, Role.POSITION), printed_rank=row[rank].text.strip() if rank is not None else "",
            row=number, corrected=self.grid.corrected.get((number, column + 1)) if self.grid.corrected else None,
        )  # fmt: skip


def _columns(grid: Grid, columns: Columns) -> list[Column]:
    made = []
    for number, head in enumerate(header.headings(grid)):
        line = columns.lines.get(number)
        role, of = (line.role.value, line.indicator) if line else ("", columns.units.get(number, ""))
        role = role or (Role.RANK.value if number in columns.ranks else "")
        made.append(Column(head.path, role, of, guessed=number == columns.guessed))
    return made


def figure(cell: Cell, kind: Kind) -> Figure | Missing | Doubt:
    """The figure in a cell, by the kind of its indicator. What the file's program damaged is never read."""
    if cell.trouble:
        return Doubt(f"{cell.trouble}-in-cell", cell.text)
    if cell.number is not None:
        return read_number(cell.number, cell.number_format, kind)
    return read(cell.text, kind)
