"""The way from bytes to a reading: open the file, then understand it with what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chiso.ingest import header, section
from chiso.ingest.fact import Letter, Problem, Reading, Reference, UnreadableFile
from chiso.ingest.grid import Grid
from chiso.ingest.layout import Knowledge
from chiso.ingest.letter import read_caption, read_letter
from chiso.ingest.readers import read_document
from chiso.ingest.recognise import columns
from chiso.ingest.section import Section
from chiso.ingest.unpivot import Unpivot
from chiso.ingest.settle import settle
from chiso.values.name import Directory


@dataclass(slots=True)
class Opened:
    """A file opened but not yet understood: enough to find whose dispatch it is and of which date."""

    letter: Letter
    sections: list[Section]
    footnotes: list[str]
    reader: str


def open_file(data: bytes, name: str) -> Opened:
    """Raises `UnreadableFile` where nothing of the file can be read."""
    document = read_document(data, name)
    lines, sections = section.split(document)
    letter = read_letter(lines)
    if not sections and not letter.number:
        raise UnreadableFile("nothing-found")
    for part in sections:
        letter = _filled(letter, read_caption(part.caption)) if part.caption else letter
    return Opened(letter, sections, document.footnotes, document.reader)


def understand(opened: Opened, knowledge: Knowledge) -> Reading:
    """Facts and problems of every appendix. Never raises for a cell."""
    reading = Reading(opened.letter, reader=opened.reader)
    directory = Directory(knowledge.units, knowledge.issuer)
    grids = [grid for part in opened.sections for grid in header.grids(part, lambda text: bool(directory.match(text).unit))]
    _give_footnotes(grids, opened.footnotes)
    found = [columns(grid, knowledge, directory) for grid in grids]
    _give_ordinals(grids, [each.layout.ordinal if each.layout else "" for each in found])
    for grid, each in zip(grids, found, strict=True):
        outcome = Unpivot(grid, each, knowledge, directory).run()
        reading.appendices.append(outcome.appendix)
        reading.problems += outcome.problems
        reading.unknown_units += outcome.unknown
        reading.doubled += [(unit, str(cell)) for unit, cell in outcome.doubled]
    reading.problems += _other_captions(opened)
    settle(reading)
    return reading


def _filled(letter: Letter, caption: Letter) -> Letter:
    """What the letter does not say, a caption says: a workbook holds the appendices alone."""
    missing = {
        field: getattr(caption, field)
        for field in ("number", "symbol", "issued_on", "issuer_name")
        if not getattr(letter, field) and getattr(caption, field)
    }
    return replace(letter, **missing) if missing else letter


def _other_captions(opened: Opened) -> list[Problem]:
    """An appendix that names another dispatch: left over from last month, or not of this file."""
    problems = []
    for part in opened.sections:
        caption = read_caption(part.caption)
        if caption.number and (caption.number, caption.symbol) != (opened.letter.number, opened.letter.symbol):
            params = {"dispatch": f"{opened.letter.number}/{opened.letter.symbol}"}
            problems.append(Problem(part.ordinal, Reference(part.ordinal, 0, 0), part.caption, "other-dispatch", params))
    return problems


def _give_footnotes(grids: Sequence[Grid], footnotes: list[str]) -> None:
    """Formats that keep footnotes apart give them in the order of their marks."""
    left = list(footnotes)
    for grid in grids:
        for mark in dict.fromkeys(mark for row in grid.rows for cell in row for mark in cell.marks):
            if left:
                grid.notes.append(f"{mark} {left.pop(0)}")


def _give_ordinals(grids: Sequence[Grid], usual: list[str]) -> None:
    """A table without a number of its own has its layout's; two tables under one number are told apart."""
    taken: set[str] = set()
    for number, (grid, ordinal) in enumerate(zip(grids, usual, strict=True), 1):
        wanted = grid.ordinal or ordinal or str(number)
        free, again = wanted, 1
        while free in taken:
            again += 1
            free = f"{wanted}-{again}"
        grid.ordinal = free
        taken.add(free)
