"""After a large publication the database looks at its tables again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chiso.actions import upkeep
from chiso.actions import upload as uploads
from chiso.models import Result, Standing, Summary, Unit, Upload, UploadState
from chiso.queries import opened, understood
from chiso.queries import upload as plans
from tests import make, record
from tests.ingest.expected import sample


@pytest.fixture
def looks(monkeypatch) -> list[int]:
    done: list[int] = []
    monkeypatch.setattr(type(upkeep.look_over), "enqueue", lambda *_task: done.append(1))
    return done


@pytest.mark.parametrize("large", [True, False])
def test_only_after_a_large_publication_and_once_it_is_committed(
    db, looks, large, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(upkeep, "LARGE", 10 if large else upkeep.LARGE)
    record.office_of_2023()
    edition = record.loaded(".txt")
    with django_capture_on_commit_callbacks(execute=True):
        record.published(edition)
        assert sum(Summary.objects.filter(edition=edition).values_list("count", flat=True)) >= 10
        assert not looks
    assert looks == [1] * large


@pytest.mark.django_db(transaction=True)
def test_the_tables_are_looked_at():
    make.published(tree=make.tree())
    upkeep.look_over.call()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1 WHERE tbl LIKE 'chiso_%'")
        else:
            cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum > now() - interval '1 minute'")
        known = {name for (name,) in cursor.fetchall()}
    assert {"chiso_result", "chiso_standing"} <= known


def known_rows() -> dict[str, int]:
    """How many rows PostgreSQL believes each table has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples::int FROM pg_class WHERE relname LIKE 'chiso_%' AND relkind = 'r'")
        return dict(cursor.fetchall())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite looks once it is committed")
def test_whoever_reads_first_after_a_large_load_or_publication_reads_with_plans_for_it(db, monkeypatch):
    """Not only once the background has looked: 14,000 units that PostgreSQL takes for ten cost a reader 17 s."""
    monkeypatch.setattr(upkeep, "LARGE", 10)
    record.office_of_2023()
    edition = record.loaded(".txt")
    after = known_rows()
    assert after["chiso_result"] == Result.objects.count()
    assert after["chiso_unit"] == Unit.objects.count()
    record.published(edition)
    after = known_rows()
    assert after["chiso_standing"] == Standing.objects.count()
    assert after["chiso_summary"] == Summary.objects.count()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_who_looks_meanwhile_is_not_waited_for(monkeypatch):
    """Neither for VACUUM nor for another office that publishes."""
    monkeypatch.setattr(upkeep, "LARGE", 1)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE chiso_result IN SHARE UPDATE EXCLUSIVE MODE")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '5s'")
            upkeep.told(figures=1)
    finally:
        other.close()


# --- What was kept of files ------------------------------------------------------------------------


def in_store(upload: Upload) -> set[str]:
    folder, _, name = upload.file.name.rpartition("/")
    return {each for each in upload.file.storage.listdir(folder)[1] if each.startswith(name)}


@pytest.fixture
def kept(db, monkeypatch) -> Upload:
    """A file beside which both is kept."""
    monkeypatch.setattr(understood, "MANY", 1)
    record.office_of_2023()
    upload = record.staged(".pdf")
    assert opened.is_kept(upload)
    assert understood.is_kept(upload)
    return upload


def aged(upload: Upload, days: int, state: str) -> None:
    Upload.objects.filter(pk=upload.pk).update(state=state, at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize("state", [UploadState.APPLIED, UploadState.DISCARDED])
def test_what_was_kept_of_a_file_that_nobody_waits_for_goes_in_time_and_the_file_stays(kept, settings, state):
    settings.KEPT_DAYS = 30
    aged(kept, 29, state)
    upkeep.forget_kept.call()
    assert opened.is_kept(kept)
    assert understood.is_kept(kept)
    aged(kept, 31, state)
    upkeep.forget_kept.call()
    assert in_store(kept) == {kept.file.name.rpartition("/")[2]}
    assert plans.plan(kept).counts["new"] == 139, "a discarded file may be opened again"
    upkeep.forget_kept.call()


@pytest.mark.parametrize("state", [UploadState.STAGED, UploadState.READING])
def test_a_file_that_waits_keeps_it(kept, settings, state):
    settings.KEPT_DAYS = 30
    aged(kept, 4000, state)
    upkeep.forget_kept.call()
    assert opened.is_kept(kept)


def test_it_is_looked_for_whenever_a_file_is_taken_over(kept, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(type(upkeep.forget_kept), "enqueue", lambda task: asked.append(task.name))
    with django_capture_on_commit_callbacks(execute=True):
        uploads.apply(upload=kept, by=None)
    assert asked == ["forget_kept"]


def test_a_received_file_is_never_taken_for_what_was_kept_of_another(db):
    """By its name it could be: the same file, sent once as “x.opened” and once without an ending."""
    record.office_of_2023()
    first = uploads.stage(data=sample(".docx"), name="x.opened", issuer=None, by=None)
    other = uploads.stage(data=sample(".docx"), name="x", issuer=None, by=None)
    assert opened.name_of(other) != first.file.name
    for each in (first, other):
        aged(each, 4000, UploadState.APPLIED)
    upkeep.forget_kept.call()
    for each in (first, other):
        with each.file.open("rb") as handle:
            assert handle.read() == sample(".docx")
