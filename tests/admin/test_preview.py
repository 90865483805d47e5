"""The preview says of every cell what became of it."""

from __future__ import annotations

from itertools import cycle

import pytest

from chiso.admin import preview, window
from chiso.models import Indicator
from chiso.queries import upload as plans
from tests import record
from tests.unknown import OCTOBER, UNKNOWN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def issuer():
    return record.office_of_2023()


def spoiled(change) -> preview.Preview:
    return preview.of(plans.plan(record.staged(".xlsx", data=record.workbook(change))))


def cell(shown: preview.Preview, appendix: str, row: int, column: int) -> preview.Cell:
    sheet = next(sheet for sheet in shown.sheets if sheet.ordinal == appendix)
    return next(line for line in (*sheet.headings, *sheet.rows) if line.number == row).cells[column - 1]


def marks(shown: preview.Preview, mark: str) -> int:
    return sum(one.mark == mark for sheet in shown.sheets for row in sheet.rows for one in row.cells)


def test_a_figure_is_marked_new_and_read_where_the_print_differs():
    shown = preview.of(plans.plan(record.staged(".docx")))
    assert marks(shown, "new") == 139
    figure = cell(shown, "I", 2, 3)
    assert (figure.text, figure.mark, figure.read) == ("60.58/100", "new", ["60,58/100"])
    assert cell(shown, "II", 2, 3).read == []  # printed as we would print it
    assert cell(shown, "II", 2, 2).mark == ""  # a name


def test_a_figure_inside_a_label_is_named():
    shown = preview.of(plans.plan(record.staged(".docx")))
    label = cell(shown, "I", 10, 2)
    assert label.text.endswith("85.23%")
    assert label.read == ["Hài lòng về thủ tục: 85,23%"]


def test_headings_and_skipped_rows_are_told_apart():
    shown = preview.of(plans.plan(record.staged(".docx")))
    sheet = shown.sheets[0]
    assert [row.number for row in sheet.headings] == [1]
    assert [row.skipped for row in sheet.rows if row.skipped] == ["dòng nhóm"]
    assert not any(row.heading for row in sheet.rows)


def test_loaded_again_everything_is_as_stored():
    record.loaded(".docx")
    shown = preview.of(plans.plan(record.staged(".docx")))
    assert (marks(shown, "read"), marks(shown, "new"), shown.arriving) == (139, 0, 0)


def test_a_changed_figure_says_what_it_was():
    record.loaded(".xlsx")

    def change(book):
        record.cell_of(book, "IV", 2, 3).value = 504

    shown = spoiled(change)
    figure = cell(shown, "IV", 2, 3)
    assert (figure.mark, figure.read) == ("changed", ["504 (trước là 503)"])
    assert [(line.before, line.after, line.anchor) for line in shown.changed] == [("503", "504", figure.anchor)]


def test_a_letter_in_a_number_is_a_problem_at_its_cell():
    def change(book):
        record.cell_of(book, "IV", 15, 3).value = "2.6O8"

    shown = spoiled(change)
    figure = cell(shown, "IV", 15, 3)
    assert figure.mark == "problem"
    assert "chữ O" in figure.told[0]
    assert figure.anchor in {told.anchor for told in shown.problems if told.severity == "error"}
    assert shown.arriving == 138


def test_figures_of_a_unit_not_on_record_are_left():
    def change(book):
        record.cell_of(book, "II", 3, 2).value = "UBND huyện Nơi Khác"

    shown = spoiled(change)
    assert cell(shown, "II", 3, 2).mark == "problem"
    assert cell(shown, "II", 3, 3).mark == "left"
    assert [unit.name for unit in shown.plan.reading.unknown_units] == ["UBND huyện Nơi Khác"]


def test_a_column_not_known_is_marked_down_to_its_end():
    def change(book):
        record.cell_of(book, "IV", 1, 5).value = "Điều gì đó khác"

    shown = spoiled(change)
    assert cell(shown, "IV", 1, 5).mark == "problem"
    assert cell(shown, "IV", 2, 5).mark == "unmapped"
    assert "Điều gì đó khác" in shown.sheets[3].unmapped


def test_a_blanked_figure_is_a_note_and_over_a_stored_one_a_problem():
    def change(book):
        record.cell_of(book, "IV", 2, 3).value = None

    assert cell(spoiled(change), "IV", 2, 3).mark == "note"
    record.loaded(".xlsx")
    shown = spoiled(change)
    assert cell(shown, "IV", 2, 3).mark == "problem"
    assert [line.before for line in shown.absent] == ["503"]


def test_the_fingerprint_stands_for_the_plan():
    staged = record.staged(".docx")
    first = plans.plan(staged).fingerprint
    assert plans.plan(staged).fingerprint == first
    record.loaded(".docx")
    assert plans.plan(staged).fingerprint != first


def test_findings_stand_by_check_the_gravest_first():
    shown = preview.of(plans.plan(record.staged(".docx")))
    order = [preview.SEVERITIES.index(group.severity) for group in shown.findings]
    assert order == sorted(order)
    assert {len(group.each) for group in shown.findings if group.title == "Thứ tự các dòng"} == {6}


# --- long files -----------------------------------------------------------------------------------


def long_file(rows: int, *, unread: int = 0):
    """Many rows that repeat no unit on record: each is a question, and one cell cannot be read."""

    def change(book):
        sheet = book["Phụ lục IV"]
        last = sheet.max_row
        for number in range(1, rows + 1):
            for column, value in enumerate([number, f"UBND xã Thử {number}", 5, "90,5%", "80,1%"], 1):
                sheet.cell(last + number, column).value = value
        if unread:
            record.cell_of(book, "IV", unread, 3).value = "2.6O8"

    return preview.of(plans.plan(record.staged(".xlsx", data=record.workbook(change))))


def test_a_short_file_is_one_page():
    cut = window.cut(preview.of(plans.plan(record.staged(".docx"))), 1)
    assert (cut.pages, cut.doubtful, len(cut.sheets)) == (1, False, 4)
    assert [len(sheet.rows) for sheet in cut.sheets] == [16, 9, 9, 27]


def test_a_long_file_shows_the_doubtful_rows_first_and_then_all():
    shown = long_file(300, unread=10)
    cut = window.cut(shown, 1)
    assert cut.doubtful
    first = [row.number for row in cut.sheets[3].rows]
    assert first[0] == 10
    assert all(row.asks for sheet in cut.sheets for row in sheet.rows)
    pages = [window.cut(shown, number).sheets for number in range(2, cut.pages + 1)]
    rows = [(sheet.ordinal, row.number) for page in pages for sheet in page for row in sheet.rows]
    assert rows == [(sheet.ordinal, row.number) for sheet in shown.sheets for row in sheet.rows]
    assert all(sheet.headings for page in pages for sheet in page)
    for page in pages:
        assert sum(len(row.cells) + 1 for sheet in page for row in sheet.rows) <= window.MOST_CELLS
        assert sum(len(sheet.rows) for sheet in page) <= window.MOST_ROWS


def test_a_line_of_the_lists_leads_to_the_page_of_its_cell():
    shown = long_file(300)
    cut = window.cut(shown, 2)
    here = {cell.anchor for sheet in cut.sheets for row in sheet.rows for cell in row.cells}
    here |= {cell.anchor for sheet in cut.sheets for row in sheet.headings for cell in row.cells}
    told = [each for listing in cut.listings for each in listing.told if each.anchor.startswith("cell")]
    assert {bool(each.page) for each in told} == {True, False}
    assert all((each.anchor in here) != bool(each.page) for each in told)


def test_lists_and_forms_are_bounded():
    shown = long_file(300)
    cut = window.cut(shown, 1)
    (units,) = [listing for listing in cut.listings if listing.ask == "unit"]
    assert (len(units.told), units.left) == (window.MOST_LINES, 300 - window.MOST_LINES)
    asked = [each for sheet in cut.sheets for row in sheet.rows for each in row.asks]
    assert sum(each.has_form for each in asked) == window.MOST_FORMS
    last = asked[-1].key
    again = window.cut(shown, 1, last)
    assert next(each for sheet in again.sheets for row in sheet.rows for each in row.asks if each.key == last).has_form


@pytest.mark.parametrize("number", [-5, 0, 99, 10**9])
def test_a_page_that_is_none_is_the_nearest(number):
    cut = window.cut(long_file(300), number)
    assert cut.number == min(max(number, 1), cut.pages)


def test_a_name_asked_about_twice_has_one_form():
    def change(book):
        record.cell_of(book, "II", 3, 2).value = "UBND huyện Nơi Khác"
        record.cell_of(book, "IV", 4, 2).value = "UBND huyện Nơi Khác"

    shown = spoiled(change)
    first, second = shown.questions
    assert (second.same_as, shown.open_questions) == (first.key, 1)


def test_merged_headings_stand_once():
    shown = preview.of(
        plans.plan(record.staged(".xlsx", data=UNKNOWN["merged heading of three rows"].make(OCTOBER).data))
    )
    upper, middle, lower = shown.sheets[0].headings
    assert [(cell.text, cell.wide) for cell in upper.cells if cell.text and cell.wide] == [("Tiếp nhận tại quầy", 4)]
    assert [(cell.text, cell.wide) for cell in middle.cells if cell.text and cell.wide] == [
        ("Trực tiếp", 2), ("Trực tuyến", 2),
    ]  # fmt: skip
    assert [cell.text for cell in lower.cells] == [
        "STT", "Cơ quan báo cáo", "Số lượng", "Tỷ lệ (%)", "Số lượng", "Tỷ lệ (%)", "Số công chức trực", "Ghi chú",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "figures", "code"),
    [
        ("Quá hạn (hồ sơ)", ["461", "2.145"], "HSTT.QH"),
        ("Đúng hạn (%)", ["85,23", "100"], "HSTT.DH"),
        ("Tồn", ["461"], ""),
        ("Mức công khai, minh bạch (điểm)", ["17,5", "18"], "CKMB"),
        ("Linh tinh", ["1"], ""),
        # the heading says one thing, the figures are another: nothing is filled in
        ("Đúng hạn", ["461", "85"], ""),
        ("Đúng hạn (%)", ["461%", "949%"], ""),
        ("Quá hạn", ["85,5%", "97,2%"], ""),
        ("Quá hạn (hồ sơ)", ["85,5", "97,25"], ""),
        ("Mức công khai, minh bạch (điểm)", ["17,5", "81"], ""),
        ("Đúng hạn", ["–", "85,5", ""], "HSTT.DH"),
    ],
)
def test_the_likeliest_indicator_is_filled_in_where_the_figures_can_be_its(heading, figures, code):
    def change(book):
        record.cell_of(book, "IV", 1, 5).value = heading
        for row, text in zip(range(2, 40), cycle(figures), strict=False):
            if isinstance(record.cell_of(book, "IV", row, 5).value, int | float | str):
                record.cell_of(book, "IV", row, 5).value = text

    (asked,) = (each for each in spoiled(change).questions if each.ask == "line")
    assert asked.likely.partition(" – ")[0] == code
    if code:  # its kind is said beside it
        kind = Indicator.objects.get(code=code).get_kind_display()
        assert asked.likely.endswith(f"({kind})")
