"""Which layout a grid has, and what each of its columns holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from chiso.ingest import header
from chiso.ingest.grid import Grid
from chiso.ingest.layout import IndicatorRecord, Knowledge, Layout, Line, Role
from chiso.values.name import Directory, fold

# Headings that any table may carry: alone they do not tell which appendix it is.
GENERIC = frozenset({"diem", "diem so", "tong diem", "don vi", "ten don vi", "co quan", "noi dung", "chi tieu", "ty le"})
_OPTIONAL = (Role.POSITION, Role.RANK, Role.CODE)


@dataclass(slots=True)
class Columns:
    """Column index -> the line it is; `units` for columns headed by a unit's name; the rest is unmapped."""

    layout: Layout | None
    lines: dict[int, Line] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    unmapped: list[int] = field(default_factory=list)
    guessed_unit: bool = False  # the unit column was found by its contents, its heading being unknown

    def of(self, role: Role) -> int | None:
        return next((column for column, line in self.lines.items() if line.role is role), None)


def columns(grid: Grid, knowledge: Knowledge, directory: Directory) -> Columns:
    """The layout that fits best with what each column is; without one, columns by known titles alone."""
    found = header.titles(grid)
    best = max((_fit(layout, grid, found) for layout in knowledge.layouts), key=lambda fit: fit[0], default=None)
    made = Columns(best[1], best[2]) if best and best[0] > 0 else Columns(None, _by_known_titles(found, knowledge))
    _name_the_rest(made, grid, found, directory)
    return made


def _fit(layout: Layout, grid: Grid, found: list[list[str]]) -> tuple[float, Layout, dict[int, Line]]:
    """(score, layout, column -> line); the score is 0 where the layout does not fit."""
    matched, telling = _match(layout, found)
    wanted = [line for line in layout.lines if line.axis == "column" and line.role not in _OPTIONAL]
    have = [line for line in matched.values() if line.role not in _OPTIONAL]
    titled = bool(grid.title) and fold(grid.title) in {fold(title) for title in layout.titles}
    if not wanted or len(have) * 2 < len(wanted) or not (telling or titled):
        return 0.0, layout, {}
    score = len(have) / len(wanted) + telling / 10 + (0.5 if titled else 0) + (0.25 if grid.ordinal == layout.ordinal else 0)
    return score, layout, matched


def _match(layout: Layout, found: list[list[str]]) -> tuple[dict[int, Line], int]:
    """Column -> line, each line once; and how many matched by a title that only this kind of table has."""
    matched: dict[int, Line] = {}
    telling = 0
    for line in (line for line in layout.lines if line.axis == "column"):
        titles = {fold(title) for title in line.titles}
        for column, alternatives in enumerate(found):
            # The last part of a longer heading says enough only where it is no word that any heading may end with.
            hit = next((title for n, title in enumerate(alternatives) if title in titles and not (n and title in GENERIC)), None)
            if hit is not None and column not in matched:
                matched[column] = line
                telling += hit not in GENERIC and line.role not in _OPTIONAL
                break
    return matched, telling


def _by_known_titles(found: list[list[str]], knowledge: Knowledge) -> dict[int, Line]:
    """No layout fits: columns whose title is a role's or a known indicator's are taken all the same."""
    roles = {
        fold(title): line
        for layout in knowledge.layouts
        for line in layout.lines
        if line.axis == "column" and line.role is not Role.INDICATOR
        for title in line.titles
    }
    indicators = {name: Line(Role.INDICATOR, (), record.code) for record in knowledge.indicators for name in names_of(record)}
    matched: dict[int, Line] = {}
    for column, alternatives in enumerate(found):
        line = next((roles.get(title) or indicators.get(title) for title in alternatives if title in roles or title in indicators), None)
        if line is not None and line not in matched.values():
            matched[column] = line
    return matched


def names_of(record: IndicatorRecord) -> set[str]:
    """Folded texts that name an indicator: its code, its name, and "Chỉ số …" before it."""
    name = fold(record.name)
    return {fold(record.code), name, f"chi so {name}", name.removeprefix("chi so ")}


def _name_the_rest(made: Columns, grid: Grid, found: list[list[str]], directory: Directory) -> None:
    indicators_in_rows = made.of(Role.LABEL) is not None
    for column in range(len(found)):
        if column in made.lines:
            continue
        match = directory.match(header.heading_text(grid, column)) if indicators_in_rows and found[column] else None
        if match and match.unit:
            made.units[column] = match.unit
        else:
            made.unmapped.append(column)
    if made.of(Role.UNIT) is None and not indicators_in_rows:
        _find_units_by_content(made, grid, directory)


def _find_units_by_content(made: Columns, grid: Grid, directory: Directory) -> None:
    """The one unmapped column half of whose cells name units on record must be the units' column."""
    body = grid.rows[grid.header :]
    likely = [
        column
        for column in made.unmapped
        if sum(1 for row in body if row[column].text and directory.match(row[column].text).unit) * 2 > len(body)
    ]
    if len(likely) == 1:
        made.lines[likely[0]] = Line(Role.UNIT, ())
        made.unmapped.remove(likely[0])
        made.guessed_unit = True
