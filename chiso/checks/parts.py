"""Parts and their whole: x of y, what is left over, and whether any whole fits a rate."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from chiso.checks.answer import found, not_applicable, passed
from chiso.checks.case import Case, Outcome, Row, Severity
from chiso.checks.place import about, by_appendix, cell, figures_of, known_rows, name
from chiso.values.number import Kind, places, plain

PARTS_OF_WHOLE = "parts-of-whole"
NO_WHOLE_TOTAL = "no-whole-total"


def parts_of_whole(case: Case) -> list[Outcome]:
    """Each share: done is at most the total, and where the count of the rest is printed, total minus done is it.

    Which count is the rest of which share is the indicator's `complement`.
    """
    rows = known_rows(case)
    figures = figures_of(case)
    outcomes: list[Outcome] = []
    for row in rows:
        indicator = case.indicators[row.indicator]
        if indicator.kind == Kind.SHARE and row.out_of is not None:
            outcomes.append(_judge_share(case, row, row.out_of, figures.get((row.unit, indicator.complement))))
    return outcomes or [not_applicable(PARTS_OF_WHOLE)]


def no_whole_total(case: Case) -> list[Outcome]:
    """A rate and the count of what it leaves out (its `complement`): is there a whole number that both fit?

    A weak hint: the count may also hold what the rate does not judge. One finding per rate, else one answer
    per appendix.
    """
    figures = figures_of(case)
    outcomes: list[Outcome] = []
    for ordinal, rows in by_appendix(case).items():
        pairs = [(row, rest) for row in rows if (rest := _left_out(case, row, figures)) is not None]
        outcomes += [_no_whole(case, row, rest) for row, rest in pairs if not _some_whole(row, rest)] or [
            passed(NO_WHOLE_TOTAL, ordinal, count=str(len(pairs))) if pairs else not_applicable(NO_WHOLE_TOTAL, ordinal)
        ]
    return outcomes or [not_applicable(NO_WHOLE_TOTAL)]


def _judge_share(case: Case, row: Row, total: Decimal, rest: Row | None) -> Outcome:
    shown = {"unit": name(case, row.unit), "done": plain(row.value), "total": plain(total), "printed": row.printed}
    if row.value > total:
        return found(PARTS_OF_WHOLE, cell(row), Severity.WARNING, "over", about(row), **shown)
    if rest is None:
        return passed(PARTS_OF_WHOLE, cell(row), "share", about(row), **shown)
    shown |= {"rest": plain(rest.value), "difference": plain(total - row.value), "cell": cell(row)}
    if rest.value != total - row.value:
        return found(PARTS_OF_WHOLE, cell(rest), Severity.WARNING, "rest", about(row, rest), **shown)
    return passed(PARTS_OF_WHOLE, cell(rest), "rest", about(row, rest), **shown)


def _left_out(case: Case, row: Row, figures: dict[tuple[str, str], Row]) -> Row | None:
    """The row that counts what the rate leaves out, if the set names one and it is a whole number."""
    indicator = case.indicators[row.indicator]
    if indicator.kind != Kind.PERCENT or not indicator.complement:
        return None
    rest = figures.get((row.unit, indicator.complement))
    return rest if rest and rest.value >= 0 and rest.value == rest.value.to_integral_value() else None


def _some_whole(row: Row, rest: Row) -> bool:
    """Whether some N gives (N - left) / N x 100 = rate, give or take half of its last printed place."""
    left = int(rest.value)
    rate = Fraction(row.value)
    half = Fraction(1, 2 * 10 ** places(row.printed, Kind.PERCENT))
    fewest, most = 100 - rate - half, 100 - rate + half  # percent left out, at the edges of the rounding
    if left == 0:
        return fewest <= 0 <= most or rate == 0  # without any dossier a rate of 0 is printed
    if fewest <= 0:
        return most > 0
    return max(left, ceil(100 * left / most)) <= floor(100 * left / fewest)


def _no_whole(case: Case, row: Row, rest: Row) -> Outcome:
    shown = {"unit": name(case, row.unit), "rate": row.printed, "left_out": rest.printed, "cell": cell(rest)}
    return found(NO_WHOLE_TOTAL, cell(row), Severity.NOTE, "", about(row, rest), **shown)
