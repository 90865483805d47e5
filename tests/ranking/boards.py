"""Random boards: a group of peers with a total, its parts and other indicators, in two dispatches."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from chiso.ranking.movement import movement
from chiso.ranking.position import position
from chiso.ranking.rules import measure
from chiso.ranking.why import Card, Line
from chiso.values.number import Kind

UNITS = ("a", "b", "c", "d", "e", "f", "g")
NAMES = {unit: f"UBND {unit.upper()}" for unit in UNITS}
MAXIMUM = Decimal(12)
DIRECTIONS = st.sampled_from(["higher", "lower", ""])

Value = tuple[Decimal, Decimal | None]  # value, out of


@dataclass(frozen=True)
class Column:
    """One indicator, printed for every unit or for some."""

    key: str
    kind: str
    direction: str
    part: bool
    now: dict[str, Value | None]
    before: dict[str, Value | None]

    def items(self, figures: dict[str, Value | None]) -> list[tuple[str, Decimal | Fraction | None]]:
        return [(unit, measure(Kind(self.kind), *one) if one else None) for unit, one in figures.items()]

    def line(self, unit: str) -> Line:
        value, out_of = self.now[unit] or (None, None)
        where = position(self.items(self.now), unit, direction=self.direction)
        return Line(self.key, f"Chỉ số {self.key}", self.kind, value, out_of, self.direction, self.part, where)


@dataclass(frozen=True)
class Board:
    total: Column
    columns: tuple[Column, ...]

    def card(self, unit: str) -> Card:
        parts = [column for column in self.columns if column.part]
        moved = movement(
            self.total.items(self.total.now),
            self.total.items(self.total.before),
            unit,
            direction=self.total.direction,
            parts_now={column.key: column.now[unit][0] for column in parts if column.now[unit]},
            parts_before={column.key: column.before[unit][0] for column in parts if column.before[unit]},
        )
        lines = tuple(column.line(unit) for column in self.columns)
        said = "" if moved else "no-figure"
        return Card(self.total.line(unit), lines, moved, said, names=NAMES)


def tenths(least: int = 0, most: int = 120) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda number: Decimal(number) / 10)


VALUES = {
    "score": st.tuples(tenths(), st.just(MAXIMUM)),
    "percent": st.tuples(st.decimals(0, 100, places=2), st.none()),
    "count": st.tuples(st.integers(0, 4).map(Decimal), st.none()),  # few, so that ties are common
    "share": st.integers(1, 40).flatmap(
        lambda total: st.tuples(st.integers(0, total).map(Decimal), st.just(Decimal(total)))
    ),
}


@st.composite
def columns(draw: st.DrawFn, key: str, units: tuple[str, ...], kind: str, direction: str, part: bool) -> Column:
    figures = st.fixed_dictionaries({unit: st.one_of(st.none(), VALUES[kind], VALUES[kind]) for unit in units})
    return Column(key, kind, direction, part, draw(figures), draw(figures))


@st.composite
def boards(draw: st.DrawFn) -> tuple[Board, str]:
    """A board and one of its units."""
    units = UNITS[: draw(st.integers(1, len(UNITS)))]
    total = draw(columns("T", units, draw(st.sampled_from(["score", "score", *VALUES])), draw(DIRECTIONS), False))
    parts = [draw(columns(f"P{n}", units, "score", "higher", True)) for n in range(draw(st.integers(0, 6)))]
    others = [
        draw(columns(f"O{n}", units, draw(st.sampled_from([*VALUES])), draw(DIRECTIONS), False))
        for n in range(draw(st.integers(0, 3)))
    ]
    return Board(total, (*parts, *others)), draw(st.sampled_from(units))
