"""From any figure to its past, the change log, the first page and help: at both widths, in both languages."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from chiso.actions import correction
from chiso.actions import edition as editions
from chiso.actions import result as results
from chiso.models import Edition, Finding, FindingState, Indicator, Unit, User
from tests import record

from .conftest import accessible, enter, follow

FIGURE = "/dispatches/vp-thua-thien-hue/2023/1082-VPUB-KSTT/figures/quang-dien/TONG/"


@pytest.fixture
def people(transactional_db) -> dict[str, User]:
    record.office_of_2023()
    roles = {"clerk": "thua-thien-hue", "approver": "thua-thien-hue", "unit": "quang-dien"}
    return {role: record.person(f"{role}@example.org", role=role, unit=unit) for role, unit in roles.items()}


@pytest.fixture
def corrected(people) -> Edition:
    """Dispatch 1082, published and corrected in one figure; edition 2."""
    first = record.loaded(".docx", by=people["clerk"])
    publish(first, people)
    second = correction.open_correction(
        dispatch=first.dispatch, by=people["clerk"], reason="Chép nhầm điểm", number="1100", symbol="VPUB-KSTT",
        issued_on=date(2023, 9, 20),
    )  # fmt: skip
    unit, total = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code="TONG")
    results.store(edition=second, unit=unit, indicator=total, text="57,27/100", by=people["clerk"], why="theo bản gốc")
    return publish(second, people)


def publish(edition: Edition, people: dict[str, User]) -> Edition:
    editions.submit(edition=edition, by=people["clerk"])
    return editions.publish(edition=edition, by=people["approver"], accept_warnings="như văn bản")


def test_from_the_board_to_the_past_of_a_figure(page: Page, live_server, people, corrected, said):
    address = live_server.url
    enter(page, address, people["unit"])
    page.goto(f"{address}/dispatches/vp-thua-thien-hue/2023/1082-VPUB-KSTT/ranking/TONG/district/")
    page.locator("main tr.own a.figure-link").click()
    expect(page).to_have_url(address + FIGURE)
    expect(page.get_by_text("57,27/100").first).to_be_visible()
    expect(page.get_by_text("Chép nhầm điểm").first).to_be_visible()
    assert "theo bản gốc" not in page.content()
    accessible(page)

    page.context.clear_cookies()
    enter(page, address, people["clerk"])
    page.goto(address + FIGURE)
    expect(page.get_by_text("theo bản gốc")).to_be_visible()
    accessible(page)
    page.locator('a[href*="/event/?unit=quang-dien"]').click()
    expect(page.locator("table.log tbody tr")).to_have_count(2)
    accessible(page)
    page.locator("table.log a.figure-link").first.click()
    expect(page).to_have_url(re.compile(re.escape(FIGURE) + r"\?edition=2"))


def test_filters_of_the_log_by_keyboard(page: Page, live_server, people, corrected, said):
    enter(page, live_server.url, people["clerk"])
    page.goto(f"{live_server.url}/admin/chiso/event/")
    rows = page.locator("table.log tbody tr")
    everything = rows.count()
    page.locator("#id_q").fill("ban goc")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    page.locator("#id_q").fill("")
    page.locator("#id_what").select_option("edition.published")
    page.locator("#id_until").fill("1/1/2020")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(0)
    page.locator("#id_until").fill("")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    page.locator(".log-do a").click()
    expect(rows).to_have_count(everything)


def test_findings_are_followed_and_accepted(page: Page, live_server, people, said):
    edition = record.loaded(".docx", by=people["clerk"])
    enter(page, live_server.url, people["clerk"])
    page.goto(f"{live_server.url}/admin/")
    follow(page, page.locator('a[href$="/findings/?state=open"]'))
    accessible(page)
    order = page.locator("section.check", has=page.locator("#check-printed-order"))
    ticks = order.locator("input[name=finding]")
    expect(ticks).to_have_count(6)
    ticks.nth(0).uncheck()
    order.locator("details.accept summary").click()
    order.locator("textarea").fill("Văn bản xếp như vậy")
    order.locator("button").click()
    page.wait_for_load_state()
    states = Finding.objects.filter(edition=edition, check_id="printed-order").values_list("state", flat=True)
    assert sorted(states) == [FindingState.ACCEPTED] * 5 + [FindingState.OPEN]
    page.locator("section.check a.fix").first.click()
    expect(page.locator("main form").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "scripts off"])
@pytest.mark.parametrize(("width", "language"), [(1440, "vi"), (360, "vi"), (1440, "en"), (360, "en")])
def test_every_page_of_the_past(browser: Browser, live_server, people, corrected, width, language, scripts):
    address, edition = live_server.url, corrected
    User.objects.update(language=language)
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    enter(page, address, people["clerk"])
    event = edition.events.order_by("pk").first()
    finding = Finding.objects.filter(edition=edition).first()
    for path in (
        FIGURE, f"{FIGURE}?edition=1", "/admin/", "/admin/help/", "/admin/chiso/event/",
        f"/admin/chiso/event/{event.pk}/change/", f"/admin/chiso/edition/{edition.pk}/findings/",
        f"/admin/chiso/finding/{finding.pk}/change/",
    ):  # fmt: skip
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("lang") == language
        if scripts:
            accessible(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, path
    context.close()
    assert not said
