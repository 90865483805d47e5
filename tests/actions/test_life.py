"""Handing in, sending back, publishing by a second person, recalling: each refusal, event and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chiso.actions import appendix as appendices
from chiso.actions import dispatch as dispatches
from chiso.actions import edition as editions
from chiso.actions import finding as findings
from chiso.actions import headline as headlines
from chiso.actions import result as results
from chiso.actions import upload as uploads
from chiso.models import Edition, Event, Finding, FindingState, Indicator, Issuer, Result, Standing, State, Unit, What
from chiso.queries import case, checklist
from chiso.queries import edition as query
from tests import make, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    record.office_of_2023()
    return record.loaded(".txt", by=record.person())


@pytest.fixture
def approver(edition):
    return record.person("approver@example.org", role="approver")


def whats() -> list[str]:
    return list(Event.objects.order_by("id").values_list("what", flat=True))


def typed(edition: Edition, text: str, by) -> Result:
    unit, indicator = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code="TONG")
    return results.store(edition=edition, unit=unit, indicator=indicator, text=text, by=by)


def test_the_way_there_and_back(edition, approver):
    clerk = query.last_editor(edition)
    editions.submit(edition=edition, by=clerk, why="Đã đối chiếu")
    assert Edition.objects.get().state == State.REVIEW
    assert query.handed_in(edition).why == "Đã đối chiếu"
    back = editions.send_back(edition=edition, by=approver, why=" Xem lại dòng 5 phụ lục IV ")
    assert (back.state, back.reviewed_by) == (State.DRAFT, approver)
    assert back.reviewed_at is not None
    told = query.sent_back(edition)
    assert (told.by, told.why) == (approver, "Xem lại dòng 5 phụ lục IV")
    typed(edition, "57,73/100", clerk)
    editions.submit(edition=edition, by=clerk)
    assert query.sent_back(edition) is None
    done = editions.publish(edition=edition, by=approver, accept_warnings="như văn bản")
    assert (done.reviewed_by, done.published_by) == (approver, approver)
    assert done.reviewed_at == done.published_at
    assert whats()[-5:] == [
        What.EDITION_SUBMITTED, What.EDITION_SENT_BACK, What.RESULT_STORED, What.EDITION_SUBMITTED,
        What.EDITION_PUBLISHED,
    ]  # fmt: skip


def test_in_review_nothing_changes_and_warnings_may_be_accepted(edition, approver):
    upload = record.staged(".docx")
    editions.submit(edition=edition, by=None)
    with pytest.raises(results.UnableToStore):
        typed(edition, "1/100", approver)
    with pytest.raises(uploads.UnableToApply):
        uploads.apply(upload=upload, by=None)
    finding = Finding.objects.filter(severity="warning").first()
    findings.accept(finding=finding, by=approver, reason="như văn bản")
    finding.refresh_from_db()
    assert finding.state == FindingState.ACCEPTED


def test_errors_are_not_handed_in_and_leave_nothing_behind(edition):
    Unit.objects.filter(slug="quang-dien").update(valid_to="2020-01-01")  # an error no load told of
    Finding.objects.all().delete()
    error = record.workbook(lambda book: setattr(record.cell_of(book, "II", 3, 3), "value", "5O,39/100"))
    Unit.objects.filter(slug="quang-dien").update(valid_to=None)
    record.loaded(".xlsx", data=error)
    before = whats()
    with pytest.raises(editions.UnableToSubmit, match="1"):
        editions.submit(edition=edition, by=None)
    assert (Edition.objects.get().state, whats()) == (State.DRAFT, before)


def test_what_is_in_review_is_not_deleted(edition):
    editions.submit(edition=edition, by=None)
    with pytest.raises(editions.UnableToDiscard):
        editions.discard(edition=edition, by=None)
    editions.send_back(edition=edition, by=None, why="Sai")
    editions.discard(edition=edition, by=None)
    assert not Edition.objects.exists()


def test_only_a_draft_is_handed_in(edition):
    editions.submit(edition=edition, by=None)
    with pytest.raises(editions.UnableToSubmit):
        editions.submit(edition=edition, by=None)


def test_sending_back_wants_a_comment_and_an_edition_in_review(edition, approver):
    with pytest.raises(editions.UnableToSendBack):
        editions.send_back(edition=edition, by=approver, why="Sai")
    editions.submit(edition=edition, by=None)
    with pytest.raises(editions.UnableToSendBack):
        editions.send_back(edition=edition, by=approver, why="  ")
    assert Edition.objects.get().state == State.REVIEW


def test_a_draft_is_not_published_past_its_review(edition, approver):
    with pytest.raises(editions.UnableToPublish):
        editions.publish(edition=edition, by=approver, accept_warnings="như văn bản")
    assert (Edition.objects.get().state, Standing.objects.count()) == (State.DRAFT, 0)


def test_where_one_person_is_enough_a_draft_is_published_by_who_made_it(edition):
    Issuer.objects.update(second_person=False)
    clerk = query.last_editor(edition)
    assert editions.publish(edition=edition, by=clerk, accept_warnings="như văn bản").published_by == clerk


def test_who_changed_it_last_does_not_publish_it(edition, approver):
    typed(edition, "57,73/100", approver)
    editions.submit(edition=edition, by=None)
    with pytest.raises(editions.UnableToPublish):
        editions.publish(edition=edition, by=approver, accept_warnings="như văn bản")
    assert (Edition.objects.get().state, Standing.objects.count()) == (State.REVIEW, 0)
    other = record.person("other@example.org", role="approver")
    assert editions.publish(edition=edition, by=other, accept_warnings="như văn bản").is_published


def test_a_publication_that_is_refused_accepts_nothing(edition, approver):
    editions.submit(edition=edition, by=None)
    Finding.objects.filter(severity="warning").update(severity="error")
    with pytest.raises(editions.UnableToPublish):
        editions.publish(edition=edition, by=approver, accept_warnings="như văn bản")
    assert not Finding.objects.filter(state=FindingState.ACCEPTED).exists()


# --- What was shown is what is published ----------------------------------------------------------
def seen_then(edition: Edition, change) -> str:
    """Publishes what a checklist showed before something changed; the refusal, "" where there was none."""
    edition = editions.submit(edition=edition, by=None)
    shown = checklist.fingerprint(edition)
    change(edition)
    try:
        editions.publish(edition=edition, by=None, accept_warnings="như văn bản", shown=shown)
    except editions.Changed as refusal:
        return str(refusal)
    return ""


def sent_back_and(change):
    def way(edition: Edition) -> None:
        editions.send_back(edition=edition, by=None, why="Xem lại")
        change(edition)
        editions.submit(edition=edition, by=None)

    return way


def another_figure(edition: Edition) -> None:
    typed(edition, "57,73/100", None)


def another_headline(edition: Edition) -> None:
    headline = replace(case.headline(edition), printed="60,59/100")
    headlines.store(edition=edition, headline=headline, by=None)


def another_subject(edition: Edition) -> None:
    dispatches.change(dispatch=edition.dispatch, by=None, subject="Về việc khác")


def another_title(edition: Edition) -> None:
    appendix = edition.appendices.first()
    appendix.title = "Tên khác"
    appendices.store(appendix=appendix, by=None)


@pytest.mark.parametrize("change", [another_figure, another_headline, another_subject, another_title])
def test_what_changed_since_it_was_shown_is_not_published(edition, change):
    assert seen_then(edition, sent_back_and(change))
    assert (Edition.objects.get().state, Standing.objects.count()) == (State.REVIEW, 0)
    assert not Finding.objects.filter(state=FindingState.ACCEPTED).exists()


def left_before(tree: make.Tree) -> None:
    Unit.objects.filter(pk=tree.districts[0].pk).update(valid_to=date(2023, 1, 1))


def belongs_elsewhere(tree: make.Tree) -> None:
    Unit.objects.filter(pk=tree.communes[0].pk).update(parent=tree.districts[2])


def less_is_better(tree: make.Tree) -> None:
    Indicator.objects.filter(code="TONG").update(direction="lower")


@pytest.mark.parametrize("change", [left_before, belongs_elsewhere, less_is_better])
def test_nor_are_ranks_that_were_not_shown(change):
    """What they rest on stands in no figure, and no check speaks of it."""
    tree = make.tree()
    draft = make.draft(tree=tree)
    for commune, text in zip(tree.communes, ("51/100", "52/100", "53/100"), strict=False):
        make.result(edition=draft, unit=commune, code="TONG", text=text)
    assert seen_then(draft, lambda edition: change(tree))
    assert not Standing.objects.exists()


def test_what_came_back_the_same_is(edition):
    assert not seen_then(edition, sent_back_and(lambda edition: None))
    assert Edition.objects.get().state == State.PUBLISHED


def test_a_finding_answered_meanwhile_is_looked_at_again(edition):
    def answered(edition: Edition) -> None:
        findings.accept(finding=Finding.objects.filter(severity="warning").first(), by=None, reason="như văn bản")

    assert seen_then(edition, answered)
    assert Finding.objects.filter(state=FindingState.ACCEPTED).count() == 1


def test_what_the_checks_find_only_now_is_kept_to_be_shown_not_accepted(edition):
    edition = editions.submit(edition=edition, by=None)
    Finding.objects.all().delete()  # as if the checks had said nothing then
    shown = checklist.fingerprint(edition)
    with pytest.raises(editions.Changed):
        editions.publish(edition=edition, by=None, accept_warnings="như văn bản", shown=shown)
    found = Finding.objects.filter(edition=edition)
    assert set(found.values_list("state", flat=True)) == {FindingState.OPEN}
    shown = checklist.fingerprint(edition)
    assert editions.publish(edition=edition, by=None, accept_warnings="như văn bản", shown=shown).is_published


def test_the_last_editor_is_who_changed_what_it_says(edition, approver):
    clerk = query.last_editor(edition)
    assert clerk.email == "clerk@example.org"
    finding = Finding.objects.filter(severity="warning").first()
    findings.accept(finding=finding, by=approver, reason="như văn bản")
    editions.check(edition=edition, by=approver)
    record.staged(".docx", by=approver)
    assert query.last_editor(edition) == clerk  # none of this is a change
    result = typed(edition, "57,73/100", approver)
    assert query.last_editor(edition) == approver
    results.remove(result=result, by=clerk, why="")
    assert query.last_editor(edition) == clerk
    record.loaded(".txt", by=None)
    assert query.last_editor(edition) is None  # the system is nobody


def test_who_may_decide():
    tree = make.tree()
    cast = make.cast(tree=tree)
    chief = make.person(is_superuser=True)
    elsewhere = make.member(unit=tree.elsewhere, role="approver")
    everybody = [cast.clerk, cast.approver, cast.administrator, cast.unit_a, elsewhere, chief]
    assert [query.may_decide(one, tree.issuer) for one in everybody] == [False, True, True, False, False, True]
    tree.issuer.second_person = False
    assert [query.may_decide(one, tree.issuer) for one in everybody] == [True, True, True, False, False, True]


def test_a_recalled_edition_stays_with_its_reason_figures_and_ranks(edition, approver):
    record.published(edition)
    kept = (Result.objects.count(), Standing.objects.count())
    with pytest.raises(editions.UnableToRecall):
        editions.recall(edition=edition, by=approver, why=" ")
    done = editions.recall(edition=edition, by=approver, why="Số liệu lấy nhầm kỳ")
    assert (done.state, done.recalled_by, done.recall_reason) == (State.RECALLED, approver, "Số liệu lấy nhầm kỳ")
    assert done.recalled_at is not None
    assert (Result.objects.count(), Standing.objects.count()) == kept
    event = Event.objects.get(what=What.EDITION_RECALLED)
    assert (event.by, event.why, event.edition) == (approver, "Số liệu lấy nhầm kỳ", edition)
    with pytest.raises(editions.UnableToRecall):
        editions.recall(edition=edition, by=approver, why="lần nữa")


def test_a_draft_is_not_recalled(edition, approver):
    with pytest.raises(editions.UnableToRecall):
        editions.recall(edition=edition, by=approver, why="Sai")


def test_a_file_for_what_was_recalled_is_a_question(edition):
    record.published(edition)
    editions.recall(edition=edition, by=None, why="Sai")
    upload = record.staged(".txt")
    assert upload.read["target"] == "recalled"
    with pytest.raises(uploads.UnableToApply):
        uploads.apply(upload=upload, by=None)
    assert Edition.objects.count() == 1
