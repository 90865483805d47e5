"""A file that is whole before its first byte leaves: what goes wrong is an answer of its own, never half a file."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO

IN_MEMORY = 1 << 20  # bytes; what is longer waits on the disk


def spooled(write: Callable[[IO[bytes]], None]) -> bytes | IO[bytes]:
    """What `write` makes: its bytes, or where they are many a file at its beginning, which whoever hands it out
    closes."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # it leaves with the answer
    try:
        write(file)
        long = file.tell() > IN_MEMORY
        file.seek(0)
        if long:
            return file
        made = file.read()
    except BaseException:
        file.close()
        raise
    file.close()
    return made
