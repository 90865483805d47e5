"""Units and dispatches by words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest

from chiso.models import Shows
from tests import make
from tests.pages.conftest import Office
from tests.pages.test_board import read


def found(client, text: str) -> list[str]:
    """What a search leads to."""
    page = client.get("/search/", {"q": text}).content.decode().partition("<main")[2]
    return re.findall(r'<li><a href="([^"]+)"', page)


@pytest.mark.parametrize(
    "text", ["Quảng Điền", "quang dien", "QUANG-DIEN", "dien quang", unicodedata.normalize("NFD", "Quảng Điền")]
)
def test_with_or_without_marks(office: Office, seen_by, text: str):
    assert found(seen_by(office.cast.unit_a), text) == ["/units/quang-dien/"]


@pytest.mark.parametrize(
    "text", ["1082", "1082/VPUB-KSTT", "vpub kstt 2023", "13/9/2023", "phuc vu nguoi dan", "Thừa Thiên Huế văn phòng"]
)
def test_a_dispatch_by_number_subject_issuer_and_day(office: Office, seen_by, text: str):
    assert found(seen_by(office.cast.unit_a), text)[-1:] == [office.page(office.published)]


def test_by_code_and_other_name(office: Office, seen_by):
    unit = office.tree.districts[0]
    unit.code = "H57.21"
    unit.save()
    unit.aliases.create(alias="Quangdien Town", folded="quangdien town")
    for text in ("H57.21", "quangdien town"):
        assert found(seen_by(office.cast.unit_a), text) == ["/units/quang-dien/"]


def test_a_peer_leads_to_its_published_figures_never_to_its_own_page(office: Office, seen_by):
    links = found(seen_by(office.cast.unit_a), "phu vang")
    assert len(links) == 1
    assert links[0].startswith(f"{office.page(office.published)}table/district/?q=")
    assert "UBND huyện Phú Vang" in read(seen_by(office.cast.unit_a), links[0])


def test_a_peer_that_the_newest_dispatch_leaves_out_leads_to_the_last_that_has_it(office: Office, seen_by):
    newest = make.edition(
        dispatch=make.dispatch(issuer=office.tree.issuer, number="1300", data_as_of=date(2023, 11, 1))
    )
    make.result(edition=newest, unit=office.tree.districts[0], code="TONG", text="50/100")
    make.publish(newest)
    links = found(seen_by(office.cast.unit_a), "so tai chinh")
    assert links[0].startswith(f"{office.page(office.published)}table/agency/?q=")
    assert "Sở Tài chính" in read(seen_by(office.cast.unit_a), links[0])


def test_who_stands_in_no_list_is_named_without_a_link(office: Office, seen_by):
    make.unit(slug="so-moi", name="Sở Mới", level="agency", parent=office.tree.province)
    for text, name in (("so moi", "Sở Mới"), ("ubnd tinh", "UBND tỉnh Thừa Thiên Huế")):
        client = seen_by(office.cast.unit_a)
        assert not [link for link in found(client, text) if "/table/" in link]
        page = client.get("/search/", {"q": text}).content.decode()
        assert f"<li>{name}" in page
        assert 'class="unlisted"' in page


def test_drafts_are_found_at_the_desk_alone(office: Office, seen_by):
    office.draft.dispatch.subject = "Dự thảo tháng mười"
    office.draft.dispatch.save()
    assert found(seen_by(office.cast.clerk), "du thao") == [office.page(office.draft)]
    assert found(seen_by(office.cast.unit_a), "du thao") == []


@pytest.mark.parametrize("text", ["quang dien", "1082", "phu vang"])
def test_a_stranger_finds_nothing(office: Office, seen_by, text: str):
    assert found(seen_by(office.cast.stranger), text) == []


@pytest.mark.parametrize("text", ["", "  ", "-–!", "%", "zzz", "x" * 5000, "'\"<b>", "q!", "(a) {b}"])
def test_what_finds_nothing(office: Office, seen_by, text: str):
    assert found(seen_by(office.cast.clerk), text) == []


def test_a_letter_that_is_all_that_was_typed_is_looked_for(office: Office, seen_by):
    assert found(seen_by(office.cast.clerk), "b") != []
    assert "/units/quang-dien/" in found(seen_by(office.cast.clerk), "<b>Quảng</b> Điền")  # marks are left out


def test_where_peers_have_no_names_they_are_not_found_nor_what_speaks_of_them(office: Office, seen_by):
    office.tree.issuer.shows = Shows.OWN_RANK
    office.tree.issuer.save()
    dispatch = office.published.dispatch
    dispatch.subject = "Kết quả của huyện Phú Vang và các huyện khác"
    dispatch.save()
    client = seen_by(office.cast.unit_a)
    for text in ("phu vang", "phu-vang", "cac huyen khac"):
        assert found(client, text) == []
        page = client.get("/search/", {"q": text}).content.decode()
        assert "Phú Vang" not in page.partition("<main")[2]
    assert found(client, "1082") == [office.page(office.published)]
    assert "Phú Vang" not in read(client, "/dispatches/")
    assert len(found(seen_by(office.cast.clerk), "phu vang")) == 2


def test_the_box_stands_on_every_page(office: Office, seen_by):
    page = read(seen_by(office.cast.unit_a), "/dispatches/")
    assert 'action="/search/"' in page


def test_few_queries(office: Office, seen_by, django_assert_max_num_queries):
    client = seen_by(office.cast.unit_a)
    for number in range(20):
        make.published(tree=office.tree, number=str(number))
    with django_assert_max_num_queries(14):
        client.get("/search/?q=a")
