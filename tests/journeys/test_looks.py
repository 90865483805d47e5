"""Replies in every state, notices and refusals: whole at both widths, in both languages and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pdfplumber
import pytest
from django.db import OperationalError
from playwright.sync_api import Page, expect

from chiso.actions import edition as editions
from chiso.actions import reply as replies
from chiso.actions.reply import Document
from chiso.models import Edition, Indicator, Reply, Unit, User
from tests import record

from .conftest import accessible
from .test_history import enter

DISPATCH = "/dispatches/vp-thua-thien-hue/2023/1082-VPUB-KSTT/"
WHY = "Theo biên bản đối chiếu ngày 14/9/2023, 12 hồ sơ đã được giải quyết đúng hạn nhưng chưa cập nhật trạng thái."
STATES = ("corrected", "sent", "asked", "refused", "withdrawn", "partly")
ASKS = '.site, .downloads, .way:not(td), main button, main input, main select, main textarea, .to-answer, main .button, main a[href="/account/notices/"]'
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, main select, main textarea')]
    .filter(each => getComputedStyle(each).display !== 'inline' && !each.closest('.visually-hidden'))
    .map(each => [each.outerHTML.slice(0, 100), each.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 23.5 || box.width < 23.5)).map(([each]) => each)"""


@pytest.fixture
def people(transactional_db) -> dict[str, User]:
    record.office_of_2023()
    made = {
        "clerk": record.person("clerk@example.org"),
        "approver": record.person("approver@example.org", role="approver"),
        "unit": record.person("unit@example.org", role="unit", unit="quang-dien"),
    }
    disputed(record.published(by=made["approver"]), made)
    return made


def disputed(first: Edition, people: dict[str, User]) -> None:
    """One reply in each state; the first was corrected by edition 2."""
    clerk = people["clerk"]
    send(first, people["unit"], "TONG", "58,01")
    document = Document(reason="Theo phản hồi", number="1127", symbol="VPUB-KSTT", issued_on=date(2023, 9, 25))
    replies.accept(reply=Reply.objects.get(), by=clerk, text="", document=document)
    second = editions.submit(edition=Edition.objects.get(number=2), by=clerk)
    second = editions.publish(edition=second, by=people["approver"], accept_warnings="Giữ như đã ban hành")
    send(second, people["unit"], "CTDT.TK", "12/13")
    replies.ask(reply=send(second, people["unit"], "HSTT.DH", "91,2"), by=clerk, text=WHY)
    replies.refuse(reply=send(second, people["unit"], "HSTT.TT", "70,1"), by=clerk, text=WHY)
    replies.withdraw(reply=send(second, people["unit"], "HSTT.QH", "502"), by=people["unit"], text="Nhầm")
    claim = send(second, people["unit"], "MDSH.5", "6.400")
    replies.accept_in_part(reply=claim, by=clerk, granted="6.380", text=WHY, document=Document(reason="Theo phản hồi"))
    assert [*Reply.objects.order_by("pk").values_list("state", flat=True)] == [*STATES]


def send(edition: Edition, by: User, code: str, proposed: str) -> Reply:
    indicator = Indicator.objects.get(code=code, indicator_set=edition.indicator_set)
    unit = Unit.objects.get(slug="quang-dien")
    return replies.send(edition=edition, unit=unit, indicator=indicator, proposed=proposed, reason=WHY, by=by)


def of_unit() -> list[str]:
    each = [f"/replies/{reply.pk}/" for reply in Reply.objects.order_by("pk")]
    send_again = f"{DISPATCH}reply/quang-dien/HSTT.QH/"
    figure = f"{DISPATCH}figures/quang-dien/HSTT.DH/"
    boards = [f"{DISPATCH}{place}/" for place in ("ranking/TONG/district", "table/district", "changes")]
    pages = ["/replies/", "/notices/", "/account/notices/", "/units/quang-dien/", "/no-such-page/", send_again, figure]
    return [*each, *pages, *boards, "/matrix/vp-thua-thien-hue/TONG/district/", f"{DISPATCH}compare/quang-dien/"]


def of_desk() -> list[str]:
    by_state = {reply.state: f"/admin/chiso/reply/{reply.pk}/" for reply in Reply.objects.all()}
    steps = [by_state["sent"] + step for step in ("accept/", "partly/", "refuse/", "ask/")]
    return ["/admin/chiso/reply/", *(f"{each}change/" for each in by_state.values()), *steps, "/notices/"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1440, 360])
def test_pages_are_whole(page: Page, live_server, people, said, width: int, language: str):
    User.objects.update(language=language)
    page.set_viewport_size({"width": width, "height": 900})
    for who, addresses in (("unit", of_unit()), ("clerk", of_desk())):
        enter(page, live_server.url, people[who])
        for address in addresses:
            page.goto(live_server.url + address)
            accessible(page)
            assert page.evaluate(BEYOND) <= 0, address
            assert not page.evaluate(SMALL), address
        said[:] = [line for line in said if "404 (Not Found)" not in line]  # the page that is not there


def test_paper_asks_for_nothing_and_holds_every_column(page: Page, live_server, people, said):
    page.emulate_media(media="print")
    for who, addresses in (("unit", of_unit()), ("clerk", ["/dispatches/", *of_desk()[:7]])):
        enter(page, live_server.url, people[who])
        for address in addresses:
            page.goto(live_server.url + address)
            for each in page.locator(ASKS).all():
                if each.get_attribute("type") != "checkbox":  # what one chose is worth printing
                    expect(each, address).to_be_hidden()
            with pdfplumber.open(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as paper:
                beyond = [word["text"] for one in paper.pages for word in one.extract_words() if word["x1"] > one.width]
                assert not beyond, address
                assert all(one.extract_words() for one in paper.pages), address
        said[:] = [line for line in said if "404 (Not Found)" not in line]


def refused(page: Page, url: str, monkeypatch, settings) -> Iterator[tuple[int, str]]:
    """Every page that says no, as a person meets it; its status and what it was."""
    answer = page.goto(f"{url}/admin/login/")
    yield answer.status, "not allowed"
    yield page.goto(f"{url}/no-such-page/").status, "not there"
    yield page.goto(f"{url}{DISPATCH}?edition=99").status, "without that edition"
    yield page.goto(f"{url}/language/").status, "a button's address"
    page.context.set_extra_http_headers({"Content-Type": "text/plain; charset=utf-16"})
    yield page.goto(f"{url}/units/?q=a").status, "in another alphabet"
    page.context.set_extra_http_headers({})
    page.goto(f"{url}/account/")
    page.context.clear_cookies(name="csrftoken")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_load_state()
    yield sent.value.status, "open too long"
    monkeypatch.setattr("chiso.queries.dispatch.listed", lambda *_given, **_more: 1 / 0)
    yield page.goto(f"{url}/dispatches/").status, "a fault"
    monkeypatch.setattr("chiso.queries.dispatch.listed", away)
    yield page.goto(f"{url}/dispatches/").status, "a pause"
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    page.context.clear_cookies(name="sessionid")
    for _ in range(2):
        page.goto(f"{url}/accounts/login/")
        page.get_by_role("textbox").first.fill("a@example.org")
        page.locator("input[type=password]").fill("Mật khẩu sai")
        with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            page.locator("main form button[type=submit], main form button:not([type])").first.click()
        page.wait_for_load_state()
    yield sent.value.status, "too often"


def away(*_given, **_more):
    raise OperationalError


STATUSES = [403, 404, 404, 405, 400, 403, 500, 503, 429]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1440, 360])
def test_pages_that_say_no_are_whole(page: Page, live_server, db, said, monkeypatch, settings, width: int, language: str):  # fmt: skip
    record.office_of_2023()
    unit = record.person("unit@example.org", role="unit", unit="quang-dien")
    record.published(by=record.person("approver@example.org", role="approver"))
    User.objects.update(language=language)
    page.set_viewport_size({"width": width, "height": 900})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    enter(page, live_server.url, unit)
    met = []
    for status, which in refused(page, live_server.url, monkeypatch, settings):
        accessible(page)
        assert page.locator("html").get_attribute("lang") == language, which
        assert page.locator("h1").count() == 1, which
        assert page.locator("main a[href]").count(), which
        assert page.evaluate(BEYOND) <= 0, which
        assert not page.evaluate(SMALL), which
        met.append(status)
    assert met == STATUSES
    said[:] = [line for line in said if "Failed to load resource" not in line]
