"""After a large publication the database looks at its tables again."""

from __future__ import annotations

import pytest
from django.db import connection

from chiso.actions import upkeep
from chiso.models import Summary
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
