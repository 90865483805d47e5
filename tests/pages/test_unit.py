"""Units and a unit's own page."""

from __future__ import annotations

from datetime import date

from chiso.models import State
from tests import make
from tests.pages.conftest import Office
from tests.pages.test_board import names, read, rows
from tests.pages.test_dispatch import words


def test_a_unit_lists_itself_and_those_below(office: Office, seen_by):
    html = read(seen_by(office.cast.unit_a), "/units/")
    assert names(html, 0) == ["UBND huyện Quảng Điền đơn vị của bạn", "UBND xã Quảng Phước", "UBND xã Quảng Thái"]
    assert "3 đơn vị có trang riêng bạn xem được." in html


def test_the_desk_finds_a_unit_without_marks(office: Office, seen_by):
    client = seen_by(office.cast.clerk)
    assert names(read(client, "/units/"), 0)[0] == "UBND tỉnh Thừa Thiên Huế"  # from above
    assert names(read(client, "/units/?q=QUANG"), 0) == [
        "UBND huyện Quảng Điền", "UBND xã Quảng Phước", "UBND xã Quảng Thái",
    ]  # fmt: skip
    assert "Không có đơn vị nào có tên chứa “zzz”." in read(client, "/units/?q=zzz")


def test_a_unit_sees_its_figures_and_ranks(office: Office, seen_by):
    html = read(seen_by(office.cast.unit_b), "/units/nam-dong/")
    assert rows(html)[0] == ["Chỉ số tổng hợp", "2/4", "56,39/100", "56.39/100Phụ lục II, dòng 3, cột 3"]
    assert [row[1] for row in rows(html)] == ["2/4", "không xếp hạng", "3/3", "1/4"]
    assert office.page(office.published, "TONG", "district") + '">2/4' in html
    assert html.count("<tbody>") == 1  # not the draft


def test_newest_dispatch_first_and_what_a_correction_replaced_is_left_out(office: Office, seen_by):
    make.published(tree=office.tree, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10))
    office.published.state = State.SUPERSEDED
    office.published.save()
    second = make.edition(dispatch=office.published.dispatch, number=2)
    make.figures(edition=second, tree=office.tree)
    make.publish(second)
    said = words(read(seen_by(office.cast.unit_a), "/units/quang-dien/"))
    assert said.index("1201/VPUB-KSTT") < said.index("1082/VPUB-KSTT")
    assert said.count("Công văn 1082/VPUB-KSTT") == 1
    assert "Đã công bố (bản 2)" in said
    assert "ban hành ngày 13/9/2023, số liệu tại thời điểm 12/9/2023" in said


def test_a_commune_has_two_places(office: Office, seen_by):
    edition = make.edition(dispatch=make.dispatch(issuer=office.tree.issuer, number="77"))
    for unit, text in zip(office.tree.communes, ["40/100", "50/100", "60/100", "45/100"], strict=True):
        make.result(edition=edition, unit=unit, code="TONG", text=text)
    make.publish(edition)
    html = read(seen_by(office.cast.unit_a), "/units/quang-phuoc/")
    assert rows(html)[0][1] == "4/4 2/2 thuộc UBND huyện Quảng Điền"
    assert names(read(seen_by(office.cast.unit_a), office.page(edition, "TONG", "commune:quang-dien"))) == [
        "UBND xã Quảng Thái", "UBND xã Quảng Phước",
    ]  # fmt: skip
    assert "Cấp xã thuộc UBND huyện Quảng Điền" in read(
        seen_by(office.cast.unit_b), office.page(edition, "TONG", "commune")
    )


def test_the_desk_sees_drafts_there_too(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), "/units/nam-dong/")
    assert html.count("<tbody>") == 2
    assert "Bản nháp" in html


def test_a_unit_without_figures_says_so(office: Office, seen_by):
    html = read(seen_by(office.cast.unit_a), "/units/quang-thai/")
    assert "Chưa có công văn nào bạn được xem có số liệu của đơn vị này." in html


def test_the_address_of_a_merged_record_leads_to_the_unit(office: Office, seen_by):
    kept = office.tree.districts[0]
    make.unit(slug="h-quang-dien", parent=office.tree.province, merged_into=kept)
    for who in ("clerk", "unit_a"):
        answer = seen_by(getattr(office.cast, who)).get("/units/h-quang-dien/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/units/quang-dien/")
        assert "h-quang-dien" not in seen_by(getattr(office.cast, who)).get("/units/").content.decode()
    for who in ("unit_b", "stranger"):
        assert seen_by(getattr(office.cast, who)).get("/units/h-quang-dien/").status_code == 404
