"""The change log: events, the last first, each with what it changed of which figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chiso.models import Event, ResultChange, Unit, What

SIZE = 50  # events on a page
_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)  # days that every database knows in every zone
FEW = 6  # changes of one event that are shown in the list; of more only their number


@dataclass(frozen=True, slots=True)
class Asked:
    """What the log is asked for; the empty value of each asks for all. `units` are those that were meant by a name,
    None where none was given; `by` is a person's key, 0 for the system; the days are both included."""

    by: int | None = None
    what: str = ""
    units: tuple[Unit, ...] | None = None
    indicator: str = ""  # code
    edition: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `changes` are empty where it made more than a few; `count` is how many fit what was asked for."""

    event: Event
    changes: tuple[ResultChange, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """`older` is the key before which the next page begins, None on the last."""

    entries: tuple[Entry, ...]
    older: int | None


def page(events: QuerySet[Event], asked: Asked, *, before: int | None = None) -> Page:
    """One page of those among `events` that fit; 3 SQL queries. Keys follow time: the log is only ever added to."""
    found = events.filter(_of_event(asked), _of_figure(asked))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(
        found.select_related("by", "issuer", "dispatch", "edition__dispatch__issuer").order_by("-pk")[: SIZE + 1]
    )
    shown, older = rows[:SIZE], rows[SIZE - 1].pk if len(rows) > SIZE else None
    changed = _changes(asked).filter(event__in=shown)
    counts = dict(changed.order_by().values_list("event").annotate(Count("pk")))
    few = _by_event(changed.filter(event__in=[pk for pk, count in counts.items() if count <= FEW]))
    return Page(tuple(Entry(each, tuple(few[each.pk]), counts.get(each.pk, 0)) for each in shown), older)


def changes_of(event: Event) -> QuerySet[ResultChange]:
    """Everything one event changed, in the order of its writing."""
    return event.changes.select_related("unit", "indicator").order_by("pk")


def _by_event(changes: Iterable[ResultChange]) -> dict[int, list[ResultChange]]:
    by_event: dict[int, list[ResultChange]] = defaultdict(list)
    for change in changes:
        by_event[change.event_id].append(change)
    return by_event


def _of_event(asked: Asked) -> Q:
    """What the event itself says."""
    fits = Q()
    if asked.by is not None:
        fits &= Q(by=asked.by) if asked.by else Q(by__isnull=True)
    if asked.what:
        fits &= Q(what=asked.what)
    if asked.edition is not None:
        fits &= Q(edition=asked.edition)
    if asked.since:
        fits &= Q(at__gte=_begins(max(asked.since, _EARLIEST)))
    if asked.until:
        fits &= Q(at__lt=_begins(min(asked.until, _LATEST) + timedelta(1)))
    return fits


def _of_figure(asked: Asked) -> Q:
    """Events that changed such a figure, and notes on its cell: these change none, and say of which they are."""
    if asked.units is None and not asked.indicator:
        return Q()
    named = Q(pk__isnull=True)
    for name in [""] if asked.units is None else [unit.name for unit in asked.units]:
        cell = f"{name}, {asked.indicator}:" if asked.indicator else f"{name}, "
        named |= Q(what=What.NOTE_STORED, why__contains=cell)
    return Q(Exists(_changes(asked).filter(event=OuterRef("pk")))) | named


def _changes(asked: Asked) -> QuerySet[ResultChange]:
    changes = ResultChange.objects.select_related("unit", "indicator").order_by("pk")
    if asked.units is not None:
        changes = changes.filter(Q(unit__in=asked.units) | Q(unit__merged_into__in=asked.units))
    return changes.filter(indicator__code=asked.indicator) if asked.indicator else changes


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
