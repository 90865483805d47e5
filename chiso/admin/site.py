"""The desk: Django's admin, entered by role and signed in through the one sign-in page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from chiso import replica
from chiso.queries import home

from . import unsent
from .scope import Who, belongs, signed_in

WITHIN = {"edition": "dispatch", "appendix": "dispatch"}  # pages that belong to another table's place

_RECORDS = (
    "unit", "unitalias", "unitsuccession", "issuer", "indicatorset", "indicator", "layout", "answerform",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One table in the navigation."""

    name: str
    url: str
    current: bool


class Desk(AdminSite):
    site_title = _("Chiso desk")
    site_header = _("Chiso desk")
    index_title = _("The desk")
    enable_nav_sidebar = False
    index_template = "admin/index.html"

    # The tables as people look for them; `title` of a table's own where the model has no name for readers.
    places = (
        (_("Work"), ("dispatch", "result", "finding", "upload", "reply")),
        (_("Records"), _RECORDS),
        (_("People"), ("user", "membership")),
        (_("Trail"), ("event", "edition", "appendix", "standing", "summary")),
    )

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only our own tables: groups and permissions play no part here, and addresses are kept with the person."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        own = [model for model in models if model._meta.app_label == "chiso"]
        if own:
            super().register(own, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_active):
            return False
        return user.is_superuser or user.memberships.at_desks().exists()

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "places": self.map(request) if self.has_permission(request) else ()}

    def map(self, request: HttpRequest) -> list[tuple[Any, list[Place]]]:
        """The tables the person may open, in groups."""
        tables = {model._meta.model_name: table for model, table in self._registry.items()}
        groups = []
        for label, names in self.places:
            open_to = [tables[name] for name in names if tables[name].has_module_permission(request)]
            if open_to:
                groups.append((label, [_place(request, table) for table in open_to]))
        return groups

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The month's work of this person."""
        work = home.of(signed_in(request), today=timezone.localdate())
        own = {"home": work, "administers": belongs(request, Who.ADMINISTRATOR), "nothing_yet": _nothing_yet(work)}
        own |= {"replica": replica.state() if own["administers"] else None}
        own |= {"unsent": unsent.count(request) if own["administers"] else 0}
        return super().index(request, {**own, **(extra_context or {})})

    def get_urls(self) -> list[URLResolver | URLPattern]:
        own = [
            path("help/", self.admin_view(self.help), name="help"),
            path("mail/", self.admin_view(self.mail), name="mail"),
        ]
        return [*own, *super().get_urls()]

    def mail(self, request: HttpRequest) -> HttpResponse:
        """Mails that were not sent, or perhaps not."""
        return unsent.view(request, self.each_context(request))

    def help(self, request: HttpRequest) -> HttpResponse:
        """The first month at the desk, in pictures."""
        return TemplateResponse(request, "chiso/desk/help.html", {**self.each_context(request), "title": _("Help")})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:
        """There is one app; its tables stand on the first page."""
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """allauth signs in, with its limits and second factors; who is signed in but not of the desk is refused."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_logout")


def _place(request: HttpRequest, table: Any) -> Place:
    url = reverse(f"admin:chiso_{table.opts.model_name}_changelist")
    name = getattr(table, "title", "") or capfirst(table.opts.verbose_name_plural)
    here = request.path.removeprefix(reverse("admin:index")).split("/")[1:2]
    return Place(str(name), url, table.opts.model_name == WITHIN.get("".join(here), "".join(here)))


def _nothing_yet(work: home.Home) -> bool:
    """Whether this is the very first day: nothing is there to be worked on."""
    return not (work.open or work.uploads or work.published)
