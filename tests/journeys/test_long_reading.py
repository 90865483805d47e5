"""A long file in a real browser: the bar moves while the worker reads, and the preview opens by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from chiso.actions import reading
from chiso.ingest.readers.progress import Progress
from chiso.ingest.reading import open_file
from chiso.models import Upload, UploadState
from tests import record
from tests.ingest.expected import FOLDER
from tests.worker import work

from .conftest import accessible, enter
from .test_main_job import _person, upload


@pytest.fixture
def clerk(transactional_db, settings, monkeypatch):
    """The clerk of an office with workers, where every file is long and every page is noted."""
    settings.WORKERS = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(reading, "takes_long", lambda data: True)
    ticks = count()
    monkeypatch.setattr(reading, "monotonic", lambda: next(ticks) * reading.EVERY)
    record.office_of_2023()
    return _person("clerk", "clerk", "thua-thien-hue")


@pytest.fixture
def at_page(monkeypatch) -> Callable[[Callable[[int], None]], None]:
    """Calls what it is given after each page that the worker has read."""

    def set_up(look: Callable[[int], None]) -> None:
        def slow(data: bytes, name: str, progress: Progress):
            def told(done: int, total: int) -> None:
                progress(done, total)
                look(done)

            return open_file(data, name, told)

        monkeypatch.setattr(reading, "open_file", slow)

    return set_up


def test_the_bar_moves_and_the_preview_opens(page: Page, live_server, clerk, at_page, said: list[str]):
    enter(page, live_server.url, clerk)
    upload(page, live_server.url, FOLDER / "dispatch-1082.pdf")
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "0")
    expect(page.get_by_role("link", name="Xem lại")).to_be_hidden()
    accessible(page)

    def look(done: int) -> None:
        expect(bar).to_have_js_property("value", done * 18)
        if done == 3:
            expect(page.get_by_text("Đã đọc 54%")).to_be_visible()
            accessible(page)
            page.goto(f"{live_server.url}/admin/chiso/upload/")  # it may be left, and found again
            page.get_by_role("link", name="dispatch-1082.pdf").first.click()

    at_page(look)
    work()
    expect(page.get_by_role("button", name=re.compile("Đưa 139 số liệu"))).to_be_visible()
    page.go_back()  # the page with the bar is left out of the way back
    assert "/admin/chiso/upload/" in page.url
    assert not page.get_by_role("progressbar").count()


def test_without_scripts_a_link_looks_again(browser: Browser, live_server, clerk, at_page):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    enter(page, live_server.url, clerk)
    upload(page, live_server.url, FOLDER / "dispatch-1082.pdf")
    again = page.get_by_role("link", name="Xem lại")

    def look(done: int) -> None:
        again.click()
        expect(page.get_by_role("progressbar")).to_have_attribute("value", str(done * 18))

    at_page(look)
    work()
    again.click()
    expect(page.get_by_role("button", name=re.compile("Đưa 139 số liệu"))).to_be_visible()
    context.close()


def test_where_no_worker_comes(page: Page, live_server, clerk, said: list[str]):
    page.set_viewport_size({"width": 360, "height": 740})
    enter(page, live_server.url, clerk)
    upload(page, live_server.url, FOLDER / "dispatch-1082.pdf")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Đọc ngay").click()
    expect(page.get_by_role("button", name=re.compile("Đưa 139 số liệu"))).to_be_visible()
    assert Upload.objects.get().state == UploadState.STAGED


def test_what_cannot_be_read(page: Page, live_server, clerk, said: list[str], tmp_path):
    file = tmp_path / "hong.docx"
    file.write_bytes(b"PK\x03\x04broken")
    enter(page, live_server.url, clerk)
    upload(page, live_server.url, file)
    work()
    expect(page.get_by_role("alert")).to_contain_text("Tệp bị hỏng")
    accessible(page)
    page.get_by_role("button", name="Bỏ").click()
    expect(page.get_by_text(re.compile("đã được bỏ|đã bỏ", re.IGNORECASE)).first).to_be_visible()
