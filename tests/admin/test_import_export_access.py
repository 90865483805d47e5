"""What import and export hold for whom. Who may open which of their addresses: tests/access."""

from __future__ import annotations

import re

import pytest

from chiso.models import Event, Role, Unit, Upload, What
from tests import make

from . import rows

pytestmark = pytest.mark.django_db
PEOPLE = [
    "visitor",
    "unit_a",
    "unit_b",
    "stranger",
    "elsewhere",
    "clerk",
    "approver",
    "administrator",
    "elsewhere_admin",
]
DESK = ("clerk", "approver", "administrator")
OUTSIDE = ("visitor", "unit_a", "unit_b", "stranger")
LISTS = ["appendix/import", "result/import"]  # a form that names only the own drafts


@pytest.fixture
def world(tree, cast, elsewhere):
    draft = make.draft(tree=tree)
    admin = make.member(unit=tree.elsewhere, role=Role.ADMINISTRATOR, email="elsewhere-admin@example.org")
    people = {
        name: getattr(cast, name) for name in ("clerk", "approver", "administrator", "unit_a", "unit_b", "stranger")
    }
    people |= {"elsewhere": elsewhere, "elsewhere_admin": admin, "visitor": None}
    places = {"edition": draft.pk, "appendix": draft.appendices.get().pk}
    return people, places


def enter(client, world, who):
    person = world[0][who]
    if person is not None:
        client.force_login(person)
    return client


def reached(client, place):
    """The status where it ends: who is not of the desk is sent to sign in, and there refused."""
    answer = client.get(f"/admin/chiso/{place}/", follow=True)
    return "sign-in" if answer.request["PATH_INFO"] == "/accounts/login/" else answer.status_code


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("place", LISTS)
def test_the_form_above_a_list_names_only_own_drafts(client, world, who, place):
    enter(client, world, who)
    if who in OUTSIDE:
        assert reached(client, place) == ("sign-in" if who == "visitor" else 403)
        return
    form = client.get(f"/admin/chiso/{place}/").context["form"]
    own = who in DESK
    assert form.fields["into"].queryset.exists() is own
    issuers = set(form.fields["issuer"].queryset.values_list("slug", flat=True))
    assert issuers == ({"vpub-thua-thien-hue"} if own else {"vpub-gia-lai"})


@pytest.mark.parametrize("who", ["elsewhere", "elsewhere_admin"])
def test_nobody_sends_a_file_into_another_office(client, world, tree, who):
    enter(client, world, who)
    fields = {"text": "STT\tĐơn vị\n1\tX", "issuer": tree.issuer.pk, "into": world[1]["edition"]}
    assert client.post("/admin/chiso/result/import/", fields).status_code == 200  # the form again, with its errors
    assert not Upload.objects.exists()


def test_only_units_in_scope_go_out(client, world, tree):
    enter(client, world, "administrator")
    slugs = {row[0] for row in rows.table_of(rows.exported(client, "unit/export/csv"))[1:]}
    assert slugs == {unit.slug for unit in (tree.province, *tree.districts, *tree.agencies, *tree.communes)}
    enter(client, world, "elsewhere_admin")
    slugs = {row[0] for row in rows.table_of(rows.exported(client, "unit/export/csv"))[1:]}
    assert slugs == {"gia-lai", "chu-se"}


def test_the_export_follows_the_list(client, world):
    enter(client, world, "administrator")
    answer = client.get("/admin/chiso/unit/?q=quang+dien")
    links = [link["url"] for link in answer.context["exchange_links"] if "csv" in link["url"]]
    assert [row[0] for row in rows.table_of(client.get(links[0]).getvalue())[1:]] == ["quang-dien"]
    assert client.get("/admin/chiso/unit/export/csv/?nonsense=1").status_code in (200, 302)
    assert client.get("/admin/chiso/unit/export/pdf/").status_code == 404


def test_only_memberships_in_scope_go_out(client, world):
    enter(client, world, "elsewhere_admin")
    emails = {row[0] for row in rows.table_of(rows.exported(client, "membership/export/csv"))[1:]}
    assert emails == {"stranger@example.org", "elsewhere@example.org", "elsewhere-admin@example.org"}


def test_rows_of_another_office_are_refused_at_their_cell(client, world, tree):
    enter(client, world, "elsewhere_admin")

    def reach(table):
        table.append(["quang-dien", "", "Của tôi", "district", "", "gia-lai", "", "", "0", ""])
        table.append(["moi", "", "UBND xã Mới", "commune", "", "quang-dien", "", "", "0", ""])
        table.append(["tinh-moi", "", "UBND tỉnh Mới", "province", "", "gia-lai", "", "", "0", ""])
        rows.cell(table, "gia-lai", "level", "agency")

    told = rows.told(client, "unit", rows.changed(client, "unit", reach))
    assert [re.search("cột (\\w+)", each)[1] for each in told] == ["parent", "slug", "parent", "level"]
    assert Unit.objects.get(slug="quang-dien").name == "UBND huyện Quảng Điền"
    told = rows.told(
        client, "membership", rows.csv_of([["email", "role", "unit"], ["clerk@example.org", "clerk", "quang-dien"]])
    )
    assert len(told) == 1
    assert "cột unit" in told[0]


def test_a_file_of_records_is_no_clerk_s(client, world):
    """It may hold addresses of people: its preview, its download and its confirmation are an administrator's."""
    enter(client, world, "administrator")
    rows.brought(client, "membership", rows.exported(client, "membership/export/csv"))
    upload = Upload.objects.get()
    for who in ("clerk", "approver", "elsewhere", "elsewhere_admin"):
        enter(client, world, who)
        for page in ("change", "file", "history", "appendix"):
            assert client.get(f"/admin/chiso/upload/{upload.pk}/{page}/").status_code in (403, 404), (who, page)
        for page in ("apply", "discard"):
            assert client.post(f"/admin/chiso/upload/{upload.pk}/{page}/", {"shown": "x"}).status_code in (403, 404)
        assert upload.name not in client.get("/admin/chiso/upload/").content.decode()


def test_each_export_leaves_its_trace(client, world):
    enter(client, world, "administrator")
    rows.exported(client, "unit/export/csv")
    rows.exported(client, f"appendix/{world[1]['appendix']}/export/xlsx")
    events = Event.objects.filter(what=What.EXPORTED).order_by("pk")
    assert [event.by.email for event in events] == ["administrator@example.org"] * 2
    assert events[1].edition_id == world[1]["edition"]


def test_names_of_files_are_plain(client, world):
    enter(client, world, "administrator")
    for page in ("unit/export/xlsx", "membership/export/csv", f"edition/{world[1]['edition']}/export/csv"):
        said = client.get(f"/admin/chiso/{page}/")["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9.-]+"', said), said


def test_the_buttons_are_seen_by_whom_they_serve(client, world):
    enter(client, world, "clerk")
    assert "/unit/import/" not in client.get("/admin/chiso/unit/").content.decode()
    assert "/unit/export/" not in client.get("/admin/chiso/unit/").content.decode()
    assert "/result/import/" in client.get("/admin/chiso/result/").content.decode()
    assert (
        f"/appendix/{world[1]['appendix']}/export/xlsx/"
        in client.get(f"/admin/chiso/appendix/{world[1]['appendix']}/change/").content.decode()
    )
    enter(client, world, "administrator")
    assert "/unit/import/" in client.get("/admin/chiso/unit/").content.decode()
