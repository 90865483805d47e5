"""A correction that closes a reply is told to its unit once: by the notice of the reply, and one mail to a person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chiso.actions import correction as corrections
from chiso.actions import edition as editions
from chiso.actions import mail
from chiso.actions import notice as notices
from chiso.actions import result as results
from chiso.models import Edition, Mail, Notice, NoticeKind, Reply, ReplyState
from tests import make
from tests.actions.test_notice import WARNINGS, reply

pytestmark = pytest.mark.django_db
CLOSED, OTHERS = NoticeKind.REPLY_ANSWERED, NoticeKind.CORRECTED
GRANTED = {"TONG": ("60,00/100", 60, 100), "CTDT.TK": ("10/11", 10, 11)}


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


@pytest.fixture
def published(tree, cast) -> Edition:
    edition = editions.submit(edition=make.draft(tree=tree), by=cast.clerk)
    edition = editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)
    Notice.objects.all().delete()
    return edition


def accepted(published: Edition, draft: Edition, cast: make.Cast, code: str = "TONG") -> Reply:
    text, value, whole = GRANTED[code]
    made = reply(published, cast.unit_a, state=ReplyState.ACCEPTED, granted=text, granted_value=Decimal(value),
                 granted_out_of=Decimal(whole), correction=draft)  # fmt: skip
    made.indicator = make.indicator(code)
    made.save()
    return made


def correct(published: Edition, cast: make.Cast, tree: make.Tree, *granted: str, **others: str) -> Edition:
    """Publish a correction with accepted figures of the first district and others that somebody saw."""
    draft = corrections.open_correction(
        dispatch=published.dispatch, by=cast.clerk, reason="In sai", number="1100", symbol="VPUB-KSTT", issued_on=date(2023, 9, 20)
    )  # fmt: skip
    said = {code: GRANTED[code][0] for code in granted} | {
        code.replace("_", "."): text for code, text in others.items()
    }
    for code in granted:
        accepted(published, draft, cast, code)
    for code, text in said.items():
        results.store(edition=draft, unit=tree.districts[0], indicator=make.indicator(code), text=text, by=cast.clerk)
    draft = editions.submit(edition=draft, by=cast.clerk)
    return editions.publish(edition=draft, by=cast.approver, accept_warnings=WARNINGS)


def told(cast: make.Cast) -> list[tuple[str, bool, bool, list[list[str]]]]:
    rows = Notice.objects.filter(to=cast.unit_a).order_by("pk")
    return [(each.kind, each.here, each.mail == Mail.WAITING, each.figures) for each in rows]


TOTAL, ACCOUNTS = ["TONG", "57.72/100", "60,00/100"], ["CTDT.TK", "11/11", "10/11"]
SEEN = ["MDSH.5", "2145", "2146"]


def test_a_figure_that_was_granted_is_told_by_the_notice_of_its_reply_alone(tree, cast, published):
    correct(published, cast, tree, "TONG")
    assert told(cast) == [(CLOSED, True, True, [TOTAL])]


def test_other_figures_that_changed_are_told_and_all_is_one_mail(tree, cast, published, mailoutbox):
    correct(published, cast, tree, "TONG", MDSH_5="2146")
    assert told(cast) == [(OTHERS, True, True, [SEEN]), (CLOSED, True, False, [TOTAL])]
    mail.send()
    [found] = [each for each in mailoutbox if each.to == ["unit-a@example.org"]]
    assert "2145 → 2146" in found.body
    assert "57.72/100 → 60,00/100" in found.body


def test_two_replies_that_it_closes_are_one_mail_with_both_figures(tree, cast, published, mailoutbox):
    correct(published, cast, tree, "TONG", "CTDT.TK")
    assert told(cast) == [(CLOSED, True, True, [TOTAL]), (CLOSED, True, False, [ACCOUNTS])]
    mail.send()
    [found] = [each for each in mailoutbox if each.to == ["unit-a@example.org"]]
    for _code, before, after in (TOTAL, ACCOUNTS):
        assert f"{before} → {after}" in found.body


@pytest.mark.parametrize("others", [{}, {"MDSH_5": "2146"}])
def test_whoever_wants_no_mail_of_corrections_gets_that_of_the_reply(tree, cast, published, others, mailoutbox):
    notices.unsubscribe(by=cast.unit_a, kinds=[OTHERS])
    correct(published, cast, tree, "TONG", **others)
    mail.send()
    [found] = [each for each in mailoutbox if each.to == ["unit-a@example.org"]]
    assert "60,00/100" in found.body
    assert "2146" not in found.body


@pytest.mark.parametrize("others", [{}, {"MDSH_5": "2146"}])
def test_whoever_wants_no_mail_of_replies_gets_that_of_corrections(tree, cast, published, others, mailoutbox):
    notices.unsubscribe(by=cast.unit_a, kinds=[CLOSED])
    correct(published, cast, tree, "TONG", **others)
    here = [figures for _kind, here, _mail, figures in told(cast) if here]
    assert here == ([[SEEN]] if others else []) + [[TOTAL]]
    mail.send()
    [found] = [each for each in mailoutbox if each.to == ["unit-a@example.org"]]
    assert found.body.count("57.72/100 → 60,00/100") == 1


def test_whoever_wants_nothing_of_replies_is_told_of_all_figures_as_corrected(tree, cast, published):
    notices.choose(by=cast.unit_a, kind=CLOSED, here=False, mail=False)
    correct(published, cast, tree, "TONG", MDSH_5="2146")
    assert told(cast) == [(OTHERS, True, True, [TOTAL, SEEN])]


def test_whoever_wants_neither_gets_no_mail(tree, cast, published):
    notices.unsubscribe(by=cast.unit_a, kinds=[OTHERS, CLOSED])
    correct(published, cast, tree, "TONG", MDSH_5="2146")
    assert told(cast) == [(OTHERS, True, False, [SEEN]), (CLOSED, True, False, [TOTAL])]


def test_a_colleague_gets_an_own_mail_and_other_units_none_of_it(tree, cast, published):
    colleague = make.member(unit=tree.districts[0], email="colleague@example.org")
    correct(published, cast, tree, "TONG")
    assert [(each.kind, each.mail) for each in Notice.objects.filter(to=colleague)] == [(CLOSED, Mail.WAITING)]
    assert not Notice.objects.filter(to=cast.unit_b).exists()
