"""A figure printed twice for one unit and indicator is one result where the printings agree, and none where not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from chiso.ingest.fact import AppendixReading, Fact, Problem, Reading

Key = tuple[str | None, str]


def settle(reading: Reading) -> None:
    """Take second printings inside one table out of its facts, and every printing of a figure that is printed
    in two ways; each such case becomes a problem at the later cell. An agreeing printing in another appendix stays."""
    doubled = {(cell.split(",")[0], unit) for unit, cell in reading.doubled}
    for appendix in reading.appendices:
        _drop_half_read(appendix, {unit for ordinal, unit in doubled if ordinal == appendix.ordinal}, reading.problems)
    printings: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for appendix in reading.appendices:
        for fact in appendix.facts:
            if fact.unit is not None:
                printings[fact.unit, fact.indicator].append(fact)
    dropped: set[int] = set()
    for facts in printings.values():
        if len(facts) > 1:
            dropped |= _second(facts, reading.problems)
    for appendix in reading.appendices:
        appendix.facts = [fact for fact in appendix.facts if id(fact) not in dropped]


def _drop_half_read(appendix: AppendixReading, doubled: set[str], problems: Iterable[Problem]) -> None:
    """Of a unit with two rows, what only one of them says is not known: the other may be the right one."""
    if not doubled:
        return
    unread: set[Key] = {(blank.unit, blank.indicator) for blank in appendix.blanks if blank.unit in doubled}
    here = (problem for problem in problems if problem.appendix == appendix.ordinal)
    unread |= {(problem.unit, problem.indicator) for problem in here if problem.unit in doubled}
    appendix.facts = [fact for fact in appendix.facts if not {(fact.unit, fact.indicator), (fact.unit, "")} & unread]


def _second(facts: list[Fact], problems: list[Problem]) -> set[int]:
    first, *others = facts
    different = [fact for fact in others if not _agree(fact, first)]
    for fact in different:
        problems.append(_problem(fact, first, "two-printings", "error"))
    if different:
        return {id(fact) for fact in facts}
    for fact in others:
        if fact.cell.appendix != first.cell.appendix:
            problems.append(_problem(fact, first, "printed-again", "note"))
    return {id(fact) for fact in others if fact.cell.appendix == first.cell.appendix}


def _agree(fact: Fact, first: Fact) -> bool:
    """One printing may leave the maximum out."""
    return fact.value == first.value and (fact.out_of == first.out_of or None in (fact.out_of, first.out_of))


def _problem(fact: Fact, first: Fact, why: str, severity: str) -> Problem:
    other = {"first": first.printed, "first_cell": str(first.cell)}
    return Problem(fact.cell.appendix, fact.cell, fact.printed, why, other, severity, fact.unit, fact.indicator)
