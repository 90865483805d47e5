"""PDF: ruled tables and the lines of text around them, page by page."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Block, Document
from chiso.ingest.readers.limits import MOST_PAGES, MOST_UNPACKED
from chiso.ingest.readers.pdf_page import read_page
from chiso.ingest.readers.progress import Progress, untold

READER = "pdf"

_STREAM = re.compile(rb"stream\r?\n")
_TWICE_PACKED = re.compile(rb"/(?:FlateDecode|Fl)\s*/(?:FlateDecode|Fl)\b")
_DICTIONARY = 500  # bytes before a stream that say what it is
_PIECE = 1_000_000
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_MOST_UNMAPPED = 0.2  # of the signs
_FEW_SIGNS = 200  # on a page that is one picture: a stamp laid over a scan
_PICTURE = 0.5  # of the page's area


def read_pdf(data: bytes, progress: Progress = untold) -> Document:
    """A PDF's blocks. Raises UnreadableFile: encrypted, scanned-pdf, font-without-text, too-many-pages,
    zip-bomb (and whatever pdfplumber raises for a damaged file)."""
    _check_streams(data)
    with _opened(data) as pdf:
        if len(pdf.pages) > MOST_PAGES:
            raise UnreadableFile("too-many-pages", limit=str(MOST_PAGES))
        return _read(pdf, progress)


def _opened(data: bytes) -> PDF:
    try:
        return pdfplumber.open(BytesIO(data), pages=list(range(1, MOST_PAGES + 2)), unicode_norm="NFC")
    except PdfminerException as error:
        is_locked = bool(error.args) and isinstance(error.args[0], PDFPasswordIncorrect)
        raise UnreadableFile("encrypted" if is_locked else "corrupt") from error


def _read(pdf: PDF, progress: Progress) -> Document:
    blocks: list[Block] = []
    footnotes: list[str] = []
    signs = unmapped = 0
    is_text = False
    for page in pdf.pages:
        signs += len(page.chars)
        unmapped += sum(1 for sign in page.chars if _UNMAPPED.match(sign["text"]))
        is_text = is_text or not _is_scan(page)
        text = read_page(page, page.page_number)
        blocks.extend(text.blocks)
        footnotes.extend(text.footnotes)
        page.close()
        progress(page.page_number, len(pdf.pages))
    if not is_text:
        raise UnreadableFile("scanned-pdf")
    if unmapped > _MOST_UNMAPPED * signs:
        raise UnreadableFile("font-without-text")
    return Document(blocks, READER, footnotes)


def _is_scan(page: Any) -> bool:
    """No text, or next to none over a picture of the page (a signature's stamp)."""
    signs = sum(1 for sign in page.chars if sign["text"].strip())
    pictured = sum(image["width"] * image["height"] for image in page.images)
    return not signs or (signs < _FEW_SIGNS and pictured > _PICTURE * page.width * page.height)


def _check_streams(data: bytes) -> None:
    """Raises UnreadableFile where the packed streams hold more than any dispatch: pdfminer unpacks them whole.
    Pictures do not count, they are never unpacked."""
    if _TWICE_PACKED.search(data):
        raise UnreadableFile("zip-bomb")
    left = MOST_UNPACKED
    for begin in _STREAM.finditer(data):
        if b"/Image" not in data[max(begin.start() - _DICTIONARY, 0) : begin.start()].rpartition(b"endobj")[2]:
            left -= _unpacked_size(memoryview(data)[begin.end() :], left)
        if left <= 0:
            raise UnreadableFile("zip-bomb")


def _unpacked_size(packed: memoryview, most: int) -> int:
    """How many bytes a stream unpacks to, counted as far as `most`; 0 for one packed another way."""
    unpacking, size = zlib.decompressobj(), 0
    begin = 0
    try:
        while not unpacking.eof and size < most and (unpacking.unconsumed_tail or begin < len(packed)):
            piece = unpacking.unconsumed_tail or packed[begin : begin + _PIECE]
            begin += 0 if unpacking.unconsumed_tail else len(piece)
            size += len(unpacking.decompress(piece, _PIECE))
    except zlib.error:
        pass
    return size
