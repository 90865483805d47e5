"""The sheet in a real browser: the keyboard, the clipboard, two people at one cell, and a line that breaks."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pdfplumber
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from chiso.models import (
    Appendix,
    CellNote,
    Edition,
    Finding,
    Indicator,
    Layout,
    LayoutLine,
    Result,
    ResultChange,
    State,
    User,
)
from tests import make, record
from tests.ingest.expected import sample

from .conftest import accessible

SAVED = "#sheet-status[data-state=saved]"


@pytest.fixture
def edition(transactional_db) -> Edition:
    record.office_of_2023()
    return record.loaded(".txt")


@pytest.fixture
def lan(edition) -> User:
    return _clerk("lan@example.org", "Lan")


@pytest.fixture
def binh(edition) -> User:
    return _clerk("binh@example.org", "Bình")


def _clerk(email: str, name: str) -> User:
    user = record.person(email)
    user.full_name = name
    user.save()
    return user


class Desk:
    """One person's browser. `said` is what its console said, without the browser's own words on a failed request."""

    def __init__(self, browser: Browser, address: str, user: User, **options: object) -> None:
        self.context: BrowserContext = browser.new_context(locale="vi-VN", **options)  # type: ignore[arg-type]
        self.address, self.said = address, []
        self.sign_in(user)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda line: self.hear(line.type, line.text))
        self.page.on("pageerror", lambda fault: self.said.append(str(fault)))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.said.append(text)

    def sign_in(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.address}])

    def open(self, appendix: Appendix, query: str = "") -> Page:
        answer = self.page.goto(f"{self.address}/admin/chiso/appendix/{appendix.pk}/sheet/{query}")
        assert answer is not None
        assert answer.status == 200
        return self.page


@pytest.fixture
def at_desk(browser: Browser, live_server) -> Iterator:
    desks: list[Desk] = []

    def made(user: User, **options: object) -> Desk:
        desks.append(Desk(browser, live_server.url, user, **options))
        return desks[-1]

    yield made
    said = [line for desk in desks for line in desk.said]
    for desk in desks:
        desk.context.close()
    assert not said


def table(edition: Edition, ordinal: str) -> Appendix:
    return edition.appendices.get(ordinal=ordinal)


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f"input[name='c{row}.{column}']")


def shape(page: Page, row: int, column: int) -> str:
    return cell(page, row, column).locator("xpath=..").get_attribute("class") or ""


def type_into(page: Page, row: int, column: int, text: str, key: str = "Enter") -> None:
    cell(page, row, column).click()
    page.keyboard.type(text)
    page.keyboard.press(key)


def paste(page: Page, text: str) -> list[float]:
    """What a paste costs in milliseconds: the script, and the layout after it."""
    return page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            const start = performance.now();
            document.activeElement.dispatchEvent(event);
            const end = performance.now();
            document.body.getBoundingClientRect();
            return [end - start, performance.now() - end];
        }""",
        text,
    )


def copied(page: Page) -> str:
    return page.evaluate(
        """() => {
            const data = new DataTransfer();
            document.activeElement.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
            return data.getData("text/plain");
        }"""
    )


def saved(page: Page) -> None:
    """Everything on the page is with the server."""
    deadline = time.monotonic() + 15
    while page.evaluate("chisoSheet.saver.dirty().length || chisoSheet.saver.state === 'saving'"):
        assert time.monotonic() < deadline, page.locator("#sheet-status").inner_text()
        page.wait_for_timeout(100)


def at(page: Page) -> str:
    return page.evaluate("document.activeElement.name")


def printed(edition: Edition, unit: str, code: str) -> str:
    row = Result.objects.filter(edition=edition, unit__slug=unit, indicator__code=code).first()
    return row.printed if row else ""


def test_keys_move_type_and_take_back(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "III"))
    accessible(page)
    cell(page, 0, 0).click()
    for key, place in [
        ("ArrowDown", "c1.0"), ("ArrowRight", "c1.1"), ("Tab", "c1.2"), ("Tab", "c2.0"), ("Shift+Tab", "c1.2"), ("Home", "c1.0"),
        ("End", "c1.2"), ("Control+End", "c8.2"), ("ArrowDown", "c8.2"), ("Control+Home", "c0.0"), ("Control+ArrowDown", "c8.0"),
        ("PageUp", "c0.0"), ("Enter", "c1.0"), ("Shift+Enter", "c0.0"), ("Tab", "c0.1"), ("Enter", "c1.0"),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert at(page) == place, key
    before = cell(page, 1, 0).input_value()
    page.keyboard.type("1/2")
    page.keyboard.press("Escape")
    assert cell(page, 1, 0).input_value() == before
    page.keyboard.press("F2")
    page.keyboard.press("ArrowLeft")  # inside the text
    assert at(page) == "c1.0"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#sheet-help")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    assert at(page) == "c1.0"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")  # leaves the table
    assert at(page) != "c1.1"
    assert not page.evaluate("document.activeElement.closest('table')")
    assert not ResultChange.objects.filter(event__by=lan).exists()


def test_what_is_typed_is_read_and_saved_by_itself(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "III"))
    first = page.evaluate("chisoSheet.cells[0][1].unit")
    type_into(page, 0, 1, "2.146", "Enter")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#sheet-said")).to_contain_text("2.146")
    assert "changed" in shape(page, 0, 1) or "saved" in shape(page, 0, 1)
    saved(page)
    assert "saved" in shape(page, 0, 1)
    assert Result.objects.get(edition=edition, unit__slug=first, indicator__code="MDSH.5").value == 2146
    page.keyboard.press("Delete")
    expect(page.locator("#sheet-said")).to_contain_text("0")  # missing, which is not 0
    page.keyboard.press("Control+s")
    saved(page)
    assert printed(edition, first, "MDSH.5") == ""
    page.keyboard.press("Control+z")
    assert cell(page, 0, 1).input_value() == "2.146"
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+z")
    saved(page)
    assert printed(edition, first, "MDSH.5") == "2.146"
    accessible(page)


def test_wrong_and_doubtful_cells_say_so_beside_the_cell(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "III"))
    type_into(page, 0, 1, "2,5")
    type_into(page, 1, 0, "12/11")
    saved_up_to_wrong = page.locator("#sheet-next")
    expect(saved_up_to_wrong).to_be_visible()
    expect(cell(page, 0, 1)).to_have_attribute("aria-invalid", "true")
    assert "wrong" in shape(page, 0, 1)
    page.keyboard.press("F8")
    assert at(page) == "c0.1"
    expect(page.locator("#sheet-said")).to_contain_text("2,5")
    accessible(page)
    cell(page, 1, 0).click()
    expect(page.locator("#sheet-said")).to_contain_text("11")
    assert "doubted" in shape(page, 1, 0)
    page.wait_for_timeout(1500)
    assert cell(page, 0, 1).input_value() == "2,5"
    type_into(page, 0, 1, "25")
    expect(saved_up_to_wrong).to_be_hidden()
    saved(page)


def test_a_figure_typed_above_its_maximum_is_wrong_at_once_and_after(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "II"))
    type_into(page, 0, 0, "150,5/100")
    expect(cell(page, 0, 0)).to_have_attribute("aria-invalid", "true")
    saved(page)
    assert "wrong" in shape(page, 0, 0)
    page.reload()
    assert "wrong" in shape(page, 0, 0)
    type_into(page, 0, 0, "50,5/100")
    saved(page)
    assert "wrong" not in shape(page, 0, 0)


def test_groups_are_added_up_exactly(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "I"))
    foot = page.locator("tfoot td").first
    expect(foot).to_have_text("62,1")  # 11.3 + 17.1 + 4.2 + 2.7 + 16.4 + 10.4
    cell(page, 0, 0).click()
    expect(page.locator("#sheet-said")).to_contain_text("62,1")
    assert "doubted" in shape(page, 0, 0)
    page.keyboard.type("62,1/100")
    page.keyboard.press("Enter")
    saved(page)
    assert "doubted" not in shape(page, 0, 0)


def test_sums_of_a_column_are_live(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "III"))
    feet = page.locator("tfoot td")
    expect(feet.nth(1)).to_have_text("10.790")
    type_into(page, 0, 1, cell(page, 0, 1).input_value())
    type_into(page, 8, 1, "")
    cell(page, 0, 1).click()
    cell(page, 8, 1).click(modifiers=["Shift"])
    expect(page.locator("#sheet-said")).to_contain_text("9")
    assert page.locator("td[aria-selected=true]").count() == 9
    expect(feet.nth(0)).to_contain_text("/150")


def test_blocks_go_to_and_from_excel(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "III"))
    cell(page, 0, 0).click()
    paste(page, '"11/11"\t5932\t0\r\n5/10\t"689\n"\t5\r\n')
    assert [cell(page, 1, column).input_value() for column in range(3)] == ["5/10", "689", "5"]
    saved(page)
    assert copied(page) == "11/11\t5932\t0\n5/10\t689\t5"
    cell(page, 0, 1).click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    assert [cell(page, row, 1).input_value() for row in range(3)] == ["5932"] * 3
    page.keyboard.press("Control+z")
    assert cell(page, 1, 1).input_value() == "689"
    cell(page, 8, 2).click()
    paste(page, "7\t8\n9")
    assert cell(page, 8, 2).input_value() == "7"
    expect(page.locator("#sheet-status")).to_contain_text("2")  # cells outside the table
    saved(page)
    assert ResultChange.objects.filter(event__by=lan).exists()


def test_a_block_of_excel_with_quotes_and_lines_is_taken_apart(at_desk, edition, lan):
    """Excel quotes a cell that holds a line feed, a tab or a quote; a quote inside is doubled."""
    page = at_desk(lan).open(table(edition, "III"))
    cell(page, 1, 0).click()
    paste(page, '"5/10\n"\t 689 \t"5\t"\r\n"7/\r\n7"\t"1""2"\t""\r\n')
    read = [[cell(page, row, column).input_value() for column in range(3)] for row in (1, 2)]
    assert read == [["5/10", "689", "5"], ["7/ 7", '1"2', ""]]
    assert page.locator("td[aria-selected=true]").count() == 6
    expect(cell(page, 2, 1)).to_have_attribute("aria-invalid", "true")
    assert copied(page) == '5/10\t689\t5\n7/ 7\t"1""2"\t'  # and back, quoted as Excel does
    cell(page, 4, 1).click()
    page.keyboard.press("Shift+ArrowDown")
    paste(page, "33\n")  # one cell fills the choice
    assert [cell(page, row, 1).input_value() for row in (4, 5)] == ["33", "33"]
    type_into(page, 2, 1, "12")
    saved(page)
    assert printed(edition, page.evaluate("chisoSheet.cells[2][1].unit"), "MDSH.5") == "12"


@pytest.mark.parametrize(
    ("block", "named"),
    [
        ("UBND huyện Phú Vang\t5/10\t7\nUBND huyện Nam Đông\t6/10\t8", "UBND huyện Phú Vang"),
        ("1\tSở Y tế\t5\n2\tPhường 5\t6", "Sở Y tế"),
        ("Đã triển khai\tSố lượng\n5/10\t7", "Đã triển khai"),
        ("UBND huyện Phú Vang\nUBND huyện Nam Đông", "UBND huyện Phú Vang"),
    ],
)
def test_a_block_with_names_among_its_figures_is_refused_whole(at_desk, edition, lan, block, named):
    page = at_desk(lan).open(table(edition, "III"))
    before = [cell(page, row, column).input_value() for row in range(3) for column in range(3)]
    cell(page, 0, 0).click()
    paste(page, block)
    expect(page.locator("#sheet-status")).to_contain_text(f"“{named}”")
    assert [cell(page, row, column).input_value() for row in range(3) for column in range(3)] == before
    assert not page.evaluate("chisoSheet.saver.dirty().length")
    paste(page, "không có\t5\n5/10\tkhông")  # words that say there is no figure are no names
    assert cell(page, 1, 0).input_value() == "5/10"


def test_one_paste_is_taken_back_whole(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "III"))
    before = [cell(page, row, 1).input_value() for row in range(3)]
    cell(page, 0, 1).click()
    paste(page, "1\n2\n3")
    page.keyboard.press("Control+z")
    assert [cell(page, row, 1).input_value() for row in range(3)] == before
    page.keyboard.press("Control+Shift+z")
    assert [cell(page, row, 1).input_value() for row in range(3)] == ["1", "2", "3"]


def test_fill_down_takes_the_row_above_or_the_first_of_the_choice(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "III"))
    first = [cell(page, 0, column).input_value() for column in range(3)]
    cell(page, 0, 1).click()
    page.keyboard.press("Control+d")  # nothing stands above the first row
    assert cell(page, 0, 1).input_value() == first[1]
    assert not page.evaluate("chisoSheet.saver.dirty().length")
    cell(page, 1, 1).click()
    page.keyboard.press("Control+d")
    assert cell(page, 1, 1).input_value() == first[1]
    cell(page, 0, 0).click()
    cell(page, 3, 2).click(modifiers=["Shift"])
    page.keyboard.press("Control+d")
    filled = [[cell(page, row, column).input_value() for column in range(3)] for row in range(4)]
    assert filled == [first] * 4
    saved(page)
    units = page.evaluate("chisoSheet.cells.slice(0, 4).map((row) => row[2].unit)")
    code = page.evaluate("chisoSheet.cells[0][2].indicator")
    assert [printed(edition, unit, code) for unit in units] == [first[2]] * 4


def test_a_chain_of_undo_and_redo_over_saved_cells(at_desk, edition, lan):
    """What is saved can be taken back too: that is a change like any other, and is saved again."""
    page = at_desk(lan).open(table(edition, "III"))
    unit = page.evaluate("chisoSheet.cells[0][1].unit")
    steps = [cell(page, 0, 1).input_value(), "11", "22", "33"]
    for text in steps[1:]:
        type_into(page, 0, 1, text)
        saved(page)
    for key, texts in (("Control+z", steps[2::-1]), ("Control+y", steps[1:])):
        for text in texts:
            page.keyboard.press(key)
            assert cell(page, 0, 1).input_value() == text
        saved(page)
        assert printed(edition, unit, "MDSH.5") == texts[-1]
        page.keyboard.press(key)  # nothing is left in this direction
        assert cell(page, 0, 1).input_value() == texts[-1]
    page.keyboard.press("Control+z")
    type_into(page, 1, 1, "44")
    page.keyboard.press("Control+y")  # a new change ends what could be done again
    assert (cell(page, 0, 1).input_value(), cell(page, 1, 1).input_value()) == ("22", "44")
    saved(page)
    assert not page.locator("#sheet-conflicts").is_visible()
    texts = (
        ResultChange.objects.filter(unit__slug=unit, event__by=lan)
        .order_by("pk")
        .values_list("printed_after", flat=True)
    )
    assert list(texts) == ["11", "22", "33", steps[0], "33", "22"]


def test_words_on_a_paste_go_with_the_next_act(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "III"))
    status = page.locator("#sheet-status")
    cell(page, 8, 2).click()
    paste(page, "7\n8")
    expect(status).to_contain_text("nằm ngoài bảng")
    saved(page)
    expect(status).to_contain_text("nằm ngoài bảng")  # it is still to be read
    type_into(page, 0, 1, "111")
    expect(status).not_to_contain_text("nằm ngoài bảng")
    saved(page)
    expect(status).not_to_contain_text("nằm ngoài bảng")


def test_a_note_is_kept_with_its_cell(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "II"))
    cell(page, 0, 0).click()
    page.keyboard.press("Shift+F2")
    page.keyboard.type("đã hỏi lại huyện")
    page.keyboard.press("Enter")
    assert at(page) == "c0.0"
    saved(page)
    assert CellNote.objects.get().text == "đã hỏi lại huyện"
    assert "noted" in shape(page, 0, 0)
    page.reload()
    assert "noted" in shape(page, 0, 0)


@pytest.mark.parametrize("mine", [True, False])
def test_two_at_one_cell_see_both_and_choose(at_desk, edition, lan, binh, mine):
    one, other = at_desk(lan).open(table(edition, "II")), at_desk(binh).open(table(edition, "II"))
    unit = one.evaluate("chisoSheet.cells[0][0].unit")
    type_into(one, 0, 0, "58/100")
    saved(one)
    type_into(other, 0, 0, "59/100")
    panel = other.locator("#sheet-conflicts")
    expect(panel).to_contain_text("58/100")
    expect(panel).to_contain_text("59/100")
    expect(panel).to_contain_text("Lan")
    expect(other.locator("#sheet-status")).not_to_contain_text("Đã lưu")  # nothing was
    assert "conflict" in shape(other, 0, 0)
    assert cell(other, 0, 0).input_value() == "59/100"
    assert printed(edition, unit, "TONG") == "58/100"
    accessible(other)
    panel.get_by_role("button").nth(1 if mine else 0).click()
    saved(other)
    expect(panel).to_be_hidden()
    stands = "59/100" if mine else "58/100"
    assert (printed(edition, unit, "TONG"), cell(other, 0, 0).input_value()) == (stands, stands)
    texts = (
        ResultChange.objects.filter(event__by__in=[lan, binh]).order_by("pk").values_list("printed_after", flat=True)
    )
    assert list(texts) == (["58/100", "59/100"] if mine else ["58/100"])


def test_two_at_different_cells_are_both_saved(at_desk, edition, lan, binh):
    one, other = at_desk(lan).open(table(edition, "III")), at_desk(binh).open(table(edition, "III"))
    type_into(one, 0, 1, "111")
    type_into(other, 1, 1, "222")
    saved(one)
    saved(other)
    values = Result.objects.filter(edition=edition, indicator__code="MDSH.5").values_list("printed", flat=True)
    assert {"111", "222"} <= set(values)
    assert set(ResultChange.objects.filter(printed_after__in=["111", "222"]).values_list("event__by", flat=True)) == {
        lan.pk,
        binh.pk,
    }


def test_a_lost_connection_loses_nothing(at_desk, edition, lan):
    desk = at_desk(lan)
    page = desk.open(table(edition, "II"))
    unit = page.evaluate("chisoSheet.cells[0][0].unit")
    desk.context.set_offline(True)
    type_into(page, 0, 0, "58/100")
    expect(page.locator("#sheet-status[data-state=offline]")).to_be_visible()
    assert cell(page, 0, 0).input_value() == "58/100"
    assert "changed" in shape(page, 0, 0)
    assert "58/100" in page.evaluate("JSON.stringify(localStorage)")
    desk.context.set_offline(False)
    saved(page)
    assert printed(edition, unit, "TONG") == "58/100"
    assert "58/100" not in page.evaluate("JSON.stringify(localStorage)")


SOON, LIMIT, AGAIN = 1000, 60_000, 3000  # of the page: it saves, gives up an answer, tries again after so many ms


class Line:
    """The way of a page's savings to the server, one word for each: "lost answer", "lost", "late" or "through". The
    page's clock stands still meanwhile: on no machine is anything given up or tried again before the test says so."""

    def __init__(self, page: Page, *what: str) -> None:
        self.page, self.what, self.sent, self.gone, self.meanwhile = page, list(what), [], 0, lambda: None
        page.route("**/sheet/save/", self.go)
        page.clock.install(time=0)
        page.clock.pause_at(1000)

    def go(self, route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        self.sent.append(route.request.post_data_json["edits"])
        what = self.what.pop(0) if self.what else "through"
        if what == "through":
            return route.continue_()
        if what != "lost":
            route.fetch()  # the server has it
        self.meanwhile()
        self.gone += 1
        return None if what == "late" else route.abort()

    def lose(self) -> None:
        """The moment comes at which the page saves, and its first saving goes where it is sent."""
        late = self.what[0] == "late"
        self.page.clock.run_for(SOON)
        deadline = time.monotonic() + 30
        while not self.gone:
            assert time.monotonic() < deadline
            self.page.wait_for_timeout(20)
        if late:
            self.page.clock.run_for(LIMIT)
        expect(self.page.locator("#sheet-status[data-state=offline]")).to_be_visible()

    def again(self) -> None:
        """The moment comes at which the page tries again; from then on its clock goes by itself."""
        self.page.clock.run_for(AGAIN)
        self.page.clock.resume()


def taken_back_while_the_answer_is_lost(page: Page, line: Line) -> str:
    before = cell(page, 0, 0).input_value()
    line.meanwhile = lambda: (page.keyboard.press("ArrowUp"), page.keyboard.press("Control+z"))
    type_into(page, 0, 0, "33.33")
    line.lose()
    line.meanwhile = lambda: None
    assert cell(page, 0, 0).input_value() == before
    return before


@pytest.mark.parametrize("what", ["lost answer", "lost", "late"])
def test_what_is_taken_back_while_an_answer_is_lost_is_taken_back_at_the_server_too(at_desk, edition, lan, what):
    page = at_desk(lan).open(table(edition, "II"))
    unit = page.evaluate("chisoSheet.cells[0][0].unit")
    line = Line(page, what)
    before = taken_back_while_the_answer_is_lost(page, line)
    assert "changed" in shape(page, 0, 0)  # nobody knows yet what the server holds
    assert page.evaluate("chisoSheet.saver.dirty().length") == 1
    line.again()
    saved(page)
    assert (cell(page, 0, 0).input_value(), printed(edition, unit, "TONG")) == (before, before)
    assert not page.locator("#sheet-conflicts").is_visible()  # one does not quarrel with oneself


def test_a_page_left_while_an_answer_is_lost_still_takes_back(at_desk, edition, lan):
    desk = at_desk(lan)
    page = desk.open(table(edition, "II"))
    unit = page.evaluate("chisoSheet.cells[0][0].unit")
    before = taken_back_while_the_answer_is_lost(page, Line(page, "lost answer", "lost", "lost", "lost"))
    page.clock.resume()
    page.close(run_before_unload=False)
    assert printed(edition, unit, "TONG") == "33.33"
    desk.page = desk.context.new_page()
    page = desk.open(table(edition, "II"))
    assert cell(page, 0, 0).input_value() == before
    page.locator(SAVED).wait_for()
    saved(page)
    assert printed(edition, unit, "TONG") == before


def test_after_a_lost_answer_a_colleague_s_change_is_still_shown(at_desk, edition, lan, binh):
    page = at_desk(lan).open(table(edition, "II"))
    unit = page.evaluate("chisoSheet.cells[0][0].unit")
    taken_back_while_the_answer_is_lost(page, Line(page, "lost answer"))
    other = at_desk(binh).open(table(edition, "II"))
    type_into(other, 0, 0, "44.44")
    saved(other)
    page.locator("#sheet-again").click()
    expect(page.locator("#sheet-conflicts")).to_contain_text("44.44")
    assert printed(edition, unit, "TONG") == "44.44"


def test_a_note_taken_back_while_its_answer_is_lost(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "II"))
    line = Line(page, "lost answer")
    line.meanwhile = lambda: page.locator("#sheet-note").fill("")
    cell(page, 0, 0).click()
    page.keyboard.press("Shift+F2")
    page.keyboard.type("đã hỏi lại")
    line.lose()
    assert CellNote.objects.get().text == "đã hỏi lại"
    line.again()
    saved(page)
    assert not CellNote.objects.exists()


def test_a_server_that_does_not_answer_is_given_up_and_asked_again(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "II"))
    unit = page.evaluate("chisoSheet.cells[0][0].unit")
    line = Line(page, "late")
    type_into(page, 0, 0, "58/100")
    line.lose()
    line.again()
    saved(page)
    assert printed(edition, unit, "TONG") == "58/100"
    assert ResultChange.objects.filter(printed_after="58/100").count() == 1


def half_typed(desk: Desk, edition: Edition, text: str = "5") -> Page:
    """The page opened again after the browser went down in the middle of a figure."""
    page = desk.open(table(edition, "II"))
    cell(page, 1, 0).click()
    page.keyboard.type(text)
    page.wait_for_timeout(600)
    page.close(run_before_unload=False)
    desk.page = desk.context.new_page()
    page = desk.open(table(edition, "II"))
    expect(cell(page, 1, 0)).to_have_value(text)
    return page


def test_what_was_half_typed_waits_for_a_key(at_desk, edition, lan):
    page = half_typed(at_desk(lan), edition)
    unit, before = page.evaluate("[chisoSheet.cells[1][0].unit, chisoSheet.cells[1][0].base]")
    page.wait_for_timeout(1500)
    cell(page, 0, 0).click()
    page.keyboard.press("ArrowDown")  # onto it and past it: looking is not confirming
    expect(page.locator("#sheet-said")).to_contain_text("Enter")
    accessible(page)
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(1500)
    assert cell(page, 1, 0).input_value() == "5"
    assert "changed" in shape(page, 1, 0)
    expect(page.locator("#sheet-status")).to_contain_text("chưa")
    assert printed(edition, unit, "TONG") == before
    assert not ResultChange.objects.filter(event__by=lan).exists()


@pytest.mark.parametrize("key", ["Enter", "Tab", "Control+s", "Lưu"])
def test_what_was_half_typed_is_taken_over_by_a_key_or_the_button(at_desk, edition, lan, key):
    page = half_typed(at_desk(lan), edition)
    unit = page.evaluate("chisoSheet.cells[1][0].unit")
    if key == "Lưu":
        page.locator("#sheet-save").click()
    else:
        page.locator("#sheet-next").click()
        assert at(page) == "c1.0"
        page.keyboard.press(key)
    saved(page)
    assert printed(edition, unit, "TONG") == "5"


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_what_was_half_typed_is_left_out(at_desk, edition, lan, way):
    page = half_typed(at_desk(lan), edition)
    unit, before = page.evaluate("[chisoSheet.cells[1][0].unit, chisoSheet.cells[1][0].base]")
    if way == "button":
        page.locator("#sheet-drop").click()
    else:
        cell(page, 1, 0).click()
        page.keyboard.press("Escape")
    saved(page)
    assert (cell(page, 1, 0).input_value(), printed(edition, unit, "TONG")) == (before, before)
    page.wait_for_timeout(500)
    assert "TONG" not in page.evaluate("JSON.stringify(localStorage)")
    type_into(page, 1, 0, "51/100")  # on the version of today
    saved(page)
    assert printed(edition, unit, "TONG") == "51/100"


def test_a_half_typed_figure_is_based_on_what_its_person_saw(at_desk, edition, lan, binh):
    desk = at_desk(lan)
    page = desk.open(table(edition, "II"))
    cell(page, 1, 0).click()
    page.keyboard.type("57,9")
    page.wait_for_timeout(600)
    page.close(run_before_unload=False)
    other = at_desk(binh).open(table(edition, "II"))
    type_into(other, 1, 0, "58/100")
    saved(other)
    desk.page = desk.context.new_page()
    page = desk.open(table(edition, "II"))
    cell(page, 1, 0).click()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-conflicts")).to_contain_text("58/100")
    assert Result.objects.filter(edition=edition, printed="58/100").count() == 1


def test_leaving_the_window_takes_nothing_over_and_another_cell_does(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "II"))
    unit, before = page.evaluate("[chisoSheet.cells[1][0].unit, chisoSheet.cells[1][0].base]")
    cell(page, 1, 0).click()
    page.keyboard.type("5")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(1800)
    assert printed(edition, unit, "TONG") == before
    page.evaluate("chisoSheet.cells[1][0].input.focus()")  # and back: it is typed on, not replaced
    page.keyboard.type("1")
    assert cell(page, 1, 0).input_value() == "51"
    page.evaluate("document.activeElement.blur()")
    cell(page, 0, 0).click()
    saved(page)
    assert printed(edition, unit, "TONG") == "51"
    cell(page, 1, 0).click()
    page.keyboard.type("52")
    page.locator("#sheet-note").click()
    saved(page)
    assert printed(edition, unit, "TONG") == "52"


def test_an_expired_session_loses_nothing(at_desk, edition, lan):
    desk = at_desk(lan)
    page = desk.open(table(edition, "II"))
    unit = page.evaluate("chisoSheet.cells[0][0].unit")
    Session.objects.all().delete()
    type_into(page, 0, 0, "58/100")
    expect(page.locator("#sheet-status[data-state=signed_out]")).to_be_visible()
    expect(page.locator("#sheet-login")).to_be_visible()
    assert page.locator("#sheet-status").inner_text().endswith(".")  # a whole sentence, whatever follows it
    accessible(page)
    desk.context.clear_cookies()  # signing in again also changes the token
    desk.sign_in(lan)
    page.locator("#sheet-again").click()
    saved(page)
    assert printed(edition, unit, "TONG") == "58/100"


def test_what_was_typed_comes_back_after_signing_in_again(at_desk, edition, lan):
    desk = at_desk(lan)
    page = desk.open(table(edition, "II"))
    unit = page.evaluate("chisoSheet.cells[0][0].unit")
    Session.objects.all().delete()
    type_into(page, 0, 0, "58/100")
    cell(page, 1, 0).click()
    page.keyboard.type("57,")  # not taken over yet
    expect(page.locator("#sheet-status[data-state=signed_out]")).to_be_visible()
    page.wait_for_timeout(400)
    desk.sign_in(lan)
    page = desk.open(table(edition, "II"))
    assert (cell(page, 0, 0).input_value(), cell(page, 1, 0).input_value()) == ("58/100", "57,")
    expect(page.locator("#sheet-status")).to_contain_text("2")
    expect(page.locator("#sheet-next")).to_be_visible()  # "57," waits for its person
    expect(page.locator("#sheet-save")).to_be_visible()
    expect(cell(page, 0, 0).locator("xpath=..")).to_have_class("saved")
    assert printed(edition, unit, "TONG") == "58/100"
    assert cell(page, 1, 0).input_value() == "57,"


def test_somebody_else_signed_in_does_not_save_what_another_typed(at_desk, edition, lan, binh):
    desk = at_desk(lan)
    page = desk.open(table(edition, "II"))
    Session.objects.all().delete()
    type_into(page, 0, 0, "58/100")
    expect(page.locator("#sheet-status[data-state=signed_out]")).to_be_visible()
    desk.context.clear_cookies()
    desk.sign_in(binh)
    page.locator("#sheet-again").click()
    expect(page.locator("#sheet-status[data-state=other_user]")).to_be_visible()
    assert not ResultChange.objects.filter(printed_after="58/100").exists()
    assert cell(page, 0, 0).input_value() == "58/100"


def test_a_draft_handed_in_meanwhile_keeps_what_was_typed(at_desk, edition, lan):
    page = at_desk(lan).open(table(edition, "II"))
    Edition.objects.update(state=State.REVIEW)
    type_into(page, 0, 0, "58/100")
    expect(page.locator("#sheet-status[data-state=stopped]")).to_be_visible()
    assert cell(page, 0, 0).input_value() == "58/100"
    assert not ResultChange.objects.filter(printed_after="58/100").exists()


def test_without_scripts_the_form_saves_and_shows_both(at_desk, edition, lan, binh):
    one = at_desk(lan, java_script_enabled=False).open(table(edition, "II"))
    other = at_desk(binh, java_script_enabled=False).open(table(edition, "II"))
    for page, text in ((one, "58/100"), (other, "59/100")):
        cell(page, 0, 0).fill(text)
        page.locator("#sheet-save").click()
    unit = Result.objects.get(edition=edition, printed="58/100").unit.slug
    expect(other.locator(".sheet-choices")).to_contain_text("58/100")
    expect(cell(other, 0, 0)).to_have_value("59/100")
    other.locator("input[value=mine]").check()
    other.locator("#sheet-save").click()
    assert printed(edition, unit, "TONG") == "59/100"


@pytest.mark.parametrize("width", [1440, 360])
def test_the_page_is_accessible_and_nothing_runs_sideways(at_desk, edition, lan, width):
    desk = at_desk(lan, viewport={"width": width, "height": 800})
    for ordinal in ("I", "II", "III", "IV"):
        page = desk.open(table(edition, ordinal))
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    Edition.objects.update(state=State.REVIEW)
    accessible(desk.open(table(edition, "IV")))


def test_a_figure_typed_again_as_it_stands_answers_a_finding(at_desk, edition, lan):
    """A file came whose cell cannot be read, over a figure that is right: typing it once more says so."""
    record.loaded(".txt", data=sample(".txt").decode().replace("57,72", "57,7O").encode())
    asking = Finding.objects.filter(edition=edition, check_id="unread-cell", state="open")
    assert asking.count() == 1
    page = at_desk(lan).open(table(edition, "II"))
    stands = "[...chisoSheet.flat].find((cell) => cell.name === 'quang-dien|TONG').input.name"
    row, column = map(int, page.evaluate(stands)[1:].split("."))
    cell(page, row, column).click()
    page.keyboard.press("F2")
    page.keyboard.press("Enter")  # looked at, not typed
    assert not page.evaluate("chisoSheet.saver.dirty().length")
    type_into(page, row, column, "57,72/100")
    page.locator(SAVED).wait_for()
    assert asking.count() == 0
    change = ResultChange.objects.filter(edition=edition, unit__slug="quang-dien", indicator__code="TONG").latest("pk")
    assert (change.printed_before, change.printed_after, change.event.by) == ("57,72/100", "57,72/100", lan)


def test_a_printed_sheet_is_whole(at_desk, edition, lan):
    """A4 across: heads on every page, the sums once and not alone, every figure on the paper, no mark outside a cell."""
    page = at_desk(lan).open(table(edition, "IV"))
    rows = [row.split("\t") for row in copied_whole(page).split("\n")]
    with pdfplumber.open(io.BytesIO(page.pdf(format="A4"))) as paper:
        sizes = {(round(each.width), round(each.height)) for each in paper.pages}
        texts = [each.extract_text() for each in paper.pages]
        marks = [sign for each in paper.pages for sign in each.chars if sign["text"] == "!"]
        words = {word["text"] for each in paper.pages for word in each.extract_words() if word["x1"] < each.width}
    assert sizes == {(843, 596)}
    assert [text.count("Đơn vị") for text in texts] == [1] * len(texts)
    assert [text.count("Tổng / Trung bình") for text in texts] == [0] * (len(texts) - 1) + [1]
    assert len(texts[-1].split("\n")) > 5
    assert {text for row in rows for text in row} <= words
    doubted = page.locator("td.doubted").count()
    assert doubted
    assert len(marks) == doubted + 1  # and the legend that says what they mean
    assert "Lưu" not in " ".join(texts)


def copied_whole(page: Page) -> str:
    cell(page, 0, 0).click()
    page.keyboard.press("Control+a")
    return copied(page)


def test_a_sheet_of_all_communes_is_quick(at_desk, edition, lan):
    big = Layout.objects.create(indicator_set=edition.indicator_set, code="big", name="Lớn")
    for number in range(25):
        indicator = Indicator.objects.create(
            indicator_set=big.indicator_set, code=f"X{number}", name=f"Chỉ số {number}", kind="count"
        )
        LayoutLine.objects.create(
            layout=big, role="indicator", indicator=indicator, titles=[indicator.name], order=number
        )
    parent = edition.dispatch.issuer.unit.children.filter(level="district").first()
    for number in range(150):
        make.unit(slug=f"xa-{number}", name=f"UBND xã {number}", level="commune", parent=parent)
    page = at_desk(lan).open(make.appendix(edition=edition, ordinal="V", layout=big), "?level=commune")
    assert page.evaluate("chisoSheet.flat.length") == 3750
    cell(page, 0, 0).click()
    block = "\n".join("\t".join(f"{row}.{column:03}" for column in range(25)) for row in range(1, 151))
    script, layout = paste(page, block)
    assert script < 1000
    assert layout < 2000
    saved(page)
    assert Result.objects.filter(edition=edition, indicator__code__startswith="X").count() == 3750
    start = time.monotonic()
    page.keyboard.press("Control+End")
    assert at(page) == "c149.24"
    assert time.monotonic() - start < 2
