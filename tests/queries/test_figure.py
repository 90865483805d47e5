"""One figure and its past."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.actions import result as results
from chiso.models import CellNote, Edition, Event, ResultChange, State, Unit, What
from chiso.queries import figure as query
from tests import make

MOST = 18  # SQL queries, with the one for the editions


@pytest.fixture
def tree(db) -> make.Tree:
    return make.tree()


@pytest.fixture
def cast(tree) -> make.Cast:
    return make.cast(tree=tree)


def seen(edition: Edition, user, *, unit: str = "quang-dien", indicator: str = "TONG") -> query.Figure:
    editions = Edition.objects.visible_to(user).filter(dispatch=edition.dispatch).select_related(
        "dispatch__issuer__unit", "indicator_set"
    )  # fmt: skip
    several = tuple(editions.order_by("-number"))
    return query.for_figure(several, edition, unit=unit, indicator=indicator, user=user)


def corrected(tree: make.Tree) -> tuple[Edition, Edition]:
    """Edition 1 with 57.72, replaced by edition 2 with 58.
    The first is marked as corrected when the second is published."""
    first = make.published(tree=tree)
    second = make.edition(dispatch=first.dispatch, number=2, reason="Sai điểm của Quảng Điền")
    make.result(edition=second, unit=tree.districts[0], code="TONG", text="58/100")
    make.result(edition=second, unit=tree.districts[1], code="TONG", text="56.39/100")
    Edition.objects.filter(pk=first.pk).update(state=State.SUPERSEDED)
    return Edition.objects.get(pk=first.pk), make.publish(second)


def test_a_published_figure(tree, cast):
    edition = make.published(tree=tree)
    shown = seen(edition, cast.unit_b)
    assert shown.result is not None
    assert (shown.result.printed, shown.result.cell) == ("57.72/100", "II, row 2, column 3")
    assert [(place.peers, place.rank, place.rank_of) for place in shown.here.places] == [("district", 1, 4)]
    assert not shown.at_desk


def test_the_editions_of_its_dispatch(tree, cast):
    first, second = corrected(tree)
    shown = seen(first, cast.unit_a)
    assert [(one.edition.number, one.result and one.result.printed) for one in shown.editions] == [
        (2, "58/100"), (1, "57.72/100"),
    ]  # fmt: skip
    assert shown.here.edition == first
    assert seen(second, cast.unit_a).here.places[0].rank == 1


def test_each_value_with_who_when_and_why_for_the_desk_alone(tree, cast):
    edition = make.draft(tree=tree)
    for text, why in (("57.8/100", "gõ nhầm"), ("57.9/100", "theo văn bản gốc")):
        results.store(edition=edition, unit=tree.districts[0], indicator=make.indicator("TONG"), text=text,
                      by=cast.clerk, why=why)  # fmt: skip
    shown = seen(edition, cast.approver)
    assert [(one.before.printed, one.after.printed, one.why, one.by) for one in shown.changes] == [
        ("57.8/100", "57.9/100", "theo văn bản gốc", cast.clerk),
        ("57.72/100", "57.8/100", "gõ nhầm", cast.clerk),
    ]
    Edition.objects.filter(pk=edition.pk).update(state=State.PUBLISHED, published_at=make.MOMENT)
    edition.refresh_from_db()
    CellNote.objects.create(edition=make.draft(tree=tree, number="9"), unit=tree.districts[0],
                            indicator=make.indicator("TONG"), text="x", at=make.MOMENT)  # fmt: skip
    public = seen(edition, cast.unit_a)
    assert (public.changes, public.note, public.findings) == ((), None, ())


def test_a_figure_taken_out_keeps_its_page(tree, cast):
    edition = make.draft(tree=tree)
    figure = edition.results.get(unit=tree.districts[0], indicator__code="TONG")
    results.remove(result=figure, by=cast.clerk, why="không có trong văn bản")
    shown = seen(edition, cast.clerk)
    assert shown.result is None
    assert [(one.before.printed, one.after.printed, one.what) for one in shown.changes] == [
        ("57.72/100", "", What.RESULT_REMOVED.label)
    ]


def test_what_happened_to_a_record_that_was_merged_into_this_one(tree, cast):
    edition = make.published(tree=tree)
    other = make.unit(slug="h-quang-dien", name="H. Quảng Điền", parent=tree.province)
    old = make.edition(dispatch=make.dispatch(issuer=tree.issuer, number="943", data_as_of=date(2023, 8, 10)))
    make.result(edition=old, unit=other, code="TONG", text="50/100")
    make.publish(old)
    event = Event.objects.create(what=What.RESULT_STORED, edition=edition, issuer=tree.issuer)
    ResultChange.objects.create(
        edition=edition, unit=other, indicator=make.indicator("TONG"), printed_after="57.72/100", event=event
    )
    Unit.objects.filter(pk=other.pk).update(merged_into=tree.districts[0])
    shown = seen(edition, cast.clerk)
    assert [one.record for one in shown.changes] == ["H. Quảng Điền"]
    assert [(str(one.dispatch), one.result.printed) for one in shown.earlier] == [("943/VPUB-KSTT", "50/100")]
    under_the_other = seen(old, cast.clerk)
    assert under_the_other.result is not None
    assert under_the_other.result.unit == other


def test_notes_and_findings_that_name_it(tree, cast):
    edition = make.draft(tree=tree)
    unit = tree.districts[0]
    CellNote.objects.create(
        edition=edition, unit=unit, indicator=make.indicator("TONG"), text="hỏi lại", at=make.MOMENT
    )
    mine = make.finding(edition=edition, about=[["quang-dien", "TONG"]])
    whole = make.finding(edition=edition, check_id="missing-unit", where="IV, quang-dien", about=[["quang-dien", ""]])
    make.finding(edition=edition, where="II", about=[["nam-dong", "TONG"]])
    make.finding(edition=edition, where="II, row 2", about=[["quang-dien", "CKMB"]])
    make.finding(edition=edition, where="II, row 3", about=[["quang-dien", "TONG"]], state="fixed")
    shown = seen(edition, cast.clerk)
    assert shown.findings == (mine, whole)
    assert shown.note is not None
    assert shown.note.text == "hỏi lại"


def test_the_last_twelve_dispatches_before_it(tree, cast):
    for month in range(14):
        make.published(
            tree=tree, number=str(month + 1), year=2022, data_as_of=date(2022, 1, 10) + timedelta(30 * month)
        )
    now = make.published(tree=tree)
    make.draft(tree=tree, number="2000", data_as_of=date(2023, 9, 1))
    make.published(tree=tree, number="3000", data_as_of=date(2023, 10, 10))
    shown = seen(now, cast.unit_a)
    assert [str(one.dispatch) for one in shown.earlier] == [f"{number}/VPUB-KSTT" for number in range(14, 2, -1)]


@pytest.mark.parametrize(
    ("unit", "indicator"), [("quang-dien", "CKMB"), ("chu-se", "TONG"), ("x", "TONG"), ("quang-dien", "X")]
)
def test_nothing_there(tree, cast, unit, indicator):
    edition = make.published(tree=tree)
    with pytest.raises(query.NoFigure):
        seen(edition, cast.unit_a, unit=unit, indicator=indicator)


def test_few_queries_however_much_has_happened(tree, cast):
    edition = make.draft(tree=tree)

    def cost(figure_of: Edition) -> int:
        with CaptureQueriesContext(connection) as queries:
            shown = seen(figure_of, cast.clerk)
            for change in shown.changes:
                str(change.by)
            for earlier in shown.earlier:
                str(earlier.dispatch.issuer.slug)
        return len(queries)

    before = cost(edition)
    for number in range(10):
        results.store(edition=edition, unit=tree.districts[0], indicator=make.indicator("TONG"), text=f"5{number}/100",
                      by=cast.clerk)  # fmt: skip
        make.published(tree=tree, number=str(number + 1), data_as_of=date(2023, 1, 1) + timedelta(number))
    assert cost(edition) <= before + 1 <= MOST
