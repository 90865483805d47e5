"""Units and their names at the desk."""

from __future__ import annotations

import pytest

from chiso.admin.named import FIXED
from chiso.models import Event, Indicator, Layout, LayoutLine, Unit, UnitAlias, UnitSuccession, Upload, What
from tests import make

ADD = "/admin/chiso/unit/add/"


def fields(**own: str) -> dict[str, str]:
    empty = {f"{p}-{n}": "0" for p in ("aliases", "successions") for n in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return (
        empty
        | {"name": "Sở Xây dựng", "slug": "so-xay-dung", "level": "agency", "order": "3", "parent": "thua-thien-hue"}
        | own
    )


@pytest.mark.parametrize("words", ["quang dien", "Quảng Điền", "quang-dien", "QUANG  DIEN", "dien quang"])
def test_a_unit_is_found_folded(clerk, tree, words):
    found = clerk.get("/admin/chiso/unit/", {"q": words}).context["cl"].result_list
    assert [unit.slug for unit in found] == ["quang-dien"]


@pytest.mark.parametrize("table", ["unit", "unitalias", "unitsuccession", "result", "standing"])
def test_a_whole_page_of_words_finds_nothing(clerk, tree, table):
    shown = clerk.get(f"/admin/chiso/{table}/", {"q": "dien " * 1500})
    assert list(shown.context["cl"].result_list) == []


def test_a_unit_is_found_by_its_other_name(administrator, tree):
    administrator.post("/admin/chiso/unitalias/add/", {"unit": "phu-vang", "alias": "H. Phú Vang (cũ)"})
    assert UnitAlias.objects.get().folded == "h phu vang cu"
    found = administrator.get("/admin/chiso/unit/", {"q": "vang cu"}).context["cl"].result_list
    assert [unit.slug for unit in found] == ["phu-vang"]


def test_a_new_unit_can_be_searched_and_sorted(administrator, tree):
    assert administrator.post(ADD, fields(code="H57.09")).status_code == 302
    unit = Unit.objects.get(slug="so-xay-dung")
    assert (unit.search, unit.code, unit.parent) == ("so xay dung h57 09", "H57.09", tree.province)
    assert unit.sort_key
    assert unit.history.get().history_user.email == "administrator@example.org"


@pytest.mark.parametrize(
    ("name", "level", "slug"),
    [
        ("UBND huyện A Lưới", "district", "a-luoi"),
        ("Sở Ngoại vụ", "agency", "so-ngoai-vu"),
        ("Ban Dân tộc", "agency", "ban-dan-toc"),
    ],
)
def test_a_short_name_left_empty_is_made_from_the_name(administrator, tree, name, level, slug):
    assert administrator.post(ADD, fields(slug="", name=name, level=level)).status_code == 302
    assert Unit.objects.get(name=name).slug == slug
    assert administrator.post(ADD, fields(slug="", name=name, level=level)).context["errors"]


def test_no_code_is_no_code(administrator, tree):
    administrator.post(ADD, fields(code=""))
    assert Unit.objects.get(slug="so-xay-dung").code is None


def test_names_that_fold_alike_are_one(administrator, tree):
    alias = "/admin/chiso/unitalias/add/"
    assert administrator.post(alias, {"unit": "phu-vang", "alias": "Phú-Vang"}).status_code == 302
    again = administrator.post(alias, {"unit": "phu-vang", "alias": "PHU VANG"})
    assert "đã có tên đó" in again.content.decode()
    assert UnitAlias.objects.count() == 1


def test_so_are_two_rows_of_one_form(administrator, tree):
    rows = {"aliases-TOTAL_FORMS": "2", "aliases-0-alias": "Sở XD", "aliases-1-alias": "so xd"}
    assert "đã có tên đó" in administrator.post(ADD, fields(**rows)).content.decode()
    assert not Unit.objects.filter(slug="so-xay-dung").exists()
    rows["aliases-1-alias"] = "Sở Xây dựng tỉnh"
    assert administrator.post(ADD, fields(**rows)).status_code == 302
    assert UnitAlias.objects.filter(folded="so xd").exists()


def test_a_name_of_marks_alone_is_none(administrator, tree):
    administrator.post("/admin/chiso/unitalias/add/", {"unit": "phu-vang", "alias": "…"})
    assert not UnitAlias.objects.exists()


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"slug": "quang-dien"}, ""),
        ({"valid_from": "1/1/2025", "valid_to": "31/12/2024"}, "không được sau ngày hết hiệu lực"),
        ({"parent": ""}, "bắt buộc"),
        ({"valid_from": "2025"}, ""),
    ],
)
def test_a_broken_rule_is_told(administrator, tree, own, words):
    response = administrator.post(ADD, fields(**own))
    assert response.status_code == 200
    assert response.context["errors"]
    assert words in response.content.decode()


def test_a_unit_is_not_below_itself(administrator, tree):
    page = f"/admin/chiso/unit/{tree.districts[0].pk}/change/"
    own = fields(name="UBND huyện Quảng Điền", slug="quang-dien", level="district")
    for parent in ("quang-dien", "quang-phuoc"):
        response = administrator.post(page, own | {"parent": parent})
        assert response.context["errors"], parent


def test_the_top_of_the_tree_stays_where_it_is(administrator, tree):
    page = f"/admin/chiso/unit/{tree.province.pk}/change/"
    administrator.post(page, fields(name="UBND tỉnh TTH", slug="thua-thien-hue", level="district", parent="quang-dien"))
    tree.province.refresh_from_db()
    assert (tree.province.name, tree.province.level, tree.province.parent) == ("UBND tỉnh TTH", "province", tree.nation)


def test_a_unit_in_use_is_not_deleted(administrator, draft, tree):
    page = f"/admin/chiso/unit/{tree.districts[0].pk}/delete/"
    assert "đang được dùng" in administrator.get(page).content.decode()
    assert administrator.post(page, {"post": "yes"}).status_code == 200
    assert Unit.objects.filter(slug="quang-dien").exists()


def test_a_unit_without_use_is(administrator, tree):
    unit = make.unit(slug="nham", parent=tree.province)
    administrator.post(f"/admin/chiso/unit/{unit.pk}/delete/", {"post": "yes"})
    assert not Unit.objects.filter(slug="nham").exists()


def named_by(what: str, word: tuple[str, str], tree) -> None:
    if what == "finding":
        make.finding(edition=make.edition(dispatch=make.dispatch(issuer=tree.issuer)), about=[list(word)])
    if what in ("file", "answer"):
        text = {"file": {"read": {"problems": [{"unit": word[0], "indicator": word[1]}]}}}
        text["answer"] = {"decisions": [{"n": 1, "unit": word[0]}, {"n": 2, "indicator": word[1]}]}
        one = {"issuer": tree.issuer, "file": "x", "name": "x", "sha256": "0" * 64, "size": 1, "reader": "text"}
        Upload.objects.create(**one, **text[what])


@pytest.mark.parametrize("what", ["", "finding", "file", "answer"])
def test_a_word_by_which_kept_texts_name_a_record_stays(administrator, tree, what):
    unit = make.unit(slug="so-moi", name="Sở Mới", level="agency", parent=tree.province)
    make.indicator_set()
    indicator = make.indicator("CKMB")
    Indicator.objects.filter(pk=indicator.pk).update(code="MỞ.1")
    named_by(what, ("so-moi", "MỞ.1"), tree)
    pages = [f"/admin/chiso/unit/{unit.pk}/change/", f"/admin/chiso/indicator/{indicator.pk}/change/"]
    said = [str(FIXED) in administrator.get(page).content.decode() for page in pages]
    assert said == [bool(what)] * 2
    for page, sent in zip(
        pages,
        (
            fields(name="Sở Đổi", slug="so-doi"),
            {"code": "X", "kind": "score", "name": "Đổi", "indicator_set": indicator.indicator_set_id, "order": "2"},
        ),
        strict=True,
    ):
        assert administrator.post(page, sent).status_code == 302
    unit.refresh_from_db()
    indicator.refresh_from_db()
    assert (unit.name, indicator.name) == ("Sở Đổi", "Đổi")
    assert (unit.slug, indicator.code) == (("so-moi", "MỞ.1") if what else ("so-doi", "X"))


def test_the_unit_of_a_published_board_keeps_its_short_name(administrator, tree):
    make.published(tree=tree)
    page = f"/admin/chiso/unit/{tree.districts[0].pk}/change/"
    administrator.post(page, fields(name="UBND huyện Quảng Điền", slug="q-d", level="district"))
    tree.districts[0].refresh_from_db()
    assert tree.districts[0].slug == "quang-dien"


def test_the_history_names_fields_and_people(administrator, tree):
    administrator.post(ADD, fields())
    unit = Unit.objects.get(slug="so-xay-dung")
    page = f"/admin/chiso/unit/{unit.pk}"
    administrator.post(f"{page}/change/", fields(name="Sở Xây dựng và Quy hoạch", parent="quang-dien"))
    text = administrator.get(f"{page}/history/").content.decode()
    assert "Sở Xây dựng và Quy hoạch" in text
    assert "administrator@example.org" in text
    assert "UBND huyện Quảng Điền" in text  # a unit is named, not numbered


def test_indicators_are_found_folded_and_keep_what_figures_were_read_by(administrator, draft):
    found = administrator.get("/admin/chiso/indicator/", {"q": "cong khai"}).context["cl"].result_list
    assert [row.code for row in found] == ["CKMB"]
    page = f"/admin/chiso/indicator/{found[0].pk}/change/"
    administrator.post(
        page, {"code": "X", "kind": "count", "name": "Công khai", "maximum": "18", "direction": "higher", "order": "2"}
    )
    found[0].refresh_from_db()
    assert (found[0].code, found[0].kind, found[0].name) == ("CKMB", "score", "Công khai")


@pytest.mark.parametrize("published", [False, True])
def test_what_published_figures_were_ranked_by_stays(administrator, tree, published):
    make.published(tree=tree) if published else make.draft(tree=tree)
    total = make.indicator("TONG")
    page = f"/admin/chiso/indicator/{total.pk}/change/"
    sent = {
        "code": "X", "kind": "count", "name": "Chỉ số chung", "maximum": "200", "direction": "lower", "order": "7",
        "additive": "on", "part_of_total": "on", "complement": make.indicator("CKMB").pk, "parent": make.indicator("MDSH.5").pk,
    }  # fmt: skip
    assert administrator.post(page, sent).status_code == 302
    total.refresh_from_db()
    assert (total.code, total.kind, total.name, total.order) == ("TONG", "score", "Chỉ số chung", 7)
    changed = ("lower", 200, True, True, "CKMB", "MDSH.5")
    kept = ("higher", 100, False, False, None, None)
    found = (
        total.direction,
        total.maximum,
        total.additive,
        total.part_of_total,
        total.complement and total.complement.code,
        total.parent and total.parent.code,
    )
    assert found == (kept if published else changed)
    assert ("đã có số liệu được công bố" in administrator.get(page).content.decode()) == published


def test_the_history_of_a_unit_tells_of_its_other_names(administrator, tree):
    administrator.post("/admin/chiso/unitalias/add/", {"unit": "quang-dien", "alias": "H. Quảng Điền"})
    alias = UnitAlias.objects.get()
    administrator.post(f"/admin/chiso/unitalias/{alias.pk}/change/", {"unit": "quang-dien", "alias": "QĐ"})
    text = administrator.get(f"/admin/chiso/unitalias/{alias.pk}/history/").content.decode()
    assert "<del>H. Quảng Điền</del> → <ins>QĐ</ins>" in text
    assert "administrator@example.org" in text
    administrator.post(f"/admin/chiso/unitalias/{alias.pk}/delete/", {"post": "yes"})
    text = administrator.get(f"/admin/chiso/unit/{tree.districts[0].pk}/history/").content.decode()
    assert "xóa: tên khác “QĐ”" in text


def test_the_history_of_a_succession_is_kept(administrator, tree):
    sent = {
        "predecessor": "quang-dien",
        "successor": "nam-dong",
        "decision": "1675/NQ-UBTVQH15",
        "effective_on": "1/7/2025",
    }
    administrator.post("/admin/chiso/unitsuccession/add/", sent)
    row = UnitSuccession.objects.get()
    administrator.post(f"/admin/chiso/unitsuccession/{row.pk}/change/", sent | {"decision": "202/2025/QH15"})
    text = administrator.get(f"/admin/chiso/unitsuccession/{row.pk}/history/").content.decode()
    assert "<ins>202/2025/QH15</ins>" in text


def test_the_history_of_a_layout_tells_of_its_lines(administrator, tree):
    layout = Layout.objects.create(indicator_set=make.indicator_set(), code="x", name="Bảng")
    line = LayoutLine.objects.create(layout=layout, role="unit", titles=["Đơn vị"])
    line.titles = ["Tên đơn vị"]
    line.save()
    line.delete()
    text = administrator.get(f"/admin/chiso/layout/{layout.pk}/history/").content.decode()
    assert "<ins>Tên đơn vị</ins>" in text
    assert text.count("“Tên đơn vị”") == 2  # changed, and gone


def test_what_is_done_is_told_in_a_sentence(administrator, tree):
    """Which begins with a capital; and in the log."""
    found = administrator.post(ADD, fields(), follow=True)
    told = [str(message) for message in found.context["messages"]]
    assert [text[0].isupper() for text in told] == [True], told
    assert Event.objects.get(what=What.UNIT_MADE).subject == fields()["name"]
