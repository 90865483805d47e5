"""Formats of import and export, as import-export knows them.

Files come in through our own readers: they see every sheet, title lines, number formats and damage, where the
library's formats take the first row of the active sheet for headings. What is wrong with a file travels with the
data as a sentence (`fault`): an exception would reach a person as nothing but the name of its class."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

from import_export.formats.base_formats import Format
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from tablib import Databook, Dataset

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.readers import read_document
from chiso.ingest.readers.guard import guarded, is_live
from chiso.values.number import plain
from chiso.words import problem as words

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no spreadsheet file can hold
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")  # what the name of a sheet may not hold
_WIDEST = 60


class Shown(str):
    """The text of a figure that a spreadsheet may keep as a number: it shows, and gives back, exactly this text."""

    number: Any
    number_format: str

    def __new__(cls, text: str, number: Any, number_format: str) -> Shown:
        shown = super().__new__(cls, text)
        shown.number, shown.number_format = number, number_format
        return shown


class Sheet(Dataset):
    """A table with the lines that stand above and below it."""

    def __init__(self, *rows: Any, above: Sequence[str] = (), below: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*rows, **options)
        self.above, self.below = above, below


class Records(Dataset):
    """Rows as a file holds them: each value is the cell with its place. `fault` says why there are none."""

    fault = ""
    left: Sequence[Paragraph] = ()  # lines below the table, which are none of its rows


class Reader(Format):
    """A kind of file that comes in. `wanted` are headings by which the right one of several tables is found, each in
    all its spellings."""

    extension = ""
    content_type = "application/octet-stream"

    def __init__(self, wanted: Iterable[set[str]] = (), encoding: str | None = None) -> None:
        self.wanted, self.encoding = tuple(wanted), encoding

    def get_title(self) -> str:
        return self.extension.upper()

    def get_extension(self) -> str:
        return self.extension

    def get_content_type(self) -> str:
        return self.content_type

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> Records:
        try:
            document = read_document(in_stream, f"file.{self.extension}")
        except UnreadableFile as unread:
            return _faulty(words.unreadable(unread.why, unread.params))
        return self._table(document)

    def _table(self, document: Document) -> Records:
        tables = [block for block in document.blocks if isinstance(block, Table)]
        if not tables:
            return _faulty(words.unreadable("nothing-found", {}))
        table = next((each for each in tables if self._fits({_key(cell) for cell in each.rows[0]})), tables[0])
        below = document.blocks[document.blocks.index(table) + 1 :]
        made = Records(headers=[_key(cell) for cell in table.rows[0]])
        made.left = [block for block in below if isinstance(block, Paragraph) and block.text]
        _fill_records(made, table.rows[1:])
        for part in below:
            if isinstance(part, Table) and part.name == table.name:  # goes on, on the next page
                _fill_records(made, part.rows)
        return made

    def _fits(self, headings: set[str]) -> bool:
        return all(names & headings for names in self.wanted)


class Xlsx(Reader):
    extension = "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Any, **options: Any) -> bytes:
        book = Workbook()
        book.remove(book.active)
        for sheet in _sheets(dataset):
            _fill(book.create_sheet(_NO_TITLE.sub("-", sheet.title or "Chiso")), sheet)
        out = BytesIO()
        book.save(out)
        return out.getvalue()


class Csv(Reader):
    extension = "csv"
    content_type = "text/csv"

    def is_binary(self) -> bool:
        return False

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Any, **options: Any) -> bytes:
        """By RFC 4180, and marked as UTF-8: Excel would read "Huế" by the machine's old code page."""
        out = StringIO(newline="")
        writer = csv.writer(out)
        for sheet in _sheets(dataset):
            for row in _lines(sheet):
                writer.writerow([guarded(clean(text)) for text in row])
        return out.getvalue().encode("utf-8-sig")


class Xls(Reader):
    extension = "xls"


class Ods(Reader):
    extension = "ods"


class Tsv(Reader):
    extension = "tsv"


class Text(Reader):
    extension = "txt"


class Docx(Reader):
    extension = "docx"


class Pdf(Reader):
    extension = "pdf"


FORMATS: tuple[type[Reader], ...] = (Xlsx, Xls, Ods, Csv, Tsv, Text, Docx, Pdf)
IMPORTS = tuple(each for each in FORMATS if each().can_import())
EXPORTS = tuple(each for each in FORMATS if each().can_export())


def of_name(name: str) -> type[Reader]:
    """The format of a file by the end of its name. The readers tell it by the content: only text needs the name."""
    ending = name.rpartition(".")[2].lower()
    return next((each for each in IMPORTS if each.extension == ending), Text)


def clean(text: str) -> str:
    """A text without the signs that no file of a table can hold."""
    return _CONTROL.sub("", text)


def _fill_records(made: Records, rows: Sequence[Sequence[Cell]]) -> None:
    """Rows of the width of the headings; the headings again are no row. What does not fit is left over, and told."""
    width = len(made.headers)
    for row in rows:
        filled = [cell for cell in row if cell.text or cell.trouble]
        if not filled or [_key(cell) for cell in row] == made.headers:
            continue
        if len(row) > width and any(cell in row[width:] for cell in filled):
            made.left = [*made.left, Paragraph(filled[0].text, filled[0].spot)]
        else:
            made.append([*row, *[Cell()] * width][:width])


def _faulty(sentence: str) -> Records:
    made = Records()
    made.fault = sentence
    return made


def _key(cell: Cell) -> str:
    return cell.text.strip().lower()


def _sheets(dataset: Any) -> list[Any]:
    return list(dataset.sheets()) if isinstance(dataset, Databook) else [dataset]


def _lines(sheet: Any) -> list[Sequence[str]]:
    """The rows of a sheet: what stands above, the headings, the rows, what stands below."""
    above = [[line] for line in getattr(sheet, "above", ())]
    below = [[line] for line in getattr(sheet, "below", ())]
    return [*above, sheet.headers, *sheet, *([[], *below] if below else [])]


def _fill(page: Any, sheet: Any) -> None:
    lines = _lines(sheet)
    top = len(getattr(sheet, "above", ())) + 1
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            _write(page.cell(number, column), text, is_heading=number <= top)
    for column in range(len(sheet.headers or ())):
        longest = max((len(line[column]) for line in lines[top - 1 :] if column < len(line)), default=0)
        page.column_dimensions[get_column_letter(column + 1)].width = min(max(longest + 2, 8), _WIDEST)


def _write(cell: Any, text: str, *, is_heading: bool) -> None:
    if isinstance(text, Shown):
        cell.value, cell.number_format = (
            float(plain(text.number)) if text.number % 1 else int(text.number),
            text.number_format,
        )
    else:
        cell.value = clean(text)
        cell.data_type = "s"  # never a formula, whatever it begins with
        if is_live(text):  # … nor after the cell has been edited
            cell.quotePrefix = True
    if is_heading:
        cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > _WIDEST)
