"""What publication keeps of boards, and the pages found by it, against the whole list made the plain way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chiso.models import Edition, Standing, Summary, Unit
from chiso.queries import board, board_page, summary, table
from chiso.queries.sight import WHOLE, Sight
from chiso.words.figure import column_places
from tests import make

from . import board_at_random

pytestmark = pytest.mark.django_db
BOARDS = range(14)
STEP = Decimal("0.00000001")


def publish(edition: Edition) -> Edition:
    """By the window query, without the questions that the action asks."""
    from chiso.actions import edition as actions

    actions._write_standings(edition)
    edition.state, edition.published_at = "published", make.MOMENT
    edition.save()
    return edition


def every_board(edition: Edition) -> list[board.Board]:
    return [board.for_edition(edition, each.indicator_code, each.peers) for each in board.choices(edition)]


def kept(edition: Edition) -> dict[tuple[str, str], Summary]:
    return {(each.indicator.code, each.peers): each for each in summary.of_edition(edition)}


@pytest.mark.parametrize("seed", BOARDS)
def test_what_is_kept_is_what_the_rows_say(seed: int):
    draft = board_at_random.edition(seed)
    found = kept(draft)
    assert list(found) == sorted(found, key=list(found).index)
    boards = every_board(draft)
    assert {(each.indicator.code, each.peers) for each in boards} == set(found)
    for each in boards:
        one, numbers = found[each.indicator.code, each.peers], [row.number for row in each.rows]
        ranked = [row for row in each.rows if row.rank is not None]
        assert (one.units, one.count) == (len(each.rows), sum(row.value is not None for row in each.rows))
        assert (one.ranked, one.tied) == (len(ranked), sum(row.tied for row in ranked))
        assert one.decimals == column_places(numbers)
        assert one.rest == [row.record for row in each.rows if row.rank is None]
        if each.summary is None:
            assert (one.lowest, one.mean, one.median) == (None, None, None)
        else:
            told = (each.summary.lowest, each.summary.highest, each.summary.mean, _median(numbers))
            assert (one.lowest, one.highest, one.mean, one.median) == tuple(number.quantize(STEP) for number in told)


def _median(numbers: list[Decimal | None]) -> Decimal:
    several = sorted(number for number in numbers if number is not None)
    return (several[(len(several) - 1) // 2] + several[len(several) // 2]) / 2


@pytest.mark.parametrize("seed", BOARDS)
def test_a_board_is_the_same_once_published_and_summed_up_again(seed: int):
    edition = board_at_random.edition(seed)
    before = every_board(edition)
    publish(edition)
    after = every_board(edition)
    assert [each.choices for each in after] == [each.choices for each in before]
    assert [each.rows for each in after] == [each.rows for each in before]
    again = kept(edition)
    for one in Summary.objects.all():
        other = again[one.indicator.code, one.peers]
        assert (other.ranked, other.tied, other.parent_id) == (one.ranked, one.tied, one.parent_id)
        assert [list(place) for place in other.breaks] == one.breaks
        assert set(other.rest) >= set(
            one.rest
        )  # and who has a figure, though it was no peer: nothing published is left out


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr(summary, "ONE_PAGE", 3)
    monkeypatch.setattr(summary, "PER_PAGE", 2)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("seed", BOARDS)
def test_the_pages_one_after_the_other_are_the_whole_list(seed: int, named: bool, short_pages):
    """Ties reach across the breaks; the last pages are those without a rank."""
    edition = publish(board_at_random.edition(seed))
    some = frozenset(Unit.objects.order_by("pk").values_list("pk", flat=True)[3:9:2])
    sight = WHOLE if named else Sight(edition.dispatch.issuer, some, some)
    for each in board.choices(edition, sight):
        whole = board.for_edition(edition, each.indicator_code, each.peers, sight)
        first = board_page.for_edition(edition, each.indicator_code, each.peers, sight)
        turned = [
            first,
            *(
                board_page.for_edition(edition, each.indicator_code, each.peers, sight, board_page.Wanted(page=page))
                for page in range(2, first.pages + 1)
            ),
        ]
        assert [row for page in turned for row in page.board.rows] == list(whole.rows)
        assert {(page.units, page.found, page.ranked) for page in turned} == {
            (len(whole.rows), len(whole.rows), sum(row.rank is not None for row in whole.rows))
        }
        assert {page.decimals for page in turned} == {column_places(row.number for row in whole.rows)}


@pytest.mark.parametrize("seed", BOARDS)
def test_the_pages_of_a_table_are_the_whole_table(seed: int, short_pages):
    edition = publish(board_at_random.edition(seed))
    for group in table.groups(edition):
        for sort in (
            "",
            "unit",
            *(f"{turn}{each.code}" for each in _columns(edition, group.peers) for turn in ("", "-")),
        ):
            whole = table.for_edition(edition, group.peers, wanted=table.Wanted(sort, whole=True))
            first = table.for_edition(edition, group.peers, wanted=table.Wanted(sort))
            turned = [
                first,
                *(
                    table.for_edition(edition, group.peers, wanted=table.Wanted(sort, page=page))
                    for page in range(2, first.pages + 1)
                ),
            ]
            rows = [row for page in turned for row in page.rows]
            assert sorted(rows, key=lambda row: row.unit) == sorted(whole.rows, key=lambda row: row.unit)
            at = next((at for at, each in enumerate(whole.indicators) if each.code == sort.removeprefix("-")), 0)
            if sort != "unit":
                assert [_number(row, at) for row in rows] == [_number(row, at) for row in whole.rows]


def _columns(edition: Edition, peers: str) -> list[board.Measured]:
    return [each.indicator for each in board.choices(edition) if each.peers == peers]


def _number(row: table.Row, at: int) -> Decimal | None:
    cell = row.cells[at]
    return cell.number if cell else None


# --- A published board stays as it was ------------------------------------------------------------
def communes() -> Edition:
    tree = make.tree()
    edition = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    for unit, text in zip(tree.communes[:3], ["40/100", "50/100", "60/100"], strict=True):
        make.result(edition=edition, unit=unit, code="TONG", text=text)
    return make.publish(edition)


def test_a_published_board_groups_by_what_was_then():
    edition = communes()
    before = every_board(edition)
    district = Unit.objects.get(slug="nam-dong")
    Unit.objects.filter(slug__in=["quang-phuoc", "quang-thai"]).update(parent=district)  # all belong to it since
    Unit.objects.filter(slug="huong-phu").update(parent=Unit.objects.get(slug="quang-dien"))  # the missing one
    make.unit(slug="xa-moi", level="commune", parent=district)  # entered only now, and never awaited
    after = every_board(edition)
    assert [each.choices for each in after] == [each.choices for each in before]
    assert [[row.unit for row in each.rows] for each in after] == [[row.unit for row in each.rows] for each in before]
    assert [row.unit for row in table.for_edition(edition, "commune:nam-dong").rows] == ["huong-loc", "huong-phu"]


def test_a_parent_with_another_short_name_keeps_its_address():
    edition = communes()
    Unit.objects.filter(slug="nam-dong").update(slug="khac", name="UBND huyện Khác")
    labels = {each.peers: each.peers_label for each in board.choices(edition)}
    assert labels["commune:nam-dong"].endswith("UBND huyện Khác")
    assert [row.unit for row in board.for_edition(edition, "TONG", "commune:nam-dong").rows] == [
        "huong-loc",
        "huong-phu",
    ]


def test_standings_are_kept_for_every_board_that_is_ranked():
    edition = communes()
    kept_ranks = Standing.objects.filter(edition=edition).count()
    assert sum(Summary.objects.filter(edition=edition).values_list("ranked", flat=True)) == kept_ranks


# --- Marks ----------------------------------------------------------------------------------------
def test_a_missing_figure_that_is_disputed_is_marked():
    tree = make.tree()
    cast = make.cast(tree=tree)
    edition = make.published(tree=tree)
    unit = next(row.unit for row in board.for_edition(edition, "CTDT.TK", "district").rows if row.value is None)
    reader = make.member(unit=Unit.objects.get(slug=unit))
    make.reply(edition=edition, unit=Unit.objects.get(slug=unit), by=reader, code="CTDT.TK")
    for who, marked in ((reader, True), (cast.clerk, True), (cast.unit_b, False)):
        rows = board.for_edition(edition, "CTDT.TK", "district", reader=who).rows
        assert [row.unit for row in rows if row.disputed] == [unit] * marked
        shown = table.for_edition(edition, "district", reader=who)
        assert [row.unit for row in shown.rows if row.missing] == [unit] * marked
