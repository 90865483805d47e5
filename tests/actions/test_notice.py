"""Who is told of what: each kind, never twice, as each chose, and nothing of other units."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from chiso.actions import correction as corrections
from chiso.actions import edition as editions
from chiso.actions import notice as notices
from chiso.actions import result as results
from chiso.actions import unit as units
from chiso.models import (
    Edition,
    Event,
    Mail,
    Membership,
    Notice,
    NoticeKind,
    Reply,
    ReplyMove,
    ReplyState,
    ReplyStep,
    Unit,
    User,
    What,
)
from chiso.queries import window
from chiso.values import workday
from tests import make

pytestmark = pytest.mark.django_db
WARNINGS = "như văn bản"


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


@pytest.fixture
def published(tree, cast) -> Edition:
    edition = editions.submit(edition=make.draft(tree=tree), by=cast.clerk)
    return editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)


def told(kind: str) -> dict[str, Notice]:
    """Who was told of a kind, by the beginning of the address."""
    found = Notice.objects.filter(kind=kind).select_related("to", "unit")
    assert len({each.to_id for each in found}) == len(found)
    return {each.to.email.partition("@")[0]: each for each in found}


def corrected(published: Edition, cast: make.Cast, tree: make.Tree, text: str = "58.72/100") -> Edition:
    draft = corrections.open_correction(
        dispatch=published.dispatch, by=cast.clerk, reason="In sai", number="1100", symbol="VPUB-KSTT", issued_on=date(2023, 9, 20)
    )  # fmt: skip
    results.store(edition=draft, unit=tree.districts[0], indicator=make.indicator("TONG"), text=text, by=cast.clerk)
    draft = editions.submit(edition=draft, by=cast.clerk)
    return editions.publish(edition=draft, by=cast.approver, accept_warnings=WARNINGS)


def reply(published: Edition, by: User, **fields) -> Reply:
    given = {"state": ReplyState.SENT, "due_on": date(2023, 9, 15), "proposed": "60,00/100", "reason": "Tính sai"}
    return Reply.objects.create(
        edition=published, unit=Unit.objects.get(slug="quang-dien"), indicator=make.indicator("TONG"),
        proposed_value=Decimal(60), proposed_out_of=Decimal(100), sent_by=by, sent_at=timezone.now(), **given | fields,
    )  # fmt: skip


def step(of: Reply, move: str, by: User | None) -> ReplyStep:
    made = ReplyStep.objects.create(reply=of, move=move, by=by, at=timezone.now())
    notices.reply_moved(step=made)
    return made


# --- Editions -------------------------------------------------------------------------------------
def test_review_is_asked_of_those_who_may_publish(tree, cast):
    make.member(unit=tree.province, role="approver", email="gone@example.org", is_active=False)
    editions.submit(edition=make.draft(tree=tree), by=cast.clerk)
    assert told(NoticeKind.REVIEW).keys() == {"approver", "administrator"}


def test_review_is_not_asked_of_whoever_changed_the_figures_last(tree, cast):
    draft = make.draft(tree=tree)
    results.store(
        edition=draft, unit=tree.districts[0], indicator=make.indicator("TONG"), text="1/100", by=cast.approver
    )
    editions.submit(edition=draft, by=cast.clerk)
    assert told(NoticeKind.REVIEW).keys() == {"administrator"}


def test_handed_in_again_is_told_again(tree, cast):
    draft = editions.submit(edition=make.draft(tree=tree), by=cast.clerk)
    draft = editions.send_back(edition=draft, by=cast.approver, why="Xem lại")
    editions.submit(edition=draft, by=cast.clerk)
    assert Notice.objects.filter(kind=NoticeKind.REVIEW, to=cast.approver).count() == 2


def test_a_publication_is_told_to_its_units_and_to_the_desk(tree, cast, published):
    make.member(unit=tree.communes[0], email="commune@example.org")  # no figures there
    found = told(NoticeKind.PUBLISHED)
    assert found.keys() == {"unit-a", "unit-b", "clerk", "administrator"}  # not the approver, who did it; no stranger
    assert found["unit-a"].unit == tree.districts[0]
    assert found["unit-a"].figures == [["TONG", "", "57.72/100"], ["MDSH.5", "", "2145"], ["CTDT.TK", "", "11/11"]]
    assert (found["clerk"].unit, found["clerk"].figures) == (None, [])
    assert found["unit-b"].mail == Mail.WAITING


def test_a_correction_is_told_to_whose_figures_it_changed(tree, cast, published):
    corrected(published, cast, tree)
    found = told(NoticeKind.CORRECTED)
    assert found.keys() == {"unit-a", "clerk", "administrator"}
    assert found["unit-a"].figures == [["TONG", "57.72/100", "58.72/100"]]
    assert len(told(NoticeKind.PUBLISHED)) == 4


def test_a_figure_that_a_correction_adds_or_takes_out_is_a_change(tree, cast, published):
    draft = corrections.open_correction(
        dispatch=published.dispatch, by=cast.clerk, reason="In sai", number="1100", symbol="VPUB-KSTT", issued_on=date(2023, 9, 20)
    )  # fmt: skip
    gone = draft.results.get(unit=tree.districts[1], indicator__code="MDSH.5")
    results.remove(result=gone, by=cast.clerk, why="Không có trong bản in")
    results.store(edition=draft, unit=tree.districts[0], indicator=make.indicator("CKMB"), text="12/18", by=cast.clerk)
    draft = editions.submit(edition=draft, by=cast.clerk)
    editions.publish(edition=draft, by=cast.approver, accept_warnings=WARNINGS)
    found = told(NoticeKind.CORRECTED)
    assert found["unit-a"].figures == [["CKMB", "", "12/18"]]
    assert found["unit-b"].figures == [["MDSH.5", "5932", ""]]


def test_a_recall_is_told_to_all_that_had_figures(tree, cast, published):
    editions.recall(edition=published, by=cast.approver, why="Sai biểu")
    assert told(NoticeKind.RECALLED).keys() == {"unit-a", "unit-b", "clerk", "administrator"}


def test_after_a_recall_everybody_is_told_that_there_are_figures_again(tree, cast, published):
    editions.recall(edition=published, by=cast.approver, why="Sai biểu")
    corrected(published, cast, tree)
    assert told(NoticeKind.CORRECTED).keys() == {"unit-a"}
    again = Notice.objects.filter(kind=NoticeKind.PUBLISHED, edition__number=2)
    assert {each.to.email for each in again} == {"unit-b@example.org", "clerk@example.org", "administrator@example.org"}


def test_whoever_works_for_a_unit_and_at_the_desk_is_told_once(tree, cast):
    Membership.objects.create(user=cast.clerk, unit=tree.districts[2], role="unit")
    edition = editions.submit(edition=make.draft(tree=tree), by=None)
    editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)
    assert told(NoticeKind.PUBLISHED)["clerk"].unit == tree.districts[2]


def test_one_who_works_for_two_units_is_told_of_each(tree, cast):
    Membership.objects.create(user=cast.unit_a, unit=tree.districts[2], role="unit")
    edition = editions.submit(edition=make.draft(tree=tree), by=None)
    editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)
    own = Notice.objects.filter(to=cast.unit_a, kind=NoticeKind.PUBLISHED)
    assert {each.unit for each in own} == {tree.districts[0], tree.districts[2]}


def test_a_stranger_with_a_figure_in_the_edition_is_not_told(tree, cast):
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=tree.elsewhere_district, code="TONG", text="50/100")
    notices.published(edition=make.publish(draft), event=event(draft))
    assert not Notice.objects.filter(to=cast.stranger).exists()


def event(edition: Edition) -> Event:
    return Event.objects.create(what=What.EDITION_PUBLISHED, edition=edition)


def test_what_is_rolled_back_was_told_to_nobody(tree, cast):
    edition = editions.submit(edition=make.draft(tree=tree), by=None)
    Notice.objects.all().delete()
    with transaction.atomic():
        editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)
        assert Notice.objects.exists()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_the_same_event_is_told_once(published, cast):
    before = Notice.objects.count()
    done = Event.objects.get(what=What.EDITION_PUBLISHED)
    Notice.objects.update(mail=Mail.SENT, mailed_at=timezone.now(), read_at=timezone.now())
    notices.published(edition=published, event=done)
    assert Notice.objects.count() == before
    assert not Notice.objects.exclude(mail=Mail.SENT).exists()
    assert not Notice.objects.filter(read_at=None).exists()


def test_telling_costs_the_same_for_many_units(tree, cast, django_assert_max_num_queries):
    draft = make.draft(tree=tree)
    for number in range(30):
        unit = make.unit(slug=f"h-{number}", parent=tree.province)
        make.member(unit=unit)
        make.result(edition=draft, unit=unit, code="TONG", text="50/100")
    edition = make.publish(draft)
    with django_assert_max_num_queries(20):
        notices.published(edition=edition, event=event(edition))
    assert Notice.objects.filter(kind=NoticeKind.PUBLISHED).count() == 35


# --- Choices --------------------------------------------------------------------------------------
def test_each_is_told_as_they_chose(tree, cast):
    notices.choose(by=cast.unit_a, kind=NoticeKind.PUBLISHED, here=True, mail=False)
    notices.choose(by=cast.unit_b, kind=NoticeKind.PUBLISHED, here=False, mail=True)
    notices.choose(by=cast.clerk, kind=NoticeKind.PUBLISHED, here=False, mail=False)
    notices.choose(by=cast.administrator, kind=NoticeKind.RECALLED, here=False, mail=False)
    edition = editions.submit(edition=make.draft(tree=tree), by=None)
    editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)
    found = {name: (each.here, each.mail) for name, each in told(NoticeKind.PUBLISHED).items()}
    assert found == {"unit-a": (True, "none"), "unit-b": (False, "waiting"), "administrator": (True, "waiting")}


def test_no_more_mail_stops_what_waits(published, cast):
    notices.unsubscribe(by=cast.unit_a, kinds=[NoticeKind.PUBLISHED])
    assert told(NoticeKind.PUBLISHED)["unit-a"].mail == Mail.NONE
    choice = cast.unit_a.notice_choices.get()
    assert (choice.here, choice.mail) == (True, False)
    assert told(NoticeKind.PUBLISHED)["unit-b"].mail == Mail.WAITING


# --- Replies --------------------------------------------------------------------------------------
@pytest.mark.parametrize("move", [ReplyMove.SENT, ReplyMove.ADDED, ReplyMove.WITHDRAWN])
def test_what_a_unit_does_is_told_to_the_desk(tree, cast, published, move):
    made = step(reply(published, cast.unit_a), move, cast.unit_a)
    found = told(NoticeKind.REPLY_SENT)
    assert found.keys() == {"clerk", "approver", "administrator"}
    one = found["clerk"]
    assert (one.key, one.unit, one.figures) == (f"{move}:{made.pk}", None, [["TONG", "57.72/100", "60,00/100"]])


@pytest.mark.parametrize(
    "move", [ReplyMove.RECEIVED, ReplyMove.ASKED, ReplyMove.ACCEPTED, ReplyMove.PARTLY, ReplyMove.REFUSED]
)
def test_what_the_office_does_is_told_to_the_unit_alone(tree, cast, published, move):
    make.member(unit=tree.districts[0], email="colleague@example.org")
    make.member(unit=tree.communes[0], email="commune@example.org")
    step(reply(published, cast.unit_a), move, cast.clerk)
    found = told(NoticeKind.REPLY_ANSWERED)
    assert found.keys() == {"unit-a", "colleague"}
    assert found["unit-a"].unit == tree.districts[0]
    assert found["unit-a"].mail == Mail.WAITING
    assert not told(NoticeKind.REPLY_SENT)


def test_whoever_left_the_unit_is_told_no_more(cast, published):
    sent = reply(published, cast.unit_a)
    cast.unit_a.memberships.all().delete()
    step(sent, ReplyMove.REFUSED, cast.clerk)
    assert not told(NoticeKind.REPLY_ANSWERED)


def test_a_unit_whose_record_was_merged_is_told_of_its_reply(tree, cast, published):
    sent = reply(published, cast.unit_a)
    kept = make.unit(slug="quang-dien-moi", parent=tree.province)
    units.merge(kept=kept, gone=tree.districts[0], by=None, why="Một đơn vị")
    step(sent, ReplyMove.RECEIVED, cast.clerk)
    found = told(NoticeKind.REPLY_ANSWERED)["unit-a"]
    assert (found.unit, found.figures) == (kept, [["TONG", "57.72/100", "60,00/100"]])


def test_what_was_granted_is_named(cast, published):
    granted = {"state": ReplyState.PARTLY, "granted": "59,00/100", "granted_value": Decimal(59)}
    step(reply(published, cast.unit_a, **granted), ReplyMove.PARTLY, cast.clerk)
    assert told(NoticeKind.REPLY_ANSWERED)["unit-a"].figures == [["TONG", "57.72/100", "59,00/100"]]


def test_a_correction_that_closes_a_reply_is_mailed_once(tree, cast, published):
    edition = corrected(published, cast, tree)
    step(reply(published, cast.unit_a, correction=edition), ReplyMove.CORRECTED, cast.approver)
    assert told(NoticeKind.CORRECTED)["unit-a"].mail == Mail.WAITING
    assert told(NoticeKind.REPLY_ANSWERED)["unit-a"].mail == Mail.NONE


# --- Deadlines ------------------------------------------------------------------------------------
def test_a_deadline_is_told_once_to_whose_turn_it_is(cast, published):
    reply(published, cast.unit_a, due_on=date(2023, 9, 18))  # a Monday
    assert notices.remind(today=date(2023, 9, 13)) == 0
    assert notices.remind(today=date(2023, 9, 14)) == 3  # two working days before
    assert notices.remind(today=date(2023, 9, 15)) == 0
    assert notices.remind(today=date(2023, 9, 20)) == 0
    assert told(NoticeKind.DEADLINE).keys() == {"clerk", "approver", "administrator"}


def test_a_question_is_the_unit_s_to_answer(cast, published):
    asked = reply(published, cast.unit_a, state=ReplyState.ASKED)
    assert notices.remind(today=date(2023, 9, 14)) == 1
    assert told(NoticeKind.DEADLINE)["unit-a"].key == f"answer:{asked.pk}:2023-09-15"
    asked.due_on = date(2023, 9, 20)
    asked.save()
    assert notices.remind(today=date(2023, 9, 20)) == 1  # a new deadline


@pytest.mark.parametrize("state", [ReplyState.REFUSED, ReplyState.WITHDRAWN])
def test_what_is_closed_has_no_deadline(cast, published, state):
    reply(published, cast.unit_a, state=state)
    assert notices.remind(today=date(2023, 9, 15)) == 0


def test_an_accepted_figure_is_the_desk_s_to_publish(cast, published):
    granted = {"state": ReplyState.ACCEPTED, "granted": "60,00/100", "granted_value": Decimal(60)}
    made = reply(published, cast.unit_a, **granted)
    assert notices.remind(today=date(2023, 9, 14)) == 3
    assert told(NoticeKind.DEADLINE)["clerk"].key == f"publish:{made.pk}:2023-09-15"


def test_a_late_reply_is_told_too_where_nobody_reminded_in_time(cast, published):
    reply(published, cast.unit_a, due_on=date(2023, 9, 15))
    assert notices.remind(today=date(2023, 10, 2)) == 3


def test_units_are_told_that_replies_are_soon_taken_no_more(tree, cast, published):
    end = window.closes_on(published)
    assert workday.left(timezone.localdate(published.published_at), end) == tree.issuer.reply_days == 10
    back = [end - timedelta(days=each) for each in range(20)]
    three_before, two_before = (next(day for day in back if workday.left(day, end) == left) for left in (3, 2))
    assert notices.remind(today=three_before) == 0
    notices.remind(today=two_before)
    found = told(NoticeKind.DEADLINE)
    assert found.keys() == {"unit-a", "unit-b"}
    assert found["unit-a"].key == f"window:{published.pk}:{end}:unit:{tree.districts[0].pk}"
    assert notices.remind(today=end) == 0
    assert notices.remind(today=end + timedelta(days=1)) == 0


@pytest.mark.parametrize(("office", "dispatch", "days"), [(0, None, None), (10, 0, None), (0, 5, 5), (10, 3, 3)])
def test_the_days_for_replies_are_the_dispatch_s_own_or_the_office_s(tree, published, office, dispatch, days):
    published.dispatch.issuer.reply_days, published.dispatch.reply_days = office, dispatch
    end = window.closes_on(published)
    assert end == (days and workday.after(timezone.localdate(published.published_at), days))


# --- Reading --------------------------------------------------------------------------------------
def test_one_s_own_are_read_and_no_others(cast, published):
    own, other = (Notice.objects.get(to=each) for each in (cast.unit_a, cast.unit_b))
    assert notices.read(by=cast.unit_a, key=other.pk) == 0
    assert notices.read(by=cast.unit_a) == 1
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.read_at is None, other.read_at) == (False, None)


def test_a_unit_s_notices_go_with_the_unit(tree, cast, published):
    """Whoever leaves a unit reads no more of it; a record that is merged hands its notices on."""
    assert Notice.objects.visible_to(cast.unit_a).count() == 1
    kept = make.unit(slug="quang-dien-moi", parent=tree.province)
    units.merge(kept=kept, gone=tree.districts[0], by=None, why="Một đơn vị")
    assert Notice.objects.visible_to(cast.unit_a).get().unit == kept
    cast.unit_a.memberships.all().delete()
    assert not Notice.objects.visible_to(cast.unit_a).exists()
