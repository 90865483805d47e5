"""How figures are written: decimal marks, thousands marks, and a count where a percent belongs."""

from __future__ import annotations

from collections.abc import Sequence

from chiso.checks.answer import DOCUMENT, found, not_applicable, passed
from chiso.checks.case import Case, Outcome, Row, Severity
from chiso.checks.place import about, by_appendix, by_column, cell, column
from chiso.values.number import Figure, Kind, bare_thousands, decimal_mark, read, thousands_mark

MIXED_DECIMAL_MARKS = "mixed-decimal-marks"
MIXED_THOUSANDS_MARKS = "mixed-thousands-marks"
KIND_MISMATCH = "kind-mismatch"

_MARK_NAMES = {".": "dot", ",": "comma"}


def mixed_decimal_marks(case: Case) -> list[Outcome]:
    """Comma or dot, inside each appendix; and across those appendices that keep to one mark."""
    outcomes: list[Outcome] = []
    keeping: dict[str, list[tuple[str, Row]]] = {}  # mark -> the appendices that keep to it, with an example
    for ordinal, rows in by_appendix(case).items():
        marked = _by_decimal_mark(case, rows)
        if len(marked) > 1:
            outcomes.append(_mixed_inside(ordinal, marked))
        elif marked:
            mark, examples = next(iter(marked.items()))
            keeping.setdefault(mark, []).append((ordinal, examples[0]))
            outcomes.append(passed(MIXED_DECIMAL_MARKS, ordinal, "inside", mark=mark, example=examples[0].printed))
        else:
            outcomes.append(not_applicable(MIXED_DECIMAL_MARKS, ordinal))
    return [*outcomes, _judge_across(keeping)]


def mixed_thousands_marks(case: Case) -> list[Outcome]:
    """Counts of four digits and more in one column are written one way: 2.145 or 2145."""
    outcomes: list[Outcome] = []
    for ordinal, rows in by_appendix(case).items():
        judged = [_judge_thousands(case, figures) for figures in by_column(rows).values()]
        answers = [outcome for outcome in judged if outcome]
        outcomes += answers or [not_applicable(MIXED_THOUSANDS_MARKS, ordinal)]
    return outcomes or [not_applicable(MIXED_THOUSANDS_MARKS)]


def kind_mismatch(case: Case) -> list[Outcome]:
    """A figure whose text says another kind than its indicator's: "0 hồ sơ" for a percent."""
    outcomes: list[Outcome] = []
    kinds: dict[tuple[str, Kind], Kind] = {}  # texts repeat: each is read once
    for ordinal, rows in by_appendix(case).items():
        findings = []
        for row in rows:
            kind = case.indicators[row.indicator].kind
            says = _kind_of(row.printed, kind, kinds)
            if says != kind:
                findings.append(_mismatch(case, row, says))
        if rows:
            outcomes += findings or [passed(KIND_MISMATCH, ordinal, count=str(len(rows)))]
        else:
            outcomes.append(not_applicable(KIND_MISMATCH, ordinal))
    return outcomes or [not_applicable(KIND_MISMATCH)]


def _by_decimal_mark(case: Case, rows: Sequence[Row]) -> dict[str, list[Row]]:
    marked: dict[str, list[Row]] = {}
    for row in rows:
        kind = case.indicators[row.indicator].kind
        mark = decimal_mark(row.printed, kind) if kind in (Kind.SCORE, Kind.PERCENT) else ""
        if mark:
            marked.setdefault(mark, []).append(row)
    return marked


def _mixed_inside(ordinal: str, marked: dict[str, list[Row]]) -> Outcome:
    """The proof is best where both marks stand in one printed row."""
    dots, commas = marked["."], marked[","]
    by_order = {row.order: row for row in reversed(commas)}
    dot = next((row for row in dots if row.order in by_order), dots[0])
    comma = by_order.get(dot.order, commas[0])
    shown = {"dot": dot.printed, "comma": comma.printed, "dots": str(len(dots)), "commas": str(len(commas))}
    return found(MIXED_DECIMAL_MARKS, ordinal, Severity.NOTE, "inside", about(dot, comma), **shown)


def _judge_across(keeping: dict[str, list[tuple[str, Row]]]) -> Outcome:
    if len(keeping) > 1:
        shown = {_MARK_NAMES[mark]: ", ".join(ordinal for ordinal, _ in found_in) for mark, found_in in keeping.items()}
        shown |= {f"{_MARK_NAMES[mark]}_example": found_in[0][1].printed for mark, found_in in keeping.items()}
        examples = about(*(found_in[0][1] for found_in in keeping.values()))
        return found(MIXED_DECIMAL_MARKS, DOCUMENT, Severity.NOTE, "across", examples, **shown)
    appendices = [ordinal for found_in in keeping.values() for ordinal, _ in found_in]
    if len(appendices) > 1:
        return passed(
            MIXED_DECIMAL_MARKS, DOCUMENT, "across", appendices=", ".join(appendices), mark=next(iter(keeping))
        )
    return not_applicable(MIXED_DECIMAL_MARKS, DOCUMENT)


def _judge_thousands(case: Case, rows: Sequence[Row]) -> Outcome | None:
    """None where fewer than two figures of the column have four digits."""
    kind = case.indicators[rows[0].indicator].kind
    ways: dict[str, list[Row]] = {}  # the mark, "" for bare digits
    for row in rows if kind == Kind.COUNT else ():
        mark = thousands_mark(row.printed, kind)
        if mark or bare_thousands(row.printed, kind):
            ways.setdefault(mark, []).append(row)
    count = sum(map(len, ways.values()))
    if count < 2:
        return None
    if len(ways) == 1:
        example = next(iter(ways.values()))[0].printed
        return passed(MIXED_THOUSANDS_MARKS, column(rows), count=str(count), example=example)
    common, rare = sorted(ways.values(), key=len, reverse=True)[:2]
    shown = {"one": rare[0].printed, "other": common[0].printed, "cell": cell(rare[0])}
    return found(MIXED_THOUSANDS_MARKS, column(rows), Severity.NOTE, "", about(rare[0], common[0]), **shown)


def _kind_of(printed: str, kind: Kind, known: dict[tuple[str, Kind], Kind]) -> Kind:
    """The kind the text says; the indicator's own where the text cannot be read, which is reading's problem."""
    if (printed, kind) not in known:
        figure = read(printed, kind)
        known[printed, kind] = figure.printed_kind if isinstance(figure, Figure) else kind
    return known[printed, kind]


def _mismatch(case: Case, row: Row, says: Kind) -> Outcome:
    indicator = case.indicators[row.indicator]
    shown = {
        "printed": row.printed,
        "indicator": indicator.name,
        "kind": indicator.kind.value,
        "printed_kind": says.value,
    }
    return found(KIND_MISMATCH, cell(row), Severity.WARNING, "", about(row), **shown)
