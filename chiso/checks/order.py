"""Printed order and printed ranks against the figures they are said to follow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise

from chiso.checks.answer import found, not_applicable, passed
from chiso.checks.case import Case, Outcome, Row, Severity, Sheet
from chiso.checks.place import about, block, by_appendix, cell, level, name, under_issuer
from chiso.ranking.rules import Measure, better, measure, rank

PRINTED_ORDER = "printed-order"
PRINTED_RANK = "printed-rank"

_NUMBER = re.compile(r"\d+")


def printed_order(case: Case) -> list[Outcome]:
    """Where a layout names its sort column: no row stands better than the row directly above it in its block."""
    appendices = by_appendix(case)
    outcomes: list[Outcome] = []
    for sheet in case.sheets:
        direction = _direction(case, sheet.sorts)
        blocks = _blocks(case, sheet, appendices[sheet.ordinal]) if direction else {}
        for where, rows in blocks.items():
            outcomes += _judge_block(case, where, rows, direction)
        if not blocks:
            outcomes.append(not_applicable(PRINTED_ORDER, sheet.ordinal))
    return outcomes or [not_applicable(PRINTED_ORDER)]


def printed_rank(case: Case) -> list[Outcome]:
    """A printed rank column against our ranking by the sheet's sort column, or by its only ranked indicator."""
    outcomes: list[Outcome] = []
    sorts = {sheet.ordinal: sheet.sorts for sheet in case.sheets}
    for ordinal, rows in by_appendix(case).items():
        indicator = sorts.get(ordinal) or _only_ranked(case, rows)
        column = [row for row in rows if row.indicator == indicator and under_issuer(case, row.unit)]
        if any(row.printed_rank for row in column) and _direction(case, indicator):
            outcomes += _judge_ranks(case, ordinal, column)
        else:
            outcomes.append(not_applicable(PRINTED_RANK, ordinal))
    return outcomes or [not_applicable(PRINTED_RANK)]


def _direction(case: Case, indicator: str) -> str:
    return case.indicators[indicator].direction if indicator in case.indicators else ""


def _measure(case: Case, row: Row) -> Measure | None:
    return measure(case.indicators[row.indicator].kind, row.value, row.out_of)


def _blocks(case: Case, sheet: Sheet, rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Place -> the figures of the sort column there. The whole province or nation is no row among its parts, and what
    was typed without a printed row follows nothing."""
    blocks: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.indicator == sheet.sorts and row.order and under_issuer(case, row.unit):
            part = level(case, row.unit) if sheet.sorts_within else ""
            blocks[block(sheet.ordinal, part)].append(row)
    return blocks


def _judge_block(case: Case, where: str, rows: Sequence[Row], direction: str) -> list[Outcome]:
    findings = []
    for above, row in pairwise(rows):
        one, other = _measure(case, row), _measure(case, above)
        if one is not None and other is not None and better(one, other, direction=direction):
            shown = {"unit": name(case, row.unit), "value": row.printed, "above": above.printed}
            shown |= {"above_unit": name(case, above.unit), "direction": direction, "position": row.position}
            findings.append(found(PRINTED_ORDER, cell(row), Severity.WARNING, "", about(row, above), **shown))
    return findings or [passed(PRINTED_ORDER, where, count=str(len(rows)))]


def _only_ranked(case: Case, rows: Sequence[Row]) -> str:
    ranked = {row.indicator for row in rows if _direction(case, row.indicator)}
    return ranked.pop() if len(ranked) == 1 else ""


def _judge_ranks(case: Case, ordinal: str, rows: Sequence[Row]) -> list[Outcome]:
    """A table does not say among whom it ranks: a level, the units of one parent, or all its rows.

    The reading that explains most of the printed ranks is taken, so that no other one is called wrong.
    """
    peers: tuple[Callable[[Row], str], ...] = (
        lambda row: level(case, row.unit),
        lambda row: f"{level(case, row.unit)} {case.units[row.unit].parent}",
        lambda row: "",
    )
    findings = min((_wrong_ranks(case, rows, among) for among in peers), key=len)
    return findings or [passed(PRINTED_RANK, ordinal, count=str(sum(bool(row.printed_rank) for row in rows)))]


def _wrong_ranks(case: Case, rows: Sequence[Row], among: Callable[[Row], str]) -> list[Outcome]:
    groups: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        groups[among(row)].setdefault(row.unit, row)
    findings = []
    for group in groups.values():
        direction = _direction(case, next(iter(group.values())).indicator)
        places = rank([(unit, _measure(case, row)) for unit, row in group.items()], direction=direction)
        for unit, row in group.items():
            printed, place = _NUMBER.search(row.printed_rank), places[unit]
            if printed and place.rank is not None and int(printed.group()) != place.rank:
                shown = {"unit": name(case, unit), "printed": row.printed_rank, "value": row.printed}
                shown |= {"rank": str(place.rank), "rank_of": str(place.rank_of)}
                findings.append(found(PRINTED_RANK, cell(row), Severity.WARNING, "", about(row), **shown))
    return findings
