"""Tables whose parts stand on several pages, in several rows or below one another, made whole."""

from __future__ import annotations

from chiso.ingest.grid import Cell, Document, Grid, Paragraph, Table
from chiso.ingest.parts import grids
from chiso.ingest.section import split
from tests.ingest.sheets import table

HEAD = ("STT", "Đơn vị", "Điểm")
UNITS = {"Sở Y tế", "Sở Nội vụ", "Sở Lao động - Thương binh và Xã hội", "UBND thành phố Huế", "tỉnh Thừa Thiên Huế"}
UNITS |= {"UBND thành phố Huế - tỉnh Thừa Thiên Huế"}


def _grids(*blocks: Table | str) -> list[Grid]:
    paragraphs = [Paragraph(block) if isinstance(block, str) else block for block in blocks]
    _, (section,) = split(Document(paragraphs, "test"))
    return grids(section, lambda text: text.removeprefix("- ") in UNITS)


def _names(grid: Grid) -> list[tuple[int, str]]:
    return [(number, row[1].text) for number, row in zip(grid.numbers, grid.rows, strict=True)][grid.header :]


def test_a_table_on_two_pages_with_its_headings_repeated() -> None:
    (grid,) = _grids("Phụ lục I", table(HEAD, ("1", "Sở Y tế", "5")), "trang 2", table(HEAD, ("2", "Sở Nội vụ", "6")))

    assert _names(grid) == [(2, "Sở Y tế"), (3, "Sở Nội vụ")]
    assert grid.notes == ["trang 2"]


def test_a_table_on_two_pages_without_them() -> None:
    (grid,) = _grids("Phụ lục I", table(HEAD, ("1", "Sở Y tế", "5")), table(("", "", ""), ("2", "Sở Nội vụ", "6")))

    assert _names(grid) == [(2, "Sở Y tế"), (3, "Sở Nội vụ")]


def test_an_empty_column_more_on_the_second_page() -> None:
    (grid,) = _grids("Phụ lục I", table(HEAD, ("1", "Sở Y tế", "5")), table(("2", "Sở Nội vụ", "6", "")))

    assert _names(grid) == [(2, "Sở Y tế"), (3, "Sở Nội vụ")]


def test_a_part_of_another_width_has_no_headings_rather_than_wrong_ones() -> None:
    first, second = _grids("Phụ lục I", table(HEAD, ("1", "Sở Y tế", "5")), table(("2", "6"), ("3", "7")))

    assert (first.header, second.header, len(second.rows)) == (1, 0, 2)


def test_repeated_headings_in_the_middle_of_one_table() -> None:
    (grid,) = _grids("Phụ lục I", table(HEAD, ("1", "Sở Y tế", "5"), HEAD, ("2", "Sở Nội vụ", "6")))

    assert _names(grid) == [(2, "Sở Y tế"), (3, "Sở Nội vụ")]


def test_repeated_headings_of_a_table_without_stt() -> None:
    head = HEAD[1:]
    (grid,) = _grids("Phụ lục I", table(head, ("Sở Y tế", "5"), head, ("Sở Nội vụ", "6")))

    assert [row[0].text for row in grid.rows] == ["Đơn vị", "Sở Y tế", "Sở Nội vụ"]


def test_another_table_below_in_the_same_sheet_is_another_grid_with_its_own_title() -> None:
    first, second = _grids(
        "Phụ lục I", "MỘT",
        table(HEAD, ("1", "Sở Y tế", "5"), ("", "", ""), ("HAI", "", ""), ("STT", "Đơn vị", "Tỷ lệ"), ("1", "Sở Y tế", "6")),
    )  # fmt: skip

    assert (first.title, _names(first)) == ("MỘT", [(2, "Sở Y tế")])
    assert (second.title, _names(second)) == ("HAI", [(2, "Sở Y tế")])
    assert second.rows[0][2].text == "Tỷ lệ"


def test_a_second_table_has_the_line_above_it_for_a_title() -> None:
    first, second = _grids(
        "Phụ lục I",
        "MỘT",
        table(HEAD, ("1", "Sở Y tế", "5")),
        "Ghi chú",
        "HAI",
        table(("TT", "Tên", "Tỷ lệ"), ("1", "Sở Y tế", "6")),
    )

    assert (first.title, first.notes) == ("MỘT", ["Ghi chú"])
    assert (second.title, second.notes) == ("HAI", [])


def test_a_second_table_of_the_same_width_without_stt_is_not_read_under_the_first_headings() -> None:
    first, second = _grids(
        "Phụ lục I", table(HEAD, ("1", "Sở Y tế", "5")), table(("Mã", "Tên", "Tỷ lệ"), ("H57", "Sở Y tế", "6"))
    )

    assert len(first.rows) == 2
    assert [cell.text for cell in second.rows[0]] == ["Mã", "Tên", "Tỷ lệ"]


def test_lines_above_the_headings_inside_the_table_count_as_rows_of_it() -> None:
    (grid,) = _grids("Phụ lục I", table(("KẾT QUẢ", "", ""), HEAD, ("1", "Sở Y tế", "5")))

    assert (grid.title, grid.numbers) == ("KẾT QUẢ", [2, 3])


def test_a_name_on_two_rows() -> None:
    (grid,) = _grids(
        "Phụ lục I", table(HEAD, ("1", "Sở Lao động - Thương", "5"), ("", "binh và Xã hội", ""), ("2", "Sở Y tế", "6"))
    )

    assert _names(grid) == [(2, "Sở Lao động - Thương binh và Xã hội"), (3, "Sở Y tế")]


def test_a_name_on_two_rows_with_the_figure_in_the_second() -> None:
    (grid,) = _grids("Phụ lục I", table(HEAD, ("1", "Sở Lao động - Thương", ""), ("", "binh và Xã hội", "5")))

    assert [cell.text for cell in grid.rows[1]] == ["1", "Sở Lao động - Thương binh và Xã hội", "5"]


def test_a_name_on_two_rows_with_a_footnote_or_an_empty_row_between() -> None:
    (grid,) = _grids(
        "Phụ lục I",
        table(
            HEAD, ("1", "Sở Lao động - Thương", "5"), ("¹ Tính cả …", "", ""), ("", "", ""), ("", "binh và Xã hội", "")
        ),
    )

    assert _names(grid)[0] == (2, "Sở Lao động - Thương binh và Xã hội")


def test_a_name_on_two_pages_with_a_line_between() -> None:
    (grid,) = _grids(
        "Phụ lục I",
        table(HEAD, ("1", "Sở Lao động - Thương", "5")),
        "¹ Tính cả …",
        table(("", "binh và Xã hội", ""), ("2", "Sở Y tế", "6")),
    )

    assert _names(grid) == [(2, "Sở Lao động - Thương binh và Xã hội"), (3, "Sở Y tế")]


def test_a_place_behind_a_whole_name_is_a_part_of_it() -> None:
    (grid,) = _grids("Phụ lục I", table(HEAD, ("1", "UBND thành phố Huế", "5"), ("", "- tỉnh Thừa Thiên Huế", "")))

    assert _names(grid) == [(2, "UBND thành phố Huế - tỉnh Thừa Thiên Huế")]


def test_rows_that_only_look_like_the_rest_of_a_name_stay_rows() -> None:
    (grid,) = _grids(
        "Phụ lục I",
        table(
            HEAD,
            ("1", "Sở Y tế", "5"),
            ("", "trong đó", ""),
            ("", "Sở Nội vụ", ""),
            ("", "Cộng", "5"),
            ("", "binh", "6"),
        ),
    )

    assert [name for _, name in _names(grid)] == ["Sở Y tế", "trong đó", "Sở Nội vụ", "Cộng", "binh"]


def test_a_figure_never_goes_on_in_the_next_row() -> None:
    (grid,) = _grids("Phụ lục I", table(HEAD, ("1", "Sở Lao động - Thương", "5"), ("", "binh và Xã hội", "6")))

    assert [row[2].text for row in grid.rows] == ["Điểm", "5", "6"]


def test_a_table_of_words_alone_is_no_appendix() -> None:
    assert _grids("Phụ lục I", table(("Nơi nhận", "Chức vụ"), ("Như trên", "Phó"))) == []


def test_cells_keep_their_spots_and_marks_when_joined() -> None:
    upper = ["1", Cell("Sở Lao động - Thương", "A2", marks=("1",)), Cell("", "B2")]
    lower = ["", Cell("binh và Xã hội", "A3", marks=("2",)), Cell("5", "B3")]
    (grid,) = _grids("Phụ lục I", table(HEAD, upper, lower))

    assert (grid.rows[1][1].spot, grid.rows[1][1].marks, grid.rows[1][2].spot) == ("A2", ("1", "2"), "B3")


def test_lines_of_two_cells_above_headings_without_stt() -> None:
    (grid,) = _grids("Phụ lục I", table(("KẾT QUẢ", ""), ("Đơn vị", "Điểm"), ("Sở Y tế", "5")))

    assert [row[0].text for row in grid.rows] == ["Đơn vị", "Sở Y tế"]
    assert (grid.title, grid.numbers) == ("KẾT QUẢ", [2, 3])


def test_figures_alone_at_the_top_of_a_page_complete_the_row_above() -> None:
    (grid,) = _grids("Phụ lục I", table(HEAD, ("1", "Sở Y tế", "")), table(("", "", "5"), ("2", "Sở Nội vụ", "6")))

    assert [[cell.text for cell in row] for row in grid.rows[1:]] == [["1", "Sở Y tế", "5"], ["2", "Sở Nội vụ", "6"]]


def test_a_page_that_begins_with_a_group_has_no_headings_of_its_own() -> None:
    (grid,) = _grids(
        "Phụ lục I", table(HEAD, ("1", "Sở Y tế", "5")), table(("II", "Các cơ quan khác", ""), ("1", "Sở Nội vụ", "6"))
    )

    assert [name for _, name in _names(grid)] == ["Sở Y tế", "Các cơ quan khác", "Sở Nội vụ"]


def test_a_name_not_on_record_goes_on_over_a_page_break_only() -> None:
    first = table(HEAD, ("1", "Trung tâm Phục vụ", "5"))
    (over,) = _grids("Phụ lục I", first, table(("", "Hành chính công", ""), ("2", "Sở Nội vụ", "6")))
    (under,) = _grids(
        "Phụ lục I", table(*(row for row in first.rows), ("", "Hành chính công", ""), ("2", "Sở Nội vụ", "6"))
    )

    assert [name for _, name in _names(over)] == ["Trung tâm Phục vụ Hành chính công", "Sở Nội vụ"]
    assert [name for _, name in _names(under)] == ["Trung tâm Phục vụ", "Hành chính công", "Sở Nội vụ"]


def test_the_office_signing_below_its_appendices_is_no_note() -> None:
    body = table(HEAD, ("1", "Sở Y tế", "40,62"))
    [grid] = _grids("Phụ lục II", body, "¹ Chú thích", "VĂN PHÒNG UBND TỈNH")
    assert grid.notes == ["¹ Chú thích"]
