"""Between the plan that a person saw and the one there is now: what differs, cell by cell.

What was seen travels with the button, signed: it needs no row of its own, and outlives a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from chiso.models import Upload
from chiso.queries import case
from chiso.queries.stored import Stored
from chiso.queries.upload import Entry, LoadPlan
from chiso.words import problem as words
from chiso.words.place import where_text

from . import texts
from .preview import hand_of

SALT = "chiso.upload.seen"
MOST_ENTRIES = 4_000  # of a plan that travels with the button, some 40 KB; of a larger one nobody can say what was seen
MOST_SHOWN = 200
Cells = dict[str, list[list[str]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One cell: what the plan said of it when it was seen, and what it says now."""

    where: str
    unit: str
    indicator: str
    before: str
    now: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`others` are differences that are no cell's: where the figures would go, what the letter's headline is."""

    rows: list[Row] = field(default_factory=list)
    left: int = 0
    others: list[tuple[str, str, str]] = field(default_factory=list)  # what, before, now


def seal(upload: Upload, plan: LoadPlan) -> str:
    """What a plan says of every cell, to be sent back with the button."""
    return signing.dumps(_digest(plan) | {"upload": upload.pk}, salt=SALT, compress=True)


def since(sealed: str, upload: Upload, plan: LoadPlan) -> Difference | None:
    """What has changed since the plan was seen; None where nobody can say what was seen."""
    try:
        seen = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
    if not isinstance(seen, dict) or seen.get("upload") != upload.pk:
        return None
    now = _digest(plan)
    return _compared(seen, now, _Names(plan)) if seen.get("whole") and now["whole"] else None


def _digest(plan: LoadPlan) -> dict[str, Any]:
    cells: Cells = {}
    whole = len(plan.entries) + len(plan.problems) <= MOST_ENTRIES
    if whole:
        for entry in plan.entries:
            cells.setdefault(_place(entry.fact.cell), []).append(_entry(entry))
        for problem in plan.problems:
            told = words.said(problem.why, {"printed": problem.printed, **problem.params})
            cells.setdefault(_place(problem.cell), []).append(["problem", "", "", told, "", ""])
    names = _Names(plan)
    stored = [[*names.of(row), row.printed] for row in plan.absent[:MOST_SHOWN]]
    return {
        "whole": whole, "cells": cells, "absent": stored, "counts": plan.counts, "target": _target(plan),
        "texts": [[each.what, each.before, each.after] for each in texts.of(plan)],
        "headline": case.headline(plan.edition).printed if plan.edition else "",
    }  # fmt: skip


def _place(cell: Any) -> str:
    return f"{cell.appendix}, row {cell.row}, column {cell.column}" if cell.row else str(cell.appendix)


def _entry(entry: Entry) -> list[str]:
    fact = entry.fact
    before = entry.before.printed if entry.before else ""
    return [entry.kind, fact.unit or "", fact.indicator, fact.printed, before, hand_of(entry)]


def _target(plan: LoadPlan) -> str:
    """Where the figures would go, in words."""
    if plan.target == "new-dispatch":
        return _("a new dispatch")
    if plan.may_apply:
        return str(plan.edition or plan.dispatch)
    return words.target(plan.target, plan.about)


class _Names:
    def __init__(self, plan: LoadPlan) -> None:
        self.units = {unit.slug: unit.name for unit in plan.known.units} if plan.known else {}
        self.indicators = {each.code: each.name for each in plan.known.indicators} if plan.known else {}

    def of(self, figure: Stored) -> tuple[str, str]:
        unit, indicator = figure.unit, figure.indicator
        return self.units.get(unit, unit), self.indicators.get(indicator, indicator)


def _compared(seen: Mapping[str, Any], now: Mapping[str, Any], names: _Names) -> Difference:
    before, after = seen.get("cells", {}), now["cells"]
    places = [place for place in {**before, **after} if before.get(place) != after.get(place)]
    rows = [_row(place, before.get(place, []), after.get(place, []), names) for place in places[:MOST_SHOWN]]
    return Difference(rows, max(0, len(places) - MOST_SHOWN), _others(seen, now))


def _row(place: str, before: list[list[str]], now: list[list[str]], names: _Names) -> Row:
    of = next((each for each in (*now, *before) if each[1]), ["", "", "", "", "", ""])
    several = len({each[1] for each in (*before, *now) if each[1]}) > 1
    parts = place.split(", ")
    row, column = (part.partition(" ")[2] for part in parts[1:]) if len(parts) == 3 else ("", "")
    table = "".join(letter if letter.isalnum() else "-" for letter in parts[0])
    return Row(
        where_text(place), names.units.get(of[1], of[1]), names.indicators.get(of[2], of[2]),
        _said(before, names, several), _said(now, names, several),
        f"cell-{table}-{row}-{column}" if row else f"table-{table}",
    )  # fmt: skip


def _said(entries: list[list[str]], names: _Names, several: bool) -> str:
    return "; ".join(_one(each, names, several) for each in entries) or _("not taken over")


def _one(entry: list[str], names: _Names, several: bool) -> str:
    kind, unit, _indicator, printed, before, hand = entry
    if kind == "problem":
        return printed
    told = {
        "new": _("new: %(printed)s"), "changed": _("changed: %(before)s → %(printed)s"),
        "unchanged": _("as stored: %(printed)s"),
    }[kind] % {"printed": printed, "before": before}  # fmt: skip
    if several:  # the cell was read as another unit's
        told = f"{names.units.get(unit, unit)}: {told}"
    return f"{told} ({hand})" if hand else told


def _others(seen: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    pairs = [
        (_("Goes to"), str(seen.get("target", "")), now["target"]),
        (_("Score and rank in the letter"), str(seen.get("headline", "")), now["headline"]),
        (_("Texts on record"), _renewed(seen.get("texts", [])), _renewed(now["texts"])),
        (_("Stored but not in the file"), _listed(seen.get("absent", [])), _listed(now["absent"])),
    ]
    return [(what, before or "–", after or "–") for what, before, after in pairs if before != after]


def _renewed(told: list[list[str]]) -> str:
    return "; ".join(f"{what}: “{before or '–'}” → “{after}”" for what, before, after in told)


def _listed(absent: list[list[str]]) -> str:
    return "; ".join(f"{unit}, {indicator}: {printed}" for unit, indicator, printed in absent)
