"""A file of an unknown layout with unknown units is answered once; the same layout with other figures then loads with
no question."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chiso.actions import decision as decisions
from chiso.actions import upload as uploads
from chiso.actions.decision import NewUnit
from chiso.models import Edition, Event, Indicator, Layout, Result, Unit, Upload, What
from chiso.queries import upload as plans
from chiso.queries.upload import LoadPlan
from chiso.values.number import Kind, read
from tests import record
from tests.unknown import NOVEMBER, OCTOBER, UNKNOWN, Made, Unknown

pytestmark = pytest.mark.django_db
QUESTIONS = {
    "unknown-heading", "double-heading", "misnamed-heading", "unknown-unit-heading", "unknown-label-heading",
    "no-unit-column", "no-headings", "unit-unknown", "unit-ambiguous", "unit-other-province", "unknown-label",
    "unknown-title",
}  # fmt: skip


@pytest.fixture
def clerk():
    record.office_of_2023()
    return record.person()


def staged(made: Made, clerk) -> Upload:
    return uploads.stage(data=made.data, name=made.name, issuer=None, by=clerk)


def questions(plan: LoadPlan) -> list[str]:
    return [problem.why for problem in plan.problems if problem.why in QUESTIONS]


def answer(upload: Upload, unknown: Unknown, clerk) -> None:
    """All that a clerk says to a file of this layout."""
    for code, name, kind in unknown.indicators:
        decisions.make_indicator(upload=upload, by=clerk, code=code, name=name, kind=kind)
    for place, role, code in unknown.answers:
        decisions.map_line(upload=upload, by=clerk, appendix="I", place=place, role=role, indicator=code)
    upload.refresh_from_db()
    names = [each.name for each in plans.plan(upload).reading.unknown_units]
    assert sorted(names) == sorted(unknown.new_units)
    huong_thuy = Unit.objects.get(slug="huong-thuy")
    wanted = [NewUnit(name, "" if decisions.decisions.guessed_level(name) else "agency") for name in names]
    wanted = [NewUnit(each.name, parent=huong_thuy) if "xã" in each.name else each for each in wanted]
    decisions.make_units(upload=upload, by=clerk, wanted=wanted)
    upload.refresh_from_db()


def stored(edition: Edition) -> dict[tuple[str, str], tuple[Decimal, str]]:
    rows = Result.objects.filter(edition=edition).select_related("unit", "indicator")
    return {(row.unit.name, row.indicator.code): (row.value, row.printed) for row in rows}


def expected(unknown: Unknown, made: Made) -> dict[tuple[str, str], tuple[Decimal, str]]:
    kinds = {code: Kind(kind) for code, _name, kind in unknown.indicators}
    known = {"UBND TP Huế": "UBND thành phố Huế"}
    figures = {}
    for (name, code), text in unknown.figures(made).items():
        figure = read(text, kinds[code])
        figures[known.get(name, name), code] = (figure.value, text)
    return figures


@pytest.mark.parametrize("title", UNKNOWN)
def test_what_was_answered_once_is_not_asked_again(clerk, title):
    unknown = UNKNOWN[title]
    first = unknown.make(OCTOBER)
    upload = staged(first, clerk)
    assert len(questions(plans.plan(upload))) >= len(unknown.indicators)
    answer(upload, unknown, clerk)
    plan = plans.plan(upload)
    assert (questions(plan), plan.reading.stray, plan.reading.unknown_units) == ([], [], [])
    edition = uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    assert stored(edition) == expected(unknown, first)
    assert Layout.objects.count() == 5
    assert Event.objects.filter(what=What.LAYOUT_TAUGHT, by=clerk).count() == 1

    later = unknown.make(NOVEMBER)
    assert unknown.figures(later) != unknown.figures(first)
    again = staged(later, clerk)
    plan = plans.plan(again)
    assert plan.target == "new-dispatch"
    assert ([problem for problem in plan.problems if problem.severity == "error"], questions(plan)) == ([], [])
    assert [line for each in plan.reading.appendices for line in each.unmapped if line.asks] == []
    assert plan.reading.unknown_units == []
    edition = uploads.apply(upload=again, by=clerk, shown=plan.fingerprint)
    assert stored(edition) == expected(unknown, later)
    assert str(edition.dispatch) == "1502/VPUB-KSTT"
    assert Event.objects.filter(what=What.LAYOUT_TAUGHT).count() == 1


def test_the_three_layouts_do_not_get_in_each_others_way(clerk):
    for unknown in UNKNOWN.values():
        upload = staged(unknown.make(OCTOBER), clerk)
        answer(upload, unknown, clerk)
        uploads.apply(upload=upload, by=clerk)
    for unknown in UNKNOWN.values():
        made = unknown.make(NOVEMBER)
        plan = plans.plan(staged(made, clerk))
        assert questions(plan) == []
        read_ = {(entry.fact.unit_name, entry.fact.indicator): entry.fact.printed for entry in plan.entries}
        assert read_ == unknown.figures(made)


def test_new_indicators_stand_behind_those_on_record(clerk):
    upload = staged(UNKNOWN["one cell on each line"].make(OCTOBER), clerk)
    made = decisions.make_indicator(upload=upload, by=clerk, code="DDN.CG", name="Cuộc gọi", kind="count")
    assert made.order == max(Indicator.objects.values_list("order", flat=True))
    with pytest.raises(decisions.UnableToDecide):
        decisions.make_indicator(upload=upload, by=clerk, code="DDN.CG", name="Cuộc gọi", kind="count")
