"""The way from bytes to a reading: open the file, then understand it with what is on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from chiso.ingest import parts, section
from chiso.ingest.decision import Decision, LineDecision, UnitDecision, correct, with_names
from chiso.ingest.fact import Letter, Problem, Reading, Reference, UnreadableFile
from chiso.ingest.grid import Grid
from chiso.ingest.layout import Knowledge, UnitRecord
from chiso.ingest.letter import read_caption, read_letter
from chiso.ingest.naming import Labels
from chiso.ingest.outcome import Outcome
from chiso.ingest.readers import read_document
from chiso.ingest.readers.progress import Progress, untold
from chiso.ingest.recognise import columns
from chiso.ingest.section import Section
from chiso.ingest.settle import settle
from chiso.ingest.teach import teach
from chiso.ingest.unpivot import unpivot
from chiso.values.name import Directory, fold, parse
from chiso.values.period import impossible_dates

_LONGEST_ORDINAL, _LONGEST_STEM = 10, 6  # what a record of an appendix holds, and what is left of it before "-123"
_NOTES_IN_ORDER = "docx"  # its footnote marks count through the whole document


LETTER = "letter"  # the place of what the letter says, beside the appendices' numbers


@dataclass(slots=True)
class Opened:
    """A file opened but not yet understood: enough to find whose dispatch it is and of which date."""

    letter: Letter
    sections: list[Section]
    footnotes: list[str]
    reader: str


def open_file(data: bytes, name: str, progress: Progress = untold) -> Opened:
    """Raises `UnreadableFile` where nothing of the file can be read."""
    document = read_document(data, name, progress)
    lines, sections = section.split(document)
    letter = read_letter(lines)
    if not sections and not letter.number:
        raise UnreadableFile("nothing-found")
    for part in sections:
        letter = _filled(letter, read_caption(part.caption)) if part.caption else letter
    return Opened(letter, sections, document.footnotes, document.reader)


def understand(opened: Opened, knowledge: Knowledge, decisions: Sequence[Decision] = ()) -> Reading:
    """Facts and problems of every appendix, with what a person answered. Never raises for a cell."""
    knowledge = with_names(knowledge, decisions)
    reading = Reading(opened.letter, reader=opened.reader)
    reading.problems += [Problem(LETTER, Reference(LETTER, 0, 0), text, "headline") for text in opened.letter.unread]
    reading.problems += _odd_dates(LETTER, opened.letter.odd_dates)
    directory = Directory(knowledge.units, knowledge.issuer)
    labels = Labels(knowledge)
    grids = [grid for part in opened.sections for grid in parts.grids(part, _known(directory, labels))]
    _give_footnotes(grids, opened.footnotes, in_order=opened.reader == _NOTES_IN_ORDER)
    used = [knowledge] * len(grids)
    found = [columns(grid, knowledge, directory, labels) for grid in grids]
    _give_ordinals(grids, [each.layout.ordinal if each.layout else "" for each in found])
    if decisions:
        reading.stray += correct(grids, decisions)
        lesson = teach(grids, knowledge, directory, (each for each in decisions if isinstance(each, LineDecision)))
        used, reading.taught = [lesson.of(grid) for grid in grids], lesson.taught
        slugs = {unit.slug for unit in knowledge.units}
        reading.stray += sorted(lesson.stray)
        reading.here = sorted(lesson.here)
        reading.stray += [each.n for each in decisions if isinstance(each, UnitDecision) and each.unit not in slugs]
        found = [columns(grid, known, directory, Labels(known)) for grid, known in zip(grids, used, strict=True)]
    for grid, each, known in zip(grids, found, used, strict=True):
        outcome = unpivot(grid, each, known, directory)
        reading.problems += _captioned(grid, opened.letter)
        reading.problems += _odd_dates(grid.ordinal, impossible_dates(f"{grid.title}\n{grid.caption}"))
        _disown(outcome, grid, knowledge)
        reading.appendices.append(outcome.appendix)
        reading.problems += outcome.problems
        reading.unknown_units += outcome.unknown
        reading.doubled += [(unit, str(cell)) for unit, cell in outcome.doubled]
    _forget_layouts(reading, knowledge)
    settle(reading)
    return reading


def _forget_layouts(reading: Reading, knowledge: Knowledge) -> None:
    """A layout that is neither on record nor to be learnt goes with this file: no record can name it."""
    lasting = {layout.code for layout in (*knowledge.layouts, *reading.taught)}
    for appendix in reading.appendices:
        appendix.layout = appendix.layout if appendix.layout in lasting else ""


def _known(directory: Directory, labels: Labels) -> Callable[[str], bool]:
    """Whether a text names a unit or an indicator; asked about the same texts again and again."""
    answers: dict[str, bool] = {}

    def known(text: str) -> bool:
        if text not in answers:
            answers[text] = bool(directory.match(text).unit) or labels.knows(text)
        return answers[text]

    return known


def _filled(letter: Letter, caption: Letter) -> Letter:
    """What the letter does not say, a caption says: a workbook holds the appendices alone."""
    missing = {
        field: getattr(caption, field)
        for field in ("number", "symbol", "issued_on", "issuer_name")
        if not getattr(letter, field) and getattr(caption, field)
    }
    return replace(letter, **missing) if missing else letter


def _captioned(grid: Grid, letter: Letter) -> list[Problem]:
    """An appendix that names another dispatch: left over from last month, or not of this file."""
    caption = read_caption(grid.caption) if grid.caption else Letter()
    if not caption.number or (caption.number, caption.symbol) == (letter.number, letter.symbol):
        return []
    params = {"dispatch": f"{letter.number}/{letter.symbol}"}
    return [Problem(grid.ordinal, Reference(grid.ordinal, 0, 0), grid.caption, "other-dispatch", params)]


def _odd_dates(place: str, texts: Iterable[str]) -> list[Problem]:
    """Days that never were: told, and no day taken for them."""
    return [Problem(place, Reference(place, 0, 0), text, "impossible-date") for text in texts]


def _disown(outcome: Outcome, grid: Grid, knowledge: Knowledge) -> None:
    """A table that says it is another province's fills no record of ours, however alike the names in it are."""
    text = f"{grid.title} {grid.caption}"
    if not _is_elsewhere(text, knowledge):
        return
    appendix = outcome.appendix
    appendix.facts = [replace(fact, unit=None) for fact in appendix.facts]
    appendix.blanks, outcome.doubled = [], []
    outcome.problems = [replace(problem, unit=None) for problem in outcome.problems if problem.why != "missing"]
    place = Reference(grid.ordinal, 0, 0)
    outcome.problems.append(Problem(grid.ordinal, place, text.strip(), "other-province"))


def _is_elsewhere(text: str, knowledge: Knowledge) -> bool:
    """Whether a title names a province that is not ours, and not ours beside it."""
    said = f" {fold(text)} "
    issuer = next((unit for unit in knowledge.units if unit.slug == knowledge.issuer), None)
    home = {knowledge.issuer, *(issuer.path if issuer else ())}
    provinces = [unit for unit in knowledge.units if unit.level == "province" and knowledge.issuer not in unit.path]
    ours = [unit for unit in knowledge.units if unit.slug in home]
    others = [unit for unit in provinces if unit.slug not in home]
    return any(_is_named(unit, said) for unit in others) and not any(_is_named(unit, said) for unit in ours)


def _is_named(unit: UnitRecord, said: str) -> bool:
    return f" {fold(parse(unit.name).text)} " in said


def _give_footnotes(grids: Sequence[Grid], footnotes: list[str], *, in_order: bool) -> None:
    """Formats that keep footnotes apart give them in the order of their marks; none is lost."""
    left = dict(enumerate(footnotes, 1))
    for grid in grids:
        for mark in dict.fromkeys(mark for row in grid.rows for cell in row for mark in cell.marks):
            number = int(mark) if in_order and mark.isdecimal() else next(iter(left), 0)
            if number in left:
                grid.notes.append(f"{mark} {left.pop(number)}")
    if grids:
        grids[-1].notes += left.values()


def _give_ordinals(grids: Sequence[Grid], usual: list[str]) -> None:
    """A table without a number of its own has its layout's; two tables under one number are told apart."""
    taken: dict[str, int] = {}
    for number, (grid, ordinal) in enumerate(zip(grids, usual, strict=True), 1):
        wanted = (grid.ordinal or ordinal or str(number))[:_LONGEST_ORDINAL]
        free = wanted
        while free in taken:
            taken[wanted] += 1
            free = f"{wanted[:_LONGEST_STEM]}-{taken[wanted]}"
        taken[free] = 1
        grid.ordinal = free
