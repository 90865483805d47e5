"""Rows that are indicators: figures in columns of units, or inside the label ("Tỷ lệ …: 85.23%")."""

from __future__ import annotations

import re

from chiso.ingest import header
from chiso.ingest.fact import Unmapped
from chiso.ingest.grid import Cell
from chiso.ingest.layout import IndicatorRecord, Line, Role
from chiso.ingest.naming import Labels
from chiso.ingest.outcome import Sheet, Whose, figure
from chiso.values.number import Figure, Missing, read

_GROUPS_FOR_A_TOTAL = 2
_ENDS_IN_FIGURE = re.compile(r":.*\d|\d\s*%|\d\s*/\s*\d+[\s).]*$", re.DOTALL)


class IndicatorRows:
    """The rows of one grid in their order. Remembers the indicators met."""

    def __init__(self, sheet: Sheet, column: int) -> None:
        self._sheet, self._column = sheet, column
        self._labels = Labels(sheet.knowledge, sheet.columns.layout)
        self._targets = sorted(_targets(sheet).items())
        self._seen: set[str] = set()
        self._may_total = sheet.columns.titled or self._groups() >= _GROUPS_FOR_A_TOTAL

    def read(self, index: int) -> None:
        """One row into facts and problems, or passed over with a reason."""
        row = self._sheet.grid.rows[index]
        text = row[self._column].text
        line, tail = self._labels.read(text)
        if line is not None and line.role is Role.NONE:
            self._sheet.skip(index, "left-out")
            return
        if line is not None and not (self._may_total or self._labels.tells(text, line)):
            line = None
        if line is not None:
            self._figures(index, line, tail)
        elif header.is_note(row) or header.spans(row):
            self._sheet.skip(index, "note" if header.is_note(row) else "group")
        elif not self._filled(row) and not _ENDS_IN_FIGURE.search(text):
            self._sheet.skip(index, "group")
        else:
            texts, number = tuple(cell.text for cell in row), self._sheet.grid.numbers[index]
            self._sheet.out.appendix.unmapped.append(Unmapped(self._column + 1, text, texts, number))
            self._sheet.problem(index, self._column, "unknown-label")

    def _groups(self) -> int:
        """How many groups of the index set the rows name."""
        body = self._sheet.grid.rows[self._sheet.grid.header :]
        lines = (self._labels.read(row[self._column].text)[0] for row in body)
        codes = {line.indicator for line in lines if line is not None and line.indicator}
        return sum(self._sheet.indicators[code].part_of_total for code in codes)

    def _figures(self, index: int, line: Line, tail: str) -> None:
        sheet, record = self._sheet, self._sheet.indicators[line.indicator]
        if record.code in self._seen:
            sheet.problem(index, self._column, "double-label")
        self._seen.add(record.code)
        row = sheet.grid.rows[index]
        in_label = bool(tail) or line.in_label
        left = {column for column in (self._column, *dict(self._targets)) if sheet.is_left(index, column)}
        for column in sorted(left):  # told, and the other figures of the row are read without it
            sheet.problem(index, column, "skipped", note=True)
        tail = "" if self._column in left else tail
        filled = [each for each in self._filled(row) if each[0] not in left]
        ours = next((column for column, unit in filled if unit == sheet.knowledge.issuer), None)
        if tail and ours is not None:
            self._two(index, ours, record, tail)
        elif in_label and ours is None and not (filled and not tail):
            issuer = sheet.knowledge.issuer
            sheet.keep(index, self._column, record, Whose(issuer, sheet.names.get(issuer, "")), read(tail, record.kind))
        for column, unit in filled if in_label else self._targets:
            if not (tail and column == ours):
                sheet.read(index, column, record, Whose(unit, sheet.names.get(unit, "")))

    def _filled(self, row: list[Cell]) -> list[tuple[int, str]]:
        """The columns of figures that hold something; a label merged over them is nothing of theirs."""
        return [
            (column, unit)
            for column, unit in self._targets
            if header.is_filled(row[column]) and not header.is_spread(row[column], row, self._column)
        ]

    def _two(self, index: int, column: int, record: IndicatorRecord, tail: str) -> None:
        """A figure in the label and one in the province's column: one figure where they agree, else none."""
        sheet, issuer = self._sheet, self._sheet.knowledge.issuer
        in_label, in_cell = read(tail, record.kind), figure(sheet.grid.rows[index][column], record.kind)
        same = isinstance(in_label, Figure) and isinstance(in_cell, Figure) and in_label.value == in_cell.value
        if same or isinstance(in_cell, Missing):
            sheet.keep(index, self._column, record, Whose(issuer, sheet.names.get(issuer, "")), in_label)
        else:
            sheet.problem(index, column, "two-values", key=(issuer, record.code))


def _targets(sheet: Sheet) -> dict[int, str]:
    """Column -> the unit whose figures it holds."""
    targets = dict(sheet.columns.units)
    for column, line in sheet.columns.lines.items():
        if line.role is Role.PROVINCE:
            targets[column] = sheet.knowledge.issuer
        elif line.role is Role.NATION and sheet.knowledge.nation:
            targets[column] = sheet.knowledge.nation
    return targets
