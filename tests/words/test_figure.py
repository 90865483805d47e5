"""Figures, ranks, dates and places in the two languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from chiso.words import figure


@pytest.mark.parametrize(
    ("value", "places", "vi", "en"),
    [
        ("57.7200", None, "57,72", "57.72"),
        ("2145", None, "2.145", "2,145"),
        ("689276.0000", None, "689.276", "689,276"),
        ("48.7", 2, "48,70", "48.70"),
        ("72.7272727", 1, "72,7", "72.7"),
        ("0.25", 1, "0,3", "0.3"),  # half up
        ("1234.5", None, "1.234,5", "1,234.5"),
        ("0", None, "0", "0"),
        ("-0.15", None, "-0,15", "-0.15"),  # a difference
        ("-0.15", 1, "-0,2", "-0.2"),
        ("-0.04", 1, "0,0", "0.0"),
        ("-0.4", 0, "0", "0"),
        ("-1234.5", None, "-1.234,5", "-1,234.5"),
    ],
)
def test_numbers(value: str, places: int | None, vi: str, en: str):
    with override("vi"):
        assert figure.number_text(Decimal(value), places) == vi
    with override("en"):
        assert figure.number_text(Decimal(value), places) == en


@pytest.mark.parametrize(
    ("value", "out_of", "kind", "vi", "parts"),
    [
        ("57.72", "100", "score", "57,72/100", ("57", ",72", "/100")),
        ("37", "37", "share", "37/37", ("37", "", "/37")),
        ("85.23", None, "percent", "85,23%", ("85", ",23", "%")),
        ("10790", None, "count", "10.790", ("10.790", "", "")),
    ],
)
def test_a_figure_with_what_belongs_to_it(value, out_of, kind, vi, parts):
    total = out_of and Decimal(out_of)
    assert figure.value_text(Decimal(value), total, kind) == vi
    assert figure.decimals_apart(Decimal(value), total, kind) == parts


def test_a_missing_figure_is_no_zero():
    assert figure.value_text(None, None, "count") == "–"


@given(st.decimals(0, 10**10, allow_nan=False, places=4), st.sampled_from(["vi", "en"]))
def test_the_parts_make_the_whole(value: Decimal, language: str):
    with override(language):
        whole, decimals, tail = figure.decimals_apart(value, None, "percent")
        assert whole + decimals == figure.number_text(value)
        assert tail == "%"
        assert decimals == "" or decimals[0] == {"vi": ",", "en": "."}[language]


def test_the_decimals_of_a_column():
    assert figure.column_places([Decimal("57.7200"), Decimal("48.7"), None]) == 2
    assert figure.column_places([Decimal("2145.0000")]) == 0
    assert figure.column_places([100 * Decimal(8) / 11], most=1) == 1
    assert figure.column_places([]) == 0


def test_ranks():
    assert [figure.rank_text(3), figure.rank_text(3, True), figure.rank_text(None)] == ["3", "=3", "–"]


def test_dates():
    assert figure.date_text(date(2023, 9, 3)) == "3/9/2023"
    assert figure.date_text(None) == ""
    with override("en"):
        assert figure.date_text(date(2023, 9, 3)) == "3 Sep 2023"


def test_places():
    assert figure.cell_text("IV, row 15, column 3 (page 5, line 12)") == "Phụ lục IV, dòng 15, cột 3"
    assert figure.cell_text("II, row 2, column 3") == "Phụ lục II, dòng 2, cột 3"
    assert figure.cell_text("") == ""
    with override("en"):
        assert figure.cell_text("II, row 2, column 3") == "Appendix II, row 2, column 3"


def test_names_in_short():
    assert [figure.listed(list("ABCD"[:count])) for count in range(5)] == [
        "", "A", "A và B", "A và 2 đơn vị khác", "A và 3 đơn vị khác",
    ]  # fmt: skip


def test_a_count_printed_for_a_percentage_is_shown_as_a_count():
    assert figure.kind_shown("0 hồ sơ", "percent") == "count"
    assert figure.kind_shown("85.23%", "percent") == "percent"
    assert figure.kind_shown("khó đọc", "percent") == "percent"
    assert figure.kind_shown("0 hồ sơ", "") == ""
