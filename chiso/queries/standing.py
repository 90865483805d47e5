"""Ranks by one window query of all boards: on the fly for a draft, written once as standings at publication.

Peers are the units of one level under the issuer, valid at the data date; where a level has several parents, also
those within each parent. Standard competition ranking; a share ranks by its ratio; a group of one and an indicator
with no better direction are not ranked. `ranking.rules` says the same in plain Python.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Case, Count, F, FloatField, Func, Q, QuerySet, When
from django.db.models.functions import Cast

from chiso.models import Edition, Indicator, Level, Result, Standing, Unit
from chiso.models.result import PLACES

from .case import day_of


@dataclass(frozen=True, slots=True)
class Place:
    """One unit's rank by one indicator among one group of peers ("district", "commune:quang-dien")."""

    indicator_id: int
    unit_id: int
    peers: str
    rank: int
    rank_of: int
    tied: bool


FIELDS = ("indicator_id", "unit_id", "peers", "rank", "rank_of", "tied")
KEPT = ("edition_id", "indicator_id", "unit_id", "value", "peers", "rank", "rank_of", "tied")


def ranks(
    edition: Edition,
    *,
    indicator: Indicator | None = None,
    units: Collection[int] | None = None,
    peers: str | None = None,
) -> list[Place]:
    """Places of an edition, in no order: kept ones where it was published, else worked out now."""
    if edition.is_published:
        rows = Standing.objects.filter(edition=edition)
        rows = rows.filter(indicator=indicator) if indicator else rows
        rows = rows.filter(unit__in=units) if units is not None else rows
        rows = rows.filter(peers=peers) if peers is not None else rows
        return [Place(*row) for row in rows.values_list(*FIELDS)]
    with connections[Result.objects.all().db].cursor() as cursor:
        cursor.execute(*ranking(edition, indicator, peers))
        places = [
            Place(of, unit, group, rank, rank_of, bool(tied))
            for _edition, of, unit, _value, group, rank, rank_of, tied in cursor.fetchall()
        ]
    return [
        place
        for place in places
        if (units is None or place.unit_id in units) and (peers is None or place.peers == peers)
    ]


def ranking(
    edition: Edition, indicator: Indicator | None = None, peers: str | None = None
) -> tuple[str, tuple[Any, ...]]:
    """The rows to become standings (`KEPT`), by one SELECT with its parameters: among all units of a level, and within
    each parent where there are several. `peers` is one group alone.

    One pass over the figures, and both ranks by one window: of 8,400 figures in two thirds of the time of a query for
    each, whose ties and counts were windows of their own."""
    figures = _figures(edition)
    if indicator is not None:
        figures = figures.filter(indicator=indicator)
    if peers is not None:
        figures = figures.filter(unit__level=peers.partition(":")[0])
    groups = _groups(edition, peers)
    if peers is not None and ":" in peers:  # whoever asks for it knows that its level stands under several
        figures = figures.filter(unit__parent__slug=peers.partition(":")[2])
    rows = figures.order_by().values_list(
        "edition_id", "indicator_id", "unit_id", "value", "unit__level", "unit__parent_id", "unit__parent__slug",
        "score",
    )  # fmt: skip
    sql, params = rows.query.sql_with_params()
    return _RANKED.format(figures=sql, groups=" UNION ALL ".join(groups)), params


_WHOLE = "SELECT scored.*, level AS peers, 0 AS within FROM scored"
_WITHIN = "SELECT scored.*, level || ':' || parent AS peers, parent_id AS within FROM scored"
# `up_to` counts the better ones and the equal ones: more than the rank where others are equal.
_RANKED = """
WITH scored (edition_id, indicator_id, unit_id, value, level, parent_id, parent, score) AS ({figures}),
grouped AS ({groups}),
ranked AS (
    SELECT edition_id, indicator_id, unit_id, value, peers, rank() OVER best AS rank, count(*) OVER best AS up_to,
        count(*) OVER (PARTITION BY indicator_id, level, within) AS rank_of
    FROM grouped WINDOW best AS (PARTITION BY indicator_id, level, within ORDER BY score DESC)
)
SELECT edition_id, indicator_id, unit_id, value, peers, rank, rank_of, up_to > rank AS tied
FROM ranked WHERE rank_of > 1
"""


def _groups(edition: Edition, only: str | None) -> list[str]:
    if only is not None:
        return [_WITHIN if ":" in only else _WHOLE]
    levels = ", ".join(f"'{Level(level)}'" for level in _levels_with_parents(edition))
    return [_WHOLE, f"{_WITHIN} WHERE level IN ({levels})"] if levels else [_WHOLE]


def basis(edition: Edition) -> tuple[list[Any], ...]:
    """All that the ranks of an open edition follow from, beside its figures: which units with a figure are peers and
    under whom, which levels stand under several parents, and which way an indicator is better. Where it is the same,
    the ranks are: 14,000 rows instead of 168,000."""
    figured = Result.objects.filter(edition=edition).order_by()
    peers = Unit.objects.filter(pk__in=peers_of(edition).order_by().values("pk")).filter(pk__in=figured.values("unit"))
    of = Indicator.objects.filter(pk__in=figured.values("indicator")).order_by("pk")
    return (
        list(peers.order_by("pk").values_list("pk", "level", "parent_id", "parent__slug")),
        _levels_with_parents(edition),
        list(of.values_list("pk", "kind", "direction")),
    )


def peers_of(edition: Edition) -> QuerySet[Unit]:
    """Units that can have peers in an edition: below the issuer's unit, valid at the data date."""
    root = edition.dispatch.issuer.unit_id
    below = Unit.objects.filter(Q(parent=root) | Q(parent__parent=root) | Q(parent__parent__parent=root))
    return below.unmerged().valid_on(day_of(edition.dispatch))


def units_of(edition: Edition) -> QuerySet[Unit]:
    """Units whose figures an edition may hold: the issuer's tree at the data date, and the nation and provinces."""
    beside = Q(pk=edition.dispatch.issuer.unit_id) | Q(level__in=[Level.NATION, Level.PROVINCE])
    return Unit.objects.unmerged().filter(beside | Q(pk__in=peers_of(edition).order_by().values("pk")))


def may_hold(edition: Edition, unit: Unit) -> bool:
    """Whether `units_of` has the unit: without asking the database of each of many editions."""
    root = edition.dispatch.issuer.unit_id
    beside = unit.pk == root or unit.level in (Level.NATION, Level.PROVINCE)
    below = root in unit.line() and unit.valid_at(day_of(edition.dispatch))
    return unit.merged_into_id is None and (beside or below)


def figures_of_peers(edition: Edition) -> QuerySet[Result]:
    """Figures of units that have peers. What is published stays as it was, wherever its units belong today."""
    figures = Result.objects.filter(edition=edition)
    if edition.is_published:
        return figures.exclude(unit__level__in=[Level.NATION, Level.PROVINCE])
    return figures.filter(unit__in=peers_of(edition))


def _figures(edition: Edition) -> QuerySet[Any, Any]:
    """Figures that rank, each with `score`: higher is better. A share of nothing has no ratio and does not rank."""
    unranked = Q(indicator__direction="") | Q(indicator__kind="share") & (Q(out_of__isnull=True) | Q(out_of=0))
    figures = Result.objects.filter(edition=edition, unit__in=peers_of(edition)).exclude(unranked)
    number = Case(
        When(indicator__kind="share", then=_ten_thousandths("value") / _ten_thousandths("out_of")),
        default=Cast("value", FloatField()),
    )
    signed = Case(When(indicator__direction="lower", then=-F("number")), default=F("number"), output_field=FloatField())
    return figures.annotate(number=number).annotate(score=signed)


def _ten_thousandths(field: str) -> Cast:
    """One side of a share as a whole number, which a double holds exactly where 0.1 is only near.

    The quotient is then rounded once, so that 0.1/0.3 equals 1/3. Two different ratios could look alike only
    where both totals are above 2**26, 67 million.
    """
    return Cast(Func(F(field) * 10**PLACES, function="ROUND"), FloatField())


def _levels_with_parents(edition: Edition) -> list[str]:
    """Levels whose units stand under several parents."""
    counted = peers_of(edition).order_by().values("level").annotate(parents=Count("parent", distinct=True))
    return sorted(row["level"] for row in counted if row["parents"] > 1)
