"""The main job in a real browser: from the file on the clerk's disk to the rank on the unit's screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chiso.models import Edition, Result, Standing, State, Unit, User
from tests import make, record
from tests.ingest.expected import FOLDER

from .conftest import accessible, enter, follow

Open = Callable[[str], Page]


@pytest.fixture
def cast(transactional_db) -> dict[str, User]:
    record.office_of_2023()
    people = {
        "clerk": ("clerk", "thua-thien-hue"),
        "approver": ("approver", "thua-thien-hue"),
        "quang-dien": ("unit", "quang-dien"),
        "so-y-te": ("unit", "so-y-te"),
    }
    return {name: _person(name, role, unit) for name, (role, unit) in people.items()}


def _person(name: str, role: str, unit: str) -> User:
    user = record.person(f"{name}@example.org", role=role, unit=unit)
    user.set_password(make.PASSWORD)
    user.save()
    return user


def sign_in(page: Page, address: str, person: User) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label(re.compile("thư điện tử|e-?mail", re.IGNORECASE)).first.fill(person.email)
    page.get_by_label(re.compile("mật khẩu", re.IGNORECASE)).first.fill(make.PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "login" not in url)


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def upload(page: Page, address: str, file: Path) -> None:
    page.goto(f"{address}/admin/chiso/upload/add/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Đọc tệp").click()


def test_from_the_file_to_the_rank(page: Page, live_server, cast: dict[str, User], said: list[str]):
    address = live_server.url
    sign_in(page, address, cast["clerk"])
    upload(page, address, FOLDER / "dispatch-1082.docx")
    expect(page.get_by_text("1082/VPUB-KSTT").first).to_be_visible()
    expect(page.get_by_text("Hoàng Việt Cường").first).to_be_visible()
    expect(page.get_by_text("57,72/100").first).to_be_visible()
    accessible(page)
    assert not Edition.objects.exists()
    follow(page, page.get_by_role("button", name=re.compile("Đưa 139 số liệu")))
    edition = Edition.objects.get()
    assert Result.objects.filter(edition=edition).count() == 139
    accessible(page)

    follow(page, page.get_by_role("link", name=re.compile("^Trình duyệt")))
    accessible(page)
    follow(page, page.get_by_role("button", name="Trình duyệt bản 1"))
    accessible(page)

    sign_out(page)
    sign_in(page, address, cast["approver"])
    page.goto(f"{address}/admin/chiso/edition/{edition.pk}/change/")
    follow(page, page.get_by_role("link", name=re.compile("^Kiểm tra và công bố")))
    accessible(page)
    page.locator("main form textarea").fill("Giữ đúng như văn bản đã ban hành")
    follow(page, page.locator("main form").get_by_role("button", name=re.compile("Công bố bản 1")))
    edition.refresh_from_db()
    assert edition.state == State.PUBLISHED
    assert Standing.objects.filter(edition=edition, indicator__code="TONG").count() == 9

    sign_out(page)
    sign_in(page, address, cast["quang-dien"])
    board = f"{address}/dispatches/{edition.dispatch.issuer.slug}/2023/1082-VPUB-KSTT/ranking/TONG/district/"
    page.goto(board)
    first = page.locator("main table tbody tr").first
    expect(first).to_contain_text("Quảng Điền")
    expect(first).to_contain_text("57,72")
    accessible(page)
    page.goto(f"{address}/units/quang-dien/")
    expect(page.get_by_text("1/9").first).to_be_visible()
    accessible(page)


def test_what_a_unit_may_not_see(page: Page, live_server, cast: dict[str, User]):
    edition = record.loaded(".txt")
    address = live_server.url
    sign_in(page, address, cast["so-y-te"])
    dispatch = f"{address}/dispatches/{edition.dispatch.issuer.slug}/2023/1082-VPUB-KSTT/"
    for path in (
        dispatch,
        f"{dispatch}ranking/TONG/district/",
        f"{dispatch}?edition=1",
        f"{address}/units/quang-dien/",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404
        accessible(page)
    answer = page.goto(f"{address}/admin/")
    assert answer is not None
    assert "/admin/chiso" not in page.content()
    assert page.goto(f"{address}/units/so-y-te/").status == 200  # type: ignore[union-attr]


def test_a_spoiled_file_shows_its_problem_in_place(
    page: Page, live_server, cast: dict[str, User], said: list[str], tmp_path: Path
):
    def spoil(book):
        record.cell_of(book, "IV", 10, 3).value = "2.6O8"
        record.cell_of(book, "II", 2, 2).value = "UBND huyện Quảng Điềm"

    file = tmp_path / "phu-luc.xlsx"
    file.write_bytes(record.workbook(spoil))
    sign_in(page, live_server.url, cast["clerk"])
    upload(page, live_server.url, file)
    expect(page.get_by_text(re.compile(r"Phụ lục IV, dòng 10, cột 3.*không đọc được “2\.6O8”")).first).to_be_visible()
    expect(page.get_by_text(re.compile("UBND huyện Quảng Điềm")).first).to_be_visible()
    accessible(page)
    page.locator("details.confirm > summary").click()
    follow(page, page.locator("form[action$='/discard/'] button"))
    assert not Edition.objects.exists()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "scripts off"])
@pytest.mark.parametrize(("width", "language"), [(1440, "vi"), (360, "vi"), (1440, "en")])
def test_every_reading_page(browser, live_server, cast, width: int, language: str, scripts: bool):
    """Each page at both widths and in both languages: axe 0, nothing sideways but inside tables, no console message."""
    edition = record.loaded(".txt")
    record.published(edition, by=cast["approver"])
    User.objects.update(language=language)
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    address = live_server.url
    for path in ("/accounts/login/", "/accounts/password/reset/"):
        page.goto(address + path)
        _sound(page, scripts)
    if language == "vi":
        sign_in(page, address, cast["quang-dien"])
    else:
        enter(page, address, cast["quang-dien"])
    dispatch = f"/dispatches/{edition.dispatch.issuer.slug}/2023/1082-VPUB-KSTT/"
    for path in (
        "/dispatches/", dispatch, f"{dispatch}ranking/TONG/district/", f"{dispatch}ranking/HSTT.DH/agency/?q=y+te",
        f"{dispatch}ranking/CTDT.TK/district/", f"{dispatch}ranking/MDSH.5/district/", "/units/", "/units/quang-dien/", "/account/",
        "/accounts/password/change/",
    ):  # fmt: skip
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("lang") == language
        _sound(page, scripts)
    context.close()
    assert not said


def _sound(page: Page, scripts: bool) -> None:
    if scripts:
        accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, page.url


def test_every_page_of_the_desk(page: Page, live_server, cast: dict[str, User], said: list[str]):
    """Lists, add, change, delete and history pages of every table at the desk, the whole way in: axe 0, no message."""
    edition = record.loaded(".txt")
    record.staged(".xlsx")
    administrator = _person("administrator", "administrator", "thua-thien-hue")
    enter(page, live_server.url, administrator)
    page.goto(f"{live_server.url}/admin/")
    accessible(page)
    tables = sorted(set(re.findall(r'href="(/admin/chiso/[a-z]+/)"', page.content())))
    assert len(tables) >= 10
    seen = [
        f"/admin/chiso/edition/{edition.pk}/change/",
        f"/admin/chiso/edition/{edition.pk}/publish/",
        f"/admin/chiso/edition/{edition.pk}/discard/",
    ]
    for table in tables:
        answer = page.goto(live_server.url + table)
        assert answer is not None
        assert answer.status == 200, table
        accessible(page)
        content = page.content()
        rows = re.findall(rf'href="({table}\d+/change/)', content)
        seen += rows[:1]
        seen += [row.replace("change/", "history/") for row in rows[:1]]
        seen += [row.replace("change/", "delete/") for row in rows[:1]]
        seen += re.findall(rf'href="({table}add/)', content)[:1]
    for path in dict.fromkeys(seen):
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status in {200, 403}, (path, answer.status)
        if answer.status == 200:
            accessible(page)
    said[:] = [line for line in said if "403" not in line]
    assert Unit.objects.filter(slug="quang-dien").exists()
