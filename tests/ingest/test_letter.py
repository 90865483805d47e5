"""The letter's fields: from our samples, and from lines as other offices and programs set them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ingest.fact import Headline, Letter
from chiso.ingest.grid import Paragraph
from chiso.ingest.letter import read_caption, read_letter
from chiso.ingest.readers import read_document
from tests.ingest.expected import sample

HEAD = [
    "UBND TỈNH THỪA THIÊN HUẾ",
    "VĂN PHÒNG",
    "Số: 1082 /VPUB-KSTT",
    "V/v Công bố Bộ Chỉ số phục vụ",
    "người dân và doanh nghiệp",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Thừa Thiên Huế, ngày 13 tháng 9 năm 2023",
    "Kính gửi:",
    "- Các cơ quan chuyên môn thuộc UBND tỉnh;",
]
BODY = [
    "Thực hiện Công văn số 1986/UBND-KSTT ngày 08 tháng 3 năm 2023 của UBND tỉnh về việc nâng cao Bộ Chỉ số.",
    "Tổng số điểm UBND tỉnh đạt: 61.5/100 điểm, xếp hạng 48/63 tỉnh, thành phố (Số liệu tại thời điểm 12/9/2023).",
]
FOOT = ["Nơi nhận:", "- Như trên;", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "Hoàng Việt Cường"]

WHOLE = Letter(
    number="1082",
    symbol="VPUB-KSTT",
    issued_on=date(2023, 9, 13),
    data_as_of=date(2023, 9, 12),
    subject="Công bố Bộ Chỉ số phục vụ người dân và doanh nghiệp",
    signer="Hoàng Việt Cường",
    issuer_name="Văn phòng UBND tỉnh Thừa Thiên Huế",
    headline=Headline(Decimal("61.5"), Decimal(100), 48, 63, "61.5/100 điểm, xếp hạng 48/63"),
)


def letter_lines(suffix: str) -> list[str]:
    lines: list[str] = []
    for block in read_document(sample(suffix), "").blocks:
        if isinstance(block, Paragraph):
            if block.text.startswith("Phụ lục"):
                break
            lines.append(block.text)
    return lines


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".txt"])
def test_our_samples_carry_the_whole_letter(suffix: str) -> None:
    assert read_letter(letter_lines(suffix)) == WHOLE


def test_a_letter_line_by_line() -> None:
    assert read_letter(HEAD + BODY + FOOT) == WHOLE


def test_nothing_is_read_from_nothing() -> None:
    assert read_letter([]) == Letter()
    assert read_letter(["", "  "]) == Letter()


# --- number, symbol, issuer -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "number", "symbol"),
    [
        ("Số: 1082/VPUB-KSTT", "1082", "VPUB-KSTT"),
        ("Số :1082 / VPUB-KSTT", "1082", "VPUB-KSTT"),
        ("Số:      /VPUB-KSTT", "", "VPUB-KSTT"),
        ("Số: 12/2023/QĐ-UBND", "12", "2023/QĐ-UBND"),
        ("Số: 45/VPUB - KSTT", "45", "VPUB-KSTT"),
        ("Số: 45/VPUB- KSTT", "45", "VPUB-KSTT"),
        ("Số: 45/VPUB –KSTT Huế, ngày 13 tháng 9 năm 2023", "45", "VPUB-KSTT"),
        ("Số: 45/QĐ - TTg.", "45", "QĐ-TTg"),
        ("Số: 45/2023/QĐ - UBND", "45", "2023/QĐ-UBND"),
        ("Số: 45/VPUB - KSTT - CĐ1", "45", "VPUB-KSTT-CĐ1"),
        ("Số: 45/VPUB-KSTT - Huế, ngày 13 tháng 9 năm 2023", "45", "VPUB-KSTT"),
        ("Số: 45/VPUB-KSTT – V/v công bố", "45", "VPUB-KSTT"),
        ("Số liệu tháng 9", "", ""),
        ("Công văn số 1986/UBND-KSTT", "", ""),
    ],
)
def test_number_and_symbol(line: str, number: str, symbol: str) -> None:
    letter = read_letter([line, "Kính gửi: Sở Y tế", *BODY])
    assert (letter.number, letter.symbol) == (number, symbol)


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        (["UBND TỈNH GIA LAI", "SỞ Y TẾ"], "Sở y tế UBND tỉnh Gia Lai"),
        (["UBND THÀNH PHỐ HUẾ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], "UBND thành phố Huế"),
        (["ỦY BAN NHÂN DÂN TỈNH GIA LAI", "Số: 1/UBND"], "Ủy ban nhân dân tỉnh Gia Lai"),
        (["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ""),
    ],
)
def test_the_issuer_of_the_head(lines: list[str], issuer: str) -> None:
    assert read_letter([*lines, "Kính gửi:"]).issuer_name == issuer


# --- dates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "issued_on"),
    [
        (["Huế, ngày 03 tháng 02 năm 2024"], date(2024, 2, 3)),
        (["Thừa Thiên Huế, ngày 13 tháng 9", "năm 2023"], date(2023, 9, 13)),
        (["Số: 1082/VPUB-KSTT Thừa Thiên Huế, ngày 13 tháng 9 năm 2023"], date(2023, 9, 13)),
        (["Huế, ngày 31 tháng 9 năm 2023"], None),
        (["Huế, ngày     tháng 9 năm 2023"], None),
        (["Huế, ngày 13 tháng 9"], None),
        (["của UBND tỉnh Thừa Thiên Huế, ngày 08 tháng 3 năm 2023"], None),
        (["Căn cứ Công văn số 1986/UBND-KSTT ngày 08 tháng 3 năm 2023"], None),
    ],
)
def test_the_date_of_issue_stands_after_the_place(lines: list[str], issued_on: date | None) -> None:
    assert read_letter([*lines, "Kính gửi:"]).issued_on == issued_on


def test_a_date_below_the_address_is_not_the_letters() -> None:
    assert read_letter(["Kính gửi:", "Huế, ngày 13 tháng 9 năm 2023"]).issued_on is None


@pytest.mark.parametrize(
    ("text", "data_as_of"),
    [
        ("(Số liệu tại thời điểm 12/9/2023)", date(2023, 9, 12)),
        ("Số liệu tính đến ngày 10 tháng 10 năm 2023.", date(2023, 10, 10)),
        ("số liệu trích xuất đến hết ngày 10/8/2023", date(2023, 8, 10)),
        ("kết quả cập nhật đến ngày 10-8-2023", date(2023, 8, 10)),
        ("tính đến 09/02/2024, đã có", date(2024, 2, 9)),
        ("Số liệu tại thời điểm 31/9/2023, nộp trước ngày 5/10/2023", None),
        ("Số liệu tại thời điểm 12/9", None),
        ("báo cáo về Văn phòng trước ngày 20/9/2023", None),
        ("Công văn số 12/2/2023/VP", None),
    ],
)
def test_the_date_of_the_data(text: str, data_as_of: date | None) -> None:
    assert read_letter(["Kính gửi:", text]).data_as_of == data_as_of


# --- subject ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        (["V/v: công bố", "Số: 1/VP"], "công bố"),
        (
            ["Về việc công bố kết quả", "Cổng Dịch vụ công quốc gia", "Kính gửi: Sở"],
            "công bố kết quả Cổng Dịch vụ công quốc gia",
        ),
        (["V/v công bố", "Huế, ngày 13 tháng 9 năm 2023"], "công bố"),
        (["V/v công bố", "CỘNG HÒA XÃ HỘI"], "công bố"),
        (["của UBND tỉnh", "về việc nâng cao"], ""),
    ],
)
def test_the_subject_ends_where_another_field_begins(lines: list[str], subject: str) -> None:
    assert read_letter(lines).subject == subject


# --- headline ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "score", "ranks", "printed"),
    [
        (["đạt: 61.5/100", "điểm, xếp hạng 48/63 tỉnh"], "61.5/100", (48, 63), "61.5/100 điểm, xếp hạng 48/63"),
        (["được 61,7/100 điểm, đứng thứ 51/63"], "61.7/100", (51, 63), "61,7/100 điểm, đứng thứ 51/63"),
        (["xếp thứ 48/63 với 61.5/100 điểm"], "61.5/100", (48, 63), "xếp thứ 48/63 với 61.5/100 điểm"),
        (["(tháng trước 60.58/100 điểm) đạt 61.5/100 điểm, xếp hạng 48 trên 63"], "61.5/100", (48, 63), None),
        (["tổng điểm là 61,5/100"], "61.5/100", None, "61,5/100"),
        (["xếp hạng 48/63"], None, (48, 63), "xếp hạng 48/63"),
        (["hoàn thành 8/11 nhiệm vụ, xếp hạng 48/63"], None, (48, 63), "xếp hạng 48/63"),
        (["Công văn 61/100/VP ngày 12/9/2023"], None, None, ""),
        (["hoàn thành 8/11 nhiệm vụ"], None, None, ""),
    ],
)
def test_score_and_rank_as_printed(
    lines: list[str], score: str | None, ranks: tuple[int, int] | None, printed: str | None
) -> None:
    found = read_letter(["Kính gửi:", *lines]).headline
    assert (f"{found.score}/{found.out_of}" if found.score else None) == score
    assert (found.rank, found.rank_of) == (ranks or (None, None))
    assert printed is None or found.printed == printed


# --- signer -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "signer"),
    [
        (["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "(Đã ký)", "Hoàng Việt Cường"], "Hoàng Việt Cường"),
        (["CHÁNH VĂN PHÒNG", "TS. Hoàng Việt Cường"], "TS. Hoàng Việt Cường"),
        (["KT. CHÁNH VĂN PHÒNG PHÓ CHÁNH VĂN PHÒNG Hoàng Việt Cường"], "Hoàng Việt Cường"),
        (["KT. CHÁNH VĂN PHÒNG", "Phụ lục kèm theo", "Hoàng Việt Cường"], ""),
        (["VĂN PHÒNG", "Hoàng Việt Cường"], ""),
        (["CHÁNH VĂN PHÒNG", "Độc lập - Tự do"], ""),
        (["CHÁNH VĂN PHÒNG"], ""),
    ],
)
def test_the_signer_stands_under_a_title(lines: list[str], signer: str) -> None:
    assert read_letter(lines).signer == signer


# --- captions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        (
            "(Kèm Công văn số 1082 /VPUB-KSTT ngày 13 tháng 9 năm 2023 của Văn phòng UBND tỉnh Thừa Thiên Huế)",
            Letter("1082", "VPUB-KSTT", date(2023, 9, 13), issuer_name="Văn phòng UBND tỉnh Thừa Thiên Huế"),
        ),
        (
            "(Kèm theo Công văn số 1082/VPUB-KSTT ngày 13/9/2023\ncủa Văn phòng UBND tỉnh)",
            Letter("1082", "VPUB-KSTT", date(2023, 9, 13), issuer_name="Văn phòng UBND tỉnh"),
        ),
        ("(Ban hành kèm theo Quyết định số 7/QĐ-UBND ngày 31/9/2023)", Letter("7", "QĐ-UBND")),
        ("(Kèm theo Công văn số      /VPUB-KSTT ngày    tháng 9 năm 2023)", Letter("", "VPUB-KSTT")),
        ("(Kèm theo Công văn số 45/VPUB - KSTT ngày 13/9/2023)", Letter("45", "VPUB-KSTT", date(2023, 9, 13))),
        ("(Kèm theo Công văn số 45/VPUB-KSTT - theo mẫu)", Letter("45", "VPUB-KSTT")),
        ("(Đơn vị tính: hồ sơ)", Letter()),
    ],
)
def test_what_a_caption_says_of_its_letter(text: str, letter: Letter) -> None:
    assert read_caption(text) == letter


@given(st.lists(st.text(alphabet="SốVv/:.,-0123 ngàythángnămKT.CHÁNHđiểmxếphạng61()", max_size=60), max_size=8))
def test_no_text_stops_the_reading(lines: list[str]) -> None:
    assert isinstance(read_letter(lines), Letter)
    assert isinstance(read_caption(" ".join(lines)), Letter)
