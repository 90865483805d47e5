"""Units by the dispatches of an office."""

from __future__ import annotations

from datetime import date

import pytest

from chiso.models import Edition, Shows, State
from tests import make
from tests.pages.conftest import Office
from tests.pages.test_board import many_districts, names, read, rows
from tests.pages.test_dispatch import words

PAGE = "/matrix/vpub-thua-thien-hue/TONG/district/"


def month(office: Office, number: int, *texts: str, of: str = "766-2022", **fields) -> Edition:
    """One dispatch with a total for each district; "" is missing."""
    day = date(2022 + (number - 1) // 12, (number - 1) % 12 + 1, 10)
    dispatch = make.dispatch(issuer=office.tree.issuer, number=str(number), year=day.year, data_as_of=day, **fields)
    opened = make.edition(dispatch=dispatch, indicator_set=make.indicator_set(code=of))
    for unit, text in zip(office.tree.districts, texts, strict=False):
        if text:
            make.result(edition=opened, unit=unit, code="TONG", text=f"{text}/100")
    return make.publish(opened)


def test_newest_first_with_changes_gaps_and_ranks(office: Office, seen_by):
    month(office, 18, "57", "58", "", "48.7")
    month(office, 19, "50", "60", "49", "")
    page = read(seen_by(office.cast.clerk), PAGE)
    assert [row[0] for row in rows(page)][:2] == ["UBND huyện Quảng Điền", "UBND huyện Nam Đông"]
    first = rows(page)[0]
    assert first[1].startswith("57,72 1 ▲7,72")  # against July, the dispatch before
    assert first[2].startswith("50,00 2 ▽7,00")
    assert first[3] == "57,00 2"
    last = next(row for row in rows(page) if row[0] == "UBND huyện Phú Vang")
    assert last[2].startswith("–")
    assert last[1] == "48,70 =3"  # nothing to compare with in July: no change is made up across the gap
    assert "12/9/2023" in page


def test_no_change_across_another_set_of_indicators(office: Office, seen_by):
    month(office, 19, "50", "60", "49", "10", of="other")
    page = read(seen_by(office.cast.clerk), PAGE)
    assert not set("▲▼△▽") & set(page.partition("<tbody>")[2].partition("</tbody>")[0])
    assert 'class="number breaks' in page


def test_drafts_and_what_was_replaced_or_recalled_are_left_out(office: Office, seen_by):
    old = month(office, 19, "50", "60", "49", "10")
    old.state = State.SUPERSEDED
    old.save()
    page = read(seen_by(office.cast.clerk), PAGE)
    assert len(rows(page)[0]) == 2


def test_the_first_matrix_of_an_office(office: Office, seen_by):
    answer = seen_by(office.cast.unit_a).get("/matrix/vpub-thua-thien-hue/")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


def test_sorted_by_a_dispatch_or_by_name_and_filtered(office: Office, seen_by):
    earlier = month(office, 19, "50", "60", "49", "10")
    client = seen_by(office.cast.clerk)
    assert names(read(client, f"{PAGE}?sort={earlier.pk}"), 0)[0] == "UBND huyện Nam Đông"
    assert names(read(client, f"{PAGE}?sort=-{earlier.pk}"), 0)[0] == "UBND huyện Phú Vang"
    assert names(read(client, f"{PAGE}?sort=unit"), 0)[0] == "UBND huyện Nam Đông"
    assert names(read(client, f"{PAGE}?q=phu"), 0) == ["UBND huyện Phú Vang"]
    assert "zzz" in words(read(client, f"{PAGE}?q=zzz"))


def test_twelve_at_a_time(office: Office, seen_by):
    for number in range(1, 16):
        month(office, number, "50", "60", "49", "10")
    client = seen_by(office.cast.clerk)
    page = read(client, PAGE)
    assert len(rows(page)[0]) == 13
    assert 'href="?skip=12"' in page
    assert len(rows(read(client, f"{PAGE}?skip=12"))[0]) == 5


def test_another_kind_of_period_stands_apart(office: Office, seen_by):
    month(office, 12, "50", "60", "49", "10", period="year")
    client = seen_by(office.cast.clerk)
    assert len(rows(read(client, PAGE))[0]) == 2
    page = read(client, f"{PAGE}?period=year")
    assert rows(page)[0][0] == "UBND huyện Nam Đông"


def newest_of_agencies_alone(office: Office) -> Edition:
    """Prints one appendix: nothing of the districts."""
    dispatch = make.dispatch(issuer=office.tree.issuer, number="1300", data_as_of=date(2023, 11, 10))
    opened = make.edition(dispatch=dispatch)
    for unit, text in zip(office.tree.agencies, ["90", "80"], strict=False):
        make.result(edition=opened, unit=unit, code="HSTT.DH", text=text)
    return make.publish(opened)


def test_what_older_dispatches_hold_does_not_go_when_the_newest_prints_less(office: Office, seen_by):
    newest = newest_of_agencies_alone(office)
    client = seen_by(office.cast.unit_a)
    page = read(client, "/matrix/vpub-thua-thien-hue/HSTT.QH/district/")
    assert rows(page)[0][0] == "UBND huyện Nam Đông"  # the best of the newest dispatch that has such figures
    assert rows(page)[0][1].startswith("–")
    assert rows(page)[0][2].startswith("0 1")
    assert f'href="{office.page(newest)}"' in page  # a gap leads to its dispatch: it has no such ranking
    assert office.page(newest, "HSTT.QH", "district") not in page
    for path in ("TONG/district", "HSTT.QH/agency"):
        assert f'href="/matrix/vpub-thua-thien-hue/{path}/"' in page
    answer = client.get("/matrix/vpub-thua-thien-hue/?indicator=HSTT.QH&peers=district")
    assert answer.headers["Location"] == "/matrix/vpub-thua-thien-hue/HSTT.QH/district/"


def test_by_itself_of_the_kind_of_period_that_holds_it(office: Office, seen_by):
    dispatch = make.dispatch(issuer=office.tree.issuer, number="9", data_as_of=date(2023, 1, 10), period="year")
    yearly = make.edition(dispatch=dispatch)
    make.result(edition=yearly, unit=office.tree.districts[0], code="HSTT.DH", text="7")
    make.publish(yearly)
    page = read(seen_by(office.cast.clerk), "/matrix/vpub-thua-thien-hue/HSTT.DH/district/")
    assert rows(page)[0][:1] == ["UBND huyện Quảng Điền"]
    assert rows(page)[0][1].startswith("7")
    assert "period=month" not in page  # months have none


def test_where_the_dispatches_shown_have_none_the_older_ones_are_a_link_away(office: Office, seen_by, monkeypatch):
    monkeypatch.setattr("chiso.queries.matrix.MOST", 1)
    newest_of_agencies_alone(office)
    assert 'href="?skip=1"' in read(seen_by(office.cast.clerk), "/matrix/vpub-thua-thien-hue/HSTT.QH/district/")


def test_a_second_record_is_followed_under_the_one_that_stands_for_it(office: Office, seen_by):
    other = make.unit(slug="h-quang-dien", parent=office.tree.province)
    earlier = make.edition(dispatch=make.dispatch(issuer=office.tree.issuer, number="5", data_as_of=date(2023, 5, 1)))
    make.result(edition=earlier, unit=other, code="TONG", text="40/100")
    make.result(edition=earlier, unit=office.tree.districts[1], code="TONG", text="50/100")
    make.publish(earlier)
    other.merged_into = office.tree.districts[0]
    other.save()
    page = read(seen_by(office.cast.clerk), PAGE)
    assert rows(page)[0][0] == "UBND huyện Quảng Điền"
    assert rows(page)[0][2] == "40,00 2"
    assert len(rows(page)) == 4


def test_where_peers_have_no_names_only_the_own_row_stands(office: Office, seen_by):
    office.tree.issuer.shows = Shows.OWN_RANK
    office.tree.issuer.save()
    month(office, 19, "50", "60", "49", "10")
    page = read(seen_by(office.cast.unit_b), PAGE)
    assert [row[0] for row in rows(page)] == ["UBND huyện Nam Đông đơn vị của bạn"]
    assert "Phú Vang" not in seen_by(office.cast.unit_b).get(f"{PAGE}?format=csv").content.decode()
    assert "<tbody>" not in read(seen_by(office.cast.unit_b), f"{PAGE}?q=phu")
    assert len(rows(read(seen_by(office.cast.clerk), PAGE))) == 4


@pytest.mark.parametrize("shows", Shows.values)
@pytest.mark.parametrize("who", ["unit_a", "clerk"])
def test_at_most_ten_queries(office: Office, seen_by, django_assert_max_num_queries, who: str, shows: str):
    office.tree.issuer.shows = shows
    office.tree.issuer.save()
    client = seen_by(getattr(office.cast, who))
    with django_assert_max_num_queries(10) as few:
        client.get(PAGE)
    large = make.draft(tree=office.tree, number="1090", data_as_of=date(2023, 10, 10))
    many_districts(office, large, 600)
    make.publish(large)
    with django_assert_max_num_queries(10) as many:
        client.get(PAGE)
    assert len(few) == len(many)
