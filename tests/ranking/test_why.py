"""No reason contradicts the figures: each is held against the board that it was made of, by looking at every unit
again."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings

from chiso.ranking.movement import Movement, movement
from chiso.ranking.position import position
from chiso.ranking.why import GROUPS, NO_COMPARISON, Amount, Card, Figure, Line, reasons
from tests.ranking.boards import NAMES, boards

MANY = settings(max_examples=200, deadline=None)


def ids(card, group=None):
    return [each.id for each in reasons(card) if group in {None, each.group}]


def by_id(card):
    return {each.id: each.params for each in reasons(card)}


def measures(column, figures):
    found = {}
    for unit, figure in figures.items():
        if figure is not None:
            value, out_of = figure
            found[unit] = 100 * Fraction(value) / Fraction(out_of) if column.kind == "share" else Fraction(value)
    return found


def decimals(value):
    return max(0, -value.normalize().as_tuple().exponent)


def precise(column):
    """The decimals of the most precise figure; a share is printed in whole numbers."""
    figures = [each for each in (*column.now.values(), *column.before.values()) if each]
    return max(decimals(value) for value, _of in figures) if column.kind != "share" else 0


def counts(column, unit):
    """(better, alike with itself, worse, all) among those that have a figure."""
    present = measures(column, column.now)
    sign = {"higher": 1, "lower": -1}[column.direction]
    own = sign * present[unit]
    others = [sign * figure for figure in present.values()]
    return sum(o > own for o in others), sum(o == own for o in others), sum(o < own for o in others), len(others)


@MANY
@given(boards())
def test_the_same_card_gives_the_same_reasons_in_the_order_of_the_groups(drawn):
    board, unit = drawn
    found = reasons(board.card(unit))
    assert found == reasons(board.card(unit))
    assert [each.group for each in found] == sorted((each.group for each in found), key=GROUPS.index)


@MANY
@given(boards())
def test_the_standing_is_that_of_the_total(drawn):
    board, unit = drawn
    card, total = board.card(unit), board.total
    said = by_id(replace(card, lines=(), movement=None, no_comparison=""))
    present = measures(total, total.now)
    if unit not in present:
        assert set(said) == {"missing-total"}
        return
    if total.direction == "" or len(present) == 1:
        assert ("alone" in said) == (total.direction != "")
        assert {"unranked", "alone"} & set(said)
        return
    better, alike, _, count = counts(total, unit)
    if alike == count:
        assert said["all-alike"]["rank_of"] == count
        assert not {"ranked", "above", "to-first", "at-median"} & set(said)
        return
    ranked = said["ranked-tied" if alike > 1 else "ranked"]
    assert (ranked["rank"], ranked["rank_of"]) == (better + 1, count)
    assert set(ranked.get("units", ())) == {
        NAMES[peer] for peer in present if peer != unit and present[peer] == present[unit]
    }
    own, ahead = present[unit], better > 0
    assert ("above" in said) == ahead
    for word in {"above", "to-first"} & set(said):
        other = next(peer for peer, name in NAMES.items() if name == said[word]["unit"])
        away = abs(present[other] - own)
        assert abs(Fraction(said[word]["distance"].value) - away) <= (Fraction(1, 20) if total.kind == "share" else 0)
        assert said[word]["distance"].value > 0
        farther = [peer for peer in present if (present[peer] - own) * (present[other] - own) > away * away]
        assert word == "above" or not farther
    ordered = sorted(present.values())
    median = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    sign = 1 if total.direction == "higher" else -1
    word = "at" if own == median else "better-than" if sign * (own - median) > 0 else "worse-than"
    assert [each for each in said if each.endswith("-median")] == [f"{word}-median"]
    if word != "at":
        there, away = said[f"{word}-median"]["other"].value, said[f"{word}-median"]["distance"].value
        assert abs(Fraction(there) - median) <= Fraction(1, 20)
        assert decimals(there) <= precise(replace(total, before={})) + 1
        assert total.kind == "share" or abs(Fraction(there) - own) == Fraction(away)  # as it is read
        assert away > 0


@MANY
@given(boards())
def test_lost_points_are_the_most_that_were_lost(drawn):
    board, unit = drawn
    card = board.card(unit)
    losses = {
        f"Chỉ số {each.key}": each.now[unit][1] - each.now[unit][0]
        for each in board.columns
        if each.part and each.now[unit]
    }
    named = {}
    for each in reasons(card):
        if each.id in {"lost", "lost-alike"}:
            for name in each.params.get("names", (each.params.get("name"),)):
                named[name] = each.params["lost"].value
        if each.id == "lost":
            figure = each.params["figure"]
            assert figure.out_of - figure.value == each.params["lost"].value
    assert all(losses[name] == loss > 0 for name, loss in named.items())
    unnamed = [loss for name, loss in losses.items() if name not in named and loss > 0]
    assert not unnamed or max(unnamed) < min(named.values())  # nobody who lost as much is left out
    costly = sorted((loss for loss in losses.values() if loss > 0), reverse=True)
    assert len(named) >= min(2, len(costly))
    alone = [each for each in reasons(card) if each.id == "lost"]
    assert len(alone) <= 3
    parts = [each for each in board.columns if each.part]
    assert ("nothing-lost" in ids(card)) == (bool(parts) and len(losses) == len(parts) and not costly)


@MANY
@given(boards())
def test_good_and_weak_are_thirds_of_those_who_have_a_figure(drawn):
    board, unit = drawn
    found = {(each.group, each.key): each for each in reasons(board.card(unit)) if each.group in {"good", "weak"}}
    expected = {}
    for column in board.columns:
        if column.now[unit] is None or not column.direction:
            continue
        better, alike, worse, count = counts(column, unit)
        if count < 3 or alike == count:
            continue
        if 3 * (better + alike) <= count:
            expected["good", column.key] = "good"
        elif better == 0:
            expected["good", column.key] = "best"
        if 3 * (worse + alike) <= count:
            expected["weak", column.key] = "weak"
        elif worse == 0:
            expected["weak", column.key] = "worst"
    assert {where: each.id.removesuffix("-tied") for where, each in found.items()} == expected
    for (_, key), each in found.items():
        better, alike, worse, count = counts(next(one for one in board.columns if one.key == key), unit)
        said = {"rank": better + 1, "rank_of": count, "alike": alike}
        assert each.params["rank_of"] == count
        assert all(said[name] == each.params[name] for name in said if name in each.params)
        assert each.id.endswith("-tied") == (alike > 1)
    assert len({key for _, key in found}) == len(found)  # nothing is both


@MANY
@given(boards())
def test_what_moved_adds_up_to_the_movement(drawn):
    board, unit = drawn
    total = board.total
    said = by_id(board.card(unit))
    now, before = measures(total, total.now), measures(total, total.before)
    if unit not in now or unit not in before:
        assert "no-comparison-no-figure" in said
        assert not {"rose", "fell", "unchanged", "by-parts", "rank-up", "rank-down", "rank-same"} & set(said)
        return
    change = now[unit] - before[unit]
    assert ("rose" in said, "fell" in said, "unchanged" in said) == (change > 0, change < 0, change == 0)
    if change:
        own = said["rose" if change > 0 else "fell"]
        assert own["now"].value - own["before"].value == (own["change"].value if change > 0 else -own["change"].value)
    others = [now[peer] - before[peer] for peer in now if peer in before and peer != unit]
    moved = {"ahead", "behind", "level", "peers-rose", "peers-fell", "peers-unchanged"} & set(said)
    if others:
        mean = sum(others) / len(others)
        assert f"peers-{'rose' if mean > 0 else 'fell' if mean < 0 else 'unchanged'}" in moved
        lead = (change - mean) * {"higher": 1, "lower": -1, "": 0}[total.direction]
        word = "ahead" if lead > 0 else "behind" if lead < 0 else "level"
        assert (word in moved) == (total.direction != "")
        assert len(moved) == (2 if total.direction else 1)
        for figures in (said[each] for each in moved if each in {"ahead", "behind"}):
            assert figures["peers"].value + figures["relative"].value == figures["change"].value
            assert abs(Fraction(figures["peers"].value) - mean) <= Fraction(1, 2 * 10 ** (precise(total) + 1))
            assert abs(figures["relative"].value) == figures["distance"].value > 0
    else:
        assert not moved
    for word in {"by-parts", "by-parts-and-rest", "only-rest"} & set(said):
        parts = sum(amount.value for _, amount in said[word].get("parts", ()))
        assert parts + (said[word]["rest"].value if "rest" in said[word] else 0) == change


@MANY
@given(boards())
def test_ranks_moved_as_said(drawn):
    board, unit = drawn
    total = board.total
    said = {word: params for word, params in by_id(board.card(unit)).items() if word.startswith("rank-")}
    ranks = []
    for figures in (measures(total, total.before), measures(total, total.now)):
        if unit in figures and total.direction and len(figures) > 1:
            sign = {"higher": 1, "lower": -1}[total.direction]
            ranks.append(1 + sum(sign * other > sign * figures[unit] for other in figures.values()))
    if len(ranks) < 2:
        assert said == {}
        return
    word = "up" if ranks[1] < ranks[0] else "down" if ranks[1] > ranks[0] else "same"
    count_before, count = len(measures(total, total.before)), len(measures(total, total.now))
    if word == "same" and count != count_before:
        word = "same-of-fewer" if count < count_before else "same-of-more"
    assert next(iter(said)) == f"rank-{word}"
    figures = said[f"rank-{word}"]
    assert [figures["rank_before"], figures["rank"]] == ranks
    assert [figures["rank_of_before"], figures["rank_of"]] == [count_before, count]
    alike = [
        list(measures(total, dated).values()).count(measures(total, dated)[unit]) > 1
        for dated in (total.before, total.now)
    ]
    assert [figures["tied_before"].shared, figures["tied"].shared] == alike


@MANY
@given(boards())
def test_a_rank_that_moved_by_those_who_came_or_went_alone_says_so(drawn):
    board, unit = drawn
    total = board.total
    now, before = measures(total, total.now), measures(total, total.before)
    both = [peer for peer in now if peer in before]
    said = by_id(board.card(unit)).get("rank-by-others")
    moved = [each for each in by_id(board.card(unit)) if each in {"rank-up", "rank-down"}]
    if not moved or len(both) < 2:
        assert said is None
        return
    sign = {"higher": 1, "lower": -1}[total.direction]
    here, there = (1 + sum(sign * one[peer] > sign * one[unit] for peer in both) for one in (now, before))
    assert (said is not None) == (here == there)
    if said:
        assert (said["rank"], said["rank_of"]) == (here, len(both))
        alike = [sum(one[peer] == one[unit] for peer in both) > 1 for one in (before, now)]
        assert [said["tied_before"].shared, said["tied"].shared] == alike
        assert (said["rank_before"], said["rank_of_before"]) == (here, len(both))


def test_a_rank_kept_among_those_of_both_dispatches_tells_who_shares_it():
    before = [("a", Decimal(5)), ("b", Decimal(5)), ("c", Decimal(9))]
    now = [("a", Decimal(5)), ("b", Decimal(4)), ("c", Decimal(9)), ("new", Decimal(8))]
    moved = movement(now, before, "a", direction="higher", parts_now={}, parts_before={})
    line = Line("TONG", "Tổng", "score", Decimal(5), Decimal(100), "higher")
    said = by_id(Card(line, movement=moved))["rank-by-others"]
    assert [said[key] for key in ("rank_before", "rank_of_before", "rank", "rank_of")] == [2, 3, 2, 3]
    assert (said["tied_before"].shared, said["tied"].shared) == (True, False)


@MANY
@given(boards())
def test_caveats_are_true_and_complete(drawn):
    board, unit = drawn
    found = [each for each in reasons(board.card(unit)) if each.group == "caveat"]
    small = {each.key for each in found if each.id == "small"}
    every = (board.total, *board.columns)
    assert small == {c.key for c in every if c.kind == "share" and c.now[unit] and 0 < c.now[unit][1] < 30}
    missing = {name for each in found if each.id == "missing" for name in each.params["names"]}
    assert missing == {f"Chỉ số {column.key}" for column in board.columns if column.now[unit] is None}
    parts = [column.now[unit] for column in board.columns if column.part]
    score = board.total.kind == "score" and board.total.now[unit] is not None
    assert ("no-parts" in ids(board.card(unit))) == (score and not any(parts))
    odd = [each for each in found if each.id == "not-the-sum"]
    if score and parts and all(parts):
        made = sum(value for value, _ in parts)
        assert bool(odd) == (made != board.total.now[unit][0])
        for each in odd:
            assert each.params["rest"].value == abs(each.params["sum"] - each.params["total"]) > 0
    else:
        assert not odd


def line(key="T", value="60.58", **other):
    kept = {"kind": "score", "out_of": Decimal(100), "direction": "higher"}
    return Line(key, key, value=None if value is None else Decimal(value), **kept | other)


def part(key, value, maximum):
    return line(key, value, out_of=Decimal(maximum), part=True)


def test_the_province_of_dispatch_1082():
    parts = (
        part("CKMB", "11.3", 18), part("TDGQ", "17.1", 20), part("CLGQ", "4.2", 12), part("TTTT", "2.7", 10),
        part("MDHL", "16.4", 18), part("MDSH", "10.4", 22),
    )  # fmt: skip
    said = reasons(Card(line(nation=Decimal("64.9")), parts))
    assert [(each.key, each.params["lost"].value) for each in said if each.group == "lost"] == [
        ("MDSH", Decimal("11.6")), ("CLGQ", Decimal("7.8")), ("TTTT", Decimal("7.3")),
    ]  # fmt: skip
    params = by_id(Card(line(nation=Decimal("64.9")), parts))
    assert params["worse-than-nation"] == {
        "other": Figure(Decimal("64.9"), None, "score"),
        "distance": Amount(Decimal("4.32"), "score"),
    }
    assert params["not-the-sum"]["rest"] == Amount(Decimal("1.52"), "score")


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ([5, 4, 3, 2], ["lost", "lost", "lost"]),
        ([5, 4, 3, 3], ["lost", "lost"]),  # a third would leave its equal out
        ([5, 3, 3, 3], ["lost", "lost-alike"]),
        ([3, 3, 3, 3], ["lost-alike"]),
        ([3, 3, 3, 0], ["lost", "lost", "lost"]),
        ([1, 0, 0, 0], ["lost"]),
        ([0, 0, 0, 0], ["nothing-lost"]),
        ([], []),
    ],
)
def test_two_or_three_parts_are_named_and_equals_together(losses, said):
    assert ids(Card(line(), tuple(part(f"P{n}", 10 - loss, 10) for n, loss in enumerate(losses))), "lost") == said


def test_a_part_above_its_maximum_lost_nothing():
    assert ids(Card(line(), (part("P", 11, 10), part("Q", 9, 10))), "lost") == ["lost"]


def test_ties_at_the_top_are_the_best_figure_and_no_third():
    items = [(unit, Fraction(1)) for unit in "abcdefgh"] + [("i", Fraction(8, 11))]
    full = Line(
        "TK", "TK", "share", Decimal(37), Decimal(37), "higher", position=position(items, "a", direction="higher")
    )
    low = Line(
        "TK", "TK", "share", Decimal(8), Decimal(11), "higher", position=position(items, "i", direction="higher")
    )
    assert ids(Card(None, (full,))) == ["best-tied"]
    assert ids(Card(None, (low,))) == ["weak", "small"]


@pytest.mark.parametrize("why", NO_COMPARISON)
def test_no_comparison_says_why(why):
    assert ids(Card(line(), no_comparison=why), "moved") == [f"no-comparison-{why}"]
    assert ids(Card(line()), "moved") == []


def test_a_percentage_printed_as_a_count_stays_what_was_printed():
    items = [("a", Decimal(0)), ("b", Decimal(5)), ("c", Decimal(6))]
    zero = Line(
        "S",
        "S",
        "percent",
        Decimal(0),
        None,
        "higher",
        position=position(items, "a", direction="higher"),
        printed_kind="count",
    )
    assert reasons(Card(None, (zero,)))[0].params["figure"] == Figure(Decimal(0), None, "count")


@pytest.mark.parametrize(("total", "said"), [(29, ["small"]), (30, [])])
def test_a_denominator_under_thirty_is_small(total, said):
    share = Line("S", "S", "share", Decimal(8), Decimal(total), "higher")
    assert ids(Card(None, (share,)), "caveat") == said


def test_what_is_not_published_is_provisional():
    assert ids(Card(line(), provisional=True), "caveat") == ["provisional", "no-parts"]


def test_a_total_that_moved_without_its_parts():
    moved = Movement(
        Decimal(60), Decimal(61), Decimal(1), None, None, None, None, (("P", Decimal(0)),), Decimal(1), 0, 0, 0, None, 2
    )
    assert ids(Card(line(value="61"), (part("P", 5, 10),), moved), "moved") == ["rose", "only-rest"]


def test_names_are_those_that_the_reader_may_see():
    items = [("a", Decimal(2)), ("b", Decimal(2)), ("c", Decimal(3)), ("d", Decimal(5))]
    total = line(value="2", position=position(items, "a", direction="higher"))
    named = by_id(Card(total, names={"b": "B", "c": "C", "d": "D"}))
    assert (named["ranked-tied"]["units"], named["above"]["unit"], named["to-first"]["unit"]) == (("B",), "C", "D")
    unnamed = by_id(Card(total))
    assert unnamed["ranked-tied-unnamed"]["alike"] == 2
    assert unnamed["above-unnamed"] == {"distance": Amount(Decimal(1), "score")}
    assert unnamed["to-first-unnamed"] == {"distance": Amount(Decimal(3), "score")}
