"""Publication and the end of a mistaken draft."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from chiso.actions import correction
from chiso.actions import dispatch as dispatches
from chiso.actions import edition as editions
from chiso.actions import finding as findings
from chiso.actions import result as results
from chiso.models import (
    Dispatch,
    Event,
    Finding,
    FindingState,
    Indicator,
    Result,
    Standing,
    State,
    Summary,
    Unit,
    Upload,
    UploadState,
    What,
    frozen,
)
from tests import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    record.office_of_2023()
    return record.loaded(".txt")


def test_open_warnings_stand_in_the_way(edition):
    editions.submit(edition=edition, by=None)
    with pytest.raises(editions.UnableToPublish, match="cảnh báo"):
        editions.publish(edition=edition, by=None)
    edition.refresh_from_db()
    assert edition.state == State.REVIEW
    assert not Standing.objects.exists()


def test_publication_keeps_ranks_and_says_who_and_why(edition):
    approver = record.person("approver@example.org", role="approver")
    done = record.published(edition, by=approver)
    assert (done.state, done.published_by) == (State.PUBLISHED, approver)
    order = Standing.objects.filter(indicator__code="TONG", peers="district").order_by("rank")
    assert [(row.unit.slug, row.rank, row.rank_of) for row in order][:2] == [("quang-dien", 1, 9), ("nam-dong", 2, 9)]
    overdue = Standing.objects.filter(indicator__code="HSTT.QH", peers="agency").order_by("rank").first()
    assert overdue is not None
    assert overdue.unit.slug == "so-ngoai-vu"
    assert not Standing.objects.filter(indicator__code__in=["MDSH.5", "CKMB"]).exists()
    whole = Summary.objects.get(indicator__code="TONG", peers="district")
    assert (whole.count, whole.lowest, whole.highest) == (9, Decimal("33.56"), Decimal("57.72"))
    accepted = Finding.objects.filter(state=FindingState.ACCEPTED)
    assert accepted.count() == Finding.objects.count()
    assert set(accepted.values_list("accepted_by", "acceptance")) == {(approver.pk, "Giữ như văn bản đã ban hành")}
    event = Event.objects.get(what=What.EDITION_PUBLISHED)
    assert (event.by, event.why, event.edition) == (approver, "Giữ như văn bản đã ban hành", edition)


def test_a_published_edition_is_published_once_and_never_changed(edition):
    record.published(edition)
    with pytest.raises(editions.UnableToPublish):
        editions.publish(edition=edition, by=None, accept_warnings="như văn bản")
    result = Result.objects.filter(edition=edition).first()
    assert result is not None
    with pytest.raises(results.UnableToStore):
        results.store(edition=edition, unit=result.unit, indicator=result.indicator, text="1/100", by=None)
    with pytest.raises(results.UnableToRemove):
        results.remove(result=result, by=None, why="")
    with pytest.raises(editions.UnableToDiscard):
        editions.discard(edition=edition, by=None)
    with pytest.raises(dispatches.UnableToEnter):
        dispatches.change(dispatch=edition.dispatch, by=None, subject="khác")
    assert Result.objects.filter(edition=edition).count() == 139


def test_an_empty_draft_is_not_published():
    issuer = record.office_of_2023()
    empty = dispatches.enter(issuer=issuer, by=None, data_as_of=date(2023, 9, 12))
    with pytest.raises(editions.UnableToSubmit, match="Chưa có số liệu"):
        editions.submit(edition=empty, by=None)


def test_a_mistaken_draft_goes_and_its_file_stays(edition):
    editions.discard(edition=edition, by=None)
    assert not Dispatch.objects.exists()
    assert not Result.objects.exists()
    upload = Upload.objects.get()
    assert (upload.state, upload.edition) == (UploadState.DISCARDED, None)
    event = Event.objects.get(what=What.EDITION_DISCARDED)
    assert record.NUMBER in event.subject
    again = record.loaded(".txt")
    assert Result.objects.filter(edition=again).count() == 139


def test_an_acceptance_lasts_as_long_as_its_figures(edition):
    finding = Finding.objects.get(check_id="letter-matches-appendix")
    findings.accept(finding=finding, by=None, reason="Thư và phụ lục lấy ở hai thời điểm")
    unit, indicator = Unit.objects.get(slug="thua-thien-hue"), Indicator.objects.get(code="TONG")
    results.store(edition=edition, unit=unit, indicator=indicator, text="60,59/100", by=None)
    finding.refresh_from_db()
    assert finding.state == FindingState.FIXED
    new = Finding.objects.get(check_id="letter-matches-appendix", state=FindingState.OPEN)
    assert new.figures["appendix"] == "60.59"
    results.store(edition=edition, unit=unit, indicator=indicator, text="61,5/100", by=None)
    assert not Finding.objects.filter(check_id="letter-matches-appendix", state=FindingState.OPEN).exists()


def test_what_may_not_be_accepted(edition):
    finding = Finding.objects.filter(severity="warning").first()
    assert finding is not None
    with pytest.raises(findings.UnableToAccept):
        findings.accept(finding=finding, by=None, reason="  ")
    error = Finding.objects.create(edition=edition, check_id="duplicate-unit", severity="error", where="II")
    with pytest.raises(findings.UnableToAccept):
        findings.accept(finding=error, by=None, reason="vẫn đúng")


def test_a_second_published_edition_supersedes_the_first(edition):
    record.published(edition)
    second = correction.open_correction(
        dispatch=edition.dispatch, by=None, reason="Sai số liệu", number="1100", symbol="VPUB-KSTT",
        issued_on=date(2023, 9, 20),
    )  # fmt: skip
    record.published(second)
    edition.refresh_from_db()
    assert edition.state == State.SUPERSEDED
    assert Standing.objects.filter(edition=edition).count() == Standing.objects.filter(edition=second).count() > 0


def test_nothing_is_published_that_the_database_would_not_guard(edition):
    editions.submit(edition=edition, by=None)
    if connection.vendor == "postgresql":
        connection.check_constraints()  # none may wait where a trigger goes
    frozen.drop(connection)
    with pytest.raises(editions.UnableToPublish, match=r"manage\.py migrate"):
        editions.publish(edition=edition, by=None, accept_warnings="như văn bản")
    frozen.create(connection)
    assert editions.publish(edition=edition, by=None, accept_warnings="như văn bản").state == State.PUBLISHED
