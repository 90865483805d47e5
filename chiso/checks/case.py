"""What a check looks at and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from chiso.ingest.fact import Headline
from chiso.ingest.layout import IndicatorRecord, UnitRecord


class Status(StrEnum):
    PASSED = "passed"
    FINDING = "finding"
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    ERROR = "error"  # cannot be stored, blocks publication
    WARNING = "warning"  # the issued paper itself does not agree; needs acceptance
    NOTE = "note"  # form, or a weak hint


NAMED = "@"  # begins the figures that are the names of a place's words: "@quang-dien" -> "UBND huyện Quảng Điền"


@dataclass(slots=True, unsafe_hash=True)
class Row:
    """One figure of the set under check, stored or about to be."""

    unit: str  # slug
    indicator: str  # code
    value: Decimal
    out_of: Decimal | None
    printed: str
    appendix: str  # ordinal
    cell: str  # str(Reference), "" when typed by hand
    position: str = ""  # STT as printed
    printed_rank: str = ""
    order: int = 0  # order of the row inside the appendix


@dataclass(frozen=True, slots=True)
class Sheet:
    """One appendix of the set: how its layout orders it. `sorts` is an indicator code or ""."""

    ordinal: str
    title: str = ""
    sorts: str = ""
    sorts_within: str = ""  # "level": each level is a block of its own


@dataclass(frozen=True, slots=True)
class Previous:
    """The previous dispatch of the same issuer, period kind and indicator set."""

    dispatch: str  # "943/VPUB-KSTT"
    rows: tuple[Row, ...]
    headline: Headline = field(default_factory=Headline)


@dataclass(frozen=True, slots=True)
class Case:
    """A whole set of figures with what is needed to judge it. `expected` are slugs valid at the data date,
    by level, of the issuer's tree; `doubled` are (slug, cell) of rows that name a unit a second time."""

    rows: tuple[Row, ...]
    indicators: Mapping[str, IndicatorRecord]
    units: Mapping[str, UnitRecord]
    sheets: tuple[Sheet, ...]
    headline: Headline
    issuer: str  # slug of the issuer's unit
    nation: str | None = None
    previous: Previous | None = None
    doubled: tuple[tuple[str, str], ...] = ()
    # Of the rows, once for all checks; a copy with other rows begins anew.
    made: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check at one place. `where` is stable text ("IV, row 6, column 4", "I", "letter");
    `figures` prove it: name -> text; `reason` picks the sentence where a check has several. `about` are the figures
    spoken of, (unit slug, indicator code) each: names change, these do not. The code is "" where a whole unit is."""

    check: str
    status: Status
    where: str
    figures: Mapping[str, str] = field(default_factory=dict)
    severity: Severity | None = None
    reason: str = ""
    about: tuple[tuple[str, str], ...] = ()
