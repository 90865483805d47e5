"""Figures against those of the previous dispatch: what did not move although it should, and what moved too far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from chiso.checks.answer import LETTER, found, not_applicable, passed
from chiso.checks.case import Case, Outcome, Previous, Row, Severity
from chiso.checks.place import about, by_appendix, by_figure, cell, name, once
from chiso.ranking.rules import ratio
from chiso.values.number import Kind, places, plain

UNCHANGED_SINCE_LAST = "unchanged-since-last"
JUMP_SINCE_LAST = "jump-since-last"

# An unchanged figure with this many digits is no coincidence by itself; a shorter one tells only with its whole row.
TELLING_DIGITS = 4
# Movements between two months that are worth a second look before they are published.
SCORE_JUMP = Decimal("0.2")  # of the maximum
PERCENT_JUMP = 30  # points; of a share's ratio too
COUNT_JUMP_TIMES = 5
COUNT_JUMP_LEAST = 100  # a small count may well grow five times

FULL_PERCENT = 100
Pair = tuple[Row, Row]  # now, before


def unchanged_since_last(case: Case) -> list[Outcome]:
    """Stale rows: a unit's scores and percents in one appendix that are exactly the previous dispatch's.

    Only figures that say something count: printed with decimals both times, and neither 0 nor the full mark,
    where a unit may stay for months. A unit's unchanged ones are a finding where one of them is a total of the
    index set or has four digits (89.18), or where there are several and no score or percent of the row moved.
    The caller gives a previous dispatch whose data are of another date.
    """
    if case.previous is None:
        return [not_applicable(UNCHANGED_SINCE_LAST, reason="no-previous")]
    outcomes = _unchanged_letter(case, case.previous)
    for ordinal, pairs in _pairs(case, case.previous).items():
        rated = [pair for pair in pairs if _kind(case, pair[0]) in (Kind.SCORE, Kind.PERCENT)]
        findings = _stale(case, case.previous, rated)
        shown = {"dispatch": case.previous.dispatch, "count": str(len(rated))}
        outcomes += findings or [
            passed(UNCHANGED_SINCE_LAST, ordinal, **shown) if rated else not_applicable(UNCHANGED_SINCE_LAST, ordinal)
        ]
    return outcomes or [not_applicable(UNCHANGED_SINCE_LAST)]


def jump_since_last(case: Case) -> list[Outcome]:
    """Figures that moved further than a month explains, by the thresholds above; one note each."""
    if case.previous is None:
        return [not_applicable(JUMP_SINCE_LAST, reason="no-previous")]
    outcomes: list[Outcome] = []
    for ordinal, pairs in _pairs(case, case.previous).items():
        findings = [_jump(case, case.previous, pair) for pair in pairs if _jumped(case, pair)]
        shown = {"dispatch": case.previous.dispatch, "count": str(len(pairs))}
        outcomes += findings or [
            passed(JUMP_SINCE_LAST, ordinal, **shown) if pairs else not_applicable(JUMP_SINCE_LAST, ordinal)
        ]
    return outcomes or [not_applicable(JUMP_SINCE_LAST)]


def _kind(case: Case, row: Row) -> Kind:
    return case.indicators[row.indicator].kind


def _pairs(case: Case, previous: Previous) -> dict[str, list[Pair]]:
    """Ordinal -> the figures that the previous dispatch printed as well, wherever it printed them."""
    return once(case, "pairs", lambda: _paired(case, previous))


def _paired(case: Case, previous: Previous) -> dict[str, list[Pair]]:
    before = by_figure(previous.rows)
    return {
        ordinal: [(row, before[row.unit, row.indicator]) for row in rows if (row.unit, row.indicator) in before]
        for ordinal, rows in by_appendix(case).items()
    }


def _unchanged_letter(case: Case, previous: Previous) -> list[Outcome]:
    """A score alone may come again; with the same rank the sentence was left as it was."""
    now, before = case.headline, previous.headline
    if now.score is None or before.score is None:
        return [not_applicable(UNCHANGED_SINCE_LAST, LETTER)]
    shown = {"dispatch": previous.dispatch, "now": plain(now.score), "before": plain(before.score)}
    if now.score == before.score and (now.rank == before.rank or None in (now.rank, before.rank)):
        return [found(UNCHANGED_SINCE_LAST, LETTER, Severity.WARNING, "headline", **shown)]
    return [passed(UNCHANGED_SINCE_LAST, LETTER, "headline", **shown)]


def _stale(case: Case, previous: Previous, pairs: Sequence[Pair]) -> list[Outcome]:
    units: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        units[pair[0].unit].append(pair)
    findings = []
    for unit, row in units.items():
        same = [now for now, before in row if now.value == before.value and _says(case, now) and _says(case, before)]
        moved = any(now.value != before.value for now, before in row)
        if any(_tells_alone(case, now) for now in same) or (len(same) > 1 and not moved):
            shown = {"unit": name(case, unit), "unchanged": "; ".join(now.printed for now in same)}
            shown |= {"count": str(len(same)), "dispatch": previous.dispatch}
            where = cell(same[0])
            findings.append(found(UNCHANGED_SINCE_LAST, where, Severity.WARNING, "", about(*same), **shown))
    return findings


def _says(case: Case, row: Row) -> bool:
    """Printed with decimals, and neither nothing nor everything."""
    kind = _kind(case, row)
    full = row.out_of if kind == Kind.SCORE else FULL_PERCENT
    return places(row.printed, kind) > 0 and row.value not in (0, full)


def _tells_alone(case: Case, row: Row) -> bool:
    total = any(one.part_of_total and one.parent == row.indicator for one in case.indicators.values())
    whole = str(int(abs(row.value)))
    return total or len(whole) + places(row.printed, _kind(case, row)) >= TELLING_DIGITS


def _jumped(case: Case, pair: Pair) -> bool:
    now, before = pair
    kind = _kind(case, now)
    if kind == Kind.COUNT:
        low, high = sorted((now.value, before.value))
        return high - low >= COUNT_JUMP_LEAST and high > COUNT_JUMP_TIMES * low
    if kind == Kind.SHARE:
        done, earlier = ratio(now.value, now.out_of), ratio(before.value, before.out_of)
        return done is not None and earlier is not None and abs(done - earlier) * 100 > PERCENT_JUMP
    if kind == Kind.PERCENT:
        return abs(now.value - before.value) > PERCENT_JUMP
    maximum = now.out_of or case.indicators[now.indicator].maximum
    return maximum is not None and abs(now.value - before.value) > SCORE_JUMP * maximum


def _jump(case: Case, previous: Previous, pair: Pair) -> Outcome:
    now, before = pair
    shown = {"unit": name(case, now.unit), "now": now.printed, "before": before.printed, "dispatch": previous.dispatch}
    return found(JUMP_SINCE_LAST, cell(now), Severity.NOTE, "", about(now), **shown)
