"""What no database keeps is a mark in what is read, whichever reader met it."""

from __future__ import annotations

from chiso.ingest import readers
from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.readers import read_document


def test_a_sign_that_no_database_keeps_is_a_mark(monkeypatch):
    met = [Paragraph("Phụ lục\x00 II"), Table([[Cell("1\x002", number=None), Cell("Thủy")]], "a\ud800")]
    monkeypatch.setattr(readers, "read_text", lambda data, name: Document(met, "text", ["ghi\x00"]))
    read = read_document(b"x", "x.txt")
    assert read.blocks == [
        Paragraph("Phụ lục\ufffd II"), Table([[Cell("1\ufffd2"), Cell("Thủy")]], "a\ufffd"),
    ]  # fmt: skip
    assert read.footnotes == ["ghi\ufffd"]
