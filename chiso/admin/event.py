"""The change log: who did what, when and why, and which figure was what before. To read only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from chiso.models import Edition, Event, Indicator, ResultChange, Unit, User, What, kept_issuers
from chiso.queries import log
from chiso.values.alphabet import fold
from chiso.words.figure import MISSING, cell_text

from .finding import KeysFirst
from .form import DATE
from .page import figure_address, page
from .scope import signed_in
from .search import Folded, holds, units_holding
from .table import Table

PER_PAGE = 200  # changes of one event on a page
LATEST = 36  # editions to choose from
FEW = 50  # units
SYSTEM = "0"  # who: nobody


class LogForm(forms.Form):
    """What is looked for. Nothing has to be filled in, and what is nonsense is told and left out."""

    q = forms.CharField(label=_("Text"), required=False, max_length=200)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=200)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    edition = forms.ChoiceField(label=_("Dispatch, edition"), required=False)
    by = forms.ChoiceField(label=_("Who"), required=False)
    what = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From day"), required=False, widget=DATE)
    until = forms.DateField(label=_("To day"), required=False, widget=DATE)

    def __init__(self, *args: Any, user: User, events: QuerySet[Event], **options: Any) -> None:
        super().__init__(*args, **options)
        asked = str(self.data.get("edition", ""))
        whats = sorted(((value, capfirst(str(label))) for value, label in What.choices), key=lambda pair: pair[1])
        choices = {
            "indicator": _indicators(), "edition": _editions(user, asked), "by": _people(events), "what": whats,
        }  # fmt: skip
        for name, several in choices.items():
            self.fields[name].choices = [("", _("all")), *several]  # type: ignore[attr-defined]

    @property
    def asked(self) -> log.Asked:
        self.is_valid()
        given = self.cleaned_data
        return log.Asked(
            by=int(given["by"]) if given.get("by") else None,
            what=given.get("what", ""),
            units=_units(given["unit"]) if fold(given.get("unit", "")) else None,
            indicator=given.get("indicator", ""),
            edition=int(given["edition"]) if given.get("edition") else None,
            since=given.get("since"),
            until=given.get("until"),
        )

    @property
    def narrowed(self) -> bool:
        return any(str(self.data.get(name, "")).strip() for name in self.fields)


@admin.register(Event)
class EventTable(Folded, Table):
    title = _("Change log")
    list_select_related = ["by", "issuer"]
    ordering = ["-pk"]
    search_fields = ["subject", "why", "by__email", "by__full_name", "dispatch__number", "dispatch__symbol"]
    fields = ["at", "by", "what", "subject", "why", "issuer", "dispatch", "edition"]

    def within(self, rows: Any, user: User) -> Any:
        return rows if user.is_superuser else rows.filter(issuer__in=kept_issuers(user).values("pk"))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Each word in what the event says, or in the name of a unit whose figure it changed. Told in memory, word by
        word: as conditions of one query they grow beyond what a database takes."""
        words = set(fold(search_term).split())
        if not words:
            return queryset, False
        rows = list(self.texts(queryset))
        found = []
        for word in words:
            changed = queryset.filter(_changed(word)).order_by().values_list("pk", flat=True)
            found.append({pk for pk, *texts in rows if holds(word, *texts)} | set(changed))
        return queryset.filter(pk__in=set.intersection(*found)), False

    def has_past(self, record: Event) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        events = self.get_queryset(request)
        form = LogForm(request.GET, user=signed_in(request), events=events)
        asked = form.asked
        found, _many = self.get_search_results(request, events, form.cleaned_data.get("q", ""))
        shown = log.page(found, asked, before=_key(request.GET.get("before", "")))
        return page(
            self, request, "log", title=self.title, crumbs=(), cl=True, form=form, narrowed=form.narrowed,
            entries=[_entry(each) for each in shown.entries], first="before" not in request.GET,
            newest=_without(request, "before"),
            older=_without(request, "before", before=shown.older) if shown.older else "",
        )  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One event with everything it changed."""
        if request.method == "POST":
            raise PermissionDenied
        event = self.get_object(request, unquote(object_id))
        pages = KeysFirst(log.changes_of(event), PER_PAGE)
        part = pages.get_page(request.GET.get("p"))
        return page(
            self, request, "event", title=capfirst(event.get_what_display()), event=event, edition=_edition(event),
            crumbs=[(self.title, "../../")], lines=[_line(change, event) for change in part], part=part,
            count=pages.count,
        )  # fmt: skip

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        return self.get_queryset(request).select_related("by", "issuer", "edition__dispatch__issuer").get(pk=found.pk)


def _entry(each: log.Entry) -> dict[str, Any]:
    event = each.event
    return {
        "event": event,
        "what": capfirst(event.get_what_display()),
        "who": str(event.by or _("the system")),
        "edition": _edition(event),
        "subject": "" if event.subject == str(event.edition) else event.subject,
        "lines": [_line(change, event) for change in each.changes],
        "count": each.count,
        "more": each.more,
    }


def _edition(event: Event) -> Edition | None:
    return event.edition if event.edition_id else None


def _line(change: ResultChange, event: Event) -> dict[str, str]:
    """One figure before and after; without a link where its draft was deleted."""
    edition = _edition(event)
    return {
        "unit": change.unit.name,
        "indicator": change.indicator.label,
        "before": change.printed_before or MISSING,
        "after": change.printed_after or MISSING,
        "where": cell_text(change.cell),
        "url": figure_address(edition, change.unit.slug, change.indicator.code) if edition else "",
    }


def _changed(word: str) -> Q:
    """Events that changed a figure of a unit in whose name a word begins so. A word of many names stands in the changes
    of most events, and is soon met there; one of few is looked for by its units."""
    units = Unit.objects.filter(Q(search__startswith=word) | Q(search__contains=f" {word}")).order_by()
    few = list(units.values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return log.made(ResultChange.objects.filter(unit__in=few))
    # Of each event the first such change, whatever else a database would do for it: SQLite goes through the units of
    # every edition (hence the sum: 9 s at 2 million changes, else 0.05), PostgreSQL joins all (hence the or).
    changes = ResultChange.objects.alias(of=F("unit_id") + 0)
    met = Exists(changes.filter(event=OuterRef("pk"), of__in=units.values("pk")))
    return Q(met) | Q(pk__isnull=True)


def _units(text: str) -> tuple[Unit, ...]:
    """A short name means that unit alone, other words every unit that holds them."""
    exact = Unit.objects.filter(slug=text.strip())
    return tuple(exact or Unit.objects.filter(units_holding("", text))[:500])


def _indicators() -> list[tuple[str, str]]:
    named = Indicator.objects.order_by("indicator_set", "order", "pk")
    return list({each.code: (each.code, f"{each.code} – {each.label}") for each in named}.values())


def _editions(user: User, asked: str) -> list[tuple[str, str]]:
    """The latest ones, and an older one to which a link led."""
    kept = Edition.objects.kept_by(user).select_related("dispatch").order_by("-dispatch__data_as_of", "-pk")
    rows = list(kept[:LATEST])
    if _key(asked) and all(str(row.pk) != asked for row in rows):
        rows += list(kept.filter(pk=_key(asked)))
    return [(str(row.pk), str(row)) for row in rows]


def _people(events: QuerySet[Event]) -> list[tuple[str, Any]]:
    """Whoever stands in the log."""
    people = User.objects.filter(Q(pk__in=events.order_by().values("by").distinct()))
    return [*((str(each.pk), str(each)) for each in people.order_by("full_name", "email")), (SYSTEM, _("the system"))]


def _key(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _without(request: HttpRequest, name: str, **more: Any) -> str:
    kept = {key: value for key, value in request.GET.items() if value and key != name}
    return "?" + urlencode(kept | more)
