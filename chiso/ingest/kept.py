"""An opened file as text and back, and what was understood of it: to have both again without working them out again.

Dataclasses become lists of their fields in order, those at the end left out where they hold their defaults. Which
classes and fields there are is read from the classes themselves: what is added there is kept too."""

from __future__ import annotations

import json
import marshal
import sys
import zlib
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from chiso.ingest.fact import AppendixReading, Fact, Reading, Reference
from chiso.ingest.reading import Opened

Codec = tuple[Callable[[Any], Any], Callable[[Any], Any]]  # to what JSON holds, and back

_READ_BY = ("pdfplumber", "pdfminer.six", "python-calamine", "python-docx", "xlrd")
_ROOMS = ("ingest", "values")  # whose code makes an opened file


def packed(opened: Opened) -> bytes:
    return json.dumps(_codec(Opened)[0](opened), ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def unpacked(data: bytes) -> Opened:
    """Raises whatever a text that `packed` did not write makes fail."""
    made: Opened = _codec(Opened)[1](json.loads(data.decode("utf-8", "surrogatepass")))
    return made


# --- what was understood ---------------------------------------------------------------------------

_FACT = attrgetter(
    "unit", "unit_name", "indicator", "value", "out_of", "printed", "cell.appendix", "cell.row", "cell.column",
    "cell.spot", "position", "printed_rank", "row", "corrected",
)  # fmt: skip


def packed_reading(reading: Reading) -> bytes:
    """Facts as columns: 84,000 of them with their table come back in 0.3 s of work, where opening the file and
    understanding it take 3 s. Only what is signed is ever unpacked, for `marshal` trusts what it is given."""
    bare = replace(reading, appendices=[replace(each, facts=[], rows=[], raw={}) for each in reading.appendices])
    tables = [(_columns(each.facts), each.rows, each.raw) for each in reading.appendices]
    return zlib.compress(marshal.dumps((_codec(Reading)[0](bare), tables)), 1)


def unpacked_reading(data: bytes) -> Reading:
    told, tables = marshal.loads(zlib.decompress(data))  # noqa: S302  # its writer signed it
    made: Reading = _codec(Reading)[1](told)
    for appendix, (columns, rows, raw) in zip(made.appendices, tables, strict=True):
        appendix.facts, appendix.rows, appendix.raw = _facts(columns), rows, raw
    return made


def said(appendices: list[AppendixReading]) -> str:
    """The same for the same facts, of which it is worked out once."""
    seen = sha256()
    for appendix in appendices:
        seen.update(repr(_columns(appendix.facts)).encode("utf-8", "surrogatepass"))
    return seen.hexdigest()


def _columns(facts: list[Fact]) -> list[list[Any]]:
    columns = [list(column) for column in zip(*map(_FACT, facts), strict=True)]
    if columns:
        columns[3] = list(map(str, columns[3]))
        columns[4] = [None if value is None else str(value) for value in columns[4]]
    return columns


def _facts(columns: list[list[Any]]) -> list[Fact]:
    if not columns:
        return []
    made: dict[str | None, Decimal | None] = {None: None}  # a column of figures repeats itself
    for text in {*columns[3], *columns[4]} - {None}:
        made[text] = Decimal(text)
    values, out_of = (map(made.__getitem__, columns[place]) for place in (3, 4))
    cells = map(Reference, *columns[6:10])
    return list(map(Fact, *columns[:3], values, out_of, columns[5], cells, *columns[10:]))


# --- forms ------------------------------------------------------------------------------------------


def _readers(room: Path) -> str:
    """The same as long as the same file is opened to the same: of our own code and of the libraries that read."""
    seen = sha256()
    for path in sorted(path for name in _ROOMS for path in (room / name).rglob("*.py")):
        seen.update(f"{path.relative_to(room)}\0".encode() + path.read_bytes())
    for name in _READ_BY:
        seen.update(f"\0{name} {version(name)}".encode())
    seen.update(f"\0{sys.version}".encode())  # whose `marshal` it is
    return seen.hexdigest()


READERS = _readers(
    Path(__file__).resolve().parent.parent
)  # when this process began: its code, whatever is laid on the disk meanwhile


@cache
def _codec(kind: Any) -> Codec:  # noqa: PLR0911  # a line a form
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _record(kind)
    if origin is dict:
        return _mapping(*inner)
    if origin in (list, tuple):
        return _many(inner[0], list if origin is list else tuple)
    if origin in (Union, UnionType):
        return _optional(inner)
    if kind is Decimal:
        return str, Decimal
    if kind is date:
        return date.isoformat, date.fromisoformat
    if kind in (str, int, bool):
        return _checked(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return attrgetter("value"), kind
    raise TypeError(f"{kind} has no form to be kept in")


def _checked(kind: type) -> Codec:
    def back(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return back, back


def _many(kind: Any, whole: type) -> Codec:
    there, back = _codec(kind)
    return lambda values: [there(each) for each in values], lambda values: whole([back(each) for each in values])


def _mapping(key: Any, value: Any) -> Codec:
    """As pairs. Keys that are tuples become such again."""
    (there, back), (put, take) = _codec(key), _codec(value)
    return (
        lambda values: [[there(name), put(each)] for name, each in values.items()],
        lambda values: {back(name): take(each) for name, each in values},
    )


def _optional(kinds: tuple[Any, ...]) -> Codec:
    """A thing or None."""
    (kind,) = (each for each in kinds if each is not NoneType)
    there, back = _codec(kind)
    return (
        lambda value: None if value is None else there(value),
        lambda value: None if value is None else back(value),
    )


def _record(kind: Any) -> Codec:
    hints = get_type_hints(kind)
    parts = [(part.name, *_codec(hints[part.name]), _default(part)) for part in fields(kind)]

    def there(value: Any) -> list[Any]:
        held = [getattr(value, name) for name, _, _, _ in parts]
        last = len(parts)
        while last and held[last - 1] == parts[last - 1][3]:
            last -= 1
        return [parts[place][1](held[place]) for place in range(last)]

    def back(values: Any) -> Any:
        return kind(*[part[2](value) for part, value in zip(parts, values, strict=False)])

    return there, back


def _default(part: Any) -> Any:
    if part.default_factory is not MISSING:
        return part.default_factory()
    return part.default
