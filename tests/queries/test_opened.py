"""What is kept of an opened file is a shortcut: it counts only where it is today's, whole, ours and this file's."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from chiso.actions import reading
from chiso.ingest import kept
from chiso.ingest.reading import open_file
from chiso.models import Upload
from chiso.queries import opened as files
from chiso.queries import understood
from chiso.queries import upload as plans
from tests import record
from tests.ingest.expected import sample

SPOILED = [  # of whatever is kept and sealed
    lambda data: b"",
    lambda data: data[:100],
    lambda data: data[:-1],
    lambda data: data + b"x",
    lambda data: data.replace(b"\n", b" ", 1),
    lambda data: data[: data.index(b"\n") + 1],
    lambda data: data[:70] + bytes([data[70] ^ 1]) + data[71:],
    lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:],
    lambda data: data[:-20] + bytes([data[-20] ^ 1]) + data[-19:],
    lambda data: b"\xff" * 5000,
    lambda data: kept.READERS.encode(),
    lambda data: kept.READERS.encode() + b"\n",
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload() -> Upload:
    record.office_of_2023()
    return record.staged(".pdf")


@pytest.fixture
def read_anew(monkeypatch) -> list[str]:
    """Names of the files that were read from their bytes."""
    names: list[str] = []

    def noted(data: bytes, name: str):
        names.append(name)
        return open_file(data, name)

    monkeypatch.setattr(files, "open_file", noted)
    return names


def put(upload: Upload, data: bytes) -> None:
    store = upload.file.storage
    store.delete(files.name_of(upload))
    store.save(files.name_of(upload), ContentFile(data))


def kept_bytes(upload: Upload) -> bytes:
    with upload.file.storage.open(files.name_of(upload), "rb") as handle:
        return handle.read()


def test_a_staged_file_is_opened_without_being_read_again(upload, read_anew):
    assert files.is_kept(upload)
    assert files.of(upload) == open_file(sample(".pdf"), upload.name)
    assert read_anew == []


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".xlsx", ".txt", "-lines.txt"])
def test_the_plan_is_the_same_with_and_without(ending, read_anew):
    record.office_of_2023()
    upload = record.staged(ending)
    quick = plans.plan(upload)
    assert read_anew == []
    upload.file.storage.delete(files.name_of(upload))
    slow = plans.plan(upload)
    assert len(read_anew) == 1
    assert (quick.fingerprint, quick.counts, quick.reading) == (slow.fingerprint, slow.counts, slow.reading)


def test_what_other_readers_kept_is_thrown_away(upload, read_anew, monkeypatch):
    monkeypatch.setattr(kept, "READERS", "0" * 64)
    assert not files.is_kept(upload)
    assert files.of(upload) == open_file(sample(".pdf"), upload.name)
    assert len(read_anew) == 1
    reading.keep_up(upload=upload)
    assert files.is_kept(upload)
    before = len(read_anew)
    files.of(upload)
    reading.keep_up(upload=upload)
    assert len(read_anew) == before


def test_what_is_kept_replaces_what_was_kept(upload, monkeypatch):
    folder, _name = files.name_of(upload).rsplit("/", 1)
    before = upload.file.storage.listdir(folder)
    monkeypatch.setattr(kept, "READERS", "1" * 64)
    reading.keep_up(upload=upload)
    assert upload.file.storage.listdir(folder) == before


@pytest.mark.parametrize("spoil", SPOILED)
def test_what_is_broken_or_changed_is_read_anew(upload, read_anew, spoil):
    put(upload, spoil(kept_bytes(upload)))
    assert files.of(upload) == open_file(sample(".pdf"), upload.name)
    assert len(read_anew) == 1


def test_what_another_key_signed_is_read_anew(upload, read_anew, settings):
    settings.SECRET_KEY = "another-one"
    files.of(upload)
    assert len(read_anew) == 1


def test_what_is_another_files_is_read_anew(upload, read_anew):
    other = record.staged(".docx")
    put(upload, kept_bytes(other))
    assert files.of(upload).reader == "pdf"
    assert read_anew == [upload.name]


def test_without_the_file_nothing_stands(upload):
    upload.file.storage.delete(upload.file.name)
    with pytest.raises(FileNotFoundError):
        files.of(upload)


def test_a_full_disk_costs_the_shortcut_alone(monkeypatch, caplog):
    record.office_of_2023()

    def full(*_: object) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr(files, "sealed", full)
    upload = record.staged(".docx")
    assert not files.is_kept(upload)
    assert plans.plan(upload).counts["new"] == 139
    assert "could not be kept" in caplog.text


def test_the_earlier_load_of_the_same_file():
    record.office_of_2023()
    first, other = record.staged(".docx"), record.staged(".pdf")
    again = record.staged(".docx")
    assert plans.earlier(first) is None
    assert plans.earlier(other) is None
    assert plans.earlier(again) == first
    Upload.objects.filter(pk=first.pk).update(state="discarded")
    assert plans.earlier(again) is None


def test_one_kind_is_not_taken_for_the_other(upload, read_anew):
    """Though both are of this file and signed with the same key."""
    put(upload, understood.SEAL.sealed(upload, files.SEAL.body(upload)))
    files.of(upload)
    assert len(read_anew) == 1
