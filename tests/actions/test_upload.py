"""Files on their way in: nothing half-stored, nothing lost, nothing overwritten."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from chiso.actions import edition as editions
from chiso.actions import result as results
from chiso.actions import upload as uploads
from chiso.actions import writer
from chiso.models import (
    Dispatch,
    Edition,
    Event,
    Finding,
    Indicator,
    Result,
    ResultChange,
    Unit,
    Upload,
    UploadState,
    What,
)
from chiso.queries import upload as plans
from tests import record
from tests.ingest.expected import figures as expected_figures
from tests.ingest.expected import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return record.office_of_2023()


def stored() -> dict[tuple[str, str], tuple[Decimal, Decimal | None, str]]:
    rows = Result.objects.values_list("unit__slug", "indicator__code", "value", "out_of", "printed")
    return {(unit, code): (value, out_of, printed) for unit, code, value, out_of, printed in rows}


def expected() -> dict[tuple[str, str], tuple[Decimal, Decimal | None, str]]:
    return {(each.unit, each.indicator): (each.value, each.out_of, each.printed) for each in expected_figures()}


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".txt"])
def test_a_file_with_its_letter_is_stored_whole(issuer, ending):
    clerk = record.person()
    edition = record.loaded(ending, by=clerk)
    dispatch = edition.dispatch
    assert (str(dispatch), dispatch.year, dispatch.issuer) == (record.NUMBER, 2023, issuer)
    assert (str(dispatch.issued_on), str(dispatch.data_as_of)) == ("2023-09-13", "2023-09-12")
    assert (edition.headline_score, edition.headline_rank, edition.headline_rank_of) == (Decimal("61.5"), 48, 63)
    assert stored() == expected()
    assert list(edition.appendices.values_list("ordinal", flat=True)) == ["I", "II", "III", "IV"]
    assert ResultChange.objects.filter(edition=edition, event__by=clerk, value_before=None).count() == 139


def test_staging_stores_the_file_and_no_dispatch(issuer):
    upload = record.staged()
    assert upload.state == UploadState.STAGED
    assert upload.sha256 == hashlib.sha256(sample(".docx")).hexdigest()
    with upload.file.open("rb") as kept:
        assert kept.read() == sample(".docx")
    assert not Dispatch.objects.exists()
    assert Event.objects.get().what == What.UPLOAD_STAGED


def test_the_same_file_twice_changes_nothing(issuer):
    record.loaded()
    changes = ResultChange.objects.count()
    findings = set(Finding.objects.values_list("pk", "state"))
    again = record.staged()
    assert plans.plan(again).counts == {"new": 0, "changed": 0, "unchanged": 139, "absent": 0}
    uploads.apply(upload=again, by=None)
    assert ResultChange.objects.count() == changes
    assert set(Finding.objects.values_list("pk", "state")) == findings
    assert Dispatch.objects.count() == Edition.objects.count() == 1


@pytest.mark.parametrize("ending", [".pdf", ".txt", ".xlsx"])
def test_another_format_of_the_same_dispatch_changes_nothing(issuer, ending):
    """The workbook has no letter: it finds its dispatch by the number and date in its captions."""
    record.loaded()
    plan = plans.plan(record.staged(ending))
    assert plan.target == "draft"
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": 139, "absent": 0}


def test_one_figure_changed_is_one_change(issuer):
    record.loaded()

    def change(book):
        record.cell_of(book, "IV", 9, 3).value = "2.466"

    edition = record.loaded(".xlsx", data=record.workbook(change))
    change_row = ResultChange.objects.latest("id")
    assert ResultChange.objects.count() == 140
    assert (change_row.printed_before, change_row.printed_after) == ("2.465", "2.466")
    assert Result.objects.get(edition=edition, unit__slug="phu-vang", indicator__code="HSTT.QH").value == 2466


def test_a_figure_left_out_is_kept_and_told(issuer):
    record.loaded()

    def blank(book):
        record.cell_of(book, "IV", 9, 3).value = None

    upload = record.staged(".xlsx", data=record.workbook(blank))
    plan = plans.plan(upload)
    assert [(problem.why, problem.cell.row, problem.cell.column) for problem in plan.problems] == [
        ("would-erase", 9, 3)
    ]
    assert plan.counts["absent"] == 1
    uploads.apply(upload=upload, by=None)
    assert stored() == expected()


def test_a_typed_figure_is_marked_before_a_load_replaces_it(issuer):
    edition = record.loaded()
    unit, indicator = Unit.objects.get(slug="phu-vang"), Indicator.objects.get(code="HSTT.QH")
    results.store(edition=edition, unit=unit, indicator=indicator, text="2.470", by=None)
    changed = [entry for entry in plans.plan(record.staged()).entries if entry.kind == "changed"]
    assert [(entry.fact.unit, entry.fact.printed, entry.hand_edited) for entry in changed] == [
        ("phu-vang", "2.465", True)
    ]


def test_an_unread_cell_blocks_until_it_is_answered(issuer):
    def spoil(book):
        record.cell_of(book, "IV", 10, 3).value = "2.6O8"

    record.loaded()
    Result.objects.all().delete()
    edition = record.loaded(".xlsx", data=record.workbook(spoil))
    assert Result.objects.count() == 138
    finding = Finding.objects.get(check_id="unread-cell", state="open")
    assert (finding.severity, finding.where) == ("error", "IV, row 10, column 3")
    with pytest.raises(editions.UnableToSubmit):
        editions.submit(edition=edition, by=None)
    unit, indicator = Unit.objects.get(slug="huong-thuy"), Indicator.objects.get(code="HSTT.QH")
    results.store(edition=edition, unit=unit, indicator=indicator, text="2.608", by=None)
    finding.refresh_from_db()
    assert finding.state == "fixed"
    assert stored() == expected()


def test_a_published_dispatch_only_says_what_would_differ(issuer):
    edition = record.loaded()
    record.published(edition)

    def change(book):
        record.cell_of(book, "IV", 9, 3).value = "2.466"

    upload = record.staged(".xlsx", data=record.workbook(change))
    plan = plans.plan(upload)
    assert (plan.target, plan.counts["changed"]) == ("published", 1)
    with pytest.raises(uploads.UnableToApply, match="đã công bố"):
        uploads.apply(upload=upload, by=None)
    assert stored() == expected()


def test_a_fault_in_the_middle_leaves_nothing_half_stored(issuer, monkeypatch):
    upload = record.staged()

    def break_off(*_args, **_more):
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(writer, "_history", break_off)  # the results stand by then
    with pytest.raises(RuntimeError):
        uploads.apply(upload=upload, by=None)
    assert not Result.objects.exists()
    assert not Dispatch.objects.exists()
    assert Upload.objects.get().state == UploadState.STAGED


def test_an_upload_is_taken_over_or_discarded_once(issuer):
    upload = record.staged()
    uploads.discard(upload=upload, by=None)
    with pytest.raises(uploads.UnableToApply):
        uploads.apply(upload=upload, by=None)
    with pytest.raises(uploads.UnableToDiscard):
        uploads.discard(upload=upload, by=None)


def test_another_office_is_a_question(issuer):
    text = sample(".txt").decode().replace("Thừa Thiên Huế", "Gia Lai").replace("THỪA THIÊN HUẾ", "GIA LAI").encode()
    with pytest.raises(uploads.UnableToRead, match="Gia Lai"):
        record.staged(".txt", data=text)
    assert not Upload.objects.exists()
    forced = uploads.stage(data=text, name="x.txt", issuer=issuer, by=None)
    assert plans.plan(forced).target in {"other-issuer", "new-dispatch"}
    assert not [
        entry
        for entry in plans.plan(forced).entries
        if entry.fact.unit == "thua-thien-hue" and "Gia" in entry.fact.unit_name
    ]


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"%PDF-1.7 nothing"])
def test_a_file_that_cannot_be_read_says_so_and_stores_nothing(issuer, data):
    with pytest.raises(uploads.UnableToRead):
        uploads.stage(data=data, name="dispatch.docx", issuer=issuer, by=None)
    assert not Upload.objects.exists()


def test_a_bare_table_goes_where_the_clerk_says(issuer):
    edition = record.loaded()
    table = "STT\tTên đơn vị\tTổng số hồ sơ xử lý quá hạn\tTỷ lệ hồ sơ đúng hạn, trong hạn (%)\n1\tUBND huyện Phú Vang\t2.466\t78,65%\n"
    alone = record.staged(".txt", data=table.encode())
    assert plans.plan(alone).target == "unknown-dispatch"
    with pytest.raises(uploads.UnableToApply):
        uploads.apply(upload=alone, by=None)
    told = record.staged(".txt", data=table.encode(), into=edition)
    plan = plans.plan(told)
    assert (plan.target, plan.counts["changed"]) == ("draft", 2)
