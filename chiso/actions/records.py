"""Records that come in from a file: kept as an upload, taken over all at once or not at all; and what goes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Protocol, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from chiso.models import About, Edition, Event, Indicator, Issuer, Upload, UploadState, User, What, kept_issuers

from . import lock
from .trail import by_hand_of
from .trail import record as told
from .upload import stored

NAMED = 200  # records that the log names of one file


class UnableToTakeOver(Exception):
    """The records may not be taken over."""


class Changed(UnableToTakeOver):
    """What is on record has changed since the rows were shown."""


class Brought(Protocol):
    """What a file's rows did: the door that reads them says it."""

    @property
    def counts(self) -> dict[str, int]: ...
    @property
    def may_apply(self) -> bool: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def written(self) -> Sequence[str]: ...  # the records made or changed, by name


Did = TypeVar("Did", bound=Brought)


def stage(*, data: bytes, name: str, about: About, issuer: Issuer, by: User) -> Upload:
    """Keep a file of records. Touches no record."""
    with transaction.atomic():
        reader = PurePath(name).suffix[1:20].lower()
        upload = stored(data, name, issuer=issuer, by=by, about=about, reader=reader)
        told(What.UPLOAD_STAGED, by=by, subject=upload.name, issuer=issuer)
    return upload


def take_over(*, upload: Upload, by: User, shown: str, bring: Callable[[], Did]) -> Did:
    """Run `bring`, which compares and stores the file's rows, and keep what it did only where it is what was shown."""
    try:
        with transaction.atomic():
            lock.office(upload.issuer_id)
            now = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
            if now.state != UploadState.STAGED:
                raise UnableToTakeOver(_("This file was already taken over or discarded."))
            brought = bring()
            if brought.fingerprint != shown:
                raise Changed(_("What is stored has changed since you looked. Please read the preview again."))
            if not brought.may_apply:
                raise UnableToTakeOver(
                    _("Nothing was taken over: correct the rows that are marked, and load the file again.")
                )
            now.state, now.read = UploadState.APPLIED, {"counts": _kept(brought.counts)}
            now.save(update_fields=["state", "read"])
            counts = _("%(new)s new, %(update)s changed, %(skip)s unchanged") % brought.counts
            told(
                What.RECORDS_IMPORTED,
                by=by,
                subject=f"{upload.name} ({upload.get_about_display()})",
                why="\n".join([counts, *brought.written[:NAMED], *(["…"] if len(brought.written) > NAMED else [])]),
                issuer=upload.issuer,
            )
    except IntegrityError as clash:
        raise Changed(
            _("Nothing was stored: the same records were just changed by somebody else. Please look again.")
        ) from clash
    return brought


def _kept(counts: dict[str, int]) -> dict[str, int]:
    """As they are kept of a file of figures."""
    return {"new": counts["new"], "changed": counts["update"], "unchanged": counts["skip"], "absent": 0}


def store(*, record: models.Model, by: User) -> None:
    """Save one record, with who did it in its history."""
    by_hand_of(by, record).save()


def remove_indicator(*, indicator: Indicator, by: User) -> None:
    """Delete an indicator of which there is no figure. All offices share it: the log of the office tells it whose
    administrator did it, of several the one that is there today."""
    with transaction.atomic():
        own = None if by.is_superuser else kept_issuers(by).order_by(F("unit__valid_to").desc(nulls_first=True), "-pk")
        subject = f"{indicator.code} {indicator.name} ({indicator.indicator_set.code})"
        by_hand_of(by, indicator).delete()
        told(What.INDICATOR_DELETED, by=by, subject=subject, issuer=own.first() if own is not None else None)


def exported(*, by: User, subject: str, issuer: Issuer | None = None, edition: Edition | None = None) -> Event:
    """Say in the trail that somebody took a copy."""
    return told(What.EXPORTED, by=by, subject=subject, issuer=issuer, edition=edition)
