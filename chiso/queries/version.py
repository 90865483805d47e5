"""The version of a record on a page with its form: the last row of its history."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from chiso.models import Dispatch

_LONGEST = 19  # signs of the longest key


def of(dispatch: Dispatch) -> int:
    return int(dispatch.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0)


def read(text: str) -> int | None:
    """What a form carried; None where it carried none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST else None


def changed_since(dispatch: Dispatch, seen: int) -> str:
    """Who changed what after that version, as a sentence; "" where nobody did."""
    rows = dispatch.history.select_related("history_user").order_by("-history_id")
    last, before = rows.first(), rows.filter(history_id__lte=seen).first()
    if last is None or last.history_id <= seen:
        return ""
    told = {
        "who": last.history_user or _("the system"),
        "when": date_format(timezone.localtime(last.history_date), "SHORT_DATETIME_FORMAT"),
        "what": "; ".join(_changes(last, before)) or "–",
    }
    return (
        _("Nothing was stored, for meanwhile %(who)s changed it (%(when)s): %(what)s. Look at it, then save again.")
        % told
    )


def _changes(last: Any, before: Any) -> list[str]:
    """Each field as it reads now."""
    names = {field.name: str(field.verbose_name) for field in Dispatch._meta.fields}
    found = last.diff_against(before).changes if before else ()
    return [f"{capfirst(names.get(each.field, each.field))}: “{_shown(each.new)}”" for each in found]


def _shown(value: Any) -> str:
    return "" if value is None else date_format(value, "SHORT_DATE_FORMAT") if hasattr(value, "month") else str(value)
