"""allauth, told that accounts are made by an administrator and by nobody else, and where a visitor comes from."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import clean_client_ip
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

UNKNOWN = "-"  # one count for all whose address nobody tells


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which attempts are counted. allauth shuts out whom it cannot place: on a Unix socket without a
        proxy's header, or past one of two proxies, that would be everybody."""
        try:
            return str(super().get_client_ip(request))
        except (PermissionDenied, ImproperlyConfigured):
            return clean_client_ip(request.META.get("REMOTE_ADDR", "")) or UNKNOWN
