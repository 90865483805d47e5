"""The opened file of an upload: kept beside the file, so that opening it again does not read a long PDF again.

What is kept is only ever a shortcut. It counts where it was written by the readers of today, for this very file and by
one of our own processes (signed with the secret key); else the file is read anew."""

from __future__ import annotations

import gzip

from django.core.files.storage import Storage
from django.utils.crypto import constant_time_compare, salted_hmac

from chiso.ingest import kept
from chiso.ingest.reading import Opened, open_file
from chiso.models import Upload

_ENDING = ".opened"
_LONGEST_HEAD = 200


def of(upload: Upload) -> Opened:
    """Raises `UnreadableFile`, and `FileNotFoundError` where the file itself is gone: nothing stands without it."""
    with upload.file.open("rb") as handle:
        return _kept(upload) or open_file(handle.read(), upload.name)


def is_kept(upload: Upload) -> bool:
    """Whether something is kept that today's readers wrote; whether it is whole shows when it is opened."""
    head = _read(upload, _LONGEST_HEAD)
    return head.split(b" ", 1)[0].decode("ascii", "replace") == kept.READERS


def name_of(upload: Upload) -> str:
    """Where it is kept, in the same store."""
    return f"{upload.file.name}{_ENDING}"


def sealed(upload: Upload, opened: Opened) -> bytes:
    """What is to be kept: a line with who reads and the signature, then the opened file, packed."""
    body = gzip.compress(kept.packed(opened), compresslevel=6, mtime=0)
    return f"{kept.READERS} {_signature(upload, body)}\n".encode() + body


def _kept(upload: Upload) -> Opened | None:
    head, _, body = _read(upload).partition(b"\n")
    signed = f"{kept.READERS} {_signature(upload, body)}"
    if not constant_time_compare(head, signed.encode()):
        return None
    return kept.unpacked(gzip.decompress(body))


def _read(upload: Upload, most: int = -1) -> bytes:
    store: Storage = upload.file.storage
    try:
        with store.open(name_of(upload), "rb") as handle:
            data: bytes = handle.read(most)
    except OSError:
        return b""
    return data


def _signature(upload: Upload, body: bytes) -> str:
    said = f"{upload.sha256} {upload.name}\n".encode("utf-8", "surrogatepass") + body
    return salted_hmac("chiso.queries.opened", said, algorithm="sha256").hexdigest()
