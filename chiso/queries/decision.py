"""What people answered to a file's questions, as reading takes it; and what a name says of a unit's level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chiso.ingest.decision import CellDecision, Decision, LineDecision, SkipDecision, UnitDecision
from chiso.ingest.layout import Role
from chiso.models import Level, Upload
from chiso.values.name import fold, parse

# Offices that are called neither sở nor ban.
_AGENCIES = (
    "van phong", "thanh tra", "trung tam", "chi cuc", "cuc", "bao hiem", "cong an", "bo chi huy", "kho bac", "vien",
    "toa an", "benh vien",
)  # fmt: skip
_LEVELS = {"district": Level.DISTRICT, "commune": Level.COMMUNE, "agency": Level.AGENCY, "province": Level.PROVINCE}


def of(upload: Upload) -> tuple[Decision, ...]:
    """The answers in their order; kinds that a later version wrote are left out."""
    return tuple(each for stored in upload.decisions for each in _decisions(stored))


def _decisions(stored: Mapping[str, Any]) -> Iterable[Decision]:
    n, kind = stored["n"], stored["kind"]
    if kind == "line" and stored["role"] in set(Role):
        yield LineDecision(
            n, stored["appendix"], stored["axis"], stored["place"], Role(stored["role"]), stored["indicator"],
            stored["printed"],
        )  # fmt: skip
    elif kind == "unit":
        yield UnitDecision(n, stored["name"], stored["unit"])
    elif kind == "units":
        yield from (UnitDecision(n, made["name"], made["unit"]) for made in stored["made"])
    elif kind == "cell":
        place = stored["appendix"], stored["row"], stored["column"]
        yield CellDecision(n, *place, stored["text"], stored["printed"])
    elif kind == "skip":
        place = stored["appendix"], stored["row"], stored["column"]
        yield SkipDecision(n, *place, stored["why"], stored["printed"])


def guessed_level(name: str) -> Level | None:
    """The level that a name says by its first word: "UBND xã …" is a commune, "Sở …" an agency."""
    levels = parse(name).levels
    if levels:
        return _LEVELS[levels[-1]]  # a thành phố among new names is one of the province's
    folded = fold(name)
    return Level.AGENCY if any(folded == word or folded.startswith(f"{word} ") for word in _AGENCIES) else None
