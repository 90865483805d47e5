"""One's own account, and the language of the screen."""

from __future__ import annotations

import unicodedata
from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from chiso.models import User

UNSEEN = {"Cc", "Cf", "Zl", "Zp"}  # signs of control and of direction, breaks of lines
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ["full_name", "language"]
        labels = {"full_name": _("Full name")}
        help_texts = {"full_name": _("As your colleagues should read it beside what you do here.")}
        widgets = {"full_name": forms.TextInput(attrs={"autocomplete": "name"})}

    def clean_full_name(self) -> str:
        name: str = self.cleaned_data["full_name"]
        if any(unicodedata.category(sign) in UNSEEN for sign in name):
            raise forms.ValidationError(_("The name holds a sign that cannot be seen. Type it anew, by hand."))
        return name


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    known = user.language or request.LANGUAGE_CODE
    form = AccountForm(request.POST if request.method == "POST" else None, instance=user, initial={"language": known})
    if request.method == "POST" and form.is_valid():
        form.save()
        with override(user.language):
            messages.success(request, gettext("Your account has been saved."))
        return redirect("account")
    roles = user.memberships.select_related("unit").order_by("unit__level", "unit__order", "role")
    return render(request, "chiso/account.html", {"form": form, "roles": roles})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Open to visitors too: whoever cannot read the sign-in page needs it most."""
    response = HttpResponseRedirect(_next(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 24 * 3600, path="/", httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
        if isinstance(request.user, User):
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else reverse("home")
