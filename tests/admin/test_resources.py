"""Records in: what a row does, what is refused and how it is told, and that all of a file goes in or nothing."""

from __future__ import annotations

from datetime import date

import pytest

from chiso.actions import unit as unit_action
from chiso.admin.records import RESOURCES
from chiso.admin.resources.cells import ChoiceCell, DayCell, ListCell, NumberCell, YesNoCell
from chiso.ingest.grid import Cell
from chiso.models import (
    NO_CODE,
    Event,
    Indicator,
    IndicatorSet,
    Layout,
    LayoutLine,
    Membership,
    Result,
    Unit,
    UnitAlias,
    Upload,
    UploadState,
    What,
)
from tests import make, record

from . import rows
from .tables_of import written

UNIT = ["slug", "code", "name", "level", "kind", "parent", "valid_from", "valid_to", "order", "aliases"]


@pytest.fixture
def desk(client, db):
    record.office_of_2023()
    client.force_login(record.person("admin@example.org", role="administrator"))
    return client


def one(desk, table, line, headings):
    return rows.brought(desk, table, rows.csv_of([headings, line]))


def applied(desk, table, data, ending="csv"):
    found = rows.brought(desk, table, data, ending)
    assert not found.faults
    assert not [line.problems for line in found.lines if line.problems]
    answer = rows.confirmed(desk)
    assert answer.redirect_chain[-1][0] == f"/admin/chiso/{table}/"
    return found


# --- cells ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [("13/9/2023", date(2023, 9, 13)), ("03/09/2023", date(2023, 9, 3)), ("2023-09-03", date(2023, 9, 3)),
     ("3-9-2023", date(2023, 9, 3)), ("2023-09-03T00:00:00", date(2023, 9, 3))],
)  # fmt: skip
def test_days(text, day):
    assert DayCell().clean(Cell(text)) == day
    assert DayCell().clean(Cell(DayCell().render(day))) == day


@pytest.mark.parametrize("text", ["13/13/2023", "9.2023", "2023-13-01", "hôm qua", "45000"])
def test_what_is_no_day(text):
    with pytest.raises(ValueError, match="13/9/2023"):
        DayCell().clean(Cell(text))


@pytest.mark.parametrize("text", ["2,5", "1.00", "-3", "abc", "3/4", ""])
def test_what_is_no_whole_number(text):
    with pytest.raises(ValueError, match=r"\S"):
        NumberCell().clean(Cell(text))


def test_lists_keep_their_signs():
    for texts in (["a;b", "c\\d"], ["x"], [], ["=1", "a\\;"]):
        assert ListCell().read(Cell(ListCell().render(texts)), None) == texts


def test_choices_by_code_or_by_name():
    cell = ChoiceCell([("district", "Cấp huyện"), ("", "–")])
    assert cell.clean(Cell("District")) == cell.clean(Cell("cấp huyện")) == "district"
    with pytest.raises(ValueError, match="“Cấp huyện”"):
        cell.clean(Cell("huyện"))
    assert [YesNoCell().clean(Cell(text)) for text in ("Có", "x", "0", "không")] == [True, True, False, False]


@pytest.mark.parametrize("trouble", ["formula", "error"])
def test_a_damaged_cell_is_never_read(trouble):
    with pytest.raises(ValueError, match=r"\S"):
        NumberCell().clean(Cell("3", trouble=trouble))


# --- units ---------------------------------------------------------------------------------------------


def test_a_unit_comes_in_with_its_parent_above_it(desk):
    data = rows.csv_of([
        UNIT,
        ["huyen-moi", "H57.77", "UBND huyện Mới", "district", "huyện", "thua-thien-hue", "1/1/2024", "", "7", "H. Mới; Huyện Mới"],
        ["xa-moi", "", "UBND xã Đổi Mới", "commune", "xã", "huyen-moi", "", "", "", ""],
    ])  # fmt: skip
    found = applied(desk, "unit", data)
    assert found.counts == {"new": 2, "update": 0, "skip": 0, "invalid": 0}
    unit, below = Unit.objects.get(slug="huyen-moi"), Unit.objects.get(slug="xa-moi")
    assert (below.parent, unit.valid_from, unit.order, unit.search) == (
        unit,
        date(2024, 1, 1),
        7,
        "ubnd huyen moi h57 77",
    )
    assert below.sort_key  # the action's work: found and sorted like every other unit
    assert set(unit.aliases.values_list("alias", flat=True)) == {"H. Mới", "Huyện Mới"}
    assert unit.history.first().history_user.email == "admin@example.org"
    event = Event.objects.get(what=What.RECORDS_IMPORTED)
    assert event.by.email == "admin@example.org"
    assert "2" in event.why
    assert Upload.objects.get().state == UploadState.APPLIED


def test_a_row_changes_only_what_it_says(desk):
    before = Unit.objects.get(slug="quang-dien")
    applied(
        desk,
        "unit",
        rows.csv_of([["slug", "name", "level", "kind"], ["quang-dien", before.name, "Cấp huyện", "huyện ven biển"]]),
    )
    after = Unit.objects.get(slug="quang-dien")
    assert after.kind == "huyện ven biển"
    assert (after.parent, after.code, after.valid_to, after.aliases.count()) == (
        before.parent, before.code, before.valid_to, before.aliases.count(),
    )  # fmt: skip


def test_other_names_are_added_and_never_taken_away(desk):
    unit = Unit.objects.get(slug="quang-dien")
    unit_action.store_alias(alias=UnitAlias(unit=unit, alias="H. Quảng Điền cũ"))
    kept = "; ".join(unit.aliases.order_by("folded", "pk").values_list("alias", flat=True))
    headings = ["slug", "name", "level", "aliases"]
    applied(desk, "unit", rows.csv_of([headings, [unit.slug, unit.name, "district", f"{kept}; Quảng Điền mới"]]))
    assert unit.aliases.filter(folded="quang dien moi").exists()
    (line,) = one(desk, "unit", [unit.slug, unit.name, "district", "Quảng Điền mới"], headings).lines
    assert line.what == "invalid"
    assert "cột aliases" in line.problems[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [("name", ""), ("name", "–"), ("level", "xóm"), ("parent", "khong-co"), ("parent", "quang-dien"), ("order", "1,5"),
     ("valid_from", "1.1"), ("slug", "có dấu"), ("name", "x" * 201), ("code", "H57.01"), ("valid_to", "1/1/1900")],
)  # fmt: skip
def test_what_a_row_may_not_say(desk, column, value):
    values = dict(
        zip(
            UNIT,
            ["quang-dien", "", "UBND huyện Quảng Điền", "district", "", "thua-thien-hue", "1/1/2000", "", "1", ""],
            strict=True,
        )
    )
    unit = Unit.objects.get(slug="quang-dien")
    values |= {
        "aliases": "; ".join(unit.aliases.order_by("folded").values_list("alias", flat=True)),
        "kind": unit.kind,
        "code": unit.code or "",
    }
    if column == "slug":
        values["slug"] = value
    Unit.objects.filter(slug="so-y-te").update(code="H57.01", valid_from="2000-01-01")
    (line,) = one(desk, "unit", list((values | {column: value}).values()), UNIT).lines
    assert line.what == "invalid"
    assert any(f"cột {column}" in problem for problem in line.problems), line.problems


def test_one_faulty_row_keeps_all_of_the_file_out(desk):
    def two(table):
        rows.cell(table, "quang-dien", "kind", "huyện biển")
        rows.cell(table, "nam-dong", "level", "xóm")

    found = rows.brought(desk, "unit", rows.changed(desk, "unit", two))
    assert (found.counts["update"], found.counts["invalid"], found.may_apply) == (1, 1, False)
    page = desk.get(f"/admin/chiso/upload/{Upload.objects.get().pk}/change/").content.decode()
    assert "/apply/" not in page
    rows.confirmed(desk, found.fingerprint)  # sent all the same
    assert Unit.objects.get(slug="quang-dien").kind != "huyện biển"
    assert Upload.objects.get().state == UploadState.STAGED


def test_a_file_is_taken_over_once(desk):
    applied(desk, "unit", rows.changed(desk, "unit", lambda table: rows.cell(table, "quang-dien", "kind", "biển")))
    upload = Upload.objects.get()
    assert desk.post(f"/admin/chiso/upload/{upload.pk}/apply/", {"shown": "x"}, follow=True).status_code == 200
    assert Event.objects.filter(what=What.RECORDS_IMPORTED).count() == 1
    assert desk.get(f"/admin/chiso/upload/{upload.pk}/change/").status_code == 200


@pytest.mark.parametrize("ending", ["xlsx", "ods", "tsv", "txt", "docx"])
def test_rows_come_in_by_every_format(desk, ending):
    data = written([["slug", "name", "level", "kind"], ["quang-dien", "UBND huyện Quảng Điền", "district", "huyện biển"],
                    ["nam-dong", "UBND huyện Nam Đông", "district", "huyện núi"]], ending)  # fmt: skip
    found = rows.brought(desk, "unit", data, ending)
    assert not found.faults, found.faults
    assert found.counts["update"] == 2


def test_a_table_that_goes_on_on_the_next_page_is_whole(desk):
    first = [["slug", "name", "level", "kind"], ["quang-dien", "UBND huyện Quảng Điền", "district", "huyện biển"]]
    second = [first[0], ["nam-dong", "UBND huyện Nam Đông", "district", "huyện núi"]]
    found = rows.brought(desk, "unit", written(first, "docx", second), "docx")
    assert found.counts["update"] == 2
    other = [["a", "b", "c", "d", "e"], ["1", "2", "3", "4", "5"]]  # nor is another one passed over in silence
    assert rows.told(desk, "unit", written(first, "docx", other), "docx")


def test_a_row_below_the_table_is_not_lost_silently(desk):
    data = rows.csv_of([["slug", "name", "level"], ["a", "b", "commune"], ["so-la", "", ""]])
    (fault,) = rows.told(desk, "unit", data)
    assert "so-la" in fault
    assert "dòng 3" in fault


# --- indicators, layouts, memberships ----------------------------------------------------------------------


def test_what_figures_were_read_by_stays(desk):
    edition = record.loaded()
    assert Result.objects.filter(edition=edition).exists()

    def turn(table):
        place = table[0].index("kind")
        next(row for row in table if row[1] == "HSTT.QH")[place] = "score"

    (told,) = rows.told(desk, "indicator", rows.changed(desk, "indicator", turn))
    assert "cột kind" in told


def test_indicators_come_in_with_parent_and_complement(desk):
    data = rows.csv_of([
        ["set", "code", "name", "kind", "maximum", "direction", "parent", "complement", "additive"],
        ["766-2022", "MOI", "Nhóm mới", "score", "12,5", "higher", "", "", ""],
        ["766-2022", "MOI.2", "Chưa làm", "count", "", "", "MOI", "", "có"],
        ["766-2022", "MOI.1", "Đã làm", "share", "", "higher", "MOI", "MOI.2", "không"],
    ])  # fmt: skip
    applied(desk, "indicator", data)
    made = Indicator.objects.get(code="MOI.1")
    assert (made.parent.code, made.complement.code, str(made.parent.maximum)) == ("MOI", "MOI.2", "12.50")
    assert made.complement.additive
    assert made.history.first().history_user.email == "admin@example.org"


def test_a_code_that_no_address_takes_is_refused_with_its_cell(desk):
    found = one(desk, "indicator", ["766-2022", "A/B 1?x#y", "Mới", "count"], ["set", "code", "name", "kind"])
    assert [problem for line in found.lines for problem in line.problems if str(NO_CODE) in str(problem)]
    assert not found.may_apply


def test_by_hand_it_is_refused_too_and_one_on_record_may_be_kept(desk):
    given = {"indicator_set": IndicatorSet.objects.get().pk, "name": "Mới", "kind": "count", "order": "1"}
    answer = desk.post("/admin/chiso/indicator/add/", given | {"code": "A/B 1?x#y"})
    assert str(NO_CODE) in answer.content.decode()
    Indicator.objects.filter(code="HSTT.QH").update(code="A/B 1?x#y")
    old = Indicator.objects.get(code="A/B 1?x#y")
    answer = desk.post(f"/admin/chiso/indicator/{old.pk}/change/", given | {"code": old.code, "name": "Tên khác"})
    assert answer.status_code == 302
    assert Indicator.objects.get(pk=old.pk).name == "Tên khác"


def test_a_code_from_before_the_rule_goes_out_and_comes_in_unchanged(desk):
    Indicator.objects.filter(code="HSTT.QH").update(code="A/B 1")
    found = one(desk, "indicator", ["766-2022", "A/B 1", "Tên khác", "count"], ["set", "code", "name", "kind"])
    assert not any(line.problems for line in found.lines)
    assert found.may_apply


def test_a_line_is_added_to_a_layout_and_one_changed(desk):
    def change(table):
        lines = [row for row in table if row[0] == "district-index"]
        last = max(int(row[table[0].index("line")]) for row in lines)
        unit = next(row for row in lines if "tên đơn vị" in row)
        unit[table[0].index("line_titles")] += "; Huyện, thị xã"
        new = list(unit)
        new[table[0].index("line")], new[table[0].index("role")] = str(last + 1), "indicator"
        new[table[0].index("indicator")], new[table[0].index("line_titles")] = "CKMB", "Công khai"
        table.append(new)

    applied(desk, "layout", rows.changed(desk, "layout", change))
    layout = Layout.objects.get(code="district-index")
    assert "Huyện, thị xã" in layout.lines.get(role="unit").titles
    line = LayoutLine.objects.get(layout=layout, indicator__code="CKMB")
    assert line.titles == ["Công khai"]
    assert line.order == max(layout.lines.values_list("order", flat=True))


def test_a_new_layout_with_its_lines(desk):
    headings = [
        "layout",
        "set",
        "name",
        "rows_are",
        "titles",
        "axis",
        "line",
        "role",
        "indicator",
        "line_titles",
        "in_label",
    ]
    own = ["moi", "766-2022", "Biểu mới", "units", "BẢNG MỚI; BẢNG 2"]
    data = rows.csv_of([
        headings, [*own, "column", "1", "unit", "", "Đơn vị", "không"], [*own, "column", "2", "indicator", "CKMB", "Điểm", "không"],
    ])  # fmt: skip
    applied(desk, "layout", data)
    layout = Layout.objects.get(code="moi")
    assert layout.titles == ["BẢNG MỚI", "BẢNG 2"]
    assert [line.role for line in layout.lines.order_by("order")] == ["unit", "indicator"]
    other = [*own[:2], "Tên khác", *own[3:]]
    data = rows.csv_of(
        [
            headings,
            [*own, "column", "1", "unit", "", "Đơn vị", "không"],
            [*other, "column", "2", "indicator", "CKMB", "Điểm", "không"],
        ]
    )
    (told,) = rows.told(desk, "layout", data)
    assert "dòng 3, cột name" in told


@pytest.mark.parametrize(
    ("said", "column"),
    [(("column", "9", "unit", ""), "line"), (("column", "1", "unit", "CKMB"), "indicator"),
     (("column", "1", "indicator", ""), "indicator"), (("column", "1", "", ""), "role"), (("", "1", "unit", ""), "axis"),
     (("column", "1", "indicator", "NONE"), "indicator")],
)  # fmt: skip
def test_what_a_line_may_not_say(desk, said, column):
    headings = ["layout", "set", "name", "rows_are", "axis", "line", "role", "indicator", "line_titles"]
    found = one(desk, "layout", ["moi", "766-2022", "Biểu mới", "units", *said, "Điểm"], headings)
    assert any(f"cột {column}" in problem for problem in found.lines[0].problems), found.lines[0].problems


def test_a_layout_without_lines_comes_and_goes(desk):
    applied(
        desk, "layout", rows.csv_of([["layout", "set", "name", "rows_are"], ["trong", "766-2022", "Trống", "units"]])
    )
    assert not Layout.objects.get(code="trong").lines.exists()
    found = rows.brought(desk, "layout", rows.exported(desk, "layout/export/csv"))
    assert found.counts["skip"] == len(found.lines)


def test_a_membership_needs_an_account_that_is_there(desk):
    record.person("there@example.org", unit="quang-dien", role="unit")
    headings = ["email", "role", "unit"]
    applied(desk, "membership", rows.csv_of([headings, ["There@Example.org", "Chuyên viên", "thua-thien-hue"]]))
    assert (
        Membership.objects.filter(user__email="there@example.org", role="clerk", unit__slug="thua-thien-hue").count()
        == 1
    )
    (line,) = one(desk, "membership", ["new@example.org", "clerk", "thua-thien-hue"], headings).lines
    assert "cột email" in line.problems[0]
    (line,) = one(desk, "membership", ["admin@example.org", "approver", "thua-thien-hue"], headings).lines
    assert "cột email" in line.problems[0]
    assert Membership.objects.filter(user__email="admin@example.org").count() == 1


def test_the_log_says_who_was_given_what(desk):
    record.person("there@example.org", unit="quang-dien", role="unit")
    applied(
        desk, "membership", rows.csv_of([["email", "role", "unit"], ["there@example.org", "clerk", "thua-thien-hue"]])
    )
    why = Event.objects.get(what=What.RECORDS_IMPORTED).why
    for word in ("there@example.org", "Chuyên viên", "thua-thien-hue"):
        assert word in why, why


def test_a_desk_role_is_given_only_where_there_is_a_desk(desk):
    record.person("there@example.org", unit="quang-dien", role="unit")
    headings = ["email", "role", "unit"]
    (line,) = one(desk, "membership", ["there@example.org", "clerk", "quang-dien"], headings).lines
    assert "“UBND huyện Quảng Điền”" in line.problems[0]
    assert not Membership.objects.filter(unit__slug="quang-dien", role="clerk").exists()


def test_nothing_is_ever_deleted(desk):
    counts = {table: RESOURCES[table]._meta.model.objects.count() for table in rows.TABLES}
    for table in rows.TABLES:
        rows.brought(desk, table, rows.changed(desk, table, lambda lines: lines.__delitem__(slice(2, None))))
        rows.confirmed(desk)
    assert {table: RESOURCES[table]._meta.model.objects.count() for table in rows.TABLES} == counts


def test_the_page_tells_the_columns(desk):
    for table in rows.TABLES:
        text = desk.get(f"/admin/chiso/{table}/import/").content.decode()
        made = RESOURCES[table](user=make.person())
        assert all(f"<code>{field.column_name}</code>" in text for field in made.fields.values())
    answer = desk.post("/admin/chiso/unit/import/", {})
    assert answer.context["form"].errors
