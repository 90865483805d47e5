"""The steps of an edition at the desk: which page offers which step to whom, and what each answers."""

from __future__ import annotations

from datetime import date

import pytest

from chiso.actions import correction
from chiso.actions import edition as editions
from chiso.actions import result as results
from chiso.models import (
    Dispatch,
    Edition,
    Event,
    Finding,
    FindingState,
    Indicator,
    Issuer,
    Result,
    Standing,
    State,
    What,
)
from tests import make

DOCUMENT = {"number": "1100", "symbol": "VPUB-KSTT", "issued_on": "20/9/2023"}


def page(edition: Edition, name: str = "change") -> str:
    return f"/admin/chiso/edition/{edition.pk}/{name}/"


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def step(browser, edition: Edition):
    return browser.get(page(edition)).context["step"]


def publish(browser, edition: Edition, **fields):
    """Looks at the checklist and publishes what it shows."""
    shown = browser.get(page(edition, "publish")).context["shown"]
    return browser.post(page(edition, "publish"), {"shown": shown, **fields})


def state(edition: Edition) -> str:
    return Edition.objects.get(pk=edition.pk).state


@pytest.fixture
def checked(draft):
    """The draft with what the checks find in it: one group does not add up to the total."""
    Indicator.objects.filter(code="CKMB").update(parent=make.indicator("TONG"), part_of_total=True)
    editions.refresh_findings(edition=draft)
    assert Finding.objects.filter(edition=draft, severity="warning").exists()
    return draft


@pytest.fixture
def handed_in(checked, cast):
    return editions.submit(edition=checked, by=cast.clerk)


@pytest.fixture
def published(tree):
    return make.published(tree=tree)


def corrected(published: Edition, **fields) -> Edition:
    given = DOCUMENT | {"issued_on": date(2023, 9, 20), "reason": "Sai một số liệu", "by": None} | fields
    return correction.open_correction(dispatch=published.dispatch, **given)


# --- The whole way --------------------------------------------------------------------------------
def test_from_the_clerk_to_the_approver_and_back(clerk, approver, checked, cast):
    assert step(clerk, checked).name == "submit"
    answer = clerk.post(page(checked, "submit"), {"why": "Xin xem dòng 3"}, follow=True)
    assert state(checked) == State.REVIEW
    assert "Xin xem dòng 3" in answer.content.decode()
    assert (step(clerk, checked).name, step(clerk, checked).why != "") == ("", True)
    assert step(approver, checked).name == "publish"
    refused = approver.post(page(checked, "send_back"), {"why": " "})
    assert refused.context["form"].errors["why"]
    answer = approver.post(page(checked, "send_back"), {"why": "Huyện Nam Đông thiếu"}, follow=True)
    assert state(checked) == State.DRAFT
    assert "Huyện Nam Đông thiếu" in clerk.get(page(checked)).content.decode()
    clerk.post(page(checked, "submit"))
    assert "Huyện Nam Đông thiếu" not in clerk.get(page(checked)).content.decode()
    assert publish(approver, checked).context["form"].non_field_errors()
    publish(approver, checked, reason="Văn bản ghi như vậy")
    done = Edition.objects.get()
    assert (done.state, done.published_by) == (State.PUBLISHED, cast.approver)
    assert Standing.objects.filter(edition=done).exists()
    accepted = Finding.objects.filter(edition=done, state=FindingState.ACCEPTED)
    assert set(accepted.values_list("acceptance", flat=True)) == {"Văn bản ghi như vậy"}


def test_errors_are_not_handed_in(clerk, approver, draft, monkeypatch):
    monkeypatch.setattr(editions, "refresh_findings", lambda *, edition: None)
    error = make.finding(edition=draft, severity="error", check_id="duplicate-unit")
    looked = clerk.get(page(draft, "publish"))
    assert "Còn lỗi nên chưa công bố được" in looked.content.decode()
    assert b'name="why"' not in looked.content  # no word to the approver where nothing can be handed in
    assert f"/admin/chiso/finding/{error.pk}/change/" in looked.content.decode()
    assert page(draft, "findings") in looked.content.decode()
    answer = clerk.post(page(draft, "submit"), follow=True)
    assert answer.redirect_chain[-1][0] == page(draft, "publish")
    assert "lỗi" in said(answer)
    Edition.objects.update(state=State.REVIEW)
    assert publish(approver, draft, reason="cứ công bố").context["form"].non_field_errors()
    looked = approver.get(page(draft, "publish"))
    assert b'name="reason"' not in looked.content
    assert page(draft, "send_back") in looked.content.decode()
    assert state(draft) == State.REVIEW


def test_an_empty_draft_is_not_handed_in(clerk, tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    clerk.post(page(edition, "submit"))
    assert state(edition) == State.DRAFT


def test_who_changed_it_last_is_told_that_another_publishes(approver, handed_in, cast):
    Event.objects.create(what=What.RESULT_STORED, by=cast.approver, edition=handed_in)
    offered = step(approver, handed_in)
    assert (offered.name, offered.sends_back) == ("", True)
    refused = publish(approver, handed_in, reason="như văn bản")
    assert refused.context["form"].non_field_errors()
    assert state(handed_in) == State.REVIEW


def test_where_one_person_is_enough_the_clerk_publishes_the_draft(clerk, checked, cast):
    Issuer.objects.update(second_person=False)
    assert step(clerk, checked).name == "publish"
    publish(clerk, checked, reason="như văn bản")
    assert Edition.objects.get().published_by == cast.clerk


def test_publishing_twice_is_told_not_done(approver, published):
    for answer in (approver.get, approver.post):
        assert "đã công bố" in said(answer(page(published, "publish"), follow=True))


# --- Who may do what ------------------------------------------------------------------------------
DECIDED = {"publish": {"reason": "x"}, "send_back": {"why": "x"}, "recall": {"why": "x"}}


@pytest.mark.parametrize("name", DECIDED)
def test_a_clerk_decides_nothing(clerk, handed_in, tree, name):
    edition = make.published(tree=tree, number="77") if name == "recall" else handed_in
    before = state(edition)
    assert clerk.post(page(edition, name), DECIDED[name]).status_code == 403
    assert state(edition) == before
    looked = clerk.get(page(edition)).content.decode()
    assert page(edition, "recall") not in looked
    assert page(edition, "send_back") not in looked


@pytest.mark.parametrize("name", [*DECIDED, "submit", "correct", "discard"])
def test_another_office_takes_no_step(client, elsewhere, handed_in, name):
    client.force_login(elsewhere)
    assert client.post(page(handed_in, name), {"why": "x", "reason": "x"}).status_code == 404
    assert state(handed_in) == State.REVIEW


@pytest.mark.parametrize("name", ["send_back", "recall", "correct"])
def test_a_step_that_is_not_open_leads_back(approver, draft, name):
    if name == "send_back":
        Edition.objects.update(state=State.DRAFT)
    answer = approver.get(page(draft, name), follow=True)
    assert answer.redirect_chain[-1][0] == page(draft)


def test_a_handed_in_edition_is_still_answered_but_not_changed(approver, handed_in):
    check = Finding.objects.filter(edition=handed_in, severity="warning").first().check_id
    text = approver.get(page(handed_in)).content.decode()
    assert page(handed_in, "accept") in text
    for name in ("discard", "check", "headline"):
        assert page(handed_in, name) not in text
    seen = list(Finding.objects.filter(edition=handed_in, check_id=check).values_list("pk", flat=True))
    approver.post(page(handed_in, "accept"), {"finding": seen, "reason": "như văn bản"})
    assert not Finding.objects.filter(check_id=check, state=FindingState.OPEN).exists()


# --- A checklist that is old ----------------------------------------------------------------------
def another_figure(edition: Edition, browser) -> None:
    """Sent back, one figure typed, and handed in again."""
    browser.post(page(edition, "send_back"), {"why": "Xem lại"})
    unit = edition.results.get(unit__slug="nam-dong", indicator__code="TONG").unit
    results.store(edition=edition, unit=unit, indicator=make.indicator("TONG"), text="99/100", by=None)
    editions.submit(edition=edition, by=None)


def test_an_old_checklist_publishes_nothing_and_accepts_nothing(approver, handed_in):
    shown = approver.get(page(handed_in, "publish")).context["shown"]
    another_figure(handed_in, approver)
    sent = {"shown": shown, "reason": "như văn bản"}
    again = approver.post(page(handed_in, "publish"), sent)
    assert again.context["form"].non_field_errors()
    assert (state(handed_in), Standing.objects.count()) == (State.REVIEW, 0)
    assert not Finding.objects.filter(state=FindingState.ACCEPTED).exists()
    assert again.context["form"].data["reason"] == "như văn bản"
    assert f'value="{again.context["shown"]}"' in again.content.decode()
    approver.post(page(handed_in, "publish"), sent | {"shown": again.context["shown"]})
    assert state(handed_in) == State.PUBLISHED


def test_who_sends_no_checklist_has_seen_none(approver, handed_in):
    approver.post(page(handed_in, "publish"), {"reason": "như văn bản"})
    assert state(handed_in) == State.REVIEW


# --- The checklist --------------------------------------------------------------------------------
def test_the_checklist_names_who_has_no_figure_and_nobody_to_read_it(clerk, draft, tree):
    seen = clerk.get(page(draft, "publish")).context
    assert seen["lacking"]["absent"] is None
    assert [(each["indicator"], each["units"].first) for each in seen["lacking"]["some"]] == [
        ("Số đơn vị đã triển khai", "UBND huyện Phú Vang")
    ]
    assert (seen["listed"].told.people, seen["listed"].told.units) == (2, 2)
    assert "UBND huyện Phú Vang" in seen["lacking"]["nobody"].first
    Result.objects.filter(unit=tree.districts[3]).delete()
    assert clerk.get(page(draft, "publish")).context["lacking"]["absent"].first == "UBND huyện Phú Vang"


def test_the_checklist_says_which_appendices_are_lacking(clerk, tree):
    before = make.draft(tree=tree, number="943", data_as_of=date(2023, 8, 10), issued_on=date(2023, 8, 11))
    make.appendix(edition=before, ordinal="IX", title="Bảng đã có")
    make.publish(before)
    draft = make.draft(tree=tree)
    response = clerk.get(page(draft, "publish"))
    assert response.context["month"]["lacking"] == ["Phụ lục IX: Bảng đã có"]
    assert "Phụ lục IX: Bảng đã có" in response.content.decode()
    make.appendix(edition=draft, ordinal="IX", order=9)
    assert clerk.get(page(draft, "publish")).context["month"]["lacking"] == []


def test_the_checklist_looks_back_to_the_last_dispatch(clerk, tree):
    before = make.published(tree=tree, number="943", data_as_of=date(2023, 8, 10), issued_on=date(2023, 8, 11))
    draft = make.draft(tree=tree)
    Result.objects.filter(edition=draft, unit=tree.districts[2], indicator__code="TONG").update(value=90)
    Result.objects.filter(edition=draft, unit=tree.agencies[0]).delete()
    month = clerk.get(page(draft, "publish")).context["month"]
    assert (month["before"], month["changed"], month["unchanged"]) == (before, 1, 20)
    assert (month["appeared"], month["gone"].first) == (None, "Sở Tài chính")
    first = month["movers"][0]
    assert (first["unit"], first["before"], first["after"]) == ("UBND thị xã Hương Trà", "=3/4", "1/4")


# --- Correction and recall ------------------------------------------------------------------------
def test_a_correction_is_opened_from_the_page_of_what_is_published(clerk, published):
    assert step(clerk, published).name == "correct"
    refused = clerk.post(page(published, "correct"), {"kind": "corrects", **DOCUMENT})
    assert refused.context["form"].errors["reason"]
    taken = {"kind": "corrects", "reason": "Sai", **DOCUMENT, "number": "1082", "issued_on": "13/9/2023"}
    assert clerk.post(page(published, "correct"), taken).context["form"].non_field_errors()
    clerk.post(page(published, "correct"), {"kind": "replaces", "reason": "Sai một số liệu", **DOCUMENT})
    second = Edition.objects.get(number=2)
    assert second.correcting.replaces == published.dispatch
    text = clerk.get(page(second)).content.decode()
    assert "Sai một số liệu" in text
    assert "1100/VPUB-KSTT" in text
    assert step(clerk, published).url == page(second)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"number": "1100/VPUB-KSTT", "symbol": "UBND"}, "number"),
        ({"number": "1100", "symbol": "VPUB-KSTT/x"}, "symbol"),
    ],
)
def test_the_number_of_a_correction_is_one_of_a_dispatch(clerk, published, typed, at):
    sent = {"reason": "Sai", "kind": "corrects", "issued_on": "20/9/2023"}
    page = f"/admin/chiso/edition/{published.pk}/correct/"
    assert typed[at].split("/")[0] in clerk.post(page, sent | typed).context["form"].errors[at][0]
    assert clerk.post(page, sent | {"number": "1100/VPUB-KSTT", "symbol": ""}).status_code == 302
    assert str(Edition.objects.get(number=2).correcting) == "1100/VPUB-KSTT"


@pytest.mark.parametrize(("left", "there"), [("symbol", "number"), ("number", "symbol")])
def test_a_number_without_its_symbol_is_told_at_the_empty_field(clerk, published, left, there):
    sent = {"reason": "Sai", "kind": "corrects", **DOCUMENT, left: ""}
    form = clerk.post(f"/admin/chiso/edition/{published.pk}/correct/", sent).context["form"]
    assert list(form.errors) == [left]
    assert DOCUMENT[there] in form.errors[left][0]
    assert not Edition.objects.filter(number=2).exists()


def test_a_correction_says_from_which_edition_it_starts(clerk, published):
    second = corrected(published)
    led = clerk.get(page(published, "correct"), follow=True)  # the next one is open: there is nothing to ask
    assert led.redirect_chain[-1][0] == page(second)
    Edition.objects.filter(pk=published.pk).update(state=State.SUPERSEDED)
    second.results.first().delete()
    make.publish(second)
    asked = clerk.get(page(published, "correct"))
    assert asked.context["edition"] == second
    assert "Bản 3 bắt đầu với 22 số liệu của bản 2" in asked.context["lead"]


def test_the_checklist_of_a_correction_shows_old_and_new_with_the_ranks(clerk, published, tree):
    second = corrected(published)
    Result.objects.filter(edition=second, unit=tree.districts[1], indicator__code="TONG").update(
        value=60, printed="60/100"
    )
    compared = clerk.get(page(second, "publish")).context["compared"]
    (line,) = compared["figures"]
    assert (line.unit, line.before, line.after) == ("UBND huyện Nam Đông", "56.39/100", "60/100")
    assert line.ranks == ("2/4 → 1/4",)
    assert [(each.unit, each.ranks) for each in compared["shifted"]] == [("UBND huyện Quảng Điền", ("1/4 → 2/4",))]
    assert compared["unchanged"] == 22


def test_the_number_of_the_document_is_added_on_its_page(clerk, published):
    second = corrected(published, number="", symbol="", issued_on=None)
    document = f"/admin/chiso/dispatch/{second.correcting_id}/change/"
    assert document in clerk.get(page(second)).content.decode()
    asked = clerk.get(document).context["form"].fields
    assert "data_as_of" not in asked
    clerk.post(document, DOCUMENT | {"subject": "Về việc đính chính"})
    assert Dispatch.objects.get(pk=second.correcting_id).reference == "1100/VPUB-KSTT"
    Edition.objects.filter(pk=published.pk).update(state=State.SUPERSEDED)
    make.publish(second)
    assert clerk.post(document, DOCUMENT | {"subject": "khác"}).status_code == 403


def test_the_list_of_dispatches_says_what_a_document_corrects(clerk, published):
    corrected(published)
    assert "1082/VPUB-KSTT" in clerk.get("/admin/chiso/dispatch/?q=1100").content.decode().split("1100/VPUB-KSTT", 1)[1]


def test_a_recall_says_why_on_the_page(approver, published, cast):
    assert page(published, "recall") in approver.get(page(published)).content.decode()
    assert approver.post(page(published, "recall"), {"why": ""}).context["form"].errors["why"]
    answer = approver.post(page(published, "recall"), {"why": "Lấy nhầm kỳ"}, follow=True)
    recalled = Edition.objects.get()
    assert (recalled.state, recalled.recalled_by) == (State.RECALLED, cast.approver)
    assert "Lấy nhầm kỳ" in answer.content.decode()
    assert step(approver, published).name == "correct"


def test_an_administrator_says_whether_two_people_are_needed(administrator, tree):
    form = administrator.get(f"/admin/chiso/issuer/{tree.issuer.pk}/change/")
    assert b'name="second_person"' in form.content
