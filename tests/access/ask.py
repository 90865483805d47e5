"""One request, and the letter of its answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.template.base import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from .world import World

# o shown, s sent to sign in, d sent to the desk's door, > led onwards,
# x forbidden, . not there for this person, m not by this method, u to sign in first, b not what is sent here
_LETTERS = {200: "o", 400: "b", 401: "u", 403: "x", 404: ".", 405: "m"}
REFUSED = frozenset("sdx.mub")
NEVER = ("PUT", "PATCH", "DELETE", "OPTIONS")  # methods that no address takes
METHODS = ("GET", "HEAD", "POST", *NEVER)


def letter(answer: HttpResponseBase) -> str:
    if answer.status_code != 302:
        return _LETTERS.get(answer.status_code, str(answer.status_code))
    to = answer.headers["Location"]
    return "s" if to.startswith("/accounts/login/?next=") else "d" if to.startswith("/admin/login/") else ">"


class Asking:
    """A person's browser. What an answer stored is taken back; what a refusal stored is a fault, and stays."""

    def __init__(self, world: World, who: str) -> None:
        self.client = Client(raise_request_exception=False)
        person = world.people[who]
        if person is not None:
            self.client.force_login(person)
        self.kept = dict(self.client.cookies)

    def __call__(self, method: str, address: str, *, drawn: bool = False) -> str:
        """The answer's letter, with "!" where something was written though it was refused. What it may hold is decided
        before it is drawn, which takes longer than all else."""
        cache.clear()  # nobody asks too often
        self.client.cookies.clear()
        self.client.cookies.update(self.kept)
        with transaction.atomic(), written() as statements, nullcontext() if drawn else blank():
            answer = self.client.generic(method, address)
            list(answer)  # to its end: a file is closed
            found = letter(answer)
            transaction.set_rollback(found not in REFUSED)
        return found + "!" if found in REFUSED and statements else found


_READING = ("SELECT", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SHOW")
_WRITING = re.compile(r"\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET)\b", re.IGNORECASE)  # behind a WITH too


def blank() -> Any:
    return patch.object(Template, "_render", lambda _template, _context: "")


@contextmanager
def written() -> Iterator[list[str]]:
    """Every statement that is no reading."""
    statements: list[str] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip("( \n").upper().startswith(_READING) or _WRITING.search(sql):
            statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        yield statements


def everything() -> dict[str, str]:
    """The content of every table, as a digest for each."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(map(repr, cursor.fetchall()))
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def patterns(resolver: URLResolver, route: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = route + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        else:
            yield path, entry


def routes() -> set[str]:
    """Every address there is."""
    return {route for route, _pattern in patterns(get_resolver())}
