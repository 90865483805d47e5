"""Whom a reader meets by name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chiso.models import Role, Shows, User
from chiso.queries import board, correction, dispatch, figure, sight
from tests import make


@pytest.fixture
def tree(db) -> make.Tree:
    tree = make.tree()
    tree.issuer.shows = Shows.OWN_RANK
    tree.issuer.save()
    return tree


def named(tree: make.Tree, user: User) -> set[str]:
    seen = sight.of(user, tree.issuer)
    units = [tree.nation, tree.province, *tree.districts, *tree.agencies, *tree.communes, tree.elsewhere]
    return {unit.slug for unit in units if seen.names(unit.pk)}


def test_a_unit_meets_itself_those_below_and_what_the_dispatch_reports_on(tree):
    cast = make.cast(tree=tree)
    own = {"ca-nuoc", "thua-thien-hue", "quang-dien", "quang-phuoc", "quang-thai"}
    assert named(tree, cast.unit_a) == own
    commune = make.member(unit=tree.communes[0])
    assert named(tree, commune) == {"ca-nuoc", "thua-thien-hue", "quang-phuoc"}
    assert named(tree, cast.stranger) == {"ca-nuoc", "thua-thien-hue"}


def test_the_desk_of_the_office_meets_everybody_and_no_other_desk(tree):
    cast = make.cast(tree=tree)
    assert all(sight.of(user, tree.issuer).whole for user in (cast.clerk, cast.approver, cast.administrator))
    other = make.issuer(unit=tree.elsewhere, slug="vpub-gia-lai")
    assert not sight.of(make.member(unit=other.unit, role=Role.CLERK), tree.issuer).whole
    clerk_of_a_unit = make.member(unit=tree.districts[0], role=Role.CLERK)  # no office issues there
    assert "nam-dong" not in named(tree, clerk_of_a_unit)
    assert sight.of(make.person(is_superuser=True), tree.issuer).whole


def test_where_the_whole_ranking_is_shown_everybody_is_named_and_nothing_is_asked(tree, django_assert_num_queries):
    tree.issuer.shows = Shows.WHOLE
    reader = make.member(unit=tree.districts[0])
    with django_assert_num_queries(0):
        assert sight.of(reader, tree.issuer).whole


def test_at_most_two_queries(tree, django_assert_num_queries):
    reader = make.member(unit=tree.districts[0])
    with django_assert_num_queries(2):
        sight.of(reader, tree.issuer)
    with django_assert_num_queries(1):
        sight.of(reader, tree.issuer)


def test_other_records_of_a_unit_are_met_as_the_unit_is(tree):
    own = make.unit(slug="h-quang-dien", parent=tree.province, merged_into=tree.districts[0])
    other = make.unit(slug="h-nam-dong", parent=tree.districts[0], merged_into=tree.districts[1])
    seen = sight.of(make.member(unit=tree.districts[0]), tree.issuer)
    assert seen.names(own.pk)
    assert not seen.names(other.pk)  # whichever tree it was entered in


@pytest.mark.parametrize(
    "text",
    [
        "Huyện Nam Đông báo thiếu hồ sơ",
        "nam dong bao thieu",
        "UBND HUYỆN NAM ĐÔNG",
        "Nam-Đông",
        "theo đơn của H57.21",
        "xã Hương Lộc",
        "Nam Dong Town xin sửa",
    ],
)
def test_texts_that_speak_of_others_are_withheld(tree, text: str):
    other = tree.districts[1]
    other.code = "H57.21"
    other.save()
    other.aliases.create(alias="Nam Dong Town", folded="nam dong town")
    seen = sight.of(make.member(unit=tree.districts[0]), tree.issuer)
    assert seen.told(text) != text
    assert sight.WHOLE.told(text) == text


@pytest.mark.parametrize("text", ["", "Một số liệu sai", "UBND huyện Quảng Điền báo thiếu", "UBND tỉnh Thừa Thiên Huế"])
def test_other_texts_are_told(tree, text: str):
    assert sight.of(make.member(unit=tree.districts[0]), tree.issuer).told(text) == text


# --- What queries hand out ------------------------------------------------------------------------
def test_a_board_tells_nothing_of_peers_but_rank_and_figure(tree):
    edition = make.published(tree=tree)
    seen = sight.of(make.member(unit=tree.districts[3]), tree.issuer)
    rows = board.for_edition(edition, "TONG", "district", seen).rows
    assert [(row.rank, row.unit) for row in rows] == [(1, ""), (2, ""), (3, ""), (3, "phu-vang")]
    for place, row in enumerate(rows[:3], 1):
        assert row.unit_name == sight.nameless(place)
        known = (row.cell, row.source_name, row.position, row.unit_id, row.parent_id, row.search, row.sort_key)
        assert known == ("", "", "", 0, None, "", "")
        assert (row.value, row.printed) != (None, "")


def test_what_is_not_ranked_stands_in_the_order_of_its_figures(tree):
    """The order of the units would tell who stands where."""
    seen = sight.of(make.member(unit=tree.agencies[0]), tree.issuer)
    edition = make.published(tree=tree)
    assert [int(row.number) for row in board.for_edition(edition, "MDSH.5", "district", seen).rows] == [
        5932, 2145, 318, 0,
    ]  # fmt: skip


def test_no_group_is_called_by_the_name_of_another_unit(tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    for unit, text in zip(tree.communes, ["40/100", "50/100", "60/100", "45/100"], strict=True):
        make.result(edition=edition, unit=unit, code="TONG", text=text)
    make.publish(edition)
    for reader in (tree.districts[0], tree.communes[0]):
        seen = sight.of(make.member(unit=reader), tree.issuer)
        assert [one.peers for one in board.choices(edition, seen)] == ["commune", "commune:quang-dien"]
        with pytest.raises(board.NoBoard):
            board.for_edition(edition, "TONG", "commune:nam-dong", seen)


def test_the_overview_names_nobody_else_first(tree):
    seen = sight.of(make.member(unit=tree.districts[1]), tree.issuer)
    overview = dispatch.overview(make.published(tree=tree), sight=seen)
    lines = {line.choice.indicator_code: line for group in overview.groups for line in group.leading
             if group.peers == "district"}  # fmt: skip
    assert (lines["TONG"].first, lines["TONG"].nameless) == ((), 1)
    assert lines["TONG"].best == sight.Bare(Decimal("57.72"), Decimal(100), "score")
    assert [row.unit.slug for row in lines["HSTT.QH"].first] == ["nam-dong"]


def test_a_figure_of_another_unit_is_not_there(tree):
    edition = make.published(tree=tree)
    reader = make.member(unit=tree.districts[0])
    seen = sight.of(reader, tree.issuer)

    def found(unit: str) -> figure.Figure:
        return figure.for_figure([edition], edition, unit=unit, indicator="TONG", user=reader, sight=seen)

    assert found("quang-dien").result
    assert found("ca-nuoc").result
    with pytest.raises(figure.NoFigure):
        found("nam-dong")


def test_a_comparison_counts_what_it_does_not_tell(tree):
    first = make.published(tree=tree)
    second = make.edition(dispatch=first.dispatch, number=2)
    make.figures(edition=second, tree=tree)
    second.results.filter(unit__slug__in=["quang-dien", "nam-dong"], indicator__code="TONG").update(
        value=10, printed="10"
    )
    seen = sight.of(make.member(unit=tree.districts[0]), tree.issuer)
    compared = correction.comparison(second, seen)
    assert [each.unit.slug for each in compared.figures] == ["quang-dien"]
    assert compared.nameless == 1
    assert {each.unit.slug for each in compared.shifted} <= {"quang-dien"}
    assert compared.unchanged == correction.comparison(second).unchanged
