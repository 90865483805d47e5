"""The one writer of figures: results and their changes together, set-based, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from chiso.models import Event, Result, ResultChange

_FIELDS = ["value", "out_of", "printed", "appendix", "source", "cell", "position", "printed_rank", "row"]
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


def erase(result: Result, *, event: Event) -> None:
    """Take one figure out; its last state stays in its changes."""
    ResultChange.objects.create(
        edition_id=result.edition_id, indicator_id=result.indicator_id, unit_id=result.unit_id,
        value_before=result.value, out_of_before=result.out_of, printed_before=result.printed,
        cell=result.cell, event=event,
    )  # fmt: skip
    result.delete()


def _change(before: Result | None, after: Result, event: Event) -> ResultChange:
    return ResultChange(
        edition_id=after.edition_id, indicator_id=after.indicator_id, unit_id=after.unit_id,
        value_before=before.value if before else None, out_of_before=before.out_of if before else None,
        printed_before=before.printed if before else "",
        value_after=after.value, out_of_after=after.out_of, printed_after=after.printed, cell=after.cell, event=event,
    )  # fmt: skip
