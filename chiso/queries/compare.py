"""One unit beside a few others of its level, by every indicator of an edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chiso.models import Edition, Unit
from chiso.queries import table
from chiso.queries.board import Measured
from chiso.queries.sight import WHOLE, Sight
from chiso.values.name import fold

MOST = 5  # others at a time


@dataclass(frozen=True, slots=True)
class Column:
    unit: str  # slug
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    indicator: Measured
    cells: tuple[table.Cell | None, ...]  # in the order of the columns


@dataclass(frozen=True, slots=True)
class Comparison:
    """`columns` are the unit itself and then the others, in the order in which they were chosen; `offered` are the
    peers that could be chosen, in their order. No lines where the edition has no figures of the unit's peers."""

    peers: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    offered: tuple[Column, ...]

    def found(self, words: str) -> tuple[Column, ...]:
        folded = fold(words)
        return tuple(each for each in self.offered if folded in fold(each.name))


def for_unit(edition: Edition, unit: Unit, others: Sequence[str], sight: Sight = WHOLE) -> Comparison:
    """`others` are slugs; those that are no peers, that the reader does not meet by name, or that are more than `MOST`
    are left out. 4 SQL queries, as many as a table of all indicators."""
    itself = Column(unit.slug, unit.name)
    try:
        shown = table.for_edition(edition, unit.level, sight, table.Wanted(choose=(unit.slug, *others), most=MOST + 1))
    except table.NoTable:
        return Comparison(unit.level, (itself,), (), ())
    rows = {row.unit: row for row in shown.rows}
    chosen = [rows[slug] for slug in dict.fromkeys(others) if slug in rows and slug != unit.slug]
    columns = (itself, *(Column(row.unit, row.unit_name) for row in chosen))
    empty = (None,) * len(shown.indicators)
    cells = [rows[unit.slug].cells if unit.slug in rows else empty, *(row.cells for row in chosen)]
    lines = tuple(Line(*line) for line in zip(shown.indicators, zip(*cells, strict=True), strict=True))
    offered = tuple(Column(*each) for each in shown.offered if each[0] not in {column.unit for column in columns})
    return Comparison(unit.level, columns, tuple(line for line in lines if any(line.cells)), offered)
