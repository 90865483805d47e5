"""A correction: the next edition of a dispatch, copied from the last, with its reason and its document."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.models import Appendix, Dispatch, Edition, Finding, FindingState, User, What
from chiso.queries import edition as query
from chiso.queries import finding as findings
from chiso.values.reference import parted
from chiso.words.figure import date_text

from . import dispatch as dispatches
from . import edition as editions
from . import figures, lock
from .headline import FIELDS
from .trail import record

_ACCEPTANCE = ("state", "accepted_by", "accepted_at", "acceptance")


class UnableToCorrect(Exception):
    """Nothing is published, a draft is open, no reason is given, or the document cannot be the one that corrects."""


def open_correction(
    *, dispatch: Dispatch, by: User | None, reason: str, number: str = "", symbol: str = "",
    issued_on: date | None = None, replaces: bool = False,
) -> Edition:  # fmt: skip
    """The next edition as a draft that says what the last one said. The document's number and date may follow later:
    publication asks for them."""
    with transaction.atomic():
        lock.office(dispatch.issuer_id)
        base = _base(dispatch)
        if not reason.strip():
            raise UnableToCorrect(_("Say why the published figures are corrected."))
        document = _document(base.dispatch, *parted(number, symbol), issued_on, replaces=replaces)
        edition = _next(base, document, reason.strip(), by)
        _copy_appendices(base, edition)
        figures.copy(base, edition)
        event = record(What.EDITION_OPENED, by=by, subject=str(edition), why=edition.reason, edition=edition)
        figures.settle(edition, event=event)
        editions.refresh_findings(edition=edition)
        _keep_acceptances(base, edition)
    return edition


def reword(*, edition: Edition, reason: str, by: User | None) -> Edition:
    """Another reason for a correction that is still a draft; the same again changes nothing and leaves no event."""
    with transaction.atomic():
        edition = lock.draft(edition, UnableToCorrect)
        if edition.correcting_id is None:
            raise UnableToCorrect(_("This edition corrects nothing."))
        if not reason.strip():
            raise UnableToCorrect(_("Say why the published figures are corrected."))
        give_reason(edition=edition, reason=reason.strip(), by=by)
    return edition


def give_reason(*, edition: Edition, reason: str, by: User | None) -> None:
    """The same inside the caller's transaction and lock."""
    if edition.reason == reason:
        return
    edition.reason = reason
    edition.save(update_fields=["reason"])
    record(What.EDITION_REASON, by=by, subject=str(edition), why=reason, edition=edition)


def _base(dispatch: Dispatch) -> Edition:
    """The edition that holds, or the last one where it was recalled."""
    last = query.last(dispatch)
    if last is None:
        raise UnableToCorrect(_("Nothing of this dispatch is published. Correct its draft instead."))
    if not last.is_open:
        return last
    if last.number == 1:
        raise UnableToCorrect(_("Nothing of this dispatch is published. Correct its draft instead."))
    raise UnableToCorrect(_("Edition %(number)s of this dispatch is already open.") % {"number": last.number})


def _document(corrected: Dispatch, number: str, symbol: str, issued_on: date | None, *, replaces: bool) -> Dispatch:
    """The dispatch that corrects: one on record that does so already, else a new one, which is of the same data."""
    if issued_on and corrected.issued_on and issued_on < corrected.issued_on:
        words = {"day": date_text(corrected.issued_on), "dispatch": str(corrected)}
        raise UnableToCorrect(_("A correction cannot be issued before %(dispatch)s itself, %(day)s.") % words)
    dated = issued_on or timezone.localdate()
    known = Dispatch.objects.filter(issuer=corrected.issuer, year=dated.year, number=number, symbol=symbol)
    found = known.first() if number else None
    if found is not None:
        return _known_document(found, corrected, issued_on, replaces=replaces)
    link = {"replaces" if replaces else "corrects": corrected}
    document = Dispatch(
        issuer=corrected.issuer, year=dated.year, number=number, symbol=symbol, issued_on=issued_on,
        data_as_of=corrected.data_as_of, period=corrected.period, **link,
    )  # fmt: skip
    try:
        dispatches.save(document)
    except dispatches.UnableToEnter as refusal:
        raise UnableToCorrect(str(refusal)) from refusal
    return document


def _known_document(found: Dispatch, corrected: Dispatch, issued_on: date | None, *, replaces: bool) -> Dispatch:
    """It is taken again only as it is on record: another day or kind is a slip, or another document."""
    if corrected.pk not in (found.corrects_id, found.replaces_id) or found.editions.exists():
        text = _("%(number)s is already another dispatch of this office. Give the number of the correcting document.")
        raise UnableToCorrect(text % {"number": found.reference})
    words = {"number": found.reference, "day": date_text(found.issued_on) if found.issued_on else "–"}
    if issued_on and issued_on != found.issued_on:
        raise UnableToCorrect(
            _("%(number)s is on record as issued on %(day)s. Give that day, or another number.") % words
        )
    if replaces and found.replaces_id is None:
        raise UnableToCorrect(_("%(number)s is on record as amending part of the dispatch. Choose that.") % words)
    if found.replaces_id is not None and not replaces:
        raise UnableToCorrect(_("%(number)s is on record as replacing the whole dispatch. Choose that.") % words)
    return found


def _next(base: Edition, document: Dispatch, reason: str, by: User | None) -> Edition:
    headline = {f"headline_{name}": getattr(base, f"headline_{name}") for name in FIELDS}
    return Edition.objects.create(
        dispatch=base.dispatch, number=base.number + 1, indicator_set=base.indicator_set, reason=reason,
        correcting=document, opened_by=by, opened_at=timezone.now(), **headline,
    )  # fmt: skip


def _copy_appendices(base: Edition, edition: Edition) -> None:
    for row in Appendix.objects.filter(edition=base).order_by("pk"):
        Appendix.objects.create(
            edition=edition, ordinal=row.ordinal, title=row.title, layout_id=row.layout_id, notes=row.notes,
            order=row.order,
        )  # fmt: skip


def _keep_acceptances(base: Edition, edition: Edition) -> None:
    """What was accepted of the same figures stays accepted, in the name of whoever accepted it."""
    accepted = Finding.objects.filter(edition=base, state=FindingState.ACCEPTED)
    known = findings.by_key(accepted)
    rows = findings.by_key(Finding.objects.filter(edition=edition, state=FindingState.OPEN))
    kept = {key: row for key, row in rows.items() if key in known}
    for key, row in kept.items():
        for name in _ACCEPTANCE:
            setattr(row, name, getattr(known[key], name))
    Finding.objects.bulk_update(kept.values(), _ACCEPTANCE)
