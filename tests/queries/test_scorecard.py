"""One unit's figures over its dispatches."""

from __future__ import annotations

from datetime import date

import pytest

from chiso.models import State
from chiso.queries import scorecard
from tests import make


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


def told(card: scorecard.Scorecard) -> list[tuple[str, list[tuple[str, str, list[tuple[int, int, bool]]]]]]:
    return [
        (
            str(one.dispatch),
            [
                (each.indicator.code, each.printed, [(place.rank, place.rank_of, place.tied) for place in each.places])
                for each in one.figures
            ],
        )
        for one in card.editions
    ]


def test_figures_and_ranks_newest_first(tree, cast):
    make.published(tree=tree)
    make.published(tree=tree, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10))
    card = scorecard.for_unit(tree.districts[3], cast.unit_a)
    figures = [
        ("TONG", "48.7/100", [(3, 4, True)]), ("MDSH.5", "318", []), ("HSTT.QH", "64", [(4, 4, False)]),
    ]  # fmt: skip
    assert told(card) == [("1201/VPUB-KSTT", figures), ("1082/VPUB-KSTT", figures)]


def test_a_draft_shows_at_the_desk_alone_with_the_same_ranks(tree, cast):
    draft = make.draft(tree=tree)
    assert scorecard.for_unit(tree.districts[0], cast.unit_a).editions == ()
    before = told(scorecard.for_unit(tree.districts[0], cast.clerk))
    make.publish(draft)
    assert before == told(scorecard.for_unit(tree.districts[0], cast.clerk))


def test_what_a_correction_replaced_is_left_out(tree, cast):
    edition = make.published(tree=tree)
    edition.state = State.SUPERSEDED
    edition.save()
    assert scorecard.for_unit(tree.districts[0], cast.unit_a).editions == ()


def test_the_cost_does_not_grow_with_the_dispatches(tree, cast, django_assert_num_queries):
    for number in range(1, 4):
        make.published(tree=tree, number=str(number))
    with django_assert_num_queries(3):
        assert len(scorecard.for_unit(tree.districts[0], cast.unit_a).editions) == 3
