"""The desk: Django's admin, entered by role and signed in through the one sign-in page."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chiso.models import DESK_ROLES


class Desk(AdminSite):
    site_title = _("Chiso desk")
    site_header = _("Chiso desk")
    index_title = _("The desk")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_active):
            return False
        return user.is_superuser or user.memberships.filter(role__in=DESK_ROLES).exists()


Desk.login = secure_admin_login(Desk.login)  # type: ignore[method-assign]
