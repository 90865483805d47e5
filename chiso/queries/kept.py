"""Boards of published editions, read as publication kept them: the boards there are, all rows of one, or those of a
page, which are found by the (rank, unit) at which it begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, FilteredRelation, JSONField, Q, QuerySet, When

from chiso.models import Edition, Level, Result, Standing, Summary, Unit

from .summary import PER_PAGE

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
    within a parent, the first ones by the same indicator, or those within the parents of `under`."""

    code: str
    peers: str
    few: bool = False
    under: Collection[int] | None = None


def boards(edition: Edition, near: Near | None = None) -> list[Row]:
    """In the order of the indicators; one SQL query. Of the board looked at all that is kept, of the others how many
    figures they have."""
    rows = Summary.objects.filter(edition=edition)
    fields = _BOARD
    if near is not None:
        rows = rows.filter(_beside(edition, near)) if near.few else rows
        here = Q(peers=near.peers, indicator__code=near.code)
        rows = rows.annotate(**{f"its_{name}": Case(When(here, then=F(name))) for name in _NUMBERS})
        rows = rows.annotate(**{
            f"its_{name}": Case(When(here, then=F(name)), output_field=JSONField()) for name in ("breaks", "rest")
        })  # fmt: skip
        fields = [*_BOARD, *(f"its_{name}" for name in (*_NUMBERS, "breaks", "rest"))]
    return sorted(rows.values(*fields), key=_in_order)


def _beside(edition: Edition, near: Near) -> Q:
    within = Summary.objects.filter(edition=edition, parent__isnull=False)
    if near.code:
        within = within.filter(indicator__code=near.code)
    if near.under is not None:
        within = within.filter(parent__in=near.under)
    else:
        within = within.order_by("peers")[: MOST_GROUPS + 1]
    return Q(peers__in=Level.values) | Q(peers=near.peers) | Q(pk__in=within.values("pk"))


def _in_order(row: Row) -> tuple[Any, ...]:
    level, within, _slug = row["peers"].partition(":")
    parent = row["parent__order"] or 0, row["parent__slug"] or ""
    return row["indicator__order"], row["indicator_id"], level, bool(within), *parent


# --- Rows -----------------------------------------------------------------------------------------
def its(boards: Iterable[Row], near: Near) -> Row:
    """What is kept of the board looked at; raises `LookupError`."""
    for row in boards:
        if (row["indicator__code"], row["peers"]) == (near.code, near.peers):
            return {name: row[f"its_{name}"] for name in (*_NUMBERS, "breaks", "rest")}
    raise LookupError(near)


def every_row(edition: Edition, indicator: int, peers: str, rest: Sequence[int]) -> list[Row]:
    """All rows of a board: by rank, then those without one. 2 SQL queries, one where all are ranked; more where very
    many are not."""
    return [*_ranked(edition, indicator, peers).order_by("rank", "unit_id"), *_resting(edition, indicator, rest)]


def page_rows(edition: Edition, indicator: int, peers: str, its: Row, page: int) -> list[Row]:
    """Those of one page of a board of many. One SQL query, two where the page goes beyond the ranked ones."""
    start = PER_PAGE * (page - 1)
    found: list[Row] = []
    if start < its["ranked"]:
        rank, unit = its["breaks"][page - 1]
        # The first condition leads the index to the place; the second leaves out who is tied and stood before.
        rows = _ranked(edition, indicator, peers).filter(Q(rank__gt=rank) | Q(unit__gte=unit), rank__gte=rank)
        found = list(rows.order_by("rank", "unit_id")[:PER_PAGE])
    first = max(0, start - its["ranked"])
    behind = its["rest"][first : max(0, start + PER_PAGE - its["ranked"])]
    return [*found, *_resting(edition, indicator, behind)]


def nameless_rows(edition: Edition, indicator: int, peers: str, its: Row, page: int) -> list[Row]:
    """The same where all are ranked and equal ones stand by their figures: ranks tell places, so that those who are
    tied with the first of the page alone are looked through."""
    start = PER_PAGE * (page - 1)
    rank = its["breaks"][page - 1][0]
    rows = _ranked(edition, indicator, peers).filter(rank__gte=rank, rank__lte=start + PER_PAGE)
    skipped = start + 1 - rank
    return list(rows.order_by("rank", "-out_of", "printed", "unit_id")[skipped : skipped + PER_PAGE])


def _ranked(edition: Edition, indicator: int, peers: str) -> QuerySet[Standing, Row]:
    figure = Q(unit__results__edition=edition.pk, unit__results__indicator=indicator)
    standings = Standing.objects.filter(edition=edition, indicator=indicator, peers=peers)
    unit = {name: F(f"unit__{name}") for name in UNIT}
    return standings.annotate(figure=FilteredRelation("unit__results", condition=figure)).values(
        *PLACE, "unit_id", **unit, **_FIGURE
    )


def _resting(edition: Edition, indicator: int, units: Sequence[int]) -> Iterator[Row]:
    """Those without a rank, in the order given: but for a record that was merged since and has no figure here, and the
    unit whose second record has it."""
    merged = Result.objects.filter(edition=edition, indicator=indicator, unit__merged_into__isnull=False)
    figure = FilteredRelation("results", condition=Q(results__edition=edition.pk, results__indicator=indicator))
    there = Unit.objects.annotate(figure=figure).filter(Q(figure__isnull=False) | Q(merged_into=None))
    there = there.exclude(pk__in=merged.values("unit__merged_into"))
    for start in range(0, len(units), _MANY):
        some = units[start : start + _MANY]
        rows = there.filter(pk__in=some).values(*UNIT, **of_unit())
        found = {row["unit_id"]: row | dict(zip(PLACE, UNRANKED, strict=True)) for row in rows}
        yield from (found[unit] for unit in some if unit in found)


def of_unit() -> dict[str, F]:
    """What a row is made of, asked of units that are joined with their `figure`."""
    return {"unit_id": F("pk"), **_FIGURE}
