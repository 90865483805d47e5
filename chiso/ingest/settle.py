"""A figure printed twice for one unit and indicator is one result: agreeing printings are one, disagreeing ones none."""

from __future__ import annotations

from collections import defaultdict

from chiso.ingest.fact import Fact, Problem, Reading


def settle(reading: Reading) -> None:
    """Take second printings inside one table out of its facts, and every printing of a figure that is printed
    in two ways; each such case becomes a problem at the later cell. An agreeing printing in another appendix stays."""
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


def _second(facts: list[Fact], problems: list[Problem]) -> set[int]:
    first, *others = facts
    different = [fact for fact in others if (fact.value, fact.out_of) != (first.value, first.out_of)]
    for fact in different:
        problems.append(_problem(fact, first, "two-printings", "error"))
    if different:
        return {id(fact) for fact in facts}
    for fact in others:
        if fact.cell.appendix != first.cell.appendix:
            problems.append(_problem(fact, first, "printed-again", "note"))
    return {id(fact) for fact in others if fact.cell.appendix == first.cell.appendix}


def _problem(fact: Fact, first: Fact, why: str, severity: str) -> Problem:
    other = {"first": first.printed, "first_cell": str(first.cell)}
    return Problem(fact.cell.appendix, fact.cell, fact.printed, why, other, severity, fact.unit, fact.indicator)
