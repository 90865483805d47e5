"""Signing in and out, a forgotten password, and that nobody signs up."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from chiso.models import User
from tests import make
from tests.pages.test_board import read


@pytest.fixture
def person(db) -> User:
    return make.person(email="mot.cua@example.org", password=make.PASSWORD, full_name="Một cửa")


def sign_in(client, password: str = make.PASSWORD):
    return client.post("/accounts/login/", {"login": "mot.cua@example.org", "password": password}, follow=True)


def test_in_and_out(client, person):
    answer = sign_in(client)
    assert answer.redirect_chain[-1][0] == "/dispatches/"
    assert "Một cửa" in answer.content.decode()
    answer = client.post("/accounts/logout/", follow=True)
    assert "Bạn đã đăng xuất." in answer.content.decode()
    assert client.get("/dispatches/").status_code == 302


def test_a_wrong_password_says_so_and_not_which_half_is_wrong(client, person):
    html = sign_in(client, "wrong").content.decode()
    assert "Địa chỉ thư điện tử hoặc mật khẩu không đúng." in html


def test_it_returns_to_the_page_asked_for(client, person):
    client.get("/units/")
    answer = client.post(
        "/accounts/login/?next=/units/", {"login": person.email, "password": make.PASSWORD, "next": "/units/"}
    )
    assert answer.url == "/units/"


def test_nobody_signs_up(client, db):
    assert "Tài khoản do quản trị của cơ quan bạn tạo." in read(client, "/accounts/signup/")
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": make.PASSWORD})
    assert not User.objects.exists()


def test_a_forgotten_password_is_chosen_anew(client, person):
    client.post("/accounts/password/reset/", {"email": person.email})
    (letter,) = mail.outbox
    assert letter.subject == "[Chiso] Đặt mật khẩu mới"
    assert "Hãy đặt mật khẩu mới tại đây:" in letter.body
    assert "example.com" not in letter.body
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    page = client.get(link, follow=True)
    assert "Mật khẩu mới (nhập lại)" in page.content.decode()
    new = "mot-cau-khac-hoan-toan"
    answer = client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    assert "Đã đặt mật khẩu" in answer.content.decode()
    assert sign_in(client, new).redirect_chain
    assert [each.subject for each in mail.outbox[1:]] == ["[Chiso] Mật khẩu của bạn đã thay đổi"]
    assert "Nếu không phải bạn làm việc này, hãy báo ngay" in mail.outbox[1].body


def test_the_letter_is_in_the_language_of_the_page(client, person):
    client.post("/language/", {"language": "en"})
    client.post("/accounts/password/reset/", {"email": person.email})
    assert mail.outbox[0].subject == "[Chiso] Choose a new password"


def test_an_unknown_address_is_told_by_mail_alone(client, person):
    known = client.post("/accounts/password/reset/", {"email": person.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert "không có tài khoản nào dùng địa chỉ này" in mail.outbox[1].body


def test_a_used_link_says_what_to_do(client, person):
    html = client.get("/accounts/password/reset/key/1-used/", follow=True).content.decode()
    assert "Liên kết này không còn dùng được" in html
    assert 'href="/accounts/password/reset/"' in html


def test_changing_the_password(client, person):
    sign_in(client)
    wrong = client.post(
        "/accounts/password/change/", {"oldpassword": "no", "password1": "mot-cau-moi-2024", "password2": "khac"}
    ).content.decode()
    assert "Mật khẩu hiện tại không đúng." in wrong
    new = "mot-cau-moi-2024"
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": make.PASSWORD, "password1": new, "password2": new}, follow=True
    )
    assert "Đã đặt mật khẩu." in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(new)


@pytest.mark.parametrize("weak", ["mot-cau-m", "837465920183"])
def test_a_password_has_ten_characters_and_not_digits_alone(client, person, weak):
    sign_in(client)
    form = {"oldpassword": make.PASSWORD, "password1": weak, "password2": weak}
    assert client.post("/accounts/password/change/", form).status_code == 200
    person.refresh_from_db()
    assert person.check_password(make.PASSWORD)
