"""One figure and its past: in which editions with which value, every value it had, and what it was in months before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import prefetch_related_objects

from chiso.models import (
    CellNote,
    Dispatch,
    Edition,
    Finding,
    FindingState,
    Indicator,
    Level,
    Result,
    ResultChange,
    Standing,
    State,
    Unit,
    User,
    kept_issuers,
)
from chiso.queries import standing
from chiso.queries.case import day_of
from chiso.queries.sight import WHOLE, Sight

EARLIER = 12  # dispatches before this one
LATEST = 200  # changes shown


class NoFigure(LookupError):
    """No such unit or indicator here, or none that this reader may see."""


@dataclass(frozen=True, slots=True)
class InEdition:
    """The figure in one edition of its dispatch; `result` is None where the edition has none."""

    edition: Edition
    result: Result | None
    places: tuple[standing.Place, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A figure at one moment, as printed and as read; `printed` is "" where there was none."""

    printed: str
    value: Decimal | None
    out_of: Decimal | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change, with the event that made it; `record` names the unit's other record it was kept under."""

    at: datetime
    by: User | None
    what: str  # `What` in words
    why: str
    event: int
    edition: int  # its number
    before: Value
    after: Value
    cell: str
    record: str


@dataclass(frozen=True, slots=True)
class Earlier:
    dispatch: Dispatch
    result: Result


@dataclass(frozen=True, slots=True)
class Figure:
    """`editions` are those the reader may see, the last first, `here` the one looked at. What only the desk of the
    office is told (changes, note, findings) is empty for everybody else."""

    unit: Unit
    indicator: Indicator
    here: InEdition
    editions: tuple[InEdition, ...]
    earlier: tuple[Earlier, ...]
    at_desk: bool
    changes: tuple[Change, ...] = ()
    note: CellNote | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def result(self) -> Result | None:
        return self.here.result


def for_figure(
    editions: Sequence[Edition], edition: Edition, *, unit: str, indicator: str, user: User, sight: Sight = WHOLE
) -> Figure:
    """The figure of a unit (slug) by an indicator (code) in `edition`, one of the `editions` of its dispatch that the
    user may see; raises `NoFigure`, also for a unit that the reader does not meet by name. At most 17 SQL queries,
    however much has happened."""
    known = Unit.objects.filter(slug=unit).select_related("parent", "merged_into").first()
    measured = Indicator.objects.filter(indicator_set=edition.indicator_set_id, code=indicator).first()
    if known is None or measured is None or not sight.names(known.pk):
        raise NoFigure(f"{unit}, {indicator}")
    prefetch_related_objects([one for one in editions if one.correcting_id], "correcting__issuer")
    records = _records(known)
    several = _in_editions(editions, known, records, measured)
    here = next(one for one in several if one.edition == edition)
    desk = kept_issuers(user).filter(pk=edition.dispatch.issuer_id).exists()
    changes = _changes(editions, records, measured) if desk else ()
    if not any(one.result for one in several) and not changes:
        _refuse_strangers(edition, known, measured, desk=desk)
    return Figure(
        unit=known,
        indicator=measured,
        here=here,
        editions=several,
        earlier=_earlier(edition, records, measured, user),
        at_desk=desk,
        changes=changes,
        note=_note(edition, records, measured) if desk else None,
        findings=_findings(edition, records, measured) if desk else (),
    )


def _records(unit: Unit) -> dict[int, Unit]:
    """The unit with its other records that were merged into it: what is published may still name those."""
    return {unit.pk: unit} | {each.pk: each for each in Unit.objects.records_of(unit)}


def _in_editions(
    editions: Sequence[Edition], unit: Unit, records: Collection[int], indicator: Indicator
) -> tuple[InEdition, ...]:
    found = Result.objects.filter(edition__in=editions, unit__in=records, indicator__code=indicator.code)
    results: dict[int, Result] = {}
    for row in found.select_related("source__by", "appendix", "unit", "indicator"):
        if row.unit_id == unit.pk or row.edition_id not in results:
            results[row.edition_id] = row
    places = _places(editions, records, indicator)
    return tuple(InEdition(one, results.get(one.pk), tuple(places[one.pk])) for one in editions)


def _places(
    editions: Sequence[Edition], records: Collection[int], indicator: Indicator
) -> dict[int, list[standing.Place]]:
    """Kept ranks of the published editions in one query; those of the open one are worked out."""
    places: dict[int, list[standing.Place]] = defaultdict(list)
    kept = Standing.objects.filter(edition__in=editions, unit__in=records, indicator__code=indicator.code)
    for edition, *row in kept.order_by("peers").values_list("edition_id", *standing.FIELDS):
        places[edition].append(standing.Place(*row))
    for one in editions:
        if one.is_open:
            now = standing.ranks(one, indicator=indicator, units=records)
            places[one.pk] = sorted(now, key=lambda place: place.peers)
    return places


def _refuse_strangers(edition: Edition, unit: Unit, indicator: Indicator, *, desk: bool) -> None:
    """Where there is no figure there is a page for what a board would list as missing, and at the desk for each unit
    that could have one."""
    if desk:
        beside = unit.pk == edition.dispatch.issuer.unit_id or unit.level == Level.NATION
        there = beside or standing.peers_of(edition).filter(pk=unit.pk).exists()
    else:
        there = lacks(edition, unit, indicator)
    if not there:
        raise NoFigure(f"{unit.slug}, {indicator.code}")


def lacks(edition: Edition, unit: Unit, indicator: Indicator) -> bool:
    """Whether a unit without a figure is one that a board lists as missing: others of its level have one."""
    others = standing.figures_of_peers(edition).filter(indicator=indicator, unit__level=unit.level)
    return others.exists() and standing.peers_of(edition).filter(pk=unit.pk).exists()


def _changes(editions: Sequence[Edition], records: dict[int, Unit], indicator: Indicator) -> tuple[Change, ...]:
    numbers = {one.pk: one.number for one in editions}
    rows = ResultChange.objects.filter(edition__in=list(numbers), unit__in=records, indicator=indicator)
    main = next(iter(records))
    return tuple(
        Change(
            at=row.event.at, by=row.event.by, what=row.event.get_what_display(), why=row.event.why, event=row.event_id,
            edition=numbers[row.edition_id], cell=row.cell,
            before=Value(row.printed_before, row.value_before, row.out_of_before),
            after=Value(row.printed_after, row.value_after, row.out_of_after),
            record="" if row.unit_id == main else records[row.unit_id].name,
        )
        for row in rows.select_related("event__by").order_by("-event_id", "-pk")[:LATEST]
    )  # fmt: skip


def _note(edition: Edition, records: Collection[int], indicator: Indicator) -> CellNote | None:
    notes = CellNote.objects.filter(edition=edition, unit__in=records, indicator=indicator)
    return notes.select_related("by").first()


def _findings(edition: Edition, records: dict[int, Unit], indicator: Indicator) -> tuple[Finding, ...]:
    """Those that speak of the figure, or of its unit as a whole; what was fixed is over."""
    meant = [[unit.slug, code] for unit in records.values() for code in (indicator.code, "")]
    rows = Finding.objects.filter(edition=edition).exclude(state=FindingState.FIXED).select_related("accepted_by")
    return tuple(row for row in rows.order_by("pk") if any(figure in meant for figure in row.about))


def _earlier(edition: Edition, records: Collection[int], indicator: Indicator, user: User) -> tuple[Earlier, ...]:
    """What the office published before of the same unit by the same indicator: never by another set's."""
    dispatch = edition.dispatch
    rows = (
        Result.objects.visible_to(user)
        .filter(unit__in=records, indicator=indicator, edition__state=State.PUBLISHED)
        .filter(edition__dispatch__issuer=dispatch.issuer_id, edition__dispatch__period=dispatch.period)
        .filter(edition__dispatch__data_as_of__lt=day_of(dispatch))
        .exclude(edition__dispatch=dispatch)
    )
    newest = rows.select_related("edition__dispatch__issuer", "indicator").order_by(
        "-edition__dispatch__data_as_of", "-edition_id", "pk"
    )
    return tuple(Earlier(row.edition.dispatch, row) for row in newest[:EARLIER])
