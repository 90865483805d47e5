"""XLS: number formats and errors, from the records of the workbook stream ([MS-XLS])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.readers.cell_losses import ERROR, Losses
from chiso.ingest.readers.ole import Ole
from chiso.ingest.readers.xlsx_losses import built_in_format

_BOF, _BOUNDSHEET, _FORMAT, _XF, _MERGED, _FILEPASS = 0x809, 0x85, 0x41E, 0xE0, 0xE5, 0x2F
_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR = 0x203, 0x27E, 0xBD, 0x06, 0x205
_TEXTS = (0xFD, 0x204, 0xD6)  # LABELSST, LABEL, RSTRING
_EXCEL_97 = 0x600
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Record = tuple[int, bytes]


def xls_losses(ole: Ole) -> dict[str, Losses]:
    """What calamine leaves out of each sheet, by the sheet's name. Merged areas are not among it.
    Raises UnreadableFile: encrypted, unknown-format (older than Excel 97), too-large."""
    stream = ole.stream("Workbook")
    book = list(_records(stream, 0))
    if not book or book[0][0] != _BOF or struct.unpack_from("<H", book[0][1])[0] != _EXCEL_97:
        raise UnreadableFile("unknown-format", format="xls")
    if any(kind == _FILEPASS for kind, _ in book):
        raise UnreadableFile("encrypted")
    formats = _formats(book)
    return {name: _sheet(_records(stream, begin), formats) for name, begin in _sheets(book)}


def _records(stream: bytes, begin: int) -> Iterator[Record]:
    """The records of one substream, up to its EOF record."""
    while begin + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, begin)
        if kind == 0x0A:
            return
        yield kind, stream[begin + 4 : begin + 4 + length]
        begin += 4 + length


def _sheets(book: list[Record]) -> Iterator[tuple[str, int]]:
    for kind, body in book:
        if kind == _BOUNDSHEET:
            yield _string(body[7:], body[6]), struct.unpack_from("<I", body)[0]


def _formats(book: list[Record]) -> list[str]:
    """The number format of each cell style, in the order of the XF records."""
    named = {
        struct.unpack_from("<H", body)[0]: _string(body[4:], struct.unpack_from("<H", body, 2)[0])
        for kind, body in book
        if kind == _FORMAT
    }
    numbers = [struct.unpack_from("<H", body, 2)[0] for kind, body in book if kind == _XF]
    return [named.get(number) or built_in_format(number) for number in numbers]


def _string(body: bytes, length: int) -> str:
    """A BIFF8 string: a byte of flags, then 1 or 2 bytes a character."""
    if body[0] & 1:
        return body[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return body[1 : 1 + length].decode("latin-1")


def _sheet(records: Iterator[Record], formats: list[str]) -> Losses:
    losses = Losses()
    for kind, body in records:
        if kind == _MULRK:
            row, column = struct.unpack_from("<HH", body)
            for place in range((len(body) - 6) // 6):
                style = struct.unpack_from("<H", body, 4 + 6 * place)[0]
                _note_number(losses, row, column + place, style, formats)
        elif kind in (_NUMBER, _RK, _FORMULA, _BOOLERR, *_TEXTS):
            row, column, style = struct.unpack_from("<HHH", body)
            losses.reach(row, column)
            fault = _fault(kind, body)
            if fault:
                losses.troubles[row, column] = ERROR, fault
            elif kind in (_NUMBER, _RK, _FORMULA):
                _note_number(losses, row, column, style, formats)
    return losses


def _note_number(losses: Losses, row: int, column: int, style: int, formats: list[str]) -> None:
    losses.reach(row, column)
    losses.formats[row, column] = formats[style] if style < len(formats) else ""


def _fault(kind: int, body: bytes) -> str:
    """What an error or truth cell shows, "" for any other."""
    if kind == _BOOLERR:
        return _ERRORS.get(body[6], "#N/A") if body[7] else ("TRUE" if body[6] else "FALSE")
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] in (1, 2):
        return _ERRORS.get(body[8], "#N/A") if body[6] == 2 else ("TRUE" if body[8] else "FALSE")
    return ""
