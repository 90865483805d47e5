"""Find a table's heading rows and make one grid of the parts of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from chiso.ingest.grid import Cell, Grid, Table
from chiso.ingest.section import Section
from chiso.values.name import fold

POSITION_TITLES = frozenset({"stt", "tt", "so tt", "so thu tu", "thu tu", "no"})
POSITION = re.compile(r"^\(?(?:\d{1,5}(?:\.\d{1,3})*|[IVXLC]{1,6}|[A-Z])[.)]?$")
_COLUMN_NUMBER = re.compile(r"^[(\[]?(?:\d{1,2}|[A-Z])[)\]]?(?:\s*=.*)?$")
_FIGURE = re.compile(r"^[<>]?\d[\d.,]*(?:\s*/\s*\d[\d.,]*)?\s*%?$")
_LOOK = 12  # heading rows stand near the top
_MOST = 3  # a heading has one to three rows
Row = list[Cell]


def grids(section: Section, known: Callable[[str], bool]) -> list[Grid]:
    """The section's tables as whole grids: a part without headings of its own continues the one before.

    `known` says whether a text names a unit on record: it decides whether a name went on in the next row."""
    made: list[Grid] = []
    for table in section.tables:
        rows = _rectangular(table.rows)
        if not rows:
            continue
        if made and _continues(made[-1], rows):
            _append(made[-1], rows, known)
        else:
            made.append(_fresh(section, table, rows, known))
    return [grid for grid in made if len(grid.rows) > grid.header]


def titles(grid: Grid) -> list[list[str]]:
    """For each column its possible folded titles: the whole path of a heading of several rows, then its last part
    where no other column ends alike ("Tiến độ / Điểm" beside "Công khai / Điểm" must not both be "Điểm")."""
    paths = [_path([row[column] for row in grid.rows[: grid.header]]) for column in range(len(grid.rows[0]))]
    lasts = [path[-1] for path in paths if path]
    return [
        [" ".join(path), *([path[-1]] if len(path) > 1 and lasts.count(path[-1]) == 1 else [])] if path else []
        for path in paths
    ]


def heading_text(grid: Grid, column: int) -> str:
    """The printed title of a column, its heading rows joined."""
    return " ".join(_distinct([row[column].text for row in grid.rows[: grid.header]]))


def is_position(text: str) -> bool:
    return bool(POSITION.match(text.strip()))


def is_group_position(text: str) -> bool:
    """Roman numerals, letters or nothing number a group, never a unit."""
    return not any(mark.isdigit() for mark in text)


def looks_like_figure(text: str) -> bool:
    return bool(_FIGURE.match(text.strip()))


def is_blank(row: Row) -> bool:
    return all(not cell.text and cell.number is None and not cell.trouble for cell in row)


def is_column_numbers(row: Row) -> bool:
    """"(1) (2) (3)" or "A B 1 2": a row that numbers the columns. A row of figures has a name in it."""
    texts = [cell.text.strip() for cell in row if cell.text.strip()]
    if len(texts) < max(3, len(row) - 1) or not all(_COLUMN_NUMBER.match(text) for text in texts):
        return False
    numbers = [int(found.group()) for text in texts if (found := re.search(r"\d+", text))]
    return len(numbers) >= 2 and all(after - before == 1 for before, after in zip(numbers, numbers[1:], strict=False))


def spans(row: Row) -> bool:
    """One text merged across the whole row: a group heading."""
    return len(row) > 1 and bool(row[0].text) and all(cell.text == row[0].text and cell.merged for cell in row[1:])


def _rectangular(rows: list[Row]) -> list[Row]:
    width = max((len(row) for row in rows), default=0)
    return [row + [Cell()] * (width - len(row)) for row in rows]


def _fresh(section: Section, table: Table, rows: list[Row], known: Callable[[str], bool]) -> Grid:
    start = _header_start(rows)
    count = _header_rows(rows, start)
    header = _filled_right(rows[start : start + count])
    grid = Grid(
        ordinal=section.ordinal, title=section.title, caption=section.caption, rows=header,
        numbers=list(range(1, count + 1)), header=count, notes=section.notes, name=table.name,
    )  # fmt: skip
    _append(grid, rows[start + count :], known)
    return grid


def _header_start(rows: list[Row]) -> int:
    """The row that holds "STT", else the first with two texts and no figure."""
    for number, row in enumerate(rows[:_LOOK]):
        if any(fold(cell.text) in POSITION_TITLES for cell in row):
            return number
    for number, row in enumerate(rows[:_LOOK]):
        texts = [cell for cell in row if cell.text and not cell.merged]
        if len(texts) > 1 and not any(looks_like_figure(cell.text) or cell.number is not None for cell in texts):
            return number
    return 0


def _header_rows(rows: list[Row], start: int) -> int:
    count = 1
    first = rows[start]
    while count < _MOST and start + count < len(rows) and _is_header_row(first, rows[start + count]):
        count += 1
    return count


def _is_header_row(first: Row, row: Row) -> bool:
    """A further heading row: under "STT" (or the first column) it is merged or empty, and it holds words only."""
    stub = next((n for n, cell in enumerate(first) if fold(cell.text) in POSITION_TITLES), 0)
    if is_blank(row) or spans(row) or (row[stub].text and not row[stub].merged):
        return False
    own = [cell for cell in row if cell.text and not cell.merged]
    if any(looks_like_figure(cell.text) or cell.number is not None for cell in own):
        return False
    # A name under a filled heading that spans nothing is a group row of the body, not a heading.
    return len(own) > 1 or any(cell.merged for cell in row)


def _filled_right(rows: list[Row]) -> list[Row]:
    """Upper heading rows of a text table: a heading reaches over the empty cells to its right that have words below."""
    filled = [list(row) for row in rows]
    for upper, lower in zip(filled, filled[1:], strict=False):
        for column in range(1, len(upper)):
            if not upper[column].text and lower[column].text and lower[column - 1].text:
                upper[column] = Cell(text=upper[column - 1].text, merged=True)
    return filled


def _path(cells: list[Cell]) -> list[str]:
    return [title for text in _distinct([cell.text for cell in cells]) if (title := fold(text))]


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _continues(grid: Grid, rows: list[Row]) -> bool:
    if len(rows[0]) != len(grid.rows[0]):
        return False
    return _repeats_header(grid, rows, 0) or not any(fold(cell.text) in POSITION_TITLES for cell in rows[0])


def _repeats_header(grid: Grid, rows: list[Row], at: int) -> bool:
    def same(upper: Row, lower: Row) -> bool:
        return [fold(cell.text) for cell in upper] == [fold(cell.text) for cell in lower]

    return at + grid.header <= len(rows) and all(
        same(grid.rows[number], rows[at + number]) for number in range(grid.header)
    )


def _append(grid: Grid, rows: list[Row], known: Callable[[str], bool]) -> None:
    part_start = len(grid.rows) > grid.header
    for row in _without_repeats(grid, rows):
        above = grid.rows[-1] if len(grid.rows) > grid.header else None
        if above is not None and _goes_on(grid, above, row, part_start, known):
            grid.rows[-1] = [_joined(upper, lower) for upper, lower in zip(above, row, strict=True)]
        else:
            grid.rows.append(row)
            grid.numbers.append(grid.numbers[-1] + 1)
        part_start = False


def _without_repeats(grid: Grid, rows: list[Row]) -> Iterator[Row]:
    """Rows but repeated headings, and the empty row that a page break leaves at the top of a part."""
    at = 0
    while at < len(rows):
        if _repeats_header(grid, rows, at):
            at += grid.header
            continue
        if not (at == 0 and is_blank(rows[at])):
            yield rows[at]
        at += 1


def _goes_on(grid: Grid, above: Row, row: Row, part_start: bool, known: Callable[[str], bool]) -> bool:
    """Is this the rest of the row above? It has no position, adds only words to words or fills what was empty,
    and either begins in the small letter of a broken name, completes a known name, or opens a new part."""
    stub = next((n for n, cell in enumerate(grid.rows[0]) if fold(cell.text) in POSITION_TITLES), None)
    if stub is None or row[stub].text.strip() or not above[stub].text.strip() or is_blank(row) or spans(row):
        return False
    pairs = [(upper, lower) for upper, lower in zip(above, row, strict=True) if lower.text and not lower.merged]
    if any(upper.text and (looks_like_figure(upper.text) or looks_like_figure(lower.text)) for upper, lower in pairs):
        return False
    words = [(upper.text, lower.text) for upper, lower in pairs if upper.text]
    if not words:
        return part_start
    upper, lower = words[0]
    completes = known(f"{upper} {lower}") and not known(upper)
    return lower[:1].islower() or completes or (part_start and not known(lower) and not known(upper))


def _joined(upper: Cell, lower: Cell) -> Cell:
    if not lower.text:
        return upper
    if not upper.text:
        return lower
    return Cell(text=f"{upper.text} {lower.text}", spot=upper.spot, marks=upper.marks + lower.marks)
