"""Run the checks on one edition and say what they found."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from chiso.checks.case import Outcome, Severity
from chiso.management import arguments
from chiso.models import Edition, FindingState
from chiso.models import Severity as SeverityLabel
from chiso.queries import finding as findings
from chiso.queries.finding import Report
from chiso.words import finding as words


class Command(BaseCommand):
    help = "Check a dispatch against itself and against the one before. Exit 0 when no finding is open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.add_dispatch(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        edition = arguments.edition_meant(options)
        report = findings.report(edition)
        if options["json"]:
            self.stdout.write(arguments.as_json(_as_json(edition, report)))
        else:
            self._print(report)
        # A published edition's notes can no longer be answered and ask for nothing.
        if any(edition.is_open or found.outcome.severity != Severity.NOTE for found in report.open):
            raise SystemExit(arguments.ANSWER)

    def _print(self, report: Report) -> None:
        for found in report.findings:
            severity = SeverityLabel(found.outcome.severity or Severity.NOTE).label
            self.stdout.write(f"[{severity} · {FindingState(found.state).label}] {_sentence(found.outcome)}")
        for outcome in report.passed:
            self.stdout.write(f"[{_('passed')}] {_sentence(outcome)}")


def _sentence(outcome: Outcome) -> str:
    return words.sentence(
        outcome.check, outcome.status, outcome.severity, outcome.reason, outcome.where, outcome.figures
    )  # fmt: skip


def _as_json(edition: Edition, report: Report) -> dict[str, Any]:
    return {
        "dispatch": edition.dispatch.reference,
        "edition": edition.number,
        "findings": [
            {
                "check": found.outcome.check,
                "severity": found.outcome.severity,
                "state": found.state,
                "where": found.outcome.where,
                "message": _sentence(found.outcome),
                "figures": dict(found.outcome.figures),
            }
            for found in report.findings
        ],
        "passed": [{"check": each.check, "where": each.where, "figures": dict(each.figures)} for each in report.passed],
        "not_applicable": [{"check": each.check, "where": each.where} for each in report.not_applicable],
    }
