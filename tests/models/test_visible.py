"""Who sees which rows: each person of the cast by name, against everything there is in two provinces."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from chiso.models import Dispatch, Edition, Result, Role, State, Unit, Upload, User
from tests import make

pytestmark = pytest.mark.django_db

# number, state: ours of dispatch 1082 (corrected once, and again being corrected), of three more, and the neighbour's.
EDITIONS = {
    "1082 superseded": ("1082", 1, State.SUPERSEDED),
    "1082 published": ("1082", 2, State.PUBLISHED),
    "1082 draft": ("1082", 3, State.DRAFT),
    "1100 draft": ("1100", 1, State.DRAFT),
    "1200 review": ("1200", 1, State.REVIEW),
    "1300 recalled": ("1300", 1, State.RECALLED),
    "5 published": ("5", 1, State.PUBLISHED),
    "6 draft": ("6", 1, State.DRAFT),
}
THEIRS = {"5 published", "6 draft"}
OURS = set(EDITIONS) - THEIRS
OURS_READ = {"1082 superseded", "1082 published", "1300 recalled"}
THEIRS_READ = {"5 published"}

DESK = ("clerk", "approver", "administrator")
OUR_UNITS = ("unit_a", "unit_b", "agency", "commune", "province_reader")
PEOPLE = (*DESK, *OUR_UNITS, "other_clerk", "stranger", "superuser", "nobody")
NONE: frozenset[str] = frozenset()

KEPT = dict.fromkeys(PEOPLE, NONE) | dict.fromkeys(DESK, OURS) | {"other_clerk": THEIRS, "superuser": set(EDITIONS)}
SEEN = KEPT | dict.fromkeys(OUR_UNITS, OURS_READ) | {"stranger": THEIRS_READ}

OUR_TREE = {
    "thua-thien-hue", "quang-dien", "nam-dong", "huong-tra", "phu-vang", "so-tai-chinh", "so-y-te",
    "quang-phuoc", "quang-thai", "huong-loc", "huong-phu",
}  # fmt: skip
THEIR_TREE = {"gia-lai", "chu-se"}
EVERY_UNIT = OUR_TREE | THEIR_TREE | {"ca-nuoc"}
UNITS_KEPT = (
    dict.fromkeys(PEOPLE, NONE) | dict.fromkeys(DESK, OUR_TREE) | {"other_clerk": THEIR_TREE, "superuser": EVERY_UNIT}
)
UNITS_SEEN = UNITS_KEPT | {
    "unit_a": {"quang-dien", "quang-phuoc", "quang-thai"},
    "unit_b": {"nam-dong", "huong-loc", "huong-phu"},
    "agency": {"so-tai-chinh"},
    "commune": {"quang-phuoc"},
    "province_reader": OUR_TREE,
    "stranger": {"chu-se"},
}


@dataclass(frozen=True)
class World:
    people: dict[str, User]
    names: dict[int, str]  # edition pk -> its name above


@pytest.fixture
def world() -> World:
    tree = make.tree()
    neighbour = make.issuer(unit=tree.elsewhere, slug="vpub-gia-lai", name="Văn phòng UBND tỉnh Gia Lai")
    dispatches: dict[str, Dispatch] = {}
    names = {}
    for name, (number, ordinal, state) in EDITIONS.items():
        issuer, unit = (neighbour, tree.elsewhere_district) if name in THEIRS else (tree.issuer, tree.districts[0])
        if number not in dispatches:
            dispatches[number] = make.dispatch(issuer=issuer, number=number)
        edition = make.edition(dispatch=dispatches[number], number=ordinal)
        make.result(edition=edition, unit=unit, code="TONG", text="57.72/100")
        make.settle(edition, state)
        Upload.objects.create(
            issuer=issuer, edition=edition, file=f"{edition.pk}.docx", name=f"{number}.docx", sha256="0" * 64,
            size=1, reader="docx",
        )  # fmt: skip
        names[edition.pk] = name
    return World(people(tree), names)


def people(tree: make.Tree) -> dict[str, User]:
    return vars(make.cast(tree=tree)) | {
        "agency": make.member(unit=tree.agencies[0]),
        "commune": make.member(unit=tree.communes[0]),
        "province_reader": make.member(unit=tree.province),
        "other_clerk": make.member(unit=tree.elsewhere, role=Role.CLERK),
        "superuser": make.person(is_superuser=True),
        "nobody": make.person(),
    }


def numbers(editions: set[str]) -> list[str]:
    return sorted({EDITIONS[name][0] for name in editions})


def named(world: World, editions) -> list[str]:
    """Their names, sorted; a row that comes twice is named twice."""
    return sorted(world.names[pk] for pk in editions)


@pytest.mark.parametrize("person", PEOPLE)
def test_dispatches(world: World, person: str):
    user = world.people[person]
    visible = Dispatch.objects.visible_to(user).values_list("number", flat=True)
    kept = Dispatch.objects.kept_by(user).values_list("number", flat=True)
    assert (sorted(visible), sorted(kept)) == (numbers(SEEN[person]), numbers(KEPT[person]))


@pytest.mark.parametrize("person", PEOPLE)
def test_editions(world: World, person: str):
    user = world.people[person]
    visible = Edition.objects.visible_to(user).values_list("pk", flat=True)
    kept = Edition.objects.kept_by(user).values_list("pk", flat=True)
    assert (named(world, visible), named(world, kept)) == (sorted(SEEN[person]), sorted(KEPT[person]))


@pytest.mark.parametrize("person", PEOPLE)
def test_results(world: World, person: str):
    user = world.people[person]
    visible = Result.objects.visible_to(user).values_list("edition", flat=True)
    kept = Result.objects.kept_by(user).values_list("edition", flat=True)
    assert (named(world, visible), named(world, kept)) == (sorted(SEEN[person]), sorted(KEPT[person]))


@pytest.mark.parametrize("person", PEOPLE)
def test_uploads_are_the_desks_alone(world: World, person: str):
    kept = Upload.objects.kept_by(world.people[person]).values_list("edition", flat=True)
    assert named(world, kept) == sorted(KEPT[person])


@pytest.mark.parametrize("person", PEOPLE)
def test_units(world: World, person: str):
    user = world.people[person]
    visible = Unit.objects.visible_to(user).values_list("slug", flat=True)
    kept = Unit.objects.kept_by(user).values_list("slug", flat=True)
    assert (sorted(visible), sorted(kept)) == (sorted(UNITS_SEEN[person]), sorted(UNITS_KEPT[person]))


def test_the_tables_above_name_everything(world: World):
    assert sorted(Unit.objects.values_list("slug", flat=True)) == sorted(EVERY_UNIT)
    assert named(world, Edition.objects.values_list("pk", flat=True)) == sorted(EDITIONS)
    assert set(world.people) == set(PEOPLE) == set(UNITS_SEEN) == set(SEEN)


def test_a_dispatch_with_a_published_edition_shows_no_draft_of_it(world: World):
    edition = Dispatch.objects.visible_to(world.people["unit_a"]).get(number="1082").editions
    assert edition.visible_to(world.people["unit_a"]).open().count() == 0
    assert edition.visible_to(world.people["clerk"]).open().count() == 1


def test_who_holds_two_roles_sees_every_row_once(world: World):
    user = world.people["clerk"]
    for role in (Role.APPROVER, Role.UNIT):
        make.member(unit=Unit.objects.get(slug="thua-thien-hue"), role=role, user=user)
    make.member(unit=Unit.objects.get(slug="quang-dien"), user=user)
    assert named(world, Edition.objects.visible_to(user).values_list("pk", flat=True)) == sorted(OURS)
    assert sorted(Unit.objects.visible_to(user).values_list("slug", flat=True)) == sorted(OUR_TREE)


def test_a_person_of_two_provinces_reads_both_and_keeps_one(world: World):
    user = world.people["clerk"]
    make.member(unit=Unit.objects.get(slug="chu-se"), user=user)
    assert named(world, Edition.objects.visible_to(user).values_list("pk", flat=True)) == sorted(OURS | THEIRS_READ)
    assert named(world, Edition.objects.kept_by(user).values_list("pk", flat=True)) == sorted(OURS)
    assert "quang-dien" in Unit.objects.kept_by(user).values_list("slug", flat=True)
    assert "chu-se" not in Unit.objects.kept_by(user).values_list("slug", flat=True)


def test_a_unit_user_of_one_office_and_clerk_of_another_keeps_only_the_other(world: World):
    user = world.people["other_clerk"]
    make.member(unit=Unit.objects.get(slug="thua-thien-hue"), user=user)
    assert named(world, Edition.objects.visible_to(user).values_list("pk", flat=True)) == sorted(THEIRS | OURS_READ)
    assert named(world, Edition.objects.kept_by(user).values_list("pk", flat=True)) == sorted(THEIRS)


def test_a_clerk_of_a_unit_that_issues_nothing_keeps_no_dispatch(world: World):
    user = make.member(unit=Unit.objects.get(slug="quang-dien"), role=Role.CLERK)
    assert not Edition.objects.kept_by(user).exists()
    assert named(world, Edition.objects.visible_to(user).values_list("pk", flat=True)) == sorted(OURS_READ)
