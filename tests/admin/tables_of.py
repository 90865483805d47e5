"""One small table in each format that comes in."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

import docx
import openpyxl

ODS = "application/vnd.oasis.opendocument.spreadsheet"


def written(table: list[list[str]], ending: str, *others: list[list[str]]) -> bytes:
    """`others` are further tables of the same document (DOCX)."""
    if ending in ("tsv", "txt"):
        return "\n".join("\t".join(row) for row in table).encode()
    out = io.BytesIO()
    if ending == "xlsx":
        book = openpyxl.Workbook()
        for row in table:
            book.active.append(row)
        book.save(out)
    elif ending == "docx":
        document = docx.Document()
        for each in (table, *others):
            _add(document, each)
        document.save(out)
    else:
        out.write(_ods(table))
    return out.getvalue()


def _add(document: Any, table: list[list[str]]) -> None:
    made = document.add_table(len(table), len(table[0]))
    document.add_paragraph("")
    for line, row in zip(made.rows, table, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text


def _ods(table: list[list[str]]) -> bytes:
    cells = (
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
            for text in row
        )
        for row in table
    )
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/></manifest:manifest>',
        )
    return out.getvalue()
