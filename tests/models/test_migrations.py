"""Migrations stand alone: what they need of our code they hold themselves, for the code of tomorrow reads columns that
are not there yet. What has to be worked out by the code of today is worked out once all of them are done."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from chiso.models import Edition, Summary, frozen
from chiso.queries import summary
from tests import database, record

MIGRATIONS = database.ROOT / "chiso" / "migrations"
LATER = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chiso", "{last}")]
    operations = [
        migrations.AddField(name, "later", models.BooleanField(null=True)) for name in ("edition", "result", "summary")
    ]
"""
SETTINGS = """
from config.settings import *

MIGRATION_MODULES = {"chiso": "later_migrations"}
"""


@pytest.mark.django_db
def test_boards_of_before_they_were_summed_up_are_those_of_a_new_publication(tmp_path: Path):
    """From the tables of before straight to those of tomorrow."""
    package = tmp_path / "later_migrations"
    shutil.copytree(MIGRATIONS, package, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    (package / "9998_later.py").write_text(LATER.replace("{last}", last))
    (tmp_path / "later_settings.py").write_text(SETTINGS)
    with database.own(tmp_path) as url:
        said = database.python(
            "tests.models.before_summaries", url=url, folder=tmp_path, PYTHONPATH=str(tmp_path),
            DJANGO_SETTINGS_MODULE="later_settings",
        )  # fmt: skip
    assert said.split("\n") == ["", "943/VPUB-KSTT (1)", "1082/VPUB-KSTT (1)", "1204/VPUB-KSTT (1)", ""]


@pytest.mark.django_db(transaction=True)
def test_whoever_stopped_half_way_is_told_and_goes_on(monkeypatch):
    """With nothing left to migrate."""
    record.office_of_2023()
    edition = record.published()
    before = kept(edition)
    frozen.drop(connection)
    Summary.objects.all().delete()
    with monkeypatch.context() as patch:
        patch.setattr(summary, "row", lambda _board: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            call_command("migrate", verbosity=0)
    assert frozen.missing(connection)
    call_command("migrate", verbosity=0)
    assert kept(edition) == before
    assert frozen.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_with_the_guards_in_place_too():
    """As in a copy of the tables that came without this one."""
    record.office_of_2023()
    edition = record.published()
    before = kept(edition)
    frozen.drop(connection)
    Summary.objects.all().delete()
    frozen.create(connection)
    call_command("migrate", verbosity=0)
    assert kept(edition) == before
    assert frozen.missing(connection) == []


def kept(edition: Edition) -> list[dict[str, Any]]:
    rows = Summary.objects.filter(edition=edition).order_by("indicator_id", "peers").values(*summary.COLUMNS)
    assert rows
    return list(rows)
