"""Own change against that of the peers, adding up exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ranking.movement import movement

figures = st.one_of(st.none(), st.decimals(0, 100, places=2))
shares = st.one_of(st.none(), st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda pair: Fraction(*pair)))
units = st.sampled_from("abcdefg")
boards = st.one_of(st.dictionaries(units, figures, min_size=1), st.dictionaries(units, shares, min_size=1))
parts = st.dictionaries(st.sampled_from(["CKMB", "TDGQ", "CLGQ"]), st.decimals(0, 20, places=1))
directions = st.sampled_from(["higher", "lower", ""])


def rank_of(board, unit, direction):
    present = [figure for figure in board.values() if figure is not None]
    if direction == "" or len(present) < 2:
        return None
    return 1 + sum(other > board[unit] if direction == "higher" else other < board[unit] for other in present)


@given(st.data(), parts, parts, directions)
def test_a_change_is_the_sum_of_what_it_is_made_of(data, now_parts, before_parts, direction):
    kind = data.draw(st.sampled_from([figures, shares]))
    board = st.dictionaries(units, kind, min_size=1)
    now, before = data.draw(board), data.draw(board)
    unit = data.draw(st.sampled_from(sorted(now)))
    found = movement(
        [*now.items()], [*before.items()], unit, direction=direction, parts_now=now_parts, parts_before=before_parts
    )
    if now[unit] is None or before.get(unit) is None:
        assert found is None
        return
    assert found.change == Fraction(now[unit]) - Fraction(before[unit])
    others, count = Fraction(0), 0
    for peer in now:
        if peer != unit and now[peer] is not None and before.get(peer) is not None:
            others += Fraction(now[peer]) - Fraction(before[peer])
            count += 1
    assert found.peers == count
    if count:
        assert found.peers_change == others / count
        assert found.change == found.peers_change + found.relative
    else:
        assert (found.peers_change, found.relative) == (None, None)
    assert [key for key, _ in found.parts] == [key for key in now_parts if key in before_parts]
    assert all(change == now_parts[key] - before_parts[key] for key, change in found.parts)
    assert Fraction(found.change) == sum(Fraction(change) for _, change in found.parts) + Fraction(found.rest)
    assert found.rank_now == rank_of(now, unit, direction)
    assert found.rank_before == rank_of(before, unit, direction)


def test_more_points_and_a_lower_rank_because_the_others_gained_more():
    before = [("a", Decimal(50)), ("b", Decimal(49)), ("c", Decimal(40))]
    now = [("a", Decimal("50.5")), ("b", Decimal(53)), ("c", Decimal(41))]
    found = movement(now, before, "a", direction="higher", parts_now={"x": Decimal(3)}, parts_before={"x": Decimal(2)})
    assert (found.change, found.peers_change, found.relative) == (Decimal("0.5"), Fraction(5, 2), -2)
    assert (found.rank_before, found.rank_now) == (1, 2)
    assert (found.among_both, found.decimals) == ((1, 2), 2)
    assert (found.parts, found.rest) == ((("x", Decimal(1)),), Decimal("-0.5"))
    assert isinstance(found.rest, Decimal)


def test_a_peer_that_came_or_went_is_not_in_the_mean():
    before = [("a", Decimal(1)), ("b", Decimal(1)), ("gone", Decimal(90)), ("dumb", None)]
    now = [("a", Decimal(1)), ("b", Decimal(3)), ("new", Decimal(90)), ("dumb", Decimal(7))]
    found = movement(now, before, "a", direction="higher", parts_now={}, parts_before={})
    assert (found.peers_change, found.peers, found.rank_of_before, found.rank_of_now) == (2, 1, 3, 4)
    assert found.among_both == (1, 2)  # of the two that are in both: the one tied with it passed


def test_who_is_ranked_alone_in_both_has_no_place_among_them():
    before = [("a", Decimal(1)), ("gone", Decimal(90))]
    now = [("a", Decimal(1)), ("new", Decimal(0))]
    found = movement(now, before, "a", direction="higher", parts_now={}, parts_before={})
    assert (found.rank_before, found.rank_now, found.among_both) == (2, 1, None)


def test_a_part_that_was_zero_was_there():
    items = [("a", Decimal(9))]
    zero, nine = {"x": Decimal(0)}, {"x": Decimal(9)}
    found = movement(items, [("a", Decimal(0))], "a", direction="higher", parts_now=nine, parts_before=zero)
    assert (found.parts, found.rest) == ((("x", Decimal(9)),), 0)


@pytest.mark.parametrize(("now", "before"), [(None, Decimal(1)), (Decimal(1), None)])
def test_no_movement_without_both_figures(now, before):
    assert movement([("a", now)], [("a", before)], "a", direction="higher", parts_now={}, parts_before={}) is None
