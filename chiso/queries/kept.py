"""Boards of published editions, read as publication kept them: the boards there are, all rows of one, or those of a
page, which are found by the (rank, unit) at which it begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, FilteredRelation, JSONField, Max, OuterRef, Q, QuerySet, When

from chiso.models import Edition, Indicator, Level, Result, Standing, Summary, Unit

from . import summary

MOST_GROUPS = 40  # groups within parents to which a page of a board leads
INDICATOR = [f"indicator__{field}" for field in ("code", "name", "short_name", "kind", "maximum", "direction", "order")]
_BOARD = [
    "peers", "parent_id", "parent__slug", "parent__name", "parent__order", "count", "indicator_id", *INDICATOR,
]  # fmt: skip
_NUMBERS = ("units", "ranked", "tied", "lowest", "highest", "mean", "median", "decimals")
UNIT = ("slug", "name", "parent_id", "merged_into_id", "search", "sort_key", "order")
PLACE, UNRANKED = ("rank", "rank_of", "tied"), (None, None, False)
_FIGURE = {name: F(f"figure__{name}") for name in ("out_of", "printed", "cell", "position")} | {
    "figure_value": F("figure__value"), "source_name": F("figure__source__name"),
}  # fmt: skip
_MANY = 10_000  # keys in one statement

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Near:
    """The board looked at, and which others are named beside it: all, or (`few`) those of whole levels and, of those
    within a parent, the first ones or those within the parents of `under`. `alike`: these by the same indicator, else
    the board may be by the first indicator of the peers, where they have none of this `code`."""

    code: str
    peers: str
    few: bool = False
    alike: bool = True
    under: Collection[int] | None = None


def boards(edition: Edition, near: Near | None = None) -> list[Row]:
    """In the order of the indicators; one SQL query. Of the board looked at all that is kept, of the others how many
    figures they have."""
    is_rest = Exists(Indicator.objects.filter(complement=OuterRef("indicator_id")))
    rows = Summary.objects.filter(edition=edition).annotate(is_rest=is_rest)
    fields = [*_BOARD, "is_rest"]
    if near is not None:
        # Only what is long is left away of the others: a condition for each number costs more than all numbers do.
        rows = rows.filter(_beside(edition, near)) if near.few else rows
        here = _here(edition, near)
        rows = rows.annotate(
            here=Case(When(here, then=True), default=False),
            its_breaks=Case(When(here, then=F("breaks")), output_field=JSONField()),
            its_rest=Case(When(here, then=F("rest")), output_field=JSONField()),
        )
        fields += [*_NUMBERS, "here", "its_breaks", "its_rest"]
    return sorted(rows.values(*fields), key=_in_order)


def of_editions(editions: Collection[Edition], code: str, peers: str) -> list[Row]:
    """Boards that any of several editions has, each by the last that keeps it and in the order of the indicators, and
    the one asked for by every edition that has it; of groups within a parent those alone that share its indicator or
    are its peers. One SQL query."""
    every = Summary.objects.filter(edition__in=editions)
    beside = every.filter(Q(parent=None) | Q(indicator__code=code) | Q(peers=peers)).order_by()
    last = beside.values("indicator__code", "peers").annotate(last=Max("pk")).values("last")
    rows = every.filter(Q(pk__in=last) | Q(indicator__code=code, peers=peers))
    return sorted(rows.values("edition_id", *_BOARD), key=_in_order)


def _beside(edition: Edition, near: Near) -> Q:
    within = Summary.objects.filter(edition=edition, parent__isnull=False)
    if near.alike:
        within = within.filter(indicator__code=near.code)
    if near.under is not None:
        within = within.filter(parent__in=near.under)
    else:
        named = within.order_by("peers").values("peers").distinct()[: MOST_GROUPS + 1]
        within = within.filter(peers__in=named)
    return Q(peers__in=Level.values) | Q(peers=near.peers) | Q(pk__in=within.values("pk"))


def _here(edition: Edition, near: Near) -> Q:
    if near.alike:
        return Q(peers=near.peers, indicator__code=near.code)
    asked = Case(When(indicator__code=near.code, then=0), default=1)
    those = Summary.objects.filter(edition=edition, peers=near.peers)
    return Q(pk__in=those.order_by(asked, "indicator__order", "indicator_id").values("pk")[:1])


def _in_order(row: Row) -> tuple[Any, ...]:
    level, within, _slug = row["peers"].partition(":")
    parent = row["parent__order"] or 0, row["parent__slug"] or ""
    return row["indicator__order"], row["indicator_id"], level, bool(within), *parent


# --- Rows -----------------------------------------------------------------------------------------
def its(boards: Iterable[Row]) -> Row:
    """What is kept of the board looked at, which is among them."""
    row = next(row for row in boards if row["here"])
    return row | {"breaks": row["its_breaks"], "rest": row["its_rest"]}


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of which board. `beside`: as those of a table of many indicators, so that a record that was merged since
    stands there with any figure."""

    edition: Edition
    indicator: int
    peers: str
    its: Row
    beside: bool = False

    def every(self) -> list[Row]:
        """By rank, then those without one. 2 SQL queries, one where all are ranked; more where very many are not."""
        return [*self._ranked().order_by("rank", "unit_id"), *self._resting(self.its["rest"])]

    def page(self, page: int) -> list[Row]:
        """Those of one page of a board of many. One SQL query, two where the page goes beyond the ranked ones."""
        start, ranked = summary.PER_PAGE * (page - 1), self.its["ranked"]
        found: list[Row] = []
        if start < ranked:
            rank, unit = self.its["breaks"][page - 1]
            # The first leads the index to the place; the second leaves out who is tied and stood before.
            rows = self._ranked().filter(Q(rank__gt=rank) | Q(unit__gte=unit), rank__gte=rank)
            found = list(rows.order_by("rank", "unit_id")[: summary.PER_PAGE])
        behind = self.its["rest"][max(0, start - ranked) : max(0, start + summary.PER_PAGE - ranked)]
        return [*found, *self._resting(behind)]

    def nameless(self, page: int, named: Collection[int]) -> list[Row]:
        """The same where all are ranked and those met by name stand last among equals: ranks tell places, so that
        those who are tied with the first of the page alone are looked through."""
        start, rank = summary.PER_PAGE * (page - 1), self.its["breaks"][page - 1][0]
        rows = self._ranked().filter(rank__gte=rank, rank__lte=start + summary.PER_PAGE)
        skipped = start + 1 - rank
        named_last = Case(When(unit__in=named, then=1), default=0)
        in_order = rows.order_by("rank", named_last, "unit_id")
        return list(in_order[skipped : skipped + summary.PER_PAGE])

    def resting(self) -> list[int]:
        """The units without a rank."""
        return [row["unit_id"] for row in self._resting(self.its["rest"])]

    def of_units(self, units: Collection[int]) -> list[Row]:
        """Those of some units alone, whatever stands beside them. One SQL query."""
        place = Q(standings__edition=self.edition.pk, standings__indicator=self.indicator, standings__peers=self.peers)
        resting = [unit for unit in self.its["rest"] if unit in units]
        there = self._there().filter(pk__in=resting).values("pk")
        rows = (
            Unit.objects.filter(pk__in=units)
            .annotate(figure=self._its_figure(), place=FilteredRelation("standings", condition=place))
            .filter(Q(place__isnull=False) | Q(pk__in=there))
            .values(*UNIT, **of_unit(), **{name: F(f"place__{name}") for name in PLACE})
        )
        return list(rows)

    def _ranked(self) -> QuerySet[Any, Row]:
        figure = Q(unit__results__edition=self.edition.pk, unit__results__indicator=self.indicator)
        standings = Standing.objects.filter(edition=self.edition, indicator=self.indicator, peers=self.peers)
        unit = {name: F(f"unit__{name}") for name in UNIT}
        rows: QuerySet[Any, Row] = standings.annotate(
            figure=FilteredRelation("unit__results", condition=figure)
        ).values(*PLACE, "unit_id", **unit, **_FIGURE)
        return rows

    def _resting(self, units: Sequence[int]) -> Iterator[Row]:
        """Those without a rank, in the order given."""
        there = self._there().annotate(figure=self._its_figure())
        for start in range(0, len(units), _MANY):
            some = units[start : start + _MANY]
            rows = there.filter(pk__in=some).values(*UNIT, **of_unit())
            found = {row["unit_id"]: row | dict(zip(PLACE, UNRANKED, strict=True)) for row in rows}
            yield from (found[unit] for unit in some if unit in found)

    def _its_figure(self) -> FilteredRelation:
        here = Q(results__edition=self.edition.pk, results__indicator=self.indicator)
        return FilteredRelation("results", condition=here)

    def _there(self) -> QuerySet[Unit]:
        """Without a record that was merged since and has no figure here, and the unit whose second record has it."""
        figures = Result.objects.filter(edition=self.edition)
        if not self.beside:
            figures = figures.filter(indicator=self.indicator)
        there = Unit.objects.filter(Q(merged_into=None) | Exists(figures.filter(unit=OuterRef("pk"))))
        return there.exclude(pk__in=figures.filter(unit__merged_into__isnull=False).values("unit__merged_into"))


def of_unit() -> dict[str, F]:
    """What a row is made of, asked of units that are joined with their `figure`."""
    return {"unit_id": F("pk"), **_FIGURE}
