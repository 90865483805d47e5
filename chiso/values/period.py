"""Dates as Vietnamese documents write them. No clock here: a date comes in or goes out as text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_NUMBERS = r"(?P<day>[0-9]{1,2})\s*(?P<mark>[/-])\s*(?P<month>[0-9]{1,2})\s*(?P=mark)\s*(?P<year>[0-9]{4})"
_WORDS = r"ngày\s+(?P<day>[0-9]{1,2})\s+tháng\s+(?P<month>[0-9]{1,2})\s+năm\s+(?P<year>[0-9]{4})"
_ALONE = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (_WORDS, rf"(?:ngày\s+)?{_NUMBERS}"))
_INSIDE = tuple(
    # Neither the end of a longer number, nor with more behind: "1082/9/2023" and "13/9/2023/1" are no dates.
    re.compile(rf"(?<![\w/-]){pattern}(?![0-9]|[/-][0-9])", re.IGNORECASE)
    for pattern in (_WORDS, _NUMBERS)
)


def read_date(text: str) -> date | None:
    """The date that a text is: "ngày 13 tháng 9 năm 2023", "13/9/2023", "13-9-2023". The day stands first.

    None for any other text, and for a day that never was.
    """
    text = unicodedata.normalize("NFC", text).strip()
    found = next(filter(None, (pattern.fullmatch(text) for pattern in _ALONE)), None)
    return _date(found) if found else None


def find_dates(text: str) -> tuple[date, ...]:
    """All dates written in a text, in their order; days that never were left out."""
    return tuple(day for day in map(_date, _inside(text)) if day)


def impossible_dates(text: str) -> tuple[str, ...]:
    """What is written in a text as a date and never was a day: "ngày 31 tháng 2 năm 2023"."""
    return tuple(match.group() for match in _inside(text) if _date(match) is None)


def _inside(text: str) -> list[re.Match[str]]:
    text = unicodedata.normalize("NFC", text)
    return sorted((match for pattern in _INSIDE for match in pattern.finditer(text)), key=re.Match.start)


def vietnamese_date(day: date) -> str:
    """For lists and tables: "13/9/2023"."""
    return f"{day.day}/{day.month}/{day.year:04}"


def long_date(day: date) -> str:
    """For documents: "ngày 08 tháng 3 năm 2023". Days under 10 and the months 1 and 2 get a 0 (NĐ 30/2020, annex I)."""
    month = f"{day.month:02}" if day.month < 3 else f"{day.month}"
    return f"ngày {day.day:02} tháng {month} năm {day.year:04}"


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
