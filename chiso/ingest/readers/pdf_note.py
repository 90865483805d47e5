"""Footnotes at the foot of a PDF page: under the last table, opened by a raised figure or by a short rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from chiso.ingest.readers.pdf_line import Line
from chiso.ingest.readers.pdf_table import PdfTable
from chiso.ingest.readers.printed import footnote, plain

_SHORTEST, _LONGEST = 20.0, 0.5  # points; of the page's width: how long the rule above footnotes is
_UNDER_RULE = 20.0  # points from the rule to the first note
_STUCK = re.compile(r"\d{1,2}(?=[^\W\d])")  # some programs print the figure as large as the note


def split_notes(
    lines: list[Line],
    tables: Sequence[PdfTable],
    rules: Sequence[dict[str, Any]],
    width: float,
) -> tuple[list[Line], list[str]]:
    """The lines of text, and the texts of the page's footnotes in their order."""
    floor = max((table.box[3] for table in tables), default=0.0)
    ends = [rule["top"] for rule in rules if _is_separator(rule, floor, width)]
    for place, line in enumerate(lines):
        top = line[0].top
        is_ruled = any(-1 <= top - end <= _UNDER_RULE for end in ends)
        if top >= floor and (_is_raised(line) or (is_ruled and _STUCK.match(line[0].text))):
            return lines[:place], list(_notes(lines[place:], is_ruled))
    return lines, []


def _is_separator(rule: dict[str, Any], floor: float, width: float) -> bool:
    return bool(
        rule["orientation"] == "h"
        and _SHORTEST <= rule["width"] <= _LONGEST * width
        and rule["top"] > floor + 1  # a table's own last rule is none
    )


def _is_raised(line: Line) -> bool:
    return bool(line[0].text and line[0].opens) or bool(footnote(line[0].text))


def _notes(lines: Sequence[Line], is_ruled: bool) -> Iterator[str]:
    """Each note with all its lines, without its figure."""
    note: list[str] = []
    for line in lines:
        text = " ".join(segment.text for segment in line)
        is_stuck = is_ruled and bool(_STUCK.match(text))
        if note and (_is_raised(line) or is_stuck):
            yield plain(" ".join(note))
            note = []
        note.append(footnote(text) or (_STUCK.sub("", text) if is_stuck else text))
    yield plain(" ".join(note))
