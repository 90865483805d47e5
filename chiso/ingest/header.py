"""What the rows of a table are: headings, positions, figures, notes; and the title of each column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chiso.ingest.grid import Cell, Grid
from chiso.values.name import fold

POSITION_TITLES = frozenset({"stt", "tt", "s tt", "so tt", "so thu tu", "thu tu"})
POSITION = re.compile(r"\(?(?:\d{1,5}(?:\.\d{1,3})*|[IVXLC]{1,6}|[A-Z])[.)]?")
_COLUMN_NUMBER = re.compile(r"[(\[]?(?:\d{1,2}|[A-Z])[)\]]?(?:\s*=.*)?")
_FIGURE = re.compile(r"[<>~≈+-]?\s*\d[\d.,\s]*(?:/\s*\d[\d.,]*)?\s*%?")
_NOTE = re.compile(r"[¹²³⁰-⁹]|\*+\s*\S|\(\*+\)|ghi\s+chú\s*[:(]", re.IGNORECASE)
_MEASURE_ALONE = re.compile(r"\(?\s*%\s*\)?")
_NO_FIGURE = frozenset({"khong", "khong co"})
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_POSITION_TITLE = 12
_LOOK = 12  # heading rows stand near the top
_MOST = 3  # a heading has one to three rows
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title: its parts from the top down, as printed. `own` says that no other column ends alike:
    "Tiến độ / Điểm" beside "Công khai / Điểm" must not both be "Điểm"."""

    path: tuple[str, ...]
    own: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.path)


def headings(grid: Grid) -> list[Heading]:
    """The heading of each column; an empty path where it has none."""
    paths = [_distinct([row[column].text for row in grid.rows[: grid.header]]) for column in range(len(grid.rows[0]))]
    lasts = [fold(path[-1]) for path in paths if path]
    return [Heading(path, bool(path) and lasts.count(fold(path[-1])) == 1) for path in paths]


def is_position(text: str) -> bool:
    return bool(POSITION.fullmatch(text.strip()))


def is_group_position(text: str) -> bool:
    """Roman numerals, letters or nothing number a group, never a unit."""
    return not any(sign.isdigit() for sign in text)


def looks_like_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text.strip()))


def is_blank(row: Sequence[Cell]) -> bool:
    return not any(is_filled(cell) for cell in row)


def is_filled(cell: Cell) -> bool:
    return bool(cell.text or cell.trouble) or cell.number is not None


def is_figure(cell: Cell) -> bool:
    return cell.number is not None or bool(cell.trouble) or looks_like_figure(cell.text)


def is_column_numbers(row: Sequence[Cell]) -> bool:
    """ "(1) (2) (3)" or "A B 1 2": a row that numbers the columns. A row of figures has a name in it."""
    texts = [cell.text.strip() for cell in row if cell.text.strip()]
    if len(texts) < max(3, len(row) - 1) or not all(_COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(found.group()) for text in texts if (found := re.search(r"\d+", text))]
    if all(text.startswith(("(", "[")) for text in texts):  # in brackets also where columns changed places
        numbers.sort()
    return len(numbers) >= 2 and all(after - before == 1 for before, after in pairwise(numbers))


def spans(row: Sequence[Cell]) -> bool:
    """One text merged across the whole row: a group heading."""
    return len(row) > 1 and bool(row[0].text) and all(cell.text == row[0].text and cell.merged for cell in row[1:])


def is_spread(cell: Cell, row: Sequence[Cell], column: int | None) -> bool:
    """Whether a cell only shows the text of another column, merged over it."""
    return cell.merged and column is not None and cell.text == row[column].text


def is_words(cell: Cell) -> bool:
    """Words that are no figure and do not stand for a figure left out."""
    return (
        not is_figure(cell)
        and len(_LETTER.findall(cell.text)) > 1
        and not any(map(str.isdigit, cell.text))
        and (fold(cell.text) not in _NO_FIGURE)
    )


def only_text(row: Sequence[Cell]) -> str:
    """The text of a row that holds one text and nothing else, "" for any other row."""
    texts = {cell.text for cell in row if is_filled(cell)}
    return texts.pop() if len(texts) == 1 else ""


def is_note(row: Sequence[Cell]) -> bool:
    """A footnote that stands in the table: "¹ Tính cả …", "(*) …", "Ghi chú: …"."""
    text = only_text(row)
    return bool(text) and bool(_NOTE.match(text))


def position_column(row: Sequence[Cell]) -> int | None:
    """The column headed "STT", None where no cell of the row is."""
    return next((n for n, cell in enumerate(row) if is_position_title(cell) and not cell.merged), None)


def is_position_title(cell: Cell) -> bool:
    text = cell.text
    if cell.number is not None or not 0 < len(text) <= _LONGEST_POSITION_TITLE:
        return False  # a number in figures is folded to these: 98,000 of a sheet
    return fold(text) in POSITION_TITLES


def header_start(rows: Sequence[Row]) -> int | None:
    """The row that holds "STT", else the last row of words above the figures; None where no row heads the table."""
    looked = rows[:_LOOK]
    by_position = next((number for number, row in enumerate(looked) if position_column(row) is not None), None)
    if by_position is not None:
        return by_position
    figures = next((number for number, row in enumerate(looked) if any(map(is_figure, row))), len(looked))
    likely = [number for number, row in enumerate(looked[:figures]) if heads(row)]
    return next((number for number in reversed(likely) if looked[number][0].text), likely[0] if likely else None)


def heads(row: Sequence[Cell]) -> bool:
    """Whether a row can be the first of the headings: words alone, in two cells at least."""
    own = _own(row)
    return len(own) > 1 and all(_is_word(cell) and not is_position(cell.text) for cell in own)


def header_rows(rows: Sequence[Row], start: int, known: Callable[[str], bool]) -> int:
    """How many rows of headings there are from `start`."""
    stub = position_column(rows[start]) or 0
    count = 1
    while count < _MOST and start + count < len(rows) and _is_header_row(rows[start + count], stub, known):
        count += 1
    return count


def filled_right(rows: Sequence[Row]) -> list[Row]:
    """Upper heading rows of a text table: a heading reaches over the empty cells to its right that have words below."""
    filled = [list(row) for row in rows]
    for upper, lower in pairwise(filled):
        for column in range(1, len(upper)):
            if not upper[column].text and lower[column].text and lower[column - 1].text:
                upper[column] = Cell(text=upper[column - 1].text, merged=True)
    return filled


def repeats(header: Sequence[Row], rows: Sequence[Row]) -> bool:
    """Whether rows begin with the same headings again, as after a page break; some of them may be left out."""
    if not 0 < len(header) <= len(rows):
        return False
    pairs = [
        (upper.text, lower.text)
        for above, row in zip(header, rows, strict=False)
        for upper, lower in zip(above, row, strict=True)
        if lower.text
    ]
    return len(pairs) > 1 and all(upper == lower or fold(upper) == fold(lower) for upper, lower in pairs)


def _own(row: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in row if is_filled(cell) and not cell.merged]


def _is_word(cell: Cell) -> bool:
    return not is_figure(cell) and bool(_LETTER.search(cell.text) or _MEASURE_ALONE.fullmatch(cell.text))


def _is_header_row(row: Row, stub: int, known: Callable[[str], bool]) -> bool:
    """A further heading row: words only, and nothing of its own under "STT" (or the first column).

    A name under a heading that spans nothing is a group row of the body, and a known unit's a row of figures left out.
    """
    if is_blank(row) or spans(row) or not _is_under(row[stub]):
        return False
    own = _own(row)
    if not all(_is_word(cell) for cell in own):
        return False
    name = row[stub + 1] if stub + 1 < len(row) else Cell()
    if name.text and not name.merged and known(name.text):
        return False
    return len(own) > 1 or any(cell.merged for cell in row) or (bool(own) and not is_filled(name))


def _is_under(cell: Cell) -> bool:
    """What may stand below "STT" in a further heading row."""
    return not cell.text or cell.merged or is_position_title(cell)


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
