"""Dispatches as a reader meets them: the list, one by its address or number, and what one says at a glance."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from chiso.models import (
    OPEN_STATES,
    Dispatch,
    Edition,
    Finding,
    FindingState,
    Indicator,
    Level,
    Result,
    State,
    User,
    kept_issuers,
)  # fmt: skip
from chiso.queries import board, standing
from chiso.queries import sight as sights
from chiso.queries.sight import WHOLE, Bare, Sight, bare


@dataclass(frozen=True, slots=True)
class ListedDispatch:
    """One line of the list. `open_findings` is 0 for those who do not keep the office's desk; `subject` is withheld
    where it speaks of units that the user does not meet by name."""

    dispatch: Dispatch
    edition: Edition
    state: State
    units: int
    figures: int
    open_findings: int
    subject: str


@dataclass(frozen=True, slots=True)
class Leading:
    """One board in a dispatch's overview: who leads, with what, and where the reader's own units stand.

    `first` are the figures of rank 1, units fetched, of those that the reader meets by name; `nameless` counts the
    others, and `best` is what all of them have, as it is told without a unit. Nothing of it where nothing is ranked."""

    choice: board.Choice
    first: tuple[Result, ...]
    nameless: int
    best: Bare | None
    own: tuple[standing.Place, ...]


@dataclass(frozen=True, slots=True)
class PeerGroup:
    peers: str
    label: str
    leading: tuple[Leading, ...]


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """A figure of the unit the dispatch reports on, beside the nation's."""

    indicator: Indicator
    own: Result | None
    nation: Result | None


@dataclass(frozen=True, slots=True)
class Overview:
    groups: tuple[PeerGroup, ...]
    province: tuple[ProvinceLine, ...]
    accepted: int
    open: int


def listed(user: User) -> tuple[ListedDispatch, ...]:
    """Dispatches the user may read, newest first, each by the edition that opens by itself; 4 SQL queries and one
    for the user's units."""
    found = _preferred(Edition.objects.visible_to(user).select_related("dispatch__issuer"))
    sizes = {
        row["edition"]: (row["units"], row["figures"])
        for row in Result.objects.filter(edition__in=found)
        .values("edition")
        .annotate(units=Count("unit", distinct=True), figures=Count("id"))
    }
    findings = _open_findings(found, user)
    issuers = {one.dispatch.issuer for one in found}
    seen = {issuer.pk: sights.of(user, issuer) for issuer in issuers}
    return tuple(
        ListedDispatch(
            one.dispatch, one, State(one.state), *sizes.get(one.pk, (0, 0)), open_findings=findings.get(one.pk, 0),
            subject=seen[one.dispatch.issuer_id].told(one.dispatch.subject),
        )
        for one in found
    )  # fmt: skip


def find(reference: str, *, year: int | None = None, issuer: str | None = None) -> tuple[Dispatch, ...]:
    """Dispatches called "1082/VPUB-KSTT", newest first: a number repeats each year and in each office.
    `issuer` is an issuer's short name. None found: an empty tuple."""
    number, _, symbol = reference.strip().partition("/")
    found = Dispatch.objects.filter(number=number, symbol=symbol).exclude(number="").select_related("issuer__unit")
    found = found if year is None else found.filter(year=year)
    return tuple(found if issuer is None else found.filter(issuer__slug=issuer))


def editions(user: User, *, issuer: str, year: int, address: str) -> tuple[Edition, ...]:
    """The editions the user may read of the dispatch at an address, the last first; empty where there is none."""
    found = Edition.objects.visible_to(user).filter(dispatch__issuer__slug=issuer, dispatch__year=year)
    unnumbered = re.fullmatch(r"id-(\d{1,18})", address)
    if unnumbered:  # keeps leading to a draft that has got its number meanwhile
        found = found.filter(dispatch=int(unnumbered[1]))
    else:
        found = found.exclude(dispatch__number="").filter(dispatch__in=_addressed(address))
    joined = found.select_related("dispatch__issuer__unit", "indicator_set", "correcting")
    return tuple(joined.order_by("-number"))


def preferred(editions: Sequence[Edition]) -> Edition:
    """The edition that opens by itself: the open draft where the reader sees one, else the published one, else the
    last. `editions` is not empty and of one dispatch."""
    return max(editions, key=lambda one: (one.state in OPEN_STATES, one.state == State.PUBLISHED, one.number))


def overview(edition: Edition, *, own: Collection[int] = (), sight: Sight = WHOLE) -> Overview:
    """What a dispatch says: the boards by group of peers, and the province beside the nation. `own` are the ids of
    the reader's units. Boards within one parent are left to the board pages."""
    states = _findings_by_state(edition)
    return Overview(
        _groups(edition, own, sight), _province(edition), states[FindingState.ACCEPTED], states[FindingState.OPEN]
    )


def _addressed(address: str) -> QuerySet[Any, Any]:
    written = Concat(F("number"), Value("-"), F("symbol"))
    return Dispatch.objects.annotate(written=written).filter(written=address).values("pk")


def _findings_by_state(edition: Edition) -> dict[str, int]:
    counted = Finding.objects.filter(edition=edition).order_by().values_list("state").annotate(Count("id"))
    return defaultdict(int, counted)


def _preferred(found: QuerySet[Edition]) -> list[Edition]:
    by_dispatch: dict[int, list[Edition]] = defaultdict(list)
    newest = found.order_by(F("dispatch__data_as_of").desc(nulls_first=True), "-dispatch__year", "-dispatch_id")
    for one in newest:
        by_dispatch[one.dispatch_id].append(one)
    return [preferred(several) for several in by_dispatch.values()]


def _open_findings(found: Iterable[Edition], user: User) -> dict[int, int]:
    findings = Finding.objects.filter(
        edition__in=found, state=FindingState.OPEN, edition__dispatch__issuer__in=kept_issuers(user).values("pk")
    )
    return dict(findings.order_by().values_list("edition").annotate(Count("id")))


def _groups(edition: Edition, own: Collection[int], sight: Sight) -> tuple[PeerGroup, ...]:
    choices = [choice for choice in board.choices(edition, sight) if ":" not in choice.peers]
    first: dict[tuple[int, str], list[int]] = defaultdict(list)
    mine: dict[tuple[int, str], list[standing.Place]] = defaultdict(list)
    for place in standing.ranks(edition):
        if place.rank == 1:
            first[place.indicator_id, place.peers].append(place.unit_id)
        if place.unit_id in own:
            mine[place.indicator_id, place.peers].append(place)
    figures = _figures(edition, {unit for units in first.values() for unit in units})
    groups: dict[tuple[str, str], list[Leading]] = defaultdict(list)
    for choice in choices:
        key = (choice.indicator.id, choice.peers)
        leaders = [figure for figure in figures[choice.indicator.id] if figure.unit_id in first[key]]
        groups[choice.peers, choice.peers_label].append(_leading(choice, leaders, mine[key], sight))
    return tuple(PeerGroup(peers, label, tuple(lines)) for (peers, label), lines in groups.items())


def _leading(choice: board.Choice, leaders: list[Result], own: list[standing.Place], sight: Sight) -> Leading:
    named = tuple(figure for figure in leaders if sight.names(figure.unit_id))
    of, first = choice.indicator, next(iter(leaders), None)
    best = bare(first.value, first.out_of, kind=of.kind, maximum=of.maximum) if first else None
    if best is not None and not named and sight.ranks_only(rest=of.rest):
        best = replace(best, value=None)
    return Leading(choice, named, len(leaders) - len(named), best, tuple(own))


def _figures(edition: Edition, units: Collection[int]) -> dict[int, list[Result]]:
    figures: dict[int, list[Result]] = defaultdict(list)
    found = Result.objects.filter(edition=edition, unit__in=units).select_related("unit")
    for figure in found.order_by("unit__order", "unit__sort_key", "unit_id"):
        figures[figure.indicator_id].append(figure)
    return figures


def _province(edition: Edition) -> tuple[ProvinceLine, ...]:
    root = edition.dispatch.issuer.unit_id
    figures = Result.objects.filter(edition=edition).filter(Q(unit=root) | Q(unit__level=Level.NATION))
    lines: dict[Indicator, dict[bool, Result]] = defaultdict(dict)
    for figure in figures.select_related("unit", "indicator__parent").order_by("indicator__order", "indicator_id"):
        lines[figure.indicator][figure.unit_id == root] = figure
    return tuple(ProvinceLine(of, pair.get(True), pair.get(False)) for of, pair in lines.items())
