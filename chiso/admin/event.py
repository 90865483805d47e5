"""The trail: who did what, when and why. To read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chiso.models import Event, User, kept_issuers

from .search import Folded
from .table import Table


@admin.register(Event)
class EventTable(Folded, Table):
    list_display = ["at", "who", "what", "subject", "why", "issuer"]
    list_display_links = ["at"]
    list_filter = ["what", ("issuer", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["by", "issuer"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    search_fields = ["subject", "why", "by__email", "by__full_name"]
    search_help_text = _("What it was about, why, or who")
    fields = ["at", "by", "what", "subject", "why", "issuer", "dispatch", "edition"]

    def within(self, rows: Any, user: User) -> Any:
        return rows if user.is_superuser else rows.filter(issuer__in=kept_issuers(user).values("pk"))

    @admin.display(description=_("who"), ordering="by")
    def who(self, row: Event) -> str:
        return str(row.by or _("the system"))

    def has_past(self, record: Event) -> bool:
        return False
