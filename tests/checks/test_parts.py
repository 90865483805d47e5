"""Parts and wholes at their edges; the whole number that fits a rate against a search through all of them."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chiso.checks.case import Severity, Status
from chiso.checks.parts import no_whole_total, parts_of_whole
from tests.checks.cases import deployed, handled
from tests.checks.paper import case_of, findings, places, row


def test_more_done_than_there_are_is_found_at_the_share():
    found = findings(parts_of_whole(deployed("12/11", "0")))
    assert [(one.where, one.reason) for one in found] == [("III, row 2, column 3", "over")]


def test_the_figures_show_the_subtraction():
    figures = findings(parts_of_whole(deployed("8/11", "2")))[0].figures
    assert (figures["total"], figures["done"], figures["difference"], figures["rest"]) == ("11", "8", "3", "2")


def test_a_share_without_its_rest_is_still_judged():
    outcomes = parts_of_whole(case_of(row("tp-hue", "CTDT.TK", "37/37", "III 2 3")))
    assert [(one.status, one.reason) for one in outcomes] == [(Status.PASSED, "share")]


def fits(overdue: int, rate: str) -> bool:
    return findings(no_whole_total(handled(str(overdue), rate))) == []


@pytest.mark.parametrize(
    ("overdue", "rate", "fitting"),
    [
        (0, "100%", True),
        (0, "100.0%", True),
        (0, "0%", True),  # no dossier at all
        (0, "99.5%", False),
        (3, "100%", True),  # 3 of 600 and more
        (3, "100.5%", False),
        (1, "97.62%", True),  # 1 of 42
        (23, "79.17%", False),
        (8, "65.41%", False),
        (7, "0%", True),
        (7, "0.00%", True),
    ],
)
def test_some_whole_number_fits_or_none_does(overdue, rate, fitting):
    assert fits(overdue, rate) is fitting


def rounded(rate: Fraction, digits: int, rounding: str) -> Decimal:
    exact = Decimal(rate.numerator) / Decimal(rate.denominator)
    return exact.quantize(Decimal(1).scaleb(-digits), rounding)


@given(st.integers(1, 3000), st.integers(0, 3000), st.integers(0, 2), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_a_rate_that_was_worked_out_is_never_doubted(whole, overdue, digits, rounding):
    assume(overdue <= whole)
    assert fits(overdue, f"{rounded(Fraction(100 * (whole - overdue), whole), digits, rounding)}%")


@given(st.integers(1, 40), st.integers(5000, 9950))
def test_the_answer_is_that_of_trying_every_whole_number(overdue, hundredths):
    rate, half = Fraction(hundredths, 100), Fraction(5, 1000)
    tried = range(overdue, 203 * overdue + 1)  # above it less than the 0.495 % of the highest rate is left out
    exists = any(abs(Fraction(100 * (whole - overdue), whole) - rate) <= half for whole in tried)
    assert fits(overdue, f"{Decimal(hundredths) / 100:.2f}%") is exists


def test_a_rate_cut_off_instead_of_rounded_may_be_found():
    cut = rounded(Fraction(100 * 12, 18), 2, ROUND_DOWN)
    assert not fits(6, f"{cut}%")


def test_it_is_a_hint_with_both_figures():
    found = findings(no_whole_total(handled("6", "93.09%")))[0]
    assert (found.severity, found.figures["rate"], found.figures["left_out"]) == (Severity.NOTE, "93.09%", "6")


def test_a_rate_without_its_count_is_not_judged():
    outcomes = no_whole_total(case_of(row("tp-hue", "HSTT.DH", "93.09%", "IV 2 4")))
    assert places(outcomes, Status.NOT_APPLICABLE) == ["IV"]
