"""What is kept beside a file of an upload, to have it again without working it out: it counts only where the code of
today wrote it, for this very file, and one of our own processes (signed with the secret key)."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.storage import Storage
from django.utils.crypto import constant_time_compare, salted_hmac

from chiso.ingest import kept
from chiso.models import Upload


@dataclass(frozen=True, slots=True)
class Seal:
    """One kind of it, by the end of its name. In the same store as the file: a line with who wrote it and the
    signature, then the body."""

    ending: str
    salt: str

    def name_of(self, upload: Upload) -> str:
        return f"{upload.file.name}{self.ending}"

    def is_kept(self, upload: Upload) -> bool:
        """Whether the code of today wrote something; whether it is whole shows when it is opened."""
        return self._read(upload, len(kept.READERS)) == kept.READERS.encode()

    def sealed(self, upload: Upload, body: bytes) -> bytes:
        return self._head(upload, body) + b"\n" + body

    def body(self, upload: Upload) -> bytes | None:
        """None where nothing is kept that counts."""
        head, _, body = self._read(upload).partition(b"\n")
        return body if constant_time_compare(head, self._head(upload, body)) else None

    def _head(self, upload: Upload, body: bytes) -> bytes:
        told = f"{upload.sha256} {upload.name}\n".encode("utf-8", "surrogatepass") + body
        return f"{kept.READERS} {salted_hmac(self.salt, told, algorithm='sha256').hexdigest()}".encode()

    def _read(self, upload: Upload, most: int = -1) -> bytes:
        store: Storage = upload.file.storage
        try:
            with store.open(self.name_of(upload), "rb") as handle:
                data: bytes = handle.read(most)
        except OSError:
            return b""
        return data
