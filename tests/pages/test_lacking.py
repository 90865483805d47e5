"""What the address of a page that is there asks for and is not: said as what it is, never as another page's fault."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from chiso.models import User
from tests import make
from tests.pages.conftest import Office
from tests.pages.test_dispatch import words

SCOPE = "drafts are seen by the office alone"


@pytest.fixture(autouse=True)
def _english(office: Office):
    User.objects.update(language="en")
    office.cast.unit_a.refresh_from_db()


@pytest.mark.parametrize(
    ("which", "asked", "said", "back"),
    [
        ("unit", "indicator=NONE", "no indicator “NONE”", ""),
        ("unit", "edition=1&indicator=NONE", "no indicator “NONE”", "?edition=1"),
        ("unit", "edition=9", "no edition “9”", ""),
        ("unit", "format=exe", "no file of the kind “exe”", ""),
        ("unit", "format=csv&list=none", "no list “none”", "?format=csv"),
        ("dispatch", "edition=9", "no edition “9”", ""),
        ("dispatch", "edition=1.5&x=1", "no edition “1.5”", "?x=1"),
        ("board", "edition=9", "no edition “9”", ""),
        ("board", "format=exe", "no file of the kind “exe”", ""),
        ("chart", "indicator=NONE", "no indicator “NONE”", ""),
        ("chart", "format=gif", "no file of the kind “gif”", ""),
        ("list", "format=PDF&page=2", "no file of the kind “PDF”", "?page=2"),
    ],
)
def test_the_page_says_what_is_not_there_and_leads_back(office: Office, seen_by, which, asked, said, back):
    path = {
        "unit": office.unit(office.published, "quang-dien"),
        "dispatch": office.page(office.published),
        "board": office.page(office.published, "TONG", "district"),
        "chart": office.unit(office.published, "quang-dien") + "chart.svg",
        "list": "/dispatches/",
    }[which]
    answer = seen_by(office.cast.unit_a).get(f"{path}?{asked}")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert said in words(html)
    assert SCOPE not in html
    assert f'class="button" href="{path}{back}"' in html


def test_an_edition_of_no_dispatch(office: Office, seen_by):
    answer = seen_by(office.cast.unit_a).get("/units/quang-dien/?edition=1")
    assert answer.status_code == 404
    assert 'href="/units/quang-dien/"' in answer.content.decode()


@pytest.mark.parametrize("unit", ["nam-dong", "no-such-unit"])
def test_a_page_out_of_scope_says_nothing_of_what_is_asked_of_it(office: Office, seen_by, unit):
    bare = seen_by(office.cast.unit_a).get(office.unit(office.published, unit))
    asked = seen_by(office.cast.unit_a).get(
        office.unit(office.published, unit) + "?indicator=NONE&format=exe&edition=9"
    )
    assert bare.status_code == asked.status_code == 404
    assert SCOPE in asked.content.decode()
    assert words(asked.content.decode()) == words(bare.content.decode())


def test_a_draft_is_no_other_edition_than_one_that_was_never_made(office: Office, seen_by):
    make.edition(dispatch=office.published.dispatch, number=2)
    base, client = office.page(office.published), seen_by(office.cast.unit_a)
    drafted, none = (words(client.get(f"{base}?edition={each}").content.decode()) for each in (2, 3))
    assert "“2”" in drafted
    assert drafted.replace("“2”", "“3”") == none


def test_what_was_typed_is_a_text_and_short(office: Office, seen_by):
    answer = seen_by(office.cast.unit_a).get("/dispatches/", {"format": "<b>" + "x" * 500})
    html = answer.content.decode()
    assert escape("<b>") + "x" * 37 + "”" in html
    assert "<b>" not in html
