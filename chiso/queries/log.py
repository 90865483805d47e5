"""The change log: events, the last first, each with what it changed of which figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from chiso.models import Edition, Event, ResultChange, Unit, What

SIZE = 50  # events on a page
_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)  # days that every database knows in every zone
FEW = 6  # changes of one event that are shown in the list; of more only their number
MANY = 1_000  # and of more than so many only that: to count the 84,000 of each load takes seconds


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
    """One event. `changes` are empty where it made more than a few; `count` is how many fit what was asked for, `MANY`
    where they are `more` than that."""

    event: Event
    changes: tuple[ResultChange, ...]
    count: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`older` is the key before which the next page begins, None on the last."""

    entries: tuple[Entry, ...]
    older: int | None


def page(events: QuerySet[Event], asked: Asked, *, before: int | None = None) -> Page:
    """One page of those among `events` that fit; 3 SQL queries, 4 where units are asked for. Keys follow time: the log
    is only ever added to."""
    changes = _changes(asked)
    found = events.filter(_of_event(asked), _of_figure(asked, changes))
    if before is not None:
        found = found.filter(pk__lt=before)
    more = Exists(changes.filter(event=OuterRef("pk")).order_by()[MANY : MANY + 1])
    found = found.annotate(many=more if asked.units is None else Value(False))
    rows: list[Any] = list(
        found.select_related("by", "issuer", "dispatch", "edition__dispatch__issuer").order_by("-pk")[: SIZE + 1]
    )
    shown, older = rows[:SIZE], rows[SIZE - 1].pk if len(rows) > SIZE else None
    changed = changes.filter(_of_events([each for each in shown if not each.many]))
    counts = dict(changed.order_by().values_list("event").annotate(Count("pk")))
    counts |= {each.pk: MANY for each in shown if each.many}
    few = _by_event(changed.filter(event__in=[pk for pk, count in counts.items() if count <= FEW]))
    entries = tuple(Entry(each, tuple(few[each.pk]), counts.get(each.pk, 0), each.many) for each in shown)
    return Page(entries, older)


def changes_of(event: Event) -> QuerySet[ResultChange]:
    """Everything one event changed, in the order of its writing. By a sum: PostgreSQL would walk the key through the
    changes of all events to find those of the newest."""
    return event.changes.select_related("unit", "indicator").order_by(F("pk") + 0)


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


def _of_figure(asked: Asked, changes: QuerySet[ResultChange]) -> Q:
    """Events that changed such a figure, and notes on its cell: these change none, and say of which they are."""
    if asked.units is None and not asked.indicator:
        return Q()
    named = Q(pk__isnull=True)
    for name in [""] if asked.units is None else [unit.name for unit in asked.units]:
        cell = f"{name}, {asked.indicator}:" if asked.indicator else f"{name}, "
        named |= Q(what=What.NOTE_STORED, why__contains=cell)
    return named | (made(changes) if asked.units is not None else Q(Exists(changes.filter(event=OuterRef("pk")))))


def made(changes: QuerySet[ResultChange]) -> Q:
    """Events that made one of these changes of a few units: looked for edition by edition, as an index has them, which
    takes milliseconds where the changes of every event (10 million in ten years) take seconds. Those of a deleted draft
    are its events' alone."""
    known = changes.filter(edition__in=Edition.objects.order_by().values("pk"))
    lost = Exists(changes.filter(event=OuterRef("pk")))
    return Q(pk__in=known.order_by().values("event")) | Q(edition=None) & Q(lost)


def _of_events(events: Iterable[Event]) -> Q:
    """Changes made by these: with their editions, so that an index helps where units are asked for."""
    known = {each.pk: each.edition_id for each in events if each.edition_id}
    lost = [each.pk for each in events if not each.edition_id]
    return Q(event__in=list(known), edition__in=set(known.values())) | Q(event__in=lost)


def _changes(asked: Asked) -> QuerySet[ResultChange]:
    changes = ResultChange.objects.select_related("unit", "indicator").order_by("pk")
    if asked.units is not None:
        units = Unit.objects.filter(Q(pk__in=[unit.pk for unit in asked.units]) | Q(merged_into__in=asked.units))
        changes = changes.filter(unit__in=list(units.values_list("pk", flat=True)))
    return changes.filter(indicator__code=asked.indicator) if asked.indicator else changes


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
