"""Every figure with its unit, indicator and cell; what needs an answer becomes a problem there and nowhere else."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from decimal import Decimal

import pytest

from chiso.ingest.fact import Reading
from chiso.ingest.grid import Cell, Paragraph
from chiso.ingest.layout import UnitRecord
from tests.ingest.knowledge import knowledge
from tests.ingest.sheets import (
    HANDLING,
    HANDLING_HEADINGS,
    facts,
    merged,
    problem,
    read_blocks,
    read_table,
    skipped,
    table,
    told,
    values,
)  # fmt: skip

ROW = ("5", "80", "90")


def _units(*names: str, **more: str) -> Reading:
    return read_table(HANDLING_HEADINGS, *((str(n), name, *ROW) for n, name in enumerate(names, 1)), **more)


# --- which unit ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("UBND huyện Phú Vang", "phu-vang"), ("H. Phú Vang", "phu-vang"), ("huyện Phú Vang", "phu-vang"),
        ("TP. Huế", "tp-hue"), ("Tp Huế", "tp-hue"), ("UBND thành phố Huế - tỉnh Thừa Thiên Huế", "tp-hue"),
        ("TX. Hương Thủy", "huong-thuy"), ("UBND TX HƯƠNG THUỶ", "huong-thuy"),
        ("1. UBND huyện A Lưới", "a-luoi"), ("Ủy ban nhân dân huyện A Lưới", "a-luoi"),
        ("Cả nước", "ca-nuoc"), ("Trung bình cả nước", "ca-nuoc"),
        (unicodedata.normalize("NFD", "Sở Lao động - Thương binh và Xã hội"), "so-lao-dong-thuong-binh-va-xa-hoi"),
    ],
)  # fmt: skip
def test_names_as_documents_print_them(name: str, unit: str) -> None:
    reading = _units(name)

    assert told(reading) == []
    assert {fact.unit for fact in facts(reading)} == {unit}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Sở Y tế - tỉnh Gia Lai", "unit-other-province"),
        ("Sở Y tế tỉnh Gia Lai", "unit-other-province"),
        ("Sở Thể thao", "unit-unknown"),
        ("Phường Phú Hội", "unit-unknown"),
        ("UBND Xã Ayun", "unit-unknown"),
        ("Huế", "unit-unknown"),
        ("Công an tỉnh", "unit-unknown"),
        ("Tổng công ty Điện lực", "unit-unknown"),
        ("Cục Thuế", "unit-unknown"),
    ],
)
def test_a_unit_not_on_record_is_a_problem_at_its_cell_and_its_figures_are_nobodys(name: str, why: str) -> None:
    reading = _units("Sở Nội vụ", name)

    assert [(code, row, column) for code, row, column in told(reading)] == [(why, 3, 2)]
    assert [unit.name for unit in reading.unknown_units] == [name]
    assert [(fact.unit, fact.unit_name) for fact in facts(reading) if fact.row == 3] == [(None, name)] * 3
    assert {unit for unit, _ in values(reading)} == {"so-noi-vu"}


def test_a_likeness_is_only_a_suggestion() -> None:
    reading = _units("Sở Tài chánh")

    assert reading.unknown_units[0].suggestion == "so-tai-chinh"
    assert problem(reading, "unit-unknown").params["suggestion"] == "Sở Tài chính"
    assert values(reading) == {}


@pytest.mark.parametrize(
    ("code", "name", "unit", "why"),
    [
        ("H57.01", "Sở Y tế", "so-y-te", None),
        ("H21.17", "Sở Y tế", None, "unit-code-contradicts"),
        ("H57", "UBND tỉnh Thừa Thiên Huế", "thua-thien-hue", None),
        ("H21", "UBND tỉnh Thừa Thiên Huế", None, "unit-code-contradicts"),
        ("12", "Sở Y tế", "so-y-te", None),
    ],
)
def test_a_column_of_codes(code: str, name: str, unit: str | None, why: str | None) -> None:
    reading = read_table(("STT", "Mã định danh", *HANDLING_HEADINGS[1:]), ("1", code, name, *ROW))

    assert [each for each, _, _ in told(reading)] == ([why] if why else [])
    assert {fact.unit for fact in facts(reading)} == {unit}


def test_a_name_that_may_be_two_units_is_a_question() -> None:
    known = knowledge()
    twins = [
        UnitRecord(f"{kind}-huong", name, level, None, known.issuer, (known.issuer, "ca-nuoc"))
        for kind, name, level in (("thi-tran", "UBND thị trấn Sịa", "commune"), ("huyen", "UBND huyện Sịa", "district"))
    ]
    reading = read_table(HANDLING_HEADINGS, ("1", "Sịa", *ROW), known=replace(known, units=(*known.units, *twins)))

    assert told(reading) == [("unit-ambiguous", 2, 2)]
    candidates = problem(reading, "unit-ambiguous").params["candidates"]
    assert sorted(candidates.split(", ")) == ["UBND huyện Sịa", "UBND thị trấn Sịa"]
    assert values(reading) == {}


def test_a_code_in_the_name_of_a_unit_not_on_record_is_reported() -> None:
    assert _units("Sở Thể thao (H57.99)").unknown_units[0].code == "H57.99"


def test_a_row_without_a_name() -> None:
    reading = read_table(HANDLING_HEADINGS, ("1", "", *ROW), ("2", "Sở Y tế", *ROW))

    assert told(reading) == [("no-unit-name", 2, 2)]
    assert len(facts(reading)) == 3


# --- another province ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "above",
    [
        ("của tỉnh Gia Lai",),
        ("(Kèm theo Công văn số 5/VPUB-KSTT ngày 1 tháng 9 năm 2023 của Văn phòng UBND tỉnh Gia Lai)",),
    ],
)
def test_a_table_of_another_province_fills_no_record_of_ours(above: tuple[str, ...]) -> None:
    reading = read_table(HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW), ("2", "Sở Nội vụ", "", "80", "90"), above=above)

    assert values(reading) == {}
    assert {fact.unit for fact in facts(reading)} == {None}
    assert "other-province" in [each.why for each in reading.problems]
    assert [each.unit for each in reading.problems] == [None] * len(reading.problems)
    assert reading.appendices[0].blanks == []


def test_our_own_province_in_the_title_changes_nothing() -> None:
    reading = read_table(
        HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW), above=("CỦA TỈNH THỪA THIÊN HUẾ SO VỚI TỈNH GIA LAI",)
    )

    assert {unit for unit, _ in values(reading)} == {"so-y-te"}


@pytest.mark.parametrize(
    "group",
    [
        ("I", "Tỉnh Gia Lai", "", "", ""),
        merged("II. UBND tỉnh Gia Lai", 5),
        merged("B - TỈNH GIA LAI", 5),
        merged("Các sở, ban, ngành - tỉnh Gia Lai", 5),
    ],
)
def test_rows_below_the_name_of_another_province_are_that_provinces(group: list[str]) -> None:
    reading = read_table(
        HANDLING_HEADINGS, ("1", "Sở Nội vụ", *ROW), group, ("1", "Sở Y tế", *ROW), ("a", "Các sở", "", "", ""), ("2", "Sở Tư pháp", *ROW),
        ("III", "Tỉnh Thừa Thiên Huế", "", "", ""), ("1", "Sở Du lịch", *ROW),
    )  # fmt: skip

    assert told(reading) == [("unit-other-province", 4, 2), ("unit-other-province", 6, 2)]
    assert {unit for unit, _ in values(reading)} == {"so-noi-vu", "so-du-lich"}


def test_provinces_compared_row_by_row_do_not_shut_out_what_a_group_heads_below() -> None:
    reading = read_table(
        HANDLING_HEADINGS, ("1", "Tỉnh Gia Lai", *ROW), ("2", "Cả nước", *ROW), ("3", "Tỉnh Đắk Lắk", *ROW),
        ("", "Sở, ban, ngành", "", "", ""), ("1", "Sở Y tế", *ROW),
    )  # fmt: skip

    assert told(reading) == []
    assert {unit for unit, _ in values(reading)} == {"gia-lai", "ca-nuoc", "dak-lak", "so-y-te"}


# --- rows that are no units ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        ("I", "Sở, ban, ngành", "", "", ""),
        ("A", "UBND cấp huyện", "", "", ""),
        ("", "UBND các huyện, thị xã, thành phố", "", "", ""),
        ("", "Các cơ quan khác", "", "", ""),
        ("B", "Các xã, phường", "12", "80", "90"),
        ("II", "Cơ quan trung ương", "12", "80", "90"),
        ("", "UBND tỉnh Thừa Thiên Huế", "", "", ""),
        ("I", "UBND huyện Phú Lộc", "", "", ""),
        merged("Sở, ban, ngành", 5),
        merged("Sở Y tế", 5),
    ],
)
def test_group_rows(row: list[str | Cell]) -> None:
    reading = read_table(HANDLING_HEADINGS, row, ("1", "Sở Y tế", *ROW))

    assert (told(reading), told(reading, "note")) == ([], [])
    assert skipped(reading) == [(2, "group")]
    assert len(facts(reading)) == 3


@pytest.mark.parametrize(
    "name",
    [
        "Tổng số", "Cộng", "CỘNG", "Tổng cộng", "Tổng cộng:", "Tổng", "Tổng số (I+II)", "Cộng (A)", "Cộng I", "Toàn tỉnh",
        "TOÀN TỈNH", "Trung bình", "Bình quân chung", "Trung bình các huyện", "Tổng cộng toàn tỉnh", "Tong cong",
        unicodedata.normalize("NFD", "Tổng số"),
    ],
)  # fmt: skip
def test_total_rows(name: str) -> None:
    for row in (("", name), (name, ""), ("10", name)):
        reading = read_table(HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW), (*row, "9.999", "80", "90"))

        assert (told(reading), skipped(reading)) == ([], [(3, "total")]), row


@pytest.mark.parametrize(
    ("lines", "differing"),
    [
        (["Sở Y tế 5", "Sở Nội vụ 7", "Tổng cộng 12"], []),
        (["Sở Y tế 5", "Sở Nội vụ 7", "Tổng cộng 9.999"], [(4, "12")]),
        (["Tổng số 12", "Sở Y tế 5", "Sở Nội vụ 7"], []),
        (["Sở Y tế 5", "Sở Nội vụ 7", "Cộng I 12", "UBND huyện Phú Vang 8", "Cộng II 8", "Tổng cộng 20"], []),
        (["Sở Y tế 5", "Sở Nội vụ 7", "Cộng I 12", "UBND huyện Phú Vang 8", "Cộng II 9", "Tổng cộng 20"], [(6, "8")]),
        (["Cộng I 12", "Sở Y tế 5", "Sở Nội vụ 7", "Cộng II 8", "UBND huyện Phú Vang 8"], []),
        (["Sở Y tế 5", "Sở Nội vụ 7", "Trung bình 6"], []),
        (["Sở Y tế 5", "Sở Nội vụ 7O", "Tổng cộng 9.999"], []),  # of what cannot be read there is no sum
        (["Sở Y tế 5", "Sở Nội vụ –", "Tổng cộng 5"], []),
        (["Sở Y tế 5", "UBND tỉnh Thừa Thiên Huế 12", "Sở Nội vụ 7", "Tổng cộng 12"], []),
        (["Sở Y tế 5", "Tổng cộng"], []),
    ],
)
def test_a_total_that_does_not_add_up_is_told_at_its_cell(lines: list[str], differing: list[tuple[int, str]]) -> None:
    rows = [line.rpartition(" ") if line[-1] in "0123456789O–" else (line, "", "") for line in lines]
    reading = read_table(HANDLING_HEADINGS, *(("", name, count, "80", "90") for name, _, count in rows))
    found = [each for each in reading.problems if each.why == "total-differs"]

    assert [(each.cell.row, each.params["sum"]) for each in found] == differing
    assert all((each.severity, each.cell.column) == ("note", 3) for each in found)


def test_a_total_merged_over_position_and_name() -> None:
    row = [*merged("Tổng cộng", 2), "9.999", "80", "90"]

    assert skipped(read_table(HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW), row)) == [(3, "total")]


def test_column_numbers_footnotes_and_empty_rows() -> None:
    reading = read_table(
        HANDLING_HEADINGS, ("(1)", "(2)", "(3)", "(4)", "(5)"), ("1", "Sở Y tế", *ROW), ("", "", "", "", ""),
        ("(*) Không tính hồ sơ của tháng 8", "", "", "", ""), ("2", "Sở Nội vụ", *ROW),
    )  # fmt: skip

    assert told(reading) == []
    assert skipped(reading) == [(2, "column-numbers"), (5, "note")]
    assert sorted({fact.row for fact in facts(reading)}) == [3, 6]


def test_numbering_that_restarts_is_no_matter() -> None:
    reading = read_table(
        HANDLING_HEADINGS, ("I", "UBND cấp huyện", "", "", ""), ("1", "UBND huyện A Lưới", *ROW), ("II", "Sở, ban, ngành", "", "", ""),
        ("1", "Sở Y tế", *ROW),
    )  # fmt: skip

    assert {(fact.unit, fact.position) for fact in facts(reading)} == {("a-luoi", "1"), ("so-y-te", "1")}


# --- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (Cell("2.6O8"), "letter-in-number"),
        (Cell("12,5", number=Decimal("12.5")), "fraction-in-count"),
        (Cell("2.14"), "mark-not-thousands"),
        (Cell("2023-11-08", trouble="date"), "date-in-cell"),
        (Cell("", trouble="formula"), "formula-in-cell"),
        (Cell("#REF!", trouble="error"), "error-in-cell"),
        (Cell("một trăm"), "no-number"),
        (Cell("5 6"), "space-in-number"),
        (Cell("8/11"), "slash"),
    ],
)
def test_a_faulty_cell_stops_nothing_else(cell: Cell, why: str) -> None:
    reading = read_table(HANDLING_HEADINGS, ("1", "Sở Y tế", cell, "80", "90"), ("2", "Sở Nội vụ", *ROW))

    assert told(reading) == [(why, 2, 3)]
    assert (problem(reading, why).unit, problem(reading, why).indicator) == ("so-y-te", "HSTT.QH")
    assert len(values(reading)) == 5


@pytest.mark.parametrize("text", ["", "-", "–", "…", "không có"])
def test_what_is_left_out_is_a_note_and_never_zero(text: str) -> None:
    reading = read_table(HANDLING_HEADINGS, ("1", "Sở Y tế", text, "80", "90"))

    assert (told(reading), told(reading, "note")) == ([], [("missing", 2, 3)])
    assert [(blank.unit, blank.indicator, blank.printed) for blank in reading.appendices[0].blanks] == [
        ("so-y-te", "HSTT.QH", text)
    ]
    assert ("so-y-te", "HSTT.QH") not in values(reading)


def test_a_row_whose_lines_cannot_be_told_apart_is_one_problem() -> None:
    split = [Cell("5 | 80", trouble="split"), Cell(trouble="split"), Cell(trouble="split")]
    reading = read_table(HANDLING_HEADINGS, ["1", "Sở Y tế", *split], ("2", "Sở Nội vụ", *ROW))

    assert told(reading) == [("split-in-cell", 2, 3)]
    assert (told(reading, "note"), len(values(reading))) == ([], 3)


def test_a_unit_named_twice_is_told_at_its_second_row() -> None:
    reading = _units("Sở Y tế", "Sở Nội vụ", "Sở Y tế")

    assert told(reading) == [("double-unit", 4, 2)]
    assert reading.doubled == [("so-y-te", "IV, row 4, column 2")]
    assert len(values(reading)) == 6


# --- the whole -----------------------------------------------------------------------------------


def test_headings_that_were_not_found_are_told_once() -> None:
    reading = read_blocks(
        [Paragraph("Phụ lục IV"), Paragraph(HANDLING), table(("1", "Sở Y tế", *ROW), ("2", "Sở Nội vụ", *ROW))]
    )

    assert (facts(reading), told(reading)) == ([], [("no-headings", 1, 1)])
    assert reading.appendices[0].rows[0] == ["1", "Sở Y tế", *ROW]


def test_nothing_on_record_raises_nothing() -> None:
    known = replace(knowledge(), units=(), indicators=(), layouts=(), nation=None)
    reading = read_table(HANDLING_HEADINGS, ("1", "Sở Y tế", *ROW), known=known)

    assert facts(reading) == []
    assert ("unknown-heading", 1, 3) in told(reading)
