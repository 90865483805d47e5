"""Few decimals that do not lie."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ranking.shown import beside, decimals_of, shown, split

exact = st.fractions(-1000, 1000, max_denominator=10**12)
printed = st.decimals(-100, 1000, places=4)
few = st.integers(1, 4)


def sign(figure):
    return (figure > 0) - (figure < 0)


@pytest.mark.parametrize(
    ("figures", "places"),
    [
        (["57.72", "56.4"], 3), (["12", "9"], 1), (["100.0"], 1), (["1.0005", "2"], 4), ([], 1),
        ([Fraction(1, 3), None], 1), ([None, Decimal("0.5")], 2),
    ],
)  # fmt: skip
def test_one_decimal_more_than_the_most_precise_figure_and_at_most_four(figures, places):
    assert decimals_of(Decimal(each) if isinstance(each, str) else each for each in figures) == places


@given(st.one_of(exact, printed), few)
def test_a_shown_figure_has_the_sign_of_the_exact_one(figure, places):
    found = shown(figure, places)
    assert sign(found) == sign(figure)
    assert abs(Fraction(found) - Fraction(figure)) <= Fraction(1, 2 * 10**places)


@given(exact, few)
def test_no_more_decimals_than_asked_for_unless_all_would_be_zero(figure, places):
    found = shown(figure, places)
    if abs(figure) >= Fraction(1, 2 * 10**places):
        assert (Fraction(found) * 10**places).denominator == 1


@given(printed, few)
def test_a_printed_figure_loses_no_digit(figure, places):
    assert shown(figure, places) == figure


@pytest.mark.parametrize(
    ("figure", "places", "text"),
    [
        (Fraction(100, 11), 2, "9.09"), (Fraction(-200, 3), 2, "-66.67"), (Fraction(1, 3000), 2, "0.0003"),
        (Fraction(1, 8), 2, "0.13"), (Fraction(1, 8), 4, "0.125"), (Fraction(250, 3), 1, "83.3"), (Fraction(100), 1, "100"),
        (Decimal("57.7200"), 1, "57.72"), (Fraction(0), 1, "0"), (Decimal(2145), 1, "2145"),
    ],
)  # fmt: skip
def test_as_many_decimals_as_asked_for_or_as_it_takes(figure, places, text):
    assert str(shown(figure, places)) == text


@given(st.one_of(exact, printed), st.one_of(exact, printed), few)
def test_a_figure_beside_another_is_as_far_away_as_is_read(own, other, places):
    there, away = beside(own, other, places)
    assert sign(away) == sign(Fraction(own) - Fraction(other))
    if isinstance(own, Decimal):
        assert Fraction(own) - Fraction(there) == Fraction(away)
    assert abs(Fraction(there) - Fraction(other)) <= Fraction(1, 2 * 10**places)


@given(st.one_of(st.tuples(exact, exact), st.tuples(printed, printed)), st.one_of(st.none(), exact), few)
def test_a_split_adds_up_in_the_digits_shown_with_the_signs_of_the_exact_figures(both, peers, places):
    before, now = both
    found = split(before, now, peers, places)
    assert Fraction(found.change) == Fraction(found.now) - Fraction(found.before)
    change = Fraction(now) - Fraction(before)
    assert sign(found.change) == sign(change)
    assert abs(Fraction(found.change) - change) <= Fraction(1, 10**places)
    if isinstance(now, Decimal):
        assert (found.before, found.now) == both
    if peers is None:
        assert (found.peers, found.relative) == (None, None)
        return
    assert Fraction(found.change) == Fraction(found.peers) + Fraction(found.relative)
    assert sign(found.peers) == sign(peers)
    assert sign(found.relative) == sign(change - peers)


def test_more_decimals_where_two_would_turn_behind_into_level():
    found = split(Decimal("50.00"), Decimal("50.01"), Fraction(149999, 10**7), 2)
    assert (found.peers, found.relative) == (Decimal("0.015"), Decimal("-0.005"))
