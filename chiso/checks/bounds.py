"""Figures that cannot be: below nothing, above their maximum, over a hundred percent."""

from __future__ import annotations

from decimal import Decimal

from chiso.checks.answer import LETTER, found, not_applicable, passed
from chiso.checks.case import Case, Outcome, Row, Severity
from chiso.checks.place import about, by_appendix, cell, name
from chiso.ingest.fact import Headline
from chiso.values.number import Kind, plain

OUT_OF_BOUNDS = "out-of-bounds"

HUNDRED = Decimal(100)


def out_of_bounds(case: Case) -> list[Outcome]:
    """Each figure within its bounds; x of y is `parts-of-whole`'s. A paper may print a figure that is too high, so that
    is a warning; one typed by hand is a slip until a paper shows it, and an error as a negative one is."""
    outcomes = _judge_headline(case.headline)
    for ordinal, rows in by_appendix(case).items():
        findings = [finding for row in rows if (finding := _judge(case, row))]
        if rows:
            outcomes += findings or [passed(OUT_OF_BOUNDS, ordinal, count=str(len(rows)))]
        else:
            outcomes.append(not_applicable(OUT_OF_BOUNDS, ordinal))
    return outcomes or [not_applicable(OUT_OF_BOUNDS)]


def most(kind: str, out_of: Decimal | None, maximum: Decimal | None) -> Decimal | None:
    """The highest that a figure can be; its own print of the maximum goes before the indicator's."""
    if kind == Kind.SHARE:
        return None
    return HUNDRED if kind == Kind.PERCENT else (out_of if kind == Kind.SCORE else None) or maximum


def _judge(case: Case, row: Row) -> Outcome | None:
    indicator = case.indicators[row.indicator]
    printed_maximum = row.out_of if indicator.kind == Kind.SCORE else None
    maximum = most(indicator.kind, row.out_of, indicator.maximum)
    negative, over = row.value < 0, maximum is not None and row.value > maximum
    if not (negative or over or printed_maximum not in (None, indicator.maximum)):
        return None
    shown = {"unit": name(case, row.unit), "value": row.printed}
    itself = about(row)
    if negative:
        return found(OUT_OF_BOUNDS, cell(row), Severity.ERROR, "negative", itself, **shown)
    if maximum is not None and row.value > maximum:
        shown |= {"maximum": plain(maximum)}
        severity = Severity.WARNING if row.cell else Severity.ERROR
        return found(OUT_OF_BOUNDS, cell(row), severity, "over", itself, **shown)
    if printed_maximum is not None and indicator.maximum is not None and printed_maximum != indicator.maximum:
        shown |= {"printed": plain(printed_maximum), "maximum": plain(indicator.maximum)}
        return found(OUT_OF_BOUNDS, cell(row), Severity.WARNING, "maximum", itself, **shown)
    return None


def _judge_headline(headline: Headline) -> list[Outcome]:
    score, out_of, rank, rank_of = headline.score, headline.out_of, headline.rank, headline.rank_of
    if score is None and rank is None:
        return [not_applicable(OUT_OF_BOUNDS, LETTER)]
    shown = {"score": plain(score) if score is not None else "", "rank": "" if rank is None else str(rank)}
    shown |= {"out_of": plain(out_of) if out_of is not None else "", "rank_of": "" if rank_of is None else str(rank_of)}
    if score is not None and (score < 0 or (out_of is not None and score > out_of)):
        return [found(OUT_OF_BOUNDS, LETTER, Severity.WARNING, "headline-score", **shown)]
    if rank is not None and (rank < 1 or (rank_of is not None and rank > rank_of)):
        return [found(OUT_OF_BOUNDS, LETTER, Severity.WARNING, "headline-rank", **shown)]
    return [passed(OUT_OF_BOUNDS, LETTER, "headline", **shown)]
