"""Who comes to the desk, and what the first page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests import make

HOME = reverse("admin:index")


def test_a_visitor_is_asked_to_sign_in(client, db):
    response = client.get(HOME, follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/"


@pytest.mark.parametrize("who", ["unit_a", "stranger"])
def test_a_unit_user_is_refused(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(HOME, follow=True).status_code == 403
    assert client.get("/admin/chiso/dispatch/", follow=True).status_code == 403


def test_a_person_who_may_no_longer_sign_in_is_out(client, cast):
    client.force_login(cast.clerk)
    cast.clerk.is_active = False
    cast.clerk.save()
    assert client.get(HOME).status_code == 302


@pytest.mark.parametrize("who", ["clerk", "approver", "administrator"])
def test_the_first_page_shows_the_work_at_hand(client, cast, draft, who):
    make.finding(edition=draft, severity="warning")
    client.force_login(getattr(cast, who))
    response = client.get(HOME)
    shown = response.context["home"]
    assert [each.edition.pk for each in (shown.others if who == "approver" else shown.mine)] == [draft.pk]
    text = response.content.decode()
    assert "1082/VPUB-KSTT" in text
    assert f"/admin/chiso/edition/{draft.pk}/findings/?state=open" in text
    assert ("/admin/chiso/user/" in text.partition('id="ways"')[2].partition("</section>")[0]) == (
        who == "administrator"
    )


def test_a_month_that_is_missing_is_named(client, cast, tree):
    make.published(tree=tree)
    client.force_login(cast.clerk)
    assert "10/2023" in client.get(HOME).content.decode().partition('id="mine"')[2].partition("</section>")[0]


def test_the_first_day_says_what_to_do_first(client, cast):
    client.force_login(cast.clerk)
    text = client.get(HOME).content.decode()
    assert 'class="steps"' in text
    assert 'id="mine"' not in text


def test_another_office_has_other_work(client, elsewhere, draft):
    client.force_login(elsewhere)
    response = client.get(HOME)
    assert not response.context["home"].open
    assert "1082" not in response.content.decode()


@pytest.mark.parametrize(("language", "said"), [("vi", "Nạp công văn"), ("en", "Load the dispatch")])
def test_the_help_page_is_whole_in_both_languages(client, cast, language, said):
    cast.clerk.language = language
    cast.clerk.save()
    client.force_login(cast.clerk)
    text = client.get("/admin/help/").content.decode()
    assert said in text
    assert '<a href="/admin/help/" aria-current="page"' in text
    places = set(re.findall(r'<a href="#([a-z]+)"', text)) - {"main"}
    assert len(places) == 11
    assert places == set(re.findall(r'<h2 id="([a-z]+)"', text))
    for picture in re.findall(r'src="/static/(chiso/help/[^"]+)"', text):
        found = finders.find(picture)
        assert found, picture
        assert Path(found).stat().st_size <= 80_000, picture


@pytest.mark.parametrize(("who", "answer"), [("unit_a", 302), ("stranger", 302), ("approver", 200)])
def test_help_is_for_the_desk(client, cast, who, answer):
    client.force_login(getattr(cast, who))
    assert client.get("/admin/help/").status_code == answer


def test_only_our_own_tables_are_at_the_desk():
    assert {model._meta.app_label for model in admin.site._registry} == {"chiso"}


def test_every_table_has_its_place_in_the_navigation(client, db):
    client.force_login(make.person(is_superuser=True))
    response = client.get(HOME)
    places = {place.url for _, group in response.context["places"] for place in group}
    assert places == {reverse(f"admin:chiso_{model._meta.model_name}_changelist") for model in admin.site._registry}


@pytest.mark.parametrize("page", ["password_change/", "logout/", "chiso/"])
def test_stock_pages_lead_to_ours(clerk, page):
    response = clerk.get(HOME + page)
    assert response.status_code == 302
    assert not response["Location"].startswith(HOME + "password")


def test_who_is_signed_in_need_not_sign_in_again(clerk):
    assert clerk.get(HOME + "login/")["Location"] == HOME
