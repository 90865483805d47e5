"""Two records of one unit become one, and nothing that is published or logged changes for it."""

from __future__ import annotations

from datetime import date

import pytest

from chiso.actions import result as results
from chiso.actions import unit as units
from chiso.actions.unit import UnableToMerge
from chiso.models import (
    CellNote,
    Event,
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
    What,
)
from chiso.queries import edition as query
from chiso.queries import knowledge, scorecard
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
    assert [(one.dispatch.number, one.figures[0].printed) for one in card.editions] == [
        ("1082", "57.72/100"),
        ("900", "51/100"),
    ]
    assert [place.rank for place in card.editions[1].figures[0].places] == [1]


def test_a_third_record_points_to_the_last_one(tree, kept, gone, past):
    merged(kept, gone)
    merged(tree.districts[1], make.unit(slug="nam-dong-cu", parent=tree.province))
    merged(tree.districts[2], kept)
    assert there(gone).merged_into == tree.districts[2]


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
    assert "MDSH.5: 2145 ≠ 2146" in said
    assert "TONG: 57.72/100 ≠ 57.72/90" in said


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
