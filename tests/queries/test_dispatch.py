"""Dispatches by list, number and address, for whoever asks."""

from __future__ import annotations

import pytest

from chiso.models import FindingState, State
from chiso.queries import dispatch
from tests import make


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


def test_the_list_counts_units_figures_and_open_findings(tree, cast):
    edition = make.published(tree=tree)
    draft = make.draft(tree=tree, number="")
    make.finding(edition=draft)
    make.finding(edition=draft, state=FindingState.FIXED)
    clerk = {one.edition: (one.state, one.units, one.figures, one.open_findings) for one in dispatch.listed(cast.clerk)}
    assert clerk == {edition: (State.PUBLISHED, 8, 23, 0), draft: (State.DRAFT, 8, 23, 1)}
    assert [one.edition for one in dispatch.listed(cast.unit_a)] == [edition]
    assert dispatch.listed(cast.stranger) == ()


def test_one_edition_stands_for_each_dispatch(tree, cast):
    first = make.published(tree=tree)
    first.state = State.SUPERSEDED
    first.save()
    second = make.publish(make.edition(dispatch=first.dispatch, number=2))
    third = make.edition(dispatch=first.dispatch, number=3)
    assert [one.edition for one in dispatch.listed(cast.unit_a)] == [second]
    assert [one.edition for one in dispatch.listed(cast.clerk)] == [third]


def test_the_list_costs_the_same_for_many(tree, cast, django_assert_num_queries):
    for number in range(1, 4):
        make.draft(tree=tree, number=str(number))
    with django_assert_num_queries(4):
        dispatch.listed(cast.clerk)


def test_find_by_number_year_and_issuer(tree):
    one = make.dispatch(issuer=tree.issuer)
    before = make.dispatch(issuer=tree.issuer, year=2022)
    elsewhere = make.dispatch(issuer=make.issuer(unit=tree.elsewhere, slug="vpub-gia-lai"))
    make.dispatch(issuer=tree.issuer, number="")
    assert set(dispatch.find("1082/VPUB-KSTT")) == {one, before, elsewhere}
    assert set(dispatch.find(" 1082/VPUB-KSTT ", year=2023)) == {one, elsewhere}
    assert dispatch.find("1082/VPUB-KSTT", year=2023, issuer=tree.issuer.slug) == (one,)
    assert dispatch.find("1082/KHAC") == dispatch.find("") == dispatch.find("1082") == ()


def at(edition, user):
    one = edition.dispatch
    return dispatch.editions(user, issuer=one.issuer.slug, year=one.year, address=one.address)


def test_editions_at_an_address(tree, cast):
    edition, draft = make.published(tree=tree), make.draft(tree=tree, number="")
    second = make.edition(dispatch=edition.dispatch, number=2)
    assert at(edition, cast.clerk) == (second, edition)
    assert at(edition, cast.unit_a) == (edition,)
    assert at(edition, cast.stranger) == ()
    assert at(draft, cast.approver) == (draft,)
    assert at(draft, cast.unit_a) == ()
    assert dispatch.editions(cast.clerk, issuer=tree.issuer.slug, year=2022, address="1082-VPUB-KSTT") == ()
    assert dispatch.editions(cast.clerk, issuer=tree.issuer.slug, year=2023, address="-") == ()
    assert dispatch.editions(cast.clerk, issuer=tree.issuer.slug, year=2023, address="id-99999999999999999999") == ()


def test_which_edition_opens_by_itself(tree):
    one = make.dispatch(issuer=tree.issuer)
    superseded = make.edition(dispatch=one, number=1, state=State.SUPERSEDED)
    recalled = make.edition(dispatch=one, number=2, state=State.RECALLED)
    assert dispatch.preferred([superseded, recalled]) == recalled
    published = make.edition(dispatch=one, number=3, state=State.PUBLISHED)
    assert dispatch.preferred([recalled, published, superseded]) == published
    draft = make.edition(dispatch=one, number=4)
    assert dispatch.preferred([draft, published]) == draft


def test_the_overview(tree):
    edition = make.draft(tree=tree)
    make.finding(edition=edition, state=FindingState.ACCEPTED)
    make.publish(edition)
    seen = dispatch.overview(edition, own={tree.districts[1].pk})
    groups = {group.peers: group for group in seen.groups}
    assert list(groups) == ["district", "agency"]
    leading = {line.choice.indicator_code: line for line in groups["district"].leading}
    assert {code: [figure.unit.slug for figure in line.first] for code, line in leading.items()} == {
        "TONG": ["quang-dien"], "MDSH.5": [], "CTDT.TK": ["quang-dien"], "HSTT.QH": ["nam-dong"],
    }  # fmt: skip
    assert [(place.rank, place.rank_of) for place in leading["TONG"].own] == [(2, 4)]
    assert [(line.indicator.code, line.own.printed, line.nation.printed) for line in seen.province] == [
        ("TONG", "60.58/100", "64.9/100"), ("CKMB", "11.3/18", "11.3/18"),
    ]  # fmt: skip
    assert (seen.accepted, seen.open) == (1, 0)
