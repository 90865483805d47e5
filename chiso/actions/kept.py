"""Keeping the opened file of an upload beside it (`queries.opened` tells what it is for). Never fails its caller."""

from __future__ import annotations

import logging

from django.core.files.base import ContentFile

from chiso.ingest.reading import Opened
from chiso.models import Upload
from chiso.queries import opened as query

_log = logging.getLogger(__name__)


def keep(upload: Upload, opened: Opened) -> None:
    """Replace what is kept. A full disk costs the shortcut, not the upload."""
    name, store = query.name_of(upload), upload.file.storage
    try:
        store.delete(name)
        written = store.save(name, ContentFile(query.sealed(upload, opened)))
        if written != name:  # another process kept the same at the same moment
            store.delete(written)
    except OSError:
        _log.warning("the opened file of upload %s could not be kept", upload.pk, exc_info=True)
