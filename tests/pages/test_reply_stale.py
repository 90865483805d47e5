"""Whoever decides on a page that no longer says all is told who did what meanwhile; what was typed is not lost."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chiso.actions import reply as replies
from chiso.models import Edition, Evidence, Reply, ReplyState, Result
from tests import make
from tests.pages.conftest import Office

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WITHIN = datetime(2023, 9, 20, 12, tzinfo=timezone.get_default_timezone())
TYPED = "Chữ đã gõ"
DOCUMENT = {"reason": "Bổ sung", "kind": "corrects", "number": "1100", "symbol": "VPUB-KSTT", "issued_on": "20/9/2023"}
STEPS = {
    "ask": {"text": TYPED},
    "accept": {"text": TYPED, **DOCUMENT},
    "partly": {"text": TYPED, "granted": "9/11", **DOCUMENT},
    "refuse": {"text": TYPED},
}


@pytest.fixture
def reply(office: Office) -> Reply:
    return Reply.objects.get(pk=office.reply().strip("/").split("/")[1])


def seen_on(html: str) -> str:
    """What the page gives to its forms: all the same."""
    (found,) = set(re.findall(r'name="seen" value="(\d+)"', html))
    return str(found)


def kept(reply: Reply) -> tuple[str, int, int, int]:
    reply.refresh_from_db()
    return reply.state, reply.steps.count(), Edition.objects.count(), Evidence.objects.count()


def desk(reply: Reply, name: str) -> str:
    return f"/admin/chiso/reply/{reply.pk}/{name}/"


# --- The desk ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("step", STEPS)
def test_another_clerk_asked_meanwhile(office: Office, seen_by, reply, step):
    client = seen_by(office.cast.clerk)
    seen = seen_on(client.get(desk(reply, step)).content.decode())
    replies.ask(reply=reply, by=office.cast.approver, text="Xin gửi biên bản")
    before = kept(reply)
    html = client.post(desk(reply, step), STEPS[step] | {"seen": seen}).content.decode()
    assert kept(reply) == before
    told = re.search(r'class="errorlist nonfield.*?</ul>', html, re.S)[0]
    assert str(office.cast.approver) in told
    assert TYPED in html
    assert "Xin gửi biên bản" in html
    if step != "ask":  # the unit is asked already
        client.post(desk(reply, step), STEPS[step] | {"seen": seen_on(html)})
        assert kept(reply)[1] == before[1] + 1


@pytest.mark.parametrize("step", STEPS)
def test_the_unit_answered_or_withdrew_meanwhile(office: Office, seen_by, reply, step):
    seen = reply.steps.latest("pk").pk
    client = seen_by(office.cast.clerk)
    replies.add(reply=reply, by=office.cast.unit_a, text="Xin bổ sung bảng kê")
    before = kept(reply)
    assert "Xin bổ sung bảng kê" in client.post(desk(reply, step), STEPS[step] | {"seen": seen}).content.decode()
    replies.withdraw(reply=reply, by=office.cast.unit_a)
    html = client.post(desk(reply, step), STEPS[step] | {"seen": seen}).content.decode()
    assert kept(reply) == ("withdrawn", before[1] + 1, *before[2:])
    assert str(office.cast.unit_a) in html
    assert TYPED in html


@pytest.mark.parametrize("given", [{}, {"seen": ""}, {"seen": "x"}, {"seen": "9" * 40}, {"seen": "-1"}])
def test_who_saw_nothing_decides_nothing(office: Office, seen_by, reply, given):
    before = kept(reply)
    seen_by(office.cast.clerk).post(desk(reply, "refuse"), {"text": TYPED} | given)
    assert kept(reply) == before


def test_what_is_wrong_in_the_form_does_not_hide_it(office: Office, seen_by, reply):
    """It comes back with what is new, so that what is sent next has been seen."""
    seen = reply.steps.latest("pk").pk
    replies.ask(reply=reply, by=office.cast.approver, text="Xin gửi biên bản")
    html = seen_by(office.cast.clerk).post(desk(reply, "refuse"), {"text": "", "seen": seen}).content.decode()
    assert str(office.cast.approver) in re.search(r'class="errorlist nonfield.*?</ul>', html, re.S)[0]


def test_receipt_is_not_confirmed_of_what_was_not_seen(office: Office, seen_by, reply):
    client = seen_by(office.cast.clerk)
    seen = seen_on(client.get(desk(reply, "change")).content.decode())
    replies.add(reply=reply, by=office.cast.unit_a, text="Xin bổ sung")
    said = client.post(desk(reply, "receive"), {"seen": seen}, follow=True)
    assert kept(reply)[0] == ReplyState.SENT
    assert str(office.cast.unit_a) in "".join(map(str, said.context["messages"]))
    client.post(desk(reply, "receive"), {"seen": seen_on(said.content.decode())})
    assert kept(reply)[0] == ReplyState.RECEIVED


def test_an_accepted_figure_is_not_decided_anew_unseen(office: Office, seen_by, reply):
    client = seen_by(office.cast.clerk)
    client.post(desk(reply, "accept"), STEPS["accept"] | {"seen": reply.steps.latest("pk").pk})
    seen = reply.steps.latest("pk").pk
    replies.accept_in_part(reply=reply, by=office.cast.approver, granted="9/11", text="Chỉ 9")
    html = client.post(desk(reply, "refuse"), {"text": TYPED, "seen": seen}).content.decode()
    assert str(office.cast.approver) in html
    assert kept(reply)[0] == ReplyState.PARTLY
    assert Result.objects.get(edition=reply.correction, unit=reply.unit, indicator=reply.indicator).printed == "9/11"


# --- The unit ---------------------------------------------------------------------------------------
def test_the_unit_adds_to_what_it_saw(office: Office, seen_by, reply):
    client, path = seen_by(office.cast.unit_a), f"/replies/{reply.pk}/"
    seen = seen_on(client.get(path).content.decode())
    replies.ask(reply=reply, by=office.cast.clerk, text="Xin gửi biên bản")
    given = {"text": TYPED, "seen": seen, "file1": SimpleUploadedFile("a.pdf", PDF)}
    before = kept(reply)
    html = client.post(f"{path}add/", given).content.decode()
    assert kept(reply) == before
    assert str(office.cast.clerk) in re.search(r'class="wrong".*?</div>', html, re.S)[0]
    assert TYPED in html
    assert "a.pdf" in html  # it is to be chosen again
    client.post(f"{path}add/", {"text": TYPED, "seen": seen_on(html)})
    assert kept(reply)[0] == ReplyState.RECEIVED


@pytest.mark.parametrize("step", ["add", "withdraw"])
def test_what_was_typed_comes_back_where_nothing_can_be_sent(office: Office, seen_by, reply, step):
    seen = reply.steps.latest("pk").pk
    replies.refuse(reply=reply, by=office.cast.clerk, text="Đúng như in")
    before = kept(reply)
    client = seen_by(office.cast.unit_a)
    html = client.post(f"/replies/{reply.pk}/{step}/", {"text": TYPED, "seen": seen}).content.decode()
    assert kept(reply) == before
    assert TYPED in html
    assert str(office.cast.clerk) in re.search(r'class="wrong".*?</div>', html, re.S)[0]


def test_it_is_not_withdrawn_unseen(office: Office, seen_by, reply):
    """It may just have been accepted in part, or asked about."""
    seen = reply.steps.latest("pk").pk
    replies.ask(reply=reply, by=office.cast.clerk, text="Xin gửi biên bản")
    client, path = seen_by(office.cast.unit_a), f"/replies/{reply.pk}/"
    html = client.post(f"{path}withdraw/", {"text": TYPED, "seen": seen}).content.decode()
    assert kept(reply)[0] == ReplyState.ASKED
    assert '<details class="withdraw" open>' in html
    assert TYPED in html
    client.post(f"{path}withdraw/", {"text": TYPED, "seen": seen_on(html)})
    assert kept(reply)[0] == ReplyState.WITHDRAWN


def test_the_same_form_sent_twice_is_taken_once(office: Office, seen_by, reply):
    client, path = seen_by(office.cast.unit_a), f"/replies/{reply.pk}/add/"
    given = {"text": TYPED, "seen": reply.steps.latest("pk").pk}
    for _again in range(2):
        assert client.post(path, given).status_code == 302
    assert reply.steps.count() == 2


# --- Sending ----------------------------------------------------------------------------------------
def test_a_correction_published_meanwhile_is_told_before_its_figure_is_disputed(office, seen_by, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: WITHIN)
    client = seen_by(office.cast.unit_a)
    path = f"{office.page(office.published)}reply/quang-dien/TONG/"
    seen = seen_on(client.get(path).content.decode())
    second = make.edition(dispatch=office.published.dispatch, number=2)
    make.figures(edition=second, tree=office.tree)
    Result.objects.filter(edition=second, unit__slug="quang-dien", indicator__code="TONG").update(
        value="58.1", printed="58,1/100"
    )
    make.settle(Edition.objects.get(pk=office.published.pk), "superseded")
    make.publish(second)
    given = {"proposed": "58,72/100", "reason": TYPED, "seen": seen}
    html = client.post(path, given).content.decode()
    assert not Reply.objects.exists()
    assert "58,1/100" in html
    assert TYPED in html
    assert 'role="alert"' in html
    assert client.post(path, given | {"seen": seen_on(html)}).status_code == 302
    assert Reply.objects.get().edition == second


def test_what_was_typed_comes_back_when_the_days_are_over(office: Office, seen_by):
    path = f"{office.page(office.published)}reply/quang-dien/TONG/"
    given = {"proposed": "58,72/100", "reason": TYPED, "seen": "1"}
    html = seen_by(office.cast.unit_a).post(path, given).content.decode()
    assert TYPED in html
    assert "58,72/100" in html
    assert 'role="alert"' in html
