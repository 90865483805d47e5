"""Rows of a statement as they come, for files: never all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections, router

from chiso.models import Result

_AT_ONCE = 1000


def streamed(sql: str, params: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """From the database that a page of figures reads. Where PgBouncer gives connections away a server keeps no cursor,
    and the rows come at once."""
    connection = connections[router.db_for_read(Result)]
    together = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    with connection.cursor() if together else connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
