"""Characters of a PDF page → lines of text, footnote marks (smaller, raised figures) taken off."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdfplumber.utils.clustering import cluster_objects

Sign = dict[str, Any]  # pdfplumber's character: text, size, x0, x1, top, bottom (points from the top left)

_MARK_SIGNS = frozenset("0123456789*")
_RAISED_SIZE = 0.78  # of the line's size, at most
_SPACE = 0.2  # of the size: a wider gap divides words even where the file has no space
_COLUMN_GAP = 1.0  # of the size: a wider gap divides columns
_SAME_LINE = 0.35  # of the size: how far the middles of signs on one line lie apart


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line without a wide gap. `opens` is the raised figure it begins with (a footnote's)."""

    text: str
    marks: tuple[str, ...]
    opens: str
    x0: float
    x1: float
    top: float
    bottom: float
    line: int = 0  # number of its line on the page, from 1


Line = list[Segment]  # from left to right


def segments_of(signs: Sequence[Sign], *, whole: bool = False) -> list[Line]:
    """Lines from top to bottom, each its segments from left to right (one where `whole`)."""
    printed = [sign for sign in signs if sign["text"].strip()]
    if not printed:
        return []
    size = Counter(round(sign["size"], 1) for sign in printed).most_common(1)[0][0]
    lines = cluster_objects(list(signs), _middle, max(size, 1) * _SAME_LINE)
    found = [[_segment(part) for part in _parts(line, whole)] for line in lines]
    return [kept for line in found if (kept := [part for part in line if part.text or part.marks])]


def _middle(sign: Sign) -> float:
    return (float(sign["top"]) + float(sign["bottom"])) / 2


def _parts(line: list[Sign], whole: bool) -> list[list[Sign]]:
    """The line cut where a gap is as wide as between columns; spaces fill no gap."""
    parts: list[list[Sign]] = []
    end = 0.0
    for sign in sorted(line, key=lambda sign: sign["x0"]):
        if not sign["text"].strip():
            if parts:
                parts[-1].append(sign)
            continue
        if not parts or (not whole and sign["x0"] - end > _COLUMN_GAP * sign["size"]):
            parts.append([])
        parts[-1].append(sign)
        end = max(end, sign["x1"]) if len(parts[-1]) > 1 else sign["x1"]
    return parts


def _segment(signs: list[Sign]) -> Segment:
    size = max((sign["size"] for sign in signs if sign["text"].strip()), default=0)
    raised = [_is_raised(sign, size) for sign in signs]
    first = next((place for place, is_raised in enumerate(raised) if not is_raised), len(signs))
    marks = _marks(signs, raised)
    return Segment(
        text=_text([sign for sign, is_raised in zip(signs, raised, strict=True) if not is_raised]),
        marks=marks[1:] if first else marks,
        opens=marks[0] if first else "",
        x0=signs[0]["x0"],
        x1=max(sign["x1"] for sign in signs if sign["text"].strip()),
        top=min(sign["top"] for sign in signs),
        bottom=max(sign["bottom"] for sign in signs),
    )


def _is_raised(sign: Sign, size: float) -> bool:
    return sign["text"] in _MARK_SIGNS and sign["size"] <= size * _RAISED_SIZE


def _marks(signs: list[Sign], raised: list[bool]) -> tuple[str, ...]:
    """Raised figures that stand together are one mark."""
    marks: list[str] = []
    is_open = False
    for sign, is_raised in zip(signs, raised, strict=True):
        if is_raised and is_open:
            marks[-1] += sign["text"]
        elif is_raised:
            marks.append(sign["text"])
        is_open = is_raised
    return tuple(marks)


def _text(signs: list[Sign]) -> str:
    text, end = "", None
    for sign in signs:
        if end is not None and sign["x0"] - end > _SPACE * sign["size"] and not text.endswith(" "):
            text += " "
        text += sign["text"]
        end = sign["x1"]
    return unicodedata.normalize("NFC", " ".join(text.split()))
