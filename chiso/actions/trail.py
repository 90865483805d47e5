"""The one place where an event is written, and where a record is told who changes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model

from chiso.models import Dispatch, Edition, Event, Issuer, User, What

Row = TypeVar("Row", bound=Model)


def by_hand_of(by: User | None, row: Row) -> Row:
    """The row, whose next save or deletion keeps in its history who did it."""
    row._history_user = by  # type: ignore[attr-defined]  # simple-history's own way to be told who
    return row


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


def record_each(what: What, *, by: User | None, subjects: Iterable[str], issuer: Issuer | None) -> None:
    """An event for each of many subjects of one office, that come in at once."""
    Event.objects.bulk_create(
        (Event(by=by, what=what, subject=subject[:300], issuer=issuer) for subject in subjects), batch_size=500
    )
