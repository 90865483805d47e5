"""DOCX and DOCM: the body's paragraphs and tables in order, merged cells filled, footnotes apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from docx.opc.package import OpcPackage
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Block, Cell, Document, Paragraph, Table
from chiso.ingest.readers.archive import check_xml, open_archive
from chiso.ingest.readers.docx_numbering import Numbering
from chiso.ingest.readers.docx_text import DocxText
from chiso.ingest.readers.letterhead import is_letterhead, opens_appendix, title_lines
from chiso.ingest.readers.limits import MOST_COLUMNS
from chiso.ingest.readers.printed import cell_text, plain, take_marks
from chiso.ingest.readers.progress import Progress, untold

READER = "docx"

# Containers that stand around paragraphs, rows and cells without being either.
_AROUND = frozenset(qn(tag) for tag in ("w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo"))


def read_docx(data: bytes, progress: Progress = untold) -> Document:
    """A Word file's blocks. Raises UnreadableFile (and whatever python-docx raises for a damaged one)."""
    check_xml(open_archive(data))
    main = OpcPackage.open(BytesIO(data)).main_document_part
    body = _root(main).find(qn("w:body"))
    if body is None:
        raise UnreadableFile("corrupt")
    return _Body(main, progress).read(body)


class _Body:
    """One pass over the document in reading order: numbering and footnotes are counted on the way."""

    def __init__(self, main: Any, progress: Progress) -> None:
        related = {
            link.reltype.rsplit("/", 1)[-1]: _root(link.target_part)
            for link in main.rels.values()
            if not link.is_external and link.reltype.rsplit("/", 1)[-1] in _RELATED
        }
        self._text = DocxText(related.get("footnotes"), related.get("endnotes"))
        self._numbering = Numbering(related.get("numbering"), related.get("styles"))
        self._progress, self._rows, self._rows_read = progress, 0, 0

    def read(self, body: Any) -> Document:
        self._rows = sum(1 for _ in body.iter(qn("w:tr")))  # those struck out are never passed
        blocks = list(self._blocks(body))
        return Document(_letter_unfolded(blocks), READER, self._text.footnotes)

    def _blocks(self, parent: Any) -> Iterator[Paragraph | _TableParts]:
        for child in _children(parent):
            if child.tag == qn("w:p"):
                yield from self._paragraphs(child)
            elif child.tag == qn("w:tbl"):
                yield from self._tables(child)

    def _paragraphs(self, element: Any) -> Iterator[Paragraph]:
        """The text boxes anchored in a paragraph, then the paragraph."""
        for paragraph in (*self._text.boxed(element), element):
            text = f"{self._numbering.label(paragraph)} {self._text.of(paragraph).text}"
            yield from (Paragraph(line) for line in _lines(text))

    def _tables(self, element: Any) -> Iterator[Paragraph | _TableParts]:
        """The table, then the tables inside its cells (a frame around the real one is common)."""
        parts = _TableParts()
        nested: list[Paragraph | _TableParts] = []
        for row in _children(element):
            if row.tag == qn("w:tr") and not _removed(row):
                parts.rows.append(self._row(row, parts, nested))
                self._tell()
        if any(cell.text for line in parts.rows for cell in line):
            yield parts
        yield from nested

    def _tell(self) -> None:
        self._rows_read += 1
        self._progress(self._rows_read, self._rows)

    def _row(self, row: Any, parts: _TableParts, nested: list[Any]) -> list[Cell]:
        cells = [Cell()] * _skipped_columns(row)
        for element in _children(row):
            if element.tag != qn("w:tc"):
                continue
            span, merge = _spans(element)
            cell = self._cell(element, parts, nested)
            above = parts.rows[-1] if parts.rows else []
            if merge == "continue" and len(cells) < len(above):
                cell = replace(above[len(cells)], merged=True)
            cells.append(cell)
            cells.extend([replace(cell, merged=True)] * (span - 1))
            if len(cells) > MOST_COLUMNS:
                raise UnreadableFile("corrupt")
        return cells

    def _cell(self, element: Any, parts: _TableParts, nested: list[Any]) -> Cell:
        lines: list[str] = []
        marks: tuple[str, ...] = ()
        for child in _children(element):
            if child.tag == qn("w:tbl"):
                nested.extend(self._tables(child))
            elif child.tag == qn("w:p"):
                found = self._text.of(child)
                label = self._numbering.label(child)
                lines.append(f"{label} {found.text}" if found.text.strip() else label.rstrip(".)"))
                marks += found.marks
        parts.lines.extend(part for line in lines for part in _lines(line))
        text, printed_marks = take_marks(cell_text("\n".join(lines)))
        return Cell(text=text, marks=printed_marks + marks)


class _TableParts:
    """A table's cells, and the same text paragraph by paragraph in case it turns out to be a letterhead."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.lines: list[str] = []


_RELATED = frozenset(("footnotes", "endnotes", "numbering", "styles"))


def _letter_unfolded(blocks: list[Paragraph | _TableParts]) -> list[Block]:
    """Tables that only place text on the page become lines: those before the first appendix, heads, feet."""
    first = next((place for place, block in enumerate(blocks) if _opens(block)), 0)
    whole: list[Block] = []
    for place, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            whole.append(block)
        elif place < first or is_letterhead(block.lines) or _is_title_frame(block):
            whole.extend(Paragraph(line) for line in block.lines)
        else:
            whole.append(Table(block.rows))
    return whole


def _lines(text: str) -> list[str]:
    """A paragraph as one line of text, but an appendix's heading by itself."""
    first, *rest = text.split("\n")
    parts = [first, " ".join(rest)] if opens_appendix(plain(first)) else title_lines(plain(text))
    return [line for line in map(plain, parts) if line]


def _opens(block: Paragraph | _TableParts) -> bool:
    lines = [block.text] if isinstance(block, Paragraph) else block.lines
    return any(opens_appendix(line) for line in lines)


def _is_title_frame(block: _TableParts) -> bool:
    return len(block.rows) <= 3 and any(opens_appendix(line) for line in block.lines)


def _children(parent: Any) -> Iterator[Any]:
    for child in parent:
        if child.tag in _AROUND:
            yield from _children(child)
        else:
            yield child


def _removed(row: Any) -> bool:
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _skipped_columns(row: Any) -> int:
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return _count(before.get(qn("w:val")), 0) if before is not None else 0


def _spans(element: Any) -> tuple[int, str]:
    """How many grid columns a cell covers, and "restart", "continue" or "" down the rows."""
    properties = element.find(qn("w:tcPr"))
    if properties is None:
        return 1, ""
    span = properties.find(qn("w:gridSpan"))
    merge = properties.find(qn("w:vMerge"))
    width = _count(span.get(qn("w:val")), 1) if span is not None else 1
    return max(width, 1), "" if merge is None else merge.get(qn("w:val")) or "continue"


def _count(text: str | None, otherwise: int) -> int:
    return min(int(text), MOST_COLUMNS) if text and text.isdigit() and len(text) < 10 else otherwise


def _root(part: Any) -> Any:
    """The part's XML: python-docx has it parsed for the kinds it knows, DOCM and footnotes come as bytes."""
    element = getattr(part, "element", None)
    return element if element is not None else parse_xml(part.blob)
