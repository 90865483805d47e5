"""Ranking lists: one indicator among one group of peers, with every unit of the group, ranked or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from chiso.models import Edition, Indicator, Kind, Level, Result, Standing, Unit, User
from chiso.queries import kept, marks, standing, summary
from chiso.queries.kept import INDICATOR
from chiso.queries.sight import WHOLE, Sight, bare, nameless, rate


class NoBoard(LookupError):
    """No figure of the indicator among these peers, or no such indicator or peers."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a board needs to know of its indicator."""

    id: int
    code: str
    name: str
    label: str
    kind: str
    maximum: Decimal | None
    direction: str  # "higher", "lower", "" (not ranked)
    rest: bool = False  # it counts what another one's rate leaves out; told of published boards


@dataclass(frozen=True, slots=True)
class Choice:
    """One board that an edition has. `count` is how many of the peers have a figure."""

    indicator_code: str
    indicator_label: str
    peers: str  # "district", "commune:quang-dien"
    peers_label: str
    count: int
    indicator: Measured


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit, by the record under which its figure stands; `unit_id` is the key of the one that stands for it since.
    `number` is what it ranks by: the value, of a share 100 × value / out_of; None where it is missing.

    A peer that the reader does not meet by name has `unit` "", and nothing else by which it could be known: no key,
    no place in the file or among the units, no text as printed; its figure is `sight.bare`. It is called by its place
    in the list."""

    rank: int | None
    rank_of: int | None
    tied: bool
    unit: str  # slug
    unit_name: str
    value: Decimal | None
    out_of: Decimal | None
    printed: str
    cell: str
    source_name: str
    position: str
    number: Decimal | None
    unit_id: int
    parent_id: int | None
    search: str  # the unit's name, folded
    sort_key: str
    order: int
    record: int  # the key of the record itself
    disputed: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """How the numbers of a board's rows lie; `count` leaves the missing ones out."""

    count: int
    lowest: Decimal
    highest: Decimal
    mean: Decimal


@dataclass(frozen=True, slots=True)
class Board:
    edition: Edition
    indicator: Measured
    peers: str
    peers_label: str
    rows: tuple[BoardRow, ...]  # by rank, then as printed; missing ones last
    choices: tuple[Choice, ...]
    summary: Spread | None


def choices(edition: Edition, sight: Sight = WHOLE) -> tuple[Choice, ...]:
    """Every board of an edition, in the order of the indicators; one SQL query.

    A level whose figures stand under several parents has a board for the whole and one within each parent whose name
    the reader is told. What is published keeps the boards that it had.
    """
    if edition.is_published:
        return chosen_from(kept.boards(edition), sight)
    groups: dict[tuple[Measured, str], list[dict[str, Any]]] = defaultdict(list)
    for row in _counted(edition):
        groups[measured(row), row["unit__level"]].append(row)
    return tuple(
        choice for (indicator, level), rows in groups.items() for choice in _of_level(indicator, level, rows, sight)
    )


def for_edition(
    edition: Edition, indicator_code: str, peers: str, sight: Sight = WHOLE, *, reader: User | None = None
) -> Board:
    """One board; raises `NoBoard`. Units of the group without a figure close the list, unranked. Disputes are marked as
    far as the reader is told of them.

    SQL queries, whatever the number of units: 2 once published, one more where some are not ranked; 3 in a draft; one
    more of a correction, and one for a reader's disputes.
    """
    if not edition.is_published:
        every = choices(edition, sight)
        chosen = choice_of(every, indicator_code, peers)
        found = _drafted(edition, chosen)
    else:
        near = kept.Near(indicator_code, peers)
        boards = kept.boards(edition, near)
        every = chosen_from(boards, sight)
        chosen = choice_of(every, indicator_code, peers)
        found = kept.Listed(edition, chosen.indicator.id, peers, kept.its(boards)).every()
    of = chosen.indicator
    rows = tell(found, Reading(edition, of, sight, reader))
    ranks_only = sight.ranks_only(rest=of.rest)
    told = in_order(rows, of, sight, ranks_only=ranks_only)
    return Board(edition, of, peers, chosen.peers_label, told, every, None if ranks_only else spread(rows))


def choice_of(several: Iterable[Choice], indicator_code: str, peers: str) -> Choice:
    """Raises `NoBoard`."""
    wanted = (indicator_code, peers)
    found = next((each for each in several if (each.indicator_code, each.peers) == wanted), None)
    if found is None:
        raise NoBoard(f"{indicator_code} among {peers}")
    return found


def spread(rows: Iterable[BoardRow]) -> Spread | None:
    numbers = [row.number for row in rows if row.number is not None]
    if not numbers:
        return None
    return Spread(len(numbers), min(numbers), max(numbers), sum(numbers, Decimal(0)) / len(numbers))


def number(kind: str, value: Decimal | None, out_of: Decimal | None) -> Decimal | None:
    """What a figure ranks by, as a reader compares it: a share in percent, everything else its value."""
    if kind != Kind.SHARE or value is None:
        return value
    return 100 * value / out_of if out_of else None


def _counted(edition: Edition) -> Iterable[Any]:
    parent = ["unit__parent_id", "unit__parent__slug", "unit__parent__name"]
    grouped = (
        standing.figures_of_peers(edition)
        .values("indicator_id", *INDICATOR, "unit__level", *parent)
        .annotate(count=Count("id"))
    )
    order = ["indicator__order", "indicator_id", "unit__level", "unit__parent__order", "unit__parent__slug"]
    return list(grouped.order_by(*order))


def measured(row: dict[str, Any]) -> Measured:
    name, short = row["indicator__name"], row["indicator__short_name"]
    return Measured(
        row["indicator_id"], row["indicator__code"], name, short or name,
        row["indicator__kind"], row["indicator__maximum"], row["indicator__direction"],
        row.get("is_rest", False),
    )  # fmt: skip


def chosen_from(rows: Iterable[kept.Row], sight: Sight) -> tuple[Choice, ...]:
    """The boards that publication kept."""
    found = []
    for row in rows:
        level, within, slug = row["peers"].partition(":")
        if within and not sight.groups_under(row["parent_id"]):
            continue
        label = _within(level, row["parent__name"] or slug) if within else str(Level(level).label)
        of = measured(row)
        found.append(Choice(of.code, of.label, row["peers"], label, row["count"], of))
    return tuple(found)


def _within(level: str, parent: str) -> str:
    return _("%(level)s of %(unit)s") % {"level": Level(level).label, "unit": parent}


def _of_level(indicator: Measured, level: str, rows: list[dict[str, Any]], sight: Sight) -> list[Choice]:
    label = str(Level(level).label)
    groups = [(level, label, sum(row["count"] for row in rows))]
    if len(rows) > 1:
        for row in rows:
            if not sight.groups_under(row["unit__parent_id"]):
                continue
            within = _within(level, row["unit__parent__name"])
            groups.append((f"{level}:{row['unit__parent__slug']}", within, row["count"]))
    return [Choice(indicator.code, indicator.label, peers, text, count, indicator) for peers, text, count in groups]


def listed(edition: Edition, peers: str, has: Exists) -> QuerySet[Unit]:
    """The units of a group: those of which a figure is awaited and, once published, those that have one. Within a
    parent stands who was ranked there; who was ranked in none, where it belongs today."""
    level, within, parent = peers.partition(":")
    awaited = Q(pk__in=standing.peers_of(edition).order_by().values("pk"))
    units = Unit.objects.filter(awaited | has if edition.is_published else awaited, level=level)
    if not within:
        return units
    ranked = Standing.objects.filter(edition=edition)
    elsewhere = ranked.filter(peers__startswith=f"{level}:").exclude(peers=peers).values("unit")
    mine = units.filter(Q(parent__slug=parent) | Q(pk__in=ranked.filter(peers=peers).values("unit")))
    return mine.exclude(pk__in=elsewhere)


def _drafted(edition: Edition, choice: Choice) -> list[kept.Row]:
    """The peers, each with its figure and its rank where it has one. Whose second record has the figure is not listed
    as missing; told here, for in SQL it takes minutes on PostgreSQL."""
    indicator = choice.indicator.id
    own = Exists(Result.objects.filter(edition=edition, indicator=indicator, unit=OuterRef("pk")))
    figure = Q(results__edition=edition, results__indicator=indicator)
    units = listed(edition, choice.peers, own).annotate(figure=FilteredRelation("results", condition=figure))
    rows: list[Any] = list(units.order_by("order", "sort_key", "slug").values(*kept.UNIT, **kept.of_unit()))
    places = standing.ranks(edition, indicator=Indicator(pk=indicator), peers=choice.peers)
    ranked = {place.unit_id: (place.rank, place.rank_of, place.tied) for place in places}
    doubled = {row["merged_into_id"] for row in rows if row["figure_value"] is not None}
    return [
        row | dict(zip(kept.PLACE, ranked.get(row["unit_id"], kept.UNRANKED), strict=True))
        for row in rows
        if row["figure_value"] is not None or row["unit_id"] not in doubled
    ]


# --- Rows -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Reading:
    """Whose eyes read which board."""

    edition: Edition
    indicator: Measured
    sight: Sight
    reader: User | None


def tell(found: Iterable[kept.Row], reading: Reading) -> list[BoardRow]:
    edition, of = reading.edition, reading.indicator
    was = _corrected(edition, of.id)
    disputed = marks.disputed([edition], reading.reader)
    return [_row(row, of.kind, was, disputed=(edition.pk, _lasting(row), of.id) in disputed) for row in found]


def _corrected(edition: Edition, indicator: int) -> dict[int, marks.Said] | None:
    """What the edition that this one corrects said, by the record that stands for each unit; None of a first one."""
    if edition.number == 1:
        return None
    before = marks.corrected_by(edition).values("pk")
    rows = Result.objects.filter(edition__in=before, indicator=indicator).values_list(
        "unit__merged_into_id", "unit_id", "value", "out_of", "printed"
    )
    return {kept or unit: tuple(said) for kept, unit, *said in sorted(rows, key=lambda row: row[0] is None)}


def _row(row: kept.Row, kind: str, was: dict[int, marks.Said] | None, *, disputed: bool) -> BoardRow:
    value, out_of, lasting = row["figure_value"], row["out_of"], _lasting(row)
    said = () if value is None else (value, out_of, row["printed"])
    return BoardRow(
        row["rank"], row["rank_of"], bool(row["tied"]), row["slug"], row["name"], value, out_of, row["printed"] or "",
        row["cell"] or "", row["source_name"] or "", row["position"] or "", number(kind, value, out_of), lasting,
        row["parent_id"], row["search"], row["sort_key"], row["order"], row["unit_id"], disputed=disputed,
        corrected=was is not None and said != was.get(lasting, ()),
    )  # fmt: skip


def _lasting(row: kept.Row) -> int:
    return int(row["merged_into_id"] or row["unit_id"])


def in_order(
    rows: Sequence[BoardRow], of: Measured, sight: Sight, first: int = 1, *, ranks_only: bool = False
) -> tuple[BoardRow, ...]:
    """By rank; within a rank, and where nothing is ranked, in the order of the units. On a board of many pages equal
    ones stand in the order of their records, by which a page is found. Names as the reader is told them; `first` is the
    place of the first row."""
    if not sight.whole:
        return _without_names(rows, of, sight, first, ranks_only=ranks_only)
    if len(rows) <= summary.ONE_PAGE:
        return tuple(sorted(rows, key=lambda row: (*_part(row), row.order, row.sort_key, row.unit)))
    return tuple(sorted(rows, key=lambda row: (*_part(row), row.record if row.rank else 0)))


def _part(row: BoardRow) -> tuple[bool, bool, int]:
    return row.value is None, row.rank is None, row.rank or 0


def _without_names(
    rows: Iterable[BoardRow], of: Measured, sight: Sight, first: int, *, ranks_only: bool
) -> tuple[BoardRow, ...]:
    """By rank and by figure alone: among equals, and where nothing is ranked, the order of the units would tell who
    stands where. A share is rounded on every row, or those shown alike would be sorted by what is not shown."""
    listed = sorted(rows, key=_by_figure(sight))
    told = (row if sight.names(row.unit_id) else _nameless(row, of, ranks_only=ranks_only) for row in listed)
    rounded = of.kind == Kind.SHARE
    return tuple(
        replace(
            row, unit_name=row.unit_name if row.unit else nameless(place),
            number=rate(row.value, row.out_of) if rounded and row.unit and row.value is not None else row.number,
        )
        for place, row in enumerate(told, start=first)
    )  # fmt: skip


def _by_figure(sight: Sight) -> Callable[[BoardRow], tuple[Any, ...]]:
    """What cannot be ranked by (0 of 0) stands with what is missing: without a name the two are alike."""

    def key(row: BoardRow) -> tuple[Any, ...]:
        number = row.number if row.number is not None else Decimal(-1)
        return row.number is None, row.rank is None, row.rank or 0, -number, sight.among_equals(row.unit_id)

    return key


def _nameless(row: BoardRow, of: Measured, *, ranks_only: bool) -> BoardRow:
    """Named by its place once that is known."""
    told = bare(None if ranks_only else row.value, row.out_of, kind=of.kind, maximum=of.maximum)
    return replace(
        row, unit="", value=told.value, out_of=told.out_of if told.value is not None else None, number=told.value,
        printed="", cell="", source_name="", position="", unit_id=0, parent_id=None, search="", sort_key="", order=0,
        record=0, disputed=False, corrected=False,
    )  # fmt: skip
