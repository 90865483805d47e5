"""Tables as offices really make them. What cannot be read without a guess is told at its place and not read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chiso.ingest.grid import Cell, Paragraph
from tests.ingest.sheets import (
    HANDLING,
    HANDLING_HEADINGS,
    INDEX,
    facts,
    merged,
    read_blocks,
    read_bytes,
    read_table,
    table,
    told,
    values,
)

ROW = ("5", "80", "90")
DISTRICTS = ("UBND huyện Phú Lộc", "UBND huyện A Lưới", "UBND huyện Nam Đông")


def test_one_figure_merged_over_two_units_is_neithers() -> None:
    below = [Cell("5", merged=True), "81", "91"]
    reading = read_table(
        HANDLING_HEADINGS, ("1", "Sở Y tế", "5", "80", "90"), ["2", "Sở Nội vụ", *below], ("3", "Sở Du lịch", *ROW)
    )

    assert told(reading) == [("merged-in-cell", 2, 3), ("merged-in-cell", 3, 3)]
    assert len(values(reading)) == 7


def test_one_figure_merged_over_two_columns_is_neithers() -> None:
    reading = read_table(HANDLING_HEADINGS, ["1", "Sở Y tế", "5", *merged("80", 2)])

    assert told(reading) == [("merged-in-cell", 2, 4), ("merged-in-cell", 2, 5)]
    assert list(values(reading)) == [("so-y-te", "HSTT.QH")]


def test_a_name_merged_over_two_rows_of_figures_is_a_unit_named_twice() -> None:
    second = [Cell("1", merged=True), Cell("Sở Y tế", merged=True), "6", "80", "91"]
    reading = read_table(HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW), second)

    assert [why for why, _, _ in told(reading)] == ["double-unit", "two-printings", "two-printings"]
    assert values(reading) == {("so-y-te", "HSTT.DH"): Decimal(80)}


def test_a_group_merged_over_all_columns_but_the_first() -> None:
    reading = read_table(HANDLING_HEADINGS, ["I", *merged("Sở, ban, ngành", 4)], ("1", "Sở Y tế", *ROW))

    assert (told(reading), len(facts(reading))) == ([], 3)


def test_a_label_merged_over_the_columns_of_figures() -> None:
    headings = ("STT", "Nội dung", "Điểm của tỉnh", "Điểm trung bình cả nước")
    reading = read_table(
        headings, ["5.1", *merged("Tỷ lệ cấp kết quả điện tử: 40.19%", 3)], ["II", *merged("Các chỉ số thành phần", 3)],
        title=INDEX, ordinal="I",
    )  # fmt: skip

    assert (told(reading), told(reading, "note")) == ([], [])
    assert values(reading) == {("thua-thien-hue", "MDSH.1"): Decimal("40.19")}


def test_ranks_under_one_heading_are_no_points() -> None:
    reading = read_table(
        ["STT", "Đơn vị", *merged("Xếp hạng", 3)], ["", "", "Công khai, minh bạch", "Tiến độ giải quyết", "Số hóa hồ sơ"],
        ["1", DISTRICTS[0], "1", "2", "3"], title="XẾP HẠNG",
    )  # fmt: skip

    assert facts(reading) == []
    assert [(why, column) for why, _, column in told(reading)] == [
        ("unknown-heading", 3),
        ("unknown-heading", 4),
        ("unknown-heading", 5),
    ]


def test_ranks_under_the_names_of_groups_are_no_points() -> None:
    rows = [
        ("1", DISTRICTS[0], "1", "3", "17,5"),
        ("2", DISTRICTS[1], "2", "1", "17"),
        ("3", DISTRICTS[2], "2", "2", "16,1"),
    ]
    reading = read_table(
        ("STT", "Đơn vị", "Công khai, minh bạch", "Tiến độ giải quyết", "Số hóa hồ sơ"), *rows, title="XẾP HẠNG"
    )

    assert told(reading) == [("misnamed-heading", 1, 3), ("misnamed-heading", 1, 4)]
    assert {code for _, code in values(reading)} == {"MDSH"}


@pytest.mark.parametrize("heading", ["Tổng", "TONG", "Tổng số", "Cộng", "Tổng cộng"])
def test_a_column_of_sums_is_not_the_index(heading: str) -> None:
    reading = read_table(
        ("STT", "Đơn vị", "Công khai, minh bạch", "Tiến độ giải quyết", heading),
        ("1", DISTRICTS[0], "5", "6", "11"),
        title="LẠ",
    )

    assert {code for _, code in values(reading)} == {"CKMB", "TDGQ"}
    assert told(reading) == [("unknown-heading", 1, 5)]


@pytest.mark.parametrize("upper", ["Điểm trừ", "Điểm tối đa", "Mục tiêu năm 2023", "Điểm chuẩn", "Tăng/giảm"])
def test_what_stands_above_a_group_may_make_it_another_figure(upper: str) -> None:
    reading = read_table(
        ["STT", "Đơn vị", *merged(upper, 2)], ["", "", "Công khai, minh bạch", "Tiến độ giải quyết"], ["1", DISTRICTS[0], "5", "6"],
        title="LẠ",
    )  # fmt: skip

    assert (facts(reading), len(told(reading))) == ([], 2)


def test_signatures_below_the_table() -> None:
    reading = read_table(
        HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW), ("", "NGƯỜI LẬP BIỂU", "", "CHÁNH VĂN PHÒNG", ""), ("", "", "", "Hoàng Việt Cường", ""),
        ("", "Huế, ngày tháng", "", "", ""),
    )  # fmt: skip

    assert (told(reading), len(facts(reading))) == ([], 3)


def test_a_unit_whose_figures_are_all_strokes_is_no_group() -> None:
    reading = read_table(HANDLING_HEADINGS, ("", "UBND xã Lạ", "-", "-", "-"), ("", "Sở Y tế", "không có", "-", ""))

    assert told(reading) == [("unit-unknown", 2, 2)]
    assert told(reading, "note") == [("missing", row, column) for row in (2, 3) for column in (3, 4, 5)]


def test_two_tables_side_by_side() -> None:
    heading = ("STT", "Đơn vị", "Tổng số hồ sơ quá hạn")
    reading = read_table((*heading, "", *heading), ("1", "Sở Y tế", "5", "", "2", "Sở Nội vụ", "6"))

    assert values(reading) == {}
    assert [why for why, _, _ in told(reading)] == ["double-heading"] * 2


def test_a_heading_over_the_number_and_the_name() -> None:
    headings = [*merged("Tên đơn vị", 2), *HANDLING_HEADINGS[2:]]
    reading = read_table(headings, ("1", "Sở Y tế", *ROW), ("2", "Sở Nội vụ", *ROW))

    assert {unit for unit, _ in values(reading)} == {"so-y-te", "so-noi-vu"}


def test_the_date_of_the_data_below_the_title_without_brackets() -> None:
    for line in (
        "Số liệu tính đến ngày 12/9/2023",
        "(Số liệu từ ngày 01/9/2023 đến ngày 12/9/2023)",
        "THÁNG 9 NĂM 2023",
        "Tại thời điểm 12/9/2023",
    ):
        reading = read_table(
            ("STT", "Đơn vị", "Điểm"), ("1", DISTRICTS[0], "57,7"), title=INDEX, ordinal="II", above=(line,)
        )
        assert reading.appendices[0].layout == "district-index", line


def test_a_long_table_of_unit_indicator_and_figure_is_told_and_not_read() -> None:
    reading = read_table(
        ("STT", "Đơn vị", "Chỉ số", "Kết quả"),
        ("1", DISTRICTS[0], "Công khai, minh bạch", "5"),
        ("2", DISTRICTS[0], "Tiến độ", "6"),
        title="LẠ",
    )

    assert (facts(reading), told(reading)) == ([], [("unknown-heading", 1, 4)])


def test_lines_with_a_year_above_the_headings_in_the_same_table() -> None:
    reading = read_table(("Tháng 9", "2023", "", "", ""), HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW))

    assert [(each.ordinal, each.numbers) for each in reading.appendices] == [("IV", [2, 3])]
    assert (told(reading), len(facts(reading))) == ([], 3)


def test_rows_of_figures_above_the_headings_are_not_lost() -> None:
    reading = read_table(("1", "Sở Nội vụ", *ROW), HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW))

    assert [why for why, _, _ in told(reading)] == ["no-headings"]
    assert {unit for unit, _ in values(reading)} == {"so-y-te"}


def test_numbers_of_columns_and_headings_again_after_a_page() -> None:
    numbers = ("1", "2", "3", "4", "5")
    reading = read_table(
        HANDLING_HEADINGS, numbers, ("1", "Sở Y tế", *ROW), HANDLING_HEADINGS, numbers, ("2", "Sở Nội vụ", *ROW)
    )

    assert (told(reading), len(values(reading))) == ([], 6)


def test_the_same_headings_on_the_next_page_of_another_table() -> None:
    """Appendix III and IV of one width: the second has its own headings and its own order of columns."""
    other = ("STT", "Tên đơn vị", "Tỷ lệ hồ sơ trực tuyến", "Tỷ lệ đúng hạn", "Số hồ sơ quá hạn")
    first = table(HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW))
    reading = read_blocks(
        [Paragraph("Phụ lục IV"), Paragraph(HANDLING), first, table(other, ("1", "Sở Nội vụ", "90", "80", "5"))]
    )

    assert told(reading) == []
    assert {code: int(value) for (unit, code), value in values(reading).items() if unit == "so-noi-vu"} == {
        "HSTT.QH": 5, "HSTT.DH": 80, "HSTT.TT": 90,
    }  # fmt: skip


def test_a_table_pasted_with_one_cell_a_line_and_a_line_missing() -> None:
    lines = [
        "Phụ lục IV",
        HANDLING,
        *HANDLING_HEADINGS,
        "1",
        "Sở Y tế",
        *ROW,
        "2",
        "Sở Nội vụ",
        "5",
        "80",
        "3",
        "Sở Du lịch",
        *ROW,
    ]
    reading = read_bytes("\n".join(lines).encode(), "x.txt")

    assert {unit for unit, _ in values(reading)} == {"so-y-te", "so-du-lich"}
    assert [each.why for each in reading.problems] == ["split-in-cell"]


def test_mixed_marks_spaces_and_words_round_the_figures() -> None:
    rows = [("1", "Sở Y tế", "1,002", "89.18 %", "100,0%"), ("2", "Sở Nội vụ", "5 hồ sơ", " 80,5", "90\u00a0%")]
    reading = read_table(HANDLING_HEADINGS, *rows)

    assert told(reading) == []
    assert [str(fact.value) for fact in facts(reading)] == ["1002", "89.18", "100.0", "5", "80.5", "90"]


def test_counts_whose_marks_need_a_guess() -> None:
    rows = [
        ("1", "Sở Y tế", "1.02", *ROW[1:]),
        ("2", "Sở Nội vụ", "1 002", *ROW[1:]),
        ("3", "Sở Du lịch", "1.002,5", *ROW[1:]),
    ]

    assert [(row, column) for _, row, column in told(read_table(HANDLING_HEADINGS, *rows))] == [(2, 3), (3, 3), (4, 3)]


def test_a_table_that_says_gia_lai_in_its_group_and_ours_in_its_names() -> None:
    reading = read_table(
        HANDLING_HEADINGS,
        merged("TỈNH GIA LAI", 5),
        ("1", "Sở Y tế", *ROW),
        ("2", "Sở Y tế - tỉnh Thừa Thiên Huế", *ROW),
    )

    assert told(reading) == [("unit-other-province", 3, 2)]
    assert {unit for unit, _ in values(reading)} == {"so-y-te"}


@pytest.mark.parametrize(
    "name",
    [
        "Sở Y tế Gia Lai",
        "Sở Y tế (tỉnh Gia Lai)",
        "Sở Y tế, tỉnh Gia Lai",
        "SỞ Y TẾ - TỈNH GIA LAI",
        "So Y te - tinh Gia Lai",
    ],
)
def test_another_provinces_agency_is_never_ours(name: str) -> None:
    reading = read_table(HANDLING_HEADINGS, ("1", name, *ROW))

    assert values(reading) == {}
    assert [column for _, _, column in told(reading)] == [2]
