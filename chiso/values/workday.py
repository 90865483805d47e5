"""Working days of Vietnamese offices: Monday to Friday, without the public holidays and the days off in their place.

A Saturday that is worked in place of a day off is not known here: a deadline is then a day later, never earlier.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

MOST = 250  # about a year of them: no step waits longer, whatever is asked for
_DAY = timedelta(days=1)
_SATURDAY = 5


def is_workday(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def after(day: date, days: int) -> date:
    """The last of so many working days, the first of which is the next one after `day`; `day` itself for none."""
    days = min(days, MOST)
    while days > 0 and day < date.max:
        day += _DAY
        days -= is_workday(day)
    return day


def left(today: date, until: date) -> int:
    """How many working days are left after today up to a day, that day included; 0 where it is today or gone."""
    return sum(is_workday(today + _DAY * each) for each in range(1, (until - today).days + 1))


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("VN", years=year))
