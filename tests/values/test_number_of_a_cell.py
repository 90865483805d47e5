"""Numeric cells of a spreadsheet: what their format shows is the figure (DOMAIN §5.4)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.values.number import WHYS, Doubt, Figure, Kind, read_number


def figure(value: str, printed: str, kind: Kind, out_of: str | None = None) -> Figure:
    return Figure(Decimal(value), None if out_of is None else Decimal(out_of), printed, kind)


CELL_DOUBTS = [
    ("12.5", "General", Kind.COUNT, "fraction-in-count", ""),
    ("2.145", "0.000", Kind.COUNT, "fraction-in-count", ""),
    ("2.4", "0", Kind.COUNT, "fraction-in-count", ""),  # shown as 2
    ("2", '0.000" hồ sơ"', Kind.PERCENT, "fraction-in-count", ""),  # shown as "2.000 hồ sơ"
    ("0.8918", "General", Kind.PERCENT, "fraction-or-percent", ""),
    ("1", "0", Kind.PERCENT, "fraction-or-percent", ""),
    ("0.5", "0.00", Kind.PERCENT, "fraction-or-percent", ""),
    ("37", "General", Kind.SHARE, "share-as-number", ""),
    ("0.727", "0%", Kind.SHARE, "share-as-number", ""),
    ("0.37", "0%", Kind.COUNT, "percent-format", "0%"),
    ("0.37", "0.00%", Kind.SCORE, "percent-format", "0.00%"),
    ("45238", "d/m/yyyy", Kind.SHARE, "date-in-cell", "d/m/yyyy"),
    ("45238", "dd\\-mmm", Kind.COUNT, "date-in-cell", "dd\\-mmm"),
    ("0.5", "[h]:mm", Kind.SCORE, "date-in-cell", "[h]:mm"),
    ("45238", '[$-42A]"ngày" d', Kind.COUNT, "date-in-cell", '[$-42A]"ngày" d'),
    ("12345", "0.00E+00", Kind.SCORE, "unknown-format", "0.00E+00"),
    ("12.5", "# ?/?", Kind.SCORE, "unknown-format", "# ?/?"),
    ("12000", "#,##0,", Kind.SCORE, "unknown-format", "#,##0,"),  # shown in thousands
    ("5", ";;;", Kind.COUNT, "unknown-format", ";;;"),  # shown as nothing
    ("5", "[>100]0.0;0", Kind.SCORE, "unknown-format", "[>100]0.0;0"),
    ("5", '0"0"', Kind.SCORE, "unknown-format", '0"0"'),  # shown as 50
    ("5", '0 "đồng"', Kind.COUNT, "unknown-word", "đồng"),
    ("-5", "0", Kind.COUNT, "negative", ""),
    ("-0.1", "0.0%", Kind.PERCENT, "negative", ""),
    ("85.2345678", "General", Kind.PERCENT, "too-many-decimals", ""),
    ("0.0000001", "General", Kind.SCORE, "too-many-decimals", ""),
    ("1E-999999", "General", Kind.SCORE, "too-many-decimals", ""),
    ("123456789012", "0", Kind.COUNT, "too-large", ""),
    ("1E+300", "0", Kind.COUNT, "too-large", ""),
    ("NaN", "General", Kind.SCORE, "no-number", ""),
    ("Infinity", "0", Kind.COUNT, "no-number", ""),
]


@pytest.mark.parametrize(("value", "number_format", "kind", "why", "detail"), CELL_DOUBTS)
def test_doubt_about_a_numeric_cell(value: str, number_format: str, kind: Kind, why: str, detail: str) -> None:
    answer = read_number(Decimal(value), number_format, kind)
    assert isinstance(answer, Doubt)
    assert (answer.why, answer.detail) == (why, detail)
    assert answer.printed


@pytest.mark.parametrize(
    ("value", "number_format", "kind", "expected"),
    [
        ("0.8918", "0.00%", Kind.PERCENT, figure("89.18", "89.18%", Kind.PERCENT)),
        ("0.89185", "0.00%", Kind.PERCENT, figure("89.19", "89.19%", Kind.PERCENT)),  # half up, as shown
        ("0.8918", "0%", Kind.PERCENT, figure("89", "89%", Kind.PERCENT)),
        ("1", "0.0%", Kind.PERCENT, figure("100.0", "100.0%", Kind.PERCENT)),
        ("0", "0.00%", Kind.PERCENT, figure("0", "0.00%", Kind.PERCENT)),
        ("89.18", '0.00"%"', Kind.PERCENT, figure("89.18", "89.18%", Kind.PERCENT)),
        ("0.5", '0.0"%"', Kind.PERCENT, figure("0.5", "0.5%", Kind.PERCENT)),  # the sign is there: no doubt
        ("89.18", "General", Kind.PERCENT, figure("89.18", "89.18", Kind.PERCENT)),
        ("0", "General", Kind.PERCENT, figure("0", "0", Kind.PERCENT)),
        ("0.000", "0.0", Kind.PERCENT, figure("0", "0.0", Kind.PERCENT)),
        ("1", '0" hồ sơ"', Kind.PERCENT, figure("1", "1 hồ sơ", Kind.COUNT)),
        ("11.3", "General", Kind.SCORE, figure("11.3", "11.3", Kind.SCORE)),
        ("11.300000000000001", "General", Kind.SCORE, figure("11.3", "11.3", Kind.SCORE)),
        ("57.725", "0.00", Kind.SCORE, figure("57.73", "57.73", Kind.SCORE)),
        ("57.7", "0.00", Kind.SCORE, figure("57.7", "57.70", Kind.SCORE)),
        ("57.7", "0.##", Kind.SCORE, figure("57.7", "57.7", Kind.SCORE)),
        ("1234.5", "#,##0.0", Kind.SCORE, figure("1234.5", "1234.5", Kind.SCORE)),
        ("57.7", '0.0"/100"', Kind.SCORE, figure("57.7", "57.7/100", Kind.SCORE, "100")),
        ("8", "[Red]0.0_);(0.0)", Kind.SCORE, figure("8", "8.0", Kind.SCORE)),
        ("2145", "General", Kind.COUNT, figure("2145", "2145", Kind.COUNT)),
        ("2145", "#,##0", Kind.COUNT, figure("2145", "2145", Kind.COUNT)),
        ("2145.0", "0.00", Kind.COUNT, figure("2145", "2145", Kind.COUNT)),
        ("2E+3", "", Kind.COUNT, figure("2000", "2000", Kind.COUNT)),
        ("0", '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-', Kind.COUNT, figure("0", "0", Kind.COUNT)),
        ("-0", "0", Kind.COUNT, figure("0", "0", Kind.COUNT)),
    ],
)
def test_numeric_cell(value: str, number_format: str, kind: Kind, expected: Figure) -> None:
    assert read_number(Decimal(value), number_format, kind) == expected


@given(
    st.decimals(),
    st.one_of(st.sampled_from(["General", "0", "0.00", "#,##0.0", "0.00%", "0%", "d/m/yyyy", ""]), st.text()),
    st.sampled_from(Kind),
)
def test_read_number_never_raises(value: Decimal, number_format: str, kind: Kind) -> None:
    answer = read_number(value, number_format, kind)
    assert isinstance(answer, Figure) or answer.why in WHYS
