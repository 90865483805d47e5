"""Texts on record that taking a file over would change, as a short list: old, new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from chiso.ingest.reading import LETTER
from chiso.models import Appendix, Dispatch, Layout
from chiso.queries.texts import Text
from chiso.queries.upload import LoadPlan
from chiso.words.figure import date_text


@dataclass(frozen=True, slots=True)
class Shown:
    """`before` is "" where the record has nothing yet."""

    what: str
    before: str
    after: str


def of(plan: LoadPlan) -> list[Shown]:
    layouts: dict[str, str] = {}
    if any(each.name == "layout" for each in plan.texts):
        layouts = {each.code: each.titles[0] if each.titles else each.code for each in plan.reading.taught}
        layouts |= dict(Layout.objects.values_list("code", "name"))
    return [
        Shown(_what(each), _said(each.before, each, layouts), _said(each.after, each, layouts)) for each in plan.texts
    ]


def _what(each: Text) -> str:
    model = Dispatch if each.of == LETTER else Appendix
    label = str(label_for_field(each.name, model))
    if each.of == LETTER:
        return str(capfirst(label))
    return _("Appendix %(ordinal)s, %(field)s") % {"ordinal": each.of, "field": label}


def _said(value: Any, each: Text, layouts: dict[str, str]) -> str:
    if each.name == "layout":
        return layouts.get(value, str(value))
    return date_text(value) if isinstance(value, date) else str(value or "")
