"""Boards of 14,000 units: as many SQL queries as those of nine, found by index, whoever asks and however sorted. The
figures are written by statements alone, once for the module."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chiso.actions import edition as actions
from chiso.models import Edition, Indicator, Level, Role, Shows, State, Unit
from chiso.queries import kept, near, scorecard
from chiso.ranking.why import MOST_NAMED
from chiso.values.alphabet import fold, sort_key
from tests import make

UNITS, DISTRICTS = 14_000, 60
MOST = 10  # SQL queries of a board page, session and person included
INDICATORS = ("TONG", "HSTT.QH")


def office(units: int, *, number: str, slug: str) -> Edition:
    """A province of so many communes, with a published dispatch: every tenth figure is missing in one column."""
    nation, _made = Unit.objects.get_or_create(slug="nation", defaults=_unit("Cả nước", Level.NATION, None, 0))
    province = Unit.objects.create(slug=slug, **_unit(f"Tỉnh {slug}", Level.PROVINCE, nation, 0))
    issuer = make.issuer(unit=province, slug=f"office-{slug}", name=f"Văn phòng {slug}")
    districts = Unit.objects.bulk_create(
        Unit(slug=f"{slug}-h{n}", **_unit(f"Huyện {n}", Level.DISTRICT, province, n))
        for n in range(min(DISTRICTS, units))
    )
    _communes(slug, districts, units)
    edition = make.edition(dispatch=make.dispatch(issuer=issuer, number=number))
    for place, code in enumerate(INDICATORS):
        _figures(edition, make.indicator(code), slug, place)
    actions._write_standings(edition)
    Edition.objects.filter(pk=edition.pk).update(state=State.PUBLISHED, published_at=make.MOMENT)
    return Edition.objects.select_related("dispatch__issuer__unit").get(pk=edition.pk)


def _unit(name: str, level: str, parent: Unit | None, order: int) -> dict[str, object]:
    return {
        "name": name,
        "level": level,
        "parent": parent,
        "order": order,
        "search": fold(name),
        "sort_key": sort_key(name),
    }


def _communes(slug: str, districts: list[Unit], units: int) -> None:
    columns = "slug, name, search, sort_key, level, kind, parent_id, " + '"order"'
    rows = [
        (f"{slug}-x{n}", f"Xã {n}", f"xa {n}", f"xa {n:06}", "commune", "", districts[n % len(districts)].pk, n)
        for n in range(units)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO chiso_unit ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", rows)


def _figures(edition: Edition, of: Indicator, slug: str, place: int) -> None:
    """Many are equal; those of the second column are missing at every tenth."""
    value = f'(("order" * {7 + place}) %% 400)'
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO chiso_result (edition_id, indicator_id, unit_id, value, printed, cell, position, printed_rank,"
            f" \"row\") SELECT %s, %s, id, {value}, CAST({value} AS varchar(9)), 'II', '', '', \"order\" FROM chiso_unit"
            f" WHERE level = 'commune' AND slug LIKE %s AND ({place} = 0 OR \"order\" %% 10 <> 0)",
            [edition.pk, of.pk, f"{slug}-x%"],
        )


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        offices = office(9, number="1", slug="few"), office(UNITS, number="2", slug="many")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as after every large publication (`actions/upkeep.py`)
        yield offices
        transaction.set_rollback(True)


@pytest.fixture
def people(db):
    """Of both offices alike."""

    def made(edition: Edition) -> dict[str, Client]:
        root = edition.dispatch.issuer.unit
        of = Unit.objects.filter(level=Level.COMMUNE, parent__parent=root).order_by("order").first()
        people = {
            "clerk": make.member(unit=root, role=Role.CLERK), "unit": make.member(unit=of), "stranger": make.person(),
        }  # fmt: skip
        clients = {}
        for name, user in people.items():
            clients[name] = Client()
            clients[name].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return clients

    return made


def address(edition: Edition, rest: str) -> str:
    dispatch = edition.dispatch
    return f"/dispatches/{dispatch.issuer.slug}/{dispatch.year}/{dispatch.address}/{rest}"


PAGES = {
    "ranking": "ranking/TONG/commune/", "last": "ranking/TONG/commune/?page=280", "tail": "ranking/HSTT.QH/commune/?page=280",
    "sorted": "ranking/TONG/commune/?sort=-unit", "filtered": "ranking/TONG/commune/?q=xa+7",
    "within": "ranking/TONG/commune:{slug}-h3/", "groups": "ranking/TONG/commune/?groups=all",
    "table": "table/commune/", "table, last": "table/commune/?page=280", "table, sorted": "table/commune/?sort=-HSTT.QH",
    "table, named": "table/commune/?sort=unit", "table, filtered": "table/commune/?q=xa+7&sort=HSTT.QH",
    "matrix": "/matrix/office-{slug}/TONG/commune/", "matrix, sorted": "/matrix/office-{slug}/TONG/commune/?sort=unit&page=9",
    "compare": "compare/{slug}-x0/?with={slug}-x1",
}  # fmt: skip


@pytest.mark.parametrize("shows", Shows.values)
def test_a_board_page_asks_no_more_for_14000_units_than_for_nine(world, people, shows: str):
    told = {}
    clients = [people(edition) for edition in world]
    for edition in world:
        edition.dispatch.issuer.shows = shows
        edition.dispatch.issuer.save()
    for name, path in PAGES.items():
        for who in ("clerk", "unit") if shows == Shows.WHOLE else ("unit",):  # a desk sees the same under both
            counted = []
            for edition, by in zip(world, clients, strict=True):
                slug = edition.dispatch.issuer.unit.slug
                path_of = path.format(slug=slug)
                url = path_of if path_of.startswith("/") else address(edition, path_of)
                with CaptureQueriesContext(connection) as asked:
                    answer = by[who].get(url)
                assert answer.status_code == 200 or (shows == Shows.OWN_RANK and who == "unit"), (name, who)
                counted.append(len(asked))
            told[name, who] = counted
    assert {key: counts for key, counts in told.items() if max(counts) > MOST} == {}


def test_a_page_of_a_board_is_found_by_index(world):
    """Neither a table is read through nor rows are put in order: wherever the page lies."""
    edition = world[1]
    near = kept.Near("TONG", "commune", few=True)
    boards = kept.boards(edition, near)
    listed = kept.Listed(edition, make.indicator("TONG").pk, "commune", kept.its(boards))
    for page in (1, 140, 280):
        with CaptureQueriesContext(connection) as asked:
            assert len(listed.page(page)) == 50
        assert len(asked) == 1
        plan = explained(asked[0]["sql"])
        if connection.vendor == "postgresql":
            assert "Seq Scan on chiso_standing" not in plan
            assert "Seq Scan on chiso_result" not in plan
        else:
            assert "standing_in_order" in plan
            assert "SCAN" not in plan
            assert "TEMP B-TREE" not in plan


def test_a_unit_s_page_reads_of_14000_peers_those_beside_it(world, db):
    unit, user = Unit.objects.get(slug="many-x5"), make.person(is_superuser=True)
    with CaptureQueriesContext(connection) as asked:
        card = scorecard.for_unit(unit, user)
    assert [line.among.position.place.rank_of for line in card.lines] == [UNITS, UNITS - UNITS // 10]
    around = near.around(unit, world[1], None, [])
    assert max(len(beside) for beside in around.beside.values()) <= 3 * MOST_NAMED
    if connection.vendor == "sqlite":
        plans = "\n".join(explained(each["sql"]) for each in asked)
        assert "SCAN chiso_result" not in plans
        assert "SCAN chiso_standing" not in plans


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
