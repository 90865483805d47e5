"""Fields that name a record by text: its short name, its name or a part of it, with suggestions from the browser.

A native list of suggestions needs no script and keeps the keyboard; the server understands "quang dien" as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from chiso.models import Indicator, Level, Unit, User
from chiso.values.alphabet import fold

SHOWN = 4  # candidates named in an error
BETWEEN = " · "


def pickable(user: User) -> QuerySet[Unit]:
    """Units whose figures the office may enter: its own tree, and the provinces and the nation beside it."""
    shared = Q(level__in=[Level.NATION, Level.PROVINCE])
    return Unit.objects.kept_by(user) | Unit.objects.unmerged().filter(shared)


class PickField(forms.CharField):
    """Text that names exactly one record of `records()`; cleans to the record, or None where none is required."""

    list_id = ""
    none_fits: Any = _("Nothing on record fits “%(text)s”.")

    def __init__(self, *, records: Callable[[], QuerySet[Any]], **options: Any) -> None:
        self.records = records
        super().__init__(**options)
        self.widget.attrs.update({"list": self.list_id, "autocomplete": "off", "spellcheck": "false"})

    def shown(self, record: Any) -> str:
        """The text that stands for a record; `clean` reads it back."""
        raise NotImplementedError

    def exact(self, text: str) -> Q:
        """Records that this text names outright."""
        raise NotImplementedError

    def near(self, text: str) -> list[Any]:
        """Records that hold every word of the text."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Model):
            return self.shown(value)
        if isinstance(value, int):
            found = self.records().filter(pk=value).first()
            return self.shown(found) if found else ""
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._one(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((self.prepare_value(initial) or "") != (data or ""))

    def _one(self, text: str) -> Any:
        found = list(self.records().filter(self.exact(text))[:2]) or self.near(text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(self.none_fits % {"text": text})
        names = "; ".join(self.shown(each) for each in found[:SHOWN]) + ("; …" if len(found) > SHOWN else "")
        raise ValidationError(
            _("“%(text)s” fits several: %(names)s. Please choose one.") % {"text": text, "names": names}
        )


class UnitField(PickField):
    """ "UBND huyện Quảng Điền · quang-dien", "quang-dien", "H57" or "quang dien"."""

    list_id = "units"
    none_fits = _("No unit of this office fits “%(text)s”.")

    def shown(self, record: Unit) -> str:
        return f"{record.name}{BETWEEN}{record.slug}"

    def exact(self, text: str) -> Q:
        slug = text.rpartition(BETWEEN)[2].strip()
        return Q(slug=slug) | Q(code=text)

    def near(self, text: str) -> list[Unit]:
        words = fold(text).split()
        held = Q(pk__isnull=True) if not words else Q()
        for word in words:
            held &= Q(search__contains=word)
        rows = list(self.records().filter(held).distinct().order_by("level", "order", "pk")[: SHOWN + 1])
        named = [row for row in rows if fold(row.name) == fold(text)]
        return named if len(named) == 1 else rows


class IndicatorField(PickField):
    """ "TONG – Chỉ số tổng hợp (Điểm)", "TONG" or a part of the name."""

    list_id = "indicators"
    none_fits = _("No indicator of this set fits “%(text)s”.")

    def shown(self, record: Indicator) -> str:
        return record.with_kind

    def exact(self, text: str) -> Q:
        return Q(code__iexact=text.partition(" – ")[0].strip())

    def near(self, text: str) -> list[Indicator]:
        words = fold(text).split()
        return [row for row in self.records() if words and all(word in indicator_words(row) for word in words)]


def indicator_words(row: Indicator) -> str:
    """The folded text in which an indicator is looked for."""
    return fold(f"{row.code} {row.short_name} {row.name}")


def unit_field(records: QuerySet[Unit], *, label: Any, required: bool, help_text: Any = "") -> UnitField:
    return UnitField(records=records.all, label=capfirst(label), required=required, help_text=help_text, max_length=300)
