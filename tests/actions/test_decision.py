"""Answers to a file's questions: kept, acting at once, taken back; and what is learnt of them for the next file."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from chiso.actions import decision as decisions
from chiso.actions import upload as uploads
from chiso.actions.decision import NewUnit, UnableToDecide
from chiso.models import (
    Event,
    Finding,
    Indicator,
    Layout,
    LayoutLine,
    Result,
    ResultChange,
    Unit,
    UnitAlias,
    Upload,
    What,
)
from chiso.queries import upload as plans
from chiso.queries.decision import guessed_level
from chiso.queries.upload import LoadPlan
from tests import record
from tests.ingest.expected import sample

pytestmark = pytest.mark.django_db
Change = Callable[[openpyxl.Workbook], None]


@pytest.fixture
def clerk():
    record.office_of_2023()
    return record.person()


def spoilt(*changes: Change) -> Upload:
    def all_of_them(book: openpyxl.Workbook) -> None:
        for change in changes:
            change(book)

    return record.staged(".xlsx", data=record.workbook(all_of_them))


def put(appendix: str, row: int, column: int, value: Any) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        record.cell_of(book, appendix, row, column).value = value

    return change


def withdrawn(heading: str, first: int) -> Change:
    """A further column of appendix IV."""

    def change(book: openpyxl.Workbook) -> None:
        record.cell_of(book, "IV", 1, 6).value = heading
        for row in range(2, 29):
            record.cell_of(book, "IV", row, 6).value = first + row

    return change


def october(book: openpyxl.Workbook) -> None:
    """The same appendices a month later."""
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            cell.value = cell.value.replace("1082/", "1311/").replace("13 tháng 9", "12 tháng 10")


def whys(plan: LoadPlan, severity: str = "error") -> list[tuple[str, str]]:
    return [(each.why, str(each.cell).split(" (")[0]) for each in plan.problems if each.severity == severity]


def entry(plan: LoadPlan, unit: str, code: str) -> Any:
    return next((each for each in plan.entries if (each.fact.unit, each.fact.indicator) == (unit, code)), None)


def planned(upload: Upload) -> LoadPlan:
    upload.refresh_from_db()
    return plans.plan(upload)


# --- columns -------------------------------------------------------------------------------------------


def test_a_new_column_of_a_known_layout_is_learnt(clerk):
    upload = spoilt(withdrawn("Số hồ sơ rút", 100))
    assert whys(planned(upload)) == [("unknown-heading", "IV, row 1, column 6")]
    decisions.make_indicator(upload=upload, by=clerk, code="HSTT.RUT", name="Hồ sơ công dân rút", kind="count")
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=6, role="indicator", indicator="HSTT.RUT")
    plan = planned(upload)
    assert whys(plan) == []
    assert entry(plan, "quang-dien", "HSTT.RUT").fact.value == 102
    uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    assert Layout.objects.count() == 4
    line = LayoutLine.objects.get(indicator__code="HSTT.RUT")
    assert (line.layout.code, line.titles) == ("dossier-handling", ["Số hồ sơ rút"])
    assert line.history.get().history_user == clerk
    assert Event.objects.get(what=What.LAYOUT_TAUGHT).subject.endswith("“Số hồ sơ rút” → HSTT.RUT")
    plan = planned(spoilt(withdrawn("SỐ HỒ SƠ RÚT", 500), october))
    assert (plan.target, whys(plan)) == ("new-dispatch", [])
    assert entry(plan, "quang-dien", "HSTT.RUT").fact.value == 502
    assert whys(planned(spoilt(october))) == []  # a month without it asks nothing either


def test_a_column_left_out_stays_quiet_next_month(clerk):
    upload = spoilt(withdrawn("Số biên chế", 3))
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=6, role="none")
    assert whys(planned(upload)) == []
    uploads.apply(upload=upload, by=clerk)
    assert Result.objects.count() == 139
    plan = planned(spoilt(withdrawn("Số biên chế", 7), october))
    assert whys(plan) == []
    assert not [line for each in plan.reading.appendices for line in each.unmapped if line.asks]
    assert whys(planned(spoilt(withdrawn("Số biên chế mới", 7), october))) == [
        ("unknown-heading", "IV, row 1, column 6")
    ]


def test_a_heading_that_changed_is_another_title_of_its_line(clerk):
    upload = spoilt(put("IV", 1, 3, "Trễ"))
    assert whys(planned(upload)) == [("unknown-heading", "IV, row 1, column 3")]
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=3, role="indicator", indicator="HSTT.QH")
    plan = planned(upload)
    assert (whys(plan), entry(plan, "phu-vang", "HSTT.QH").fact.printed) == ([], "2.465")
    uploads.apply(upload=upload, by=clerk)
    titles = LayoutLine.objects.get(layout__code="dossier-handling", indicator__code="HSTT.QH").titles
    assert (titles[0], titles[-1]) == ("Tổng số hồ sơ xử lý quá hạn", "Trễ")
    assert whys(planned(spoilt(put("IV", 1, 3, "Trễ"), october))) == []
    assert whys(planned(spoilt(october))) == []


def test_two_headings_exchanged_are_read_as_was_said(clerk):
    changes = put("IV", 1, 3, "Tỷ lệ hồ sơ nộp trực tuyến (%)"), put("IV", 1, 5, "Tổng số hồ sơ xử lý quá hạn")
    upload = spoilt(*changes)
    assert {why for why, _ in whys(planned(upload))} != set()
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=3, role="indicator", indicator="HSTT.QH")
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=5, role="indicator", indicator="HSTT.TT")
    plan = planned(upload)
    assert (whys(plan), plan.reading.stray) == ([], [])
    assert entry(plan, "phu-vang", "HSTT.QH").fact.printed == "2.465"
    assert (plan.reading.here, plan.reading.taught) == ([1, 2], [])  # all offices know these headings otherwise
    uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    assert {why for why, _ in whys(planned(spoilt(*changes, october)))} != set()


def on_record() -> dict[tuple[str, str, str], list[str]]:
    rows = LayoutLine.objects.values_list("layout__code", "role", "indicator__code", "titles").order_by("pk")
    return {(code, role, indicator or str(titles[:1])): titles for code, role, indicator, titles in rows}


def test_no_office_loses_a_heading_by_another_ones_answer(clerk):
    """Left out, or something else: for this file. What nobody knew is learnt all the same."""
    before = on_record()
    upload = spoilt(withdrawn("Số hồ sơ lạ", 100))
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=3, role="none")
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=6, role="none")
    plan = planned(upload)
    assert (plan.reading.stray, plan.reading.here) == ([], [1])
    assert entry(plan, "quang-dien", "HSTT.QH") is None
    uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    assert not Result.objects.filter(indicator__code="HSTT.QH").exists()
    after = on_record()
    assert all(set(titles) <= set(after[key]) for key, titles in before.items())
    assert any("Số hồ sơ lạ" in titles for key, titles in after.items() if key not in before)
    plan = planned(spoilt(withdrawn("Số hồ sơ lạ", 100), october))
    assert (whys(plan), entry(plan, "quang-dien", "HSTT.QH").fact.printed) == ([], "503")


def test_a_row_that_is_known_otherwise_is_left_out_of_this_file_only(clerk):
    before = on_record()
    upload = record.staged(".xlsx")
    decisions.map_line(upload=upload, by=clerk, appendix="I", axis="row", place=4, role="none")
    plan = planned(upload)
    assert (plan.reading.stray, plan.reading.here, plan.reading.taught) == ([], [1], [])
    edition = uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    assert on_record() == before
    assert Result.objects.filter(edition=edition).count() < 139


def test_two_columns_headed_alike_are_told_apart_by_their_order(clerk):
    changes = put("IV", 1, 4, "Tỷ lệ (%)"), put("IV", 1, 5, "Tỷ lệ (%)")
    upload = spoilt(*changes)
    assert [place for _, place in whys(planned(upload))] == ["IV, row 1, column 4", "IV, row 1, column 5"]
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=4, role="indicator", indicator="HSTT.DH")
    assert planned(upload).reading.stray == [1]  # waits for the other one
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=5, role="indicator", indicator="HSTT.TT")
    plan = planned(upload)
    assert (whys(plan), plan.reading.stray) == ([], [])
    uploads.apply(upload=upload, by=clerk)
    assert whys(planned(spoilt(*changes, october))) == []
    (one,) = [
        each for each in whys(planned(spoilt(put("IV", 1, 4, "Tỷ lệ (%)"), put("IV", 1, 5, "Tỷ lệ trực tuyến"), october)))
        if each[1] == "IV, row 1, column 4"
    ]  # fmt: skip
    assert one[0] == "unknown-heading"  # one of two is nobody's


def test_a_heading_that_names_its_month_is_known_next_month(clerk):
    upload = spoilt(put("IV", 1, 3, "Quá hạn tháng 9/2023"))
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=3, role="indicator", indicator="HSTT.QH")
    uploads.apply(upload=upload, by=clerk)
    assert whys(planned(spoilt(put("IV", 1, 3, "Quá hạn tháng 10/2023"), october))) == []


def test_a_row_of_appendix_one_is_learnt(clerk):
    changed = put("I", 4, 2, "Minh bạch")
    upload = spoilt(changed)
    assert whys(planned(upload)) == [("unknown-label", "I, row 4, column 2")]
    decisions.map_line(upload=upload, by=clerk, appendix="I", axis="row", place=4, role="indicator", indicator="CKMB")
    assert whys(planned(upload)) == []
    uploads.apply(upload=upload, by=clerk)
    assert Result.objects.filter(indicator__code="CKMB").count() == 2
    assert whys(planned(spoilt(changed, october))) == []


def test_a_row_left_out_stays_quiet(clerk):
    changed = put("I", 4, 2, "Điểm thưởng")
    upload = spoilt(changed)
    decisions.map_line(upload=upload, by=clerk, appendix="I", axis="row", place=4, role="none")
    assert whys(planned(upload)) == []
    uploads.apply(upload=upload, by=clerk)
    assert whys(planned(spoilt(changed, october))) == []


def test_an_answer_that_contradicts_a_known_heading_waits_for_the_other_half(clerk):
    upload = spoilt(withdrawn("Số hồ sơ rút", 100))
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=6, role="indicator", indicator="HSTT.QH")
    plan = planned(upload)
    assert (plan.reading.stray, entry(plan, "quang-dien", "HSTT.QH").fact.value) == ([1], 503)
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=3, role="none")
    plan = planned(upload)
    assert (plan.reading.stray, entry(plan, "quang-dien", "HSTT.QH").fact.value) == ([], 102)
    assert whys(plan) == []


def test_the_last_answer_to_one_question_counts(clerk):
    upload = spoilt(withdrawn("Số hồ sơ rút", 100))
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=6, role="rank")
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=6, role="none")
    assert [(each["n"], each["role"]) for each in Upload.objects.get().decisions] == [(2, "none")]


@pytest.mark.parametrize(
    "given",
    [
        {"appendix": "IX", "place": 1, "role": "none"}, {"appendix": "IV", "place": 9, "role": "none"},
        {"appendix": "IV", "place": 3, "role": "total"}, {"appendix": "IV", "place": 3, "role": "indicator"},
        {"appendix": "IV", "place": 3, "role": "indicator", "indicator": "NONE"},
        {"appendix": "IV", "place": 3, "role": "unit", "indicator": "HSTT.QH"},
        {"appendix": "IV", "axis": "row", "place": 3, "role": "none"},
        {"appendix": "I", "axis": "row", "place": 99, "role": "none"},
        {"appendix": "I", "axis": "row", "place": 4, "role": "unit"},
    ],
)  # fmt: skip
def test_what_fits_nothing_is_refused(clerk, given):
    upload = record.staged(".xlsx")
    with pytest.raises(UnableToDecide):
        decisions.map_line(upload=upload, by=clerk, **given)
    assert Upload.objects.get().decisions == []
    assert not Event.objects.filter(what=What.UPLOAD_DECIDED).exists()


# --- units ---------------------------------------------------------------------------------------------


def test_a_unit_under_another_name_is_known_from_then_on(clerk):
    changed = put("IV", 9, 2, "Huyện miền biển")
    upload = spoilt(changed)
    assert whys(planned(upload)) == [("unit-unknown", "IV, row 9, column 2")]
    unit = Unit.objects.get(slug="phu-vang")
    decisions.map_unit(upload=upload, by=clerk, name="Huyện miền biển", unit=unit)
    plan = planned(upload)
    assert (whys(plan), entry(plan, "phu-vang", "HSTT.QH").fact.printed) == ([], "2.465")
    uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    alias = UnitAlias.objects.get(alias="Huyện miền biển")
    assert (alias.unit, alias.history.get().history_user) == (unit, clerk)
    assert whys(planned(spoilt(changed, october))) == []


def test_a_unit_of_another_office_is_no_answer(clerk):
    upload = spoilt(put("IV", 9, 2, "Huyện miền biển"))
    elsewhere = Unit.objects.filter(level="province").exclude(slug="thua-thien-hue").first()
    stranger = Unit.objects.create(slug="chu-se", name="UBND huyện Chư Sê", level="district", parent=elsewhere)
    with pytest.raises(UnableToDecide, match="Chư Sê"):
        decisions.map_unit(upload=upload, by=clerk, name="Huyện miền biển", unit=stranger)


def test_the_nation_gets_no_other_name_from_one_office(clerk):
    upload = spoilt(put("I", 1, 4, "Toàn quốc ta"))
    decisions.map_unit(upload=upload, by=clerk, name="Toàn quốc ta", unit=Unit.objects.get(slug="ca-nuoc"))
    uploads.apply(upload=upload, by=clerk)
    assert not UnitAlias.objects.filter(alias="Toàn quốc ta").exists()


def test_all_unknown_units_are_entered_at_once(clerk):
    upload = spoilt(put("IV", 9, 2, "UBND xã Vinh Thanh"), put("IV", 12, 2, "Sở Chuyển đổi số"))
    parent = Unit.objects.get(slug="phu-vang")
    wanted = [NewUnit("UBND xã Vinh Thanh", parent=parent), NewUnit("Sở Chuyển đổi số")]
    made = decisions.make_units(upload=upload, by=clerk, wanted=wanted)
    assert [(unit.level, unit.kind, unit.parent.slug) for unit in made] == [
        ("commune", "xã", "phu-vang"), ("agency", "sở", "thua-thien-hue"),
    ]  # fmt: skip
    assert Event.objects.filter(what=What.UNIT_MADE, by=clerk).count() == 2
    assert whys(planned(upload)) == []
    decisions.undo(upload=upload, by=clerk, n=1)
    assert (whys(planned(upload)), Unit.objects.filter(name="Sở Chuyển đổi số").count()) == ([], 1)
    with pytest.raises(UnableToDecide, match="Nơi nào"):
        decisions.make_units(upload=upload, by=clerk, wanted=[NewUnit("Sở Mới"), NewUnit("Nơi nào")])
    assert not Unit.objects.filter(name="Sở Mới").exists()


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("UBND Xã Ayun", "commune"), ("Phường Vỹ Dạ", "commune"), ("TT. Sịa", "commune"), ("UBND huyện Mới", "district"),
        ("TX Hương Thủy", "district"), ("UBND thành phố Huế", "district"), ("UBND quận Thuận Hóa", "district"),
        ("Sở Y tế", "agency"), ("Ban Dân tộc", "agency"), ("Văn phòng UBND tỉnh", "agency"), ("Thanh tra tỉnh", "agency"),
        ("Trung tâm Phục vụ hành chính công", "agency"), ("Tổng đài 1022", None), ("Cuckoo", None),
    ],
)  # fmt: skip
def test_a_name_says_its_level(name, level):
    assert guessed_level(name) == level


# --- cells ---------------------------------------------------------------------------------------------


def test_a_corrected_cell_is_the_clerks_figure(clerk):
    upload = spoilt(put("IV", 10, 3, "2.6O8"))
    assert whys(planned(upload)) == [("letter-in-number", "IV, row 10, column 3")]
    with pytest.raises(UnableToDecide, match="dòng 10"):
        decisions.fix_cell(upload=upload, by=clerk, appendix="IV", row=10, column=3, text="2.6l8")
    decisions.fix_cell(upload=upload, by=clerk, appendix="IV", row=10, column=3, text="2.608", why="chữ O")
    plan = planned(upload)
    fact = entry(plan, "huong-thuy", "HSTT.QH").fact
    assert (whys(plan), fact.value, fact.corrected) == ([], Decimal(2608), "2.6O8")
    edition = uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    result = Result.objects.get(unit__slug="huong-thuy", indicator__code="HSTT.QH")
    assert (result.source, result.cell.split(" (")[0], result.printed) == (None, "IV, row 10, column 3", "2.608")
    assert Result.objects.filter(source=upload).count() == Result.objects.count() - 1
    event = Event.objects.get(what=What.UPLOAD_APPLIED)
    assert "“2.6O8” → “2.608” (chữ O)" in event.why
    assert ResultChange.objects.get(unit__slug="huong-thuy", indicator__code="HSTT.QH").event == event
    assert not Finding.objects.filter(edition=edition, check_id="unread-cell").exists()


def test_a_cell_left_unread_gives_no_figure_and_no_finding(clerk):
    upload = spoilt(put("IV", 10, 3, "2.6O8"))
    with pytest.raises(UnableToDecide):
        decisions.skip_cell(upload=upload, by=clerk, appendix="IV", row=10, column=3, why=" ")
    decisions.skip_cell(upload=upload, by=clerk, appendix="IV", row=10, column=3, why="đang xác minh")
    plan = planned(upload)
    assert (whys(plan), entry(plan, "huong-thuy", "HSTT.QH")) == ([], None)
    assert ("skipped", "IV, row 10, column 3") in whys(plan, "note")
    edition = uploads.apply(upload=upload, by=clerk)
    assert not Finding.objects.filter(edition=edition, check_id="unread-cell").exists()


def test_a_row_left_unread_gives_nothing(clerk):
    upload = spoilt(put("IV", 9, 2, "Huyện không tên"), put("IV", 9, 3, "2.6O8"))
    assert len(whys(planned(upload))) == 2
    decisions.skip_cell(upload=upload, by=clerk, appendix="IV", row=9, column=0, why="không phải đơn vị của tỉnh")
    plan = planned(upload)
    assert (whys(plan), plan.reading.unknown_units) == ([], [])
    assert [row.why for row in plan.reading.appendices[3].skipped] == ["skipped"]


def test_a_number_once_given_is_no_other_answers(clerk):
    """A page opened before must not take back what was answered since."""
    upload = spoilt(put("IV", 10, 3, "2.6O8"))
    decisions.skip_cell(upload=upload, by=clerk, appendix="IV", row=10, column=3, why="đang xác minh")
    decisions.undo(upload=upload, by=clerk, n=1)
    decisions.skip_cell(upload=upload, by=clerk, appendix="IV", row=9, column=3, why="đang xác minh")
    with pytest.raises(UnableToDecide):
        decisions.undo(upload=upload, by=clerk, n=1)
    upload.refresh_from_db()
    assert [each["n"] for each in upload.decisions] == [2]


def test_an_answer_is_taken_back(clerk):
    upload = spoilt(put("IV", 10, 3, "2.6O8"), put("IV", 9, 3, "2.46S"))
    before = planned(upload).fingerprint
    decisions.fix_cell(upload=upload, by=clerk, appendix="IV", row=10, column=3, text="2.608")
    decisions.fix_cell(upload=upload, by=clerk, appendix="IV", row=9, column=3, text="2.465")
    assert planned(upload).fingerprint != before
    decisions.undo(upload=upload, by=clerk, n=1)
    assert whys(planned(upload)) == [("letter-in-number", "IV, row 10, column 3")]
    decisions.undo(upload=upload, by=clerk, n=2)
    assert planned(upload).fingerprint == before
    with pytest.raises(UnableToDecide):
        decisions.undo(upload=upload, by=clerk, n=2)
    assert Event.objects.filter(what=What.UPLOAD_DECIDED).count() == 4


def test_a_decision_whose_cell_reads_otherwise_is_told_and_not_used(clerk):
    upload = spoilt(put("IV", 10, 3, "2.6O8"))
    decisions.fix_cell(upload=upload, by=clerk, appendix="IV", row=10, column=3, text="2.608")
    upload.refresh_from_db()
    upload.decisions[0]["printed"] = "2.608x"
    upload.decisions.append({"n": 2, "kind": "weather", "appendix": "IV"})
    upload.save()
    plan = planned(upload)
    assert (plan.reading.stray, whys(plan)) == ([1], [("letter-in-number", "IV, row 10, column 3")])


def test_nothing_is_answered_after_the_file_was_taken_over(clerk):
    upload = record.staged()
    uploads.apply(upload=upload, by=clerk)
    for act in (
        lambda: decisions.map_line(upload=upload, by=clerk, appendix="IV", place=3, role="none"),
        lambda: decisions.map_unit(upload=upload, by=clerk, name="x", unit=Unit.objects.get(slug="phu-vang")),
        lambda: decisions.make_units(upload=upload, by=clerk, wanted=[NewUnit("Sở Mới")]),
        lambda: decisions.make_indicator(upload=upload, by=clerk, code="X", name="X", kind="count"),
        lambda: decisions.fix_cell(upload=upload, by=clerk, appendix="IV", row=2, column=3, text="1"),
        lambda: decisions.skip_cell(upload=upload, by=clerk, appendix="IV", row=2, column=3, why="x"),
        lambda: decisions.undo(upload=upload, by=clerk, n=1),
    ):
        with pytest.raises(UnableToDecide):
            act()


def test_a_plan_seen_before_an_answer_is_not_applied(clerk):
    upload = spoilt(put("IV", 10, 3, "2.6O8"))
    shown = planned(upload).fingerprint
    decisions.skip_cell(upload=upload, by=clerk, appendix="IV", row=10, column=3, why="đang xác minh")
    with pytest.raises(uploads.Changed):
        uploads.apply(upload=upload, by=clerk, shown=shown)


def test_a_layout_that_another_office_taught_meanwhile_stops_it(clerk, monkeypatch):
    upload = spoilt(put("IV", 1, 3, "Trễ"))
    decisions.map_line(upload=upload, by=clerk, appendix="IV", place=3, role="indicator", indicator="HSTT.QH")
    shown = planned(upload).fingerprint
    read, title = plans.plan, "Chậm"

    def and_then_another_teaches(of: Upload) -> LoadPlan:
        plan = read(of)
        line = LayoutLine.objects.get(layout__code="dossier-handling", indicator__code="HSTT.QH")
        line.titles = [*line.titles, title]
        line.save()
        return plan

    monkeypatch.setattr(plans, "plan", and_then_another_teaches)
    with pytest.raises(uploads.Changed):
        uploads.apply(upload=upload, by=clerk, shown=shown)
    assert not Result.objects.exists()
    monkeypatch.undo()
    line = LayoutLine.objects.get(layout__code="dossier-handling", indicator__code="HSTT.QH")
    line.titles = [*line.titles, title]
    line.save()
    uploads.apply(upload=upload, by=clerk)
    line.refresh_from_db()
    assert line.titles[-2:] == [title, "Trễ"]


# --- one appendix of a file ----------------------------------------------------------------------------


def test_only_the_wanted_appendix_is_taken_over(clerk):
    upload = record.staged()
    Upload.objects.update(ordinal="II")
    plan = planned(upload)
    assert {each.fact.cell.appendix for each in plan.entries} == {"II"}
    edition = uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)
    assert (edition.results.count(), edition.headline_score) == (9, None)
    assert list(edition.appendices.values_list("ordinal", flat=True)) == ["II"]


def test_an_appendix_that_the_file_does_not_hold_is_nothing_read(clerk):
    upload = record.staged(".xlsx", data=sample(".xlsx"))
    Upload.objects.update(ordinal="IX")
    assert planned(upload).target == "nothing-read"


def test_what_is_left_unread_at_a_name_is_the_whole_row(clerk):
    upload = spoilt(put("IV", 9, 2, "UBND huyện Quảng Điền"))
    assert ("double-unit", "IV, row 9, column 2") in whys(planned(upload))
    decisions.skip_cell(upload=upload, by=clerk, appendix="IV", row=9, column=2, why="dòng chép hai lần")
    plan = planned(upload)
    assert (whys(plan), plan.reading.doubled) == ([], [])
    assert entry(plan, "quang-dien", "HSTT.QH").fact.value == 503


def test_of_a_figure_in_the_label_and_one_beside_it_the_one_not_left_unread_counts(clerk):
    def both(book: openpyxl.Workbook) -> None:
        put("I", 11, 3, "80%")(book)

    upload = spoilt(both)
    assert whys(planned(upload)) == [("two-values", "I, row 11, column 3")]
    decisions.skip_cell(upload=upload, by=clerk, appendix="I", row=11, column=3, why="ghi nhầm ô")
    plan = planned(upload)
    assert (whys(plan), entry(plan, "thua-thien-hue", "MDHL.3").fact.printed) == ([], "100%")
    assert ("skipped", "I, row 11, column 3") in whys(plan, "note")
    decisions.undo(upload=upload, by=clerk, n=1)
    decisions.skip_cell(upload=upload, by=clerk, appendix="I", row=11, column=2, why="ghi nhầm ô")
    plan = planned(upload)
    assert (whys(plan), entry(plan, "thua-thien-hue", "MDHL.3").fact.printed) == ([], "80%")
    assert ("skipped", "I, row 11, column 2") in whys(plan, "note")


def test_a_name_is_entered_once_and_only_where_nobody_knows_it(clerk):
    upload = spoilt(put("IV", 12, 2, "Sở Chuyển đổi số"))
    twice = [NewUnit("Sở Chuyển đổi số"), NewUnit("SỞ CHUYỂN ĐỔI SỐ")]
    assert len(decisions.make_units(upload=upload, by=clerk, wanted=twice)) == 1
    with pytest.raises(UnableToDecide, match="Sở Y tế"):
        decisions.make_units(upload=upload, by=clerk, wanted=[NewUnit("Sở Y tế")])
    with pytest.raises(UnableToDecide):
        decisions.make_units(upload=upload, by=clerk, wanted=[])


def test_an_answer_whose_unit_is_gone_is_told(clerk):
    upload = spoilt(put("IV", 9, 2, "Huyện miền biển"))
    unit = Unit.objects.get(slug="phu-vang")
    decisions.map_unit(upload=upload, by=clerk, name="Huyện miền biển", unit=unit)
    Unit.objects.filter(pk=unit.pk).update(valid_to="2023-01-01")
    plan = planned(upload)
    assert (plan.reading.stray, whys(plan)[0][0]) == ([1], "unit-unknown")


# --- two offices at once ---------------------------------------------------------------------------------


def test_an_indicator_that_another_office_entered_just_now_is_told(clerk, monkeypatch):
    """Offices lock themselves alone: the other's row comes between our look and our writing."""
    upload = spoilt(withdrawn("Số hồ sơ rút", 100))
    look = Indicator.full_clean

    def overtaken(self, *args, **options):
        look(self, *args, **options)
        Indicator.objects.create(
            indicator_set=self.indicator_set, code=self.code, name="Của nơi khác", kind="count", order=999
        )

    monkeypatch.setattr(Indicator, "full_clean", overtaken)
    with pytest.raises(UnableToDecide, match=r"HSTT\.RUT"):
        decisions.make_indicator(upload=upload, by=clerk, code="HSTT.RUT", name="Hồ sơ rút", kind="count")
    monkeypatch.undo()
    assert whys(planned(upload)) == [("unknown-heading", "IV, row 1, column 6")]  # the file can be answered on
    decisions.make_indicator(upload=upload, by=clerk, code="HSTT.RUT", name="Hồ sơ rút", kind="count")


def test_units_that_another_office_entered_just_now_are_told(clerk, monkeypatch):
    upload = spoilt(put("IV", 12, 2, "Sở Chuyển đổi số"))
    store = decisions.units.store_new

    def overtaken(*, units, by):
        made = list(units)
        Unit.objects.create(slug=made[0].slug, name="Sở khác", level="agency", parent=made[0].parent)
        return store(units=made, by=by)

    monkeypatch.setattr(decisions.units, "store_new", overtaken)
    with pytest.raises(UnableToDecide, match="Sở Chuyển đổi số"):
        decisions.make_units(upload=upload, by=clerk, wanted=[NewUnit("Sở Chuyển đổi số")])
    monkeypatch.undo()
    assert len(decisions.make_units(upload=upload, by=clerk, wanted=[NewUnit("Sở Chuyển đổi số")])) == 1
