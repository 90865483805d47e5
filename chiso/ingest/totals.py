"""Total rows are no units and are passed over; one that does not add up is told at its cell."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import takewhile

from chiso.ingest.fact import Fact, Skipped
from chiso.ingest.layout import IndicatorRecord, Role
from chiso.ingest.outcome import Sheet, figure
from chiso.values.name import fold
from chiso.values.number import Figure, Kind, plain

_NO_SUMS = ("trung binh", "binh quan")
_OF_ALL = ("tong", "toan")
_WHOLES = ("province", "nation")


def report(sheet: Sheet) -> None:
    """Each printed total of a column of counts: the sum of all rows, of one level, or of the block beside it. A column
    with a cell that could not be read has no sum."""
    skipped = [each for each in sheet.out.appendix.skipped if each.why in ("total", "group")]
    totals = [each for each in skipped if each.why == "total" and not any(word in fold(each.text) for word in _NO_SUMS)]
    unread = {each.cell.column for each in sheet.out.problems if each.severity == "error"}
    for column, line in sheet.columns.lines.items():
        if line.role is not Role.INDICATOR or sheet.indicators[line.indicator].kind is not Kind.COUNT:
            continue
        facts = _facts(sheet, column)
        if facts and column + 1 not in unread:
            for each in totals:
                _judge(sheet, each, column, facts, [other.row for other in skipped])


def _facts(sheet: Sheet, column: int) -> list[Fact]:
    """The figures of a column but those of a whole above its units."""
    levels = {unit.slug: unit.level for unit in sheet.knowledge.units}
    found = [each for each in sheet.out.appendix.facts if each.cell.column == column + 1]
    return [each for each in found if levels.get(each.unit or "") not in _WHOLES]


def _judge(sheet: Sheet, total: Skipped, column: int, facts: list[Fact], marks: list[int]) -> None:
    index = sheet.grid.numbers.index(total.row)
    printed = figure(sheet.grid.rows[index][column], Kind.COUNT)
    if not isinstance(printed, Figure):
        return
    block = _block(total.row, facts, marks)
    if printed.value in {_sum(facts), *_levels(sheet, facts), *map(_sum, block)}:
        return
    own = facts if fold(total.text).startswith(_OF_ALL) else next(filter(None, block), facts)
    record: IndicatorRecord = sheet.indicators[sheet.columns.lines[column].indicator]
    added = plain(_sum(own))
    sheet.problem(index, column, "total-differs", printed.printed, note=True, sum=added, indicator=record.name)


def _block(row: int, facts: list[Fact], marks: list[int]) -> list[list[Fact]]:
    """The rows directly above a total, and those directly below it, up to the next row that is no unit."""
    above = [each for each in facts if max((mark for mark in marks if mark < row), default=0) < each.row < row]
    last = min((mark for mark in marks if mark > row), default=0)
    below = [each for each in facts if each.row > row]
    return [above, list(takewhile(lambda each: not last or each.row < last, below))]


def _levels(sheet: Sheet, facts: list[Fact]) -> list[Decimal]:
    levels = {unit.slug: unit.level for unit in sheet.knowledge.units}
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in facts:
        sums[levels.get(each.unit or "", "")] += each.value
    return list(sums.values())


def _sum(facts: list[Fact]) -> Decimal:
    return sum((each.value for each in facts), Decimal(0))
