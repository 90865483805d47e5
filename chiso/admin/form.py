"""Forms of the desk: what a broken rule of the tables says, and forms that hand over to an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

# A date is typed, day first: a calendar script would hide that and needs a mouse.
DATE = forms.DateInput(attrs={"inputmode": "numeric", "size": 12})
DATE_HINT = _("Day/month/year: 13/9/2023")

# The tables' named rules, in words that say what to do; a rule without a sentence keeps Django's.
BROKEN = {
    "unit_code_once_undated": _("Another unit has this code. Give one of them the days from which it is valid."),
    "unit_validity_in_order": _("“Valid from” must not be after “valid to”."),
    "unit_not_its_own_parent": _("A unit cannot belong to itself."),
    "succession_between_two": _("A unit cannot go on as itself."),
    "indicator_maximum_positive": _("The maximum must be more than 0."),
    "line_indicator_with_its_role": _(
        "Give an indicator where the line holds figures of an indicator, and only there."
    ),
    "user_email_once_in_any_case": _("Somebody already has this e-mail address."),
}

Made = TypeVar("Made")


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of one record; a broken rule of its table is told in our words."""

    def _update_errors(self, errors: ValidationError) -> None:
        super()._update_errors(_in_words(errors))


def _in_words(errors: ValidationError) -> ValidationError:
    if not hasattr(errors, "error_dict"):
        return errors
    return ValidationError({name: [_sentence(error) for error in told] for name, told in errors.error_dict.items()})


def _sentence(error: ValidationError) -> ValidationError:
    """Django names a broken constraint only inside its message."""
    told = " ".join(error.messages)
    return next((ValidationError(words) for name, words in BROKEN.items() if f"“{name}”" in told), error)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also where it is empty; None for a page just opened."""
    return request.POST if request.method == "POST" else None


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
