"""A page that is the same as the reader's copy of it is not drawn and sent again (ETag, 304).

The tag is made of all that the page is drawn from, after its queries: what these handed out, who reads, in which
language, by which address, how many notices are new, and the code that draws. So whatever changes on the page changes
its tag, and nobody has to remember what does; what is saved is the drawing, which costs most, and the way. The page is
the reader's alone and asked for anew each time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import django
from django.conf import settings
from django.contrib.messages import get_messages
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

import chiso
from chiso.models import User
from chiso.pages import access
from chiso.queries.sight import memberships

_DRAWS = {".py", ".html", ".svg", ".mo", ".css", ".js"}


def answer(request: HttpRequest, shown: object, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """`shown` is all that the page takes from the database."""
    tag = _tag(request, shown)
    unchanged = get_conditional_response(request, etag=tag) if tag else None
    response = unchanged or draw()
    if tag:
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Cookie"])
    return response


def _tag(request: HttpRequest, shown: object) -> str | None:
    """None where the page holds what is shown once, or has to hand out the secret of its forms."""
    secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    if secret is None or len(get_messages(request)):
        return None
    user = cast("User", request.user)
    person = [user, sorted(memberships(user)), access.unread_of(request)]
    asked = [request.get_host(), request.get_full_path(), get_language(), secret]
    told = hashlib.sha256()
    for part in _parts([_code(), asked, person, shown]):
        told.update(part.encode())
        told.update(b"\0")
    return f'W/"{told.hexdigest()[:40]}"'


def _parts(value: Any) -> Iterator[str]:
    """All that a value holds, in an order that is the same in every process."""
    if isinstance(value, Model):
        yield value._meta.label
        left = value.get_deferred_fields() | {"last_login"}  # each sign-in has a secret of its own
        for field in value._meta.concrete_fields:
            yield repr(None if field.attname in left else getattr(value, field.attname))
            if isinstance(field, ForeignKey) and field.is_cached(value):
                yield from _parts(field.get_cached_value(value))
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value).__name__
        for each in fields(value):
            yield from _parts(getattr(value, each.name) if each.repr else sorted(getattr(value, each.name)))
    elif isinstance(value, Mapping):
        yield from _parts(sorted(value.items(), key=lambda item: str(item[0])))
    elif isinstance(value, set | frozenset):
        yield from _parts(sorted(value, key=repr))
    elif isinstance(value, list | tuple):
        yield str(len(value))
        for each in value:
            yield from _parts(each)
    else:
        yield repr(value)


@cache
def _code() -> str:
    """What draws, as it is when the process starts."""
    told = hashlib.sha256(django.get_version().encode())
    for path in sorted(Path(chiso.__file__).parent.rglob("*")):
        if path.suffix in _DRAWS:
            told.update(path.read_bytes())
    return told.hexdigest()
