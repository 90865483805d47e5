"""Two editions side by side, and what the checklist lists, as lines of text for its tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chiso.models import Edition, Level, Result, Unit
from chiso.queries.checklist import Checklist, Month
from chiso.queries.correction import Changed, Comparison, Moved
from chiso.words.figure import MISSING, rank_text, value_text

from .page import figure_address

SHOWN = 12  # names of one list before the rest is folded away


@dataclass(frozen=True)
class Names:
    """Units by name: as many as a line bears, and the others."""

    first: str
    rest: str
    more: int


@dataclass(frozen=True)
class Line:
    unit: str
    indicator: str
    url: str
    before: str
    after: str
    ranks: tuple[str, ...]


def names(units: Iterable[Unit]) -> Names:
    found = [unit.name for unit in units]
    return Names(", ".join(found[:SHOWN]), ", ".join(found[SHOWN:]), max(0, len(found) - SHOWN))


def lacking(listed: Checklist) -> dict[str, Any]:
    """Units without any figure, and those without one of some indicator."""
    return {
        "absent": names(listed.absent) if listed.absent else None,
        "some": [
            {"indicator": each.indicator.name, "level": Level(each.level).label, "units": names(each.units)}
            for each in listed.without
        ],
        "nobody": names(listed.told.nobody) if listed.told.nobody else None,
    }


def since_last_month(month: Month) -> dict[str, Any]:
    return {
        "before": month.before, "changed": month.changed, "unchanged": month.unchanged,
        "appeared": names(month.appeared) if month.appeared else None,
        "gone": names(month.gone) if month.gone else None,
        "movers": [_mover(move) for move in month.movers],
        "lacking": [f"{row}: {row.title}" if row.title else str(row) for row in month.lacking],
    }  # fmt: skip


def _mover(move: Moved) -> dict[str, str]:
    return {
        "unit": move.unit.name, "indicator": move.indicator.name, "before": _place(move.before),
        "after": _place(move.after), "up": "up" if move.lift > 0 else "",
    }  # fmt: skip


def differences(compared: Comparison) -> dict[str, Any]:
    """Old and new beside each other, with the ranks before and after."""
    return {
        "before": compared.before, "after": compared.after, "unchanged": compared.unchanged,
        "figures": [_line(each, compared.after) for each in compared.figures],
        "shifted": [_shifted(each, compared.after) for each in compared.shifted],
        "headline": _headlines(compared) if compared.headline_differs else None,
    }  # fmt: skip


def _line(each: Changed, edition: Edition) -> Line:
    ranks = tuple(_moves(move) for move in each.places)
    return Line(
        each.unit.name, each.indicator.name, _url(each.unit, each.indicator.code, edition),
        _printed(each.before), _printed(each.after), ranks,
    )  # fmt: skip


def _shifted(move: Moved, edition: Edition) -> Line:
    return Line(
        move.unit.name, move.indicator.name, _url(move.unit, move.indicator.code, edition), "", "", (_moves(move),)
    )


def _url(unit: Unit, code: str, edition: Edition) -> str:
    return figure_address(edition, unit.slug, code)


def _printed(result: Result | None) -> str:
    return result.printed if result else MISSING


def _moves(move: Moved) -> str:
    """ "2/9 → 1/9", with the parent where the peers are those within one."""
    text = f"{_place(move.before)} → {_place(move.after)}"
    within = move.unit.parent.name if ":" in move.peers and move.unit.parent else ""
    return _("%(ranks)s in %(unit)s") % {"ranks": text, "unit": within} if within else text


def _place(place: Any) -> str:
    return f"{rank_text(place.rank, place.tied)}/{place.rank_of}" if place else MISSING


def _headlines(compared: Comparison) -> list[tuple[str, str]]:
    """(before, after) of the letter's score and rank."""
    pairs = []
    for edition in (compared.before, compared.after):
        score = value_text(edition.headline_score, edition.headline_out_of, "score")
        rank = f"{edition.headline_rank}/{edition.headline_rank_of}" if edition.headline_rank else MISSING
        pairs.append((score, rank))
    return list(zip(*pairs, strict=True))
