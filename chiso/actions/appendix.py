"""An appendix named by hand, in a draft that is typed or that a file titled badly."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from chiso.models import Appendix, Edition, State, User, What

from . import edition as editions
from .trail import record


class UnableToStore(Exception):
    """The edition is not a draft."""


def store(*, appendix: Appendix, by: User | None) -> Appendix:
    """Saves number, title, layout and notes of one table of a draft; its layout says which order the checks expect."""
    with transaction.atomic():
        edition = (
            Edition.objects.select_for_update().select_related("dispatch__issuer__unit").get(pk=appendix.edition_id)
        )
        if edition.state != State.DRAFT:
            raise UnableToStore(
                _("Only a draft can be changed. This edition is: %(state)s.") % {"state": edition.get_state_display()}
            )
        appendix.save()
        record(What.DISPATCH_CHANGED, by=by, subject=f"{edition}: {appendix}", edition=edition)
        editions.refresh_findings(edition=edition)
    return appendix
