"""An edition at the desk: its findings answered, published, or deleted while it is a draft."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chiso.actions import edition as editions
from chiso.models import Dispatch, Edition, Event, Finding, FindingState, Indicator, Upload, UploadState, What
from tests import make


def page(edition: Edition, name: str) -> str:
    return f"/admin/chiso/edition/{edition.pk}/{name}/"


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def checked(draft):
    """The draft with what the checks find in it: one group does not add up to the total."""
    total = make.indicator("TONG")
    Indicator.objects.filter(code="CKMB").update(parent=total, part_of_total=True)
    editions.refresh_findings(edition=draft)
    assert Finding.objects.filter(edition=draft, severity="warning").exists()
    return draft


def test_the_page_says_what_is_open_and_what_can_be_done(clerk, checked):
    response = clerk.get(page(checked, "change"))
    shown = [each.row for group in response.context["waiting"] for each in group.each]
    assert set(shown) == set(Finding.objects.filter(edition=checked, state=FindingState.OPEN))
    text = response.content.decode()
    for name in ("publish", "discard", "check", "headline"):
        assert page(checked, name) in text


def test_the_page_of_a_published_edition_offers_none_of_it(clerk, tree):
    edition = make.published(tree=tree)
    text = clerk.get(page(edition, "change")).content.decode()
    for name in ("publish", "discard", "check", "headline", "accept"):
        assert page(edition, name) not in text
    assert clerk.post(page(edition, "change"), {"number": "9"}).status_code == 403


def test_a_draft_is_deleted_after_a_question_that_names_it(clerk, draft):
    question = clerk.get(page(draft, "discard")).content.decode()
    assert "1082/VPUB-KSTT" in question
    assert "không hoàn lại được" in question
    assert Edition.objects.exists()
    clerk.post(page(draft, "discard"))
    assert not Edition.objects.exists()
    assert not Dispatch.objects.exists()


def test_a_published_edition_is_not(clerk, tree):
    edition = make.published(tree=tree)
    response = clerk.post(page(edition, "discard"), follow=True)
    assert "Chỉ xóa được bản nháp" in said(response) or "bản nháp" in said(response)
    assert Edition.objects.filter(pk=edition.pk).exists()


def test_files_are_listed_by_what_became_of_them(clerk, draft):
    for state in UploadState.values:
        kept = {"issuer": draft.dispatch.issuer, "edition": draft, "sha256": "0" * 64, "size": 1}
        Upload.objects.create(name=f"{state}.xlsx", state=state, **kept)
    shown = clerk.get(page(draft, "change")).context
    assert [each.name for each in shown["uploads"]] == ["applied.xlsx"]
    assert sorted(each.name for each in shown["waiting_uploads"]) == ["reading.xlsx", "staged.xlsx"]


def test_score_and_rank_of_the_letter_are_typed(clerk, draft):
    clerk.post(page(draft, "headline"), {"score": "60.58/100", "rank": "46/63"})
    draft.refresh_from_db()
    assert (draft.headline_score, draft.headline_rank) == (Decimal("60.58"), 46)
    assert Event.objects.filter(what=What.DISPATCH_CHANGED).count() == 1
    refused = clerk.post(page(draft, "headline"), {"score": "6O/100", "rank": ""})
    assert "không phải là điểm" in refused.context["headline"].errors["score"][0]


def test_the_letter_of_a_published_edition_stays(clerk, tree):
    edition = make.published(tree=tree)
    response = clerk.post(page(edition, "headline"), {"score": "1/100", "rank": ""})
    assert response.context["headline"].non_field_errors()
    edition.refresh_from_db()
    assert edition.headline_score == Decimal("61.5")


def test_findings_of_one_check_are_accepted_together(clerk, checked, cast):
    shown = clerk.get(page(checked, "change"))
    (group,) = [group for group in shown.context["waiting"] if group.first.row.check_id == "groups-add-up"]
    named = [each.row.pk for each in group.each]
    assert all(f'name="finding" value="{pk}"' in shown.content.decode() for pk in named)
    later = make.finding(edition=checked, where="II", figures={"unit": "Sở Y tế"})  # nobody has seen it
    clerk.post(page(checked, "accept"), {"finding": named, "reason": "như văn bản"})
    rows = Finding.objects.filter(edition=checked, check_id="groups-add-up").exclude(pk=later.pk)
    assert {(row.state, row.acceptance, row.accepted_by) for row in rows} == {("accepted", "như văn bản", cast.clerk)}
    later.refresh_from_db()
    assert later.state == FindingState.OPEN
    again = clerk.post(page(checked, "accept"), {"finding": named, "reason": "như văn bản"}, follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["success", "error"]


def test_nothing_is_accepted_without_a_reason(clerk, checked):
    seen = Finding.objects.filter(edition=checked, severity="warning").first().pk
    assert "lý do" in said(clerk.post(page(checked, "accept"), {"finding": seen, "reason": " "}, follow=True))
    assert not Finding.objects.filter(state=FindingState.ACCEPTED).exists()


def test_one_finding_is_accepted_on_its_own_page(clerk, draft):
    finding = make.finding(edition=draft)
    accept = f"/admin/chiso/finding/{finding.pk}/accept/"
    refused = clerk.post(accept, {"reason": ""})
    assert refused.context["form"].errors["reason"] == ["Hãy ghi lý do chấp nhận."]
    assert clerk.post(accept, {"reason": "như in"}).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.acceptance) == ("accepted", "như in")


def test_an_error_is_never_accepted(clerk, draft):
    finding = make.finding(edition=draft, severity="error")
    response = clerk.post(f"/admin/chiso/finding/{finding.pk}/accept/", {"reason": "thôi"})
    assert "không thể chấp nhận" in response.content.decode().lower() or response.context["form"].errors
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


@pytest.mark.parametrize("name", ["check", "headline", "accept"])
def test_what_changes_is_posted(clerk, draft, name):
    assert clerk.get(page(draft, name), follow=True).redirect_chain[-1][0].endswith("/change/")


def test_findings_are_listed_in_words(clerk, draft):
    make.finding(edition=draft, check_id="printed-order", where="IV, row 6, column 4", figures={"unit": "Sở Y tế"})
    text = clerk.get("/admin/chiso/finding/?severity__exact=warning&check=printed-order").content.decode()
    assert "Phụ lục IV, dòng 6, cột 4" in text
    assert "Thứ tự các dòng" in text
    assert clerk.get("/admin/chiso/finding/?q=so y te").context["cl"].result_count == 1
