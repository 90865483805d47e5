"""Sums and second printings: what is printed in one place must follow from what is printed in another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from chiso.checks.answer import LETTER, found, not_applicable, passed
from chiso.checks.case import Case, Outcome, Row, Severity
from chiso.checks.place import (
    about,
    block,
    by_column,
    by_figure,
    cell,
    column,
    figures_of,
    half_place,
    known_rows,
    level,
    name,
    under_issuer,
)
from chiso.ingest.layout import IndicatorRecord
from chiso.values.number import places, plain

LETTER_MATCHES = "letter-matches-appendix"
GROUPS_ADD_UP = "groups-add-up"
MAXIMA_ADD_UP = "maxima-add-up"
TOTALS_AGREE = "totals-agree-across-appendices"

Terms = tuple[list[Decimal], Decimal, Decimal]  # the terms, the printed whole, how far rounding may part them
TermsOf = Callable[[Case, Row, Sequence[Row]], Terms | None]


def letter_matches_appendix(case: Case) -> list[Outcome]:
    """The headline score against the total of the issuer's unit; a coarser printing may round, no more."""
    figures = figures_of(case)
    row = next((figures[case.issuer, total] for total in _groups(case) if (case.issuer, total) in figures), None)
    score, out_of = case.headline.score, case.headline.out_of
    if score is None or row is None:
        return [not_applicable(LETTER_MATCHES, LETTER, "no-headline" if score is None else "no-total")]
    shown = {"letter": plain(score), "appendix": plain(row.value), "cell": cell(row)}
    if abs(score - row.value) > _rounding(score, row, case.indicators[row.indicator]):
        return [found(LETTER_MATCHES, LETTER, Severity.WARNING, "score", about(row), **shown)]
    if out_of is not None and row.out_of is not None and out_of != row.out_of:
        shown |= {"letter": plain(out_of), "appendix": plain(row.out_of)}
        return [found(LETTER_MATCHES, LETTER, Severity.WARNING, "maximum", about(row), **shown)]
    return [passed(LETTER_MATCHES, LETTER, "", about(row), **shown)]


def groups_add_up(case: Case) -> list[Outcome]:
    """The groups of the index set add up to the printed total, within half of the last printed place per term."""
    return _judge_sets(case, GROUPS_ADD_UP, _groups_of)


def maxima_add_up(case: Case) -> list[Outcome]:
    """The printed maxima of the groups add up to the printed maximum of the total, exactly."""
    return _judge_sets(case, MAXIMA_ADD_UP, _maxima_of)


def totals_agree_across_appendices(case: Case) -> list[Outcome]:
    """Two printings of one figure, and a unit's figure against the sum of the units below it (additive indicators).

    A sum is compared only where every unit of a level directly below has a figure.
    """
    rows = known_rows(case)
    children = _children(case)
    outcomes = list(_second_printings(case, rows))
    for indicator, printed in by_column(rows).items():
        if case.indicators[indicator].additive:
            sums = list(_sums_below(case, printed, children))
            outcomes += sums or [not_applicable(TOTALS_AGREE, column(printed), "no-pair", indicator=indicator)]
    return outcomes or [not_applicable(TOTALS_AGREE)]


def _groups(case: Case) -> dict[str, list[str]]:
    """Total -> its groups, in the order of the set."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for indicator in case.indicators.values():
        if indicator.part_of_total and indicator.parent:
            groups[indicator.parent].append(indicator.code)
    return groups


def _rounding(score: Decimal, row: Row, indicator: IndicatorRecord) -> Decimal:
    """How far two printings of different precision may stand apart; 0 where both print the same places."""
    # The headline is kept as a number alone, so its places are those that are not zeros at the end.
    letter = len(plain(score).partition(".")[2])
    appendix = places(row.printed, indicator.kind)
    return Decimal(0) if letter == appendix else Decimal(5).scaleb(-1 - min(letter, appendix))


def _judge_sets(case: Case, check: str, terms_of: TermsOf) -> list[Outcome]:
    """One outcome for each unit with a total and all groups; one per appendix and level for the others."""
    rows = known_rows(case)
    figures = figures_of(case)
    outcomes: list[Outcome] = []
    lone: dict[str, Outcome] = {}
    for total, groups in _groups(case).items():
        for row in (row for row in rows if row.indicator == total):
            parts = [figures[row.unit, group] for group in groups if (row.unit, group) in figures]
            terms = terms_of(case, row, parts) if len(parts) == len(groups) else None
            if terms:
                outcomes.append(_judge_sum(check, name(case, row.unit), [row, *parts], terms))
            else:
                where = block(row.appendix, level(case, row.unit))
                lone.setdefault(where, not_applicable(check, where, "incomplete" if parts else "no-groups"))
    return outcomes + list(lone.values()) or [not_applicable(check)]


def _groups_of(case: Case, whole: Row, parts: Sequence[Row]) -> Terms | None:
    margin = sum((half_place(case.indicators[row.indicator].kind, row.printed) for row in (whole, *parts)), Decimal(0))
    return [row.value for row in parts], whole.value, margin


def _maxima_of(case: Case, whole: Row, parts: Sequence[Row]) -> Terms | None:
    maxima = [row.out_of for row in parts if row.out_of is not None]
    if whole.out_of is None or len(maxima) < len(parts):
        return None
    return maxima, whole.out_of, Decimal(0)


def _judge_sum(check: str, unit: str, rows: Sequence[Row], terms: Terms) -> Outcome:
    """`rows` are the total and its groups."""
    (values, whole, margin), where = terms, cell(rows[0])
    total = sum(values, Decimal(0))
    shown = {"unit": unit, "sum": plain(total), "printed": plain(whole), "terms": " + ".join(map(plain, values))}
    if abs(total - whole) > margin:
        return found(check, where, Severity.WARNING, "", about(*rows), **shown)
    return passed(check, where, "", about(*rows), **shown)


def _second_printings(case: Case, rows: Iterable[Row]) -> Iterator[Outcome]:
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        before = first.setdefault((row.unit, row.indicator), row)
        if before is row or before.appendix == row.appendix:  # twice in one table is `duplicate-unit`'s
            continue
        shown = {"unit": name(case, row.unit), "one": before.printed, "other": row.printed, "cell": cell(before)}
        if (before.value, before.out_of) == (row.value, row.out_of):
            yield passed(TOTALS_AGREE, cell(row), "second-printing", about(row), **shown)
        else:
            yield found(TOTALS_AGREE, cell(row), Severity.ERROR, "second-printing", about(row), **shown)


def _children(case: Case) -> dict[str, dict[str, list[str]]]:
    """Parent -> level -> the units directly below. Provinces beside ours are no whole: not all are on record."""
    children: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for unit in case.units.values():
        if unit.parent and under_issuer(case, unit.slug):
            children[unit.parent][unit.level].append(unit.slug)
    return {parent: dict(levels) for parent, levels in children.items()}


def _sums_below(case: Case, rows: Sequence[Row], children: dict[str, dict[str, list[str]]]) -> Iterator[Outcome]:
    """Each figure of a unit with figures below it. A level with no figure at all has no part in the sum."""
    figures = by_figure(rows)
    for (unit, indicator), row in figures.items():
        below: list[Row] = []
        missing = 0
        for slugs in children.get(unit, {}).values():
            present = [figures[slug, indicator] for slug in slugs if (slug, indicator) in figures]
            missing += len(slugs) - len(present) if present else 0
            below += present
        if missing:
            yield not_applicable(TOTALS_AGREE, cell(row), "incomplete", missing=str(missing))
        elif below:
            yield _judge_children(case, row, below)


def _judge_children(case: Case, row: Row, children: Sequence[Row]) -> Outcome:
    kind = case.indicators[row.indicator].kind
    total = sum((child.value for child in children), Decimal(0))
    margin = sum((half_place(kind, one.printed) for one in (row, *children)), Decimal(0))
    shown = {"unit": name(case, row.unit), "sum": plain(total), "printed": plain(row.value)}
    shown |= {"count": str(len(children)), "appendix": children[0].appendix}
    if abs(total - row.value) > margin:
        return found(TOTALS_AGREE, cell(row), Severity.WARNING, "sum", about(row), **shown)
    return passed(TOTALS_AGREE, cell(row), "sum", about(row), **shown)
