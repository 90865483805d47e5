"""Units and a unit's own page."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from chiso.models import Issuer, Reply, Shows, State, Unit
from tests import make
from tests.pages.conftest import Office
from tests.pages.test_board import names, read, rows
from tests.pages.test_dispatch import words
from tests.pages.test_download import lines_of_csv


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


def test_a_unit_sees_where_it_stands(office: Office, seen_by):
    html = read(seen_by(office.cast.unit_b), "/units/nam-dong/")
    assert rows(html)[0][:3] == ["Chỉ số tổng hợp càng cao càng tốt", "2/4", "56,39/100"]
    assert [row[1] for row in rows(html)] == ["2/4", "không xếp hạng", "3/3", "1/4"]
    assert office.page(office.published, "TONG", "district") + '">2/4' in html
    assert "UBND huyện Quảng Điền" in words(html)  # stands right above
    assert "Bản nháp" not in html


def test_a_figure_that_was_not_printed_is_no_zero(office: Office, seen_by):
    html = read(seen_by(office.cast.clerk), office.unit(office.published, "phu-vang"))
    missing = next(row for row in rows(html) if row[0].startswith("Số đơn vị đã triển khai"))
    assert missing[1].startswith("–")
    assert "0" in missing[2]
    assert missing[2].startswith("–")


def test_the_newest_dispatch_opens_and_the_others_have_their_address(office: Office, seen_by):
    make.published(tree=office.tree, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10))
    client = seen_by(office.cast.unit_a)
    html = read(client, "/units/quang-dien/")
    assert office.unit(office.published, "quang-dien") in html
    assert words(html).index("1201/VPUB-KSTT") < words(html).index("1082/VPUB-KSTT")
    older = read(client, office.unit(office.published, "quang-dien"))
    assert "Ngày ban hành13/9/2023" in words(older)
    assert client.get("/units/quang-dien/?edition=1").status_code == 404  # of which dispatch?
    assert client.get(office.unit(office.published, "quang-dien") + "?edition=9").status_code == 404
    assert client.get(office.unit(office.published, "quang-dien") + "?indicator=NONE").status_code == 404


def test_a_corrected_figure_leads_to_what_was_corrected(office: Office, seen_by):
    make.settle(office.published, State.SUPERSEDED)
    second = make.edition(dispatch=office.published.dispatch, number=2)
    make.figures(edition=second, tree=office.tree)
    second.results.filter(unit=office.tree.districts[0], indicator__code="TONG").update(value=59, printed="59/100")
    make.publish(second)
    client = seen_by(office.cast.unit_a)
    html = read(client, "/units/quang-dien/")
    assert f'{office.changes(second)}?edition=2"' in html
    assert "57,72/100" in html  # what was there
    assert rows(html)[0][2] == "59/100"
    first = read(client, office.unit(second, "quang-dien") + "?edition=1")
    assert rows(first)[0][2] == "57,72/100"
    assert "note-mark" not in first[: first.index('id="looking-back"')]


def test_a_disputed_figure_is_marked_for_those_to_whom_it_is_told(office: Office, seen_by):
    Reply.objects.create(
        edition=office.published, unit=office.tree.districts[0], indicator=make.indicator("TONG"), proposed="58/100",
        proposed_value=58, reason="Thiếu hồ sơ", sent_by=office.cast.unit_a, sent_at=make.MOMENT, due_on=date(2023, 9, 20),
    )  # fmt: skip
    for who, marked in [("unit_a", True), ("clerk", True)]:
        html = read(seen_by(getattr(office.cast, who)), office.unit(office.published, "quang-dien"))
        assert ("note-mark disputed" in html) == marked
    assert "disputed" not in read(seen_by(office.cast.unit_b), "/units/nam-dong/")


def test_a_figure_disputed_for_being_missing_is_marked_and_leads_to_its_reply(office: Office, seen_by):
    reply = make.reply(
        edition=office.published, unit=office.tree.districts[3], by=make.member(unit=office.tree.districts[3], role="unit"),
        code="CTDT.TK", proposed="3/4", proposed_value=3, proposed_out_of=4,
    )  # fmt: skip
    link = f'<a class="note-mark disputed" href="/replies/{reply.pk}/">'
    for who in (reply.sent_by, office.cast.clerk):
        html = read(seen_by(who), office.unit(office.published, "phu-vang"))
        assert html.count(link) == 1
        assert "đang có phản hồi" in next(row[0] for row in rows(html) if row[0].startswith("Số đơn vị đã triển khai"))
        assert seen_by(who).get(f"/replies/{reply.pk}/").status_code == 200
    files = lines_of_csv(seen_by(reply.sent_by).get("/units/phu-vang/?format=csv&list=indicators").content)
    assert [line[-1] for line in files if line[0].startswith("Số đơn vị đã triển khai")] == ["đang có phản hồi"]


def test_files_hold_what_the_page_shows(office: Office, seen_by):
    newer = make.published(tree=office.tree, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10))
    client = seen_by(office.cast.unit_b)
    page = office.unit(newer, "nam-dong")
    every = lines_of_csv(client.get(f"{page}?format=csv&list=indicators").content)
    place = every[1].index("Trung vị")
    share = next(line for line in every if line[0].startswith("Số đơn vị đã triển khai"))
    assert share[1:3] == ["5", "10"]
    assert share[place : place + 2] == ["72.7", "tỷ lệ %"]
    past = lines_of_csv(client.get(f"{page}?format=csv&list=past&indicator=CTDT.TK").content)
    change = past[1].index("Thay đổi (tỷ lệ %)")
    assert [line[change] for line in past[2:]] == ["0", ""]
    beside = lines_of_csv(client.get(office.page(newer) + "compare/nam-dong/?with=quang-dien&format=csv").content)
    head = next(line for line in beside if "UBND huyện Quảng Điền" in line)
    total = next(line for line in beside if line[0] == "TONG")
    assert total[head.index("chênh lệch so với cột đầu")] == "1.33"
    by_hand = make.edition(dispatch=make.dispatch(issuer=office.tree.issuer, number="77"))
    for unit, text in zip(office.tree.districts[:2], ["40", "50"], strict=True):
        make.result(edition=by_hand, unit=unit, code="TONG", text=text)
    make.publish(by_hand)
    board = lines_of_csv(client.get(office.page(by_hand, "TONG", "district") + "?format=csv").content)
    typed = next(line for line in board if "UBND huyện Nam Đông" in line)
    assert "nhập tay" in typed


def test_a_recalled_dispatch_says_so_and_does_not_open_by_itself(office: Office, seen_by):
    newer = make.published(tree=office.tree, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10))
    make.settle(newer, State.RECALLED)
    client = seen_by(office.cast.unit_a)
    assert "1082/VPUB-KSTT" in words(read(client, "/units/quang-dien/"))[:200]
    assert "số liệu không còn giá trị" in words(read(client, office.unit(newer, "quang-dien")))


def test_looking_back_passes_over_what_was_recalled_as_the_movement_does(office: Office, seen_by):
    def month(number: str, on: int, points: str):
        edition = make.edition(
            dispatch=make.dispatch(issuer=office.tree.issuer, number=number, issued_on=date(2023, on, 12), data_as_of=date(2023, on, 12))
        )  # fmt: skip
        make.result(edition=edition, unit=office.tree.districts[0], code="TONG", text=points)
        make.result(edition=edition, unit=office.tree.districts[1], code="TONG", text="50")
        return make.publish(edition)

    first = month("1204", 10, "58")
    make.settle(first, State.SUPERSEDED)
    recalled = make.edition(dispatch=first.dispatch, number=2)
    make.result(edition=recalled, unit=office.tree.districts[0], code="TONG", text="58.1")
    make.settle(make.publish(recalled), State.RECALLED)
    newest = month("1400", 11, "58.5")
    client = seen_by(office.cast.unit_a)
    for page in (office.unit(newest, "quang-dien"), office.unit(recalled, "quang-dien")):
        html = read(client, page)
        table = rows(html[html.rindex("<table") :])
        assert [row[0].split("/")[0] for row in table] == ["1400", "1204", "1082"]
        assert "0,78 điểm" in table[0][3]  # beside 1082, as the head says
    html = read(client, office.unit(newest, "quang-dien"))
    table = rows(html[html.rindex("<table") :])
    assert "đã thu hồi" in table[1][2]
    assert "không phải là 0" not in table[1][2]
    assert ">đã thu hồi</text>" in html  # the gap of the chart
    past = lines_of_csv(client.get(office.unit(newest, "quang-dien") + "?format=csv&list=past").content)
    assert past[3][2:5] == ["", "", "đã thu hồi"]


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


def test_the_desk_sees_the_draft_first(office: Office, seen_by):
    said = words(read(seen_by(office.cast.clerk), "/units/nam-dong/"))
    assert "Bản nháp" in said


def test_what_if_answers_without_scripts_and_as_a_part(office: Office, seen_by):
    client = seen_by(office.cast.unit_b)
    html = read(client, "/units/nam-dong/?if-TONG=57,73")
    assert "57,73/100" in html
    assert 'name="if-TONG" value="57,73"' in html
    part = read(client, "/units/nam-dong/?if-TONG=57,73&part=whatif")
    assert "<main" not in part
    assert '<output for="if-1" data-outcome="TONG">' in part
    assert "57,73/100" in part
    assert 'aria-invalid="true"' in read(client, "/units/nam-dong/?if-TONG=<b>&part=whatif")


def test_the_chart_stands_with_its_table_and_alone(office: Office, seen_by):
    client = seen_by(office.cast.unit_a)
    assert "<svg xmlns" not in read(client, "/units/quang-dien/")
    assert client.get(office.unit(office.published, "quang-dien") + "chart.svg").status_code == 404
    make.published(tree=office.tree, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10))
    html = read(client, "/units/quang-dien/?indicator=HSTT.QH")
    assert html.count('role="img"') == 2  # for wide screens and narrow ones
    table = html[html.rindex("<table") :]
    assert [row[0] for row in rows(table)] == ["1201/VPUB-KSTT", "1082/VPUB-KSTT"]
    answer = client.get(office.unit(office.published, "quang-dien") + "chart.svg?indicator=HSTT.QH")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert 'filename="quang-dien-HSTT.QH.svg"' in answer.headers["Content-Disposition"]
    ElementTree.fromstring(answer.content)  # noqa: S314 -- our own


def test_an_indicator_that_the_newest_dispatch_leaves_out_is_looked_back_at(office: Office, seen_by):
    latest = make.edition(
        dispatch=make.dispatch(
            issuer=office.tree.issuer, number="1201", issued_on=date(2023, 10, 12), data_as_of=date(2023, 10, 10)
        )
    )
    for unit, text in zip(office.tree.districts, make.FIGURES["TONG"], strict=True):
        make.result(edition=latest, unit=unit, code="TONG", text=text)
    make.publish(latest)
    client = seen_by(office.cast.unit_a)
    client.cookies["django_language"] = "en"
    page = client.get("/units/quang-dien/?indicator=HSTT.QH")
    assert page.status_code == 200
    html = page.content.decode()
    assert 'class="about absent"' in html
    assert html.count('aria-current="true">') >= 1
    name = make.indicator("HSTT.QH").label
    back = html[html.index('id="looking-back"') :]
    assert f'aria-current="true">{name}</a>' in back
    assert [row[0] for row in rows(back[back.rindex("<table") :])] == ["1201/VPUB-KSTT", "1082/VPUB-KSTT"]
    assert 'class="about absent"' not in read(client, "/units/quang-dien/?indicator=TONG")


def test_a_missing_figure_is_reported_from_its_row(office: Office, seen_by, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: make.MOMENT + timedelta(days=2))  # replies are taken
    member = make.member(unit=office.tree.districts[3], role="unit")
    html = read(seen_by(member), office.unit(office.published, "phu-vang"))
    way = f"{office.page(office.published)}reply/phu-vang/CTDT.TK/"
    assert way in read(seen_by(member), office.figure(office.published, "phu-vang", "CTDT.TK"))
    assert html.count(f'<a class="dispute" href="{way}"') == 1
    assert words(html).count("Báo thiếu số liệu") == 1
    assert seen_by(member).get(way).status_code == 200
    assert "Báo thiếu số liệu" not in read(seen_by(office.cast.clerk), office.unit(office.published, "phu-vang"))
    Unit.objects.filter(pk=office.tree.districts[3].pk).update(valid_from=date(2024, 1, 1))  # nobody missed it then
    assert "Báo thiếu số liệu" not in read(seen_by(member), office.unit(office.published, "phu-vang"))


def test_both_lists_leave_as_they_are_shown(office: Office, seen_by):
    client = seen_by(office.cast.unit_b)
    every = lines_of_csv(client.get("/units/nam-dong/?format=csv&list=indicators").content)
    assert every[0] == ["UBND huyện Nam Đông – 1082/VPUB-KSTT"]
    assert every[2][:7] == ["Chỉ số tổng hợp", "56.39", "100", "56.39/100", "2", "4", ""]
    past = lines_of_csv(client.get(office.unit(office.published, "nam-dong") + "?format=csv&list=past").content)
    assert past[2][:7] == ["1082/VPUB-KSTT", "2023-09-12", "56.39", "100", "56.39/100", "2", "4"]
    assert client.get("/units/nam-dong/?format=csv").status_code == 404
    assert client.get("/units/quang-dien/?format=csv&list=past").status_code == 404


@pytest.mark.parametrize("shows", Shows.values)
@pytest.mark.parametrize("dispatches", [3, 120])
def test_a_page_asks_at_most_12_queries(office: Office, seen_by, django_assert_max_num_queries, dispatches, shows):
    for number in range(dispatches):
        day = date(2013 + number // 12, number % 12 + 1, 12)
        edition = make.edition(
            dispatch=make.dispatch(issuer=office.tree.issuer, number=str(2000 + number), year=day.year, data_as_of=day)
        )
        make.figures(edition=edition, tree=office.tree)
        make.settle(edition, State.PUBLISHED)
    Issuer.objects.update(shows=shows)
    make.settle(office.published, State.SUPERSEDED)
    second = make.edition(dispatch=office.published.dispatch, number=2, correcting=office.published.dispatch)
    make.figures(edition=second, tree=office.tree)
    make.publish(second)
    client = seen_by(office.cast.unit_a)
    with django_assert_max_num_queries(12):
        client.get(office.unit(second, "quang-dien"))


@pytest.mark.parametrize("shows", Shows)
@pytest.mark.parametrize("who", ["unit_a", "clerk", "approver"])
def test_replies_what_if_and_many_units_below_ask_no_more(
    office: Office, seen_by, django_assert_max_num_queries, who, shows
):
    district = office.tree.districts[0]
    for number in range(40):
        make.unit(slug=f"xa-{number}", level="commune", parent=district)
    for code in ("TONG", "CTDT.TK", "HSTT.QH"):
        make.reply(edition=office.published, unit=district, by=office.cast.unit_a, code=code)
    Issuer.objects.update(shows=shows)
    client, address = seen_by(getattr(office.cast, who)), office.unit(office.published, "quang-dien")
    for asked in ("", "?if-TONG=60&if-CTDT.TK=3", "?part=whatif&if-TONG=x", "?format=csv&list=indicators"):
        with django_assert_max_num_queries(12):
            assert client.get(address + asked).status_code == 200


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
