"""Which pages a replica serves, to whom, and what happens where it is behind, gone or asked too much.

The replica is a second file: a copy of the database as it was when `copied` was called, so that whatever was written
since shows whether a page came from it. `tests/replica` has two real clusters."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.db import OperationalError, connection, connections
from django.test import Client

from chiso import replica
from chiso.models import Dispatch, Membership, Notice, NoticeKind, Reply, Shows, Unit, User
from tests import make
from tests.pages.conftest import Office

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="copies a file of SQLite"
    ),
]
NEWER = "Công văn sau khi chép"


@pytest.fixture
def follows() -> dict[str, int | None]:
    """Where the primary's log ends, and how far the replica says that it has replayed it."""
    return {"primary": 100, "replica": 100}


@pytest.fixture
def copied(settings, tmp_path, monkeypatch, follows) -> Iterator[Callable[[], None]]:
    """Call it to copy the database to the replica, which serves from then on."""
    path = tmp_path / "replica.sqlite3"
    settings.REPLICA_LAG = 10
    settings.DATABASE_ROUTERS = ["chiso.replica.Router"]
    connections.databases["replica"] = connection.settings_dict | {"NAME": str(path)}
    monkeypatch.setattr(replica, "ends_at", lambda: follows["primary"])
    monkeypatch.setattr(replica, "replayed_to", lambda: follows["replica"])
    monkeypatch.setattr(replica, "watch", replica.Watch())

    def copy() -> None:
        connections["replica"].close()
        with closing(sqlite3.connect(path)) as target:
            connection.ensure_connection()
            connection.connection.backup(target)
        connections["replica"].connect()  # by itself it would ask whether this test may have a second database

    yield copy
    connections["replica"].close()
    del connections["replica"]
    del connections.databases["replica"]


@pytest.fixture
def stale(office: Office, copied) -> Office:
    """The replica has not heard yet what the dispatch is called now."""
    copied()
    renamed()
    return office


def renamed(subject: str = NEWER) -> None:
    """Past the guard of what is published: only to tell the two databases apart."""
    Dispatch.objects.update(subject=subject)


def signed_in(who: str, office: Office) -> Client:
    client = Client()
    client.force_login(getattr(office.cast, who))
    return client


def is_new(client: Client, office: Office) -> bool:
    answer = client.get(office.page(office.published))
    assert answer.status_code == 200
    return NEWER in answer.content.decode()


# --- Who ------------------------------------------------------------------------------------------
def test_readers_are_served_by_the_replica_and_desks_by_the_primary(stale: Office):
    assert not is_new(signed_in("unit_a", stale), stale)
    for who in ("clerk", "approver", "administrator"):
        assert is_new(signed_in(who, stale), stale), who


def test_whoever_wrote_something_reads_the_primary_for_as_long_as_a_replica_may_be_behind(stale: Office):
    client = signed_in("unit_a", stale)
    answer = client.post("/language/", {"language": "en", "next": "/"})
    assert answer.cookies[replica.WROTE]["max-age"] == 10
    assert is_new(client, stale)
    del client.cookies[replica.WROTE]  # as the browser does by then
    assert not is_new(client, stale)


def test_opening_a_notice_leads_to_what_it_tells_of(stale: Office):
    """It was written after the last thing that the reader's replica may know of."""
    notice = Notice.objects.create(
        to=stale.cast.unit_a, key="event:1", kind=NoticeKind.PUBLISHED, edition=stale.published,
        unit=stale.tree.districts[0],
    )  # fmt: skip
    client = signed_in("unit_a", stale)
    assert client.get(f"/notices/{notice.pk}/").status_code == 302
    assert is_new(client, stale)


def test_reading_alone_marks_nobody_nor_does_a_session(stale: Office):
    client = signed_in("unit_a", stale)
    client.get(stale.page(stale.published))
    client.get("/notices/")
    assert replica.WROTE not in client.cookies


# --- What -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("shows", Shows.values)
def test_every_page_of_what_is_published_is_served_by_the_replica_alone(office: Office, copied, shows, caplog):
    """With a reply, and where the office withholds names: what these ask of the primary does not send the page there."""
    office.reply()
    type(office.tree.issuer).objects.update(shows=shows)
    copied()
    caplog.set_level("INFO", "chiso.pages.access")
    edition, issuer = office.published, office.tree.issuer.slug
    dispatch, board = office.page(edition), office.page(edition, "TONG", "district")
    pages = [
        "/dispatches/", dispatch, f"{dispatch}?edition=1", board, f"{board}?format=csv", f"{dispatch}table/district/",
        f"{dispatch}table/district/?format=xlsx", f"{dispatch}compare/quang-dien/",
        office.figure(edition, "quang-dien", "TONG"), office.figure(edition, "phu-vang", "CTDT.TK"),
        f"/matrix/{issuer}/", f"/matrix/{issuer}/TONG/district/", "/units/quang-dien/",
        office.unit(edition, "quang-dien"), f"{office.unit(edition, 'quang-dien')}?part=whatif",
    ]  # fmt: skip
    client = signed_in("unit_a", office)
    asked: list[str] = []
    with connections["replica"].execute_wrapper(lambda run, sql, *rest: (asked.append(sql), run(sql, *rest))[1]):
        for page in pages:
            before = len(asked)
            if client.get(page).status_code == 404 and "/figures/phu-vang/" in page:  # a peer without a name
                assert shows == Shows.OWN_RANK
                caplog.clear()
            assert len(asked) > before, page
            assert not caplog.records, page
    never = ("membership", "session", "notice", "reply", "finding")
    assert not [sql for sql in asked for word in never if f"_{word}" in sql]


def test_a_reply_is_told_at_once(office: Office, copied):
    """Also to a colleague, who wrote nothing."""
    copied()
    client = signed_in("unit_a", office)
    pages = [office.page(office.published, "CTDT.TK", "district"), office.unit(office.published, "quang-dien"),
             office.page(office.published) + "table/district/", office.figure(office.published, "quang-dien", "CTDT.TK")]  # fmt: skip
    quiet = [client.get(page).content.decode() for page in pages]
    office.reply()
    primary = Client()
    primary.cookies[replica.WROTE] = "1"
    primary.force_login(office.cast.unit_a)
    for page, before in zip(pages, quiet, strict=True):
        now = client.get(page).content.decode()
        assert now != before, page
        assert _plain(now) == _plain(primary.get(page).content.decode()), page


def _plain(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_membership_that_is_taken_away_closes_its_pages_at_once(stale: Office):
    client = signed_in("unit_a", stale)
    Membership.objects.filter(user=stale.cast.unit_a).delete()
    assert client.get(stale.page(stale.published)).status_code == 404


def test_names_are_withheld_at_once(stale: Office):
    client = signed_in("unit_a", stale)
    board = stale.page(stale.published, "TONG", "district")
    assert "Nam Đông" in client.get(board).content.decode()
    type(stale.tree.issuer).objects.update(shows=Shows.OWN_RANK)
    assert "Nam Đông" not in client.get(board).content.decode()


def test_nothing_is_written_there_and_nothing_migrated(office: Office, copied):
    copied()
    router = replica.Router()
    with replica.writing_noted(), replica.reading():
        assert router.db_for_read(Unit) == "replica"
        assert router.db_for_read(Reply) == "default"
        unit = Unit.objects.get(slug="nam-dong")
        assert unit._state.db == "replica"
        unit.name = "UBND huyện Nam Đông mới"
        unit.save()
        assert unit._state.db == "default"
        assert Unit.objects.get(slug="nam-dong").name.endswith("mới")  # from now on the primary is read
    assert Unit.objects.using("replica").get(slug="nam-dong").name == "UBND huyện Nam Đông"
    assert router.allow_migrate("default", "chiso")
    assert not router.allow_migrate("replica", "chiso")


# --- When -----------------------------------------------------------------------------------------
def test_what_the_replica_does_not_know_yet_is_asked_of_the_primary(office: Office, copied):
    copied()
    newer = make.published(tree=office.tree, number="1090")
    assert signed_in("unit_a", office).get(office.page(newer)).status_code == 200


@pytest.mark.parametrize("failure", [OperationalError("terminating connection"), KeyError("our own")])
def test_a_replica_that_fails_half_way_fails_no_page(stale: Office, monkeypatch, failure, caplog):
    client = signed_in("unit_a", stale)

    def fails(*_statement):
        raise failure

    with connections["replica"].execute_wrapper(fails):
        assert is_new(client, stale)
    assert is_new(client, stale) == isinstance(failure, OperationalError)  # it has its rest, or is asked again


def test_a_replica_that_does_not_answer_is_left_alone_for_a_while(stale: Office, monkeypatch):
    asked = []

    def gone() -> int:
        asked.append(1)
        raise OperationalError("could not connect")

    monkeypatch.setattr(replica, "replayed_to", gone)
    client = signed_in("unit_a", stale)
    assert all(is_new(client, stale) for _ in range(3))
    assert len(asked) == 1
    assert replica.watch.behind is None


def test_a_server_that_is_no_replica_any_more_serves_nothing(stale: Office, follows):
    follows["replica"] = None
    assert is_new(signed_in("unit_a", stale), stale)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_replica_is_as_far_behind_as_the_newest_place_that_it_has_passed(settings, monkeypatch, follows, copied):
    clock = Clock()
    monkeypatch.setattr(replica.time, "monotonic", clock)
    watch = replica.Watch()

    def after(seconds: float, primary: int, replayed: int) -> float | None:
        clock.now += seconds
        follows.update(primary=primary, replica=replayed)
        return watch.behind

    assert after(0, 100, 90) is None  # nothing known yet
    assert after(5, 200, 100) == 5  # as the primary was five seconds ago
    assert after(0.5, 900, 900) == 5.5  # asked once a second at most
    assert after(5, 300, 200) == 5.5
    assert watch.serves()
    assert after(6, 400, 299) == 11.5
    assert not watch.serves()
    assert after(1, 400, 400) == 0
    watch.failed()
    assert watch.behind is None
    assert after(4, 400, 400) is None
    assert after(2, 400, 400) == 0


# --- Told to whoever keeps the server --------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "behind", "said"),
    [(100, 3, "served by the replica of the database, which is at most 3 s"), (100, 30, "replica of the database is 30 s"),
     (None, 3, "does not answer")],
)  # fmt: skip
def test_the_desk_tells_its_administrators(stale: Office, follows, monkeypatch, at, behind, said):
    clock = Clock()
    monkeypatch.setattr(replica.time, "monotonic", clock)
    follows["replica"] = at
    assert replica.watch.behind == (None if at is None else 0)
    follows.update(primary=200)
    clock.now += behind
    office = stale
    User.objects.update(language="en")
    page = signed_in("administrator", office).get("/admin/").content.decode()
    assert said in html.unescape(page)
    assert "replica" not in signed_in("clerk", office).get("/admin/").content.decode()


@pytest.mark.parametrize("at", [100, 99, None])
def test_a_command_checks_it(stale: Office, follows, settings, at):
    settings.REPLICA_LAG = 0.2
    follows["replica"] = at
    warnings = run_checks(tags=["database"], databases=["default", "replica"])
    assert ["chiso.W002"] * (at != 100) == [each.id for each in warnings]
