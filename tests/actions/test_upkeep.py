"""After a large publication the database looks at its tables again."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from chiso.actions import upkeep
from chiso.models import Result, Standing, Summary, Unit
from tests import make, record


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
