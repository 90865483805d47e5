"""Figures, ranks, dates and places as a reader of the active language expects them: 57,72 or 57.72, 13/9/2023.

Cells are made into text here once, not number by number in a template: a yearbook's page has hundreds of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chiso.ranking.shown import shown
from chiso.values.number import Figure, Kind, plain, read, vietnamese
from chiso.words.place import where_text

MISSING = "–"
_OTHER_MARKS = str.maketrans(",.", ".,")
_SPOT = re.compile(r" \(.*\)$")


def number_text(value: Decimal, places: int | None = None) -> str:
    """ "57,72" and "2.145" in Vietnamese, "57.72" and "2,145" in English; `places` fixes the decimals (rounding half
    up), without it the value keeps the ones it has."""
    text = vietnamese(value, places)
    return text if (get_language() or "").startswith("vi") else text.translate(_OTHER_MARKS)


def ratio_text(value: Decimal, places: int) -> str:
    """What was worked out, with the decimals of its column, or as many more as it takes to be no 0."""
    told = shown(Fraction(value), places)
    return number_text(told, places) if told == round(told, places) else number_text(told)


def column_places(values: Iterable[Decimal | None], *, most: int = 4) -> int:
    """The number of decimals at which no figure of a column loses a digit, `most` at the highest."""
    return max((min(len(plain(each).partition(".")[2]), most) for each in values if each is not None), default=0)


def value_text(value: Decimal | None, out_of: Decimal | None, kind: str) -> str:
    """A figure with what belongs to it: "57,72/100", "37/37", "85,23%", "2.145"; "–" where there is none."""
    return MISSING if value is None else "".join(decimals_apart(value, out_of, kind))


def decimals_apart(value: Decimal, out_of: Decimal | None, kind: str) -> tuple[str, str, str]:
    """The three parts of `value_text`: ("57", ",72", "/100"), ("2.145", "", ""), ("100", "", "%")."""
    text = number_text(value)
    places = column_places([value])
    cut = len(text) - places - 1 if places else len(text)
    tail = f"/{number_text(out_of)}" if out_of is not None else "%" if kind == Kind.PERCENT else ""
    return text[:cut], text[cut:], tail


def kind_shown(printed: str, kind: str) -> str:
    """The kind a figure was printed as: "0 hồ sơ" of a percentage is shown as the count it is, never as "0%"."""
    read_as = read(printed, Kind(kind)) if kind in set(Kind) else None
    return read_as.printed_kind if isinstance(read_as, Figure) else kind


def rank_text(rank: int | None, tied: bool = False) -> str:
    """ "3", "=3" where another unit has the same rank, "–" where there is none."""
    if rank is None:
        return MISSING
    return f"={rank}" if tied else str(rank)


def date_text(day: date | None) -> str:
    """ "13/9/2023", in English "13 Sep 2023"; "" where there is none."""
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def cell_text(cell: str) -> str:
    """Where a person finds a figure again: "IV, row 15, column 3" as "Phụ lục IV, dòng 15, cột 3". The spot inside
    the file ("(Sheet1!C15)") is left to those who hold the file."""
    return where_text(_SPOT.sub("", cell)) if cell else ""


def listed(names: list[str]) -> str:
    """ "A", "A and B", "A and 2 more": as many names as a line of a table bears."""
    if len(names) < 2:
        return "".join(names)
    if len(names) == 2:
        return _("%(first)s and %(second)s") % {"first": names[0], "second": names[1]}
    return _("%(first)s and %(count)s more") % {"first": names[0], "count": len(names) - 1}
