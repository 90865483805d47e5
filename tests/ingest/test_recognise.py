"""Which layout a table has and what its columns hold; what would be a guess stays unmapped and is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from chiso.ingest.layout import Layout, Line, Role
from tests.ingest.knowledge import knowledge
from tests.ingest.sheets import (
    COPIES,
    HANDLING,
    HANDLING_HEADINGS,
    INDEX,
    facts,
    merged,
    problem,
    read_table,
    told,
    values,
)  # fmt: skip

UNIT = "UBND huyện Phú Lộc"


def _layout(title: str, *headings: str, ordinal: str = "V", figure: str = "1") -> str:
    reading = read_table(headings, ("1", UNIT, *[figure] * (len(headings) - 2)), title=title, ordinal=ordinal)
    return reading.appendices[0].layout


# --- layouts -------------------------------------------------------------------------------------


def test_the_title_is_the_layouts_whatever_its_capitals_marks_and_month() -> None:
    for title in (
        INDEX, INDEX.lower(), "KẾT QUẢ BỘ CHỈ SỐ PHỤC VỤ NGƯỜI DÂN, DOANH NGHIỆP THÁNG 9 NĂM 2023",
        "KẾT QUẢ BỘ CHỈ SỐ PHỤC VỤ NGƯỜI DÂN, DOANH NGHIỆP (số liệu tính đến ngày 12/9/2023)",
        "KẾT QUẢ BỘ CHỈ SỐ PHỤC VỤ NGƯỜI DÂN, DOANH NGHIỆP QUÝ III NĂM 2023",
    ):  # fmt: skip
        assert _layout(title, "STT", "Đơn vị", "Điểm") == "district-index", title


@pytest.mark.parametrize(
    "title",
    [
        "KẾT QUẢ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH",
        "KẾT QUẢ BỘ CHỈ SỐ PHỤC VỤ NGƯỜI DÂN, DOANH NGHIỆP - NHÓM CÔNG KHAI, MINH BẠCH",
        "KẾT QUẢ BỘ CHỈ SỐ PHỤC VỤ NGƯỜI DÂN, DOANH NGHIỆP (nhóm thanh toán)",
        "",
    ],
)
@pytest.mark.parametrize("unit", ["Đơn vị", "UBND cấp huyện"])
@pytest.mark.parametrize("figures", ["Điểm", "Tổng điểm", "Điểm số"])
def test_a_table_of_another_title_never_becomes_the_index(title: str, unit: str, figures: str) -> None:
    reading = read_table(("STT", unit, figures), ("1", UNIT, "57,7"), title=title, ordinal="II")

    assert facts(reading) == []
    assert reading.appendices[0].layout == ""
    assert told(reading) == [("unknown-heading", 1, 3)]
    assert [(line.column, line.title, line.cells) for line in reading.appendices[0].unmapped] == [
        (3, figures, ("57,7",))
    ]


def test_a_heading_that_names_the_index_is_enough_without_a_title() -> None:
    assert _layout("", "STT", "Chỉ số tổng hợp của UBND cấp huyện", "Điểm") == "district-index"


def test_a_layout_under_a_title_not_its_own_is_noted() -> None:
    reading = read_table(HANDLING_HEADINGS, ("1", UNIT, "5", "80", "90"), title="KẾT QUẢ HỒ SƠ CẤP XÃ")

    assert (told(reading), told(reading, "note")) == ([], [("unknown-title", 0, 0)])
    assert problem(reading, "unknown-title").printed == "KẾT QUẢ HỒ SƠ CẤP XÃ"
    assert told(read_table(HANDLING_HEADINGS, ("1", UNIT, "5", "80", "90"), title=""), "note") == []


def test_headings_that_take_their_meaning_from_the_title_are_not_taken_under_another() -> None:
    reading = read_table(
        ("STT", "Đơn vị", "Đã triển khai", "Chưa triển khai"),
        ("1", UNIT, "8/11", "3"),
        title="KẾT QUẢ KÝ SỐ",
        ordinal="III",
    )

    assert facts(reading) == []
    assert [why for why, _, _ in told(reading)] == ["unknown-heading"] * 2


def test_all_columns_of_a_layout_together_are_enough_without_a_title() -> None:
    headings = ("STT", "Đơn vị", "Đã triển khai", "Số lượng hồ sơ hoàn thành", "Số đơn vị chưa triển khai")

    assert _layout("", *headings, figure="1/1") == "certified-copies"


def test_a_heading_of_two_rows_over_the_same_columns() -> None:
    reading = read_table(
        ["STT", "Tên đơn vị", *merged("Kết quả xử lý", 3)],
        ["", "", "Tổng số hồ sơ quá hạn", "Tỷ lệ đúng hạn (%)", "Tỉ lệ hồ sơ trực tuyến"],
        ["1", UNIT, "2.145", "80.15%", "47.3%"],
    )

    assert told(reading) == []
    assert {code: str(value) for (_, code), value in values(reading).items()} == {
        "HSTT.QH": "2145", "HSTT.DH": "80.15", "HSTT.TT": "47.3",
    }  # fmt: skip


def test_the_measure_in_a_row_or_in_brackets_of_its_own() -> None:
    reading = read_table(
        ("STT", "Tên đơn vị", "Tổng số hồ sơ quá hạn (hồ sơ)", "Tỷ lệ đúng hạn", "Tỷ lệ hồ sơ trực tuyến"),
        ("", "", "", "(%)", "%"),
        ("1", UNIT, "2.145", "80.15", "47.3"),
    )

    assert (told(reading), len(facts(reading))) == ([], 3)


def test_a_percentage_is_never_the_count_of_the_same_name() -> None:
    reading = read_table(("STT", "Tên đơn vị", "Tổng số hồ sơ quá hạn (%)", "Tỷ lệ đúng hạn"), ("1", UNIT, "20", "80"))

    assert told(reading) == [("unknown-heading", 1, 3)]
    assert list(values(reading)) == [("phu-loc", "HSTT.DH")]


@pytest.mark.parametrize(
    "above", ["Kết quả", "Kết quả xử lý hồ sơ", "Tháng 9 năm 2023", "Chỉ tiêu", "Trên Cổng Dịch vụ công quốc gia"]
)
def test_a_heading_above_that_changes_nothing(above: str) -> None:
    reading = read_table(
        ["STT", "Tên đơn vị", "Tổng số hồ sơ quá hạn", above], ["", "", "", "Tỷ lệ đúng hạn"], ["1", UNIT, "5", "80"]
    )

    assert (told(reading), len(values(reading))) == ([], 2)


@pytest.mark.parametrize(
    "above",
    [
        "Tháng trước",
        "Kỳ trước",
        "Cùng kỳ năm 2022",
        "So với tháng 8",
        "Cấp xã",
        "Hồ sơ trực tuyến",
        "Kế hoạch",
        "Lũy kế",
        "Tăng/giảm",
    ],
)
def test_a_heading_above_that_makes_it_another_figure(above: str) -> None:
    reading = read_table(
        ["STT", "Tên đơn vị", "Tổng số hồ sơ quá hạn", above], ["", "", "", "Tỷ lệ đúng hạn"], ["1", UNIT, "5", "80"]
    )

    assert told(reading) == [("unknown-heading", 2, 4)]
    assert list(values(reading)) == [("phu-loc", "HSTT.QH")]


def test_one_heading_over_two_columns_is_neither() -> None:
    reading = read_table(
        ("STT", "Tên đơn vị", "Tổng số hồ sơ quá hạn", "Tỷ lệ đúng hạn", "Tỷ lệ đúng hạn"), ("1", UNIT, "5", "80", "90")
    )

    assert told(reading) == [("double-heading", 1, 4), ("double-heading", 1, 5)]
    assert list(values(reading)) == [("phu-loc", "HSTT.QH")]


def test_two_layouts_that_fit_as_well_leave_the_choice_to_a_person() -> None:
    known = knowledge()
    twin = next(layout for layout in known.layouts if layout.code == "district-index")
    lines = tuple(replace(line, indicator="CKMB") if line.indicator else line for line in twin.lines)
    known = replace(known, layouts=(*known.layouts, replace(twin, code="twin", lines=lines)))
    reading = read_table(("STT", "Đơn vị", "Điểm"), ("1", UNIT, "5"), title=INDEX, ordinal="II", known=known)

    assert (facts(reading), reading.appendices[0].layout) == ([], "")


def test_a_layout_that_speaks_of_indicators_not_on_record_raises_nothing() -> None:
    line = Line(Role.INDICATOR, ("Điểm",), "KHONG-CO")
    known = replace(knowledge(), layouts=(Layout("x", "I", (INDEX,), (Line(Role.UNIT, ("Đơn vị",)), line)),))
    reading = read_table(("STT", "Đơn vị", "Điểm"), ("1", UNIT, "5"), title=INDEX, known=known)

    assert facts(reading) == []
    assert told(reading) == [("unknown-heading", 1, 3)]


def test_without_a_nation_on_record_its_column_is_told_of() -> None:
    reading = read_table(
        ("STT", "Nội dung", "Điểm của tỉnh", "Điểm trung bình cả nước"), ("1", "Công khai, minh bạch", "5/18", "6/18"),
        title=INDEX, ordinal="I", known=replace(knowledge(), nation=None),
    )  # fmt: skip

    assert told(reading) == [("unknown-heading", 1, 4)]
    assert list(values(reading)) == [("thua-thien-hue", "CKMB")]


@pytest.mark.parametrize("ordinal", ["I", "V", ""])
def test_the_number_of_the_appendix_is_a_weak_sign_only(ordinal: str) -> None:
    assert (
        read_table(HANDLING_HEADINGS, ("1", UNIT, "5", "80", "90"), ordinal=ordinal).appendices[0].layout
        == "dossier-handling"
    )


# --- no layout -----------------------------------------------------------------------------------

GROUPS = ("Công khai, minh bạch", "Tiến độ giải quyết", "Tổng điểm")


def test_a_table_no_layout_fits_is_read_by_the_names_of_groups() -> None:
    reading = read_table(
        ("TT", "Tên đơn vị", *GROUPS, "Xếp loại"), ("1", UNIT, "11,3/18", "17,1/20", "57,72", "Tốt"),
        title="KẾT QUẢ THEO NHÓM",
    )  # fmt: skip

    assert reading.appendices[0].layout == ""
    assert {code: value for (_, code), value in values(reading).items()} == {
        "CKMB": Decimal("11.3"), "TDGQ": Decimal("17.1"), "TONG": Decimal("57.72"),
    }  # fmt: skip
    assert told(reading) == []
    assert [line.title for line in reading.appendices[0].unmapped] == ["Xếp loại"]


def test_names_of_groups_with_their_maximum() -> None:
    headings = (
        "Công khai, minh bạch (18 điểm)",
        "Tiến độ giải quyết (tối đa 20)",
        "Số hóa hồ sơ (Điểm)",
        "Tổng điểm (100)",
    )
    reading = read_table(("TT", "Đơn vị", *headings), ("1", UNIT, "11", "17", "10", "57"), title="THEO NHÓM")

    assert [code for _, code in values(reading)] == ["CKMB", "TDGQ", "MDSH", "TONG"]


def test_another_maximum_is_another_indicator() -> None:
    reading = read_table(("TT", "Đơn vị", "Công khai, minh bạch (5 điểm)"), ("1", UNIT, "4"), title="CẢI CÁCH")

    assert (facts(reading), told(reading)) == ([], [("unknown-heading", 1, 3)])


def test_points_and_ranks_under_each_group() -> None:
    reading = read_table(
        ["STT", "Đơn vị", *merged(GROUPS[0], 2), *merged(GROUPS[1], 2), *merged("Tổng điểm", 2)],
        ["", "", "Điểm", "Xếp hạng", "Điểm", "Xếp hạng", "Điểm", "Xếp hạng"],
        ["1", UNIT, "11,3", "2", "17,1", "1", "57,72", "3"],
        title="THEO NHÓM",
    )

    assert told(reading) == []
    assert [(fact.indicator, str(fact.value), fact.printed_rank) for fact in facts(reading)] == [
        ("CKMB", "11.3", "2"), ("TDGQ", "17.1", "1"), ("TONG", "57.72", "3"),
    ]  # fmt: skip


def test_a_rate_under_a_group_is_not_its_score() -> None:
    reading = read_table(
        ["STT", "Đơn vị", *merged("Số hóa hồ sơ", 2), *merged("Thanh toán trực tuyến", 2)],
        ["", "", "Tỷ lệ (%)", "Điểm", "Số hồ sơ", "Điểm"],
        ["1", UNIT, "9", "10,4", "7", "2,7"],
        title="THEO NHÓM",
    )

    assert {code: str(value) for (_, code), value in values(reading).items()} == {"MDSH": "10.4", "TTTT": "2.7"}
    assert told(reading) == [("unknown-heading", 2, 3), ("unknown-heading", 2, 5)]


def test_a_column_named_as_a_group_that_cannot_be_its_score() -> None:
    """Numbers of online payments under "Thanh toán trực tuyến": 1.502 would pass for a score of 10."""
    reading = read_table(
        ("STT", "Đơn vị", "Thanh toán trực tuyến"),
        ("1", UNIT, "1.502"),
        ("2", "UBND huyện A Lưới", "96"),
        title="THANH TOÁN",
    )

    assert facts(reading) == []
    assert told(reading) == [("misnamed-heading", 1, 3)]
    assert problem(reading, "misnamed-heading").params == {"indicator": "Thanh toán trực tuyến"}


def test_the_total_alone_under_an_unknown_title_is_not_the_index() -> None:
    reading = read_table(("STT", "Đơn vị", "Tổng điểm", "Tiến độ giải quyết"), ("1", UNIT, "9", "7"), title="KHÁC")

    assert list(values(reading)) == [("phu-loc", "TDGQ")]
    assert told(reading) == [("unknown-heading", 1, 3)]


def test_units_found_by_what_the_column_holds() -> None:
    reading = read_table(
        ("STT", "Cơ quan, địa phương", *HANDLING_HEADINGS[2:]),
        ("1", UNIT, "5", "80", "90"),
        ("2", "Sở Y tế", "1", "2", "3"),
    )

    assert told(reading) == [("unknown-unit-heading", 1, 2)]
    assert len(values(reading)) == 6


def test_labels_found_by_what_the_column_holds() -> None:
    reading = read_table(
        ("STT", "Các thành phần", "Điểm của tỉnh"), ("1", "Công khai, minh bạch", "5/18"), ("2", "Tiến độ giải quyết", "6/20"),
        title=INDEX, ordinal="I",
    )  # fmt: skip

    assert told(reading) == [("unknown-label-heading", 1, 2)]
    assert len(values(reading)) == 2


def test_no_column_of_units_is_told_and_nothing_read() -> None:
    reading = read_table(("STT", "Họ tên", "Tổng số hồ sơ xử lý quá hạn"), ("1", "Văn thư", "5"), title="KHÁC")

    assert facts(reading) == []
    assert ("no-unit-column", 1, 1) in told(reading)


def test_remarks_are_no_figures() -> None:
    reading = read_table(
        (*HANDLING_HEADINGS, "Ghi chú"), ("1", UNIT, "5", "80", "90", "12"), ("2", "Sở Y tế", "1", "2", "3", "Tăng")
    )

    assert told(reading) == []
    assert [(line.title, line.cells) for line in reading.appendices[0].unmapped] == [("Ghi chú", ("12", "Tăng"))]


# --- ranks ---------------------------------------------------------------------------------------


def test_a_printed_rank_goes_with_what_the_table_is_ordered_by() -> None:
    reading = read_table((*HANDLING_HEADINGS, "Xếp hạng"), ("1", UNIT, "5", "80", "90", "3"))

    assert told(reading) == []
    assert {fact.indicator: fact.printed_rank for fact in facts(reading)} == {
        "HSTT.QH": "",
        "HSTT.DH": "3",
        "HSTT.TT": "",
    }


def test_a_printed_rank_beside_groups_is_the_totals() -> None:
    reading = read_table(("STT", "Đơn vị", *GROUPS, "Thứ hạng"), ("1", UNIT, "1", "2", "3", "7"), title="THEO NHÓM")

    assert {fact.indicator: fact.printed_rank for fact in facts(reading)} == {"CKMB": "", "TDGQ": "", "TONG": "7"}


def test_a_printed_rank_in_a_table_without_an_order_stays_with_the_row() -> None:
    headings = ("STT", "Đơn vị", "Đã triển khai", "Số lượng hồ sơ hoàn thành", "Số đơn vị chưa triển khai", "Xếp thứ")
    reading = read_table(headings, ("1", UNIT, "8/11", "96", "3", "2"), title=COPIES)

    assert {fact.printed_rank for fact in facts(reading)} == {"2"}


@pytest.mark.parametrize("heading", ["Xếp hạng", "STT"])
def test_figures_under_a_heading_for_ranks_or_numbers_are_told_of(heading: str) -> None:
    reading = read_table(
        (*HANDLING_HEADINGS[:4], heading), ("1", UNIT, "5", "80", "47.3%"), ("2", "Sở Y tế", "5", "80", "39.4%")
    )

    assert told(reading) == [("unknown-heading", 1, 5)]
    assert {fact.printed_rank for fact in facts(reading)} == {""}


def test_a_second_column_of_row_numbers_is_no_figure() -> None:
    reading = read_table(
        ("STT", "TT", *HANDLING_HEADINGS[1:]), ("1", "1", UNIT, "5", "80", "90"), ("2", "1", "Sở Y tế", "5", "80", "90")
    )

    assert (told(reading), len(values(reading))) == ([], 6)


def test_ranks_that_could_be_anybodys_are_told_of() -> None:
    reading = read_table(
        (*HANDLING_HEADINGS, "Xếp hạng", "Xếp hạng"), ("1", UNIT, "5", "80", "90", "3", "4"), title=HANDLING
    )

    assert told(reading) == [("unknown-heading", 1, 6), ("unknown-heading", 1, 7)]
    assert {fact.printed_rank for fact in facts(reading)} == {""}
