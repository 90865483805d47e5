"""Boards beside and under each other, as a unit reads them: both widths, both languages, with scripts and without."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from chiso.models import Issuer, Shows, User
from tests import record

from .conftest import accessible, enter

DISPATCH = "/dispatches/vp-thua-thien-hue/2023/1082-VPUB-KSTT/"
PAGES = (
    f"{DISPATCH}table/district/",
    f"{DISPATCH}compare/quang-dien/?with=nam-dong&with=phu-loc",
    f"{DISPATCH}ranking/TONG/district/",
    "/matrix/vp-thua-thien-hue/TONG/district/",
    "/search/?q=dien",
    "/dispatches/",
)


@pytest.fixture
def reader(transactional_db) -> User:
    record.office_of_2023()
    record.published_three()
    return record.person("unit@example.org", role="unit", unit="quang-dien")


def test_from_the_ranking_to_all_indicators_to_a_comparison_to_a_file(page: Page, live_server, reader, said):
    enter(page, live_server.url, reader)
    page.goto(live_server.url + DISPATCH + "ranking/TONG/district/")
    page.locator('main a[href$="table/district/"]').click()
    expect(page.locator("main tbody tr")).to_have_count(9)
    expect(page.locator("main tr.own")).to_have_count(1)
    page.locator("main thead th.number a").last.click()
    expect(page.locator("main thead th[aria-sort]")).to_have_count(1)
    page.locator("main a.way").click()
    for place, name in enumerate(("UBND huyện Nam Đông", "UBND huyện Phú Lộc"), 3):
        page.locator("#with").select_option(label=name)
        page.locator("main form.filter button").click()
        expect(page.locator("main thead th")).to_have_count(place)
    with page.expect_download() as waited:
        page.locator('.downloads a[href*="xlsx"]').click()
    book = openpyxl.load_workbook(io.BytesIO(waited.value.path().read_bytes()))
    assert {place: book.active[3][place].value for place in (3, 7, 11, 12, 16, 17)} == {
        3: "UBND huyện Quảng Điền", 7: "UBND huyện Nam Đông", 11: "chênh lệch so với cột đầu",
        12: "UBND huyện Phú Lộc", 16: "chênh lệch so với cột đầu", 17: "Ghi chú",
    }  # fmt: skip


def test_the_box_in_the_head_finds_a_unit_without_marks(page: Page, live_server, reader, said):
    enter(page, live_server.url, reader)
    page.goto(live_server.url + "/dispatches/")
    page.locator("#find").fill("phong dien")
    page.keyboard.press("Enter")
    page.locator("main .results a").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main tbody th")).to_contain_text("Phong Điền")


@pytest.mark.parametrize("shows", Shows.values)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1440, 360])
def test_pages_are_whole_for_everybody(page: Page, live_server, reader, said, shows: str, language: str, width: int):
    Issuer.objects.update(shows=shows)
    User.objects.update(language=language)
    enter(page, live_server.url, reader)
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        page.goto(live_server.url + address)
        accessible(page)
        beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(beyond) <= 0, address


def test_without_scripts(browser: Browser, live_server, reader):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, live_server.url, reader)
    page.goto(live_server.url + DISPATCH + "compare/quang-dien/")
    page.locator("#with").select_option("nam-dong")
    page.locator("main form.filter button").click()
    expect(page.locator("main thead th")).to_have_count(3)
    with page.expect_download() as waited:
        page.locator('.downloads a[href*="csv"]').click()
    text = waited.value.path().read_text(encoding="utf-8-sig")
    assert "UBND huyện Nam Đông" in next(row for row in csv.reader(io.StringIO(text)) if len(row) > 9)
    context.close()
