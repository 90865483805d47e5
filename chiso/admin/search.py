"""Search that folds: "quang dien" finds Quảng Điền, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from chiso.models import Unit, UnitAlias
from chiso.values.alphabet import fold

LATEST = 20_000  # rows whose words are compared in memory
FEW_UNITS = 500
MOST_WORDS = 100  # of a unit's name


class Folded:
    """For tables that have no folded column of their own (indicators, people, dispatches, events): the words are looked
    for in memory, in the folded text of `search_fields`, among the latest rows."""

    search_fields: Any = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = fold(search_term).split()
        if not words:
            return queryset, False
        found = {pk for pk, *texts in self.texts(queryset) if all(holds(word, *texts) for word in words)}
        return queryset.filter(pk__in=found), False

    def texts(self, queryset: QuerySet[Any]) -> QuerySet[Any, Any]:
        """(key, text, text …) of the latest rows."""
        return queryset.order_by("-pk").values_list("pk", *self.search_fields)[:LATEST]


def holds(word: str, *texts: Any) -> bool:
    """Whether a word of the texts begins so: "an" is not looked for within "công văn ban hành"."""
    return f" {word}" in f" {fold(' '.join(str(text) for text in texts if text))}"


def units_named(text: str) -> Any:
    """Keys of the units that hold every word, for a condition on rows that have a unit: joined to it, each of 84,000
    rows would be compared with each word, which is three times as dear. A list where they are few."""
    found = Unit.objects.filter(units_holding("", text)).order_by()
    few = list(found.values_list("pk", flat=True)[: FEW_UNITS + 1])
    return few if len(few) <= FEW_UNITS else found.values("pk")


def units_holding(path: str, text: str) -> Q:
    """Rows whose unit (at `path`, "" for the unit itself) holds every word, by name, code, short name or other name.
    No row comes twice. None holds more words than any name has: so many conditions no database takes."""
    words = fold(text).split()
    if not 0 < len(words) <= MOST_WORDS:
        return Q(pk__isnull=True)
    held = Q()
    for word in words:
        held &= (
            Q(**{f"{path}search__contains": word})
            | Q(**{f"{path}slug__contains": word})
            | Q(**{f"{path}pk__in": UnitAlias.objects.filter(folded__contains=word).values("unit")})
        )
    return held
