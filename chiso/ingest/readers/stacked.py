"""Tables pasted with one cell on each line: told from the heading "STT", cut into rows by their numbering.

The numbers in the first column say where a row begins. Where they leave no doubt how the lines of a row
fall into columns, they are placed; otherwise the row keeps its number and name, and the rest is marked
`trouble="split"` rather than moved under a heading it may not belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chiso.ingest.grid import Cell
from chiso.ingest.readers.printed import cell_text, take_marks

SPLIT = "split"  # the id of Cell.trouble: the lines of this row do not say which column they stand in

_HEADINGS = ("stt", "tt", "số tt", "số thứ tự")
_MOST_HEADINGS = 15
_MOST_LINES = 40  # of one row
_MOST_NAME_LINES = 3  # of one name, further ones
_POSITION = re.compile(r"(?:\d{1,4}(?:\.\d{1,3}){0,2}|[IVX]{1,6})\.?$")
_FIGURE = re.compile(r"[-–—]$|[-–]?\d[\d.,]*\s*(?:%|/\s*\d[\d.,]*%?)?$|không có$", re.IGNORECASE)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_RESTARTS = {"1", *_ROMAN[1:]}  # a new group may begin after any row


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
    if width < 2 or width == len(lines):
        return None
    rows = [_row(lines[:width])]
    is_spaced = any(line.blanks for line in lines[1:width])
    place = width
    while place < len(lines):
        length = _length(lines, place, width)
        if not length:
            break
        rows.extend(_placed(lines[place : place + length], width, is_spaced))
        place += length
    return Stack(rows, place) if len(rows) > 1 else None


def _width(lines: Sequence[Line]) -> int:
    """How many headings: the lines up to the first position."""
    for place, line in enumerate(lines[1 : _MOST_HEADINGS + 1], start=1):
        if line.text.rstrip(".") in ("1", "I"):
            return place
    return 0


def _length(lines: Sequence[Line], place: int, width: int) -> int:
    """How many lines the row at `place` takes, 0 where no row begins there."""
    position = _position(lines[place].text)
    if not position:
        return 0
    if _is_numbers_row(lines, place, width):
        return width
    most = min(_MOST_LINES, len(lines) - place)
    following = {length: _position(lines[place + length].text) for length in range(2, most)}
    counted = [length for length, text in following.items() if text in _next(position)]
    restarted = [length for length, text in following.items() if text in _RESTARTS]
    likely = {length for length in (*counted, *restarted) if _is_likely(lines[place : place + length], width)}
    if width in likely:
        return width
    choices = [length for length in counted if length in likely] or counted or sorted(likely)
    return choices[0] if choices else _last_length(lines, place, width)


def _is_likely(row: Sequence[Line], width: int) -> bool:
    """Whether the lines fall into columns: a label, or a figure under each heading after the name."""
    return len(row) == 2 or (len(row) >= width and not any(cell.trouble for cell in _by_figures(row, width)[0]))


def _last_length(lines: Sequence[Line], place: int, width: int) -> int:
    """The last row before a break in the numbering: as many figures as the headings ask for, or a label."""
    row = lines[place : place + width + _MOST_NAME_LINES]
    for length in range(width, len(row) + 1):
        if _is_likely(row[:length], width):
            return length
    length = 2
    while length < len(row) and _is_figure(row[length].text):
        length += 1
    return min(length, len(row))


def _placed(row: Sequence[Line], width: int, is_spaced: bool) -> list[list[Cell]]:
    """The lines of one row in their columns; what is left over stands below, as a row without a number."""
    if len(row) < width and not is_spaced:
        row = _with_blanks(row, width)
    if len(row) == width or len(row) <= 2:
        return [_row(row)]
    return _by_figures(row, width)


def _with_blanks(row: Sequence[Line], width: int) -> Sequence[Line]:
    """The row with its blank lines as empty cells, where that fills it exactly."""
    filled: list[Line] = []
    for line in row:
        blanks = line.blanks if filled else 0
        filled += [Line(line.number - blanks + step, "") for step in range(blanks)]
        filled.append(line)
    return filled if len(filled) == width else row


def _by_figures(row: Sequence[Line], width: int) -> list[list[Cell]]:
    """A name on several lines before the figures, or text after them (a name's end, a group's heading)."""
    if len(row) < width:
        return [_doubtful(row, width)]
    figures = [_is_figure(line.text) for line in row]
    columns = width - 2
    if all(figures[-columns:]) and not any(figures[1:-columns]):
        name = Line(row[1].number, " ".join(line.text for line in row[1:-columns]))
        return [_row([row[0], name, *row[-columns:]])]
    if all(figures[2:width]) and not any(figures[width:]):
        rest = [[Cell(spot=_spot(line)), *_row([line])] for line in row[width:]]
        return [_row(row[:width]), *rest]
    return [_doubtful(row, width)]


def _doubtful(row: Sequence[Line], width: int) -> list[Cell]:
    rest = " | ".join(line.text for line in row[2:])
    empty = Cell(spot=_spot(row[2]), trouble=SPLIT)
    return [*_row(row[:2]), Cell(rest, _spot(row[2]), trouble=SPLIT), *[empty] * (width - 3)]


def _row(lines: Sequence[Line]) -> list[Cell]:
    row: list[Cell] = []
    for line in lines:
        text, marks = take_marks(cell_text(line.text))
        row.append(Cell(text, _spot(line), marks=marks))
    return row


def _spot(line: Line) -> str:
    return f"line {line.number}"


def _is_numbers_row(lines: Sequence[Line], place: int, width: int) -> bool:
    """Whether the columns are numbered under their headings: 1, 2, 3, …"""
    row = [line.text.strip("()") for line in lines[place : place + width]]
    return row == [str(number) for number in range(1, width + 1)]


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


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.match(text.strip()))
