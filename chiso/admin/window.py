"""What of a preview one page shows: a long file's doubtful rows first, then all of it, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import ngettext

from .marked import Row
from .preview import SEVERITIES, Change, Preview, Sheet, Told
from .question import Question

MOST_CELLS = 900  # of one page: about 120 KB, and below 300 where every cell asks
MOST_ROWS = 200
MOST_FORMS = 30
MOST_LINES = 200  # of each list


@dataclass(frozen=True, slots=True)
class Listing:
    """Problems of one sort. `left` is how many more there are than the page lists."""

    ask: str
    severity: str
    title: str
    told: list[Told]
    count: int

    @property
    def left(self) -> int:
        return self.count - len(self.told)


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a preview. `doubtful`: only the rows to look at; pages of all rows begin with the second then."""

    sheets: list[Sheet]
    listings: list[Listing]
    changed: list[Change]
    changed_left: int
    number: int
    pages: int
    doubtful: bool

    @property
    def numbers(self) -> range:
        return range(2, self.pages + 1)


def cut(shown: Preview, number: int, asked: str = "") -> Window:
    """The page of a number; `asked` is the key of a question whose form is wanted besides the first ones."""
    pages = _pages(shown.sheets)
    number = min(max(number, 1), len(pages))
    sheets = pages[number - 1]
    _point(shown, pages, sheets)
    _give_forms(sheets, asked)
    return Window(
        sheets, _listings(shown.problems), shown.changed[:MOST_LINES], max(0, len(shown.changed) - MOST_LINES),
        number, len(pages), doubtful=number == 1 and len(pages) > 1,
    )  # fmt: skip


def _pages(sheets: list[Sheet]) -> list[list[Sheet]]:
    if sum(_size(row) for sheet in sheets for row in sheet.rows) <= MOST_CELLS:
        return [sheets]
    return [_first(sheets), *_in_order(sheets)]


def _size(row: Row) -> int:
    return row.wide + 1


def _first(sheets: list[Sheet]) -> list[Sheet]:
    """Every sheet with its doubtful rows, as many as a page holds."""
    left = MOST_CELLS
    made = []
    for sheet in sheets:
        rows: list[Row] = []
        for row in sheet.rows:
            if not row.is_doubtful:
                continue
            if left < _size(row) or len(rows) == MOST_ROWS:
                break
            left -= _size(row)
            rows.append(row)
        made.append(replace(sheet, rows=rows))
    return made


def _in_order(sheets: list[Sheet]) -> Iterator[list[Sheet]]:
    """All rows of all sheets, a page's worth at a time; headings are repeated."""
    page: list[Sheet] = []
    cells = rows = 0
    for sheet in sheets:
        part = replace(sheet, rows=[])
        page.append(part)
        for row in sheet.rows:
            if cells and (cells + _size(row) > MOST_CELLS or rows == MOST_ROWS):
                yield [each for each in page if each.rows]
                part, cells, rows = replace(sheet, rows=[]), 0, 0
                page = [part]
            part.rows.append(row)
            cells, rows = cells + _size(row), rows + 1
    yield page


def _point(shown: Preview, pages: list[list[Sheet]], here: list[Sheet]) -> None:
    """Lines of the lists lead to the page that holds their cell."""
    stands = {key: number for number, page in enumerate(pages, 1) for key in _keys(page)}
    on_page = set(_keys(here))
    lines: list[Told | Change] = [*shown.problems, *shown.changed]
    for line in lines:
        key = line.anchor.rpartition("-")[0]
        if key in stands and key not in on_page:
            line.page = f"?rows={stands[key]}"


def _keys(sheets: Iterable[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        for row in (*sheet.headings, *sheet.rows):
            yield row.anchor


def _give_forms(sheets: list[Sheet], asked: str) -> None:
    forms = 0
    for each in _questions(sheets):
        each.has_form = not each.same_as and (forms < MOST_FORMS or each.key == asked or bool(each.wrong))
        forms += each.has_form


def _questions(sheets: Iterable[Sheet]) -> Iterator[Question]:
    for sheet in sheets:
        for row in (*sheet.headings, *sheet.rows):
            yield from row.asks


def _listings(problems: list[Told]) -> list[Listing]:
    """Problems by what answers them, the gravest sort first."""
    groups: dict[tuple[str, str], list[Told]] = {}
    for each in problems:
        groups.setdefault((each.severity, each.ask), []).append(each)
    order = ["line", "unit", "cell", ""]
    made = sorted(groups.items(), key=lambda item: (SEVERITIES.index(item[0][0]), order.index(item[0][1])))
    return [
        Listing(ask, severity, _title(severity, ask, len(told)), told[:MOST_LINES], len(told))
        for (severity, ask), told in made
    ]


def _title(severity: str, ask: str, count: int) -> str:
    if severity == "note":
        text = ngettext("%(count)s note", "%(count)s notes", count)
    elif ask == "line":
        text = ngettext("%(count)s column or row is not known", "%(count)s columns or rows are not known", count)
    elif ask == "unit":
        text = ngettext("%(count)s name of a unit is a question", "%(count)s names of units are a question", count)
    elif ask == "cell":
        text = ngettext("%(count)s cell cannot be read", "%(count)s cells cannot be read", count)
    else:
        text = ngettext("%(count)s thing to mend in the file", "%(count)s things to mend in the file", count)
    return text % {"count": count}
