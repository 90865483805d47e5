"""Which layout a grid has, and what each of its columns holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chiso.ingest import header
from chiso.ingest.grid import Grid
from chiso.ingest.header import Heading
from chiso.ingest.layout import IndicatorRecord, Knowledge, Layout, Line, Role
from chiso.ingest.named import by_known_titles, column_of_labels, column_of_units, misnamed
from chiso.ingest.naming import (
    GENERIC,
    MEASURES,
    Labels,
    Title,
    bare,
    exactly,
    is_neutral,
    issuer_tails,
    key,
    tells,
    timeless,
    without_issuer,
)
from chiso.values.name import Directory, fold
from chiso.values.number import Kind

_RANK_TITLES = frozenset({"xep hang", "thu hang", "hang", "xep thu"})
_RANK = re.compile(r"\d{1,3}(?:\s*/\s*\d{1,3})?")
_FIGURES = (Role.INDICATOR, Role.PROVINCE, Role.NATION)
_OPTIONAL = (Role.POSITION, Role.RANK, Role.CODE, Role.NONE)
_PERIOD = re.compile(
    r"(?: (?:so lieu|du lieu|cap nhat|tai|thoi diem|trong|cua|tinh|den|het|tu|dau|cuoi"
    r"|ngay|thang|quy|nam|tuan|ky|\d{1,4}|i{1,3}|iv))+$"
)
_PERIOD_NAMED = re.compile(r" (?:ngay|thang|quy|nam|tuan|ky|thoi diem) (?:\d|i)")
_REMARK = re.compile(r"\s*\([^()]*(?:\d|số liệu|tiếp)[^()]*\)\s*$", re.IGNORECASE)

Named = Sequence[tuple[Title, str]]  # what a heading may be called, and what stands above where it is a last part


@dataclass(frozen=True, slots=True)
class Readings:
    """What a heading may be called, and the whole of it."""

    each: Named
    whole: str


@dataclass(slots=True)
class Columns:
    """Column -> the line it is; `units` are columns headed by a unit's name, `ranks` printed ranks and the column
    whose figures they rank (None: the row's); the rest is unmapped."""

    layout: Layout | None
    lines: dict[int, Line] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    ranks: dict[int, int | None] = field(default_factory=dict)
    unmapped: list[int] = field(default_factory=list)
    titled: bool = False  # the table's title is the layout's
    guessed: int | None = None  # the column of units (or labels) found by its contents, its heading being unknown
    doubled: set[int] = field(default_factory=set)  # unmapped: two columns are headed alike
    misnamed: dict[int, str] = field(default_factory=dict)  # unmapped: cannot be the indicator its heading names

    def of(self, role: Role) -> int | None:
        return next((column for column, line in self.lines.items() if line.role is role), None)


@dataclass(frozen=True, slots=True)
class _Held:
    """The columns whose cells name units, and indicators, whatever heads them."""

    units: int | None
    labels: int | None


@dataclass(frozen=True, slots=True)
class _Fit:
    score: float
    layout: Layout
    lines: Mapping[int, Line]
    doubled: set[int]
    titled: bool
    ranks: frozenset[int]  # columns that the layout itself calls ranks, word for word


def columns(grid: Grid, knowledge: Knowledge, directory: Directory, labels: Labels) -> Columns:
    """The layout that fits best with what each column is; without one, columns by known titles alone."""
    heads = header.headings(grid)
    readings = [Readings(list(_readings(head)), exactly(head.text)) for head in heads]
    held = _Held(column_of_units(grid, directory), column_of_labels(grid, labels))
    fits = [fit for layout in knowledge.layouts if (fit := _fit(layout, grid, readings, knowledge, held))]
    best = max(fits, key=lambda fit: fit.score, default=None)
    if best is not None and _is_alone(best, fits):
        made = Columns(best.layout, dict(best.lines), titled=best.titled, doubled=best.doubled)
        said = best.ranks
    else:
        said = frozenset()
        titles = [reading.each for reading in readings]
        lines, doubled = by_known_titles(titles, knowledge, {held.units, held.labels})
        made = Columns(None, lines, doubled=doubled)
        made.misnamed = misnamed(grid, lines, knowledge)
        made.lines = {column: line for column, line in lines.items() if column not in made.misnamed}
    _find_position(made, heads)
    _find_by_content(made, grid, held)
    _name_units(made, heads, directory)
    _find_ranks(made, grid, heads, knowledge, said)
    mapped = {*made.lines, *made.units, *made.ranks}
    made.unmapped = [column for column in range(len(heads)) if column not in mapped]
    return made


def _readings(head: Heading) -> Iterator[tuple[Title, str]]:
    """What a heading of several rows may be called: its whole path, the path without its measure, its last part."""
    parts = [bare(part) for part in head.path]
    if not parts:
        return
    yield _title(parts), ""
    if len(parts) > 1:
        if parts[-1].key in MEASURES or not parts[-1].key:
            kind = MEASURES.get(parts[-1].key, parts[-1].kind)
            yield replace(_title(parts[:-1]), kind=kind), ""
        if head.own:
            yield parts[-1], _title(parts[:-1]).key


def _title(parts: Sequence[Title]) -> Title:
    kind = next((part.kind for part in reversed(parts) if part.kind), None)
    maximum = next((part.maximum for part in reversed(parts) if part.maximum is not None), None)
    return Title(" ".join(part.key for part in parts if part.key), kind, maximum)


# --- a layout ------------------------------------------------------------------------------------


def _fit(layout: Layout, grid: Grid, heads: Sequence[Readings], knowledge: Knowledge, held: _Held) -> _Fit | None:
    """How well a layout fits, None where it does not.

    Half of its columns must be there, and something must say that this is its table: the title, a heading that
    tells by itself, or all of at least three columns of figures together, "Số lượng" thrice not being three."""
    titled = _is_titled(grid, layout)
    exact = _exact(layout, heads, knowledge)
    preferred = {held.units, held.labels}
    matched, doubled, telling = _match(layout, heads, knowledge, exact, titled=titled, preferred=preferred)
    wanted = [line for line in layout.lines if line.axis == "column" and line.role not in _OPTIONAL]
    have = [line for line in matched.values() if line.role not in _OPTIONAL]
    if layout.rows_are == "indicators" and not any(line.role is Role.LABEL for line in have):
        label = next((line for line in wanted if line.role is Role.LABEL), None)
        if label is None or held.labels is None or held.labels in matched:
            return None
        have.append(label)
    own = {heads[column].whole.removesuffix(" %") for column, line in matched.items() if line.role is Role.INDICATOR}
    whole = len(have) == len(wanted) and len(own - GENERIC) >= 3
    # A table without a title, as one without a title was learnt: all its headings, word for word.
    said = sum(map(bool, exact.values()))
    alike = not (grid.title or layout.titles) and said == len(heads)
    if not have or len(have) * 2 < len(wanted) or not (titled or telling or whole or alike):
        return None
    usual = bool(grid.ordinal) and grid.ordinal == layout.ordinal
    score = len(have) / len(wanted) + telling / 10 + titled / 2 + usual / 4 + said / len(heads)
    ranks = frozenset(column for column, line in exact.items() if line and line.role is Role.RANK)
    return _Fit(score, layout, matched, doubled, titled, ranks)


def _is_alone(best: _Fit, fits: Sequence[_Fit]) -> bool:
    """Two layouts that fit as well and read the columns differently leave the choice to a person."""
    return all(fit is best or fit.score < best.score or fit.lines == best.lines for fit in fits)


def _is_titled(grid: Grid, layout: Layout) -> bool:
    """Whether the title is one of the layout's, but for the period it may name and for lines above it."""
    lines = _title_lines(grid)
    titles = {of_any_period(title) for title in layout.titles}
    return any(of_any_period(" ".join(lines[start:])) in titles for start in range(len(lines)))


def untimed(grid: Grid) -> str:
    """A table's title as printed, without the period it names at its end."""
    words = " ".join(_title_lines(grid)).split()
    whole = _without_period(fold(" ".join(words)))
    short = next((n for n in range(len(words) + 1) if fold(" ".join(words[:n])) == whole), len(words))
    return timeless(" ".join(words[:short]))


def _title_lines(grid: Grid) -> list[str]:
    return [_REMARK.sub("", line) for line in grid.titles or [grid.title] if not line.startswith("(")]


def of_any_period(title: str) -> str:
    """A title for comparing, whatever month it names."""
    return exactly(_without_period(fold(title)))


def _without_period(title: str) -> str:
    """ "… quoc gia thang 9 nam 2023" without its month."""
    tail = _PERIOD.search(title)
    return title[: tail.start()] if tail and _PERIOD_NAMED.search(tail.group()) else title


def _exact(layout: Layout, heads: Sequence[Readings], knowledge: Knowledge) -> dict[int, Line | None]:
    """Columns whose whole heading is a title of a line. As many columns as lines of one title are these in their order;
    where several lines have a title, more or fewer columns are nobody's."""
    called: dict[str, list[Line]] = {}
    for line in layout.lines:
        if line.axis == "column" and line.is_of_use(knowledge):
            for title in dict.fromkeys(map(exactly, line.titles)):
                called.setdefault(title, []).append(line)
    found: dict[int, Line | None] = {}
    for title, lines in called.items():
        columns = [column for column, head in enumerate(heads) if head.whole == title]
        if len(columns) == len(lines):
            found |= zip(columns, lines, strict=True)
        elif len(lines) > 1:
            found |= dict.fromkeys(columns)
    return found


def _match(
    layout: Layout, heads: Sequence[Readings], knowledge: Knowledge, exact: Mapping[int, Line | None], *, titled: bool,
    preferred: set[int | None],
) -> tuple[dict[int, Line], set[int], int]:  # fmt: skip
    """Column -> line, each line once; the columns headed alike; how many matched by a title that tells by itself.

    "Tên đơn vị" merged over a number and a name heads two columns: `preferred` holds the names."""
    records = {record.code: record for record in knowledge.indicators}
    tails = issuer_tails(knowledge)
    says = {word for title in layout.titles for word in key(title).split()} if titled else set()
    matched: dict[int, Line] = {}
    doubled: set[int] = set()
    telling = 0
    for line in layout.lines:
        if line.axis != "column" or line.role is Role.RANK or not line.is_of_use(knowledge):
            continue
        own = [(column, heads[column].whole) for column, of in exact.items() if of is line]
        if line.role is Role.NONE:  # left out is only what is called so, word for word
            matched |= dict.fromkeys((column for column, _ in own), line)
            continue
        titles = {key(title): title for title in line.titles}
        record = records.get(line.indicator)
        found = ((column, _hit(head.each, titles, tails, record, says)) for column, head in enumerate(heads))
        hits = [(column, hit) for column, hit in found if hit is not None and column not in {*matched, *exact}]
        hits = sorted([*own, *hits])
        if len(hits) > 1 and line.role in _FIGURES:
            doubled |= {column for column, _ in hits}
        elif hits:
            column, hit = next((each for each in hits if each[0] in preferred), hits[0])
            matched[column] = line
            telling += _says_layout(hit, line, layout, records)
    return matched, doubled, telling


def _hit(
    head: Named, titles: Mapping[str, str], tails: tuple[str, ...], record: IndicatorRecord | None, says: set[str]
) -> str | None:
    """The key by which a heading is one of the titles, None where it is not.

    `says` are the words of the table's title where it is the layout's."""
    for title, above in head:
        found = without_issuer(title.key, titles, tails)
        if found not in titles or not is_neutral(above, says):
            continue
        # The last part of a longer heading says enough only where it is no word that any heading may end with.
        if above and (found in GENERIC or not (says or (record and tells(found, record)))):
            continue
        if record is None or title.fits(record) or ("%" in titles[found] and title.kind is Kind.PERCENT):
            return found
    return None


def _says_layout(hit: str, line: Line, layout: Layout, records: Mapping[str, IndicatorRecord]) -> bool:
    """Whether a matched heading can stand in this layout's table alone."""
    if line.role in (Role.PROVINCE, Role.NATION):
        return True
    if line.role is Role.INDICATOR:
        return tells(hit, records[line.indicator])
    own = {each.indicator for each in layout.lines if each.role is Role.INDICATOR and each.axis == "column"}
    return any(tells(hit, records[code]) for code in own if code in records)


# --- what headings do not say ----------------------------------------------------------------------


def _find_position(made: Columns, heads: Sequence[Heading]) -> None:
    """ "STT" is the position, whether a layout says so or not."""
    likely = (n for n, head in enumerate(heads) if n not in made.lines and key(head.text) in header.POSITION_TITLES)
    if made.of(Role.POSITION) is None and (column := next(likely, None)) is not None:
        made.lines[column] = Line(Role.POSITION, ())


def _find_by_content(made: Columns, grid: Grid, held: _Held) -> None:
    """The one column half of whose cells name units (or indicators) on record is that of the units (or labels)."""
    if not grid.header or made.of(Role.UNIT) is not None or made.of(Role.LABEL) is not None:
        return
    as_labels = made.layout.rows_are == "indicators" if made.layout else held.labels is not None
    found, role = (held.labels, Role.LABEL) if as_labels else (held.units, Role.UNIT)
    if found is not None and found not in made.lines:
        made.lines[found], made.guessed = Line(role, ()), found


def _name_units(made: Columns, heads: Sequence[Heading], directory: Directory) -> None:
    """Where the rows are indicators, a column may be headed by a unit's name."""
    if made.of(Role.LABEL) is None:
        return
    for column, head in enumerate(heads):
        if column not in made.lines and head.path and (unit := _unit_of(head, directory)):
            made.units[column] = unit


def _unit_of(head: Heading, directory: Directory) -> str | None:
    above, last = " ".join(head.path[:-1]), head.path[-1]
    texts = [head.text]
    if above and key(last) in MEASURES:
        texts.append(above)
    elif above and head.own and is_neutral(key(above)):
        texts.append(last)
    return next((unit for text in texts if (unit := directory.match(text).unit)), None)


def _find_ranks(
    made: Columns, grid: Grid, heads: Sequence[Heading], knowledge: Knowledge, said: frozenset[int]
) -> None:
    """A rank under the heading of a group ranks this group; a lone one ranks what the table is ordered by. One that the
    layout calls a rank and that ranks nothing we know is no question."""
    lines = (line for layout in knowledge.layouts for line in layout.lines if line.role is Role.RANK)
    titles = _RANK_TITLES | {key(title) for line in lines for title in line.titles}
    figures = [column for column, line in made.lines.items() if line.role is Role.INDICATOR]
    ranked = {n for n, head in enumerate(heads) if head.path and bare(head.path[-1]).key in titles} | said
    ranks = [column for column in sorted(ranked) if column not in made.lines and _holds_ranks(grid, column)]
    lone = sum(len(heads[column].path) == 1 for column in ranks)
    for column in ranks:
        above = tuple(map(key, heads[column].path[:-1]))
        beside = [each for each in figures if above and tuple(map(key, heads[each].path[: len(above)])) == above]
        if len(beside) == 1:
            made.ranks[column] = beside[0]
        elif not above and lone == 1:
            made.ranks[column] = _ranked(made, figures, knowledge)
        elif column in said:
            made.lines[column] = Line(Role.RANK, ())


def _holds_ranks(grid: Grid, column: int) -> bool:
    """Whether what stands under "Xếp hạng" can be places: "3", "48/63", "Nhất"; not "89,18%"."""
    cells = [row[column] for row in grid.rows[grid.header :]]
    return all(_RANK.fullmatch(cell.text.strip()) for cell in cells if header.is_figure(cell))


def _ranked(made: Columns, figures: Sequence[int], knowledge: Knowledge) -> int | None:
    """The layout's sort column, else the total of the groups, else the only column of figures."""
    parents = {record.code: record.parent for record in knowledge.indicators if record.part_of_total}
    totals = {parents.get(made.lines[column].indicator) for column in figures}
    wanted = {made.layout.sorts} if made.layout and made.layout.sorts else totals
    likely = [column for column in figures if made.lines[column].indicator in wanted]
    return next(iter(likely), figures[0] if len(figures) == 1 else None)
