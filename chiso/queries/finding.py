"""What the checks say of an edition, beside what people said to it: of an open one now, of a published one what was
said when it was published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Max

from chiso import checks
from chiso.checks.case import NAMED, Outcome, Row, Severity, Status
from chiso.ingest.layout import Knowledge
from chiso.models import Agreed, Edition, Finding, FindingState, ResultChange, Unit, Upload, What

from . import case
from .stored import Key as FigureKey

# Problems of a file that block: the figure could not be stored. The rest asks for a decision, or only tells.
UNREAD = "unread-cell"
ORDER = (UNREAD, *checks.CHECKS)
_WARNING_WHYS = frozenset(
    {"unknown-heading", "unknown-unit-heading", "unknown-label", "other-dispatch", "headline", "impossible-date"}
)
_NAMES = frozenset({"unit", "above_unit", "indicator"})  # figures that are names of what `about` says by slug and code
_OTHERWISE_TOLD = frozenset({"double-unit"})  # the check duplicate-unit says it


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as the checks give it, with its stored row where there is one."""

    outcome: Outcome
    row: Finding | None = None

    @property
    def state(self) -> str:
        return self.row.state if self.row else FindingState.OPEN


@dataclass(frozen=True, slots=True)
class Report:
    findings: tuple[Found, ...]
    passed: tuple[Outcome, ...]
    not_applicable: tuple[Outcome, ...]

    @property
    def open(self) -> tuple[Found, ...]:
        return tuple(found for found in self.findings if found.state == FindingState.OPEN)


def report(edition: Edition) -> Report:
    """Every check at every place. Findings keep what was said to them as long as their figures stay."""
    return _kept(edition) if edition.is_published else _today(edition)


def _kept(edition: Edition) -> Report:
    rows = Finding.objects.filter(edition=edition).exclude(state=FindingState.FIXED).order_by("pk")
    agreed = [_of_kept(row) for row in Agreed.objects.filter(edition=edition).order_by("pk")]
    return Report(
        tuple(Found(_of_row(row), row) for row in sorted(rows, key=lambda row: _order(row.check_id))),
        tuple(each for each in agreed if each.status is Status.PASSED),
        tuple(each for each in agreed if each.status is Status.NOT_APPLICABLE),
    )


def _of_row(row: Finding) -> Outcome:
    about = tuple((unit, indicator) for unit, indicator in row.about)
    return Outcome(
        row.check_id, Status.FINDING, row.where, row.figures, Severity(row.severity), row.reason_id, about
    )  # fmt: skip


def _of_kept(row: Agreed) -> Outcome:
    return Outcome(row.check_id, Status(row.status), row.where, row.figures, reason=row.reason_id)


def _order(check: str) -> int:
    """Where it stands in a report; a check that is no longer one of ours comes last."""
    return ORDER.index(check) if check in ORDER else len(ORDER)


def _today(edition: Edition) -> Report:
    outcomes = outcomes_of(edition)
    rows = by_key(Finding.objects.filter(edition=edition).exclude(state=FindingState.FIXED))
    return Report(
        tuple(Found(each, rows.get(key(each))) for each in outcomes if each.status is Status.FINDING),
        tuple(each for each in outcomes if each.status is Status.PASSED),
        tuple(each for each in outcomes if each.status is Status.NOT_APPLICABLE),
    )


def outcomes_of(
    edition: Edition, rows: Mapping[FigureKey, Row] | None = None, known: Knowledge | None = None
) -> list[Outcome]:
    """`rows` are the figures as stored, `known` what is on record for them, where they are at hand."""
    latest = case.latest_uploads(edition)
    return [*unread(edition, latest), *checks.run(case.of_edition(edition, rows, known, latest))]


Key = tuple[str, ...]


def key(outcome: Outcome) -> Key:
    """What makes a finding the same finding: check, place, reason, and the figures that prove it. Units and indicators
    take part by what does not change: a unit given another name opens nothing that was accepted."""
    return outcome.check, outcome.where, outcome.reason, *_proof(outcome.figures, outcome.about)


def key_of_row(row: Finding, lasting: Mapping[str, str] = MappingProxyType({})) -> Key:
    where, figures = _put(row.where, lasting), {name: _put(text, lasting) for name, text in row.figures.items()}
    about = [(lasting.get(unit, unit), code) for unit, code in row.about]
    return row.check_id, where, row.reason_id, *_proof(figures, about)


def by_key(rows: Iterable[Finding]) -> dict[Key, Finding]:
    """What was said of a record that was merged into another is said of that one, unless its own row says otherwise."""
    lasting = Unit.objects.lasting("slug")
    keyed = [(key_of_row(row, lasting), row) for row in rows]
    return dict(sorted(keyed, key=lambda each: each[0] == key_of_row(each[1])) if lasting else keyed)


def _put(place: str, lasting: Mapping[str, str]) -> str:
    """A figure without a cell is named by the slug of its unit: "II, quang-dien, TONG"."""
    return ", ".join(lasting.get(part, part) for part in place.split(", ")) if lasting else place


def _proof(figures: Mapping[str, str], about: Iterable[Sequence[str]]) -> tuple[str, str]:
    spoken_of = sorted(list(each) for each in about)
    proving = {name: text for name, text in figures.items() if not name.startswith(NAMED)}
    shown = {name: text for name, text in proving.items() if not (spoken_of and name in _NAMES)}
    return json.dumps(shown, sort_keys=True, ensure_ascii=False), json.dumps(spoken_of)


def unread(edition: Edition, latest: Mapping[str, Upload]) -> list[Outcome]:
    """Cells of the taken-over files that gave no figure, until a figure is typed, removed or loaded there afterwards.

    A figure stored before that file came is no answer: the file says otherwise of it, or nothing. Saved once more as it
    is, it becomes one (`asked_about`)."""
    return [_outcome(problem) for _figure, problem in _unanswered(edition, latest)]


def asked_about(edition: Edition) -> set[FigureKey]:
    """The figures whose cells are such: who saves what is stored there already says that it is right."""
    return {figure for figure, _problem in _unanswered(edition, case.latest_uploads(edition))}


def _unanswered(edition: Edition, latest: Mapping[str, Upload]) -> Iterator[tuple[FigureKey, Mapping[str, Any]]]:
    asking = [
        (problem, upload.read["event"])
        for ordinal, upload in latest.items()
        for problem in upload.read.get("problems", ())
        if problem["appendix"] == ordinal and _stands(problem)
    ]
    if not asking:  # 84,000 changes need not be looked through for a file that asks nothing
        return
    changes = ResultChange.objects.filter(edition=edition).exclude(event__what=What.UNIT_MERGED)
    last = changes.values_list("unit__slug", "indicator__code").annotate(last=Max("event_id")).order_by("last")
    lasting = Unit.objects.lasting("slug")
    changed = {(lasting.get(unit, unit), code): event for unit, code, event in last}
    for problem, since in asking:
        key = (lasting.get(problem["unit"], problem["unit"]), problem["indicator"])
        if changed.get(key, 0) <= since:
            yield key, problem


def _stands(problem: Mapping[str, str]) -> bool:
    return problem["severity"] == "error" and problem["why"] not in _OTHERWISE_TOLD


def _outcome(problem: Mapping[str, object]) -> Outcome:
    why = str(problem["why"])
    params = problem["params"] if isinstance(problem["params"], dict) else {}
    severity = Severity.WARNING if why in _WARNING_WHYS else Severity.ERROR
    where = str(problem["cell"]).split(" (")[0]
    figures = {"printed": str(problem["printed"]), **params}
    about = ((str(problem["unit"]), str(problem["indicator"] or "")),) if problem["unit"] else ()
    return Outcome(UNREAD, Status.FINDING, where, figures, severity, why, about)
