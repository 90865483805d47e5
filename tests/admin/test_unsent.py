"""Mails that were not sent, or perhaps not: shown to administrators, and sent again on purpose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from chiso.actions import mail
from chiso.models import Mail, Notice, NoticeKind, Role
from chiso.queries.unsent import WAITS
from tests import make

PAGE = "/admin/mail/"


@pytest.fixture
def edition(tree):
    return make.published(tree=tree)


def unsent(edition, to, *, minutes=30, tries=1, key="event:1") -> Notice:
    """As a process leaves it that dies between marking and sending."""
    return Notice.objects.create(
        to=to, kind=NoticeKind.RECALLED, key=key, edition=edition, unit=to.memberships.get().unit, mail=Mail.FAILED,
        tries=tries, mailed_at=timezone.now() - timedelta(minutes=minutes),
    )  # fmt: skip


def test_an_administrator_is_told_and_sends_it_again(administrator, cast, edition, django_capture_on_commit_callbacks):
    assert PAGE not in administrator.get("/admin/").content.decode()
    one = unsent(edition, cast.unit_a)
    assert PAGE in administrator.get("/admin/").content.decode()
    html = administrator.get(PAGE).content.decode()
    assert cast.unit_a.email in html
    with django_capture_on_commit_callbacks(execute=True):
        assert administrator.post(PAGE, {"key": one.pk}).status_code == 302
    one.refresh_from_db()
    assert one.mail == Mail.SENT
    assert [each.to for each in outbox.outbox] == [[cast.unit_a.email]]
    administrator.post(PAGE, {"key": one.pk})  # a second click
    assert len(outbox.outbox) == 1
    assert cast.unit_a.email not in administrator.get(PAGE).content.decode()


def test_one_that_is_on_its_way_is_none(administrator, cast, edition):
    unsent(edition, cast.unit_a, minutes=1)
    assert cast.unit_a.email not in administrator.get(PAGE).content.decode()


def test_what_may_have_arrived_is_told_apart_from_what_was_given_up(administrator, cast, edition, monkeypatch):
    unsent(edition, cast.unit_a)
    unsent(edition, cast.unit_b, tries=len(WAITS) + 1)
    told = {each.notice.to: each.is_given_up for each in administrator.get(PAGE).context["rows"]}
    assert told == {cast.unit_a: False, cast.unit_b: True}


def test_a_lasting_no_of_the_mail_server_is_given_up(cast, edition, monkeypatch):
    from smtplib import SMTPRecipientsRefused

    from django.core.mail.backends.locmem import EmailBackend

    def refuse(self, mails):
        raise SMTPRecipientsRefused({"x": (550, b"no such user")})

    one = unsent(edition, cast.unit_a)
    Notice.objects.update(mail=Mail.WAITING, tries=0)
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert mail.send().failed == 1
    one.refresh_from_db()
    assert (one.mail, one.tries > len(WAITS)) == (Mail.FAILED, True)


def test_all_at_once(administrator, cast, edition, django_capture_on_commit_callbacks):
    for each in (cast.unit_a, cast.unit_b):
        unsent(edition, each)
    with django_capture_on_commit_callbacks(execute=True):
        administrator.post(PAGE, {"key": "all"})
    assert {each.to[0] for each in outbox.outbox} == {cast.unit_a.email, cast.unit_b.email}


@pytest.mark.parametrize("key", ["", "x", "9" * 40, "-1", "0"])
def test_nonsense_sends_nothing(administrator, cast, edition, key):
    unsent(edition, cast.unit_a)
    assert administrator.post(PAGE, {"key": key}).status_code == 302
    assert Notice.objects.get().mail == Mail.FAILED


def test_of_the_own_office_alone(client, tree, cast, edition, elsewhere):
    one = unsent(edition, cast.unit_a)
    other = make.member(unit=tree.elsewhere, role=Role.ADMINISTRATOR, email="admin-elsewhere@example.org")
    client.force_login(other)
    assert cast.unit_a.email not in client.get(PAGE).content.decode()
    for key in (one.pk, "all"):
        client.post(PAGE, {"key": key})
    one.refresh_from_db()
    assert one.mail == Mail.FAILED
    client.force_login(cast.clerk)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"key": "all"}).status_code == 403
    assert PAGE not in client.get("/admin/").content.decode()
