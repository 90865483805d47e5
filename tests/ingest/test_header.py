"""Which rows of a table are its headings, and how each column is headed."""

from __future__ import annotations

import pytest

from chiso.ingest import header
from chiso.ingest.grid import Cell, Grid
from tests.ingest.sheets import merged, table


def _known(text: str) -> bool:
    return text in ("Cả nước", "Sở Y tế")


def _rows(*rows: list[str | Cell] | tuple[str | Cell, ...]) -> list[list[Cell]]:
    return table(*rows).rows


def _grid(*rows: list[str | Cell] | tuple[str | Cell, ...]) -> Grid:
    made = _rows(*rows)
    return Grid("I", "", "", header.filled_right(made), list(range(1, len(made) + 1)), header=len(made))


def test_the_row_with_stt_heads_the_table() -> None:
    rows = _rows(("Bảng", "Đơn vị tính: %"), ("Stt", "Đơn vị"), ("1", "Sở Y tế"))

    assert header.header_start(rows) == 1


def test_without_stt_the_last_row_of_words_above_the_figures() -> None:
    assert header.header_start(_rows(("Biểu", "ĐVT: %"), ("Đơn vị", "Điểm"), ("Sở Y tế", "57,7"))) == 1
    assert header.header_start(_rows(("Đơn vị", "Kết quả"), ("", "Điểm"), ("Sở Y tế", "57,7"))) == 0


@pytest.mark.parametrize(
    "rows",
    [
        [("1", "Sở Y tế", "57,7"), ("2", "Sở Nội vụ", "57,7")],
        [("Sở Y tế", "57,7"), ("Sở Nội vụ", "56,7")],
        [("I", "Sở Y tế"), ("II", "Sở Nội vụ")],
        [("", ""), ("", "")],
    ],
)
def test_rows_of_figures_alone_have_no_headings(rows: list[tuple[str, ...]]) -> None:
    assert header.header_start(_rows(*rows)) is None


def test_a_merged_heading_of_three_rows() -> None:
    rows = _rows(
        ["STT", "Đơn vị", *merged("Kết quả", 3)],
        [Cell("STT", merged=True), Cell("Đơn vị", merged=True), *merged("Hồ sơ", 2), "Điểm"],
        [Cell("STT", merged=True), Cell("Đơn vị", merged=True), "Quá hạn", "Đúng hạn", Cell("Điểm", merged=True)],
        ["1", "Sở Y tế", "1", "2", "3"],
    )

    assert header.header_rows(rows, 0, _known) == 3
    heads = header.headings(Grid("I", "", "", rows, [1, 2, 3, 4], header=3))
    assert [head.path for head in heads] == [
        ("STT",), ("Đơn vị",), ("Kết quả", "Hồ sơ", "Quá hạn"), ("Kết quả", "Hồ sơ", "Đúng hạn"), ("Kết quả", "Điểm"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        ("1", "Sở Y tế", "57,7"),
        ("I", "Sở, ban, ngành", ""),
        ("", "Sở, ban, ngành", ""),
        ("", "Cả nước", "không có"),
        ("", "UBND huyện A Lưới", "-"),
        ("", "UBND huyện A Lưới", "57,7"),
        ("(1)", "(2)", "(3)"),
        ("A", "B", "1"),
        ("", "", ""),
    ],
)
def test_a_row_of_the_body_is_no_heading(row: tuple[str, ...]) -> None:
    assert header.header_rows(_rows(("STT", "Đơn vị", "Điểm"), row), 0, _known) == 1


@pytest.mark.parametrize("row", [("", "", "Điểm", "Xếp hạng"), ("STT", "", "Điểm", "(%)"), ("", "", "", "Xếp hạng")])
def test_a_second_row_of_headings_in_a_text_table(row: tuple[str, ...]) -> None:
    assert header.header_rows(_rows(("STT", "Đơn vị", "Công khai", ""), row), 0, _known) == 2


def test_an_upper_heading_reaches_over_the_empty_cells_to_its_right() -> None:
    heads = header.headings(
        _grid(
            ("STT", "Đơn vị", "Công khai", "", "Tiến độ", "", "Ghi chú"), ("", "", "Điểm", "Hạng", "Điểm", "Hạng", "")
        )
    )

    assert [head.text for head in heads] == [
        "STT", "Đơn vị", "Công khai Điểm", "Công khai Hạng", "Tiến độ Điểm", "Tiến độ Hạng", "Ghi chú",
    ]  # fmt: skip
    assert [head.own for head in heads] == [True, True, False, False, False, False, True]


@pytest.mark.parametrize(
    ("row", "is_numbers"),
    [
        (("(1)", "(2)", "(3)", "(4)"), True),
        (("1", "2", "3", "4"), True),
        (("A", "B", "1", "2"), True),
        (("(1)", "(2)", "(3)", "(4)=(3)/(2)"), True),
        (("(2)", "(1)", "(4)", "(3)"), True),
        (("2", "1", "4", "3"), False),
        (("(2)", "(1)", "(4)", "(4)"), False),
        (("1", "Sở Y tế", "2", "3"), False),
        (("1", "5", "7", "9"), False),
        (("1", "2", "", ""), False),
    ],
)
def test_a_row_that_numbers_the_columns(row: tuple[str, ...], is_numbers: bool) -> None:
    assert header.is_column_numbers(_rows(row)[0]) is is_numbers


@pytest.mark.parametrize("text", ["57,72/100", "85.23%", "2.145", "0", "<5", "8/11", "12 345", "-3"])
def test_a_text_that_looks_like_a_figure(text: str) -> None:
    assert header.looks_like_figure(text)


@pytest.mark.parametrize("text", ["Sở Y tế", "-", "không có", "Điểm 2023 của tỉnh", "", "Quý 3"])
def test_a_text_that_does_not(text: str) -> None:
    assert not header.looks_like_figure(text)


@pytest.mark.parametrize("text", ["¹ Tính cả hồ sơ", "(*) Không tính", "* Số liệu tạm", "Ghi chú: đến 12/9"])
def test_a_footnote_inside_the_table(text: str) -> None:
    assert header.is_note(_rows((text, "", ""))[0])
    assert not header.is_note(_rows((text, "", "5"))[0])


def test_headings_again_even_where_some_are_left_out() -> None:
    head = _rows(("STT", "Đơn vị", "Điểm"))

    assert header.repeats(head, _rows(("STT", "Đơn vị", "Điểm"), ("1", "Sở Y tế", "5")))
    assert header.repeats(head, _rows(("stt", "ĐƠN VỊ", "")))
    assert not header.repeats(head, _rows(("STT", "Đơn vị", "Tỷ lệ")))
    assert not header.repeats(head, _rows(("STT", "", "")))
    assert not header.repeats([], head)
