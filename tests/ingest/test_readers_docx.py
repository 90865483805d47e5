"""DOCX: blocks in order, merged cells, footnotes, tracked changes, numbers that Word counts itself."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from chiso.ingest.grid import Document, Paragraph, Table
from chiso.ingest.readers import read_document
from tests.ingest.expected import figures, sample


def read(write: Callable[[docx.document.Document], None]) -> Document:
    word = docx.Document()
    write(word)
    data = BytesIO()
    word.save(data)
    return read_document(data.getvalue(), "any name")


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row] for row in block.rows] for block in document.blocks if isinstance(block, Table)
    ]


def raised(run: Run) -> Run:
    run.font.superscript = True
    return run


def add(element: object, tag: str, **attributes: str) -> object:
    child = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    element.append(child)
    return child


def fill(word: docx.document.Document, rows: list[list[str]]) -> list[list[_Cell]]:
    table = word.add_table(len(rows), len(rows[0]))
    cells = [list(row.cells) for row in table.rows]
    for line, texts in zip(cells, rows, strict=True):
        for cell, text in zip(line, texts, strict=True):
            cell.text = text
    return cells


def one_cell(write: Callable[[WordParagraph], None]) -> tuple[str, tuple[str, ...]]:
    """Text and marks of a cell that `write` fills, beside a plain one."""

    def document(word: docx.document.Document) -> None:
        cells = fill(word, [["STT", ""]])
        write(cells[0][1].paragraphs[0])

    block = read(document).blocks[0]
    assert isinstance(block, Table)
    return block.rows[0][1].text, block.rows[0][1].marks


def test_our_sample_holds_every_figure_and_its_footnotes() -> None:
    document = read_document(sample(".docx"), "dispatch.docx")
    printed = {cell.text for block in document.blocks if isinstance(block, Table) for row in block.rows for cell in row}
    missing = [fig.printed for fig in figures() if not any(text.endswith(fig.printed) for text in printed)]
    marked = [c.marks for b in document.blocks if isinstance(b, Table) for row in b.rows for c in row if c.marks]
    assert document.reader == "docx"
    assert missing == []
    assert marked == [("1",), ("2",)]
    assert len(document.footnotes) == 2
    assert document.footnotes[0].startswith("Mỗi huyện")


def test_letterhead_of_our_sample_comes_as_lines() -> None:
    found = lines(read_document(sample(".docx"), "dispatch.docx"))
    assert found[:3] == ["UBND TỈNH THỪA THIÊN HUẾ", "VĂN PHÒNG", "Số: 1082/VPUB-KSTT"]
    assert "Thừa Thiên Huế, ngày 13 tháng 9 năm 2023" in found


def test_paragraphs_and_tables_keep_their_order() -> None:
    def write(word: docx.document.Document) -> None:
        word.add_paragraph("Phụ lục I")
        fill(word, [["STT", "Đơn vị"], ["1", "Sở Y tế"]])
        word.add_paragraph("sau bảng")

    document = read(write)
    assert [type(block) for block in document.blocks] == [Paragraph, Table, Paragraph]
    assert tables(document) == [[["STT", "Đơn vị"], ["1", "Sở Y tế"]]]


def test_only_the_tables_before_the_first_appendix_are_letter() -> None:
    def write(word: docx.document.Document) -> None:
        fill(word, [["VĂN PHÒNG\nSố: 1/VP", "Huế"]])
        word.add_paragraph("Căn cứ … (Phụ lục chi tiết kèm theo)")
        word.add_paragraph("Phụ lục II")
        fill(word, [["STT", "Đơn vị"]])

    document = read(write)
    assert lines(document)[:2] == ["VĂN PHÒNG Số: 1/VP", "Huế"]
    assert tables(document) == [[["STT", "Đơn vị"]]]


def test_a_file_of_tables_alone_keeps_them() -> None:
    assert tables(read(lambda word: fill(word, [["STT", "Đơn vị"], ["1", "A"]]))) == [[["STT", "Đơn vị"], ["1", "A"]]]


def test_a_heading_and_its_title_in_one_paragraph_come_apart() -> None:
    assert lines(read(lambda word: word.add_paragraph("Phụ lục IV\nKết quả xử lý\nhồ sơ"))) == [
        "Phụ lục IV",
        "Kết quả xử lý hồ sơ",
    ]


def test_merged_cells_are_filled() -> None:
    def write(word: docx.document.Document) -> None:
        cells = fill(word, [["STT", "Tỷ lệ", ""], ["", "Đúng hạn", "Trực tuyến"], ["1", "5", "6"]])
        cells[0][1].merge(cells[0][2])
        cells[0][0].merge(cells[1][0])

    block = read(write).blocks[0]
    assert isinstance(block, Table)
    assert [[(cell.text, cell.merged) for cell in row] for row in block.rows] == [
        [("STT", False), ("Tỷ lệ", False), ("Tỷ lệ", True)],
        [("STT", True), ("Đúng hạn", False), ("Trực tuyến", False)],
        [("1", False), ("5", False), ("6", False)],
    ]


def test_columns_that_a_row_leaves_out_are_empty() -> None:
    def write(word: docx.document.Document) -> None:
        fill(word, [["STT", "Đơn vị", "Điểm"], ["A", "B", "C"]])
        row = word.tables[0].rows[1]._tr
        row.remove(row.tc_lst[0])
        add(row.get_or_add_trPr(), "gridBefore", val="1")

    assert tables(read(write)) == [[["STT", "Đơn vị", "Điểm"], ["", "B", "C"]]]


@pytest.mark.parametrize(
    ("pieces", "text", "marks"),
    [
        ([("quá hạn", False), ("2", True)], "quá hạn", ("2",)),
        ([("quá hạn", False), (" 2 ", True), (" ", False)], "quá hạn", ("2",)),
        ([("quá hạn ²", False)], "quá hạn", ("2",)),
        ([("chưa triển khai (*)", False)], "chưa triển khai", ("*",)),
        ([("m", False), ("2", True), (" đất", False)], "m2 đất", ()),
        ([("12", True)], "12", ()),
        ([("2.145", False), ("*", True)], "2.145", ("*",)),
    ],
)
def test_raised_figures_at_the_end_are_marks(pieces: list[tuple[str, bool]], text: str, marks: tuple[str, ...]) -> None:
    def write(paragraph: WordParagraph) -> None:
        for words, is_raised in pieces:
            run = paragraph.add_run(words)
            run.font.superscript = is_raised or None

    assert one_cell(write) == (text, marks)


def test_deleted_and_hidden_text_is_not_read_and_inserted_text_is() -> None:
    def write(paragraph: WordParagraph) -> None:
        kept, gone, new, hidden = (paragraph.add_run(text) for text in ("5", "9", "0", "7"))
        add(paragraph._p, "del").append(gone._r)
        add(paragraph._p, "ins").append(new._r)
        hidden.font.hidden = True
        assert kept.text == "5"

    assert one_cell(write)[0] == "50"


def test_a_deleted_row_is_not_read() -> None:
    def write(word: docx.document.Document) -> None:
        fill(word, [["STT", "Đơn vị"], ["1", "bỏ"], ["1", "giữ"]])
        add(word.tables[0].rows[1]._tr.get_or_add_trPr(), "del")

    assert tables(read(write)) == [[["STT", "Đơn vị"], ["1", "giữ"]]]


def test_content_controls_are_read_through() -> None:
    def write(word: docx.document.Document) -> None:
        fill(word, [["STT", "Đơn vị"]])
        body = word.element.body
        control = OxmlElement("w:sdt")
        body.insert(0, control)
        add(control, "sdtContent").append(word.tables[0]._tbl)

    assert tables(read(write)) == [[["STT", "Đơn vị"]]]


def test_a_table_inside_a_frame_is_a_table() -> None:
    def write(word: docx.document.Document) -> None:
        inner = word.add_table(1, 1).cell(0, 0).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "STT", "Đơn vị"

    assert tables(read(write)) == [[["STT", "Đơn vị"]]]


def test_white_space_of_a_cell() -> None:
    assert (
        one_cell(lambda paragraph: paragraph.add_run("Sở\tLao động \n Thương  binh "))[0] == "Sở Lao động Thương binh"
    )
    assert one_cell(lambda paragraph: paragraph.add_run("1\u00a0502\u00ad"))[0] == "1\u00a0502"
    assert one_cell(lambda paragraph: paragraph.add_run("37/\n37"))[0] == "37/37"


def test_white_space_of_a_paragraph() -> None:
    assert lines(read(lambda word: word.add_paragraph("Số:\u00a01082\n/VP\u00adUB "))) == ["Số: 1082 /VPUB"]


def test_numbers_that_word_counts_are_printed() -> None:
    def write(word: docx.document.Document) -> None:
        cells = fill(word, [["STT", "Đơn vị"], ["", "A"], ["", "B"]])
        for row in cells[1:]:
            row[0].paragraphs[0].style = "List Number"
        word.add_paragraph("gạch", style="List Bullet")

    document = read(write)
    assert tables(document) == [[["STT", "Đơn vị"], ["1", "A"], ["2", "B"]]]
    assert lines(document) == ["gạch"]


def test_capitals_that_are_only_dress_are_printed_as_capitals() -> None:
    def write(word: docx.document.Document) -> None:
        word.add_paragraph().add_run("kt. chánh văn phòng").font.all_caps = True

    assert lines(read(write)) == ["KT. CHÁNH VĂN PHÒNG"]


def test_a_file_with_macros_is_read() -> None:
    def write(word: docx.document.Document) -> None:
        word.add_paragraph("Phụ lục I")
        word.part._content_type = "application/vnd.ms-word.document.macroEnabled.main+xml"

    assert lines(read(write)) == ["Phụ lục I"]
