"""The three answers a check can give at a place."""

from __future__ import annotations

from chiso.checks.case import Outcome, Severity, Status

DOCUMENT, LETTER = "document", "letter"  # places that are no cell and no appendix
About = tuple[tuple[str, str], ...]  # see `Outcome.about`


def passed(check: str, where: str, reason: str = "", about: About = (), /, **figures: str) -> Outcome:
    """What was compared here agrees."""
    return Outcome(check, Status.PASSED, where, figures, reason=reason, about=about)


def found(
    check: str, where: str, severity: Severity, reason: str = "", about: About = (), /, **figures: str
) -> Outcome:
    """What was compared here does not agree."""
    return Outcome(check, Status.FINDING, where, figures, severity, reason, about)


def not_applicable(check: str, where: str = DOCUMENT, reason: str = "", **figures: str) -> Outcome:
    """There is nothing here to compare."""
    return Outcome(check, Status.NOT_APPLICABLE, where, figures, reason=reason)
