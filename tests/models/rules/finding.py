"""What the checks found, and what may be said to it."""

from __future__ import annotations

from typing import Any

from chiso.models import FindingState, Severity
from tests import make

from .world import Rule


def _finding(**fields: Any):
    return lambda world: make.finding(edition=world.draft, **fields)


RULES = {
    "finding_severity_known": Rule(
        allowed=[_finding(severity=severity) for severity in Severity.values],
        refused=[_finding(severity="fatal"), _finding(severity="")],
    ),
    "finding_state_known": Rule(
        allowed=[_finding(state=state) for state in FindingState.values],
        refused=[_finding(state="ignored"), _finding(state="")],
    ),
    "finding_accepted_with_a_reason": Rule(
        allowed=[_finding(state="accepted"), _finding(state="open", acceptance="", accepted_at=None)],
        refused=[_finding(state="accepted", acceptance=""), _finding(state="accepted", accepted_at=None)],
    ),
    "finding_error_never_accepted": Rule(
        allowed=[
            _finding(severity="error", state="open"),
            _finding(severity="error", state="fixed"),
            _finding(severity="warning", state="accepted"),
            _finding(severity="note", state="accepted"),
        ],
        refused=[_finding(severity="error", state="accepted")],
    ),
}
