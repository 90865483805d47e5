"""A reply from the unit's objection to the correction that closes it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from chiso.actions import correction as corrections
from chiso.actions import edition as editions
from chiso.actions import enclosing
from chiso.actions import reply as replies
from chiso.actions import result as results
from chiso.actions import unit as units
from chiso.actions.reply import Document, Enclosed, UnableToGoOn, UnableToReply
from chiso.models import (
    Dispatch,
    Edition,
    Event,
    Evidence,
    Issuer,
    Notice,
    Reply,
    ReplyState,
    ReplyStep,
    Result,
    ResultChange,
    State,
    Unit,
    What,
)
from chiso.queries import reply as query
from chiso.queries import window
from chiso.values import workday
from tests import make

pytestmark = pytest.mark.django_db
WARNINGS = "như văn bản"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
DAY = date(2026, 1, 5)
DOCUMENT = Document(reason="Quảng Điền bổ sung hồ sơ", number="1100", symbol="VPUB-KSTT", issued_on=DAY)


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


@pytest.fixture
def published(tree, cast) -> Edition:
    edition = editions.submit(edition=make.draft(tree=tree), by=cast.clerk)
    return editions.publish(edition=edition, by=cast.approver, accept_warnings=WARNINGS)


@pytest.fixture
def sent(tree, cast, published) -> Reply:
    return send(tree, cast, published)


def send(tree, cast, published, text="58,72/100", code="TONG", **more) -> Reply:
    given = {"unit": tree.districts[0], "indicator": make.indicator(code), "proposed": text, "reason": "Thiếu hồ sơ"}
    return replies.send(edition=published, by=cast.unit_a, **given | more)


def publish(draft: Edition, cast) -> Edition:
    draft = editions.submit(edition=draft, by=cast.clerk)
    return editions.publish(edition=draft, by=cast.approver, accept_warnings=WARNINGS)


def moves(reply: Reply) -> list[str]:
    return list(reply.steps.order_by("pk").values_list("move", flat=True))


# --- The whole way ----------------------------------------------------------------------------------
def test_from_the_objection_to_the_correction(tree, cast, published):
    reply = send(tree, cast, published, enclosed=[Enclosed("Bảng kê.pdf", PDF, page=3)])
    assert (reply.proposed_value, reply.proposed_out_of) == (Decimal("58.72"), Decimal(100))
    reply = replies.receive(reply=reply, by=cast.clerk)
    reply = replies.ask(reply=reply, by=cast.clerk, text="Gửi biên bản")
    assert reply.state == ReplyState.ASKED
    reply = replies.add(reply=reply, by=cast.unit_a, text="Xin gửi", enclosed=[Enclosed("bien-ban.pdf", PDF)])
    assert reply.state == ReplyState.RECEIVED
    reply = replies.accept(reply=reply, by=cast.clerk, text="Đúng", document=DOCUMENT)
    draft = reply.correction
    assert (reply.state, draft.number, draft.state) == (ReplyState.ACCEPTED, 2, State.DRAFT)
    figure = Result.objects.get(edition=draft, unit=tree.districts[0], indicator__code="TONG")
    assert figure.printed == "58,72/100"
    [change] = ResultChange.objects.filter(edition=draft)
    assert (change.printed_before, change.printed_after) == ("57.72/100", "58,72/100")
    assert "Quảng Điền" in change.event.why
    assert Result.objects.get(edition=published, unit=tree.districts[0], indicator__code="TONG").printed == "57.72/100"
    publish(draft, cast)
    reply.refresh_from_db()
    assert (reply.state, reply.correction.state) == (ReplyState.CORRECTED, State.PUBLISHED)
    assert moves(reply) == ["sent", "received", "asked", "added", "accepted", "corrected"]
    whats = list(Event.objects.filter(what__startswith="reply.").order_by("pk").values_list("what", flat=True))
    assert whats == [What.REPLY_SENT, *[What.REPLY_MOVED] * 3, What.REPLY_DECIDED, What.REPLY_MOVED]
    assert Notice.objects.filter(reply=reply, to=cast.unit_a).count() == 4  # received, asked, accepted, corrected
    assert not Notice.objects.filter(to=cast.unit_b, reply=reply).exists()
    first, second = Evidence.objects.order_by("pk")
    assert (first.name, first.page, first.media_type) == ("Bảng kê.pdf", 3, "application/pdf")
    with first.file.open("rb") as kept:
        assert kept.read() == PDF
    assert "Bảng" not in first.file.name
    assert second.step.move == "added"


def test_the_clerk_who_wrote_the_figure_does_not_publish_it(cast, sent):
    draft = replies.accept(reply=sent, by=cast.approver, document=DOCUMENT).correction
    draft = editions.submit(edition=draft, by=cast.clerk)
    with pytest.raises(editions.UnableToPublish, match="sau cùng"):
        editions.publish(edition=draft, by=cast.approver, accept_warnings=WARNINGS)


# --- Sending ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["57,72/100", "57,72", "", "abc", "-", "101/100", "5O/100", "1" * 200])
def test_what_is_no_other_figure_is_not_sent(tree, cast, published, text):
    with pytest.raises(UnableToReply):
        send(tree, cast, published, text)
    assert not Reply.objects.exists()
    assert not Event.objects.filter(what=What.REPLY_SENT).exists()


@pytest.mark.parametrize(
    ("code", "text", "example"),
    [("TONG", "-", "57,72/100"), ("TONG", "không", "57,72/100"), ("CTDT.TK", "…", "8/11"), ("MDSH.5", "–", "2.145")],
)
def test_who_types_that_there_is_no_figure_is_told_what_to_type(tree, cast, published, code, text, example):
    with pytest.raises(UnableToReply) as refused:
        send(tree, cast, published, text, code)
    assert text in str(refused.value)
    assert example in str(refused.value)


def test_figures_are_read_by_their_kind(tree, cast, published):
    assert send(tree, cast, published, "58,5").proposed == "58,5/100"  # of the printed maximum
    assert send(tree, cast, published, "2.146", "MDSH.5").proposed_value == 2146
    share = send(tree, cast, published, "10/11", "CTDT.TK")
    assert (share.proposed_value, share.proposed_out_of) == (10, 11)


def test_a_reason_is_given(tree, cast, published):
    with pytest.raises(UnableToReply):
        send(tree, cast, published, reason="  ")


def test_what_nobody_has_is_not_disputed(tree, cast, published):
    with pytest.raises(UnableToReply):  # no district has it
        send(tree, cast, published, "12/18", "CKMB")
    with pytest.raises(UnableToReply):  # an agency has no score among the districts
        send(tree, cast, published, "50/100", unit=tree.agencies[0])


def test_once_at_a_time(tree, cast, published, sent):
    with pytest.raises(UnableToReply):
        send(tree, cast, published, "59/100")
    replies.refuse(reply=sent, by=cast.clerk, text="Đúng như in")
    again = send(tree, cast, published, "59/100")
    replies.accept(reply=again, by=cast.clerk, document=DOCUMENT)
    with pytest.raises(UnableToReply):  # accepted, and not yet published
        send(tree, cast, published, "60/100")


@pytest.mark.parametrize(("office", "dispatch"), [(0, None), (10, 0)])
def test_no_days_no_replies(tree, cast, published, office, dispatch):
    Issuer.objects.update(reply_days=office)
    Dispatch.objects.update(reply_days=dispatch)
    assert not window.is_open(Edition.objects.get(pk=published.pk), timezone.localdate())
    with pytest.raises(UnableToReply):
        send(tree, cast, published)


def test_the_window_is_counted_in_working_days(tree, cast, published, monkeypatch):
    Dispatch.objects.update(reply_days=3)
    end = workday.after(timezone.localdate(published.published_at), 3)
    monkeypatch.setattr(replies.timezone, "localdate", lambda *_at: end)
    assert send(tree, cast, published).due_on == workday.after(end, 2)


def test_after_the_window_nothing_is_taken(tree, cast, published, monkeypatch):
    Dispatch.objects.update(reply_days=3)
    end = window.closes_on(Edition.objects.select_related("dispatch__issuer").get(pk=published.pk))
    monkeypatch.setattr(
        replies.timezone, "localdate", lambda at=None: timezone.localtime(at).date() if at else end + timedelta(1)
    )
    with pytest.raises(UnableToReply):
        send(tree, cast, published)


def test_only_the_edition_that_holds_is_disputed(tree, cast, published, sent):
    publish(replies.accept(reply=sent, by=cast.clerk, document=DOCUMENT).correction, cast)
    with pytest.raises(UnableToReply):
        send(tree, cast, published, "59/100")
    editions.recall(edition=Edition.objects.get(number=2), by=cast.approver, why="Sai")
    with pytest.raises(UnableToReply):
        send(tree, cast, Edition.objects.get(number=2), "59/100")


# --- Steps only where they begin --------------------------------------------------------------------
STEPS = {
    "receive": lambda reply, by: replies.receive(reply=reply, by=by),
    "ask": lambda reply, by: replies.ask(reply=reply, by=by, text="Gửi thêm"),
    "add": lambda reply, by: replies.add(reply=reply, by=by, text="Thêm"),
    "accept": lambda reply, by: replies.accept(reply=reply, by=by, document=DOCUMENT),
    "partly": lambda reply, by: replies.accept_in_part(reply=reply, by=by, granted="58/100" if reply.state != "partly" else "58,1/100", text="Chỉ 58", document=DOCUMENT),
    "refuse": lambda reply, by: replies.refuse(reply=reply, by=by, text="Đúng như in"),
    "withdraw": lambda reply, by: replies.withdraw(reply=reply, by=by),
    "carry": lambda reply, by: replies.carry(reply=reply, by=by, document=DOCUMENT),
}  # fmt: skip
WAYS = {
    "sent": [], "received": ["receive"], "asked": ["ask"], "accepted": ["accept"], "partly": ["partly"],
    "refused": ["refuse"], "withdrawn": ["withdraw"],
}  # fmt: skip
OPEN_TO = {
    "sent": {"receive", "ask", "add", "accept", "partly", "refuse", "withdraw"},
    "received": {"ask", "add", "accept", "partly", "refuse", "withdraw"},
    "asked": {"add", "accept", "partly", "refuse", "withdraw"},
    "accepted": {"partly", "refuse"},
    "partly": {"accept", "partly", "refuse"},
    "refused": set(),
    "withdrawn": set(),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", WAYS)
def test_each_step_begins_in_its_states_alone(cast, sent, state, step):
    reply = sent
    for way in WAYS[state]:
        reply = STEPS[way](reply, cast.clerk)
    assert reply.state == state
    before = (ReplyStep.objects.count(), Event.objects.count(), Notice.objects.count())
    if step in OPEN_TO[state]:
        STEPS[step](reply, cast.clerk)
        assert ReplyStep.objects.count() == before[0] + 1
    else:
        with pytest.raises(UnableToGoOn):
            STEPS[step](sent, cast.clerk)  # known as it was before
        assert (ReplyStep.objects.count(), Event.objects.count(), Notice.objects.count()) == before


@pytest.mark.parametrize("step", ["ask", "refuse", "add"])
def test_nothing_said_is_nothing_done(cast, sent, step):
    with pytest.raises(UnableToGoOn):
        getattr(replies, step)(reply=sent, by=cast.clerk, text=" ")
    with pytest.raises(UnableToGoOn):
        replies.accept_in_part(reply=sent, by=cast.clerk, granted="58/100", text=" ", document=DOCUMENT)


def test_deadlines_go_with_the_steps(tree, cast, sent):
    Issuer.objects.update(receive_days=1, ask_days=2, answer_days=4, publish_days=3)
    today = timezone.localdate()
    reply = replies.receive(reply=sent, by=cast.clerk)
    assert reply.due_on == workday.after(today, 4)
    reply = replies.ask(reply=reply, by=cast.clerk, text="?")
    assert reply.due_on == workday.after(today, 2)
    reply = replies.add(reply=reply, by=cast.unit_a, text="!")
    assert reply.due_on == workday.after(today, 4)
    reply = replies.accept(reply=reply, by=cast.clerk, document=DOCUMENT)
    assert reply.due_on == workday.after(today, 3)


# --- The correction ---------------------------------------------------------------------------------
def test_without_an_open_draft_its_reason_is_asked(cast, sent):
    with pytest.raises(UnableToGoOn):
        replies.accept(reply=sent, by=cast.clerk)
    with pytest.raises(UnableToGoOn):
        replies.accept(reply=sent, by=cast.clerk, document=Document(reason=""))
    sent.refresh_from_db()
    assert sent.state == ReplyState.SENT
    assert Edition.objects.count() == 1


def test_two_replies_go_into_one_draft(tree, cast, published, sent):
    other = replies.send(
        edition=published, unit=tree.districts[1], indicator=make.indicator("TONG"), proposed="56,5/100", reason="Sai", by=cast.unit_b
    )  # fmt: skip
    first = replies.accept(reply=sent, by=cast.clerk, document=DOCUMENT)
    second = replies.accept_in_part(reply=other, by=cast.clerk, granted="56,4", text="Một phần")
    assert first.correction == second.correction
    publish(first.correction, cast)
    assert set(Reply.objects.values_list("state", flat=True)) == {ReplyState.CORRECTED}
    corrected = Edition.objects.get(number=2)
    assert {row.printed for row in corrected.results.filter(indicator__code="TONG")} >= {"58,72/100", "56,4/100"}


def test_nothing_goes_into_a_draft_in_review(cast, published, sent):
    draft = corrections.open_correction(
        dispatch=published.dispatch, by=cast.clerk, reason="Sai", number="1100", symbol="VPUB-KSTT", issued_on=DAY
    )  # fmt: skip
    editions.submit(edition=draft, by=cast.clerk)
    with pytest.raises(UnableToGoOn):
        replies.accept(reply=sent, by=cast.clerk)


@pytest.mark.parametrize("granted", ["58,72/100", "57,72/100", "x", "102/100"])
def test_part_of_it_is_neither_all_nor_nothing(cast, sent, granted):
    with pytest.raises(UnableToGoOn):
        replies.accept_in_part(reply=sent, by=cast.clerk, granted=granted, text="Một phần", document=DOCUMENT)
    assert Edition.objects.count() == 1


def test_a_correction_that_says_something_else_is_not_published(tree, cast, sent):
    draft = replies.accept(reply=sent, by=cast.clerk, document=DOCUMENT).correction
    results.store(
        edition=draft, unit=tree.districts[0], indicator=make.indicator("TONG"), text="57,9/100", by=cast.clerk
    )
    with pytest.raises(editions.UnableToSubmit, match="58,72/100"):
        publish(draft, cast)
    results.store(
        edition=draft, unit=tree.districts[0], indicator=make.indicator("TONG"), text="58,72/100", by=cast.clerk
    )
    publish(draft, cast)
    sent.refresh_from_db()
    assert sent.state == ReplyState.CORRECTED


def test_refused_after_all_the_draft_gets_its_figure_back(tree, cast, published, sent):
    draft = replies.accept(reply=sent, by=cast.clerk, document=DOCUMENT).correction
    reply = replies.refuse(reply=sent, by=cast.clerk, text="Kiểm tra lại: đúng như in")
    figure = Result.objects.get(edition=draft, unit=tree.districts[0], indicator__code="TONG")
    first = Result.objects.get(edition=published, unit=tree.districts[0], indicator__code="TONG")
    assert (figure.printed, figure.cell) == (first.printed, first.cell)
    assert (reply.granted, reply.correction, reply.state) == ("", None, ReplyState.REFUSED)
    publish(draft, cast)


def test_decided_anew_the_draft_has_the_last_decision(tree, cast, sent):
    replies.accept(reply=sent, by=cast.clerk, document=DOCUMENT)
    reply = replies.accept_in_part(reply=sent, by=cast.clerk, granted="58/100", text="Chỉ 58")
    assert (
        Result.objects.get(edition=reply.correction, unit=tree.districts[0], indicator__code="TONG").printed == "58/100"
    )


def test_a_deleted_draft_leaves_its_replies_to_be_carried(tree, cast, sent):
    draft = replies.accept(reply=sent, by=cast.clerk, document=DOCUMENT).correction
    editions.discard(edition=draft, by=cast.clerk)
    sent.refresh_from_db()
    assert (sent.state, sent.correction) == (ReplyState.ACCEPTED, None)
    assert query.waiting(cast.clerk, timezone.localdate()).uncarried == 1
    reply = replies.carry(reply=sent, by=cast.clerk, document=DOCUMENT)
    assert (
        Result.objects.get(edition=reply.correction, unit=tree.districts[0], indicator__code="TONG").printed
        == "58,72/100"
    )


def test_a_reply_to_an_earlier_edition_goes_into_the_next_one(tree, cast, published, sent):
    draft = corrections.open_correction(
        dispatch=published.dispatch, by=cast.clerk, reason="Khác", number="1100", symbol="VPUB-KSTT", issued_on=DAY
    )
    results.store(
        edition=draft, unit=tree.districts[1], indicator=make.indicator("TONG"), text="56,4/100", by=cast.clerk
    )
    second = publish(draft, cast)
    document = Document(reason="Tiếp", number="1101", symbol="VPUB-KSTT", issued_on=DAY)
    assert query.disputed(second, cast.unit_a) == {(tree.districts[0].pk, make.indicator("TONG").pk)}
    assert replies.accept(reply=sent, by=cast.clerk, document=document).correction.number == 3


def test_a_unit_merged_meanwhile_gets_its_figure(tree, cast, sent):
    kept = make.unit(slug="quang-dien-moi", name="UBND huyện Quảng Điền (mới)", parent=tree.province)
    units.merge(kept=kept, gone=tree.districts[0], by=cast.administrator, why="Một đơn vị")
    assert Reply.objects.visible_to(cast.unit_a).get().unit == kept
    assert query.with_figure(Reply.objects.all()).get().printed == "57.72/100"
    reply = replies.accept(reply=Reply.objects.get(), by=cast.clerk, document=DOCUMENT)
    kept_figure = Result.objects.get(
        edition=reply.correction, unit__in=Unit.objects.records_of(kept), indicator__code="TONG"
    )
    assert kept_figure.printed == "58,72/100"
    assert query.lacking(reply.correction) == []


# --- A missing figure -------------------------------------------------------------------------------
@pytest.fixture
def missing(tree, cast, published) -> Reply:
    """Nothing is printed for the fourth district where the others have a share."""
    assert query.published_figure(published, tree.districts[3], make.indicator("CTDT.TK")) is None
    return send(tree, cast, published, "8/11", "CTDT.TK", unit=tree.districts[3])


def figure_of(edition, unit, code="CTDT.TK") -> Result | None:
    return Result.objects.filter(edition=edition, unit=unit, indicator__code=code).select_related("appendix").first()


def test_a_missing_figure_comes_into_the_correction(tree, cast, published, missing):
    draft = replies.accept(reply=missing, by=cast.clerk, document=DOCUMENT).correction
    figure, peer = figure_of(draft, tree.districts[3]), figure_of(draft, tree.districts[0])
    assert (figure.printed, figure.appendix) == ("8/11", peer.appendix)
    assert "– → 8/11" in Event.objects.get(what=What.REPLY_SENT).subject
    publish(draft, cast)
    missing.refresh_from_db()
    assert missing.state == ReplyState.CORRECTED
    assert figure_of(published, tree.districts[3]) is None


def test_a_missing_figure_refused_after_all_is_missing_again(tree, cast, missing):
    draft = replies.accept(reply=missing, by=cast.clerk, document=DOCUMENT).correction
    replies.refuse(reply=missing, by=cast.clerk, text="Không triển khai")
    assert figure_of(draft, tree.districts[3]) is None
    assert ResultChange.objects.filter(edition=draft).count() == 2
    publish(draft, cast)


def test_a_missing_score_is_of_the_printed_maximum(tree, cast):
    draft = make.draft(tree=tree)
    results.remove(result=figure_of(draft, tree.districts[0], "TONG"), by=cast.clerk, why="Không in")
    edition = publish(draft, cast)
    assert send(tree, cast, edition, "58,5").proposed == "58,5/100"


def test_a_figure_and_its_lack_are_not_disputed_by_two_records_of_one_unit(tree, cast, published):
    """One record has the figure, the other has none: merged, they would dispute one figure twice."""
    second = make.unit(slug="quang-dien-2", name="H. Quảng Điền (2)", parent=tree.province)
    send(tree, cast, published)
    other = send(tree, cast, published, "59/100", unit=second)
    with pytest.raises(units.UnableToMerge):
        units.merge(kept=tree.districts[0], gone=second, by=cast.administrator, why="Một đơn vị")
    replies.refuse(reply=other, by=cast.clerk, text="Hai bản ghi")
    units.merge(kept=tree.districts[0], gone=second, by=cast.administrator, why="Một đơn vị")


# --- Meanwhile --------------------------------------------------------------------------------------
@pytest.fixture
def said(tree, cast, published, sent) -> Edition:
    """A correction opened for something else says what the unit proposes, and is published before it is answered."""
    draft = corrections.open_correction(
        dispatch=published.dispatch, by=cast.clerk, reason="Khác", number="1100", symbol="VPUB-KSTT", issued_on=DAY
    )
    results.store(
        edition=draft, unit=tree.districts[0], indicator=make.indicator("TONG"), text="58,72/100", by=cast.clerk
    )
    return publish(draft, cast)


def test_what_an_edition_says_already_is_not_corrected_again(cast, sent, said):
    assert query.shown(Reply.objects.select_related("edition").get()).now == "58,72/100"
    reply = replies.accept(reply=sent, by=cast.clerk)
    assert (reply.state, reply.correction) == (ReplyState.CORRECTED, said)
    assert Edition.objects.count() == 2
    assert moves(reply) == ["sent", "accepted", "corrected"]


def test_another_figure_than_the_edition_says_is_corrected(cast, sent, said):
    document = Document(reason="Tiếp", number="1101", symbol="VPUB-KSTT", issued_on=DAY)
    reply = replies.accept_in_part(reply=sent, by=cast.clerk, granted="58,6/100", text="Chỉ 58,6", document=document)
    assert (reply.state, reply.correction.number) == (ReplyState.PARTLY, 3)


def test_an_accepted_figure_whose_draft_was_deleted_may_be_said_since(tree, cast, published, sent):
    draft = replies.accept(reply=sent, by=cast.clerk, document=DOCUMENT).correction
    editions.discard(edition=draft, by=cast.clerk)
    draft = corrections.open_correction(
        dispatch=published.dispatch, by=cast.clerk, reason="Khác", number="1101", symbol="VPUB-KSTT", issued_on=DAY
    )
    results.store(
        edition=draft, unit=tree.districts[0], indicator=make.indicator("TONG"), text="58,72/100", by=cast.clerk
    )
    publish(draft, cast)
    assert replies.carry(reply=sent, by=cast.clerk).state == ReplyState.CORRECTED


# --- Sent twice -------------------------------------------------------------------------------------
def test_a_form_sent_twice_is_told_once(cast, sent):
    for text in ("Xin gửi", "Xin gửi "):
        replies.add(reply=sent, by=cast.unit_a, text=text, enclosed=[Enclosed("a.pdf", PDF)])
    for granted in ("58/100", "58"):
        replies.accept_in_part(reply=sent, by=cast.clerk, granted=granted, text="Chỉ 58", document=DOCUMENT)
    assert moves(sent) == ["sent", "added", "partly"]
    assert Notice.objects.filter(reply=sent, to=cast.clerk).count() == 2  # sent, added
    assert Notice.objects.filter(reply=sent, to=cast.unit_a).count() == 1


# --- Late -------------------------------------------------------------------------------------------
def on(day: date, monkeypatch) -> None:
    """As if it were noon of that day."""
    noon = datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: noon)


def test_an_answer_after_its_day_is_taken_and_marked(cast, sent, monkeypatch):
    reply = replies.ask(reply=sent, by=cast.clerk, text="Gửi biên bản")
    last = reply.due_on
    on(last + timedelta(1), monkeypatch)
    assert query.waiting(cast.clerk, timezone.localdate()).silent == 1
    reply = replies.add(reply=reply, by=cast.unit_a, text="Xin gửi muộn")
    assert reply.state == ReplyState.RECEIVED
    steps = query.shown(reply).steps
    assert [step.late for step in steps] == [False, False, True]
    assert steps[-1].row.due_on == last
    replies.add(reply=reply, by=cast.unit_a, text="Thêm")  # nobody waits for it
    assert not query.shown(reply).steps[-1].late


def test_the_time_of_the_office_stands_still_while_it_asks(tree, cast, sent, monkeypatch):
    Issuer.objects.update(answer_days=10)
    reply = replies.receive(reply=sent, by=cast.clerk)
    start = timezone.localdate()
    on(workday.after(start, 7), monkeypatch)
    reply = replies.ask(reply=reply, by=cast.clerk, text="?")
    answered = workday.after(start, 9)
    on(answered, monkeypatch)
    reply = replies.add(reply=reply, by=cast.unit_a, text="!")
    assert reply.due_on == workday.after(answered, 3)
    on(workday.after(answered, 20), monkeypatch)  # the office asks when its own days are over
    reply = replies.ask(reply=reply, by=cast.clerk, text="??")
    assert query.shown(reply).steps[-1].late
    reply = replies.add(reply=reply, by=cast.unit_a, text="!!")
    assert reply.due_on == workday.after(timezone.localdate(), 1)


# --- Files ------------------------------------------------------------------------------------------
def test_a_refused_file_sends_nothing(tree, cast, published):
    with pytest.raises(UnableToReply, match="virus"):
        send(tree, cast, published, enclosed=[Enclosed("tốt.pdf", PDF), Enclosed("virus.pdf", b"MZ\x90\0" + b"x" * 99)])
    assert not Reply.objects.exists()
    assert not Evidence.objects.exists()


def test_files_are_counted(tree, cast, published, sent):
    with pytest.raises(UnableToGoOn):
        replies.add(reply=sent, by=cast.unit_a, text="", enclosed=[Enclosed("a.pdf", PDF)] * (enclosing.MOST_FILES + 1))
    for each in range(4):
        replies.add(reply=sent, by=cast.unit_a, text="", enclosed=[Enclosed("a.pdf", PDF, page=each + 1)] * 5)
    with pytest.raises(UnableToGoOn):
        replies.add(reply=sent, by=cast.unit_a, text="", enclosed=[Enclosed("a.pdf", PDF)])
