"""Whatever changes on a page changes its tag, and a copy is told to be good only while it is."""

from __future__ import annotations

import re

import pytest

from chiso.models import Edition, Indicator, Shows, State, Unit
from tests import make
from tests.pages.conftest import Office

PAGES = {
    "board": lambda office: office.page(office.published, "TONG", "district"),
    "table": lambda office: f"{office.page(office.published)}table/district/",
}


@pytest.fixture(params=PAGES)
def address(request, office: Office) -> str:
    return PAGES[request.param](office)


def known(client, address: str) -> str:
    """The tag of a page that the reader has; the first visit hands out the secret of the forms."""
    client.get(address)
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]
    return answer.headers["ETag"]


def again(client, address: str, tag: str):
    return client.get(address, HTTP_IF_NONE_MATCH=tag)


def test_a_page_that_is_the_same_is_not_sent_again(office: Office, seen_by, address: str):
    client = seen_by(office.cast.unit_a)
    tag = known(client, address)
    answer = again(client, address, tag)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert again(client, address + "?sort=unit", tag).status_code == 200


def _disputed(office: Office) -> None:
    make.reply(edition=office.published, unit=office.tree.districts[0], by=office.cast.unit_a)


def _corrected(office: Office) -> None:
    make.settle(office.published, State.SUPERSEDED)
    second = make.edition(dispatch=office.published.dispatch, number=2)
    make.figures(edition=second, tree=office.tree)
    make.publish(second)


def _recalled(office: Office) -> None:
    make.settle(office.published, State.RECALLED)


def _hidden(office: Office) -> None:
    type(office.tree.issuer).objects.update(shows=Shows.OWN_RANK)


def _told(office: Office) -> None:
    office.notice("unit_a")


def _english(office: Office) -> None:
    type(office.cast.unit_a).objects.filter(pk=office.cast.unit_a.pk).update(language="en")


def _renamed(office: Office) -> None:
    Unit.objects.filter(pk=office.tree.districts[3].pk).update(name="UBND huyện Mới")


def _called(office: Office) -> None:
    Indicator.objects.filter(code="TONG").update(name="Chỉ số khác", short_name="Khác")


def _subject(office: Office) -> None:
    type(office.published.dispatch).objects.update(subject="Về việc khác")


def _of_another(office: Office) -> None:
    make.member(unit=office.tree.districts[1], user=office.cast.unit_a)


@pytest.mark.parametrize(
    "change",
    [_disputed, _corrected, _recalled, _hidden, _told, _english, _renamed, _called, _subject, _of_another],
)
def test_what_changes_on_the_page_changes_its_tag(office: Office, seen_by, address: str, change):
    client = seen_by(office.cast.unit_a)
    tag = known(client, address)
    change(office)
    answer = again(client, address, tag)
    assert answer.status_code == 200
    assert answer.headers.get("ETag") != tag


def test_nobody_is_told_that_another_s_copy_is_good(office: Office, seen_by, address: str):
    """Not in the same browser either, nor a colleague of the same unit: another name stands above."""
    client = seen_by(office.cast.unit_a)
    tag = known(client, address)
    colleague = make.member(unit=office.tree.districts[0])
    for other in (office.cast.clerk, office.cast.unit_b, colleague):
        answer = again(seen_by(other), address, tag)
        assert answer.status_code == 200
        assert answer.headers["ETag"] != tag
    assert again(seen_by(None), address, tag).status_code == 302
    assert again(seen_by(office.cast.stranger), address, tag).status_code == 404


def test_the_forms_of_a_copy_work(office: Office, seen_by, address: str):
    """Another secret of the forms is another page."""
    client = seen_by(office.cast.unit_a)
    tag = known(client, address)
    client.cookies["csrftoken"] = "x" * 32
    assert again(client, address, tag).status_code == 200
    del client.cookies["csrftoken"]
    assert "ETag" not in client.get(address).headers


def test_other_code_is_another_page(office: Office, seen_by, address: str, monkeypatch):
    client = seen_by(office.cast.unit_a)
    tag = known(client, address)
    monkeypatch.setattr("chiso.pages.conditional._code", lambda: "other")
    assert again(client, address, tag).status_code == 200


def test_a_draft_has_no_tag(office: Office, seen_by):
    client = seen_by(office.cast.clerk)
    page = office.page(office.draft, "TONG", "district")
    client.get(page)
    assert "ETag" not in client.get(page).headers


def test_the_same_page_says_the_same_but_for_the_secret_of_its_forms(office: Office, seen_by, address: str):
    """Two pages of one tag are one page."""
    client = seen_by(office.cast.unit_a)
    known(client, address)
    bodies = {re.sub(r'value="[A-Za-z0-9]{64}"', "", client.get(address).content.decode()) for _time in range(2)}
    assert len(bodies) == 1
    assert Edition.objects.count() == 2
