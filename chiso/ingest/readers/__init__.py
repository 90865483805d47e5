"""One reader per format: bytes → Document of paragraphs and tables as they stand in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from zipfile import ZipFile

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Block, Cell, Document, Paragraph
from chiso.ingest.readers.archive import open_archive, read_part
from chiso.ingest.readers.docx import read_docx
from chiso.ingest.readers.limits import MOST_BYTES, too_large
from chiso.ingest.readers.ole import MAGIC as OLE_MAGIC
from chiso.ingest.readers.ole import Ole
from chiso.ingest.readers.pdf import read_pdf
from chiso.ingest.readers.progress import Progress, Stopped, untold
from chiso.ingest.readers.text import read_text
from chiso.ingest.readers.xls import read_xls
from chiso.ingest.readers.xlsx import read_ods, read_xlsx
from chiso.values.storable import is_storable, storable

Reader = Callable[[bytes, Progress], Document]

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")

# Every id an UnreadableFile from here carries; `words` has a sentence for each.
WHYS = (
    "empty-file",  # no bytes, or nothing in it that is printed
    "too-large",  # {limit} megabytes, or a table of absurd extent
    "zip-bomb",  # unpacks to far more than any dispatch
    "encrypted",  # needs a password
    "corrupt",  # damaged, or carries what no office program writes
    "scanned-pdf",  # pictures of pages, no text
    "font-without-text",  # a PDF whose signs cannot be turned back into letters
    "too-many-pages",  # {limit} pages
    "old-word",  # DOC: to be saved as DOCX
    "unknown-format",  # {format}, where it could be told
)


def read_document(data: bytes, name: str, progress: Progress = untold) -> Document:
    """The blocks of a file, its format told by its content (`name` only tells CSV from other text).
    Raises UnreadableFile, with one of WHYS, and nothing else (but `Stopped`, where `progress` raises it)."""
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableFile("empty-file")
    if len(data) > MOST_BYTES:
        raise too_large()
    try:
        document = _reader(data)(data, progress) if _is_binary(data) else read_text(data, name)
    except (UnreadableFile, Stopped, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic inside calamine is no Exception
        raise UnreadableFile("corrupt") from error
    if not document.blocks:
        raise UnreadableFile("empty-file")
    return _storable(document)


def _storable(document: Document) -> Document:
    """Signs that no database keeps are marks from here on: a text with one is kept, and is no figure."""
    document.blocks = [_block(block) for block in document.blocks]
    document.footnotes = [storable(note) for note in document.footnotes]
    return document


def _block(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return block if is_storable(block.text) else replace(block, text=storable(block.text))
    block.name = storable(block.name)
    block.rows = [[cell if is_storable(cell.text + cell.spot) else _cell(cell) for cell in row] for row in block.rows]
    return block


def _cell(cell: Cell) -> Cell:
    return replace(cell, text=storable(cell.text), spot=storable(cell.spot), number=None)


def _is_binary(data: bytes) -> bool:
    return data.startswith((*_ZIP_MAGIC, OLE_MAGIC)) or b"%PDF-" in data[:1024]


def _reader(data: bytes) -> Reader:
    if data.startswith(OLE_MAGIC):
        return _ole_reader(Ole(data))
    if data.startswith(_ZIP_MAGIC):
        return _zip_reader(open_archive(data))
    return read_pdf


def _ole_reader(ole: Ole) -> Reader:
    names = ole.streams.keys()
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise UnreadableFile("encrypted")
    if "WordDocument" in names:
        raise UnreadableFile("old-word")
    if "Workbook" in names:
        return read_xls
    raise UnreadableFile("unknown-format", format="ole")


def _zip_reader(archive: ZipFile) -> Reader:
    names = {name.casefold() for name in archive.namelist()}
    if "xl/workbook.xml" in names:
        return read_xlsx
    if any(name.startswith("word/document") for name in names):
        return read_docx
    kind = read_part(archive, "mimetype").decode("ascii", "replace").strip()
    if b"encryption-data" in read_part(archive, "META-INF/manifest.xml"):
        raise UnreadableFile("encrypted")
    if kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        return read_ods
    raise UnreadableFile("unknown-format", format=_kind_of_archive(names, kind))


def _kind_of_archive(names: set[str], kind: str) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("ppt/") for name in names):
        return "pptx"
    return "odt" if kind.endswith("opendocument.text") else "zip"
