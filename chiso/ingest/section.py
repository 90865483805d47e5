"""A document's blocks -> the letter's lines and one section per appendix."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from chiso.ingest.grid import Document, Paragraph, Table
from chiso.values.name import fold

_NUMBER = r"(?:\d{1,2}|[IVXLC]{1,8}|[A-H])(?:\.\d{1,2}|[a-d])?(?![^\W_])"
_HEADING = re.compile(
    rf"[\W_]*(?P<word>phụ\s+lục|biểu|bảng)\b(?:\s+(?:số|mẫu)\b:?)*\s*(?P<ordinal>{_NUMBER})?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_STOPS = ":.-–—"  # between the number and the title
_LETTER = re.compile(r"[^\W\d_]")
_ALONE = re.compile(rf"(?:số\s+)?(?P<ordinal>{_NUMBER})[.:]?", re.IGNORECASE)
_SHEET = re.compile(r"(?:(?:phu ?luc|pl|bieu|bang)(?: so| mau)? ?)?0*([1-9]\d?|[ivxl]+)(?: .*)?")
_SHEET_WORD = re.compile("phu ?luc|pl|bieu|bang")
_CAPTION = re.compile(
    r"(?:(?:ban hanh|dinh|gui) )?kem (?:theo|cong van|quyet dinh|bao cao|thong bao)\b|theo cong van so\b"
)
_CAPTION_INSIDE = re.compile(r"\(\s*(?:(?:ban hành|đính|gửi)\s+)?kèm\s+(?:theo|công văn)", re.IGNORECASE)
_GOES_ON = ("cua ", "ngay ")
_MEASURE = ("don vi tinh", "dvt")
_MOST_LINES = 8  # looked at above a table without a heading
_ROMAN = ((90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(slots=True)
class Section:
    """One appendix before its tables are understood. `after[n]` are the lines below the table `tables[n]`.

    `lines` are its lines as they came: a heading that no table follows was only a mention in the letter."""

    ordinal: str
    titles: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    after: list[list[str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    sheet: str = ""
    opened: str = ""  # the word that opened it, folded: "phu luc", "bieu", "bang"; "" for a table without a heading

    @property
    def title(self) -> str:
        return " ".join(self.titles)

    @property
    def caption(self) -> str:
        return " ".join(self.captions)

    def add_line(self, text: str) -> None:
        """A line under the heading is title or caption; below a table it may be a note."""
        self.lines.append(text)
        if self.tables:
            self.after[-1].append(text)
        elif self._is_caption(text):
            self.captions.append(text)
        elif fold(text).startswith(_MEASURE):
            self.notes.append(text)
        elif not self._numbers(text):
            self._add_title(text)

    def add_table(self, table: Table) -> None:
        self.tables.append(table)
        self.after.append([])

    def _is_caption(self, text: str) -> bool:
        folded = fold(text)
        is_open = self.caption.count("(") > self.caption.count(")")
        return is_open or bool(_CAPTION.match(folded)) or (bool(self.captions) and folded.startswith(_GOES_ON))

    def _numbers(self, text: str) -> bool:
        """Whether the line is only a number: the appendix's own below the word, or the page's."""
        alone = _ALONE.fullmatch(text)
        if alone is None:
            return False
        if self.opened and not (self.ordinal or self.titles):
            self.ordinal = _roman(alone["ordinal"])
        return text.isdigit() or self.ordinal == _roman(alone["ordinal"])

    def _add_title(self, text: str) -> None:
        text = unicodedata.normalize("NFC", text)
        inside = _CAPTION_INSIDE.search(text)
        title, caption = (text[: inside.start()].strip(), text[inside.start() :]) if inside else (text, "")
        self.titles += [title] if title else []
        self.captions += [caption] if caption else []


def heading(text: str) -> tuple[str, str] | None:
    """(ordinal in Roman figures, rest of the line) where the line opens an appendix; the ordinal may be ""."""
    found = _found(text)
    if found is None:
        return None
    return found.ordinal, found.rest


def split(document: Document) -> tuple[list[str], list[Section]]:
    """The letter's lines, and the sections that hold tables, in reading order."""
    splitting = _Splitting()
    for block in document.blocks:
        if isinstance(block, Paragraph):
            splitting.line(block.text.strip(), block.spot.rpartition("!")[0])
        else:
            splitting.table(block)
    return splitting.letter_lines(), _joined(splitting.sections)


def title_above(lines: Sequence[str]) -> list[str]:
    """Of lines of which nothing says that they head a table, those right above it in capitals, else the last one."""
    run: list[str] = []
    for line in reversed(lines):
        if run and not (_is_capital(line) and _is_capital(run[0])):
            break
        run.insert(0, line)
    return run


def is_caption(text: str) -> bool:
    return bool(_CAPTION.match(fold(text)))


class _Splitting:
    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._loose: list[str] = []  # lines above everything else: the letter's

    def line(self, text: str, sheet: str) -> None:
        if not text:
            return
        found = _found(text)
        if found is not None and not self._is_same(found):
            self._open(found, text, sheet)
        elif sheet and (not self.sections or self.sections[-1].sheet != sheet):
            self.sections.append(Section(sheet_ordinal(sheet), sheet=sheet))
            self.sections[-1].add_line(text)
        elif self.sections:
            self.sections[-1].add_line(text)
        else:
            self._loose.append(text)

    def table(self, table: Table) -> None:
        current = self.sections[-1] if self.sections else None
        if current is None:
            current = Section(sheet_ordinal(table.name), sheet=table.name)
            self.sections.append(current)
            for line in self._loose[-_MOST_LINES:]:
                current.add_line(line)
        elif table.name and current.sheet != table.name and (current.tables or current.sheet):
            current = Section(sheet_ordinal(table.name), sheet=table.name)
            self.sections.append(current)
        if not current.opened and not current.tables:
            current.titles = title_above(current.titles)
        current.ordinal = current.ordinal or sheet_ordinal(table.name)
        current.sheet = current.sheet or table.name
        current.add_table(table)

    def letter_lines(self) -> list[str]:
        """Lines above the first table's section; where there are none, those above the table in its sheet."""
        lines = list(self._loose)
        for section in self.sections:
            if section.tables:
                above = section.lines[: len(section.lines) - sum(map(len, section.after))]
                return lines if lines or section.opened or not section.sheet else above
            lines += section.lines
        return lines

    def _open(self, found: _Heading, text: str, sheet: str) -> None:
        """A "Bảng 2" below a "Phụ lục I" is a table of this appendix."""
        section = Section(found.ordinal, sheet=sheet, opened=found.word)
        above = self.sections[-1] if self.sections else None
        if above is not None and above.opened == "phu luc" and found.word != "phu luc":
            section.ordinal, section.opened = above.ordinal, above.opened
            section.captions = list(above.captions)
        if found.rest:
            section.add_line(found.rest)
        section.lines = [text]
        self.sections.append(section)

    def _is_same(self, found: _Heading) -> bool:
        """ "Phụ lục IV (tiếp theo)" on the next page opens nothing new."""
        same = bool(self.sections) and self.sections[-1].ordinal == found.ordinal
        return same and fold(found.rest).startswith("tiep")


def _joined(sections: Sequence[Section]) -> list[Section]:
    """Sections that hold tables; a heading repeated on the next page, with nothing but its number, goes on."""
    whole: list[Section] = []
    for section in sections:
        if not section.tables:
            continue
        above = whole[-1] if whole else None
        bare = not (section.titles or section.captions)
        if above is not None and bare and section.ordinal == above.ordinal != "":
            above.tables += section.tables
            above.after += section.after
        else:
            whole.append(section)
    return whole


def sheet_ordinal(name: str) -> str:
    """The number that a sheet's name gives: "PL 02", "Phụ lục IV", "PL1 - Điểm", "II"."""
    folded = fold(name.replace("_", " "))
    found = _SHEET.fullmatch(folded)
    if not found or (not _SHEET_WORD.match(folded) and " " in folded):
        return ""
    return _roman(found[1])


@dataclass(frozen=True, slots=True)
class _Heading:
    word: str  # folded
    ordinal: str
    rest: str


def _found(text: str) -> _Heading | None:
    """ "Phụ lục IV", "PHỤ LỤC 02: …", "Phụ lục I (Kèm theo …)", "Biểu số 1. …"; not "Phụ lục chi tiết kèm theo"."""
    found = _HEADING.fullmatch(_marked(unicodedata.normalize("NFC", text.strip())))
    if found is None:
        return None
    word, ordinal, rest = fold(found["word"]), _roman(found["ordinal"] or ""), found["rest"].strip()
    title = rest[1:].strip() if rest[:1] in _STOPS else rest
    opens_by_capitals = word == "phu luc" and bool(_LETTER.match(title)) and _is_capital(title)
    opens_by_number = bool(ordinal) and rest != title and bool(_LETTER.search(title))
    in_brackets = rest.startswith("(") and (bool(ordinal) or is_caption(rest))
    return _Heading(word, ordinal, title) if not title or opens_by_capitals or opens_by_number or in_brackets else None


def _marked(text: str) -> str:
    """A heading typed without any marks, with them."""
    return re.sub(r"\Aphu\s+luc\b", "phụ lục", text, flags=re.IGNORECASE) if text.isascii() else text


def _is_capital(text: str) -> bool:
    return text == text.upper() and bool(_LETTER.search(text))


def _roman(ordinal: str) -> str:
    """ "02" and "2" are II; "a", "IIa" and "I.2" keep their letter or second number."""
    found = re.match(r"0*([1-9]\d?)(.*)", ordinal)
    if not found:
        return ordinal[:1].upper() + re.sub("[ivxlc]+", lambda part: part[0].upper(), ordinal[1:])
    number, roman = int(found[1]), ""
    for value, sign in _ROMAN:
        roman += sign * (number // value)
        number %= value
    return f"{roman}{found[2]}"
