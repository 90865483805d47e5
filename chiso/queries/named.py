"""Where texts that are kept name a unit by its slug or an indicator by its code: such a name stays as it is."""

from __future__ import annotations

import json

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from chiso.models import Finding, Indicator, Result, ResultChange, Standing, Unit, Upload

from . import merging


def unit(record: Unit) -> bool:
    """Whether figures, ranks, findings or files name the unit."""
    return (
        merging.stays(record)
        or Standing.objects.filter(peers__endswith=f":{record.slug}").exists()
        or findings(record.slug).exists()
        or files(record.slug).exists()
    )


def indicator(record: Indicator) -> bool:
    """Whether figures, findings or files name the indicator."""
    return (
        Result.objects.filter(indicator=record).exists()
        or ResultChange.objects.filter(indicator=record).exists()
        or findings(record.code).exists()
        or files(record.code).exists()
    )


def findings(word: str) -> QuerySet[Finding]:
    return Finding.objects.annotate(in_about=Cast("about", TextField())).filter(_holds("in_about", word)).order_by()


def files(word: str) -> QuerySet[Upload]:
    """By what was read of them, or what was answered to their questions."""
    said = Upload.objects.annotate(in_answers=Cast("decisions", TextField()), in_reading=Cast("read", TextField()))
    return said.filter(_holds("in_answers", word) | _holds("in_reading", word))


def _holds(field: str, word: str) -> Q:
    """A word between quotes, as the one database keeps a text of JSON and as the other does."""
    written = {json.dumps(word), json.dumps(word, ensure_ascii=False)}
    return Q(*((f"{field}__contains", text) for text in sorted(written)), _connector=Q.OR)
