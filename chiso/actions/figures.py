"""The one writer of figures: results and their changes together, set-based, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy as shallow
from typing import Any

from django.db import connection
from django.db.models import Model, OuterRef, QuerySet, Subquery, Value

from chiso.models import Appendix, Edition, Event, Result, ResultChange, Unit

_FIELDS = ["value", "out_of", "printed", "appendix", "source", "cell", "position", "printed_rank", "row"]
_COPIED = [
    "indicator_id", "unit_id", "value", "out_of", "printed", "source_id", "cell", "position", "printed_rank", "row",
]  # fmt: skip
_BATCH = 500  # below SQLite's limit of variables in a statement


def write(pairs: Sequence[tuple[Result | None, Result]], *, event: Event, moved: Sequence[Result] = ()) -> None:
    """Store each new state; `pairs` are (before or None, after) for one edition, one pair a unit and indicator.
    `moved` are figures that stayed the same and stand elsewhere now: no change of the figure."""
    Result.objects.bulk_create(
        [*(after for _before, after in pairs), *moved],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["edition", "indicator", "unit"],
        update_fields=_FIELDS,
    )
    ResultChange.objects.bulk_create([_change(before, after, event) for before, after in pairs], batch_size=_BATCH)


def copy(base: Edition, edition: Edition) -> None:
    """All figures of one edition into the next, in one statement: each with its cell and file, in the appendix of the
    same number. A copy is no change of a figure: it leaves no rows there."""
    own = Appendix.objects.filter(edition=edition, ordinal=OuterRef("appendix__ordinal")).values("pk")[:1]
    rows = Result.objects.filter(edition=base).annotate(into=Value(edition.pk), own=Subquery(own)).order_by("pk")
    insert_selected(Result, ["edition_id", "appendix_id", *_COPIED], rows.values_list("into", "own", *_COPIED))


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


def insert_selected(model: type[Model], columns: Sequence[str], rows: QuerySet[Any, Any]) -> None:
    """INSERT..SELECT: what a query finds becomes rows without passing through Python."""
    sql, params = rows.query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) {sql}", params)


def erase(results: Sequence[Result], *, event: Event) -> None:
    """Take figures out; the last state of each stays in its changes."""
    ResultChange.objects.bulk_create(
        [
            ResultChange(
                edition_id=result.edition_id, indicator_id=result.indicator_id, unit_id=result.unit_id,
                value_before=result.value, out_of_before=result.out_of, printed_before=result.printed,
                cell=result.cell, event=event,
            )
            for result in results
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    Result.objects.filter(pk__in=[result.pk for result in results]).delete()


def _change(before: Result | None, after: Result, event: Event) -> ResultChange:
    return ResultChange(
        edition_id=after.edition_id, indicator_id=after.indicator_id, unit_id=after.unit_id,
        value_before=before.value if before else None, out_of_before=before.out_of if before else None,
        printed_before=before.printed if before else "",
        value_after=after.value, out_of_after=after.out_of, printed_after=after.printed, cell=after.cell, event=event,
    )  # fmt: skip
