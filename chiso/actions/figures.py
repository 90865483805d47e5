"""What becomes of figures: results and their changes together, set-based, in the caller's transaction. `writer` knows
how each database takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy as shallow
from typing import Any

from django.db import connection
from django.db.models import Model, OuterRef, Subquery, Value

from chiso.models import Appendix, Edition, Event, Result, Unit

from . import writer

_COPIED = [
    "indicator_id", "unit_id", "value", "out_of", "printed", "source_id", "cell", "position", "printed_rank", "row",
]  # fmt: skip


def write(pairs: Sequence[tuple[Result | None, Result]], *, event: Event) -> None:
    """Store each new state; `pairs` are (before or None, after) for one edition, one pair a unit and indicator."""
    if pairs:
        changes = [(_state(before), _row(after)) for before, after in pairs]
        writer.store(pairs[0][1].edition_id, changes, (), event_id=event.pk)


def copy(base: Edition, edition: Edition) -> None:
    """All figures of one edition into the next, in one statement: each with its cell and file, in the appendix of the
    same number. A copy is no change of a figure: it leaves no rows there."""
    own = Appendix.objects.filter(edition=edition, ordinal=OuterRef("appendix__ordinal")).values("pk")[:1]
    rows = Result.objects.filter(edition=base).annotate(into=Value(edition.pk), own=Subquery(own)).order_by("pk")
    selected = rows.values_list("into", "own", *_COPIED).query.sql_with_params()
    insert_selected(Result, ["edition_id", "appendix_id", *_COPIED], *selected)


def hand_over(results: Sequence[Result], units: Mapping[int, int], *, event: Event) -> None:
    """Figures of one edition become another unit's, each with a change of both: gone there, come here, from the same
    cell. `units` are the keys, from -> to."""
    pairs = [(None, _moved(result, units[result.unit_id])) for result in results]
    erase(results, event=event)
    write(pairs, event=event)


def settle(edition: Edition, *, event: Event) -> None:
    """What a copy brought under a record that was merged into another becomes that one's. It has no figure there yet:
    two records that stand in one published edition are not merged."""
    into = Unit.objects.lasting()
    hand_over(list(Result.objects.filter(edition=edition, unit__in=into).order_by("pk")), into, event=event)


def _moved(result: Result, unit: int) -> Result:
    moved = shallow(result)
    moved.pk, moved.unit_id = None, unit
    return moved


def insert_selected(model: type[Model], columns: Sequence[str], sql: str, params: Sequence[Any]) -> None:
    """INSERT..SELECT: what a query finds becomes rows without passing through Python."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) {sql}", params)


def erase(results: Sequence[Result], *, event: Event) -> None:
    """Take figures out; the last state of each stays in its changes."""
    gone = (None, None, "")
    writer.history(
        (each.edition_id, each.indicator_id, each.unit_id, *_state(each), *gone, each.cell, event.pk)
        for each in results
    )
    writer.delete([each.pk for each in results])


def _state(result: Result | None) -> writer.State:
    return writer.State(result.value, result.out_of, result.printed) if result else writer.NONE


def _row(result: Result) -> writer.Row:
    return writer.Row(*(getattr(result, name) for name in writer.Row._fields))
