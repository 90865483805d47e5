"""Who gets what at the desk: every address, every method, everybody, and each office of the other's rows."""

from __future__ import annotations

import pytest
from django.urls import get_resolver, resolve

from chiso.models import Shows

from .ask import METHODS, NEVER, REFUSED, Asking, everything, patterns, routes
from .desk import DESK, OTHERS, address
from .world import AT_DESK, PEOPLE, World

pytestmark = pytest.mark.django_db
# HEAD runs what GET runs: the one is asked under one setting, the other under the other.
LEFT_OUT = {Shows.WHOLE: "HEAD", Shows.OWN_RANK: "GET"}
SHARED = ("indicatorset", "indicator", "layout")  # of no office


def test_every_address_is_known(world: World):
    known = {resolve(address(place, world.ours_at_desk)).route for place in DESK}
    assert known == {route for route in routes() if route.startswith("admin/")}


def test_no_address_takes_a_form_without_its_token():
    free = {str(each.name) for _, each in patterns(get_resolver()) if getattr(each.callback, "csrf_exempt", False)}
    assert free == {"unsubscribe"}  # a mail program sends it, with a signature instead


@pytest.mark.parametrize("setting", Shows)
@pytest.mark.parametrize("who", PEOPLE)
def test_desk(world: World, who: str, setting: Shows):
    world.show(setting)
    ask, before, wrong = Asking(world, who), everything(), {}
    seen = set()
    for place, answers in DESK.items():
        route = address(place, world.ours_at_desk)
        if who not in AT_DESK:
            known, of = len(seen), resolve(route).route
            seen.add(of)
            if len(seen) == known:
                continue  # whatever the row, the door is the same
        for method in METHODS:
            wanted = expected(place, answers, method, who)
            if method == LEFT_OUT[setting] or ((method, setting) == ("POST", Shows.OWN_RANK) and wanted not in REFUSED):
                continue  # nothing at the desk asks for the setting: what is open is sent once
            if (got := ask(method, route)) != wanted:
                wrong[f"{method} {place}"] = f"{got} for {wanted}"
    assert not wrong
    assert everything() == before


@pytest.mark.parametrize("who", ["clerk", "administrator"])
def test_each_office_gets_of_the_other_s_rows_what_the_other_gets_of_its_own(world: World, who: str):
    ask, before, wrong = Asking(world, who), everything(), {}
    for place, answers in DESK.items():
        if "{" not in place or place.startswith(SHARED):
            continue
        for method in ("GET", "POST"):
            wanted = expected(place, answers, method, {"clerk": "elsewhere"}.get(who, "elsewhere_admin"))
            got = ask(method, address(place, world.theirs_at_desk))
            if got != wanted:
                wrong[f"{method} {place}"] = f"{got} for {wanted}"
    assert not wrong
    assert everything() == before


def expected(place: str, answers: tuple[str, str], method: str, who: str) -> str:
    if method in NEVER:
        return "m"
    row = answers[method == "POST"] if who in AT_DESK else OTHERS.get(place, ("dd dddd",) * 2)[method == "POST"]
    return row.replace(" ", "")[(AT_DESK if who in AT_DESK else PEOPLE).index(who)]
