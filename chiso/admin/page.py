"""Pages of the desk that are not stock admin pages: one frame for all, and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.models import Dispatch, Edition

View = Callable[[HttpRequest, str], HttpResponse]


def page(
    table: ModelAdmin[Any], request: HttpRequest, template: str, *, title: Any, status: int = 200, **context: Any
) -> TemplateResponse:
    """A page inside the desk's frame; `crumbs` are (label, address) between the start and the title."""
    frame = {
        **table.admin_site.each_context(request),
        "opts": table.opts,
        "title": title,
        "crumbs": [(table.opts.verbose_name_plural, address(table.opts.model_name or "", "changelist"))],
    }
    return TemplateResponse(request, f"chiso/desk/{template}.html", frame | context, status=status)


def by_post(view: View) -> View:
    """What is done by a button; whoever comes by address (after signing in again, say) is led to the page with it."""

    @wraps(view)
    def answered(request: HttpRequest, object_id: str) -> HttpResponse:
        return view(request, object_id) if request.method == "POST" else redirect("../change/")

    return answered


def address(model: str, page: str, *args: Any) -> str:
    return reverse(f"admin:chiso_{model}_{page}", args=args)


def figure_address(edition: Edition, unit: str, indicator: str) -> str:
    """The page of one figure of an edition; `unit` is a slug, `indicator` a code."""
    dispatch = edition.dispatch
    place = [dispatch.issuer.slug, dispatch.year, dispatch.address, unit, indicator]
    return reverse("figure", args=place) + f"?edition={edition.number}"


def to(model: str, page: str, *args: Any) -> HttpResponseRedirect:
    return redirect(address(model, page, *args))


def edition_crumbs(edition: Edition) -> list[tuple[Any, str]]:
    """Dispatches › 1082/VPUB-KSTT › edition 1."""
    dispatch = edition.dispatch
    return [
        (Dispatch._meta.verbose_name_plural, address("dispatch", "changelist")),
        (str(dispatch), address("dispatch", "change", dispatch.pk)),
        (edition_label(edition), address("edition", "change", edition.pk)),
    ]


def edition_label(edition: Edition) -> str:
    return _("edition %(number)s") % {"number": edition.number}
