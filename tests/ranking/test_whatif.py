"""What-if against brute force: every step of every part is tried."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ranking.rules import Place
from chiso.ranking.whatif import (
    OutOfLimits,
    Part,
    Smallest,
    place_after,
    smallest,
    smallest_share,
    total_after,
    unexplained,
)

tenths = st.integers(0, 130).map(lambda number: Decimal(number) / 10)
hundredths = st.integers(0, 6000).map(lambda number: Decimal(number) / 100)
steps = st.sampled_from([Decimal("0.1"), Decimal("0.25"), Decimal("0.7"), Decimal(1)])
directions = st.sampled_from(["higher", "lower"])


@st.composite
def part_lists(draw):
    """Values on and off the grid of their steps, also outside their limits, as paper has them."""
    drawn = []
    for number in range(draw(st.integers(0, 4))):
        lowest, highest = sorted(draw(st.tuples(tenths, tenths)))
        value = draw(st.one_of(tenths, hundredths.map(lambda each: each / 5)))
        drawn.append(Part(f"p{number}", value, lowest, highest, draw(steps)))
    return drawn


def past(total, target, direction):
    return total > target if direction == "higher" else total < target


def brute(total, parts, target, direction, limits):
    """Walks from each printed value step by step; the limit itself is the last thing tried."""
    found = {}
    if past(total, target, direction):
        return found
    sign = 1 if direction == "higher" else -1
    for part in parts:
        tried = [part.value + sign * number * part.step for number in range(1, 1400)]
        last = part.highest if sign > 0 else part.lowest
        tried = sorted({*(each for each in tried if part.lowest <= each <= part.highest), last}, reverse=sign < 0)
        for new in tried:
            if sign * (new - part.value) <= 0:
                continue
            after = total + new - part.value
            if limits:
                after = max(limits[0], min(limits[1], after))
            if past(after, target, direction):
                found[part.key] = (new, new - part.value)
                break
    return found


@given(hundredths, part_lists(), hundredths, directions, st.sampled_from([None, (Decimal(0), Decimal(40))]))
def test_the_smallest_change_is_that_of_brute_force(total, parts, target, direction, limits):
    found = smallest(total, parts, target, direction, limits=limits)
    assert {each.key: (each.new, each.change) for each in found} == brute(total, parts, target, direction, limits)
    assert [abs(each.change) for each in found] == sorted(abs(each.change) for each in found)


@given(st.lists(hundredths, min_size=2, max_size=8), part_lists(), directions)
def test_the_smallest_change_passes_the_unit_above(totals, parts, direction):
    items = [(f"unit-{number}", total) for number, total in enumerate(totals)]
    for unit, total in items:
        above = [other for _, other in items if past(other, total, direction)]
        if not above:
            continue
        target = min(above) if direction == "higher" else max(above)
        rank = place_after(items, unit, total, direction).rank
        for each in smallest(total, parts, target, direction):
            part = next(one for one in parts if one.key == each.key)
            after = total_after(total, parts, {each.key: each.new})
            passed = place_after(items, unit, after, direction)
            assert passed.rank < rank
            assert past(after, target, direction)
            assert each.new == part.value + each.change
            less = each.new - part.step if direction == "higher" else each.new + part.step
            if part.lowest <= less <= part.highest:  # one step less does not do
                assert not past(total_after(total, parts, {each.key: less}), target, direction)


def naive_share(done, out_of, target, direction):
    """One dossier more, and one more …"""
    for number in range(out_of + 1):
        now = done + number if direction == "higher" else done - number
        if not 0 <= now <= out_of:
            return None
        if past(Fraction(now, out_of), target, direction):
            return number
    return None


@given(st.integers(1, 60), st.data(), st.integers(0, 12), st.integers(1, 12), directions)
def test_the_fewest_dossiers_are_those_of_brute_force(out_of, data, top, bottom, direction):
    done = data.draw(st.integers(0, out_of))
    target = Fraction(top, bottom)
    found = smallest_share(Decimal(done), Decimal(out_of), target, direction)
    assert found == naive_share(done, out_of, target, direction)


@given(hundredths, part_lists(), st.data())
def test_the_difference_between_total_and_parts_is_held(total, parts, data):
    within = [part for part in parts if part.lowest <= part.value <= part.highest]
    changed = {part.key: data.draw(st.sampled_from([part.lowest, part.value, part.highest])) for part in within}
    after = [Part(p.key, changed.get(p.key, p.value), p.lowest, p.highest, p.step) for p in parts]
    assert unexplained(total_after(total, parts, changed), after) == unexplained(total, parts)


PROVINCE = [
    Part(key, Decimal(value), Decimal(0), Decimal(highest), Decimal("0.1"))
    for key, value, highest in [
        ("CKMB", "11.3", 18), ("TDGQ", "17.1", 20), ("CLGQ", "4.2", 12), ("TTTT", "2.7", 10), ("MDHL", "16.4", 18), ("MDSH", "10.4", 22),
    ]
]  # fmt: skip


def test_the_province_of_dispatch_1082():
    total = Decimal("60.58")
    assert unexplained(total, PROVINCE) == Decimal("-1.52")
    assert total_after(total, PROVINCE, {"TTTT": Decimal(10), "MDHL": Decimal(16)}) == Decimal("67.48")
    found = smallest(total, PROVINCE, Decimal("64.9"), "higher")
    assert [(each.key, each.new) for each in found] == [
        ("CKMB", Decimal("15.7")), ("CLGQ", Decimal("8.6")), ("TTTT", Decimal("7.1")), ("MDSH", Decimal("14.8")),
    ]  # fmt: skip
    assert found[0] == Smallest("CKMB", Decimal("15.7"), Decimal("4.4"))


def test_a_tie_is_passed_by_one_step():
    part = Part("x", Decimal(5), Decimal(0), Decimal(10), Decimal("0.1"))
    assert smallest(Decimal(50), [part], Decimal(50), "higher") == (Smallest("x", Decimal("5.1"), Decimal("0.1")),)
    assert smallest(Decimal(50), [part], Decimal(50), "lower") == (Smallest("x", Decimal("4.9"), Decimal("-0.1")),)
    assert smallest(Decimal(50), [part], Decimal(49), "higher") == ()
    assert smallest(Decimal(50), [part], Decimal(50), "") == ()


def test_drawing_level_is_not_passing():
    part = Part("x", Decimal(5), Decimal(0), Decimal(10), Decimal("0.1"))
    assert smallest(Decimal(50), [part], Decimal(55), "higher") == ()
    assert smallest(Decimal(50), [part], Decimal(45), "lower") == ()
    assert smallest(Decimal(50), [part], Decimal("54.99"), "higher")[0].new == 10
    odd = Part("x", Decimal(5), Decimal(0), Decimal("9.95"), Decimal("0.1"))  # its limit is between two steps
    assert smallest(Decimal(50), [odd], Decimal("54.92"), "higher")[0].new == Decimal("9.95")


def test_a_total_stays_inside_its_limits():
    part = Part("x", Decimal(5), Decimal(0), Decimal(10), Decimal("0.1"))
    limits = (Decimal(0), Decimal(100))
    assert total_after(Decimal(99), [part], {"x": Decimal(10)}, limits=limits) == 100
    assert total_after(Decimal(2), [part], {"x": Decimal(0)}, limits=limits) == 0
    assert total_after(Decimal(99), [part], {"x": Decimal(10)}) == 104
    assert smallest(Decimal(99), [part], Decimal(100), "higher", limits=limits) == ()


def test_a_share_passes_eleven_of_eleven_never():
    assert smallest_share(Decimal(8), Decimal(11), Fraction(1), "higher") is None
    assert smallest_share(Decimal(8), Decimal(11), Fraction(10, 11), "higher") == 3
    assert smallest_share(Decimal(8), Decimal(11), Fraction(8, 11), "lower") == 1
    assert smallest_share(Decimal(8), Decimal(0), Fraction(1, 2), "higher") is None
    assert smallest_share(Decimal(8), Decimal(11), Fraction(1, 2), "") is None


@pytest.mark.parametrize("changed", [{"x": Decimal("10.1")}, {"x": Decimal(-1)}, {"y": Decimal(1)}])
def test_what_leaves_its_limits_is_refused_by_name(changed):
    part = Part("x", Decimal(5), Decimal(0), Decimal(10), Decimal("0.1"))
    with pytest.raises(OutOfLimits) as refused:
        total_after(Decimal(50), [part], changed)
    assert refused.value.key == next(iter(changed))


def test_a_part_printed_above_its_maximum_may_stay_there():
    part = Part("x", Decimal(11), Decimal(0), Decimal(10), Decimal("0.1"))
    assert total_after(Decimal(50), [part], {"x": Decimal(11)}) == 50


@pytest.mark.parametrize(("lowest", "highest", "step"), [(0, 10, 0), (0, 10, -1), (10, 0, 1)])
def test_a_part_needs_a_step_and_room(lowest, highest, step):
    with pytest.raises(ValueError, match="step"):
        Part("x", Decimal(5), Decimal(lowest), Decimal(highest), Decimal(step))


def test_the_place_after_counts_ties_and_needs_the_unit():
    items = [("a", Decimal(3)), ("b", Decimal(2)), ("c", None)]
    assert place_after(items, "b", Decimal(3), "higher") == Place(1, 2, True)
    assert place_after(items, "c", Decimal(1), "higher") == Place(3, 3, False)
    with pytest.raises(ValueError, match="peers"):
        place_after(items, "d", Decimal(1), "higher")
