"""Two records of one unit become one, and nothing that is published or logged changes for it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.actions import correction as corrections
from chiso.actions import edition as editions
from chiso.actions import result as results
from chiso.actions import unit as units
from chiso.actions.unit import UnableToMerge
from chiso.models import (
    CellNote,
    Edition,
    Event,
    Finding,
    Membership,
    Result,
    ResultChange,
    Role,
    Standing,
    State,
    Unit,
    UnitAlias,
    UnitSuccession,
    Upload,
    UploadState,
    What,
)
from chiso.queries import board, case, checklist, correction, knowledge, log, merging, scorecard, standing
from chiso.queries import edition as query
from tests import make

pytestmark = pytest.mark.django_db
WHY = "Một huyện ghi hai lần"


@pytest.fixture
def tree():
    return make.tree()


@pytest.fixture
def cast(tree):
    return make.cast(tree=tree)


@pytest.fixture
def kept(tree) -> Unit:
    return tree.districts[0]  # UBND huyện Quảng Điền


@pytest.fixture
def gone(tree) -> Unit:
    return make.unit(slug="h-quang-dien", name="Huyện Quảng Điền (mới)", parent=tree.province, code="H57.99")


def merged(kept: Unit, gone: Unit, by=None) -> Unit:
    return units.merge(kept=kept, gone=gone, by=by, why=WHY)


def there(unit: Unit) -> Unit | None:
    return Unit.objects.filter(pk=unit.pk).first()


def refusal(kept: Unit, gone: Unit, why: str = WHY) -> str:
    before = [list(model.objects.order_by("pk").values()) for model in (Unit, Result, UnitAlias, Membership, Event)]
    with pytest.raises(UnableToMerge) as fault:
        units.merge(kept=kept, gone=gone, by=None, why=why)
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Unit, Result, UnitAlias, Membership, Event)
    ]
    return str(fault.value)


# --- What moves -----------------------------------------------------------------------------------
def test_a_record_that_nothing_names_goes_with_its_names_and_code(kept, gone, cast):
    units.store_alias(alias=UnitAlias(unit=gone, alias="H. Quảng Điền"))
    units.store_alias(alias=UnitAlias(unit=gone, alias="ubnd HUYỆN quảng điền"))  # folds to the kept one's name
    units.store_alias(alias=UnitAlias(unit=kept, alias="H Quảng Điền"))  # folds to the first
    merged(kept, gone, by=cast.administrator)
    assert there(gone) is None
    assert sorted(kept.aliases.values_list("alias", flat=True)) == ["H Quảng Điền", "Huyện Quảng Điền (mới)"]
    kept.refresh_from_db()
    assert kept.code == "H57.99"
    assert "h57 99" in kept.search
    event = Event.objects.get(what=What.UNIT_MERGED)
    assert (event.by, event.why) == (cast.administrator, WHY)
    assert event.subject == "Huyện Quảng Điền (mới) (h-quang-dien) → UBND huyện Quảng Điền (quang-dien)"
    assert event.issuer.unit.slug == "thua-thien-hue"
    assert Unit.history.filter(id=gone.pk, history_type="-").get().history_user == cast.administrator


def test_figures_of_a_draft_move_with_their_cells_and_their_past(tree, kept, gone):
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=gone, code="HSTT.DH", text="91.5", cell="III, row 4, column 2", row=4)
    merged(kept, gone)
    moved = Result.objects.get(edition=draft, indicator__code="HSTT.DH", unit=kept)
    assert (moved.printed, moved.cell, moved.row) == ("91.5", "III, row 4, column 2", 4)
    changes = ResultChange.objects.filter(event__what=What.UNIT_MERGED).order_by("pk")
    told = [(each.unit_id, each.printed_before, each.printed_after) for each in changes]
    assert told == [(gone.pk, "91.5", ""), (kept.pk, "", "91.5")]
    assert there(gone).merged_into == kept  # the log names it


def test_who_merged_has_changed_each_draft_last(tree, kept, gone, cast):
    first, second, other = (make.draft(tree=tree, number=number) for number in ("1082", "1083", "1084"))
    make.result(edition=first, unit=gone, code="HSTT.DH", text="91.5")
    make.result(edition=second, unit=gone, code="MDSH.5", text="2145")  # the same as the kept one's
    merged(kept, gone, by=cast.administrator)
    assert [query.last_editor(edition) for edition in (first, second, other)] == [cast.administrator] * 2 + [None]
    told = Event.objects.filter(what=What.UNIT_MERGED, edition__isnull=False).order_by("edition_id")
    assert [(each.edition, each.changes.count(), each.why) for each in told] == [(first, 2, WHY), (second, 1, WHY)]
    for event in told:
        assert set(event.changes.values_list("edition", flat=True)) == {event.edition_id}


def test_the_same_figure_twice_is_kept_once(tree, kept, gone):
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=gone, code="MDSH.5", text="2145", printed="2.145")
    merged(kept, gone)
    assert Result.objects.get(edition=draft, indicator__code="MDSH.5", unit__in=[kept, gone]).unit == kept
    (change,) = ResultChange.objects.filter(event__what=What.UNIT_MERGED)
    assert (change.unit, change.printed_before, change.value_after) == (there(gone), "2.145", None)


def test_people_notes_successions_and_what_is_below_move(tree, kept, gone, cast):
    draft = make.draft(tree=tree)
    both = make.member(unit=kept)
    Membership.objects.create(user=both, unit=gone, role=Role.UNIT)
    own = make.member(unit=gone)
    commune = make.unit(slug="xa-moi", level="commune", parent=gone)
    note = {"edition": draft, "indicator": make.indicator("TONG"), "at": make.MOMENT}
    CellNote.objects.create(unit=kept, text="Chờ văn bản", **note)
    CellNote.objects.create(unit=gone, text="Hỏi lại", **note)
    CellNote.objects.create(unit=gone, text="Thiếu", **note | {"indicator": make.indicator("CKMB")})
    other, past = tree.districts[1], {"effective_on": date(2023, 1, 1)}
    UnitSuccession.objects.create(predecessor=gone, successor=kept, **past)
    UnitSuccession.objects.create(predecessor=other, successor=gone, **past)
    UnitSuccession.objects.create(predecessor=other, successor=kept, **past)
    merged(kept, gone, by=cast.administrator)
    assert set(kept.memberships.values_list("user", "role")) == {
        (both.pk, "unit"), (own.pk, "unit"), (cast.unit_a.pk, "unit"),
    }  # fmt: skip
    commune.refresh_from_db()
    assert (commune.parent, commune.history.first().history_user) == (kept, cast.administrator)
    assert sorted(CellNote.objects.values_list("unit", "text")) == [
        (kept.pk, "Chờ văn bản / Hỏi lại"),
        (kept.pk, "Thiếu"),
    ]
    assert [(each.predecessor, each.successor) for each in UnitSuccession.objects.all()] == [(other, kept)]


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW])
def test_no_finding_is_left_about_a_record_that_is_gone(tree, kept, gone, state):
    draft = make.draft(tree=tree)
    editions.refresh_findings(edition=draft)
    found = Finding.objects.filter(edition=draft, about__icontains=gone.slug)
    assert set(found.values_list("state", flat=True)) == {"open"}
    make.settle(draft, state)
    merged(kept, gone)
    assert there(gone) is None  # no figure of it was ever there to move
    assert set(found.values_list("state", flat=True)) == {"fixed"}


def test_a_province_is_merged_in_the_drafts_and_files_of_every_office(tree):
    one, other = (make.unit(slug=slug, level="province", parent=tree.nation) for slug in ("da-nang", "tp-da-nang"))
    answered = [{"n": 1, "kind": "unit", "name": "Đà Nẵng", "unit": other.slug}]
    upload = Upload.objects.create(
        issuer=tree.issuer, file="x", name="x", sha256="0" * 64, size=1, reader="text", decisions=answered
    )
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=other, code="TONG", text="60/100")
    merged(one, other)
    upload.refresh_from_db()
    assert upload.decisions[0]["unit"] == one.slug
    assert stands(draft)[one.slug] == "60/100"
    assert Event.objects.get(what=What.UNIT_MERGED, edition=None).issuer is None


def test_a_file_that_waits_knows_the_kept_one(tree, kept, gone):
    upload = Upload.objects.create(
        issuer=tree.issuer, file="x", name="x", sha256="0" * 64, size=1, reader="text",
        decisions=[
            {"n": 1, "kind": "unit", "name": "Quảng Điền", "unit": gone.slug},
            {"n": 2, "kind": "units", "made": [{"name": "A", "unit": gone.slug}, {"name": "B", "unit": "nam-dong"}]},
        ],
    )  # fmt: skip
    merged(kept, gone)
    upload.refresh_from_db()
    assert upload.decisions[0]["unit"] == kept.slug
    assert [made["unit"] for made in upload.decisions[1]["made"]] == [kept.slug, "nam-dong"]


# --- What is published ------------------------------------------------------------------------------
@pytest.fixture
def past(tree, gone):
    """A published edition that names only the other record."""
    draft = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number="900", data_as_of=date(2023, 8, 12)))
    make.result(edition=draft, unit=gone, code="TONG", text="51/100")
    make.result(edition=draft, unit=tree.districts[1], code="TONG", text="50/100")
    return make.publish(draft)


def test_a_published_record_stays_hidden_and_the_kept_one_tells_its_past(tree, kept, gone, past, cast):
    make.published(tree=tree)
    before = list(Standing.objects.filter(edition=past).values())
    merged(kept, gone)
    assert there(gone).merged_into == kept
    assert list(Standing.objects.filter(edition=past).values()) == before
    assert gone.slug not in {unit.slug for unit in knowledge.units(tree.issuer, date(2023, 9, 12))}
    for user in (cast.clerk, cast.administrator, make.person(is_superuser=True)):
        assert not Unit.objects.visible_to(user).filter(pk=gone.pk).exists()
    card = scorecard.for_unit(kept, cast.unit_a)
    assert [(one.dispatch.number, one.figure.printed, one.place[0]) for one in card.moments] == [
        ("900", "51/100", 1),
        ("1082", "57.72/100", 1),
    ]


def test_a_third_record_points_to_the_last_one(tree, kept, gone, past):
    merged(kept, gone)
    merged(tree.districts[1], make.unit(slug="nam-dong-cu", parent=tree.province))
    merged(tree.districts[2], kept)
    assert there(gone).merged_into == tree.districts[2]


def test_the_days_of_every_edition_are_asked_for_at_once(tree, kept, gone, past):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert not merging.plan(kept=kept, gone=gone).obstacles
        return len(queries)

    first = asked()
    for month, number in ((5, "700"), (6, "701"), (7, "702")):
        dispatch = make.dispatch(issuer=tree.issuer, number=number, data_as_of=date(2023, month, 12))
        draft = make.edition(dispatch=dispatch)
        make.result(edition=draft, unit=gone, code="TONG", text="51/100")
        make.publish(draft)
    assert asked() == first


@pytest.mark.parametrize("state", [State.PUBLISHED, State.SUPERSEDED, State.RECALLED])
def test_two_units_of_one_published_edition_stay_two(tree, kept, gone, state):
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=gone, code="HSTT.DH", text="91.5")
    make.settle(make.publish(draft), state)
    assert "1082/VPUB-KSTT" in refusal(kept, gone)


# --- What stands in the way -------------------------------------------------------------------------
def test_different_figures_in_a_draft_are_named(tree, kept, gone):
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=gone, code="MDSH.5", text="2146")
    make.result(edition=draft, unit=gone, code="TONG", text="57.72/90")
    said = refusal(kept, gone)
    assert f"{make.indicator('MDSH.5').label}: 2145 ≠ 2146" in said
    assert f"{make.indicator('TONG').label}: 57.72/100 ≠ 57.72/90" in said


def test_an_edition_in_review_waits(tree, kept, gone):
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=gone, code="HSTT.DH", text="91.5")
    make.settle(draft, State.REVIEW)
    assert "1082/VPUB-KSTT" in refusal(kept, gone)


def test_figures_only_go_to_a_unit_that_exists_then(tree, kept, gone):
    draft = make.draft(tree=tree)
    make.result(edition=draft, unit=gone, code="HSTT.DH", text="91.5")
    Unit.objects.filter(pk=kept.pk).update(valid_to=date(2023, 1, 1))
    assert "1082/VPUB-KSTT" in refusal(kept, gone)


def test_who_is_never_merged(tree, kept, gone, past):
    assert refusal(kept, kept)
    assert refusal(kept, tree.agencies[0])  # another level
    assert refusal(kept, tree.elsewhere_district)  # another office's
    assert refusal(tree.province, tree.elsewhere)
    assert refusal(tree.elsewhere, tree.province)  # the issuer's
    assert refusal(tree.communes[0], make.unit(slug="thon", level="commune", parent=tree.communes[0]))
    assert refusal(kept, gone, why="  ")
    merged(kept, gone)
    assert refusal(kept, there(gone))
    assert refusal(tree.districts[1], there(gone))


def test_a_figure_can_no_longer_be_typed_under_the_merged_record(tree, kept, gone, past):
    merged(kept, gone)
    draft = make.draft(tree=tree)
    with pytest.raises(results.UnableToStore):
        results.store(edition=draft, unit=gone, indicator=make.indicator("TONG"), text="1/100", by=None)


# --- What is compared with it, and what comes after it ----------------------------------------------
def corrected(edition) -> Edition:
    return corrections.open_correction(
        dispatch=edition.dispatch, by=None, reason="Sai", number="1100", symbol="VPUB-KSTT", issued_on=date(2023, 9, 20)
    )


def stands(edition, code: str = "TONG") -> dict[str, str]:
    rows = Result.objects.filter(edition=edition, indicator__code=code)
    return dict(rows.values_list("unit__slug", "printed"))


def test_a_correction_has_the_figures_at_the_kept_record(tree, kept, gone, past, cast):
    merged(kept, gone)
    opened = corrections.open_correction(dispatch=past.dispatch, by=cast.clerk, reason="Sai")
    assert stands(opened) == {"quang-dien": "51/100", "nam-dong": "50/100"}
    event = Event.objects.get(what=What.EDITION_OPENED)
    told = [(each.unit, each.printed_before, each.printed_after) for each in event.changes.order_by("pk")]
    assert told == [(there(gone), "51/100", ""), (kept, "", "51/100")]
    assert {place.unit_id: place.rank for place in standing.ranks(opened)} == {kept.pk: 1, tree.districts[1].pk: 2}
    compared = correction.comparison(opened)
    assert (compared.figures, compared.shifted, compared.unchanged) == ((), (), 2)
    assert kept not in checklist.checklist(opened).absent


def test_a_chain_of_merges_ends_at_the_last_record(tree, kept, gone, past):
    merged(kept, gone)
    last = tree.districts[2]
    merged(last, kept)
    assert stands(corrected(past)) == {last.slug: "51/100", "nam-dong": "50/100"}
    assert set(case.stored(past)) == {(last.slug, "TONG"), ("nam-dong", "TONG")}


def test_two_records_that_come_together_in_a_published_edition_stay_two(tree, kept, gone, past):
    """The first is hidden already: its figure counts for the kept one."""
    merged(kept, gone)
    assert "900/VPUB-KSTT" in refusal(tree.districts[1], kept)
    assert "900/VPUB-KSTT" in refusal(kept, tree.districts[1])


def test_the_kept_record_must_have_existed_when_the_other_was_published(kept, gone, past):
    Unit.objects.filter(pk=kept.pk).update(valid_from=date(2023, 9, 1))
    assert "900/VPUB-KSTT" in refusal(kept, gone)


def test_the_month_before_is_told_under_the_kept_record(tree, kept, gone, past):
    merged(kept, gone)
    september = make.draft(tree=tree)
    Result.objects.filter(edition=september, unit=kept, indicator__code="TONG").update(value=99, printed="99/100")
    editions.check(edition=september, by=None)
    found = Finding.objects.filter(edition=september, check_id="jump-since-last")
    assert [[kept.slug, "TONG"]] in [each.about for each in found]
    month = checklist.checklist(september).month
    assert month.before == past
    assert gone not in (*month.appeared, *month.gone)
    assert kept not in (*month.appeared, *month.gone)
    assert (month.changed, month.unchanged) == (2, 0)


def test_what_was_accepted_stays_accepted_under_the_kept_record(tree, kept, gone):
    draft = make.draft(tree=tree)
    Result.objects.filter(edition=draft, unit=kept).delete()
    make.result(edition=draft, unit=gone, code="TONG", text="57/90")  # typed: named by unit and code
    editions.check(edition=draft, by=None)
    warned = Finding.objects.filter(edition=draft, about__icontains=gone.slug).exclude(severity="error")
    assert warned.exists()
    warned.update(state="accepted", accepted_at=make.MOMENT, acceptance="Như công văn")
    said = {(each.check_id, each.where.replace(gone.slug, kept.slug)) for each in warned}
    make.publish(draft)
    merged(kept, gone)
    again = Finding.objects.filter(edition=corrected(draft), state="accepted")
    assert said <= {(each.check_id, each.where) for each in again}
    assert gone.slug not in str(list(again.values("where", "about", "figures")))


def test_a_past_board_lists_the_unit_once(kept, gone, past, tree):
    merged(kept, gone)
    shown = board.for_edition(past, "TONG", "district").rows
    assert [(row.unit, row.rank) for row in shown if row.unit in (kept.slug, gone.slug)] == [(gone.slug, 1)]


def test_the_log_of_the_kept_record_tells_what_happened_to_the_other(kept, gone, tree):
    draft = make.draft(tree=tree)
    results.store(edition=draft, unit=gone, indicator=make.indicator("HSTT.DH"), text="91.5", by=None)
    merged(kept, gone)
    found = log.page(Event.objects.all(), log.Asked(units=(kept,))).entries
    assert [(entry.event.what, entry.count) for entry in found] == [(What.UNIT_MERGED, 2), (What.RESULT_STORED, 1)]


def test_a_discarded_file_that_is_opened_again_knows_the_kept_one(tree, kept, gone):
    answered = [{"n": 1, "kind": "unit", "name": "Đơn vị lạ", "unit": gone.slug}]
    one = {"issuer": tree.issuer, "file": "x", "name": "x", "sha256": "0" * 64, "size": 1, "reader": "text"}
    files = [Upload.objects.create(**one, decisions=answered, state=state) for state in UploadState.values]
    merged(kept, gone)
    assert there(gone) is None
    for file in files:
        file.refresh_from_db()
        assert file.decisions[0]["unit"] == kept.slug, file.state


def test_a_cell_that_gave_no_figure_is_answered_at_the_kept_record(tree, kept, gone):
    draft = make.draft(tree=tree)
    Result.objects.filter(edition=draft, unit=kept).delete()
    make.result(edition=draft, unit=gone, code="TONG", text="51/100")
    unread = {
        "appendix": "II", "cell": "II, row 9, column 3", "unit": gone.slug, "indicator": "TONG", "printed": "5O",
        "why": "unreadable", "params": {}, "severity": "error",
    }  # fmt: skip
    Upload.objects.create(
        issuer=tree.issuer, edition=draft, state=UploadState.APPLIED, file="x", name="x", sha256="0" * 64, size=1,
        reader="text", read={"appendices": ["II"], "event": 0, "problems": [unread], "doubled": []},
    )  # fmt: skip
    merged(kept, gone)
    found = Finding.objects.get(edition=draft, check_id="unread-cell")  # that it went elsewhere is no answer
    assert (found.state, found.about) == ("open", [[kept.slug, "TONG"]])
    results.store(edition=draft, unit=kept, indicator=make.indicator("TONG"), text="50/100", by=None)
    found.refresh_from_db()
    assert found.state == "fixed"
