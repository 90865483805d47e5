"""Few decimals that do not lie."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ranking.shown import shown, split

exact = st.fractions(-1000, 1000, max_denominator=10**12)
printed = st.decimals(-100, 1000, places=4)


def sign(figure):
    return (figure > 0) - (figure < 0)


@given(st.one_of(exact, printed))
def test_a_shown_figure_has_the_sign_of_the_exact_one(figure):
    found = shown(figure)
    assert sign(found) == sign(figure)
    assert abs(Fraction(found) - Fraction(figure)) <= Fraction(1, 200)


@given(printed)
def test_a_printed_figure_loses_no_digit(figure):
    assert shown(figure) == figure


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Fraction(100, 11), "9.09"), (Fraction(-200, 3), "-66.67"), (Fraction(1, 3000), "0.0003"), (Fraction(1, 8), "0.125"),
        (Decimal("57.7200"), "57.72"), (Fraction(0), "0"), (Decimal(2145), "2145"),
    ],
)  # fmt: skip
def test_two_decimals_or_as_many_as_it_takes(figure, text):
    assert str(shown(figure)) == text


@given(st.one_of(st.tuples(exact, exact), st.tuples(printed, printed)), st.one_of(st.none(), exact))
def test_a_split_adds_up_in_the_digits_shown_with_the_signs_of_the_exact_figures(both, peers):
    before, now = both
    found = split(before, now, peers)
    assert Fraction(found.change) == Fraction(found.now) - Fraction(found.before)
    change = Fraction(now) - Fraction(before)
    assert sign(found.change) == sign(change)
    assert abs(Fraction(found.change) - change) <= Fraction(1, 100)
    if isinstance(now, Decimal):
        assert (found.before, found.now) == both
    if peers is None:
        assert (found.peers, found.relative) == (None, None)
        return
    assert Fraction(found.change) == Fraction(found.peers) + Fraction(found.relative)
    assert sign(found.peers) == sign(peers)
    assert sign(found.relative) == sign(change - peers)


def test_more_decimals_where_two_would_turn_behind_into_level():
    found = split(Decimal("50.00"), Decimal("50.01"), Fraction(149999, 10**7))
    assert (found.peers, found.relative) == (Decimal("0.015"), Decimal("-0.005"))
