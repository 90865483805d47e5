"""An appendix in its own shape: what stands where."""

from __future__ import annotations

import pytest

from chiso.actions import unit as unit_action
from chiso.models import Appendix, Dispatch, Result, Unit
from chiso.queries import printed
from tests import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    record.office_of_2023()
    return record.loaded()


def texts(table):
    return [list(line.texts) for line in table.lines]


def test_units_down_and_indicators_across(edition):
    table = printed.of_appendix(edition.appendices.get(ordinal="III"))
    assert table.above[0] == "Phụ lục III"
    assert table.above[2].startswith("(Kèm theo Công văn số 1082/VPUB-KSTT ngày 13 tháng 9 năm 2023 của Văn phòng")
    assert table.headings == (
        "STT",
        "Đơn vị",
        "Đã triển khai",
        "Số lượng hồ sơ hoàn thành",
        "Số đơn vị chưa triển khai",
    )
    assert texts(table)[0][2:] == ["37/37", "1.502", "0"]
    assert len(table.notes) == 1


def test_indicators_down_with_the_figure_inside_its_label(edition):
    table = printed.of_appendix(edition.appendices.get(ordinal="I"))
    assert table.headings == ("STT", "Nội dung", "Điểm của tỉnh", "Điểm trung bình cả nước")
    rows = {row[0]: row[1:] for row in texts(table)}
    assert rows["2"][1:] == ["17.1/20", "17,5/20"]
    assert rows["5.2"][0].endswith(": 85.23%")
    assert rows["5.2"][1:] == ["", ""]
    assert rows["6.3"][0].endswith(": 0 hồ sơ")


def test_rows_stand_as_printed_and_typed_ones_below_them(edition):
    second = edition.appendices.get(ordinal="II")
    Result.objects.filter(appendix=second, unit__slug="quang-dien").update(row=0, position="")
    table = texts(printed.of_appendix(second))
    assert [row[0] for row in table] == ["2", "3", "4", "5", "6", "7", "8", "9", "10"]
    assert table[-1][1] == "UBND huyện Quảng Điền"


def test_a_printed_rank_has_its_column(edition):
    second = edition.appendices.get(ordinal="II")
    Result.objects.filter(appendix=second, unit__slug="quang-dien").update(printed_rank="1")
    table = printed.of_appendix(second)
    assert table.headings[-1] == "Xếp hạng"
    assert [row[-1] for row in texts(table)][:2] == ["1", ""]


def test_codes_stand_there_only_where_a_name_would_not_be_enough(edition):
    fourth = edition.appendices.get(ordinal="IV")
    assert "Mã đơn vị" not in printed.of_appendix(fourth).headings
    for slug, code in (("so-y-te", "H57.90"), ("so-noi-vu", "H57.91")):
        unit = Unit.objects.get(slug=slug)
        unit.name, unit.code = "Sở Trùng Tên", code
        unit_action.store(unit=unit, by=None)
    table = printed.of_appendix(fourth)
    assert table.headings[1] == "Mã đơn vị"
    assert "H57.90" in [row[1] for row in texts(table)]


def test_no_caption_before_the_dispatch_is_issued(edition):
    Dispatch.objects.update(number="", symbol="", issued_on=None)
    edition.refresh_from_db()
    assert len(printed.of_appendix(Appendix.objects.get(edition=edition, ordinal="II")).above) == 2


def test_a_fixed_number_of_queries(edition, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        tables = printed.of_edition(edition)
    assert [table.ordinal for table in tables] == ["I", "II", "III", "IV"]
