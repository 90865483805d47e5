"""What a unit's page tells from what publication keeps, told a second time from the figures of all peers."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.models import Edition, Unit
from chiso.queries import among, near, scorecard
from chiso.queries.position import Figures
from chiso.queries.sight import memberships
from tests import make


@pytest.fixture
def people(db):
    tree = make.tree()
    units = [make.unit(slug=f"h{n}", parent=tree.province) for n in range(26)]
    return tree, [*tree.districts, *units], make.person(is_superuser=True)


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- figures of a test


def month(tree: make.Tree, units: list[Unit], day: date, chance: random.Random, values: list[str]) -> Edition:
    dispatch = make.dispatch(issuer=tree.issuer, number=str(day.month), issued_on=day, data_as_of=day)
    edition = make.edition(dispatch=dispatch)
    for unit in units:
        for code in ("TONG", "HSTT.QH"):
            if chance.random() < 0.8:
                text = chance.choice(values) if code == "TONG" else str(chance.randint(0, 3))
                make.result(edition=edition, unit=unit, code=code, text=text + ("/100" if code == "TONG" else ""))
    return make.publish(edition)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_tells_what_all_figures_tell(people, monkeypatch, seed):
    tree, units, user = people
    chance = _dice(seed)
    values = ["50", "51.5", "52.25"] if seed % 2 else [f"{each / 100:g}" for each in range(4000, 4100)]
    for number in (8, 9):
        month(tree, units, date(2023, number, 12), chance, values)
    some = [*chance.sample(units, 8)]
    quick = [scorecard.for_unit(unit, user) for unit in some]
    monkeypatch.setattr(Figures, "_telling", lambda *_asked: None)
    slow = [scorecard.for_unit(unit, user) for unit in some]
    assert any(card.movement for card in quick)
    for one, other in zip(quick, slow, strict=True):
        assert (one.movement, one.reasons) == (other.movement, other.reasons)
        for line, again in zip(one.lines, other.lines, strict=True):
            assert _told(line.among) == _told(again.among)


def _told(one: among.Among) -> tuple[object, ...]:
    where = one.position
    if where.alike > 21:  # whose first is not looked for among so many
        where = replace(where, tied_with=())
    return where, one.places, [one.names.get(each) for each in (where.above, where.first) if each]


def test_more_than_are_named_are_counted_without_being_read(people):
    tree, units, user = people
    month(tree, units, date(2023, 8, 12), _dice(1), ["50"])
    now = month(tree, units, date(2023, 9, 12), _dice(2), ["50"])
    unit = next(each for each in units if now.results.filter(unit=each, indicator__code="TONG").exists())
    total = make.indicator("TONG").pk
    around = near.around(unit, now, None, [total])
    assert [(each.rank, each.alike > 20) for each in around.beside[total]] == [(1, True)]
    memberships(user)
    with CaptureQueriesContext(connection) as asked:
        found = scorecard.for_unit(unit, user)
    assert len(asked) <= 6
    assert found.total.among.position.alike == around.boards[now.pk, total].figures
