"""One edition: its state, findings, tables and figures on one page, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from chiso.actions import edition as edition_action
from chiso.actions import headline as headline_action
from chiso.models import Appendix, Edition, Event, FindingState, Result, State, UploadState, User

from .dispatch import HeadlineForm
from .exchange_figures import Carried
from .findings_page import answered, findings
from .form import handed_over
from .groups import by_state, grouped
from .history import Past, events
from .life import Life, about
from .page import by_post, edition_crumbs, edition_label, page, to
from .scope import signed_in
from .search import Folded
from .table import Table

WAITING = (UploadState.READING, UploadState.STAGED)


@admin.register(Edition)
class EditionTable(Carried, Life, Folded, Table):
    list_display = ["dispatch_name", "number", "state_chip", "opened_at", "published_at", "published_by"]
    list_filter = ["state", "dispatch__year", ("dispatch__issuer", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["dispatch__issuer", "published_by"]
    ordering = ["-dispatch__data_as_of", "-dispatch", "-number", "-pk"]
    search_fields = ["dispatch__number", "dispatch__symbol", "dispatch__subject"]

    def within(self, rows: Any, user: User) -> Any:
        return rows.kept_by(user).select_related("dispatch__issuer", "correcting", "recalled_by")

    @admin.display(description=_("dispatch"), ordering="dispatch")
    def dispatch_name(self, row: Edition) -> str:
        return str(row.dispatch)

    @admin.display(description=_("state"), ordering="state")
    def state_chip(self, row: Edition) -> str:
        return format_html('<span class="chip chip-{}">{}</span>', row.state, row.get_state_display())

    def past(self, record: Edition) -> Iterable[Past]:
        return events(Event.objects.filter(edition=record).select_related("by"))

    def has_past(self, record: Edition) -> bool:
        return True

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("check", by_post(self.check_view)), ("headline", by_post(self.headline_view)),
            ("accept", by_post(self.accept_view)), ("findings", partial(findings, self)),
        ]  # fmt: skip
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"chiso_edition_{name}")
            for name, view in pages
        ]
        return own + self.steps() + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        edition = self.get_object(request, unquote(object_id))
        if request.method == "POST":
            raise PermissionDenied
        return self._page(request, edition)

    def _page(self, request: HttpRequest, edition: Edition, headline: HeadlineForm | None = None) -> HttpResponse:
        groups = by_state(edition)
        return page(
            self, request, "edition", title=f"{edition.dispatch}, {edition_label(edition)}",
            crumbs=edition_crumbs(edition)[:2], edition=edition, draft=edition.state == State.DRAFT,
            waiting=grouped(groups[FindingState.OPEN]), count=len(groups[FindingState.OPEN]),
            accepted=groups[FindingState.ACCEPTED],
            fixed=groups[FindingState.FIXED], appendices=_appendices(edition),
            figures=Result.objects.filter(edition=edition).count(), **_files(edition),
            headline=headline or HeadlineForm(initial=HeadlineForm.told(edition)), told=HeadlineForm.told(edition),
            **about(request, edition),
        )  # fmt: skip

    def headline_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition: Any = self.get_object(request, unquote(object_id))
        form = HeadlineForm(request.POST)
        stored = handed_over(
            form, "", headline_action.UnableToSet,
            lambda: headline_action.store(edition=edition, headline=form.headline, by=signed_in(request)),
        )  # fmt: skip
        if stored is None:
            return self._page(request, edition, form)
        messages.success(request, _("The letter's score and rank are stored."))
        return to("edition", "change", edition.pk)

    def check_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition: Any = self.get_object(request, unquote(object_id))
        try:
            edition_action.check(edition=edition, by=signed_in(request))
        except edition_action.UnableToCheck as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The draft was checked again."))
        return to("edition", "change", edition.pk)

    def accept_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        edition: Any = self.get_object(request, unquote(object_id))
        answered(request, edition)
        return to("edition", "change", edition.pk)


def _files(edition: Edition) -> dict[str, Any]:
    """Those that its figures came from, and those that wait to be looked at for it."""
    rows = list(edition.uploads.filter(state__in=[UploadState.APPLIED, *WAITING]).select_related("by"))
    return {
        "uploads": [row for row in rows if row.state == UploadState.APPLIED],
        "waiting_uploads": [row for row in rows if row.state in WAITING],
    }


def _appendices(edition: Edition) -> list[Appendix]:
    counts = dict(Result.objects.filter(edition=edition).values_list("appendix").annotate(Count("pk")).order_by())
    rows = list(edition.appendices.select_related("layout").order_by("order", "ordinal", "pk"))
    for row in rows:
        row.figures = counts.get(row.pk, 0)  # type: ignore[attr-defined]
    return rows
