"""Tables pasted with one cell on each line: told from the heading "STT", cut into rows by their numbering.

Every way to cut the lines that begins each row with a number is weighed, and the likeliest taken. Where a
row's lines leave no doubt how they fall into columns, they are placed; otherwise the row keeps its number
and name, and the rest is marked `trouble="split"` rather than moved under a heading it may not belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chiso.ingest.grid import Cell
from chiso.ingest.readers.printed import cell_text, take_marks

SPLIT = "split"  # the id of Cell.trouble: the lines of this row do not say which column they stand in

_HEADINGS = ("stt", "tt", "số tt", "số thứ tự")
_MOST_HEADINGS = 15
_MOST_FURTHER = 6  # lines of one row beyond the headings' number
_POSITION = re.compile(r"(?:\d{1,4}(?:\.\d{1,3}){0,2}|[IVX]{1,6})\.?$")
_FIGURE = re.compile(r"[-–—]$|[-–]?\d[\d.,]*\s*(?:%|/\s*\d[\d.,]*%?)?$|không có$", re.IGNORECASE)
_VALUE_IN_LABEL = re.compile(r":\s*[-–]?\d")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")

# How unlikely each is, against 0 for a row with a figure under each heading that counts on from the last.
_LABEL, _FURTHER_TEXT, _WITHOUT_FIGURES, _DOUBT = 2, 2, 6, 5
_FURTHER_LINE = 1  # for each line beyond the headings' number
_NEW_COUNT, _MISCOUNT = 5, 8
_LEFT_FIGURE = 4  # for each figure left outside the table


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: its number, its text, and how many blank lines stand above it."""

    number: int
    text: str
    blanks: int = 0


@dataclass(frozen=True, slots=True)
class Stack:
    """A table found: its rows, and how many lines it took."""

    rows: list[list[Cell]]
    length: int


def is_stack_heading(text: str) -> bool:
    """Whether a line is the first heading of a table with one cell a line."""
    return text.strip().casefold().rstrip(".") in _HEADINGS


def read_stack(lines: Sequence[Line]) -> Stack | None:
    """The table that begins with the first of `lines`; None where they are no table.
    `lines` end where the appendix ends."""
    width = _width(lines)
    if width < 2:
        return None
    cutting = _Cutting(lines, width)
    rows, place = [_cells(lines[:width])], width
    for length in cutting.lengths():
        rows.extend(cutting.shape(place, length).rows(lines[place : place + length], width))
        place += length
    return Stack(rows, place) if len(rows) > 1 else None


def _width(lines: Sequence[Line]) -> int:
    """How many headings: the lines up to the first position."""
    for place, line in enumerate(lines[1 : _MOST_HEADINGS + 1], start=1):
        if line.text.rstrip(".") in ("1", "I"):
            return place
    return 0


class _Cutting:
    """The ways to cut the lines under the headings into rows."""

    def __init__(self, lines: Sequence[Line], width: int) -> None:
        self._lines = lines
        self._width = width
        self._positions = [_position(line.text) for line in lines]
        self._figures = [bool(_FIGURE.match(line.text.strip())) for line in lines]
        self._is_spaced = any(line.blanks for line in lines[1:width])  # blank lines divide, they are no cells

    def lengths(self) -> Iterator[int]:
        """How many lines each row takes. Weighed from the end: the best from a place on is a row there
        with the best behind it, or with the rest left as text after the table."""
        best: dict[int, tuple[int, int, bool]] = {}  # place → cost, length of its row, whether one follows
        left = 0
        left_from = {len(self._lines): 0}
        for place in range(len(self._lines) - 1, self._width - 1, -1):
            left += _LEFT_FIGURE if self._figures[place] else 0
            left_from[place] = left
            ways = [way for length in self._possible(place) for way in self._ways(place, length, best, left_from)]
            if ways:
                best[place] = min(ways)
        place, goes_on = self._width, self._width in best
        while goes_on:
            _, length, goes_on = best[place]
            yield length
            place += length

    def shape(self, place: int, length: int) -> _Shape:
        """How the lines of one row fall into columns."""
        figures = self._figures[place : place + length]
        columns = self._width - 2
        if length == 2 or (not any(figures[1:]) and (length != self._width or self._ends_in_value(place + length - 1))):
            return _Shape("label", _LABEL + length - 2)
        if length == self._width:
            return _Shape("full", 0 if all(figures[2:]) else _WITHOUT_FIGURES)
        if length < self._width:
            return _Shape("blanks" if self._is_filled_by_blanks(place, length) else "doubt", _DOUBT)
        further = _FURTHER_TEXT + _FURTHER_LINE * (length - self._width)
        if all(figures[-columns:]) and not any(figures[1:-columns]):
            return _Shape("long name", further)
        if all(figures[2 : self._width]) and not any(figures[self._width :]):
            return _Shape("text after", further)
        return _Shape("doubt", _DOUBT + further)

    def _possible(self, place: int) -> range:
        most = min(self._width + _MOST_FURTHER, len(self._lines) - place)
        return range(2, most + 1) if self._positions[place] else range(0)

    def _ways(
        self, place: int, length: int, best: dict[int, tuple[int, int, bool]], left_from: dict[int, int]
    ) -> Iterator[tuple[int, int, bool]]:
        cost, behind = self.shape(place, length).cost, place + length
        yield cost + left_from[behind], length, False
        if behind in best:
            yield cost + self._step(place, behind) + best[behind][0], length, True

    def _step(self, place: int, behind: int) -> int:
        following = self._positions[behind]
        if following in _next(self._positions[place]):
            return 0
        return _NEW_COUNT if following in ("1", *_ROMAN[1:]) else _MISCOUNT

    def _ends_in_value(self, place: int) -> bool:
        return bool(_VALUE_IN_LABEL.search(self._lines[place].text))

    def _is_filled_by_blanks(self, place: int, length: int) -> bool:
        blanks = sum(line.blanks for line in self._lines[place + 1 : place + length])
        return not self._is_spaced and length + blanks == self._width


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a row's lines fall into columns, and how unlikely that is."""

    kind: str
    cost: int

    def rows(self, row: Sequence[Line], width: int) -> list[list[Cell]]:
        """The row in its columns; text after its figures stands below, as rows without a number."""
        if self.kind == "label":
            return [_cells([row[0], _joined(row[1:])])]
        if self.kind == "blanks":
            return [_cells(_with_blanks(row))]
        if self.kind == "long name":
            return [_cells([row[0], _joined(row[1 : 2 - width]), *row[2 - width :]])]
        if self.kind == "text after":
            return [_cells(row[:width]), *([Cell(spot=_spot(line)), *_cells([line])] for line in row[width:])]
        return [_doubtful(row, width) if self.kind == "doubt" else _cells(row)]


def _doubtful(row: Sequence[Line], width: int) -> list[Cell]:
    rest = " | ".join(line.text for line in row[2:])
    empty = Cell(spot=_spot(row[2]), trouble=SPLIT)
    return [*_cells(row[:2]), Cell(rest, _spot(row[2]), trouble=SPLIT), *[empty] * (width - 3)]


def _joined(lines: Sequence[Line]) -> Line:
    return Line(lines[0].number, " ".join(line.text for line in lines))


def _with_blanks(row: Sequence[Line]) -> Iterator[Line]:
    """The row with its blank lines as empty cells."""
    for place, line in enumerate(row):
        for above in range(line.blanks if place else 0, 0, -1):
            yield Line(line.number - above, "")
        yield line


def _cells(lines: Iterable[Line]) -> list[Cell]:
    row: list[Cell] = []
    for line in lines:
        text, marks = take_marks(cell_text(line.text))
        row.append(Cell(text, _spot(line), marks=marks))
    return row


def _spot(line: Line) -> str:
    return f"line {line.number}"


def _position(text: str) -> str:
    return text.rstrip(".") if _POSITION.match(text) else ""


def _next(position: str) -> set[str]:
    """The positions that count on from one: the next at its level or a higher one, the first below it."""
    if position in _ROMAN:
        return {"1", *_ROMAN[_ROMAN.index(position) + 1 :][:1]}
    following = {f"{position}.1"}
    parts = position.split(".")
    while parts:
        if parts[-1].isdigit():
            following.add(".".join([*parts[:-1], str(int(parts[-1]) + 1)]))
        parts.pop()
    return following
