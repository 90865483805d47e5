"""Every table of the desk, its pages, and what they answer to nonsense."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.actions import unit as unit_action
from chiso.models import AnswerForm, Event, Layout, Result, ResultChange, Unit, UnitAlias, UnitSuccession, Upload, What
from tests import make

NAMES = sorted(model._meta.model_name for model in admin.site._registry)
PEOPLE = {"user", "membership"}
MOST_QUERIES = 20
LONG = "99999999999999999999"


@pytest.fixture
def world(tree, cast):
    """One row of every table."""
    published = make.published(tree=tree)
    open_edition = make.draft(tree=tree, number="1190")
    make.finding(edition=open_edition)
    event = Event.objects.create(what=What.RESULT_STORED, subject="x", issuer=tree.issuer, edition=open_edition)
    figure = open_edition.results.first()
    ResultChange.objects.create(
        edition=open_edition, indicator=figure.indicator, unit=figure.unit, printed_after="1", event=event
    )
    unit_action.store_alias(alias=UnitAlias(unit=tree.districts[0], alias="H. Quảng Điền"))
    UnitSuccession.objects.create(predecessor=tree.districts[0], successor=tree.districts[1], effective_on="2025-01-01")
    Layout.objects.create(indicator_set=published.indicator_set, code="x", name="Bảng")
    Upload.objects.create(
        issuer=tree.issuer, name="x.txt", sha256="0" * 64, size=1, state="applied", edition=open_edition
    )
    make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a)
    AnswerForm.objects.create(issuer=tree.issuer, title="Thiếu căn cứ", text="Đề nghị gửi văn bản.")
    return published


def base(name: str) -> str:
    return f"/admin/chiso/{name}/"


def row_of(name: str):
    model = next(model for model in admin.site._registry if model._meta.model_name == name)
    return model.objects.order_by("pk").first()


@pytest.mark.parametrize("who", ["clerk", "approver", "administrator"])
@pytest.mark.parametrize("name", NAMES)
def test_the_pages_of_a_table_open(client, world, cast, name, who):
    client.force_login(getattr(cast, who))
    allowed = name not in PEOPLE or who == "administrator"
    for page in ("", "?q=quang+dien", "?q=%25", "?p=99", "?o=1.-2"):
        assert client.get(base(name) + page, follow=True).status_code == (200 if allowed else 403), page
    assert client.get(base(name) + "add/").status_code in (200, 403)
    key = row_of(name).pk
    expected = {200} if allowed else {403, 404}
    assert client.get(f"{base(name)}{key}/change/").status_code in expected
    assert client.get(f"{base(name)}{key}/history/").status_code in expected
    assert client.get(f"{base(name)}{key}/delete/").status_code in (200, 403, 404)


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_is_answered_not_raised(client, world, name):
    client.force_login(make.person(is_superuser=True))
    for key in ("0", "abc", "99999999999999999999999", "1/2", "%00", "1' or 1=1"):
        for page in ("change", "history", "delete"):
            assert client.get(f"{base(name)}{key}/{page}/").status_code == 404, (key, page)
    for query in ("e=x", "nonsense=1", "p=abc", "o=zzz", "q=%00", "edition=abc", "state=x", "role=x", "_facets=True"):
        assert client.get(f"{base(name)}?{query}", follow=True).status_code in (200, 400), query
    assert client.post(f"{base(name)}add/", {"unit": "1", "edition": "x", "_to_field": "id"}).status_code < 500
    assert client.post(f"{base(name)}{row_of(name).pk}/change/", {"unit": "??"}).status_code < 500


@pytest.mark.parametrize("name", NAMES)
def test_a_number_longer_than_any_key_is_answered(client, world, name):
    client.force_login(make.person(is_superuser=True))
    row = row_of(name)
    keys = {f"{field.name}{end}" for field in row._meta.fields if field.is_relation for end in ("", "__id__exact")}
    for key in keys | {
        "edition",
        "edition__dispatch",
        "dispatch__issuer__id__exact",
        "id",
        "p",
        "year",
        "number",
        "at__year",
    }:
        answer = client.get(f"{base(name)}?{key}={LONG}", follow=True)
        assert answer.status_code in (200, 400), key
        assert client.get(f"{base(name)}add/?{key}={LONG}", follow=True).status_code in (200, 403), key
    for digits in ("-" + LONG, "9223372036854775808"):
        query = f"edition={digits}&dispatch__issuer__id__exact={digits}&id={digits}&p={digits}&year={digits}"
        assert client.get(f"{base(name)}?{query}", follow=True).status_code in (200, 400), digits
        assert client.get(f"{base(name)}add/?{query}", follow=True).status_code in (200, 403), digits
    assert client.get(f"{base(name)}?_facets=True&edition={LONG}", follow=True).status_code == 200
    for page in ("change", "history", "delete"):
        assert client.get(f"{base(name)}{LONG}/{page}/").status_code == 404
    sent = {field.name: LONG for field in row._meta.fields}
    assert client.post(f"{base(name)}add/", sent).status_code < 500


@pytest.mark.parametrize("name", NAMES)
def test_a_list_costs_the_same_whatever_it_holds(client, world, tree, name):
    client.force_login(make.person(is_superuser=True))
    client.get(base(name))  # content types are looked up once

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(base(name)).status_code == 200
        return len(queries)

    before = cost()
    for number in range(12):
        unit = make.unit(slug=f"don-vi-{number}", parent=tree.province)
        make.member(unit=unit)
        edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number=f"20{number}"))
        make.result(edition=edition, unit=unit, code="TONG", text="5/100")
        make.finding(edition=edition)
        Upload.objects.create(issuer=tree.issuer, name=f"{number}.txt", sha256="1" * 64, size=1, edition=edition)
        make.reply(edition=make.settle(edition, "published"), unit=unit, by=make.person())
        AnswerForm.objects.create(issuer=tree.issuer, title=f"Mẫu {number}", text="…")
    assert cost() <= before + 1  # the list of roles is fetched by one query more once there are any
    assert before <= MOST_QUERIES


@pytest.mark.parametrize("name", ["standing", "summary", "event"])
@pytest.mark.parametrize("who", ["clerk", "administrator", "superuser"])
def test_nobody_edits_what_was_kept(client, world, cast, name, who):
    client.force_login(make.person(is_superuser=True) if who == "superuser" else getattr(cast, who))
    key = row_of(name).pk
    assert client.get(base(name) + "add/").status_code == 403
    assert client.post(f"{base(name)}{key}/change/", {}).status_code == 403
    assert client.post(f"{base(name)}{key}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("who", ["clerk", "superuser"])
def test_a_published_figure_is_only_looked_at(client, world, cast, who):
    client.force_login(make.person(is_superuser=True) if who == "superuser" else cast.clerk)
    figure = Result.objects.filter(edition=world).first()
    page = f"{base('result')}{figure.pk}"
    assert client.get(f"{page}/change/").status_code == 200
    assert client.post(f"{page}/change/", {"text": "99/100"}).status_code == 403
    assert client.post(f"{page}/delete/", {"why": "x"}).status_code == 403
    figure.refresh_from_db()
    assert figure.printed != "99/100"


def test_no_page_carries_inline_style_or_script(client, world):
    client.force_login(make.person(is_superuser=True))
    for name in NAMES:
        for page in (base(name), f"{base(name)}add/", f"{base(name)}{row_of(name).pk}/change/"):
            text = client.get(page).content.decode()
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), page


@pytest.mark.parametrize("name", NAMES)
def test_no_page_calls_a_record_an_object(client, world, name):
    client.force_login(make.person(is_superuser=True))
    for page in ("change", "history", "delete"):
        assert " object (" not in client.get(f"{base(name)}{row_of(name).pk}/{page}/").content.decode(), page


def test_no_list_deletes_by_the_handful(client, world):
    client.force_login(make.person(is_superuser=True))
    before = Unit.objects.count()
    client.post(base("unit"), {"action": "delete_selected", "_selected_action": [1, 2], "post": "yes"})
    assert Unit.objects.count() == before
