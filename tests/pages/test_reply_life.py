"""Whole lives of replies, as people play them: every step by the page that offers it, with what its form carries."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from chiso.actions import edition as editions
from chiso.models import Edition, Issuer, Notice, Reply, Result, State, User
from chiso.queries import window
from tests import make

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
DOCUMENT = {
    "reason": "Bổ sung hồ sơ",
    "kind": "corrects",
    "number": "1100",
    "symbol": "VPUB-KSTT",
    "issued_on": "20/9/2023",
}


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, user: User) -> None:
        self.user, self.browser = user, Client()
        self.browser.force_login(user)

    def read(self, path: str) -> str:
        answer = self.browser.get(path, follow=True)
        assert answer.status_code == 200, (self.user, path)
        return unescape(answer.content.decode())

    def sees(self, path: str) -> bool:
        return self.browser.get(path).status_code == 200

    def send(self, path: str, **given) -> str:
        """Fills in the form of the page and sends it; returns the page that it leads to."""
        hidden = re.findall(r'<input type="hidden" name="(seen|shown)" value="([^"]*)"', self.read(path))
        answer = self.browser.post(path, dict(hidden) | given, follow=True)
        assert answer.status_code == 200
        return unescape(answer.content.decode())


class Town:
    """The office, its people and its published dispatch."""

    def __init__(self) -> None:
        self.tree = make.tree()
        self.cast = make.cast(tree=self.tree)
        names = ("clerk", "approver", "administrator", "unit_a", "unit_b", "stranger")
        self.people = {name: Person(getattr(self.cast, name)) for name in names}
        draft = editions.submit(edition=make.draft(tree=self.tree), by=self.cast.clerk)
        self.first = editions.publish(edition=draft, by=self.cast.approver, accept_warnings="như văn bản")

    def __getattr__(self, name: str) -> Person:
        return self.people[name]

    def way(self, kind: str, unit: str, code: str) -> str:
        dispatch = self.first.dispatch
        return f"/dispatches/{dispatch.issuer.slug}/{dispatch.year}/{dispatch.address}/{kind}/{unit}/{code}/"

    def dispute(self, who: Person, text: str, unit: str = "quang-dien", code: str = "TONG", **more) -> Reply:
        path = self.way("reply", unit, code)
        assert f'href="{path}"' in who.read(self.way("figures", unit, code))
        html = who.send(path, proposed=text, reason="Lý do của đơn vị", **more)
        assert 'class="errorlist' not in html
        return Reply.objects.latest("pk")

    def answer(self, who: Person, reply: Reply, step: str, **given) -> str:
        html = who.send(desk(reply, step), **given)
        assert 'class="errorlist' not in html, html
        return html

    def publish(self, draft: Edition, by: Person | None = None) -> str:
        """Handed in by the clerk, published by another."""
        path = f"/admin/chiso/edition/{draft.pk}/"
        self.clerk.browser.post(f"{path}submit/", {"why": ""})
        return (by or self.approver).send(f"{path}publish/", reason="như văn bản")


@pytest.fixture
def town(db) -> Town:
    return Town()


def desk(reply: Reply, name: str = "change") -> str:
    return f"/admin/chiso/reply/{reply.pk}/{name}/"


def own(reply: Reply) -> str:
    return f"/replies/{reply.pk}/"


def state(reply: Reply) -> str:
    reply.refresh_from_db()
    return reply.state


def printed(edition: Edition, unit: str, code: str) -> str:
    row = Result.objects.filter(edition=edition, unit__slug=unit, indicator__code=code).first()
    return row.printed if row else ""


def is_disputed(html: str) -> bool:
    return 'class="mark disputed"' in html


def test_accepted_in_part_and_published(town: Town):
    reply = town.dispute(town.unit_a, "58,72")
    town.answer(town.clerk, reply, "partly", granted="58", text="Chỉ đủ căn cứ cho 58 điểm", **DOCUMENT)
    html = town.unit_a.read(own(reply))
    assert "58/100" in html
    assert "Chỉ đủ căn cứ cho 58 điểm" in html
    assert is_disputed(town.unit_a.read(town.way("figures", "quang-dien", "TONG")))
    draft = Edition.objects.get(number=2)
    town.publish(draft)
    assert (state(reply), printed(draft, "quang-dien", "TONG")) == ("corrected", "58/100")
    html = town.unit_a.read(own(reply))
    assert "?edition=2" in html or f'{town.way("figures", "quang-dien", "TONG")}"' in html
    assert "58/100" in html
    html = town.unit_a.read(town.way("figures", "quang-dien", "TONG"))
    assert not is_disputed(html)
    assert "58/100" in html
    assert "57.72/100 → 58/100" in town.unit_a.read("/notices/")


def test_refused_it_stays_and_may_be_disputed_again(town: Town):
    reply = town.dispute(town.unit_a, "58,72")
    town.answer(town.clerk, reply, "refuse", text="Đúng như sổ theo dõi")
    html = town.unit_a.read(own(reply))
    assert "Đúng như sổ theo dõi" in html
    assert "<textarea" not in html
    assert not Edition.objects.filter(number=2).exists()
    figure = town.unit_a.read(town.way("figures", "quang-dien", "TONG"))
    assert not is_disputed(figure)
    assert "57.72/100" in figure
    again = town.dispute(town.unit_a, "58,72")
    assert (again.pk != reply.pk, again.state) == (True, "sent")


def test_withdrawn_the_desk_sees_it_and_decides_nothing(town: Town):
    reply = town.dispute(town.unit_a, "58,72")
    path = own(reply)
    seen = re.search(r'name="seen" value="(\d+)"', town.unit_a.read(path))[1]
    town.unit_a.browser.post(f"{path}withdraw/", {"text": "Đơn vị nhầm", "seen": seen})
    assert state(reply) == "withdrawn"
    html = town.clerk.read(desk(reply))
    assert "Đơn vị nhầm" in html
    assert 'href="/admin/chiso/reply/' + f'{reply.pk}/accept/"' not in html
    assert town.clerk.browser.get(desk(reply, "accept")).status_code == 302
    assert Notice.objects.filter(to=town.cast.clerk, key__startswith="withdrawn:").exists()
    assert not is_disputed(town.unit_a.read(town.way("figures", "quang-dien", "TONG")))


def test_asked_and_answered_with_a_file_after_the_deadline(town: Town, monkeypatch):
    reply = town.dispute(town.unit_a, "58,72")
    town.clerk.browser.post(desk(reply, "receive"), {"seen": reply.steps.latest("pk").pk})
    town.answer(town.clerk, reply, "ask", text="Gửi biên bản đối chiếu")
    assert state(reply) == "asked"
    late = timezone.now() + timedelta(days=40)  # long after the window too
    monkeypatch.setattr(timezone, "now", lambda: late)
    unit, clerk = Person(town.cast.unit_a), Person(town.cast.clerk)
    assert "Gửi biên bản đối chiếu" in unit.read(own(reply))
    assert "?turn=unit" in clerk.read("/admin/")  # a question that is not answered
    seen = re.search(r'name="seen" value="(\d+)"', unit.read(own(reply)))[1]
    given = {"text": "", "seen": seen, "file1": SimpleUploadedFile("Biên bản “đối chiếu”.pdf", PDF), "page1": "2"}
    html = unescape(unit.browser.post(f"{own(reply)}add/", given, follow=True).content.decode())
    assert state(reply) == "received"
    assert 'class="late"' in re.search(r'<li class="step-added">.*?</li>', html, re.S)[0]
    html = clerk.read(desk(reply))
    assert "Biên bản “đối chiếu”.pdf" in html
    path = re.search(r'href="(/replies/\d+/evidence/\d+/)"', html)[1]
    assert b"".join(clerk.browser.get(path)) == PDF
    assert town.unit_b.browser.get(path).status_code in (302, 404)  # its session is over by then
    assert Person(town.cast.unit_b).browser.get(path).status_code == 404
    clerk.send(desk(reply, "accept"), text="", **DOCUMENT)
    assert state(reply) == "accepted"


def test_a_missing_figure_comes_into_the_correction_and_closes_the_reply(town: Town):
    unit = town.tree.districts[3]
    who = Person(make.member(unit=unit, email="missing@example.org"))
    reply = town.dispute(who, "8/11", unit.slug, "CTDT.TK")
    town.answer(town.clerk, reply, "accept", text="", **DOCUMENT)
    draft = Edition.objects.get(number=2)
    assert printed(draft, unit.slug, "CTDT.TK") == "8/11"
    assert draft.results.count() == town.first.results.count() + 1
    town.publish(draft)
    assert state(reply) == "corrected"
    figure = who.read(town.way("figures", unit.slug, "CTDT.TK"))
    assert "8/11" in figure
    assert not is_disputed(figure)
    assert "8/11" in who.read("/notices/")
    assert printed(town.first, unit.slug, "CTDT.TK") == ""


def test_several_replies_go_into_one_correction(town: Town):
    first = town.dispute(town.unit_a, "58,72")
    second = town.dispute(town.unit_a, "2.146", code="MDSH.5")
    third = town.dispute(town.unit_b, "57/100", town.tree.districts[1].slug)
    town.answer(town.clerk, first, "accept", text="", **DOCUMENT)
    for reply in (second, third):
        assert 'name="number"' not in town.clerk.read(desk(reply, "accept"))  # one is open
    town.answer(town.clerk, second, "accept", text="")
    town.answer(town.clerk, third, "partly", granted="56,5", text="Một phần")
    draft = Edition.objects.get(number=2)
    assert Edition.objects.filter(dispatch=town.first.dispatch).count() == 2
    town.publish(draft)
    assert [state(each) for each in (first, second, third)] == ["corrected"] * 3
    assert printed(draft, "quang-dien", "MDSH.5") == "2.146"
    assert printed(draft, town.tree.districts[1].slug, "TONG") == "56,5/100"
    closed = Notice.objects.filter(to=town.cast.unit_a, key__startswith="corrected:")
    assert {code for each in closed for code, _before, _after in each.figures} == {"TONG", "MDSH.5"}
    assert not Notice.objects.filter(to=town.cast.unit_a, kind="corrected").exists()  # nothing else changed
    assert town.tree.districts[1].name not in town.unit_a.read("/replies/")


def test_a_recalled_correction_leaves_the_reply_readable_and_a_new_edition_open_to_replies(town: Town):
    reply = town.dispute(town.unit_a, "58,72")
    town.answer(town.clerk, reply, "accept", text="", **DOCUMENT)
    second = Edition.objects.get(number=2)
    town.publish(second)
    town.approver.send(f"/admin/chiso/edition/{second.pk}/recall/", why="Văn bản bị thu hồi")
    assert Edition.objects.get(pk=second.pk).state == State.RECALLED
    assert state(reply) == "corrected"
    said = re.search(r'<p class="notice">.*?</p>', town.unit_a.read(own(reply)), re.S)[0]
    assert "58,72/100" in said
    assert "<b>" in said  # that it was recalled
    path = town.way("reply", "quang-dien", "TONG")
    html = town.unit_a.read(path)  # nothing holds: nothing is disputed
    assert "<textarea" not in html
    town.clerk.send(f"/admin/chiso/edition/{second.pk}/correct/", **DOCUMENT | {"number": "1101"})
    third = Edition.objects.get(number=3)
    town.publish(third)
    assert Edition.objects.get(pk=third.pk).state == State.PUBLISHED
    assert window.of(Edition.objects.get(pk=third.pk), town.tree.districts[0]).is_open(
        make.indicator("TONG").pk, timezone.localdate()
    )
    assert town.dispute(town.unit_a, "59").edition == third


def test_a_sub_unit_s_reply_is_seen_by_its_parent_and_by_no_other(town: Town):
    commune = town.tree.communes[0]
    edition = make.edition(dispatch=make.dispatch(issuer=town.tree.issuer, number="77"))
    make.result(edition=edition, unit=commune, code="TONG", text="40/100")
    edition = editions.submit(edition=edition, by=town.cast.clerk)
    town.first = editions.publish(edition=edition, by=town.cast.approver, accept_warnings="như văn bản")
    who = Person(make.member(unit=commune, email="commune@example.org"))
    reply = town.dispute(who, "41", commune.slug)
    assert commune.parent == town.tree.districts[0]
    assert "Lý do của đơn vị" in town.unit_a.read(own(reply))
    assert "<textarea" not in town.unit_a.read(own(reply))
    assert not town.unit_b.sees(own(reply))
    assert is_disputed(town.unit_a.read(town.way("figures", commune.slug, "TONG")))
    assert not is_disputed(town.unit_b.read(town.way("figures", commune.slug, "TONG")))


def test_whoever_accepted_does_not_publish(town: Town):
    """The accepted figure is the approver's own change: another person publishes it."""
    reply = town.dispute(town.unit_a, "58,72")
    town.answer(town.approver, reply, "accept", text="", **DOCUMENT)
    draft = Edition.objects.get(number=2)
    town.publish(draft, by=town.approver)
    assert Edition.objects.get(pk=draft.pk).state == State.REVIEW
    assert state(reply) == "accepted"
    town.administrator.send(f"/admin/chiso/edition/{draft.pk}/publish/", reason="như văn bản")
    assert state(reply) == "corrected"


def test_an_office_of_one_person_publishes_what_it_accepted(town: Town):
    Issuer.objects.update(second_person=False)
    reply = town.dispute(town.unit_a, "58,72")
    town.answer(town.approver, reply, "accept", text="", **DOCUMENT)
    town.publish(Edition.objects.get(number=2), by=town.approver)
    assert state(reply) == "corrected"


@pytest.mark.parametrize(
    ("code", "typed", "stored"),
    [
        ("TONG", "58.72", "58.72/100"),
        ("TONG", "58,72", "58,72/100"),
        ("TONG", " 58,72 / 100 ", "58,72 / 100"),
        ("TONG", "58,72/100 điểm", "58,72/100 điểm"),
        ("MDSH.5", "2.146", "2.146"),
        ("MDSH.5", "2,146", "2,146"),
        ("MDSH.5", "2 146", ""),
        ("MDSH.5", "2146", "2146"),
        ("MDSH.5", "2146%", ""),
        ("MDSH.5", "21,4", ""),
        ("HSTT.QH", "0", "0"),
        ("CTDT.TK", "10/11", "10/11"),
        ("CTDT.TK", "12/11", ""),
        ("CTDT.TK", "91%", ""),
    ],
)
def test_figures_are_typed_as_people_type_them(town: Town, code, typed, stored):
    path = town.way("reply", "quang-dien", code)
    html = town.unit_a.send(path, proposed=typed, reason="Sai")
    if not stored:
        assert 'class="errorlist' in html
        assert typed.strip() in html
        assert not Reply.objects.exists()
        return
    reply = Reply.objects.get()
    assert reply.proposed == stored
    town.answer(town.clerk, reply, "accept", text="", **DOCUMENT)
    draft = Edition.objects.get(number=2)
    figure = Result.objects.get(edition=draft, unit__slug="quang-dien", indicator__code=code)
    assert (figure.value, figure.out_of) == (reply.proposed_value, reply.proposed_out_of)
    town.publish(draft)
    assert state(reply) == "corrected"


def test_a_percentage_is_disputed(town: Town):
    agency = town.tree.agencies[1]
    who = Person(make.member(unit=agency, email="agency@example.org"))
    for typed in ("97", "97,31%"):
        path = town.way("reply", agency.slug, "HSTT.DH")
        html = who.send(path, proposed=typed, reason="Sai")
        assert Reply.objects.exists() != ('class="errorlist' in html)
    reply = Reply.objects.get()
    town.answer(town.clerk, reply, "accept", text="", **DOCUMENT)
    town.publish(Edition.objects.get(number=2))
    assert state(reply) == "corrected"


def test_a_correction_of_somebody_else_opens_no_days_for_the_rest(town: Town, monkeypatch):
    """On the figure's page, on the unit's page and at the address itself."""
    reply = town.dispute(town.unit_b, "57/100", town.tree.districts[1].slug)
    near = timezone.now() + timedelta(days=9)
    monkeypatch.setattr(timezone, "now", lambda: near)
    clerk, approver = Person(town.cast.clerk), Person(town.cast.approver)
    town.people |= {"clerk": clerk, "approver": approver}
    town.answer(clerk, reply, "accept", text="", **DOCUMENT)
    town.publish(Edition.objects.get(number=2))
    assert state(reply) == "corrected"
    over = window.closes_on(Edition.objects.select_related("dispatch__issuer").get(pk=town.first.pk)) + timedelta(
        days=1
    )
    noon = datetime(over.year, over.month, over.day, 12, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: noon)
    ours, theirs = Person(town.cast.unit_a), Person(town.cast.unit_b)
    way, unit = town.way("reply", "quang-dien", "TONG"), town.tree.districts[1].slug
    assert way not in ours.read(town.way("figures", "quang-dien", "TONG"))
    assert way not in ours.read("/units/quang-dien/")
    assert "<textarea" not in ours.read(way)
    assert town.way("reply", unit, "TONG") in theirs.read(town.way("figures", unit, "TONG"))
    html = theirs.read(f"/units/{unit}/")
    assert town.way("reply", unit, "TONG") in html
    assert town.way("reply", unit, "MDSH.5") not in html
