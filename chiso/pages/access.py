"""Who the reader is: for every template, and for the marks on one's own rows.

What a reader may open is decided by `visible_to` in the models; a page asks it and answers 404 to everybody else.
Whom the reader meets there by name is decided by `queries.sight`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from chiso import replica
from chiso.models import DESK_ROLES, Role, User
from chiso.queries.notice import unread
from chiso.queries.sight import memberships

_log = logging.getLogger(__name__)


def at_desk(user: User | AnonymousUser) -> bool:
    """Whether the desk lets the person in: see `Membership.objects.at_desks`."""
    if isinstance(user, AnonymousUser) or not user.is_authenticated:
        return False
    return user.is_superuser or any(issues and role in DESK_ROLES for _, role, issues in memberships(user))


def own_units(user: User) -> frozenset[int]:
    """The units a unit user reads for: their rows are marked. Nobody at the desk has rows of their own."""
    return frozenset(unit for unit, role, _ in memberships(user) if role == Role.UNIT)


def person(request: HttpRequest) -> dict[str, object]:
    """Context processor: whether to show the ways to the desk and to a unit's replies, and how many notices are new:
    these are counted where a template asks for them, once."""
    user: User | AnonymousUser = getattr(request, "user", AnonymousUser())
    if not isinstance(user, User):
        return {"at_desk": False, "of_unit": False, "unread": 0}
    return {"at_desk": at_desk(user), "of_unit": bool(own_units(user)), "unread": partial(unread_of, request)}


def unread_of(request: HttpRequest) -> int:
    """How many notices are new; counted once in a request."""
    known: int | None = getattr(request, "known_unread", None)
    if known is None:
        known = request.known_unread = unread(cast("User", request.user))  # type: ignore[attr-defined]
    return known


def published(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of what is published, which a replica may serve (`chiso.replica`). Whatever it does not know or fails at,
    a page that is not there included, is asked of the primary: the page only reads, so it can be made twice."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _from_replica(request):
            try:
                with replica.reading():
                    return view(request, *args, **kwargs)
            except Exception as error:
                _log.info("The replica did not serve %s: %r", request.path, error)
        return view(request, *args, **kwargs)

    return page


def _from_replica(request: HttpRequest) -> bool:
    """Not for a desk, which sees drafts, nor for whoever wrote something just now."""
    user = request.user
    return replica.serves() and isinstance(user, User) and replica.WROTE not in request.COOKIES and not at_desk(user)
