"""What a person answered to a file's questions: read with the file as if it stood there, and learnt for the next one.

A decision names its place as printed: appendix, row and column from 1. `printed` is the text that stood there when it
was taken ("" where nobody noted it): a decision whose place holds another text by now is left aside and told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chiso.ingest.grid import Cell, Grid
from chiso.ingest.layout import Knowledge, Role, UnitRecord


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What a column holds, or a row of a table whose rows are indicators. `Role.NONE`: it is left out for good."""

    n: int
    appendix: str
    axis: str  # "column" or "row"
    place: int
    role: Role
    indicator: str = ""
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class UnitDecision:
    """The unit (a slug) that a printed name means."""

    n: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class CellDecision:
    """What a cell should read."""

    n: int
    appendix: str
    row: int
    column: int
    text: str
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class SkipDecision:
    """A cell that gives no figure and no problem; column 0 is the whole row."""

    n: int
    appendix: str
    row: int
    column: int
    why: str
    printed: str | None = None


Decision = LineDecision | UnitDecision | CellDecision | SkipDecision


def with_names(knowledge: Knowledge, decisions: Iterable[Decision]) -> Knowledge:
    """What is on record, with the names that were answered as further names of their units."""
    names: dict[str, list[str]] = {}
    for each in decisions:
        if isinstance(each, UnitDecision):
            names.setdefault(each.unit, []).append(each.name)
    return replace(knowledge, units=tuple(_called(unit, names) for unit in knowledge.units)) if names else knowledge


def correct(grids: Sequence[Grid], decisions: Iterable[Decision]) -> list[int]:
    """Put what was said of cells into the grids. Returns the numbers of decisions that fit no cell."""
    cells = [each for each in decisions if isinstance(each, CellDecision | SkipDecision)]
    by_ordinal = {grid.ordinal: grid for grid in grids}
    there = [(each, by_ordinal.get(each.appendix)) for each in cells]
    fitting = [(each, grid) for each, grid in there if grid is not None and _fits(grid, each)]
    for each, grid in fitting:
        if isinstance(each, SkipDecision):
            grid.left[each.row, each.column] = each.why
        else:
            _put(grid, each)
    taken = {each.n for each, _grid in fitting}
    return [each.n for each in cells if each.n not in taken]


def _fits(grid: Grid, each: CellDecision | SkipDecision) -> bool:
    """Whether the place is there, and holds the text that was answered."""
    if each.row not in grid.numbers:
        return False
    row = grid.rows[grid.numbers.index(each.row)]
    if each.column == 0:
        return each.printed in (None, " ".join(dict.fromkeys(cell.text for cell in row if cell.text)))
    return 0 < each.column <= len(row) and each.printed in (None, row[each.column - 1].text)


def _put(grid: Grid, each: CellDecision) -> None:
    row = grid.rows[grid.numbers.index(each.row)]
    cell = row[each.column - 1]
    grid.corrected[each.row, each.column] = cell.text
    row[each.column - 1] = Cell(each.text, cell.spot, marks=cell.marks)


def _called(unit: UnitRecord, names: dict[str, list[str]]) -> UnitRecord:
    return replace(unit, aliases=(*unit.aliases, *names[unit.slug])) if unit.slug in names else unit
