"""What is read of replies, and at what cost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from chiso.models import Reply, ReplyState, State
from chiso.queries import reply as query
from chiso.words.reply import time_left
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 20)


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


@pytest.fixture
def published(tree):
    return make.published(tree=tree)


def cost(act) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_what_is_disputed_is_one_query_and_told_to_whom_it_may_be(tree, cast, published):
    for unit, by in zip(tree.districts, [cast.unit_a, cast.unit_b, cast.unit_b, cast.unit_b], strict=True):
        make.reply(edition=published, unit=unit, by=by)
    total = make.indicator("TONG").pk
    every = {(unit.pk, total) for unit in tree.districts}
    assert query.disputed(published, cast.clerk) == every
    assert query.disputed(published, cast.unit_a) == {(tree.districts[0].pk, total)}
    assert query.disputed(published, cast.stranger) == set()
    above = make.member(unit=tree.province)
    assert query.disputed(published, above) == every
    assert cost(lambda: query.disputed(published, cast.unit_a)) == 1


@pytest.mark.parametrize("state", ReplyState.values)
def test_which_states_dispute(tree, cast, published, state):
    granted = {"granted": "60/100", "granted_value": 60}
    make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a, state=state, **granted)
    wanted = state in ("sent", "received", "asked", "accepted", "partly")
    assert bool(query.disputed(published, cast.unit_a)) is wanted


def test_a_later_edition_s_reply_does_not_mark_the_earlier_one(tree, cast, published):
    make.settle(published, State.SUPERSEDED)
    second = make.edition(dispatch=published.dispatch, number=2)
    make.figures(edition=second, tree=tree)
    make.publish(second)
    make.reply(edition=second, unit=tree.districts[0], by=cast.unit_a)
    assert query.disputed(second, cast.unit_a)
    assert not query.disputed(published, cast.unit_a)


def test_what_waits_is_one_query(tree, cast, published):
    given = [("sent", TODAY), ("received", TODAY - timedelta(1)), ("asked", TODAY - timedelta(5)), ("refused", TODAY)]
    for unit, (state, due) in zip(tree.districts, given, strict=True):
        make.reply(edition=published, unit=unit, by=cast.unit_a, state=state, due_on=due)
    found = query.waiting(cast.clerk, TODAY)
    assert (found.count, found.late, found.first, found.uncarried) == (2, 1, TODAY - timedelta(1), 0)
    assert query.waiting(cast.stranger, TODAY).any is False
    assert cost(lambda: query.waiting(cast.clerk, TODAY)) == 1


def test_a_list_with_its_figures_is_one_query(tree, cast, published):
    for unit in tree.districts[:3]:
        make.reply(edition=published, unit=unit, by=cast.unit_a)
    rows = query.of_units(make.member(unit=tree.province))
    assert [row.printed for row in rows] == ["48.7/100", "56.39/100", "57.72/100"]
    user = make.member(unit=tree.province)
    assert cost(lambda: [str(row.edition.dispatch.issuer) + str(row.unit) for row in query.of_units(user)]) == 2


def test_a_step_says_whether_it_was_asked_for(tree, cast, published):
    reply = make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a)
    for move in ("added", "received", "asked", "added", "added"):
        reply.steps.create(move=move, text=move, at=make.MOMENT)
    shown = query.shown(Reply.objects.get())
    assert [step.adds for step in shown.steps] == [False, True, False, False, False, True]
    assert shown.question == ""
    Reply.objects.update(state=ReplyState.ASKED)
    assert query.shown(Reply.objects.get()).question == "asked"


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2023, 9, 11), "4 working days left"),
        (date(2023, 9, 15), "due today"),
        (date(2023, 9, 16), "the last day is over"),  # a Saturday
        (date(2023, 9, 18), "1 working day late"),
        (date(2023, 9, 25), "6 working days late"),
    ],
)
def test_time_left_is_told_in_working_days(today, said):
    with translation.override("en"):
        assert time_left(today, date(2023, 9, 15)) == said
