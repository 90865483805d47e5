"""The score and the rank that the letter prints, in a draft: read from a file or typed by hand."""

from __future__ import annotations

from django.db import transaction

from chiso.ingest.fact import Headline
from chiso.models import Edition, User, What

from . import edition as editions
from . import lock
from .trail import record

FIELDS = ("score", "out_of", "rank", "rank_of", "printed")
_LONGEST = 300  # Edition.headline_printed


class UnableToSet(Exception):
    """The edition is not a draft."""


def store(*, edition: Edition, headline: Headline, by: User | None) -> Edition:
    """Sets what the letter says of the province; the same again changes nothing and leaves no event."""
    with transaction.atomic():
        edition = lock.draft(edition, UnableToSet)
        if put(edition=edition, headline=headline, by=by):
            editions.refresh_findings(edition=edition)
    return edition


def put(*, edition: Edition, headline: Headline, by: User | None) -> bool:
    """The same inside the caller's transaction and lock; whether anything changed."""
    said = {name: getattr(headline, name) for name in FIELDS} | {"printed": headline.printed[:_LONGEST]}
    changed = [f"headline_{name}" for name in FIELDS if getattr(edition, f"headline_{name}") != said[name]]
    if not changed:
        return False
    before = edition.headline_printed
    for name in FIELDS:
        setattr(edition, f"headline_{name}", said[name])
    edition.save(update_fields=changed)
    subject = f"{edition}: {before or '–'} → {headline.printed or '–'}"
    record(What.DISPATCH_CHANGED, by=by, subject=subject, edition=edition)
    return True
