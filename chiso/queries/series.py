"""The dispatches that tell of a unit, in time: which edition of each holds, which may be compared, where a series
breaks.

Movement, and each line of looking back, compares with the last published dispatch before it of the same issuer, kind
of period and set of indicators; never with one that was recalled, never across a reorganisation of the units compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from chiso.models import OPEN_STATES, Dispatch, Edition, Issuer, Level, Result, State, Unit, User
from chiso.queries.case import day_of
from chiso.queries.dispatch import preferred

Dated = tuple[date, Edition]
OTHER_SET, REORGANISED = "other-set", "reorganised"  # why a series breaks


@dataclass(frozen=True, slots=True)
class Told:
    """One dispatch with the editions of it that the reader may see, the last first. `named`: one has a figure of the
    unit."""

    dispatch: Dispatch
    editions: tuple[Edition, ...]
    named: bool

    @property
    def opens(self) -> Edition:
        return preferred(self.editions)

    @property
    def holds(self) -> Edition | None:
        """The edition whose figures count: none where what was published was recalled."""
        published = [one for one in self.editions if one.state == State.PUBLISHED]
        return next((one for one in [*published, *self.editions] if one.state in (State.PUBLISHED, *OPEN_STATES)), None)

    @property
    def day(self) -> date:
        return day_of(self.dispatch)


def records(unit: Unit) -> QuerySet[Unit, Any]:
    """Also those that were merged into it: what is published still names them."""
    return Unit.objects.records_of(unit).order_by().values("pk")


def told(unit: Unit, user: User) -> tuple[Told, ...]:
    """Every dispatch that the user may read of an office that ever had a figure of the unit, the newest first; one SQL
    query, and one for the user's units unless they are known."""
    own = Result.objects.filter(unit__in=records(unit))
    issuers = Issuer.objects.filter(dispatches__editions__in=own.order_by().values("edition"))
    found = (
        Edition.objects.visible_to(user)
        .filter(dispatch__issuer__in=issuers.order_by().values("pk"))
        .annotate(named=Exists(own.filter(edition=OuterRef("pk"))))
        .select_related("dispatch__issuer__unit", "indicator_set", "correcting")
    )
    newest = F("dispatch__data_as_of").desc(nulls_first=True)
    by_dispatch: dict[int, list[Any]] = {}
    for one in found.order_by(newest, "-dispatch__year", "-dispatch_id", "-number"):
        by_dispatch.setdefault(one.dispatch_id, []).append(one)
    return tuple(Told(each[0].dispatch, tuple(each), any(one.named for one in each)) for each in by_dispatch.values())


def newest(several: Sequence[Told]) -> Told | None:
    """The one that a unit's page opens with: the newest that has a figure of it and still holds."""
    named = [one for one in several if one.named]
    return next((one for one in named if one.holds), named[0] if named else None)


def at(several: Iterable[Told], issuer: str, year: int, address: str) -> Told | None:
    return next(
        (
            one
            for one in several
            if (one.dispatch.issuer.slug, one.dispatch.year) == (issuer, year)
            and address in (one.dispatch.address, f"id-{one.dispatch.pk}")
        ),
        None,
    )


def of_one_kind(several: Iterable[Told], dispatch: Dispatch) -> tuple[Told, ...]:
    """Those of the same issuer and kind of period, the oldest first."""
    kind = (dispatch.issuer_id, dispatch.period)
    found = [one for one in several if (one.dispatch.issuer_id, one.dispatch.period) == kind]
    return tuple(sorted(found, key=lambda one: (one.day, one.dispatch.pk)))


def before(several: Sequence[Told], edition: Edition, breaks: frozenset[date]) -> tuple[Edition | None, str]:
    """What an edition is compared with, or why with none: one of `ranking.why.NO_COMPARISON`."""
    own = edition.dispatch
    earlier = [each for each in standing(several) if each[1].dispatch.issuer_id == own.issuer_id]
    earlier = [each for each in earlier if each[1].dispatch != own and each[0] < day_of(own)]
    if not earlier:
        return None, "first"
    same_period = [each for each in earlier if each[1].dispatch.period == own.period]
    if not same_period:
        return None, "other-period"
    last = last_of_set(same_period, day_of(own), edition.indicator_set_id)
    if last is None:
        return None, OTHER_SET
    return (None, REORGANISED) if crossed(breaks, last[0], day_of(own)) else (last[1], "")


def standing(several: Iterable[Told]) -> list[Dated]:
    """What others may be compared with, the oldest first: editions that are published, with the day of their data.
    What was recalled is passed over."""
    found = [
        (one.day, each)
        for one in several
        if one.dispatch.data_as_of is not None
        for each in one.editions
        if each.state == State.PUBLISHED
    ]
    return sorted(found, key=lambda each: (each[0], each[1].pk))


def last_of_set(earlier: Sequence[Dated], day: date, indicator_set: int) -> Dated | None:
    """Of those, in their order, the one that figures of that day are compared with."""
    return next(
        (each for each in reversed(earlier) if each[0] < day and each[1].indicator_set_id == indicator_set), None
    )


def crossed(breaks: Iterable[date], earlier: date, later: date) -> bool:
    return any(earlier < day <= later for day in breaks)


def reorganisations(unit: Unit, issuer: Issuer) -> frozenset[date]:
    """The days from which the units of its level under the office are others than before; one SQL query. The last
    day of a unit is the day before one of these."""
    if unit.level in (Level.NATION, Level.PROVINCE):
        return _days(Unit.objects.filter(pk=unit.pk))
    return _days(_peers(unit.level, issuer))


def reorganised_since(earlier: date | OuterRef, day: date, level: str, issuer: Issuer) -> Exists:
    """For a query: whether one of these days lies behind the earlier one, up to `day`."""
    begun: dict[str, Any] = {"gt": earlier, "lte": day}
    ended: dict[str, Any] = {"gte": earlier, "lt": day}  # a last day
    fields = {
        "valid_from": begun,
        "valid_to": ended,
        "successions__effective_on": begun,
        "origins__effective_on": begun,
    }
    changed = Q()
    for field, limits in fields.items():
        changed |= Q(**{f"{field}__{limit}": value for limit, value in limits.items()})
    return Exists(_peers(level, issuer).filter(changed).order_by())


def _peers(level: str, issuer: Issuer) -> QuerySet[Unit]:
    return Unit.objects.under([issuer.unit_id]).filter(level=level).unmerged()


def _days(units: QuerySet[Unit]) -> frozenset[date]:
    dated = ~Q(valid_from=None) | ~Q(valid_to=None) | ~Q(successions=None) | ~Q(origins=None)
    rows = units.filter(merged_into=None).filter(dated).order_by()
    days: set[date] = set()
    for begins, ends, *followed in rows.values_list(
        "valid_from", "valid_to", "successions__effective_on", "origins__effective_on"
    ).distinct():
        days.update(day for day in (begins, *followed) if day)
        if ends:
            days.add(date.fromordinal(ends.toordinal() + 1))
    return frozenset(days)
