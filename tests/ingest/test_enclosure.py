"""Enclosed files: told by their content, whatever they are called; hostile ones turned away."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.ingest import enclosure
from chiso.ingest.enclosure import DOCX, JPG, PDF, PNG, WHYS, XLSX, kind_of, named
from chiso.ingest.fact import UnreadableFile

A_PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
A_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND\xaeB`\x82"
A_JPG = b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9"
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def packed(parts: dict[str, str | bytes], **options) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def word() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def excel() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def locked() -> bytes:
    """As Word writes a document with a password: no archive, but a compound file."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(100)


@pytest.mark.parametrize(
    ("data", "kind"), [(A_PDF, PDF), (A_PNG, PNG), (A_JPG, JPG), (word(), DOCX), (excel(), XLSX)], ids=["pdf", "png", "jpg", "docx", "xlsx"]
)  # fmt: skip
def test_what_is_taken(data, kind):
    assert kind_of(data) == kind


HOSTILE = {
    "nothing": (b"", "empty-file"),
    "blank": (b"\0\0\n", "empty-file"),
    "a program": (b"MZ\x90\0" + bytes(99), "not-an-enclosure"),
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", "not-an-enclosure"),
    "a drawing with a script": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "not-an-enclosure"),
    "a page before a PDF": (b"<script>alert(1)</script>" + A_PDF, "not-an-enclosure"),
    "an animated picture": (b"GIF89a" + bytes(20), "not-an-enclosure"),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", "not-an-enclosure"),
    "a cut PDF": (A_PDF[:20], "corrupt"),
    "a cut picture": (A_PNG[:40], "corrupt"),
    "a cut photograph": (A_JPG[:20], "corrupt"),
    "a cut archive": (word()[:200], "corrupt"),
    "any archive": (packed({"x.exe": "MZ"}), "not-an-enclosure"),
    "only called a document": (packed({"word/document.xml": "<x/>"}), "not-an-enclosure"),
    "macros": (packed({"[Content_Types].xml": TYPES, "word/document.xml": "<x/>", "word/vbaProject.bin": b"x"}), "macros"),
    "macros by type": (
        packed({"[Content_Types].xml": TYPES.replace("/>", ">macroEnabled.main+xml</Types>"), "xl/workbook.xml": "<x/>"}), "macros",
    ),
    "entities": (
        packed({"[Content_Types].xml": TYPES, "word/document.xml": '<!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>'}), "corrupt",
    ),
    "a bomb": (
        packed({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<x/>", "x": bytes(50_000_000)}, compression=zipfile.ZIP_DEFLATED), "zip-bomb",
    ),
    "many parts": (packed({str(number): "" for number in range(6000)}), "zip-bomb"),
    "locked": (locked(), "encrypted"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_turned_away(name):
    data, why = HOSTILE[name]
    with pytest.raises(UnreadableFile) as fault:
        kind_of(data)
    assert fault.value.why == why


def test_too_large():
    with pytest.raises(UnreadableFile) as fault:
        kind_of(A_PDF[:-6] + b" " * enclosure.MOST_BYTES + b"%%EOF\n")
    assert (fault.value.why, fault.value.params) == ("too-large", {"limit": "10"})


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail))
def test_nothing_else_is_raised(data):
    why = ""
    try:
        kind_of(data)
    except UnreadableFile as fault:
        why = fault.why
    assert why in {"", *WHYS}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Biên bản.pdf", "Biên bản.pdf"),
        ("BIEN BAN.PDF", "BIEN BAN.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\bien-ban.pdf", "bien-ban.pdf"),
        ("virus.pdf.exe", "virus.pdf.exe.pdf"),
        ("ảnh.html", "ảnh.html.pdf"),
        ("bao-cao\u202efdp.exe", "bao-caofdp.exe.pdf"),  # shown as "bao-caoexe.pdf" by those who turn the line
        ('a"\r\nSet-Cookie: x=1.pdf', 'a"Set-Cookie: x=1.pdf'),  # no line of a header ends in it
        ('“Báo cáo” 50%22 a"b.pdf', '“Báo cáo” 50%22 a"b.pdf'),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("...", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 240 + ".pdf"),
    ],
)
def test_names(name, kept):
    assert named(name, PDF) == kept


@given(st.text(max_size=400))
def test_any_name_ends_as_its_content(name):
    kept = named(name, JPG)
    assert kept.endswith((".jpg", ".jpeg"))
    assert len(kept) <= 255
    assert not set(kept) & set("/\\\r\n\0")
