"""Who comes to the desk, and what the first page says."""

from __future__ import annotations

import pytest
from django.contrib import admin
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
    assert [edition.pk for edition in response.context["drafts"]] == [draft.pk]
    assert response.context["waiting"] == {"warning": 1}
    assert "1082/VPUB-KSTT" in response.content.decode()


def test_another_office_has_other_work(client, elsewhere, draft):
    client.force_login(elsewhere)
    response = client.get(HOME)
    assert not response.context["drafts"]
    assert "1082" not in response.content.decode()


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
