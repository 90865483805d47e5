"""Letters not numbered yet, or with fields longer than a record holds: alike on every database, no figure lost."""

from __future__ import annotations

import re

import pytest

from chiso.actions import upload as uploads
from chiso.models import Dispatch, Finding, Result
from tests import record
from tests.ingest.expected import sample

pytestmark = pytest.mark.django_db
LONG = "công bố kết quả của tháng " * 30


@pytest.fixture(autouse=True)
def _office():
    record.office_of_2023()


def letter_with(old: str, new: str) -> bytes:
    """The sample with one text exchanged, in the captions of the appendices too."""
    text = sample(".txt").decode()
    assert old in text
    return text.replace(old, new).encode()


def test_a_long_subject_is_kept_as_far_as_it_fits():
    edition = record.loaded(".txt", data=letter_with("V/v ", f"V/v {LONG}"))
    assert len(edition.dispatch.subject) == 500
    assert edition.dispatch.subject.startswith("công bố kết quả")
    assert Result.objects.count() == 139


def test_a_long_subject_loaded_again_changes_nothing():
    data = letter_with("V/v ", f"V/v {LONG}")
    record.loaded(".txt", data=data)
    changes = Dispatch.history.count()
    record.loaded(".txt", data=data)
    assert Dispatch.history.count() == changes


ODD = ["1082" * 8 + "/VPUB-KSTT", "1082/VPUB-" + "KSTT" * 20, "1082/VPUB-KSTT/x", "1082/?#%"]


@pytest.mark.parametrize("reference", ODD)
def test_a_number_that_cannot_be_one_is_refused_and_not_cut(reference: str):
    upload = record.staged(".txt", data=letter_with(record.NUMBER, reference))
    assert upload.read["target"] == "odd-number"
    with pytest.raises(uploads.UnableToApply, match=re.escape(reference)):
        uploads.apply(upload=upload, by=None)
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("reference", ODD)
def test_nor_does_it_number_a_draft_that_has_no_number_yet(reference: str):
    dispatch = record.loaded(".txt", data=letter_with(record.NUMBER, "/VPUB-KSTT")).dispatch
    upload = record.staged(".txt", data=letter_with(record.NUMBER, reference))
    assert upload.read["target"] == "odd-number"
    with pytest.raises(uploads.UnableToApply):
        uploads.apply(upload=upload, by=None)
    dispatch.refresh_from_db()
    assert dispatch.reference == ""


def test_a_letter_behind_the_number_and_a_dash_for_a_hyphen():
    dispatch = record.loaded(".txt", data=letter_with(record.NUMBER, "1082a/VPUB–KSTT")).dispatch
    assert dispatch.reference == "1082a/VPUB-KSTT"


@pytest.mark.parametrize("blank", ["/VPUB-KSTT", "      /VPUB-KSTT", "…/VPUB-KSTT"])
def test_a_letter_without_its_number_makes_a_dispatch_without_one(blank: str):
    dispatch = record.loaded(".txt", data=letter_with(record.NUMBER, blank)).dispatch
    assert (dispatch.number, dispatch.symbol, dispatch.reference) == ("", "", "")
    assert str(dispatch.data_as_of) == "2023-09-12"
    assert Result.objects.count() == 139


def test_a_day_that_never_was_is_no_date_and_a_finding():
    data = letter_with("thời điểm 12/9/2023", "thời điểm 31/2/2023")
    edition = record.loaded(".txt", data=data)
    assert edition.dispatch.data_as_of is None
    found = Finding.objects.get(edition=edition, check_id="unread-cell", reason_id="impossible-date")
    assert (found.where, found.severity, found.figures["printed"]) == ("letter", "warning", "31/2/2023")
