"""Answers about columns and rows -> layouts that read the table so, this month and the next.

An answer is learnt as a further title of a line of the table's layout, or in a new layout with all headings of the
table. It acts only through these: what the next file will not be recognised by is not used for this one either.

All offices share the layouts, so they only ever gain: an answer that contradicts what is known of its heading acts on
the table at hand, in this file, and is not learnt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from chiso.ingest import header
from chiso.ingest.decision import LineDecision
from chiso.ingest.grid import Grid
from chiso.ingest.layout import Knowledge, Layout, Line, Role
from chiso.ingest.naming import Labels, exactly, timeless
from chiso.ingest.recognise import Columns, columns, untimed
from chiso.values.name import Directory, fold

_LONGEST_CODE = 50
_UNIQUE = (Role.INDICATOR, Role.UNIT, Role.LABEL, Role.PROVINCE, Role.NATION)  # one column each
_NAMES = (Role.UNIT, Role.LABEL)  # a table has one of the two


@dataclass(slots=True)
class Lesson:
    """What the answers make of the layouts on record: `learnt`, for all tables of this file and those to come (`taught`
    are its new and longer layouts), and by the number of a table what it `alone` is read by, where answers contradict
    what is on record. `stray` are numbers of answers that do not act, `here` of those that act on this file only."""

    learnt: Knowledge
    alone: dict[str, Knowledge] = field(default_factory=dict)
    taught: list[Layout] = field(default_factory=list)
    stray: set[int] = field(default_factory=set)
    here: set[int] = field(default_factory=set)

    def of(self, grid: Grid) -> Knowledge:
        """What a table is read by."""
        return self.alone.get(grid.ordinal, self.learnt)

    @property
    def codes(self) -> set[str]:
        """What layouts are called by, those of one table too."""
        return {layout.code for known in (self.learnt, *self.alone.values()) for layout in known.layouts}


def teach(
    grids: Sequence[Grid], knowledge: Knowledge, directory: Directory, decisions: Iterable[LineDecision]
) -> Lesson:
    """Learn what was said of each table, one after another."""
    lesson = Lesson(knowledge)
    given = list(decisions)
    held = {grid.ordinal for grid in grids}
    lesson.stray |= {each.n for each in given if each.appendix not in held}
    for grid in grids:
        own = [each for each in given if each.appendix == grid.ordinal]
        if own:
            _teach(_Table(grid, lesson.learnt, directory, lesson.codes), own, lesson)
    return lesson


def _teach(table: _Table, given: Sequence[LineDecision], lesson: Lesson) -> None:
    """All answers at once; where they do not go together, all but one; else none of them acts yet."""
    standing = _last_of_each(each for each in given if table.stands(each))
    for chosen in _subsets(standing):
        gains = [each for each in chosen if not table.contradicts(each)]
        gained = table.first(table.gaining(gains), gains) if gains else None
        is_all = gained is not None and len(gains) == len(chosen)
        acting = gained if is_all else table.first(table.layouts(chosen), chosen)
        if acting is None:
            continue
        if not is_all:
            lesson.alone[table.grid.ordinal] = acting[1]
        lesson.stray |= {each.n for each in given if each not in chosen}
        if gained is not None:
            layout, lesson.learnt = gained
            lesson.taught = [*(each for each in lesson.taught if each.code != layout.code), layout]
        lesson.here |= {each.n for each in chosen if gained is None or each not in gains}
        return
    lesson.stray |= {each.n for each in given}


def _subsets(given: Sequence[LineDecision]) -> Iterator[list[LineDecision]]:
    if given:
        yield list(given)
    if len(given) > 1:
        yield from ([each for each in given if each is not left] for left in reversed(given))


def _last_of_each(given: Iterable[LineDecision]) -> list[LineDecision]:
    """One column each for a unit or an indicator: the last answer counts."""
    last: dict[tuple[object, ...], LineDecision] = {}
    for each in given:
        unique = each.role in _UNIQUE
        last[(each.axis, each.role, each.indicator) if unique else (each.axis, each.place)] = each
    return list(last.values())


class _Table:
    """One grid with what is made of it without its answers."""

    def __init__(self, grid: Grid, knowledge: Knowledge, directory: Directory, taken: Collection[str]) -> None:
        self.grid, self.knowledge, self._directory, self._taken = grid, knowledge, directory, taken
        self.heads = [timeless(head.text) for head in header.headings(grid)]
        self._texts = [head.text for head in header.headings(grid)]
        self.before = columns(grid, knowledge, directory, Labels(knowledge))

    # --- whether an answer fits, and whether it acts ---------------------------------------------------

    def stands(self, each: LineDecision) -> bool:
        """Whether the place holds what it held when the answer was given, and the answer can be of such a place."""
        if not self.grid.header:
            return False
        if each.role is Role.INDICATOR and each.indicator not in {record.code for record in self.knowledge.indicators}:
            return False
        if each.axis == "row":
            return each.place in self.grid.numbers and each.printed in (None, *self._row_texts(each.place))
        fits = 1 <= each.place <= len(self._texts)
        return fits and each.printed in (None, self._texts[each.place - 1])

    def _row_texts(self, number: int) -> list[str]:
        """The cells of a row as the file has them."""
        row = self.grid.rows[self.grid.numbers.index(number)]
        return [self.grid.corrected.get((number, column), cell.text) for column, cell in enumerate(row, 1)]

    def contradicts(self, each: LineDecision) -> bool:
        """Whether the heading or label is known, as something else. A column known by its contents alone is a
        question."""
        said = each.role, each.indicator
        if each.axis == "row":
            label = self.before.of(Role.LABEL)
            return label is not None and not self._fits_label(self._label(each.place, label), said)
        column = each.place - 1
        if column == self.before.guessed:
            return False
        if column in self.before.ranks:
            return each.role is not Role.RANK
        line = self.before.lines.get(column)
        return column in self.before.units or (line is not None and line.feeds != said)

    def _fits_label(self, text: str, said: tuple[Role, str]) -> bool:
        line, _tail = Labels(self.knowledge, self.before.layout).read(text)
        return line is None or line.feeds == said

    def first(self, layouts: Iterable[Layout], chosen: Sequence[LineDecision]) -> tuple[Layout, Knowledge] | None:
        """The first layout by which the table is read as was said, with what is then on record."""
        read = ((layout, self.learnt(layout, chosen)) for layout in layouts)
        return next(((layout, knowledge) for layout, knowledge in read if knowledge is not None), None)

    def learnt(self, layout: Layout, chosen: Sequence[LineDecision]) -> Knowledge | None:
        """What is on record with the layout, where the table is then read as was said, and nothing else is lost."""
        others = tuple(each for each in self.knowledge.layouts if each.code != layout.code)
        knowledge = replace(self.knowledge, layouts=(*others, layout))
        after = columns(self.grid, knowledge, self._directory, Labels(knowledge))
        if after.layout is None or after.layout.code != layout.code:
            return None
        labels = Labels(knowledge, layout)
        column = after.of(Role.LABEL)
        if not all(self._acts(each, after, labels, column) for each in chosen):
            return None
        kept = self._kept(chosen)
        same = all(n in after.lines and after.lines[n].feeds == line.feeds for n, line in kept.items())
        return knowledge if same else None

    def _acts(self, each: LineDecision, after: Columns, labels: Labels, label: int | None) -> bool:
        if each.axis == "column":
            line = after.lines.get(each.place - 1)
            as_rank = each.role is Role.RANK and each.place - 1 in after.ranks
            return as_rank or (line is not None and line.feeds == (each.role, each.indicator))
        if label is None:
            return False
        line, _tail = labels.read(self._label(each.place, label))
        return line is not None and line.feeds == (each.role, each.indicator)

    def _label(self, number: int, column: int) -> str:
        return self.grid.rows[self.grid.numbers.index(number)][column].text

    def _kept(self, chosen: Sequence[LineDecision]) -> dict[int, Line]:
        """Columns known before, of which nothing was said, and which nothing that was said replaces."""
        said = {each.place - 1 for each in chosen if each.axis == "column"}
        taken = {(each.role, each.indicator) for each in chosen if each.role in _UNIQUE and each.axis == "column"}
        names = {role for role, _ in taken if role in _NAMES}
        return {
            column: line
            for column, line in self.before.lines.items()
            if column not in said
            and line.feeds not in taken
            and column != self.before.guessed
            and not (names and line.role in _NAMES)
        }

    # --- layouts that say so -----------------------------------------------------------------------------

    def layouts(self, chosen: Sequence[LineDecision]) -> Iterator[Layout]:
        """The table's layout with more titles and lines; a new one with all its headings."""
        if self.before.layout is not None:
            yield self._longer(self.before.layout, chosen)
        yield self._new(chosen)

    def gaining(self, chosen: Sequence[LineDecision]) -> Iterator[Layout]:
        """Those of them that take no title from a line."""
        known = self.before.layout
        for layout in self.layouts(chosen):
            if known is None or layout.code != known.code or _titles(known) <= _titles(layout):
                yield layout

    def _longer(self, layout: Layout, chosen: Sequence[LineDecision]) -> Layout:
        lines = list(layout.lines)
        label = self._label_column(chosen)
        for each in chosen:
            said = self._line(each, label)
            title = exactly(said.titles[0])
            lines = [_without(line, title) if line.axis == said.axis else line for line in lines]
            at = next((n for n, line in enumerate(lines) if (line.feeds, line.axis) == (said.feeds, said.axis)), None)
            if at is None:
                lines.append(said)
            else:
                lines[at] = replace(lines[at], titles=(*lines[at].titles, *said.titles))
        return replace(layout, lines=tuple(line for line in lines if line.titles))

    def _label_column(self, chosen: Sequence[LineDecision]) -> int:
        said = (each.place - 1 for each in chosen if each.role is Role.LABEL)
        known = self.before.of(Role.LABEL)
        return next(said, 0 if known is None else known)

    def _line(self, each: LineDecision, label: int) -> Line:
        if each.axis == "column":
            return Line(each.role, (self.heads[each.place - 1],), each.indicator)
        labels = Labels(self.knowledge, self.before.layout)
        title, in_label = labels.title(self._label(each.place, label), None)
        return Line(each.role, (timeless(title),), each.indicator, "row", in_label)

    def _new(self, chosen: Sequence[LineDecision]) -> Layout:
        said = {each.place - 1: self._line(each, 0) for each in chosen if each.axis == "column"}
        known = {n: replace(line, titles=(self.heads[n],)) for n, line in self._kept(chosen).items()}
        ranks = {n: Line(Role.RANK, (self.heads[n],)) for n in self.before.ranks}
        by_column = ranks | known | said
        lines = [by_column[n] for n in sorted(by_column)]
        label = next((n for n in by_column if by_column[n].role is Role.LABEL), None)
        if label is not None:
            lines += self._rows(chosen, label)
        title = untimed(self.grid)
        return Layout(
            self._code(title), self.grid.ordinal, (title,) if title else (), tuple(lines),
            "units" if label is None else "indicators",
        )  # fmt: skip

    def _rows(self, chosen: Sequence[LineDecision], label: int) -> list[Line]:
        """A line for each row that is known or was told."""
        said = {each.place: each for each in chosen if each.axis == "row"}
        labels = Labels(self.knowledge, self.before.layout)
        lines = []
        for number, row in list(zip(self.grid.numbers, self.grid.rows, strict=True))[self.grid.header :]:
            line, _tail = labels.read(row[label].text)
            each = said.get(number)
            if each is None and line is None:
                continue
            title, in_label = labels.title(row[label].text, None if each else line)
            role, indicator = (each.role, each.indicator) if each else line.feeds if line else (Role.NONE, "")
            lines.append(Line(role, (timeless(title),), indicator, "row", in_label))
        return lines

    def _code(self, title: str) -> str:
        """The title as an address, in words that no layout is called by yet."""
        words = [word[: _LONGEST_CODE - 1] for word in (fold(title) or f"phu luc {fold(self.grid.ordinal)}").split()]
        stem = ""
        for word in words:
            if len(stem) + len(word) < _LONGEST_CODE:
                stem = f"{stem}-{word}".strip("-")
        code, number = stem, 1
        while code in self._taken:
            number += 1
            code = f"{stem}-{number}"
        return code


def _titles(layout: Layout) -> set[tuple[object, ...]]:
    return {(line.axis, line.feeds, exactly(title)) for line in layout.lines for title in line.titles}


def _without(line: Line, title: str) -> Line:
    """A line that a heading no longer means."""
    return replace(line, titles=tuple(each for each in line.titles if exactly(each) != title))
