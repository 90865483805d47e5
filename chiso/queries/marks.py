"""What is said of a figure beside it, in every list: that it is disputed, or that a correction changed it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from chiso.models import READABLE_STATES, Edition, Reply, User
from chiso.queries import edition as editions

Said = tuple[object, ...]  # value, of, as printed


def disputed(found: Iterable[Edition], reader: User | None) -> dict[tuple[int, int, int], int]:
    """(edition, unit, indicator) of every figure of some editions that is disputed, be it for being missing, as far as
    the reader is told of it, by the record that stands for the unit; with the key of the reply. A reply to an earlier
    edition goes on until it is answered.

    One SQL query, of its own: replies are never asked of a replica, and a subquery for each figure makes PostgreSQL
    take a list for so dear that it compiles it first."""
    if reader is None:
        return {}
    several = list(found)
    rows = (
        Reply.objects.visible_to(reader).disputing().filter(edition__dispatch__in={one.dispatch_id for one in several})
    )
    of = ("edition__dispatch_id", "edition__number", "unit_id", "indicator_id", "pk")
    told = list(rows.order_by("pk").values_list(*of))
    return {
        (one.pk, unit, indicator): reply
        for one in several
        for dispatch, number, unit, indicator, reply in told
        if dispatch == one.dispatch_id and number <= one.number
    }


def corrected_by(edition: Edition) -> QuerySet[Edition]:
    """The edition that this one corrects, for a query."""
    return editions.corrected_by(edition)[:1]


def corrected_by_any(several: Iterable[Edition]) -> Q:
    """Of figures: those of every edition that came before one of these in its dispatch."""
    numbered = [one for one in several if one.number > 1]
    found = Q(pk=None)
    for one in numbered:
        found |= Q(edition__dispatch=one.dispatch_id, edition__number__lt=one.number)
    return found & Q(edition__state__in=READABLE_STATES)
