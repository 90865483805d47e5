"""Ranks by SQL, in a draft and as kept at publication, against the slow rule of `board_at_random`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chiso.actions.edition import publish, submit
from chiso.models import Edition, Indicator, IndicatorSet, Level, Result, Standing, Unit
from chiso.queries.checklist import fingerprint
from chiso.queries.standing import ranks
from tests import make, record

from . import board_at_random as board

pytestmark = pytest.mark.django_db
BOARDS = range(40)


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


def opened(tree: make.Tree, code: str, texts: dict[str, str], **fields) -> Edition:
    """A draft with one column: unit slug -> figure as text, of a made-up indicator where `code` is "kind-direction"."""
    kind, _, direction = code.partition("-")
    chosen = IndicatorSet.objects.create(code="one", name="One", valid_from=date(2020, 1, 1))
    Indicator.objects.create(indicator_set=chosen, code=code, name=code, kind=kind, direction=direction)
    draft = make.edition(dispatch=make.dispatch(**{"issuer": tree.issuer} | fields), indicator_set=chosen)
    for slug, text in texts.items():
        make.result(edition=draft, unit=Unit.objects.get(slug=slug), code=code, text=text)
    return draft


def named(places) -> list[board.Place]:
    """Places with the names of what they are about, in a fixed order; a place given twice stays twice."""
    codes = dict(Indicator.objects.values_list("pk", "code"))
    slugs = dict(Unit.objects.values_list("pk", "slug"))
    return sorted(
        (codes[one.indicator_id], slugs[one.unit_id], one.peers, one.rank, one.rank_of, one.tied) for one in places
    )


def among(edition: Edition, peers: str = "district") -> dict[str, tuple[int, int, bool]]:
    """Unit slug -> (rank, of, tied) within one group."""
    return {unit: place for _code, unit, group, *place in named(ranks(edition)) if group == peers}


# --- Against the slow rule ------------------------------------------------------------------------
@pytest.mark.parametrize("seed", BOARDS)
def test_ranks_are_those_of_the_slow_rule_before_and_after_publication(seed: int):
    edition = board.edition(seed)
    expected = sorted(board.places(edition))
    assert named(ranks(edition)) == expected
    published = record.published(edition)
    assert published.is_published
    assert named(ranks(published)) == expected
    assert named(Standing.objects.filter(edition=edition)) == expected


def test_the_boards_hold_what_they_are_for():
    """Ties, groups within parents, both directions, levels of all sorts: or the test above would prove little."""
    seen: set[str] = set()
    for seed in BOARDS:
        for code, _unit, peers, rank, rank_of, tied in _places_of_a_passing_board(seed):
            level, within, _parent = peers.partition(":")
            seen |= {code, level + within, "tied" if tied else "alone", f"{rank} of {rank_of}"}
    assert {"share-higher", "share-lower", "score-higher", "percent-lower", "count-lower"} <= seen
    assert {"district", "agency", "commune", "commune:", "tied", "alone", "1 of 2", "2 of 2", "4 of 5"} <= seen
    assert not seen & {"nation", "province", "district:", "share-", "count-", "1 of 1"}


def _places_of_a_passing_board(seed: int) -> set[board.Place]:
    with transaction.atomic():
        places = board.places(board.edition(seed))
        transaction.set_rollback(True)
    return places


# --- Case by case ---------------------------------------------------------------------------------
def test_ties_share_a_rank_and_the_next_is_skipped(tree):
    texts = {"quang-dien": "9", "nam-dong": "7", "huong-tra": "7.0000", "phu-vang": "5"}
    assert among(opened(tree, "score-higher", texts)) == {
        "quang-dien": [1, 4, False], "nam-dong": [2, 4, True], "huong-tra": [2, 4, True], "phu-vang": [4, 4, False],
    }  # fmt: skip


def test_lower_is_better_where_the_indicator_says_so(tree):
    texts = {"quang-dien": "503", "nam-dong": "0", "huong-tra": "1"}
    assert among(opened(tree, "count-lower", texts)) == {
        "quang-dien": [3, 3, False], "nam-dong": [1, 3, False], "huong-tra": [2, 3, False],
    }  # fmt: skip


EQUAL_SHARES = [("37/37", "11/11"), ("2/3", "4/6"), ("1/3", "333/999"), ("0/5", "0/9"), ("0.1/0.3", "1/3"), ("0.7/0.1", "7/1"),
                ("33333333333/99999999999", "1/3"), ("4.9/0.7", "7/1")]  # fmt: skip


@pytest.mark.parametrize("code", ["share-higher", "share-lower"])
@pytest.mark.parametrize(("one", "other"), EQUAL_SHARES)
def test_equal_ratios_tie(tree, code, one, other):
    places = among(opened(tree, code, {"quang-dien": one, "nam-dong": other}))
    assert places == {"quang-dien": [1, 2, True], "nam-dong": [1, 2, True]}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("2/3", "66666/100000"),
        ("1/3", "333/1000"),
        ("37/37", "10/11"),
        ("67108862/67108863", "67108861/67108862"),  # as near as two ratios of such totals can be
        ("1/67108862", "1/67108863"),
    ],
)
def test_different_ratios_do_not_tie(tree, better, worse):
    draft = opened(tree, "share-higher", {"quang-dien": worse, "nam-dong": better})
    assert among(draft) == {"quang-dien": [2, 2, False], "nam-dong": [1, 2, False]}


@pytest.mark.parametrize("code", ["score-higher", "percent-higher", "count-higher"])
@pytest.mark.parametrize(
    ("better", "worse"),
    [("99999999999.9999", "99999999999.9998"), ("0.0002", "0.0001"), ("57.7201", "57.72"), ("0.3", "0.2999")],
)
def test_values_differ_by_their_last_place(tree, code, better, worse):
    texts = {"quang-dien": worse, "nam-dong": better, "huong-tra": better, "phu-vang": worse}
    assert among(opened(tree, code, texts)) == {
        "quang-dien": [3, 4, True], "nam-dong": [1, 4, True], "huong-tra": [1, 4, True], "phu-vang": [3, 4, True],
    }  # fmt: skip


def test_a_share_of_nothing_is_neither_ranked_nor_counted(tree):
    draft = opened(tree, "share-higher", {"quang-dien": "0/0", "nam-dong": "0/8", "huong-tra": "8/8", "phu-vang": "5"})
    assert among(draft) == {"nam-dong": [2, 2, False], "huong-tra": [1, 2, False]}


def test_a_score_ranks_by_its_value_whatever_it_is_out_of(tree):
    draft = opened(tree, "score-higher", {"quang-dien": "9/0", "nam-dong": "10/100", "huong-tra": "9.5/10"})
    assert [among(draft)[slug][0] for slug in ("nam-dong", "huong-tra", "quang-dien")] == [1, 2, 3]


def test_a_missing_figure_is_not_counted(tree):
    draft = opened(tree, "score-higher", {"quang-dien": "1", "phu-vang": "2"})
    assert among(draft) == {"quang-dien": [2, 2, False], "phu-vang": [1, 2, False]}


def test_a_group_of_one_is_not_ranked(tree):
    texts = {"quang-dien": "1", "so-y-te": "1", "so-tai-chinh": "2", "thua-thien-hue": "61.5", "ca-nuoc": "70"}
    draft = opened(tree, "score-higher", texts)
    assert {peers for _code, _unit, peers, *_place in named(ranks(draft))} == {"agency"}


def test_nobody_is_ranked_without_a_direction(tree):
    draft = opened(tree, "count-", {"quang-dien": "1", "nam-dong": "2"})
    assert ranks(draft) == []
    assert ranks(record.published(draft)) == []


def test_communes_of_several_districts_rank_whole_and_within_each(tree):
    texts = {"quang-phuoc": "4", "quang-thai": "1", "huong-loc": "3", "huong-phu": "3"}
    draft = opened(tree, "score-higher", texts)
    assert among(draft, "commune") == {
        "quang-phuoc": [1, 4, False], "huong-loc": [2, 4, True], "huong-phu": [2, 4, True], "quang-thai": [4, 4, False],
    }  # fmt: skip
    assert among(draft, "commune:quang-dien") == {"quang-phuoc": [1, 2, False], "quang-thai": [2, 2, False]}
    assert among(draft, "commune:nam-dong") == {"huong-loc": [1, 2, True], "huong-phu": [1, 2, True]}
    assert len(ranks(draft)) == 8


def test_communes_of_one_district_rank_once(tree):
    Unit.objects.filter(parent=tree.districts[1]).delete()
    draft = opened(tree, "score-higher", {"quang-phuoc": "4", "quang-thai": "1"})
    assert {place.peers for place in ranks(draft)} == {"commune"}


def test_units_of_another_province_are_no_peers(tree):
    make.unit(slug="pleiku", parent=tree.elsewhere)
    draft = opened(tree, "score-higher", {"quang-dien": "1", "chu-se": "9", "pleiku": "8", "nam-dong": "2"})
    assert among(draft) == {"quang-dien": [2, 2, False], "nam-dong": [1, 2, False]}


def test_an_office_of_the_nation_ranks_down_to_the_communes(tree):
    office = make.issuer(unit=tree.nation, slug="vpcp", name="Văn phòng Chính phủ")
    texts = {
        "thua-thien-hue": "60.58",
        "gia-lai": "64.9",
        "quang-phuoc": "1",
        "huong-loc": "2",
        "chu-se": "3",
        "ca-nuoc": "70",
    }
    draft = opened(tree, "score-higher", texts, issuer=office)
    assert among(draft, "province") == {"thua-thien-hue": [2, 2, False], "gia-lai": [1, 2, False]}
    assert among(draft, "commune") == {"quang-phuoc": [2, 2, False], "huong-loc": [1, 2, False]}
    assert len(ranks(draft)) == 4


@pytest.mark.parametrize(
    ("dates", "there"),
    [
        ({"data_as_of": date(2023, 9, 12)}, True),
        ({"data_as_of": date(2024, 12, 31)}, True),
        ({"data_as_of": date(2025, 1, 1)}, False),
        ({"data_as_of": None, "issued_on": date(2024, 12, 31)}, True),
        ({"data_as_of": None, "issued_on": date(2025, 1, 1)}, False),
        ({"data_as_of": None, "number": "", "year": 2023}, True),
        ({"data_as_of": None, "number": "", "year": 2025}, False),
    ],
)
def test_peers_are_units_valid_at_the_data_date_or_what_stands_for_it(tree, dates, there):
    Unit.objects.filter(slug="nam-dong").update(valid_to=date(2024, 12, 31))
    draft = opened(tree, "score-higher", {"quang-dien": "1", "nam-dong": "3", "phu-vang": "2"}, **dates)
    assert ("nam-dong" in among(draft)) == there
    assert among(draft)["phu-vang"] == ([2, 3, False] if there else [1, 2, False])


def test_a_selection_leaves_the_places_as_they_are(tree):
    draft = make.draft(tree=tree)
    every = named(ranks(draft))
    total, units = make.indicator("TONG"), [tree.districts[0].pk, tree.agencies[0].pk]
    slugs = {tree.districts[0].slug, tree.agencies[0].slug}
    for edition in (draft, make.publish(draft)):
        assert named(ranks(edition, indicator=total)) == [place for place in every if place[0] == "TONG"]
        assert named(ranks(edition, units=units)) == [place for place in every if place[1] in slugs]
        assert ranks(edition, units=[]) == []


def test_the_standings_of_the_factories_are_those_of_the_action(tree):
    by_factory = named(ranks(make.publish(make.draft(tree=tree))))
    draft = make.draft(tree=tree, number="1083")
    assert named(ranks(draft)) == by_factory


@pytest.mark.parametrize(
    "change",
    [
        lambda unit, of: Unit.objects.filter(pk=unit.pk).update(valid_to=date(2020, 1, 1)),
        lambda unit, of: Unit.objects.filter(pk=unit.pk).update(level=Level.AGENCY),
        lambda unit, of: Unit.objects.filter(slug="quang-thai").update(parent=Unit.objects.get(slug="nam-dong")),
        lambda unit, of: Unit.objects.filter(parent__slug="nam-dong").update(valid_to=date(2020, 1, 1)),
        lambda unit, of: Unit.objects.filter(slug="nam-dong").update(slug="nam-dong-moi"),
        lambda unit, of: Indicator.objects.filter(pk=of.pk).update(direction="lower"),
        lambda unit, of: Indicator.objects.filter(pk=of.pk).update(kind="share"),
        lambda unit, of: Result.objects.filter(unit=unit).update(value=Decimal("0.5")),
    ],
)
def test_other_ranks_are_another_fingerprint(tree, change):
    """The fingerprint of a publication holds what ranks follow from, not the ranks."""
    texts = {
        "quang-phuoc": "4",
        "quang-thai": "1",
        "huong-loc": "3",
        "huong-phu": "3",
        "quang-dien": "9",
        "phu-vang": "5",
    }
    draft = opened(tree, "score-higher", texts)
    before, seen = named(ranks(draft)), fingerprint(draft)
    assert fingerprint(draft) == seen
    change(Unit.objects.get(slug="quang-phuoc"), Indicator.objects.get(code="score-higher"))
    assert named(ranks(draft)) != before
    assert fingerprint(draft) != seen


# --- What it costs --------------------------------------------------------------------------------
def crowd(tree: make.Tree, units: int) -> Edition:
    """A draft with `units` communes under two districts, each with a score and a count."""
    chosen = make.indicator_set()
    draft = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number=str(units)), indicator_set=chosen)
    Unit.objects.filter(level=Level.COMMUNE).delete()
    communes = [
        make.unit(slug=f"xa-{units}-{number}", level=Level.COMMUNE, parent=tree.districts[number % 2])
        for number in range(units)
    ]
    Result.objects.bulk_create(
        Result(edition=draft, unit=unit, indicator=make.indicator(code), value=Decimal(number), printed=str(number))
        for number, unit in enumerate(communes)
        for code in ("TONG", "HSTT.QH")
    )
    return draft


def statements(edition: Edition) -> list[str]:
    submit(edition=edition, by=None)
    with CaptureQueriesContext(connection) as captured:
        publish(edition=edition, by=None, accept_warnings="Many.")
    assert edition.standings.count() == 2 * edition.results.count()
    return [query["sql"] for query in captured]


def test_publication_asks_no_more_of_the_database_for_more_units(tree):
    with transaction.atomic():
        few = statements(crowd(tree, 10))
        transaction.set_rollback(True)
    many = statements(crowd(tree, 100))
    assert len(many) == len(few) <= 52  # what is found, ranked, kept and told, whatever the number of units
    for made in (few, many):
        inserts = [sql for sql in made if sql.startswith(f'INSERT INTO "{Standing._meta.db_table}"')]
        assert len(inserts) == 1
        assert all("SELECT" in sql and "rank() OVER" in sql for sql in inserts)


def test_a_draft_ranks_all_its_boards_in_one_query(tree, django_assert_num_queries):
    draft = crowd(tree, 12)
    draft = Edition.objects.select_related("dispatch__issuer").get(pk=draft.pk)
    with django_assert_num_queries(2):  # one asks which levels stand under several parents
        ranks(draft)
    published = make.publish(draft)
    with django_assert_num_queries(1):
        ranks(published)
