"""Reading what is published from a streaming replica of the database (`DATABASE_REPLICA_URL`, PostgreSQL).

Only a page marked `access.published` reads there, only the tables named in PUBLISHED, and only for a reader who keeps
no desk and has written nothing for as long as the replica may be behind: drafts, people, memberships, sessions, notices
and replies are always the primary's. Whatever goes wrong on the replica, the page is made again from the primary.

The replica serves while it is known to have everything that was committed `CHISO_REPLICA_LAG` seconds ago. Once a
second each process notes where the primary's log ends, and asks how far the replica has replayed it: whatever was
committed before the newest place it has passed is there. No two clocks are compared."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, models

PRIMARY, REPLICA = DEFAULT_DB_ALIAS, "replica"
WROTE = "chiso_wrote"  # the cookie of whoever wrote something just now
PUBLISHED = frozenset(
    f"chiso.{name}"
    for name in (
        "dispatch", "edition", "appendix", "result", "standing", "summary", "indicatorset", "indicator", "issuer",
        "unit", "unitalias", "unitsuccession",
    )
)  # fmt: skip
# Besides, what a published figure is joined with: the file it came from, and who brought it. No page asks for these
# alone, and no right rests on them.
_JOINED = frozenset({"chiso.upload", "chiso.user"})
EVERY = 1.0  # seconds between two looks at the replica
REST = 5.0  # seconds in which a replica that failed is left alone
_KEPT = 600  # places of the primary's log that are remembered: ten minutes of them

_reading: ContextVar[bool] = ContextVar("reading from the replica", default=False)
_wrote: ContextVar[bool] = ContextVar("wrote to the primary", default=False)


class NotPublished(Exception):
    """A statement of a published page that asks the replica for what only the primary tells."""


class Router:
    """Which database a table is read from and written to."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str:
        published = model._meta.label_lower in PUBLISHED
        return REPLICA if published and _reading.get() and not _wrote.get() else PRIMARY

    def db_for_write(self, model: type[models.Model], **_hints: Any) -> str:
        if model._meta.label_lower != "sessions.session":
            _wrote.set(True)
        return PRIMARY

    def allow_relation(self, *_rows: Any, **_hints: Any) -> bool:
        return True  # both hold the same rows

    def allow_migrate(self, db: str, *_app: str, **_hints: Any) -> bool:
        return db == PRIMARY


class Watch:
    """How far the replica follows, as this process knows it."""

    def __init__(self) -> None:
        self._places: deque[tuple[float, int]] = deque(maxlen=_KEPT)  # (moment, where the primary's log ended then)
        self._has = float("-inf")  # the replica has everything that was committed before this moment
        self._next = 0.0
        self._turn = threading.Lock()

    @property
    def behind(self) -> float | None:
        """At most so many seconds; None where it does not answer, or has not been seen to follow."""
        self._look()
        behind = time.monotonic() - self._has
        return None if behind == float("inf") else behind

    def serves(self) -> bool:
        behind = self.behind
        return behind is not None and behind <= settings.REPLICA_LAG

    def failed(self) -> None:
        self._has, self._next = float("-inf"), time.monotonic() + REST
        with suppress(DatabaseError, InterfaceError):
            connections[REPLICA].close()

    def _look(self) -> None:
        """At most once a second, and by one thread: the others go by what was seen last."""
        now = time.monotonic()
        if now < self._next or not self._turn.acquire(blocking=False):
            return
        try:
            self._places.append((now, ends_at()))
            replayed = replayed_to()
            while self._places and replayed is not None and self._places[0][1] <= replayed:
                self._has = self._places.popleft()[0]
            self._next = now + EVERY
        except (DatabaseError, InterfaceError):
            self.failed()
        finally:
            self._turn.release()


watch = Watch()


def serves() -> bool:
    """Whether there is a replica, and it follows closely enough."""
    return bool(settings.REPLICA_LAG) and watch.serves()


@dataclass(frozen=True, slots=True)
class State:
    """For whoever keeps the server: whether the replica serves readers, and how many seconds it is behind at most;
    None where it does not answer."""

    serves: bool
    behind: float | None


def state() -> State | None:
    """None where there is no replica."""
    return State(watch.serves(), watch.behind) if settings.REPLICA_LAG else None


def follows(*, within: float) -> bool:
    """Whether the replica has by then what the primary has now: for a command, which can wait."""
    until = time.monotonic() + within
    try:
        place = ends_at()
        while (replayed := replayed_to()) is not None:
            if replayed >= place:
                return True
            if time.monotonic() > until:
                break
            time.sleep(0.1)
    except (DatabaseError, InterfaceError):
        pass
    return False


@contextmanager
def reading() -> Iterator[None]:
    """Tables of PUBLISHED are read from the replica, and nothing else is asked of it, be it in a subquery."""
    token = _reading.set(True)
    try:
        with connections[REPLICA].execute_wrapper(_only_published):
            yield
    except (DatabaseError, InterfaceError):
        watch.failed()
        raise
    finally:
        _reading.reset(token)


@contextmanager
def writing_noted() -> Iterator[Callable[[], bool]]:
    """Whether anything was written meanwhile, sessions apart."""
    token = _wrote.set(False)
    try:
        yield _wrote.get
    finally:
        _wrote.reset(token)


def ends_at() -> int:
    """Where the log of the primary ends now, in bytes since its beginning."""
    return int(_asked(PRIMARY, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"))


def replayed_to() -> int | None:
    """How far the replica has replayed it; None where it is no replica (any more)."""
    replayed = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END"
    found = _asked(REPLICA, f"SELECT pg_wal_lsn_diff({replayed}, '0/0')::bigint")
    return None if found is None else int(found)


def _asked(alias: str, statement: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def _only_published(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if _primarys().search(sql):
        raise NotPublished(sql)
    return execute(sql, params, many, context)


@cache
def _primarys() -> re.Pattern[str]:
    """The name of any table that is not for the replica."""
    known = apps.get_models(include_auto_created=True)
    others = {each._meta.db_table for each in known if each._meta.label_lower not in PUBLISHED | _JOINED}
    return re.compile("|".join(f'"{re.escape(table)}"' for table in sorted(others)))
