"""What was understood of a long file is fetched where all that it rests on is as it was, and is what would be
understood."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from chiso.actions import reading
from chiso.actions import upload as action
from chiso.ingest import kept
from chiso.models import Indicator, Result, Unit, Upload
from chiso.queries import understood
from chiso.queries import upload as plans
from tests import record
from tests.queries.test_opened import SPOILED

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(monkeypatch) -> Upload:
    monkeypatch.setattr(understood, "MANY", 1)
    record.office_of_2023()
    return record.staged(".xlsx")


@pytest.fixture
def understood_anew(monkeypatch) -> list[str]:
    """Readers of the files that were understood and not fetched."""
    seen: list[str] = []
    plain = understood.understand

    def noted(opened, *more):
        seen.append(opened.reader)
        return plain(opened, *more)

    monkeypatch.setattr(understood, "understand", noted)
    return seen


def kept_bytes(upload: Upload) -> bytes:
    with upload.file.storage.open(understood.name_of(upload), "rb") as handle:
        return handle.read()


def put(upload: Upload, data: bytes) -> None:
    upload.file.storage.delete(understood.name_of(upload))
    upload.file.storage.save(understood.name_of(upload), ContentFile(data))


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".xlsx", ".txt", "-lines.txt"])
def test_the_plan_is_the_same_with_and_without(ending, monkeypatch, understood_anew):
    monkeypatch.setattr(understood, "MANY", 1)
    record.office_of_2023()
    upload = record.staged(ending)
    understood_anew.clear()
    quick = plans.plan(upload)
    assert understood_anew == []
    upload.file.storage.delete(understood.name_of(upload))
    slow = plans.plan(upload)
    assert len(understood_anew) == 1
    assert (quick.fingerprint, quick.counts, quick.reading) == (slow.fingerprint, slow.counts, slow.reading)
    assert repr(quick.reading) == repr(slow.reading)


def test_what_was_shown_is_applied_from_what_is_kept(upload, understood_anew):
    shown = reading.planned(upload=upload).fingerprint
    edition = action.apply(upload=upload, by=None, shown=shown)
    assert Result.objects.filter(edition=edition).count() == 139
    assert understood_anew == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: Unit.objects.filter(level="district").first(),
        lambda: Indicator.objects.order_by("pk").first(),
    ],
)
def test_what_is_on_record_by_another_name_is_understood_anew(upload, understood_anew, change):
    row = change()
    type(row).objects.filter(pk=row.pk).update(name=f"{row.name} khác")
    reading.planned(upload=upload)
    assert len(understood_anew) == 1
    reading.planned(upload=upload)
    assert len(understood_anew) == 1, "it was kept anew"


def test_an_answer_is_understood_anew(upload, understood_anew):
    before = plans.plan(upload)
    cell = before.entries[0].fact.cell
    place = {"appendix": cell.appendix, "row": cell.row, "column": cell.column}
    upload.decisions = [{"n": 1, "kind": "skip", "why": "x", "printed": None} | place]
    assert plans.plan(upload).counts["new"] == before.counts["new"] - 1
    assert len(understood_anew) == 1


def test_other_code_understands_anew(upload, understood_anew, monkeypatch):
    monkeypatch.setattr(kept, "READERS", "0" * 64)
    assert not understood.is_kept(upload)
    plans.plan(upload)
    assert len(understood_anew) == 1


@pytest.mark.parametrize("spoil", SPOILED)
def test_what_is_broken_or_changed_is_understood_anew(upload, understood_anew, spoil):
    put(upload, spoil(kept_bytes(upload)))
    assert plans.plan(upload).counts["new"] == 139
    assert len(understood_anew) == 1


def test_what_another_key_signed_is_understood_anew(upload, understood_anew, settings):
    settings.SECRET_KEY = "another-one"
    plans.plan(upload)
    assert len(understood_anew) == 1


def came_in_again(upload: Upload, **more) -> Upload:
    with upload.file.open("rb") as handle:
        given = {"data": handle.read(), "name": upload.name, "issuer": upload.issuer} | more
    return action.stage(by=None, **given)


def test_the_same_bytes_are_neither_opened_nor_understood_again(upload, understood_anew, monkeypatch):
    plain = plans.plan(upload)
    monkeypatch.setattr(action, "open_file", lambda *_given: pytest.fail("it was opened"))
    second = came_in_again(upload)
    assert (second.read, second.reader) == (upload.read, upload.reader)
    assert plans.plan(second).fingerprint == plain.fingerprint
    assert repr(plans.plan(second).reading) == repr(plain.reading)
    assert understood_anew == []


def test_the_same_bytes_are_compared_with_the_figures_of_now(upload, understood_anew):
    edition = action.apply(upload=upload, by=None)
    assert came_in_again(upload).read["counts"]["unchanged"] == 139
    typed = Result.objects.filter(edition=edition)[0]
    Result.objects.filter(pk=typed.pk).update(value=typed.value + 1, printed="x", source=None)
    counts = came_in_again(upload).read["counts"]
    assert (counts["unchanged"], counts["changed"]) == (138, 1)
    assert understood_anew == []


@pytest.mark.parametrize("change", ["unit", "code", "name", "spoilt", "gone"])
def test_the_same_bytes_are_read_anew_where_anything_else_differs(upload, understood_anew, monkeypatch, change):
    more = {"name": "another.xlsx"} if change == "name" else {}
    if change == "unit":
        row = Unit.objects.filter(level="district")[0]
        Unit.objects.filter(pk=row.pk).update(name=f"{row.name} khác")
    elif change == "code":
        monkeypatch.setattr(kept, "READERS", "0" * 64)
    elif change == "spoilt":
        put(upload, kept_bytes(upload)[:-1])
    elif change == "gone":
        upload.file.storage.delete(understood.name_of(upload))
    second = came_in_again(upload, **more)
    assert len(understood_anew) == 1
    plans.plan(second)
    assert len(understood_anew) == 1, "it was kept of the second"


def test_without_the_file_nothing_stands(upload):
    upload.file.storage.delete(upload.file.name)
    with pytest.raises(FileNotFoundError):
        plans.plan(upload)


def test_a_short_file_is_not_kept():
    record.office_of_2023()
    assert not understood.is_kept(record.staged(".docx"))
