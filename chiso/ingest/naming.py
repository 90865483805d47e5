"""What names an indicator: the title of a column, the label of a row, with what may stand around the name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chiso.ingest.layout import IndicatorRecord, Knowledge, Layout, Line, Role
from chiso.values.name import fold, parse
from chiso.values.number import Kind

MEASURES = {  # words that say in what a column is measured
    "diem": Kind.SCORE, "diem so": Kind.SCORE, "so diem": Kind.SCORE,
    "ho so": Kind.COUNT, "so ho so": Kind.COUNT, "don vi": Kind.COUNT, "so don vi": Kind.COUNT,
    "tai khoan": Kind.COUNT, "luot": Kind.COUNT, "ty le": Kind.PERCENT, "phan tram": Kind.PERCENT,
}  # fmt: skip
# Last words of headings: alone they do not tell what a column holds, whatever stands above them.
GENERIC = frozenset({*MEASURES, "tong diem", "co quan", "noi dung", "chi tieu", "tong so", "so luong", "ket qua"})
# Words that a heading above others may have without making them another figure. "Tháng trước", "Cấp xã", "Điểm trừ",
# "Hồ sơ trực tuyến" have others.
_NEUTRAL = frozenset({
    "ket", "qua", "xu", "ly", "giai", "quyet", "thuc", "hien", "so", "lieu", "chi", "tieu", "noi", "dung", "ho",
    "thu", "tuc", "hanh", "chinh", "tthc", "tren", "cong", "dich", "vu", "quoc", "gia", "trien", "khai", "diem",
    "tong", "hop", "cac", "nhom", "thanh", "phan", "va", "cua", "don", "vi", "danh", "ty", "le", "theo", "tung",
    "trong", "do",
})  # fmt: skip
_PERIOD_ABOVE = re.compile(r"\b(?:thang|quy|nam) (?:\d{1,4}|i{1,3}|iv)\b")
_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_MAXIMUM = re.compile(r"(?:(?:điểm )?tối đa|thang điểm)?\s*:?\s*(\d{1,3}(?:[.,]\d+)?)\s*(?:điểm|đ)?", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]|[IVX]{1,4}\.|[a-zđ][.)]|[-–+•*])\s+")
_FIGURE_BEHIND = re.compile(r"(\d[\d.,]*(?:\s*/\s*\d[\d.,]*)?(?:\s*%)?)\)?\s*\.?\s*\Z")
_LONGEST_FIGURE = 40
# What tells one month's print of a heading from the next one's: numbers behind the name of a period, whole dates.
_PERIOD = re.compile(r"\b(thang|quy|nam|ngay|tuan|ky)(?: (?:\d{1,4}|i{1,3}|iv))+\b")
_DATE = re.compile(r"\b\d{1,2} \d{1,2} \d{4}\b")
_PERIOD_PRINTED = re.compile(
    r"\b(tháng|quý|năm|ngày|tuần|kỳ)\s*(?:\d{1,4}|IV|I{1,3})(?:\s*[/.–-]\s*(?:\d{1,4}|IV|I{1,3}))*\b", re.IGNORECASE
)
_DATE_PRINTED = re.compile(r"\b\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\b")
_JOINT = re.compile(r"[\s=(–-]*(?:\b(?:đạt|là|bằng))?[\s=(–-]*\Z")


@dataclass(frozen=True, slots=True)
class Title:
    """A printed title without what may stand behind it: "Công khai, minh bạch (18 điểm)" is the score of 18 called
    "cong khai minh bach". `kind` and `maximum` are None where the title does not say them."""

    key: str
    kind: Kind | None = None
    maximum: Decimal | None = None

    def fits(self, record: IndicatorRecord) -> bool:
        """Whether what the title says of kind and maximum is the indicator's."""
        kind_fits = self.kind is None or self.kind is record.kind
        return kind_fits and (self.maximum is None or record.maximum is None or self.maximum == record.maximum)


def key(text: str) -> str:
    """The text for comparing, "tỉ lệ" spelt as "tỷ lệ"."""
    return re.sub(r"\bti le\b", "ty le", fold(text))


def exactly(text: str) -> str:
    """The whole of a printed title but for the period it names: what a title that was learnt is compared by."""
    found = _DATE.sub("", _PERIOD.sub(r"\1", key(text)))
    return " ".join([*found.split(), *("%" for _ in range("%" in text))])


def timeless(text: str) -> str:
    """A title as printed, without the period it names, where that leaves it the same title."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    short = " ".join(_DATE_PRINTED.sub("", _PERIOD_PRINTED.sub(r"\1", text)).split())
    return short if exactly(short) == exactly(text) else text


def bare(text: str) -> Title:
    """A title taken apart: the name, and what stands in brackets behind it."""
    text = unicodedata.normalize("NFC", text)
    kind: Kind | None = Kind.PERCENT if "%" in text else None
    maximum: Decimal | None = None
    while found := _IN_BRACKETS.search(text):
        inside = found[1].strip()
        number = _MAXIMUM.fullmatch(inside)
        if number:
            maximum = Decimal(number[1].replace(",", "."))
        elif key(inside) in MEASURES:
            kind = MEASURES[key(inside)]
        elif inside.strip("% "):
            break
        text = text[: found.start()]
    return Title(key(text), kind, maximum)


def is_neutral(above: str, says: Collection[str] = ()) -> bool:
    """Whether what stands above a heading (a key) leaves its meaning as it is. `says` are the words of the title."""
    return all(word in _NEUTRAL or word in says for word in _PERIOD_ABOVE.sub("", above).split())


def names_of(record: IndicatorRecord) -> set[str]:
    """Keys that name an indicator: its name, "Chỉ số …" before it, and the code of a group ("CKMB") or a part of one.

    Other codes may be words: TONG is not every column of sums."""
    name = key(record.name)
    code = {key(record.code)} if record.part_of_total or "." in record.code else set()
    return {name, f"chi so {name}", name.removeprefix("chi so "), *code}


def tells(title: str, record: IndicatorRecord) -> bool:
    """Whether a title (a key) says by itself which indicator it is: it has more than half of the name's words.

    "Tổng điểm" or "Đã triển khai" get their meaning from the table they stand in."""
    words = set(key(record.name).split())
    return title in names_of(record) or len(words & set(title.split())) * 2 > len(words)


class Labels:
    """Labels of rows -> indicators: the names on record, and the titles of a layout's rows."""

    def __init__(self, knowledge: Knowledge, layout: Layout | None = None) -> None:
        self._records = {record.code: record for record in knowledge.indicators}
        lines = [Line(Role.INDICATOR, tuple(names_of(record)), record.code, "row") for record in knowledge.indicators]
        layouts = (layout,) if layout else knowledge.layouts
        rows = [line for each in layouts for line in each.lines if line.axis == "row"]
        known = [line for line in rows if line.indicator in self._records]
        self._lines = _unambiguous(lines) | _unambiguous(known)  # a layout's own titles come first
        own = [line for line in rows if layout and line.is_of_use(knowledge)]
        self._exact = _unambiguous(own, exactly)  # … and its own titles as they are printed before all
        self._tails = issuer_tails(knowledge)

    def read(self, text: str) -> tuple[Line | None, str]:
        """(the line, the text of the figure inside the label): "Tỷ lệ …: 85.23%" -> (…, "85.23%")."""
        for head, tail in _splits(unicodedata.normalize("NFC", text)):
            line = self._exact.get(exactly(head)) or self._named(head)
            if line is not None:
                return line, tail
        return None, ""

    def knows(self, text: str) -> bool:
        return self.read(text)[0] is not None

    def tells(self, text: str, line: Line) -> bool:
        """Whether the label names its indicator by itself, whatever table it stands in."""
        heads = (head for head, _ in _splits(unicodedata.normalize("NFC", text)))
        head = next((head for head in heads if self._named(head) is line), text)
        return tells(without_issuer(bare(head).key, self._lines, self._tails), self._records[line.indicator])

    def title(self, text: str, line: Line | None) -> tuple[str, bool]:
        """The name in a label, which may be that of a line, and whether its figure stands behind it in the label."""
        splits = list(_splits(unicodedata.normalize("NFC", text)))
        for head, tail in splits:
            if self.read(head)[0] == line if line else (tail and any(map(str.isdigit, tail))):
                return head.strip(), bool(tail)
        return splits[0][0].strip(), False

    def _named(self, text: str) -> Line | None:
        title = bare(text)
        line = self._lines.get(without_issuer(title.key, self._lines, self._tails))
        return line if line is not None and title.fits(self._records[line.indicator]) else None


def _unambiguous(lines: Sequence[Line], by: Callable[[str], str] = key) -> dict[str, Line]:
    """Keys of titles -> the line; the title of two different indicators names neither."""
    named: dict[str, dict[str, Line]] = {}
    for line in lines:
        for title in filter(None, map(by, line.titles)):
            named.setdefault(title, {})[line.indicator] = line
    return {title: next(iter(found.values())) for title, found in named.items() if len(found) == 1}


def issuer_tails(knowledge: Knowledge) -> tuple[str, ...]:
    """What may stand behind a title as the issuer's own name, longest first."""
    name = fold(knowledge.issuer_name)
    return tuple(dict.fromkeys((name, name.removeprefix("ubnd "), fold(parse(knowledge.issuer_name).core))))


def without_issuer(title: str, known: Mapping[str, object], tails: tuple[str, ...]) -> str:
    """ "chi so tong hop cua ubnd tinh thua thien hue" is "chi so tong hop" of the issuer itself."""
    if title in known:
        return title
    joints = (joint for tail in tails if tail for joint in (f" cua {tail}", f" {tail}"))
    heads = (title.removesuffix(joint) for joint in joints if title.endswith(joint))
    return next((head for head in heads if head in known), title)


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """The ways to part a label from a figure: none, at each colon, before a figure at its end."""
    text = text.replace("：", ":")
    numbered = _NUMBERED.match(text)
    text = text[numbered.end() :] if numbered else text
    yield text, ""
    place = text.find(":")
    while place >= 0:
        yield text[:place], text[place + 1 :].strip()
        place = text.find(":", place + 1)
    behind = _FIGURE_BEHIND.search(text, max(len(text) - _LONGEST_FIGURE, 0))
    if behind:
        yield _JOINT.sub("", text[: behind.start()]), behind[1]
