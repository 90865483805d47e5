"""From bytes to facts: copies of the workbook with one thing changed, and other files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from chiso.ingest.fact import Fact, Reading, UnreadableFile
from chiso.ingest.grid import Paragraph
from chiso.ingest.reading import open_file
from tests.ingest.expected import sample
from tests.ingest.sheets import (
    COPIES,
    HANDLING,
    HANDLING_HEADINGS,
    INDEX,
    facts,
    problem,
    read_blocks,
    read_bytes,
    table,
    values,
)  # fmt: skip

HEAD = 4  # the row of headings in each sheet of our sample
Key = tuple[str | None, str, str]


def _copy(change: Callable[[Worksheet], None], sheet: str = "Phụ lục IV") -> Reading:
    book = openpyxl.load_workbook(BytesIO(sample(".xlsx")))
    for area in list(book[sheet].merged_cells.ranges):  # openpyxl leaves them where they are when rows move
        book[sheet].unmerge_cells(str(area))
    change(book[sheet])
    data = BytesIO()
    book.save(data)
    return read_bytes(data.getvalue(), "copy.xlsx")


def _set(place: str, value: object, number_format: str | None = None) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[place].value = value
        if number_format:
            sheet[place].number_format = number_format

    return change


@lru_cache(maxsize=1)
def _clean() -> dict[Key, Fact]:
    return _by_key(read_bytes(sample(".xlsx"), "dispatch-1082.xlsx"))


def _by_key(reading: Reading) -> dict[Key, Fact]:
    return {(fact.unit, fact.indicator, fact.cell.appendix): fact for fact in facts(reading)}


def _figures(found: dict[Key, Fact]) -> dict[Key, tuple[object, ...]]:
    return {key: (fact.value, fact.out_of, fact.printed) for key, fact in found.items()}


def _without(*lost: Key) -> dict[Key, tuple[object, ...]]:
    assert set(lost) <= set(_clean())
    return _figures({key: fact for key, fact in _clean().items() if key not in lost})


def _where(reading: Reading) -> list[tuple[str, str, str]]:
    return [(each.why, each.cell.appendix, each.cell.spot.partition("!")[2]) for each in reading.problems]


def test_the_sample_has_its_headings_where_these_tests_expect_them() -> None:
    book = openpyxl.load_workbook(BytesIO(sample(".xlsx")))

    assert [sheet.cell(HEAD, 1).value for sheet in book] == ["STT"] * 4


# --- a workbook with one thing changed --------------------------------------------------------------


def test_a_letter_in_a_number() -> None:
    reading = _copy(_set("C13", "2.6O8"))

    assert _where(reading) == [("letter-in-number", "IV", "C13")]
    assert problem(reading, "letter-in-number").params["detail"] == "O"
    assert _figures(_by_key(reading)) == _without(("huong-thuy", "HSTT.QH", "IV"))


@pytest.mark.parametrize(("name", "suggestion"), [("Sở Tài chánh", "so-tai-chinh"), ("Cục Hải quan", None)])
def test_a_unit_renamed(name: str, suggestion: str | None) -> None:
    reading = _copy(_set("B15", name))

    assert _where(reading) == [("unit-unknown", "IV", "B15")]
    assert [(unit.name, unit.suggestion) for unit in reading.unknown_units] == [(name, suggestion)]
    assert [str(fact.value) for fact in facts(reading) if fact.unit is None] == ["14", "97.77", "100.0"]
    known = {key: figure for key, figure in _figures(_by_key(reading)).items() if key[0]}
    assert known == _without(*(("so-tai-chinh", code, "IV") for code in ("HSTT.QH", "HSTT.DH", "HSTT.TT")))


def test_a_row_doubled() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(16)
        for column in range(1, 6):
            sheet.cell(16, column).value = sheet.cell(15, column).value
            sheet.cell(16, column).number_format = sheet.cell(15, column).number_format

    reading = _copy(change)

    assert _where(reading) == [("double-unit", "IV", "B16")]
    assert reading.doubled == [("so-tai-chinh", "IV, row 13, column 2 (Phụ lục IV!B16)")]
    assert _figures(_by_key(reading)) == _without()


def test_a_row_doubled_with_other_figures() -> None:
    def change(sheet: Worksheet) -> None:
        for column in range(2, 6):
            sheet.cell(16, column).value = sheet.cell(15, column).value
        sheet["C16"].value = "15"

    reading = _copy(change)

    assert _where(reading) == [("double-unit", "IV", "B16"), ("two-printings", "IV", "C16")]
    lost = [("so-van-hoa-va-the-thao", code, "IV") for code in ("HSTT.QH", "HSTT.DH", "HSTT.TT")]
    assert _figures(_by_key(reading)) == _without(("so-tai-chinh", "HSTT.QH", "IV"), *lost)


@pytest.mark.parametrize(("one", "other"), [(3, 4), (3, 5), (2, 5), (1, 2), (4, 5)])
def test_two_columns_exchanged_with_their_headings_change_nothing(one: int, other: int) -> None:
    def change(sheet: Worksheet) -> None:
        for row in range(HEAD, sheet.max_row + 1):
            first, second = sheet.cell(row, one), sheet.cell(row, other)
            first.value, second.value = second.value, first.value
            first.number_format, second.number_format = second.number_format, first.number_format

    reading = _copy(change)

    assert reading.problems == []
    assert _figures(_by_key(reading)) == _without()
    assert {fact.cell.column for fact in facts(reading) if fact.indicator == "HSTT.QH"} == {
        {one: other, other: one}.get(3, 3)
    }


@pytest.mark.parametrize(
    ("sheet", "place", "code"),
    [
        ("Phụ lục IV", "C4", "HSTT.QH"), ("Phụ lục IV", "D4", "HSTT.DH"), ("Phụ lục IV", "E4", "HSTT.TT"),
        ("Phụ lục III", "C4", "CTDT.TK"), ("Phụ lục III", "E4", "CTDT.CTK"), ("Phụ lục II", "C4", "TONG"),
    ],
)  # fmt: skip
def test_a_heading_reworded_beyond_its_alternatives(sheet: str, place: str, code: str) -> None:
    reading = _copy(_set(place, "Một cột khác"), sheet)
    ordinal = sheet.removeprefix("Phụ lục ")

    assert _where(reading) == [("unknown-heading", ordinal, place)]
    assert _figures(_by_key(reading)) == _without(*(key for key in _clean() if key[1:] == (code, ordinal)))
    (line,) = next(each for each in reading.appendices if each.ordinal == ordinal).unmapped
    assert line.title == "Một cột khác"
    assert len(line.cells) == (27 if ordinal == "IV" else 9)


def test_the_heading_of_the_units_reworded() -> None:
    reading = _copy(_set("B4", "Danh sách"))

    assert _where(reading) == [("unknown-unit-heading", "IV", "B4")]
    assert _figures(_by_key(reading)) == _without()


def test_a_figure_blanked() -> None:
    reading = _copy(_set("D13", None))

    assert [(each.why, each.severity) for each in reading.problems] == [("missing", "note")]
    assert _where(reading) == [("missing", "IV", "D13")]
    assert _figures(_by_key(reading)) == _without(("huong-thuy", "HSTT.DH", "IV"))


def test_a_share_that_excel_made_a_date_of() -> None:
    reading = _copy(_set("C6", date(2023, 11, 8), "d/m"), "Phụ lục III")

    assert _where(reading) == [("date-in-cell", "III", "C6")]
    assert _figures(_by_key(reading)) == _without(("huong-thuy", "CTDT.TK", "III"))


def test_a_fraction_in_a_count() -> None:
    assert _where(_copy(_set("C13", 2.608))) == [("fraction-in-count", "IV", "C13")]


def test_a_percentage_that_excel_keeps_as_a_fraction() -> None:
    reading = _copy(_set("D5", 0.8918, "0.00%"))

    assert reading.problems == []
    assert _by_key(reading)["quang-dien", "HSTT.DH", "IV"].value == Decimal("89.18")
    assert _where(_copy(_set("D5", 0.8918, "0.00"))) == [("fraction-or-percent", "IV", "D5")]


def test_a_formula_without_a_result_and_one_with_an_error() -> None:
    assert _where(_copy(_set("C13", "=C12+1"))) == [("formula-in-cell", "IV", "C13")]


def test_a_heading_of_three_merged_rows() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(HEAD, 2)
        for column in (1, 2):
            sheet.cell(HEAD, column).value = sheet.cell(HEAD + 2, column).value
            sheet.merge_cells(start_row=HEAD, end_row=HEAD + 2, start_column=column, end_column=column)
        sheet.cell(HEAD, 3).value = "Kết quả"
        sheet.merge_cells(start_row=HEAD, end_row=HEAD, start_column=3, end_column=5)
        sheet.cell(HEAD + 1, 3).value = "Trên Cổng"
        sheet.merge_cells(start_row=HEAD + 1, end_row=HEAD + 1, start_column=3, end_column=5)

    reading = _copy(change)

    assert reading.problems == []
    assert _figures(_by_key(reading)) == _without()
    assert min(fact.row for fact in facts(reading) if fact.cell.appendix == "IV") == 4


def test_group_rows_total_rows_and_a_column_of_remarks() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(14)
        sheet["A14"].value, sheet["B14"].value = "II", "Sở, ban, ngành"
        sheet.insert_rows(5)
        sheet["A5"].value = "I. UBND cấp huyện"
        sheet.merge_cells("A5:E5")
        sheet.insert_rows(34)
        sheet["B34"].value, sheet["C34"].value = "Cộng", 2779
        sheet.cell(HEAD, 6).value, sheet.cell(8, 6).value = "Ghi chú", "Tăng so với tháng trước"

    reading = _copy(change)

    assert reading.problems == []
    assert _figures(_by_key(reading)) == _without()
    assert [(row.row, row.why) for row in reading.appendices[3].skipped] == [(2, "group"), (12, "group"), (31, "total")]
    assert any(note.startswith("2 Tính cả") or "Tính cả" in note for note in reading.appendices[3].notes)


def test_a_name_in_decomposed_letters_and_short() -> None:
    import unicodedata

    def change(sheet: Worksheet) -> None:
        sheet["B9"].value, sheet["B12"].value = "TP. Huế", "H. Phú Vang"
        sheet["B13"].value = unicodedata.normalize("NFD", "TX. Hương Thuỷ")
        for column in range(1, 6):
            sheet.cell(HEAD, column).value = unicodedata.normalize("NFD", str(sheet.cell(HEAD, column).value))

    reading = _copy(change)

    assert reading.problems == []
    assert _figures(_by_key(reading)) == _without()


def test_a_sheet_without_its_heading_lines_is_known_by_its_name() -> None:
    reading = _copy(lambda sheet: sheet.delete_rows(1, 3))

    assert [appendix.ordinal for appendix in reading.appendices] == ["I", "II", "III", "IV"]
    assert _figures(_by_key(reading)) == _without()


def test_a_caption_of_last_month_is_told() -> None:
    reading = _copy(
        _set(
            "A3", "(Kèm theo Công văn số 943/VPUB-KSTT ngày 11 tháng 8 năm 2023 của Văn phòng UBND tỉnh Thừa Thiên Huế)"
        )
    )

    found = problem(reading, "other-dispatch")
    assert (found.cell.appendix, found.cell.row, found.params) == ("IV", 0, {"dispatch": "1082/VPUB-KSTT"})
    assert _figures(_by_key(reading)) == _without()


# --- other files ------------------------------------------------------------------------------------


def test_a_csv_with_nothing_but_a_row_of_headings() -> None:
    text = (
        "STT;Tên đơn vị;Tổng số hồ sơ xử lý quá hạn;Tỷ lệ đúng hạn (%)\n1;Sở Y tế;1.002;94,75%\n2;TP. Huế;5932;86.07\n"
    )
    reading = read_bytes(text.encode(), "bang.csv")

    assert reading.problems == []
    assert [(each.ordinal, each.layout) for each in reading.appendices] == [("IV", "dossier-handling")]
    assert values(reading)["so-y-te", "HSTT.QH"] == 1002


def test_a_table_without_a_number_has_its_layouts_and_the_rest_count_on() -> None:
    rows = (HANDLING_HEADINGS, ("1", "Sở Y tế", "5", "80", "90"))
    odd = table(("STT", "Đơn vị", "Điểm"), ("1", "Sở Y tế", "5"))
    reading = read_blocks(
        [Paragraph("Phụ lục"), Paragraph(HANDLING), table(*rows), Paragraph("Phụ lục"), Paragraph("LẠ"), odd]
    )

    assert [each.ordinal for each in reading.appendices] == ["IV", "2"]


def test_two_appendices_of_one_number_are_told_apart() -> None:
    rows = (HANDLING_HEADINGS, ("1", "Sở Y tế", "5", "80", "90"))
    blocks = [Paragraph("Phụ lục II"), Paragraph(HANDLING), table(*rows)]
    reading = read_blocks([*blocks, *blocks, *blocks])

    assert [each.ordinal for each in reading.appendices] == ["II", "II-2", "II-3"]
    assert [each.why for each in reading.problems] == ["printed-again"] * 6
    assert {fact.cell.appendix for fact in facts(reading)} == {"II", "II-2", "II-3"}


def test_two_tables_in_one_appendix() -> None:
    first = table(("STT", "Đơn vị", "Điểm"), ("1", "UBND huyện A Lưới", "57,7/100"))
    second = table(
        ("STT", "Đơn vị", "Đã triển khai", "Số lượng hồ sơ hoàn thành", "Số đơn vị chưa triển khai"),
        ("1", "UBND huyện A Lưới", "8/11", "96", "3"),
    )
    reading = read_blocks(
        [Paragraph("Phụ lục II"), Paragraph(INDEX), first, Paragraph("¹ Ghi chú"), Paragraph(COPIES), second]
    )

    assert [(each.ordinal, each.layout, each.title) for each in reading.appendices] == [
        ("II", "district-index", INDEX), ("II-2", "certified-copies", COPIES),
    ]  # fmt: skip
    assert [each.notes for each in reading.appendices] == [["¹ Ghi chú"], []]
    assert reading.problems == []


def test_the_title_of_one_table_is_not_the_title_of_the_next() -> None:
    first = table(("STT", "Đơn vị", "Điểm"), ("1", "UBND huyện A Lưới", "57,7/100"))
    second = table(("TT", "Đơn vị", "Điểm"), ("1", "UBND huyện A Lưới", "12"))
    reading = read_blocks(
        [Paragraph("Phụ lục II"), Paragraph(INDEX), first, Paragraph("ĐIỂM CẢI CÁCH HÀNH CHÍNH"), second]
    )

    assert [each.layout for each in reading.appendices] == ["district-index", ""]
    assert [str(value) for value in values(reading).values()] == ["57.7"]


def test_footnotes_come_to_the_table_that_has_their_mark_and_none_is_lost() -> None:
    text = "Phụ lục IV\n{}\n\nSTT\tTên đơn vị\tTổng số hồ sơ quá hạn ²\tTỷ lệ đúng hạn\n1\tSở Y tế\t5\t80\n\n² Tính cả hồ sơ treo.\n\n³ Số tạm.\n"
    (appendix,) = read_bytes(text.format(HANDLING).encode(), "x.txt").appendices

    assert appendix.notes == ["2 Tính cả hồ sơ treo.", "Số tạm."]


def test_an_empty_file_is_unreadable() -> None:
    with pytest.raises(UnreadableFile):
        open_file(b"", "x.txt")


def test_a_file_that_is_neither_a_letter_nor_a_table_is_unreadable() -> None:
    with pytest.raises(UnreadableFile) as fault:
        open_file("Kính gửi: Các sở\nVăn phòng thông báo.".encode(), "x.txt")

    assert fault.value.why == "nothing-found"


def test_a_letter_without_any_table_reads_to_its_own_fields() -> None:
    reading = read_bytes("Số: 1082/VPUB-KSTT\nKính gửi: Các sở".encode(), "x.txt")

    assert (reading.letter.number, reading.appendices, reading.problems) == ("1082", [], [])
