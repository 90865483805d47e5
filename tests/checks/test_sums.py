"""Sums and second printings at their edges."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chiso.checks.case import Severity, Status
from chiso.checks.sums import groups_add_up, letter_matches_appendix, maxima_add_up, totals_agree_across_appendices
from chiso.ingest.fact import Headline
from tests.checks.cases import copies, districts, index
from tests.checks.paper import NATION, PROVINCE, UNITS, case_of, findings, places, row, unit


def headline(score: str, out_of: str = "100") -> Headline:
    return Headline(Decimal(score), Decimal(out_of), 48, 63, f"{score}/{out_of}")


@pytest.mark.parametrize(
    ("letter", "appendix", "agree"),
    [
        ("60.58", "60.58/100", True),
        ("60.6", "60,58/100", True),
        ("60.5", "60.58/100", False),
        ("61", "60.4/100", False),
    ],
)
def test_a_letter_may_round_the_score_but_not_change_it(letter, appendix, agree):
    outcomes = letter_matches_appendix(case_of(*index(appendix), headline=headline(letter)))
    assert (findings(outcomes) == []) is agree


def test_figures_kept_with_zeros_at_the_end_are_shown_without():
    found = letter_matches_appendix(case_of(*index("60.58/100"), headline=headline("61.5000")))[0]
    assert (found.figures["letter"], found.reason) == ("61.5", "score")


def test_a_letter_of_another_maximum_is_found():
    found = letter_matches_appendix(case_of(*index("60.58/100"), headline=headline("60.58", "1000")))[0]
    assert (found.status, found.reason, found.figures["letter"]) == (Status.FINDING, "maximum", "1000")


def test_a_letter_without_a_score_and_appendices_without_a_total_are_not_judged():
    without_total = case_of(row(PROVINCE, "MDSH.5", "10.790"), headline=headline("60.58"))
    assert letter_matches_appendix(without_total)[0].reason == "no-total"
    assert letter_matches_appendix(case_of(*index("60.58/100")))[0].reason == "no-headline"


@pytest.mark.parametrize(
    ("total", "agree"),
    # six groups and the total of one decimal: 7 x 0.05 = 0.35 around 62.1; a second decimal takes 0.045 off
    [("62.4/100", True), ("61.8/100", True), ("62.5/100", False), ("62.40/100", True), ("62.41/100", False)],
)
def test_groups_agree_within_half_of_the_last_printed_place_per_term(total, agree):
    assert (findings(groups_add_up(case_of(*index(total)))) == []) is agree


def test_a_total_whose_groups_are_not_all_there_is_not_added_up():
    outcomes = groups_add_up(case_of(*index("60.58/100")[:-1]))
    assert [(one.status, one.where, one.reason) for one in outcomes] == [
        (Status.NOT_APPLICABLE, "I, province", "incomplete")
    ]


def test_units_that_print_their_total_alone_get_one_answer_for_their_level():
    outcomes = groups_add_up(case_of(*index("62.1/100"), *districts("TONG", "57,72/100", "56,39/100")))
    assert places(outcomes, Status.NOT_APPLICABLE) == ["II, district"]


def test_maxima_are_exact():
    found = findings(maxima_add_up(case_of(*index("62.1/100", CKMB="11.3/18,01"))))
    assert [one.figures["sum"] for one in found] == ["100.01"]


def test_maxima_that_are_not_printed_are_not_added_up():
    outcomes = maxima_add_up(case_of(*index("62.1/100", CKMB="11.3")))
    assert [one.reason for one in outcomes] == ["incomplete"]


def test_a_sum_of_counts_is_exact():
    assert [one.figures["sum"] for one in findings(totals_agree_across_appendices(copies("89")))] == ["90"]


def test_a_sum_with_a_unit_missing_is_not_compared():
    case = copies("80")
    outcomes = totals_agree_across_appendices(replace(case, rows=case.rows[:-1]))
    assert [(one.status, one.reason, one.figures["missing"]) for one in outcomes] == [
        (Status.NOT_APPLICABLE, "incomplete", "1")
    ]


def test_levels_that_all_have_figures_make_one_sum():
    units = {slug: one for slug, one in UNITS.items() if one.level != "agency"} | {"so-y-te": unit("so-y-te", "agency")}
    case = replace(copies("95"), units=units)
    with_agency = replace(case, rows=(*case.rows, row("so-y-te", "MDSH.5", "5", "IV 2 3")))
    outcomes = totals_agree_across_appendices(with_agency)
    assert [(one.status, one.figures["sum"]) for one in outcomes] == [(Status.PASSED, "95")]


def test_the_provinces_on_record_are_not_the_whole_nation():
    rows = (row(NATION, "MDSH.5", "99", "I 2 4"), row(PROVINCE, "MDSH.5", "1"), row("gia-lai", "MDSH.5", "1"))
    assert [one.reason for one in totals_agree_across_appendices(case_of(*rows))] == ["no-pair"]


def test_two_printings_of_one_figure_agree_or_are_an_error():
    one, same = row("tp-hue", "TONG", "41,37/100", "II 7 3"), row("tp-hue", "TONG", "41.37/100", "III 2 3")
    other = row("tp-hue", "TONG", "41,73/100", "III 2 3")
    passed = totals_agree_across_appendices(case_of(one, same))[0]
    found = totals_agree_across_appendices(case_of(one, other))[0]
    assert (passed.status, passed.reason) == (Status.PASSED, "second-printing")
    assert (found.severity, found.where, found.figures["one"]) == (Severity.ERROR, "III, row 2, column 3", "41,37/100")


def test_a_figure_typed_by_hand_is_named_by_its_unit_and_indicator():
    typed = [replace(one, cell="") for one in index("60.58/100")]
    assert [one.where for one in findings(groups_add_up(case_of(*typed)))] == ["I, thua-thien-hue, TONG"]
