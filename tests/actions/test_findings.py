"""What becomes of findings when figures, units and indicators change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chiso.actions import edition as editions
from chiso.actions import finding as answers
from chiso.actions import result as results
from chiso.actions import unit as units
from chiso.models import Edition, Finding, FindingState, Indicator, Unit
from chiso.queries import finding as query
from tests import make, record


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


@pytest.fixture
def draft(tree):
    """One group of the province stands for all, and does not make the total."""
    edition = make.draft(tree=tree)
    total = make.indicator("TONG")
    Indicator.objects.filter(code="CKMB").update(parent=total, part_of_total=True)
    editions.refresh_findings(edition=edition)
    return edition


def accepted(edition, **which) -> Finding:
    """The finding, accepted."""
    finding = Finding.objects.get(edition=edition, check_id="groups-add-up", figures__unit=which["unit"])
    return answers.accept(finding=finding, by=make.person(), reason="như văn bản")


def test_a_finding_names_the_figures_it_speaks_of(draft):
    finding = Finding.objects.get(edition=draft, check_id="groups-add-up", figures__unit="Cả nước")
    assert finding.about == [["ca-nuoc", "TONG"], ["ca-nuoc", "CKMB"]]


def test_a_figure_changed_after_acceptance_opens_the_finding_again(draft, tree):
    province, nation = accepted(draft, unit="UBND tỉnh Thừa Thiên Huế"), accepted(draft, unit="Cả nước")
    results.store(edition=draft, unit=tree.province, indicator=make.indicator("CKMB"), text="12/18", by=None)
    province.refresh_from_db()
    nation.refresh_from_db()
    assert (province.state, nation.state) == (FindingState.FIXED, FindingState.ACCEPTED)
    again = Finding.objects.get(edition=draft, check_id="groups-add-up", figures__sum="12")
    assert (again.state, again.acceptance) == (FindingState.OPEN, "")


def test_a_figure_changed_and_changed_back_is_open_again(draft, tree):
    finding = accepted(draft, unit="UBND tỉnh Thừa Thiên Huế")
    for text in ("12/18", "11.3/18"):
        results.store(edition=draft, unit=tree.province, indicator=make.indicator("CKMB"), text=text, by=None)
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_a_unit_given_another_name_opens_nothing(draft, tree):
    finding = accepted(draft, unit="UBND tỉnh Thừa Thiên Huế")
    before = Finding.objects.filter(edition=draft).count()
    tree.province.name = "UBND thành phố Huế"
    units.store(unit=tree.province, by=None)
    editions.check(edition=draft, by=None)
    finding.refresh_from_db()
    assert (finding.state, finding.figures["unit"]) == (FindingState.ACCEPTED, "UBND thành phố Huế")
    assert Finding.objects.filter(edition=draft).count() == before


def test_two_units_with_the_same_figures_have_two_findings(draft, tree):
    """Typed by hand without cells, and of one name: the places would be the same if names made the key."""
    for unit in (tree.province, tree.nation):
        unit.name = "Cùng tên"
        units.store(unit=unit, by=None)
        for code, text in (("TONG", "60/100"), ("CKMB", "10/18")):
            results.store(edition=draft, unit=unit, indicator=make.indicator(code), text=text, by=None)
    found = Finding.objects.filter(edition=draft, check_id="groups-add-up", state=FindingState.OPEN)
    assert sorted(row.about[0][0] for row in found) == ["ca-nuoc", "thua-thien-hue"]


@pytest.mark.parametrize("state", ["published", "superseded", "recalled"])
def test_what_was_published_shows_what_the_checks_said_then(db, monkeypatch, state):
    """Units, indicators and the checks themselves go on; a published edition keeps what it was published with."""
    record.office_of_2023()
    draft = record.loaded()
    before = query.report(draft)
    edition = record.published(draft)
    if state != "published":
        recalled = {"recall_reason": "Sai số liệu", "recalled_at": make.MOMENT} if state == "recalled" else {}
        Edition.objects.filter(pk=edition.pk).update(state=state, **recalled)
    edition.refresh_from_db()
    Indicator.objects.update(part_of_total=False, additive=False)
    Unit.objects.filter(level="district").update(name="UBND huyện Khác")
    monkeypatch.setattr(query.checks, "run", lambda _case: pytest.fail("worked out anew"))
    report = query.report(edition)
    assert [found.outcome for found in report.findings] == [found.outcome for found in before.findings]
    assert {found.state for found in report.findings} == {"accepted"}
    for now, then in ((report.passed, before.passed), (report.not_applicable, before.not_applicable)):
        assert then
        assert list(now) == [replace(each, about=()) for each in then]  # no page links what agreed
