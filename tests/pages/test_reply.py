"""The unit's side of a reply: from the figure's page, seen by whom it is told, its files as downloads alone."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chiso.actions import reply as replies
from chiso.models import Edition, Evidence, Issuer, Reply, ReplyState, Role, Shows, Unit
from tests import make
from tests.pages.conftest import Office

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WITHIN = datetime(2023, 9, 20, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def within(monkeypatch):
    """A week after publication: replies are taken."""
    monkeypatch.setattr(timezone, "now", lambda: WITHIN)


def form(**more) -> dict[str, object]:
    return {"proposed": "58,72/100", "reason": "Thiếu 12 hồ sơ", "seen": "1"} | more


def step(reply: Reply, **more) -> dict[str, object]:
    """As the reply's page sends it that shows the last step."""
    return {"text": "", "seen": reply.steps.latest("pk").pk} | more


def file(name: str = "bang-ke.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def address(office: Office, unit: str = "quang-dien", code: str = "TONG") -> str:
    return f"{office.page(office.published)}reply/{unit}/{code}/"


def disputed(html: str) -> bool:
    return 'class="mark disputed"' in html


def read(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


# --- Sending ----------------------------------------------------------------------------------------
def test_from_the_figure_to_the_reply(office: Office, seen_by, within):
    client = seen_by(office.cast.unit_a)
    figure = office.figure(office.published, "quang-dien", "TONG")
    assert f'href="{address(office)}"' in read(client, figure)
    answer = client.post(address(office), form(file1=file(), page1="3"), follow=True)
    reply = Reply.objects.get()
    assert answer.redirect_chain[-1][0] == f"/replies/{reply.pk}/"
    html = answer.content.decode()
    for text in ("57.72/100", "58,72/100", "Thiếu 12 hồ sơ", "bang-ke.pdf"):
        assert text in html
    assert (reply.sent_by, Evidence.objects.get().page) == (office.cast.unit_a, 3)
    html = read(client, figure)
    assert disputed(html)
    assert f'href="{address(office)}"' not in html
    assert client.get(address(office)).url == f"/replies/{reply.pk}/"


def test_what_a_second_window_sends_comes_back_with_its_words(office: Office, seen_by, within):
    client = seen_by(office.cast.unit_a)
    client.post(address(office), form(file1=file()))
    reply = Reply.objects.get()
    again = client.post(address(office), form(file1=file()), follow=True)  # the same form, sent twice
    assert "58,72/100" not in "".join(map(str, again.context["messages"]))
    other = client.post(address(office), form(proposed="59/100", reason="Lý do khác"), follow=True)
    said = "".join(map(str, other.context["messages"]))
    assert other.redirect_chain[-1][0] == f"/replies/{reply.pk}/"
    assert "59/100" in said
    assert "Lý do khác" in said
    assert Reply.objects.get().proposed == "58,72/100"


def test_what_is_wrong_comes_back_with_its_words(office: Office, seen_by, within):
    client = seen_by(office.cast.unit_a)
    for sent in (form(proposed="5O"), form(proposed="57,72/100"), form(reason=""), form(page1="2"),
                 form(file1=file("x.pdf", b"MZ")), form(file1=file("x.pdf", b"")), form(file2=file(data=PDF), page2="0")):  # fmt: skip
        answer = client.post(address(office), sent)
        assert answer.status_code == 200
        assert 'class="errorlist' in answer.content.decode()
        assert "Thiếu 12 hồ sơ" in answer.content.decode() or not sent["reason"]
    assert not Reply.objects.exists()


def test_a_file_too_large_is_not_read(office: Office, seen_by, within, monkeypatch):
    monkeypatch.setattr("chiso.ingest.enclosure.MOST_BYTES", 20)
    assert seen_by(office.cast.unit_a).post(address(office), form(file1=file())).status_code == 200
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("who", ["unit_b", "clerk", "approver", "administrator", "stranger"])
def test_nobody_else_disputes_it(office: Office, seen_by, within, who):
    assert seen_by(getattr(office.cast, who)).post(address(office), form()).status_code == 404
    assert not Reply.objects.exists()


def test_after_its_days_the_page_says_so(office: Office, seen_by):
    client = seen_by(office.cast.unit_a)
    html = read(client, address(office))
    assert "<textarea" not in html
    assert "27/9/2023" in html  # ten working days after 13/9/2023
    assert f'href="{address(office)}"' not in read(client, office.figure(office.published, "quang-dien", "TONG"))
    assert client.post(address(office), form()).status_code == 200
    assert not Reply.objects.exists()


def test_no_days_no_way(office: Office, seen_by, within):
    Issuer.objects.update(reply_days=0)
    assert address(office) not in read(
        seen_by(office.cast.unit_a), office.figure(office.published, "quang-dien", "TONG")
    )


def test_a_missing_figure_is_reported_from_its_page(office: Office, seen_by, within):
    unit = office.tree.districts[3]
    person = make.member(unit=unit, email="missing@example.org")
    figure, way = office.figure(office.published, unit.slug, "CTDT.TK"), address(office, unit.slug, "CTDT.TK")
    assert f'href="{way}"' not in read(seen_by(office.cast.clerk), figure)
    client = seen_by(person)
    assert f'href="{way}"' in read(client, figure)
    assert "57.72" not in read(client, way)
    client.post(way, form(proposed="8/11"))
    assert Reply.objects.get().proposed == "8/11"
    assert disputed(read(client, figure))
    assert f'href="{way}"' not in read(client, figure)
    assert "8/11" in read(client, "/replies/")


@pytest.mark.parametrize(("unit", "code"), [("quang-dien", "CKMB"), ("so-y-te", "TONG")])
def test_what_nobody_has_is_not_reported(office: Office, seen_by, within, unit, code):
    person = make.member(unit=Unit.objects.get(slug=unit), email="missing@example.org")
    assert seen_by(person).post(address(office, unit, code), form()).status_code == 404
    assert not Reply.objects.exists()


# --- Who is told ------------------------------------------------------------------------------------
@pytest.fixture
def reply(office: Office) -> Reply:
    return Reply.objects.get(pk=office.reply().strip("/").split("/")[1])


def sub_unit_reply(office: Office) -> Reply:
    commune = office.tree.communes[0]
    edition = make.edition(dispatch=make.dispatch(issuer=office.tree.issuer, number="77"))
    make.result(edition=edition, unit=commune, code="TONG", text="40/100")
    make.publish(edition)
    return make.reply(edition=edition, unit=commune, by=make.member(unit=commune, email="commune@example.org"))


@pytest.mark.parametrize("shows", Shows.values)
def test_the_mark_is_told_to_the_unit_and_the_desk_alone(office: Office, seen_by, reply, shows):
    Issuer.objects.update(shows=shows)
    figure = office.figure(office.published, "quang-dien", "CTDT.TK")
    for who in ("unit_a", "clerk"):
        assert disputed(read(seen_by(getattr(office.cast, who)), figure))
    answer = seen_by(office.cast.unit_b).get(figure)
    assert answer.status_code == (200 if shows == Shows.WHOLE else 404)
    assert not disputed(answer.content.decode())
    assert "10/11" not in answer.content.decode()


def test_a_district_reads_its_communes_replies_and_does_not_act(office: Office, seen_by):
    commune = sub_unit_reply(office)
    client = seen_by(office.cast.unit_a)
    assert f"/replies/{commune.pk}/" in read(client, "/replies/")
    html = read(client, f"/replies/{commune.pk}/")
    assert "<textarea" not in html
    for page in ("add", "withdraw"):
        assert client.post(f"/replies/{commune.pk}/{page}/", step(commune, text="x")).status_code == 404
    assert seen_by(office.cast.unit_b).get(f"/replies/{commune.pk}/").status_code == 404


def test_the_list_is_the_units_own_and_leaves_as_a_file(office: Office, seen_by, reply):
    sub_unit_reply(office)
    make.reply(edition=office.published, unit=office.tree.districts[1], by=office.cast.unit_b, reason="=HYPERLINK()")
    client = seen_by(office.cast.unit_a)
    table = list(csv.reader(io.StringIO(client.get("/replies/?format=csv").content.decode("utf-8-sig"))))
    assert len(table) == 2 + 2
    assert {row[0] for row in table[2:]} == {"UBND huyện Quảng Điền", "UBND xã Quảng Phước"}
    assert "11/11" in [cell for row in table for cell in row]  # as published
    other = seen_by(office.cast.unit_b).get("/replies/?format=csv").content.decode("utf-8-sig")
    assert "Quảng Điền" not in other
    assert "'=HYPERLINK" in other
    assert client.get("/replies/?format=xlsx")["Content-Type"].endswith("sheet")


def test_whoever_left_the_unit_sees_it_no_longer(office: Office, seen_by, reply):
    office.cast.unit_a.memberships.all().delete()
    assert seen_by(office.cast.unit_a).get(f"/replies/{reply.pk}/").status_code == 404


# --- Files ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["bảng kê.pdf", 'a"; filename="x.html.pdf', "a\r\nX-Y: z.pdf"])
def test_a_file_leaves_as_a_download_only(office: Office, seen_by, reply, name):
    kept = office.evidence(reply)
    Evidence.objects.filter(pk=kept.pk).update(name=name)
    answer = seen_by(office.cast.unit_a).get(f"/replies/{reply.pk}/evidence/{kept.pk}/")
    assert b"".join(answer) == b"%PDF-1.4\n%%EOF"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert "X-Y" not in answer


def test_a_file_is_reached_by_its_own_reply_alone(office: Office, seen_by, reply):
    other = make.reply(edition=office.published, unit=office.tree.districts[1], by=office.cast.unit_b)
    kept = office.evidence(reply)
    assert seen_by(office.cast.unit_b).get(f"/replies/{other.pk}/evidence/{kept.pk}/").status_code == 404
    kept.file.storage.delete(kept.file.name)
    assert seen_by(office.cast.unit_a).get(f"/replies/{reply.pk}/evidence/{kept.pk}/").status_code == 404


# --- Going on ---------------------------------------------------------------------------------------
def test_the_question_is_answered_with_a_file(office: Office, seen_by, reply):
    replies.ask(reply=reply, by=office.cast.clerk, text="Xin gửi biên bản")
    client = seen_by(office.cast.unit_a)
    assert (
        "Xin gửi biên bản"
        in re.search(r'class="notice asked">.*?</div>', read(client, f"/replies/{reply.pk}/"), re.S)[0]
    )
    assert "errorlist" in client.post(f"/replies/{reply.pk}/add/", step(reply)).content.decode()
    answer = client.post(
        f"/replies/{reply.pk}/add/", step(reply, text="Xin gửi", file1=file("biên bản.pdf")), follow=True
    )
    assert "biên bản.pdf" in answer.content.decode()
    reply.refresh_from_db()
    assert reply.state == ReplyState.RECEIVED


def test_an_answer_after_its_day_is_taken_and_marked(office: Office, seen_by, reply):
    replies.ask(reply=reply, by=office.cast.clerk, text="Xin gửi biên bản")
    Reply.objects.update(due_on=date(2023, 9, 15))
    client = seen_by(office.cast.unit_a)
    html = read(client, f"/replies/{reply.pk}/")
    assert "<textarea" in html
    assert 'class="late"' in html
    html = client.post(f"/replies/{reply.pk}/add/", step(reply, text="Xin gửi"), follow=True).content.decode()
    assert "15/9/2023" in re.search(r'<li class="step-added">.*?</li>', html, re.S)[0]


def test_withdrawn_it_disputes_no_longer(office: Office, seen_by, reply):
    client = seen_by(office.cast.unit_a)
    client.post(f"/replies/{reply.pk}/withdraw/", step(reply))
    reply.refresh_from_db()
    assert reply.state == ReplyState.WITHDRAWN
    assert not disputed(read(client, office.figure(office.published, "quang-dien", "CTDT.TK")))
    answer = client.post(f"/replies/{reply.pk}/withdraw/", step(reply, text="Thôi"), follow=True)  # a second time
    assert 'role="alert"' in answer.content.decode()
    assert reply.steps.count() == 2


def test_the_pages_cost_the_same_however_much_was_said(office: Office, seen_by, reply):
    client = seen_by(office.cast.unit_a)

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    paths = (f"/replies/{reply.pk}/", "/replies/")
    before = [cost(path) for path in paths]
    for each in range(8):
        replies.add(reply=reply, by=office.cast.unit_a, text=f"{each}", enclosed=[replies.Enclosed("a.pdf", PDF)])
        edition = make.published(tree=office.tree, number=f"20{each}")
        make.reply(edition=edition, unit=office.tree.districts[0], by=office.cast.unit_a)
    assert [cost(path) for path in paths] == before
    assert max(before) <= 12


def test_a_correction_is_told_on_the_reply(office: Office, seen_by, reply):
    second = make.edition(dispatch=office.published.dispatch, number=2)
    make.figures(edition=second, tree=office.tree)
    make.settle(Edition.objects.get(pk=office.published.pk), "superseded")
    make.publish(second)
    Reply.objects.update(
        state=ReplyState.CORRECTED, granted="10/11", granted_value=10, granted_out_of=11, correction=second
    )
    html = read(seen_by(office.cast.unit_a), f"/replies/{reply.pk}/")
    assert f'{office.figure(second, "quang-dien", "CTDT.TK")}?edition=2"' in html


def test_people_of_the_desk_are_shown_the_way(office: Office, seen_by, reply):
    html = read(seen_by(office.cast.clerk), f"/replies/{reply.pk}/")
    assert f"/admin/chiso/reply/{reply.pk}/change/" in html
    assert "/admin/chiso/reply/" in read(seen_by(office.cast.clerk), "/replies/")
    both = make.member(unit=office.tree.districts[0], user=office.cast.clerk, role=Role.UNIT)
    assert "<textarea" in read(seen_by(both), f"/replies/{reply.pk}/")


def test_no_page_carries_inline_style_or_script(office: Office, seen_by, reply, within):
    for path in (f"/replies/{reply.pk}/", "/replies/", address(office)):
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", read(seen_by(office.cast.unit_a), path)
        )
