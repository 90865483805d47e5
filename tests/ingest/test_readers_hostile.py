"""Files that are empty, damaged, locked, of other kinds, or made to hurt: told, and never anything but UnreadableFile."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Document, Paragraph, Table
from chiso.ingest.readers import WHYS, read_document, xls
from chiso.ingest.readers.ole import MAGIC
from tests.ingest.expected import sample
from tests.ingest.paper import Page, assembled, pdf, stream

SAMPLES = Path(__file__).parent / "samples"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><l>&i;</l>"
)


def why(data: bytes, name: str = "file") -> str:
    with pytest.raises(UnreadableFile) as fault:
        read_document(data, name)
    assert fault.value.why in WHYS
    return fault.value.why


def archive(parts: dict[str, bytes]) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return data.getvalue()


def word(text: str = "Phụ lục I") -> bytes:
    document, data = docx.Document(), BytesIO()
    document.add_paragraph(text)
    document.save(data)
    return data.getvalue()


def workbook(*cells: str) -> bytes:
    book, data = openpyxl.Workbook(), BytesIO()
    for cell in cells:
        book.active[cell] = 1
    book.save(data)
    return data.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    with ZipFile(BytesIO(data)) as source:
        return archive({part: source.read(part) for part in source.namelist()} | {name: content})


def ole(*names: str) -> bytes:
    """An OLE2 file whose directory names some streams, all empty."""
    entries = b""
    for name, kind in (("Root Entry", 5), *((name, 2) for name in names)):
        title = name.encode("utf-16-le")
        entry = title.ljust(64, b"\0") + struct.pack("<HBB", len(title) + 2, kind, 1)
        entries += entry.ljust(116, b"\0") + struct.pack("<IIxxxx", 0xFFFFFFFE, 0)
    header = MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    return header.ljust(512, b"\0") + table + entries.ljust(512, b"\0")


@pytest.mark.parametrize("data", [b"", b"  \r\n\t", b"\0\0\0"])
def test_empty_files(data: bytes) -> None:
    assert why(data) == "empty-file"


def test_files_with_nothing_printed() -> None:
    assert why(word("")) == "empty-file"
    assert why(workbook()) == "empty-file"


def test_a_file_beyond_the_limit() -> None:
    assert why(b"a" * 20_000_001) == "too-large"


def test_the_cells_of_all_sheets_of_an_xls_book_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small sheets, each with two cells in far corners, would be read for minutes."""
    data = (SAMPLES / "formats.xls").read_bytes()
    read_document(data, "file")
    monkeypatch.setattr(xls, "MOST_CELLS_OF_BOOK", 10)
    assert why(data) == "too-large"


def test_a_zip_bomb() -> None:
    assert why(with_part(word(), "word/media/image1.png", bytes(60_000_000))) == "zip-bomb"
    assert why(with_part(workbook("A1"), "xl/media/image1.png", bytes(201_000_000))) == "zip-bomb"


def test_one_vast_xml_part() -> None:
    noise = bytes(range(33, 127)) * 200
    parts = b"".join(b"<!-- %d %s -->" % (number, noise.replace(b"-", b"")) for number in range(3_400))
    data = with_part(word(), "word/document.xml", b"<a>" + parts + b"</a>")
    assert why(data) in ("too-large", "zip-bomb")


def test_a_size_told_wrong_in_the_archive() -> None:
    data = bytearray(
        with_part(workbook("A1"), "xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 50_000 + b"</worksheet>")
    )
    end = data.rfind(b"PK\x05\x06")
    place = struct.unpack_from("<I", data, end + 16)[0]
    while data[place : place + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack_from("<HHH", data, place + 28)
        if b"sheet1" in data[place + 46 : place + 46 + name]:
            struct.pack_into("<I", data, place + 24, 100)
        place += 46 + name + extra + comment
    assert why(bytes(data)) == "corrupt"


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (word(), "word/document.xml"),
        (word(), "word/styles.xml"),
        (workbook("A1"), "xl/workbook.xml"),
        (workbook("A1"), "xl/worksheets/sheet1.xml"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_unread(data: bytes, part: str, encoding: str) -> None:
    assert why(with_part(data, part, LAUGHS.replace("1.0", f'1.0" encoding="{encoding}').encode(encoding))) == "corrupt"


def test_two_cells_in_far_corners() -> None:
    assert why(workbook("A1", "XFD1048576")) == "too-large"


def test_a_merged_area_is_clipped_to_the_cells_in_use() -> None:
    book, data = openpyxl.Workbook(), BytesIO()
    book.active["A1"], book.active["B3"], book.active["A3"] = "x", "y", "z"
    book.active.merge_cells("A1:ZZ2")
    book.save(data)
    title, table = read_document(data.getvalue(), "").blocks
    assert isinstance(title, Paragraph)
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [["z", "y"]]


def test_a_row_of_absurd_width_in_word() -> None:
    def spanned(span: str) -> bytes:
        cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>'
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        body = f"<w:tbl><w:tr>{cell * 2}</w:tr></w:tbl>"
        return with_part(
            word(), "word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>".encode()
        )

    assert why(spanned("999999999")) == "corrupt"
    assert read_document(spanned("2"), "").blocks


def test_tables_nested_without_end() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    deep = "<w:tbl><w:tr><w:tc>" * 600 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 600
    document = f"<w:document {space}><w:body>{deep}</w:body></w:document>"
    assert why(with_part(word(), "word/document.xml", document.encode())) in ("corrupt", "empty-file")


@pytest.mark.parametrize("data", [word(), workbook("A1"), sample(".docx"), sample(".xlsx")])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_truncated_office_files(data: bytes, share: float) -> None:
    assert why(data[: int(len(data) * share)]) == "corrupt"


def test_a_missing_part() -> None:
    assert why(archive({"word/document.xml": b"<a/>"})) == "corrupt"
    assert (
        why(archive({"xl/workbook.xml": b"<workbook><sheets><sheet name='a' id='rId1'/></sheets></workbook>"}))
        == "corrupt"
    )


def test_locked_files() -> None:
    assert why(ole("EncryptedPackage", "EncryptionInfo")) == "encrypted"
    data = bytearray(word())
    for sign in (b"PK\x01\x02", b"PK\x03\x04"):
        data[data.find(sign) + (8 if sign[2] == 1 else 6)] |= 1
    assert why(bytes(data)) == "encrypted"
    locked = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": b"<encryption-data/>",
    }
    assert why(archive(locked)) == "encrypted"


@pytest.mark.parametrize(
    ("data", "expected", "kind"),
    [
        (ole("WordDocument"), "old-word", None),
        (ole("PowerPoint Document"), "unknown-format", "ole"),
        (archive({"ppt/presentation.xml": b"<a/>"}), "unknown-format", "pptx"),
        (archive({"xl/workbook.bin": b""}), "unknown-format", "xlsb"),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.text"}), "unknown-format", "odt"),
        (archive({"a.txt": b"a"}), "unknown-format", "zip"),
    ],
)
def test_other_kinds_of_file(data: bytes, expected: str, kind: str | None) -> None:
    with pytest.raises(UnreadableFile) as fault:
        read_document(data, "dispatch.docx")
    assert (fault.value.why, fault.value.params.get("format")) == (expected, kind)


def test_the_content_counts_and_not_the_name() -> None:
    assert read_document(sample(".docx"), "dispatch.pdf").reader == "docx"
    assert read_document(sample(".xlsx"), "dispatch.docx").reader == "xlsx"
    assert read_document(sample(".txt"), "dispatch.xlsx").reader == "text"


def test_damaged_pdfs() -> None:
    assert why(b"%PDF-1.4\n") == "corrupt"
    assert why(pdf(Page().words("a", 80, 80))[:200]) in ("corrupt", "scanned-pdf")


def test_a_pdf_that_unpacks_to_far_too_much() -> None:
    content = zlib.compress(zlib.compress(bytes(5_000_000)))
    twice = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    assert why(assembled([b"<< /Type /Catalog >>", twice])) == "zip-bomb"
    assert why(assembled([b"<< /Type /Catalog >>", *[stream(bytes(70_000_000))] * 3])) == "zip-bomb"


def test_text_of_endless_cells() -> None:
    assert why(b"\t" * 600_000 + b"a") == "too-large"
    assert why(b"1\n" * 600_000) == "too-large"


# --- whatever the bytes -----------------------------------------------------------------------------------


def reads_or_says(data: bytes, name: str) -> None:
    try:
        found: str | Document = read_document(data, name)
    except UnreadableFile as fault:
        found = fault.why
    assert isinstance(found, Document) or found in WHYS


NAMES = st.sampled_from(["a.docx", "a.xlsx", "a.csv", "a.txt", "a"])
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)), NAMES)
@settings(deadline=None)
def test_random_bytes(data: bytes, name: str) -> None:
    reads_or_says(data, name)


@given(
    st.sampled_from([b"PK\x03\x04", MAGIC, b"%PDF-1.7\n", b"\xff\xfe", b"\xef\xbb\xbf"]), st.binary(max_size=600), NAMES
)
@settings(deadline=None)
def test_random_bytes_under_a_true_beginning(beginning: bytes, rest: bytes, name: str) -> None:
    reads_or_says(beginning + rest, name)


SMALL_FILES = [
    word(),
    workbook("A1", "B2"),
    ole("Workbook"),
    pdf(Page().grid([80, 200, 300], [80, 100]).words("a", 90, 95)),
]


@given(
    st.sampled_from(SMALL_FILES), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8)
)
@SLOW
def test_files_with_a_few_bytes_changed(data: bytes, changes: list[tuple[float, int]]) -> None:
    spoiled = bytearray(data)
    for place, byte in changes:
        spoiled[int(place * len(spoiled))] = byte
    reads_or_says(bytes(spoiled), "a")


@given(st.text(alphabet='STT1I\n\t|;,." *²²–Phụlục/()0', max_size=150), NAMES)
@settings(deadline=None)
def test_random_text_of_tables(text: str, name: str) -> None:
    reads_or_says(text.encode(), name)
