"""An appendix named by hand, in a draft that is typed or that a file titled badly."""

from __future__ import annotations

from django.db import transaction

from chiso.models import Appendix, User, What

from . import edition as editions
from . import lock
from .trail import record


class UnableToStore(Exception):
    """The edition is not a draft."""


def store(*, appendix: Appendix, by: User | None) -> Appendix:
    """Saves number, title, layout and notes of one table of a draft; its layout says which order the checks expect."""
    with transaction.atomic():
        edition = lock.draft(appendix.edition, UnableToStore)
        appendix.save()
        record(What.DISPATCH_CHANGED, by=by, subject=f"{edition}: {appendix}", edition=edition)
        editions.refresh_findings(edition=edition)
    return appendix
