"""A correction: what its opening copies and refuses, where its document's file goes, and what becomes of edition 1."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chiso.actions import correction
from chiso.actions import dispatch as dispatches
from chiso.actions import edition as editions
from chiso.actions import result as results
from chiso.actions import upload as uploads
from chiso.models import (
    Appendix,
    Dispatch,
    Edition,
    Event,
    Finding,
    Indicator,
    Result,
    ResultChange,
    Standing,
    State,
    Unit,
    What,
)
from chiso.queries import edition as query
from chiso.queries import upload as plans
from tests import record
from tests.ingest.expected import sample

pytestmark = pytest.mark.django_db
DAY = date(2023, 9, 20)
DOCUMENT = {"number": "1100", "symbol": "VPUB-KSTT", "issued_on": DAY}
COPIED = (
    "unit", "indicator", "value", "out_of", "printed", "source", "cell", "position", "printed_rank", "row",
    "appendix__ordinal",
)  # fmt: skip


@pytest.fixture
def first() -> Edition:
    record.office_of_2023()
    return record.published(record.loaded(".docx", by=record.person()))


def opened(first: Edition, **fields: Any) -> Edition:
    given = {"reason": "Sai số liệu huyện Nam Đông", "by": None, **DOCUMENT} | fields
    return correction.open_correction(dispatch=first.dispatch, **given)


def letter(**changes: str) -> bytes:
    """The file of 1100/VPUB-KSTT of 20/9/2023, which corrects 1082: the sample with other numbers."""
    text = sample(".txt").decode()
    for old, new in {"1082": "1100", "13 tháng 9": "20 tháng 9", **changes}.items():
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def standings(edition: Edition) -> set[tuple]:
    return set(
        Standing.objects.filter(edition=edition).values_list("unit", "indicator", "peers", "rank", "rank_of", "value")
    )


def figure(edition: Edition, unit: str = "nam-dong") -> str:
    return Result.objects.get(edition=edition, unit__slug=unit, indicator__code="TONG").printed


# --- What is copied -------------------------------------------------------------------------------
def test_the_next_edition_says_what_the_last_one_said(first):
    changes = ResultChange.objects.count()
    clerk = record.person("b@example.org")
    second = opened(first, by=clerk)
    assert (second.number, second.state, second.opened_by) == (2, State.DRAFT, clerk)
    assert second.reason == "Sai số liệu huyện Nam Đông"
    for name in ("score", "out_of", "rank", "rank_of", "printed"):
        assert getattr(second, f"headline_{name}") == getattr(first, f"headline_{name}")
    old, new = (list(Result.objects.filter(edition=one).order_by("pk").values_list(*COPIED)) for one in (first, second))
    assert new == old
    assert len(new) == 139
    tables = [
        list(Appendix.objects.filter(edition=one).values_list("ordinal", "title", "layout", "notes", "order"))
        for one in (first, second)
    ]
    assert tables[0] == tables[1] != []
    assert not Result.objects.filter(edition=second).exclude(appendix__edition=second).exists()
    assert ResultChange.objects.count() == changes
    event = Event.objects.get(what=What.EDITION_OPENED)
    assert (event.by, event.why, event.edition) == (clerk, second.reason, second)
    assert query.last_editor(second) == clerk


def test_the_document_is_a_dispatch_that_corrects_or_replaces(first):
    document = opened(first).correcting
    assert (str(document), document.corrects, document.replaces) == ("1100/VPUB-KSTT", first.dispatch, None)
    assert (document.issued_on, document.data_as_of, document.year) == (DAY, first.dispatch.data_as_of, 2023)
    editions.discard(edition=Edition.objects.get(number=2), by=None)
    document = opened(first, replaces=True).correcting
    assert (document.corrects, document.replaces) == (None, first.dispatch)


def test_what_was_accepted_of_the_same_figures_stays_accepted(first):
    def said(edition: Edition) -> set[tuple]:
        rows = Finding.objects.filter(edition=edition, state="accepted")
        return set(rows.values_list("check_id", "where", "accepted_by", "accepted_at", "acceptance"))

    second = opened(first)
    assert said(second) == said(first) != set()
    assert not Finding.objects.filter(edition=second, state="open").exists()
    unit, indicator = Unit.objects.get(slug="thua-thien-hue"), Indicator.objects.get(code="TONG")
    results.store(edition=second, unit=unit, indicator=indicator, text="60,59/100", by=None)
    assert Finding.objects.filter(edition=second, state="open", check_id="letter-matches-appendix").exists()


# --- Refusals -------------------------------------------------------------------------------------
def test_what_opens_no_correction(first):
    with pytest.raises(correction.UnableToCorrect):
        opened(first, reason="  ")
    with pytest.raises(correction.UnableToCorrect):
        opened(first, number="1082", issued_on=date(2023, 9, 13))
    with pytest.raises(correction.UnableToCorrect):
        opened(first, symbol="")
    with pytest.raises(correction.UnableToCorrect):
        opened(first, issued_on=None)
    with pytest.raises(correction.UnableToCorrect):
        opened(first, issued_on=date(2023, 9, 12))
    assert (Edition.objects.count(), Dispatch.objects.count()) == (1, 1)
    second = opened(first)
    with pytest.raises(correction.UnableToCorrect, match="2"):
        opened(first, number="1101")
    with pytest.raises(correction.UnableToCorrect):
        correction.open_correction(dispatch=second.correcting, by=None, reason="x", **DOCUMENT)
    assert (Edition.objects.count(), Dispatch.objects.count()) == (2, 2)


def test_a_draft_is_corrected_in_place():
    record.office_of_2023()
    with pytest.raises(correction.UnableToCorrect):
        opened(record.loaded())
    assert Dispatch.objects.count() == 1


def test_an_opening_that_fails_leaves_nothing(first, monkeypatch):
    def broken(**_given):
        raise RuntimeError

    monkeypatch.setattr(editions, "refresh_findings", broken)
    with pytest.raises(RuntimeError):
        opened(first)
    assert (Edition.objects.count(), Dispatch.objects.count(), Result.objects.count()) == (1, 1, 139)


def test_the_same_document_may_correct_again_and_another_dispatch_never_does(first):
    second = record.published(opened(first))
    third = opened(first)
    assert (third.number, third.correcting) == (3, second.correcting)
    editions.discard(edition=third, by=None)
    assert Dispatch.objects.filter(number="1100").exists()  # edition 2 rests on it


def test_a_known_document_is_taken_as_it_is_on_record_or_not_at_all(first):
    record.published(opened(first))
    with pytest.raises(correction.UnableToCorrect, match="20/9/2023"):
        opened(first, issued_on=date(2023, 9, 21))
    with pytest.raises(correction.UnableToCorrect, match="1100/VPUB-KSTT"):
        opened(first, replaces=True)
    assert (Edition.objects.count(), Dispatch.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "odd", [{"symbol": "VPUB-KSTT/x"}, {"number": "1/2 ?#%"}, {"number": "1100/VPUB-KSTT", "symbol": "UBND"}]
)
def test_a_document_is_called_as_a_dispatch_is(first, odd):
    with pytest.raises(correction.UnableToCorrect, match=next(iter(odd.values())).replace("?", ".").split("/")[0]):
        opened(first, **odd)
    assert (Edition.objects.count(), Dispatch.objects.count()) == (1, 1)
    assert str(opened(first, number="1100/VPUB-KSTT", symbol="").correcting) == "1100/VPUB-KSTT"


# --- To edition 2 ---------------------------------------------------------------------------------
def test_edition_one_keeps_its_ranking(first):
    before = standings(first)
    second = opened(first)
    unit, indicator = Unit.objects.get(slug="nam-dong"), Indicator.objects.get(code="TONG")
    results.store(edition=second, unit=unit, indicator=indicator, text="58,01/100", by=None)
    record.published(second)
    first.refresh_from_db()
    assert (first.state, standings(first), figure(first)) == (State.SUPERSEDED, before, "56,39/100")
    changed = {row[:3]: row[3:] for row in standings(second) - before}
    assert changed[unit.pk, indicator.pk, "district"][0] == 1


def test_a_recalled_edition_is_corrected_from_what_it_said(first):
    editions.recall(edition=first, by=None, why="Sai")
    second = record.published(opened(first))
    first.refresh_from_db()
    assert (first.state, second.state, figure(second)) == (State.RECALLED, State.PUBLISHED, "56,39/100")


def test_the_number_may_follow_but_publication_asks_for_it(first):
    second = opened(first, number="", symbol="", issued_on=None)
    assert second.correcting.reference == ""
    editions.submit(edition=second, by=None)
    with pytest.raises(editions.UnableToPublish):
        editions.publish(edition=second, by=None)
    approver = record.person("approver@example.org", role="approver")
    dispatches.change(dispatch=second.correcting, by=approver, **DOCUMENT)  # in review: it is signed and numbered
    assert query.last_editor(second) is None
    done = editions.publish(edition=second, by=approver)
    assert str(done.correcting) == "1100/VPUB-KSTT"
    with pytest.raises(dispatches.UnableToEnter):
        dispatches.change(dispatch=done.correcting, by=approver, subject="khác")


def test_a_discarded_correction_takes_its_document_along(first):
    editions.discard(edition=opened(first), by=None)
    assert list(Dispatch.objects.all()) == [first.dispatch]
    assert Edition.objects.get() == first


# --- The document's file --------------------------------------------------------------------------
def test_the_file_of_a_correcting_document_goes_into_the_open_draft(first):
    second = opened(first)
    data = letter(**{"56,39/100": "58,01/100"})
    upload = record.staged(".txt", data=data)
    plan = plans.plan(upload)
    assert (plan.target, plan.edition, plan.dispatch, plan.document) == (
        "draft", second, first.dispatch, second.correcting,
    )  # fmt: skip
    assert (plan.counts["changed"], plan.counts["unchanged"]) == (1, 138)
    assert uploads.apply(upload=upload, by=None) == second
    assert (figure(first), figure(second)) == ("56,39/100", "58,01/100")
    document = Dispatch.objects.get(number="1100")
    assert (document.subject != "", document.editions.count()) == (True, 0)
    assert Dispatch.objects.count() == 2


def test_a_file_numbers_the_document_that_had_no_number(first):
    second = opened(first, number="", symbol="", issued_on=None)
    record.loaded(".txt", data=letter())
    document = Dispatch.objects.get(pk=second.correcting.pk)
    assert (str(document), document.issued_on) == ("1100/VPUB-KSTT", DAY)
    assert Edition.objects.count() == 2


def test_without_an_open_correction_the_file_waits(first):
    second = opened(first)
    upload = record.staged(".txt", data=letter())
    record.published(second)
    assert plans.plan(upload).target == "published"
    editions.recall(edition=second, by=None, why="Sai")
    assert plans.plan(upload).target == "no-correction"
    with pytest.raises(uploads.UnableToApply):
        uploads.apply(upload=upload, by=None)


def test_dates_are_those_of_the_letter_and_of_the_corrected_data(first):
    opened(first, issued_on=date(2023, 9, 21))
    assert record.staged(".txt", data=letter()).read["target"] == "other-date"
    editions.discard(edition=Edition.objects.get(number=2), by=None)
    opened(first)
    assert record.staged(".txt", data=letter()).read["target"] == "draft"


def test_the_corrected_letter_itself_stays_as_published(first):
    opened(first)
    subject = first.dispatch.subject
    data = sample(".txt").decode().replace("Bộ chỉ số phục vụ", "bộ chỉ số khác phục vụ").encode()
    record.loaded(".txt", data=data)
    assert Dispatch.objects.get(pk=first.dispatch.pk).subject == subject
