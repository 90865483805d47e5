"""What happened to one record: who, when, and each field before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib.admin.utils import label_for_field, unquote
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.formats import date_format, localize
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from chiso.models import Event

LATEST = 200  # entries shown on one page


@dataclass(frozen=True)
class Line:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Past:
    at: datetime
    who: str
    what: str
    why: str = ""
    lines: tuple[Line, ...] = ()


class History:
    """The history page of a table. Records that simple-history keeps show its rows; others give `past` themselves."""

    object_history_template = "admin/object_history.html"
    opts: Any
    admin_site: Any
    get_object: Any
    get_preserved_filters: Any

    inside: tuple[tuple[type[Model], str], ...] = ()  # (table, its key to the record) of rows kept in the record's page

    def past(self, record: Any) -> Iterable[Past]:
        if not hasattr(record, "history"):
            return ()
        found = [*kept(record)]
        for model, key in self.inside:
            found += kept_inside(model, key, record)
        return sorted(found, key=lambda past: past.at, reverse=True)

    def heading(self, record: Any) -> str:
        """What a record is called; its table's name where it has none of its own."""
        named = "__str__" in vars(type(record))
        return str(record) if named else capfirst(str(self.opts.verbose_name))

    def has_past(self, record: Any) -> bool:
        return hasattr(record, "history")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        record = self.get_object(request, unquote(object_id))
        opts = self.opts
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History"), "heading": self.heading(record), "object": record, "opts": opts,
            "past": list(self.past(record))[:LATEST],
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, self.object_history_template, context)


def kept(record: Any) -> Iterator[Past]:
    """What simple-history kept of a record, newest first."""
    rows = record.history.select_related("history_user").order_by("-history_date", "-history_id")[: LATEST + 1]
    return _pasts(type(record), list(rows))


def kept_inside(model: Any, key: str, record: Any) -> Iterator[Past]:
    """What was kept of the rows inside a record, also of those that are gone; each entry names its row."""
    rows = model.history.filter(**{key: record}).select_related("history_user")
    for _pk, several in groupby(rows.order_by("id", "-history_date", "-history_id"), key=attrgetter("id")):
        row = list(several)
        for past, of in zip(_pasts(model, row), row, strict=True):
            yield replace(past, what=f"{past.what}: {model._meta.verbose_name} “{of.instance}”")


def _pasts(model: type[Model], rows: list[Any]) -> Iterator[Past]:
    """Entries of one record, newest first, each against the one before it."""
    whats = {
        "+": pgettext("history", "added"),
        "~": pgettext("history", "changed"),
        "-": pgettext("history", "deleted"),
    }
    for position, row in enumerate(rows):
        before = rows[position + 1] if position + 1 < len(rows) else None
        lines = tuple(_lines(model, row, before)) if before and row.history_type == "~" else ()
        who = str(row.history_user or gettext("the system"))
        yield Past(row.history_date, who, whats[row.history_type], row.history_change_reason or "", lines)


def events(found: Iterable[Event]) -> Iterator[Past]:
    """Events as entries of a history; the caller has joined `by`."""
    for event in found:
        yield Past(event.at, str(event.by or gettext("the system")), event.get_what_display(), event.why)


def _lines(model: type[Model], row: Any, before: Any) -> Iterator[Line]:
    for change in row.diff_against(before, foreign_keys_are_objs=True).changes:
        try:
            field = model._meta.get_field(change.field)
        except FieldDoesNotExist:
            continue
        label = label_for_field(change.field, model)
        yield Line(str(label), _shown(field, change.old), _shown(field, change.new))


def _shown(field: Any, value: Any) -> str:
    """One value as a person reads it; "–" for none."""
    if value is None or value == "":
        return "–"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return date_format(value, "DATETIME_FORMAT" if isinstance(value, datetime) else "DATE_FORMAT")
    return "; ".join(map(str, value)) if isinstance(value, list) else str(localize(value))
