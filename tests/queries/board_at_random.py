"""Random boards, and the ranking rule told a second time, slowly: one more than how many peers are strictly better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

from chiso.models import Direction, Edition, Indicator, IndicatorSet, Issuer, Level, Result, Unit
from tests import make

DAY = date(2023, 9, 12)
_BEFORE, _AFTER = date(2020, 1, 1), date(2025, 1, 1)
_KINDS = ("score", "percent", "count", "share")

Place = tuple[str, str, str, int, int, bool]  # indicator, unit, peers, rank, of how many, tied


# --- The boards -----------------------------------------------------------------------------------
def edition(seed: int) -> Edition:
    """A draft of a made-up province: units that come and go, figures with ties and gaps."""
    random = Random(seed)  # noqa: S311 -- the same board for the same seed is what is wanted
    nation = make.unit(slug="nation", level=Level.NATION)
    province = make.unit(slug="province", level=Level.PROVINCE, parent=nation)
    issuer = Issuer.objects.create(unit=province, slug="office", name="Office")
    units = [nation, province, *_below(random, province), *_elsewhere(nation)]
    opened = make.edition(
        dispatch=make.dispatch(issuer=issuer, data_as_of=DAY),
        indicator_set=IndicatorSet.objects.create(code="any", name="Any", valid_from=_BEFORE),
    )
    figures = [figure for each in indicators(random, opened) for figure in _figures(random, opened, each, units)]
    Result.objects.bulk_create(random.sample(figures, len(figures)))
    return opened


def indicators(random: Random, opened: Edition) -> list[Indicator]:
    return [
        Indicator.objects.create(
            indicator_set=opened.indicator_set, code=f"{kind}-{direction}", name=kind, kind=kind, direction=direction
        )
        for kind in _KINDS
        for direction in random.sample(Direction.values, 2)
    ]


def _below(random: Random, province: Unit) -> Iterator[Unit]:
    districts = [_unit(random, f"district-{number}", province) for number in range(random.choice([1, 2, 4, 6]))]
    yield from districts
    for number in range(random.choice([0, 1, 5])):
        yield _unit(random, f"agency-{number}", province, Level.AGENCY)
    parents = random.sample(districts, random.randint(1, len(districts)))
    for number in range(random.choice([0, 1, 6, 9])):
        yield _unit(random, f"commune-{number}", random.choice(parents), Level.COMMUNE)


def _elsewhere(nation: Unit) -> Iterator[Unit]:
    """Units of the same levels that are nobody's peers here, with figures all the same."""
    other = make.unit(slug="other", level=Level.PROVINCE, parent=nation)
    yield from (make.unit(slug=f"foreign-{number}", parent=other) for number in range(2))


def _unit(random: Random, slug: str, parent: Unit, level: str = Level.DISTRICT) -> Unit:
    known = {"valid_from": _BEFORE, "valid_to": DAY}, {"valid_from": DAY}, {}, {}, {}
    gone = {"valid_to": date(2023, 9, 11)}, {"valid_from": date(2023, 9, 13), "valid_to": _AFTER}
    fields = random.choice(gone if random.random() < 0.15 else known)
    return make.unit(slug=slug, parent=parent, level=level, **fields)


def _figures(random: Random, opened: Edition, indicator: Indicator, units: list[Unit]) -> Iterator[Result]:
    pool = [_number(random, indicator.kind) for _ in range(random.choice([1, 3, 20]))]
    missing = random.choice([0, 0.2, 0.9])
    for unit in units:
        if random.random() >= missing:
            value, out_of = random.choice(pool)
            yield Result(
                edition=opened, indicator=indicator, unit=unit, value=value, out_of=out_of, printed="?", cell="II"
            )


def _number(random: Random, kind: str) -> tuple[Decimal, Decimal | None]:
    if kind == "share":
        return _share(random)
    if kind == "count":
        return Decimal(random.choice([0, 1, 2, random.randrange(10**11)])), None
    near = Decimal(random.choice(["57.72", "99999999999.9995", "0.0005"]))  # neighbours in the last place we keep
    return near + Decimal(random.randrange(5)).scaleb(-4), None


def _share(random: Random) -> tuple[Decimal, Decimal]:
    """Ratios that are often equal though nothing of them is alike; sometimes of nothing, or beside each other."""
    done, total = random.choice([(0, 0), (0, 7), (1, 3), (2, 3), (1, 1), (3, 7), (random.randrange(99), 99)])
    if total == 3 and random.random() < 0.2:
        return Decimal(done).scaleb(-1), Decimal(total).scaleb(-1)
    times = random.choice([1, 2, 11, 37, 111, 333_333])
    return Decimal(done * times), Decimal(total * times)


# --- The rule, slowly -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Entry:
    unit: Unit
    indicator: Indicator
    measure: Fraction


def places(opened: Edition) -> set[Place]:
    """Every place of an edition, from its rows alone."""
    peers = [unit for unit in Unit.objects.all() if _has_peers(unit, opened)]
    entries = [
        entry for result in opened.results.select_related("unit", "indicator") for entry in _entries(result, peers)
    ]
    found: set[Place] = set()
    for unit in peers:
        for key in {unit.level, _within(unit, peers)}:
            group = [one for one in entries if key in (one.unit.level, _within(one.unit, peers))]
            found |= {_place(entry, key, group) for entry in group if len(_alike(entry, group)) > 1}
    return found


def _has_peers(unit: Unit, opened: Edition) -> bool:
    above, root = unit.parent, opened.dispatch.issuer.unit
    valid = (unit.valid_from or DAY) <= opened.dispatch.data_as_of <= (unit.valid_to or DAY)
    while above is not None and above != root:
        above = above.parent
    return above is not None and valid


def _within(unit: Unit, peers: list[Unit]) -> str:
    """ "commune:district-1", or the level again where all of it stands under one parent."""
    parents = {peer.parent.slug for peer in peers if peer.level == unit.level}
    return f"{unit.level}:{unit.parent.slug}" if len(parents) > 1 else unit.level


def _entries(result: Result, peers: list[Unit]) -> Iterator[Entry]:
    if result.unit not in peers or result.indicator.direction == "":
        return
    if result.indicator.kind != "share":
        yield Entry(result.unit, result.indicator, Fraction(result.value))
    elif result.out_of:
        yield Entry(result.unit, result.indicator, Fraction(result.value) / Fraction(result.out_of))


def _alike(entry: Entry, group: list[Entry]) -> list[Entry]:
    return [one for one in group if one.indicator == entry.indicator]


def _place(entry: Entry, peers: str, group: list[Entry]) -> Place:
    others = [one.measure for one in _alike(entry, group)]
    higher = entry.indicator.direction == "higher"
    better = [one for one in others if (one > entry.measure if higher else one < entry.measure)]
    equal = [one for one in others if one == entry.measure]
    return entry.indicator.code, entry.unit.slug, peers, len(better) + 1, len(others), len(equal) > 1
