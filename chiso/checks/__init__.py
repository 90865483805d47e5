"""The checks: what an issued paper must agree with itself about. Ids are stable; order is the order of a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chiso.checks import bounds, form, history, order, parts, sums, units
from chiso.checks.case import NAMED, Case, Outcome

CHECKS: dict[str, Callable[[Case], list[Outcome]]] = {
    sums.LETTER_MATCHES: sums.letter_matches_appendix,
    sums.GROUPS_ADD_UP: sums.groups_add_up,
    sums.MAXIMA_ADD_UP: sums.maxima_add_up,
    sums.TOTALS_AGREE: sums.totals_agree_across_appendices,
    parts.PARTS_OF_WHOLE: parts.parts_of_whole,
    order.PRINTED_ORDER: order.printed_order,
    form.MIXED_DECIMAL_MARKS: form.mixed_decimal_marks,
    form.MIXED_THOUSANDS_MARKS: form.mixed_thousands_marks,
    form.KIND_MISMATCH: form.kind_mismatch,
    bounds.OUT_OF_BOUNDS: bounds.out_of_bounds,
    order.PRINTED_RANK: order.printed_rank,
    parts.NO_WHOLE_TOTAL: parts.no_whole_total,
    history.UNCHANGED_SINCE_LAST: history.unchanged_since_last,
    history.JUMP_SINCE_LAST: history.jump_since_last,
    units.MISSING_UNIT: units.missing_unit,
    units.DUPLICATE_UNIT: units.duplicate_unit,
}


def run(case: Case) -> list[Outcome]:
    """All checks in their order; each answers at least once. Same case, same answers."""
    return [_named(case, outcome) for check in CHECKS.values() for outcome in check(case)]


def _named(case: Case, outcome: Outcome) -> Outcome:
    """Places of figures without a cell are stable words (II, quang-dien, TONG): the names of those go with them. An
    appendix keeps its number, whatever is coded like it."""
    words = {word for place in (outcome.where, outcome.figures.get("cell", "")) for word in place.split(", ")}
    words -= {sheet.ordinal for sheet in case.sheets}
    records = {word: case.units.get(word) or case.indicators.get(word) for word in sorted(words)}
    names = {NAMED + word: record.name for word, record in records.items() if record is not None}
    return replace(outcome, figures={**outcome.figures, **names}) if names else outcome
