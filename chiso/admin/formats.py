"""Formats of import and export, as import-export knows them.

Files come in through our own readers: they see every sheet, title lines, number formats and damage, where the
library's formats take the first row of the active sheet for headings. What is wrong with a file travels with the
data as a sentence (`fault`): an exception would reach a person as nothing but the name of its class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import IO, Any

from import_export.formats.base_formats import Format
from tablib import Databook, Dataset

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.readers import read_document
from chiso.ingest.writers import book, line, text
from chiso.words import problem as words


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

    def write(self, out: IO[bytes], sheets: Sequence[line.Sheet]) -> None:
        """The sheets as a file of this kind, row by row."""
        raise NotImplementedError

    def export_data(self, dataset: Any, **options: Any) -> bytes:
        """Rows that the library has collected: its way to ask for a file."""
        out = BytesIO()
        self.write(out, _sheets(dataset))
        return out.getvalue()

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

    def write(self, out: IO[bytes], sheets: Sequence[line.Sheet]) -> None:
        book.write(out, sheets)


class Csv(Reader):
    extension = "csv"
    content_type = "text/csv"

    def is_binary(self) -> bool:
        return False

    def can_export(self) -> bool:
        return True

    def write(self, out: IO[bytes], sheets: Sequence[line.Sheet]) -> None:
        text.write(out, sheets)


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


def _sheets(dataset: Any) -> list[line.Sheet]:
    each = dataset.sheets() if isinstance(dataset, Databook) else [dataset]
    return [_sheet(one) for one in each]


def _sheet(data: Any) -> line.Sheet:
    kinds = [line.TEXT] * len(data.headers)
    return line.Sheet(data.title or "", (), data.headers, (line.Line(kinds, row) for row in data))
