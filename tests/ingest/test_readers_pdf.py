"""PDF: ruled tables, text around them in reading order, footnotes, columns, scans."""

from __future__ import annotations

import pytest

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Document, Paragraph, Table
from chiso.ingest.readers import read_document
from tests.ingest.expected import figures, sample
from tests.ingest.paper import Page, pdf

LEFTS = [80, 120, 300, 400]


def read(*pages: Page) -> Document:
    return read_document(pdf(*pages), "any name")


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row] for row in block.rows] for block in document.blocks if isinstance(block, Table)
    ]


def table(page: Page, top: float, rows: list[list[str]], height: float = 20) -> Page:
    page.grid(LEFTS, [top + height * place for place in range(len(rows) + 1)])
    for place, row in enumerate(rows):
        for left, text in zip(LEFTS, row, strict=False):
            page.words(text, left + 3, top + height * place + 14)
    return page


ROWS = [["STT", "Ten", "So"], ["1", "A", "37/37"], ["2", "B", "8/11"]]


@pytest.fixture(scope="module")
def dispatch() -> Document:
    return read_document(sample(".pdf"), "dispatch.pdf")


def test_our_sample_holds_every_figure(dispatch: Document) -> None:
    printed = {cell for rows in tables(dispatch) for row in rows for cell in row}
    assert dispatch.reader == "pdf"
    assert [fig.printed for fig in figures() if not any(text.endswith(fig.printed) for text in printed)] == []


def test_our_sample_gives_its_marks_footnotes_and_no_page_numbers(dispatch: Document) -> None:
    marked = [(c.text, c.marks) for b in dispatch.blocks if isinstance(b, Table) for r in b.rows for c in r if c.marks]
    assert marked == [("Số đơn vị chưa triển khai", ("1",)), ("Tổng số hồ sơ xử lý quá hạn", ("2",))]
    assert [note[:9] for note in dispatch.footnotes] == ["Mỗi huyện", "Tính cả h"]
    assert dispatch.footnotes[0].endswith("của mình.")
    assert not any(line.isdigit() for line in lines(dispatch))


def test_the_letterhead_of_our_sample_is_read_column_by_column(dispatch: Document) -> None:
    found = lines(dispatch)
    assert found[:6] == [
        "UBND TỈNH THỪA THIÊN HUẾ",
        "VĂN PHÒNG",
        "Số: 1082/VPUB-KSTT",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Thừa Thiên Huế, ngày 13 tháng 9 năm 2023",
    ]
    begin = found.index("Nơi nhận:")
    assert found[begin + 4 : begin + 8] == [
        "KT. CHÁNH VĂN PHÒNG",
        "PHÓ CHÁNH VĂN PHÒNG",
        "Hoàng Việt Cường",
        "Phụ lục I",
    ]


def test_text_and_tables_keep_their_order_and_places() -> None:
    page = table(Page().words("Phu luc I", 250, 60), 100, ROWS)
    document = read(page.words("sau bang", 80, 200), table(Page(), 100, ROWS[1:]))
    assert [type(block) for block in document.blocks] == [Paragraph, Table, Paragraph, Table]
    assert tables(document) == [ROWS, ROWS[1:]]
    spots = [b.spot if isinstance(b, Paragraph) else [row[2].spot for row in b.rows] for b in document.blocks]
    assert spots == [
        "page 1, line 1",
        ["page 1, line 2", "page 1, line 3", "page 1, line 4"],
        "page 1, line 5",
        ["page 2, line 1", "page 2, line 2"],
    ]


def test_lines_of_one_cell_are_joined_and_figures_never_are() -> None:
    page = Page().grid(LEFTS, [100, 140, 180])
    for y, texts in (
        (112, ["1", "So Lao", "37/"]),
        (128, ["", "dong", "37"]),
        (152, ["2", "A -", "503"]),
        (168, ["", "B", "423"]),
    ):
        for left, text in zip(LEFTS, texts, strict=False):
            page.words(text, left + 3, y)
    assert tables(read(page)) == [[["1", "So Lao dong", "37/37"], ["2", "A - B", "503 423"]]]


def test_merged_cells_are_filled() -> None:
    page = Page().grid([120, 200, 280], [120, 140]).rule(80, 100, 280, 100).rule(80, 140, 280, 140)
    for x in (80, 280):
        page.rule(x, 100, x, 140)
    page.rule(120, 100, 120, 140).words("STT", 85, 125).words("Ty le", 130, 115).words("a", 130, 135).words(
        "b", 210, 135
    )
    (block,) = read(page).blocks
    assert isinstance(block, Table)
    assert [[(cell.text, cell.merged) for cell in row] for row in block.rows] == [
        [("STT", False), ("Ty le", False), ("Ty le", True)],
        [("STT", True), ("a", False), ("b", False)],
    ]


def test_empty_rows_that_a_page_break_leaves_are_dropped() -> None:
    assert tables(read(table(Page(), 100, [["", "", ""], *ROWS, ["", "", ""]]))) == [ROWS]


def test_raised_figures_are_marks_and_lowered_to_none_elsewhere() -> None:
    page = table(Page(), 100, [["STT", "Qua han", "So"]])
    page.words("2", 169, 109, 7)
    (block,) = read(page).blocks
    assert isinstance(block, Table)
    assert (block.rows[0][1].text, block.rows[0][1].marks) == ("Qua han", ("2",))


def test_footnotes_under_a_short_rule_whatever_the_size_of_their_figure() -> None:
    page = table(Page(), 600, ROWS).rule(80, 700, 200, 700).words("1UBND cac huyen", 80, 712)
    page.words("va thanh pho.", 80, 726).words("2Bao gom", 80, 740)
    document = read(page)
    assert document.footnotes == ["UBND cac huyen va thanh pho.", "Bao gom"]
    assert lines(document) == []


def test_footnotes_that_open_with_a_raised_figure() -> None:
    page = table(Page(), 600, ROWS).words("1", 80, 708, 6).words("Ghi chu", 84, 712, 10)
    assert read(page).footnotes == ["Ghi chu"]


def test_page_numbers_are_dropped_and_numbers_in_the_text_are_not() -> None:
    page = Page().words("2", 297, 40).words("12", 80, 300).words("Trang 2/6", 280, 820)
    assert lines(read(page)) == ["12"]


def test_two_columns_are_read_one_after_the_other_and_full_lines_in_between() -> None:
    page = Page()
    for place, (left, right) in enumerate(
        [("UBND TINH", "CONG HOA XA HOI"), ("VAN PHONG", "Doc lap"), ("So: 1", "ngay 13")]
    ):
        page.words(left, 80, 60 + 16 * place).words(right, 330, 60 + 16 * place)
    page.words("Thuc hien y kien chi dao cua UBND tinh ve viec nang cao chi so phuc vu nguoi dan", 80, 140)
    assert lines(read(page)) == [
        "UBND TINH",
        "VAN PHONG",
        "So: 1",
        "CONG HOA XA HOI",
        "Doc lap",
        "ngay 13",
        "Thuc hien y kien chi dao cua UBND tinh ve viec nang cao chi so phuc vu nguoi dan",
    ]


def test_a_line_with_one_wide_gap_stays_one_line() -> None:
    assert lines(read(Page().words("mot", 80, 100).words("hai", 300, 100))) == ["mot hai"]


def test_a_frame_around_text_is_no_table() -> None:
    page = Page().grid([60, 540], [50, 800]).words("Phu luc", 100, 100)
    assert (tables(read(page)), lines(read(page))) == ([], ["Phu luc"])


def test_letters_drawn_twice_to_look_bold_are_read_once() -> None:
    assert lines(read(Page().words("Phu luc", 100, 100).words("Phu luc", 100.3, 100))) == ["Phu luc"]


@pytest.mark.parametrize("page", [Page().picture(), Page(), Page().picture().words("Ky boi: Van phong", 300, 60, 8)])
def test_a_scan_says_so(page: Page) -> None:
    with pytest.raises(UnreadableFile) as fault:
        read(page)
    assert fault.value.why == "scanned-pdf"


def test_a_page_of_text_beside_a_scanned_one_is_read() -> None:
    assert lines(read(Page().picture(), Page().words("Phu luc I", 80, 100))) == ["Phu luc I"]


def test_too_many_pages() -> None:
    with pytest.raises(UnreadableFile) as fault:
        read(*[Page()] * 301)
    assert (fault.value.why, fault.value.params) == ("too-many-pages", {"limit": "300"})
