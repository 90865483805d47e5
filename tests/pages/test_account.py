"""One's own account and the language of the screen."""

from __future__ import annotations

import pytest

from tests import make
from tests.pages.conftest import Office
from tests.pages.test_board import read


def test_name_and_language_are_one_s_own_to_change(office: Office, seen_by):
    client = seen_by(office.cast.unit_a)
    html = read(client, "/account/")
    assert "unit-a@example.org" in html
    assert "Đơn vị, UBND huyện Quảng Điền" in html
    answer = client.post("/account/", {"full_name": "Một cửa Quảng Điền", "language": "en"}, follow=True)
    assert answer.redirect_chain == [("/account/", 302)]
    assert "Your account has been saved." in answer.content.decode()
    office.cast.unit_a.refresh_from_db()
    assert (office.cast.unit_a.full_name, office.cast.unit_a.language) == ("Một cửa Quảng Điền", "en")


def test_nothing_else_can_be_changed_there(office: Office, seen_by):
    client = seen_by(office.cast.unit_a)
    client.post("/account/", {"full_name": "A", "language": "vi", "email": "x@example.org", "is_superuser": "on"})
    office.cast.unit_a.refresh_from_db()
    assert (office.cast.unit_a.email, office.cast.unit_a.is_superuser) == ("unit-a@example.org", False)


def test_a_language_that_is_not_there_is_refused_in_words(office: Office, seen_by):
    answer = seen_by(office.cast.unit_a).post("/account/", {"full_name": "A", "language": "fr"})
    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()


def test_a_visitor_changes_the_language_and_stays_where_it_was(db, client):
    assert "Đăng nhập" in read(client, "/accounts/login/")
    answer = client.post("/language/", {"language": "en", "next": "/accounts/login/?next=/units/"})
    assert answer.url == "/accounts/login/?next=/units/"
    html = read(client, "/accounts/login/")
    assert "Sign in" in html
    assert '<html lang="en">' in html


def test_the_choice_is_kept_with_the_person(office: Office, seen_by):
    client = seen_by(office.cast.unit_a)
    client.post("/language/", {"language": "en", "next": "/dispatches/"})
    office.cast.unit_a.refresh_from_db()
    assert office.cast.unit_a.language == "en"
    client.cookies.clear()
    assert "Dispatches" in read(seen_by(office.cast.unit_a), "/dispatches/")


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_it_never_leads_elsewhere(db, client, target: str):
    assert client.post("/language/", {"language": "en", "next": target}).url == "/"


def test_an_unknown_language_changes_nothing(office: Office, seen_by):
    seen_by(office.cast.unit_a).post("/language/", {"language": "xx", "next": "/"})
    office.cast.unit_a.refresh_from_db()
    assert office.cast.unit_a.language == ""


def test_a_browser_set_to_english_is_no_choice(db, client):
    answer = client.get("/accounts/login/", headers={"accept-language": "en"})
    assert '<html lang="vi">' in answer.content.decode()


def test_an_unbelonging_person_is_told_so(db, seen_by):
    assert "Chưa có" in read(seen_by(make.person()), "/account/")
