"""Every list of the readers' door as a file, as it is shown: the same rows in the same order under the same filter, on
all its pages. A file is asked for by `?format=` at the list's own address, so that whoever may not open the list gets
no file of it either, and a list that leaves something out for a reader leaves it out of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from chiso.ingest.writers import book, line, text
from chiso.ingest.writers.spool import spooled
from chiso.pages.lacking import Lacking
from chiso.values.name import fold
from chiso.values.number import plain

Cell = str | int | Decimal | date | None
CSV, XLSX = "csv", "xlsx"
_TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it leaves: its name, what stands above it, its headings and its rows, read once. Numbers stay
    numbers."""

    title: str
    above: tuple[str, ...]
    head: tuple[str, ...]
    rows: Iterable[Sequence[Cell] | line.Line]


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
    """A long file block by block."""
    made = line.Sheet(sheet.title, sheet.above, sheet.head, _lines(sheet.rows))
    file = spooled(partial(_WRITERS[kind], sheets=[made]))
    made_of: Any = HttpResponse if isinstance(file, bytes) else FileResponse
    response: HttpResponse = made_of(file, content_type=_TYPES[kind])
    name = fold(sheet.title).replace(" ", "-")[:100] or "chiso"
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def tie(tied: bool) -> str:
    """What stands beside a rank that several units share: the mark "=3" of the pages would be a formula."""
    return _("shared") if tied else ""


def _lines(rows: Iterable[Sequence[Cell] | line.Line]) -> Iterator[line.Line]:
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in rows:
        if isinstance(row, line.Line):
            yield row
            continue
        kinds = tuple([_KINDS.get(type(cell), line.TEXT) for cell in row])
        yield line.Line(shared.setdefault(kinds, kinds), [_text(cell) for cell in row])


def _text(cell: Cell) -> str:
    """Numbers as a machine writes them: "2.145" would be read as two and a bit."""
    return plain(cell) if isinstance(cell, Decimal) else "" if cell is None else str(cell)


_WRITERS = {CSV: text.write, XLSX: book.write}
_KINDS: dict[type, str] = {int: line.NUMBER, Decimal: line.NUMBER, date: line.DAY}
