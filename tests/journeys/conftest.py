"""A real Chromium against a live server. Where there is none the journeys are left out and say so by name;
CI sets CHISO_NEED_BROWSER, and then a missing browser is a failure; and CHISO_ONE_LOOK on its second database, where
what was looked at before at every width, in every language and without scripts is drawn of the same rows: once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import connection
from django.test import Client
from playwright.sync_api import Locator, Page

from chiso.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the test
# The shell first: the same engine without the windows around it, for a quarter of the processor time of each new page.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), "")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
# Only what is wrong comes back: to hand over what passed takes three times as long as to look for it.
AXE = "async (options) => (await axe.run(document, options)).violations"


LOOKS = {"width", "language", "scripts"}  # parameters that change what is drawn, and nothing that is asked for


def looked_at_already(journeys: list[pytest.Item]) -> list[pytest.Item]:
    """Those that differ from one before them in their look alone."""
    seen, again = set(), []
    for item in journeys:
        given = getattr(item, "callspec", None)
        rest = {name: value for name, value in given.params.items() if name not in LOOKS} if given else {}
        key = (item.path, getattr(item, "originalname", item.name), repr(sorted(rest.items())))
        again += [item] if key in seen else []
        seen.add(key)
    return again


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    journeys = [item for item in items if here in item.path.parents]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
        item.add_marker(pytest.mark.django_db(transaction=True))
    if os.environ.get("CHISO_ONE_LOOK"):
        again = looked_at_already(journeys)
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in again]
    if journeys and not CHROMIUM and not os.environ.get("CHISO_NEED_BROWSER"):
        config.hook.pytest_deselected(items=journeys)
        items[:] = [item for item in items if item not in journeys]
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line("no Chromium here; left out: " + ", ".join(item.name for item in journeys))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return browser_context_args | {"locale": "vi-VN", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """What the console and the page's faults said; a journey ends with nothing said."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda fault: lines.append(str(fault)))
    yield lines
    assert not lines


def enter(page: Page, address: str, person: User) -> None:
    """Signed in without the two pages of it, which the main job goes through."""
    client = Client()
    client.force_login(person)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


def follow(page: Page, way: Locator) -> None:
    """Where a link or a button leads, once it is there: what comes next must not look at the page that was left."""
    with page.expect_navigation():
        way.click()


def accessible(page: Page) -> None:
    """axe finds nothing against WCAG 2.1 A and AA."""
    page.wait_for_load_state()
    if os.environ.get("CHISO_ONE_LOOK"):
        return  # looked at on the first database: here it is the way that is gone, and what comes of it
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(AXE, WCAG)
    assert not found, [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]


@pytest.fixture(autouse=True)
def _closed_afterwards() -> Iterator[None]:
    yield
    connection.close()
