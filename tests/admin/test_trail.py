"""What leaves a line in the change log of whoever changed it by the forms: an indicator that is gone, and roles."""

from __future__ import annotations

import pytest

from chiso.models import Event, Indicator, Membership, User, What
from tests import make
from tests.admin.test_person import ADD, fields


def events(what: str) -> list[Event]:
    return list(Event.objects.filter(what=what).order_by("pk"))


def page(person: User, rest: str = "change/") -> str:
    return f"/admin/chiso/user/{person.pk}/{rest}"


def row(membership: Membership, **own: str) -> dict[str, str]:
    return {
        "memberships-INITIAL_FORMS": "1", "memberships-0-id": str(membership.pk),
        "memberships-0-user": str(membership.user_id), "memberships-0-unit": membership.unit.slug,
        "memberships-0-role": membership.role, "email": membership.user.email,
    } | own  # fmt: skip


@pytest.fixture
def unused(db) -> Indicator:
    return Indicator.objects.create(
        indicator_set=make.indicator_set(), code="THU", name="Chỉ số thử", kind="count", order=99
    )


def test_a_deleted_indicator(administrator, cast, tree, unused):
    assert administrator.post(f"/admin/chiso/indicator/{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Indicator.objects.filter(code="THU").exists()
    (event,) = events(What.INDICATOR_DELETED)
    assert (event.by, event.issuer) == (cast.administrator, tree.issuer)
    assert "THU" in event.subject
    assert "Chỉ số thử" in event.subject
    assert unused.history.first().history_user == cast.administrator
    assert "Chỉ số thử" in administrator.get("/admin/chiso/event/").content.decode(), "the office's own log tells it"


def test_one_in_use_stays_and_nothing_is_told(administrator, tree):
    used = make.draft(tree=tree).results.first().indicator
    administrator.post(f"/admin/chiso/indicator/{used.pk}/delete/", {"post": "yes"})
    assert Indicator.objects.filter(pk=used.pk).exists()
    assert not events(What.INDICATOR_DELETED)


def test_a_role_given(administrator, cast, tree):
    assert administrator.post(ADD, fields()).status_code == 302
    (event,) = events(What.ROLES_CHANGED)
    assert (event.by, event.issuer) == (cast.administrator, tree.issuer)
    assert "moi@example.org" in event.subject
    assert tree.districts[0].name in event.why or "Quảng Điền" in event.why


def test_a_role_that_is_another_now(administrator, cast, tree):
    own = cast.clerk.memberships.get()
    assert (
        administrator.post(page(cast.clerk), fields(**row(own, **{"memberships-0-role": "approver"}))).status_code
        == 302
    )
    assert cast.clerk.memberships.get().role == "approver"
    (event,) = events(What.ROLES_CHANGED)
    before, after = event.why.split("\n")
    assert before.startswith("− ")
    assert own.get_role_display() in before
    assert after.startswith("+ ")
    assert cast.clerk.memberships.get().get_role_display() in after
    assert own.history.first().history_user == cast.administrator


def test_a_role_taken(administrator, cast, tree):
    own = cast.unit_a.memberships.get()
    more = fields(**row(own)) | {
        "memberships-TOTAL_FORMS": "2", "memberships-0-DELETE": "on", "memberships-1-role": "unit",
        "memberships-1-unit": "nam-dong", "memberships-1-user": str(cast.unit_a.pk),
    }  # fmt: skip
    assert administrator.post(page(cast.unit_a), more).status_code == 302
    (event,) = events(What.ROLES_CHANGED)
    assert [line[0] for line in event.why.split("\n")] == ["−", "+"]
    assert {each.unit.slug for each in cast.unit_a.memberships.all()} == {"nam-dong"}


def test_a_person_deleted_with_what_the_person_was(administrator, cast, tree):
    assert administrator.post(page(cast.unit_a, "delete/"), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=cast.unit_a.pk).exists()
    (event,) = events(What.ROLES_CHANGED)
    assert event.issuer == tree.issuer
    assert "unit-a@example.org" in event.subject
    assert event.why.startswith("− ")


def test_what_stays_as_it_is_tells_nothing(administrator, cast):
    own = cast.clerk.memberships.get()
    assert administrator.post(page(cast.clerk), fields(**row(own, full_name="Tên khác"))).status_code == 302
    assert not events(What.ROLES_CHANGED)
