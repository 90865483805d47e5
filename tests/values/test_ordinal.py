from __future__ import annotations

from chiso.values.ordinal import order, roman


def test_appendices_come_in_their_order():
    right = ["I", "II", "III", "IV", "IV-2", "V", "IX", "X", "XIV"]
    assert sorted(sorted(right), key=order) == right
    assert sorted(["10", "2", "1"], key=order) == ["1", "2", "10"]
    assert sorted(["A", "I", ""], key=order) == ["I", "", "A"]
    assert order("Cuối")[0] == order("")[0] == 1000


def test_a_number_becomes_roman_and_back():
    assert [roman(number) for number in (1, 4, 9, 14, 40, 99, 112)] == ["I", "IV", "IX", "XIV", "XL", "XCIX", "CXII"]
    assert all(order(roman(number)) == (number, "") for number in range(1, 150))


def test_no_number_is_too_large_to_be_kept():
    assert max(order(text)[0] for text in ("9999999999", "C" * 10, "Cuối")) < 32_768
    assert order("9999999999") < order("phụ lục")
