"""What is done beside all work, that pages stay quick.

After a large publication the database is told how the tables look now. PostgreSQL's autovacuum waits until a fifth of
a table is new, which after ten years is two years of dispatches: till then every page of a new edition reads the table
beside its index (measured in docs/sizing.md). SQLite never looks by itself. Whoever reads before that is done reads
with plans for the rows that are there too: PostgreSQL samples the tables once more with the rows it was given, before
anybody sees them. A board of 14,000 units that it took for ten cost 17 s, and costs a fraction of one."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from django_tasks import task

from chiso.models import Result, ResultChange, Standing, Summary, Unit, Upload, UploadState, frozen
from chiso.queries import opened, summary, understood

from . import writer

LARGE = 10_000  # ranked figures of one edition; a province's month has a few thousand
_LOOKED_AT = 1000  # rows of an index from which SQLite guesses, so that it takes no longer with the years
_TABLES: tuple[type[models.Model], ...] = (Result, ResultChange, Standing)
_READ: tuple[type[models.Model], ...] = (Unit, Result, Standing, Summary)  # by whoever opens a board


def after(*, figures: int) -> None:
    """Part of an action that published so many figures; the tables are looked over once that is committed."""
    told(figures=figures)
    if figures >= LARGE:
        transaction.on_commit(look_over.enqueue, robust=True)


def told(*, figures: int) -> None:
    """Part of an action that wrote so many figures, after them. A sample of each table, which takes no longer with the
    years; one at which somebody looks meanwhile is left to them, not waited for."""
    if figures >= LARGE and connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(each._meta.db_table) for each in _READ)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {tables}")


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


@task()
def forget_kept() -> None:
    """What was kept beside files that nobody waits for any more (`queries.sealed`): taken over or discarded, and some
    days old. It comes again where somebody looks at one; the files themselves stay for ever."""
    before = timezone.now() - timedelta(days=settings.KEPT_DAYS)
    done = Upload.objects.filter(state__in=[UploadState.APPLIED, UploadState.DISCARDED], at__lt=before)
    for upload in done.only("file").iterator():
        for name in (opened.name_of(upload), understood.name_of(upload)):
            upload.file.storage.delete(name)
