"""Tables whose rows are indicators: figures in columns of units, or inside the label."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest

from chiso.ingest.fact import Reading
from chiso.ingest.grid import Cell
from tests.ingest.sheets import INDEX, facts, merged, read_table, skipped, told, values

LABELS = ("STT", "Nội dung", "Điểm của tỉnh", "Điểm trung bình cả nước")


def _index(*rows: tuple[str | Cell, ...], headings: tuple[str, ...] = LABELS, title: str = INDEX) -> Reading:
    return read_table(headings, *rows, title=title, ordinal="I")


@pytest.mark.parametrize(
    ("label", "indicator", "value"),
    [
        ("Tỷ lệ cấp kết quả điện tử: 40.19%", "MDSH.1", "40.19"),
        ("Tỉ lệ cấp kết quả điện tử : 40,19 %", "MDSH.1", "40.19"),
        ("Tỷ lệ cấp kết quả điện tử đạt 40,19%", "MDSH.1", "40.19"),
        ("- Tỷ lệ cấp kết quả điện tử (40,19%)", "MDSH.1", "40.19"),
        ("6.1. Tỷ lệ cấp kết quả điện tử = 40,19%.", "MDSH.1", "40.19"),
        ("Tỷ lệ khai thác, sử dụng lại thông tin, dữ liệu số hóa: 0 hồ sơ", "MDSH.3", "0"),
        ("Số liệu cung cấp dịch vụ chứng thực điện tử bản sao từ bản chính: 10.790", "MDSH.5", "10790"),
        (unicodedata.normalize("NFD", "Tỷ lệ cấp kết quả điện tử: 40.19%"), "MDSH.1", "40.19"),
    ],
)
def test_a_figure_inside_its_label(label: str, indicator: str, value: str) -> None:
    reading = _index(("6.1", label, "", ""))

    assert (told(reading), told(reading, "note")) == ([], [])
    assert values(reading) == {("thua-thien-hue", indicator): Decimal(value)}
    assert [(fact.cell.row, fact.cell.column) for fact in facts(reading)] == [(2, 2)]


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("Tỷ lệ cấp kết quả điện tử: 4O.19%", "letter-in-number"),
        ("Tỷ lệ cấp kết quả điện tử: chưa công bố", "no-number"),
        ("Tỷ lệ cấp kết quả điện tử: 40% (tháng trước: 39%)", "letter-in-number"),
        ("Tỷ lệ nào đó: 40%", "unknown-label"),
        ("Chỉ số tổng hợp của UBND tỉnh Gia Lai: 40/100", "unknown-label"),
    ],
)
def test_a_label_that_cannot_be_read_without_a_guess(label: str, why: str) -> None:
    reading = _index(("6.1", label, "", ""), ("1", "Công khai, minh bạch", "5/18", "6/18"))

    assert told(reading) == [(why, 2, 2)]
    assert len(values(reading)) == 2


def test_a_label_left_without_its_figure_is_a_note() -> None:
    reading = _index(
        ("6.1", "Tỷ lệ cấp kết quả điện tử:", "", ""), ("6.2", "Tỷ lệ số hóa hồ sơ, kết quả giải quyết TTHC", "", "")
    )

    assert (told(reading), told(reading, "note")) == ([], [("missing", 2, 2), ("missing", 3, 2)])


def test_the_figure_of_a_label_may_stand_in_the_column_instead() -> None:
    reading = _index(("6.1", "Tỷ lệ cấp kết quả điện tử", "40,19%", "35%"))

    assert (told(reading), told(reading, "note")) == ([], [])
    assert {unit: str(value) for (unit, _), value in values(reading).items()} == {
        "thua-thien-hue": "40.19",
        "ca-nuoc": "35",
    }


def test_two_figures_for_one_label_agree_or_neither_counts() -> None:
    same = _index(("6.1", "Tỷ lệ cấp kết quả điện tử: 40.19%", "40,19", ""))
    other = _index(("6.1", "Tỷ lệ cấp kết quả điện tử: 40.19%", "41,19", ""))

    assert (told(same), len(values(same))) == ([], 1)
    assert (told(other), values(other)) == ([("two-values", 2, 3)], {})


@pytest.mark.parametrize(
    "label",
    [
        "Chỉ số tổng hợp của UBND tỉnh Thừa Thiên Huế", "CHỈ SỐ TỔNG HỢP", "Chỉ số tổng hợp (100 điểm)", "Tổng điểm",
        "I. Chỉ số tổng hợp", "Chỉ số tổng hợp của tỉnh",
    ],
)  # fmt: skip
def test_names_of_the_total(label: str) -> None:
    assert values(_index(("I", label, "60.58/100", "64.9/100"))) == {
        ("thua-thien-hue", "TONG"): Decimal("60.58"), ("ca-nuoc", "TONG"): Decimal("64.9"),
    }  # fmt: skip


def test_a_total_in_a_table_of_something_else_is_not_the_index() -> None:
    reading = _index(
        ("1", "Chỉ đạo điều hành", "5", "6"), ("2", "Tổng điểm", "60", "64"), title="KẾT QUẢ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH"
    )

    assert facts(reading) == []
    assert [(why, row) for why, row, _ in told(reading)] == [("unknown-label", 2), ("unknown-label", 3)]


def test_group_rows_between_labels() -> None:
    reading = _index(
        ("II", "Các chỉ số thành phần", "", ""),
        merged("Nhóm", 4),
        ("1", "Công khai, minh bạch", "5/18", ""),
        ("* Ghi chú", "", "", ""),
    )

    assert told(reading) == []
    assert told(reading, "note") == [("missing", 4, 4)]
    assert skipped(reading) == [(2, "group"), (3, "group"), (5, "note")]


@pytest.mark.parametrize(
    ("text", "is_group"),
    [
        ("Các chỉ số thành phần:", True),
        ("Nhóm 1: Công khai", True),
        ("Trong đó", True),
        ("Theo Quyết định 766/QĐ-TTg năm 2022", True),
        ("Tỷ lệ nào đó: 40", False),
        ("Tỷ lệ nào đó 40 %", False),
        ("Điểm nào đó 5/18", False),
    ],
)
def test_a_row_of_words_is_a_group_and_one_with_a_figure_is_told(text: str, is_group: bool) -> None:
    reading = _index(("1", "Công khai, minh bạch", "5/18", "6/18"), ("", text, "", ""))

    assert skipped(reading) == ([(3, "group")] if is_group else [])
    assert told(reading) == ([] if is_group else [("unknown-label", 3, 2)])


def test_a_label_named_twice() -> None:
    reading = _index(
        ("1", "Công khai, minh bạch", "5/18", "6/18"), ("2", "Chỉ số công khai, minh bạch", "7/18", "6/18")
    )

    assert told(reading) == [("double-label", 3, 2), ("two-printings", 3, 3)]
    assert values(reading) == {("ca-nuoc", "CKMB"): Decimal(6)}


def test_columns_headed_by_units() -> None:
    reading = _index(
        ("1", "Công khai, minh bạch", "5/18", "6/18", "7/18"),
        headings=("STT", "Chỉ số", "UBND huyện A Lưới", "TP. Huế", "Cả nước"), title="SO SÁNH",
    )  # fmt: skip

    assert told(reading) == []
    assert {unit for unit, _ in values(reading)} == {"a-luoi", "tp-hue", "ca-nuoc"}


def test_another_provinces_column_is_unmapped() -> None:
    reading = _index(
        ("1", "Công khai, minh bạch", "5/18", "6/18"),
        headings=("STT", "Nội dung", "Điểm của tỉnh", "Điểm của tỉnh Gia Lai"),
    )

    assert told(reading) == [("unknown-heading", 1, 4)]


@pytest.mark.parametrize(
    ("upper", "lower"), [("Điểm", ("UBND huyện A Lưới", "Cả nước")), ("Kết quả", ("TP. Huế", "Cả nước"))]
)
def test_columns_of_units_under_one_heading(upper: str, lower: tuple[str, str]) -> None:
    reading = read_table(
        ["STT", "Chỉ số", *merged(upper, 2)],
        ["", "", *lower],
        ["1", "Công khai, minh bạch", "5/18", "6/18"],
        title="SO SÁNH",
    )

    assert (told(reading), len(values(reading))) == ([], 2)


def test_columns_of_units_that_say_their_measure_below() -> None:
    reading = read_table(
        ["STT", "Chỉ số", "UBND huyện A Lưới", "Cả nước"], ["", "", "Điểm", "Điểm"], ["1", "Công khai, minh bạch", "5/18", "6/18"],
        title="SO SÁNH",
    )  # fmt: skip

    assert (told(reading), {unit for unit, _ in values(reading)}) == ([], {"a-luoi", "ca-nuoc"})


def test_units_figures_of_another_month_are_not_this_months() -> None:
    reading = read_table(
        ["STT", "Chỉ số", *merged("Tháng trước", 2)], ["", "", "TP. Huế", "Cả nước"], ["1", "Công khai, minh bạch", "5/18", "6/18"],
        title="SO SÁNH",
    )  # fmt: skip

    assert (facts(reading), len(told(reading))) == ([], 2)
