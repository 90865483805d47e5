"""The figures of some units in one edition, as tables of many columns show them: each with its rank, what it was in the
dispatch before, and its marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet

from chiso.models import Edition, Result, User
from chiso.queries import board, marks, series, standing
from chiso.queries.board import Measured
from chiso.queries.case import day_of, editions_before
from chiso.queries.kept import INDICATOR
from chiso.values.sample import says_sample

STEPS = 5  # of the shading of a column


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. `number` is what it ranks by (a share in percent), `change` how much more it is than in the dispatch
    before, `better` whether that is for the better; None where there is nothing to compare with or no better."""

    number: Decimal | None
    value: Decimal
    out_of: Decimal | None
    printed: str
    rank: int | None
    rank_of: int | None
    tied: bool
    change: Decimal | None
    better: bool | None
    disputed: bool = False
    corrected: bool = False

    @property
    def step(self) -> int:
        """From 1 (the last fifth of the ranked) to 5 (the first); 0 where it is not ranked."""
        if self.rank is None or self.rank_of is None:
            return 0
        return STEPS - STEPS * (self.rank - 1) // self.rank_of


Cells = dict[int, dict[int, Cell]]  # unit -> indicator
Key = tuple[int, int]  # (unit, indicator)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures: those of some records (as `table._units` lists them) by some indicators, or by every one."""

    edition: Edition
    peers: str
    units: Sequence[dict[str, Any]]
    columns: Sequence[Measured] | None
    compared: bool  # with the dispatch before


@dataclass(frozen=True, slots=True)
class Told:
    """`before` is the dispatch compared with, "" without one; `indicators` are those asked for or, where every one was,
    those that have a figure."""

    cells: Cells
    before: str
    before_is_sample: bool
    indicators: tuple[Measured, ...]
    missing: dict[int, frozenset[int]]  # record -> indicators by which its lack of a figure is disputed


def told(asked: Asked, reader: User | None) -> Told:
    """One SQL query; one more for the ranks of a draft, and one for a reader's disputes."""
    disputed = marks.disputed([asked.edition], reader)
    now, before, was = _sorted(asked.edition, _rows(asked))
    indicators = tuple(asked.columns) if asked.columns is not None else _indicators(now.values())
    places = _places(asked)
    cells: Cells = defaultdict(dict)
    missing: dict[int, frozenset[int]] = defaultdict(frozenset)
    for unit in asked.units:
        for column in indicators:
            row = now.get((unit["unit_id"], column.id))
            own = (unit["merged_into_id"] or unit["unit_id"], column.id)
            if row is None and (asked.edition.pk, *own) in disputed:
                missing[unit["unit_id"]] |= {column.id}
            if row is not None:
                row |= _ranked(places.get((unit["unit_id"], column.id))) | {
                    "disputed": (asked.edition.pk, *own) in disputed,
                    "corrected": asked.edition.number > 1 and said(row) != (said(was[own]) if own in was else ()),
                }
                cells[unit["unit_id"]][column.id] = _cell(column, row, before.get(own))
    one = next(iter(before.values()), None)
    called = f"{one['edition__dispatch__number']}/{one['edition__dispatch__symbol']}" if one else ""
    return Told(cells, called, one is not None and says_sample(one["edition__dispatch__subject"]), indicators, missing)


def _rows(asked: Asked) -> Iterable[dict[str, Any]]:
    """Those of this edition and, under the record that stands for each unit since, of the dispatch before and of the
    edition that this one corrects; of two records that meet, the unit's own comes last."""
    fields = [
        "edition_id", "edition__dispatch_id", "unit_id", "unit__merged_into_id", "indicator_id", "value", "out_of",
        "printed", "edition__dispatch__number", "edition__dispatch__symbol", "edition__dispatch__subject",
        "place__rank", "place__rank_of",
        "place__tied",
    ]  # fmt: skip
    if asked.columns is None:
        fields += INDICATOR
    here = Q(edition=asked.edition.pk)
    rows = _results(asked, here).annotate(place=ranked(asked.peers)).values(*fields)
    return sorted(rows, key=lambda row: row["unit__merged_into_id"] is None)


def ranked(peers: str) -> FilteredRelation:
    """For a query of figures: the rank of each that was kept at publication."""
    same = Q(
        unit__standings__edition=F("edition"), unit__standings__indicator=F("indicator"),
        unit__standings__peers=peers,
    )  # fmt: skip
    return FilteredRelation("unit__standings", condition=same)


def _results(asked: Asked, here: Q) -> QuerySet[Result]:
    edition, level = asked.edition, asked.peers.partition(":")[0]
    if asked.compared:
        here |= Q(edition__in=earlier(edition, level).values("pk"))
    if edition.number > 1:
        here |= Q(edition__in=marks.corrected_by(edition).values("pk"))
    records = {unit["unit_id"] for unit in asked.units} | {unit["merged_into_id"] or 0 for unit in asked.units}
    rows = Result.objects.filter(here, Q(unit__in=records) | Q(unit__merged_into__in=records))
    return rows if asked.columns is None else rows.filter(indicator__in=[column.id for column in asked.columns])


def earlier(edition: Edition, level: str) -> QuerySet[Edition]:
    """The dispatch before, but for one with whose units these do not compare."""
    dispatch = edition.dispatch
    day = day_of(dispatch)
    last = editions_before(dispatch, edition.indicator_set_id, day).exclude(dispatch=dispatch).values("pk")[:1]
    return Edition.objects.filter(
        ~series.reorganised_since(OuterRef("dispatch__data_as_of"), day, level, dispatch.issuer), pk__in=last
    )


def _sorted(
    edition: Edition, rows: Iterable[dict[str, Any]]
) -> tuple[dict[Key, dict[str, Any]], dict[Key, dict[str, Any]], dict[Key, dict[str, Any]]]:
    """Now by record; in the dispatch before, and in the edition corrected, by the record that stands for it."""
    now, before, was = {}, {}, {}
    for row in rows:
        lasting = (row["unit__merged_into_id"] or row["unit_id"], row["indicator_id"])
        if row["edition_id"] == edition.pk:
            now[row["unit_id"], row["indicator_id"]] = row
        elif row["edition__dispatch_id"] == edition.dispatch_id:
            was[lasting] = row
        else:
            before[lasting] = row
    return now, before, was


def _indicators(rows: Collection[dict[str, Any]]) -> tuple[Measured, ...]:
    found = {row["indicator_id"]: row for row in rows}
    return tuple(
        board.measured(row)
        for row in sorted(found.values(), key=lambda row: (row["indicator__order"], row["indicator_id"]))
    )


def _places(asked: Asked) -> dict[Key, standing.Place]:
    """Of a draft, whose ranks are kept nowhere."""
    if asked.edition.is_published:
        return {}
    ids = {unit["unit_id"] for unit in asked.units}
    places = standing.ranks(asked.edition, units=ids, peers=asked.peers)
    return {(place.unit_id, place.indicator_id): place for place in places}


def _ranked(drafted: standing.Place | None) -> dict[str, Any]:
    if drafted is None:
        return {}
    return {"place__rank": drafted.rank, "place__rank_of": drafted.rank_of, "place__tied": drafted.tied}


def _cell(column: Measured, row: dict[str, Any], before: dict[str, Any] | None) -> Cell:
    number = _number(column.kind, row)
    earlier = _number(column.kind, before) if before else None
    return cell(row, number, None if number is None or earlier is None else number - earlier, column.direction)


def cell(row: dict[str, Any], number: Decimal | None, change: Decimal | None, direction: str) -> Cell:
    return Cell(
        number, row["value"], row["out_of"], row["printed"],
        row["place__rank"], row["place__rank_of"], bool(row["place__tied"]),
        change=change, better=better(change, direction), disputed=row["disputed"], corrected=row["corrected"],
    )  # fmt: skip


def _number(kind: str, row: dict[str, Any]) -> Decimal | None:
    return board.number(kind, row["value"], row["out_of"])


def said(row: dict[str, Any]) -> marks.Said:
    return (row["value"], row["out_of"], row["printed"])


def better(change: Decimal | None, direction: str) -> bool | None:
    if not change or not direction:
        return None
    return (change > 0) == (direction == "higher")
