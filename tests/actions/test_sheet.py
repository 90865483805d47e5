"""Cells typed into a sheet: stored together, never over a colleague's figure unseen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chiso.actions import result as results
from chiso.actions import sheet as sheets
from chiso.actions.sheet import Edit
from chiso.models import CellNote, Event, Finding, Layout, LayoutLine, Result, ResultChange, State, What
from chiso.queries.sheet import versions
from tests import make


@pytest.fixture
def tree(db):
    return make.tree()


@pytest.fixture
def edition(tree):
    return make.draft(tree=tree)


@pytest.fixture
def clerk(tree):
    return make.member(unit=tree.province, role="clerk", email="lan@example.org", full_name="Lan")


@pytest.fixture
def binh(tree):
    return make.member(unit=tree.province, role="clerk", email="binh@example.org", full_name="Bình")


def version(edition, unit: str, code: str) -> int:
    found = ResultChange.objects.filter(edition=edition, unit__slug=unit, indicator__code=code).order_by("-pk").first()
    return found.pk if found else 0


def figure(edition, unit: str, code: str) -> Result | None:
    return Result.objects.filter(edition=edition, unit__slug=unit, indicator__code=code).first()


def test_many_cells_are_one_event_with_a_change_each(edition, clerk):
    saved = sheets.save(
        edition=edition, by=clerk,
        edits=[Edit("quang-dien", "TONG", "57,99/100"), Edit("phu-vang", "CTDT.TK", "9/14"), Edit("quang-dien", "MDSH.5", "2.146")],
    )  # fmt: skip
    assert saved.changed == 3
    assert [(each.text, each.reading.shown) for each in saved.stored] == [
        ("57,99/100", "57,99/100"), ("9/14", "9/14"), ("2.146", "2.146"),
    ]  # fmt: skip
    assert (figure(edition, "quang-dien", "MDSH.5").value, figure(edition, "phu-vang", "CTDT.TK").out_of) == (2146, 14)
    event = Event.objects.get(what=What.SHEET_SAVED)
    assert event.by == clerk
    assert "UBND huyện Quảng Điền TONG".replace(" TONG", ", TONG: 57,99/100") in event.subject
    changes = ResultChange.objects.filter(event=event)
    assert sorted(changes.values_list("printed_before", "printed_after")) == [
        ("", "9/14"), ("2145", "2.146"), ("57.72/100", "57,99/100"),
    ]  # fmt: skip
    now = versions(edition)
    assert {each.version for each in saved.stored} == set(now.values()) == set(changes.values_list("pk", flat=True))


def test_a_file_s_cell_is_no_longer_the_source_of_what_was_typed(edition):
    sheets.save(edition=edition, by=None, edits=[Edit("quang-dien", "TONG", "50/100")])
    typed = figure(edition, "quang-dien", "TONG")
    assert (typed.cell, typed.source_id, typed.row) == ("", None, 2)


def test_a_colleague_s_change_is_a_conflict_until_the_new_version_is_named(edition, clerk, binh):
    first = sheets.save(edition=edition, by=binh, edits=[Edit("quang-dien", "TONG", "58/100", 0)]).stored[0]
    saved = sheets.save(
        edition=edition,
        by=clerk,
        edits=[Edit("quang-dien", "TONG", "59/100", 0), Edit("nam-dong", "TONG", "51/100", 0)],
    )
    (conflict,) = saved.conflicts
    assert (conflict.text, conflict.version, conflict.by) == ("58/100", first.version, "Bình")
    assert conflict.at == Event.objects.filter(by=binh).get().at
    assert conflict.edit.text == "59/100"
    assert figure(edition, "quang-dien", "TONG").printed == "58/100"
    assert figure(edition, "nam-dong", "TONG").printed == "51/100"  # the other cell is stored
    again = sheets.save(edition=edition, by=clerk, edits=[Edit("quang-dien", "TONG", "59/100", conflict.version)])
    assert not again.conflicts
    assert figure(edition, "quang-dien", "TONG").printed == "59/100"
    told = ResultChange.objects.filter(unit__slug="quang-dien", indicator__code="TONG").values_list(
        "printed_after", flat=True
    )
    assert list(told) == ["58/100", "59/100"]


def test_a_figure_taken_out_in_the_meantime_is_a_conflict_too(edition, clerk, binh):
    sheets.save(edition=edition, by=binh, edits=[Edit("quang-dien", "TONG", "")])
    (conflict,) = sheets.save(edition=edition, by=clerk, edits=[Edit("quang-dien", "TONG", "59/100", 0)]).conflicts
    assert (conflict.text, conflict.by) == ("", "Bình")
    assert figure(edition, "quang-dien", "TONG") is None


def test_two_who_type_the_same_do_not_quarrel(edition, clerk, binh):
    sheets.save(edition=edition, by=binh, edits=[Edit("quang-dien", "TONG", "58/100")])
    saved = sheets.save(edition=edition, by=clerk, edits=[Edit("quang-dien", "TONG", "58/100", 0)])
    assert (saved.changed, saved.conflicts) == (0, ())
    assert saved.stored[0].version == version(edition, "quang-dien", "TONG")


def test_the_same_text_again_changes_nothing(edition, clerk):
    saved = sheets.save(
        edition=edition, by=clerk, edits=[Edit("quang-dien", "TONG", " 57.72/100 "), Edit("phu-vang", "CTDT.TK", "–")]
    )
    assert saved.changed == 0
    assert len(saved.stored) == 2
    assert not Event.objects.exists()
    assert not ResultChange.objects.exists()
    assert figure(edition, "quang-dien", "TONG").cell  # still the file's


@pytest.mark.parametrize("text", ["", "–", "không có", " ... "])
def test_missing_takes_the_figure_out_and_is_not_zero(edition, text):
    saved = sheets.save(edition=edition, by=None, edits=[Edit("huong-tra", "MDSH.5", text)])
    assert (saved.changed, saved.stored[0].text) == (1, "")
    assert figure(edition, "huong-tra", "MDSH.5") is None
    change = ResultChange.objects.get()
    assert (change.printed_before, change.printed_after, change.value_before, change.value_after) == ("0", "", 0, None)
    sheets.save(edition=edition, by=None, edits=[Edit("huong-tra", "MDSH.5", "0", change.pk)])
    assert figure(edition, "huong-tra", "MDSH.5").value == Decimal(0)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit("quang-dien", "TONG", "57,7O/100"), "chữ O"),
        (Edit("quang-dien", "MDSH.5", "2,5"), "2,5"),
        (Edit("quang-dien", "CTDT.TK", "8"), "8/11"),
        (Edit("quang-dien", "TONG", "5" * 101), "100"),
        (Edit("chu-se", "TONG", "5/100"), "Đơn vị"),
        (Edit("no-such-unit", "TONG", "5/100"), "Đơn vị"),
        (Edit("quang-dien", "NONE", "5/100"), "chỉ số"),
        (Edit("quang-dien", "TONG", None, note="x" * 501), "500"),
    ],
)
def test_what_cannot_be_stored_says_why_and_the_rest_is_stored(edition, edit, words):
    saved = sheets.save(edition=edition, by=None, edits=[edit, Edit("nam-dong", "TONG", "51/100")])
    (wrong,) = saved.wrong
    assert wrong.edit == edit
    assert words in wrong.why
    assert [each.edit.unit for each in saved.stored] == ["nam-dong"]
    assert ResultChange.objects.count() == 1


@pytest.mark.parametrize("state", [State.REVIEW, State.PUBLISHED, State.RECALLED])
def test_only_a_draft_is_typed_into(edition, state):
    type(edition).objects.filter(pk=edition.pk).update(
        state=state, published_at=make.MOMENT, recall_reason="x", recalled_at=make.MOMENT
    )
    with pytest.raises(sheets.UnableToSave, match="bản nháp"):
        sheets.save(
            edition=edition,
            by=None,
            edits=[Edit("quang-dien", "TONG", "1/100"), Edit("quang-dien", "TONG", None, note="x")],
        )
    assert not ResultChange.objects.exists()
    assert not CellNote.objects.exists()


def test_another_edition_s_appendix_is_refused(edition, tree):
    other = make.draft(tree=tree, number="1190")
    with pytest.raises(sheets.UnableToSave):
        sheets.save(
            edition=edition, by=None, edits=[Edit("quang-dien", "TONG", "1/100")], appendix=other.appendices.get()
        )


def test_all_or_nothing(edition, monkeypatch):
    def fails(**given):
        raise RuntimeError("no power")

    monkeypatch.setattr("chiso.actions.edition.refresh_findings", fails)
    with pytest.raises(RuntimeError):
        sheets.save(edition=edition, by=None, edits=[Edit("quang-dien", "TONG", "1/100"), Edit("nam-dong", "TONG", "")])
    assert figure(edition, "quang-dien", "TONG").printed == "57.72/100"
    assert figure(edition, "nam-dong", "TONG")
    assert not ResultChange.objects.exists()
    assert not Event.objects.exists()


def test_findings_follow_what_was_typed(edition):
    sheets.save(edition=edition, by=None, edits=[Edit("quang-dien", "TONG", "157/100")])
    assert Finding.objects.get(edition=edition, check_id="out-of-bounds", state="open").severity == "error"
    sheets.save(
        edition=edition, by=None, edits=[Edit("quang-dien", "TONG", "57/100", version(edition, "quang-dien", "TONG"))]
    )
    assert not Finding.objects.filter(edition=edition, check_id="out-of-bounds", state="open").exists()


# --- Where a new figure belongs ----------------------------------------------------------------------
@pytest.fixture
def appendix(edition):
    return edition.appendices.get()


def test_a_new_figure_belongs_to_the_sheet_and_stands_in_its_row(edition, appendix):
    Result.objects.filter(unit__slug="phu-vang", indicator__code="TONG").update(appendix=appendix, position="4")
    sheets.save(
        edition=edition,
        by=None,
        edits=[Edit("phu-vang", "CTDT.TK", "9/14"), Edit("so-y-te", "CTDT.TK", "1/1")],
        appendix=appendix,
    )
    typed, alone = figure(edition, "phu-vang", "CTDT.TK"), figure(edition, "so-y-te", "CTDT.TK")
    assert (typed.appendix, typed.row, typed.position) == (appendix, 5, "4")
    assert (alone.appendix, alone.row, alone.position) == (appendix, 0, "")


def test_a_figure_of_another_appendix_stays_with_it(edition, appendix):
    other = make.appendix(edition=edition, ordinal="III")
    Result.objects.filter(unit__slug="quang-dien", indicator__code="TONG").update(appendix=other)
    sheets.save(
        edition=edition,
        by=None,
        appendix=appendix,
        edits=[Edit("quang-dien", "TONG", "1/100"), Edit("nam-dong", "TONG", "2/100")],
    )
    assert figure(edition, "quang-dien", "TONG").appendix == other
    assert figure(edition, "nam-dong", "TONG").appendix == appendix  # it had none


def test_where_the_rows_are_indicators_the_place_is_the_indicator_s(edition):
    layout = Layout.objects.create(indicator_set=edition.indicator_set, code="i", name="I", rows_are="indicators")
    LayoutLine.objects.create(
        layout=layout, axis="row", role="indicator", indicator=make.indicator("TONG"), titles=["Tổng"]
    )
    appendix = make.appendix(edition=edition, ordinal="I", layout=layout)
    Result.objects.filter(unit__slug="thua-thien-hue", indicator__code="TONG").update(
        appendix=appendix, row=2, position="I"
    )
    Result.objects.filter(unit__slug="ca-nuoc").delete()
    sheets.save(
        edition=edition,
        by=None,
        edits=[Edit("ca-nuoc", "TONG", "64,9/100"), Edit("ca-nuoc", "MDSH.5", "5")],
        appendix=appendix,
    )
    assert (figure(edition, "ca-nuoc", "TONG").row, figure(edition, "ca-nuoc", "TONG").position) == (2, "I")
    assert figure(edition, "ca-nuoc", "MDSH.5").row == 0


def test_rows_typed_from_nothing_are_not_said_to_be_out_of_order(tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    layout = Layout.objects.create(
        indicator_set=edition.indicator_set, code="ii", name="II", sorts=make.indicator("TONG")
    )
    appendix = make.appendix(edition=edition, layout=layout)
    edits = [Edit(unit.slug, "TONG", f"5{number}/100") for number, unit in enumerate(tree.districts)]
    sheets.save(edition=edition, by=None, edits=edits, appendix=appendix)
    assert not Finding.objects.filter(check_id="printed-order").exists()


# --- Notes -------------------------------------------------------------------------------------------
def test_a_note_is_kept_changed_and_taken_away(edition, clerk):
    saved = sheets.save(edition=edition, by=clerk, edits=[Edit("phu-vang", "CTDT.TK", None, note=" chờ đơn vị ")])
    note = CellNote.objects.get()
    assert (note.text, note.by, saved.changed, saved.stored) == ("chờ đơn vị", clerk, 1, ())
    assert [edit.unit for edit in saved.noted] == ["phu-vang"]
    event = Event.objects.get(what=What.NOTE_STORED)
    assert "chờ đơn vị" in event.why
    assert not ResultChange.objects.exists()  # a note is no change of a figure
    sheets.save(edition=edition, by=None, edits=[Edit("phu-vang", "CTDT.TK", None, note="đã hỏi", noted="chờ đơn vị")])
    assert CellNote.objects.get().text == "đã hỏi"
    sheets.save(edition=edition, by=None, edits=[Edit("phu-vang", "CTDT.TK", None, note="", noted="đã hỏi")])
    assert not CellNote.objects.exists()
    assert Event.objects.filter(what=What.NOTE_STORED).count() == 3


def test_a_colleague_s_note_is_not_overwritten_unseen(edition, clerk, binh):
    sheets.save(edition=edition, by=binh, edits=[Edit("phu-vang", "CTDT.TK", None, note="hỏi Sở")])
    saved = sheets.save(edition=edition, by=clerk, edits=[Edit("phu-vang", "CTDT.TK", "9/14", note="hỏi huyện")])
    (conflict,) = saved.conflicts
    assert (conflict.of_note, conflict.text, conflict.by) == (True, "hỏi Sở", "Bình")
    assert CellNote.objects.get().text == "hỏi Sở"
    assert figure(edition, "phu-vang", "CTDT.TK").printed == "9/14"
    saved = sheets.save(
        edition=edition, by=clerk, edits=[Edit("phu-vang", "CTDT.TK", None, note="hỏi huyện", noted="hỏi Sở")]
    )
    assert not saved.conflicts
    assert CellNote.objects.get().text == "hỏi huyện"


def test_one_figure_by_hand_and_the_sheet_see_each_other(edition, tree, clerk):
    unit, indicator = tree.districts[0], make.indicator("TONG")
    results.store(edition=edition, unit=unit, indicator=indicator, text="58/100", by=clerk)
    assert sheets.save(edition=edition, by=None, edits=[Edit(unit.slug, "TONG", "59/100", 0)]).conflicts
