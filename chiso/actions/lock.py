"""One writer at a time in an office: every action that changes its figures takes the issuer's row first.

All take the same single row, so that they wait for each other and never lock crosswise. SQLite needs none of it:
its transactions begin immediate."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chiso.models import Edition, Issuer, State


def office(issuer_id: int) -> None:
    """Wait for whoever writes in this office; held to the end of the caller's transaction."""
    Issuer.objects.select_for_update(of=("self",)).get(pk=issuer_id)


def edition(known: Edition) -> Edition:
    """The edition as it stands now, once nobody else writes in its office."""
    office(known.dispatch.issuer_id)
    return Edition.objects.select_related("dispatch__issuer__unit", "indicator_set").get(pk=known.pk)


def draft(known: Edition, refusal: type[Exception]) -> Edition:
    """The same for what only a draft allows; raises `refusal`, which says in which state the edition is."""
    now = edition(known)
    if now.state != State.DRAFT:
        raise refusal(
            _("Only a draft can be changed. This edition is: %(state)s.") % {"state": now.get_state_display()}
        )
    return now
