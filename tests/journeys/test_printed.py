"""The desk on paper: what a ministry files is whole, and asks for nothing."""

from __future__ import annotations

import io

import pdfplumber
from playwright.sync_api import Page, expect

from chiso.actions import edition as editions
from chiso.actions import result as results
from chiso.models import Indicator, Unit, User
from tests import record

from .conftest import enter
from .test_main_job import cast  # noqa: F401


def test_the_checklist_and_the_findings(page: Page, live_server, cast: dict[str, User], said: list[str]):  # noqa: F811
    edition = editions.submit(edition=record.loaded(".docx"), by=None)
    enter(page, live_server.url, cast["approver"])
    desk = f"{live_server.url}/admin/chiso/edition/{edition.pk}"
    page.goto(f"{desk}/publish/")
    folded = page.locator("details.more .told li a").first
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()
    expect(page.locator("form.record")).to_be_hidden()
    page.goto(f"{desk}/findings/")
    told = page.locator(".proven li div").first
    assert told.bounding_box()["width"] > 400  # not squeezed into the place of its tick
    expect(page.locator("details.more .list li").first).to_be_visible()


def test_the_change_log(page: Page, live_server, cast: dict[str, User], said: list[str]):  # noqa: F811
    """A4 across, every column of it on the paper."""
    edition = record.loaded(".docx")
    unit, total = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code="TONG")
    why = "Đơn vị gửi báo cáo sau khi công văn đã ban hành; đối chiếu " + "với bản lưu " * 9 + "cuối-cùng"
    results.store(edition=edition, unit=unit, indicator=total, text="58,1/100", by=cast["clerk"], why=why)
    enter(page, live_server.url, cast["clerk"])
    page.goto(f"{live_server.url}/admin/chiso/event/")
    with pdfplumber.open(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as paper:
        sizes = {(round(each.width), round(each.height)) for each in paper.pages}
        right = {word["text"]: word["x1"] / each.width for each in paper.pages for word in each.extract_words()}
    assert sizes in ({(842, 595)}, {(843, 596)})
    assert {"do", "cuối-cùng"} <= right.keys()
    assert max(right.values()) < 1


def test_an_edition_and_its_findings_ask_for_nothing(page: Page, live_server, cast: dict[str, User], said: list[str]):  # noqa: F811
    edition = record.loaded(".docx")
    unit, total = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code="TONG")
    results.store(edition=edition, unit=unit, indicator=total, text="157,72/100", by=cast["clerk"])  # an error
    enter(page, live_server.url, cast["clerk"])
    desk = f"{live_server.url}/admin/chiso/edition/{edition.pk}"
    for path, there in (("/change/", ".sheet-begin select"), ("/change/", ".danger"), ("/findings/", ".no-tick")):
        page.emulate_media(media="screen")
        page.goto(desk + path)
        expect(page.locator(there).first).to_be_visible()
        page.emulate_media(media="print", color_scheme="dark")
        for asks in page.locator(f"{there}, .sheet-begin button").all():
            expect(asks).to_be_hidden()
    error = page.locator(".mark-error").first
    assert error.evaluate("each => getComputedStyle(each).color") == "rgb(160, 59, 0)"
