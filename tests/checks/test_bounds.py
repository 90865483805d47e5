"""Figures that cannot be."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chiso.checks.bounds import out_of_bounds
from chiso.checks.case import Severity, Status
from chiso.ingest.fact import Headline
from tests.checks.paper import PROVINCE, case_of, findings, places, row


@pytest.mark.parametrize(
    ("indicator", "printed", "reason"),
    [
        ("CKMB", "18/18", None),
        ("CKMB", "18.1/18", "over"),
        ("CKMB", "18.1", "over"),  # without a printed maximum the indicator's own counts
        ("CKMB", "11.3/20", "maximum"),
        ("HSTT.DH", "100%", None),
        ("HSTT.DH", "100.01%", "over"),
        ("HSTT.QH", "1.000.000", None),
        ("CTDT.TK", "12/11", None),  # parts-of-whole says it
    ],
)
def test_figures_against_their_maximum(indicator, printed, reason):
    found = findings(out_of_bounds(case_of(row(PROVINCE, indicator, printed, "I 2 3"))))
    assert [one.reason for one in found] == ([reason] if reason else [])
    assert all(one.severity == Severity.WARNING for one in found)


@pytest.mark.parametrize(("indicator", "printed"), [("TONG", "150,5/100"), ("CKMB", "18.1"), ("HSTT.DH", "461")])
def test_what_no_paper_prints_is_an_error(indicator, printed):
    (found,) = findings(out_of_bounds(case_of(row(PROVINCE, indicator, printed))))
    assert (found.reason, found.severity) == ("over", Severity.ERROR)


def test_a_negative_figure_is_an_error():
    negative = replace(row(PROVINCE, "HSTT.QH", "5", "I 2 3"), value=Decimal(-5), printed="-5")
    assert [(one.reason, one.severity) for one in findings(out_of_bounds(case_of(negative)))] == [
        ("negative", Severity.ERROR)
    ]


@pytest.mark.parametrize(
    ("headline", "reason"),
    [
        (Headline(Decimal("100.5"), Decimal(100), 1, 63), "headline-score"),
        (Headline(Decimal("61.5"), Decimal(100), 64, 63), "headline-rank"),
        (Headline(Decimal("61.5"), Decimal(100), 0, 63), "headline-rank"),
    ],
)
def test_the_headline_has_bounds_too(headline, reason):
    found = findings(out_of_bounds(case_of(headline=headline)))
    assert [(one.where, one.reason) for one in found] == [("letter", reason)]


def test_the_last_place_is_within_bounds():
    outcomes = out_of_bounds(case_of(headline=Headline(Decimal(0), Decimal(100), 63, 63)))
    assert places(outcomes, Status.PASSED) == ["letter"]
