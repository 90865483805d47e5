"""Printed text <-> exact figure, decided by the kind of the indicator and never by a locale (decision: README)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What an indicator measures."""

    SCORE = "score"  # value of a maximum: "17,5/20"
    PERCENT = "percent"  # "85.23%"
    COUNT = "count"  # whole number: "2.145"
    SHARE = "share"  # done of total: "37/37"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure read. `printed_kind` differs from the asked kind where the text says so ("0 hồ sơ" in a percent)."""

    value: Decimal
    out_of: Decimal | None
    printed: str
    printed_kind: Kind


@dataclass(frozen=True, slots=True)
class Missing:
    """A dash, an empty cell or "không có": no figure, which is not zero."""

    printed: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Text that cannot be read without a guess. `why` is an id that `words` turns into a sentence."""

    why: str
    printed: str
