"""Read a dispatch's file and take its figures over into the draft."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.actions import upload as uploads
from chiso.ingest.fact import UnreadableFile
from chiso.management import arguments
from chiso.management.reading_json import plan_as_json
from chiso.models import Issuer, User
from chiso.queries import upload as plans
from chiso.queries.upload import LoadPlan
from chiso.words import problem as words


class Command(BaseCommand):
    help = "Read a dispatch from a file (DOCX, PDF, XLSX, XLS, ODS, CSV, TSV, text) into its draft edition."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--issuer", help="the issuer's short name, where the file does not name it")
        parser.add_argument("--by", help="e-mail address of the person who loads")
        parser.add_argument("--dry-run", action="store_true", help="read and plan only; store nothing")
        arguments.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path, issuer = options["file"], arguments.issuer_meant(options["issuer"])
        try:
            data = path.read_bytes()
        except OSError as fault:
            text = _("The file cannot be opened: %(file)s") % {"file": path}
            raise CommandError(text, returncode=arguments.UNREADABLE) from fault
        plan = self._plan(data, path.name, issuer)
        by = arguments.person_meant(options["by"], plan.issuer)
        refusal = self._refusal(plan)
        if not (refusal or options["dry_run"] or _agrees(plan)):
            refusal = self._load(plan, data, path.name, by)
        if options["json"]:
            self.stdout.write(arguments.as_json(plan_as_json(plan, path.name, hashlib.sha256(data).hexdigest())))
        else:
            self._report(plan, stored=plan.may_apply and not refusal and not options["dry_run"])
        if refusal:
            self.stderr.write(refusal)
        if refusal or any(problem.severity == "error" for problem in plan.problems):
            raise SystemExit(arguments.ANSWER)

    def _plan(self, data: bytes, name: str, issuer: Issuer | None) -> LoadPlan:
        try:
            return plans.read(data, name, issuer=issuer, today=timezone.localdate())
        except UnreadableFile as fault:
            raise CommandError(words.unreadable(fault.why, fault.params), returncode=arguments.UNREADABLE) from fault

    def _refusal(self, plan: LoadPlan) -> str:
        """ "" where the figures can be taken over or already agree, else why not."""
        if plan.may_apply or _agrees(plan):
            return ""
        return words.target(plan.target, plan.about)

    def _load(self, plan: LoadPlan, data: bytes, name: str, by: User | None) -> str:
        """ "" where the figures were taken over, else why not."""
        upload = uploads.stage(data=data, name=name, issuer=plan.issuer, by=by)
        try:
            uploads.apply(upload=upload, by=by, shown=plan.fingerprint)
        except uploads.UnableToApply as refused:
            uploads.discard(upload=upload, by=by)
            return str(refused)
        return ""

    def _report(self, plan: LoadPlan, *, stored: bool) -> None:
        letter = plan.reading.letter
        self.stdout.write(f"{letter.number}/{letter.symbol} · {plan.issuer or letter.issuer_name}")
        for appendix in plan.reading.appendices:
            line = _("Appendix %(ordinal)s: %(count)s figures (%(layout)s)")
            layout = appendix.layout or _("no layout fits")
            self.stdout.write(line % {"ordinal": appendix.ordinal, "count": len(appendix.facts), "layout": layout})
        for problem in plan.problems:
            self.stdout.write(f"  - {words.sentence(problem)}")
        done = _("Stored: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(absent)s not in the file.")
        planned = _("Not stored. The file would bring: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
        self.stdout.write((done if stored else planned) % plan.counts)


def _agrees(plan: LoadPlan) -> bool:
    """The dispatch is published, and the file says what is published: there is nothing to do and nothing to answer."""
    return plan.target == "published" and not plan.counts["new"] and not plan.counts["changed"]
