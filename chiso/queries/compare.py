"""One unit beside a few others of its level, by every indicator of an edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chiso.models import Edition, Unit, User
from chiso.queries import table
from chiso.queries.board import Measured
from chiso.queries.cells import Cell
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
    cells: tuple[Cell | None, ...]  # in the order of the columns


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


def for_unit(
    edition: Edition, unit: Unit, others: Sequence[str], sight: Sight = WHOLE, *, reader: User | None = None
) -> Comparison:
    """`others` are slugs; those that are no peers, that the reader does not meet by name, or that are more than `MOST`
    are left out. 2 SQL queries, one more in a draft."""
    wanted = list(dict.fromkeys((unit.slug, *others)))
    shown = table.of_units(edition, unit.level, wanted, sight, reader=reader)
    names = dict(shown.offered)
    slugs = [unit.slug, *[slug for slug in wanted[1:] if slug in names][:MOST]]
    rows = [_cells([row for row in shown.rows if row.lasting == slug], len(shown.indicators)) for slug in slugs]
    lines = tuple(Line(*line) for line in zip(shown.indicators, zip(*rows, strict=True), strict=True))
    columns = (Column(unit.slug, unit.name), *(Column(slug, names[slug]) for slug in slugs[1:]))
    offered = tuple(Column(slug, name) for slug, name in shown.offered if slug not in slugs)
    return Comparison(unit.level, columns, tuple(line for line in lines if any(line.cells)), offered)


def _cells(rows: Sequence[table.Row], count: int) -> tuple[Cell | None, ...]:
    """Of two records of a unit that have a figure, its own counts."""
    own_first = sorted(rows, key=lambda row: row.unit != row.lasting)
    return tuple(next((row.cells[at] for row in own_first if row.cells[at]), None) for at in range(count))
