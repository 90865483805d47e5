"""What a later file may and may not do to what is stored: the faults a clerk would not see."""

from __future__ import annotations

from datetime import date

import pytest

from chiso.actions import appendix as appendices
from chiso.actions import decision as decisions
from chiso.actions import dispatch as dispatches
from chiso.actions import edition as editions
from chiso.actions import office, sheet
from chiso.actions import result as results
from chiso.actions import upload as uploads
from chiso.ingest.reading import LETTER
from chiso.models import (
    Dispatch,
    Edition,
    Event,
    Finding,
    Indicator,
    IndicatorSet,
    Layout,
    Result,
    ResultChange,
    Unit,
    Upload,
)
from chiso.queries import board
from chiso.queries import upload as plans
from tests import record
from tests.ingest.expected import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return record.office_of_2023()


def text(**changes: str) -> bytes:
    content = sample(".txt").decode()
    for old, new in changes.items():
        assert old in content
        content = content.replace(old, new)
    return content.encode()


def figure(unit: str, code: str) -> Result:
    return Result.objects.get(unit__slug=unit, indicator__code=code)


def spoiled(value: str) -> bytes:
    def spoil(book):
        record.cell_of(book, "II", 2, 3).value = value

    return record.workbook(spoil)


def unread() -> list[tuple[str, str]]:
    return list(Finding.objects.filter(check_id="unread-cell", state="open").values_list("where", "reason_id"))


def test_a_cell_that_cannot_be_read_blocks_although_an_older_figure_is_stored(issuer):
    record.loaded()
    edition = record.loaded(".xlsx", data=spoiled("5O,72/100"))
    assert unread() == [("II, row 2, column 3", "letter-in-number")]
    with pytest.raises(editions.UnableToSubmit):
        editions.submit(edition=edition, by=None)
    unit, indicator = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code="TONG")
    results.store(edition=edition, unit=unit, indicator=indicator, text="57,72/100", by=None)
    assert unread() == []
    assert figure("quang-dien", "TONG").source is None
    record.published(edition)


def test_a_blank_over_a_stored_figure_asks_until_it_is_answered(issuer):
    record.loaded()
    edition = record.loaded(".xlsx", data=spoiled(""))
    assert unread() == [("II, row 2, column 3", "would-erase")]
    results.remove(result=figure("quang-dien", "TONG"), by=None, why="không còn trong văn bản")
    assert unread() == []
    with pytest.raises(results.UnableToRemove):
        results.remove(result=Result(pk=0, edition=edition), by=None, why="")


def test_a_whole_file_after_a_spoiled_one_answers_it(issuer):
    record.loaded()
    record.loaded(".xlsx", data=spoiled("5O,72/100"))
    record.loaded(".xlsx")
    assert unread() == []


def test_files_taken_over_in_another_order_than_they_came_in(issuer):
    """The last one taken over counts, not the last one loaded."""
    first = record.staged(".xlsx", data=spoiled("57,7O/100"))
    uploads.apply(upload=record.staged(".xlsx"), by=None)
    assert not unread()
    uploads.apply(upload=first, by=None)
    assert [why for _where, why in unread()]


def test_a_draft_of_another_office_is_no_place_for_a_file(issuer):
    other = office.issuer_for(Unit.objects.get(slug="gia-lai"))
    elsewhere = dispatches.enter(issuer=other, by=None, data_as_of=date(2025, 9, 12))
    table = b"Don vi\tDiem\nUBND huyen Quang Dien\t57,72\n"
    plan = plans.plan_of(plans.open_file(table, "bang.txt"), issuer=issuer, today=date(2023, 9, 13), into=elsewhere)
    assert plan.dispatch is None
    assert not plan.may_apply


def test_figures_of_another_date_are_a_question(issuer):
    edition = record.loaded()
    table = "Số liệu tại thời điểm 10/10/2023\n\nSTT\tTên đơn vị\tTổng số hồ sơ xử lý quá hạn\tTỷ lệ hồ sơ đúng hạn, trong hạn (%)\tTỷ lệ hồ sơ nộp trực tuyến (%)\n1\tUBND huyện Phú Vang\t2.466\t78,65%\t33,6%\n"
    upload = record.staged(".txt", data=table.encode(), into=edition)
    assert plans.plan(upload).target == "other-date"
    with pytest.raises(uploads.UnableToApply, match="không đúng với ngày"):
        uploads.apply(upload=upload, by=None)
    edition.dispatch.refresh_from_db()
    assert edition.dispatch.data_as_of == date(2023, 9, 12)


def test_the_figures_of_an_edition_stay_in_its_set(issuer):
    """A later set in force must not catch figures of a dispatch that belongs to the earlier one."""
    edition = dispatches.enter(issuer=issuer, by=None, data_as_of=date(2023, 9, 12))
    later = IndicatorSet.objects.create(code="moi", name="Bộ mới", valid_from=date(2025, 1, 1))
    Indicator.objects.create(indicator_set=later, code="TONG", name="Chỉ số tổng hợp", kind="percent")
    dispatches.change(dispatch=edition.dispatch, by=None, data_as_of=date(2025, 2, 12))
    edition.refresh_from_db()
    assert edition.indicator_set == later
    dispatches.change(dispatch=edition.dispatch, by=None, data_as_of=date(2023, 9, 12))
    edition.refresh_from_db()
    unit, indicator = (
        Unit.objects.get(slug="quang-dien"),
        Indicator.objects.get(indicator_set=edition.indicator_set, code="TONG"),
    )
    results.store(edition=edition, unit=unit, indicator=indicator, text="57,72/100", by=None)
    with pytest.raises(dispatches.UnableToEnter):
        dispatches.change(dispatch=edition.dispatch, by=None, data_as_of=date(2025, 2, 12))


def test_another_offices_letter_never_becomes_ours(issuer):
    record.loaded()
    foreign = text(
        **{"Thừa Thiên Huế": "Gia Lai", "THỪA THIÊN HUẾ": "GIA LAI", "61.5/100": "12.3/100", "48/63": "2/63"}
    )
    upload = uploads.stage(data=foreign, name="x.txt", issuer=issuer, by=None)
    assert plans.plan(upload).target == "other-issuer"
    with pytest.raises(uploads.UnableToApply):
        uploads.apply(upload=upload, by=None)
    assert str(Edition.objects.get().headline_score) == "61.5000"


def test_a_number_without_a_date_is_enough_only_where_it_stands_once(issuer):
    edition = record.loaded()
    undated = text(**{"ngày 13 tháng 9 năm 2023": "", "12/9/2023": "…"})
    assert plans.plan(record.staged(".txt", data=undated)).dispatch == edition.dispatch
    Dispatch.objects.create(issuer=issuer, year=2024, number="1082", symbol="VPUB-KSTT", issued_on=date(2024, 9, 13))
    assert plans.plan(record.staged(".txt", data=undated)).target == "unknown-dispatch"


def test_a_dispatch_typed_before_it_had_its_number_is_found(issuer):
    edition = dispatches.enter(issuer=issuer, by=None, data_as_of=date(2023, 9, 12))
    assert record.loaded() == edition
    assert str(Dispatch.objects.get()) == record.NUMBER


def test_order_and_printed_rank_follow_the_file_without_a_change_of_the_figure(issuer):
    record.loaded()
    changes = ResultChange.objects.count()

    def swap(book):
        for column in (2, 3):
            one, other = record.cell_of(book, "II", 2, column), record.cell_of(book, "II", 3, column)
            one.value, other.value = other.value, one.value

    upload = record.staged(".xlsx", data=record.workbook(swap))
    plan = plans.plan(upload)
    assert (plan.counts["changed"], plan.counts["unchanged"]) == (0, 139)
    shown = {(each.check, each.where) for each in plan.outcomes if each.status == "finding"}
    uploads.apply(upload=upload, by=None)
    stored = set(Finding.objects.filter(state="open").values_list("check_id", "where"))
    assert ("printed-order", "II, row 3, column 3") in stored
    assert shown == stored
    assert ResultChange.objects.count() == changes
    assert figure("quang-dien", "TONG").cell.startswith("II, row 3")


def test_a_published_board_stays_when_its_units_move_on(issuer):
    edition = record.published()
    before = board.for_edition(edition, "TONG", "district").rows
    Unit.objects.filter(slug="quang-dien").update(parent=Unit.objects.get(slug="tp-hue"))
    Unit.objects.filter(level="district").update(valid_to=date(2022, 1, 1))
    Unit.objects.filter(level="agency").update(valid_to=date(2022, 1, 1))
    after = board.for_edition(edition, "TONG", "district").rows
    assert [(row.rank, row.unit) for row in after] == [(row.rank, row.unit) for row in before]
    assert len(board.for_edition(edition, "HSTT.DH", "agency").rows) == 18


def test_hand_edits_are_told_whatever_was_loaded_between(issuer):
    edition = record.loaded()
    unit, indicator = Unit.objects.get(slug="quang-dien"), Indicator.objects.get(code="TONG")
    results.store(edition=edition, unit=unit, indicator=indicator, text="57,73/100", by=None)
    assert figure("quang-dien", "TONG").cell == ""
    results.remove(result=figure("nam-dong", "TONG"), by=None, why="nhầm")
    only = "Phụ lục IV\n(Kèm Công văn số 1082/VPUB-KSTT ngày 13 tháng 9 năm 2023 của Văn phòng UBND tỉnh Thừa Thiên Huế)\nSTT\tTên đơn vị\tTổng số hồ sơ xử lý quá hạn\tTỷ lệ hồ sơ đúng hạn, trong hạn (%)\tTỷ lệ hồ sơ nộp trực tuyến (%)\n1\tUBND huyện Quảng Điền\t503\t89.18%\t67.3%\n"
    record.loaded(".txt", data=only.encode())
    told = {(each.fact.unit, each.kind) for each in plans.plan(record.staged()).entries if each.hand_edited}
    assert told == {("quang-dien", "changed"), ("nam-dong", "new")}


def typed_again(edition: Edition, unit: str = "quang-dien", code: str = "TONG", why: str = "") -> Result:
    """The figure stored once more as it stands."""
    now = figure(unit, code)
    return results.store(edition=edition, unit=now.unit, indicator=now.indicator, text=now.printed, by=None, why=why)


def history(unit: str = "quang-dien", code: str = "TONG") -> list[tuple[str, str, str]]:
    rows = ResultChange.objects.filter(unit__slug=unit, indicator__code=code).order_by("pk")
    return list(rows.values_list("printed_before", "printed_after", "event__what"))


def test_a_figure_that_a_person_confirmed_stays_that_persons_in_its_place(issuer):
    """The same file once more says the same: nothing is handed back to it, only the place follows it."""
    edition = record.loaded()
    typed_again(edition)
    before = history()
    for _again in range(2):
        record.loaded(".xlsx")
        now = figure("quang-dien", "TONG")
        assert (now.source, now.cell[:19], history()) == (None, "II, row 2, column 3", before)
    plan = plans.plan(record.staged(data=text(**{"57,72": "57,92"}), ending=".txt"))
    assert [(each.fact.unit, each.hand_edited) for each in plan.entries if each.kind == "changed"] == [
        ("quang-dien", True)
    ]


def test_the_same_value_saved_again_answers_a_file_that_came_since(issuer):
    record.loaded()
    edition = record.loaded(".xlsx", data=spoiled("5O,72/100"))
    typed_again(edition)
    record.loaded(".xlsx", data=spoiled("5O,72/100"))
    assert unread() == [("II, row 2, column 3", "letter-in-number")]
    before = history()
    typed_again(edition)
    assert unread() == []
    assert history() == [*before, ("57,72/100", "57,72/100", "result.stored")]
    typed_again(edition)  # nothing asks any more
    assert len(history()) == len(before) + 1


def test_the_same_value_in_the_sheet_answers_it_too(issuer):
    record.loaded()
    edition = record.loaded(".xlsx", data=spoiled("5O,72/100"))
    stands = figure("quang-dien", "TONG")
    version = ResultChange.objects.get(unit=stands.unit, indicator=stands.indicator).pk
    edits = [
        sheet.Edit("quang-dien", "TONG", "57,72/100", version),
        sheet.Edit("nam-dong", "TONG", figure("nam-dong", "TONG").printed),
    ]
    saved = sheet.save(edition=edition, edits=edits, by=None)
    assert (saved.changed, len(saved.stored), unread()) == (1, 2, [])
    assert history()[1:] == [("57,72/100", "57,72/100", "sheet.saved")]
    assert (figure("quang-dien", "TONG").source, history("nam-dong")[1:]) == (None, [])
    assert sheet.save(edition=edition, edits=edits, by=None).changed == 0


def test_what_the_preview_is_told_of_a_stored_figure_is_its_confirmation(issuer):
    record.loaded()
    upload = record.staged(".xlsx", data=spoiled("5O,72/100"))
    decisions.fix_cell(upload=upload, by=None, appendix="II", row=2, column=3, text="57,72/100", why="như văn bản")
    upload.refresh_from_db()
    plan = plans.plan(upload)
    assert (plan.counts["changed"], plan.counts["unchanged"]) == (0, 139)
    uploads.apply(upload=upload, by=None, shown=plan.fingerprint)
    assert unread() == []
    assert history()[1:] == [("57,72/100", "57,72/100", "upload.applied")]
    assert figure("quang-dien", "TONG").source is None


@pytest.mark.parametrize("way", ["form", "sheet"])
def test_a_figure_erased_by_hand_is_told_before_it_comes_back(issuer, way):
    edition = record.loaded()
    gone = figure("quang-dien", "TONG")
    if way == "form":
        results.remove(result=gone, by=None, why="nhầm")
    else:
        version = ResultChange.objects.get(unit=gone.unit, indicator=gone.indicator).pk
        sheet.save(edition=edition, edits=[sheet.Edit("quang-dien", "TONG", "", version)], by=None)
    plan = plans.plan(record.staged())
    told = [(each.fact.unit, each.fact.indicator) for each in plan.entries if each.kind == "new" and each.hand_edited]
    assert told == [("quang-dien", "TONG")]


# --- texts --------------------------------------------------------------------------------------------


def test_texts_that_somebody_typed_are_told_before_a_file_replaces_them(issuer):
    edition = record.loaded()
    subject, title = edition.dispatch.subject, edition.appendices.get(ordinal="II").title
    dispatches.change(dispatch=edition.dispatch, by=None, subject="Trích yếu sửa tay", signer="")
    second = edition.appendices.get(ordinal="II")
    second.title, second.notes, layout = "Tiêu đề sửa tay", "Ghi chú sửa tay", second.layout
    second.layout = Layout.objects.get(code="certified-copies")
    appendices.store(appendix=second, by=None)
    upload = record.staged()
    plan = plans.plan(upload)
    told = {(each.of, each.name): (each.before, each.after) for each in plan.texts}
    assert told[LETTER, "subject"] == ("Trích yếu sửa tay", subject)
    assert told[LETTER, "signer"][0] == ""
    assert told["II", "title"] == ("Tiêu đề sửa tay", title)
    assert told["II", "layout"] == ("certified-copies", layout.code)
    uploads.apply(upload=upload, by=None, shown=plan.fingerprint)
    edition.dispatch.refresh_from_db()
    second.refresh_from_db()
    assert (edition.dispatch.subject, second.title, second.layout) == (subject, title, layout)
    assert plans.plan(record.staged()).texts == ()


@pytest.mark.parametrize("which", ["subject", "title"])
def test_a_text_typed_since_the_preview_stops_it(issuer, which):
    edition = record.loaded()
    upload = record.staged()
    shown = plans.plan(upload).fingerprint
    if which == "subject":
        dispatches.change(dispatch=edition.dispatch, by=None, subject="Trích yếu sửa tay")
    else:
        second = edition.appendices.get(ordinal="II")
        second.title = "Tiêu đề sửa tay"
        appendices.store(appendix=second, by=None)
    with pytest.raises(uploads.Changed):
        uploads.apply(upload=upload, by=None, shown=shown)


def test_what_a_file_leaves_empty_blanks_no_text(issuer):
    edition = record.loaded()
    second = edition.appendices.get(ordinal="II")
    second.notes = "Ghi chú sửa tay"
    appendices.store(appendix=second, by=None)
    only = "Phụ lục II\n(Kèm Công văn số 1082/VPUB-KSTT ngày 13 tháng 9 năm 2023 của Văn phòng UBND tỉnh Thừa Thiên Huế)\nSTT\tTên đơn vị\tChỉ số tổng hợp\n1\tUBND huyện Quảng Điền\t57,72/100\n"
    before = (edition.dispatch.subject, edition.dispatch.signer, second.title, second.notes)
    record.loaded(".txt", data=only.encode())
    edition.dispatch.refresh_from_db()
    second.refresh_from_db()
    assert (edition.dispatch.subject, edition.dispatch.signer, second.title, second.notes) == before
    assert all(before)
    assert second.layout is not None


def test_of_a_file_for_one_appendix_the_letter_stays_as_it_is(issuer):
    edition = record.loaded()
    dispatches.change(dispatch=edition.dispatch, by=None, subject="Trích yếu sửa tay")
    upload = record.staged()
    uploads.want(upload=upload, ordinal="II")
    uploads.apply(upload=upload, by=None)
    edition.dispatch.refresh_from_db()
    assert edition.dispatch.subject == "Trích yếu sửa tay"


def test_only_the_plan_that_was_shown_is_applied(issuer):
    upload = record.staged()
    shown = plans.plan(upload).fingerprint
    assert plans.plan(upload).fingerprint == shown
    record.loaded(".xlsx", data=spoiled("57,71/100"))
    with pytest.raises(uploads.Changed):
        uploads.apply(upload=upload, by=None, shown=shown)
    assert str(figure("quang-dien", "TONG").value) == "57.7100"
    uploads.apply(upload=upload, by=None, shown=plans.plan(Upload.objects.get(pk=upload.pk)).fingerprint)
    assert str(figure("quang-dien", "TONG").value) == "57.7200"


def test_a_changed_headline_says_what_it_was(issuer):
    record.loaded(".txt", data=text(**{"48/63": "47/63"}))
    record.loaded()
    assert Event.objects.filter(subject__contains="47/63").filter(subject__contains="48/63").exists()


def test_checking_again_is_an_action(issuer):
    edition = record.loaded()
    Finding.objects.all().delete()
    editions.check(edition=edition, by=None)
    assert Finding.objects.filter(state="open").count() == 17
    record.published(edition)
    with pytest.raises(editions.UnableToCheck):
        editions.check(edition=edition, by=None)
