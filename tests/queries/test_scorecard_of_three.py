"""Standing, reasons, movement and chart of every unit in the three dispatches on record, told a second time, slowly,
from the files of expected figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest

from chiso.models import Edition, Level, Unit, User
from chiso.pages import chart
from chiso.queries import scorecard
from chiso.queries.scorecard import Scorecard, Wanted
from chiso.ranking.why import Amount
from tests import record
from tests.ingest.expected import NUMBERS, figures

Figures = dict[tuple[str, str], Fraction]  # (unit, indicator) -> what it ranks by
LOWER, UNRANKED = {"CTDT.CTK", "HSTT.QH"}, {"MDSH.4", "MDSH.5"}
SHARES = {"CTDT.TK"}


def read(number: str) -> Figures:
    return {
        (each.unit, each.indicator): Fraction(each.value) / (Fraction(each.out_of) if each.indicator in SHARES else 1)
        for each in figures(number=number)
    }


@pytest.fixture
def three(db) -> tuple[tuple[Edition, Edition, Edition], User]:
    record.office_of_2023()
    return record.published_three(), record.person("reader@example.org", role="clerk")


def test_every_unit_in_every_dispatch(three):
    editions, user = three
    told = {number: read(number) for number in NUMBERS}
    levels = dict(Unit.objects.values_list("slug", "level"))
    units = sorted({unit for each in told.values() for unit, _code in each})
    assert len(units) == 29  # nation, province, 9 districts, 18 agencies
    for unit in Unit.objects.filter(slug__in=units):
        for place, (number, edition) in enumerate(zip(NUMBERS, editions, strict=True)):
            dispatch = edition.dispatch
            card = scorecard.for_unit(unit, user, Wanted((dispatch.issuer.slug, dispatch.year, dispatch.address)))
            assert card is not None
            peers = {slug for slug, level in levels.items() if level == unit.level} - {unit.slug}
            _stands(card, told[number], peers)
            _moved(card, told[number], told[NUMBERS[place - 1]] if place else {}, peers)
            _charted(card, [told[each] for each in NUMBERS])


def _stands(card: Scorecard, now: Figures, peers: set[str]) -> None:
    alone = card.unit.level in (Level.NATION, Level.PROVINCE)
    for line in card.lines:
        code = line.indicator.code
        own = now.get((card.unit.slug, code))
        assert line.measure == own, (card.unit, code)
        others = [now[peer, code] for peer in peers if (peer, code) in now]
        if alone or own is None or code in UNRANKED or not others:
            assert line.places == ()
            continue
        above = [each for each in others if (each < own if code in LOWER else each > own)]
        rank, of = len(above) + 1, len(others) + 1
        assert [(each.rank, each.rank_of, each.tied) for each in line.places] == [(rank, of, own in others)]
        position = line.among.position
        assert position.place.rank == rank
        assert len(position.tied_with) == others.count(own)
        assert position.to_next == (min(abs(each - own) for each in above) if above else None)
        assert position.to_first == (max(abs(each - own) for each in above) if above else 0)
        assert position.median == median([own, *others])
        assert position.mean == sum([own, *others]) / of
        if line is card.total:
            said = [each for each in card.reasons if each.group == "standing"]
            assert {each.params.get("rank", rank) for each in said} == {rank}
            assert {each.params.get("rank_of", of) for each in said} == {of}


def _moved(card: Scorecard, now: Figures, before: Figures, peers: set[str]) -> None:
    code = card.total.indicator.code
    own, was = now.get((card.unit.slug, code)), before.get((card.unit.slug, code))
    if own is None or was is None:
        assert card.movement is None
        assert card.no_comparison == ("no-figure" if before else "first")
        return
    moved = card.movement
    alone = card.unit.level in (Level.NATION, Level.PROVINCE)
    changes = [now[peer, code] - before[peer, code] for peer in peers if (peer, code) in now and (peer, code) in before]
    assert moved.change == own - was
    assert moved.peers_change == (None if alone or not changes else sum(changes) / len(changes))
    if moved.relative is not None:
        assert moved.peers_change + moved.relative == moved.change
    assert sum((Fraction(part) for _key, part in moved.parts), Fraction(0)) + Fraction(moved.rest) == own - was
    for line in card.lines:
        pair = now.get((card.unit.slug, line.indicator.code)), before.get((card.unit.slug, line.indicator.code))
        assert line.change == (None if None in pair else pair[0] - pair[1])
    rose = [each for each in card.reasons if each.id in {"rose", "fell"}]
    assert [each.params["change"] for each in rose] == (
        [Amount(Decimal(str(float(abs(own - was)))).normalize(), card.total.indicator.kind)] if own != was else []
    )


def _charted(card: Scorecard, told: list[Figures]) -> None:
    code = card.charted.code
    wanted = [each.get((card.unit.slug, code)) for each in told]
    assert [moment.measure for moment in card.moments] == wanted
    drawing = chart.drawn(card.moments, title="T")
    have = [each for each in wanted if each is not None]
    assert (drawing is not None) == (len(have) > 1)
    if drawing is not None:
        assert len(drawing.panels[0].dots) == len(have)
        assert len(drawing.gaps) == len(wanted) - len(have)
