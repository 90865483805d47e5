"""A unit's own page in a real browser: what if at once and without scripts, looking back, on paper and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from chiso.models import Edition, User
from tests import record

from .conftest import accessible, enter

UNIT = "/units/phu-vang/"
PROVINCE = "/units/thua-thien-hue/"


@pytest.fixture
def people(transactional_db) -> dict[str, User]:
    record.office_of_2023()
    return {
        "clerk": record.person("clerk@example.org"),
        "unit": record.person("unit@example.org", role="unit", unit="phu-vang"),
    }


@pytest.fixture
def three(people) -> tuple[Edition, ...]:
    return record.published_three()


def test_a_unit_sees_where_it_stands_and_what_would_change_it(page: Page, live_server, people, three, said):
    address = live_server.url
    enter(page, address, people["unit"])
    page.goto(address + UNIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("UBND huyện Phú Vang")
    total = page.get_by_role("textbox", name="Chỉ số tổng hợp")
    then = page.locator('[data-outcome="TONG"]')
    total.fill("39,88")
    expect(then).to_contain_text("39,88/100")  # at once, nothing is sent
    expect(then).to_contain_text("8/9")
    expect(page).to_have_url(address + UNIT)
    total.fill("3x")
    expect(page.locator('[data-outcome="TONG-fault"]')).to_contain_text("3x")
    expect(total).to_have_attribute("aria-invalid", "true")
    expect(then).to_have_text("")
    page.locator("[data-reset]").click()
    expect(total).to_have_value("35,74")
    expect(total).not_to_have_attribute("aria-invalid", "true")
    total.fill("58")
    total.press("Enter")
    expect(page.locator('[data-outcome="TONG"]')).to_contain_text("1/9")
    assert "if-TONG=58" in page.url
    page.get_by_role("link", name="Quá hạn", exact=True).click()
    expect(page.locator("#looking-back")).to_be_in_viewport()
    expect(page.locator("figure svg:visible")).to_have_count(1)
    for kind in ("png", "svg"):
        with page.expect_download() as file:
            page.locator("figure a[download]", has_text=kind.upper()).click()
        assert file.value.suggested_filename == f"phu-vang-HSTT.QH.{kind}"
    page.locator(".past a", has_text="943/VPUB-KSTT").click()
    expect(page).to_have_url(f"{address}{UNIT}vp-thua-thien-hue/2023/943-VPUB-KSTT/")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1440, 360])
def test_it_fits_reads_and_prints(page: Page, live_server, people, three, said, width: int, language: str):
    people["clerk"].language = language
    people["clerk"].save()
    enter(page, live_server.url, people["clerk"])
    page.set_viewport_size({"width": width, "height": 900})
    for place in (
        UNIT,
        PROVINCE,
        "/units/so-y-te/?if-HSTT.DH=99&if-HSTT.QH=x",
        f"{UNIT}vp-thua-thien-hue/2023/943-VPUB-KSTT/",
    ):
        page.goto(live_server.url + place)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        for chart in page.locator("figure svg:visible").all():
            expect(chart.locator("xpath=ancestor::section//table")).to_be_visible()
    page.emulate_media(media="print")
    page.goto(live_server.url + PROVINCE)
    expect(page.locator(".what-if")).to_be_hidden()
    expect(page.locator("figure svg:visible")).to_have_count(1)


def test_all_of_it_without_scripts(browser: Browser, live_server, people, three):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    enter(page, live_server.url, people["clerk"])
    page.goto(live_server.url + PROVINCE)
    page.get_by_role("textbox", name="Số hóa hồ sơ").fill("17,1")
    page.locator(".if button").click()
    expect(page.locator('[data-outcome="total"]')).to_contain_text("68,5/100")
    assert page.url.endswith("#what-if")
    page.locator("[data-reset]").click()
    expect(page.get_by_role("textbox", name="Số hóa hồ sơ")).to_have_value("10,3")
    context.close()
