"""Files that take long to read: received at once, read in the background or where somebody asks for it."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from chiso.ingest.fact import UnreadableFile
from chiso.ingest.readers.length import takes_long
from chiso.ingest.readers.progress import Stopped
from chiso.ingest.reading import open_file
from chiso.models import Edition, Issuer, Upload, UploadState, User, What
from chiso.queries import opened as files
from chiso.queries import understood
from chiso.queries import upload as uploads
from chiso.values.many import many_at_once

from .kept import keep, keep_understood
from .trail import record
from .upload import ask_again, stage, stored, told

EVERY = 0.5  # seconds between two notes of how far it is
OPENED = 90  # percent, once the file is opened: its figures are compared and checked after it
GONE = "gone"  # the fault of a file that is no longer in the store


def receive(*, data: bytes, name: str, issuer: Issuer, by: User, into: Edition | None = None) -> Upload:
    """A file from the desk. Where there are workers a long one is only kept (`READING`), and the caller gives it to
    them once this is committed; all others are read at once. Raises `UnableToRead` with nothing stored."""
    if not (settings.WORKERS and takes_long(data)):
        return stage(data=data, name=name, issuer=issuer, by=by, into=into)
    with transaction.atomic():
        upload = stored(data, name, issuer=issuer, by=by, edition=into, state=UploadState.READING)
        record(What.UPLOAD_STAGED, by=by, subject=upload.name, issuer=issuer)
    return upload


def read(*, upload: Upload) -> Upload:
    """Read what was received, as the person who loaded it would have. Whoever comes second does nothing, and a file
    that is discarded meanwhile is read no further; what stays `READING` was left by one that died."""
    upload = _now(upload)
    if upload.state != UploadState.READING:
        return upload
    note = _Note(upload)
    try:
        with upload.file.open("rb") as handle:
            opened = open_file(handle.read(), upload.name, note)
        note.write(OPENED)
    except Stopped:
        return _now(upload)
    except FileNotFoundError:
        return _settled(upload, state=UploadState.UNREADABLE, read={"fault": {"why": GONE, "params": {}}})
    except UnreadableFile as fault:
        said = {"why": fault.why, "params": fault.params}
        return _settled(upload, state=UploadState.UNREADABLE, read={"fault": said})
    keep(upload, opened)  # before anything else: what comes now may fail, and is done again by whoever looks
    plan = uploads.plan(upload, opened, whole=True)
    keep_understood(upload, plan)
    return ask_again(upload=_settled(upload, **told(plan)))


def keep_up(*, upload: Upload) -> None:
    """What was kept of a file by earlier readers is kept anew: done once, not at every look at it."""
    if not (files.is_kept(upload) or understood.is_kept(upload)):
        keep(upload, files.of(upload))


@many_at_once()
def planned(*, upload: Upload) -> uploads.LoadPlan:
    """The plan of a file that waits, for a page that shows it; what had to be understood for it is kept."""
    keep_up(upload=upload)
    plan = uploads.plan(upload)
    keep_understood(upload, plan)
    return plan


class _Note:
    """Writes down how far a reader is, now and then, outside of every transaction."""

    def __init__(self, upload: Upload) -> None:
        self._rows = Upload.objects.filter(pk=upload.pk, state=UploadState.READING)
        self._last = monotonic()

    def __call__(self, done: int, total: int) -> None:
        if monotonic() - self._last < EVERY:
            return
        self.write(OPENED * done // max(total, 1))
        self._last = monotonic()

    def write(self, percent: int) -> None:
        """Raises `Stopped` where nobody waits for the file any more."""
        try:
            is_wanted = self._rows.update(progress=Greatest(F("progress"), Value(percent)))
        except DatabaseError:  # busy: the next note will do
            return
        if not is_wanted:
            raise Stopped


def _settled(upload: Upload, **fields: Any) -> Upload:
    """The outcome, unless another one came first."""
    Upload.objects.filter(pk=upload.pk, state=UploadState.READING).update(**fields)
    return _now(upload)


def _now(upload: Upload) -> Upload:
    return Upload.objects.select_related("issuer__unit", "edition__dispatch").get(pk=upload.pk)
