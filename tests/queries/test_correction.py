"""Two editions side by side: exactly what differs, whatever the number of units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chiso.actions import correction as corrections
from chiso.actions import edition as editions
from chiso.models import Edition, Level, Membership, Notice, Result, Role, Unit
from chiso.queries import board, correction, matrix, scorecard, table
from chiso.queries.checklist import checklist
from tests import make, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


def second(first: Edition) -> Edition:
    return corrections.open_correction(
        dispatch=first.dispatch, by=None, reason="Sai", number="1100", symbol="VPUB-KSTT", issued_on=date(2023, 9, 20)
    )


def figure(edition: Edition, unit: str, code: str = "TONG"):
    return Result.objects.filter(edition=edition, unit__slug=unit, indicator__code=code)


def test_a_copy_differs_in_nothing(tree):
    compared = correction.comparison(second(make.published(tree=tree)))
    assert (compared.figures, compared.shifted, compared.unchanged) == ((), (), 23)
    assert not compared.headline_differs


def test_a_first_edition_is_compared_with_nothing(tree):
    assert correction.comparison(make.published(tree=tree)) is None


def test_what_changed_what_came_and_what_went(tree):
    opened = second(make.published(tree=tree))
    figure(opened, "quang-dien").update(value=50, printed="50/100")
    figure(opened, "phu-vang").delete()
    figure(opened, "nam-dong").update(printed="56,39/100")  # the same figure, printed otherwise
    make.result(edition=opened, unit=tree.districts[3], code="CTDT.TK", text="1/1")
    compared = correction.comparison(opened)
    printed = {
        (each.indicator.code, each.unit.slug): tuple(one.printed if one else None for one in (each.before, each.after))
        for each in compared.figures
    }
    assert printed == {
        ("TONG", "quang-dien"): ("57.72/100", "50/100"),
        ("TONG", "nam-dong"): ("56.39/100", "56,39/100"),
        ("TONG", "phu-vang"): ("48.7/100", None),
        ("CTDT.TK", "phu-vang"): (None, "1/1"),
    }
    assert compared.unchanged == 20
    places = {
        (each.unit.slug, move.indicator.code): tuple(
            one and (one.rank, one.rank_of) for one in (move.before, move.after)
        )
        for each in compared.figures
        for move in each.places
    }
    assert places["quang-dien", "TONG"] == ((1, 4), (2, 3))
    assert places["phu-vang", "TONG"] == ((3, 4), None)
    assert places["phu-vang", "CTDT.TK"] == (None, (1, 4))
    shifted = {(move.indicator.code, move.unit.slug): (move.before.rank, move.after.rank) for move in compared.shifted}
    assert shifted["TONG", "huong-tra"] == (3, 3)  # of 3, not of 4
    assert shifted["CTDT.TK", "quang-dien"] == (1, 1)


def test_an_edition_is_compared_with_the_published_one_before_it(tree):
    first = make.published(tree=tree)
    two = record.published(second(first))
    three = second(first)
    assert correction.comparison(three).before == two
    assert correction.comparison(two).before == first


def test_after_a_recall_an_edition_is_compared_with_the_last_one_that_stood(tree):
    cast = make.cast(tree=tree)
    first = make.published(tree=tree)
    draft = second(first)
    for unit in tree.districts[:3]:
        figure(draft, unit.slug).update(value=41, printed="41/100")
    two = record.published(draft)
    editions.recall(edition=two, by=cast.approver, why="Sai")
    three = corrections.open_correction(dispatch=first.dispatch, by=None, reason="Sai", number="1101", symbol="VPUB-KSTT", issued_on=date(2023, 9, 21))  # fmt: skip
    figure(three, tree.districts[3].slug).update(value=42, printed="42/100")
    compared = correction.comparison(three)
    assert (compared.before, len(compared.figures)) == (first, 4)
    three = record.published(three)
    assert [row.corrected for row in board.for_edition(three, "TONG", "district").rows] == [True] * 4
    table_rows = table.for_edition(three, "district").rows
    assert all(cell.corrected for row in table_rows for cell in row.cells if cell and cell.value in (41, 42))
    rows = matrix.for_issuer(cast.clerk, tree.issuer.slug, "TONG", "district").rows
    assert [row.cells[0].corrected for row in rows] == [True] * 4
    assert scorecard.for_unit(tree.districts[0], cast.unit_a).total.was.printed == "57.72/100"
    told = {each.kind: each.figures for each in Notice.objects.filter(to=cast.unit_a, edition=three)}
    assert told == {"corrected": [["TONG", "57.72/100", "41/100"]]}
    assert Notice.objects.filter(to=cast.clerk, edition=three).get().kind == "published"  # there are figures again


def test_where_nothing_else_was_published_it_is_compared_with_what_was_recalled(tree):
    first = make.published(tree=tree)
    editions.recall(edition=first, by=None, why="Sai")
    assert correction.comparison(second(first)).before == first


def test_many_units_cost_no_more_queries(tree, django_assert_max_num_queries):
    first = make.draft(tree=tree)
    Unit.objects.filter(level=Level.COMMUNE).delete()
    communes = [
        make.unit(slug=f"xa-{number}", level=Level.COMMUNE, parent=tree.districts[number % 4]) for number in range(150)
    ]
    Result.objects.bulk_create(
        Result(
            edition=first,
            unit=unit,
            indicator=make.indicator("TONG"),
            value=Decimal(number),
            printed=str(number),
            cell="II",
        )
        for number, unit in enumerate(communes)
    )
    opened = second(record.published(first))
    Result.objects.filter(edition=opened, unit__level=Level.COMMUNE).update(value=1, printed="1")
    opened = Edition.objects.select_related("dispatch__issuer__unit", "indicator_set").get(pk=opened.pk)
    with django_assert_max_num_queries(14):
        assert len(correction.comparison(opened).figures) == 149
    with django_assert_max_num_queries(12):
        checklist(opened)


def test_a_shorter_list_moves_nobody(tree):
    before = make.published(tree=tree, number="943", data_as_of=date(2023, 8, 10), issued_on=date(2023, 8, 11))
    draft = make.draft(tree=tree)
    figure(draft, "nam-dong").delete()
    figure(draft, "huong-tra").update(value=90)
    moved = {
        (each.unit.slug, each.before.rank, each.after.rank, each.lift > 0)
        for each in correction.movers(before, draft, 9)
        if each.indicator.code == "TONG"
    }
    assert moved == {("huong-tra", 3, 1, True), ("quang-dien", 1, 2, False), ("phu-vang", 3, 3, False)}


def test_a_unit_that_ended_or_was_merged_is_not_missed(tree):
    draft = make.draft(tree=tree)
    make.unit(slug="cu", parent=tree.province, valid_to="2020-01-01")
    make.unit(slug="trung", parent=tree.province, merged_into=tree.districts[0])
    awaited = make.unit(slug="moi", parent=tree.province)
    assert checklist(draft).absent == (awaited,)


def test_people_are_counted_once_and_only_those_who_may_sign_in(tree):
    draft = make.draft(tree=tree)
    both = make.member(unit=tree.districts[0])
    Membership.objects.create(user=both, unit=tree.districts[1], role=Role.UNIT)
    make.member(unit=tree.districts[2], is_active=False)
    make.member(unit=tree.districts[3], role=Role.CLERK)
    told = checklist(draft).told
    assert (told.people, told.units) == (1, 2)
    assert {unit.slug for unit in told.nobody} == {"huong-tra", "phu-vang", "so-tai-chinh", "so-y-te"}
