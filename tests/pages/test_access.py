"""Who sees what, for every address there is. An address that this file does not know fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from chiso.models import NoticeKind, User
from chiso.queries.unsubscribe import path_for
from tests import make
from tests.pages.conftest import Office

HERE, GONE, AWAY = 200, 404, 302  # shown, not there for this person, sent to the sign-in page or onwards
PEOPLE = ("visitor", "unit_a", "unit_b", "clerk", "approver", "administrator", "stranger")

# name -> address -> what each person gets, in the order of PEOPLE
MATRIX: dict[str, dict[str, tuple[int, ...]]] = {
    "home": {"/": (AWAY,) * 7},
    "dispatches": {"/dispatches/": (AWAY, *[HERE] * 6)},
    "dispatch": {
        "published": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "draft": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "published?edition=1": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "published?edition=2": (AWAY, *[GONE] * 6),
        "published?edition=99999999999999999999": (AWAY, *[GONE] * 6),  # longer than any key
    },
    "board": {
        "published/TONG/district": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "draft/TONG/district": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "published/TONG/commune": (AWAY, *[GONE] * 6),  # no figures there
        "published/NONE/district": (AWAY, *[GONE] * 6),
        "published/TONG/district?format=csv": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "draft/TONG/district?format=xlsx": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
    },
    "table": {
        "published/table/district": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "published/table/district?format=csv": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "published/table/district?format=xlsx": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "draft/table/district": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "published/table/commune": (AWAY, *[GONE] * 6),
        "published/table/district?format=exe": (AWAY, *[GONE] * 6),
    },
    "compare": {  # whoever may open a unit's own page sets it beside its peers
        "published/compare/quang-dien": (AWAY, HERE, GONE, HERE, HERE, HERE, GONE),
        "published/compare/nam-dong?with=quang-dien": (AWAY, GONE, HERE, HERE, HERE, HERE, GONE),
        "published/compare/nam-dong?format=xlsx": (AWAY, GONE, HERE, HERE, HERE, HERE, GONE),
        "draft/compare/quang-dien": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "published/compare/chu-se": (AWAY, *[GONE] * 6),
        "published/compare/no-such-unit": (AWAY, *[GONE] * 6),
    },
    "figure": {
        "published/figures/quang-dien/TONG": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),  # peers, as on the board
        "published/figures/thua-thien-hue/TONG": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "published/figures/phu-vang/CTDT.TK": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),  # missing, as on the board
        "published/figures/quang-dien/CKMB": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),  # nobody has it: no board
        "published/figures/quang-phuoc/TONG": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "draft/figures/quang-dien/TONG": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "published/figures/quang-dien/NONE": (AWAY, *[GONE] * 6),
        "published/figures/chu-se/TONG": (AWAY, *[GONE] * 6),
        "published/figures/no-such-unit/TONG": (AWAY, *[GONE] * 6),
        "published/figures/quang-dien/TONG?edition=2": (AWAY, *[GONE] * 6),
    },
    "changes": {  # a first edition corrects nothing; test_changes.py has one that does
        "published/changes": (AWAY, *[GONE] * 6),
        "draft/changes": (AWAY, *[GONE] * 6),
    },
    "matrices": {
        "/matrix/vpub-thua-thien-hue/": (AWAY, AWAY, AWAY, AWAY, AWAY, AWAY, GONE),
        "/matrix/no-such/": (AWAY, *[GONE] * 6),
    },
    "matrix": {
        "/matrix/vpub-thua-thien-hue/TONG/district/": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "/matrix/vpub-thua-thien-hue/HSTT.QH/agency/?format=csv": (AWAY, HERE, HERE, HERE, HERE, HERE, GONE),
        "/matrix/vpub-thua-thien-hue/TONG/commune/": (AWAY, *[GONE] * 6),
        "/matrix/vpub-thua-thien-hue/TONG/district/?skip=9": (AWAY, *[GONE] * 6),
        "/matrix/vpub-thua-thien-hue/TONG/district/?period=year": (AWAY, *[GONE] * 6),
    },
    "search": {"/search/": (AWAY, *[HERE] * 6), "/search/?q=quang dien": (AWAY, *[HERE] * 6)},
    "units": {"/units/": (AWAY, *[HERE] * 6)},
    "unit": {
        "/units/quang-dien/": (AWAY, HERE, GONE, HERE, HERE, HERE, GONE),
        "/units/nam-dong/": (AWAY, GONE, HERE, HERE, HERE, HERE, GONE),
        "/units/quang-phuoc/": (AWAY, HERE, GONE, HERE, HERE, HERE, GONE),  # below the first
        "/units/thua-thien-hue/": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "/units/gia-lai/": (AWAY, *[GONE] * 6),
        "/units/chu-se/": (AWAY, GONE, GONE, GONE, GONE, GONE, HERE),
        "/units/no-such-unit/": (AWAY, *[GONE] * 6),
    },
    "unit_dispatch": {
        "published/units/quang-dien": (AWAY, HERE, GONE, HERE, HERE, HERE, GONE),
        "published/units/quang-dien?edition=1&part=whatif": (AWAY, HERE, GONE, HERE, HERE, HERE, GONE),
        "published/units/quang-dien?edition=2": (AWAY, *[GONE] * 6),
        "published/units/nam-dong": (AWAY, GONE, HERE, HERE, HERE, HERE, GONE),
        "published/units/thua-thien-hue": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "published/units/chu-se": (AWAY, *[GONE] * 6),  # the stranger's, of which no dispatch here tells
        "draft/units/quang-dien": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
    },
    "unit_chart": {  # two dispatches make a chart: the desk's has the draft
        "published/units/quang-dien/chart.svg": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
        "draft/units/nam-dong/chart.svg": (AWAY, GONE, GONE, HERE, HERE, HERE, GONE),
    },
    "replies": {
        "/replies/": (AWAY, *[HERE] * 6),
        "/replies/?format=csv": (AWAY, *[HERE] * 6),
        "/replies/?format=exe": (AWAY, *[GONE] * 6),
    },
    "reply": {
        "reply": (AWAY, HERE, GONE, HERE, HERE, HERE, GONE),
        "/replies/99999999999999999999/": (AWAY, *[GONE] * 6),
    },
    "reply_add": {"reply/add": (AWAY, *[405] * 6)},  # by POST alone
    "reply_withdraw": {"reply/withdraw": (AWAY, *[405] * 6)},
    "reply_evidence": {
        "reply/evidence": (AWAY, HERE, GONE, HERE, HERE, HERE, GONE),
        "reply/evidence/99999999999999999999": (AWAY, *[GONE] * 6),
    },
    "reply_send": {  # whoever is of the unit itself
        "published/reply/quang-dien/TONG": (AWAY, HERE, *[GONE] * 5),
        "published/reply/quang-phuoc/TONG": (AWAY, *[GONE] * 6),  # below it: its own people do
        "published/reply/nam-dong/TONG": (AWAY, GONE, HERE, *[GONE] * 4),
        "draft/reply/quang-dien/TONG": (AWAY, *[GONE] * 6),
        "published/reply/quang-dien/CKMB": (AWAY, *[GONE] * 6),  # nothing is printed there
        "published/reply/quang-dien/NONE": (AWAY, *[GONE] * 6),
    },
    "account": {"/account/": (AWAY, *[HERE] * 6)},
    "notice_choices": {"/account/notices/": (AWAY, *[HERE] * 6)},
    "notices": {"/notices/": (AWAY, *[HERE] * 6)},
    "notices_read": {"/notices/read/": (AWAY, *[405] * 6)},  # by POST alone
    "notice": {
        "/notices/of-unit-a/": (AWAY, AWAY, *[GONE] * 5),  # leads to what it tells of
        "/notices/of-clerk/": (AWAY, GONE, GONE, AWAY, GONE, GONE, GONE),
        "/notices/99999999999999999999/": (AWAY, *[GONE] * 6),
    },
    "unsubscribe": {  # the signature lets in, whoever comes
        "way out": (HERE,) * 7,
        "/notices/off/1/published/x/": (GONE,) * 7,
        "/notices/off/99999999999999999999/published/x/": (GONE,) * 7,
    },
    "language": {"/language/": (405,) * 7},  # by POST alone
}
ACCOUNT = {  # allauth's, each for whoever knows the address: (visitor, signed in)
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_signup": (200, 302),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
}
ARGUMENTS = {"account_reset_password_from_key": "password/reset/key/1-x/"}
SHUT = ("email/", "confirm-email/", "confirm-email/x/", "reauthenticate/", "login/code/confirm/", "3rdparty/", "2fa/")


def named(resolver: URLResolver, route: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """(namespace, route, pattern) of every address below a resolver."""
    for entry in resolver.url_patterns:
        path = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from named(entry, path, entry.namespace or space)
        else:
            yield space, path, entry


PATTERNS = list(named(get_resolver()))


def test_every_address_is_known():
    names = {str(pattern.name) for space, _route, pattern in PATTERNS if space != "admin"}
    assert names == MATRIX.keys() | ACCOUNT.keys()


@pytest.mark.parametrize("who", PEOPLE)
def test_pages(office: Office, client: Client, who: str):
    user = getattr(office.cast, who, None)
    if user:
        client.force_login(user)
    wrong = {}
    for rows in MATRIX.values():
        for place, answers in rows.items():
            wanted, answer = answers[PEOPLE.index(who)], client.get(address(office, place))
            if answer.status_code != wanted:
                wrong[place] = (answer.status_code, wanted)
            list(answer)  # read to its end, a file is closed
    assert not wrong


@pytest.mark.parametrize("place", [place for rows in MATRIX.values() for place in rows if rows[place][0] == AWAY])
def test_a_visitor_is_sent_to_sign_in(office: Office, client: Client, place: str):
    assert client.get(address(office, place)).url.startswith("/accounts/login/?next=/")


@pytest.mark.parametrize("name", ACCOUNT)
def test_account_pages(office: Office, client: Client, name: str):
    route = next(route for _space, route, pattern in PATTERNS if pattern.name == name)
    path = "/accounts/" + ARGUMENTS[name] if name in ARGUMENTS else "/" + route
    office.cast.unit_a.set_password(make.PASSWORD)  # some of these ask for it
    office.cast.unit_a.save()
    for user, wanted in zip((None, office.cast.unit_a), ACCOUNT[name], strict=True):
        if user:
            client.force_login(user)
        answer = client.get(path)
        assert answer.status_code == wanted, user
        if wanted == 302:
            assert answer.url.split("?")[0].startswith(("/accounts/", "/")), answer.url


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("page", SHUT)
def test_nobody_changes_the_address_by_which_people_sign_in(office: Office, client: Client, who: str, page: str):
    user = getattr(office.cast, who, None)
    if user:
        client.force_login(user)
    assert client.get(f"/accounts/{page}").status_code == GONE
    assert client.post(f"/accounts/{page}", {"email": "x@example.org", "action_add": ""}).status_code == GONE


@pytest.mark.parametrize("who", ["visitor", "unit_a", "unit_b", "stranger"])
def test_the_desk_is_closed_to_others(office: Office, client: Client, who: str):
    """The desk's own tests say what is open to whom inside it."""
    user: User | None = getattr(office.cast, who, None)
    if user:
        client.force_login(user)
    open_to_them = [path for path in desk_addresses() if client.get(path).status_code == HERE]
    assert not open_to_them


def desk_addresses() -> list[str]:
    """Every address of the desk, with "1" for what it asks for."""
    routes = [route for space, route, _pattern in PATTERNS if space == "admin" and "(?P" not in route]
    return ["/" + re.sub("<[^>]+>", "1", route) for route in routes]


def address(office: Office, place: str) -> str:
    if place.startswith("/notices/of-"):
        return office.notice(place.strip("/").removeprefix("notices/of-"))
    if place == "way out":
        return path_for(office.cast.unit_a, NoticeKind.PUBLISHED)
    if place.startswith("/"):
        return place
    place, mark, query = place.partition("?")
    which, *rest = place.split("/")
    return _address(office, which, rest) + mark + query


def _address(office: Office, which: str, rest: list[str]) -> str:
    if which == "reply":
        return office.reply(*rest)
    edition = getattr(office, which)
    if rest[:1] == ["units"]:
        return office.unit(edition, rest[1]) + "".join(rest[2:])
    if rest[:1] == ["figures"]:
        return office.figure(edition, *rest[1:])
    if rest[:1] in (["table"], ["compare"], ["reply"], ["changes"]):
        return f"{office.page(edition)}{'/'.join(rest)}/"
    return office.page(edition, *rest)
