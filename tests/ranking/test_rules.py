"""The rules of ranking against a slow, obvious second implementation."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ranking.rules import Place, better, measure, rank, ratio
from chiso.values.number import Kind

few_values = st.integers(0, 6).map(lambda n: Decimal(n) / 2)  # few, so that ties are common
figures = st.lists(st.one_of(st.none(), few_values), max_size=12)
shares = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=10)
directions = st.sampled_from(["higher", "lower", ""])


def naive(items, direction):
    """One more than how many stand strictly better; nobody where there is no direction or nobody to beat."""
    present = [figure for _, figure in items if figure is not None]
    places = {}
    for unit, figure in items:
        if figure is None or direction == "" or len(present) < 2:
            places[unit] = Place(None, len(present), False)
            continue
        above = sum(1 for other in present if (other > figure if direction == "higher" else other < figure))
        equal = sum(1 for other in present if other == figure)
        places[unit] = Place(above + 1, len(present), equal > 1)
    return places


def named(values):
    return [(f"unit-{number}", value) for number, value in enumerate(values)]


@given(figures, directions)
def test_ranks_are_those_of_the_naive_rule(values, direction):
    assert rank(named(values), direction=direction) == naive(named(values), direction)


@given(shares, directions)
def test_shares_rank_by_their_exact_ratio(pairs, direction):
    items = named([measure(Kind.SHARE, Decimal(done), Decimal(total)) for done, total in pairs])
    fractions = named([Fraction(done, total) if total else None for done, total in pairs])
    assert rank(items, direction=direction) == naive(fractions, direction)


@given(figures, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(values, random):
    items = named(values)
    shuffled = list(items)
    random.shuffle(shuffled)
    assert rank(items, direction="higher") == rank(shuffled, direction="higher")


def test_ties_share_a_rank_and_the_next_is_skipped():
    places = rank(named(map(Decimal, ("9", "7", "7.0", "5"))), direction="higher")
    assert [(place.rank, place.tied) for place in places.values()] == [(1, False), (2, True), (2, True), (4, False)]


def test_lower_is_better_where_the_indicator_says_so():
    places = rank([("a", Decimal(503)), ("b", Decimal(1))], direction="lower")
    assert (places["a"].rank, places["b"].rank) == (2, 1)


def test_a_missing_figure_is_listed_unranked_and_not_counted():
    places = rank([("a", Decimal(1)), ("b", None), ("c", Decimal(2))], direction="higher")
    assert places == {"a": Place(2, 2, False), "b": Place(None, 2, False), "c": Place(1, 2, False)}


@pytest.mark.parametrize("items", [[("a", Decimal(1))], [("a", Decimal(1)), ("b", None)]])
def test_a_group_of_one_is_not_ranked(items):
    assert all(place.rank is None for place in rank(items, direction="higher").values())


def test_nobody_is_ranked_without_a_direction():
    assert rank(named([Decimal(1), Decimal(1)]), direction="")["unit-0"] == Place(None, 2, False)


def test_a_unit_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="only once"):
        rank([("a", Decimal(1)), ("a", Decimal(2))], direction="higher")


def test_all_of_all_is_equal_whatever_the_number():
    assert ratio(Decimal(37), Decimal(37)) == ratio(Decimal(11), Decimal(11)) == 1
    assert ratio(Decimal(1), Decimal(3)) == Fraction(1, 3)


@pytest.mark.parametrize("out_of", [None, Decimal(0)])
def test_a_share_without_a_total_has_no_ratio(out_of):
    assert ratio(Decimal(0), out_of) is None


def test_a_score_ranks_by_its_value_not_by_its_maximum():
    assert measure(Kind.SCORE, Decimal("57.72"), Decimal(100)) == Decimal("57.72")


def test_better_is_strict_and_needs_a_direction():
    one, two = Decimal(1), Decimal(2)
    assert better(two, one, direction="higher")
    assert better(one, two, direction="lower")
    assert not better(one, one, direction="higher")
    assert not better(two, one, direction="")
