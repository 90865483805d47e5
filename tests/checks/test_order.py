"""Printed order and printed ranks at their edges."""

from dataclasses import replace

import pytest

from chiso.checks.case import Sheet, Status
from chiso.checks.order import printed_order, printed_rank
from tests.checks.cases import districts
from tests.checks.paper import NATION, case_of, findings, places, row


def ordered(indicator: str, *printed: str) -> list[str]:
    case = case_of(*districts(indicator, *printed), sheets=(Sheet("II", sorts=indicator),))
    return [one.where for one in findings(printed_order(case))]


def test_each_row_is_compared_with_the_row_directly_above():
    assert ordered("TONG", "50/100", "40/100", "45/100", "44/100") == ["II, row 4, column 3"]


def test_lower_first_where_lower_is_better():
    assert ordered("HSTT.QH", "1", "2", "2") == []
    assert ordered("HSTT.QH", "2", "1") == ["II, row 3, column 3"]


def test_shares_are_in_order_of_their_ratio():
    assert ordered("CTDT.TK", "37/37", "11/11", "15/16", "8/11") == []
    assert ordered("CTDT.TK", "30/40", "10/10") == ["II, row 3, column 3"]


def test_each_level_is_a_block_where_the_layout_says_so():
    rows = (*districts("HSTT.DH", "90%", "80%"), row("so-y-te", "HSTT.DH", "95%", "II 4 3"))
    within, whole = (case_of(*rows, sheets=(Sheet("II", "", "HSTT.DH", part),)) for part in ("level", ""))
    assert places(printed_order(within), Status.PASSED) == ["II, district", "II, agency"]
    assert [one.where for one in findings(printed_order(whole))] == ["II, row 4, column 3"]


def test_rows_are_taken_in_the_order_of_the_paper():
    case = case_of(*reversed(districts("TONG", "50/100", "40/100")), sheets=(Sheet("II", sorts="TONG"),))
    assert findings(printed_order(case)) == []


def test_the_nation_above_the_districts_is_not_one_of_them():
    rows = (row(NATION, "TONG", "30/100", "II 1 3"), *districts("TONG", "50/100", "40/100"))
    assert findings(printed_order(case_of(*rows, sheets=(Sheet("II", sorts="TONG"),)))) == []


@pytest.mark.parametrize("sorts", ["", "MDSH.4"])
def test_a_table_without_a_ranked_sort_column_is_not_judged(sorts):
    case = case_of(*districts("MDSH.4", "1", "2"), sheets=(Sheet("II", sorts=sorts),))
    assert places(printed_order(case), Status.NOT_APPLICABLE) == ["II"]


def ranked(*rows, **sheet: str) -> list[tuple[str, str]]:
    case = case_of(*rows, sheets=(Sheet("II", **sheet),))
    return [(one.figures["printed"], one.figures["rank"]) for one in findings(printed_rank(case))]


def test_a_wrong_rank_is_shown_beside_ours():
    assert ranked(*districts("TONG", "9/10", "7/10", "5/10", ranks=("1", "3", "2"))) == [("3", "2"), ("2", "3")]


def test_a_rank_written_of_how_many_is_read_by_its_first_number():
    assert ranked(*districts("TONG", "9/10", "7/10", ranks=("Hạng 1/2", "02"))) == []


def test_the_sort_column_decides_what_is_ranked():
    rates = districts("HSTT.DH", "70%", "80%", ranks=("2", "1"))
    counts = districts("HSTT.QH", "1", "2", ranks=("2", "1"))
    assert ranked(*rates, *counts, sorts="HSTT.DH") == []
    assert ranked(*rates, *counts, sorts="HSTT.QH") == [("2", "1"), ("1", "2")]


def test_with_two_ranked_columns_and_no_sort_column_nothing_is_claimed():
    rows = districts("HSTT.DH", "70%", ranks=("2",)), districts("HSTT.QH", "1", ranks=("2",))
    outcomes = printed_rank(case_of(*rows[0], *rows[1]))
    assert places(outcomes, Status.NOT_APPLICABLE) == ["II"]


def test_ranks_over_the_whole_table_are_as_right_as_ranks_within_a_level():
    rows = districts("HSTT.DH", "90%", "80%", ranks=("1", "3"))
    agencies = (
        row("so-y-te", "HSTT.DH", "85%", "II 4 3", rank="2"),
        row("so-noi-vu", "HSTT.DH", "70%", "II 5 3", rank="4"),
    )
    assert ranked(*rows, *agencies) == []
    own = tuple(replace(one, printed_rank=rank) for one, rank in zip((*rows, *agencies), "1212", strict=True))
    assert ranked(*own) == []


def test_a_group_of_one_is_not_ours_to_rank():
    assert ranked(*districts("TONG", "9/10", ranks=("48",))) == []
