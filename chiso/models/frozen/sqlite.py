"""The guards in SQLite's words.

`INSERT OR REPLACE` and `UPDATE OR REPLACE` remove the rows in their way without firing a DELETE trigger: so the guards
of INSERT and UPDATE also ask whose place a row would take. (Where no id is given, NEW.id is -1 before the INSERT.)"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .guard import (
    CHANGE,
    EDITION,
    EDITION_REFUSED,
    EVENT,
    LET_GO,
    LOG_REFUSED,
    MOVES,
    OPEN,
    PREFIX,
    RECALL,
    ROW_REFUSED,
    ROWS,
    Guard,
)

FUNCTIONS: tuple[str, ...] = ()
THERE = "SELECT name, tbl_name, 1 FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
DROP = "DROP TRIGGER {name}"


def guards(columns: Callable[[str], list[str]]) -> Iterator[Guard]:
    for table in ROWS:
        yield from _of_rows(table)
    yield from _of_editions(columns(EDITION))
    yield from _of_changes()
    yield from _of_events(columns(EVENT))


def _of_rows(table: str) -> Iterator[Guard]:
    replaced = f"EXISTS (SELECT 1 FROM {table} AS r WHERE r.id = NEW.id AND {_frozen('r.edition_id')})"
    yield _guard(table, "INSERT", f"{_frozen('NEW.edition_id')} OR (NEW.id > 0 AND {replaced})", ROW_REFUSED)
    moved = f"{_frozen('OLD.edition_id, NEW.edition_id')} OR (NEW.id IS NOT OLD.id AND {replaced})"
    yield _guard(table, "UPDATE", moved, ROW_REFUSED)
    yield _guard(table, "DELETE", _frozen("OLD.edition_id"), ROW_REFUSED)


def _of_editions(columns: list[str]) -> Iterator[Guard]:
    replaced = (
        f"EXISTS (SELECT 1 FROM {EDITION} AS e WHERE e.state NOT IN {OPEN} AND (e.id = NEW.id"
        " OR (e.dispatch_id = NEW.dispatch_id AND (e.number = NEW.number"
        " OR (e.state = 'published' AND NEW.state = 'published')))){})"
    )
    recall = [name for name in columns if name in RECALL]
    others = [name for name in columns if name != "state" and name not in recall]
    moves = f"(NEW.state = OLD.state OR (OLD.state, NEW.state) IN (VALUES {MOVES[1:-1]}))"
    changed = f"{_differs(others)} OR NOT {moves}"
    if recall:
        changed += f" OR (({_differs(recall)}) AND (NEW.state <> 'recalled' OR OLD.state = 'recalled'))"
    frozen = f"OLD.state NOT IN {OPEN}"
    yield _guard(EDITION, "INSERT", replaced.format(""), EDITION_REFUSED)
    yield _guard(
        EDITION, "UPDATE", f"({frozen} AND ({changed})) OR {replaced.format(' AND e.id <> OLD.id')}", EDITION_REFUSED
    )
    yield _guard(EDITION, "DELETE", frozen, EDITION_REFUSED)


def _of_changes() -> Iterator[Guard]:
    yield _guard(CHANGE, "INSERT", f"NEW.id > 0 AND EXISTS (SELECT 1 FROM {CHANGE} WHERE id = NEW.id)", LOG_REFUSED)
    yield _guard(CHANGE, "UPDATE", "1", LOG_REFUSED)
    yield _guard(CHANGE, "DELETE", "1", LOG_REFUSED)


def _of_events(columns: list[str]) -> Iterator[Guard]:
    kept = _differs([name for name in columns if name not in LET_GO])
    turned = " OR ".join(f"(NEW.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})" for name in LET_GO)
    yield _guard(EVENT, "INSERT", f"EXISTS (SELECT 1 FROM {EVENT} WHERE id = NEW.id)", LOG_REFUSED)
    of_dispatch = f"EXISTS (SELECT 1 FROM {EDITION} WHERE dispatch_id = OLD.dispatch_id AND state NOT IN {OPEN})"
    lost = f"(NEW.edition_id IS NULL AND {_frozen('OLD.edition_id')}) OR (NEW.dispatch_id IS NULL AND {of_dispatch})"
    yield _guard(EVENT, "UPDATE", f"{kept} OR {turned} OR {lost}", LOG_REFUSED)
    yield _guard(EVENT, "DELETE", "1", LOG_REFUSED)


def _frozen(editions: str) -> str:
    return f"EXISTS (SELECT 1 FROM {EDITION} WHERE id IN ({editions}) AND state NOT IN {OPEN})"


def _differs(columns: list[str]) -> str:
    return " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in columns) or "0"


def _guard(table: str, event: str, when: str, says: str) -> Guard:
    name = f"{PREFIX}{table}_{event.lower()}"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
    return Guard(name, table, f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} {refuse}")
