"""What a person answered to a file's questions: read with the file as if it stood there, and learnt for the next one.

A decision names its place as printed: appendix, row and column from 1. `printed` is the text that stood there when it
was taken ("" where nobody noted it): a decision whose place holds another text by now is left aside and told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chiso.ingest.layout import Knowledge, Role, UnitRecord


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What a column holds, or a row of a table whose rows are indicators. `Role.NONE`: it is left out for good."""

    n: int
    appendix: str
    axis: str  # "column" or "row"
    place: int
    role: Role
    indicator: str = ""
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class UnitDecision:
    """The unit (a slug) that a printed name means."""

    n: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class CellDecision:
    """What a cell should read."""

    n: int
    appendix: str
    row: int
    column: int
    text: str
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class SkipDecision:
    """A cell that gives no figure and no problem; column 0 is the whole row."""

    n: int
    appendix: str
    row: int
    column: int
    why: str
    printed: str | None = None


Decision = LineDecision | UnitDecision | CellDecision | SkipDecision


def with_names(knowledge: Knowledge, decisions: Iterable[Decision]) -> Knowledge:
    """What is on record, with the names that were answered as further names of their units."""
    names: dict[str, list[str]] = {}
    for each in decisions:
        if isinstance(each, UnitDecision):
            names.setdefault(each.unit, []).append(each.name)
    return replace(knowledge, units=tuple(_called(unit, names) for unit in knowledge.units)) if names else knowledge


def _called(unit: UnitRecord, names: dict[str, list[str]]) -> UnitRecord:
    return replace(unit, aliases=(*unit.aliases, *names[unit.slug])) if unit.slug in names else unit
