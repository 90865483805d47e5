"""Import and export in a real browser: out, one figure changed in Excel, in again; and the Word file by the same button."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from chiso.models import Result, ResultChange, Unit, User
from tests import make, record
from tests.ingest.expected import FOLDER

from .conftest import accessible, enter, follow


@pytest.fixture
def people(transactional_db) -> dict[str, User]:
    record.office_of_2023()
    made = {}
    for name, role in (("clerk", "clerk"), ("admin", "administrator")):
        made[name] = record.person(f"{name}@example.org", role=role)
        made[name].set_password(make.PASSWORD)
        made[name].save()
    return made


def brought(page: Page, file: Path) -> None:
    """The Import button of this page, a file, and on."""
    follow(page, page.locator("main").get_by_role("link", name="Nhập", exact=True))
    accessible(page)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Đọc tệp").click()
    page.wait_for_load_state()


def test_one_figure_changed_in_excel(page: Page, live_server, people, said: list[str], tmp_path: Path):
    edition = record.loaded(by=people["clerk"])
    appendix = edition.appendices.get(ordinal="II")
    enter(page, live_server.url, people["clerk"])
    page.goto(f"{live_server.url}/admin/chiso/appendix/{appendix.pk}/change/")
    accessible(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Xuất XLSX").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert file.name == "1082-VPUB-KSTT-lan-1-phu-luc-II.xlsx"
    book = openpyxl.load_workbook(file)
    cell = next(cell for line in book.active.iter_rows() for cell in line if cell.value == "57,72/100")
    cell.value = "58,72/100"
    book.save(file)

    brought(page, file)
    expect(page.get_by_text("58,72/100").first).to_be_visible()
    accessible(page)
    page.get_by_role("button", name=re.compile("Đưa 1 số liệu")).click()
    page.wait_for_load_state()
    assert Result.objects.get(edition=edition, unit__slug="quang-dien", indicator__code="TONG").printed == "58,72/100"
    (change,) = ResultChange.objects.filter(edition=edition).exclude(printed_before="")
    assert (change.printed_before, change.event.by) == ("57,72/100", people["clerk"])


def test_the_word_file_by_the_usual_button(page: Page, live_server, people, said: list[str]):
    edition = record.loaded(by=people["clerk"])
    enter(page, live_server.url, people["clerk"])
    page.goto(f"{live_server.url}/admin/chiso/edition/{edition.pk}/change/")
    brought(page, FOLDER / "dispatch-1082.docx")
    accessible(page)
    page.get_by_label("Phụ lục III", exact=True).check()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("37/37").first).to_be_visible()
    expect(page.get_by_text("56,39/100")).to_have_count(0)  # appendix II stays as it is
    accessible(page)


def test_a_record_changed_in_excel(page: Page, live_server, people, said: list[str], tmp_path: Path):
    enter(page, live_server.url, people["admin"])
    page.goto(f"{live_server.url}/admin/chiso/unit/?q=quang+dien")
    with page.expect_download() as started:
        page.get_by_role("link", name="Xuất XLSX").click()
    file = tmp_path / "units.xlsx"
    started.value.save_as(file)
    book = openpyxl.load_workbook(file)
    headings = [cell.value for cell in book.active[1]]
    assert book.active.max_row == 2
    book.active.cell(2, headings.index("Loại") + 1, "huyện ven biển")
    book.active.cell(2, headings.index("Cấp") + 1, "xóm")
    book.save(file)
    brought(page, file)
    expect(page.get_by_text("cột Cấp")).to_be_visible()
    accessible(page)
    book.active.cell(2, headings.index("Cấp") + 1, "district")
    book.save(file)
    page.get_by_role("link", name="Nạp tệp khác").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Đọc tệp").click()
    expect(page.locator("ins")).to_have_text(["huyện ven biển"])
    accessible(page)
    page.get_by_role("button", name="Đưa 1 dòng vào").click()
    page.wait_for_url(re.compile("/admin/chiso/unit/$"))
    assert Unit.objects.get(slug="quang-dien").kind == "huyện ven biển"
