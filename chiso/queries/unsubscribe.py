"""The way out of notices by mail: an address that works without signing in, for one person and one kind."""

from __future__ import annotations

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from chiso.models import NoticeKind, User

_SALT = "chiso.notice.unsubscribe"


def path_for(user: User, kind: str) -> str:
    """It does not expire: people look for it in old mail. It holds for the address to which the mail went."""
    return reverse("unsubscribe", args=[user.pk, kind, _signature(user, kind)])


def person_of(person: int, kind: str, signature: str) -> User | None:
    """Whose address of this kind it is; None where it is nobody's, or not ours."""
    user = User.objects.filter(pk=person, is_active=True).first()
    if user is None or kind not in NoticeKind.values:
        return None
    return user if constant_time_compare(signature, _signature(user, kind)) else None


def _signature(user: User, kind: str) -> str:
    return salted_hmac(_SALT, f"{user.pk}:{kind}:{user.email}", algorithm="sha256").hexdigest()
