"""One grid of the parts of a table: pages joined, split rows joined, repeated headings dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from chiso.ingest import header
from chiso.ingest.grid import Cell, Grid, Table
from chiso.ingest.header import Row
from chiso.ingest.section import Section, heading, is_caption, title_above

Known = Callable[[str], bool]
_DASHES = tuple("-–—(")


def grids(section: Section, known: Known) -> list[Grid]:
    """The section's tables as whole grids: a part without headings of its own continues the one before.

    `known` says whether a text names a unit or an indicator on record: it decides whether a name went on in the
    next row. A grid may have no headings at all (`header == 0`)."""
    making = _Making(section, known)
    for table, after in zip(section.tables, section.after, strict=True):
        making.table(table)
        making.lines(after)
    for grid in making.made:  # what is left in capitals is the office signing below its appendices
        grid.notes = [text for text in grid.notes if not text.isupper()]
    return [grid for grid in making.made if len(grid.rows) > grid.header]


class _Making:
    """The grids of one section so far, and the lines of text since the last of them."""

    def __init__(self, section: Section, known: Known) -> None:
        self.made: list[Grid] = []
        self._section, self._known = section, known
        self._between: list[str] = []

    def lines(self, texts: Sequence[str]) -> None:
        """Lines below a table are its notes, unless another table with headings of its own follows."""
        if self.made:
            self.made[-1].notes += texts
            self._between += texts

    def table(self, table: Table) -> None:
        rows = _rectangular(table.rows)
        offset = 0
        pieces = list(_pieces(_fitted(rows, len(self.made[-1].rows[0]) if self.made else 0)))
        for number, piece in enumerate(pieces):
            if self.made and self._continues(piece):
                _append(self.made[-1], piece, self._known)
            elif number == 0 and not _has_body(piece, followed=len(pieces) > 1):
                self._lines_in(piece)
                offset = len(piece)
            else:
                self._lines_in(_taken_off(self.made[-1]) if number and self.made else ())
                self._fresh(table, piece, offset)
                offset = 0

    def _lines_in(self, rows: Sequence[Row]) -> None:
        """Rows above the headings are lines that happen to stand in the table."""
        self._between += [text for row in rows for text in dict.fromkeys(cell.text for cell in row if cell.text)]

    def _continues(self, rows: Sequence[Row]) -> bool:
        grid = self.made[-1]
        if len(rows[0]) != len(grid.rows[0]):
            return False
        if header.repeats(grid.rows[: grid.header], rows):
            return True
        first = next((row for row in rows if not header.is_blank(row)), rows[0])
        return header.position_column(rows[0]) is None and not header.heads(first)

    def _fresh(self, table: Table, rows: Sequence[Row], offset: int) -> None:
        start = header.header_start(rows)
        if start:
            self._lines_in(rows[:start])
        first = start or 0
        count = 0 if start is None else header.header_rows(rows, first, self._known)
        grid = self._titled(table)
        grid.rows = header.filled_right(rows[first : first + count])
        grid.numbers = [offset + first + number for number in range(1, count + 1)]
        grid.header = count
        _append(grid, rows[first + count :], self._known)
        self.made.append(grid)

    def _titled(self, table: Table) -> Grid:
        """An empty grid with its title: that of the section, or the lines between it and the table before."""
        section, lines = self._section, [text for text in self._between if not is_caption(text)]
        self._between = []
        grid = Grid(section.ordinal, section.title, section.caption, [], [], notes=list(section.notes), name=table.name)
        grid.titles = list(section.titles)
        if not self.made and section.titles:
            grid.notes += lines
        elif lines:
            self._retitle(grid, title_above(lines))
        return grid

    def _retitle(self, grid: Grid, titles: list[str]) -> None:
        found = heading(titles[0])
        grid.titles = [*([found[1]] if found[1] else []), *titles[1:]] if found else titles
        grid.title = " ".join(grid.titles)
        if self.made:
            notes = self.made[-1].notes
            self.made[-1].notes = notes[: len(notes) - len(titles)] if notes[-len(titles) :] == titles else notes
            grid.notes = []


def _rectangular(rows: Sequence[Row]) -> list[Row]:
    width = max((len(row) for row in rows), default=0)
    return [row + [Cell()] * (width - len(row)) for row in rows]


def _fitted(rows: list[Row], width: int) -> list[Row]:
    """Without the empty columns on the right that one page's part may have more than the part before."""
    if not rows or not 0 < width < len(rows[0]):
        return rows
    return [row[:width] for row in rows] if all(header.is_blank(row[width:]) for row in rows) else rows


def _pieces(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows cut above each row of headings: another table may follow in the same sheet, or the same headings again."""
    starts = [number for number, row in enumerate(rows) if header.position_column(row) is not None]
    without = next((row for row in rows if header.heads(row)), None) if not starts else None
    if without is not None:
        texts = [cell.text for cell in without]
        starts = [number for number, row in enumerate(rows) if [cell.text for cell in row] == texts]
    # A heading of two rows may hold "STT" in both.
    cuts = [start for start in starts if start - 1 not in starts]
    for begin, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        if begin < end:
            yield list(rows[begin:end])


def _has_body(rows: Sequence[Row], *, followed: bool) -> bool:
    """Whether rows are a part of a table at all, and not lines above the headings ("Tháng 9" beside "2023")."""
    figures = [sum(map(header.is_figure, row)) for row in rows]
    if header.position_column(rows[0]) is not None or not followed or any(map(header.heads, rows)):
        return header.position_column(rows[0]) is not None or any(figures)
    return max(figures) > 1 or sum(map(bool, figures)) > 1


def _taken_off(grid: Grid) -> list[Row]:
    """The last rows of a grid that head the next table in the same sheet: one text each, or empty."""
    end = len(grid.rows)
    while end > grid.header and (header.is_blank(grid.rows[end - 1]) or header.only_text(grid.rows[end - 1])):
        end -= 1
    rows = grid.rows[end:]
    del grid.rows[end:], grid.numbers[end:]
    return rows


def _append(grid: Grid, rows: Sequence[Row], known: Known) -> None:
    if header.repeats(grid.rows[: grid.header], rows):
        rows = rows[grid.header :]
    part_start = len(grid.rows) > grid.header
    stub = header.position_column(grid.rows[0]) if grid.header else None
    last = _last_real(grid, len(grid.rows))
    for row in rows:
        if part_start and header.is_blank(row):
            continue  # the empty row that a page break leaves at the top of a part
        if stub is not None and last is not None and _goes_on(grid.rows[last], row, stub, part_start, known):
            grid.rows[last] = [_joined(upper, lower) for upper, lower in zip(grid.rows[last], row, strict=True)]
        else:
            grid.rows.append(row)
            grid.numbers.append(grid.numbers[-1] + 1 if grid.numbers else 1)
            last = len(grid.rows) - 1 if _is_real(row) else last
        part_start = False


def _last_real(grid: Grid, end: int) -> int | None:
    return next((n for n in range(end - 1, grid.header - 1, -1) if _is_real(grid.rows[n])), None)


def _is_real(row: Sequence[Cell]) -> bool:
    """Neither empty nor a footnote: a name may go on below either."""
    return not header.is_blank(row) and not header.is_note(row)


def _goes_on(above: Row, row: Row, stub: int, part_start: bool, known: Known) -> bool:
    """Is this the rest of the row above? It has no position, adds only words to words or fills what was empty,
    and either begins in the small letter of a broken name, completes a known name, or opens a new part."""
    if row[stub].text.strip() or not above[stub].text.strip() or not _is_real(row) or header.spans(row):
        return False
    own = (not lower.merged and header.is_filled(lower) for lower in row)
    pairs = [pair for pair, is_own in zip(zip(above, row, strict=True), own, strict=True) if is_own]
    if any(header.is_filled(upper) and (header.is_figure(upper) or header.is_figure(lower)) for upper, lower in pairs):
        return False
    words = [(upper.text, lower.text) for upper, lower in pairs if upper.text and lower.text]
    if not words:
        return part_start and bool(pairs)
    return _completes(*words[0], part_start, known)


def _completes(upper: str, lower: str, part_start: bool, known: Known) -> bool:
    goes_on_small = lower[:1].islower() or lower[:1] in _DASHES
    if known(f"{upper} {lower}"):
        return goes_on_small or not (known(upper) and known(lower))
    if known(upper) or known(lower):
        return False
    return goes_on_small or part_start


def _joined(upper: Cell, lower: Cell) -> Cell:
    if not header.is_filled(lower) or lower.merged:
        return upper
    if not header.is_filled(upper):
        return lower
    return Cell(text=f"{upper.text} {lower.text}", spot=upper.spot, marks=upper.marks + lower.marks)
