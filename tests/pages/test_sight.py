"""An office that shows each unit its own rank: nothing a unit's people may open tells of a peer who it is."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import date
from itertools import combinations_with_replacement

import pytest
from django.test import Client
from django.utils.html import strip_tags
from django.utils.http import urlencode

from chiso.actions import correction
from chiso.models import Result, Shows, Unit
from chiso.queries.sight import nameless
from chiso.values.name import parse
from tests import make, record
from tests.access.pages import PAGES, address
from tests.pages.conftest import Office
from tests.pages.test_board import names, read, rows
from tests.pages.test_dispatch import words

OWN = {"unit_a": {"quang-dien", "quang-phuoc", "quang-thai"}, "unit_b": {"nam-dong", "huong-loc", "huong-phu"}}


@pytest.fixture
def shut(office: Office) -> Office:
    """Peers have codes, places in the file and a correction whose reason speaks of one; communes have a board."""
    office.tree.issuer.shows = Shows.OWN_RANK
    office.tree.issuer.save()
    for number, unit in enumerate(Unit.objects.filter(level__in=["district", "agency", "commune"]), 1):
        Unit.objects.filter(pk=unit.pk).update(code=f"H57.{100 + number}")
    communes = make.draft(tree=office.tree, number="77", data_as_of=date(2023, 8, 12))
    for place, unit in enumerate(office.tree.communes, 1):
        make.result(edition=communes, unit=unit, code="TONG", text=f"{40 + place}/100", position=f"STT-{place}",
                    cell=f"V, row {place}, column 3")  # fmt: skip
    make.publish(communes)
    opened = correction.open_correction(
        dispatch=office.published.dispatch, by=None, reason="Huyện Nam Đông và Quảng Điền báo thiếu hồ sơ",
        number="1100", symbol="VPUB-KSTT", issued_on=date(2023, 9, 20),
    )  # fmt: skip
    total = Result.objects.filter(edition=opened, indicator__code="TONG")
    total.filter(unit__slug="nam-dong").update(value=60, printed="60/100")
    total.filter(unit__slug="quang-dien").update(value=61, printed="61/100")
    opened.appendices.update(notes="UBND huyện Nam Đông và Quảng Điền chưa có số liệu")
    record.published(opened)
    return office


def secrets(who: str) -> list[str]:
    """Whatever tells of a unit that is not the person's: as it is written, and folded."""
    hidden = Unit.objects.filter(level__in=["district", "agency", "commune"]).exclude(slug__in=OWN[who])
    return [text for unit in hidden for text in (parse(unit.name).core, unit.slug, unit.code)]


def opened(client: Client, start: list[str]) -> dict[str, bytes]:
    """Every page to which links lead from the first ones, with what can be downloaded there."""
    found: dict[str, bytes] = {}
    waiting, known = list(start), set()
    while waiting:
        page = waiting.pop()
        new = _parts(page) - known
        if not new:
            continue
        known |= new
        answer = client.get(page)
        if answer.status_code != 200:
            continue
        found[page] = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if "html" in answer.headers["Content-Type"]:
            text = found[page].decode()
            links = [html.unescape(each) for each in re.findall(r'(?:href|src|action)="([^"#]*)', text)] + _asked(text)
            waiting += [link for each in links if (link := _address(each, page))]
    return found


def _parts(page: str) -> set[tuple[str, ...]]:
    """What a page may show that others do not: an address that brings together nothing new tells nothing new. Every two
    of its parameters count together, as an edition and a kind of file; one order shows what every other shows."""
    path, _mark, query = page.partition("?")
    query = re.sub(r"sort=[^&]*", "sort", query)
    return {(path,), *((path, *two) for two in combinations_with_replacement(sorted(query.split("&")), 2))}


def _asked(page: str) -> list[str]:
    """What the forms of a page ask for as they stand: the what-if, a filter, another unit to compare with."""
    found = []
    for form in re.findall(r'<form[^>]*method="get".*?</form>', page, re.S):
        action = re.search(r'action="([^"]*)"', form)
        given = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
        options = re.findall(r'<select[^>]*name="([^"]+)".*?<option value="([^"]+)"', form, re.S)
        if given or options:
            pairs = [(name, html.unescape(value)) for name, value in [*given, *options]]
            found.append(f"{html.unescape(action[1]).partition('#')[0] if action else ''}?{urlencode(pairs)}")
    return found


def _address(link: str, page: str) -> str:
    outside = ("/static/", "/accounts/", "/language/", "/admin/")
    if "sort=" in link and re.search(r"(format|edition|q)=", link):
        return ""  # the same rows in another order, of every edition and as every kind of file
    if link.startswith("?"):
        return page.partition("?")[0] + link
    return link if link.startswith("/") and not link.startswith(outside) else ""


def told(data: bytes) -> str:
    """The text of a page or a file, as it could be read or searched."""
    if data[:2] == b"PK":  # a workbook
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "".join(html.unescape(parts.read(name).decode()) for name in parts.namelist())
    if data[:4] == b"\x89PNG":  # the texts of the same slide as SVG, which is read beside it
        return ""
    return html.unescape(data.decode("utf-8-sig"))


@pytest.mark.parametrize("who", OWN)
def test_no_page_to_which_a_link_leads_tells_who_a_peer_is(shut: Office, client: Client, who: str):
    client.force_login(getattr(shut.cast, who))
    places = [place for rows_ in PAGES.values() for place in rows_ if not place.startswith(("their_", "sub_"))]
    known = [address(shut, place) for place in places if "with=" not in place]
    pages = opened(client, ["/dispatches/", "/units/", *known])
    assert len(pages) > 250
    hidden = secrets(who)
    wrong = {
        (page, secret) for page, data in pages.items() for text in [told(data)] for secret in hidden if secret in text
    }
    assert not wrong


@pytest.mark.parametrize("who", OWN)
def test_every_address_answers_alike_for_a_peer_and_for_no_unit_at_all(shut: Office, client: Client, who: str):
    client.force_login(getattr(shut.cast, who))
    peer = "nam-dong" if who == "unit_a" else "quang-dien"
    for edition in ("", "?edition=1", "?edition=2"):
        for code in ("TONG", "HSTT.QH"):
            answers = [client.get(shut.figure(shut.published, unit, code) + edition) for unit in (peer, "no-such")]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert strip_tags(answers[0].content.decode()).replace(peer, "") == strip_tags(
                answers[1].content.decode()
            ).replace("no-such", "")


def test_the_desk_reads_everything_by_name(shut: Office, seen_by):
    for who in ("clerk", "approver", "administrator"):
        client = seen_by(getattr(shut.cast, who))
        page = read(client, shut.page(shut.published, "TONG", "district"))
        assert "UBND huyện Phú Vang" in page
        assert "Nam Đông và Quảng Điền" in read(client, shut.page(shut.published))
        assert client.get(shut.figure(shut.published, "phu-vang", "TONG")).status_code == 200


def test_a_board_keeps_ranks_and_figures_and_the_readers_own_row(shut: Office, seen_by):
    page = read(seen_by(shut.cast.unit_b), shut.page(shut.published, "TONG", "district"))
    assert [row[:3] for row in rows(page)] == [
        ["1", nameless(1), "61,0"],
        ["2", "UBND huyện Nam Đông đơn vị của bạn", "60,0 đã đính chính"],
        ["=3", nameless(3), "48,7"],
        ["=3", nameless(4), "48,7"],
    ]
    assert page.count("figure-link") == 1
    assert page.count('<details class="source">') == 1


@pytest.mark.parametrize("asked", ["?q=phu vang", "?q=phu-vang", "?q=H57", "?q=Đơn vị"])
def test_a_filter_finds_no_peer(shut: Office, seen_by, asked: str):
    assert "<tbody>" not in read(seen_by(shut.cast.unit_b), shut.page(shut.published, "TONG", "district") + asked)


def test_sorting_by_name_leaves_the_nameless_in_the_order_of_the_board(shut: Office, seen_by):
    page = read(seen_by(shut.cast.unit_b), shut.page(shut.published, "TONG", "district") + "?sort=unit")
    assert names(page) == ["UBND huyện Nam Đông đơn vị của bạn", nameless(1), nameless(3), nameless(4)]


def test_a_reason_that_speaks_of_others_is_withheld(shut: Office, seen_by):
    said = words(read(seen_by(shut.cast.unit_a), shut.page(shut.published)))
    assert "báo thiếu hồ sơ" not in said
    assert "chưa có số liệu" not in said


def test_a_correction_shows_the_readers_own_and_counts_the_others(shut: Office, seen_by):
    page = read(seen_by(shut.cast.unit_a), shut.changes(shut.published) + "?edition=2")
    assert [row[0] for row in rows(page)] == ["UBND huyện Quảng Điền đơn vị của bạn"]


def test_boards_need_one_query_more(shut: Office, seen_by, django_assert_max_num_queries):
    client = seen_by(shut.cast.unit_a)
    with django_assert_max_num_queries(10):
        client.get(shut.page(shut.published, "TONG", "district"))


def test_the_administrator_sets_it(shut: Office, seen_by):
    form = read(seen_by(shut.cast.administrator), f"/admin/chiso/issuer/{shut.tree.issuer.pk}/change/")
    for field in ("shows", "reply_days", "receive_days", "ask_days", "answer_days", "publish_days"):
        assert f'name="{field}"' in form
