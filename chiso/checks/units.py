"""Which units an appendix holds: all of a level, and each once."""

from __future__ import annotations

from collections import defaultdict

from chiso.checks.answer import found, not_applicable, passed
from chiso.checks.case import Case, Outcome, Severity
from chiso.checks.place import block, by_appendix, cell_text, name, under_issuer

MISSING_UNIT = "missing-unit"
DUPLICATE_UNIT = "duplicate-unit"


def missing_unit(case: Case) -> list[Outcome]:
    """Each unit of a level has a figure in an appendix where at least half of its level have one."""
    levels = _levels(case)
    outcomes: list[Outcome] = []
    for ordinal, rows in by_appendix(case).items():
        present = {row.unit for row in rows}
        judged = [one for part, slugs in levels.items() for one in _judge_level(case, ordinal, part, slugs, present)]
        outcomes += judged or [not_applicable(MISSING_UNIT, ordinal)]
    return outcomes or [not_applicable(MISSING_UNIT)]


def duplicate_unit(case: Case) -> list[Outcome]:
    """A unit is named once in an appendix; which of two rows is meant is not for us to guess."""
    doubled = [(slug, cell_text(cell)) for slug, cell in case.doubled]
    findings = [
        found(DUPLICATE_UNIT, where, Severity.ERROR, "", ((slug, ""),), unit=name(case, slug))
        for slug, where in doubled
    ]
    marked = {where.partition(",")[0] for _, where in doubled}
    clean = [
        passed(DUPLICATE_UNIT, ordinal, count=str(len({row.unit for row in rows})))
        for ordinal, rows in by_appendix(case).items()
        if rows and ordinal not in marked
    ]
    return [*findings, *clean] or [not_applicable(DUPLICATE_UNIT)]


def _levels(case: Case) -> dict[str, list[str]]:
    """Level -> the issuer's units of it, valid at the data date. The nation and other provinces are never missed."""
    levels: defaultdict[str, list[str]] = defaultdict(list)
    for slug, unit in case.units.items():
        if under_issuer(case, slug):
            levels[unit.level].append(slug)
    return levels


def _judge_level(case: Case, ordinal: str, part: str, slugs: list[str], present: set[str]) -> list[Outcome]:
    """Nothing where the level has no figure here, one answer where it has."""
    missing = [slug for slug in slugs if slug not in present]
    there = len(slugs) - len(missing)
    shown = {"level": part, "present": str(there), "expected": str(len(slugs))}
    if not there:
        return []
    if 2 * there < len(slugs):
        return [not_applicable(MISSING_UNIT, block(ordinal, part), "few", **shown)]
    return [
        found(
            MISSING_UNIT,
            block(ordinal, slug),
            Severity.WARNING,
            "",
            ((slug, ""),),
            unit=name(case, slug),
            within=ordinal,
            **shown,
        )
        for slug in missing
    ] or [passed(MISSING_UNIT, block(ordinal, part), **shown)]
