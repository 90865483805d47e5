"""Who the reader is, for every template."""

from __future__ import annotations

from django.http import HttpRequest

from chiso.models import DESK_ROLES


def person(request: HttpRequest) -> dict[str, object]:
    """Context processor: whether to show the way to the desk."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"at_desk": False}
    return {"at_desk": user.is_superuser or user.memberships.filter(role__in=DESK_ROLES).exists()}
