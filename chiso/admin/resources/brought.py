"""What a file of records would do, row by row, or did."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a row, as texts."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one row would do: "new", "update", "skip" or "invalid"."""

    number: str  # of the row in the file
    what: str
    name: str
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file of records would do, or did."""

    lines: tuple[Line, ...] = ()
    faults: tuple[str, ...] = ()  # of the file as a whole

    def of(self, what: str) -> list[Line]:
        return [line for line in self.lines if line.what == what]

    @property
    def counts(self) -> dict[str, int]:
        return {what: len(self.of(what)) for what in ("new", "update", "skip", "invalid")}

    @property
    def may_apply(self) -> bool:
        """All of a file or nothing of it."""
        return not self.faults and not self.of("invalid") and bool(self.of("new") or self.of("update"))

    @property
    def written(self) -> list[str]:
        return [line.name for line in self.lines if line.what in ("new", "update")]

    @property
    def fingerprint(self) -> str:
        """The same for two runs that would do the same and say the same."""
        return hashlib.sha256(repr((self.lines, self.faults)).encode()).hexdigest()
