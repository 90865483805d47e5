"""Who the reader is: for every template, and for the marks on one's own rows.

What a reader may open is decided by `visible_to` in the models; a page asks it and answers 404 to everybody else.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from chiso.models import DESK_ROLES, Role, User


def memberships(user: User) -> tuple[tuple[int, str, bool], ...]:
    """(unit id, role, whether the unit has an office that issues) of the person, asked for once in a request."""
    known: tuple[tuple[int, str, bool], ...] | None = getattr(user, "_memberships", None)
    if known is None:
        rows = user.memberships.values_list("unit_id", "role", "unit__issuer")
        known = tuple((unit, role, issuer is not None) for unit, role, issuer in rows)
        user._memberships = known  # type: ignore[attr-defined]
    return known


def at_desk(user: User | AnonymousUser) -> bool:
    """Whether the desk lets the person in: see `Membership.objects.at_desks`."""
    if isinstance(user, AnonymousUser) or not user.is_authenticated:
        return False
    return user.is_superuser or any(issues and role in DESK_ROLES for _, role, issues in memberships(user))


def own_units(user: User) -> frozenset[int]:
    """The units a unit user reads for: their rows are marked. Nobody at the desk has rows of their own."""
    return frozenset(unit for unit, role, _ in memberships(user) if role == Role.UNIT)


def person(request: HttpRequest) -> dict[str, object]:
    """Context processor: whether to show the way to the desk."""
    return {"at_desk": at_desk(getattr(request, "user", AnonymousUser()))}
