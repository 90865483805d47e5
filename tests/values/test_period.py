"""Dates in documents: the day stands first, and a day that never was is none."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.values.period import find_dates, long_date, read_date, vietnamese_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ngày 13 tháng 9 năm 2023", date(2023, 9, 13)),
        ("Ngày 08 tháng 3 năm 2023", date(2023, 3, 8)),
        (" ngày  13\ntháng 9  năm 2023 ", date(2023, 9, 13)),
        ("13/9/2023", date(2023, 9, 13)),
        ("03/09/2023", date(2023, 9, 3)),  # never 9 March
        ("13-9-2023", date(2023, 9, 13)),
        ("13 / 9 / 2023", date(2023, 9, 13)),
        ("ngày 12/9/2023", date(2023, 9, 12)),
        ("29/2/2024", date(2024, 2, 29)),
    ],
)
def test_read_date(text: str, day: date) -> None:
    assert read_date(text) == day
    assert read_date(unicodedata.normalize("NFD", text)) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "29/2/2023",
        "31/4/2023",
        "9/13/2023",
        "0/1/2023",
        "1/1/0000",
        "13/9/23",
        "13/9-2023",
        "13/9/20230",
        "113/9/2023",
        "8/11",
        "ngày 32 tháng 1 năm 2023",
        "ngày   tháng 9 năm 2023",
        "tháng 9 năm 2023",
        "Huế, ngày 13 tháng 9 năm 2023",  # more than a date: `find_dates`
        "١٣/٩/٢٠٢٣",
        "2.145",
    ],
)
def test_no_date(text: str) -> None:
    assert read_date(text) is None


def test_find_dates_in_their_order() -> None:
    line = (
        "Số liệu tại thời điểm 12/9/2023 (Kèm Công văn số 1082/VPUB-KSTT ngày 13 tháng 9 năm 2023), "
        "thay số 12/2023/NĐ-CP ngày 31/2/2023, số 1986/8/2023, và 08-3-2023."
    )
    assert find_dates(line) == (date(2023, 9, 12), date(2023, 9, 13), date(2023, 3, 8))
    assert find_dates("Thừa Thiên Huế,ngày 13 tháng 9 năm 2023") == (date(2023, 9, 13),)
    assert find_dates("xếp hạng 48/63") == ()


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (date(2023, 9, 13), "13/9/2023", "ngày 13 tháng 9 năm 2023"),
        (date(2023, 3, 8), "8/3/2023", "ngày 08 tháng 3 năm 2023"),
        (date(2023, 2, 1), "1/2/2023", "ngày 01 tháng 02 năm 2023"),
        (date(2024, 1, 31), "31/1/2024", "ngày 31 tháng 01 năm 2024"),
        (date(2023, 12, 10), "10/12/2023", "ngày 10 tháng 12 năm 2023"),
    ],
)
def test_written_dates(day: date, short: str, long: str) -> None:
    assert vietnamese_date(day) == short
    assert long_date(day) == long


@given(st.dates())
def test_a_written_date_reads_the_same(day: date) -> None:
    assert read_date(vietnamese_date(day)) == day
    assert read_date(long_date(day)) == day
    assert find_dates(f"Huế, {long_date(day)} ({vietnamese_date(day)}).") == (day, day)


@given(st.one_of(st.text(), st.text(st.sampled_from("0123456789/- ngàythánăm"))))
def test_reading_never_raises(text: str) -> None:
    found = find_dates(text)
    alone = read_date(text)
    assert alone is None or isinstance(alone, date)
    assert all(isinstance(day, date) for day in found)
