"""Run by `test_frozen` in a process and on a database of its own: migrates step by step, publishes an edition with the
tables of the first step, and after each step tries to change it. Prints the steps after which nothing could be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import django
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

MOMENT = datetime(2023, 9, 13, tzinfo=UTC)
ELSEWHERE = {  # what a copied row changes, so that no other rule refuses it
    "chiso_result": {"unit_id": "(SELECT id FROM chiso_unit WHERE slug = 'b')"},
    "chiso_standing": {"unit_id": "(SELECT id FROM chiso_unit WHERE slug = 'b')"},
    "chiso_summary": {"peers": "'commune'"},
    "chiso_appendix": {"ordinal": "'X'"},
    "chiso_finding": {"check_id": "'other'"},
}


def steps() -> list[str]:
    graph = MigrationExecutor(connection).loader.graph
    plan = graph.forwards_plan(next(leaf for leaf in graph.leaf_nodes() if leaf[0] == "chiso"))
    return [name for app, name in plan if app == "chiso"]


def published(step: str) -> None:
    """A published edition with one row in each table, as the models were after this step."""
    state = MigrationExecutor(connection).loader.project_state(("chiso", step))

    def put(model: str, **fields: Any) -> Any:
        return state.apps.get_model("chiso", model).objects.create(**fields)

    unit = put("Unit", slug="a", name="A", level="district", search="a", sort_key="a")
    put("Unit", slug="b", name="B", level="district", search="b", sort_key="b")
    chosen = put("IndicatorSet", code="766", name="Bộ", valid_from=MOMENT.date())
    indicator = put("Indicator", indicator_set=chosen, code="X", name="X", kind="count", order=1)
    issuer = put("Issuer", unit=unit, slug="i", name="I")
    dispatch = put("Dispatch", issuer=issuer, year=2023)
    edition = put("Edition", dispatch=dispatch, indicator_set=chosen, opened_at=MOMENT)
    put("Appendix", edition=edition, ordinal="II")
    figure = {"edition": edition, "unit": unit, "indicator": indicator}
    put("Result", value=1, printed="1", **figure)
    put("Standing", value=1, peers="district", rank=1, rank_of=1, tied=False, **figure)
    put("Summary", edition=edition, indicator=indicator, peers="district", count=1, lowest=1, highest=1, mean=1)
    put("Finding", edition=edition, check_id="printed-order", severity="note", where="II")
    event = put("Event", what="result.stored", subject="X", edition=edition, dispatch=dispatch, issuer=issuer)
    put("ResultChange", value_after=1, printed_after="1", event=event, **figure)
    edition.state, edition.published_at = "published", MOMENT
    edition.save()


def attempts() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table, changed in ELSEWHERE.items():
            names = [each.name for each in connection.introspection.get_table_description(cursor, table)]
            copied = [name for name in names if name != "id"]
            values = ", ".join(changed.get(name, f'"{name}"') for name in copied)
            columns = ", ".join(f'"{name}"' for name in copied)
            yield f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}"
            yield f"UPDATE {table} SET {', '.join(f'{name} = {value}' for name, value in changed.items())}"
            yield f"DELETE FROM {table}"
    yield "UPDATE chiso_edition SET headline_score = 99"
    yield "UPDATE chiso_edition SET state = 'draft'"
    yield "DELETE FROM chiso_edition"
    yield "UPDATE chiso_resultchange SET printed_after = '2'"
    yield "DELETE FROM chiso_resultchange"
    yield "UPDATE chiso_event SET subject = 'Y'"
    yield "DELETE FROM chiso_event"


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError as fault:
        return str(fault).startswith("frozen:")
    return False


def main() -> None:
    for number, step in enumerate(steps()):
        call_command("migrate", "chiso", step, verbosity=0)
        if number == 0:
            published(step)
        through = [statement for statement in attempts() if not refused(statement)]
        print(step, *through, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
