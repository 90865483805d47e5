"""Every list of the readers' door as a file, as it is shown: the same rows in the same order under the same filter, on
all its pages. A file is asked for by `?format=` at the list's own address, so that whoever may not open the list gets
no file of it either, and a list that leaves something out for a reader leaves it out of the file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from chiso.ingest.readers.guard import guarded, is_live
from chiso.pages.lacking import Lacking
from chiso.values.name import fold
from chiso.values.number import plain

Cell = str | int | Decimal | date | None
CSV, XLSX = "csv", "xlsx"
_TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # no file of a table can hold them
_WIDEST = 60
_SEEN = 200  # rows whose texts decide how wide a column is


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it leaves: its name, what stands above it, its headings and its rows. Numbers stay numbers."""

    title: str
    above: tuple[str, ...]
    head: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def asked(request: HttpRequest) -> str:
    """ "csv", "xlsx", or "" where the page is meant; 404 for any other kind."""
    kind = request.GET.get("format", "")
    if kind and kind not in _TYPES:
        raise no_kind(request)
    return kind


def no_kind(request: HttpRequest) -> Lacking:
    return Lacking(request, "format", _("There is no file of the kind “%(asked)s” here."))


def links(request: HttpRequest) -> list[dict[str, str]]:
    """The list looked at, in each kind."""
    query = request.GET.copy()
    query.pop("page", None)
    found = []
    for kind in (XLSX, CSV):
        query["format"] = kind
        found.append({"kind": kind.upper(), "url": "?" + query.urlencode()})
    return found


def answer(sheet: Sheet, kind: str) -> HttpResponse:
    data = _xlsx(sheet) if kind == XLSX else _csv(sheet)
    response = HttpResponse(data, content_type=_TYPES[kind])
    name = fold(sheet.title).replace(" ", "-")[:100] or "chiso"
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def tie(tied: bool) -> str:
    """What stands beside a rank that several units share: the mark "=3" of the pages would be a formula."""
    return _("shared") if tied else ""


def _csv(sheet: Sheet) -> bytes:
    """By RFC 4180, marked as UTF-8. Numbers as a machine writes them: "2.145" would be read as two and a bit."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    for line in (*([text] for text in sheet.above), sheet.head, *sheet.rows):
        writer.writerow([_text(cell) for cell in line])
    return out.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return guarded(_CONTROL.sub("", cell))
    if isinstance(cell, Decimal):
        return plain(cell)
    return "" if cell is None else str(cell)


def _xlsx(sheet: Sheet) -> bytes:
    """Row by row, each written out before the next: a list of 14,000 rows takes no more memory than one of nine."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "d/m/yyyy"}) as book:
        page = book.add_worksheet()
        for column, width in enumerate(_widths(sheet)):
            page.set_column(column, column, width)
        bold, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
        top = len(sheet.above)
        for row, line in enumerate((*([text] for text in sheet.above), sheet.head)):
            for column, text in enumerate(line):
                page.write_string(row, column, _CONTROL.sub("", text), bold)
        page.freeze_panes(top + 1, 1)
        page.repeat_rows(top)
        page.set_landscape()
        for row, cells in enumerate(sheet.rows, top + 1):
            for column, cell in enumerate(cells):
                _write(page, row, column, cell, quoted)
    return out.getvalue()


def _write(page: Any, row: int, column: int, cell: Cell, quoted: Any) -> None:
    """A text is never a formula, a number or a link, whatever it begins with; nor after its cell has been edited."""
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, column, _CONTROL.sub("", cell), *([quoted] if is_live(cell) else []))
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell)
    else:
        page.write_number(row, column, float(cell))


def _widths(sheet: Sheet) -> Iterable[int]:
    for column, head in enumerate(sheet.head):
        texts = [_text(row[column]) for row in sheet.rows[:_SEEN] if column < len(row)]
        yield min(max(len(text) for text in [head, *texts]) + 2, _WIDEST)
