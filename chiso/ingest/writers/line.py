"""What every file of ours is made of: sheets of lines, each cell a text and what it is written as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from chiso.values.number import MAX_DECIMALS, Doubt, Kind, read, read_number

# What a cell is written as: one of these, a `Kind` where it holds a printed figure of that kind, or one of `FORMATS`.
TEXT, NUMBER, DAY = "text", "number", "day"  # NUMBER: as `values.number.plain` writes it; DAY: "2023-09-13"
MACHINE = frozenset({NUMBER, DAY})  # written by us alone: never a formula, whatever they begin with
FORMATS = tuple(f"0{'.' * bool(n)}{'0' * n}{percent}" for percent in ("", "%") for n in range(MAX_DECIMALS + 1))
KINDS = frozenset(Kind)
SEEN = 200  # lines whose texts decide how wide a column is
_NARROWEST, WIDEST = 8, 60
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # what no file of a table can hold
_HALF = re.compile(r"[\ud800-\udfff]")  # of a sign: what no file can hold, but something stood there
LONGEST = 32_767  # of a cell of a workbook, in units of UTF-16
_BARE = re.compile(r"[0-9]+(?:\.([0-9]*))?(%?)", re.ASCII)
# Figures that are read back as they stand, whatever their digits: no nought in front, far from the most digits.
_WHOLE, _DECIMALS = "(?:0|[1-9][0-9]{0,8})", rf"(?:\.([0-9]{{1,{MAX_DECIMALS}}}))?"
_SHAPES = {
    Kind.COUNT: re.compile(f"{_WHOLE}()"),
    Kind.SCORE: re.compile(_WHOLE + _DECIMALS),
    Kind.PERCENT: re.compile(f"{_WHOLE}{_DECIMALS}%"),
}
_FORM = {(form.count("0") - 1, form.endswith("%")): form for form in FORMATS}


class Line(NamedTuple):
    """One row. Rows that are written alike share `kinds`."""

    kinds: Sequence[str]
    texts: Sequence[str]


@dataclass(slots=True)
class Sheet:
    """`above` and `below` are lines over and under the table. `lines` may be read once, and is read late."""

    title: str
    above: Sequence[str]
    head: Sequence[str]
    lines: Iterable[Line]
    below: Sequence[str] = ()

    def top(self) -> list[Sequence[str]]:
        return [*([text] for text in self.above), self.head]

    def widths(self) -> list[int]:
        """Reads the first lines; they are not lost."""
        lines = iter(self.lines)
        first = list(islice(lines, SEEN))
        self.lines = chain(first, lines)
        texts = [self.head, *(line.texts for line in first)]
        columns = range(len(self.head))
        longest = [max((len(row[column]) for row in texts if column < len(row)), default=0) for column in columns]
        return [min(max(length + 2, _NARROWEST), WIDEST) for length in longest]


def clean(text: str) -> str:
    """A text without the signs that no file of a table can hold."""
    return _HALF.sub("\ufffd", _CONTROL.sub("", text))


def fitting(text: str) -> str:
    """A text as a cell of a workbook holds it: Excel calls a book with a longer one damaged, and cuts it without a
    word. How many signs are left out stands at its end; a file of text holds it whole."""
    if len(text) <= LONGEST // 2 or _units(text) <= LONGEST:
        return text
    room = LONGEST - len(f"… [+{len(text)}]")
    begin = text[:room]
    while (over := _units(begin) - room) > 0:
        begin = begin[: -max(over // 2, 1)]
    return f"{begin}… [+{len(text) - len(begin)}]"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def blocks(lines: Iterable[Line], size: int = 500) -> Iterator[list[Line]]:
    lines = iter(lines)
    while block := list(islice(lines, size)):
        yield block


def number_format(text: str, kind: Kind) -> str:
    """The format in which a cell shows exactly this printed figure as a number and gives it back: "0.0" of "11.3",
    "0.00%" of "89.18%"; "" where none does and it stays a text.

    Most figures are printed so that their shape tells it: a workbook of 14,000 × 6 all different ones in
    0.20 s, with each read there and back 0.39 s."""
    shape = _SHAPES[kind].fullmatch(text) if kind in _SHAPES else None
    return _read_back(text, kind) if shape is None else _FORM[len(shape[1] or ""), text.endswith("%")]


@lru_cache(maxsize=4096)
def _read_back(text: str, kind: Kind) -> str:
    bare = None if kind is Kind.SHARE else _BARE.fullmatch(text)
    if bare is None:
        return ""
    form = f"0{'.' * bool(bare[1])}{'0' * len(bare[1] or '')}{bare[2]}"
    if form not in FORMATS:
        return ""
    printed, back = read(text, kind), read_number(Decimal(number(text)), form, kind)
    return form if back == printed and not isinstance(printed, Doubt) else ""


def number(text: str) -> str:
    """The number that such a cell holds: 0.8918 of "89.18%"."""
    if not text.endswith("%"):
        return text
    whole, _, decimals = text[:-1].partition(".")
    if not (whole.isascii() and whole.isdigit()):
        return str(Decimal(text[:-1]).scaleb(-2))
    whole = whole.lstrip("0").zfill(3)  # a third of what Decimal takes
    return f"{whole[:-2]}.{whole[-2:]}{decimals}"
