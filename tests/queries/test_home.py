"""The month's work of one person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.actions import edition as editions
from chiso.actions import result as results
from chiso.models import Edition, Event, Issuer, State, Unit, Upload, What
from chiso.queries import home
from chiso.queries.home import Turn
from tests import make

TODAY = date(2023, 10, 3)


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


def due(user, today: date = TODAY) -> list[date | None]:
    return [each.month for each in home.of(user, today=today).due]


def test_the_next_month_is_due_once_it_has_begun(tree, cast):
    make.published(tree=tree)  # data of 12/9/2023
    assert due(cast.clerk, date(2023, 9, 30)) == []
    assert due(cast.clerk, date(2023, 10, 1)) == [date(2023, 10, 1)]
    make.draft(tree=tree, number="", data_as_of=date(2023, 10, 10))
    assert due(cast.clerk) == []


def test_december_is_followed_by_january(tree, cast):
    make.published(tree=tree, data_as_of=date(2023, 12, 10))
    assert due(cast.clerk, date(2024, 1, 5)) == [date(2024, 1, 1)]


@pytest.mark.parametrize(
    ("today", "old"), [(date(2023, 11, 30), False), (date(2023, 12, 1), True), (date(2026, 11, 24), True)]
)
def test_a_month_that_is_due_is_told_by_the_newest_dispatch_and_how_old_that_is(tree, cast, today, old):
    make.published(tree=tree)  # data of 12/9/2023
    [told] = home.of(cast.clerk, today=today).due
    assert (told.month, told.last, told.old) == (date(2023, 10, 1), date(2023, 9, 12), old)


def test_no_dispatch_at_all(tree, cast):
    assert due(cast.clerk) == [None]
    assert due(make.person(is_superuser=True)) == []
    make.draft(tree=tree)
    assert due(cast.clerk) == []


def test_an_office_that_ended_owes_nothing(tree, cast):
    make.published(tree=tree)
    Unit.objects.filter(pk=tree.province.pk).update(valid_to=date(2023, 9, 30))
    assert due(cast.clerk) == []


def test_a_quarter_or_a_correcting_document_is_no_month(tree, cast):
    first = make.published(tree=tree)
    make.dispatch(
        issuer=tree.issuer, number="1090", data_as_of=None, issued_on=date(2023, 10, 2), corrects=first.dispatch
    )
    make.published(tree=tree, number="1", period="quarter", data_as_of=date(2023, 10, 1))
    assert due(cast.clerk) == [date(2023, 10, 1)]


def turns(user) -> dict[str, Turn]:
    return {str(each.edition.dispatch): each.turn for each in home.of(user, today=TODAY).open}


def in_review(tree: make.Tree, by, number: str = "1082") -> Edition:
    """Handed in by a clerk who also made its last change."""
    edition = make.draft(tree=tree, number=number)
    results.store(edition=edition, unit=tree.districts[0], indicator=make.indicator("TONG"), text="58/100", by=by)
    return editions.submit(edition=edition, by=by, why="đã đối chiếu")


def test_whose_turn_a_draft_is(tree, cast):
    make.draft(tree=tree)
    assert turns(cast.clerk) == {"1082/VPUB-KSTT": Turn.YOU}
    assert turns(cast.administrator) == {"1082/VPUB-KSTT": Turn.YOU}
    assert turns(cast.approver) == {"1082/VPUB-KSTT": Turn.CLERK}
    assert turns(cast.unit_a) == {}


def test_whose_turn_a_review_is(tree, cast):
    in_review(tree, cast.clerk)
    assert turns(cast.clerk) == {"1082/VPUB-KSTT": Turn.APPROVER}
    assert turns(cast.approver) == {"1082/VPUB-KSTT": Turn.YOU}
    shown = home.of(cast.approver, today=TODAY)
    assert [each.handed_in.why for each in shown.mine if each.handed_in] == ["đã đối chiếu"]
    assert home.of(cast.clerk, today=TODAY).others[0].edition.state == State.REVIEW


def test_who_made_the_last_change_does_not_decide(tree, cast):
    in_review(tree, cast.approver)
    assert turns(cast.approver) == {"1082/VPUB-KSTT": Turn.OTHER_APPROVER}
    assert turns(cast.administrator) == {"1082/VPUB-KSTT": Turn.YOU}
    Issuer.objects.update(second_person=False)
    assert turns(cast.approver) == {"1082/VPUB-KSTT": Turn.YOU}
    assert turns(cast.clerk) == {"1082/VPUB-KSTT": Turn.YOU}


def test_what_was_sent_back_says_so_until_it_is_handed_in_again(tree, cast):
    edition = in_review(tree, cast.clerk)
    editions.send_back(edition=edition, by=cast.approver, why="thiếu Nam Đông")
    (shown,) = home.of(cast.clerk, today=TODAY).mine
    assert shown.sent_back is not None
    assert (shown.sent_back.why, shown.sent_back.by, shown.handed_in) == ("thiếu Nam Đông", cast.approver, None)
    editions.submit(edition=edition, by=cast.clerk)
    (shown,) = home.of(cast.clerk, today=TODAY).others
    assert shown.sent_back is None


def test_units_without_any_figure_are_counted(tree, cast):
    edition = make.draft(tree=tree)
    assert [each.units for each in home.of(cast.clerk, today=TODAY).open] == [0]  # no commune has any: none expected
    edition.results.filter(unit=tree.districts[0]).delete()
    make.unit(slug="moi", parent=tree.province, valid_from=date(2024, 1, 1))
    make.unit(slug="gop", parent=tree.province, merged_into=tree.districts[0])
    assert [each.units for each in home.of(cast.clerk, today=TODAY).open] == [1]
    make.result(edition=edition, unit=tree.communes[0], code="TONG", text="50/100")
    assert [each.units for each in home.of(cast.clerk, today=TODAY).open] == [4]


def test_findings_files_and_what_was_published(tree, cast):
    edition = make.draft(tree=tree)
    for severity in ("warning", "warning", "note"):
        make.finding(edition=edition, severity=severity, where=f"I, row {Event.objects.count()}")
    make.finding(edition=edition, state="accepted")
    done = make.published(tree=tree, number="943", data_as_of=date(2023, 8, 10))
    for state in ("staged", "reading", "unreadable", "applied", "discarded"):
        Upload.objects.create(issuer=tree.issuer, name=state, sha256="0" * 64, size=1, state=state)
    shown = home.of(cast.clerk, today=TODAY)
    assert shown.findings == {"warning": 2, "note": 1}
    assert shown.open[0].findings == {"warning": 2, "note": 1}
    assert {upload.name for upload in shown.uploads} == {"staged", "reading", "unreadable"}
    assert shown.published == (done,)


def test_loading_is_the_work_of_those_who_type(tree, cast):
    make.published(tree=tree)
    for who, types in (("clerk", True), ("administrator", True), ("approver", False)):
        shown = home.of(getattr(cast, who), today=TODAY)
        assert (shown.types, len(shown.due)) == (types, 1)


def test_another_office_has_other_work(tree, cast):
    make.draft(tree=tree)
    Upload.objects.create(issuer=tree.issuer, name="x", sha256="0" * 64, size=1)
    office = make.issuer(unit=tree.elsewhere, slug="vpub-gia-lai")
    shown = home.of(make.member(unit=office.unit, role="clerk"), today=TODAY)
    assert (shown.open, shown.uploads, [each.issuer for each in shown.due]) == ((), (), [office])


def test_the_same_queries_however_much_there_is(tree, cast):
    make.draft(tree=tree, number="900")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown = home.of(cast.approver, today=TODAY)
            for each in shown.open:
                str(each.edition.dispatch.issuer)
                str(each.handed_in and each.handed_in.by)
            for upload in shown.uploads:
                str(upload.by)
            for edition in shown.published:
                str(edition.dispatch), str(edition.published_by)
        return len(queries)

    before = cost()
    for number in range(6):
        in_review(tree, cast.clerk, number=str(1100 + number))
        make.published(tree=tree, number=str(number + 1), data_as_of=date(2023, 1, 1) + timedelta(number))
        Upload.objects.create(issuer=tree.issuer, name="x", sha256="0" * 64, size=1, by=cast.clerk)
    assert Event.objects.filter(what=What.EDITION_SUBMITTED).count() == 6
    assert cost() <= before <= 20
