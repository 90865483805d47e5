"""The letter's own fields from its lines of text, and those that an appendix's caption repeats.

Lines come as the readers make them: a head set in two columns or one, paragraphs whole (DOCX) or
broken as on paper (PDF). What the text does not say stays empty; no date is ever guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from chiso.ingest.fact import Headline, Letter
from chiso.ingest.signature import read_signer
from chiso.values import reference
from chiso.values.period import impossible_dates, read_date

_DAY = r"(?:ngày\s+)?\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}|\d{1,2}\s*[/-]\s*\d{1,2}\s*[/-]\s*\d{4}"

# "VPUB - KSTT", "VPUB- KSTT": behind a space only what is surely an abbreviation ("– Huế, ngày …" is the next field).
_DASH = r"[-\u2010-\u2015\u2212]"
_APART = rf"(?:(?:\s+{_DASH}\s*|(?<={_DASH})\s+)(?-i:[A-ZĐ][A-ZĐ0-9][A-ZĐa-zđ0-9]*)(?=[\s,;().:]|{_DASH}|$))*"
_NUMBER = re.compile(  # "1082a/…", and no number yet
    rf"Số\s*:?\s*(\d+[A-Za-zĐđ]?|)\s*/\s*([^\s,;()/]+(?:/[^\s,;()]+)?{_APART})"
)
_PLACE_AND_DATE = re.compile(r"[^\W\d_][^\d,:;()]{1,40},\s*(ngày\s.{1,30}năm\s+\d{4})\s*\.?$")
_UNDATED = re.compile(r"ngày[\s._…]*tháng|.*\btháng[\s._…]*năm", re.IGNORECASE)  # left open until it is signed
_SUBJECT = re.compile(r"(?:V/v|Về việc)\s*:?\s+(?=\S)")
_ADDRESS = re.compile(r"Kính\s+gửi\s*:", re.IGNORECASE)
_OTHER_FIELD = re.compile(r"Số\s*:|Kính\s+gửi|Độc\s+lập|V/v|Về việc|Căn cứ|Thực hiện", re.IGNORECASE)
_MOST_SUBJECT_LINES = 6

_AS_OF = (
    re.compile(rf"(?:số liệu|dữ liệu|kết quả)[^.;)]{{0,40}}?(?:thời điểm|đến|ngày)\s+({_DAY})", re.IGNORECASE),
    re.compile(rf"(?:tính|cập nhật|tổng hợp|trích xuất)\s+đến\s+(?:hết\s+)?({_DAY})", re.IGNORECASE),
    re.compile(rf"tại thời điểm\s+({_DAY})", re.IGNORECASE),
)

_SCORE = re.compile(
    r"(?<![\d/.,])(?P<value>\d{1,3}(?:[.,]\d{1,3})?)\s*/\s*"
    r"(?P<maximum>100(?![\d/]|[.,]\d)|\d{2,3}(?=\s*điểm))(?:\s*điểm)?",
    re.IGNORECASE,
)
_BEFORE_SCORE = re.compile(r"(?:điểm|đạt)[^.;\d]{0,80}$", re.IGNORECASE)
_RANK = re.compile(
    r"(?:xếp|đứng|hạng|vị trí)(?:\s+(?:hạng|thứ|thứ hạng|vị trí|ở|tại))*\s*:?\s*"
    r"(\d{1,3})\s*(?:/|trên)\s*(\d{1,3})(?![\d/])",
    re.IGNORECASE,
)
_SCORE_LIKE = re.compile(r"(?<!\S)(\S+\s*/\s*100)\s*điểm", re.IGNORECASE)
_RANK_LIKE = re.compile(r"xếp\s+(?:thứ\s+)?(?:hạng|thứ|vị trí)(?:\s+thứ)?\s*:?\s*(\S+\s*/\s*\S+)", re.IGNORECASE)
_NEAR = 200  # signs between a score and its rank

_CAPTION = re.compile(
    rf"kèm\s+(?:theo\s+)?\S.*?số\s*:?\s*(\d+[a-zđ]?|)\s*/\s*([^\s,;()]+{_APART})", re.IGNORECASE | re.DOTALL
)
_OF = re.compile(rf"(?:{_DAY})\s*của\s+([^()]+)", re.IGNORECASE)

_PARENT = re.compile(r"(?:UBND|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN)\s+(?:TỈNH|THÀNH PHỐ|HUYỆN|THỊ XÃ|QUẬN|XÃ|PHƯỜNG)\s+\S")
_STATE = re.compile(r"CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI")
_LEVEL = re.compile(r"\b(TỈNH|THÀNH PHỐ|HUYỆN|THỊ XÃ|QUẬN|XÃ|PHƯỜNG)\b")
_ACRONYMS = ("UBND", "HĐND")


def read_letter(lines: Sequence[str]) -> Letter:
    """The fields of a letter. `lines` are its lines of text, up to the first appendix."""
    lines = [line for line in map(_plain, lines) if line]
    head = _head(lines)
    number, symbol = _number(head) or _number(lines) or ("", "")
    text = " ".join(lines)
    headline = _headline(text)
    return Letter(
        number=number,
        symbol=symbol,
        issued_on=_issued_on(head),
        data_as_of=_data_as_of(text),
        subject=_subject(lines),
        signer=read_signer(lines),
        issuer_name=_issuer(head),
        headline=headline,
        unread=_unread(text, headline),
        odd_dates=_odd_dates(head, text),
    )


def read_caption(text: str) -> Letter:
    """What an appendix's caption says of its letter: "(Kèm theo Công văn số … ngày … của …)"."""
    text = _plain(text)
    cited = _CAPTION.search(text)
    if cited is None:
        return Letter()
    rest = text[cited.end() :]
    day = re.search(_DAY, rest, re.IGNORECASE)
    issuer = _OF.search(rest)
    return Letter(
        number=cited.group(1),
        symbol=_symbol(cited.group(2)),
        issued_on=_date(day.group()) if day else None,
        issuer_name=issuer.group(1).strip(" .)") if issuer else "",
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _head(lines: Sequence[str]) -> list[str]:
    """The lines above "Kính gửi:", all where a letter has no such line."""
    end = next((place for place, line in enumerate(lines) if _ADDRESS.match(line)), len(lines))
    return list(lines[:end])


def _number(lines: Sequence[str]) -> tuple[str, str] | None:
    """Number and symbol of the line that begins with "Số:"; numbers cited in sentences are others'."""
    found = next(filter(None, map(_NUMBER.match, lines)), None)
    return (found.group(1), _symbol(found.group(2))) if found else None


def _symbol(text: str) -> str:
    """Without the full stop of a sentence."""
    return reference.symbol(text).rstrip(".:")


def _issued_on(head: Sequence[str]) -> date | None:
    said = _issued(head)
    return _date(said) if said else None


def _issued(head: Sequence[str]) -> str:
    """The date of the line "place, ngày … tháng … năm …", which may be broken in two."""
    for place, line in enumerate(head):
        broken = " ".join(head[place : place + 2])
        found = _PLACE_AND_DATE.match(line) or _PLACE_AND_DATE.match(broken)
        found = found or (_PLACE_AND_DATE.search(line) if _NUMBER.match(line) else None)
        if found and found.group()[0].isupper():
            return found.group(1)
    return ""


def _odd_dates(head: Sequence[str], text: str) -> tuple[str, ...]:
    """Days that never were, anywhere in the letter, and a date of issue that cannot be read though it is filled in."""
    odd = impossible_dates(text)
    issued = _issued(head)
    is_told = not issued or _UNDATED.match(issued) or _date(issued) or any(each in issued for each in odd)
    return odd if is_told else (issued, *odd)


def _data_as_of(text: str) -> date | None:
    found = next(filter(None, (pattern.search(text) for pattern in _AS_OF)), None)
    return _date(found.group(1)) if found else None


def _date(text: str) -> date | None:
    text = text if "/" in text or "-" in text or text.lower().startswith("ngày") else f"ngày {text}"
    return read_date(text)


def _subject(lines: Sequence[str]) -> str:
    """The words after "V/v", with the lines that go on with them."""
    for place, line in enumerate(lines):
        begin = _SUBJECT.match(line)
        if begin:
            rest = lines[place + 1 : place + _MOST_SUBJECT_LINES]
            return " ".join([line[begin.end() :], *_going_on(rest)])
    return ""


def _going_on(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if _OTHER_FIELD.match(line) or _PLACE_AND_DATE.match(line) or line == line.upper() or line[0] in "-–":
            return
        yield line


def _headline(text: str) -> Headline:
    """Score and rank as printed; where several scores stand there, the one nearest before the rank."""
    rank = _RANK.search(text)
    score = _score_beside(text, rank) if rank else _score_alone(text)
    found = [part for part in (score, rank) if part]
    if not found:
        return Headline()
    return Headline(
        score=Decimal(score["value"].replace(",", ".")) if score else None,
        out_of=Decimal(score["maximum"]) if score else None,
        rank=int(rank.group(1)) if rank else None,
        rank_of=int(rank.group(2)) if rank else None,
        printed=text[min(part.start() for part in found) : max(part.end() for part in found)],
    )


def _unread(text: str, headline: Headline) -> tuple[str, ...]:
    """What stands where the score or the rank is due: "6l.5/100", "4B/63"."""
    score = None if headline.score is not None else _SCORE_LIKE.search(text)
    rank = None if headline.rank is not None else _RANK_LIKE.search(text)
    return tuple(part.group(1).rstrip(".,;") for part in (score, rank) if part)


def _score_beside(text: str, rank: re.Match[str]) -> re.Match[str] | None:
    before = list(_SCORE.finditer(text, max(rank.start() - _NEAR, 0), rank.start()))
    return before[-1] if before else _SCORE.search(text, rank.end(), rank.end() + _NEAR)


def _score_alone(text: str) -> re.Match[str] | None:
    """The first x/y that calls itself points: a share of something else is no score."""
    for score in _SCORE.finditer(text):
        if score.group().lower().endswith("điểm") or _BEFORE_SCORE.search(text, 0, score.start()):
            return score
    return None


def _issuer(head: Sequence[str]) -> str:
    """The issuing body under its parent body: "UBND TỈNH …" over "VĂN PHÒNG"."""
    for place, line in enumerate(head):
        if _PARENT.match(line) and line == line.upper():
            bodies = [other for other in head[place + 1 : place + 4] if _is_body(other)]
            body = _small(bodies[0]) if bodies else ""
            return f"{body} {_small(line)}".strip()
    return ""


def _is_body(line: str) -> bool:
    return line == line.upper() and not _STATE.match(line) and len(line) > 3 and not any(map(str.isdigit, line))


def _small(name: str) -> str:
    """A name in capitals as a sentence writes it: "VĂN PHÒNG UBND TỈNH GIA LAI" → "Văn phòng UBND tỉnh Gia Lai"."""
    body, level, place = _LEVEL.split(name, maxsplit=1) if _LEVEL.search(name) else (name, "", "")
    words = [word if word in _ACRONYMS else word.lower() for word in body.split()]
    words[:1] = [word if word in _ACRONYMS else word.capitalize() for word in words[:1]]
    return " ".join([*words, level.lower(), *map(str.capitalize, place.split())]).replace("  ", " ").strip()
