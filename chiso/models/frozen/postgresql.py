"""The guards in PostgreSQL's words.

Rows are asked about once a statement, not one by one: a load inserts tens of thousands. The editions they name are
held (FOR SHARE) to the end of the transaction, so that none is published between the question and the commit."""

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

THERE = """
    SELECT t.tgname, c.relname, t.tgenabled IN ('O', 'A')
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgname LIKE %s AND c.relnamespace = current_schema()::regnamespace
"""
DROP = "DROP TRIGGER {name} ON {table}"

_HEAD = "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
_REFUSE = "RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"


def _held(rows: str) -> str:
    """Refuses where one of these rows belongs to a frozen edition, and holds the editions that are open."""
    return f"""
        FOR found IN
            SELECT state FROM {EDITION} WHERE id IN (SELECT edition_id FROM {rows}) ORDER BY id FOR SHARE
        LOOP
            IF found NOT IN {OPEN} THEN {_REFUSE.format(says=ROW_REFUSED)}; END IF;
        END LOOP;
    """


_ROWS = f"""
{_HEAD.format(name="frozen_rows")}
DECLARE found text;
BEGIN
    IF TG_OP <> 'DELETE' THEN {_held("frozen_new")} END IF;
    IF TG_OP <> 'INSERT' THEN {_held("frozen_old")} END IF;
    RETURN NULL;
END $$
"""

# As JSON, so that a column of tomorrow is frozen too.
_EDITION = f"""
{_HEAD.format(name="frozen_edition")}
DECLARE free text[] := ARRAY['state'];
BEGIN
    IF OLD.state IN {OPEN} THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.state = OLD.state OR (OLD.state, NEW.state) IN {MOVES}) THEN
        IF NEW.state = 'recalled' AND OLD.state <> 'recalled' THEN
            free := free || ARRAY[{", ".join(f"'{name}'" for name in RECALL)}];
        END IF;
        IF to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN RETURN NEW; END IF;
    END IF;
    {_REFUSE.format(says=EDITION_REFUSED)};
END $$
"""

_LOG = f"""
{_HEAD.format(name="frozen_log")}
BEGIN
    {_REFUSE.format(says=LOG_REFUSED)};
END $$
"""

_LET_GO = " AND ".join(f"(NEW.{name} IS NULL OR NEW.{name} = OLD.{name})" for name in LET_GO)
_EVENT = f"""
{_HEAD.format(name="frozen_event")}
DECLARE free text[] := ARRAY[{", ".join(f"'{name}'" for name in LET_GO)}];
BEGIN
    IF to_jsonb(NEW) - free = to_jsonb(OLD) - free AND {_LET_GO} AND NOT EXISTS (
        SELECT 1 FROM {EDITION} WHERE state NOT IN {OPEN}
        AND ((NEW.edition_id IS NULL AND id = OLD.edition_id)
            OR (NEW.dispatch_id IS NULL AND dispatch_id = OLD.dispatch_id))
    ) THEN RETURN NEW; END IF;
    {_REFUSE.format(says=LOG_REFUSED)};
END $$
"""

# TRUNCATE asks no row: it is refused as soon as there is something to lose.
_TRUNCATE = f"""
{_HEAD.format(name="frozen_truncate")}
DECLARE lost boolean;
BEGIN
    IF TG_TABLE_NAME IN ('{CHANGE}', '{EVENT}') THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO lost;
    ELSE
        SELECT EXISTS (SELECT 1 FROM {EDITION} WHERE state NOT IN {OPEN}) INTO lost;
    END IF;
    IF lost THEN {_REFUSE.format(says=ROW_REFUSED)}; END IF;
    RETURN NULL;
END $$
"""

FUNCTIONS = (_ROWS, _EDITION, _LOG, _EVENT, _TRUNCATE)
_TRANSITION = {
    "INSERT": "NEW TABLE AS frozen_new",
    "UPDATE": "OLD TABLE AS frozen_old NEW TABLE AS frozen_new",
    "DELETE": "OLD TABLE AS frozen_old",
}


def guards(_columns: Callable[[str], list[str]]) -> Iterator[Guard]:
    for table in ROWS:
        for event, names in _TRANSITION.items():
            yield _guard(table, event, f"AFTER {event} ON {table} REFERENCING {names}", "frozen_rows", of="STATEMENT")
    for table, event, function in (
        (EDITION, "UPDATE", "frozen_edition"),
        (EDITION, "DELETE", "frozen_edition"),
        (CHANGE, "UPDATE", "frozen_log"),
        (CHANGE, "DELETE", "frozen_log"),
        (EVENT, "UPDATE", "frozen_event"),
        (EVENT, "DELETE", "frozen_log"),
    ):
        yield _guard(table, event, f"BEFORE {event} ON {table}", function)
    for table in (*ROWS, EDITION, CHANGE, EVENT):
        yield _guard(table, "TRUNCATE", f"BEFORE TRUNCATE ON {table}", "frozen_truncate", of="STATEMENT")


def _guard(table: str, event: str, when: str, function: str, of: str = "ROW") -> Guard:
    name = f"{PREFIX}{table}_{event.lower()}"
    return Guard(name, table, f"CREATE TRIGGER {name} {when} FOR EACH {of} EXECUTE FUNCTION {function}()")
