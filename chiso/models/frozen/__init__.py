"""Nothing published can change: triggers of the database itself, below every action, script and console.

Rows of a published edition are neither added, changed nor removed; of the edition itself only the state moves on, and
forward; changes and events are only ever added. Whoever tries gets an IntegrityError that begins with `frozen:`.

A migration runs without them (SQLite loses the triggers of a table it rebuilds, and cannot rename a table that another
one's trigger names), and they are put back when it ends: see `chiso.apps`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from . import postgresql, sqlite
from .guard import MARK, PREFIX, Guard

_VENDORS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


def create(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place, as it reads today, on the tables that there are."""
    vendor = _VENDORS[connection.vendor]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _drop(connection, cursor)
        for function in vendor.FUNCTIONS:
            cursor.execute(function)
        for guard in _guards(connection, cursor):
            cursor.execute(guard.sql)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take them away: for a migration, or for tests that empty the tables."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _drop(connection, cursor)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that should be there and are not, or are switched off, by name."""
    with connection.cursor() as cursor:
        working = {name for name, _table, works in _there(connection, cursor) if works}
        return [guard.name for guard in _guards(connection, cursor, whole=False) if guard.name not in working]


def refused(fault: BaseException) -> bool:
    """Is this fault of the database one of our guards speaking?"""
    return isinstance(fault, DatabaseError) and str(fault).startswith(MARK)


def _guards(connection: BaseDatabaseWrapper, cursor: Any, *, whole: bool = True) -> Iterator[Guard]:
    """Those of the tables that there are; not `whole` where only their names are wanted."""
    present = set(connection.introspection.table_names(cursor))

    def columns(table: str) -> list[str]:
        """As they are in the database: half-way through the migrations the models say more."""
        if not whole or table not in present:
            return []
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]

    return (guard for guard in _VENDORS[connection.vendor].guards(columns) if guard.table in present)


def _there(connection: BaseDatabaseWrapper, cursor: Any) -> list[tuple[str, str, bool]]:
    cursor.execute(_VENDORS[connection.vendor].THERE, [f"{PREFIX}%"])
    return list(cursor.fetchall())


def _drop(connection: BaseDatabaseWrapper, cursor: Any) -> None:
    for name, table, _works in _there(connection, cursor):
        cursor.execute(_VENDORS[connection.vendor].DROP.format(name=name, table=table))


__all__ = ["MARK", "create", "drop", "missing", "refused"]
