"""What people say to a finding."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.models import Finding, FindingState, Severity, User, What

from . import lock
from .trail import record


class UnableToAccept(Exception):
    """An error is corrected, never accepted; and only an open edition's findings can still be answered."""


def accept(*, finding: Finding, by: User | None, reason: str) -> Finding:
    """Let a warning or a note stand, with the reason that stays with the edition."""
    with transaction.atomic():
        edition = lock.edition(finding.edition)
        finding = Finding.objects.get(pk=finding.pk)
        if not reason.strip():
            raise UnableToAccept(_("Say why this may stand."))
        if finding.severity == Severity.ERROR:
            raise UnableToAccept(_("An error cannot be accepted. Correct it first."))
        if finding.state != FindingState.OPEN or not edition.is_open:
            raise UnableToAccept(_("This finding is no longer open."))
        finding.state, finding.acceptance = FindingState.ACCEPTED, reason.strip()
        finding.accepted_by, finding.accepted_at = by, timezone.now()
        finding.save(update_fields=["state", "acceptance", "accepted_by", "accepted_at"])
        record(
            What.FINDING_ACCEPTED, by=by, subject=f"{finding.check_id}, {finding.where}", why=finding.acceptance,
            edition=edition,
        )  # fmt: skip
    return finding
