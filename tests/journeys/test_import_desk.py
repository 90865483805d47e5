"""The import desk in a real browser: a layout nobody knows is answered once, by mouse, by keyboard and without scripts.

Places are found by their addresses and names of fields, not by their words: those are Vietnamese or English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from chiso.actions import result as results
from chiso.models import Edition, Result, Unit, Upload, UploadState, User
from tests import record
from tests.unknown import NOVEMBER, OCTOBER, UNKNOWN, Made, Unknown

from .conftest import accessible, enter, follow
from .test_main_job import _person, upload

KNOWN_AS = {"UBND TP Huế": "UBND thành phố Huế"}


@pytest.fixture
def administrator(transactional_db) -> User:
    record.office_of_2023()
    return _person("administrator", "administrator", "thua-thien-hue")


def load(page: Page, address: str, folder: Path, made: Made) -> Upload:
    file = folder / made.name
    file.write_bytes(made.data)
    upload(page, address, file)
    page.wait_for_url(re.compile(r"/upload/\d+/change/"))
    return Upload.objects.order_by("-pk")[0]


def question(page: Page, place: int) -> Locator:
    """The block that asks about a column of appendix I."""
    return page.locator(f"details.ask:has(input[name=kind][value=line] ~ input[name=place][value='{place}'])")


def answered(page: Page, form: Locator) -> None:
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    assert page.locator(".message.success").count() == 1


def answer_column(page: Page, place: int, role: str, new: tuple[str, str, str] | None) -> None:
    """Open the question of a column, say what it holds; an indicator that the set lacks is created there."""
    block = question(page, place)
    block.locator("> summary").click()
    if new is None:
        form = block.locator("form:has(input[name=kind][value=line])")
        form.locator("select[name=role]").select_option(role)
    else:
        block.locator("details.other > summary").first.click()
        form = block.locator("form:has(input[name=kind][value=indicator])")
        code, name, kind = new
        form.locator("input[name=code]").fill(code)
        form.locator("input[name=name]").fill(name)
        form.locator("select[name=kind_of]").select_option(kind)
    accessible(page)
    answered(page, form)


def answer_columns(page: Page, unknown: Unknown) -> None:
    indicators = {code: (code, name, kind) for code, name, kind in unknown.indicators}
    for place, role, code in unknown.answers:
        if role == "unit" and not question(page, place).count():
            block = page.locator("details.ask:has(select[name=place])")
            block.locator("> summary").click()
            form = block.locator("form:has(select[name=place])")
            form.locator("select[name=place]").select_option(str(place))
            answered(page, form)
        else:
            answer_column(page, place, role, indicators.get(code))


def create_units(page: Page, unknown: Unknown) -> None:
    """All new units from the list, after a look at their levels."""
    follow(page, page.locator("p.all a"))
    accessible(page)
    rows = page.locator("table.new-units tbody tr")
    expect(rows).to_have_count(len(unknown.new_units))
    for row in rows.all():
        if not row.locator("select[name=level]").input_value():
            row.locator("select[name=level]").select_option("agency")
    page.locator("main form:has(table) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/change/"))
    assert Unit.objects.filter(name__in=unknown.new_units).count() == len(unknown.new_units)


def take_over(page: Page) -> Edition:
    page.locator("form[action$='/apply/'] button").click()
    page.wait_for_url(re.compile(r"/edition/\d+/change/"))
    return Edition.objects.order_by("-pk")[0]


def stored(edition: Edition) -> dict[tuple[str, str], str]:
    rows = Result.objects.filter(edition=edition).values_list("unit__name", "indicator__code", "printed")
    return {(unit, code): printed for unit, code, printed in rows}


def expected(unknown: Unknown, made: Made) -> dict[tuple[str, str], str]:
    return {(KNOWN_AS.get(name, name), code): text for (name, code), text in unknown.figures(made).items()}


@pytest.mark.parametrize("title", UNKNOWN)
def test_a_layout_is_answered_once(page: Page, live_server, administrator, said: list[str], tmp_path: Path, title: str):
    unknown = UNKNOWN[title]
    enter(page, live_server.url, administrator)
    first = unknown.make(OCTOBER)
    load(page, live_server.url, tmp_path, first)
    expect(page.locator(".ask").first).to_be_visible()
    accessible(page)
    answer_columns(page, unknown)
    create_units(page, unknown)
    expect(page.locator(".ask")).to_have_count(0)
    accessible(page)
    assert stored(take_over(page)) == expected(unknown, first)

    second = unknown.make(NOVEMBER)
    load(page, live_server.url, tmp_path, second)
    expect(page.locator(".ask")).to_have_count(0)
    expect(page.locator(".mark-error")).to_have_count(0)
    assert stored(take_over(page)) == expected(unknown, second)


# --- a known file with faults ---------------------------------------------------------------------


def spoil(book) -> None:
    record.cell_of(book, "IV", 10, 3).value = "2.6O8"
    record.cell_of(book, "IV", 15, 4).value = "9O,1%"
    record.cell_of(book, "II", 3, 2).value = "UBND huyện Nam Đồngg"


@pytest.fixture
def spoiled(administrator) -> Upload:
    return record.staged(".xlsx", data=record.workbook(spoil))


def preview(live_server, staged: Upload) -> str:
    return f"{live_server.url}/admin/chiso/upload/{staged.pk}/change/"


def focused(page: Page) -> str:
    """The question, or else the cell, in which the focus is."""
    return page.evaluate("""() => {
        const here = document.activeElement, ask = here.closest(".ask");
        return ask ? ask.id : here.id;
    }""")


def test_questions_and_cells_by_keyboard(page: Page, live_server, spoiled: Upload, administrator, said: list[str]):
    enter(page, live_server.url, administrator)
    page.goto(preview(live_server, spoiled))
    keys = page.keyboard
    asked = [ask.get_attribute("id") for ask in page.locator(".ask").all()]
    assert asked == ["ask-cell-II-3-2", "ask-cell-IV-10-3", "ask-cell-IV-15-4"]
    walked = []
    for key in ("n", "j", "n", "n", "p", "k"):
        keys.press(key)
        walked.append(asked.index(focused(page)))
    assert walked == [0, 1, 2, 0, 2, 1]
    expect(page.locator("#cell-IV-10-3")).to_have_class(re.compile("asked-about"))

    keys.press("Enter")
    expect(page.locator("#ask-cell-IV-10-3")).to_have_attribute("open", "")
    expect(page.locator("#ask-cell-IV-10-3 input[name=text]")).to_be_focused()
    accessible(page)
    keys.type("n")  # a letter in a field is a letter
    keys.press("Escape")
    expect(page.locator("#ask-cell-IV-10-3 > summary")).to_be_focused()
    assert page.locator("#ask-cell-IV-10-3").get_attribute("open") is None

    page.locator("a[href='#cell-IV-15-4']").first.click()
    expect(page.locator("#cell-IV-15-4")).to_have_attribute("tabindex", "0")  # by the script, behind the browser's own
    expect(page.locator("#cell-IV-15-4")).to_be_focused()
    for key, cell in (("ArrowLeft", "15-3"), ("ArrowUp", "14-3"), ("ArrowRight", "14-4"), ("ArrowDown", "15-4")):
        keys.press(key)
        assert focused(page) == f"cell-IV-{cell}"
    keys.press("Enter")
    expect(page.locator("#ask-cell-IV-15-4 input[name=text]")).to_be_focused()
    page.keyboard.press("Enter")  # as it is in the file: refused, and the field is at hand
    page.wait_for_url(re.compile(r"/answer/"))
    expect(page.locator("#ask-cell-IV-15-4 .wrong")).to_be_visible()
    expect(page.locator("#ask-cell-IV-15-4 input[name=text]")).to_be_focused()
    accessible(page)
    page.locator("#ask-cell-IV-15-4 input[name=text]").fill("90,1%")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"#cell-IV-15-4$"))
    expect(page.locator("#cell-IV-15-4")).to_be_focused()
    expect(page.locator(".ask")).to_have_count(2)


def test_shortcuts_are_shown_and_can_be_switched_off(
    page: Page, live_server, spoiled: Upload, administrator, said: list[str]
):
    enter(page, live_server.url, administrator)
    page.goto(preview(live_server, spoiled))
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    accessible(page)
    page.locator("#letters").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.reload()
    page.keyboard.press("n")
    assert page.locator(".ask :focus").count() == 0
    page.locator("#show-keys").click()
    page.locator("#letters").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert focused(page).startswith("ask-")


def test_all_of_it_without_scripts(browser, live_server, spoiled: Upload, administrator):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    enter(page, live_server.url, administrator)
    page.goto(preview(live_server, spoiled))
    expect(page.locator("#show-keys")).to_be_hidden()
    for key, name, value in (
        ("ask-cell-II-3-2", "unit", "nam-dong"), ("ask-cell-IV-10-3", "text", "2.608"),
        ("ask-cell-IV-15-4", "why", "chưa rõ"),
    ):  # fmt: skip
        block = page.locator(f"#{key}")
        block.locator("> summary").click()
        kind = {"unit": "unit", "text": "cell", "why": "skip"}[name]
        if kind == "skip":
            block.locator("details.other > summary").click()
        form = block.locator(f"form:has(input[name=kind][value={kind}])")
        form.locator(f"input[name={name}]").fill(value)
        follow(page, form.locator("button[type=submit]"))
        assert page.url.endswith(f"#{key.removeprefix('ask-')}")
    expect(page.locator(".ask")).to_have_count(0)
    expect(page.locator(".answers li")).to_have_count(3)
    edition = take_over(page)
    assert Result.objects.filter(edition=edition).count() == 138
    context.close()


def test_what_has_changed_is_shown_and_then_taken(page: Page, live_server, administrator, said: list[str]):
    staged = record.staged(".txt")
    enter(page, live_server.url, administrator)
    page.goto(preview(live_server, staged))
    edition = record.loaded(".xlsx")
    figure = Result.objects.get(edition=edition, unit__slug="quang-dien", indicator__code="TONG")
    results.store(edition=edition, unit=figure.unit, indicator=figure.indicator, text="57,99/100", by=None)
    page.locator("form[action$='/apply/'] button").click()
    expect(page.locator(".difference")).to_contain_text("57,99/100")
    accessible(page)
    staged.refresh_from_db()
    assert staged.state == UploadState.STAGED
    take_over(page)
    assert Result.objects.get(pk=figure.pk).printed == "57,72/100"


def test_a_file_is_discarded_and_opened_again(page: Page, live_server, spoiled: Upload, administrator, said: list[str]):
    enter(page, live_server.url, administrator)
    page.goto(preview(live_server, spoiled))
    page.locator("details.confirm > summary").click()
    accessible(page)
    page.locator("form[action$='/discard/'] button").click()
    page.wait_for_url(re.compile("/upload/$"))
    accessible(page)
    page.goto(preview(live_server, spoiled))
    accessible(page)
    page.locator("form[action$='/reopen/'] button").click()
    expect(page.locator(".ask")).to_have_count(3)


@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (360, "vi")])
def test_it_fits_and_is_accessible(browser, live_server, spoiled: Upload, administrator, width: int, language: str):
    User.objects.update(language=language)
    unknown = record.staged(".xlsx", data=UNKNOWN["merged heading of three rows"].make(OCTOBER).data)
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    enter(page, live_server.url, administrator)
    for staged in (spoiled, unknown):
        page.goto(preview(live_server, staged))
        for block in page.locator("details.ask").all():
            block.evaluate(
                "each => { each.open = true; each.querySelectorAll('details').forEach(d => d.open = true); }"
            )
        accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
    context.close()
    assert not said
