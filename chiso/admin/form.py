"""Forms of the desk: how dates are asked for, and forms that hand over to an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

# A date is typed, day first: a calendar script would hide that and needs a mouse.
DATE = forms.DateInput(attrs={"inputmode": "numeric", "size": 12})
DATE_HINT = _("Day/month/year: 13/9/2023")

UNSEEN = "-"  # no fingerprint of anything

Made = TypeVar("Made")


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also where it is empty; None for a page just opened."""
    return request.POST if request.method == "POST" else None


def what_was_shown(request: HttpRequest) -> str:
    """The fingerprint of what the page with the button showed; who sends none has seen nothing."""
    return request.POST.get("shown") or UNSEEN


def handed_over(
    form: forms.BaseForm, field: str, refusals: type[Exception] | tuple[type[Exception], ...], act: Callable[[], Made]
) -> Made | None:
    """Runs an action for a valid form; a refusal becomes an error at `field` and the form is shown again."""
    if not form.is_valid():
        return None
    try:
        return act()
    except refusals as refusal:
        form.add_error(field or None, str(refusal))
        return None
