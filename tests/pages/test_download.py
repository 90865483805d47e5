"""Lists as files: the same rows as on the page, numbers as numbers, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.test import RequestFactory

from chiso.models import Shows
from chiso.pages import download
from tests.pages.conftest import Office
from tests.pages.test_board import read

LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "http://example.org", "1e5", "00012"]


def sheet(*rows: list[download.Cell]) -> download.Sheet:
    return download.Sheet("Bảng thử", ("Bảng thử",), ("Chữ", "Số"), list(rows))


def lines_of_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")  # Excel reads "Huế" as it is written
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def lines_of_xlsx(data: bytes) -> list[list[object]]:
    return [[cell.value for cell in line] for line in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()]


@pytest.mark.parametrize("text", LIVE)
def test_a_text_stays_a_text(text: str):
    in_csv = lines_of_csv(download.answer(sheet([text, 1]), "csv").content)[2][0]
    assert not in_csv.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert in_csv.lstrip("'") == text.lstrip("'")
    book = openpyxl.load_workbook(io.BytesIO(download.answer(sheet([text, 1]), "xlsx").content))
    cell = book.active.cell(3, 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_numbers_and_days_are_what_they_are():
    row: list[download.Cell] = [Decimal("2.1450"), 2145, Decimal("-0.5"), date(2023, 9, 13), None, ""]
    assert lines_of_csv(download.answer(sheet(row), "csv").content)[2] == [
        "2.145", "2145", "-0.5", "2023-09-13", "", "",
    ]  # fmt: skip
    *numbers, day = lines_of_xlsx(download.answer(sheet(row), "xlsx").content)[2]
    assert numbers == [2.145, 2145, -0.5]
    assert day.date() == date(2023, 9, 13)


def test_signs_that_no_file_can_hold():
    assert lines_of_xlsx(download.answer(sheet(["a\x01b", 1]), "xlsx").content)[2][0] == "ab"
    assert lines_of_csv(download.answer(sheet(["a\x01b", 1]), "csv").content)[2][0] == "ab"


def test_its_name_is_the_lists():
    assert download.answer(sheet(), "xlsx")["Content-Disposition"] == 'attachment; filename="bang-thu.xlsx"'


def test_the_links_keep_what_is_shown_and_drop_the_page():
    links = download.links(RequestFactory().get("/?q=phú&sort=-TONG&page=3"))
    assert [link["url"] for link in links] == [
        "?q=ph%C3%BA&sort=-TONG&format=xlsx", "?q=ph%C3%BA&sort=-TONG&format=csv",
    ]  # fmt: skip


# --- The lists ------------------------------------------------------------------------------------
def test_every_list_offers_its_files(office: Office, seen_by):
    client = seen_by(office.cast.unit_a)
    dispatch = office.page(office.published)
    for page in (
        "/dispatches/", "/units/", office.page(office.published, "TONG", "district"), f"{dispatch}table/district/",
        f"{dispatch}compare/quang-dien/?with=nam-dong", "/matrix/vpub-thua-thien-hue/TONG/district/",
    ):  # fmt: skip
        html = read(client, page)
        for kind in ("csv", "xlsx"):
            assert f"format={kind}" in html, page
            answer = client.get(page + ("&" if "?" in page else "?") + f"format={kind}")
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment; ")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_list_of_dispatches_is_the_readers_own(office: Office, seen_by):
    lines = lines_of_csv(seen_by(office.cast.unit_a).get("/dispatches/?format=csv").content)
    assert [line[0] for line in lines[2:]] == ["1082/VPUB-KSTT"]
    assert lines[2][5:9] == ["61.5", "100", "48", "63"]
    assert len(lines_of_csv(seen_by(office.cast.clerk).get("/dispatches/?format=csv").content)) == 4


def test_a_board_as_a_file_keeps_its_filter_order_and_source(office: Office, seen_by):
    page = office.page(office.published, "TONG", "district")
    lines = lines_of_csv(seen_by(office.cast.clerk).get(page + "?format=csv&sort=number&q=phu").content)
    assert [line[2] for line in lines[3:]] == ["UBND huyện Phú Vang"]
    assert lines[3][0] == "3"
    assert lines[3][3:6] == ["48.7", "100", "48.7/100"]


def test_a_board_as_a_file_names_no_peer_where_the_page_does_not(office: Office, seen_by):
    office.tree.issuer.shows = Shows.OWN_RANK
    office.tree.issuer.save()
    page = office.page(office.published, "TONG", "district")
    lines = lines_of_csv(seen_by(office.cast.unit_a).get(page + "?format=csv").content)
    assert lines[3][2] == "UBND huyện Quảng Điền"
    assert {(line[6], line[7]) for line in lines[4:]} == {("", "")}  # where a figure stands tells whose it is
    assert not any("Nam Đông" in cell for line in lines for cell in line)


def test_units_as_a_file(office: Office, seen_by):
    lines = lines_of_csv(seen_by(office.cast.unit_a).get("/units/?format=csv&q=phuoc").content)
    assert [line[0] for line in lines[2:]] == ["UBND xã Quảng Phước"]
