"""A clerk works on the records of the own office, and no other record exists."""

from __future__ import annotations

import pytest

from chiso.models import Membership, Role, Unit, Upload
from tests import make


@pytest.fixture
def rows(tree, draft):
    upload = Upload.objects.create(issuer=tree.issuer, name="x.txt", sha256="0" * 64, size=1, edition=draft)
    return {
        "dispatch": draft.dispatch,
        "edition": draft,
        "appendix": draft.appendices.first(),
        "result": draft.results.first(),
        "finding": make.finding(edition=draft),
        "upload": upload,
    }


@pytest.mark.parametrize("name", ["dispatch", "edition", "appendix", "result", "finding", "upload"])
def test_another_office_sees_none_of_it(client, elsewhere, rows, name):
    client.force_login(elsewhere)
    page = f"/admin/chiso/{name}/"
    assert client.get(page).context["cl"].result_count == 0
    for view in ("change", "history", "delete"):
        assert client.get(f"{page}{rows[name].pk}/{view}/").status_code == 404


@pytest.mark.parametrize(
    "page",
    ["edition/{edition}/publish/", "edition/{edition}/discard/", "upload/{upload}/file/"],
)
def test_nor_the_pages_of_its_work(client, elsewhere, rows, page):
    client.force_login(elsewhere)
    keys = {name: row.pk for name, row in rows.items()}
    assert client.get("/admin/chiso/" + page.format(**keys)).status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "edition/{edition}/publish/", "edition/{edition}/discard/", "edition/{edition}/check/",
        "edition/{edition}/headline/", "edition/{edition}/accept/", "finding/{finding}/accept/",
        "upload/{upload}/apply/", "upload/{upload}/discard/",
    ],
)  # fmt: skip
def test_nor_does_it_change_anything_there(client, elsewhere, rows, draft, page):
    client.force_login(elsewhere)
    keys = {name: row.pk for name, row in rows.items()}
    assert client.post("/admin/chiso/" + page.format(**keys), {"reason": "x"}).status_code == 404
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_figures_of_another_office_are_not_typed(client, elsewhere, draft):
    client.force_login(elsewhere)
    response = client.post(
        f"/admin/chiso/result/add/?edition={draft.pk}", {"unit": "quang-dien", "indicator": "TONG", "text": "5/100"}
    )
    assert response.context["drafts"] == []


@pytest.mark.parametrize("name", ["unit", "unitalias", "indicator", "layout", "indicatorset", "issuer"])
def test_a_clerk_looks_at_the_records_and_changes_none(clerk, tree, name):
    make.indicator_set()
    assert clerk.get(f"/admin/chiso/{name}/").status_code == 200
    assert clerk.get(f"/admin/chiso/{name}/add/").status_code == 403


def test_a_clerk_does_not_see_people(clerk, cast):
    for name in ("user", "membership"):
        assert clerk.get(f"/admin/chiso/{name}/").status_code == 403
    assert clerk.get(f"/admin/chiso/user/{cast.unit_a.pk}/change/").status_code == 404


def test_units_of_another_province_are_not_listed(clerk, tree):
    names = {unit.slug for unit in clerk.get("/admin/chiso/unit/").context["cl"].result_list}
    assert tree.elsewhere_district.slug not in names
    assert {"quang-dien", "ca-nuoc", "gia-lai"} <= names  # the nation and the provinces are compared with
    assert clerk.get(f"/admin/chiso/unit/{tree.elsewhere_district.pk}/change/").status_code == 404


def test_an_administrator_keeps_the_own_tree_only(administrator, tree):
    own, other = tree.districts[0], tree.elsewhere
    fields = {"name": "UBND huyện Mới", "slug": "moi", "level": "district", "order": "1", "parent": "thua-thien-hue"}
    inlines = {
        f"{prefix}-{name}": "0" for prefix in ("aliases", "successions") for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    assert administrator.post(f"/admin/chiso/unit/{own.pk}/change/", fields | inlines).status_code == 302
    assert Unit.objects.get(pk=own.pk).name == "UBND huyện Mới"
    assert administrator.post(f"/admin/chiso/unit/{other.pk}/change/", fields | inlines).status_code == 403
    response = administrator.post("/admin/chiso/unit/add/", fields | inlines | {"slug": "la", "parent": "gia-lai"})
    assert "Không có đơn vị nào của cơ quan khớp" in response.content.decode()
    assert not Unit.objects.filter(slug="la").exists()


def test_an_administrator_makes_no_province(administrator, tree):
    fields = {"name": "Tỉnh lạ", "slug": "la", "level": "province", "order": "1", "parent": "thua-thien-hue"}
    administrator.post("/admin/chiso/unit/add/", fields)
    assert not Unit.objects.filter(slug="la").exists()


def test_an_administrator_in_one_place_is_none_in_another(client, cast, tree, elsewhere):
    Membership.objects.create(user=cast.administrator, unit=tree.elsewhere, role=Role.CLERK)
    client.force_login(cast.administrator)
    assert client.get(f"/admin/chiso/unit/{tree.elsewhere_district.pk}/change/").status_code == 200
    assert client.post(f"/admin/chiso/unit/{tree.elsewhere_district.pk}/change/", {"name": "x"}).status_code == 403
    assert client.get(f"/admin/chiso/user/{elsewhere.pk}/change/").status_code == 404


@pytest.fixture
def officeless(client, cast, tree):
    """Roles of the desk at units that issue nothing: a district's administrator and clerk."""
    person = make.member(unit=tree.districts[0], role=Role.ADMINISTRATOR, email="officeless@example.org")
    Membership.objects.create(user=person, unit=tree.districts[0], role=Role.CLERK)
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    "page", ["", "chiso/dispatch/", "chiso/unit/", "chiso/user/", "chiso/user/add/", "chiso/indicator/add/"]
)
def test_a_role_where_nothing_is_issued_opens_no_desk(officeless, page):
    assert officeless.get(f"/admin/{page}").status_code in (302, 403)
    assert officeless.get(f"/admin/{page}", follow=True).status_code == 403
    assert 'href="/admin/"' not in officeless.get("/dispatches/").content.decode()


def test_nor_does_it_add_to_what_is_done_at_another_desk(client, cast, tree):
    """A clerk of the office who is called administrator of a district stays a clerk."""
    Membership.objects.create(user=cast.clerk, unit=tree.districts[0], role=Role.ADMINISTRATOR)
    client.force_login(cast.clerk)
    make.indicator_set()
    for name in ("indicator", "layout", "unit", "user"):
        assert client.get(f"/admin/chiso/{name}/add/").status_code == 403
    assert client.post(f"/admin/chiso/unit/{tree.districts[0].pk}/change/", {"name": "x"}).status_code == 403


def test_the_administrator_of_an_office_keeps_its_reference_data(administrator, tree):
    for name in ("indicator", "layout", "indicatorset"):
        assert administrator.get(f"/admin/chiso/{name}/add/").status_code == 200
