"""Numbers that Word counts by itself (an STT column often holds nothing else): its text is not in the cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_DEEPEST = 9  # levels of a Word list


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of one list. Lists of the same `shape` share their counts, unless one `restarts`."""

    shape: str
    first: int
    shown: str  # Word's name of the number format: "decimal", "upperRoman", "bullet", …
    template: str  # "%1.%2"
    restarts: bool = False


class Numbering:
    """Counts the list paragraphs of one document in reading order. `numbering` and `styles` are
    the root elements of those parts, or None."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._levels = dict(_levels(numbering)) if numbering is not None else {}
        self._styled = dict(_styled(styles)) if styles is not None else {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def label(self, paragraph: Any) -> str:
        """What Word prints before the paragraph ("1.", "II"), "" for none and for bullets."""
        found = self._list_of(paragraph)
        level = self._levels.get(found) if found else None
        if found is None or level is None:
            return ""
        number, depth = found
        counts = self._counts.setdefault(level.shape, {})
        self._begin(number, counts)
        counts[depth] = counts.get(depth, level.first - 1) + 1
        for deeper in [place for place in counts if place > depth]:
            del counts[deeper]
        return "" if level.shown == "bullet" else self._filled(level.template, number, counts)

    def _list_of(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None
        style = _value(properties, "w:pStyle")
        return _list_in(properties) or (self._styled.get(style) if style else None)

    def _begin(self, number: str, counts: dict[int, int]) -> None:
        """A list seen for the first time starts anew at the levels where its author said so."""
        if number not in self._begun:
            self._begun.add(number)
            for depth in range(_DEEPEST):
                level = self._levels.get((number, depth))
                if level is not None and level.restarts:
                    counts.pop(depth, None)

    def _filled(self, template: str, number: str, counts: dict[int, int]) -> str:
        for depth in range(_DEEPEST):
            level = self._levels.get((number, depth))
            if level is not None:
                count = counts.get(depth, level.first)
                template = template.replace(f"%{depth + 1}", _written(count, level.shown))
        return template.strip()


def _levels(numbering: Any) -> Iterator[tuple[tuple[str, int], _Level]]:
    """(list, depth) → level, for every list of the document."""
    shapes = {shape.get(qn("w:abstractNumId")): shape for shape in numbering.iter(qn("w:abstractNum"))}
    for listed in numbering.iter(qn("w:num")):
        number, name = listed.get(qn("w:numId")), _value(listed, "w:abstractNumId") or ""
        starts = {over.get(qn("w:ilvl")): _value(over, "w:startOverride") for over in listed}
        for level in shapes[name].iter(qn("w:lvl")) if name in shapes else ():
            start = starts.get(level.get(qn("w:ilvl")))
            yield (
                (number, _whole(level.get(qn("w:ilvl")), 0)),
                _Level(
                    shape=name,
                    first=_whole(start or _value(level, "w:start"), 1),
                    shown=_value(level, "w:numFmt") or "decimal",
                    template=_value(level, "w:lvlText") or "",
                    restarts=start is not None,
                ),
            )


def _styled(styles: Any) -> Iterator[tuple[str, tuple[str, int]]]:
    for style in styles.iter(qn("w:style")):
        properties = style.find(qn("w:pPr"))
        found = _list_in(properties) if properties is not None else None
        if found is not None:
            yield style.get(qn("w:styleId")), found


def _list_in(properties: Any) -> tuple[str, int] | None:
    listed = properties.find(qn("w:numPr"))
    number = _value(listed, "w:numId") if listed is not None else None
    return (number, _whole(_value(listed, "w:ilvl"), 0)) if number is not None else None


def _value(element: Any, tag: str) -> str | None:
    child = element.find(qn(tag))
    found: str | None = child.get(qn("w:val")) if child is not None else None
    return found


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and int(text) < 10**6 else otherwise


def _written(number: int, shown: str) -> str:
    if shown in ("upperLetter", "lowerLetter") and number <= 26:
        letter = chr(ord("A") + number - 1)
        return letter if shown == "upperLetter" else letter.lower()
    if shown in ("upperRoman", "lowerRoman") and number < 40:
        roman = _roman(number)
        return roman if shown == "upperRoman" else roman.lower()
    return f"{number:02d}" if shown == "decimalZero" else str(number)


def _roman(number: int) -> str:
    written = ""
    for worth, letters in _ROMAN:
        times, number = divmod(number, worth)
        written += letters * times
    return written
