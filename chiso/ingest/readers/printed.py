"""Printed text as every reader hands it on: white space, lines of one cell, footnote marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Zero-width signs and the soft hyphen: in the file, but never on paper.
_UNPRINTED = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_TYPED_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED, "0123456789")

_MARK = rf"[{_RAISED}]+|\(\*+\)|\*+"
_MARKS_AT_END = re.compile(rf"(?<=\S)(?:[\s,]*(?:{_MARK}))+\s*$")
_MARK_BETWEEN = re.compile(rf"(?<=\s)[{_RAISED}]+(?=\s)")
_NOTE = re.compile(rf"\s*[{_RAISED}]+\s*(\S.*)$", re.DOTALL)

_BREAK_IN_WORD = re.compile(r"\S[/-]$")
_BREAK_AFTER_DIGIT = re.compile(r"\d[.,]$")


def plain(text: str) -> str:
    """Text of a paragraph: every kind of space is one space, nothing at the ends."""
    return " ".join(text.translate(_UNPRINTED).split())


def cell_text(text: str) -> str:
    """Text of a cell as printed, its lines joined; a no-break space inside a figure stays."""
    return _TYPED_SPACE.sub(" ", join_lines(text.translate(_UNPRINTED).splitlines())).strip()


def join_lines(lines: Iterable[str]) -> str:
    """Lines of one cell as one text. A line broken inside a word or figure ("37/" + "37") is joined
    without a space; two figures one above the other never become one."""
    joined = ""
    for line in (line.strip() for line in lines):
        joined += line if not joined or _broken_inside(joined, line) else f" {line}"
    return joined


def _broken_inside(before: str, after: str) -> bool:
    if _BREAK_IN_WORD.search(before):
        return True
    if _BREAK_AFTER_DIGIT.search(before):
        return after[:1].isdigit()
    return before[-1].isdigit() and after[:1] in ("/", "%")


def take_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its footnote marks, and the marks: "quá hạn ²" → ("quá hạn", ("2",))."""
    marks: list[str] = []
    end = _MARKS_AT_END.search(text)
    if end:
        marks = re.findall(_MARK, end.group())
        text = text[: end.start()]
    marks = _MARK_BETWEEN.findall(text) + marks
    text = " ".join(_MARK_BETWEEN.sub("", text).split(" ")).strip()
    return _TYPED_SPACE.sub(" ", text), tuple(mark.strip("()").translate(_LOWERED) for mark in marks)


def footnote(text: str) -> str:
    """The note's own text where a line opens with a raised figure ("¹ UBND các huyện…"), else ""."""
    note = _NOTE.match(text)
    return plain(note.group(1)) if note else ""
