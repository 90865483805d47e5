"""An answer acts on the table that it is about; one that contradicts what is on record leaves every record alone."""

from __future__ import annotations

from copy import copy

import openpyxl
import pytest

from chiso.actions import decision as decisions
from chiso.actions import upload as uploads
from chiso.ingest.fact import Reference
from chiso.models import Appendix, Edition, Finding, Layout
from chiso.queries.upload import LoadPlan
from tests import record
from tests.actions.test_decision import Change, planned, put, spoilt, whys

pytestmark = pytest.mark.django_db
EXCHANGED = put("IV", 1, 4, "Tỷ lệ hồ sơ nộp trực tuyến (%)"), put("IV", 1, 5, "Tỷ lệ hồ sơ đúng hạn, trong hạn (%)")


@pytest.fixture
def clerk():
    record.office_of_2023()
    return record.person()


def in_two(book: openpyxl.Workbook) -> None:
    """The last units of appendix IV in an appendix V of the same layout."""
    sheet = record.cell_of(book, "IV", 1, 1).parent
    heads = record.cell_of(book, "IV", 1, 1).row
    further = book.copy_worksheet(sheet)
    further.title = "Phụ lục V"
    further.cell(1, 1).value = "Phụ lục V"
    further.delete_rows(heads + 1, 10)
    sheet.delete_rows(heads + 11, sheet.max_row)


def of_table(plan: LoadPlan, ordinal: str) -> dict[tuple[str | None, str], tuple[Reference, str]]:
    found = next(each for each in plan.reading.appendices if each.ordinal == ordinal)
    return {(fact.unit, fact.indicator): (copy(fact.cell), fact.printed) for fact in found.facts}


def answered(clerk, *changes: Change, **places: str):
    """A file whose columns of appendix IV were said to be something: c4="HSTT.DH", "" for left out."""
    upload = spoilt(*changes)
    for place, code in places.items():
        role = "indicator" if code else "none"
        decisions.map_line(
            upload=upload, by=clerk, appendix="IV", place=int(place.removeprefix("c")), role=role, indicator=code
        )
    return upload


def test_headings_that_one_table_exchanged_are_right_in_the_other(clerk):
    before = of_table(planned(spoilt(in_two)), "V")
    assert len(before) > 30
    upload = answered(clerk, in_two, *EXCHANGED, c4="HSTT.DH", c5="HSTT.TT")
    plan = planned(upload)
    assert (plan.reading.here, plan.reading.stray) == ([1, 2], [])
    assert of_table(plan, "V") == before
    assert {key[1]: cell.column for key, (cell, _text) in of_table(plan, "IV").items()} == {
        "HSTT.QH": 3, "HSTT.DH": 4, "HSTT.TT": 5,
    }  # fmt: skip


def test_a_column_left_out_of_one_table_is_read_in_the_other(clerk):
    before = of_table(planned(spoilt(in_two)), "V")
    plan = planned(answered(clerk, in_two, c3=""))
    assert (plan.reading.here, plan.reading.stray, whys(plan)) == ([1], [], [])
    assert of_table(plan, "V") == before
    assert "HSTT.QH" not in {code for _unit, code in of_table(plan, "IV")}


def test_the_same_is_said_of_each_table_on_its_own(clerk):
    upload = answered(clerk, in_two, c3="")
    decisions.map_line(upload=upload, by=clerk, appendix="V", place=3, role="none")
    plan = planned(upload)
    assert (plan.reading.here, plan.reading.stray) == ([1, 2], [])
    assert not [each for each in plan.entries if each.fact.indicator == "HSTT.QH"]


def test_what_is_learnt_of_one_table_reads_the_other_too(clerk):
    strange = put("IV", 1, 3, "Trễ")
    plan = planned(answered(clerk, strange, in_two, c3="HSTT.QH"))
    assert (plan.reading.here, plan.reading.stray, whys(plan)) == ([], [], [])
    assert {cell.column for (_unit, code), (cell, _text) in of_table(plan, "V").items() if code == "HSTT.QH"} == {3}


# --- a layout of this file only -------------------------------------------------------------------------

STRANGE = put("IV", 1, 3, "Lạ 3"), put("IV", 1, 5, "Lạ 5")  # no longer recognised: only a new layout can say so


def told(edition: Edition) -> set[tuple[str, str]]:
    rows = Finding.objects.filter(edition=edition).exclude(state="fixed")
    return {(row.check_id, row.where) for row in rows if row.check_id != "unread-cell"}


def shown(plan: LoadPlan) -> set[tuple[str, str]]:
    found = (each for each in plan.outcomes if each.status == "finding")
    return {(each.check, each.where) for each in found if each.check != "unread-cell"}


def test_a_layout_that_is_not_learnt_leaves_the_appendix_the_one_it_has(clerk):
    edition = record.loaded(".xlsx", by=clerk)
    before = told(edition)
    assert {where for check, where in before if check == "printed-order"}
    upload = answered(clerk, *STRANGE, c4="")
    plan = planned(upload)
    assert (plan.reading.here, plan.reading.taught) == ([1], [])
    assert [text for text in plan.texts if text.name == "layout"] == []
    uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    assert Appendix.objects.get(edition=edition, ordinal="IV").layout.code == "dossier-handling"
    assert Layout.objects.count() == 4
    assert shown(plan) == told(edition)


def test_a_layout_that_is_learnt_is_checked_by_before_it_is_stored(clerk):
    edition = record.loaded(".xlsx", by=clerk)
    upload = answered(clerk, *STRANGE, put("IV", 1, 4, "Lạ 4"), c4="")
    plan = planned(upload)
    assert [layout.code for layout in plan.reading.taught]
    [text] = [text for text in plan.texts if text.name == "layout"]
    uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    assert Appendix.objects.get(edition=edition, ordinal="IV").layout.code == text.after
    assert shown(plan) == told(edition)
