"""Boards: who stands on them, in what order, and at what cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chiso.queries import board
from tests import make


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


def of(edition, code: str, peers: str = "district") -> list[tuple[str, int | None, bool, Decimal | None]]:
    return [(row.unit, row.rank, row.tied, row.number) for row in board.for_edition(edition, code, peers).rows]


@pytest.mark.parametrize("made", [make.published, make.draft])
def test_rows_by_rank_with_ties(tree, made):
    assert of(made(tree=tree), "TONG") == [
        ("quang-dien", 1, False, Decimal("57.72")),
        ("nam-dong", 2, False, Decimal("56.39")),
        ("huong-tra", 3, True, Decimal("48.7")),
        ("phu-vang", 3, True, Decimal("48.7")),
    ]


@pytest.mark.parametrize("made", [make.published, make.draft])
def test_a_share_ranks_by_its_ratio_and_a_missing_figure_closes_the_list(tree, made):
    shown = board.for_edition(made(tree=tree), "CTDT.TK", "district")
    assert [(row.unit, row.rank, row.rank_of) for row in shown.rows] == [
        ("quang-dien", 1, 3), ("huong-tra", 2, 3), ("nam-dong", 3, 3), ("phu-vang", None, None),
    ]  # fmt: skip
    assert [row.number for row in shown.rows] == [100, 100 * Decimal(8) / 11, 50, None]
    assert (shown.rows[1].value, shown.rows[1].out_of, shown.rows[1].printed) == (8, 11, "8/11")
    assert shown.rows[3].printed == ""
    assert (shown.summary.count, shown.summary.lowest, shown.summary.highest) == (3, 50, 100)


def test_a_share_of_nothing_has_no_number(tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    for unit, text in zip(tree.districts, ["0/0", "1/2", "3/4", "1/4"], strict=True):
        make.result(edition=edition, unit=unit, code="CTDT.TK", text=text)
    assert of(edition, "CTDT.TK")[-1] == ("quang-dien", None, False, None)


def test_where_a_figure_stands_is_kept(tree):
    first = board.for_edition(make.published(tree=tree), "TONG", "district").rows[0]
    assert (first.cell, first.source_name, first.unit_name) == ("II, row 2, column 3", "", "UBND huyện Quảng Điền")


def test_units_not_valid_at_the_data_date_are_no_peers(tree):
    edition = make.draft(tree=tree)
    tree.districts[1].valid_to = date(2023, 9, 11)
    tree.districts[1].save()
    assert [row[0] for row in of(edition, "TONG")] == ["quang-dien", "huong-tra", "phu-vang"]


def test_another_edition_s_figures_do_not_show(tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number="1"))
    make.published(tree=tree)
    make.result(edition=edition, unit=tree.districts[0], code="TONG", text="10/100")
    assert of(edition, "TONG")[0] == ("quang-dien", None, False, Decimal(10))  # a group of one has no rank
    assert [row[3] for row in of(edition, "TONG")[1:]] == [None, None, None]


def test_choices_are_the_boards_that_have_figures(tree):
    edition = make.draft(tree=tree)
    assert [(each.indicator_code, each.peers, each.count) for each in board.choices(edition)] == [
        ("TONG", "district", 4), ("MDSH.5", "district", 4), ("CTDT.TK", "district", 3),
        ("HSTT.QH", "agency", 2), ("HSTT.QH", "district", 4), ("HSTT.DH", "agency", 2),
    ]  # fmt: skip


def test_a_level_under_several_parents_has_a_board_within_each(tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    for unit, text in zip(tree.communes, ["40/100", "50/100", "60/100", "45/100"], strict=True):
        make.result(edition=edition, unit=unit, code="TONG", text=text)
    assert [(each.peers, each.peers_label, each.count) for each in board.choices(edition)] == [
        ("commune", "Cấp xã", 4),
        ("commune:quang-dien", "Cấp xã thuộc UBND huyện Quảng Điền", 2),
        ("commune:nam-dong", "Cấp xã thuộc UBND huyện Nam Đông", 2),
    ]
    for edition_ in (edition, make.publish(edition)):
        assert [row[:2] for row in of(edition_, "TONG", "commune:nam-dong")] == [("huong-loc", 1), ("huong-phu", 2)]
        assert [row[0] for row in of(edition_, "TONG", "commune")] == [
            "huong-loc", "quang-thai", "huong-phu", "quang-phuoc",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "peers"),
    [("NONE", "district"), ("TONG", "commune"), ("TONG", "nonsense"), ("TONG", "province"), ("TONG", "district:x")],
)
def test_no_board(tree, code: str, peers: str):
    with pytest.raises(board.NoBoard):
        board.for_edition(make.published(tree=tree), code, peers)


def test_few_queries_published_or_not(tree, django_assert_num_queries):
    published, draft = make.published(tree=tree), make.draft(tree=tree, number="")
    with django_assert_num_queries(2):
        board.for_edition(published, "TONG", "district")
    with django_assert_num_queries(3):
        board.for_edition(draft, "TONG", "district")
