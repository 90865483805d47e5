"""Notices in the product: the count in the header, the list, what one chooses, and the way out from a mail."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from chiso.models import Edition, Mail, Notice, NoticeChoice, NoticeKind, User
from chiso.queries import notice as query
from chiso.queries.unsubscribe import path_for
from tests import make
from tests.actions.test_notice import reply
from tests.pages.conftest import Office
from tests.pages.test_board import read


def told(edition: Edition, to: User, number: int = 1, **fields) -> Notice:
    """One notice that the person was told: of a unit user's unit, of the desk otherwise."""
    unit = to.memberships.filter(role="unit").values_list("unit", flat=True).first()
    given = {"kind": NoticeKind.PUBLISHED, "key": f"event:{number}", "unit_id": unit}
    given["figures"] = [["TONG", "", "57.72/100"]] if unit else []
    return Notice.objects.create(to=to, edition=edition, **given | fields)


@pytest.fixture
def notice(office: Office) -> Notice:
    return told(office.published, office.cast.unit_a)


# --- The bell -------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "page"), [("unit_a", "/dispatches/"), ("clerk", "/admin/")])
def test_both_doors_count_what_is_new(office: Office, seen_by, who, page):
    client = seen_by(getattr(office.cast, who))
    assert 'class="count"' not in read(client, page)
    for number in range(3):
        told(office.published, getattr(office.cast, who), number)
    told(office.published, getattr(office.cast, who), 7, here=False)
    told(office.published, office.cast.unit_b, 8)
    assert re.search(r'class="count"[^>]*>3<', read(client, page))
    Notice.objects.update(read_at=timezone.now())
    assert 'class="count"' not in read(client, page)


def test_the_count_costs_one_query(office: Office, django_assert_num_queries, notice):
    with django_assert_num_queries(1):
        assert query.unread(office.cast.unit_a) == 1


def test_a_page_asks_for_it_once(office: Office, seen_by, notice, django_assert_max_num_queries):
    client = seen_by(office.cast.unit_a)
    with django_assert_max_num_queries(12) as asked:
        client.get("/notices/")
    counts = [each["sql"] for each in asked.captured_queries if "COUNT" in each["sql"] and "read_at" in each["sql"]]
    assert len(counts) == 1


def test_more_than_can_be_read_are_told_in_short(office: Office, seen_by):
    for number in range(120):
        told(office.published, office.cast.unit_a, number)
    assert ">99+<" in read(seen_by(office.cast.unit_a), "/dispatches/")


def test_a_visitor_has_no_bell(db, client):
    assert "/notices/" not in read(client, "/accounts/login/")


# --- The list -------------------------------------------------------------------------------------
def test_the_list_says_what_happened_and_leads_there(office: Office, seen_by, notice):
    client = seen_by(office.cast.unit_a)
    html = read(client, "/notices/")
    assert "1082/VPUB-KSTT" in html
    assert "Chỉ số tổng hợp: 57.72/100" in html
    assert f'href="/notices/{notice.pk}/"' in html
    answer = client.get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer.url) == (302, "/units/quang-dien/vpub-thua-thien-hue/2023/1082-VPUB-KSTT/")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_looking_ahead_reads_nothing(office: Office, seen_by, notice):
    assert seen_by(office.cast.unit_a).head(f"/notices/{notice.pk}/").status_code == 302
    notice.refresh_from_db()
    assert notice.read_at is None


def test_every_notice_leads_to_a_page_that_its_reader_may_open(office: Office, seen_by):
    for number, kind in enumerate((NoticeKind.PUBLISHED, NoticeKind.RECALLED)):
        for who in (office.cast.unit_a, office.cast.clerk):
            one = told(office.published, who, number, kind=kind)
            assert seen_by(who).get(f"/notices/{one.pk}/", follow=True).status_code == 200
    disputed = reply(office.published, office.cast.unit_a)
    for who, kind in ((office.cast.unit_a, NoticeKind.REPLY_ANSWERED), (office.cast.clerk, NoticeKind.REPLY_SENT)):
        one = told(office.published, who, kind=kind, key="received:1", reply=disputed)
        assert seen_by(who).get(f"/notices/{one.pk}/", follow=True).status_code == 200
    one = told(office.draft, office.cast.approver, kind=NoticeKind.REVIEW)
    assert seen_by(office.cast.approver).get(f"/notices/{one.pk}/", follow=True).status_code == 200


def test_one_is_marked_as_read_and_then_all(office: Office, seen_by, notice):
    client, others = seen_by(office.cast.unit_a), [told(office.published, office.cast.unit_a, n) for n in (2, 3)]
    foreign = told(office.published, office.cast.unit_b)
    client.post("/notices/read/", {"notice": notice.pk})
    assert query.unread(office.cast.unit_a) == len(others)
    client.post("/notices/read/", {"notice": foreign.pk})
    answer = client.post("/notices/read/", follow=True)
    assert answer.redirect_chain == [("/notices/", 302)]
    assert query.unread(office.cast.unit_a) == 0
    assert query.unread(office.cast.unit_b) == 1


@pytest.mark.parametrize("which", ["x", "-1", "", "²", "1 OR 1=1", "9" * 5000])
def test_what_is_no_notice_is_not_marked(office: Office, seen_by, notice, which):
    assert seen_by(office.cast.unit_a).post("/notices/read/", {"notice": which}).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_number_longer_than_any_key_marks_nothing(office: Office, seen_by, notice):
    assert seen_by(office.cast.unit_a).post("/notices/read/", {"notice": "9" * 30}).status_code == 302
    notice.refresh_from_db()
    assert notice.read_at is None


def test_nobody_reads_another_s(office: Office, seen_by, notice):
    for who in ("unit_b", "clerk", "approver", "administrator", "stranger"):
        client = seen_by(getattr(office.cast, who))
        assert client.get(f"/notices/{notice.pk}/").status_code == 404
        assert "57.72" not in read(client, "/notices/")


def test_whoever_left_the_unit_reads_no_more_of_it(office: Office, seen_by, notice):
    office.cast.unit_a.memberships.all().delete()
    assert "57.72" not in read(seen_by(office.cast.unit_a), "/notices/")
    assert seen_by(office.cast.unit_a).get(f"/notices/{notice.pk}/").status_code == 404


def test_a_long_list_comes_in_pages_and_costs_the_same(office: Office, seen_by, django_assert_max_num_queries):
    for number in range(70):
        told(office.published, office.cast.unit_a, number)
    client = seen_by(office.cast.unit_a)
    with django_assert_max_num_queries(9):
        html = read(client, "/notices/?page=2")
    assert html.count('class="what"') == 30
    assert "70" in html
    assert 'href="?page=3"' in html
    assert client.get("/notices/?page=x").status_code == 200


@pytest.mark.parametrize("who", [None, "unit_a"])
def test_an_empty_list_says_what_will_stand_there(office: Office, seen_by, who):
    user = getattr(office.cast, who) if who else make.person()
    html = read(seen_by(user), "/notices/")
    assert 'class="empty"' in html
    assert ("/account/notices/" in html) == bool(who)


# --- Choices --------------------------------------------------------------------------------------
def test_only_kinds_that_concern_the_person_are_offered(office: Office, seen_by):
    unit = set(query.kinds_of(office.cast.unit_a))
    assert unit == {"published", "corrected", "recalled", "reply-answered", "deadline"}
    assert set(query.kinds_of(office.cast.clerk)) == {"published", "corrected", "recalled", "reply-sent", "deadline"}
    assert set(query.kinds_of(office.cast.approver)) == {*query.kinds_of(office.cast.clerk), "review"}
    assert query.kinds_of(make.person()) == ()
    office.tree.issuer.second_person = False
    office.tree.issuer.save()
    assert "review" in query.kinds_of(office.cast.clerk)
    html = read(seen_by(office.cast.unit_a), "/account/notices/")
    assert set(re.findall(r'name="([a-z-]+)-mail"', html)) == unit


def test_a_choice_is_kept_and_shown(office: Office, seen_by):
    client = seen_by(office.cast.unit_a)
    assert read(client, "/account/notices/").count(" checked") == 10
    sent = {"published-here": "on", "corrected-here": "on", "corrected-mail": "on", "review-mail": "on"}
    answer = client.post("/account/notices/", sent, follow=True)
    assert answer.redirect_chain == [("/account/notices/", 302)]
    kept = {each.kind: (each.here, each.mail) for each in NoticeChoice.objects.filter(user=office.cast.unit_a)}
    assert kept["published"] == (True, False)
    assert kept["corrected"] == (True, True)
    assert kept["recalled"] == (False, False)
    assert "review" not in kept
    assert answer.content.decode().count(" checked") == 3
    assert not NoticeChoice.objects.exclude(user=office.cast.unit_a).exists()


def test_the_account_leads_there(office: Office, seen_by):
    assert 'href="/account/notices/"' in read(seen_by(office.cast.unit_a), "/account/")


# --- The way out from a mail ----------------------------------------------------------------------
@pytest.fixture
def way_out(office: Office) -> str:
    return path_for(office.cast.unit_a, NoticeKind.PUBLISHED)


def mailed(user: User) -> dict[str, bool]:
    return {each.kind: each.mail for each in query.choices_of(user)}


def test_it_works_without_signing_in_and_only_by_its_button(office: Office, client, way_out):
    assert read(client, way_out).split("<main")[1].count('<button type="submit"') == 2
    assert client.head(way_out).status_code == 200
    assert not NoticeChoice.objects.exists()
    answer = client.post(way_out)
    assert answer.status_code == 200
    assert mailed(office.cast.unit_a) == dict.fromkeys(query.UNIT_KINDS, True) | {"published": False}
    assert {each.here for each in query.choices_of(office.cast.unit_a)} == {True}
    assert "unit-a@example.org" not in answer.content.decode()


def test_one_click_of_the_mail_provider_needs_no_token(office: Office, way_out):
    waiting = told(office.published, office.cast.unit_a, mail=Mail.WAITING)
    client = Client(enforce_csrf_checks=True)
    assert client.post(way_out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(way_out, {"List-Unsubscribe": "One-Click"}).status_code == 200  # again does no harm
    assert mailed(office.cast.unit_a)["published"] is False
    waiting.refresh_from_db()
    assert waiting.mail == Mail.NONE


def test_all_mail_can_be_stopped_at_once(office: Office, client, way_out):
    client.post(way_out, {"all": "1"})
    assert not any(mailed(office.cast.unit_a).values())
    assert all(mailed(office.cast.unit_b).values())


def test_it_speaks_the_language_of_the_person(office: Office, client, way_out):
    office.cast.unit_a.language = "en"
    office.cast.unit_a.save()
    html = read(client, way_out)
    assert '<html lang="en">' in html
    assert "No more mail of this kind?" in html


def test_forged_and_foreign_signatures_are_refused(office: Office, client, way_out):
    *_start, person, kind, signature, _end = way_out.split("/")
    flipped = ("0" if signature[0] != "0" else "1") + signature[1:]
    hostile = [
        f"/notices/off/{person}/{kind}/{flipped}/",
        f"/notices/off/{person}/{kind}/{signature[:-1]}/",
        f"/notices/off/{person}/{kind}/{signature}0/",
        f"/notices/off/{person}/{kind}/{signature.upper()}/",
        f"/notices/off/{person}/recalled/{signature}/",  # of another kind
        f"/notices/off/{person}/birthday/{signature}/",
        f"/notices/off/{office.cast.unit_b.pk}/{kind}/{signature}/",  # of another person
        f"/notices/off/{10**30}/{kind}/{signature}/",
        f"/notices/off/{person}/{kind}/%00/",
        f"/notices/off/{person}/{kind}/ắ/",
        f"/notices/off/-1/{kind}/{signature}/",
    ]
    for path in hostile:
        assert client.get(path).status_code == 404, path
        assert client.post(path, {"all": "1"}).status_code == 404, path
    assert not NoticeChoice.objects.exists()


def test_it_ends_with_the_address_and_with_the_account(office: Office, client, way_out):
    office.cast.unit_a.email = "new@example.org"
    office.cast.unit_a.save()
    assert client.post(way_out).status_code == 404
    new = path_for(office.cast.unit_a, NoticeKind.PUBLISHED)
    assert client.get(new).status_code == 200
    office.cast.unit_a.is_active = False
    office.cast.unit_a.save()
    assert client.get(new).status_code == 404


def test_it_opens_nothing_else(office: Office, client, way_out):
    client.post(way_out)
    assert client.get("/account/notices/").status_code == 302
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("way", ["put", "delete", "patch"])
def test_other_ways_are_refused(office: Office, client, way_out, way):
    assert getattr(client, way)(way_out).status_code == 405
