"""What is typed into a form of the desk outlives a session that ended before it was saved."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from chiso.models import Dispatch, Layout, User
from tests import make, record

from .conftest import accessible, enter
from .test_main_job import _person

SUBJECT = "Về việc công bố kết quả Bộ chỉ số tháng 10"


@pytest.fixture
def clerk(transactional_db) -> User:
    record.office_of_2023()
    return _person("clerk", "clerk", "thua-thien-hue")


def type_dispatch(page: Page, address: str, **fields: str) -> None:
    page.goto(f"{address}/admin/chiso/dispatch/add/")
    for name, text in fields.items():
        page.locator(f"main form.record [name={name}]").fill(text)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form.record button[type=submit]").first.click()


def signed_in_again(page: Page, person: User) -> None:
    page.get_by_label(re.compile("thư điện tử", re.IGNORECASE)).first.fill(person.email)
    page.get_by_label(re.compile("mật khẩu", re.IGNORECASE)).first.fill(make.PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "login" not in url)


def kept(page: Page) -> dict[str, str]:
    return json.loads(page.evaluate("JSON.stringify({...sessionStorage})"))


def test_a_dispatch_typed_when_the_session_ended(page: Page, live_server, clerk: User, said: list[str]):
    enter(page, live_server.url, clerk)
    type_dispatch(page, live_server.url, number="1250", subject=SUBJECT)
    expect(page.locator("#kept")).to_be_hidden()
    Session.objects.all().delete()
    save(page)
    expect(page.locator("#kept-note")).to_be_visible()
    accessible(page)
    signed_in_again(page, clerk)
    assert page.url.endswith("/dispatch/add/")
    offer = page.locator("#kept")
    expect(offer).to_be_visible()
    expect(page.locator("[name=subject]")).to_have_value("")  # offered, not forced on anybody
    accessible(page)
    offer.locator("[data-do=back]").click()
    expect(offer).to_be_hidden()
    expect(page.locator("[name=subject]")).to_have_value(SUBJECT)
    page.locator("[name=symbol]").fill("VPUB-KSTT")
    page.locator("[name=issued_on]").fill("13/10/2023")
    page.locator("[name=data_as_of]").fill("12/10/2023")
    save(page)
    assert Dispatch.objects.get().subject == SUBJECT
    page.goto(f"{live_server.url}/admin/chiso/dispatch/add/")
    expect(offer).to_be_hidden()
    assert kept(page) == {}  # the server has it


def test_also_after_a_refusal_and_for_nobody_else(page: Page, live_server, clerk: User, said: list[str]):
    enter(page, live_server.url, clerk)
    type_dispatch(page, live_server.url, number="1250", subject=SUBJECT)
    save(page)
    expect(page.locator(".has-wrong").first).to_be_visible()
    expect(page.locator("#kept")).to_be_hidden()  # all of it stands in the form
    page.locator("[name=symbol]").fill("VPUB-KSTT")
    Session.objects.all().delete()
    save(page)
    colleague = _person("colleague", "clerk", "thua-thien-hue")
    signed_in_again(page, colleague)
    expect(page.locator("main form.record")).to_be_visible()
    expect(page.locator("#kept")).to_be_hidden()
    page.context.clear_cookies()
    enter(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/admin/chiso/dispatch/add/")
    page.locator("#kept [data-do=back]").click()
    for name, text in {"number": "1250", "symbol": "VPUB-KSTT", "subject": SUBJECT}.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    page.locator("a[data-drop]").click()
    assert kept(page) == {}


def test_rows_that_were_added_come_back(page: Page, live_server, clerk: User, said: list[str]):
    administrator = _person("administrator", "administrator", "thua-thien-hue")
    layout = Layout.objects.get(code="district-index")
    enter(page, live_server.url, administrator)
    page.goto(f"{live_server.url}/admin/chiso/layout/{layout.pk}/change/")
    count = int(page.locator("[name=lines-TOTAL_FORMS]").input_value())
    for _again in range(2):
        page.locator("#lines-group .add-row a").click()
    page.locator(f"[name=lines-{count + 1}-titles]").fill("Điểm số mới")
    page.locator("[name=name]").fill("Biểu của huyện, mới")
    Session.objects.all().delete()
    save(page)
    signed_in_again(page, administrator)
    page.locator("#kept [data-do=back]").click()
    expect(page.locator("[name=name]")).to_have_value("Biểu của huyện, mới")
    expect(page.locator(f"[name=lines-{count + 1}-titles]")).to_have_value("Điểm số mới")
    typed = "".join(kept(page).values())
    assert "Điểm số mới" in typed
    assert not re.search("csrf|TOTAL_FORMS|password", typed)


def test_what_is_not_wanted_is_left_out(page: Page, live_server, clerk: User, said: list[str]):
    enter(page, live_server.url, clerk)
    type_dispatch(page, live_server.url, subject=SUBJECT)
    page.wait_for_timeout(400)
    page.reload()
    page.locator("#kept [data-do=forget]").click()
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()
    assert kept(page) == {}


# --- A server that does not answer
HANGING = """([save, away]) => {
  setTimeout(() => document.querySelector(save).click(), 50);
  setTimeout(() => (away ? document.querySelector(away).click() : history.back()), 900);
}"""  # by the page itself: Playwright waits for the answer that does not come


def left_unanswered(page: Page, away: str, save: str = "main form.record [type=submit]") -> None:
    """The first that is posted stays on its way; meanwhile the page is left by a link, or by going back."""
    hanging: list[object] = []

    def route(each: Route) -> None:
        if each.request.method == "POST" and not hanging:
            hanging.append(each)
        else:
            each.continue_()

    page.route("**/*", route)
    with page.expect_event("load"):
        page.evaluate(HANGING, [save, away])
    assert hanging


def offered_again(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/chiso/dispatch/add/")
    expect(page.locator("#kept")).to_be_visible()
    page.locator("#kept [data-do=back]").click()
    expect(page.locator("[name=subject]")).to_have_value(SUBJECT)


def test_a_link_followed_while_it_is_being_sent(page: Page, live_server, clerk: User, said: list[str]):
    enter(page, live_server.url, clerk)
    type_dispatch(page, live_server.url, subject=SUBJECT)
    left_unanswered(page, "a[href$='/admin/chiso/dispatch/']")
    assert page.url.endswith("/admin/chiso/dispatch/")
    offered_again(page, live_server.url)


def test_the_way_back_while_it_is_being_sent(page: Page, live_server, clerk: User, said: list[str]):
    enter(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/admin/chiso/dispatch/add/")
    page.locator("a[href$='/admin/chiso/dispatch/']").first.click()  # a page that the form leads to
    page.locator("a[href$='/dispatch/add/']").first.click()
    page.locator("[name=subject]").fill(SUBJECT)
    left_unanswered(page, "")
    assert page.url.endswith("/admin/chiso/dispatch/")
    offered_again(page, live_server.url)


def test_another_form_that_is_answered_while_it_is_being_sent(page: Page, live_server, clerk: User, said: list[str]):
    edition = record.loaded(".txt", by=clerk)
    enter(page, live_server.url, clerk)
    desk = f"{live_server.url}/admin/chiso/edition/{edition.pk}/change/"
    page.goto(desk)
    score = page.locator("main form.record input[type=text]").first
    score.fill("1,25/100")
    left_unanswered(page, "form[action$='/check/'] button")
    expect(page.locator(".messages .success")).to_be_visible()
    expect(page.locator("#kept")).to_be_visible()
    page.locator("#kept [data-do=back]").click()
    expect(score).to_have_value("1,25/100")
