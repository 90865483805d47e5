"""What lists of many columns hand out: what is compared with what, and records that were merged since."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chiso.models import State, Unit
from chiso.queries import board, compare, matrix, table
from tests import make

TOTALS = ["50/100", "58/100", "48.7/100", "40/100"]


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


def month(tree, number: str, day: date, totals=TOTALS, units=None):
    edition = make.edition(
        dispatch=make.dispatch(issuer=tree.issuer, number=number, issued_on=day, data_as_of=day, year=day.year)
    )
    for unit, text in zip(units or tree.districts, totals, strict=True):
        make.result(edition=edition, unit=unit, code="TONG", text=text)
    return make.publish(edition)


def changes(edition) -> list[Decimal | None]:
    shown = table.for_edition(edition, "district")
    total = [each.code for each in shown.indicators].index("TONG")
    return [row.cells[total].change for row in shown.rows]


def second(first, tree, **totals: str):
    """A correction in which some districts have another total."""
    make.settle(first, State.SUPERSEDED)
    edition = make.edition(dispatch=first.dispatch, number=2)
    make.figures(edition=edition, tree=tree)
    for slug, text in totals.items():
        found = edition.results.filter(unit__slug=slug.replace("_", "-"), indicator__code="TONG")
        found.update(value=Decimal(text), printed=f"{text}/100")
    return make.publish(edition)


# --- Movement -------------------------------------------------------------------------------------
def test_nothing_moved_across_a_reorganisation(tree, cast):
    """As the unit's own page has it: the peers are others than before."""
    month(tree, "943", date(2023, 8, 10))
    now = make.published(tree=tree)
    assert changes(now)[0] == Decimal("7.72")
    Unit.objects.filter(pk=tree.districts[2].pk).update(valid_from=date(2023, 9, 1))
    assert changes(now) == [None] * 4
    assert table.for_edition(now, "district").before == ""
    shown = matrix.for_issuer(cast.clerk, tree.issuer.slug, "TONG", "district")
    assert [column.breaks for column in shown.columns] == ["reorganised", ""]
    assert [row.cells[0].change for row in shown.rows] == [None] * 4


def test_another_level_reorganised_breaks_nothing(tree, cast):
    month(tree, "943", date(2023, 8, 10))
    now = make.published(tree=tree)
    Unit.objects.filter(pk=tree.communes[2].pk).update(valid_from=date(2023, 9, 1))
    assert changes(now)[0] == Decimal("7.72")
    shown = matrix.for_issuer(cast.clerk, tree.issuer.slug, "TONG", "district")
    assert [column.breaks for column in shown.columns] == ["", ""]


def test_a_unit_that_ended_or_was_followed_is_a_reorganisation_too(tree):
    month(tree, "943", date(2023, 8, 10))
    now = make.published(tree=tree)
    gone = make.unit(slug="gone", parent=tree.province, valid_to=date(2023, 8, 9))
    assert changes(now)[0] is not None  # the day before the earlier data
    Unit.objects.filter(pk=gone.pk).update(valid_to=date(2023, 8, 31))
    assert changes(now)[0] is None


# --- Records that were merged ---------------------------------------------------------------------
@pytest.fixture
def merged(tree):
    """The first district stood in the month before under another record."""
    gone = make.unit(slug="h-quang-dien", name="Huyện Quảng Điền cũ", parent=tree.province)
    past = month(tree, "943", date(2023, 8, 10), units=[gone, *tree.districts[1:]])
    now = make.published(tree=tree)
    Unit.objects.filter(pk=gone.pk).update(merged_into=tree.districts[0])
    return past, now


def test_a_comparison_finds_the_figures_under_the_older_record(tree, merged):
    past, _now = merged
    own = compare.for_unit(past, tree.districts[0], ["nam-dong"])
    assert [each.unit for each in own.columns] == ["quang-dien", "nam-dong"]
    assert [cell and cell.printed for cell in own.lines[0].cells] == ["50/100", "58/100"]
    assert {each.unit for each in own.offered} == {"huong-tra", "phu-vang"}
    other = compare.for_unit(past, tree.districts[1], ["quang-dien"])
    assert [(each.unit, each.name) for each in other.columns][1] == ("quang-dien", "UBND huyện Quảng Điền")
    assert [cell and cell.printed for cell in other.lines[0].cells] == ["58/100", "50/100"]


def test_rows_of_the_older_record_are_its_units(tree, merged):
    past, _now = merged
    kept = tree.districts[0].pk
    rows = [*board.for_edition(past, "TONG", "district").rows, *table.for_edition(past, "district").rows]
    assert [row.unit_id for row in rows if row.unit == "h-quang-dien"] == [kept, kept]


@pytest.mark.parametrize(("sort", "first"), [("", "nam-dong"), ("-", "phu-vang")])
def test_a_matrix_sorts_by_the_figure_that_it_shows(tree, cast, merged, sort: str, first: str):
    past, _now = merged
    wanted = matrix.Wanted(sort=f"{sort}{past.pk}")
    shown = matrix.for_issuer(cast.clerk, tree.issuer.slug, "TONG", "district", wanted)
    printed = [row.cells[1].value for row in shown.rows]
    assert printed == sorted(printed, reverse=not sort)
    assert shown.rows[0].unit == first


# --- Within a parent ------------------------------------------------------------------------------
def test_who_was_ranked_under_another_parent_is_not_listed_under_this_one(tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    for unit, text in zip(tree.communes, ["40/100", "50/100", "60/100", "45/100"], strict=True):
        make.result(edition=edition, unit=unit, code="TONG", text=text)
    make.publish(edition)
    Unit.objects.filter(slug="quang-phuoc").update(parent=tree.districts[1])
    for shown in (
        board.for_edition(edition, "TONG", "commune:nam-dong"),
        table.for_edition(edition, "commune:nam-dong"),
    ):
        assert [row.unit for row in shown.rows] == ["huong-loc", "huong-phu"]
    shown = board.for_edition(edition, "TONG", "commune:quang-dien")
    assert [(row.unit, row.rank) for row in shown.rows] == [("quang-thai", 1), ("quang-phuoc", 2)]


# --- Marks ----------------------------------------------------------------------------------------
def test_disputed_figures_are_told_to_whom_the_reply_is(tree, cast):
    edition = make.published(tree=tree)
    make.reply(edition=edition, unit=tree.districts[1], by=cast.unit_b)
    for reader, wanted in [
        (cast.unit_b, {"nam-dong"}),
        (cast.clerk, {"nam-dong"}),
        (cast.unit_a, set()),
        (None, set()),
    ]:
        rows = board.for_edition(edition, "TONG", "district", reader=reader).rows
        assert {row.unit for row in rows if row.disputed} == wanted
        assert not any(row.disputed for row in board.for_edition(edition, "HSTT.QH", "district", reader=reader).rows)
        shown = table.for_edition(edition, "district", reader=reader)
        assert _marked(shown, "disputed") == {(unit, "TONG") for unit in wanted}
        compared = compare.for_unit(edition, tree.districts[1], ["phu-vang"], reader=reader)
        assert [cell.disputed for cell in compared.lines[0].cells] == [bool(wanted), False]
    cells = matrix.for_issuer(cast.unit_b, tree.issuer.slug, "TONG", "district").rows[1].cells
    assert cells[0].disputed
    assert not matrix.for_issuer(cast.unit_a, tree.issuer.slug, "TONG", "district").rows[1].cells[0].disputed


def test_a_reply_to_the_first_edition_marks_the_second_while_it_is_open(tree, cast):
    first = make.published(tree=tree)
    make.reply(edition=first, unit=tree.districts[1], by=cast.unit_b, code="HSTT.QH")
    now = second(first, tree, quang_dien="59")
    for edition in (first, now):
        rows = board.for_edition(edition, "HSTT.QH", "district", reader=cast.unit_b).rows
        assert [row.unit for row in rows if row.disputed] == ["nam-dong"]
        assert _marked(table.for_edition(edition, "district", reader=cast.unit_b), "disputed") == {
            ("nam-dong", "HSTT.QH")
        }


def test_a_reply_follows_the_unit_to_the_record_under_which_the_figure_stands(tree, cast, merged):
    past, _now = merged
    make.reply(edition=past, unit=tree.districts[0], by=cast.unit_a)
    rows = board.for_edition(past, "TONG", "district", reader=cast.unit_a).rows
    assert [row.unit for row in rows if row.disputed] == ["h-quang-dien"]
    assert _marked(table.for_edition(past, "district", reader=cast.unit_a), "disputed") == {("h-quang-dien", "TONG")}
    shown = matrix.for_issuer(cast.unit_a, tree.issuer.slug, "TONG", "district")
    assert [cell.disputed for cell in next(row for row in shown.rows if row.unit == "quang-dien").cells] == [
        False,
        True,
    ]


def test_corrected_figures_are_marked_in_the_edition_that_corrects_them(tree, cast):
    first = make.published(tree=tree)
    now = second(first, tree, quang_dien="59", nam_dong="56.39")
    for edition, wanted in [(first, set()), (now, {"quang-dien"})]:
        rows = board.for_edition(edition, "TONG", "district").rows
        assert {row.unit for row in rows if row.corrected} == wanted
        assert _marked(table.for_edition(edition, "district"), "corrected") == {(unit, "TONG") for unit in wanted}
    compared = compare.for_unit(now, tree.districts[0], ["nam-dong"])
    assert [cell.corrected for cell in compared.lines[0].cells] == [True, False]
    shown = matrix.for_issuer(cast.unit_b, tree.issuer.slug, "TONG", "district")
    assert [(row.unit, row.cells[0].corrected) for row in shown.rows][:2] == [("quang-dien", True), ("nam-dong", False)]


def test_a_figure_that_changed_its_record_alone_was_not_corrected(tree, merged):
    past, _now = merged
    make.settle(past, State.SUPERSEDED)
    again = make.edition(dispatch=past.dispatch, number=2)
    for unit, text in zip(tree.districts, TOTALS, strict=True):
        make.result(edition=again, unit=unit, code="TONG", text=text)
    make.publish(again)
    assert not any(row.corrected for row in board.for_edition(again, "TONG", "district").rows)
    assert _marked(table.for_edition(again, "district"), "corrected") == set()


def _marked(shown: table.Table, mark: str) -> set[tuple[str, str]]:
    return {
        (row.unit, indicator.code)
        for row in shown.rows
        for cell, indicator in zip(row.cells, shown.indicators, strict=True)
        if cell and getattr(cell, mark)
    }
