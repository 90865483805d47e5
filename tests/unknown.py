"""Three files whose layouts and some of whose units nobody knows, each in any month with figures of its own:
a workbook with a merged heading of three rows, a Word file with groups, restarting numbers and a total, and a text with
one cell on each line. `answers` are what a clerk says once."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import docx
import openpyxl

OFFICE = "Văn phòng UBND tỉnh Thừa Thiên Huế"
Rows = list[tuple[str, list[str]]]  # a unit's name and its figures as printed
Answer = tuple[int, str, str]  # column, role, indicator


@dataclass(frozen=True)
class Month:
    number: str
    issued: date
    seed: int

    @property
    def random(self) -> random.Random:
        return random.Random(self.seed)  # noqa: S311

    @property
    def said(self) -> str:
        return f"tháng {self.issued.month} năm {self.issued.year}"

    @property
    def caption(self) -> str:
        day = self.issued
        return f"(Kèm theo Công văn số {self.number}/VPUB-KSTT ngày {day:%d/%m/%Y} của {OFFICE})"

    @property
    def letter(self) -> list[str]:
        day = self.issued
        return [
            "UBND TỈNH THỪA THIÊN HUẾ", "VĂN PHÒNG", f"Số: {self.number}/VPUB-KSTT",
            f"Thừa Thiên Huế, ngày {day.day:02} tháng {day.month} năm {day.year}", "Kính gửi: Các sở, ban thuộc tỉnh.",
        ]  # fmt: skip


OCTOBER, NOVEMBER = Month("1311", date(2023, 10, 12), 10), Month("1502", date(2023, 11, 13), 11)


@dataclass(frozen=True)
class Made:
    name: str
    data: bytes
    rows: Rows


@dataclass(frozen=True)
class Unknown:
    """One layout. `indicators` are (code, name, kind) to be made, in the order of the figures of a row."""

    make: Callable[[Month], Made]
    indicators: list[tuple[str, str, str]]
    answers: list[Answer]
    new_units: list[str]

    def figures(self, made: Made) -> dict[tuple[str, str], str]:
        """(unit as printed, indicator) -> the figure as printed."""
        codes = [code for code, _name, _kind in self.indicators]
        return {(name, code): text for name, texts in made.rows for code, text in zip(codes, texts, strict=True)}


def count(chance: random.Random) -> str:
    return f"{chance.randint(0, 9999):,}".replace(",", ".")


def percent(chance: random.Random) -> str:
    return f"{chance.randint(0, 10000) / 100:.2f}".replace(".", ",") + "%"


# --- a merged heading of three rows -----------------------------------------------------------------
WINDOWS = ["UBND huyện Phú Vang", "Sở Công Thương", "Trung tâm Phục vụ hành chính công",
           "UBND xã Hương Sơn", "UBND thị xã Hương Trà"]  # fmt: skip
_MERGED = {
    "A4:A6": "STT", "B4:B6": "Cơ quan báo cáo", "C4:F4": "Tiếp nhận tại quầy", "G4:G6": "Số công chức trực",
    "C5:D5": "Trực tiếp", "E5:F5": "Trực tuyến", "H4:H6": "Ghi chú",
}  # fmt: skip


def windows(month: Month) -> Made:
    chance = month.random
    rows: Rows = [(name, [count(chance), percent(chance), count(chance), percent(chance)]) for name in WINDOWS]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Phụ lục I"
    sheet["A1"], sheet["A2"], sheet["A3"] = "Phụ lục I", f"TIẾP NHẬN TẠI QUẦY {month.said.upper()}", month.caption
    for place, text in _MERGED.items():
        sheet.merge_cells(place)
        sheet[place.split(":")[0]] = text
    for column, text in zip("CDEF", ["Số lượng", "Tỷ lệ (%)", "Số lượng", "Tỷ lệ (%)"], strict=True):
        sheet[f"{column}6"] = text
    for number, (name, texts) in enumerate(rows, 1):
        sheet.append([number, name, *texts, chance.randint(1, 9), ""])
    data = io.BytesIO()
    book.save(data)
    return Made("tai-quay.xlsx", data.getvalue(), rows)


# --- groups, restarting numbers, a total --------------------------------------------------------------
CHECKS = {
    "Sở, ban, ngành": ["Sở Tài chính", "Thanh tra tỉnh", "Sở Chuyển đổi số"],
    "UBND cấp huyện": ["UBND huyện Quảng Điền", "UBND huyện A Lưới", "UBND TP Huế"],
    "Cấp xã": ["UBND phường Thuận Lộc", "UBND xã Phú Mậu"],
}


def checks(month: Month) -> Made:
    chance = month.random
    heads = ["Số TT", "Đơn vị được kiểm tra", "Số cuộc", "Kiến nghị đã xử lý", "Mức hoàn thành (%)"]
    lines, rows = [heads], []
    for sign, (group, names) in zip("ABC", CHECKS.items(), strict=True):
        lines.append([sign, group, "", "", ""])
        for number, name in enumerate(names, 1):
            texts = [count(chance), count(chance), percent(chance).removesuffix("%")]
            rows.append((name, texts))
            lines.append([str(number), name, *texts])
    lines.append(["", "Tổng cộng", count(chance), count(chance), percent(chance).removesuffix("%")])
    word = docx.Document()
    for line in [*month.letter, "Phụ lục I", f"KẾT QUẢ KIỂM TRA CÔNG VỤ {month.said.upper()}", month.caption]:
        word.add_paragraph(line)
    table = word.add_table(len(lines), len(heads))
    for row, texts in zip(table.rows, lines, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    data = io.BytesIO()
    word.save(data)
    return Made("kiem-tra.docx", data.getvalue(), rows)


# --- one cell on each line ----------------------------------------------------------------------------
CALLS = ["UBND huyện Phú Lộc", "Sở Y tế", "Tổng đài 1022", "UBND thị xã Hương Thủy", "Ban An toàn giao thông"]


def calls(month: Month) -> Made:
    chance = month.random
    rows: Rows = [(name, [count(chance), percent(chance)]) for name in CALLS]
    cells = ["STT", "Nơi tiếp nhận", "Cuộc gọi", "Trả lời ngay"]
    for number, (name, texts) in enumerate(rows, 1):
        cells += [str(number), name, *texts]
    lines = [*month.letter, "Phụ lục I", f"ĐƯỜNG DÂY NÓNG {month.said.upper()}", month.caption, *cells]
    return Made("duong-day-nong.txt", "\n".join(lines).encode(), rows)


UNKNOWN = {
    "merged heading of three rows": Unknown(
        windows,
        [
            ("TNQ.TT", "Tiếp nhận trực tiếp", "count"), ("TNQ.TTT", "Tỷ lệ tiếp nhận trực tiếp", "percent"),
            ("TNQ.TR", "Tiếp nhận trực tuyến", "count"), ("TNQ.TTR", "Tỷ lệ tiếp nhận trực tuyến", "percent"),
        ],
        [
            (2, "unit", ""), (3, "indicator", "TNQ.TT"), (4, "indicator", "TNQ.TTT"), (5, "indicator", "TNQ.TR"),
            (6, "indicator", "TNQ.TTR"), (7, "none", ""),
        ],
        ["Trung tâm Phục vụ hành chính công", "UBND xã Hương Sơn"],
    ),
    "groups, restarting numbers, a total": Unknown(
        checks,
        [("KTCV.SC", "Số cuộc kiểm tra", "count"), ("KTCV.KN", "Kiến nghị đã xử lý xong", "count"),
         ("KTCV.HT", "Hoàn thành kiến nghị", "percent")],
        [(2, "unit", ""), (3, "indicator", "KTCV.SC"), (4, "indicator", "KTCV.KN"), (5, "indicator", "KTCV.HT")],
        ["Thanh tra tỉnh", "Sở Chuyển đổi số", "UBND phường Thuận Lộc", "UBND xã Phú Mậu"],
    ),
    "one cell on each line": Unknown(
        calls,
        [("DDN.CG", "Cuộc gọi đường dây nóng", "count"), ("DDN.TL", "Cuộc gọi được trả lời ngay", "percent")],
        [(2, "unit", ""), (3, "indicator", "DDN.CG"), (4, "indicator", "DDN.TL")],
        ["Tổng đài 1022", "Ban An toàn giao thông"],
    ),
}  # fmt: skip
