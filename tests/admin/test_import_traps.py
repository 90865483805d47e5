"""What import-export and tables2 do by themselves, measured before we chose them; each trap is a test that passes here.

numbers read by the locale               test_no_number_is_read_by_the_locale, test_no_widget_of_the_library…
first row of the active sheet            test_the_wanted_table_may_stand_on_another_sheet_under_title_lines
an exception's class name                test_a_damaged_file_is_told_in_a_sentence, test_what_is_wrong_is_told_at_its_cell
confirm overwrites a colleague           test_a_colleague_s_edit_between_preview_and_confirm_stops…
"1 new" with 0 rows saved                test_a_unit_that_vanished_in_between_stops_the_confirmation
a blank wipes                            test_a_blank_over_a_figure…, test_a_blank_over_a_value…
unknown headings ignored                 test_headings_…
the second of two rows wins              test_two_rows_for_one_…
decimals rounded                         test_too_many_decimals_…
CachedInstanceLoader, composite key      test_rows_of_a_composite_key_go_to_their_own_records
anyone on the staff may import           test_a_clerk_imports_no_records (all addresses: tests/access)
queries a row                            test_unchanged_rows_cost_no_query_each
live formulas                            test_nothing_is_live_in_a_spreadsheet, test_escaping_leaves_numbers_numbers
tables2 exports what is hidden           test_a_board_exports_nothing
row_counter is no rank                   test_a_rank_is_a_rank_on_every_page
equal values repeat or vanish            test_equal_values_neither_repeat_nor_vanish_between_pages
bulk_update                              test_figures_are_stored_by_one_statement_not_case_by_case
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from import_export import widgets

import chiso
from chiso.actions import result as result_action
from chiso.actions import unit as unit_action
from chiso.actions import upload as upload_action
from chiso.admin.formats import Csv, Xlsx
from chiso.admin.records import RESOURCES
from chiso.admin.resources.cells import NumberCell
from chiso.ingest.grid import Cell
from chiso.ingest.writers.line import NUMBER, TEXT, Line, Sheet
from chiso.models import Indicator, Membership, Result, ResultChange, Unit, Upload, UploadState
from chiso.values.number import Kind, read
from chiso.words import problem as words
from tests import make, record
from tests.ingest.expected import sample

from . import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    record.office_of_2023()
    return record.loaded(".xlsx")


@pytest.fixture
def desk(client, draft):
    client.force_login(record.person("clerk@example.org"))
    return client


@pytest.fixture
def administrator(client, draft):
    client.force_login(record.person("admin@example.org", role="administrator"))
    return client


def appendix(draft, ordinal="II"):
    return draft.appendices.get(ordinal=ordinal)


def workbook(desk, draft, change, ordinal="II"):
    """The exported appendix with something changed in its sheet."""
    data = rows.exported(desk, f"appendix/{appendix(draft, ordinal).pk}/export/xlsx")
    return rows.book_of(data, lambda book: change(book.worksheets[0]))


def preview(desk, draft, data, ordinal="II", ending="xlsx"):
    answer = rows.sent(desk, f"appendix/{appendix(draft, ordinal).pk}/import", data, ending)
    return answer.context["plan"], answer.content.decode()


def problems(plan):
    return [words.sentence(each) for each in plan.problems if each.severity == "error"]


def top(sheet):
    return next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == "STT")


# --- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("separators", [False, True])
def test_no_number_is_read_by_the_locale(settings, separators):
    settings.USE_THOUSAND_SEPARATOR = separators
    assert separators or widgets.IntegerWidget().clean("2.145") == 2  # the trap itself
    assert not separators or widgets.DecimalWidget().clean("0.125") == 125  # … and its other side
    for kind, text, value in [
        (Kind.COUNT, "2.145", 2145), (Kind.COUNT, "689.276", 689276), (Kind.SCORE, "1.234", "1.234"),
        (Kind.SCORE, "17,5", "17.5"), (Kind.PERCENT, "0.125", "0.125"), (Kind.PERCENT, "85.23%", "85.23"),
    ]:  # fmt: skip
        figure = read(text, kind)
        assert str(figure.value) == str(value), text
        assert figure.printed == text
    assert NumberCell().clean(Cell("2.145")) == 2145
    assert str(NumberCell(decimals=2).clean(Cell("17,5"))) == "17.5"


def test_no_widget_of_the_library_reads_a_value(administrator):
    mistrusted = (widgets.NumberWidget, widgets.DateWidget, widgets.DateTimeWidget, widgets.BooleanWidget)
    for resource in RESOURCES.values():
        made = resource(user=Membership.objects.latest("pk").user)
        assert not [name for name, field in made.fields.items() if isinstance(field.widget, mistrusted)]


# --- files -------------------------------------------------------------------------------------------


def test_the_wanted_table_may_stand_on_another_sheet_under_title_lines(desk, draft):
    def behind(book):
        book.worksheets[0].insert_rows(1, 2)
        book.worksheets[0]["A1"] = "UBND TỈNH THỪA THIÊN HUẾ"
        front = book.create_sheet("Ghi chú", 0)
        front["A1"] = "Tệp này do văn phòng lập"
        book.active = 0

    data = rows.book_of(rows.exported(desk, f"appendix/{appendix(draft).pk}/export/xlsx"), behind)
    plan, _text = preview(desk, draft, data)
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": 9, "absent": 0}


def test_records_may_stand_on_another_sheet(administrator):
    def behind(book):
        front = book.create_sheet("Ghi chú", 0)
        front.append(["người lập", "ngày"])
        front.append(["VP", "1/9/2023"])
        book.active = 0

    data = rows.book_of(rows.exported(administrator, "unit/export/xlsx"), behind)
    found = rows.brought(administrator, "unit", data, "xlsx")
    assert not found.faults
    assert found.counts["skip"] == len(found.lines) > 20


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 broken", b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", b"%PDF-1.7 nothing"]
)
def test_a_damaged_file_is_told_in_a_sentence(administrator, data):
    (fault,) = rows.told(administrator, "unit", data, "xlsx")
    assert fault[-1] == "."
    assert not re.search(r"[A-Z]\w+(Error|Exception|File)\b", fault)


def test_what_is_wrong_is_told_at_its_cell(administrator):
    wrong = rows.changed(administrator, "unit", lambda table: rows.cell(table, "quang-dien", "valid_from", "31/2/2023"))
    number = next(n for n, row in enumerate(rows.table_of(wrong), 1) if row[0] == "quang-dien")
    (told,) = rows.told(administrator, "unit", wrong)
    assert told.startswith(f"dòng {number}, cột valid_from: “31/2/2023”")


# --- preview and confirm --------------------------------------------------------------------------------


def test_a_colleague_s_edit_between_preview_and_confirm_stops_figures(desk, draft):
    data = workbook(desk, draft, lambda sheet: sheet.cell(top(sheet) + 1, 3, "58,00/100"))
    plan, _text = preview(desk, draft, data)
    assert plan.counts["changed"] == 1
    figure = Result.objects.get(edition=draft, unit__slug="quang-dien", indicator__code="TONG")
    result_action.store(
        edition=draft,
        unit=figure.unit,
        indicator=figure.indicator,
        text="57,99/100",
        by=record.person("other@example.org"),
    )
    upload = Upload.objects.latest("pk")
    desk.post(f"/admin/chiso/upload/{upload.pk}/apply/", {"shown": plan.fingerprint}, follow=True)
    figure.refresh_from_db()
    upload.refresh_from_db()
    assert (figure.printed, upload.state) == ("57,99/100", UploadState.STAGED)


def test_a_colleague_s_edit_between_preview_and_confirm_stops_records(administrator):
    data = rows.changed(administrator, "unit", lambda table: rows.cell(table, "quang-dien", "kind", "huyện mới"))
    shown = rows.brought(administrator, "unit", data).fingerprint
    unit = Unit.objects.get(slug="quang-dien")
    unit.kind = "huyện khác"
    unit_action.store(unit=unit, by=None)
    answer = rows.confirmed(administrator, shown)
    unit.refresh_from_db()
    assert unit.kind == "huyện khác"
    assert Upload.objects.latest("pk").state == UploadState.STAGED
    assert "đã thay đổi" in answer.content.decode()


def test_a_unit_that_vanished_in_between_stops_the_confirmation(administrator):
    unit_action.store(
        unit=Unit(slug="xa-moi", name="UBND xã Mới", level="commune", parent=Unit.objects.get(slug="quang-dien")),
        by=None,
    )

    def two(table):
        rows.cell(table, "xa-moi", "kind", "xã")
        rows.cell(table, "nam-dong", "kind", "huyện núi")

    data = rows.changed(administrator, "unit", two)
    shown = rows.brought(administrator, "unit", data).fingerprint
    Unit.objects.get(slug="xa-moi").delete()
    rows.confirmed(administrator, shown)
    assert Unit.objects.get(slug="nam-dong").kind != "huyện núi"  # nothing is half stored
    assert not Unit.objects.filter(slug="xa-moi").exists()


# --- what the library lets pass ---------------------------------------------------------------------------


def test_a_blank_over_a_figure_is_refused_at_its_cell(desk, draft):
    def blank(sheet):
        sheet.cell(top(sheet) + 1, 3).value = None

    plan, _text = preview(desk, draft, workbook(desk, draft, blank))
    assert len(problems(plan)) == 1
    assert problems(plan)[0].startswith("Phụ lục II, dòng 2, cột 3")
    assert "57,72/100" in problems(plan)[0]
    upload = Upload.objects.latest("pk")
    upload_action.apply(upload=upload, by=None, shown=plan.fingerprint)
    assert Result.objects.filter(edition=draft, unit__slug="quang-dien", indicator__code="TONG").exists()


def test_a_blank_over_a_value_is_refused_at_its_cell(administrator):
    data = rows.changed(administrator, "unit", lambda table: rows.cell(table, "quang-dien", "code", ""))
    Unit.objects.filter(slug="quang-dien").update(code="H57.44")
    (told,) = rows.told(administrator, "unit", data)
    assert "cột code" in told
    assert "H57.44" in told
    rows.brought(
        administrator,
        "unit",
        rows.changed(administrator, "unit", lambda table: rows.cell(table, "quang-dien", "code", "–")),
    )
    rows.confirmed(administrator)
    assert Unit.objects.get(slug="quang-dien").code is None  # a dash says that it is meant


def test_headings_that_are_not_known_or_missing_are_refused_for_figures(desk, draft):
    plan, _text = preview(desk, draft, workbook(desk, draft, lambda sheet: sheet.cell(top(sheet), 3, "Nhiệt độ")))
    assert not plan.entries
    assert "Nhiệt độ" in " ".join(problems(plan))
    assert "dòng 1, cột 3" in " ".join(problems(plan))
    plan, _text = preview(desk, draft, workbook(desk, draft, lambda sheet: sheet.delete_rows(top(sheet))))
    assert not plan.entries
    assert problems(plan)


@pytest.mark.parametrize(
    ("heading", "said"), [("kinds", "kinds"), ("slug", "slug"), ("", "")], ids=["unknown", "twice", "none"]
)
def test_headings_that_are_not_known_or_doubled_are_refused_for_records(administrator, heading, said):
    def rename(table):
        table[0][table[0].index("kind")] = heading

    (fault, *_) = rows.told(administrator, "unit", rows.changed(administrator, "unit", rename))
    assert said in fault


def test_headings_that_are_missing_are_refused_for_records(administrator):
    def cut(table):
        place = table[0].index("level")
        for row in table:
            del row[place]

    (fault,) = rows.told(administrator, "unit", rows.changed(administrator, "unit", cut))
    assert "“Cấp”" in fault


def test_two_rows_for_one_unit_are_refused_for_figures(desk, draft):
    def twice(sheet):
        sheet.cell(top(sheet) + 2, 2, sheet.cell(top(sheet) + 1, 2).value)

    plan, _text = preview(desk, draft, workbook(desk, draft, twice))
    assert any("dòng 3, cột 2" in each and "Quảng Điền" in each for each in problems(plan))
    assert not [entry for entry in plan.entries if entry.kind == "changed"]


@pytest.mark.parametrize("table", rows.TABLES)
def test_two_rows_for_one_record_are_refused(administrator, table):
    told = rows.told(administrator, table, rows.changed(administrator, table, lambda lines: lines.append(lines[1])))
    assert len(told) == 1
    assert "dòng 2" in told[0].partition(":")[2]


def test_too_many_decimals_are_refused_for_figures(desk, draft):
    for text, detail in [("57,72345/100", "57,72345/100"), ("123456789012,5/100", "123456789012,5/100")]:
        plan, _text = preview(
            desk, draft, workbook(desk, draft, lambda sheet, text=text: sheet.cell(top(sheet) + 1, 3, text))
        )
        assert len(problems(plan)) == 1
        assert "dòng 2, cột 3" in problems(plan)[0]
        assert detail in problems(plan)[0]
        assert not [entry for entry in plan.entries if entry.kind == "changed"]


def test_too_many_decimals_are_refused_for_records(administrator):
    indicator = Indicator.objects.create(
        indicator_set=Indicator.objects.first().indicator_set, code="MOI", name="Mới", kind="score", maximum=10
    )

    def sharp(table):
        row = next(row for row in table if row[1] == "MOI")
        row[table[0].index("maximum")] = "10,125"

    (told,) = rows.told(administrator, "indicator", rows.changed(administrator, "indicator", sharp))
    assert "cột maximum" in told
    assert "10,125" in told
    indicator.refresh_from_db()
    assert indicator.maximum == 10


def test_rows_of_a_composite_key_go_to_their_own_records(administrator):
    from chiso.models import IndicatorSet

    other = IndicatorSet.objects.create(code="766-2024", name="Bộ mới", valid_from="2024-01-01")
    for code in ("CKMB", "TDGQ"):
        Indicator.objects.create(indicator_set=other, code=code, name=f"{code} mới", kind="score")

    def rename(table):
        for row in table[1:]:
            if row[1] in ("CKMB", "TDGQ"):
                row[table[0].index("short_name")] = f"{row[0]} {row[1]}"
        table[1:] = table[:0:-1]  # the order of rows is nobody's key

    rows.brought(administrator, "indicator", rows.changed(administrator, "indicator", rename))
    found = rows.confirmed(administrator)
    assert found.status_code == 200
    for code in ("CKMB", "TDGQ"):
        for indicators in ("766-2022", "766-2024"):
            indicator = Indicator.objects.get(indicator_set__code=indicators, code=code)
            assert indicator.short_name == f"{indicators} {code}"


def test_a_clerk_imports_no_records(desk):
    for table in rows.TABLES:
        assert desk.get(f"/admin/chiso/{table}/import/").status_code == 403
        assert desk.get(f"/admin/chiso/{table}/export/csv/").status_code == 403


# --- speed ---------------------------------------------------------------------------------------------


def test_unchanged_rows_cost_no_query_each(administrator):
    def cost() -> int:
        data = rows.exported(administrator, "unit/export/csv")
        with CaptureQueriesContext(connection) as queries:
            assert not rows.brought(administrator, "unit", data).faults
        return len(queries)

    before = cost()
    parent = Unit.objects.get(slug="quang-dien")
    for number in range(50):
        unit_action.store(
            unit=Unit(slug=f"xa-{number}", name=f"UBND xã {number}", level="commune", parent=parent), by=None
        )
    assert cost() == before < 40


def test_figures_are_stored_by_one_statement_not_case_by_case(desk, draft):
    def raise_all(sheet):
        for row in range(top(sheet) + 1, top(sheet) + 28):
            sheet.cell(row, 3, 7)

    plan, _text = preview(desk, draft, workbook(desk, draft, raise_all, "IV"), "IV")
    assert plan.counts["changed"] == 27
    with CaptureQueriesContext(connection) as queries:
        upload_action.apply(upload=Upload.objects.latest("pk"), by=None, shown=plan.fingerprint)
    statements = [re.sub(r"^\d+ times: ", "", query["sql"]) for query in queries]  # one statement, run for each row
    assert not [sql for sql in statements if sql.startswith("UPDATE") and "CASE WHEN" in sql]
    assert len([sql for sql in statements if '"chiso_result"' in sql and sql.startswith(("INSERT", "UPDATE"))]) == 1
    assert ResultChange.objects.filter(edition=draft, printed_after="7").count() == 27  # and each has its change


# --- out -----------------------------------------------------------------------------------------------

LIVE = ["=1+1", "+84", "-5", "@SUM(A1)", "\t=1", "\r=1"]


def written(form, sheet):
    out = io.BytesIO()
    form().write(out, [sheet])
    return out.getvalue()


def test_nothing_is_live_in_a_spreadsheet():
    lines = [Line([TEXT], [text]) for text in LIVE]
    sheet = Sheet("x", ["=cmd"], ["=HYPERLINK(1)"], lines, ["@x"])
    texts = [text for line in rows.table_of(written(Csv, sheet)) for text in line]
    assert len(texts) == len(LIVE) + 3
    for text in texts:
        assert not text.startswith(("=", "+", "-", "@", "\t", "\r"))
    sheet.lines = lines
    page = openpyxl.load_workbook(io.BytesIO(written(Xlsx, sheet))).active
    cells = [cell for line in page.iter_rows() for cell in line if cell.value]
    assert len(cells) == len(LIVE) + 3
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells if str(cell.value).strip()[0] in "=+-@")


def test_escaping_leaves_numbers_numbers():
    lines = [Line([Kind.SCORE, TEXT], ["11.3", "=1"]), Line([NUMBER, TEXT], ["-1.5", "-1.5"])]
    sheet = Sheet("x", (), ["a", "b"], lines)
    page = openpyxl.load_workbook(io.BytesIO(written(Xlsx, sheet))).active
    assert [[cell.data_type for cell in line] for line in page["A2:B3"]] == [["n", "s"], ["n", "s"]]
    sheet.lines = lines
    assert rows.table_of(written(Csv, sheet))[1:] == [["11.3", "'=1"], ["-1.5", "'-1.5"]]


def test_a_name_that_looks_like_a_formula_comes_back_as_it_was(administrator):
    for number, name in enumerate(["=1+1", "'=quoted", "@Huế", "-Sở Y tế", "+Ban"]):
        unit_action.store(
            unit=Unit(slug=f"la-{number}", name=name, level="commune", parent=Unit.objects.get(slug="quang-dien")),
            by=None,
        )
    for ending in rows.ENDINGS:
        found = rows.brought(administrator, "unit", rows.exported(administrator, f"unit/export/{ending}"), ending)
        assert {line.what for line in found.lines} == {"skip"}


def test_the_document_itself_goes_in_by_the_usual_button(desk, draft):
    answer = rows.sent(desk, f"edition/{draft.pk}/import", sample(".docx"), "docx")
    assert answer.redirect_chain[-1][0].endswith("/appendix/")  # it holds four: which one?
    upload = Upload.objects.latest("pk")
    answer = desk.post(f"/admin/chiso/upload/{upload.pk}/appendix/", {"ordinal": "III"}, follow=True)
    assert [sheet.ordinal for sheet in answer.context["plan"].reading.appendices] == ["III"]


# --- lists of tables2 ------------------------------------------------------------------------------------


@pytest.fixture
def office(client):
    tree = make.tree()
    edition = make.published(tree=tree)
    client.force_login(make.member(unit=tree.province, role="clerk"))
    return tree, edition


def board(client, edition, query=""):
    dispatch = edition.dispatch
    address = f"/dispatches/{dispatch.issuer.slug}/{dispatch.year}/{dispatch.address}/ranking/TONG/district/"
    return client.get(address + query)


def test_a_rank_is_a_rank_on_every_page(client, office):
    """tables2 would number the rows of each page from 1: ranks come from the figures, whatever the order."""
    _tree, edition = office
    for query, first in [("", "1"), ("?sort=-unit", None), ("?sort=rank", "1"), ("?sort=-rank", "=3")]:
        html = board(client, edition, query).content.decode()
        ranks = re.findall(r'<td class="rank">(.*?)</td>', html, re.S)
        assert sorted(" ".join(strip_tags(rank).split()) for rank in ranks) == ["1", "2", "=3", "=3"], query
        assert first is None or " ".join(strip_tags(ranks[0]).split()) == first
    ours = [path for path in (Path(chiso.__file__).parent).rglob("*") if path.suffix in (".py", ".html")]
    assert not [path for path in ours if "row_counter" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("order", ["", "o=3", "o=-3", "o=4", "o=1"])
def test_equal_values_neither_repeat_nor_vanish_between_pages(client, office, order):
    tree, _edition = office
    draft = make.draft(tree=tree, number="1190")
    parent = tree.districts[0]
    for number in range(120):
        unit = make.unit(slug=f"xa-{number}", name="UBND xã Trùng Tên", level="commune", parent=parent)
        make.result(edition=draft, unit=unit, code="TONG", text="50/100")
    found = []
    for page in (1, 2, 3):
        answer = client.get(f"/admin/chiso/result/?edition={draft.pk}&{order}&p={page}")
        found += [row.pk for row in answer.context["cl"].result_list]
    assert len(found) == len(set(found))
    assert len(found) == Result.objects.filter(edition=draft).count()


def test_equal_names_neither_repeat_nor_vanish_between_the_pages_of_units(client, office):
    tree, _edition = office
    for number in range(230):
        make.unit(slug=f"xa-{number:03}", name="UBND xã Trùng Tên", level="commune", parent=tree.districts[0])
    found = []
    for page in (1, 2, 3):
        found += re.findall(r'href="/units/(xa-\d+)/"', client.get(f"/units/?page={page}").content.decode())
    assert len(found) == len(set(found)) == 230


def test_a_board_exports_nothing(client, office):
    """tables2 would export hidden columns and escape nothing; what goes out goes through `admin.formats`."""
    _tree, edition = office
    answer = board(client, edition, "?_export=csv")
    assert answer["Content-Type"].startswith("text/html")
    assert "Content-Disposition" not in answer
