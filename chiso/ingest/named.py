"""A table that no layout fits: columns taken by the names of roles and indicators, or found by what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chiso.ingest import header
from chiso.ingest.grid import Cell, Grid
from chiso.ingest.layout import IndicatorRecord, Knowledge, Line, Role
from chiso.ingest.naming import GENERIC, Labels, Title, is_neutral, issuer_tails, key, names_of, tells, without_issuer
from chiso.values.name import Directory
from chiso.values.number import Figure, read, read_number

_GROUPS_FOR_A_TOTAL = 2  # a "Tổng điểm" is the total of the index set beside this many of its groups
_Records = Mapping[str, IndicatorRecord]
_FIGURES = (Role.INDICATOR, Role.PROVINCE, Role.NATION)
_FEWEST_RANKS = 3
_LOOK = 40  # rows looked into where a heading says nothing


def by_known_titles(
    heads: Sequence[Sequence[tuple[Title, str]]], knowledge: Knowledge, preferred: set[int | None]
) -> tuple[dict[int, Line], set[int]]:
    """Columns whose title is a role's or a known indicator's, and those that are headed alike.

    Titles that do not tell by themselves ("Tổng điểm") are taken beside groups of the same index set only."""
    known = _known_titles(knowledge)
    records = {record.code: record for record in knowledge.indicators}
    tails = issuer_tails(knowledge)
    found = {}
    for column, head in enumerate(heads):
        hit = next((hit for title, above in head if (hit := _hit(title, above, known, tails, records))), None)
        if hit is not None:
            found[column] = hit
    indicators = [(name, line.indicator) for name, line in found.values() if line.indicator]
    strong = {code for name, code in indicators if tells(name, records[code])}
    may_total = sum(records[code].part_of_total for code in strong) >= _GROUPS_FOR_A_TOTAL
    taken = {n: line for n, (_, line) in found.items() if not line.indicator or line.indicator in strong or may_total}
    return _once(taken, preferred)


def _hit(
    title: Title, above: str, known: Mapping[str, Line], tails: tuple[str, ...], records: _Records
) -> tuple[str, Line] | None:
    name = without_issuer(title.key, known, tails)
    line = known.get(name)
    if line is None or (above and name in GENERIC) or not is_neutral(above):
        return None
    return (name, line) if not line.indicator or title.fits(records[line.indicator]) else None


def _known_titles(knowledge: Knowledge) -> dict[str, Line]:
    """Keys of what any table may be headed by; the name of two different things names neither."""
    known: dict[str, set[Line]] = {}
    records = {record.code: record for record in knowledge.indicators}
    for record in knowledge.indicators:
        for name in names_of(record):
            known.setdefault(name, set()).add(Line(Role.INDICATOR, (), record.code))
    for line in (line for layout in knowledge.layouts for line in layout.lines if _is_told_everywhere(line, knowledge)):
        for name in filter(None, map(key, line.titles)):
            if line.role is not Role.INDICATOR or line.axis == "row" or tells(name, records[line.indicator]):
                known.setdefault(name, set()).add(Line(line.role, (), line.indicator))
    return {name: lines.pop() for name, lines in known.items() if len(lines) == 1}


def _is_told_everywhere(line: Line, knowledge: Knowledge) -> bool:
    """Whether what a line is called in one layout says what it is elsewhere; what is left out there may count here."""
    return line.is_of_use(knowledge) and line.role is not Role.NONE


def _once(lines: Mapping[int, Line], preferred: set[int | None]) -> tuple[dict[int, Line], set[int]]:
    """Two columns of figures under one name: neither is taken. Of other roles the first counts, unless one of them
    holds names; and a table with a column of units has its units in rows."""
    has_units = any(line.role is Role.UNIT for line in lines.values())
    unused = {Role.RANK, Role.LABEL, Role.PROVINCE, Role.NATION} if has_units else {Role.RANK}
    used = {column: line for column, line in lines.items() if line.role not in unused}
    made: dict[int, Line] = {}
    doubled = set()
    for column, line in sorted(used.items(), key=lambda each: (each[0] not in preferred, each[0])):
        if line.role in _FIGURES and list(used.values()).count(line) > 1:
            doubled.add(column)
        elif line not in made.values():
            made[column] = line
    return made, doubled


def misnamed(grid: Grid, lines: Mapping[int, Line], knowledge: Knowledge) -> dict[int, str]:
    """Columns only named as a part of the index set that hold more than its maximum, or ranks: something else."""
    records = {record.code: record for record in knowledge.indicators}
    named = {column: records[line.indicator] for column, line in lines.items() if line.indicator}
    found = {column: record for column, record in named.items() if record.maximum is not None}
    body = grid.rows[grid.header :]
    wrong = {}
    for column, record in found.items():
        figures = [figure for row in body if (figure := _figure(row[column], record)) is not None]
        if _are_ranks(figures) or any(_is_over(each, record) for each in figures):
            wrong[column] = record.name
    return wrong


def _figure(cell: Cell, record: IndicatorRecord) -> Figure | None:
    if cell.trouble:
        return None
    number = cell.number
    found = read(cell.text, record.kind) if number is None else read_number(number, cell.number_format, record.kind)
    return found if isinstance(found, Figure) else None


def _is_over(figure: Figure, record: IndicatorRecord) -> bool:
    most = record.maximum
    return most is not None and (figure.value > most or figure.out_of not in (None, most))


def _are_ranks(figures: Sequence[Figure]) -> bool:
    """Whole numbers from 1 to at most how many there are: places, not points."""
    values = sorted(figure.value for figure in figures)
    whole = all(value % 1 == 0 for value in values) and all(figure.out_of is None for figure in figures)
    return (
        len(values) >= _FEWEST_RANKS
        and whole
        and values[0] == 1
        and all(value <= place for place, value in enumerate(values, 1))
    )


def column_of_labels(grid: Grid, labels: Labels) -> int | None:
    """The one column most of whose words name indicators."""
    rows = _sample(grid)
    likely = []
    for column in range(len(rows[0]) if rows else 0):
        texts = _words(rows, column)
        if len(texts) > 1 and sum(map(labels.knows, texts)) * 2 > len(texts):
            likely.append(column)
    return likely[0] if len(likely) == 1 else None


def column_of_units(grid: Grid, directory: Directory) -> int | None:
    """The one column half of whose cells name units on record."""
    rows = _sample(grid)
    likely = []
    for column in range(len(rows[0]) if rows else 0):
        named = sum(1 for text in _words(rows, column) if directory.match(text).unit)
        if named * 2 > len(rows):
            likely.append(column)
    return likely[0] if len(likely) == 1 else None


def _sample(grid: Grid) -> list[list[Cell]]:
    return [row for row in grid.rows[grid.header :] if not header.is_blank(row)][:_LOOK]


def _words(rows: Sequence[Sequence[Cell]], column: int) -> list[str]:
    cells = (row[column] for row in rows if row[column].text and not header.is_figure(row[column]))
    return [cell.text for cell in cells if not header.is_position(cell.text)]
