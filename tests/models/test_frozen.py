"""What is published stays: against raw SQL, past every action, on the database the tests run on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from chiso.models import (
    Agreed,
    Appendix,
    CellNote,
    Edition,
    Event,
    Finding,
    Result,
    ResultChange,
    Standing,
    State,
    Summary,
    Unit,
    What,
    frozen,
)
from tests import database, make

pytestmark = pytest.mark.django_db
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own statement")
postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own statement")

FROZEN = (State.PUBLISHED, State.SUPERSEDED, State.RECALLED)
ROWS: dict[type[models.Model], str] = {  # and a column that a stray script might set
    Result: "printed = '99'", Standing: "rank_of = 9", Summary: "count = 9", Appendix: "title = 'khác'",
    Finding: "acceptance = 'khác'", Agreed: "reason_id = 'khác'", CellNote: "text = 'khác'",
}  # fmt: skip


@dataclass(frozen=True)
class Two:
    """A frozen edition and a draft of another dispatch, both with rows in every table."""

    frozen: Edition
    draft: Edition
    tree: make.Tree


@pytest.fixture(params=FROZEN)
def two(request) -> Two:
    tree = make.tree()
    edition = make.draft(tree=tree)
    said(edition, tree.communes[1])
    edition = make.settle(make.publish(edition), request.param)
    draft = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number="1083"))
    commune, total = tree.communes[0], make.indicator("TONG")
    make.appendix(edition=draft, ordinal="IX")
    make.result(edition=draft, unit=commune, code="TONG", text="50/100")
    kept: dict[str, Any] = {"edition": draft, "indicator": total, "peers": "commune"}
    Standing.objects.create(unit=commune, value=50, rank=1, rank_of=1, tied=False, **kept)
    Summary.objects.create(count=1, lowest=50, highest=50, mean=50, **kept)
    said(draft, commune)
    return Two(edition, draft, tree)


def said(edition: Edition, unit: Unit) -> None:
    make.finding(edition=edition)
    Agreed.objects.create(edition=edition, check_id="maxima-add-up", status="passed", where="I")
    CellNote.objects.create(edition=edition, unit=unit, indicator=make.indicator("TONG"), text="Đã hỏi", at=make.MOMENT)


def run(statement: str, *values: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def refused(statement: str, *values: Any) -> None:
    with pytest.raises(IntegrityError) as fault:
        run(statement, *values)
    assert frozen.refused(fault.value), fault.value


def copied(model: type[models.Model], *, id: str = "") -> str:
    """An INSERT of a row like the draft's into another edition; with `id`, at that place."""
    columns = [field.column for field in model._meta.local_fields if not field.primary_key]
    values = ["%s" if column == "edition_id" else f'"{column}"' for column in columns]
    if id:
        columns, values = ["id", *columns], [id, *values]
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} WHERE edition_id = %s"


# --- Rows of an edition ---------------------------------------------------------------------------
@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_nothing_is_added_changed_or_removed(two: Two, model):
    table, before = model._meta.db_table, list(model.objects.order_by("pk").values())
    refused(copied(model), two.frozen.pk, two.draft.pk)
    refused(f"UPDATE {table} SET {ROWS[model]} WHERE edition_id = %s", two.frozen.pk)
    refused(f"UPDATE {table} SET {ROWS[model]}")  # of all, the draft's among them
    refused(f"DELETE FROM {table} WHERE edition_id = %s", two.frozen.pk)
    refused(f"DELETE FROM {table}")
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_nothing_moves_in_or_out(two: Two, model):
    move = f"UPDATE {model._meta.db_table} SET edition_id = %s WHERE edition_id = %s"
    refused(move, two.frozen.pk, two.draft.pk)
    refused(move, two.draft.pk, two.frozen.pk)


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_a_draft_is_worked_on(two: Two, model):
    table, here = model._meta.db_table, "WHERE edition_id = %s"
    other = make.edition(dispatch=make.dispatch(issuer=two.tree.issuer, number="1084"), state=State.REVIEW)
    assert run(copied(model), other.pk, two.draft.pk) == 1
    assert run(f"UPDATE {table} SET {ROWS[model]} {here}", two.draft.pk) == 1
    assert run(f"DELETE FROM {table} {here}", two.draft.pk) == 1
    assert run(f"UPDATE {table} SET edition_id = %s {here}", two.draft.pk, other.pk) == 1


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
@sqlite_only
def test_no_row_takes_the_place_of_a_frozen_one(two: Two, model):
    table, place = model._meta.db_table, model.objects.filter(edition=two.frozen).latest("pk").pk
    insert = copied(model, id=str(place)).replace("INSERT", "INSERT OR REPLACE")
    refused(insert, two.draft.pk, two.draft.pk)
    refused(f"UPDATE OR REPLACE {table} SET id = %s WHERE edition_id = %s", place, two.draft.pk)


# --- The edition itself ---------------------------------------------------------------------------
RECALL = {"recalled_by_id": None, "recalled_at": make.MOMENT, "recall_reason": "Sai số liệu"}
COLUMNS = [field for field in Edition._meta.local_fields if field.attname not in ("state", *RECALL)]
FORWARD = {
    (State.PUBLISHED, State.SUPERSEDED),
    (State.PUBLISHED, State.RECALLED),
    (State.SUPERSEDED, State.RECALLED),
}


@pytest.fixture
def draft() -> Edition:
    return make.draft(tree=make.tree())


def guarded(write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        write()
    assert frozen.refused(fault.value), fault.value


def another(field: models.Field) -> Any:
    if isinstance(field, models.DateTimeField):
        return make.MOMENT + timedelta(days=1)
    return "khác" if isinstance(field, models.CharField | models.TextField) else 77


@pytest.mark.parametrize("field", COLUMNS, ids=lambda field: field.name)
def test_no_column_of_a_frozen_edition_changes(two: Two, field):
    row = Edition.objects.filter(pk=two.frozen.pk)
    guarded(lambda: row.update(**{field.attname: another(field)}))
    guarded(lambda: row.update(**{"state": State.RECALLED, field.attname: another(field)} | RECALL))
    assert Edition.objects.filter(pk=two.draft.pk).update(headline_score=9) == 1


@pytest.mark.parametrize(("before", "after"), [*product(FROZEN, State.values)])
def test_the_state_moves_on_and_never_back(draft: Edition, before: str, after: str):
    edition = make.settle(draft, before)
    if after == before or (before, after) in FORWARD:
        make.settle(edition, after)
    else:
        guarded(lambda: make.settle(edition, after))
    edition.refresh_from_db()
    assert edition.state == (after if (before, after) in FORWARD else before)


def test_the_recall_is_written_once_with_its_reason(draft: Edition):
    row = Edition.objects.filter(pk=make.settle(draft, State.PUBLISHED).pk)
    for name, value in RECALL.items():
        guarded(lambda name=name, value=value: row.update(**{name: value or make.person().pk}))
    row.update(state=State.RECALLED, **RECALL)
    guarded(lambda: row.update(recall_reason="Lý do khác"))
    guarded(lambda: row.update(recalled_at=make.MOMENT + timedelta(days=1)))


def test_a_frozen_edition_is_not_deleted_a_draft_is(two: Two):
    refused("DELETE FROM chiso_edition WHERE id = %s", two.frozen.pk)
    refused("DELETE FROM chiso_edition")
    guarded(lambda: Edition.objects.filter(pk=two.frozen.pk)._raw_delete("default"))
    Standing.objects.filter(edition=two.draft).delete()
    Summary.objects.filter(edition=two.draft).delete()
    two.draft.delete()
    assert list(Edition.objects.all()) == [two.frozen]


@sqlite_only
def test_no_edition_takes_the_place_of_a_frozen_one(two: Two):
    columns = [field.column for field in Edition._meta.local_fields if field.column not in ("id", "number")]
    names = ", ".join(columns)
    place = (
        f"INSERT OR REPLACE INTO chiso_edition ({{0}}, {names}) SELECT {{1}}, {names} FROM chiso_edition WHERE id = %s"
    )
    refused(place.format("id, number", f"{two.frozen.pk}, 5"), two.draft.pk)
    refused(place.format("number", "1"), two.frozen.pk)
    refused("UPDATE OR REPLACE chiso_edition SET id = %s WHERE id = %s", two.frozen.pk, two.draft.pk)
    moved = "UPDATE OR REPLACE chiso_edition SET dispatch_id = %s WHERE id = %s"
    refused(moved, two.frozen.dispatch_id, two.draft.pk)


# --- Changes and events ---------------------------------------------------------------------------
@pytest.fixture
def event(draft: Edition) -> Event:
    event = Event.objects.create(
        what=What.RESULT_STORED, subject="X", edition=draft, dispatch=draft.dispatch, issuer=draft.dispatch.issuer
    )
    figure = draft.results.first()
    ResultChange.objects.create(
        edition=draft, unit=figure.unit, indicator=figure.indicator, value_after=1, printed_after="1", event=event
    )
    return event


def test_changes_and_events_are_only_added(event: Event):
    for table, column in (("chiso_resultchange", "printed_after"), ("chiso_event", "why"), ("chiso_event", "subject")):
        refused(f"UPDATE {table} SET {column} = 'khác'")
        refused(f"DELETE FROM {table}")
    refused("UPDATE chiso_event SET by_id = 77")
    other = make.dispatch(issuer=event.issuer, number="1090")
    guarded(lambda: Event.objects.update(dispatch=other))


def test_an_event_lets_go_of_a_deleted_draft(event: Event, draft: Edition):
    draft.delete()
    event.refresh_from_db()
    assert (event.edition_id, event.subject) == (None, "X")
    other = make.edition(dispatch=make.dispatch(issuer=event.issuer, number="1099"))
    guarded(lambda: Event.objects.update(edition=other))
    assert ResultChange.objects.count() == 1


def test_an_event_does_not_let_go_of_what_is_published(event: Event, draft: Edition):
    make.settle(draft, State.PUBLISHED)
    refused("UPDATE chiso_event SET edition_id = NULL")
    refused("UPDATE chiso_event SET dispatch_id = NULL")


@sqlite_only
def test_no_event_takes_the_place_of_another(event: Event):
    for model in (Event, ResultChange):
        table, names = model._meta.db_table, ", ".join(field.column for field in model._meta.local_fields)
        refused(f"INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table}")


# --- Statements over whole tables, and two at once --------------------------------------------------
@postgresql_only
@pytest.mark.parametrize("table", ["result", "standing", "summary", "appendix", "edition", "resultchange", "event"])
def test_no_table_is_emptied(event: Event, draft: Edition, table: str):
    make.settle(draft, State.PUBLISHED)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    refused(f"TRUNCATE chiso_{table} CASCADE")


@pytest.mark.django_db(transaction=True)
def test_flush_is_refused_once_something_is_published():
    make.published(tree=make.tree())
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    assert Result.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_slips_in_while_an_edition_is_being_published():
    tree = make.tree()
    draft = make.draft(tree=tree)
    begun = Signal()

    def late() -> object:
        begun.wait(10)
        try:
            return make.result(edition=draft, unit=tree.communes[0], code="TONG", text="50/100")
        except IntegrityError as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Edition.objects.filter(pk=draft.pk).update(state=State.PUBLISHED, published_at=make.MOMENT)
            answer = pool.submit(late)
            begun.set()
            with pytest.raises(TimeoutError):
                answer.result(timeout=0.3)
        assert frozen.refused(answer.result(timeout=10))


# --- The guards are there, and stay ---------------------------------------------------------------
def guards() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        return {name for (name,) in cursor.fetchall()}


def test_every_guard_is_in_place_after_migrate():
    wanted = {f"frozen_{model._meta.db_table}_{way}" for model in ROWS for way in ("insert", "update", "delete")}
    wanted |= {
        f"frozen_chiso_{noun}_{way}" for noun in ("edition", "event", "resultchange") for way in ("update", "delete")
    }
    assert wanted <= guards()
    assert frozen.missing(connection) == []
    assert run_checks(databases=["default"]) == []


def test_a_missing_guard_is_noticed():
    name = "frozen_chiso_result_update"
    run(f"DROP TRIGGER {name}" + (" ON chiso_result" if connection.vendor == "postgresql" else ""))
    assert frozen.missing(connection) == [name]
    assert [each.id for each in run_checks(databases=["default"])] == ["chiso.W001"]
    frozen.create(connection)
    assert frozen.missing(connection) == []


@postgresql_only
def test_a_guard_switched_off_is_noticed():
    run("ALTER TABLE chiso_result DISABLE TRIGGER frozen_chiso_result_update")
    assert frozen.missing(connection) == ["frozen_chiso_result_update"]
    frozen.create(connection)
    assert frozen.missing(connection) == []


def test_after_every_migration(tmp_path: Path):
    """On a database of its own, with an edition that was published before the first of them."""
    steps = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    with database.own(tmp_path) as url:
        said = database.python("tests.models.every_migration", url=url, folder=tmp_path)
    assert said.split("\n") == [*steps, ""]


MIGRATIONS = database.ROOT / "chiso" / "migrations"
LATER = """
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chiso", "{last}")]
    operations = [
        # Not null, with a default: SQLite rebuilds both tables for it.
        migrations.AddField("result", "checked", models.BooleanField(default=False)),
        migrations.AddField("result", "also", models.ForeignKey("chiso.Unit", models.PROTECT, null=True, related_name="+")),
        migrations.AddField("edition", "checked", models.BooleanField(default=False)),
        migrations.AddField("edition", "also", models.ForeignKey("chiso.Unit", models.PROTECT, null=True, related_name="+")),
        migrations.AlterField("resultchange", "cell", models.CharField(max_length=300, blank=True)),
        migrations.AlterField("event", "subject", models.CharField(max_length=400, blank=True)),
    ]
"""
FILLS = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("chiso", "9998_later")]
    operations = [migrations.RunSQL("UPDATE chiso_result SET also_id = unit_id")]
"""
SETTINGS = """
from config.settings import *

MIGRATION_MODULES = {"chiso": "later_migrations"}
"""


def test_also_after_migrations_of_tomorrow(tmp_path: Path):
    """Which rebuild the tables, and fill a column of what is published."""
    package = tmp_path / "later_migrations"
    shutil.copytree(MIGRATIONS, package, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    (package / "9998_later.py").write_text(LATER.replace("{last}", last))
    (package / "9999_filled.py").write_text(FILLS)
    (tmp_path / "later_settings.py").write_text(SETTINGS)
    with database.own(tmp_path) as url:
        said = database.python(
            "tests.models.every_migration", url=url, folder=tmp_path, PYTHONPATH=str(tmp_path),
            DJANGO_SETTINGS_MODULE="later_settings",
        )  # fmt: skip
    assert said.split("\n")[-4:] == [last, "9998_later", "9999_filled", ""]
    assert "  " not in said
