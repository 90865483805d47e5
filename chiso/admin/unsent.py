"""Mails that were not sent, or perhaps not, for the administrators of their offices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.actions import mail
from chiso.models import Issuer
from chiso.queries import unsent as query
from chiso.queries.notice import WITH

from .scope import Who, administered, belongs, signed_in

SHOWN = 100
_KEY = 19  # signs of the longest key


def count(request: HttpRequest) -> int:
    return query.of(_offices(request)).count()


def view(request: HttpRequest, frame: dict[str, Any]) -> HttpResponse:
    """The list, and the buttons that send one again or all of them."""
    if not belongs(request, Who.ADMINISTRATOR):
        raise PermissionDenied
    rows = query.of(_offices(request))
    if request.method == "POST":
        sent = mail.send_again(rows=_chosen(rows, request.POST.get("key", "")))
        text = ngettext("%(count)s mail is sent again.", "%(count)s mails are sent again.", sent) % {"count": sent}
        messages.success(request, text)
        return redirect("admin:mail")
    shown = query.shown(list(rows.select_related("to", *WITH)[:SHOWN]))
    more = max(0, rows.count() - SHOWN) if len(shown) == SHOWN else 0
    context = {**frame, "title": _("Mails that were not sent"), "rows": shown, "more": more}
    return TemplateResponse(request, "chiso/desk/unsent.html", context)


def _offices(request: HttpRequest) -> QuerySet[Issuer]:
    return Issuer.objects.filter(unit__in=administered(signed_in(request)).order_by().values("pk"))


def _chosen(rows: Any, key: str) -> Any:
    if key == "all":
        return rows
    is_key = key.isascii() and key.isdecimal() and len(key) < _KEY
    return rows.filter(pk=int(key)) if is_key else rows.none()
