"""Findings of the checks: the list, one with its figures, and accepting it with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from chiso.actions import finding as finding_action
from chiso.models import Edition, Finding, FindingState, Indicator, Severity, State, User
from chiso.queries import evidence
from chiso.words import finding as words

from .page import by_post, edition_crumbs, page, to
from .proof import fix_address, links, proof, spoken_of
from .scope import signed_in
from .search import Folded
from .table import Table


@dataclass(frozen=True)
class Shown:
    """A finding in words."""

    row: Finding
    title: str
    sentence: str
    acceptable: bool


class AcceptForm(forms.Form):
    reason = forms.CharField(label=_("Why this may stand"), widget=forms.Textarea(attrs={"rows": 2}))


def shown(row: Finding) -> Shown:
    may = row.state == FindingState.OPEN and row.severity != Severity.ERROR
    return Shown(row, words.check_title(row.check_id), sentence(row), may)


def sentence(row: Finding) -> str:
    return words.sentence(row.check_id, "finding", row.severity, row.reason_id, row.where, row.figures)


class CheckFilter(admin.SimpleListFilter):
    title = _("check")
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        found = model_admin.get_queryset(request).order_by().values_list("check_id", flat=True).distinct()
        return sorted(((check, words.check_title(check)) for check in found), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(check_id=self.value()) if self.value() else queryset


class IndicatorFilter(admin.RelatedFieldListFilter):
    """Those of the indicator sets that the person's offices use: to look which of them have a row would mean reading
    every row. Named in the reader's language also where the column has no name of its own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = _("indicator")

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        used = Edition.objects.kept_by(signed_in(request)).order_by().values("indicator_set")
        rows = Indicator.objects.filter(indicator_set__in=used).order_by("indicator_set", "order", "code", "pk")
        return [(row.pk, str(row)) for row in rows]


class EditionFilter(admin.SimpleListFilter):
    """The latest editions of the person's offices."""

    title = _("dispatch")
    parameter_name = "edition"
    latest = 24

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        rows = Edition.objects.kept_by(signed_in(request)).select_related("dispatch")
        return [(str(row.pk), str(row)) for row in rows.order_by("-dispatch__data_as_of", "-pk")[: self.latest]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(edition=int(value)) if is_key(value) else queryset


def is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


class KeysFirst(Paginator):  # type: ignore[type-arg]
    """Which rows stand on a page is asked by their keys alone: to sort whole rows, with all they belong to, costs
    several times as much where a dispatch has 84,000. A page of the second half is counted from the end."""

    def page(self, number: Any) -> Page[Any]:
        number = self.validate_number(number)
        rows: Any = self.object_list
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        keys = rows.select_related(None).values_list("pk", flat=True)
        near = self.count - last
        found = keys.reverse()[near : self.count - first] if near < first else keys[first:last]
        return Page(rows.filter(pk__in=list(found)), number, self)


class OneEdition(EditionFilter):
    """For tables of many rows a dispatch: always those of one, of the newest where none is asked for."""

    newest = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        rows = super().lookups(request, model_admin)
        self.newest = rows[0][0] if rows else ""
        asked = request.GET.get(self.parameter_name, "")
        if is_key(asked) and asked not in dict(rows):
            older = Edition.objects.kept_by(signed_in(request)).select_related("dispatch").filter(pk=int(asked))
            rows += [(str(row.pk), str(row)) for row in older]
        return rows

    def value(self) -> str:
        asked = super().value() or ""
        return asked if is_key(asked) else self.newest

    def choices(self, changelist: Any) -> Iterator[Any]:
        return islice(super().choices(changelist), 1, None)  # without "All"


class OneIndicator(admin.SimpleListFilter):
    """With `OneEdition`: always the rows of one indicator, of the first where none is asked for."""

    title = _("indicator")
    parameter_name = "indicator"
    first = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        kept, asked = Edition.objects.kept_by(signed_in(request)), request.GET.get(OneEdition.parameter_name, "")
        edition = kept.filter(pk=int(asked)).first() if is_key(asked) else None
        edition = edition or kept.order_by("-dispatch__data_as_of", "-pk").first()
        rows = Indicator.objects.filter(indicator_set=edition.indicator_set_id) if edition else Indicator.objects.none()
        choices = [(str(row.pk), str(row)) for row in rows.order_by("order", "code", "pk")]
        self.first = choices[0][0] if choices else ""
        return choices

    def value(self) -> str:
        asked = super().value() or ""
        return asked if asked in dict(self.lookup_choices) else self.first

    def choices(self, changelist: Any) -> Iterator[Any]:
        return islice(super().choices(changelist), 1, None)  # without "All"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(indicator=int(self.value())) if self.value() else queryset


@admin.register(Finding)
class FindingTable(Folded, Table):
    list_display = ["check_name", "severity_chip", "state", "told", "edition"]
    list_filter = ["state", "severity", CheckFilter, EditionFilter]
    list_select_related = ["edition__dispatch"]
    ordering = ["-edition__dispatch__data_as_of", "-edition", "pk"]
    search_fields = ["check_id", "where", "figures", "acceptance", "edition__dispatch__number"]
    search_help_text = _("A unit, an appendix (IV) or a word of the reason")

    def within(self, rows: Any, user: User) -> Any:
        kept = rows.filter(edition__in=Edition.objects.kept_by(user).values("pk"))
        return kept.select_related("edition__dispatch__issuer", "accepted_by")

    @admin.display(description=_("check"), ordering="check_id")
    def check_name(self, row: Finding) -> str:
        return words.check_title(row.check_id)

    @admin.display(description=_("severity"), ordering="severity")
    def severity_chip(self, row: Finding) -> str:
        return format_html('<span class="mark mark-{}">{}</span>', row.severity, row.get_severity_display())

    @admin.display(description=_("what does not agree"))
    def told(self, row: Finding) -> str:
        return sentence(row)

    def get_urls(self) -> list[URLPattern]:
        accept = by_post(self.accept_view)
        own = path("<path:object_id>/accept/", self.admin_site.admin_view(accept), name="chiso_finding_accept")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        finding: Any = self.get_object(request, unquote(object_id))
        if request.method == "POST":
            raise PermissionDenied
        return self._page(request, finding, AcceptForm())

    def _page(self, request: HttpRequest, finding: Finding, form: AcceptForm) -> HttpResponse:
        edition = finding.edition
        proven = proof(finding, evidence.of(edition, spoken_of([finding])))
        line = {
            "links": links(proven, edition),
            "fix": fix_address(finding, edition, proven),
            "sentence": sentence(finding),
        }
        return page(
            self, request, "finding", title=words.check_title(finding.check_id), crumbs=edition_crumbs(edition),
            each=shown(finding), edition=edition, draft=edition.state == State.DRAFT, form=form, line=line,
        )  # fmt: skip

    def accept_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        finding: Any = self.get_object(request, unquote(object_id))
        form = AcceptForm(request.POST)
        try:
            finding_action.accept(
                finding=finding,
                by=signed_in(request),
                reason=request.POST.get("reason", ""),
            )
        except finding_action.UnableToAccept as refusal:
            form.is_valid()
            form.errors["reason"] = form.error_class([str(refusal)])
            return self._page(request, finding, form)
        messages.success(request, _("Accepted: %(check)s.") % {"check": words.check_title(finding.check_id)})
        return to("edition", "change", finding.edition_id)
