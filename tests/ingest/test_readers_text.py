"""Text: code pages, tables by tabs, pipes, CSV and one cell a line; Markdown and footnotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.readers import read_document
from tests.ingest.expected import figures, sample

HEAD = ["STT", "Đơn vị", "Số", "Tỷ lệ", "Nộp"]


def read(text: str, name: str = "pasted.txt") -> Document:
    return read_document(text.encode(), name)


def lines(document: Document) -> list[tuple[str, str]]:
    return [(block.text, block.spot) for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row] for row in block.rows] for block in document.blocks if isinstance(block, Table)
    ]


def cells(document: Document) -> list[Cell]:
    return [cell for block in document.blocks if isinstance(block, Table) for row in block.rows for cell in row]


def stacked(rows: list[list[str]], after: str = "") -> Document:
    """The rows with one cell a line."""
    return read("Phụ lục IV\n" + "\n".join(cell for row in rows for cell in row) + after)


def split_rows(document: Document) -> list[list[tuple[str, str]]]:
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return [[(cell.text, cell.trouble) for cell in row] for row in table.rows]


# --- our samples ------------------------------------------------------------------------------------------


def test_our_sample_holds_every_figure() -> None:
    document = read_document(sample(".txt"), "dispatch.txt")
    found = {cell.text for cell in cells(document)}
    assert [fig.printed for fig in figures() if not any(text.endswith(fig.printed) for text in found)] == []
    assert len(document.footnotes) == 2
    assert [mark for cell in cells(document) for mark in cell.marks] == ["1", "2"]


def test_our_sample_with_one_cell_a_line_holds_the_same_rows() -> None:
    whole = [row for table in tables(read_document(sample("-lines.txt"), "")) for row in table]
    rows = {tuple(row) for table in tables(read_document(sample(".txt"), "")) for row in table}
    joined = [row for row in whole if (*row, *[""] * (5 - len(row))) not in rows and tuple(row) not in rows]
    unlike = [row for row in joined if not any(tuple(row) == known[: len(row)] for known in rows)]
    assert len(whole) > 30
    assert [row[1] for row in unlike] == ["Sở Lao động - Thương binh và Xã hội"]  # over the page's end in the other


# --- code pages -------------------------------------------------------------------------------------------

VIETNAMESE = "Sở Tài chính\tĐiểm\nSở Ngoại vụ\t97,62%\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_in_its_usual_forms(encoding: str) -> None:
    assert tables(read_document(VIETNAMESE.encode(encoding), "")) == [
        [["Sở Tài chính", "Điểm"], ["Sở Ngoại vụ", "97,62%"]],
    ]


def test_the_vietnamese_code_page_of_windows() -> None:
    data = "S\u01a1\u0309 Ta\u0300i chi\u0301nh\t\u0110iê\u0309m\nHuê\u0301\t5\n".encode("cp1258")
    assert tables(read_document(data, "")) == [[["Sở Tài chính", "Điểm"], ["Huế", "5"]]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(end: str) -> None:
    assert lines(read(f"một{end}{end}ba")) == [("một", "line 1"), ("ba", "line 3")]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"a\x00b\x01c\x02\x03", None),
        (b"\x89PNG\r\n\x1a\n\x00\x00", None),
        (rb"{\rtf1 abc}", "rtf"),
        (b"<html><p>", "html"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, kind: str | None) -> None:
    with pytest.raises(UnreadableFile) as fault:
        read_document(data, "table.txt")
    assert (fault.value.why, fault.value.params.get("format")) == ("unknown-format", kind)


# --- tabs -------------------------------------------------------------------------------------------------


def test_tabbed_lines_that_stand_together_are_one_table() -> None:
    document = read("Phụ lục I\n\nSTT\tĐơn vị\n1\tA\n\nghi chú\n\tB\t\n2\tC\n")
    assert tables(document) == [[["STT", "Đơn vị"], ["1", "A"]], [["", "B", ""], ["2", "C"]]]
    assert lines(document) == [("Phụ lục I", "line 1"), ("ghi chú", "line 6")]
    assert {cell.spot for cell in cells(document)} == {"line 3", "line 4", "line 7", "line 8"}


def test_an_indented_line_is_no_table() -> None:
    assert lines(read("\tThực hiện ý kiến\n")) == [("Thực hiện ý kiến", "line 1")]


def test_a_letterhead_divided_by_a_tab_is_lines() -> None:
    assert lines(read("VĂN PHÒNG\tĐộc lập - Tự do - Hạnh phúc\nSố: 1/VP\tHuế, ngày 1 tháng 2 năm 2023\n")) == [
        ("VĂN PHÒNG", "line 1"),
        ("Độc lập - Tự do - Hạnh phúc", "line 1"),
        ("Số: 1/VP", "line 2"),
        ("Huế, ngày 1 tháng 2 năm 2023", "line 2"),
    ]


def test_a_quoted_cell_over_several_lines_is_one() -> None:
    assert tables(read('STT\t"Điểm của\ntỉnh"\tSố\n1\t"a ""b"""\t2\n')) == [
        [["STT", "Điểm của tỉnh", "Số"], ["1", 'a "b"', "2"]]
    ]


def test_a_lone_quotation_mark_stays() -> None:
    assert tables(read('STT\t12"\n1\t2\n')) == [[["STT", '12"'], ["1", "2"]]]


@given(st.lists(st.lists(st.sampled_from(["", "1", "A B", "57,72/100", "8/11"]), min_size=3, max_size=3), min_size=2))
def test_every_tabbed_cell_keeps_its_row_and_column(rows: list[list[str]]) -> None:
    rows = [["x", *row, "y"] for row in rows]
    assert tables(read("\n".join("\t".join(row) for row in rows))) == [rows]


# --- pipes and Markdown -----------------------------------------------------------------------------------


def test_a_table_between_pipes() -> None:
    document = read("| **STT** | Đơn vị |\n|:---|---:|\n| 1 | A \\| B |\n| 2 | C<br>D |\n")
    assert tables(document) == [[["STT", "Đơn vị"], ["1", "A | B"], ["2", "C D"]]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**KT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG**", ["KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"]),
        ("KẾT QUẢ\n*(Kèm Công văn\ncủa Văn phòng)*", ["KẾT QUẢ", "(Kèm Công văn", "của Văn phòng)"]),
        ("_nghiêng_", ["nghiêng"]),
        ("## Phụ lục I", ["Phụ lục I"]),
        ("đạt (*chi tiết kèm theo*).", ["đạt (chi tiết kèm theo)."]),
        ("Cổng (<https://a.vn>)", ["Cổng (https://a.vn)"]),
        ("(*) Ghi chú", ["(*) Ghi chú"]),
        ("*Ghi chú", ["*Ghi chú"]),
        ("- Như trên;", ["- Như trên;"]),
    ],
)
def test_markdown_is_taken_off_lines(text: str, found: list[str]) -> None:
    assert [line for line, _ in lines(read(text))] == found


def test_a_footnote_is_taken_out_with_all_its_lines() -> None:
    document = read("Số ²\tA\n1\t2\n\n¹ Một\nvà hai.\n² Ba.\n\nhết")
    assert document.footnotes == ["Một và hai.", "Ba."]
    assert lines(document) == [("hết", "line 8")]
    assert cells(document)[0].marks == ("2",)


# --- CSV --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_csv_by_whatever_divides_it(sign: str) -> None:
    text = f'Phụ lục II\n\nSTT{sign}"Đơn{sign} vị"{sign}Điểm\n1{sign}"A"{sign}"57,72/100"\n2{sign}B{sign}"3,5/100"\n'
    document = read(text, "bảng.csv")
    assert document.reader == "csv"
    assert lines(document) == [("Phụ lục II", "line 1")]
    assert tables(document)[0][1:] == [["1", "A", "57,72/100"], ["2", "B", "3,5/100"]]


def test_decimal_commas_do_not_divide_a_file_of_semicolons() -> None:
    assert tables(read("STT;Tên;Điểm\n1;A;57,72\n2;B;3,5\n", "bảng.csv"))[0][1] == ["1", "A", "57,72"]


def test_csv_is_told_without_its_name_only_where_it_is_even() -> None:
    assert tables(read("STT;Tên;Điểm\n1;A;57,72\n2;B;3,5\n")) != []
    assert tables(read("- Như trên;\n- Chủ tịch;\n- Lưu: VT;\n")) == []


def test_the_first_line_of_excel_names_the_sign() -> None:
    assert tables(read("sep=,\na,b;c\nd,e;f\n", "bảng.csv")) == [[["a", "b;c"], ["d", "e;f"]]]


def test_lines_of_csv_are_counted_over_quoted_ones() -> None:
    document = read('STT;"Điểm\ncủa tỉnh"\n1;5\n', "bảng.csv")
    assert [cell.spot for cell in cells(document)] == ["line 1", "line 1", "line 3", "line 3"]


def test_an_open_quotation_mark_does_not_swallow_the_file() -> None:
    rows = [["STT", '"Tên'], *[[str(number), "A"] for number in range(1, 40)]]
    assert len(tables(read("\n".join(";".join(row) for row in rows), "bảng.csv"))[0]) == 40


# --- one cell a line --------------------------------------------------------------------------------------


def test_full_rows_and_rows_whose_value_stands_in_the_label() -> None:
    head = ["STT", "Nội dung", "Điểm của tỉnh", "Cả nước"]
    rows = [
        ["I", "Tổng hợp", "60.58/100", "64.9/100"],
        ["II", "Thành phần"],
        ["5", "Hài lòng", "16,4/18", "17,1/18"],
        ["5.1", "Phản ánh: 100%"],
        ["5.2", "Tiếp nhận: 85.23%"],
        ["6", "Số hóa", "10.4/22", "10.6/22"],
        ["6.1", "Điện tử: 40.19%"],
    ]
    document = stacked([head, *rows], "\nPhụ lục V\nhết")
    assert tables(document) == [[head, *rows]]
    assert [text for text, _ in lines(document)] == ["Phụ lục IV", "Phụ lục V", "hết"]


def test_places_of_single_lines() -> None:
    document = stacked([HEAD, ["1", "A", "5", "6%", "7%"]])
    assert [cell.spot for cell in cells(document)] == [f"line {number}" for number in range(2, 12)]


def test_a_row_of_column_numbers_is_a_row() -> None:
    rows = [HEAD, ["1", "2", "3", "4", "5"], ["1", "A", "5", "6%", "7%"], ["2", "B", "5", "6%", "7%"]]
    assert tables(stacked(rows)) == [rows]


def test_a_name_on_two_lines_is_joined() -> None:
    rows = [HEAD, ["1", "Sở Lao động", "và Xã hội", "5", "6%", "7%"], ["2", "B", "5", "6%", "7%"]]
    assert tables(stacked(rows))[0][1] == ["1", "Sở Lao động và Xã hội", "5", "6%", "7%"]


def test_text_after_the_figures_is_a_row_without_number() -> None:
    rows = [HEAD, ["9", "A", "5", "6%", "7%", "Sở, ban, ngành"], ["10", "B", "5", "6%", "7%"]]
    rows[1][0], rows[2][0] = "1", "2"
    assert tables(stacked(rows))[0][1:] == [["1", "A", "5", "6%", "7%"], ["", "Sở, ban, ngành"], rows[2]]


def test_a_figure_that_equals_the_next_number_does_not_end_the_row() -> None:
    rows = [HEAD, ["1", "A", "2", "3%", "4%"], ["2", "B", "3", "3%", "4%"], ["3", "C", "1", "3%", "4%"]]
    assert tables(stacked(rows)) == [rows]


def test_numbering_that_restarts_under_a_group() -> None:
    rows = [HEAD, ["1", "A", "5", "6%", "7%"], ["II", "Sở"], ["1", "B", "5", "6%", "7%"], ["2", "C", "5", "6%", "7%"]]
    assert tables(stacked(rows)) == [rows]


def test_a_short_row_is_left_short_and_its_figures_are_moved_nowhere() -> None:
    rows = [HEAD, ["1", "A", "97%", "80%"], ["2", "B", "5", "6%", "7%"]]
    found = split_rows(stacked(rows))
    assert found[1] == [("1", ""), ("A", ""), ("97% | 80%", "split"), ("", "split"), ("", "split")]
    assert [text for text, _ in found[2]] == rows[2]


def test_a_blank_line_is_an_empty_cell_where_it_fills_the_row() -> None:
    rows = [HEAD, ["1", "A", "", "97%", "80%"], ["2", "B", "5", "6%", "7%"]]
    assert tables(stacked(rows)) == [rows]


def test_blank_lines_between_all_cells_mean_nothing() -> None:
    rows = [HEAD, ["1", "A", "5", "6%", "7%"], ["2", "B", "5", "6%", "7%"]]
    assert tables(read("\n\n".join(cell for row in rows for cell in row))) == [rows]


def test_a_footnote_between_the_lines_is_taken_out() -> None:
    rows = [HEAD, ["1", "A", "5", "6%", "7%", "² Bao gồm"], ["2", "B", "5", "6%", "7%"]]
    document = stacked(rows)
    assert tables(document) == [[HEAD, rows[1][:5], rows[2]]]
    assert document.footnotes == ["Bao gồm"]


def test_what_follows_the_last_row_is_text() -> None:
    document = stacked([HEAD, ["1", "A", "5", "6%", "7%"]], "\nVĂN PHÒNG UBND TỈNH")
    assert lines(document)[-1] == ("VĂN PHÒNG UBND TỈNH", "line 12")


@given(
    st.lists(
        st.tuples(*[st.sampled_from(["0", "503", "2.145", "97,5%", "8/11", "1", "2", "3"])] * 3),
        min_size=1,
        max_size=30,
    )
)
def test_full_rows_come_back_whatever_their_figures(figures_of: list[tuple[str, str, str]]) -> None:
    rows = [HEAD, *[[str(number), "Đơn vị A", *row] for number, row in enumerate(figures_of, start=1)]]
    assert tables(stacked(rows)) == [rows]
