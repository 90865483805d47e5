"""Reading and printing figures: DOMAIN §5 as tables, then laws that hold for any text."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chiso.values import number
from chiso.values.number import (
    WHYS,
    Doubt,
    Figure,
    Kind,
    Missing,
    bare_thousands,
    decimal_mark,
    places,
    plain,
    printed_text,
    read,
    thousands_mark,
    vietnamese,
)
from tests.values.test_number_of_a_cell import CELL_DOUBTS, figure

NBSP, THIN, ZERO_WIDTH = "\u00a0", "\u2009", "\u200b"
KINDS = st.sampled_from(Kind)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("5932", "5932"),
        ("007", "7"),
        ("2.145", "2145"),
        ("2,145", "2145"),
        ("10.790", "10790"),
        ("689.276", "689276"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("12345678901", "12345678901"),
        ("12.345.678.901", "12345678901"),
    ],
)
def test_count(text: str, value: str) -> None:
    assert read(text, Kind.COUNT) == figure(value, text, Kind.COUNT)


@pytest.mark.parametrize(
    ("text", "value", "out_of"),
    [
        ("17.1/20", "17.1", "20"),
        ("17,5/20", "17.5", "20"),
        ("57,72/100", "57.72", "100"),
        ("57,72 / 100", "57.72", "100"),
        ("60.58/100.00", "60.58", "100"),
        ("2.145", "2.145", None),  # a count would be 2145
        ("8/11", "8", "11"),
        ("0/18", "0", "18"),
        ("12345678901.1234", "12345678901.1234", None),
        ("17,5 điểm", "17.5", None),
        ("17,5/20 điểm", "17.5", "20"),
    ],
)
def test_score(text: str, value: str, out_of: str | None) -> None:
    assert read(text, Kind.SCORE) == figure(value, text, Kind.SCORE, out_of)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("85.23%", "85.23"),
        ("85,23%", "85.23"),
        ("85,23 %", "85.23"),
        (f"85,23{NBSP}%", "85.23"),
        ("100%", "100"),
        ("100.0%", "100"),
        ("67.3", "67.3"),
        ("85 phần trăm", "85"),
        ("85.23% hồ sơ", "85.23"),  # the sign says percent, whatever of
        ("120%", "120"),  # out of bounds is a check's matter, not a reader's
    ],
)
def test_percent(text: str, value: str) -> None:
    assert read(text, Kind.PERCENT) == figure(value, text, Kind.PERCENT)


@pytest.mark.parametrize(
    ("text", "value", "out_of"),
    [
        ("37/37", "37", "37"),
        ("8/11", "8", "11"),
        ("0/0", "0", "0"),
        ("1.002/2145", "1002", "2145"),
        ("37/37 đơn vị", "37", "37"),
    ],
)
def test_share(text: str, value: str, out_of: str) -> None:
    assert read(text, Kind.SHARE) == figure(value, text, Kind.SHARE, out_of)


@pytest.mark.parametrize("word", ["hồ sơ", "đơn vị", "tài khoản", "trường hợp", "lượt", "thủ tục", "HỒ SƠ", "ho so"])
def test_a_counting_word_makes_a_count_even_of_a_percent(word: str) -> None:
    for kind in (Kind.COUNT, Kind.PERCENT):
        assert read(f"0 {word}", kind) == figure("0", f"0 {word}", Kind.COUNT)
        assert read(f"2.145 {word}", kind) == figure("2145", f"2.145 {word}", Kind.COUNT)
    assert read(f"12,5 {word}", Kind.PERCENT) == Doubt("mark-not-thousands", f"12,5 {word}", "12,5")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "text", ["", " ", NBSP, "-", "–", "—", "−", " - ", "---", "...", "…", "không có", "Không có", "KHÔNG", "khong co"]
)
def test_missing_is_not_zero(text: str, kind: Kind) -> None:
    assert read(text, kind) == Missing(text.strip())


@pytest.mark.parametrize("around", [" ", NBSP, THIN, ZERO_WIDTH, "\ufeff", "\t\n", "\u202f", "\u00ad"])
def test_white_space_around_is_not_printed(around: str) -> None:
    assert read(f"{around}2.145{around}", Kind.COUNT) == figure("2145", "2.145", Kind.COUNT)
    assert read(f"{around}–{around}", Kind.COUNT) == Missing("–")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("10.790¹", "10.790"),
        ("10.790 ²", "10.790"),
        ("10.790¹²", "10.790"),
        ("10.790 ¹,²", "10.790"),
        ("10.790⁽³⁾", "10.790"),
        ("10.790 hồ sơ⁴", "10.790 hồ sơ"),
    ],
)
def test_footnote_marks_are_taken_off(text: str, printed: str) -> None:
    assert read(text, Kind.COUNT) == figure("10790", printed, Kind.COUNT)


DOUBTS = [
    ("abc", Kind.COUNT, "no-number", ""),
    ("/", Kind.SHARE, "no-number", ""),
    ("%", Kind.PERCENT, "no-number", ""),
    ("½", Kind.SCORE, "no-number", ""),
    ("5O3", Kind.COUNT, "letter-in-number", "O"),
    ("50O", Kind.COUNT, "letter-in-number", "O"),
    ("O5", Kind.COUNT, "letter-in-number", "O"),
    ("57,l2/100", Kind.SCORE, "letter-in-number", "l"),
    ("8g.I8%", Kind.PERCENT, "letter-in-number", "gI"),
    ("1e5", Kind.SCORE, "letter-in-number", "e"),
    ("٥٠٣", Kind.COUNT, "foreign-digits", "٥٠٣"),
    ("１２", Kind.COUNT, "foreign-digits", "１２"),
    ("12 abc", Kind.COUNT, "unknown-word", "abc"),
    ("12 con voi", Kind.PERCENT, "unknown-word", "con voi"),
    ("12 hồ sơ", Kind.SCORE, "word-of-another-kind", "hồ sơ"),
    ("12 điểm", Kind.COUNT, "word-of-another-kind", "điểm"),
    ("12 điểm", Kind.PERCENT, "word-of-another-kind", "điểm"),
    ("8/11 điểm", Kind.SHARE, "word-of-another-kind", "điểm"),
    ("~85", Kind.PERCENT, "unexpected-sign", "~"),
    ("+5", Kind.COUNT, "unexpected-sign", "+"),
    ("(5)", Kind.COUNT, "unexpected-sign", "("),
    ("5-6", Kind.COUNT, "unexpected-sign", "-"),
    ("85%%", Kind.PERCENT, "unexpected-sign", "%"),
    ("8/", Kind.SHARE, "unexpected-sign", "/"),
    ("85‰", Kind.PERCENT, "unexpected-sign", "‰"),
    ("-5", Kind.COUNT, "negative", ""),
    ("−5,2", Kind.SCORE, "negative", ""),
    ("- 5%", Kind.PERCENT, "negative", ""),
    ("2 145", Kind.COUNT, "space-in-number", ""),
    (f"2{NBSP}145", Kind.COUNT, "space-in-number", ""),
    (f"2{ZERO_WIDTH}145", Kind.COUNT, "space-in-number", ""),
    ("57, 72/100", Kind.SCORE, "space-in-number", ""),
    ("57,72/1 00", Kind.SCORE, "space-in-number", ""),
    (".5", Kind.SCORE, "misplaced-mark", ".5"),
    ("5.", Kind.COUNT, "misplaced-mark", "5."),
    ("1..234", Kind.COUNT, "misplaced-mark", "1..234"),
    ("5,/20", Kind.SCORE, "misplaced-mark", "5,"),
    ("1.234,567", Kind.COUNT, "two-marks", "1.234,567"),
    ("1.234,5", Kind.SCORE, "two-marks", "1.234,5"),
    ("1.234.567", Kind.SCORE, "two-marks", "1.234.567"),
    ("1,234.5%", Kind.PERCENT, "two-marks", "1,234.5"),
    ("2.14", Kind.COUNT, "mark-not-thousands", "2.14"),
    ("2.1450", Kind.COUNT, "mark-not-thousands", "2.1450"),
    ("2145.678", Kind.COUNT, "mark-not-thousands", "2145.678"),
    ("0.145", Kind.COUNT, "mark-not-thousands", "0.145"),
    ("012.345", Kind.COUNT, "mark-not-thousands", "012.345"),
    ("8.5/11", Kind.SHARE, "mark-not-thousands", "8.5"),
    ("85.23%", Kind.COUNT, "percent-sign", ""),
    ("85%", Kind.SCORE, "percent-sign", ""),
    ("8/11%", Kind.SHARE, "percent-sign", ""),
    ("85 phần trăm", Kind.COUNT, "percent-sign", ""),
    ("3/4", Kind.COUNT, "slash", ""),
    ("85/100", Kind.PERCENT, "slash", ""),
    ("3/4 hồ sơ", Kind.PERCENT, "slash", ""),
    ("8/11/2023", Kind.SHARE, "two-slashes", ""),
    ("37", Kind.SHARE, "share-without-total", ""),
    ("5/0", Kind.SCORE, "zero-maximum", ""),
    ("5/0,0", Kind.SCORE, "zero-maximum", ""),
    ("1.23456", Kind.SCORE, "too-many-decimals", ""),
    ("5/1,00000", Kind.SCORE, "too-many-decimals", ""),
    ("123456789012", Kind.COUNT, "too-large", ""),
    ("123.456.789.012", Kind.COUNT, "too-large", ""),
    ("123456789012,5", Kind.SCORE, "too-large", ""),
]


@pytest.mark.parametrize(("text", "kind", "why", "detail"), DOUBTS)
def test_doubt(text: str, kind: Kind, why: str, detail: str) -> None:
    assert read(text, kind) == Doubt(why, text, detail)


def test_whys_lists_every_id_and_each_has_a_case() -> None:
    shown = {case[2] for case in DOUBTS} | {case[3] for case in CELL_DOUBTS}
    assert len(set(WHYS)) == len(WHYS)
    assert shown == set(WHYS)
    source = Path(number.__file__).read_text(encoding="utf-8")
    assert [why for why in WHYS if source.count(f'"{why}"') < 2] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [("57.72", "57.72"), ("57.720", "57.72"), ("100.0", "100"), ("1E+2", "100"), ("2145", "2145"), ("-0.00", "0")],
)
def test_plain(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("57.72", None, "57,72"),
        ("57.70", None, "57,7"),
        ("57.7", 2, "57,70"),
        ("2145", None, "2.145"),
        ("689276", None, "689.276"),
        ("1234567.5", None, "1.234.567,5"),
        ("2.5", 0, "3"),
        ("-0.004", 2, "0,00"),
        ("-0.5", None, "-0,5"),
        ("-1234.5", 1, "-1.234,5"),
        ("0", 1, "0,0"),
    ],
)
def test_vietnamese(value: str, decimals: int | None, text: str) -> None:
    assert vietnamese(Decimal(value), decimals) == text


@pytest.mark.parametrize(
    ("value", "out_of", "kind", "text"),
    [
        ("57.72", "100", Kind.SCORE, "57,72/100"),
        ("57.72", None, Kind.SCORE, "57,72"),
        ("2145.5", None, Kind.SCORE, "2145,5"),
        ("85.230", None, Kind.PERCENT, "85,23%"),
        ("2145", None, Kind.COUNT, "2.145"),
        ("37", "37", Kind.SHARE, "37/37"),
        ("1002", "2145", Kind.SHARE, "1.002/2.145"),
    ],
)
def test_printed_text(value: str, out_of: str | None, kind: Kind, text: str) -> None:
    assert printed_text(Decimal(value), None if out_of is None else Decimal(out_of), kind) == text


@pytest.mark.parametrize(
    ("printed", "kind", "decimal", "thousands", "bare", "decimals"),
    [
        ("17,5/20", Kind.SCORE, ",", "", False, 1),
        ("17.10/20", Kind.SCORE, ".", "", False, 2),
        ("17/20,0", Kind.SCORE, ",", "", False, 0),
        ("17/20", Kind.SCORE, "", "", False, 0),
        ("5932", Kind.SCORE, "", "", False, 0),
        ("2.145", Kind.SCORE, ".", "", False, 3),
        ("85.23%", Kind.PERCENT, ".", "", False, 2),
        ("100.0 %", Kind.PERCENT, ".", "", False, 1),
        ("0 hồ sơ", Kind.PERCENT, "", "", False, 0),
        ("2.145 hồ sơ", Kind.PERCENT, "", ".", False, 0),
        ("2.145", Kind.COUNT, "", ".", False, 0),
        ("2,145¹", Kind.COUNT, "", ",", False, 0),
        ("5932", Kind.COUNT, "", "", True, 0),
        ("593", Kind.COUNT, "", "", False, 0),
        ("8/1002", Kind.SHARE, "", "", True, 0),
        ("8/1.002", Kind.SHARE, "", ".", False, 0),
        ("không có", Kind.COUNT, "", "", False, 0),
        ("5O,3", Kind.SCORE, "", "", False, 0),
    ],
)
def test_marks(printed: str, kind: Kind, *, decimal: str, thousands: str, bare: bool, decimals: int) -> None:
    assert decimal_mark(printed, kind) == decimal
    assert thousands_mark(printed, kind) == thousands
    assert bare_thousands(printed, kind) is bare
    assert places(printed, kind) == decimals


COUNTS = st.integers(0, 10**11 - 1).map(Decimal)
DECIMALS = st.decimals(0, 10**11 - 1, places=4, allow_nan=False)
NEAR_FIGURES = st.text(st.sampled_from("0123456789.,/% -–OlIđhồsơ²\u00a0\u200b"), max_size=12)


@given(COUNTS)
def test_a_count_printed_reads_the_same(value: Decimal) -> None:
    assert read(vietnamese(value), Kind.COUNT) == Figure(value, None, vietnamese(value), Kind.COUNT)


@given(DECIMALS.filter(lambda value: value < 1000), st.sampled_from([Kind.SCORE, Kind.PERCENT]))
def test_a_decimal_printed_reads_the_same(value: Decimal, kind: Kind) -> None:
    assert read(vietnamese(value), kind) == Figure(value, None, vietnamese(value), kind)


@given(st.one_of(st.text(), NEAR_FIGURES), KINDS)
@example("1\u2028/2", Kind.SCORE)
@example("5\u0323", Kind.COUNT)
@example("0E5", Kind.COUNT)
def test_read_never_raises_and_an_accepted_figure_reprinted_reads_the_same(text: str, kind: Kind) -> None:
    answer = read(text, kind)
    if isinstance(answer, Doubt):
        assert answer.why in WHYS
    if isinstance(answer, Figure):
        assert answer.value >= 0
        again = read(printed_text(answer.value, answer.out_of, answer.printed_kind), answer.printed_kind)
        assert isinstance(again, Figure)
        assert (again.value, again.out_of) == (answer.value, answer.out_of)
        assert read(answer.printed, kind) == answer
    for look in (decimal_mark, thousands_mark, bare_thousands, places):
        look(text, kind)


@given(DECIMALS)
def test_plain_is_the_same_number_without_exponent(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert set(plain(value)) <= set("0123456789.")
