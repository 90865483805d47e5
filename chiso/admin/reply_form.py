"""What the desk is asked for when it answers a reply."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chiso.actions.reply import Document

from .life import CorrectionForm

LONGEST = 4000


def text_field(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The unit reads it, and so do the units above it."),
    )  # fmt: skip


class AskForm(forms.Form):
    text = text_field(_("What the unit is to send or to explain"))


class RefuseForm(forms.Form):
    text = text_field(_("Why the figure stays as it was published"))


class DecideForm(CorrectionForm):
    """An accepted figure goes into the draft that is open; where there is none, `opens` asks for what opens one."""

    field_order = ("granted", "text", "reason", "kind", "number", "symbol", "issued_on")

    def __init__(self, *args: Any, opens: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not opens:
            for name in ("reason", "kind", "number", "symbol", "issued_on"):
                del self.fields[name]

    def of_correction(self) -> Document | None:
        return Document(**self.document()) if "reason" in self.fields else None


class AcceptForm(DecideForm):
    text = text_field(_("A word to the unit"), required=False)


class PartForm(DecideForm):
    granted = forms.CharField(
        label=_("The figure that is accepted"), max_length=100, widget=forms.TextInput(attrs={"size": 16}),
        help_text=_("As it would be printed: 57,72/100, 85,23%, 2.145 or 8/11"),
    )  # fmt: skip
    text = text_field(_("Why not the whole of it"))


class CarryForm(DecideForm):
    """Nothing is decided anew: the accepted figure goes into another correction."""
