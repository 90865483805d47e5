"""A table as CSV by RFC 4180, marked as UTF-8: Excel would read "Huế" by the machine's old code page."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import IO

from chiso.ingest.readers.guard import guarded

from .line import MACHINE, TEXT, Line, Sheet, blocks, clean

_BETWEEN = "\x1f"
# Of many texts joined by `_BETWEEN`: a sign that no file may hold, or a text that a spreadsheet may run.
_HARM = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1e\x7f\ud800-\udfff\ufffe\uffff]|(?:^|\x1f)['=+@\t\r\n＝＋－＠-]")


def write(out: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """The sheets one below the other."""
    out.write(codecs.BOM_UTF8)
    for sheet in sheets:
        out.write(_texts(_lines(sheet.top())))
        for block in blocks(sheet.lines):
            out.write(_texts(block))
        if sheet.below:
            out.write(_texts(_lines([[], *([text] for text in sheet.below)])))


def _lines(rows: Iterable[Sequence[str]]) -> list[Line]:
    return [Line([TEXT] * len(row), row) for row in rows]


def _texts(block: list[Line]) -> bytes:
    out = StringIO(newline="")
    rows = (line.texts for line in block) if _is_harmless(block) else _guarded(block)
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _is_harmless(block: list[Line]) -> bool:
    """Asked of a block at once: 0.02 s of 126,000 cells, where cleaning and guarding each takes 0.1 s."""
    kinds = block[0].kinds
    if any(line.kinds is not kinds for line in block):
        return False
    said = [place for place, kind in enumerate(kinds) if kind not in MACHINE]
    texts = [line.texts[place] for line in block for place in said]
    joined = _BETWEEN.join(texts)
    return joined.count(_BETWEEN) == max(len(texts) - 1, 0) and not _HARM.search(joined)


def _guarded(block: list[Line]) -> Iterator[list[str]]:
    for kinds, texts in block:
        yield [text if kind in MACHINE else guarded(clean(text)) for kind, text in zip(kinds, texts, strict=True)]
