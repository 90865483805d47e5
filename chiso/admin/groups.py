"""The findings of an edition, those of one check together."""

from __future__ import annotations

from dataclasses import dataclass

from chiso.models import Edition, Finding, FindingState, Severity

from .finding import Shown, shown

ORDER = [Severity.ERROR, Severity.WARNING, Severity.NOTE]


@dataclass(frozen=True)
class Group:
    """The open findings of one check: the first stands for all."""

    first: Shown
    each: list[Shown]


def by_state(edition: Edition) -> dict[str, list[Shown]]:
    """The findings of an edition in the order of their weight, by what became of them."""
    rows = Finding.objects.filter(edition=edition).select_related("accepted_by").order_by("pk")
    found = sorted((shown(row) for row in rows), key=lambda each: ORDER.index(Severity(each.row.severity)))
    return {state: [each for each in found if each.row.state == state] for state in FindingState.values}


def grouped(found: list[Shown]) -> list[Group]:
    """Findings of one check together, in the order in which the checks come up."""
    groups: dict[tuple[str, str], list[Shown]] = {}
    for each in found:
        groups.setdefault((each.row.severity, each.row.check_id), []).append(each)
    return [Group(several[0], several) for several in groups.values()]


def waiting(edition: Edition) -> dict[str, list[Group]]:
    """What is open, by severity: "error", "warning", "note"."""
    groups = grouped(by_state(edition)[FindingState.OPEN])
    return {severity.value: [group for group in groups if group.first.row.severity == severity] for severity in ORDER}
