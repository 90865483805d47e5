"""Long files: received, read in the background or where somebody asks, once and by one."""

from __future__ import annotations

from itertools import count

import pytest
from django_tasks_db.models import DBTaskResult

from chiso import tasks
from chiso.actions import edition as editions
from chiso.actions import reading
from chiso.actions import upload as uploads
from chiso.ingest.fact import UnreadableFile
from chiso.ingest.readers.length import takes_long
from chiso.ingest.reading import open_file
from chiso.models import Dispatch, Event, Result, Upload, UploadState, What
from chiso.queries import opened as files
from chiso.queries import upload as plans
from tests import record
from tests.ingest.expected import sample
from tests.ingest.paper import Page, pdf
from tests.worker import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return record.office_of_2023()


@pytest.fixture
def workers(settings):
    settings.WORKERS = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def all_is_long(monkeypatch):
    monkeypatch.setattr(reading, "takes_long", lambda data: True)


def receive(issuer, ending: str = ".pdf", data: bytes | None = None) -> Upload:
    content = sample(ending) if data is None else data
    by = record.person(f"clerk-{Upload.objects.count()}@example.org")
    return reading.receive(data=content, name=f"dispatch-1082{ending}", issuer=issuer, by=by)


@pytest.fixture
def received(issuer, workers, all_is_long) -> Upload:
    return receive(issuer)


def test_a_short_file_is_read_at_once_also_with_workers(issuer, workers):
    assert not takes_long(sample(".pdf"))
    upload = receive(issuer)
    assert (upload.state, upload.progress, upload.reader) == (UploadState.STAGED, 100, "pdf")


def test_a_long_file_is_read_at_once_without_workers(issuer, all_is_long):
    assert receive(issuer).state == UploadState.STAGED


def test_a_long_file_is_kept_and_waits(received, issuer):
    assert (received.state, received.progress, received.reader, received.read) == (UploadState.READING, 0, "", {})
    assert (received.issuer, received.size, received.name) == (issuer, len(sample(".pdf")), "dispatch-1082.pdf")
    with received.file.open("rb") as kept:
        assert kept.read() == sample(".pdf")
    event = Event.objects.get()
    assert (event.what, event.by, event.subject) == (What.UPLOAD_STAGED, received.by, received.name)


def test_what_is_read_later_is_what_is_read_at_once(received, issuer):
    later = reading.read(upload=received)
    at_once = record.staged(".pdf")
    assert (later.state, later.progress) == (UploadState.STAGED, 100)
    assert (later.reader, later.read) == (at_once.reader, at_once.read)
    assert files.is_kept(later)
    assert plans.plan(later).counts == plans.plan(at_once).counts
    uploads.apply(upload=later, by=None)
    assert Result.objects.count() == 139


def test_a_worker_reads_it(received):
    tasks.read_upload.enqueue(received.pk)
    received.refresh_from_db()
    assert received.state == UploadState.READING
    work()
    received.refresh_from_db()
    assert received.state == UploadState.STAGED
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.parametrize("twice", [True, False])
def test_a_task_that_finds_nothing_to_do_does_nothing(received, twice, monkeypatch):
    """It ran twice, or the file was discarded meanwhile."""
    if twice:
        reading.read(upload=received)
    else:
        uploads.discard(upload=received, by=None)
    monkeypatch.setattr(reading, "open_file", lambda *_: pytest.fail("read again"))
    before = Upload.objects.values().get()
    events = Event.objects.count()
    tasks.read_upload.enqueue(received.pk)
    tasks.read_upload.enqueue(received.pk + 1)  # a file that is no more
    work()
    assert Upload.objects.values().get() == before
    assert Event.objects.count() == events
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def test_what_was_applied_meanwhile_is_left_alone(received):
    """Two read the same: the slower one comes when the figures are taken over."""
    slow = Upload.objects.get(pk=received.pk)
    uploads.apply(upload=reading.read(upload=received), by=None)
    after = reading._settled(slow, state=UploadState.UNREADABLE, read={})
    assert after.state == UploadState.APPLIED


def test_a_worker_that_dies_leaves_it_to_be_read(received, monkeypatch):
    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(reading, "open_file", killed)
        with pytest.raises(SystemExit):
            reading.read(upload=received)
    received.refresh_from_db()
    assert received.state == UploadState.READING
    assert reading.read(upload=received).state == UploadState.STAGED


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04broken", "corrupt"),
        (b"\0\1\2", "unknown-format"),
        (b"Trang\nkhong co gi", "nothing-found"),
        (pdf(Page().picture()), "scanned-pdf"),
        (pdf(*[Page().words("x", 9, 9)] * 301), "too-many-pages"),
    ],
)
def test_what_cannot_be_read_says_why(issuer, workers, all_is_long, data, why):
    upload = reading.read(upload=receive(issuer, ".pdf", data))
    assert (upload.state, upload.reader) == (UploadState.UNREADABLE, "")
    assert upload.read["fault"]["why"] == why
    with pytest.raises(UnreadableFile) as fault:
        open_file(data, upload.name)
    assert upload.read["fault"]["params"] == fault.value.params
    assert not Dispatch.objects.exists()
    with pytest.raises(uploads.UnableToApply):
        uploads.apply(upload=upload, by=None)
    uploads.discard(upload=upload, by=None)


def test_a_file_that_is_gone_from_the_store(received):
    received.file.storage.delete(received.file.name)
    upload = reading.read(upload=received)
    assert (upload.state, upload.read["fault"]["why"]) == (UploadState.UNREADABLE, reading.GONE)


@pytest.mark.parametrize("state", [UploadState.READING, UploadState.UNREADABLE, UploadState.STAGED])
def test_a_discarded_file_opens_again_where_it_was(received, state):
    if state == UploadState.UNREADABLE:
        received.file.storage.delete(received.file.name)
    if state != UploadState.READING:
        reading.read(upload=received)
    uploads.discard(upload=received, by=None)
    uploads.reopen(upload=received, by=None)
    received.refresh_from_db()
    assert received.state == state


def test_a_discarded_file_of_records_is_not_taken_for_an_unread_one(issuer):
    upload = Upload.objects.create(issuer=issuer, name="units.xlsx", sha256="1" * 64, size=1, about="unit")
    uploads.discard(upload=upload, by=None)
    uploads.reopen(upload=upload, by=None)
    upload.refresh_from_db()
    assert upload.state == UploadState.STAGED


@pytest.fixture
def hasty(monkeypatch):
    """Every step is noted: half a second passes between two looks at the clock."""
    ticks = count()
    monkeypatch.setattr(reading, "monotonic", lambda: next(ticks) * reading.EVERY)


def steps(monkeypatch, at_step) -> None:
    """Calls `at_step` after each note of the progress."""

    def stepped(data: bytes, name: str, progress):
        def told(done: int, total: int) -> None:
            progress(done, total)
            at_step(done)

        return open_file(data, name, told)

    monkeypatch.setattr(reading, "open_file", stepped)


def test_progress_only_grows_and_ends_at_a_hundred(received, hasty, monkeypatch):
    seen: list[int] = []
    steps(monkeypatch, lambda done: seen.append(Upload.objects.get().progress))
    upload = reading.read(upload=received)
    assert seen == sorted(set(seen))
    assert seen == [18, 36, 54, 72, 90]
    assert upload.progress == 100


def test_a_second_reader_does_not_take_progress_back(received, hasty, monkeypatch):
    Upload.objects.update(progress=60)
    seen: list[int] = []
    steps(monkeypatch, lambda done: seen.append(Upload.objects.get().progress))
    reading.read(upload=received)
    assert seen == [60, 60, 60, 72, 90]


def test_progress_is_not_noted_more_often_than_anybody_looks(received, monkeypatch):
    monkeypatch.setattr(reading, "monotonic", lambda: 0.0)
    noted: list[int] = []
    steps(monkeypatch, lambda done: noted.append(Upload.objects.get().progress))
    reading.read(upload=received)
    assert set(noted) == {0}
    assert Upload.objects.get().progress == 100


def test_a_file_that_is_discarded_is_read_no_further(received, hasty, monkeypatch):
    pages: list[int] = []

    def discarded(done: int) -> None:
        pages.append(done)
        if done == 2:
            uploads.discard(upload=received, by=None)

    steps(monkeypatch, discarded)
    assert reading.read(upload=received).state == UploadState.DISCARDED
    assert pages == [1, 2]


def test_a_file_that_is_discarded_once_opened_is_not_planned(received, monkeypatch):
    def opened(*more: object):
        uploads.discard(upload=received, by=None)
        return open_file(*more[:2])

    monkeypatch.setattr(reading, "open_file", opened)
    monkeypatch.setattr(plans, "plan", lambda *_: pytest.fail("planned"))
    assert reading.read(upload=received).state == UploadState.DISCARDED


def test_a_busy_database_does_not_make_a_file_unreadable(received, hasty, monkeypatch):
    from django.db import OperationalError

    note = reading._Note(received)

    class Busy:
        def update(self, **_: object) -> int:
            raise OperationalError("database is locked")

    note._rows = Busy()
    note(1, 5)


def test_the_letter_of_another_office_is_told_after_reading_too(issuer, workers, all_is_long):
    text = sample(".txt").decode().replace("Thừa Thiên Huế", "Gia Lai").replace("THỪA THIÊN HUẾ", "GIA LAI")
    upload = reading.read(upload=receive(issuer, ".txt", text.encode()))
    assert (upload.state, upload.read["target"]) == (UploadState.STAGED, "other-issuer")


def test_a_file_for_a_draft_that_is_published_meanwhile(issuer, workers, all_is_long):
    edition = record.loaded(".txt")
    upload = receive(issuer, ".pdf")
    editions.publish(edition=editions.submit(edition=edition, by=None), by=None, accept_warnings="như in")
    upload = reading.read(upload=upload)
    assert (upload.state, upload.read["target"]) == (UploadState.STAGED, "published")
