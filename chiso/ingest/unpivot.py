"""Grid + layout -> facts: every figure with its unit, indicator and cell; what needs an answer becomes a problem."""

from __future__ import annotations

from dataclasses import dataclass, field

from chiso.ingest import header
from chiso.ingest.fact import AppendixReading, Blank, Fact, Problem, Reference, Skipped, UnknownUnit, Unmapped
from chiso.ingest.grid import Cell, Grid
from chiso.ingest.layout import IndicatorRecord, Knowledge, Line, Role
from chiso.ingest.recognise import Columns, names_of
from chiso.values.name import Directory, Match, fold, parse
from chiso.values.number import Doubt, Figure, Kind, Missing, read, read_number

TOTALS = ("tong so", "tong cong", "cong", "tong", "toan tinh", "toan thanh pho", "trung binh", "binh quan", "binh quan chung")
_UNREAD = ("date", "formula", "error")


@dataclass(slots=True)
class Outcome:
    """What one grid gives: the appendix, its problems, the units not on record, the rows that repeat a unit."""

    appendix: AppendixReading
    problems: list[Problem] = field(default_factory=list)
    unknown: list[UnknownUnit] = field(default_factory=list)
    doubled: list[tuple[str, Reference]] = field(default_factory=list)


class Unpivot:
    """One grid on its way to facts. The state is the outcome so far and the units already met."""

    def __init__(self, grid: Grid, columns: Columns, knowledge: Knowledge, directory: Directory) -> None:
        self.grid, self.columns, self.directory, self.knowledge = grid, columns, directory, knowledge
        self.indicators = {record.code: record for record in knowledge.indicators}
        layout = columns.layout.code if columns.layout else ""
        rows = [[cell.text for cell in row] for row in grid.rows]
        appendix = AppendixReading(grid.ordinal, grid.title, grid.caption, layout, list(grid.notes), rows=rows)
        appendix.numbers = list(grid.numbers)
        self.out = Outcome(appendix)
        self.seen: set[str] = set()

    def run(self) -> Outcome:
        self._report_headings()
        by_indicator = self.columns.of(Role.LABEL) is not None
        labels = _row_labels(self.columns, self.knowledge) if by_indicator else {}
        for index in range(self.grid.header, len(self.grid.rows)):
            row = self.grid.rows[index]
            if header.is_blank(row):
                continue
            if header.is_column_numbers(row):
                self._skip(index, "column-numbers")
            elif by_indicator:
                self._indicator_row(index, row, labels)
            else:
                self._unit_row(index, row)
        return self.out

    # --- shared ---------------------------------------------------------------------------------

    def _cell(self, index: int, column: int) -> Reference:
        return Reference(self.grid.ordinal, self.grid.numbers[index], column + 1, self.grid.rows[index][column].spot)

    def _problem(
        self, index: int, column: int, why: str, printed: str = "", severity: str = "error",
        key: tuple[str | None, str] = (None, ""), **params: str,
    ) -> None:  # fmt: skip
        text = printed or self.grid.rows[index][column].text
        self.out.problems.append(
            Problem(self.grid.ordinal, self._cell(index, column), text, why, params, severity, *key)
        )

    def _skip(self, index: int, why: str) -> None:
        text = " ".join(dict.fromkeys(cell.text for cell in self.grid.rows[index] if cell.text))
        self.out.appendix.skipped.append(Skipped(self.grid.numbers[index], why, text))

    def _text(self, row: list[Cell], role: Role) -> str:
        column = self.columns.of(role)
        return row[column].text.strip() if column is not None else ""

    def _report_headings(self) -> None:
        """A column with figures whose title nothing knows: reported at its heading, its figures kept in the upload."""
        body = self.grid.rows[self.grid.header :]
        last = self.grid.header - 1
        for column in self.columns.unmapped:
            texts = tuple(row[column].text for row in body)
            title = header.heading_text(self.grid, column)
            if not title and not any(texts):
                continue
            self.out.appendix.unmapped.append(Unmapped(column + 1, title, texts))
            if any(header.looks_like_figure(text) for text in texts):
                self._problem(last, column, "unknown-heading", title)
        if self.columns.guessed_unit and (column := self.columns.of(Role.UNIT)) is not None:
            self._problem(last, column, "unknown-unit-heading", header.heading_text(self.grid, column))
        elif self.columns.of(Role.UNIT) is None and self.columns.of(Role.LABEL) is None:
            self._problem(last, 0, "no-unit-column", header.heading_text(self.grid, 0))

    def _read(self, index: int, column: int, record: IndicatorRecord, unit: str | None, name: str) -> None:
        """One cell into a fact, a blank or a problem."""
        cell = self.grid.rows[index][column]
        self._keep(index, column, record, unit, name, _figure(cell, record.kind))

    def _keep(
        self, index: int, column: int, record: IndicatorRecord, unit: str | None, name: str,
        figure: Figure | Missing | Doubt,
    ) -> None:  # fmt: skip
        if isinstance(figure, Doubt):
            key = (unit, record.code)
            self._problem(index, column, figure.why, figure.printed, key=key, detail=figure.detail, indicator=record.name)
            return
        reference = self._cell(index, column)
        if isinstance(figure, Missing):
            self.out.appendix.blanks.append(Blank(unit, record.code, figure.printed, reference))
            key = (unit, record.code)
            self._problem(index, column, "missing", figure.printed, "note", key, unit=name, indicator=record.name)
            return
        row = self.grid.rows[index]
        self.out.appendix.facts.append(
            Fact(
                unit, name, record.code, figure.value, figure.out_of, figure.printed, reference,
                self._text(row, Role.POSITION), self._text(row, Role.RANK), self.grid.numbers[index],
            )
        )  # fmt: skip

    # --- units in rows --------------------------------------------------------------------------

    def _unit_row(self, index: int, row: list[Cell]) -> None:
        column = self.columns.of(Role.UNIT)
        if column is None:
            return
        name, code = row[column].text.strip(), self._text(row, Role.CODE) or None
        figures = {at: line for at, line in self.columns.lines.items() if line.role is Role.INDICATOR}
        empty = all(not row[at].text and row[at].number is None for at in figures)
        match = self.directory.match(name, code=code) if name or code else None
        if (why := self._no_unit(row, name, match, empty)) is not None:
            self._skip(index, why)
            return
        if match is None:
            self._problem(index, column, "no-unit-name")
            return
        if match.unit is None:
            self._unknown(index, column, name, code, match)
        elif match.unit in self.seen:
            self.out.doubled.append((match.unit, self._cell(index, column)))
            self._problem(index, column, "double-unit", name)
        else:
            self.seen.add(match.unit)
        for at, line in sorted(figures.items()):
            self._read(index, at, self.indicators[line.indicator], match.unit, name)

    def _no_unit(self, row: list[Cell], name: str, match: Match | None, empty: bool) -> str | None:
        """Why a row is no unit: "total", "group", or None where it is one."""
        if match is not None and match.unit is not None and not header.spans(row):
            return None
        folded = fold(name)
        if folded in TOTALS or folded.startswith(("tong cong ", "tong so ")):
            return "total"
        position = self._text(row, Role.POSITION)
        if header.spans(row) or (empty and header.is_group_position(position)):
            return "group"
        if not name and fold(position) in TOTALS:
            return "total"
        return None

    def _unknown(self, index: int, column: int, name: str, code: str | None, match: Match) -> None:
        reference = self._cell(index, column)
        self.out.unknown.append(UnknownUnit(name, code or parse(name).code, match.suggestion, reference))
        names = {unit.slug: unit.name for unit in self.knowledge.units}
        self._problem(
            index, column, f"unit-{match.why}", name, suggestion=names.get(match.suggestion or "", ""),
            candidates=", ".join(names.get(slug, slug) for slug in match.candidates),
        )  # fmt: skip

    # --- indicators in rows ---------------------------------------------------------------------

    def _indicator_row(self, index: int, row: list[Cell], labels: dict[str, Line]) -> None:
        column = self.columns.of(Role.LABEL)
        assert column is not None  # noqa: S101 -- run() asked
        label, tail = _split_label(row[column].text, labels, self.knowledge.issuer_name)
        targets = self._targets()
        empty = all(not row[at].text and row[at].number is None for at in targets)
        line = labels.get(label)
        if line is None:
            if empty and not tail:
                self._skip(index, "group")
            else:
                texts = tuple(cell.text for cell in row)
                self.out.appendix.unmapped.append(Unmapped(column + 1, row[column].text, texts))
                self._problem(index, column, "unknown-label")
            return
        self._row_figures(index, row, line, tail, targets)

    def _row_figures(self, index: int, row: list[Cell], line: Line, tail: str, targets: dict[int, str]) -> None:
        record = self.indicators[line.indicator]
        column = self.columns.of(Role.LABEL)
        assert column is not None  # noqa: S101 -- run() asked
        names = {unit.slug: unit.name for unit in self.knowledge.units}
        if (key := record.code) in self.seen:
            self._problem(index, column, "double-label")
        self.seen.add(key)
        if tail or line.in_label:
            issuer = self.knowledge.issuer
            self._keep(index, column, record, issuer, names.get(issuer, ""), read(tail, record.kind))
        for at, unit in sorted(targets.items()):
            filled = row[at].text or row[at].number is not None or row[at].trouble
            if filled and tail and unit == self.knowledge.issuer:
                self._problem(index, at, "two-values")
            elif filled or not (tail or line.in_label):
                self._read(index, at, record, unit, names.get(unit, ""))

    def _targets(self) -> dict[int, str]:
        """Column -> the unit whose figures it holds."""
        targets = dict(self.columns.units)
        for column, line in self.columns.lines.items():
            if line.role is Role.PROVINCE:
                targets[column] = self.knowledge.issuer
            elif line.role is Role.NATION and self.knowledge.nation:
                targets[column] = self.knowledge.nation
        return targets


def _figure(cell: Cell, kind: Kind) -> Figure | Missing | Doubt:
    if cell.trouble in _UNREAD:
        return Doubt(f"{cell.trouble}-in-cell", cell.text)
    if cell.number is not None:
        return read_number(cell.number, cell.number_format, kind)
    return read(cell.text, kind)


def _row_labels(columns: Columns, knowledge: Knowledge) -> dict[str, Line]:
    """Folded label -> line; known indicators' names where the layout says nothing of them."""
    labels = {name: Line(Role.INDICATOR, (), record.code, "row") for record in knowledge.indicators for name in names_of(record)}
    if columns.layout is not None:
        labels |= {fold(title): line for line in columns.layout.lines if line.axis == "row" for title in line.titles}
    return labels


def _split_label(text: str, labels: dict[str, Line], issuer_name: str) -> tuple[str, str]:
    """("Tỷ lệ …: 85.23%") -> (folded label, "85.23%"). A label may end with the issuer's own name."""
    whole = _without_issuer(fold(text), labels, issuer_name)
    if whole in labels or ":" not in text:
        return whole, ""
    head, _, tail = text.rpartition(":")
    return _without_issuer(fold(head), labels, issuer_name), tail.strip()


def _without_issuer(label: str, labels: dict[str, Line], issuer_name: str) -> str:
    """"chi so tong hop cua ubnd tinh thua thien hue" is "chi so tong hop" of the issuer itself."""
    name = fold(issuer_name)
    tails = [name, name.removeprefix("ubnd "), fold(parse(issuer_name).core)]
    for tail in tails:
        for joint in (f" cua {tail}", f" {tail}"):
            if label not in labels and label.endswith(joint) and label.removesuffix(joint) in labels:
                return label.removesuffix(joint)
    return label
