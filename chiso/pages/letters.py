"""Letters of our own typeface in a picture: how wide a text is, and the text itself. Its files are cut into subsets, as
for the pages, so a word in Vietnamese is set from two of them; figures have digits of one width from a third."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from unicodedata import normalize

from PIL import ImageFont
from PIL.ImageDraw import ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "static" / "chiso" / "fonts"
_DIGITS = frozenset("0123456789,.")
# What `unicode-range` of chiso.css says of the subset.
_VIETNAMESE = re.compile(
    "[\\u0102\\u0103\\u0110\\u0111\\u0128\\u0129\\u0168\\u0169\\u01a0\\u01a1\\u01af\\u01b0"
    "\\u0300\\u0301\\u0303\\u0304\\u0308\\u0309\\u0323\\u0329\\u1ea0-\\u1ef9\\u20ab]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@lru_cache(maxsize=64)
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / f"{name}.woff2", size, layout_engine=ImageFont.Layout.BASIC)


def _file(letter: str, weight: int, figures: bool) -> str:
    if figures and letter in _DIGITS:
        return f"chiso-figures-{weight}"
    return f"be-vietnam-pro-{'vietnamese' if _VIETNAMESE.match(letter) else 'latin'}-{weight}-normal"


def _runs(text: str, size: float, weight: int, figures: bool) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    whole = _CONTROL.sub(" ", normalize("NFC", text))
    for name, letters in groupby(whole, key=lambda letter: _file(letter, weight, figures)):
        yield "".join(letters), _font(name, size)


def wide(text: str, size: float, weight: int = 400, *, figures: bool = False) -> float:
    return sum(font.getlength(part) for part, font in _runs(text, size, weight, figures))


def wrapped(text: str, room: float, most: int, size: float, weight: int = 400) -> list[str]:
    """In at most so many lines; what does not fit ends with an ellipsis. A no-break space holds words together."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and wide(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    over = len(lines) > most
    return [
        _clipped(line, room, size, weight, cut=over and number == most)
        for number, line in enumerate(lines[:most], 1)
    ]  # fmt: skip


def _clipped(line: str, room: float, size: float, weight: int, *, cut: bool) -> str:
    if not cut and wide(line, size, weight) <= room:
        return line
    while line and wide(f"{line}…", size, weight) > room:
        line = line[:-1]
    return f"{line.rstrip()}…"


def write(
    draw: ImageDraw, at: tuple[float, float], text: str, *,
    size: float, fill: str, weight: int = 400, anchor: str = "start", figures: bool = False, halo: float = 0,
) -> None:  # fmt: skip
    """On the baseline at `at`, as SVG's `text`; `halo` keeps lines off the letters."""
    x, y = at
    x -= wide(text, size, weight, figures=figures) * {"start": 0, "middle": 0.5, "end": 1}[anchor]
    for ground in (True, False) if halo else (False,):
        left = x
        for part, font in _runs(text, size, weight, figures):
            if ground:
                draw.text((left, y), part, font=font, fill="#fff", anchor="ls", stroke_width=halo, stroke_fill="#fff")
            else:
                draw.text((left, y), part, font=font, fill=fill, anchor="ls")
            left += font.getlength(part)
