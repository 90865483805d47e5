"""From the reason of a correction to edition 2, by two people, and edition 1 with its ranking unchanged."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from chiso.models import Edition, Result, Standing, State, User
from tests import record

from .conftest import accessible, enter, follow
from .test_main_job import cast, sign_out  # noqa: F401

REASON = "Huyện Nam Đông báo thiếu hồ sơ"


def test_from_the_reason_to_edition_two(page: Page, live_server, cast: dict[str, User], said: list[str]):  # noqa: F811
    first = record.published(record.loaded(".docx"), by=cast["approver"])
    ranking = standings(first)
    address = live_server.url
    clerk_opens(page, address, cast["clerk"], first)
    second = Edition.objects.get(number=2)
    clerk_corrects(page, address, second)
    sign_out(page)
    approver_publishes(page, address, cast["approver"], second)
    second.refresh_from_db()
    assert (second.state, second.published_by) == (State.PUBLISHED, cast["approver"])
    assert standings(first) == ranking
    sign_out(page)
    unit_reads_both(page, address, cast["quang-dien"], second)


def standings(edition: Edition) -> list[tuple]:
    rows = Standing.objects.filter(edition=edition).order_by("indicator", "unit", "peers")
    return list(rows.values_list("indicator", "unit", "peers", "rank", "rank_of", "tied", "value"))


def desk(address: str, edition: Edition) -> str:
    return f"{address}/admin/chiso/edition/{edition.pk}/change/"


def clerk_opens(page: Page, address: str, clerk: User, first: Edition) -> None:
    enter(page, address, clerk)
    page.goto(desk(address, first))
    expect(page.get_by_role("link", name=re.compile("Thu hồi"))).to_have_count(0)  # that is for an approver
    follow(page, page.get_by_role("link", name=re.compile("^Mở bản đính chính")))
    accessible(page)
    page.get_by_role("button", name="Mở bản 2").click()  # without a reason
    expect(page.locator(".has-wrong")).to_have_count(1)
    accessible(page)
    page.locator("textarea[name=reason]").fill(REASON)
    page.locator("input[name=number]").fill("1100")
    page.locator("input[name=symbol]").fill("VPUB-KSTT")
    page.locator("input[name=issued_on]").fill("20/9/2023")
    page.get_by_role("button", name="Mở bản 2").click()
    expect(page.get_by_text(REASON).first).to_be_visible()
    accessible(page)


def clerk_corrects(page: Page, address: str, second: Edition) -> None:
    wrong = Result.objects.get(edition=second, unit__slug="nam-dong", indicator__code="TONG")
    page.goto(f"{address}/admin/chiso/result/{wrong.pk}/change/")
    page.locator("input[name=text]").fill("58,01/100")
    follow(page, page.locator("main form").get_by_role("button").first)
    page.goto(desk(address, second))
    follow(page, page.get_by_role("link", name=re.compile("^Trình duyệt")))
    line = page.locator("table.beside tbody tr").first
    for text in ("Nam Đông", "56,39/100", "58,01/100", "2/9 → 1/9"):
        expect(line).to_contain_text(text)
    accessible(page)
    page.get_by_role("button", name="Trình duyệt bản 2").click()
    expect(page.get_by_role("link", name=re.compile("công bố …"))).to_have_count(0)
    accessible(page)


def approver_publishes(page: Page, address: str, approver: User, second: Edition) -> None:
    enter(page, address, approver)
    page.goto(desk(address, second).replace("change", "send_back"))
    accessible(page)
    page.goto(desk(address, second))
    page.get_by_role("link", name=re.compile("^Kiểm tra và công bố")).click()
    page.locator("textarea[name=reason]").fill("Thứ tự giữ như văn bản đã in")
    follow(page, page.get_by_role("button", name="Công bố bản 2"))
    accessible(page)
    follow(page, page.get_by_role("link", name=re.compile("^Thu hồi bản này")))
    accessible(page)


def unit_reads_both(page: Page, address: str, unit: User, second: Edition) -> None:
    enter(page, address, unit)
    dispatch = f"{address}/dispatches/{second.dispatch.issuer.slug}/2023/1082-VPUB-KSTT/"
    page.goto(f"{dispatch}ranking/TONG/district/")
    expect(page.locator("main table tbody tr").first).to_contain_text("Nam Đông")
    page.goto(f"{dispatch}ranking/TONG/district/?edition=1")
    expect(page.locator("main table tbody tr").first).to_contain_text("Quảng Điền")
    expect(page.locator(".notice").first).to_contain_text("1100/VPUB-KSTT")
    accessible(page)
    page.get_by_role("link", name="Xem những gì đã đính chính").first.click()
    line = page.locator("table.beside tbody tr").first
    for text in ("Nam Đông", "56,39/100", "58,01/100", "2/9 → 1/9"):
        expect(line).to_contain_text(text)
    expect(page.get_by_text(REASON).first).to_be_visible()
    accessible(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
