"""A unit among its peers, against a slow, obvious second implementation."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ranking.position import position
from chiso.ranking.rules import Place

halves = st.integers(0, 8).map(lambda number: Decimal(number) / 2)
shares = st.tuples(st.integers(0, 6), st.integers(1, 6)).map(lambda pair: Fraction(*pair))
figures = st.one_of(
    st.lists(st.one_of(st.none(), halves), min_size=1, max_size=10),
    st.lists(st.one_of(st.none(), shares), min_size=1, max_size=10),
)
directions = st.sampled_from(["higher", "lower", ""])


def named(values):
    return [(f"unit-{number}", value) for number, value in enumerate(values)]


def naive(items, unit, direction):
    """Everything by looking at every peer again."""
    own = next(figure for peer, figure in items if peer == unit)
    present = [(peer, figure) for peer, figure in items if figure is not None]
    n = len(present)
    said = dict.fromkeys(("rank", "above", "to_next", "first", "to_first"))
    said |= {"tied_with": [], "third": "", "rank_of": n}
    said["mean"] = Fraction(sum(Fraction(figure) for _, figure in present)) / n if n else None
    said["median"] = None
    if n:
        ordered = sorted(Fraction(figure) for _, figure in present)
        said["median"] = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    if own is None or direction == "" or n < 2:
        return said
    sign = 1 if direction == "higher" else -1
    ahead = [(peer, figure) for peer, figure in present if sign * figure > sign * own]
    alike = [peer for peer, figure in present if figure == own]
    behind = n - len(ahead) - len(alike)
    said["rank"] = len(ahead) + 1
    said["tied_with"] = [peer for peer in alike if peer != unit]
    said["first"], said["to_first"] = unit, 0
    for peer, figure in ahead:
        away = abs(Fraction(figure) - Fraction(own))
        if said["to_next"] is None or away < said["to_next"]:
            said["above"], said["to_next"] = peer, away
        if away > said["to_first"]:
            said["first"], said["to_first"] = peer, away
    said["third"] = "middle"
    if len(ahead) + len(alike) <= n / 3:
        said["third"] = "first"
    elif behind + len(alike) <= n / 3:
        said["third"] = "last"
    return said


@given(figures, directions, st.data())
def test_a_position_is_that_of_the_naive_rule(values, direction, data):
    items = named(values)
    unit = data.draw(st.sampled_from([peer for peer, _ in items]))
    found = position(items, unit, direction=direction)
    expected = naive(items, unit, direction)
    assert (found.place.rank, found.place.rank_of) == (expected.pop("rank"), expected.pop("rank_of"))
    assert found.place.tied == bool(found.tied_with)
    assert {name: list(value) if name == "tied_with" else value for name, value in expected.items()} == {
        name: list(getattr(found, name)) if name == "tied_with" else getattr(found, name) for name in expected
    }


@given(figures, directions)
def test_distances_are_never_below_zero_and_nobody_stands_between(values, direction):
    items = named(values)
    for unit, own in items:
        found = position(items, unit, direction=direction)
        if found.above is None:
            assert found.place.rank in {None, 1}
            continue
        assert 0 < found.to_next <= found.to_first
        low, high = sorted([own, dict(items)[found.above]])
        assert not [peer for peer, figure in items if figure is not None and low < figure < high]


def test_a_district_of_dispatch_1082():
    items = [
        ("quang-dien", Decimal("57.72")), ("nam-dong", Decimal("56.39")), ("huong-tra", Decimal("48.7")),
        ("phong-dien", Decimal("43.78")), ("phu-loc", Decimal("42.25")), ("tp-hue", Decimal("41.37")),
        ("a-luoi", Decimal("40.62")), ("huong-thuy", Decimal("39.09")), ("phu-vang", Decimal("33.56")),
    ]  # fmt: skip
    found = position(items, "huong-tra", direction="higher")
    assert found.place == Place(3, 9, False)
    assert (found.above, found.to_next) == ("nam-dong", Decimal("7.69"))
    assert (found.first, found.to_first) == ("quang-dien", Decimal("9.02"))
    assert (found.median, found.mean, found.third) == (Decimal("42.25"), Fraction(40348, 900), "first")
    assert isinstance(found.to_next, Decimal)


def test_the_first_stands_above_itself_nowhere():
    found = position(named([Decimal(2), Decimal(1)]), "unit-0", direction="higher")
    assert (found.above, found.to_next, found.first, found.to_first) == (None, None, "unit-0", 0)


def test_eight_of_nine_who_share_a_figure_are_no_third():
    items = named([Fraction(1)] * 8 + [Fraction(8, 11)])
    assert position(items, "unit-0", direction="higher").third == "middle"
    assert position(items, "unit-0", direction="lower").third == "middle"
    assert position(items, "unit-8", direction="higher").third == "last"
    assert position(items, "unit-8", direction="lower").third == "first"


@pytest.mark.parametrize("items", [[], [("b", Decimal(1))], [("a", Decimal(1)), ("a", Decimal(2))]])
def test_a_unit_that_is_no_peer_or_comes_twice_is_refused(items):
    with pytest.raises(ValueError, match="peers"):
        position(items, "a", direction="higher")
