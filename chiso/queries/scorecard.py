"""One unit's own figures over the dispatches that name it, with its ranks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from chiso.models import Dispatch, Edition, Indicator, Result, Standing, State, Unit, User
from chiso.queries import standing


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and its places: among the whole level first, then within the parent; none where it is not ranked."""

    indicator: Indicator
    value: Decimal
    out_of: Decimal | None
    printed: str
    cell: str
    source_name: str
    places: tuple[standing.Place, ...]


@dataclass(frozen=True, slots=True)
class EditionFigures:
    edition: Edition
    dispatch: Dispatch
    figures: tuple[Figure, ...]  # in the order of the indicators


@dataclass(frozen=True, slots=True)
class Scorecard:
    unit: Unit
    editions: tuple[EditionFigures, ...]  # newest first


def for_unit(unit: Unit, user: User) -> Scorecard:
    """The unit's figures in every edition that the user may read and that no later one has replaced.

    3 SQL queries, one for the user's units, and those of the ranks for each draft (seen at the desk alone).
    """
    figures = _figures(unit, user)
    editions = {figure.edition_id: figure.edition for figure in figures}
    places = _places(unit, list(editions.values()))
    rows: dict[int, list[Figure]] = defaultdict(list)
    for one in figures:
        rows[one.edition_id].append(_figure(one, places[one.edition_id, one.indicator_id]))
    return Scorecard(
        unit, tuple(EditionFigures(edition, edition.dispatch, tuple(rows[pk])) for pk, edition in editions.items())
    )


def _figures(unit: Unit, user: User) -> list[Result]:
    found = Result.objects.visible_to(user).filter(_of(unit)).exclude(edition__state=State.SUPERSEDED)
    newest = F("edition__dispatch__data_as_of").desc(nulls_first=True)
    order = [
        "-edition__dispatch__year",
        "-edition__dispatch_id",
        "-edition__number",
        "indicator__order",
        "indicator_id",
    ]
    return list(found.select_related("edition__dispatch__issuer", "indicator", "source").order_by(newest, *order))


def _places(unit: Unit, editions: list[Edition]) -> dict[tuple[int, int], list[standing.Place]]:
    places: dict[tuple[int, int], list[standing.Place]] = defaultdict(list)
    kept = Standing.objects.filter(_of(unit), edition__in=[one.pk for one in editions if one.is_published])
    for edition_id, *row in kept.order_by("peers").values_list("edition_id", *standing.FIELDS):
        place = standing.Place(*row)
        places[edition_id, place.indicator_id].append(place)
    for one in editions:
        if one.is_open:
            for place in sorted(standing.ranks(one, units=[unit.pk]), key=lambda place: place.peers):
                places[one.pk, place.indicator_id].append(place)
    return places


def _of(unit: Unit) -> Q:
    """Also under the records that were merged into it: what was published still names those."""
    return Q(unit__in=Unit.objects.records_of(unit))


def _figure(result: Result, places: list[standing.Place]) -> Figure:
    return Figure(
        indicator=result.indicator,
        value=result.value,
        out_of=result.out_of,
        printed=result.printed,
        cell=result.cell,
        source_name=result.source.name if result.source else "",
        places=tuple(places),
    )
