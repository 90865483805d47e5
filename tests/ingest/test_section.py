"""Where an appendix begins, and which lines are its title, its caption and its notes."""

from __future__ import annotations

import unicodedata

import pytest

from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.section import Section, heading, sheet_ordinal, split


@pytest.mark.parametrize(
    ("text", "ordinal", "rest"),
    [
        ("Phụ lục IV", "IV", ""),
        ("Phụ lục IV.", "IV", ""),
        ("  PHỤ LỤC  IV  ", "IV", ""),
        ("PHỤ LỤC 02: KẾT QUẢ XỬ LÝ HỒ SƠ", "II", "KẾT QUẢ XỬ LÝ HỒ SƠ"),
        ("Phụ lục 2 – Kết quả", "II", "Kết quả"),
        ("Phụ lục số 3", "III", ""),
        ("Phụ lục số: 03", "III", ""),
        ("Phụ lục I KẾT QUẢ BỘ CHỈ SỐ", "I", "KẾT QUẢ BỘ CHỈ SỐ"),
        ("PHỤ LỤC KẾT QUẢ BỘ CHỈ SỐ", "", "KẾT QUẢ BỘ CHỈ SỐ"),
        ("Phụ lục I (Kèm theo Công văn số 1082/VPUB-KSTT)", "I", "(Kèm theo Công văn số 1082/VPUB-KSTT)"),
        ("Phụ lục", "", ""),
        ("PHỤ LỤC:", "", ""),
        ("Phụ lục IIa", "IIa", ""),
        ("Phụ lục I.1", "I.1", ""),
        ("Phụ lục A", "A", ""),
        ("Phụ lục 99", "XCIX", ""),
        ("PHU LUC 4", "IV", ""),
        ("Biểu số 1. Chứng thực điện tử", "I", "Chứng thực điện tử"),
        ("Bảng 2", "II", ""),
    ],
)
def test_a_line_that_opens_an_appendix(text: str, ordinal: str, rest: str) -> None:
    assert heading(text) == (ordinal, rest)
    assert heading(unicodedata.normalize("NFD", text)) == (ordinal, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Phụ lục chi tiết kèm theo",
        "Phụ lục chi tiết kèm theo.",
        "Phụ lục I kèm theo Công văn này",
        "Phụ lục I, II",
        "Phụ lục I và II kèm theo",
        "Phụ lục I)",
        "Phụ lục 2023",
        "Phụ lục 1.234",
        "Chi tiết tại Phụ lục IV",
        "(Phụ lục kèm theo)",
        "Biểu đồ 1: Kết quả",
        "Bảng lương",
        "Biểu mẫu điện tử",
        "Bằng khen",
        "",
    ],
)
def test_a_line_that_only_mentions_one(text: str) -> None:
    assert heading(text) is None


@pytest.mark.parametrize(
    ("name", "ordinal"),
    [
        ("Phụ lục IV", "IV"), ("Phu luc 1", "I"), ("PhuLuc2", "II"), ("PL1", "I"), ("PL-IV", "IV"), ("PL_02", "II"),
        ("PL1 - Điểm", "I"), ("Biểu 3", "III"), ("II", "II"), ("2", "II"),
        ("Sheet1", ""), ("Trang tính1", ""), ("2023", ""), ("Tổng hợp", ""), ("I don't", ""), ("Phụ lục", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_sheet_is_named_by_its_appendix(name: str, ordinal: str) -> None:
    assert sheet_ordinal(name) == ordinal


def _table(name: str = "", text: str = "1") -> Table:
    return Table([[Cell("STT"), Cell("Đơn vị")], [Cell(text), Cell("Sở Y tế")]], name)


def _split(*blocks: str | Table | Paragraph) -> tuple[list[str], list[Section]]:
    return split(Document([Paragraph(block) if isinstance(block, str) else block for block in blocks], "test"))


def _on(sheet: str, *lines: str) -> list[Paragraph]:
    return [Paragraph(line, f"{sheet}!A{number}") for number, line in enumerate(lines, 1)]


def test_title_caption_and_notes_of_one_appendix() -> None:
    letter, (section,) = _split(
        "Kính gửi: Các sở", "Phụ lục II", "KẾT QUẢ BỘ CHỈ SỐ", "CỦA CẤP HUYỆN",
        "(Kèm theo Công văn số 1082/VPUB-KSTT ngày 13 tháng 9 năm 2023", "của Văn phòng UBND tỉnh Thừa Thiên Huế)",
        "Đơn vị tính: điểm", _table(), "Ghi chú: …",
    )  # fmt: skip

    assert letter == ["Kính gửi: Các sở"]
    assert (section.ordinal, section.title) == ("II", "KẾT QUẢ BỘ CHỈ SỐ CỦA CẤP HUYỆN")
    assert section.caption.endswith("của Văn phòng UBND tỉnh Thừa Thiên Huế)")
    assert (section.notes, section.after) == (["Đơn vị tính: điểm"], [["Ghi chú: …"]])


def test_a_caption_over_several_lines_without_brackets() -> None:
    _, (section,) = _split(
        "Phụ lục", "KẾT QUẢ", "Kèm theo Công văn số 1082/VPUB-KSTT", "ngày 13 tháng 9 năm 2023",
        "của Văn phòng UBND tỉnh", _table(),
    )  # fmt: skip

    assert (section.title, len(section.captions)) == ("KẾT QUẢ", 3)


def test_title_and_caption_in_one_line_come_apart() -> None:
    _, (section,) = _split("Phụ lục 1: KẾT QUẢ BỘ CHỈ SỐ (Kèm theo Công văn số 5/VP)", _table())

    assert (section.ordinal, section.title, section.caption) == (
        "I",
        "KẾT QUẢ BỘ CHỈ SỐ",
        "(Kèm theo Công văn số 5/VP)",
    )


def test_the_number_in_a_line_of_its_own() -> None:
    _, sections = _split("PHỤ LỤC", "SỐ 02", "KẾT QUẢ", _table(), "Phụ lục", "III", "KẾT QUẢ KHÁC", "12", _table())

    assert [(each.ordinal, each.title) for each in sections] == [("II", "KẾT QUẢ"), ("III", "KẾT QUẢ KHÁC")]


def test_appendices_listed_in_the_letter_leave_the_letter_whole() -> None:
    letter, (section,) = _split(
        "Gửi kèm:", "- Phụ lục I: Kết quả Bộ chỉ số;", "- Phụ lục II: Chứng thực.", "Nơi nhận:", "Hoàng Việt Cường",
        "Phụ lục I", "KẾT QUẢ", _table(),
    )  # fmt: skip

    assert letter[0] == "Gửi kèm:"
    assert letter[-2:] == ["Nơi nhận:", "Hoàng Việt Cường"]
    assert (section.ordinal, section.title) == ("I", "KẾT QUẢ")


def test_a_table_before_any_heading_has_the_title_above_it() -> None:
    letter, (section,) = _split("Kính gửi: Các sở", "Văn phòng xin gửi kết quả.", "KẾT QUẢ XỬ LÝ", "HỒ SƠ", _table())

    assert (section.ordinal, section.title) == ("", "KẾT QUẢ XỬ LÝ HỒ SƠ")
    assert letter[:2] == ["Kính gửi: Các sở", "Văn phòng xin gửi kết quả."]


def test_each_sheet_is_an_appendix() -> None:
    _, sections = _split(
        *_on("PL I", "KẾT QUẢ MỘT"), _table("PL I"), *_on("PL I", "", "Ghi chú cuối"),
        *_on("PL II", "KẾT QUẢ HAI"), _table("PL II"), _table("Sheet3"),
    )  # fmt: skip

    assert [(each.ordinal, each.title) for each in sections] == [("I", "KẾT QUẢ MỘT"), ("II", "KẾT QUẢ HAI"), ("", "")]
    assert sections[0].after == [["Ghi chú cuối"]]


def test_the_heading_inside_a_sheet_says_more_than_its_name() -> None:
    _, (section,) = _split(*_on("PL1", "Phụ lục IV", "KẾT QUẢ"), _table("PL1"))

    assert section.ordinal == "IV"


def test_a_sheet_with_the_letter_is_the_letter() -> None:
    letter, (section,) = _split(*_on("Công văn", "Số: 1082/VPUB-KSTT"), *_on("PL1", "KẾT QUẢ"), _table("PL1"))

    assert letter == ["Số: 1082/VPUB-KSTT"]
    assert section.ordinal == "I"


def test_a_heading_repeated_on_the_next_page_goes_on() -> None:
    _, (section,) = _split(
        "Phụ lục IV", "KẾT QUẢ", _table(), "Phụ lục IV", _table(text="2"), "Phụ lục IV (tiếp theo)", _table()
    )

    assert len(section.tables) == 3


def test_two_appendices_of_one_number_stay_two() -> None:
    _, sections = _split("Phụ lục I", "MỘT", _table(), "Phụ lục I", "HAI", _table())

    assert [(each.ordinal, each.title) for each in sections] == [("I", "MỘT"), ("I", "HAI")]


def test_tables_numbered_inside_an_appendix_belong_to_it() -> None:
    _, sections = _split(
        "Phụ lục II", "KẾT QUẢ", "(Kèm theo Công văn số 5/VP)", "Bảng 1. MỘT", _table(), "Bảng 2. HAI", _table()
    )

    assert [(each.ordinal, each.title, each.caption) for each in sections] == [
        ("II", "MỘT", "(Kèm theo Công văn số 5/VP)"),
        ("II", "HAI", "(Kèm theo Công văn số 5/VP)"),
    ]
