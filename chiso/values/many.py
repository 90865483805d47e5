"""Many things made at once that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MUCH = 100_000  # things that were left by such a work


class _Left:
    """Whether the last work left much: a page holds itself in a ring, and all that it shows with it."""

    much = False


@contextmanager
def many_at_once() -> Iterator[None]:
    """Meanwhile nobody looks for rings among them, which Python does again with each so many new ones: of understanding
    14,000 rows that was 0.3 s of 1.1. For work whose size is bounded. Rings that it left are taken apart by the next
    such work before it begins, so that no two of them ever stand in memory."""
    if not gc.isenabled():  # part of such a work
        yield
        return
    if _Left.much:
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        _Left.much = gc.get_count()[0] > _MUCH
        gc.enable()
