"""Replies at the desk: the queue, the register, the steps, the fixed forms of answers."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from chiso.actions import edition as editions
from chiso.actions import reply as replies
from chiso.actions.reply import Document
from chiso.models import AnswerForm, Edition, Event, Issuer, Reply, ReplyState, Result, What
from tests import make

from . import rows

GRANTED = {"granted": "60/100", "granted_value": 60, "granted_out_of": 100}
DOCUMENT = {
    "reason": "Bổ sung hồ sơ", "kind": "corrects", "number": "1100", "symbol": "VPUB-KSTT", "issued_on": "20/9/2023",
}  # fmt: skip
OPENED = Document(reason="Bổ sung hồ sơ", number="1100", symbol="VPUB-KSTT", issued_on=date(2023, 9, 20))
STEPS = ("receive", "ask", "accept", "partly", "refuse", "carry")


@pytest.fixture
def published(tree):
    return make.published(tree=tree)


@pytest.fixture
def reply(tree, cast, published):
    return make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a)


def page(reply: Reply, name: str = "change") -> str:
    return f"/admin/chiso/reply/{reply.pk}/{name}/"


def post(client, reply: Reply, name: str, given=(), **more):
    """As the page sends it that shows the last step."""
    return client.post(page(reply, name), {"seen": reply.steps.latest("pk").pk, **dict(given)}, **more)


def listed(client, query: str = "") -> list[int]:
    return [row.pk for row in client.get(f"/admin/chiso/reply/{query}").context["cl"].result_list]


# --- The queue and the register -----------------------------------------------------------------------
@pytest.fixture
def several(tree, cast, published):
    """In the order in which the desk meets them."""
    today = timezone.localdate()
    given = [
        {"state": ReplyState.ACCEPTED, "due_on": today - timedelta(20), "code": "CTDT.TK", **GRANTED},
        {"state": ReplyState.RECEIVED, "due_on": today - timedelta(9), "code": "MDSH.5"},
        {"state": ReplyState.SENT, "due_on": today, "code": "TONG"},
        {"state": ReplyState.ASKED, "due_on": today + timedelta(30), "code": "HSTT.QH"},
        {"state": ReplyState.REFUSED, "due_on": today - timedelta(40), "code": "TONG"},
    ]
    made = [make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a, **each) for each in reversed(given)]
    return [each.pk for each in reversed(made)]


def test_what_is_due_first_stands_first(clerk, several):
    assert listed(clerk) == several
    html = clerk.get("/admin/chiso/reply/").content.decode()
    assert len(re.findall('<span class="late">', html)) == 2


@pytest.mark.parametrize(
    ("turn", "wanted"), [("late", [0, 1]), ("desk", [1, 2]), ("unit", [3]), ("due", [0]), ("done", [4])]
)
def test_whose_turn_it_is(clerk, several, turn, wanted):
    assert listed(clerk, f"?turn={turn}") == [several[place] for place in wanted]


def test_another_office_sees_none(client, elsewhere, reply):
    client.force_login(elsewhere)
    assert listed(client) == []
    for name in ("change", "history", *STEPS[1:]):
        assert client.get(page(reply, name)).status_code == 404, name
    for name in STEPS:
        assert post(client, reply, name, {"text": "x", "granted": "59/100", **DOCUMENT}).status_code == 404, name
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT
    assert len(rows.table_of(client.get("/admin/chiso/reply/export/csv/").getvalue())) == 1


@pytest.mark.parametrize("who", ["unit_a", "unit_b", "stranger"])
def test_units_do_not_answer_themselves(client, cast, reply, who):
    client.force_login(getattr(cast, who))
    for name in (*STEPS, "change"):
        assert post(client, reply, name, {"text": "x", "granted": "59/100", **DOCUMENT}).status_code in (302, 403)
    assert client.get("/admin/chiso/reply/export/csv/").status_code in (302, 403)
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT


@pytest.mark.parametrize("who", ["clerk", "approver", "administrator"])
def test_the_register_leaves_as_the_list_shows_it(client, cast, tree, several, who):
    Reply.objects.filter(state=ReplyState.REFUSED).update(reason='=HYPERLINK("x")')
    client.force_login(getattr(cast, who))
    table = rows.table_of(client.get("/admin/chiso/reply/export/csv/").getvalue())
    assert len(table) == 1 + 5
    assert "'=HYPERLINK" in table[5][7]
    assert table[3][5] == "57.72/100"
    assert len(rows.table_of(client.get("/admin/chiso/reply/export/csv/?turn=desk").getvalue())) == 1 + 2
    assert client.get("/admin/chiso/reply/export/xlsx/").getvalue()[:2] == b"PK"
    assert client.get("/admin/chiso/reply/export/exe/").status_code == 404
    assert client.get("/admin/chiso/reply/export/csv/?nonsense=1").status_code in (200, 302)
    assert Event.objects.filter(what=What.EXPORTED, by=getattr(cast, who)).exists()


# --- Steps ------------------------------------------------------------------------------------------
def test_the_desk_goes_through_a_reply(clerk, cast, reply):
    post(clerk, reply, "receive")
    answer = post(clerk, reply, "ask", {"text": "Gửi biên bản"}, follow=True)
    assert "Gửi biên bản" in answer.content.decode()
    assert "has-wrong" in post(clerk, reply, "refuse", {"text": ""}).content.decode()
    html = clerk.get(page(reply, "accept")).content.decode()
    assert 'name="number"' in html
    assert "has-wrong" in post(clerk, reply, "accept", {"text": ""}).content.decode()  # opens nothing without a reason
    answer = post(clerk, reply, "accept", {"text": "Đúng", **DOCUMENT}, follow=True)
    draft = Edition.objects.get(number=2)
    assert f"/admin/chiso/edition/{draft.pk}/change/" in answer.content.decode()
    assert Result.objects.get(edition=draft, unit=reply.unit, indicator=reply.indicator).printed == "60/100"
    assert Event.objects.get(what=What.REPLY_DECIDED).by == cast.clerk


def test_the_reason_that_every_reader_sees_tells_of_no_reply(clerk, reply):
    reason = clerk.get(page(reply, "accept")).context["form"].initial["reason"]
    assert reply.unit.name in reason
    assert not re.search("repl|phản hồi", reason, re.I)


def test_what_an_edition_says_since_asks_for_no_correction(clerk, tree, published, reply):
    draft = make.edition(dispatch=published.dispatch, number=2)
    make.result(edition=draft, unit=reply.unit, code=reply.indicator.code, text="60/100")
    make.settle(published, "superseded")
    make.publish(draft)
    html = clerk.get(page(reply, "accept")).content.decode()
    assert 'name="number"' not in html
    assert "60/100" in clerk.get(page(reply)).content.decode()
    post(clerk, reply, "accept", {"text": ""})
    reply.refresh_from_db()
    assert (reply.state, reply.correction) == (ReplyState.CORRECTED, draft)


def test_where_a_draft_is_open_its_document_is_not_asked_again(clerk, cast, tree, published, reply):
    other = make.reply(edition=published, unit=tree.districts[1], by=cast.unit_b)
    post(clerk, reply, "accept", {"text": "", **DOCUMENT})
    html = clerk.get(page(other, "partly")).content.decode()
    assert 'name="number"' not in html
    answer = post(clerk, other, "partly", {"granted": "60/100", "text": "Một phần"})
    assert "has-wrong" in answer.content.decode() or 'class="wrong"' in answer.content.decode()  # that is all of it
    post(clerk, other, "partly", {"granted": "58", "text": "Một phần"})
    other.refresh_from_db()
    assert (other.state, other.granted, other.correction.number) == (ReplyState.PARTLY, "58/100", 2)


@pytest.mark.parametrize("granted", ["x", "58,72/100", "101/100"])
def test_a_figure_that_is_not_accepted_stands_beside_what_is_wrong(clerk, reply, granted):
    Reply.objects.update(proposed="58,72/100", proposed_value="58.72", proposed_out_of=100)
    form = post(clerk, reply, "partly", {"granted": granted, "text": "Một phần", **DOCUMENT}).context["form"]
    assert set(form.errors) == {"granted"}
    assert form["granted"].value() == granted
    assert Edition.objects.count() == 1


def test_the_reason_of_a_correction_is_worded_anew(clerk, reply):
    post(clerk, reply, "accept", {"text": "", **DOCUMENT})
    draft = Edition.objects.get(number=2)
    address = f"/admin/chiso/edition/{draft.pk}/reason/"
    for shown in ("change", "publish"):
        assert address in clerk.get(f"/admin/chiso/edition/{draft.pk}/{shown}/").content.decode()
    assert clerk.get(address).context["form"]["reason"].value() == draft.reason
    assert clerk.post(address, {"reason": " "}).context["form"].errors["reason"]
    assert clerk.post(address, {"reason": "Đối soát lại"}).url == f"/admin/chiso/edition/{draft.pk}/change/"
    draft.refresh_from_db()
    assert draft.reason == "Đối soát lại"
    editions.submit(edition=draft, by=None)
    assert clerk.get(address).status_code == 302
    assert address not in clerk.get(f"/admin/chiso/edition/{draft.pk}/change/").content.decode()


def test_a_step_that_is_not_open_leads_back(clerk, reply):
    post(clerk, reply, "refuse", {"text": "Đúng như in"})
    for name in STEPS[1:]:
        assert clerk.get(page(reply, name)).url == page(reply)
    answer = post(clerk, reply, "receive", follow=True)
    assert "message error" in answer.content.decode() or 'class="error"' in answer.content.decode()
    assert clerk.get(page(reply, "receive")).status_code == 302
    assert clerk.post(page(reply)).status_code == 403


def test_a_lost_draft_is_shown_and_carried(clerk, reply):
    post(clerk, reply, "accept", {"text": "", **DOCUMENT})
    Edition.objects.get(number=2).results.all().delete()
    clerk.post(f"/admin/chiso/edition/{Edition.objects.get(number=2).pk}/discard/")
    assert "?turn=due" in clerk.get("/admin/").content.decode()
    assert page(reply, "carry") in clerk.get(page(reply)).content.decode()
    post(clerk, reply, "carry", DOCUMENT)
    reply.refresh_from_db()
    assert reply.correction.number == 2


def test_before_a_draft_is_deleted_its_accepted_replies_are_named(clerk, reply):
    post(clerk, reply, "accept", {"text": "", **DOCUMENT})
    asked = f"/admin/chiso/edition/{Edition.objects.get(number=2).pk}/discard/"
    html = clerk.get(asked).content.decode()
    assert page(reply) in html
    assert f'<span class="number">{reply.proposed}</span>' in html
    post(clerk, reply, "refuse", {"text": "Đúng như in"})
    assert page(reply) not in clerk.get(asked).content.decode()


@pytest.mark.parametrize("who", ["clerk", "approver"])
def test_what_is_in_review_says_what_a_reply_waits_for(client, cast, tree, published, reply, who):
    other = make.reply(edition=published, unit=tree.districts[1], by=cast.unit_b)
    draft = replies.accept(reply=other, by=cast.clerk, document=OPENED).correction
    editions.submit(edition=draft, by=cast.clerk)
    client.force_login(getattr(cast, who))
    for each, gone in [(reply, {"accept", "partly"}), (other, {"accept", "partly", "refuse"})]:
        html = client.get(page(each)).content.decode()
        offered = {step for step in STEPS if page(each, step) in html}
        assert not offered & gone
        assert (f"/admin/chiso/edition/{draft.pk}/send_back/" in html) is (who == "approver")
        assert f"/admin/chiso/edition/{draft.pk}/" in html
        for step in gone:
            assert client.get(page(each, step)).url == page(each)
    assert page(reply, "refuse") in client.get(page(reply)).content.decode()  # of which nothing is written there
    post(client, reply, "accept", {"text": ""})
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT
    editions.send_back(edition=draft, by=cast.approver, why="Xem lại")
    assert page(reply, "accept") in client.get(page(reply)).content.decode()


def test_the_unit_stands_before_the_name_of_whoever_sent_it(clerk, reply):
    reply.sent_by.full_name = "Văn phòng tỉnh"
    reply.sent_by.save()
    wanted = f"{reply.unit} – Văn phòng tỉnh"
    assert wanted in clerk.get(page(reply)).content.decode()
    assert wanted in rows.table_of(clerk.get("/admin/chiso/reply/export/csv/").getvalue())[1]


def test_the_first_page_tells_of_what_waits(clerk, tree, cast, published):
    assert "?turn=desk" not in clerk.get("/admin/").content.decode()
    make.reply(edition=published, unit=tree.districts[0], by=cast.unit_a, due_on=date(2023, 9, 15))
    html = clerk.get("/admin/").content.decode()
    assert "/admin/chiso/reply/?turn=desk" in html
    assert "15/9/2023" in html
    assert "?turn=unit" not in html
    Reply.objects.update(state=ReplyState.ASKED)
    assert "?turn=unit" in clerk.get("/admin/").content.decode()  # not answered in time


# --- Fixed forms ------------------------------------------------------------------------------------
def test_an_answer_begins_with_a_fixed_form(clerk, tree, reply):
    own = AnswerForm.objects.create(issuer=tree.issuer, title="Thiếu căn cứ", text="Đề nghị gửi văn bản làm căn cứ.")
    assert f"?form={own.pk}" in clerk.get(page(reply, "refuse")).content.decode()
    assert own.text in clerk.get(f"{page(reply, 'refuse')}?form={own.pk}").content.decode()
    for nonsense in ("0", "abc", "9" * 30, "%00"):
        assert clerk.get(f"{page(reply, 'refuse')}?form={nonsense}").status_code == 200


def test_of_the_own_office_alone(clerk, tree, elsewhere, reply):
    other = AnswerForm.objects.create(issuer=tree.elsewhere.issuer, title="Của nơi khác", text="Chữ của nơi khác")
    assert "Của nơi khác" not in clerk.get(page(reply, "refuse")).content.decode()
    assert other.text not in clerk.get(f"{page(reply, 'refuse')}?form={other.pk}").content.decode()
    assert clerk.get(f"/admin/chiso/answerform/{other.pk}/change/").status_code == 404


def test_an_administrator_edits_them(client, cast, tree, elsewhere):
    given = {"issuer": tree.issuer.pk, "title": "Thiếu căn cứ", "text": "…", "order": "1"}
    client.force_login(cast.clerk)
    assert client.post("/admin/chiso/answerform/add/", given).status_code == 403
    client.force_login(cast.administrator)
    assert client.post("/admin/chiso/answerform/add/", given).status_code == 302
    client.post("/admin/chiso/answerform/add/", given | {"issuer": tree.elsewhere.issuer.pk})
    assert AnswerForm.objects.get().issuer == tree.issuer


# --- Days of a dispatch -------------------------------------------------------------------------------
@pytest.mark.parametrize(("typed", "kept"), [("", None), ("0", 0), ("15", 15)])
def test_the_days_of_a_dispatch_are_set_before_it_is_published(clerk, draft, typed, kept):
    path = f"/admin/chiso/dispatch/{draft.dispatch_id}/change/"
    given = {
        "number": "1082",
        "symbol": "VPUB-KSTT",
        "issued_on": "13/9/2023",
        "data_as_of": "12/9/2023",
        "period": "month",
    }
    assert clerk.post(path, given | {"reply_days": typed}).status_code == 302
    draft.dispatch.refresh_from_db()
    assert draft.dispatch.reply_days == kept
    assert clerk.post(path, given | {"reply_days": "-1"}).status_code == 200
    assert clerk.post(path, given | {"reply_days": "100000"}).status_code == 200


# --- Days of an office --------------------------------------------------------------------------------
DAYS = {"reply_days": "10", "receive_days": "2", "ask_days": "5", "answer_days": "15", "publish_days": "2"}


@pytest.mark.parametrize("field", DAYS)
def test_the_days_of_an_office_are_bounded(administrator, tree, field):
    path = f"/admin/chiso/issuer/{tree.issuer.pk}/change/"
    given = {"name": tree.issuer.name, "shows": "whole", **DAYS}
    for typed in ("999999999", "251", "-1", "", *(["0"] if field != "reply_days" else [])):
        answer = administrator.post(path, given | {field: typed})
        assert list(answer.context["adminform"].form.errors) == [field]
    assert administrator.post(path, given | {field: "250"}).status_code == 302
    tree.issuer.refresh_from_db()
    assert getattr(tree.issuer, field) == 250
    assert administrator.post(path, given | {"reply_days": "0"}).status_code == 302


def test_an_office_that_took_any_number_of_days_can_still_decide(clerk, reply):
    Issuer.objects.update(publish_days=32767, answer_days=32767)
    assert post(clerk, reply, "accept", DOCUMENT).status_code == 302
    reply.refresh_from_db()
    assert reply.state == ReplyState.ACCEPTED
