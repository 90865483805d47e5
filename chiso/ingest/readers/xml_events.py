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
    local = _Local()  # a part has few names and very many elements

    def on_start(name: str, attributes: dict[str, str]) -> None:
        pieces.clear()
        if attributes and local.are_prefixed(tuple(attributes)):
            attributes = {local[key]: value for key, value in attributes.items()}
        begin(local[name], attributes)

    def on_end(name: str) -> None:
        end(local[name], "".join(pieces))
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


class _Local(dict[str, str]):
    """Names without their prefixes, each worked out once."""

    def __init__(self) -> None:
        super().__init__()
        self._prefixed: dict[tuple[str, ...], bool] = {}

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]

    def are_prefixed(self, names: tuple[str, ...]) -> bool:
        found = self._prefixed.get(names)
        if found is None:
            found = self._prefixed[names] = any(":" in name for name in names)
        return found
