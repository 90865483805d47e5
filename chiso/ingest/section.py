"""A document's blocks -> the letter's lines and one section per appendix."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from chiso.ingest.grid import Document, Paragraph, Table
from chiso.values.name import fold

# "Phụ lục IV", "PHỤ LỤC 02: …", "Biểu số 1. …"; not "Phụ lục chi tiết kèm theo".
HEADING = re.compile(
    r"^[\W_]*(?:phụ\s+lục|biểu|bảng)(?:\s+số)?\s*(?P<ordinal>[IVXLC]+|\d{1,2}|[A-H])?\s*(?:$|[:.\-–]\s*(?P<title>.*)$)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Section:
    """One appendix before its tables are understood."""

    ordinal: str
    titles: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return " ".join(self.titles)

    @property
    def caption(self) -> str:
        return " ".join(self.captions)

    def add_line(self, text: str) -> None:
        """A line under the heading is title or caption; after the table it is a note."""
        caption_open = bool(self.captions) and self.caption.count("(") > self.caption.count(")")
        if self.tables:
            self.notes.append(text)
        elif caption_open or fold(text).startswith(("kem cong van", "kem theo", "ban hanh kem")):
            self.captions.append(text)
        elif fold(text).startswith(("don vi tinh", "dvt")):
            self.notes.append(text)
        else:
            self.titles.append(text)


def heading(text: str) -> tuple[str, str] | None:
    """(ordinal, rest of the line) where the line opens an appendix; the ordinal may be ""."""
    found = HEADING.match(unicodedata.normalize("NFC", text.strip()))
    if found is None or (not found["ordinal"] and found["title"]):
        return None
    return (found["ordinal"] or "").upper(), (found["title"] or "").strip()


def split(document: Document) -> tuple[list[str], list[Section]]:
    """The letter's lines, and the sections in reading order. A table before any heading is a section without ordinal."""
    letter: list[str] = []
    sections: list[Section] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            _place_line(block.text.strip(), letter, sections)
        else:
            _place_table(block, sections)
    return letter, [section for section in sections if section.tables]


def _place_line(text: str, letter: list[str], sections: list[Section]) -> None:
    if not text:
        return
    opened = heading(text)
    if opened is not None:
        ordinal, rest = opened
        sections.append(Section(ordinal, [rest] if rest else []))
    elif sections:
        sections[-1].add_line(text)
    else:
        letter.append(text)


def _place_table(table: Table, sections: list[Section]) -> None:
    current = sections[-1] if sections else None
    another_sheet = bool(current and current.tables and current.tables[-1].name != table.name)
    if current is None or another_sheet:
        named = heading(table.name) if table.name else None
        current = Section(named[0] if named else "")
        sections.append(current)
    elif not current.ordinal and table.name and (named := heading(table.name)):
        current.ordinal = named[0]
    current.tables.append(table)
