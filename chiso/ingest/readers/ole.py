"""OLE2 containers (XLS, old DOC, encrypted office files): names and streams ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from chiso.ingest.fact import UnreadableFile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA  # this and above: no further sector
_ENTRY = 128  # bytes of one directory entry
_STREAM, _ROOT = 2, 5
_IN_HEADER = 109  # places of FAT sectors that the header itself lists


class Ole:
    """An OLE2 file. Raises UnreadableFile("corrupt") where its chains make no sense."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise UnreadableFile("corrupt")
        self._data = data
        self._size = 1 << min(struct.unpack_from("<H", data, 0x1E)[0], 12)
        self._small_limit = struct.unpack_from("<I", data, 0x38)[0]
        self._fat = self._numbers(self._fat_sectors())
        directory = self._chain(struct.unpack_from("<I", data, 0x30)[0])
        self.streams = {name: (start, size) for name, kind, start, size in _entries(directory) if kind == _STREAM}
        roots = [(start, size) for _, kind, start, size in _entries(directory) if kind == _ROOT]
        self._small = self._chain(roots[0][0]) if roots else b""
        self._small_fat = self._numbers([self._chain(struct.unpack_from("<I", data, 0x3C)[0])])

    def stream(self, name: str) -> bytes:
        """One stream's bytes."""
        start, size = self.streams[name]
        if size >= self._small_limit:
            return self._chain(start)[:size]
        places = _followed(start, self._small_fat)
        return b"".join(self._small[place * 64 : place * 64 + 64] for place in places)[:size]

    def _sector(self, place: int) -> bytes:
        begin = (place + 1) * self._size
        return self._data[begin : begin + self._size]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(place) for place in _followed(start, self._fat))

    def _fat_sectors(self) -> Iterator[bytes]:
        """The sectors of the allocation table: 109 listed in the header, the rest in sectors of their own."""
        listed = list(struct.unpack_from(f"<{_IN_HEADER}I", self._data, 0x4C))
        further = struct.unpack_from("<I", self._data, 0x44)[0]
        for _ in range(len(self._data) // self._size + 1):
            yield from (self._sector(place) for place in listed if place < _END)
            if further >= _END:
                return
            *listed, further = self._numbers([self._sector(further)]) or [_END]
        raise UnreadableFile("corrupt")

    def _numbers(self, parts: Iterator[bytes] | list[bytes]) -> list[int]:
        whole = b"".join(parts)
        return list(struct.unpack(f"<{len(whole) // 4}I", whole[: len(whole) // 4 * 4]))


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    """(name, kind, first sector, size) of each entry."""
    for begin in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, begin + 64)
        start, size = struct.unpack_from("<II", directory, begin + 116)
        name = directory[begin : begin + min(max(length - 2, 0), 64)].decode("utf-16-le", "replace")
        yield name, kind, start, size


def _followed(start: int, table: list[int]) -> Iterator[int]:
    """Sector after sector; a chain that runs in a circle is damage."""
    place = start
    for _ in range(len(table) + 1):
        if place >= _END:
            return
        if place >= len(table):
            break
        yield place
        place = table[place]
    raise UnreadableFile("corrupt")
