"""Who gets what at the readers' and units' door and where people sign in: every address, every method, everybody."""

from __future__ import annotations

import pytest
from django.urls import resolve

from chiso.models import Shows

from .ask import METHODS, NEVER, Asking, everything, routes
from .pages import ACCOUNT, PAGES, SHUT, Row, address
from .world import PEOPLE, World

pytestmark = pytest.mark.django_db
DRAWN_FOR = ("unit_a", "clerk")  # of all others the answer alone is looked at


def test_every_address_is_known(world: World):
    known = {resolve(address(world.office, place).partition("?")[0]).route for rows in PAGES.values() for place in rows}
    known |= {resolve(f"/accounts/{place}").route for place in ACCOUNT}
    assert known == {route for route in routes() if not route.startswith("admin/")}


@pytest.mark.parametrize("name", PAGES)
def test_each_place_is_of_its_address(world: World, name: str):
    for place in PAGES[name]:
        assert resolve(address(world.office, place).partition("?")[0]).url_name == name, place


@pytest.mark.parametrize("setting", Shows)
@pytest.mark.parametrize("who", PEOPLE)
def test_pages(world: World, who: str, setting: Shows):
    world.show(setting)
    places = [
        (address(world.office, place), row, number == 0)
        for rows in PAGES.values()
        for number, (place, row) in enumerate(rows.items())
    ]
    ask, before, wrong = Asking(world, who), everything(), {}
    for place, row, first in places:
        for method in METHODS:
            if method == "HEAD" and not first:
                continue  # as GET, which is asked
            drawn = method == "GET" and setting == Shows.WHOLE and who in DRAWN_FOR
            wanted, got = expected(row, method, who, setting), ask(method, place, drawn=drawn)
            if got != wanted:
                wrong[f"{method} {place}"] = f"{got} for {wanted}"
    assert not wrong
    assert everything() == before


@pytest.mark.parametrize("who", PEOPLE)
def test_where_people_sign_in(world: World, who: str):
    ask, before, wrong = Asking(world, who), everything(), {}
    shut = dict.fromkeys(SHUT, Row(".. .... ... .. .", post=".. .... ... .. ."))
    for place, row in (ACCOUNT | shut).items():
        for method in METHODS:
            wanted, got = expected(row, method, who, Shows.WHOLE), ask(method, f"/accounts/{place}", drawn=True)
            if got != wanted:
                wrong[f"{method} {place}"] = f"{got} for {wanted}"
    assert not wrong
    assert everything() == before


def expected(row: Row, method: str, who: str, setting: Shows) -> str:
    if method in NEVER:
        return "m"
    get = row.own if row.own and setting == Shows.OWN_RANK else row.get
    return (row.post if method == "POST" else get).replace(" ", "")[PEOPLE.index(who)]
