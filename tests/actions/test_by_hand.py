"""Dispatches and figures typed by hand; reference data; an office's beginning."""

from __future__ import annotations

from datetime import date

import pytest

from chiso.actions import dispatch as dispatches
from chiso.actions import office, reference
from chiso.actions import result as results
from chiso.models import (
    Dispatch,
    Event,
    Indicator,
    Issuer,
    LayoutLine,
    Membership,
    Result,
    ResultChange,
    Standing,
    Unit,
    What,
)
from tests import record
from tests.ingest.expected import FOLDER

pytestmark = pytest.mark.django_db
FIELDS = {"number": "1082", "symbol": "VPUB-KSTT", "issued_on": date(2023, 9, 13), "data_as_of": date(2023, 9, 12)}


@pytest.fixture
def issuer():
    return record.office_of_2023()


def test_a_dispatch_can_be_entered_typed_and_published(issuer):
    clerk = record.person()
    edition = dispatches.enter(issuer=issuer, by=clerk, **FIELDS)
    total = Indicator.objects.get(code="TONG")
    for slug, text in (("quang-dien", "57,72/100"), ("nam-dong", "56.39/100")):
        results.store(edition=edition, unit=Unit.objects.get(slug=slug), indicator=total, text=text, by=clerk)
    assert [row.printed for row in Result.objects.order_by("id")] == ["57,72/100", "56.39/100"]
    record.published(edition)
    assert Standing.objects.filter(indicator=total).count() == 2
    assert list(Event.objects.order_by("id").values_list("what", flat=True)) == [
        What.DISPATCH_ENTERED, What.RESULT_STORED, What.RESULT_STORED, What.EDITION_SUBMITTED, What.EDITION_PUBLISHED,
    ]  # fmt: skip


def test_the_same_number_twice_in_a_year_is_refused(issuer):
    dispatches.enter(issuer=issuer, by=None, **FIELDS)
    with pytest.raises(dispatches.UnableToEnter):
        dispatches.enter(issuer=issuer, by=None, **FIELDS)
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"number": "7", "issued_on": date(2023, 9, 1)}, {"number": "7", "symbol": "X"}, {"data_as_of": date(2001, 1, 1)}],
)
def test_half_a_dispatch_is_refused(issuer, fields):
    with pytest.raises(dispatches.UnableToEnter):
        dispatches.enter(issuer=issuer, by=None, **fields)
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize(
    ("code", "text", "says"),
    [
        ("HSTT.QH", "2.6O8", "có chữ O"),
        ("HSTT.QH", "2.14", "số nguyên"),
        ("HSTT.DH", "", "đúng như in"),
        ("CTDT.TK", "37", "thiếu tổng số"),
        ("TONG", "-1", "nhỏ hơn 0"),
    ],
)
def test_what_cannot_be_read_is_refused_in_vietnamese(issuer, code, text, says):
    edition = dispatches.enter(issuer=issuer, by=None, **FIELDS)
    unit, indicator = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code=code)
    with pytest.raises(results.UnableToStore, match=says):
        results.store(edition=edition, unit=unit, indicator=indicator, text=text, by=None)
    assert not Result.objects.exists()


def test_a_unit_of_another_tree_is_refused(issuer):
    edition = dispatches.enter(issuer=issuer, by=None, **FIELDS)
    foreign = Unit.objects.create(
        slug="so-y-te-gia-lai", name="Sở Y tế", level="agency", parent=Unit.objects.get(slug="gia-lai")
    )
    with pytest.raises(results.UnableToStore):
        results.store(edition=edition, unit=foreign, indicator=Indicator.objects.get(code="HSTT.QH"), text="1", by=None)


def test_a_figure_keeps_its_history(issuer):
    edition = dispatches.enter(issuer=issuer, by=None, **FIELDS)
    unit, indicator = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code="HSTT.QH")
    for text in ("503", "503", "504"):
        result = results.store(edition=edition, unit=unit, indicator=indicator, text=text, by=None)
    results.remove(result=result, by=None, why="nhầm đơn vị")
    changes = ResultChange.objects.order_by("id").values_list("printed_before", "printed_after")
    assert list(changes) == [("", "503"), ("503", "504"), ("504", "")]
    assert Event.objects.latest("id").why == "nhầm đơn vị"


def test_reference_data_is_loaded_once_and_leaves_an_offices_changes_alone(issuer):
    unit = Unit.objects.get(slug="quang-dien")
    Unit.objects.filter(pk=unit.pk).update(name="Huyện Quảng Điền")
    again = reference.load(folder=FOLDER.parent)
    assert set(again.values()) == {0}
    unit.refresh_from_db()
    assert unit.name == "Huyện Quảng Điền"
    districts = Unit.objects.filter(parent__slug="thua-thien-hue", level="district")
    agencies = Unit.objects.filter(parent__slug="thua-thien-hue", level="agency")
    assert (districts.count(), agencies.count()) == (9, 18)
    assert not (districts | agencies).exclude(code=None).exists()
    assert LayoutLine.objects.filter(role="indicator").count() > 20


def test_an_office_is_set_up_once():
    reference.load(folder=FOLDER.parent)
    for _again in range(2):
        issuers, user = office.set_up(code="h57", email="quantri@example.org", today=date(2026, 11, 24))
    assert [each.unit.slug for each in issuers] == ["thanh-pho-hue", "thua-thien-hue"]
    assert Issuer.objects.count() == Membership.objects.count() == 2
    assert not user.has_usable_password()
    with pytest.raises(office.UnableToSetUp, match="H99"):
        office.set_up(code="H99", email="quantri@example.org", today=date(2026, 11, 24))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"issued_on": date(2023, 9, 13), "data_as_of": date(2023, 12, 12)}, "sau ngày ban hành"),
        ({"issued_on": date(2023, 9, 13), "data_as_of": date(23, 9, 12)}, "không thể là ngày"),
    ],
)
def test_impossible_dates_are_refused(issuer, fields, says):
    with pytest.raises(dispatches.UnableToEnter, match=says):
        dispatches.enter(issuer=issuer, by=None, number="7", symbol="X", **fields)
    assert not Dispatch.objects.exists()
