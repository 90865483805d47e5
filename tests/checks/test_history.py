"""Figures against the previous dispatch: stale rows and jumps."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chiso.checks.case import Previous, Severity, Status
from chiso.checks.history import jump_since_last, unchanged_since_last
from chiso.ingest.fact import Headline
from tests.checks.cases import since
from tests.checks.paper import case_of, dispatch_943, dispatch_1082, findings, places, row


def stale(*figures: tuple[str, str, str]) -> list[str]:
    """What is called unchanged of one unit's (indicator, before, now)."""
    now = [row("tp-hue", indicator, printed, f"IV 6 {n}") for n, (indicator, _, printed) in enumerate(figures, 3)]
    before = tuple(row("tp-hue", indicator, printed, "IV 6 3") for indicator, printed, _ in figures)
    case = case_of(*now, previous=Previous("943/VPUB-KSTT", before))
    return [one.figures["unchanged"] for one in findings(unchanged_since_last(case))]


def test_a_total_tells_by_itself_even_with_one_decimal():
    assert stale(("TONG", "64.9/100", "64,9/100")) == ["64,9/100"]


def test_four_digits_tell_by_themselves():
    assert stale(("HSTT.DH", "86.07%", "86.07%"), ("HSTT.TT", "27.3%", "27.5%")) == ["86.07%"]


def test_fewer_digits_tell_only_with_the_whole_row():
    assert stale(("HSTT.TT", "27.3%", "27.3%")) == []
    assert stale(("MDHL", "16,4/18", "16,4/18"), ("MDSH", "10.4/22", "10.5/22")) == []
    assert stale(("MDHL", "16,4/18", "16,4/18"), ("MDSH", "10.4/22", "10.4/22")) == ["16,4/18; 10.4/22"]


@pytest.mark.parametrize(
    ("indicator", "printed"),
    [("HSTT.DH", "100.00%"), ("HSTT.DH", "0.00%"), ("TONG", "100,00/100"), ("HSTT.DH", "86%"), ("HSTT.QH", "5932")],
)
def test_full_marks_nothing_whole_numbers_and_counts_say_nothing(indicator, printed):
    assert stale((indicator, printed, printed)) == []


def test_one_finding_for_a_row_and_the_row_is_of_one_unit():
    rows = [row(slug, "HSTT.DH", "86.07%", f"IV {n} 4") for n, slug in enumerate(("tp-hue", "a-luoi"), 6)]
    case = case_of(*rows, previous=Previous("943/VPUB-KSTT", tuple(rows)))
    assert [one.where for one in findings(unchanged_since_last(case))] == ["IV, row 6, column 4", "IV, row 7, column 4"]


def test_a_figure_printed_in_another_appendix_before_is_still_compared():
    case = case_of(row("tp-hue", "TONG", "41,37/100", "II 7 3"), previous=None)
    earlier = Previous("943/VPUB-KSTT", (row("tp-hue", "TONG", "41,37/100", "I 2 3"),))
    assert len(findings(unchanged_since_last(replace(case, previous=earlier)))) == 1


@pytest.mark.parametrize(("rank", "unchanged"), [(46, True), (47, False), (None, True)])
def test_the_letter_is_stale_where_score_and_rank_stay(rank, unchanged):
    headline = Headline(Decimal("60.58"), Decimal(100), rank, 63)
    outcomes = unchanged_since_last(replace(dispatch_1082(), headline=headline, previous=dispatch_943()))
    letter = next(one for one in outcomes if one.where == "letter")
    assert (letter.status == Status.FINDING) is unchanged


@pytest.mark.parametrize("check", [unchanged_since_last, jump_since_last])
def test_without_an_earlier_dispatch_nothing_is_compared(check):
    assert [(one.status, one.reason) for one in check(dispatch_1082())] == [(Status.NOT_APPLICABLE, "no-previous")]


@pytest.mark.parametrize(
    ("indicator", "before", "now", "jumped"),
    [
        ("TONG", "40/100", "60/100", False),
        ("TONG", "40/100", "60.01/100", True),
        ("MDSH", "10/22", "14.4/22", False),
        ("MDSH", "14.5/22", "10/22", True),
        ("HSTT.DH", "60%", "90%", False),
        ("HSTT.DH", "90.01%", "60%", True),
        ("HSTT.QH", "100", "500", False),
        ("HSTT.QH", "100", "501", True),
        ("HSTT.QH", "501", "100", True),
        ("HSTT.QH", "1", "99", False),  # by less than a hundred
        ("HSTT.QH", "0", "100", True),
        ("CTDT.TK", "8/11", "15/15", False),
        ("CTDT.TK", "8/20", "15/15", True),
    ],
)
def test_thresholds_of_a_jump(indicator, before, now, jumped):
    found = findings(jump_since_last(since(before, now, indicator)))
    assert [(one.figures["before"], one.figures["now"], one.severity) for one in found] == (
        [(before, now, Severity.NOTE)] if jumped else []
    )


def test_figures_that_are_new_are_not_compared():
    case = case_of(row("tp-hue", "TONG", "41,37/100", "II 7 3"), previous=dispatch_943())
    assert places(jump_since_last(case), Status.NOT_APPLICABLE) == ["II"]
