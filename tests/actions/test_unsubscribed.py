"""Whoever wants no mail of a kind gets none of it, whatever happens: each kind as it comes about, and in one click."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from chiso.actions import edition as editions
from chiso.actions import mail
from chiso.actions import notice as notices
from chiso.models import Edition, Mail, Notice, NoticeKind, ReplyMove, User
from tests import make
from tests.actions.test_notice import WARNINGS, corrected, reply, step

pytestmark = pytest.mark.django_db
Happens = Callable[[make.Tree, make.Cast], None]


def published(tree: make.Tree, cast: make.Cast) -> Edition:
    edition = editions.submit(edition=make.draft(tree=tree), by=cast.clerk)
    return editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)


def handed_in(tree: make.Tree, cast: make.Cast) -> None:
    editions.submit(edition=make.draft(tree=tree), by=cast.clerk)


def is_corrected(tree: make.Tree, cast: make.Cast) -> None:
    corrected(published(tree, cast), cast, tree)


def is_recalled(tree: make.Tree, cast: make.Cast) -> None:
    editions.recall(edition=published(tree, cast), by=cast.approver, why="Sai biểu")


def is_sent(tree: make.Tree, cast: make.Cast) -> None:
    step(reply(published(tree, cast), cast.unit_a), ReplyMove.SENT, cast.unit_a)


def is_answered(tree: make.Tree, cast: make.Cast) -> None:
    step(reply(published(tree, cast), cast.unit_a), ReplyMove.REFUSED, cast.approver)


def is_near(tree: make.Tree, cast: make.Cast) -> None:
    reply(published(tree, cast), cast.unit_a)
    notices.remind(today=date(2023, 9, 15))


HAPPENS: dict[str, tuple[Happens, str]] = {  # and to whom of the cast
    NoticeKind.PUBLISHED: (published, "unit_a"),
    NoticeKind.CORRECTED: (is_corrected, "unit_a"),
    NoticeKind.RECALLED: (is_recalled, "unit_a"),
    NoticeKind.REPLY_SENT: (is_sent, "clerk"),
    NoticeKind.REPLY_ANSWERED: (is_answered, "unit_a"),
    NoticeKind.DEADLINE: (is_near, "clerk"),
    NoticeKind.REVIEW: (handed_in, "administrator"),
}
each_kind = pytest.mark.parametrize("kind", HAPPENS)


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


def mails_of(kind: str, to: User, mailoutbox: list) -> int:
    """How many mails of the kind went to the person, by the way out that each bears."""
    mail.send()
    ways = [each.extra_headers["List-Unsubscribe"] for each in mailoutbox if each.to == [to.email]]
    return sum(f"/{to.pk}/{kind}/" in way for way in ways)


def test_every_kind_is_tried():
    assert HAPPENS.keys() == set(NoticeKind.values)


@each_kind
@pytest.mark.parametrize(("here", "by_mail"), [(True, True), (True, False), (False, True), (False, False)])
def test_each_kind_is_told_as_was_chosen(tree, cast, mailoutbox, kind, here, by_mail):
    happens, who = HAPPENS[kind]
    person = getattr(cast, who)
    notices.choose(by=person, kind=kind, here=here, mail=by_mail)
    happens(tree, cast)
    own = Notice.objects.filter(to=person, kind=kind)
    assert Notice.objects.visible_to(person).filter(kind=kind).count() == int(here)
    assert own.exclude(mail=Mail.NONE).count() == int(by_mail)
    assert mails_of(kind, person, mailoutbox) == int(by_mail)


@each_kind
def test_one_click_stops_this_kind_and_no_other(tree, cast, mailoutbox, kind):
    happens, who = HAPPENS[kind]
    person = getattr(cast, who)
    happens(tree, cast)
    mail.send()
    ways = {each.extra_headers["List-Unsubscribe"] for each in mailoutbox if each.to == [person.email]}
    [way] = [way for way in ways if f"/{kind}/" in way]
    path = re.sub(r"^<https?://[^/]+|>$", "", way)
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert [(each.kind, each.here, each.mail) for each in person.notice_choices.all()] == [(kind, True, False)]
    before, count = Notice.objects.filter(to=person, kind=kind).count(), len(mailoutbox)
    Notice.objects.filter(to=person).update(mail=Mail.WAITING, tries=0)  # as if it were all told again
    mail.send()
    again = [each.extra_headers["List-Unsubscribe"] for each in mailoutbox[count:] if each.to == [person.email]]
    assert set(again) == ways - {way}
    assert Notice.objects.visible_to(person).filter(kind=kind).count() == before
