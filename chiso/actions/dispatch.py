"""A dispatch entered or changed by hand."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.models import Dispatch, Edition, Issuer, State, User, What
from chiso.queries import case
from chiso.queries import version as query
from chiso.queries.edition import of_document
from chiso.queries.knowledge import indicator_set
from chiso.values.reference import parted
from chiso.words.figure import date_text

from . import lock
from .trail import record

_HEADLINE = ("headline_score", "headline_out_of", "headline_rank", "headline_rank_of", "headline_printed")


_YEARS = range(2000, 2100)


class UnableToEnter(Exception):
    """The dispatch is not whole, exists already, or is published."""


def enter(*, issuer: Issuer, by: User | None, **fields: Any) -> Edition:
    """A dispatch with its first draft edition. `fields` are those of the dispatch and the headline of the edition."""
    headline = {name: fields.pop(name) for name in _HEADLINE if name in fields}
    with transaction.atomic():
        dispatch = Dispatch(issuer=issuer, **fields)
        dated = dispatch.issued_on or dispatch.data_as_of
        dispatch.year = dispatch.year or (dated.year if dated else timezone.localdate().year)
        save(dispatch)
        chosen = indicator_set(case.day_of(dispatch))
        if chosen is None:
            raise UnableToEnter(
                _("No indicator set is in force at the date of the data. Ask an administrator to add one.")
            )
        edition = Edition.objects.create(
            dispatch=dispatch, indicator_set=chosen, opened_by=by, opened_at=timezone.now(), **headline
        )
        record(What.DISPATCH_ENTERED, by=by, subject=str(dispatch), edition=edition)
    return edition


def change(*, dispatch: Dispatch, by: User | None, seen: int | None = None, **fields: Any) -> Dispatch:
    """Change a dispatch of which nothing is published yet; a correcting document until its correction is published.

    `seen` is its version on the page with the form (`queries.version`); without it no page was."""
    with transaction.atomic():
        lock.office(dispatch.issuer_id)
        dispatch.refresh_from_db()  # what was read before may be older than what somebody else has stored since
        meanwhile = "" if seen is None else query.changed_since(dispatch, seen)
        if meanwhile:
            raise UnableToEnter(meanwhile)
        editions = list(Edition.objects.filter(of_document(dispatch.pk)))
        if any(edition.is_published for edition in editions):
            raise UnableToEnter(_("This dispatch is published. What it says is changed by a correction only."))
        own = [edition for edition in editions if edition.dispatch_id == dispatch.pk]
        if any(edition.state == State.REVIEW for edition in own):
            raise UnableToEnter(_("This dispatch is in review. Nothing of it is changed until it is sent back."))
        for name, value in fields.items():
            setattr(dispatch, name, value)
        if dispatch.issued_on:
            dispatch.year = dispatch.issued_on.year
        save(dispatch)
        for edition in own:
            _keep_to_its_set(edition, dispatch)
        # A document's own number and date change no figure of the edition that it made.
        about = own[0] if own else None
        record(What.DISPATCH_CHANGED, by=by, subject=str(dispatch), dispatch=dispatch, edition=about)
    return dispatch


def _keep_to_its_set(edition: Edition, dispatch: Dispatch) -> None:
    """A date under another indicator set moves an empty draft there; figures already in it stand in the way."""
    chosen = indicator_set(case.day_of(dispatch))
    if chosen == edition.indicator_set:
        return
    if chosen is None or edition.results.exists():
        text = _(
            "At this date another indicator set is in force than the one of the figures. Remove the figures first."
        )
        raise UnableToEnter(text)
    edition.indicator_set = chosen
    edition.save(update_fields=["indicator_set"])


def save(dispatch: Dispatch) -> None:
    """Store a dispatch whose numbers and dates make sense; raises `UnableToEnter` with what does not."""
    dispatch.number, dispatch.symbol = parted(dispatch.number, dispatch.symbol)
    for day in (dispatch.issued_on, dispatch.data_as_of):
        if day and day.year not in _YEARS:
            raise UnableToEnter(_("%(day)s cannot be the date of a dispatch.") % {"day": date_text(day)})
    if dispatch.issued_on and dispatch.data_as_of and dispatch.data_as_of > dispatch.issued_on:
        raise UnableToEnter(_("The data cannot be of a later day than the dispatch. Correct one of the two dates."))
    try:
        dispatch.full_clean()
    except ValidationError as faults:
        raise UnableToEnter(" ".join(faults.messages)) from faults
    try:
        with transaction.atomic():
            dispatch.save()
    except IntegrityError as fault:  # somebody entered the same number since it was looked for
        raise UnableToEnter(_("This dispatch was entered by somebody else just now.")) from fault
