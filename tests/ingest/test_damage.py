"""The sample with its tables damaged at random: what is still read is true, and what is lost is told of."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

import pytest

from chiso.ingest.fact import Reading
from chiso.ingest.grid import Cell, Table
from chiso.ingest.reading import Opened, open_file, understand
from chiso.ingest.section import Section
from tests.ingest.expected import sample
from tests.ingest.knowledge import knowledge
from tests.ingest.sheets import facts

Figure = tuple[str | None, str, Decimal, Decimal | None]
Damage = Callable[[Section, Table, random.Random], None]
HEADINGS = ("Khác", "Điểm", "Tổng số", "Tỷ lệ", "", "STT", "Đơn vị", "Tổng điểm")


def _row_doubled(_: Section, table: Table, chance: random.Random) -> None:
    table.rows.insert(chance.randrange(1, len(table.rows)), list(chance.choice(table.rows[1:])))


def _column_between(_: Section, table: Table, chance: random.Random) -> None:
    at = chance.randrange(len(table.rows[0]) + 1)
    table.rows = [[*row[:at], Cell(), *row[at:]] for row in table.rows]


def _rows_shuffled(_: Section, table: Table, chance: random.Random) -> None:
    table.rows[1:] = chance.sample(table.rows[1:], len(table.rows) - 1)


def _headings_lost(_: Section, table: Table, chance: random.Random) -> None:
    del table.rows[0]


def _title_lost(section: Section, _: Table, chance: random.Random) -> None:
    section.titles = []


def _page_break(section: Section, table: Table, chance: random.Random) -> None:
    at, place = chance.randrange(1, len(table.rows)), section.tables.index(table)
    section.tables[place : place + 1] = [Table(table.rows[:at], table.name), Table(table.rows[at:], table.name)]
    section.after.insert(place, [])


def _group_between(_: Section, table: Table, chance: random.Random) -> None:
    table.rows.insert(
        chance.randrange(1, len(table.rows)), [Cell("II"), Cell("Khối khác"), *[Cell()] * (len(table.rows[0]) - 2)]
    )


def _row_empty(_: Section, table: Table, chance: random.Random) -> None:
    table.rows.insert(chance.randrange(1, len(table.rows)), [Cell()] * len(table.rows[0]))


def _heading_other(_: Section, table: Table, chance: random.Random) -> None:
    table.rows[0][chance.randrange(len(table.rows[0]))] = Cell(chance.choice(HEADINGS))


def _heading_above(_: Section, table: Table, chance: random.Random) -> None:
    first, second, *rest = table.rows[0]
    over = chance.choice(["Kết quả", "Tháng trước", "Cấp xã"])
    table.rows.insert(0, [first, second, *(Cell(over, merged=number > 0) for number in range(len(rest)))])


DAMAGES: tuple[Damage, ...] = (
    _row_doubled, _column_between, _rows_shuffled, _headings_lost, _title_lost, _page_break, _group_between, _row_empty,
    _heading_other, _heading_above,
)  # fmt: skip


@lru_cache(maxsize=1)
def _opened() -> Opened:
    return open_file(sample(".xlsx"), "dispatch-1082.xlsx")


def _figures(reading: Reading) -> set[Figure]:
    return {(fact.unit, fact.indicator, fact.value, fact.out_of) for fact in facts(reading)}


@pytest.mark.parametrize("seed", range(120))
def test_what_is_read_of_a_damaged_table_is_true_and_what_is_lost_is_told(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- the same damage each time
    opened = copy.deepcopy(_opened())
    for _ in range(chance.randint(1, 3)):
        section = chance.choice(opened.sections)
        table = chance.choice([table for table in section.tables if len(table.rows) > 1] or section.tables)
        if len(table.rows) > 1:
            chance.choice(DAMAGES)(section, table, chance)
    reading = understand(opened, knowledge())

    truth = _figures(understand(_opened(), knowledge()))
    known = {figure for figure in _figures(reading) if figure[0]}
    assert known <= truth
    if truth - known:
        assert any(problem.severity == "error" for problem in reading.problems)
