"""The score and the rank that the letter prints, typed or corrected by hand in a draft."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from chiso.ingest.fact import Headline
from chiso.models import Edition, State, User, What

from . import edition as editions
from .trail import record

FIELDS = ("score", "out_of", "rank", "rank_of", "printed")


class UnableToSet(Exception):
    """The edition is not a draft."""


def store(*, edition: Edition, headline: Headline, by: User | None) -> Edition:
    """Sets what the letter says of the province; the same again changes nothing and leaves no event."""
    with transaction.atomic():
        edition = Edition.objects.select_for_update().select_related("dispatch__issuer__unit").get(pk=edition.pk)
        if edition.state != State.DRAFT:
            raise UnableToSet(
                _("Only a draft can be changed. This edition is: %(state)s.") % {"state": edition.get_state_display()}
            )
        changed = [name for name in FIELDS if getattr(edition, f"headline_{name}") != getattr(headline, name)]
        if not changed:
            return edition
        for name in changed:
            setattr(edition, f"headline_{name}", getattr(headline, name))
        edition.save(update_fields=[f"headline_{name}" for name in changed])
        record(What.DISPATCH_CHANGED, by=by, subject=f"{edition}: {headline.printed}", edition=edition)
        editions.refresh_findings(edition=edition)
    return edition
