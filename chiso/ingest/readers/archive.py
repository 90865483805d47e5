"""Zip containers (DOCX, XLSX, ODS): opened only when whole, of sane size and free of DTDs."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.readers.limits import MOST_PARTS, MOST_RATIO, MOST_UNPACKED, MOST_XML, SMALL, too_large

_ENCRYPTED = 0x1


def open_archive(data: bytes) -> ZipFile:
    """The archive, its sizes checked. Raises UnreadableFile: corrupt, encrypted, zip-bomb."""
    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableFile("corrupt") from error
    parts = archive.infolist()
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise UnreadableFile("encrypted")
    unpacked = sum(part.file_size for part in parts)
    absurd = unpacked > SMALL and unpacked > MOST_RATIO * len(data)
    if absurd or unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise UnreadableFile("zip-bomb")
    return archive


def read_part(archive: ZipFile, name: str) -> bytes:
    """One part (capitals in its name do not matter), b"" where the archive has none."""
    for part in archive.infolist():
        if part.filename.casefold() == name.casefold():
            return _unpack(archive, part)
    return b""


def check_xml(archive: ZipFile) -> None:
    """Raises UnreadableFile where a part is damaged or carries a DTD: office files have none,
    and entities are how a small file asks for gigabytes."""
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            _unpack(archive, part)


def repack(archive: ZipFile) -> BytesIO:
    """The XML parts again, stored plain. A library that unpacks by itself then cannot be told
    a wrong size, and sees the same parts that were checked."""
    packed = BytesIO()
    with ZipFile(packed, "w") as copy:
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels")) or part.filename == "mimetype":
                copy.writestr(part.filename, _unpack(archive, part))
    packed.seek(0)
    return packed


def _unpack(archive: ZipFile, part: ZipInfo) -> bytes:
    if part.file_size > MOST_XML:
        raise too_large()
    try:
        content = archive.read(part)
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile("corrupt") from error
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise UnreadableFile("corrupt")
    return content
