"""The one place where an event is written."""

from __future__ import annotations

from chiso.models import Dispatch, Edition, Event, Issuer, User, What


def record(
    what: What,
    *,
    by: User | None,
    subject: str,
    why: str = "",
    issuer: Issuer | None = None,
    dispatch: Dispatch | None = None,
    edition: Edition | None = None,
) -> Event:
    """`subject` still says what it was about when the row it was about is gone."""
    if edition is not None:
        dispatch = dispatch or edition.dispatch
    if dispatch is not None:
        issuer = issuer or dispatch.issuer
    return Event.objects.create(
        by=by, what=what, why=why, subject=subject[:300], issuer=issuer, dispatch=dispatch, edition=edition
    )
