"""Places and figures of a case, as the checks look them up: each is made in one pass over the rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from chiso.checks.answer import DOCUMENT, About
from chiso.checks.case import Case, Row
from chiso.values.number import KEPT, Kind, places

Made = TypeVar("Made")
_COLUMN = re.compile(r"^(?P<appendix>.+), row \d+, column (?P<column>\d+)")


def cell_text(cell: str) -> str:
    """ "IV, row 6, column 4 (Phụ lục IV!D10)" without the spot in the file, which differs between formats."""
    return cell.partition(" (")[0]


def cell(row: Row) -> str:
    """Where a figure stands; one typed by hand has no cell and is named by its unit and indicator."""
    return cell_text(row.cell) or ", ".join(filter(None, (row.appendix, row.unit, row.indicator)))


def about(*rows: Row) -> About:
    """The figures themselves, as `Outcome.about` names them."""
    return tuple((row.unit, row.indicator) for row in rows)


def column(rows: Sequence[Row]) -> str:
    """Where figures of one indicator in one appendix stand: a lone cell, their column, or the indicator's code."""
    if len(rows) == 1:
        return cell(rows[0])
    found = {match.group("column") if (match := _COLUMN.match(row.cell)) else "" for row in rows}
    number = found.pop()
    named = f"column {number}" if number and not found else rows[0].indicator
    return ", ".join(filter(None, (rows[0].appendix, named)))


def block(ordinal: str, part: str) -> str:
    """A part of an appendix: the rows of one level, or one unit."""
    return ", ".join(filter(None, (ordinal, part)))


def once(case: Case, name: str, make: Callable[[], Made]) -> Made:
    """What several checks make of the rows: found seven times over it was a third of checking 84,000 figures."""
    if name not in case.made:
        case.made[name] = make()
    made: Made = case.made[name]
    return made


def known_rows(case: Case) -> list[Row]:
    """The rows whose indicator is in the set; without it there is no kind to judge a figure by."""
    return once(case, "known", lambda: [row for row in case.rows if row.indicator in case.indicators])


def figures_of(case: Case) -> dict[tuple[str, str], Row]:
    """(unit, indicator) -> its row, of those."""
    return once(case, "figures", lambda: by_figure(known_rows(case)))


def by_figure(rows: Iterable[Row]) -> dict[tuple[str, str], Row]:
    """(unit, indicator) -> its row; of two printings the first, the other is `totals-agree-across-appendices`'."""
    figures: dict[tuple[str, str], Row] = {}
    for row in rows:
        figures.setdefault((row.unit, row.indicator), row)
    return figures


def by_appendix(case: Case) -> dict[str, list[Row]]:
    """Ordinal -> its rows in printed order; the sheets first, then what stands in no sheet."""
    return once(case, "appendices", lambda: _by_appendix(case))


def _by_appendix(case: Case) -> dict[str, list[Row]]:
    appendices: dict[str, list[Row]] = {sheet.ordinal: [] for sheet in case.sheets}
    for row in known_rows(case):
        appendices.setdefault(row.appendix or DOCUMENT, []).append(row)
    for rows in appendices.values():
        rows.sort(key=lambda row: row.order)
    return appendices


def by_column(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Indicator -> its rows, in the order given."""
    columns: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        columns[row.indicator].append(row)
    return columns


def level(case: Case, slug: str) -> str:
    """The unit's level, "" for a unit that is not on record."""
    unit = case.units.get(slug)
    return unit.level if unit else ""


def name(case: Case, slug: str) -> str:
    """The unit's name of record, else its slug."""
    unit = case.units.get(slug)
    return unit.name if unit else slug


def under_issuer(case: Case, slug: str) -> bool:
    """Whether a unit is of the issuer's tree, the issuer's own unit left out."""
    unit = case.units.get(slug)
    return unit is not None and (unit.parent == case.issuer or case.issuer in unit.path)


@lru_cache(maxsize=KEPT)  # texts repeat themselves: a fifth of the work of adding up 84,000 figures
def half_place(kind: Kind, printed: str) -> Decimal:
    """Half of the last printed place: how far rounding can have moved a figure. Counts are not rounded."""
    if kind not in (Kind.SCORE, Kind.PERCENT):
        return Decimal(0)
    return Decimal(5).scaleb(-1 - places(printed, kind))
