"""Notices by e-mail: what is in them, that each goes out once, and what becomes of those that cannot."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import (
    SMTPConnectError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

from chiso.actions import edition as editions
from chiso.actions import mail
from chiso.actions import notice as notices
from chiso.models import Edition, Mail, Membership, Notice, NoticeKind, Reply, ReplyState
from tests import make
from tests.actions.test_notice import corrected, reply, step
from tests.actions.test_together import together
from tests.worker import work

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


@pytest.fixture
def published(tree, cast) -> Edition:
    edition = editions.submit(edition=make.draft(tree=tree), by=None)
    Notice.objects.all().delete()
    return editions.publish(edition=edition, by=cast.approver, accept_warnings="như văn bản")


@pytest.fixture
def one(published, cast) -> Notice:
    """The only mail that waits."""
    Notice.objects.exclude(to=cast.unit_a).delete()
    return Notice.objects.get()


def later(by: timedelta) -> None:
    """As if the last tries had been made that much earlier."""
    for each in Notice.objects.exclude(mailed_at=None):
        Notice.objects.filter(pk=each.pk).update(mailed_at=each.mailed_at - by)


class Refusing(EmailBackend):
    """A mail server that raises what stands in `why`, at the time that stands in `when`."""

    why: Exception | None = None
    when = "send"
    tried = 0

    def open(self) -> None:
        if self.when == "open" and self.why:
            raise self.why

    def send_messages(self, mails) -> int:
        type(self).tried += 1
        if self.when == "send" and self.why:
            raise self.why
        return super().send_messages(mails)


@pytest.fixture
def refusing(settings, monkeypatch):
    settings.EMAIL_BACKEND = "tests.actions.test_mail.Refusing"
    monkeypatch.setattr(Refusing, "tried", 0)

    def set_to(why: Exception | None, when: str = "send") -> None:
        monkeypatch.setattr(Refusing, "why", why)
        monkeypatch.setattr(Refusing, "when", when)

    return set_to


# --- What is in it --------------------------------------------------------------------------------
@override_settings(ADDRESS="https://chiso.example")
def test_a_correction_says_old_and_new_and_nothing_of_others(tree, cast, published, mailoutbox):
    corrected(published, cast, tree)
    mail.send()
    [found] = [each for each in mailoutbox if each.to == ["unit-a@example.org"] and "57.72/100 →" in each.body]
    html, kind = found.alternatives[0]
    assert kind == "text/html"
    assert "1082/VPUB-KSTT" in found.subject
    assert "\n" not in found.subject
    for text in (found.body, html):
        assert "57.72/100 → 58.72/100" in text
        assert "UBND huyện Quảng Điền" in text
        assert "https://chiso.example/dispatches/vpub-thua-thien-hue/2023/1082-VPUB-KSTT/changes/?edition=2" in text
        assert "https://chiso.example/account/notices/" in text
        assert "In sai" not in text  # a typed reason may name others


def test_no_mail_to_a_unit_holds_a_figure_or_a_name_of_another(tree, cast, published, mailoutbox):
    corrected(published, cast, tree)
    sent = reply(published, cast.unit_a)
    step(sent, "asked", cast.clerk)
    editions.recall(edition=published.dispatch.editions.get(number=2), by=cast.approver, why="Nam Đông in sai 56.39")
    mail.send()
    own = {"unit-a@example.org": (tree.districts[0], ("57.72", "58.72", "2145"))}
    others = [unit.name for unit in (*tree.districts[1:], *tree.agencies)] + ["Nam Đông", "56.39", "5932", "48.7"]
    found = [each for each in mailoutbox if each.to[0] in own]
    assert len(found) == 4
    for each in found:
        for text in (each.subject, each.body, each.alternatives[0][0]):
            assert not [name for name in others if name in text]


def test_a_publication_names_the_unit_s_own_ranks(one, mailoutbox):
    mail.send()
    [found] = mailoutbox
    assert "Chỉ số tổng hợp: 57.72/100" in found.body
    assert "1/4" in found.body
    assert "/units/quang-dien/" in found.body


@pytest.mark.parametrize("language", ["", "vi", "en"])
def test_it_speaks_the_language_of_the_person(one, cast, mailoutbox, language):
    cast.unit_a.language = language
    cast.unit_a.save()
    mail.send()
    [found] = mailoutbox
    is_english = language == "en"
    assert ("was published" in found.subject) == is_english
    assert f'<html lang="{language or "vi"}">' in found.alternatives[0][0]


@override_settings(ADDRESS="https://chiso.example")
def test_the_way_out_stands_in_the_headers_and_in_the_mail(one, client, mailoutbox):
    mail.send()
    [found] = mailoutbox
    headers = found.message()
    address = headers["List-Unsubscribe"].strip("<> \n")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@chiso\.example>", headers["Message-ID"])
    assert address.startswith("https://chiso.example/notices/off/")
    assert address in found.body
    assert client.get(address.removeprefix("https://chiso.example")).status_code == 200


def test_names_are_text_in_html_and_one_line_in_a_subject(tree, published, cast, mailoutbox):
    tree.districts[0].name = "<b>Quảng</b>\nĐiền & bạn"
    tree.districts[0].save()
    corrected(published, cast, tree)
    Notice.objects.exclude(to=cast.unit_a, kind=NoticeKind.CORRECTED).delete()
    mail.send()
    [found] = mailoutbox
    assert "&lt;b&gt;Quảng&lt;/b&gt;" in found.alternatives[0][0]
    assert "<b>Quảng</b>" in found.body
    assert "\n" not in found.subject
    found.message()


# --- Once -----------------------------------------------------------------------------------------
def test_each_goes_out_once(published, mailoutbox):
    assert mail.send().sent == 4
    assert mail.send().sent == 0
    assert len(mailoutbox) == 4
    assert {each.mail for each in Notice.objects.all()} == {Mail.SENT}
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_it_goes_out_once_what_it_tells_is_committed(tree, cast, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        edition = editions.submit(edition=make.draft(tree=tree), by=None)
        assert not mailoutbox
    assert {each.to[0] for each in mailoutbox} == {"approver@example.org", "administrator@example.org"}
    with django_capture_on_commit_callbacks(execute=True):
        editions.publish(edition=edition, by=cast.approver, accept_warnings="như văn bản")
    assert len(mailoutbox) == 6


def test_one_that_died_on_the_way_is_not_sent_again(one, monkeypatch, mailoutbox):
    class Killed(BaseException):
        pass

    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mail, "_mark", die)  # after the mail server took it, before anybody wrote it down
        with pytest.raises(Killed):
            mail.send()
    later(timedelta(days=2))
    assert mail.send() == mail.Sent()
    assert len(mailoutbox) == 1
    one.refresh_from_db()
    assert (one.mail, one.tries) == (Mail.FAILED, 1)


@pytest.mark.django_db(transaction=True)
def test_it_is_marked_and_committed_before_it_leaves(one, monkeypatch):
    seen = []

    def look(self, mails) -> int:
        assert not connection.in_atomic_block
        seen.append(Notice.objects.get().mail)
        return len(mails)

    monkeypatch.setattr(EmailBackend, "send_messages", look)
    Notice.objects.update(mail=Mail.WAITING, tries=0)  # publishing sent it, being committed
    mail.send()
    assert seen == [Mail.FAILED]
    assert Notice.objects.get().mail == Mail.SENT


@pytest.mark.django_db(transaction=True)
def test_several_senders_at_once_send_each_once(tree, mailoutbox):
    edition = make.published(tree=tree)
    for _each in range(24):
        Notice.objects.create(
            to=make.member(unit=tree.districts[0]), kind=NoticeKind.PUBLISHED, key="event:1", edition=edition,
            unit=tree.districts[0], mail=Mail.WAITING,
        )  # fmt: skip
    answers = together(*[mail.send] * 4)
    assert sum(each.sent for each in answers) == 24
    assert len({each.to[0] for each in mailoutbox}) == len(mailoutbox) == 24
    assert not Notice.objects.exclude(mail=Mail.SENT, tries=1).exists()


def test_the_same_mail_is_known_by_its_id(one, refusing, mailoutbox):
    first = mail.message(one).message()["Message-ID"]
    refusing(SMTPServerDisconnected("gone"))
    mail.send()
    later(MINUTE)
    refusing(None)
    assert mail.send().sent == 1
    assert mailoutbox[0].message()["Message-ID"] == first


# --- What cannot be sent --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("why", "when"),
    [
        (ConnectionRefusedError(), "open"),
        (TimeoutError(), "open"),
        (SMTPConnectError(421, b"busy"), "open"),
        (SMTPServerDisconnected("gone"), "send"),
        (SMTPSenderRefused(550, b"who are you", "chiso@localhost"), "send"),
        (SMTPRecipientsRefused({"unit-a@example.org": (450, b"later")}), "send"),
        (SMTPDataError(451, b"later"), "send"),
    ],
)
def test_it_is_tried_again_after_a_growing_wait_and_given_up_in_the_end(one, refusing, mailoutbox, why, when):
    refusing(why, when)
    for tries, wait in enumerate(mail.WAITS, 1):
        assert mail.send().later == 1
        one.refresh_from_db()
        assert (one.mail, one.tries) == (Mail.WAITING, tries)
        later(wait - MINUTE / 2)
        assert mail.send() == mail.Sent()  # not yet
        later(MINUTE)
    assert list(mail.WAITS) == sorted(mail.WAITS)
    assert mail.send().failed == 1
    later(timedelta(days=9))
    refusing(None)
    assert mail.send() == mail.Sent()
    assert not mailoutbox
    assert Notice.objects.get().mail == Mail.FAILED


@pytest.mark.parametrize(
    "why", [SMTPRecipientsRefused({"unit-a@example.org": (550, b"no such user")}), SMTPDataError(554, b"no")]
)
def test_a_no_that_lasts_is_not_tried_again(one, refusing, why):
    refusing(why)
    assert mail.send().failed == 1
    later(timedelta(days=9))
    assert mail.send() == mail.Sent()
    assert Refusing.tried == 1


def test_one_that_is_refused_does_not_hold_up_the_others(published, refusing, monkeypatch, mailoutbox):
    def send(self, mails) -> int:
        if mails[0].to == ["unit-a@example.org"]:
            raise SMTPRecipientsRefused({"unit-a@example.org": (450, b"later")})
        return EmailBackend.send_messages(self, mails)

    refusing(None)
    monkeypatch.setattr(Refusing, "send_messages", send)
    done = mail.send()
    assert (done.sent, done.later) == (3, 1)


def test_a_mail_at_which_the_server_hangs_up_does_not_hold_up_the_others(published, refusing, monkeypatch, mailoutbox):
    """It is the first, and each try ends the connection: the others keep their tries and go without it."""

    def send(self, mails) -> int:
        if mails[0].to == ["unit-a@example.org"]:
            raise SMTPServerDisconnected("gone")
        return EmailBackend.send_messages(self, mails)

    refusing(None)
    monkeypatch.setattr(Refusing, "send_messages", send)
    [first] = Notice.objects.filter(to__email="unit-a@example.org")
    Notice.objects.filter(pk=first.pk).update(at=first.at - MINUTE)
    assert mail.send() == mail.Sent(later=1)
    assert set(Notice.objects.exclude(pk=first.pk).values_list("tries", flat=True)) == {0}
    assert mail.send().sent == 3


def test_a_mail_server_that_is_away_breaks_no_request(tree, cast, refusing, django_capture_on_commit_callbacks):
    refusing(ConnectionRefusedError(), "open")
    edition = editions.submit(edition=make.draft(tree=tree), by=None)
    with django_capture_on_commit_callbacks(execute=True):
        done = editions.publish(edition=edition, by=cast.approver, accept_warnings="như văn bản")
    assert done.is_published
    assert {each.mail for each in Notice.objects.all()} == {Mail.WAITING}


def test_a_request_gives_it_a_few_seconds_only(published, monkeypatch, mailoutbox):
    monkeypatch.setattr(mail, "AT_ONCE", 0.0)
    mail.queue()
    assert not mailoutbox
    assert mail.send().sent == 4  # what the command does


def test_workers_come_back_when_it_is_due(one, settings, refusing, mailoutbox):
    settings.WORKERS = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    refusing(SMTPServerDisconnected("gone"))
    mail.queue()
    assert not Refusing.tried
    work()
    assert Refusing.tried == 1
    one.refresh_from_db()
    assert DBTaskResult.objects.get(status="READY").run_after == one.mailed_at + mail.WAITS[0]


# --- What is no longer so -------------------------------------------------------------------------
def test_whoever_left_the_unit_since_gets_none_of_it(one, cast, mailoutbox):
    cast.unit_a.memberships.all().delete()
    assert mail.send().dropped == 1
    assert not mailoutbox
    assert Notice.objects.get().mail == Mail.NONE


def test_whoever_may_not_sign_in_any_more_gets_none(one, cast, mailoutbox):
    cast.unit_a.is_active = False
    cast.unit_a.save()
    assert mail.send().dropped == 1
    assert not mailoutbox


def test_whoever_left_the_desk_gets_none_of_it(published, cast, mailoutbox):
    Membership.objects.filter(user=cast.clerk).delete()
    mail.send()
    assert "clerk@example.org" not in [each.to[0] for each in mailoutbox]


def test_a_choice_made_meanwhile_holds(one, cast, mailoutbox):
    notices.choose(by=cast.unit_a, kind=NoticeKind.PUBLISHED, here=True, mail=False)
    assert mail.send().dropped == 1
    assert not mailoutbox


def test_a_deadline_that_was_met_is_not_mailed(published, cast, mailoutbox):
    made = reply(published, cast.unit_a)
    notices.remind(today=made.due_on)
    Notice.objects.exclude(kind=NoticeKind.DEADLINE, to=cast.clerk).delete()
    Reply.objects.update(state=ReplyState.RECEIVED, due_on=made.due_on + timedelta(days=9))
    assert mail.send().dropped == 1
    notices.remind(today=made.due_on + timedelta(days=9))
    Notice.objects.exclude(to=cast.clerk).delete()
    assert mail.send().sent == 1
    assert len(mailoutbox) == 1


def test_nobody_is_asked_to_review_what_was_published_since(tree, cast, mailoutbox):
    edition = editions.submit(edition=make.draft(tree=tree), by=cast.clerk)
    editions.publish(edition=edition, by=cast.approver, accept_warnings="như văn bản")
    mail.send()
    assert not Notice.objects.filter(kind=NoticeKind.REVIEW, mail=Mail.SENT).exists()
    assert Notice.objects.filter(kind=NoticeKind.PUBLISHED, mail=Mail.SENT).count() == 4


def test_it_is_given_up_within_a_day():
    assert sum(mail.WAITS, timedelta()) < timedelta(days=1)
