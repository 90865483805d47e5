"""Printed text <-> exact figure, decided by the kind of the indicator and never by a locale (decision: README)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import lru_cache

from chiso.values.alphabet import fold
from chiso.values.cell_format import CellFormat, cell_format


class Kind(StrEnum):
    """What an indicator measures."""

    SCORE = "score"  # value of a maximum: "17,5/20"
    PERCENT = "percent"  # "85.23%"
    COUNT = "count"  # whole number: "2.145"
    SHARE = "share"  # done of total: "37/37"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure read. `printed_kind` differs from the asked kind where the text says so ("0 hồ sơ" in a percent)."""

    value: Decimal
    out_of: Decimal | None
    printed: str
    printed_kind: Kind


@dataclass(frozen=True, slots=True)
class Missing:
    """A dash, an empty cell or "không có": no figure, which is not zero."""

    printed: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Text that cannot be read without a guess. `why` is an id of `WHYS` that `words` turns into a sentence;
    `detail` is what that sentence names: the letter, the word, the sign or the cell's format ("" for none)."""

    why: str
    printed: str
    detail: str = ""


WHYS = (
    "no-number",  # no digit at all
    "letter-in-number",  # "5O3"; detail: the letters
    "foreign-digits",  # digits of another script; detail: these
    "unknown-word",  # "12 abc"; detail: the word behind the number
    "word-of-another-kind",  # "12 hồ sơ" where a score is due; detail: the word
    "unexpected-sign",  # "~85", "5-6"; detail: the sign
    "negative",
    "space-in-number",  # "2 145"
    "misplaced-mark",  # ".5", "5,", "5..3"; detail: the number
    "two-marks",  # "1.234,5", and "1.234.567" where it is no count; detail: the number
    "mark-not-thousands",  # "2.14" in a count; detail: the number
    "percent-sign",  # "85%" where no percent is due
    "slash",  # "3/4" where one number is due
    "two-slashes",  # "8/11/2023"
    "share-without-total",  # "37" where done/total is due
    "zero-maximum",  # "5/0" as a score
    "too-many-decimals",  # more than MAX_DECIMALS
    "too-large",  # more than MAX_DIGITS before the mark
    "fraction-in-count",  # a numeric cell: 12.5
    "fraction-or-percent",  # a numeric cell: 0.85 without a percent format, 85 % or 0.85 %?
    "share-as-number",  # a numeric cell where done/total is due
    "percent-format",  # a numeric cell shown as a percent where none is due; detail: the format
    "date-in-cell",  # a numeric cell shown as a date or time; detail: the format
    "unknown-format",  # a numeric cell shown in a way not known here; detail: the format
)
# Texts whose reading is kept, some 20 MB at most. Columns repeat themselves, and those of an index are read twice (is
# it what its heading says?): a sixth of the work of a plan of 84,000 figures.
KEPT = 65_536
MAX_DECIMALS = 4
MAX_DIGITS = 11

COUNTING_WORDS = frozenset({"ho so", "don vi", "tai khoan", "truong hop", "luot", "thu tuc"})
PERCENT_WORD = "phan tram"
SCORE_WORD = "diem"
_WORDS_OF = {
    Kind.SCORE: frozenset({SCORE_WORD}),
    Kind.PERCENT: COUNTING_WORDS | {PERCENT_WORD},
    Kind.COUNT: COUNTING_WORDS,
    Kind.SHARE: COUNTING_WORDS,
}
_KNOWN_WORDS = COUNTING_WORDS | {PERCENT_WORD, SCORE_WORD}
_NO_FIGURE = frozenset({"khong", "khong co"})

_BLANK = "[\\s\u00ad\u200b-\u200f\u2060\ufeff]"  # white space, and what takes no room on paper
_BLANKS = "".join(filter(re.compile(_BLANK).match, map(chr, range(0x10000))))
_RAISED = "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079\u207d\u207e"  # marks of footnotes
_STROKES = re.compile("[-–—−‐‑]{1,3}|\\.{3,}|…+")
_LETTERS = r"[^\W\d_]+"
_SHAPE = re.compile(
    f"(?P<value>[0-9][0-9.,]*)(?:{_BLANK}*/{_BLANK}*(?P<out_of>[0-9][0-9.,]*))?"
    f"(?:{_BLANK}*(?P<percent>%))?(?:(?P<gap>{_BLANK}*)(?P<word>{_LETTERS}(?:{_BLANK}+{_LETTERS})*))?"
)
_PLAIN_COUNT = re.compile("[0-9]+")
_GROUPED_COUNT = re.compile(r"[1-9][0-9]{0,2}(?:(\.[0-9]{3})+|(,[0-9]{3})+)")
_DECIMAL = re.compile("([0-9]+)(?:[.,]([0-9]+))?")
_LOOSE_MARK = re.compile("^[.,]|[.,]{2}|[.,]$")
_EXACT = Context(prec=60)  # no figure of ours comes near
_SPREADSHEET = Context(prec=15, traps=[])  # the digits a spreadsheet keeps; behind them a float is noise


class _Unread(Exception):
    """Why a text is no figure; never leaves this module."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail


@lru_cache(maxsize=KEPT)
def read(text: str, kind: Kind) -> Figure | Missing | Doubt:
    """The figure a text prints, by the rules of the kind; never raises.

    "2.145" is 2145 as a count and 2,145 as a score. `printed` is the text without the white space
    around it and without a footnote's mark behind it.
    """
    printed = _bare(text)
    if not printed or _is_stroke(printed):
        return Missing(printed)
    try:
        return _figure(printed, kind)
    except _Unread as unread:
        return Doubt(unread.why, printed, unread.detail)


def read_number(number: Decimal, number_format: str, kind: Kind) -> Figure | Doubt:
    """The figure a numeric spreadsheet cell shows by its format; never raises.

    Rounded as shown (0.8918 as "0.00%" is 89.18, printed "89.18%"), without marks between thousands. A count must
    be whole in the cell itself, not only as shown.
    """
    if not number.is_finite():
        return Doubt("no-number", _cell_text(number))
    return _read_number(number, number_format, kind)


@lru_cache(maxsize=KEPT)
def _read_number(number: Decimal, number_format: str, kind: Kind) -> Figure | Doubt:
    number = _SPREADSHEET.plus(number) or Decimal(0)
    try:
        shown = _shown_by(number, number_format, kind)
    except _Unread as unread:
        return Doubt(unread.why, _cell_text(number), unread.detail)
    answer = read(shown, kind)
    if isinstance(answer, Missing):
        return Doubt("no-number", shown)
    if isinstance(answer, Figure) and answer.printed_kind is Kind.COUNT and answer.value != number:
        return Doubt("fraction-in-count", shown)
    if isinstance(answer, Figure) and answer.printed_kind is Kind.PERCENT and "%" not in shown and 0 < number <= 1:
        return Doubt("fraction-or-percent", shown)
    return answer


def plain(value: Decimal) -> str:
    """For machines and sums: "57.72", "100", "2145"; no exponent, no zeros at the end, never "-0"."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def vietnamese(value: Decimal, places: int | None = None) -> str:
    """For people: "57,72", "2.145"; with `places` rounded half up and kept at that many decimals."""
    whole, _, decimals = _shown(value, places, places).partition(".")
    sign = "-" if whole.startswith("-") else ""
    grouped = f"{int(whole.lstrip('-')):,}".replace(",", ".")
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"


def printed_text(value: Decimal, out_of: Decimal | None, kind: Kind) -> str:
    """A figure as a Vietnamese document prints it, so that `read` gives it back: "57,72/100", "85,23%", "2.145"."""
    if kind in (Kind.COUNT, Kind.SHARE):
        parts = [vietnamese(part) for part in (value, out_of) if part is not None]
    else:  # no thousands here: read back, "2.145" would be a decimal
        parts = [plain(part).replace(".", ",") for part in (value, out_of) if part is not None]
    return parts[0] + "%" if kind is Kind.PERCENT else "/".join(parts)


@lru_cache(maxsize=KEPT)
def decimal_mark(printed: str, kind: Kind) -> str:
    """The decimal mark a read figure was printed with, ".", "," or ""; "x/y" shows it in x, else in y."""
    kind, parts = _printed_parts(printed, kind)
    return _first_mark(parts) if kind in (Kind.SCORE, Kind.PERCENT) else ""


def thousands_mark(printed: str, kind: Kind) -> str:
    """The mark between thousands a read count or share was printed with, ".", "," or ""."""
    kind, parts = _printed_parts(printed, kind)
    return _first_mark(parts) if kind in (Kind.COUNT, Kind.SHARE) else ""


def bare_thousands(printed: str, kind: Kind) -> bool:
    """A count of four digits or more (in a share either of the two) printed without a mark: "5932"."""
    kind, parts = _printed_parts(printed, kind)
    return kind in (Kind.COUNT, Kind.SHARE) and any(len(part) > 3 and part.isdigit() for part in parts)


def places(printed: str, kind: Kind) -> int:
    """How many decimals the value of a read figure was printed with: 2 of "57,70/100", 0 of "2.145" as a count."""
    kind, parts = _printed_parts(printed, kind)
    if kind in (Kind.COUNT, Kind.SHARE) or not parts:
        return 0
    return len(parts[0].replace(",", ".").partition(".")[2])


def _shown_by(number: Decimal, number_format: str, kind: Kind) -> str:
    """What the cell shows, marks between thousands left out; a count always whole."""
    form = cell_format(number_format)
    _refuse_cell(number, form, number_format, kind)
    if form.times_hundred:
        number = number.scaleb(2, _EXACT)
    if kind is Kind.COUNT:
        return form.before + plain(number) + form.behind
    if number and form.most is None and number.adjusted() < -MAX_DECIMALS:
        raise _Unread("too-many-decimals")
    return form.before + _shown(number, form.least, form.most) + form.behind


def _refuse_cell(number: Decimal, form: CellFormat, number_format: str, kind: Kind) -> None:
    if form.is_date:
        raise _Unread("date-in-cell", number_format)
    if not form.is_known:
        raise _Unread("unknown-format", number_format)
    if kind is Kind.SHARE:
        raise _Unread("share-as-number")
    if "%" in form.behind and kind is not Kind.PERCENT:
        raise _Unread("percent-format", number_format)
    if number < 0:
        raise _Unread("negative")
    if number.adjusted() >= MAX_DIGITS:
        raise _Unread("too-large")
    if kind is Kind.COUNT and number % 1:
        raise _Unread("fraction-in-count")


def _cell_text(number: Decimal) -> str:
    return plain(number) if number.is_finite() and -20 < number.adjusted() < 20 else str(number)


def _shown(value: Decimal, least: int | None, most: int | None) -> str:
    """The value with a decimal point, rounded half up to `most` decimals, `least` of them kept."""
    if most is not None:
        value = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, _EXACT)
    whole, _, decimals = plain(value).partition(".")
    decimals = decimals.ljust(least or 0, "0")
    return f"{whole}.{decimals}" if decimals else whole


def _bare(text: str) -> str:
    """Without white space around and footnote marks behind ("2.145 ¹,²")."""
    if text.isascii():
        return text.strip()
    text = text.strip(_BLANKS)
    while text and text[-1] in _RAISED:
        text = text.rstrip(_RAISED).rstrip(_BLANKS)
        if len(text) > 1 and text[-1] == "," and text[-2] in _RAISED:
            text = text[:-1]
    return text


def _is_stroke(printed: str) -> bool:
    """A dash, dots or a word for none, instead of a figure."""
    if printed[0].isdigit():
        return False
    return bool(_STROKES.fullmatch(printed)) or fold(printed) in _NO_FIGURE


def _figure(printed: str, kind: Kind) -> Figure:
    shape = _SHAPE.fullmatch(printed if printed.isascii() else unicodedata.normalize("NFC", printed))
    if not shape:
        raise _refusal(printed)
    kind = _kind_of(shape, kind)
    value, out_of = shape["value"], shape["out_of"]
    if out_of is not None and kind in (Kind.PERCENT, Kind.COUNT):
        raise _Unread("slash")
    if out_of is None and kind is Kind.SHARE:
        raise _Unread("share-without-total")
    number = _count if kind in (Kind.COUNT, Kind.SHARE) else _decimal
    figure = Figure(number(value), None if out_of is None else number(out_of), printed, kind)
    if kind is Kind.SCORE and figure.out_of == 0:
        raise _Unread("zero-maximum")
    return figure


def _kind_of(shape: re.Match[str], kind: Kind) -> Kind:
    """The kind the text itself shows: a counting word in a percent column makes a count."""
    word = fold(shape["word"]) if shape["word"] else ""
    if word and word not in _KNOWN_WORDS:
        apart = shape["gap"] or shape["percent"]
        raise _Unread("unknown-word" if apart else "letter-in-number", shape["word"])
    if (shape["percent"] or word == PERCENT_WORD) and kind is not Kind.PERCENT:
        raise _Unread("percent-sign")
    if word and word not in _WORDS_OF[kind]:
        raise _Unread("word-of-another-kind", shape["word"])
    return Kind.COUNT if kind is Kind.PERCENT and word in COUNTING_WORDS and not shape["percent"] else kind


def _count(text: str) -> Decimal:
    if not (_PLAIN_COUNT.fullmatch(text) or _GROUPED_COUNT.fullmatch(text)):
        raise _Unread(_wrong_marks(text) or "mark-not-thousands", text)
    digits = text.replace(".", "").replace(",", "")
    if len(digits) > MAX_DIGITS:
        raise _Unread("too-large")
    return Decimal(digits)


def _decimal(text: str) -> Decimal:
    match = _DECIMAL.fullmatch(text)
    if not match:
        raise _Unread(_wrong_marks(text) or "two-marks", text)
    whole, decimals = match[1], match[2] or ""
    if len(whole) > MAX_DIGITS:
        raise _Unread("too-large")
    if len(decimals) > MAX_DECIMALS:
        raise _Unread("too-many-decimals")
    return Decimal(f"{whole}.{decimals}") if decimals else Decimal(whole)


def _wrong_marks(text: str) -> str:
    if _LOOSE_MARK.search(text):
        return "misplaced-mark"
    return "two-marks" if "." in text and "," in text else ""


def _refusal(printed: str) -> _Unread:
    """Why a text has not the shape of a figure at all; the plainest fault first."""
    foreign = "".join(sign for sign in printed if unicodedata.category(sign) == "Nd" and not sign.isascii())
    if foreign:
        return _Unread("foreign-digits", foreign)
    if not re.search("[0-9]", printed):
        return _Unread("no-number")
    if re.match(f"[-–—−]{_BLANK}*[0-9.,]", printed):
        return _Unread("negative")
    letters = "".join(dict.fromkeys(sign for sign in unicodedata.normalize("NFC", printed) if sign.isalpha()))
    if letters:
        return _Unread("letter-in-number", letters)
    return _stray_sign(printed)


def _stray_sign(printed: str) -> _Unread:
    sign = re.search(f"(?!{_BLANK})[^0-9.,/%]", printed)
    if sign:
        return _Unread("unexpected-sign", sign.group())
    if re.search(f"[0-9.,]{_BLANK}+[0-9.,]", printed):
        return _Unread("space-in-number")
    if printed.count("/") > 1:
        return _Unread("two-slashes")
    if re.search("(?<![0-9])[.,]", printed):
        return _Unread("misplaced-mark", printed)
    return _Unread("unexpected-sign", "%" if "%" in printed else "/")


def _printed_parts(printed: str, kind: Kind) -> tuple[Kind, tuple[str, ...]]:
    """The kind and the one or two numbers of a text; no numbers where it is no figure."""
    shape = _SHAPE.fullmatch(unicodedata.normalize("NFC", _bare(printed)))
    if not shape:
        return kind, ()
    try:
        return _kind_of(shape, kind), tuple(part for part in (shape["value"], shape["out_of"]) if part is not None)
    except _Unread:
        return kind, ()


def _first_mark(parts: tuple[str, ...]) -> str:
    return next((sign for part in parts for sign in part if sign in ".,"), "")
