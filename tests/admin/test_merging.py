"""Two records of one unit at the desk."""

from __future__ import annotations

import pytest

from chiso.models import Event, Result, Unit, What
from tests import make


@pytest.fixture
def gone(tree):
    return make.unit(slug="h-quang-dien", name="Huyện Quảng Điền (mới)", parent=tree.province)


def address(unit: Unit) -> str:
    return f"/admin/chiso/unit/{unit.pk}/merge/"


def test_the_way_there(administrator, tree, gone, draft):
    assert address(gone) in administrator.get(f"/admin/chiso/unit/{gone.pk}/change/").content.decode()
    make.result(edition=draft, unit=gone, code="HSTT.DH", text="91.5")
    asked = administrator.get(address(gone))
    assert "quang-dien" in asked.content.decode()
    assert asked.context["plan"] is None
    shown = administrator.get(address(gone), {"into": "UBND huyện Quảng Điền · quang-dien"})
    assert len(shown.context["plan"].figures) == 1
    assert not shown.context["plan"].obstacles
    assert Unit.objects.filter(pk=gone.pk, merged_into=None).exists()
    without = administrator.post(address(gone), {"into": "quang-dien", "why": " "})
    assert without.context["reason"].errors
    done = administrator.post(address(gone), {"into": "quang-dien", "why": "Ghi hai lần"}, follow=True)
    assert done.redirect_chain == [(f"/admin/chiso/unit/{tree.districts[0].pk}/change/", 302)]
    gone.refresh_from_db()
    assert gone.merged_into == tree.districts[0]
    assert Event.objects.get(what=What.UNIT_MERGED, edition=draft).why == "Ghi hai lần"
    assert gone.slug not in administrator.get("/admin/chiso/unit/").content.decode()
    assert administrator.get(address(gone)).status_code == 404
    old = administrator.get(f"/admin/chiso/unit/{gone.pk}/change/")
    assert old["Location"] == f"/admin/chiso/unit/{tree.districts[0].pk}/change/"


def test_what_stands_in_the_way_is_said_and_nothing_done(administrator, gone, draft):
    make.result(edition=draft, unit=gone, code="MDSH.5", text="2146")
    shown = administrator.get(address(gone), {"into": "quang-dien"})
    text = shown.content.decode()
    assert f"{make.indicator('MDSH.5').label}: 2145 ≠ 2146" in text
    assert f"{draft.dispatch}, lần {draft.number}" in text
    assert f"/admin/chiso/edition/{draft.pk}/change/" in text
    for slug in ("quang-dien", gone.slug):
        row = Result.objects.get(edition=draft, unit__slug=slug, indicator__code="MDSH.5")
        assert f"/admin/chiso/result/{row.pk}/change/" in text
    assert 'name="why"' not in text
    refused = administrator.post(address(gone), {"into": "quang-dien", "why": "vẫn gộp"})
    assert refused.status_code == 200
    gone.refresh_from_db()
    assert gone.merged_into is None


def test_the_old_address_leads_only_to_what_one_may_see(client, tree, gone, elsewhere):
    Unit.objects.filter(pk=gone.pk).update(merged_into=tree.districts[0])
    client.force_login(elsewhere)
    assert client.get(f"/admin/chiso/unit/{gone.pk}/change/").status_code == 404


@pytest.mark.parametrize("name", ["chu-se", "thua-thien-hue", "so-tai-chinh", "no-such-unit", ""])
def test_only_a_unit_of_the_own_tree_and_level_is_chosen(administrator, tree, gone, name):
    shown = administrator.get(address(gone), {"into": name})
    assert shown.status_code == 200
    assert shown.context["choice"].errors
    administrator.post(address(gone), {"into": name, "why": "x"})
    assert Unit.objects.filter(pk=gone.pk, merged_into=None).exists()


def test_confirmed_is_what_was_shown(administrator, gone):
    assert administrator.get(address(gone), {"into": "quang dien"}).context["kept"].slug == "quang-dien"
    administrator.post(address(gone), {"into": "quang dien", "why": "x"})
    assert Unit.objects.filter(pk=gone.pk, merged_into=None).exists()


@pytest.mark.parametrize(
    ("who", "answer"),
    [("clerk", 403), ("approver", 403), ("administrator", 200), ("unit_a", 302), ("stranger", 302), (None, 302)],
)
def test_administrators_alone(client, cast, gone, who, answer):
    if who:
        client.force_login(getattr(cast, who))
    found = client.get(address(gone)).status_code
    assert found == answer or (answer == 302 and found in (302, 403))
    client.post(address(gone), {"into": "quang-dien", "why": "x"})
    assert Unit.objects.filter(pk=gone.pk).exists() == (who != "administrator")


def test_another_offices_administrator_finds_nothing(client, elsewhere, gone):
    elsewhere.memberships.update(role="administrator")
    client.force_login(elsewhere)
    assert client.get(address(gone)).status_code in (403, 404)
    client.post(address(gone), {"into": "chu-se", "why": "x"})
    assert Unit.objects.filter(pk=gone.pk, merged_into=None).exists()
