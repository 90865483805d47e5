"""What kind of file somebody encloses as proof: told by its content, whatever its name says.

Such a file is kept and handed out as it came; nothing in it is read, drawn or run here. What a program of its reader
might run (macros) is turned away, and so is what unpacks to far more than any document."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from zipfile import ZipFile

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.readers.archive import check_xml, open_archive, read_part
from chiso.ingest.readers.ole import MAGIC as OLE_MAGIC

MOST_BYTES = 10_000_000
_OFFICE = "application/vnd.openxmlformats-officedocument"
_TAIL = 4096  # bytes in which the end of a PDF is looked for
_LONGEST = 240  # signs of a name: what a file system of today takes, and the column with the ending


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken; the first of its endings is the usual one."""

    endings: tuple[str, ...]
    media_type: str


PDF = Kind(("pdf",), "application/pdf")
DOCX = Kind(("docx",), f"{_OFFICE}.wordprocessingml.document")
XLSX = Kind(("xlsx",), f"{_OFFICE}.spreadsheetml.sheet")
JPG = Kind(("jpg", "jpeg"), "image/jpeg")
PNG = Kind(("png",), "image/png")
KINDS = (PDF, DOCX, XLSX, JPG, PNG)

# Every id that an UnreadableFile from here carries; `words` has a sentence for each.
WHYS = ("empty-file", "too-large", "zip-bomb", "encrypted", "corrupt", "macros", "not-an-enclosure")


def kind_of(data: bytes) -> Kind:
    """The kind of a file by its content. Raises UnreadableFile, with one of WHYS."""
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableFile("empty-file")
    if len(data) > MOST_BYTES:
        raise UnreadableFile("too-large", limit=str(MOST_BYTES // 1_000_000))
    if data.startswith(b"PK\x03\x04"):
        return _office(open_archive(data))
    if data.startswith(OLE_MAGIC) and "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile("encrypted")
    for kind, begins, ends in (
        (PDF, b"%PDF-", data[-_TAIL:].find(b"%%EOF") >= 0),
        (JPG, b"\xff\xd8\xff", b"\xff\xd9" in data),
        (PNG, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"IEND" in data),
    ):
        if data.startswith(begins):
            if not ends:
                raise UnreadableFile("corrupt")  # it breaks off
            return kind
    raise UnreadableFile("not-an-enclosure")


def _office(archive: ZipFile) -> Kind:
    names = {part.filename.casefold() for part in archive.infolist()}
    types = read_part(archive, "[Content_Types].xml")
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names) or b"macroEnabled" in types:
        raise UnreadableFile("macros")
    for kind, main in ((DOCX, "word/document.xml"), (XLSX, "xl/workbook.xml")):
        if main in names and types:
            check_xml(archive)
            return kind
    raise UnreadableFile("not-an-enclosure")


def named(name: str, kind: Kind) -> str:
    """The file's own name without its path and without signs that deceive the eye (those that turn the direction of a
    line), ending as its content is. It names nothing on a disk of ours: whoever hands it out quotes it."""
    base = PurePath(name.replace("\\", "/")).name
    seen = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C")
    stem, _dot, ending = seen.strip(" .").rpartition(".")
    if ending.lower() in kind.endings and stem.strip(" ."):
        return f"{stem.strip(' .')[:_LONGEST]}.{ending.lower()}"
    whole = f"{stem}.{ending}" if stem else ending
    return f"{whole[:_LONGEST].strip(' .') or 'file'}.{kind.endings[0]}"
