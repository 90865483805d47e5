"""After acceptance the unit reads by which day the corrected figure is due: on the reply, in the notice, in the mail."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.core import mail
from django.utils import timezone

from chiso.actions import mail as mails
from chiso.actions import reply as replies
from chiso.actions.reply import Document
from chiso.models import Issuer, Notice, Reply
from tests.pages.conftest import Office

WITHIN = datetime(2023, 9, 20, 12, tzinfo=timezone.get_default_timezone())
DOCUMENT = Document(reason="Bổ sung", number="1100", symbol="VPUB-KSTT", issued_on=WITHIN.date())
DUE = "25/9/2023"  # three working days after the 20th


@pytest.fixture
def accepted(office: Office, monkeypatch) -> Reply:
    monkeypatch.setattr(timezone, "now", lambda: WITHIN)
    Issuer.objects.update(publish_days=3)
    reply = Reply.objects.get(pk=office.reply().strip("/").split("/")[1])
    return replies.accept(reply=reply, by=office.cast.clerk, document=DOCUMENT)


def told(html: str) -> str:
    return "".join(re.findall(r'<p class="notice">.*?</p>', html, re.S))


def test_the_reply_says_by_which_day(office: Office, seen_by, accepted, monkeypatch):
    client, path = seen_by(office.cast.unit_a), f"/replies/{accepted.pk}/"
    said = told(client.get(path).content.decode())
    assert DUE in said
    assert 'class="late"' not in said
    monkeypatch.setattr(timezone, "now", lambda: WITHIN.replace(day=27))
    client = seen_by(office.cast.unit_a)  # the session is over by then
    said = told(client.get(path).content.decode())
    assert DUE in said
    assert 'class="late"' in said
    replies.refuse(reply=accepted, by=office.cast.clerk, text="Kiểm tra lại: đúng như in")
    assert told(client.get(path).content.decode()) == ""


def test_its_notice_and_its_mail_say_it_too(office: Office, seen_by, accepted):
    client = seen_by(office.cast.unit_a)
    assert DUE in client.get("/notices/").content.decode()
    Notice.objects.exclude(kind="reply-answered").delete()
    mails.send()
    (sent,) = [each for each in mail.outbox if each.to == [office.cast.unit_a.email]]
    assert DUE in sent.body
    replies.refuse(reply=accepted, by=office.cast.clerk, text="Kiểm tra lại: đúng như in")
    assert DUE not in client.get("/notices/").content.decode()  # it is due no longer
