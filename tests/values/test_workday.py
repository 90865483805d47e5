"""Working days against the calendar on the wall: National Day and the lunar new year of 2023 and 2024."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.values.workday import MOST, after, is_workday, left

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 9, 1), False),  # the day beside National Day
        (date(2023, 9, 2), False),
        (date(2023, 9, 4), False),  # the Monday in place of the Saturday
        (date(2023, 9, 5), True),
        (date(2023, 9, 9), False),  # a Saturday
        (date(2024, 2, 9), False),  # the eve of the lunar new year
        (date(2024, 2, 14), False),
        (date(2024, 2, 15), True),
        (date(2024, 4, 18), False),  # the Hùng kings
        (date(2024, 5, 1), False),
    ],
)
def test_a_day(day: date, works: bool):
    assert is_workday(day) == works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2023, 9, 13), 0, date(2023, 9, 13)),
        (date(2023, 9, 13), 2, date(2023, 9, 15)),
        (date(2023, 9, 15), 1, date(2023, 9, 18)),  # over a weekend
        (date(2023, 9, 16), 1, date(2023, 9, 18)),  # from a Saturday
        (date(2023, 8, 31), 1, date(2023, 9, 5)),  # over National Day
        (date(2025, 12, 31), 1, date(2026, 1, 2)),  # over the turn of the year
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over the lunar new year and both weekends beside it
        (date(2026, 8, 28), 1, date(2026, 9, 3)),  # over National Day with the Monday given for a Saturday
    ],
)
def test_so_many_days_on(start: date, days: int, end: date):
    assert after(start, days) == end
    assert left(start, end) == days


def test_no_number_of_days_leads_beyond_the_calendar():
    longest = after(date(2023, 9, 13), MOST)
    assert after(date(2023, 9, 13), 999_999_999) == longest == after(date(2023, 9, 13), MOST + 1)
    assert longest.year == 2024
    assert after(date(9999, 12, 30), 5) == date.max


@given(DAYS, st.integers(1, 40))
def test_what_is_counted_on_is_what_is_left(start: date, days: int):
    end = after(start, days)
    assert is_workday(end)
    assert left(start, end) == days
    assert left(start, end - timedelta(days=1)) == days - 1
    assert left(end, start) == 0
