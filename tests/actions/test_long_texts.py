"""Every text of a file that ends in a column of a certain length: cut or told, never a fault of the database."""

from __future__ import annotations

import pytest

from chiso.actions import decision as decisions
from chiso.actions import upload as uploads
from chiso.actions.decision import NewUnit, UnableToDecide
from chiso.models import Appendix, Edition, Layout, Result, Upload
from chiso.queries import upload as plans
from tests import record

pytestmark = pytest.mark.django_db
LONG = "dài " * 200
HEAD = f"UBND TỈNH THỪA THIÊN HUẾ\nVĂN PHÒNG\nSố: 1082/VPUB-KSTT\nThừa Thiên Huế, ngày 13 tháng 9 năm 2023\nV/v {LONG}"
SIGNED = f"KT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG\nNguyễn {'Văn' * 100} An\nNơi nhận:"
CELLS = {
    "position": ["1" * 300, "UBND huyện Phú Vang", "57,72/100"],
    "name": ["1", f"Huyện {'x' * 400}", "57,72/100"],
    "words": ["1", f"UBND xã {LONG}", "57,72/100"],
    "figure": ["1", "UBND huyện Phú Vang", "57,72/100" + " " * 300 + "điểm"],
    "zeros": ["1", "UBND huyện Phú Vang", "0" * 300 + "57,72/100"],
    "number": ["1", "UBND huyện Phú Vang", "9" * 300],
    "code": ["H57." + "1" * 300, "UBND huyện Mới", "57,72/100"],
}


def file(
    row: list[str], ordinal: str = "II", title: str = "KẾT QUẢ CỦA CÁC ĐƠN VỊ", heads: str = "Chỉ số tổng hợp"
) -> bytes:
    table = "\n".join(
        "\t".join(cells) for cells in (["STT", "Tên đơn vị", heads], row, ["2", "UBND huyện Nam Đông", "48,7"])
    )
    return f"{HEAD}\nKính gửi: Sở Y tế\n{SIGNED}\n\nPhụ lục {ordinal}\n{title}\n\n{table}\n".encode()


@pytest.fixture
def clerk():
    record.office_of_2023()
    return record.person()


def taken_over(upload: Upload, clerk) -> Edition:
    plan = plans.plan(upload)
    assert plan.target == "new-dispatch", plan.target
    return uploads.apply(upload=upload, by=clerk, shown=plan.fingerprint)


@pytest.mark.parametrize("row", CELLS.values(), ids=CELLS)
def test_in_a_cell(clerk, row):
    upload = record.staged(".txt", data=file(row))
    for each in plans.plan(upload).reading.unknown_units:
        try:
            decisions.make_units(upload=upload, by=clerk, wanted=[NewUnit(each.name, "district")])
        except UnableToDecide:  # no name of a unit is so long
            decisions.map_unit(upload=upload, by=clerk, name=each.name, unit=record.Unit.objects.get(slug="phu-vang"))
    upload.refresh_from_db()
    edition = taken_over(upload, clerk)
    assert edition.dispatch.subject.startswith("dài dài")
    assert Result.objects.get(unit__slug="nam-dong").printed == "48,7"


@pytest.mark.parametrize("ordinal", ["9999999999", "99999", "I" * 40, "CCCCCCCC"])
def test_in_the_number_and_title_of_an_appendix(clerk, ordinal):
    data = file(CELLS["position"], ordinal, f"KẾT QUẢ {LONG.upper()}")
    edition = taken_over(record.staged(".txt", data=data), clerk)
    assert Appendix.objects.filter(edition=edition).count() == 1


@pytest.mark.parametrize("title", [LONG.upper(), "X" * 400])
def test_in_what_is_learnt(clerk, title):
    upload = record.staged(".txt", data=file(["1", "UBND huyện Phú Vang", "57,72"], "V", title, f"Cột {LONG}"))
    decisions.map_line(upload=upload, by=clerk, appendix="V", place=3, role="indicator", indicator="TONG")
    upload.refresh_from_db()
    taken_over(upload, clerk)
    assert all(layout.code for layout in Layout.objects.all())
