"""Places of a dispatch in the person's language: appendix, row and column, page and line, level."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext, gettext_noop

LEVELS = {
    "nation": gettext_noop("national level"),
    "province": gettext_noop("provincial level"),
    "agency": gettext_noop("departments and agencies"),
    "district": gettext_noop("district level"),
    "commune": gettext_noop("commune level"),
}

PLACES = {"letter": gettext_noop("The letter"), "document": gettext_noop("The whole dispatch")}

_NUMBERED = {
    "row": gettext_noop("row %(number)s"),
    "column": gettext_noop("column %(number)s"),
    "page": gettext_noop("page %(number)s"),
    "line": gettext_noop("line %(number)s"),
}
_NUMBERED_PART = re.compile(r"(row|column|page|line) (\d+)")
_ORDINAL = re.compile(r"[A-Z0-9][\w./-]*")  # "IV", "2", "II.1"; slugs of units begin small
_SPOT = re.compile(r"(?P<place>.*?) \((?P<spot>.*)\)")


def where_text(where: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """A place in the person's language: "IV, row 6 (page 5)" -> "Phụ lục IV, dòng 6 (trang 5)". `names` are those of
    the units and indicators in it."""
    if where in PLACES:
        return gettext(PLACES[where])
    match = _SPOT.fullmatch(where)
    if match:
        spot = ", ".join(map(_part_text, match["spot"].split(", ")))
        return f"{where_text(match['place'], names)} ({spot})"
    first, *rest = where.split(", ")
    if first not in names and _ORDINAL.fullmatch(first):
        first = gettext("Appendix %(ordinal)s") % {"ordinal": first}
    return ", ".join(filter(None, [names.get(part, _part_text(part)) for part in (first, *rest)]))


def _part_text(part: str) -> str:
    if part in LEVELS:
        return gettext(LEVELS[part])
    match = _NUMBERED_PART.fullmatch(part)
    return gettext(_NUMBERED[match[1]]) % {"number": match[2]} if match else part
