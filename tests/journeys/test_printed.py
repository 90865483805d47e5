"""The desk on paper: what a ministry files is whole, and asks for nothing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from chiso.actions import edition as editions
from chiso.models import User
from tests import record

from .test_main_job import cast, sign_in  # noqa: F401


def test_the_checklist_and_the_findings(page: Page, live_server, cast: dict[str, User], said: list[str]):  # noqa: F811
    edition = editions.submit(edition=record.loaded(".docx"), by=None)
    sign_in(page, live_server.url, cast["approver"])
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
