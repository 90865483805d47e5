"""XLSX, XLS, ODS: titles and notes around the table, exact numbers, damaged cells, merged cells."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet

from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.readers import read_document
from tests.ingest.expected import figures, sample

SAMPLES = Path(__file__).parent / "samples"
HEAD = ["STT", "Đơn vị", "Số", "Tỷ lệ"]


def read(write: Callable[[Worksheet], None], *, name: str = "Phụ lục IV") -> Document:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    write(sheet)
    data = BytesIO()
    book.save(data)
    return read_document(data.getvalue(), "any name")


def rows_of(document: Document) -> list[list[Cell]]:
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return table.rows


def texts(rows: list[list[Cell]]) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows]


def lines(document: Document) -> list[tuple[str, str]]:
    return [(block.text, block.spot) for block in document.blocks if isinstance(block, Paragraph)]


def one(value: object, number_format: str | None = None) -> Cell:
    """The cell that comes of a value beside others."""

    def write(sheet: Worksheet) -> None:
        sheet.append(HEAD)
        sheet.append(["1", "A", None, "x"])
        sheet["C2"] = value
        sheet["C2"].number_format = number_format or sheet["C2"].number_format

    return rows_of(read(write))[1][2]


def test_our_sample_holds_every_figure_with_its_place() -> None:
    document = read_document(sample(".xlsx"), "appendices.xlsx")
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert [table.name for table in tables] == ["Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV"]
    by_ordinal = {table.name.split()[-1]: table.rows for table in tables}
    for figure in figures():
        cell = by_ordinal[figure.appendix][figure.row - 1][figure.column - 1]
        percent = 100 if cell.number_format.endswith("%") else 1
        assert cell.text.endswith(figure.printed) or (cell.number or 0) * percent == figure.value
        assert cell.spot.startswith(f"Phụ lục {figure.appendix}!")


def test_titles_and_notes_stand_outside_the_table() -> None:
    def write(sheet: Worksheet) -> None:
        sheet["B2"] = "KẾT QUẢ"
        sheet.merge_cells("B2:E2")
        for row, values in enumerate([HEAD, ["1", "A", "5", "6"], [None, "tiếp", None, None], ["2", "B", "7", "8"]]):
            for column, value in enumerate(values):
                sheet.cell(4 + row, 2 + column, value)
        sheet["B9"] = "¹ ghi chú"

    document = read(write)
    assert lines(document) == [("KẾT QUẢ", "Phụ lục IV!B2"), ("¹ ghi chú", "Phụ lục IV!B9")]
    rows = rows_of(document)
    assert texts(rows) == [HEAD, ["1", "A", "5", "6"], ["", "tiếp", "", ""], ["2", "B", "7", "8"]]
    assert rows[3][2].spot == "Phụ lục IV!D7"


def test_a_letterhead_on_two_columns_is_no_table() -> None:
    def write(sheet: Worksheet) -> None:
        sheet.append(["UBND TỈNH", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
        sheet.append(["Số: 12/VP", None, "Huế, ngày 13 tháng 9 năm 2023"])
        sheet.append(HEAD)
        sheet.append(["1", "A", "5", "6"])

    document = read(write)
    assert [text for text, _ in lines(document)][2:] == ["Số: 12/VP", "Huế, ngày 13 tháng 9 năm 2023"]
    assert texts(rows_of(document))[0] == HEAD


def test_appendices_stacked_on_one_sheet_come_apart() -> None:
    def write(sheet: Worksheet) -> None:
        for ordinal in ("I", "II"):
            sheet.append([f"Phụ lục {ordinal}\nKẾT QUẢ"])
            sheet.append(HEAD)
            sheet.append(["1", "A", "5", "6"])

    kinds = [block.text if isinstance(block, Paragraph) else len(block.rows) for block in read(write).blocks]
    assert kinds == ["Phụ lục I", "KẾT QUẢ", 2, "Phụ lục II", "KẾT QUẢ", 2]


@pytest.mark.parametrize(
    ("value", "number_format", "number", "text"),
    [
        (11.300000000000001, "General", "11.3", "11.3"),
        (5.0, "0", "5", "5"),
        (0.8918, "0.00%", "0.8918", "0.8918"),
        (2145, "#,##0", "2145", "2145"),
        (1e15, "General", "1000000000000000", "1000000000000000"),
        (-0.0, "General", "0", "0"),
        (12, '0" hồ sơ"', "12", "12"),
    ],
)
def test_numbers_are_exact_and_keep_their_format(value: float, number_format: str, number: str, text: str) -> None:
    cell = one(value, number_format)
    assert (cell.number, cell.number_format, cell.text) == (Decimal(number), number_format, text)


def test_text_that_looks_like_a_number_stays_text() -> None:
    cell = one("0001")
    assert (cell.text, cell.number) == ("0001", None)


@pytest.mark.parametrize(
    ("value", "trouble", "text"),
    [
        (datetime.date(2023, 11, 8), "date", "2023-11-08"),
        (datetime.time(8, 11), "date", "08:11:00"),
        ("=SUM(1,2)", "formula", ""),
        (True, "error", "TRUE"),
        ("#N/A", "error", "#N/A"),
    ],
)
def test_damaged_cells_say_so(value: object, trouble: str, text: str) -> None:
    cell = one(value)
    assert (cell.trouble, cell.text, cell.number) == (trouble, text, None)
    assert cell.spot == "Phụ lục IV!C2"


def test_a_formula_with_its_result_is_a_number_unless_the_result_is_declared_stale() -> None:
    def with_result(result: str, *, stale: bool) -> Cell:
        book = openpyxl.Workbook()
        book.active.append(HEAD)
        book.active.append(["1", "A", "=1+1", "x"])
        book.calculation.fullCalcOnLoad = stale
        data, again = BytesIO(), BytesIO()
        book.save(data)
        with ZipFile(data) as source, ZipFile(again, "w") as target:
            for part in source.namelist():
                content = source.read(part).replace(b"<v></v>", b"<v>%b</v>" % result.encode())
                target.writestr(part, content.replace(b"<v />", b"<v>%b</v>" % result.encode()))
        return rows_of(read_document(again.getvalue(), ""))[1][2]

    assert with_result("2", stale=False).number == 2
    assert with_result("0", stale=False).number == 0
    assert with_result("0", stale=True).trouble == "formula"


def test_raised_figures_in_a_cell_are_marks() -> None:
    raised = TextBlock(InlineFont(vertAlign="superscript"), "2")
    cell = one(CellRichText("quá hạn", raised))
    assert (cell.text, cell.marks) == ("quá hạn", ("2",))
    assert one("quá hạn ²").marks == ("2",)


def test_merged_cells_are_filled_and_keep_their_own_place() -> None:
    def write(sheet: Worksheet) -> None:
        sheet.append(["STT", "Đơn vị", "Kết quả", None])
        sheet.append([None, None, "Số", "Tỷ lệ"])
        sheet.append(["1", "A", 5, 6])
        for area in ("A1:A2", "B1:B2", "C1:D1"):
            sheet.merge_cells(area)

    rows = rows_of(read(write))
    assert texts(rows)[1] == ["STT", "Đơn vị", "Số", "Tỷ lệ"]
    assert [cell.merged for cell in rows[0]] == [False, False, False, True]
    assert rows[1][0].spot == "Phụ lục IV!A2"


def test_a_last_row_whose_name_comes_from_above_stays_in_the_table() -> None:
    def write(sheet: Worksheet) -> None:
        sheet.append(["Đơn vị", "Số"])
        sheet.append(["A", 1])
        sheet.append([None, 2])
        sheet.merge_cells("A2:A3")

    assert texts(rows_of(read(write))) == [["Đơn vị", "Số"], ["A", "1"], ["A", "2"]]


def test_hidden_sheets_are_skipped_and_hidden_rows_are_read() -> None:
    def write(sheet: Worksheet) -> None:
        sheet.append(HEAD)
        sheet.append(["1", "A", "5", "6"])
        sheet.row_dimensions[2].hidden = True
        other = sheet.parent.create_sheet("nháp")
        other.append(HEAD)
        other.sheet_state = "hidden"

    assert texts(rows_of(read(write))) == [HEAD, ["1", "A", "5", "6"]]


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_xls_and_ods_keep_what_calamine_drops(suffix: str) -> None:
    """The samples are our own small workbook, saved by LibreOffice."""
    document = read_document((SAMPLES / f"formats.{suffix}").read_bytes(), "any name")
    rows = rows_of(document)
    assert document.reader == suffix
    assert lines(document) == [("Phụ lục IV", "Phụ lục IV!A1")]
    assert [cell.number for cell in rows[1]] == [1, None, 2145, Decimal("0.8918"), None]
    assert rows[1][3].number_format == "0.00%"
    assert "%" not in rows[1][2].number_format
    assert (rows[1][4].trouble, rows[1][4].text) == ("date", "2023-11-08")
    assert (rows[3][3].trouble, rows[3][3].text) == ("error", "#DIV/0!")
    assert (rows[3][4].text, rows[4][4].text, rows[4][4].merged) == ("gộp", "gộp", True)


def test_xls_tells_a_truth_value() -> None:
    rows = rows_of(read_document((SAMPLES / "formats.xls").read_bytes(), ""))
    assert (rows[2][4].trouble, rows[2][4].text) == ("error", "TRUE")


def test_repeated_cells_of_ods_are_all_there() -> None:
    row = (
        "<table:table-row table:number-rows-repeated='2'>"
        "<table:table-cell office:value-type='percentage' office:value='0.5' table:number-columns-repeated='3'>"
        "<text:p>50%</text:p></table:table-cell>"
        "<table:table-cell office:value-type='float' office:value='7'><text:p>7</text:p></table:table-cell>"
        "</table:table-row>"
    )
    names = "office", "table", "text"
    spaces = " ".join(f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in names)
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<m/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='S'>{row}"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    rows = rows_of(read_document(data.getvalue(), ""))
    assert [[cell.number_format for cell in row] for row in rows] == [["0.00%", "0.00%", "0.00%", ""]] * 2
