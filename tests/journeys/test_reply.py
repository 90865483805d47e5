"""A unit disputes a figure, the clerk asks, the unit answers with a PDF, the clerk accepts, the approver publishes; with
scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from chiso.models import Edition, Evidence, Notice, Reply, ReplyState, State, User
from tests import record

from .conftest import accessible, enter, follow
from .test_main_job import cast, sign_out  # noqa: F401

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
QUESTION = "Đề nghị gửi biên bản đối chiếu"

OFF = pytest.mark.browser_context_args(java_script_enabled=False)


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=OFF)], ids=["with scripts", "scripts off"])
def test_from_the_objection_to_edition_two(page: Page, live_server, cast, said, monkeypatch, scripts: bool):  # noqa: F811
    if not scripts:  # what measures a page is a script itself
        for measure in ("accessible", "narrow"):
            monkeypatch.setitem(globals(), measure, lambda _page: None)
    first = record.published(record.loaded(".docx"), by=cast["approver"])
    address = live_server.url
    reply = unit_disputes(page, address, cast["quang-dien"], first)
    nobody_else_sees_it(page, address, cast["so-y-te"], first, reply)
    clerk_asks(page, address, cast["clerk"], reply)
    unit_answers(page, address, cast["quang-dien"], reply)
    clerk_accepts(page, address, cast["clerk"], reply)
    second = Edition.objects.get(number=2)
    approver_publishes(page, address, cast["approver"], second)
    reply.refresh_from_db()
    assert (reply.state, reply.correction, reply.correction.state) == (ReplyState.CORRECTED, second, State.PUBLISHED)
    unit_sees_it_closed(page, address, cast["quang-dien"], reply)
    nobody_else_sees_it(page, address, cast["so-y-te"], second, reply)


def figure(address: str, edition: Edition) -> str:
    dispatch = edition.dispatch
    return f"{address}/dispatches/{dispatch.issuer.slug}/{dispatch.year}/{dispatch.address}/figures/quang-dien/TONG/"


def narrow(page: Page) -> None:
    """On a phone the page does not move sideways."""
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.set_viewport_size({"width": 1440, "height": 900})


def unit_disputes(page: Page, address: str, unit: User, first: Edition) -> Reply:
    enter(page, address, unit)
    page.goto(figure(address, first))
    follow(page, page.locator(".figure-ways a.button"))
    accessible(page)
    narrow(page)
    page.locator("main form button").last.click()  # nothing is said yet
    expect(page.locator(".has-wrong")).to_have_count(2)
    accessible(page)
    page.locator("input[name=proposed]").fill("58,01")
    page.locator("textarea[name=reason]").fill("Thiếu 12 hồ sơ của tháng 8")
    page.locator("main form button").last.click()
    page.wait_for_url("**/replies/*/")
    expect(page.locator("main")).to_contain_text("58,01/100")
    accessible(page)
    narrow(page)
    page.goto(figure(address, first))
    expect(page.locator(".mark.disputed")).to_be_visible()
    accessible(page)
    page.goto(f"{address}/replies/")
    accessible(page)
    narrow(page)
    sign_out(page)
    return Reply.objects.get()


def nobody_else_sees_it(page: Page, address: str, other: User, edition: Edition, reply: Reply) -> None:
    enter(page, address, other)
    page.goto(figure(address, edition))
    expect(page.locator(".mark.disputed")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("Thiếu 12 hồ sơ")
    paths = [f"/replies/{reply.pk}/", *(f"/replies/{reply.pk}/evidence/{each.pk}/" for each in Evidence.objects.all())]
    assert {page.request.get(address + path).status for path in paths} == {404}
    page.goto(f"{address}/replies/")
    expect(page.locator("main table")).to_have_count(0)
    assert not Notice.objects.filter(to=other, reply=reply).exists()
    sign_out(page)


def desk(address: str, reply: Reply, name: str = "change") -> str:
    return f"{address}/admin/chiso/reply/{reply.pk}/{name}/"


def clerk_asks(page: Page, address: str, clerk: User, reply: Reply) -> None:
    enter(page, address, clerk)
    page.goto(f"{address}/admin/")
    follow(page, page.locator("a[href*='turn=desk']"))
    accessible(page)
    follow(page, page.locator("#changelist tbody a").first)
    accessible(page)
    narrow(page)
    follow(page, page.locator("form[action$='/receive/'] button"))
    follow(page, page.locator("a[href$='/ask/']"))
    accessible(page)
    page.locator("textarea[name=text]").fill(QUESTION)
    page.locator("main form.record button[type=submit]").click()
    expect(page.locator(".reply-steps")).to_contain_text(QUESTION)
    sign_out(page)


def unit_answers(page: Page, address: str, unit: User, reply: Reply) -> None:
    enter(page, address, unit)
    page.goto(f"{address}/replies/{reply.pk}/")
    expect(page.locator(".notice.asked")).to_contain_text(QUESTION)
    accessible(page)
    page.locator("form[action$='/add/'] textarea").fill("Xin gửi biên bản")
    page.locator("input[name=file1]").set_input_files(
        {"name": "biên bản.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.locator("input[name=page1]").fill("2")
    page.locator("form[action$='/add/'] button").click()
    expect(page.locator(".evidence")).to_contain_text("biên bản.pdf")
    with page.expect_download() as leaving:
        page.locator(".evidence a").click()
    assert leaving.value.suggested_filename == "biên bản.pdf"
    sign_out(page)


def clerk_accepts(page: Page, address: str, clerk: User, reply: Reply) -> None:
    enter(page, address, clerk)
    page.goto(desk(address, reply))
    expect(page.locator(".evidence")).to_contain_text("biên bản.pdf")
    follow(page, page.locator("a[href$='/accept/']"))
    accessible(page)
    narrow(page)
    page.locator("textarea[name=text]").fill("Số liệu của đơn vị là đúng")
    page.locator("input[name=number]").fill("1100")
    page.locator("input[name=symbol]").fill("VPUB-KSTT")
    page.locator("input[name=issued_on]").fill("20/9/2023")
    page.locator("main form.record button[type=submit]").click()
    page.wait_for_url("**/change/")
    accessible(page)
    follow(page, page.locator("main a[href*='/edition/']").first)
    page.goto(page.url.replace("change", "publish"))
    expect(page.locator("table.beside tbody tr").first).to_contain_text("58,01/100")
    follow(page, page.locator("form[action$='/submit/'] button[type=submit]"))
    sign_out(page)


def approver_publishes(page: Page, address: str, approver: User, second: Edition) -> None:
    enter(page, address, approver)
    page.goto(f"{address}/admin/chiso/edition/{second.pk}/publish/")
    follow(page, page.get_by_role("button", name="Công bố bản 2"))
    sign_out(page)


def unit_sees_it_closed(page: Page, address: str, unit: User, reply: Reply) -> None:
    enter(page, address, unit)
    assert not Notice.objects.filter(to=unit, kind="corrected", edition__number=2).exists()  # nothing else changed
    notice = Notice.objects.filter(to=unit, reply=reply, key__startswith="corrected").get()
    page.goto(f"{address}/notices/{notice.pk}/")
    page.wait_for_url(f"**/replies/{reply.pk}/")
    expect(page.locator(".chip-reply-corrected")).to_be_visible()
    accessible(page)
    page.locator(".notice a").first.click()
    expect(page.locator(".headline")).to_contain_text("58,01/100")
    expect(page.locator(".mark.disputed")).to_have_count(0)
    accessible(page)
    sign_out(page)
