"""The opened file of an upload: kept beside the file, so that opening it again does not read a long PDF again.

What is kept is only ever a shortcut (`queries.sealed` tells when it counts): else the file is read anew."""

from __future__ import annotations

import gzip

from chiso.ingest import kept
from chiso.ingest.reading import Opened, open_file
from chiso.models import Upload

from .sealed import Seal

SEAL = Seal(".opened", "chiso.queries.opened")
is_kept, name_of = SEAL.is_kept, SEAL.name_of


def of(upload: Upload) -> Opened:
    """Raises `UnreadableFile`, and `FileNotFoundError` where the file itself is gone: nothing stands without it."""
    with upload.file.open("rb") as handle:
        return _kept(upload) or open_file(handle.read(), upload.name)


def sealed(upload: Upload, opened: Opened) -> bytes:
    """What is to be kept."""
    return SEAL.sealed(upload, gzip.compress(kept.packed(opened), compresslevel=6, mtime=0))


def _kept(upload: Upload) -> Opened | None:
    body = SEAL.body(upload)
    return None if body is None else kept.unpacked(gzip.decompress(body))
