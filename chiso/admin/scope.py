"""Who may do what at the desk: by role and by unit, never by Django's groups or permission rows."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest

from chiso.models import Role, Unit, User


class Who(Enum):
    """Circles of people, each inside the one before it."""

    DESK = auto()  # clerks, approvers and administrators
    ADMINISTRATOR = auto()
    SUPERUSER = auto()
    NOBODY = auto()


def signed_in(request: HttpRequest) -> User:
    """The person at the desk: the site lets nobody in without signing in."""
    return cast("User", request.user)


def roles(request: HttpRequest) -> frozenset[str]:
    """The person's roles at desks, asked for once a request."""
    kept: frozenset[str] | None = getattr(request, "desk_roles", None)
    if kept is None:
        kept = frozenset(signed_in(request).memberships.at_desks().values_list("role", flat=True))
        request.desk_roles = kept  # type: ignore[attr-defined]
    return kept


def belongs(request: HttpRequest, who: Who) -> bool:
    """Whether the person at the desk is in the circle (the site itself lets in nobody who is not of the desk)."""
    if who is Who.NOBODY:
        return False
    if who is Who.DESK or signed_in(request).is_superuser:
        return True
    return who is Who.ADMINISTRATOR and Role.ADMINISTRATOR in roles(request)


def administered(user: User) -> QuerySet[Unit]:
    """Units whose records and people the user administers: the trees where the user is administrator."""
    return Unit.objects.administered_by(user)


class Rights:
    """Permissions of one table, for its page and for its rows inside another's page."""

    adds = Who.NOBODY
    changes = Who.NOBODY
    deletes = Who.NOBODY
    imports = Who.NOBODY
    exports = Who.NOBODY

    def open_to(self, request: HttpRequest, row: Any) -> bool:
        """Whether those who may change the table may change this row."""
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return belongs(request, self.adds)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return belongs(request, self.changes) and (obj is None or self.open_to(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return belongs(request, self.deletes) and (obj is None or self.open_to(request, obj))

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Reading rows from a file is a right of its own: by itself import-export lets in all who may open the desk."""
        return belongs(request, self.imports)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return belongs(request, self.exports)
