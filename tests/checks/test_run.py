"""All checks together: the ids, and what they say of dispatch 1082."""

from dataclasses import replace

import pytest

from chiso.checks import CHECKS, run
from chiso.checks.case import Severity, Status
from chiso.ingest.fact import Headline
from tests.checks.cases import CLEAN, DIRTY
from tests.checks.paper import dispatch_943, dispatch_1082, findings, places

IDS = [
    "letter-matches-appendix", "groups-add-up", "maxima-add-up", "totals-agree-across-appendices", "parts-of-whole",
    "printed-order", "mixed-decimal-marks", "mixed-thousands-marks", "kind-mismatch", "out-of-bounds", "printed-rank",
    "no-whole-total", "unchanged-since-last", "jump-since-last", "missing-unit", "duplicate-unit",
]  # fmt: skip


def found_places() -> set[tuple[str, str]]:
    return {(outcome.check, outcome.where) for outcome in findings(run(dispatch_1082()))}


def test_the_ids_are_stable_and_in_the_order_of_the_report():
    assert list(CHECKS) == IDS


def test_no_id_lacks_a_clean_and_a_dirty_case():
    assert set(CLEAN) == set(DIRTY) == set(CHECKS)


@pytest.mark.parametrize("check", IDS)
def test_a_clean_case_passes_and_finds_nothing(check):
    outcomes = CHECKS[check](CLEAN[check])
    assert findings(outcomes) == []
    assert Status.PASSED in {outcome.status for outcome in outcomes}


@pytest.mark.parametrize("check", IDS)
def test_a_dirty_case_is_found_where_it_is_dirty(check):
    case, where = DIRTY[check]
    found = findings(CHECKS[check](case))
    assert [outcome.where for outcome in found] == [where]
    assert found[0].severity is not None
    assert found[0].figures


@pytest.mark.parametrize("check", IDS)
def test_every_check_answers_even_with_nothing_to_look_at(check):
    empty = replace(dispatch_1082(), rows=(), sheets=(), headline=Headline())
    assert [outcome.status for outcome in CHECKS[check](empty)] == [Status.NOT_APPLICABLE]


@pytest.mark.parametrize("case", [dispatch_1082(), *CLEAN.values(), *(case for case, _ in DIRTY.values())])
def test_outcomes_carry_their_own_id_text_figures_and_a_severity_only_when_found(case):
    for check, answer in CHECKS.items():
        for outcome in answer(case):
            assert outcome.check == check
            assert outcome.where
            assert "(" not in outcome.where
            assert all(isinstance(text, str) for text in outcome.figures.values())
            assert (outcome.severity is not None) == (outcome.status == Status.FINDING)


def test_an_appendix_is_no_indicator_of_the_same_name():
    case = dispatch_1082()
    case = replace(case, indicators={**case.indicators, "IV": replace(case.indicators["TONG"], code="IV", name="Bốn")})
    assert run(case) == run(dispatch_1082())


def test_the_same_case_gets_the_same_answers():
    assert run(dispatch_1082()) == run(dispatch_1082())


def test_dispatch_1082_has_these_findings_and_no_other():
    assert found_places() == {
        ("letter-matches-appendix", "letter"),
        ("groups-add-up", "I, row 2, column 3"),
        ("groups-add-up", "I, row 2, column 4"),
        *(("printed-order", f"IV, row {position + 1}, column 4") for position in (5, 14, 17, 20, 21, 27)),
        ("mixed-decimal-marks", "I"),
        ("mixed-decimal-marks", "document"),
        ("mixed-thousands-marks", "IV, column 3"),
        ("kind-mismatch", "I, row 15, column 2"),
        *(("no-whole-total", f"IV, row {position + 1}, column 4") for position in (16, 20, 24, 26)),
    }


def test_dispatch_1082_has_no_error():
    severities = {outcome.severity for outcome in findings(run(dispatch_1082()))}
    assert severities == {Severity.WARNING, Severity.NOTE}


def test_the_figures_prove_the_findings_of_1082():
    figures = {(outcome.check, outcome.where): outcome.figures for outcome in findings(run(dispatch_1082()))}
    letter = figures["letter-matches-appendix", "letter"]
    assert (letter["letter"], letter["appendix"]) == ("61.5", "60.58")
    ours, nations = (figures["groups-add-up", f"I, row 2, column {column}"] for column in (3, 4))
    assert (ours["sum"], ours["printed"], ours["terms"]) == ("62.1", "60.58", "11.3 + 17.1 + 4.2 + 2.7 + 16.4 + 10.4")
    assert (nations["sum"], nations["printed"]) == ("66.3", "64.9")
    inside, across = figures["mixed-decimal-marks", "I"], figures["mixed-decimal-marks", "document"]
    assert (inside["dot"], inside["comma"]) == ("17.1/20", "17,5/20")
    assert (across["dot"], across["comma"]) == ("IV", "II")
    thousands = figures["mixed-thousands-marks", "IV, column 3"]
    assert (thousands["one"], thousands["other"]) == ("5932", "2.145")
    assert figures["kind-mismatch", "I, row 15, column 2"]["printed"] == "0 hồ sơ"


def test_dispatch_1082_passes_where_it_agrees():
    outcomes = run(dispatch_1082())
    passed = {(outcome.check, outcome.where) for outcome in outcomes if outcome.status == Status.PASSED}
    assert {
        ("maxima-add-up", "I, row 2, column 3"),
        ("maxima-add-up", "I, row 2, column 4"),
        ("totals-agree-across-appendices", "I, row 17, column 2"),
        ("printed-order", "II"),
        ("mixed-decimal-marks", "II"),
        ("mixed-decimal-marks", "IV"),
        ("mixed-thousands-marks", "III, column 4"),
        *(("parts-of-whole", f"III, row {row}, column 5") for row in range(2, 11)),
        *(("missing-unit", place) for place in ("II, district", "III, district", "IV, district", "IV, agency")),
    } <= passed
    assert not passed & found_places()


def test_the_copies_of_the_districts_are_the_provinces():
    outcomes = CHECKS["totals-agree-across-appendices"](dispatch_1082())
    figures = next(outcome.figures for outcome in outcomes if outcome.status == Status.PASSED)
    assert (figures["sum"], figures["printed"], figures["count"]) == ("10790", "10790", "9")
    assert places(outcomes, Status.NOT_APPLICABLE) == ["III, column 5", "IV, column 3"]


def test_with_the_dispatch_before_on_record_its_total_and_the_average_are_stale():
    outcomes = CHECKS["unchanged-since-last"](replace(dispatch_1082(), previous=dispatch_943()))
    found = findings(outcomes)
    assert [(one.where, one.figures["unchanged"]) for one in found] == [
        ("I, row 2, column 3", "60.58/100"),
        ("I, row 2, column 4", "64.9/100"),
    ]
    assert {one.figures["dispatch"] for one in found} == {"943/VPUB-KSTT"}
    assert places(outcomes, Status.PASSED) == ["letter"]
