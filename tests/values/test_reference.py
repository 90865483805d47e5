"""Number and symbol of a dispatch, typed or pasted."""

from __future__ import annotations

import pytest

from chiso.values import reference


@pytest.mark.parametrize("text", ["1082", "05", "1082a", "12Đ"])
def test_numbers(text):
    assert reference.is_number(text)


@pytest.mark.parametrize("text", ["", "a", "1082ab", "1302/VPUB-KSTT", "1/2 ?#%", "1 2", "١٢", "1-2", "9" * 21])
def test_no_numbers(text):
    assert not reference.is_number(text)


@pytest.mark.parametrize("text", ["VPUB-KSTT", "UBND-TH1", "QĐ-UBND", "X"])
def test_symbols(text):
    assert reference.is_symbol(text)


@pytest.mark.parametrize("text", ["", "VPUB-KSTT/x", "VPUB_KSTT", "-KSTT", "VPUB--KSTT", "VP UB", "?#%", "A" * 41])
def test_no_symbols(text):
    assert not reference.is_symbol(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("1302", "VPUB-KSTT"), ("1302", "VPUB-KSTT")),
        ((" 1302 ", "VPUB – KSTT "), ("1302", "VPUB-KSTT")),
        (("1302/VPUB-KSTT", ""), ("1302", "VPUB-KSTT")),
        (("Số: 1302 / VPUB-KSTT", ""), ("1302", "VPUB-KSTT")),
        (("1302/VPUB-KSTT", "VPUB-KSTT"), ("1302", "VPUB-KSTT")),
        (("1302/VPUB-KSTT", "1302/VPUB-KSTT"), ("1302", "VPUB-KSTT")),
        (("", "1302/VPUB-KSTT"), ("1302", "VPUB-KSTT")),
        (("1302", "1302/VPUB-KSTT"), ("1302", "VPUB-KSTT")),
        (("1302/VPUB-KSTT", "UBND-TH"), ("1302/VPUB-KSTT", "UBND-TH")),
        (("1303", "1302/VPUB-KSTT"), ("1303", "1302/VPUB-KSTT")),
        (("1302/VPUB-KSTT/x", ""), ("1302/VPUB-KSTT/x", "")),
        (("", ""), ("", "")),
    ],
)
def test_a_whole_in_one_field_is_taken_apart(typed, kept):
    assert reference.parted(*typed) == kept
