"""The figures of a run: a formula of the unit, the indicator and the dispatch, the same in Python and in SQL.

Six indicators: five groups out of 20 and their sum, so that the checks have nothing to find."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

GROUPS = (
    ("CKMB", "Công khai, minh bạch"), ("TDGQ", "Tiến độ giải quyết"), ("CLGQ", "Dịch vụ công trực tuyến"),
    ("TTTT", "Thanh toán trực tuyến"), ("MDHL", "Mức độ hài lòng"),
)  # fmt: skip
TOTAL = ("TONG", "Chỉ số tổng hợp")
INDICATORS = (TOTAL, *GROUPS)
TITLE = "KẾT QUẢ CHỈ SỐ TỔNG HỢP CỦA CẢ NƯỚC"
HEADINGS = ("STT", "Mã đơn vị", "Đơn vị", *(name for _code, name in INDICATORS))
ORDINAL, FIRST_ROW = "II", 2
ISSUER, SYMBOL = "vpcp", "VPCP-KSTT"
PROVINCES, DISTRICTS = 63, 700

_GROUP = (
    "(({o} * 7919 + {g} * 104729 + ({o} % 9973) * ({o} % 89) * {g}) % 1500) + 300"
    " + (({d} * 31 + {o} * 17 + {g} * 13) % 41) - 20"
)


def group(unit: int, number: int, dispatch: int) -> int:
    """Hundredths of group 1 to 5 of the unit with this order: 280 to 1819."""
    base = (unit * 7919 + number * 104729 + (unit % 9973) * (unit % 89) * number) % 1500 + 300
    return base + (dispatch * 31 + unit * 17 + number * 13) % 41 - 20


def row(unit: int, dispatch: int) -> list[int]:
    """Hundredths of all six, the total first."""
    groups = [group(unit, number, dispatch) for number in range(1, 6)]
    return [sum(groups), *groups]


def in_sql(place: int, dispatch: int, order: str) -> str:
    """The same of the indicator at this place."""
    numbers = [place] if place else range(1, 6)
    return " + ".join(f"({_GROUP.format(o=order, g=number, d=dispatch)})" for number in numbers)


def rows(units: int, dispatch: int) -> Iterator[list[int]]:
    for unit in range(1, units + 1):
        yield row(unit, dispatch)


def changed(units: int) -> dict[int, int]:
    """Unit -> the group that is another: one of every two hundred units, so that with its total one cell of a hundred
    changes."""
    wanted = max(1, units * len(INDICATORS) // 200)
    chosen = Random(units).sample(range(1, units + 1), wanted)  # noqa: S311  # the same ones each time
    return {unit: 1 + unit % 5 for unit in chosen}


def tree(units: int) -> tuple[int, int]:
    """How many provinces (without figures) and districts; the rest of the units are communes."""
    return max(2, min(PROVINCES, units // 20)), max(2, min(DISTRICTS, units // 10))


_SYLLABLES = [
    "An",
    "Bàn",
    "Cam",
    "Dinh",
    "Đông",
    "Gia",
    "Hải",
    "Khê",
    "Lâm",
    "Minh",
    "Nam",
    "Phong",
    "Quang",
    "Sơn",
    "Thanh",
    "Uyên",
    "Vinh",
    "Xuân",
    "Yên",
    "Bắc",
    "Châu",
    "Diên",
    "Đại",
    "Giang",
    "Hồng",
    "Kim",
    "Long",
    "Mỹ",
    "Nghĩa",
    "Phước",
    "Quế",
    "Sen",
    "Tân",
    "Vân",
    "Bình",
    "Chiến",
    "Dương",
    "Đức",
    "Hưng",
    "Kiên",
    "Lộc",
    "Mai",
    "Ninh",
    "Phú",
    "Quy",
    "Sa",
    "Trung",
    "Viên",
    "Biên",
    "Cẩm",
    "Duy",
    "Điền",
    "Hòa",
    "Khánh",
    "Lạc",
    "Mộc",
    "Nhơn",
    "Phiên",
    "Quỳnh",
    "Sông",
]


def name(number: int) -> str:
    """A name of two syllables, of three past 3,600 units; no two alike."""
    first, second = number % len(_SYLLABLES), number // len(_SYLLABLES) % len(_SYLLABLES)
    third = number // len(_SYLLABLES) ** 2
    syllables = [_SYLLABLES[first], _SYLLABLES[second], *([_SYLLABLES[third]] if third else [])]
    return " ".join(syllables)
