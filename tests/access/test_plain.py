"""Every page of both doors as a browser without scripts has it: no control that only a script would serve, every form
can be sent, and a way within a page leads somewhere."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

from .desk import DESK
from .desk import address as at_desk
from .pages import PAGES, address
from .world import World

pytestmark = pytest.mark.django_db
ASKS = {"input", "select", "textarea"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
QUIET = {"hidden", "submit", "image", "button", "reset"}  # types of fields that ask for nothing


class Plain(HTMLParser):
    """What a page would fail at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.forms: list[dict[str, object]] = []
        self.names: set[str] = set()
        self.ways: set[str] = set()
        self._open: list[tuple[str, bool]] = []
        self._within: list[dict[str, object]] = []
        self.feed(page)
        sends = {form["id"] for form in self.forms if form["sends"]}
        self.faults += [f"form {f['id']} {f['action']}" for f in self.forms if f["asks"] and f["id"] not in sends]
        self.faults += [f"#{way}" for way in self.ways - self.names if way]

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        told = {name: text or "" for name, text in given}
        hidden = "hidden" in told or tag in {"dialog", "template"} or any(each for _tag, each in self._open)
        if tag not in VOID:
            self._open.append((tag, hidden))
        self.names |= {told["id"]} if "id" in told else set()
        if tag == "a" and told.get("href", "").startswith("#"):
            self.ways.add(told["href"][1:])
        if tag == "form":
            self._within.append({"id": told.get("id") or len(self.forms), "action": told.get("action"), "asks": False,
                                 "sends": False})  # fmt: skip
            self.forms.append(self._within[-1])
        if tag == "button" and told.get("type") == "button" and not hidden:
            self.faults.append(f"button {told}")
        self._field(tag, told, hidden=hidden)

    def _field(self, tag: str, told: dict[str, str], *, hidden: bool) -> None:
        elsewhere = [form for form in self.forms if form["id"] == told.get("form")]
        [form] = elsewhere[-1:] or self._within[-1:] or [{}]
        if (tag == "button" and told.get("type", "submit") == "submit") or told.get("type") in {"submit", "image"}:
            form["sends"] = not hidden or bool(form.get("sends"))
        elif tag in ASKS and told.get("type") not in QUIET and not hidden and "disabled" not in told:
            form["asks"] = True

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in VOID and self._open.pop()[0] != tag:
            pass
        if tag == "form" and self._within:
            self._within.pop()


def test_the_reader_of_pages_sees_what_is_wrong():
    assert Plain('<form id="a"><input name="b"></form>').faults == ["form a None"]
    assert not Plain('<form id="a"><input name="b"></form><button form="a">Go</button>').faults
    assert len(Plain('<button type="button">Open</button><a href="#there">There</a>').faults) == 2
    assert not Plain('<div hidden><button type="button">Open</button></div><form><input type="hidden"></form>').faults


@pytest.mark.parametrize("who", ["unit_a", "administrator"])
def test_no_page_needs_a_script(world: World, who: str):
    client = Client()
    client.force_login(world.people[who])
    places = [at_desk(place, world.ours_at_desk) for place in DESK]
    if who == "unit_a":
        places = [address(world.office, next(iter(rows))) for rows in PAGES.values()]
    wrong, looked_at = {}, 0
    for place in places:
        if "export" in place or "format=" in place:
            continue
        answer = client.get(place)
        if answer.streaming:
            b"".join(answer.streaming_content)  # a file, which is closed at its end
        elif answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            looked_at += 1
            if faults := Plain(answer.content.decode()).faults:
                wrong[place] = faults
    assert looked_at > (12 if who == "unit_a" else 80)
    assert not wrong
