"""Texts of an XLS file: a byte of flags says how they are written, and long tables of them are cut anywhere."""

from __future__ import annotations

import struct

_WIDE, _PHONETIC, _RICH = 0x01, 0x04, 0x08


def unicode_string(body: bytes, length: int) -> str:
    """A text of `length` signs: the flags, then 1 or 2 bytes a sign."""
    if body[:1] and body[0] & _WIDE:
        return body[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return body[1 : 1 + length].decode("latin-1")


def shared_strings(parts: list[bytes]) -> list[str]:
    """The shared texts, from the record that begins their table and those that continue it."""
    if not parts:
        return []
    table = _Table(parts)
    count = struct.unpack_from("<I", parts[0], 4)[0]
    strings: list[str] = []
    while len(strings) < count and table.has_more():
        strings.append(table.string())
    return strings


class _Table:
    """Reads on over the ends of records. A text cut in two has its flags again in the next record."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts
        self._part, self._place = 0, 8  # behind the two counts

    def has_more(self) -> bool:
        """Whether a text begins here."""
        while self._part < len(self._parts) and self._place >= len(self._parts[self._part]):
            self._part, self._place = self._part + 1, 0
        return self._part < len(self._parts)

    def string(self) -> str:
        """The next text."""
        length, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & _RICH else 0
        extra = struct.unpack("<I", self._take(4))[0] if flags & _PHONETIC else 0
        text = self._signs(length, flags)
        self._skip(4 * runs + extra)
        return text

    def _signs(self, length: int, flags: int) -> str:
        text = ""
        while len(text) < length and self._part < len(self._parts):
            width = 2 if flags & _WIDE else 1
            here = len(self._parts[self._part]) - self._place
            taken = self._take(min(length - len(text), here // width) * width)
            text += taken.decode("utf-16-le" if width == 2 else "latin-1", "replace")
            if len(text) < length:
                self._part, self._place = self._part + 1, 0
                flags = self._take(1)[0] if self._part < len(self._parts) else 0
        return text

    def _take(self, size: int) -> bytes:
        taken = self._parts[self._part][self._place : self._place + size]
        self._place += size
        return taken

    def _skip(self, size: int) -> None:
        while size and self.has_more():
            step = min(size, len(self._parts[self._part]) - self._place)
            self._place += step
            size -= step
