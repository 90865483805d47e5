"""The table as a file, straight from the database, holds what the table of the page says, in its order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from chiso.models import Indicator, Kind, Result, Unit
from chiso.pages import download, table
from chiso.queries import table as query
from chiso.queries.sight import Sight
from chiso.queries.table_file import whole
from tests import make
from tests.queries import board_at_random
from tests.queries.test_summary import publish

pytestmark = pytest.mark.django_db


def two_months(seed: int):
    """An edition with one of the month before it, both published."""
    random = Random(seed)  # noqa: S311
    now = board_at_random.edition(seed)
    if seed % 3:  # else units have come since, and nothing is compared
        Unit.objects.filter(valid_from=board_at_random.DAY).update(valid_from=None)
    issuer = now.dispatch.issuer
    before = make.edition(
        dispatch=make.dispatch(issuer=issuer, number="943", data_as_of=date(2023, 8, 10)),
        indicator_set=now.indicator_set,
    )
    chosen = Indicator.objects.filter(indicator_set=now.indicator_set).order_by("pk")
    earlier = [
        figure
        for each in chosen
        for figure in board_at_random._figures(random, before, each, list(Unit.objects.order_by("pk")))
    ]
    Result.objects.bulk_create(earlier)
    return publish(before), publish(now)


def written(rows, indicators) -> list[list[str]]:
    return [
        [
            download._text(cell)
            for cell in (row.unit_name, *table._written(row, indicators), table._noted(row, indicators))
        ]
        for row in rows
    ]


def told(edition, peers: str, sight: Sight, wanted: query.Wanted) -> list[list[str]]:
    shown = whole(edition, peers, sight, wanted, shared=download.tie(tied=True))
    rows = table._rows(shown, ())
    return [list(line.texts) for line in download._lines(rows)]


@pytest.mark.parametrize("seed", range(12))
def test_the_file_says_what_the_page_says(seed):
    (_before, edition), random = two_months(seed), Random(seed)  # noqa: S311
    for group in query.groups(edition):
        shown = query.for_edition(edition, group.peers)
        sorts = ["", "unit", "-unit", *(f"{sign}{each.code}" for each in shown.indicators for sign in ("", "-"))]
        for sort in sorts:
            wanted = query.Wanted(sort, random.choice(["", "", "district", "1"]), whole=True)
            plain = query.for_edition(edition, group.peers, wanted=wanted)
            assert told(edition, group.peers, Sight(), wanted) == written(plain.rows, plain.indicators), sort
        some = frozenset(row.unit_id for row in random.sample(shown.rows, len(shown.rows) // 2))
        above = frozenset(Unit.objects.values_list("pk", flat=True))
        sight = Sight(edition.dispatch.issuer, named=some, above=above)
        plain = query.for_edition(edition, group.peers, sight)
        assert told(edition, group.peers, sight, query.EVERYTHING) == written(plain.rows, plain.indicators)


def test_a_record_that_was_merged_since_and_a_corrected_figure():
    _before, edition = two_months(4)
    first, second, third = Unit.objects.filter(results__edition=edition, level="district").order_by("pk").distinct()[:3]
    Unit.objects.filter(pk=first.pk).update(merged_into=second)
    plain = query.for_edition(edition, "district")
    assert told(edition, "district", Sight(), query.EVERYTHING) == written(plain.rows, plain.indicators)
    make.settle(edition, "superseded")
    correction = make.edition(dispatch=edition.dispatch, number=2, indicator_set=edition.indicator_set)
    rows = list(Result.objects.filter(edition=edition))
    for row in rows:
        row.pk, row.edition = None, correction
    Result.objects.bulk_create(rows)
    score = Result.objects.filter(edition=correction, unit=third, indicator__kind=Kind.SCORE)
    score.update(value=Decimal("1.5"), printed="1.5")
    publish(correction)
    plain = query.for_edition(correction, "district")
    said = told(correction, "district", Sight(), query.EVERYTHING)
    assert said == written(plain.rows, plain.indicators)
