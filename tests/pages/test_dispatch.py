"""The list of dispatches, and one dispatch."""

from __future__ import annotations

from datetime import date

from django.utils.html import strip_tags

from chiso.models import FindingState, State
from tests import make
from tests.pages.conftest import Office
from tests.pages.test_board import names, read, rows


def words(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(strip_tags(html[html.index("<main") :]).split())


def test_the_list_holds_published_ones_for_a_unit_and_drafts_for_the_desk(office: Office, seen_by):
    html = read(seen_by(office.cast.unit_a), "/dispatches/")
    assert [row[0] for row in rows(html)] == ["1082/VPUB-KSTT"]
    assert rows(html)[0][1:4] == ["13/9/2023", "12/9/2023", office.published.dispatch.subject]
    assert rows(html)[0][4:] == ["61,5/100", "48/63", "Đã công bố"]  # no column of findings outside the desk
    html = read(seen_by(office.cast.clerk), "/dispatches/")
    assert {row[0] for row in rows(html)} == {"1082/VPUB-KSTT", "Công văn chưa có số"}
    assert "2 công văn" in html


def test_open_findings_are_counted_for_the_desk(office: Office, seen_by):
    make.finding(edition=office.draft)
    make.finding(edition=office.draft, state=FindingState.ACCEPTED)
    found = {row[0]: row[6] for row in rows(read(seen_by(office.cast.clerk), "/dispatches/"))}
    assert found == {"1082/VPUB-KSTT": "0", "Công văn chưa có số": "1"}


def test_the_list_sorts_and_turns_its_pages(office: Office, seen_by, monkeypatch):
    make.published(tree=office.tree, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10))
    client = seen_by(office.cast.unit_a)
    assert names(read(client, "/dispatches/"), 0) == ["1201/VPUB-KSTT", "1082/VPUB-KSTT"]  # newest first
    assert names(read(client, "/dispatches/?sort=issued_on"), 0) == ["1082/VPUB-KSTT", "1201/VPUB-KSTT"]
    assert names(read(client, "/dispatches/?sort=no-such"), 0) == ["1201/VPUB-KSTT", "1082/VPUB-KSTT"]
    monkeypatch.setattr("chiso.pages.dispatch.PER_PAGE", 1)
    html = read(client, "/dispatches/?sort=issued_on&page=2")
    assert names(html, 0) == ["1201/VPUB-KSTT"]
    assert 'href="?sort=issued_on&amp;page=1"' in html
    assert "trang 2/2" in html
    assert names(read(client, "/dispatches/?page=oops"), 0) == ["1201/VPUB-KSTT"]


def test_no_column_of_issuers_unless_there_are_several(office: Office, seen_by):
    assert "Cơ quan ban hành" not in read(seen_by(office.cast.unit_a), "/dispatches/")
    make.published(tree=office.tree, number="1")
    elsewhere = make.issuer(unit=office.tree.elsewhere, slug="vpub-gia-lai", name="Văn phòng UBND tỉnh Gia Lai")
    make.publish(make.edition(dispatch=make.dispatch(issuer=elsewhere)))
    make.member(unit=office.tree.elsewhere_district, user=office.cast.unit_a)
    assert "Văn phòng UBND tỉnh Gia Lai" in read(seen_by(office.cast.unit_a), "/dispatches/")


def test_empty_lists_say_what_to_do(db, seen_by):
    tree = make.tree()
    cast = make.cast(tree=tree)
    assert "Hãy nạp tệp công văn đầu tiên: hệ thống đọc" in read(seen_by(cast.clerk), "/dispatches/")
    assert "Chưa có công văn nào được công bố." in read(seen_by(cast.unit_a), "/dispatches/")
    nobody = make.person()
    assert "Tài khoản của bạn chưa gắn với đơn vị nào." in read(seen_by(nobody), "/dispatches/")
    assert "Tài khoản của bạn chưa gắn với đơn vị nào." in read(seen_by(nobody), "/units/")


def test_the_headline_and_who_leads(office: Office, seen_by):
    html = read(seen_by(office.cast.unit_b), office.page(office.published))
    said = words(html)
    assert "61,5/100 điểm của UBND tỉnh Thừa Thiên Huế nêu trong công văn" in said
    assert "48/63 xếp hạng nêu trong công văn" in said
    assert "Chỉ số tổng hợp 2/4 UBND huyện Quảng Điền 57,72/100 4" in said  # own rank, who leads, with what
    assert "Tổng số hồ sơ xử lý quá hạn 1/4 UBND huyện Nam Đông 0 4" in said
    assert "Chứng thực điện tử bản sao từ bản chính – không xếp hạng" in said
    assert "Phụ lục II Chỉ số tổng hợp của UBND cấp huyện" in said


def test_several_that_lead_are_told_in_short(office: Office, seen_by):
    for slug in ("nam-dong", "huong-tra", "phu-vang"):
        office.draft.results.filter(unit__slug=slug, indicator__code="TONG").update(value="57.72")
    html = read(seen_by(office.cast.clerk), office.page(office.draft))
    assert "UBND huyện Quảng Điền và 3 đơn vị khác" in words(html)


def test_the_province_stands_beside_the_nation(office: Office, seen_by):
    said = words(read(seen_by(office.cast.unit_a), office.page(office.published)))
    assert "Chỉ số tổng hợp 60,58/100 64,9/100 Công khai, minh bạch 11,3/18 11,3/18" in said


def test_accepted_findings_are_told_and_open_ones_at_the_desk(office: Office, seen_by):
    published = make.draft(tree=office.tree, number="943")
    make.finding(edition=published, state=FindingState.ACCEPTED)
    make.publish(published)
    said = words(read(seen_by(office.cast.unit_a), office.page(published)))
    assert "Văn bản đã ban hành có 1 chỗ chưa khớp" in said
    make.finding(edition=office.draft)
    said = words(read(seen_by(office.cast.clerk), office.page(office.draft)))
    assert "Còn 1 phát hiện chưa xử lý." in said


def test_editions_are_linked_and_a_recalled_one_says_so(office: Office, seen_by):
    office.published.state = State.RECALLED
    office.published.recall_reason, office.published.recalled_at = "Sai số liệu huyện Nam Đông.", make.MOMENT
    office.published.save()
    second = make.edition(dispatch=office.published.dispatch, number=2)
    client = seen_by(office.cast.unit_a)
    said = words(read(client, office.page(office.published)))
    assert "Bản này đã thu hồi ngày 13/9/2023; số liệu không còn giá trị. Sai số liệu huyện Nam Đông." in said
    assert "Bản 2" not in said  # a draft is not theirs to know of
    html = read(seen_by(office.cast.clerk), office.page(second))
    assert "Bản này chưa có số liệu." in html
    assert f'href="{office.page(second)}?edition=1"' in html


def test_a_dispatch_keeps_its_first_address_when_it_gets_a_number(office: Office, seen_by):
    address = office.page(office.draft)
    dispatch = office.draft.dispatch
    dispatch.number, dispatch.symbol, dispatch.issued_on = "1300", "VPUB-KSTT", date(2023, 11, 13)
    dispatch.save()
    client = seen_by(office.cast.clerk)
    assert "Công văn 1300/VPUB-KSTT" in read(client, address)
    assert "Công văn 1300/VPUB-KSTT" in read(client, office.page(office.draft))


def test_a_symbol_with_a_stroke_has_an_address_too(office: Office, seen_by):
    odd = make.published(tree=office.tree, number="5", symbol="BC/UBND-TH")
    client = seen_by(office.cast.unit_a)
    assert "Công văn 5/BC/UBND-TH" in read(client, office.page(odd))
    assert names(read(client, office.page(odd, "TONG", "district")))[1] == "UBND huyện Nam Đông"


def test_a_few_sql_queries_whatever_the_figures(office: Office, seen_by, django_assert_max_num_queries):
    client = seen_by(office.cast.unit_a)
    for address, most in ((office.page(office.published), 13), ("/dispatches/", 9), ("/units/quang-dien/", 12)):
        with django_assert_max_num_queries(most):
            client.get(address)
