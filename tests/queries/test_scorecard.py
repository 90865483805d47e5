"""One unit by one dispatch: its figures, who it is compared with, and the dispatches before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.models import Indicator, Issuer, Shows, State, Unit, UnitSuccession
from chiso.queries import scorecard
from chiso.queries.scorecard import NoCard, Scorecard, Wanted
from chiso.queries.sight import memberships, nameless
from tests import make

ALL = ("TONG", "MDSH.5", "CTDT.TK", "HSTT.QH")


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


def card(unit: Unit, user, *wanted: object) -> Scorecard:
    found = scorecard.for_unit(unit, user, Wanted(*wanted))
    assert found is not None
    return found


def told(found: Scorecard) -> list[tuple[str, str, list[tuple[int, int, bool]]]]:
    return [
        (
            line.indicator.code,
            line.figure.printed if line.figure else "",
            [(place.rank, place.rank_of, place.tied) for place in line.places],
        )
        for line in found.lines
    ]


def month(tree: make.Tree, number: str, day: date, *, total: list[str] | None = None, **more):
    """A published dispatch of that day; `total` are the districts' points, "" is missing."""
    edition = make.edition(
        dispatch=make.dispatch(issuer=tree.issuer, number=number, issued_on=day, data_as_of=day, **more)
    )
    for unit, text in zip(tree.districts, total or make.FIGURES["TONG"], strict=True):
        if text:
            make.result(edition=edition, unit=unit, code="TONG", text=text)
    return make.publish(edition)


def test_the_newest_dispatch_opens_with_figures_ranks_and_what_is_missing(tree, cast):
    make.published(tree=tree)
    make.published(tree=tree, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10))
    found = card(tree.districts[3], cast.unit_a)
    assert str(found.edition.dispatch) == "1201/VPUB-KSTT"
    assert told(found) == [
        ("TONG", "48.7/100", [(3, 4, True)]), ("MDSH.5", "318", []), ("CTDT.TK", "", []), ("HSTT.QH", "64", [(4, 4, False)]),
    ]  # fmt: skip
    missing = found.lines[2]
    assert (missing.figure, missing.measure, missing.lost) == (None, None, None)
    assert found.total.lost == Decimal("51.3")
    assert [line.indicator.code for line in card(tree.agencies[0], cast.clerk).lines] == ["HSTT.DH", "HSTT.QH"]


def test_an_older_one_is_asked_for_by_its_address_and_an_edition_by_its_number(tree, cast):
    older = make.published(tree=tree)
    month(tree, "1201", date(2023, 10, 10))
    at = (tree.issuer.slug, 2023, "1082-VPUB-KSTT")
    assert card(tree.districts[0], cast.unit_a, at).edition == older
    assert card(tree.districts[0], cast.unit_a, at, "1").edition == older
    wrong = [
        ((tree.issuer.slug, 2022, "1082-VPUB-KSTT"),),
        (("other", 2023, "1082-VPUB-KSTT"),),
        (at, "2"),
        (at, None, "NONE"),
    ]
    for wanted in wrong:
        with pytest.raises(NoCard):
            scorecard.for_unit(tree.districts[0], cast.unit_a, Wanted(*wanted))


def test_an_indicator_that_only_older_dispatches_print_is_looked_back_at(tree, cast):
    make.published(tree=tree)
    newest = month(tree, "1201", date(2023, 10, 10))
    found = card(tree.districts[0], cast.unit_a, None, None, "HSTT.QH")
    assert found.edition == newest
    assert "HSTT.QH" not in {line.indicator.code for line in found.lines}
    assert found.charted.code == "HSTT.QH"
    assert not found.prints_charted
    assert [moment.figure.printed if moment.figure else "" for moment in found.moments] == [
        make.FIGURES["HSTT.QH"][0], "",
    ]  # fmt: skip
    assert card(tree.districts[0], cast.unit_a).prints_charted
    with pytest.raises(NoCard):  # its peers had a figure, it never had
        card(tree.districts[3], cast.unit_a, None, None, "CTDT.TK")


def test_a_draft_shows_at_the_desk_alone_with_the_same_ranks(tree, cast):
    draft = make.draft(tree=tree)
    for unit, text in zip(tree.communes, ["40/100", "50/100", "60/100", "45/100"], strict=True):
        make.result(edition=draft, unit=unit, code="TONG", text=text)
    assert scorecard.for_unit(tree.districts[0], cast.unit_a) is None
    units = [tree.districts[0], tree.districts[3], tree.agencies[1], tree.communes[0]]
    before = [told(card(unit, cast.clerk)) for unit in units]
    assert before[3] == [("TONG", "40/100", [(4, 4, False), (2, 2, False)])]
    make.publish(draft)
    assert before == [told(card(unit, cast.clerk)) for unit in units]


def test_what_a_correction_changed_is_marked_with_what_was_there(tree, cast):
    first = make.published(tree=tree)
    make.settle(first, State.SUPERSEDED)
    second = make.edition(dispatch=first.dispatch, number=2)
    make.figures(edition=second, tree=tree)
    total = second.results.filter(unit=tree.districts[0], indicator__code="TONG")
    total.update(value=Decimal("59"), printed="59/100")
    make.publish(second)
    found = card(tree.districts[0], cast.unit_a)
    assert [(line.indicator.code, line.corrected) for line in found.lines] == [(code, code == "TONG") for code in ALL]
    assert found.total.was.printed == "57.72/100"
    assert not any(line.corrected for line in card(tree.districts[1], cast.unit_b).lines)
    at = (tree.issuer.slug, 2023, "1082-VPUB-KSTT")
    assert not any(line.corrected for line in card(tree.districts[0], cast.unit_a, at, "1").lines)
    assert [moment.corrected for moment in found.moments] == [True]


def test_movement_is_against_the_last_dispatch_of_the_same_kind(tree, cast):
    month(tree, "900", date(2023, 8, 10), total=["50/100", "56/100", "40/100", "48/100"])
    make.settle(month(tree, "950", date(2023, 8, 20), total=["1/100"] * 4), State.RECALLED)
    month(tree, "Q3", date(2023, 8, 30), total=["2/100"] * 4, period="quarter")
    make.published(tree=tree)
    found = card(tree.districts[0], cast.unit_a)
    assert str(found.before.dispatch) == "900/VPUB-KSTT"
    moved = found.movement
    assert (moved.change, moved.rank_before, moved.rank_now) == (Decimal("7.72"), 2, 1)
    assert moved.peers_change == Fraction("0.39") / 3 + Fraction("8.7") / 3 + Fraction("0.7") / 3
    assert moved.peers_change + moved.relative == moved.change
    assert found.total.change == moved.change
    assert [(str(each.dispatch), each.edition is None, each.place and each.place[:2]) for each in found.moments] == [
        ("900/VPUB-KSTT", False, (2, 4)), ("950/VPUB-KSTT", True, None), ("1082/VPUB-KSTT", False, (1, 4)),
    ]  # fmt: skip


def _other_set(tree):
    other = make.indicator_set(code="other", valid_from=date(2020, 1, 1))
    edition = make.edition(
        dispatch=make.dispatch(issuer=tree.issuer, number="9", data_as_of=date(2023, 8, 1)), indicator_set=other
    )
    make.figures(edition=edition, tree=tree)
    make.publish(edition)


def _reorganised(tree):
    month(tree, "9", date(2023, 8, 1))
    tree.districts[2].valid_from = date(2023, 9, 1)
    tree.districts[2].save()


def _succeeded(tree):
    month(tree, "9", date(2023, 8, 1))
    gone = make.unit(slug="gone", parent=tree.province, valid_to=date(2023, 8, 30))
    UnitSuccession.objects.create(predecessor=gone, successor=tree.districts[1], effective_on=date(2023, 9, 5))


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        (lambda tree: None, "first"),
        (lambda tree: month(tree, "9", date(2023, 8, 1), period="quarter"), "other-period"),
        (_other_set, "other-set"),
        (_reorganised, "reorganised"),
        (_succeeded, "reorganised"),
        (lambda tree: month(tree, "9", date(2023, 8, 1), total=["", "1/100", "2/100", "3/100"]), "no-figure"),
    ],
)
def test_without_comparison_there_is_a_reason(tree, cast, past, reason):
    past(tree)
    make.published(tree=tree)
    found = card(tree.districts[0], cast.unit_a)
    assert (found.movement, found.no_comparison) == (None, reason)
    assert f"no-comparison-{reason}" in [each.id for each in found.reasons]
    broken = {"reorganised": ["", "reorganised"], "other-set": ["", "other-set"], "no-figure": ["", ""]}
    assert [moment.broken for moment in found.moments] == broken.get(reason, [""])


def test_another_level_reorganised_breaks_nothing(tree, cast):
    month(tree, "9", date(2023, 8, 1))
    tree.communes[0].valid_from = date(2023, 9, 1)
    tree.communes[0].save()
    make.published(tree=tree)
    assert card(tree.districts[0], cast.unit_a).no_comparison == ""


def test_the_province_has_its_letters_rank_its_parts_and_the_nation(tree, cast):
    make.indicator_set()
    Indicator.objects.filter(code="CKMB").update(parent=make.indicator("TONG"), part_of_total=True)
    make.published(tree=tree)
    found = card(tree.province, cast.clerk)
    assert [(line.indicator.code, line.depth, line.part) for line in found.lines] == [
        ("TONG", 0, False),
        ("CKMB", 1, True),
    ]
    assert found.total.nation.printed == "64.9/100"
    assert found.total.among.position is None
    assert found.moments[0].place == (48, 63, False)
    assert [each.id for each in found.reasons] == [
        "unranked",
        "worse-than-nation",
        "lost",
        "no-comparison-first",
        "not-the-sum",
    ]


def test_a_record_that_was_merged_counts_for_its_unit(tree, cast):
    kept = tree.districts[0]
    gone = make.unit(slug="h-quang-dien", parent=tree.province)
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number="9", data_as_of=date(2023, 8, 1)))
    for unit, text in [(gone, "50/100"), *zip(tree.districts[1:], ["56/100", "40/100", "48/100"], strict=True)]:
        make.result(edition=edition, unit=unit, code="TONG", text=text)
    make.publish(edition)
    make.published(tree=tree)
    Unit.objects.filter(pk=gone.pk).update(merged_into=kept)
    moved = card(kept, cast.unit_a).movement
    assert (moved.change, moved.rank_before) == (Decimal("7.72"), 2)
    assert card(tree.districts[1], cast.unit_b).movement.peers == 3


def test_peers_without_names_are_called_as_on_the_board(tree, cast):
    make.published(tree=tree)
    Issuer.objects.update(shows=Shows.OWN_RANK)
    found = card(tree.districts[1], cast.unit_b)
    names = found.total.among.names
    assert list(names.values()) == [nameless(1), "UBND huyện Nam Đông", nameless(3), nameless(4)]
    assert nameless(1) in [each.params["unit"] for each in found.reasons if each.id == "above"]
    assert "UBND huyện Quảng Điền" in card(tree.districts[1], cast.clerk).total.among.names.values()


@pytest.mark.parametrize("dispatches", [3, 120])
def test_the_cost_does_not_grow_with_the_dispatches(tree, cast, dispatches):
    for number in range(dispatches):
        day = date(2014 + number // 12, number % 12 + 1, 12)
        month(tree, str(number + 1), day)
    memberships(cast.unit_a)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = card(tree.districts[0], cast.unit_a)
    assert len(found.moments) == dispatches
    assert len(asked) <= 6


def test_a_reply_to_the_first_edition_marks_the_second_while_it_is_open(tree, cast):
    first = make.published(tree=tree)
    reply = make.reply(edition=first, unit=tree.districts[0], by=cast.unit_a, code="HSTT.QH")
    make.settle(first, State.SUPERSEDED)
    second = make.edition(dispatch=first.dispatch, number=2)
    make.figures(edition=second, tree=tree)
    make.publish(second)

    def disputed(user) -> list[str]:
        return [line.indicator.code for line in card(tree.districts[0], user).lines if line.disputed]

    assert disputed(cast.unit_a) == disputed(cast.clerk) == ["HSTT.QH"]
    reply.state = "refused"
    reply.save()
    assert disputed(cast.unit_a) == []


def test_a_draft_s_figures_are_provisional(tree, cast):
    make.published(tree=tree)
    at = (tree.issuer.slug, 2023, "1082-VPUB-KSTT")
    assert "provisional" not in [each.id for each in card(tree.districts[0], cast.clerk, at).reasons]
    make.draft(tree=tree, number="1100", data_as_of=date(2023, 10, 12))
    assert "provisional" in [each.id for each in card(tree.districts[0], cast.clerk).reasons]
