"""How far a reader has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]  # pages, sheets or tables read so far, and how many there are


class Stopped(Exception):
    """Raised by who is told of the progress and does not want the rest."""


def untold(done: int, total: int) -> None:
    """Nobody waits."""
