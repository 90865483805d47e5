"""The days in which a figure may be disputed: those of the edition that first says it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chiso.actions import correction as corrections
from chiso.actions import edition as editions
from chiso.actions import mail
from chiso.actions import notice as notices
from chiso.actions import reply as replies
from chiso.actions import result as results
from chiso.actions import unit as units
from chiso.actions.claim import UnableToReply, obstacle
from chiso.models import Edition, Mail, Notice, NoticeKind, Result
from chiso.queries import notice as query
from chiso.queries import window
from chiso.values import workday
from tests import make

pytestmark = pytest.mark.django_db
FIRST = date(2023, 9, 13)  # published; replies are taken until 27/9
LAST = date(2023, 9, 27)
SECOND = date(2023, 9, 22)  # the correction; its days end on 6/10
WARNINGS = "như văn bản"


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


@pytest.fixture
def on(monkeypatch):
    def day(day: date) -> None:
        noon = datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone())
        monkeypatch.setattr(timezone, "now", lambda: noon)

    return day


@pytest.fixture
def first(tree, cast, on) -> Edition:
    on(FIRST)
    edition = editions.submit(edition=make.draft(tree=tree), by=cast.clerk)
    return editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)


def correct(first, cast, changes: dict, number="1100", taken_out=()) -> Edition:
    draft = corrections.open_correction(
        dispatch=first.dispatch, by=cast.clerk, reason="In sai", number=number, symbol="VPUB-KSTT", issued_on=timezone.localdate()
    )  # fmt: skip
    for (unit, code), text in changes.items():
        results.store(edition=draft, unit=unit, indicator=make.indicator(code), text=text, by=cast.clerk)
    for unit, code in taken_out:
        row = Result.objects.get(edition=draft, unit=unit, indicator__code=code)
        results.remove(result=row, by=cast.clerk, why="Không in")
    draft = editions.submit(edition=draft, by=cast.clerk)
    return editions.publish(edition=draft, by=cast.approver, accept_warnings=WARNINGS)


def last_day(edition: Edition, unit, code="TONG") -> date | None:
    return window.of(Edition.objects.get(pk=edition.pk), unit).closes_on(make.indicator(code).pk)


def test_a_correction_opens_its_days_for_what_it_changed_alone(tree, cast, first, on):
    on(SECOND)
    ours, theirs = tree.districts[:2]
    second = correct(first, cast, {(theirs, "TONG"): "56,4/100"})
    ends = workday.after(SECOND, 10)
    assert last_day(first, ours) == LAST
    assert last_day(second, ours) == LAST
    assert last_day(second, theirs) == ends > LAST
    assert last_day(second, theirs, "MDSH.5") == LAST  # another figure of the same unit
    on(LAST + timedelta(1))
    with pytest.raises(UnableToReply, match="27/9/2023"):
        replies.send(
            edition=second, unit=ours, indicator=make.indicator("TONG"), proposed="58,72/100", reason="Sai", by=cast.unit_a
        )  # fmt: skip
    replies.send(
        edition=second, unit=theirs, indicator=make.indicator("TONG"), proposed="56,9/100", reason="Sai", by=cast.unit_b
    )


def test_within_the_first_days_an_unchanged_figure_is_disputed_in_the_edition_that_holds(tree, cast, first, on):
    on(SECOND)
    second = correct(first, cast, {(tree.districts[1], "TONG"): "56,4/100"})
    on(LAST)
    sent = replies.send(
        edition=second, unit=tree.districts[0], indicator=make.indicator("TONG"), proposed="58,72/100", reason="Sai", by=cast.unit_a
    )  # fmt: skip
    assert sent.edition == second


def test_what_comes_goes_or_returns_in_a_correction_is_new(tree, cast, first, on):
    on(SECOND)
    ours, missing = tree.districts[0], tree.districts[3]
    second = correct(first, cast, {(missing, "CTDT.TK"): "8/11"}, taken_out=[(ours, "CTDT.TK")])
    ends = workday.after(SECOND, 10)
    assert last_day(second, missing, "CTDT.TK") == ends  # it appears
    assert last_day(second, ours, "CTDT.TK") == ends  # it is gone
    assert obstacle(edition=second, unit=ours, indicator=make.indicator("CTDT.TK")) == ""
    on(SECOND + timedelta(5))
    third = correct(first, cast, {(ours, "TONG"): "58/100"}, number="1101")
    on(SECOND + timedelta(6))
    fourth = correct(first, cast, {(ours, "TONG"): "57.72/100"}, number="1102")
    assert last_day(third, ours, "CTDT.TK") == ends  # missing since the second edition
    assert last_day(fourth, ours) == workday.after(SECOND + timedelta(6), 10)  # back to what it was before
    assert last_day(fourth, tree.districts[1]) == LAST


def test_the_same_figure_printed_another_way_is_no_other_figure(tree, cast, first, on):
    on(SECOND)
    second = correct(first, cast, {(tree.districts[0], "TONG"): "57,72/100"})
    assert last_day(second, tree.districts[0]) == LAST


def test_after_a_recall_every_figure_is_new(tree, cast, first, on):
    editions.recall(edition=first, by=cast.approver, why="Sai nhiều chỗ")
    on(SECOND)
    second = correct(first, cast, {(tree.districts[1], "TONG"): "56,4/100"})
    assert last_day(second, tree.districts[0]) == workday.after(SECOND, 10)


def test_a_merged_record_s_figure_keeps_its_days(tree, cast, first, on):
    on(SECOND)
    kept = make.unit(slug="quang-dien-moi", name="UBND huyện Quảng Điền (mới)", parent=tree.province)
    units.merge(kept=kept, gone=tree.districts[0], by=cast.administrator, why="Một đơn vị")
    second = correct(first, cast, {(tree.districts[1], "TONG"): "56,4/100"})
    assert last_day(second, kept) == LAST


def test_the_units_are_reminded_of_their_own_days(tree, cast, first, on):
    """Of the first edition's all, though a correction holds; of the correction's those whose figures it changed."""
    on(SECOND)
    second = correct(first, cast, {(tree.districts[1], "TONG"): "56,4/100"})
    on(LAST)
    notices.remind(today=LAST)
    told = Notice.objects.filter(kind=NoticeKind.DEADLINE)
    assert set(told.values_list("to__email", "edition")) == {
        (cast.unit_a.email, second.pk), (cast.unit_b.email, second.pk),
    }  # fmt: skip
    end = workday.after(SECOND, 10)
    on(end)
    notices.remind(today=end)
    assert set(told.filter(key__contains=end.isoformat()).values_list("to__email", flat=True)) == {cast.unit_b.email}


def test_a_first_edition_costs_no_query_and_a_correction_two(tree, cast, first, on):
    on(SECOND)
    second = correct(first, cast, {(tree.districts[1], "TONG"): "56,4/100"})
    known = [Edition.objects.select_related("dispatch__issuer").get(pk=each.pk) for each in (first, second)]
    for edition, most in zip(known, (0, 2), strict=True):
        with CaptureQueriesContext(connection) as queries:
            days = window.of(edition, tree.districts[0])
            assert {days.closes_on(figure) for figure in range(5)} == {LAST}
        assert len(queries) == most


def test_no_mail_tells_of_days_that_a_recall_ended(tree, cast, first, mailoutbox):
    notices.remind(today=window.closes_on(first))
    Notice.objects.exclude(kind=NoticeKind.DEADLINE, to=cast.unit_b).delete()
    waits = Notice.objects.get(mail=Mail.WAITING)
    second = correct(first, cast, {(tree.districts[0], "TONG"): "58.72/100"})
    waits.refresh_from_db()
    assert query.still_holds(waits)  # the other unit's figures stand as they were
    editions.recall(edition=second, by=cast.approver, why="Sai biểu")
    Notice.objects.exclude(pk=waits.pk).delete()
    assert mail.send().dropped == 1
    assert not mailoutbox
