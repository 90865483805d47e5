"""What a sheet sends and what it is told: from the form of a page without scripts, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from chiso.actions.sheet import Conflict, Edit, Saved, Stored
from chiso.queries.sheet import Cell, Reading, Sheet
from chiso.values.number import plain
from chiso.values.storable import is_storable

MOST_CELLS = 20_000  # a sheet of all communes by all indicators has 3.750
MOST_BYTES = 4 * 1024 * 1024
_MOST_VERSION = 2**63
UNSEEN = -1  # a version that none is: a cell in conflict stays one until somebody chooses

Place = tuple[str, str]  # (unit slug, indicator code)


class Malformed(Exception):
    """The body is not what a sheet sends."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A page's form: what was changed, and what stands unchosen in conflict."""

    edits: list[Edit]
    texts: dict[Place, str]  # as typed, so that nothing is lost when the page comes back


# --- JSON ---------------------------------------------------------------------------------------------
def body(request: HttpRequest, name: str) -> list[dict[str, Any]]:
    """The list of objects under `name`."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        sent = json.loads(request.body) if size <= MOST_BYTES else None
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    items = sent.get(name) if isinstance(sent, dict) else None
    if not isinstance(items, list) or len(items) > MOST_CELLS or not all(isinstance(item, dict) for item in items):
        raise Malformed
    return items


def edit(item: Mapping[str, Any]) -> Edit:
    has_text = item.get("text") is not None
    return Edit(
        unit=text(item, "unit"), indicator=text(item, "indicator"), text=text(item, "text") if has_text else None,
        version=_version(item.get("version", 0)), note=text(item, "note") if item.get("note") is not None else None,
        noted=text(item, "noted") if "noted" in item else "",
    )  # fmt: skip


def text(item: Mapping[str, Any], name: str) -> str:
    """A text that a database can keep."""
    found = item.get(name)
    if not isinstance(found, str) or not is_storable(found):
        raise Malformed
    return found


def _version(found: Any) -> int:
    if type(found) is not int or not UNSEEN <= found < _MOST_VERSION:
        raise Malformed
    return found


def told(saved: Saved) -> dict[str, Any]:
    return {
        "at": date_format(timezone.localtime(saved.at), "TIME_FORMAT"),
        "changed": saved.changed,
        "stored": [_stored(each) for each in saved.stored],
        "noted": [_place(each) for each in saved.noted],
        "conflicts": [_conflict(each) for each in saved.conflicts],
        "wrong": [_place(each.edit) | {"wrong": each.why, "of_note": each.edit.text is None} for each in saved.wrong],
    }


def _place(each: Edit) -> dict[str, str]:
    return {"unit": each.unit, "indicator": each.indicator}


def _stored(each: Stored) -> dict[str, Any]:
    return _place(each.edit) | {"text": each.text, "version": each.version, "reading": reading(each.reading)}


def _conflict(each: Conflict) -> dict[str, Any]:
    return _place(each.edit) | {
        "text": each.text, "version": each.version, "by": each.by, "at": when(each), "of_note": each.of_note,
        "own": each.own,
    }  # fmt: skip


def when(each: Conflict) -> str:
    return date_format(timezone.localtime(each.at), "DATETIME_FORMAT") if each.at else ""


def reading(each: Reading) -> dict[str, Any]:
    """The figure as plain numbers, for sums; `shown` for people."""
    figure = each.figure
    return {
        "value": plain(figure.value) if figure else "",
        "of": plain(figure.out_of) if figure and figure.out_of is not None else "",
        "places": each.places,
        "shown": each.shown,
        "wrong": each.wrong,
    }


# --- The form of the page -----------------------------------------------------------------------------
def based(sheet: Sheet, unchosen: Iterable[Place] = ()) -> str:
    """On what each cell of the page is based; it comes back with the form."""
    stands = set(unchosen)
    return json.dumps(
        {
            "units": [unit.slug for unit in sheet.units],
            "indicators": [measure.code for measure in sheet.measures],
            "units_down": sheet.units_down,
            "cells": [[_cell_based(cell, (cell.unit, cell.indicator) in stands) for cell in row] for row in sheet.rows],
        },
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip


def _cell_based(cell: Cell, unchosen: bool) -> list[Any]:
    note = cell.note.text if cell.note else ""
    rest = [note, 1] if unchosen else [note] if note else []
    return [cell.version, cell.text, *rest]


def typed(post: QueryDict) -> Typed:
    """The cells whose text differs from the one that the page showed or is ticked as right, and a note."""
    try:
        known = json.loads(post.get("based", ""))
        units, indicators = known["units"], known["indicators"]
        places = [
            (f"{r}.{c}", (units[r], indicators[c]) if known["units_down"] else (units[c], indicators[r]), cell)
            for r, row in enumerate(known["cells"]) for c, cell in enumerate(row)
        ]  # fmt: skip
        found = Typed([], {})
        for name, place, cell in places:
            said = post.get(f"pick{name}") or ("right" if post.get(f"ok{name}") else "")
            _take(found, place, list(cell), post.get(f"c{name}"), said)
        found.edits.extend(_note(post, {place: cell for _name, place, cell in places}))
    except (ValueError, RecursionError, TypeError, KeyError, IndexError) as error:
        raise Malformed from error
    if len(found.edits) > MOST_CELLS:
        raise Malformed
    return found


def _take(found: Typed, place: Place, cell: list[Any], sent: str | None, pick: str) -> None:
    """A cell in conflict counts once its person has chosen: then on the version that was shown."""
    in_conflict = len(cell) > 3 and bool(cell[3])
    if sent is None or (sent == cell[1] and pick != "right") or (in_conflict and pick == "theirs"):
        return
    version = UNSEEN if in_conflict and pick != "mine" else cell[0]
    item = {"unit": place[0], "indicator": place[1], "text": sent, "version": version}
    found.edits.append(edit(item))
    found.texts[place] = sent


def _note(post: QueryDict, cells: Mapping[Place, list[Any]]) -> list[Edit]:
    place = post.get("note_unit", ""), post.get("note_indicator", "")
    if not all(place):
        return []
    cell = cells.get(place, [])
    item = {"unit": place[0], "indicator": place[1], "note": post.get("note_text", "")}
    return [edit(item | {"noted": cell[2] if len(cell) > 2 else ""})]
