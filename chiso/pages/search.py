"""One box for units and dispatches, from every page."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from chiso.models import User
from chiso.pages.address import dispatch_url, table_url
from chiso.queries import search as query
from chiso.words.figure import date_text


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    found = query.found(cast("User", request.user), words)
    context = {
        "words": words,
        "units": [_unit(each) for each in found.units],
        "dispatches": [_dispatch(each) for each in found.dispatches],
        "more": found.more,
        "most": query.MOST,
    }
    return render(request, "chiso/search.html", context)


def _unit(each: query.FoundUnit) -> dict[str, object]:
    """A peer leads to its published figures among its peers."""
    unit = each.unit
    url = reverse("unit", args=[unit.slug]) if each.page else ""
    if each.dispatch is not None:
        url = f"{table_url(each.dispatch, unit.level)}?{urlencode({'q': unit.name})}"
    return {"unit": unit, "url": url, "page": each.page}


def _dispatch(each: query.FoundDispatch) -> dict[str, object]:
    dispatch = each.dispatch
    return {
        "name": capfirst(str(dispatch)),
        "url": dispatch_url(dispatch),
        "subject": capfirst(each.subject),
        "issued": date_text(dispatch.issued_on),
        "issuer": dispatch.issuer,
    }
