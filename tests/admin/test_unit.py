"""Units and their names at the desk."""

from __future__ import annotations

import pytest

from chiso.models import Unit, UnitAlias
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
