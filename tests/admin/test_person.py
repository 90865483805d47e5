"""People added and invited; nobody types another's password."""

from __future__ import annotations

import pytest
from django.core import mail

from chiso.models import Membership, User
from tests import make

ADD = "/admin/chiso/user/add/"


def fields(**own: str) -> dict[str, str]:
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    person = {"email": "Moi@Example.org", "full_name": "Người mới", "language": "", "is_active": "on"}
    return rows | person | {"memberships-0-role": "unit", "memberships-0-unit": "quang-dien"} | own


def test_a_person_is_added_and_gets_a_link(administrator, cast):
    assert administrator.post(ADD, fields()).status_code == 302
    person = User.objects.get(email="moi@example.org")
    assert not person.has_usable_password()
    assert not person.is_superuser
    assert [str(each.unit.slug) for each in person.memberships.all()] == ["quang-dien"]
    letter = mail.outbox[0]
    assert (letter.to, "mật khẩu" in letter.body) == (["moi@example.org"], True)
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    administrator.logout()
    assert administrator.get(link, follow=True).status_code == 200


def test_the_letter_is_in_the_persons_language(administrator, cast):
    administrator.post(ADD, fields(language="en"))
    assert "choose a password" in mail.outbox[0].body


def test_the_link_is_sent_again(administrator, cast):
    administrator.post(f"/admin/chiso/user/{cast.unit_a.pk}/invite/")
    assert mail.outbox[0].to == ["unit-a@example.org"]
    assert administrator.get(f"/admin/chiso/user/{cast.unit_a.pk}/invite/").status_code == 302


def test_a_mail_server_that_is_down_is_told(administrator, cast, monkeypatch):
    def refuse(*args, **options):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    response = administrator.post(ADD, fields(), follow=True)
    assert "Không gửi được thư mời" in response.content.decode()
    assert User.objects.filter(email="moi@example.org").exists()


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"email": "CLERK@example.org"}, "Đã có người dùng địa chỉ"),
        ({"email": "không"}, ""),
        ({"memberships-0-unit": "chu-se"}, "Không có đơn vị"),
        ({"memberships-0-unit": "", "memberships-0-role": ""}, "Hãy chọn vai trò và đơn vị"),
    ],
)
def test_what_is_wrong_is_told(administrator, cast, own, words):
    before = User.objects.count()
    response = administrator.post(ADD, fields(**own))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert User.objects.count() == before
    assert not mail.outbox


def test_no_page_shows_a_password(administrator, cast):
    cast.clerk.set_password(make.PASSWORD)
    cast.clerk.save()
    text = administrator.get(f"/admin/chiso/user/{cast.clerk.pk}/change/").content.decode()
    text += administrator.get(f"/admin/chiso/user/{cast.clerk.pk}/history/").content.decode()
    assert cast.clerk.password not in text
    assert 'name="password"' not in text
    assert administrator.get(f"/admin/chiso/user/{cast.clerk.pk}/password/").status_code in (302, 404)


def test_an_administrator_makes_no_superuser(administrator, cast):
    administrator.post(ADD, fields(is_superuser="on", is_staff="on"))
    assert not User.objects.get(email="moi@example.org").is_superuser


def test_a_superuser_is_out_of_an_administrators_reach(administrator, cast, tree):
    chief = make.member(
        unit=tree.province, role="clerk", user=make.person(email="chief@example.org", is_superuser=True)
    )
    page = f"/admin/chiso/user/{chief.pk}"
    assert administrator.post(f"{page}/change/", fields(email="stolen@example.org")).status_code == 403
    assert administrator.post(f"{page}/invite/").status_code == 403
    assert administrator.post(f"{page}/delete/", {"post": "yes"}).status_code == 403


def test_who_works_elsewhere_too_keeps_the_account(administrator, cast, tree):
    Membership.objects.create(user=cast.unit_a, unit=tree.elsewhere_district, role="unit")
    own = cast.unit_a.memberships.get(unit=tree.districts[0])
    rows = {
        "memberships-INITIAL_FORMS": "1", "memberships-0-id": str(own.pk), "memberships-0-user": str(cast.unit_a.pk),
        "memberships-0-unit": "nam-dong",
    }  # fmt: skip
    administrator.post(f"/admin/chiso/user/{cast.unit_a.pk}/change/", fields(email="stolen@example.org", **rows))
    cast.unit_a.refresh_from_db()
    assert cast.unit_a.email == "unit-a@example.org"
    assert {each.unit.slug for each in cast.unit_a.memberships.all()} == {"nam-dong", "chu-se"}


def test_people_of_another_province_do_not_exist(administrator, cast):
    assert administrator.get(f"/admin/chiso/user/{cast.stranger.pk}/change/").status_code == 404
    emails = {person.email for person in administrator.get("/admin/chiso/user/").context["cl"].result_list}
    assert "stranger@example.org" not in emails
    assert "unit-a@example.org" in emails


def test_nobody_shuts_out_or_demotes_himself(administrator, cast):
    own = cast.administrator.memberships.get()
    rows = {
        "memberships-INITIAL_FORMS": "1", "memberships-0-id": str(own.pk), "memberships-0-user": str(cast.administrator.pk),
        "memberships-0-unit": "thua-thien-hue", "memberships-0-role": "clerk", "email": "administrator@example.org",
    }  # fmt: skip
    page = f"/admin/chiso/user/{cast.administrator.pk}/change/"
    assert "Không ai tự bỏ vai trò quản trị" in administrator.post(page, fields(**rows)).content.decode()
    without = {name: value for name, value in fields(**rows).items() if name != "is_active"}
    assert administrator.post(page, without | {"memberships-0-role": "administrator"}).status_code == 302
    cast.administrator.refresh_from_db()
    assert cast.administrator.is_active
    assert administrator.post(f"/admin/chiso/membership/{own.pk}/delete/", {"post": "yes"}).status_code == 403


def test_who_has_signed_in_is_not_deleted(administrator, cast):
    page = f"/admin/chiso/user/{cast.unit_a.pk}/delete/"
    assert administrator.get(page).status_code == 200
    cast.unit_a.last_login = make.MOMENT
    cast.unit_a.save()
    assert administrator.post(page, {"post": "yes"}).status_code == 403


def test_people_are_found_folded_and_by_role(administrator, cast):
    cast.unit_a.full_name = "Trần Thị Điền"
    cast.unit_a.save()
    found = administrator.get("/admin/chiso/user/", {"q": "tran thi dien"}).context["cl"].result_list
    assert [person.pk for person in found] == [cast.unit_a.pk]
    clerks = administrator.get("/admin/chiso/user/?role=clerk").context["cl"].result_list
    assert [person.pk for person in clerks] == [cast.clerk.pk]


@pytest.fixture
def theirs(administrator, cast, tree):
    """The stranger is added as one who works here too; nothing else that was typed is taken over."""
    own = fields(email="Stranger@example.org", full_name="Tên khác", language="en", **{"memberships-0-role": "clerk"})
    return administrator.post(ADD, own | {"memberships-0-unit": "thua-thien-hue"}, follow=True)


def test_who_works_elsewhere_is_added_here_too(theirs, cast):
    before = (cast.stranger.full_name, cast.stranger.language, cast.stranger.password, cast.stranger.is_active)
    cast.stranger.refresh_from_db()
    assert (cast.stranger.full_name, cast.stranger.language, cast.stranger.password, cast.stranger.is_active) == before
    assert {(each.unit.slug, each.role) for each in cast.stranger.memberships.all()} == {
        ("chu-se", "unit"), ("thua-thien-hue", "clerk"),
    }  # fmt: skip
    assert User.objects.filter(email__iexact="stranger@example.org").count() == 1
    assert not mail.outbox
    assert "stranger@example.org đã có tài khoản" in theirs.content.decode()


def test_the_account_stays_out_of_reach(theirs, client, cast):
    page = f"/admin/chiso/user/{cast.stranger.pk}"
    client.post(f"{page}/change/", fields(email="stolen@example.org"))
    assert client.post(f"{page}/delete/", {"post": "yes"}).status_code == 403  # though it never signed in
    cast.stranger.refresh_from_db()
    assert cast.stranger.email == "stranger@example.org"


def test_whoever_adds_such_a_person_says_to_which_unit(administrator, cast):
    own = {"memberships-0-unit": "", "memberships-0-role": ""}
    response = administrator.post(ADD, fields(email="stranger@example.org", **own))
    assert response.status_code == 200
    assert "email" not in response.context["adminform"].form.errors
    assert cast.stranger.memberships.count() == 1


def test_a_superuser_is_told_that_there_is_one_already(client, cast):
    client.force_login(make.person(is_superuser=True))
    response = client.post(ADD, fields(email="stranger@example.org"))
    assert "Đã có người dùng địa chỉ" in response.content.decode()


def test_a_desk_role_is_given_only_where_there_is_a_desk(administrator, cast, tree):
    refused = administrator.post(ADD, fields(**{"memberships-0-role": "clerk"}))
    assert "“UBND huyện Quảng Điền”" in refused.content.decode()
    assert not Membership.objects.filter(role="clerk", unit__slug="quang-dien").exists()
    assert (
        administrator.post(
            ADD, fields(**{"memberships-0-role": "clerk", "memberships-0-unit": tree.province.slug})
        ).status_code
        == 302
    )
