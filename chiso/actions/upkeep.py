"""What is done beside all work, that pages stay quick.

After a large publication the database is told how the tables look now. PostgreSQL's autovacuum waits until a fifth of
a table is new, which after ten years is two years of dispatches: till then every page of a new edition reads the table
beside its index (measured in docs/sizing.md). SQLite never looks by itself."""

from __future__ import annotations

from django.db import connection, models, transaction
from django_tasks import task

from chiso.models import Result, ResultChange, Standing, Summary, frozen
from chiso.queries import summary

from . import writer

LARGE = 10_000  # ranked figures of one edition; a province's month has a few thousand
_LOOKED_AT = 1000  # rows of an index from which SQLite guesses, so that it takes no longer with the years
_TABLES: tuple[type[models.Model], ...] = (Result, ResultChange, Standing)


def after(*, figures: int) -> None:
    """Part of an action that wrote so many figures; the work is done once that is committed."""
    if figures >= LARGE:
        transaction.on_commit(look_over.enqueue, robust=True)


@task()
def look_over() -> None:
    """Never inside a transaction, which VACUUM refuses. It locks out neither readers nor writers."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {_LOOKED_AT}")
        for each in _TABLES:
            table = connection.ops.quote_name(each._meta.db_table)
            cursor.execute(f"VACUUM (ANALYZE) {table}" if connection.vendor == "postgresql" else f"ANALYZE {table}")


def sum_up_older() -> None:
    """Boards of what was published before they were summed up (`queries.summary`): at the end of migrating, when the
    tables are those that our code knows. Each edition by itself, so that whoever stopped goes on where it was. The
    guards stand in the way; whoever calls puts them back."""
    for number, edition in enumerate(summary.absent()):
        if not number:
            frozen.drop(connection)
        with transaction.atomic():
            Summary.objects.filter(edition=edition).delete()
            writer.add(Summary, summary.COLUMNS, map(summary.row, summary.of_edition(edition)))
