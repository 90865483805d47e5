"""An appendix as a grid: which rows and columns, what stands in each cell, and at what cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.actions import sheet as sheets
from chiso.actions.sheet import Edit
from chiso.models import Level, Result, Unit
from chiso.queries import sheet as query
from tests import make, record


@pytest.fixture
def edition(db):
    record.office_of_2023()
    return record.loaded(".txt")


def appendix(edition, ordinal: str):
    return edition.appendices.get(ordinal=ordinal)


def test_units_down_as_printed(edition):
    sheet = query.of_appendix(appendix(edition, "III"))
    assert sheet.open
    assert [measure.code for measure in sheet.measures] == ["CTDT.TK", "MDSH.5", "CTDT.CTK"]
    assert sheet.measures[0].label == "Đã triển khai"
    printed = Result.objects.filter(
        edition=edition, appendix=appendix(edition, "III"), indicator__code="MDSH.5"
    ).order_by("row")
    assert [unit.slug for unit in sheet.units] == [row.unit.slug for row in printed]
    assert sheet.units[0].position == "1"
    cell = sheet.rows[0][1]
    assert (cell.text, cell.reading.figure.value) == (printed[0].printed, printed[0].value)
    assert cell.source == printed[0].cell
    assert cell.version == query.versions(edition)[printed[0].unit_id, printed[0].indicator_id]


def test_indicators_down_province_and_nation_across(edition):
    sheet = query.of_appendix(appendix(edition, "I"))
    assert not sheet.units_down
    assert [unit.slug for unit in sheet.units] == ["thua-thien-hue", "ca-nuoc"]
    assert [measure.code for measure in sheet.measures][:2] == ["TONG", "CKMB"]
    assert len(sheet.measures) == len(sheet.rows) == 15
    assert [cell.text for cell in sheet.rows[0]] == ["60.58/100", "64.9/100"]
    assert {measure.total for measure in sheet.measures} == {"", "TONG"}


def test_a_unit_is_not_awaited_where_its_other_record_was_published(edition):
    kept = make.unit(slug="quang-dien-2", parent=Unit.objects.get(slug="thua-thien-hue"))
    Unit.objects.filter(slug="quang-dien").update(merged_into=kept)
    shown = [unit.slug for unit in query.of_appendix(appendix(record.published(edition), "II")).units]
    assert ("quang-dien" in shown, kept.slug in shown) == (True, False)


def test_units_without_figures_stand_below_those_printed(edition):
    gone = Result.objects.filter(edition=edition, unit__slug="quang-dien")
    gone.delete()
    sheet = query.of_appendix(appendix(edition, "II"))
    assert sheet.units[-1].slug == "quang-dien"
    assert {unit.level for unit in sheet.units} == {Level.DISTRICT}
    assert len(sheet.units) == 9
    cell = sheet.rows[-1][0]
    assert (cell.text, cell.reading, cell.elsewhere) == ("", query.Reading(), "")


def test_a_figure_printed_twice_shows_in_both(edition):
    of_two, of_three = appendix(edition, "II"), appendix(edition, "III")
    Result.objects.filter(edition=edition, unit__slug="quang-dien", indicator__code="TONG").update(appendix=of_three)
    sheet = query.of_appendix(of_two)
    cell = next(cell for row in sheet.rows for cell in row if cell.unit == "quang-dien")
    assert (cell.elsewhere, bool(cell.text)) == ("III", True)


def test_without_a_layout_the_columns_are_what_has_figures(edition):
    of_four = appendix(edition, "IV")
    of_four.layout = None
    of_four.save()
    sheet = query.of_appendix(of_four)
    assert [measure.code for measure in sheet.measures] == ["HSTT.QH", "HSTT.DH", "HSTT.TT"]
    assert len(sheet.units) == 27
    empty = make.appendix(edition=edition, ordinal="V")
    assert query.of_appendix(empty).measures == ()


def test_an_empty_table_takes_the_rows_of_the_last_one_of_its_layout(edition):
    layout = appendix(edition, "II").layout
    later = make.dispatch(
        issuer=edition.dispatch.issuer, number="1190", data_as_of="2023-10-10", issued_on="2023-10-12"
    )
    fresh = make.edition(dispatch=later, indicator_set=edition.indicator_set)
    sheet = query.of_appendix(make.appendix(edition=fresh, layout=layout))
    assert {unit.level for unit in sheet.units} == {Level.DISTRICT}
    assert len(sheet.units) == 9
    assert sheet.levels == (Level.DISTRICT,)
    assert not any(cell.text for row in sheet.rows for cell in row)
    chosen = query.of_appendix(sheet.appendix, [Level.AGENCY])
    assert {unit.level for unit in chosen.units} == {Level.AGENCY}


def test_nobody_is_listed_who_did_not_exist_at_the_data_date(edition):
    Unit.objects.filter(slug="nam-dong").update(valid_to="2023-01-01")
    Result.objects.filter(edition=edition, unit__slug="nam-dong").delete()
    assert "nam-dong" not in [unit.slug for unit in query.of_appendix(appendix(edition, "II")).units]


def test_notes_and_findings_stand_at_their_cells(edition):
    sheets.save(edition=edition, by=None, edits=[Edit("quang-dien", "TONG", None, note="đối chiếu")])
    edition.findings.update(about=[])
    edition.findings.filter(check_id="groups-add-up").update(about=[["thua-thien-hue", "TONG"]])
    two, one = query.of_appendix(appendix(edition, "II")), query.of_appendix(appendix(edition, "I"))
    noted = [cell for row in two.rows for cell in row if cell.note]
    assert [(cell.unit, cell.note.text) for cell in noted] == [("quang-dien", "đối chiếu")]
    assert one.rows[0][0].findings >= 1
    assert one.rows[0][1].findings == 0


def test_a_table_of_one_district_s_communes_lists_only_its_own(db):
    tree = make.tree()
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    table = make.appendix(edition=edition)
    extra = make.unit(slug="quang-an", level=Level.COMMUNE, parent=tree.districts[0])
    for row, unit in enumerate(tree.communes[:2], 2):
        make.result(edition=edition, unit=unit, code="MDSH.5", text="5", appendix=table, row=row)
    assert [unit.slug for unit in query.of_appendix(table).units] == ["quang-phuoc", "quang-thai", extra.slug]


@pytest.mark.parametrize("filled", [True, False])
def test_the_cost_does_not_grow_with_the_table(edition, filled):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            query.of_appendix(appendix(edition, "III"))
        return len(queries) - 1  # the appendix looked up here

    if not filled:
        Result.objects.filter(edition=edition).delete()
    before = cost()
    province = Unit.objects.get(slug="thua-thien-hue")
    for number in range(30):
        unit = make.unit(slug=f"huyen-{number}", parent=province)
        if filled:
            make.result(edition=edition, unit=unit, code="MDSH.5", text="5", appendix=appendix(edition, "III"))
    assert cost() == before <= 10
