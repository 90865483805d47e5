"""The page of one figure, and the way to it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest

from chiso.actions import result as results
from chiso.models import Indicator, Unit, User
from tests import make, record
from tests.pages.conftest import Office
from tests.pages.test_board import read
from tests.pages.test_dispatch import words


def figure_links(html: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'class="figure-link" href="([^"]+)"', html)]


def test_one_click_from_a_board_a_dispatch_and_a_unit(office: Office, seen_by):
    client = seen_by(office.cast.unit_a)
    page = office.figure(office.published, "quang-dien", "TONG")
    for address in (office.page(office.published, "TONG", "district"), "/units/quang-dien/"):
        assert page in figure_links(read(client, address))
    links = figure_links(read(client, office.page(office.published)))
    assert office.figure(office.published, "thua-thien-hue", "TONG") in links
    assert office.figure(office.published, "ca-nuoc", "CKMB") in links
    assert page in links  # the first of its board
    for link in links:
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize("who", ["unit_a", "unit_b", "clerk", "administrator", "superuser"])
def test_a_figure_leads_to_its_unit_s_own_page_where_that_opens(office: Office, seen_by, who: str):
    if who == "superuser":
        User.objects.filter(pk=office.cast.administrator.pk).update(is_superuser=True)
    client = seen_by(office.cast.administrator if who == "superuser" else getattr(office.cast, who))
    for unit, code in [("quang-dien", "TONG"), ("ca-nuoc", "CKMB"), ("thua-thien-hue", "CKMB")]:
        html = read(client, office.figure(office.published, unit, code))
        assert (f'href="/units/{unit}/"' in html) == (client.get(f"/units/{unit}/").status_code == 200), unit


@pytest.mark.parametrize("code", ["A/B 1?x#y", "..", "a%2Fb", "“<&'\"", "A\nB", "/"])
def test_an_indicator_of_any_code_on_record_leads_to_its_pages(office: Office, seen_by, code: str):
    Indicator.objects.filter(code="TONG").update(code=code)
    client, own = seen_by(office.cast.clerk), quote(code, safe="")
    dispatch = office.published.dispatch
    addresses = [
        office.page(office.published), office.page(office.published, own, "district"), "/units/quang-dien/",
        office.figure(office.published, "quang-dien", own), office.unit(office.published, "quang-dien"),
        f"/matrix/{dispatch.issuer.slug}/{own}/district/", f"/matrix/{dispatch.issuer.slug}/",
        "/admin/chiso/event/", "/admin/chiso/result/", "/admin/chiso/indicator/",
        f"/admin/chiso/edition/{office.draft.pk}/change/",
    ]  # fmt: skip
    links = set()
    for address in addresses:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        links |= {unescape(link) for link in figure_links(answer.content.decode())}
    assert links
    for link in sorted(links):
        assert client.get(link).status_code == 200, link


def test_a_missing_figure_has_its_page_too(office: Office, seen_by):
    client = seen_by(office.cast.unit_b)
    link = figure_links(read(client, office.page(office.published, "CTDT.TK", "district")))[-1]
    assert link == office.figure(office.published, "phu-vang", "CTDT.TK")
    assert "Bản này không có số liệu ở đây" in words(read(client, link)) or "no figure here" in words(
        read(client, link)
    )


def test_what_a_reader_is_told(office: Office, seen_by):
    said = words(read(seen_by(office.cast.unit_b), office.figure(office.published, "quang-dien", "TONG")))
    assert "57,72/100" in said
    assert "57.72/100" in said  # as printed
    assert "1/4" in said
    assert "Phụ lục II, dòng 2, cột 3" in said
    assert "UBND huyện Quảng Điền" in said


def test_what_only_the_desk_is_told(db, seen_by):
    record.office_of_2023()
    clerk = record.person("clerk@example.org")
    clerk.full_name = "Nguyễn Thị Thử"
    clerk.save()
    reader = record.person("unit@example.org", role="unit", unit="quang-dien")
    edition = record.loaded(".xlsx", by=clerk)
    unit = Unit.objects.get(slug="quang-dien")
    results.store(edition=edition, unit=unit, indicator=make.indicator("HSTT.QH", of=edition.indicator_set.code),
                  text="15", by=clerk, why="lý do nội bộ")  # fmt: skip
    make.publish(edition)
    base = f"/dispatches/{edition.dispatch.issuer.slug}/2023/1082-VPUB-KSTT/figures/quang-dien/"
    told, kept = read(seen_by(clerk), base + "TONG/"), read(seen_by(clerk), base + "HSTT.QH/")
    assert "Nguyễn Thị Thử" in told
    assert "/admin/chiso/upload/" in told
    assert "Phụ lục II!" in told  # the spot in the workbook
    assert "lý do nội bộ" in kept
    for code in ("TONG/", "HSTT.QH/"):
        html = read(seen_by(reader), base + code).partition("<main")[2]
        assert "dispatch-1082.xlsx" in html or code == "HSTT.QH/"
        for secret in ("Nguyễn Thị Thử", "lý do nội bộ", "/admin/", "Phụ lục II!"):
            assert secret not in html, (code, secret)


def test_a_draft_offers_its_forms_to_the_desk(office: Office, seen_by):
    client = seen_by(office.cast.clerk)
    figure = office.draft.results.get(unit__slug="quang-dien", indicator__code="TONG")
    assert f"/admin/chiso/result/{figure.pk}/change/" in read(client, office.figure(office.draft, "quang-dien", "TONG"))
    missing = read(client, office.figure(office.draft, "phu-vang", "CTDT.TK"))
    add = f"/admin/chiso/result/add/?edition={office.draft.pk}&amp;unit=phu-vang&amp;indicator=CTDT.TK"
    assert add in missing
    form = client.get(add.replace("&amp;", "&")).content.decode()
    assert 'value="phu-vang"' in form
    assert f"/admin/chiso/result/{figure.pk}" not in read(client, office.figure(office.published, "quang-dien", "TONG"))


def test_the_edition_looked_at_stays_in_the_links(office: Office, seen_by):
    second = make.edition(dispatch=office.published.dispatch, number=2)
    make.figures(edition=second, tree=office.tree)
    client = seen_by(office.cast.clerk)
    links = figure_links(read(client, office.page(office.published, "TONG", "district") + "?edition=1"))
    assert links[0] == office.figure(office.published, "quang-dien", "TONG") + "?edition=1"
    html = read(client, links[0])
    assert office.page(office.published, "TONG", "district") + "?edition=1" in html
    assert office.figure(office.published, "quang-dien", "TONG") + "?edition=2" in html


def test_the_reason_of_a_correction_stands_at_what_was_corrected(office: Office, seen_by):
    second = make.edition(dispatch=office.published.dispatch, number=2, reason="Chép nhầm điểm")
    make.figures(edition=second, tree=office.tree)
    second.results.filter(unit__slug="quang-dien", indicator__code="TONG").update(value=57, printed="57/100")
    office.cast.clerk.language = "en"
    office.cast.clerk.save()
    client = seen_by(office.cast.clerk)
    for unit, told, other in (
        ("quang-dien", "Chép nhầm điểm", "This figure was not corrected"),
        ("nam-dong", "This figure was not corrected", "Chép nhầm điểm"),
    ):
        html = read(client, office.figure(office.published, unit, "TONG") + "?edition=2")
        table = html.partition("Why it was corrected")[2].partition("</table>")[0]
        assert told in table
        assert other not in table


@pytest.mark.parametrize("language", ["vi", "en"])
def test_both_languages(office: Office, seen_by, language):
    office.cast.clerk.language = language
    office.cast.clerk.save()
    html = read(seen_by(office.cast.clerk), office.figure(office.published, "quang-dien", "TONG"))
    assert ("57,72/100" if language == "vi" else "printed as “57.72/100”") in html
