"""A streaming pass over one XML part: element names without namespace prefixes, DTDs refused."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers.expat import ParserCreate

from chiso.ingest.fact import UnreadableFile

Begin = Callable[[str, dict[str, str]], None]
End = Callable[[str, str], None]


def read_events(xml: bytes, begin: Begin, end: End) -> None:
    """Call `begin(name, attributes)` and `end(name, text)` for each element; `text` is what stands
    between the last tag and this one. Raises ExpatError for damaged XML, UnreadableFile for a DTD."""
    pieces: list[str] = []

    def on_start(name: str, attributes: dict[str, str]) -> None:
        pieces.clear()
        begin(_local(name), {_local(key): value for key, value in attributes.items()})

    def on_end(name: str) -> None:
        end(_local(name), "".join(pieces))
        pieces.clear()

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = _refuse
    if xml:
        parser.Parse(xml, True)


def _refuse(*_: object) -> None:
    raise UnreadableFile("corrupt")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
