"""What would come of other figures: read by kind, held inside their limits, and ranked again."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.utils import translation

from chiso.models import Indicator, Issuer, Shows, Unit
from chiso.pages import whatif
from chiso.queries import scorecard
from chiso.queries.sight import nameless
from tests import make


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


def form(unit: Unit, user, **sent: str) -> whatif.Form:
    found = scorecard.for_unit(unit, user)
    assert found is not None
    with translation.override("en"):
        made = whatif.form(found, {f"if-{code.replace('_', '.')}": text for code, text in sent.items()})
    assert made is not None
    return made


def entry(made: whatif.Form, code: str) -> whatif.Entry:
    return next(each for each in made.entries if each.code == code)


def test_one_figure_its_new_rank_and_the_smallest_change_that_passes_the_unit_above(tree):
    make.published(tree=tree)
    clerk = make.cast(tree=tree).clerk
    made = form(tree.districts[1], clerk, TONG="57,73", CTDT_TK="8", HSTT_QH="4")
    total = entry(form(tree.districts[1], clerk), "TONG")
    assert total.ways == ("To pass UBND huyện Quảng Điền: at least +1.34 points, to 57.73/100.",)
    total = entry(made, "TONG")
    assert (total.outcome.figure, total.outcome.rank_now, total.outcome.rank, total.outcome.tone) == (
        "57.73/100",
        "2/4",
        "1/4",
        "better",
    )
    assert total.ways == ("Already first.",)  # with what is typed
    share = entry(made, "CTDT.TK")
    assert (share.now, share.tail, share.limits) == ("5/10", "/10", "0 to 10")
    assert (share.outcome.figure, share.outcome.rank, share.outcome.change) == ("8/10", "2/3", "+30 percentage points")
    assert entry(form(tree.districts[1], clerk), "CTDT.TK").ways == (
        "To pass UBND thị xã Hương Trà: at least +3, to 8/10.",
    )
    assert share.ways == ("This figure alone cannot pass UBND huyện Quảng Điền.",)
    worse = entry(made, "HSTT.QH")
    assert (worse.outcome.tone, worse.outcome.rank) == ("worse", "2/4")
    assert worse.ways == ("To pass UBND thị xã Hương Trà: at least −2, to 2.",)
    assert entry(form(tree.districts[1], clerk), "HSTT.QH").ways == ("Already first.",)
    assert made.asked
    assert not form(tree.districts[1], clerk, TONG="56.39").asked


@pytest.mark.parametrize(
    ("code", "text", "fault"),
    [
        ("TONG", "100.01", "From 0 to 100."),
        ("TONG", "abc", "“abc” is no figure that can be read here. Type one such as 56.39/100."),
        ("TONG", "85%", "“85%” is no figure that can be read here. Type one such as 56.39/100."),
        ("TONG", "50/90", "Here it is a figure out of 100: from 0 to 100."),
        ("TONG", "-1", "From 0 to 100."),
        ("TONG", "− 1,5", "From 0 to 100."),
        ("CTDT_TK", "11", "From 0 to 10."),
        ("CTDT_TK", "7/10", ""),
        ("CTDT_TK", "7 / 10", ""),
        ("CTDT_TK", "-1/10", "From 0 to 10."),
        ("CTDT_TK", "7/11", "Here it is a figure out of 10: from 0 to 10."),
        ("CTDT_TK", "11/10", "From 0 to 10."),
        ("CTDT_TK", "7/0", "Here it is a figure out of 10: from 0 to 10."),
        ("HSTT_QH", "2.5", "“2.5” is no figure that can be read here. Type one such as 0."),
        ("HSTT_QH", "٣", "“٣” is no figure that can be read here. Type one such as 0."),
        ("HSTT_QH", "-1", "At least 0."),
        ("HSTT_QH", "9" * 15, "At most 99,999,999,999."),
        ("HSTT_QH", "2.500", ""),
        ("TONG", "", ""),
    ],
)
def test_figures_are_read_by_their_kind_and_held_inside_their_limits(tree, code, text, fault):
    make.published(tree=tree)
    made = form(tree.districts[1], make.cast(tree=tree).clerk, **{code: text})
    assert entry(made, code.replace("_", ".")).fault == fault
    assert made.faulty == bool(fault)
    if fault:
        assert entry(made, code.replace("_", ".")).outcome is None


def test_ways_of_ties_and_of_those_who_cannot(tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    for unit, total, share in zip(
        tree.districts, ["100/100", "56.4/100", "56.4/100", "30/100"], ["5/5", "4/4", "3/4", "0/0"], strict=True
    ):
        make.result(edition=edition, unit=unit, code="TONG", text=total)
        make.result(edition=edition, unit=unit, code="CTDT.TK", text=share)
    make.publish(edition)
    clerk = make.cast(tree=tree).clerk
    assert entry(form(tree.districts[1], clerk), "TONG").ways == (
        "This figure alone cannot pass UBND huyện Quảng Điền.",
    )
    assert entry(form(tree.districts[0], clerk), "CTDT.TK").ways == ("Already first, with others.",)
    assert entry(form(tree.districts[2], clerk), "CTDT.TK").ways == (
        "This figure alone cannot pass UBND huyện Quảng Điền.",
    )
    assert [each.code for each in form(tree.districts[3], clerk).entries] == ["TONG"]  # a share of nothing has no ratio


def test_parts_change_the_total_and_what_paper_does_not_add_up_is_held(tree):
    make.indicator_set()
    total = make.indicator("TONG")
    Indicator.objects.filter(code="CKMB").update(parent=total, part_of_total=True)
    Indicator.objects.create(
        indicator_set=total.indicator_set, code="MDSH", name="Số hóa", kind="score", maximum=22, direction="higher",
        parent=total, part_of_total=True, order=9,
    )  # fmt: skip
    edition = make.draft(tree=tree)
    make.result(edition=edition, unit=tree.province, code="MDSH", text="10.4/22")
    make.publish(edition)
    clerk = make.cast(tree=tree).clerk
    made = form(tree.province, clerk, CKMB="12", MDSH="12.4")
    assert (made.total_now, made.total_rank, made.apart) == ("60.58/100", "", "+38.88 points")
    assert (made.outcome.figure, made.outcome.change, made.outcome.rank) == ("63.28/100", "+2.7 points", "")
    assert made.target == "the national average (64.9)"
    assert made.ways == (  # from 63.28, with the parts that are typed
        "Công khai, minh bạch: at least +1.7 points, to 13.7/18.", "Số hóa: at least +1.7 points, to 14.1/22.",
    )  # fmt: skip
    assert form(tree.province, clerk).ways == (
        "Công khai, minh bạch: at least +4.4 points, to 15.7/18.", "Số hóa: at least +4.4 points, to 14.8/22.",
    )  # fmt: skip
    assert [(each.code, each.part, each.outcome) for each in made.entries] == [
        ("CKMB", True, None),
        ("MDSH", True, None),
    ]
    assert form(tree.province, make.member(unit=tree.province, role="clerk"), CKMB="18,1").outcome is None


def test_nobody_is_named_where_peers_have_no_names(tree):
    make.published(tree=tree)
    Issuer.objects.update(shows=Shows.OWN_RANK)
    with translation.override("en"):
        ways = [way for each in form(tree.districts[1], make.cast(tree=tree).unit_b).entries for way in each.ways]
        assert any(nameless(1) in way for way in ways)
    assert not [way for way in ways if "UBND" in way]


def test_without_anything_that_ranks_there_is_no_form(tree):
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer, data_as_of=date(2023, 9, 12)))
    make.result(edition=edition, unit=tree.districts[0], code="MDSH.5", text="12")
    make.publish(edition)
    found = scorecard.for_unit(tree.districts[0], make.cast(tree=tree).clerk)
    assert whatif.form(found, {}) is None
    assert Fraction(found.total.measure) == 12
