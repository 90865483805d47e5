"""What the checks say of one edition, all of it: found, accepted, fixed, passed, or nothing to say; answered here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chiso.actions import finding as finding_action
from chiso.checks.case import Outcome
from chiso.models import Edition, Finding, FindingState, Severity, State, User
from chiso.queries import evidence
from chiso.queries import finding as query
from chiso.queries.evidence import Evidence
from chiso.words import finding as words

from .finding import sentence
from .page import edition_crumbs, edition_label, page
from .proof import Of, fix_address, links, proof, spoken_of
from .scope import signed_in

PASSED, SILENT = "passed", "not_applicable"
STATES = {
    FindingState.OPEN: _("to answer"),
    FindingState.ACCEPTED: pgettext_lazy("findings", "accepted"),
    FindingState.FIXED: pgettext_lazy("findings", "fixed"),
    PASSED: pgettext_lazy("checks", "passed"),
    SILENT: _("nothing to check"),
}


@dataclass(frozen=True)
class Line:
    """One thing that does not agree. `fix` is the page where it is mended, "" where nothing may be changed."""

    row: Finding
    sentence: str
    links: tuple[Of, ...]
    fix: str
    acceptable: bool


@dataclass(frozen=True)
class Check:
    """Everything one check said; `passed` and `silent` are sentences."""

    id: str
    title: str
    open: list[Line]
    accepted: list[Line]
    fixed: list[Line]
    passed: list[str]
    silent: list[str]

    @property
    def acceptable(self) -> bool:
        return any(line.acceptable for line in self.open)


def findings(table: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    edition: Edition = table.get_object(request, unquote(object_id))
    asked = request.GET.get("state", "")
    if request.method == "POST":
        answered(request, edition)
        return redirect(request.get_full_path())
    report = query.report(edition)
    rows = list(Finding.objects.filter(edition=edition).select_related("accepted_by").order_by("pk"))
    counts = Counter(row.state for row in rows) | {PASSED: len(report.passed), SILENT: len(report.not_applicable)}
    shown = asked if asked in STATES else ""
    return page(
        table, request, "findings", title=_("Findings: %(edition)s") % {"edition": _named(edition)},
        crumbs=edition_crumbs(edition), edition=edition, draft=edition.state == State.DRAFT, shown=shown,
        choices=[_choice(state, label, counts.get(state, 0), shown) for state, label in STATES.items()],
        total=sum(counts.values()), checks=_checks(edition, rows, report, shown), stale=_stale(edition, rows, report),
        agreed=bool(report.passed or report.not_applicable),
    )  # fmt: skip


def answered(request: HttpRequest, edition: Edition) -> None:
    """One reason for the findings that were shown or ticked, and for no other: thirty rows out of order have one cause,
    and what was found since has not been seen."""
    asked = [key for key in request.POST.getlist("finding") if key.isdecimal() and len(key) < 19]
    rows = Finding.objects.filter(edition=edition, state=FindingState.OPEN, pk__in=asked).order_by("pk")
    chosen = list(rows.exclude(severity=Severity.ERROR))
    if not chosen:
        gone = _("Nothing was accepted: none of these findings is open any more.")
        messages.error(request, gone if asked else _("Nothing was accepted: tick at least one open finding."))
        return
    try:
        _accept(chosen, by=signed_in(request), reason=request.POST.get("reason", ""))
    except finding_action.UnableToAccept as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Accepted: %(count)s.") % {"count": len(chosen)})


def _accept(chosen: Iterable[Finding], *, by: User, reason: str) -> None:
    """All of them or none."""
    with transaction.atomic():
        for row in chosen:
            finding_action.accept(finding=row, by=by, reason=reason)


def _checks(edition: Edition, rows: list[Finding], report: query.Report, shown: str) -> list[Check]:
    """The checks with something open, then the others, in the order of a report; those with nothing in the chosen state
    left out."""
    known = evidence.of(edition, spoken_of(rows))
    lines: dict[tuple[str, str], list[Line]] = {}
    for row in rows:
        lines.setdefault((row.check_id, row.state), []).append(_line(row, edition, known))
    said = {PASSED: _sentences(report.passed), SILENT: _sentences(report.not_applicable)}
    states = [shown] if shown else list(STATES)
    found = []
    for check in dict.fromkeys([*query.ORDER, *(row.check_id for row in rows)]):
        by_state = {state: lines.get((check, state), []) for state in FindingState.values if state in states}
        spoken = {state: said[state].get(check, []) for state in (PASSED, SILENT) if state in states}
        if any(by_state.values()) or any(spoken.values()):
            found.append(_check(check, by_state, spoken))
    return sorted(found, key=lambda check: not check.open)  # what is to be answered first


def _check(check: str, lines: dict[str, list[Line]], said: dict[str, list[str]]) -> Check:
    return Check(
        id=check,
        title=words.check_title(check),
        open=lines.get(FindingState.OPEN, []),
        accepted=lines.get(FindingState.ACCEPTED, []),
        fixed=lines.get(FindingState.FIXED, []),
        passed=said.get(PASSED, []),
        silent=said.get(SILENT, []),
    )


def _sentences(outcomes: Iterable[Outcome]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for each in outcomes:
        text = words.sentence(each.check, each.status, each.severity, each.reason, each.where, each.figures)
        said.setdefault(each.check, []).append(text)
    return said


def _line(row: Finding, edition: Edition, known: dict[evidence.Key, Evidence]) -> Line:
    may = row.state == FindingState.OPEN and row.severity != Severity.ERROR and edition.is_open
    proven = proof(row, known)
    return Line(row, sentence(row), links(proven, edition), fix_address(row, edition, proven), may)


def _choice(state: str, label: Any, count: int, shown: str) -> dict[str, Any]:
    return {"state": state, "label": label, "count": count, "current": state == shown}


def _stale(edition: Edition, rows: list[Finding], report: query.Report) -> bool:
    """Whether the checks would say something else of a draft today: units or indicators were changed meanwhile."""
    if edition.state != State.DRAFT:
        return False
    kept = query.by_key(row for row in rows if row.state != FindingState.FIXED)
    return set(kept) != {query.key(found.outcome) for found in report.findings}


def _named(edition: Edition) -> str:
    return f"{edition.dispatch}, {edition_label(edition)}"
