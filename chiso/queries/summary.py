"""What publication keeps of every board of an edition (`models.Summary`), worked out from its figures in one pass.

`queries.board` tells the same of a draft from its rows. Numbers are whole ten-thousandths here, which Python adds and
compares exactly and faster than decimals."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import fsum, gcd
from operator import itemgetter
from typing import Any

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q
from django.db.models.functions import Cast

from chiso.models import Edition, Indicator, Kind, Level, Result, Standing, Summary, Unit
from chiso.models.dispatch import READABLE_STATES
from chiso.models.result import NUMBER_PLACES, PLACES

from . import standing

PER_PAGE = 50
ONE_PAGE = 200  # so many units stand on one page: the boards of an office are read and printed whole
COLUMNS = tuple(field.attname for field in Summary._meta.concrete_fields if not field.primary_key)
_STEP = Decimal(1).scaleb(-NUMBER_PLACES)
_PARTS: int = 10**PLACES

Figure = tuple[int, int, int | None]  # unit, value and what it is of in ten-thousandths
Number = tuple[float, int, int, int]  # what it ranks by, turned round: the best is the least; unit, value, of
Place = tuple[int, int]  # rank, unit
Boards = Mapping[tuple[int, str], list[Place]]
Parent = tuple[int | None, str]  # key, short name


@dataclass(frozen=True, slots=True)
class _Peers:
    """Who stands on a board, in the order of the units; within a parent, its key. `numbers` are in the order in which
    they rank."""

    name: str
    parent: int | None
    units: Sequence[int]
    numbers: Sequence[Number]


def pages(units: int) -> int:
    return 1 if units <= ONE_PAGE else -(-units // PER_PAGE)


def of_edition(edition: Edition) -> Iterator[Summary]:
    """Every board of an edition about to be published, or published before summaries were kept: then with the ranks
    that were kept. The statements do not grow with the units."""
    levels = _peers(edition)
    kept = _standings(edition) if edition.is_published else None
    indicators = Indicator.objects.in_bulk(_figured(edition))
    for indicator, figures in groupby(_figures(edition), key=itemgetter(0)):
        of = indicators[indicator]
        found = {row[1]: row[1:] for row in figures}
        for peers in _groups(levels, of, found):
            yield _summary(edition, of, peers, found, kept)


def absent() -> list[Edition]:
    """Editions that were published before summaries were kept as they are today: none has `units`."""
    ranked = Result.objects.filter(edition=OuterRef("pk")).exclude(unit__level__in=[Level.NATION, Level.PROVINCE])
    summed_up = Summary.objects.filter(edition=OuterRef("pk"), units__gt=0)
    published = Edition.objects.filter(Exists(ranked), ~Exists(summed_up), state__in=READABLE_STATES)
    return list(published.select_related("dispatch__issuer__unit"))


def row(board: Summary) -> tuple[Any, ...]:
    """Its values in the order of `COLUMNS`, as a statement takes them."""
    values = (getattr(board, name) for name in COLUMNS)
    return tuple(json.dumps(value) if isinstance(value, list) else value for value in values)


def _figured(edition: Edition) -> list[int]:
    return list(Result.objects.filter(edition=edition).order_by().values_list("indicator", flat=True).distinct())


def _figures(edition: Edition) -> Iterable[Any]:
    rows = Result.objects.filter(edition=edition).order_by("indicator_id", "unit_id")
    return rows.values_list("indicator_id", "unit_id", _parts("value"), _parts("out_of")).iterator(chunk_size=10_000)


def _parts(field: str) -> Cast:
    return Cast(Func(F(field) * _PARTS, function="ROUND"), BigIntegerField())


def _peers(edition: Edition) -> dict[str, dict[int, Parent]]:
    """The units that have peers, by level and parent."""
    awaited = Q(pk__in=standing.peers_of(edition).order_by().values("pk"))
    if edition.is_published:  # whoever has a figure stands there, wherever it belongs today
        figured = Result.objects.filter(edition=edition).exclude(unit__level__in=[Level.NATION, Level.PROVINCE])
        awaited |= Q(pk__in=figured.values("unit"))
    rows = Unit.objects.filter(awaited).order_by("order", "sort_key", "slug")
    under = _under(edition) if edition.is_published else {}
    levels: dict[str, dict[int, Parent]] = defaultdict(dict)
    for unit, level, parent, slug in rows.values_list("pk", "level", "parent_id", "parent__slug"):
        levels[level][unit] = under.get(unit, (parent, slug or ""))
    return levels


def _under(edition: Edition) -> dict[int, Parent]:
    """Under whom those stood that were ranked within a parent."""
    rows = Standing.objects.filter(edition=edition, peers__contains=":").order_by()
    named = [(unit, peers.partition(":")[2]) for unit, peers in rows.values_list("unit", "peers").distinct()]
    parents = dict(Unit.objects.filter(slug__in={slug for _unit, slug in named}).values_list("slug", "pk"))
    return {unit: (parents.get(slug), slug) for unit, slug in named}


def _groups(levels: Mapping[str, Mapping[int, Parent]], of: Indicator, found: Mapping[int, Figure]) -> Iterator[_Peers]:
    """The whole of a level, and within each parent where the indicator's figures stand under several. Sorted once: the
    numbers of a parent are those of its level in the same order."""
    for level, units in levels.items():
        filled = {parent for unit, parent in units.items() if unit in found}
        if not filled:
            continue
        numbers = sorted(_numbers(of, [found[unit] for unit in units if unit in found]))
        yield _Peers(level, None, list(units), numbers)
        if len(filled) > 1:
            own: dict[Parent, tuple[list[int], list[Number]]] = {parent: ([], []) for parent in filled}
            for unit, parent in units.items():
                if parent in own:
                    own[parent][0].append(unit)
            for number in numbers:
                own[units[number[1]]][1].append(number)
            yield from (_Peers(f"{level}:{slug}", parent, *within) for (parent, slug), within in own.items())


def _standings(edition: Edition) -> Boards:
    boards: dict[tuple[int, str], list[Place]] = defaultdict(list)
    rows = Standing.objects.filter(edition=edition).order_by("indicator_id", "peers", "rank", "unit_id")
    for indicator, peers, rank, unit in rows.values_list("indicator_id", "peers", "rank", "unit_id"):
        boards[indicator, peers].append((rank, unit))
    return boards


def _summary(
    edition: Edition, of: Indicator, peers: _Peers, found: Mapping[int, Figure], kept: Boards | None
) -> Summary:
    numbers = peers.numbers
    places = _places(of, numbers) if kept is None else kept.get((of.pk, peers.name), [])
    ranked = {unit for _rank, unit in places}
    rest = [unit for unit in peers.units if unit not in ranked] if len(ranked) < len(peers.units) else []
    return Summary(
        edition=edition, indicator=of, peers=peers.name, parent_id=peers.parent, units=len(peers.units),
        count=sum(unit in found for unit in peers.units), ranked=len(places), tied=_tied(places),
        decimals=_decimals(of, numbers), breaks=places[::PER_PAGE] if len(peers.units) > ONE_PAGE else [],
        rest=sorted(rest, key=lambda unit: unit not in found), **_spread(of, numbers),
    )  # fmt: skip


def _numbers(of: Indicator, figures: Iterable[Figure]) -> Iterator[Number]:
    """A share of nothing has none."""
    turn = 1 if of.direction == "lower" else -1
    for unit, value, out_of in figures:
        if of.kind != Kind.SHARE:
            yield turn * value, unit, value, _PARTS
        elif out_of:
            yield turn * (value / out_of), unit, value, out_of


def _places(of: Indicator, numbers: Sequence[Number]) -> list[Place]:
    """As `standing.rankings` has them: standard competition ranking, nobody alone."""
    if not of.direction or len(numbers) < 2:
        return []
    places, rank, last = [], 0, None
    for place, (score, unit, *_figure) in enumerate(numbers, 1):
        if score != last:
            rank, last = place, score
        places.append((rank, unit))
    return places


def _tied(places: Sequence[Place]) -> int:
    several = Counter(rank for rank, _unit in places)
    return sum(count for count in several.values() if count > 1)


def _decimals(of: Indicator, numbers: Sequence[Number]) -> int:
    if of.kind == Kind.SHARE:
        return PLACES if any(100 * value % out_of for _score, _unit, value, out_of in numbers) else 0
    common = gcd(*(value for _score, _unit, value, _of in numbers))
    return next(places for places in range(PLACES + 1) if common * 10**places % _PARTS == 0)


def _spread(of: Indicator, numbers: Sequence[Number]) -> dict[str, Decimal]:
    if not numbers:
        return {}
    middle = [numbers[(len(numbers) - 1) // 2], numbers[len(numbers) // 2]]
    ends = sorted(_exact(of, one) for one in (numbers[0], numbers[-1]))
    found = {
        "lowest": ends[0], "highest": ends[1], "mean": _mean(of, numbers),
        "median": sum((_exact(of, one) for one in middle), Decimal(0)) / 2,
    }  # fmt: skip
    return {name: each.quantize(_STEP) for name, each in found.items()}


def _exact(of: Indicator, number: Number) -> Decimal:
    _score, _unit, value, out_of = number
    return Decimal(100 * value if of.kind == Kind.SHARE else value) / out_of


def _mean(of: Indicator, numbers: Sequence[Number]) -> Decimal:
    if of.kind == Kind.SHARE:
        return Decimal(100 * fsum(value / out_of for _score, _unit, value, out_of in numbers) / len(numbers))
    return Decimal(sum(value for _score, _unit, value, _of in numbers)) / len(numbers) / _PARTS
