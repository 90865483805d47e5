"""Dispatch 1082/VPUB-KSTT as a case, typed from the paper, and small cases around it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from chiso.checks.case import Case, Outcome, Previous, Row, Sheet, Status
from chiso.ingest.fact import Headline
from chiso.ingest.layout import IndicatorRecord, UnitRecord
from chiso.values.number import Figure, Kind, read

PROVINCE, NATION = "thua-thien-hue", "ca-nuoc"

_SCORES = [("CKMB", 18), ("TDGQ", 20), ("CLGQ", 12), ("TTTT", 10), ("MDHL", 18), ("MDSH", 22)]
INDICATORS = {
    record.code: record
    for record in (
        IndicatorRecord("TONG", "Chỉ số tổng hợp", Kind.SCORE, Decimal(100), "higher"),
        *(
            IndicatorRecord(code, code, Kind.SCORE, Decimal(most), "higher", parent="TONG", part_of_total=True)
            for code, most in _SCORES
        ),
        *(IndicatorRecord(f"MDHL.{n}", f"MDHL.{n}", Kind.PERCENT, None, "higher", parent="MDHL") for n in (1, 2, 3)),
        IndicatorRecord("MDSH.1", "Cấp kết quả điện tử", Kind.PERCENT, None, "higher", parent="MDSH"),
        IndicatorRecord("MDSH.2", "Số hóa hồ sơ", Kind.PERCENT, None, "higher", parent="MDSH"),
        IndicatorRecord("MDSH.3", "Tỷ lệ khai thác", Kind.PERCENT, None, "higher", parent="MDSH"),
        IndicatorRecord("MDSH.4", "Tài khoản", Kind.COUNT, parent="MDSH"),
        IndicatorRecord("MDSH.5", "Chứng thực điện tử", Kind.COUNT, additive=True, parent="MDSH"),
        IndicatorRecord("CTDT.TK", "Đã triển khai", Kind.SHARE, None, "higher", complement="CTDT.CTK"),
        IndicatorRecord("CTDT.CTK", "Chưa triển khai", Kind.COUNT, None, "lower", additive=True),
        IndicatorRecord("HSTT.QH", "Quá hạn", Kind.COUNT, None, "lower", additive=True),
        IndicatorRecord("HSTT.DH", "Đúng hạn", Kind.PERCENT, None, "higher", complement="HSTT.QH"),
        IndicatorRecord("HSTT.TT", "Trực tuyến", Kind.PERCENT, None, "higher"),
    )
}

# I: STT, indicator, the province's figure, the nation's (a sub-row keeps its figure in its label, column 2)
INDEX = [
    ("I", "TONG", "60.58/100", "64.9/100"),
    ("", "", "", ""),
    ("1", "CKMB", "11.3/18", "11.3/18"),
    ("2", "TDGQ", "17.1/20", "17,5/20"),
    ("3", "CLGQ", "4.2/12", "5.9/12"),
    ("4", "TTTT", "2,7/10", "3,9/10"),
    ("5", "MDHL", "16,4/18", "17,1/18"),
    ("5.1", "MDHL.1", "100%", ""),
    ("5.2", "MDHL.2", "85.23%", ""),
    ("5.3", "MDHL.3", "100%", ""),
    ("6", "MDSH", "10.4/22", "10.6/22"),
    ("6.1", "MDSH.1", "40.19%", ""),
    ("6.2", "MDSH.2", "45.81%", ""),
    ("6.3", "MDSH.3", "0 hồ sơ", ""),
    ("6.4", "MDSH.4", "689.276", ""),
    ("6.5", "MDSH.5", "10.790", ""),
]
DISTRICTS = [
    ("quang-dien", "57,72/100"),
    ("nam-dong", "56,39/100"),
    ("huong-tra", "48,7/100"),
    ("phong-dien", "43,78/100"),
    ("phu-loc", "42,25/100"),
    ("tp-hue", "41,37/100"),
    ("a-luoi", "40,62/100"),
    ("huong-thuy", "39,09/100"),
    ("phu-vang", "33,56/100"),
]
COPIES = [
    ("tp-hue", "37/37", "1.502", "0"),
    ("huong-thuy", "8/11", "96", "3"),
    ("phong-dien", "17/17", "239", "0"),
    ("huong-tra", "10/10", "109", "0"),
    ("quang-dien", "12/12", "6.363", "0"),
    ("nam-dong", "11/11", "503", "0"),
    ("phu-vang", "15/15", "1.215", "0"),
    ("a-luoi", "19/19", "285", "0"),
    ("phu-loc", "18/18", "478", "0"),
]
HANDLING = [
    ("quang-dien", "503", "89.18%", "67.3%"),
    ("phong-dien", "423", "88.82%", "31.4%"),
    ("nam-dong", "393", "87.59%", "58.2%"),
    ("huong-tra", "733", "85.92%", "35.4%"),
    ("tp-hue", "5932", "86.07%", "27.3%"),
    ("a-luoi", "732", "83.54%", "24.4%"),
    ("phu-loc", "2.145", "80.15%", "47.3%"),
    ("phu-vang", "2.465", "78.65%", "33.6%"),
    ("huong-thuy", "2.608", "71.63%", "39.4%"),
    ("so-tai-nguyen-va-moi-truong", "38", "98.89%", "97.9%"),
    ("so-tai-chinh", "14", "97.77%", "100.0%"),
    ("so-van-hoa-va-the-thao", "12", "97.15%", "100.0%"),
    ("so-cong-thuong", "1.002", "94.75%", "99.4%"),
    ("so-ngoai-vu", "1", "97.62%", "100.0%"),
    ("so-lao-dong", "84", "95.26%", "99.7%"),
    ("so-nong-nghiep", "6", "93.09%", "80.4%"),
    ("so-tu-phap", "251", "93.91%", "77.8%"),
    ("so-du-lich", "37", "93.46%", "100.0%"),
    ("so-ke-hoach-va-dau-tu", "150", "91.08%", "25.2%"),
    ("ban-quan-ly-khu-kinh-te", "4", "92.63%", "98.5%"),
    ("so-thong-tin-va-truyen-thong", "2", "98.87%", "75.0%"),
    ("so-y-te", "117", "88.67%", "100.0%"),
    ("so-noi-vu", "67", "80.91%", "98.8%"),
    ("so-khoa-hoc-va-cong-nghe", "23", "79.17%", "100.0%"),
    ("so-giao-thong-van-tai", "840", "73.98%", "26.9%"),
    ("so-xay-dung", "8", "65.41%", "63.6%"),
    ("so-giao-duc-va-dao-tao", "123", "86.13%", "100.0%"),
]

SHEETS = (
    Sheet("I"),
    Sheet("II", sorts="TONG"),
    Sheet("III"),
    Sheet("IV", sorts="HSTT.DH", sorts_within="level"),
)
HEADLINE = Headline(Decimal("61.5"), Decimal(100), 48, 63, "61.5/100")


def unit(
    slug: str, level: str, parent: str | None = PROVINCE, path: tuple[str, ...] = (PROVINCE, NATION)
) -> UnitRecord:
    return UnitRecord(slug, f"name of {slug}", level, parent=parent, path=path)


UNITS = {
    record.slug: record
    for record in (
        unit(NATION, "nation", None, ()),
        unit(PROVINCE, "province", NATION, (NATION,)),
        unit("gia-lai", "province", NATION, (NATION,)),
        *(unit(slug, "district") for slug, _ in DISTRICTS),
        *(unit(slug, "agency") for slug, *_ in HANDLING[9:]),
    )
}


def row(unit: str, indicator: str, printed: str, place: str = "", position: str = "", *, rank: str = "") -> Row:
    """A figure read from its print. `place` is "IV 6 4": appendix, row, column of the table as printed."""
    figure = read(printed, INDICATORS[indicator].kind)
    assert isinstance(figure, Figure), printed
    appendix, number, column = place.split() if place else ("I", "0", "0")
    cell = f"{appendix}, row {number}, column {column} (Phụ lục {appendix}!X{number})" if place else ""
    return Row(unit, indicator, figure.value, figure.out_of, printed, appendix, cell, position, rank, order=int(number))


def _rows() -> list[Row]:
    rows = []
    for number, (position, indicator, ours, nations) in enumerate(INDEX, start=2):
        if ours:
            rows.append(row(PROVINCE, indicator, ours, f"I {number} {3 if nations else 2}", position))
        if nations:
            rows.append(row(NATION, indicator, nations, f"I {number} 4", position))
    for appendix, table, columns in (
        ("II", DISTRICTS, ("TONG",)),
        ("III", COPIES, ("CTDT.TK", "MDSH.5", "CTDT.CTK")),
        ("IV", HANDLING, ("HSTT.QH", "HSTT.DH", "HSTT.TT")),
    ):
        for position, (slug, *figures) in enumerate(table, start=1):
            for column, (indicator, printed) in enumerate(zip(columns, figures, strict=True), start=3):
                rows.append(row(slug, indicator, printed, f"{appendix} {position + 1} {column}", str(position)))
    return rows


def dispatch_1082() -> Case:
    """All 139 figures of the dispatch, with the units and indicators they need; no earlier dispatch on record."""
    return Case(tuple(_rows()), INDICATORS, UNITS, SHEETS, HEADLINE, PROVINCE, NATION)


def dispatch_943() -> Previous:
    """What is known of the dispatch before: its total, the national average and its headline."""
    headline = Headline(Decimal("60.58"), Decimal(100), 46, 63, "60.58/100")
    rows = (row(PROVINCE, "TONG", "60.58/100", "I 2 3"), row(NATION, "TONG", "64.9/100", "I 2 4"))
    return Previous("943/VPUB-KSTT", rows, headline)


def case_of(*rows: Row, sheets: tuple[Sheet, ...] = (), **changes: object) -> Case:
    """A small case of these rows; without `sheets` one unordered sheet for each appendix they name."""
    sheets = sheets or tuple(Sheet(ordinal) for ordinal in dict.fromkeys(one.appendix for one in rows))
    case = Case(rows, INDICATORS, UNITS, sheets, Headline(), PROVINCE, NATION)
    return replace(case, **changes)  # type: ignore[arg-type]


def findings(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.status == Status.FINDING]


def places(outcomes: list[Outcome], status: Status) -> list[str]:
    return [outcome.where for outcome in outcomes if outcome.status == status]
