"""Forms of the desk: how dates are asked for, and forms that hand over to an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from chiso.values.reference import parted
from chiso.words.reference import faults

# A date is typed, day first: a calendar script would hide that and needs a mouse.
DATE = forms.DateInput(attrs={"inputmode": "numeric", "size": 12})
DATE_HINT = _("Day/month/year: 13/9/2023")

_PASTED = 100  # signs: more than a number and a symbol, so that no browser cuts a pasted whole

UNSEEN = "-"  # no fingerprint of anything

Made = TypeVar("Made")


def number_field(hint: Any) -> forms.CharField:
    return forms.CharField(
        label=capfirst(_("number")), required=False, max_length=_PASTED, widget=forms.TextInput(attrs={"size": 10}),
        help_text=hint,
    )  # fmt: skip


class Numbered(forms.Form):
    """Number and symbol of a dispatch. Either field takes what is pasted whole, "1082/VPUB-KSTT": it is taken apart."""

    number = number_field(_("1082; empty before it is issued"))
    symbol = forms.CharField(
        label=capfirst(_("symbol")), required=False, max_length=_PASTED, widget=forms.TextInput(attrs={"size": 20}),
        help_text=_("VPUB-KSTT"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        number, symbol = parted(given.get("number") or "", given.get("symbol") or "")
        given |= {name: text for name, text in (("number", number), ("symbol", symbol)) if name in given}
        for name, why in faults(number, symbol).items():
            self.add_error(name, why)
        return given


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also where it is empty; None for a page just opened."""
    return request.POST if request.method == "POST" else None


def what_was_shown(request: HttpRequest) -> str:
    """The fingerprint of what the page with the button showed; who sends none has seen nothing."""
    return request.POST.get("shown") or UNSEEN


def handed_over(
    form: forms.BaseForm, field: str, refusals: type[Exception] | tuple[type[Exception], ...], act: Callable[[], Made]
) -> Made | None:
    """Runs an action for a valid form; a refusal becomes an error at `field`, or at the one that it names, and the form
    is shown again."""
    if not form.is_valid():
        return None
    try:
        return act()
    except refusals as refusal:
        named = getattr(refusal, "field", "")
        form.add_error(named if named in form.fields else field or None, str(refusal))
        return None
