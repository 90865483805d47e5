"""Grid + layout -> facts: every figure with its unit, indicator and cell; what needs an answer becomes a problem."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from chiso.ingest import header, totals
from chiso.ingest.fact import Problem, Reference, Unmapped
from chiso.ingest.grid import Grid
from chiso.ingest.indicator_rows import IndicatorRows
from chiso.ingest.layout import Knowledge, Role
from chiso.ingest.outcome import Outcome, Sheet
from chiso.ingest.recognise import Columns
from chiso.ingest.unit_rows import UnitRows
from chiso.values.name import Directory, fold

_REMARKS = frozenset({"ghi chu", "chu thich", "dien giai", "nhan xet"})  # what stands there is no figure


def unpivot(grid: Grid, columns: Columns, knowledge: Knowledge, directory: Directory) -> Outcome:
    """All that one grid says. Never raises for a cell."""
    sheet = Sheet(grid, columns, knowledge)
    _report_headings(sheet)
    label = sheet.column(Role.LABEL)
    rows = UnitRows(sheet, directory) if label is None else IndicatorRows(sheet, label)
    for index in range(grid.header, len(grid.rows)):
        row = grid.rows[index]
        if sheet.leave(index):
            continue
        if header.is_column_numbers(row):
            sheet.skip(index, "column-numbers")
        elif not header.is_blank(row):
            rows.read(index)
    if label is None:
        totals.report(sheet)
    return sheet.out


def _report_headings(sheet: Sheet) -> None:
    """What could not be made of the headings; the figures below stay in the upload."""
    if not sheet.grid.header:
        sheet.problem(0, 0, "no-headings")
        return
    if sheet.columns.layout and sheet.grid.title and not sheet.columns.titled:
        ordinal, title = sheet.grid.ordinal, sheet.grid.title
        note = Problem(ordinal, Reference(ordinal, 0, 0), title, "unknown-title", severity="note")
        sheet.out.problems.append(note)
    heads = header.headings(sheet.grid)
    last = sheet.grid.header - 1
    for column in sheet.columns.unmapped:
        _report_unmapped(sheet, column, heads[column].text)
    guessed = sheet.columns.guessed
    if guessed is not None:
        why = "unknown-unit-heading" if sheet.column(Role.LABEL) is None else "unknown-label-heading"
        sheet.problem(last, guessed, why, heads[guessed].text)
    elif sheet.column(Role.UNIT) is None and sheet.column(Role.LABEL) is None:
        sheet.problem(last, 0, "no-unit-column", heads[0].text)


def _report_unmapped(sheet: Sheet, column: int, title: str) -> None:
    """A column with figures that nothing on record is called like: reported at its heading."""
    body = sheet.grid.rows[sheet.grid.header :]
    texts = tuple(row[column].text for row in body)
    if not title and not any(texts):
        return
    is_quiet = fold(title) in _REMARKS or not any(header.is_figure(row[column]) for row in body)
    is_quiet = is_quiet or (fold(title) in header.POSITION_TITLES and _count_on(texts))
    sheet.out.appendix.unmapped.append(Unmapped(column + 1, title, texts, asks=not is_quiet))
    if is_quiet:
        return
    last = sheet.grid.header - 1
    if column in sheet.columns.misnamed:
        sheet.problem(last, column, "misnamed-heading", title, indicator=sheet.columns.misnamed[column])
    else:
        sheet.problem(last, column, "double-heading" if column in sheet.columns.doubled else "unknown-heading", title)


def _count_on(texts: Sequence[str]) -> bool:
    """Whether the texts under a second "STT" are numbers of rows: each the next one, or the first again."""
    numbers = [int(text[:6]) if text.isdecimal() else 0 for text in texts if text]
    return all(after in (before + 1, 1) for before, after in pairwise(numbers)) and 0 not in numbers
