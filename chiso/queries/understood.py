"""What was understood of a file, kept beside it: the file's page, an answer and the taking over need not understand
14,000 rows again, each for itself.

A reading follows from the bytes, the code, what is on record of units, indicators and layouts, and the answers. What
is kept names all four (the first two as all that is sealed, `queries.sealed`) and counts only where all are those of
now; else the file is understood anew. What it would do to the figures on record is never kept: a plan compares anew
each time, so that only the plan that was shown is applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter

from chiso.ingest import kept
from chiso.ingest.decision import Decision
from chiso.ingest.fact import Letter, Reading
from chiso.ingest.layout import Knowledge
from chiso.ingest.reading import Opened, understand
from chiso.models import Upload

from .sealed import Seal

MANY = 1_000  # facts; fewer are understood as soon as they are fetched
SEAL = Seal(".understood", "chiso.queries.understood")
is_kept, name_of = SEAL.is_kept, SEAL.name_of
_UNIT = attrgetter("slug", "name", "level", "code", "parent", "path", "aliases", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Kept:
    """`rests_on` tells what was on record and answered then, `said` are the facts in short."""

    rests_on: str
    said: str
    reading: Reading


class Source:
    """A file on its way to a plan: its letter at once, what it says once it is known what is on record."""

    def __init__(self, letter: Letter, reader: str, opened: Callable[[], Opened], held: Kept | None = None) -> None:
        self.letter, self.reader = letter, reader
        self._opened, self._held = opened, held
        self.is_fresh = True  # understood now, and not fetched

    @classmethod
    def of(cls, opened: Opened) -> Source:
        return cls(opened.letter, opened.reader, lambda: opened)

    def read(self, known: Knowledge, decided: Sequence[Decision]) -> tuple[Reading, str]:
        """The reading, and its facts in short."""
        held, self._held = self._held, None
        if held is not None and held.rests_on == rests_on(known, decided):
            self.is_fresh = False
            return held.reading, held.said
        del held
        reading = understand(self._opened(), known, decided)
        return reading, kept.said(reading.appendices)


def rests_on(known: Knowledge, decided: Sequence[Decision]) -> str:
    """The same as long as the same is on record and answered."""
    other = (known.issuer, known.issuer_name, known.nation, known.indicators, known.layouts, tuple(decided))
    return sha256(repr((list(map(_UNIT, known.units)), other)).encode("utf-8", "surrogatepass")).hexdigest()


def source(upload: Upload, opened: Callable[[], Opened]) -> Source:
    """From what is kept where there is any. Raises as `queries.opened.of` does."""
    with upload.file.open("rb"):  # nothing stands without the file itself
        held = _of(upload)
    if held is not None:
        return Source(held.reading.letter, held.reading.reader, opened, held)
    return Source.of(opened())


def again(same: Upload | None, opened: Callable[[], Opened]) -> Source:
    """A file that came in, from what is kept of the very same one that came before (`queries.upload.same_bytes`)."""
    held = _of(same) if same is not None else None
    if held is not None:
        return Source(held.reading.letter, held.reading.reader, opened, held)
    return Source.of(opened())


def resealed(upload: Upload, same: Upload) -> bytes:
    """What is kept of the same bytes under the same name, for another upload of them."""
    return SEAL.sealed(upload, SEAL.body(same) or b"")


def sealed(upload: Upload, held: Kept) -> bytes:
    """A line with that on which it rests and its facts in short; then the reading."""
    return SEAL.sealed(upload, f"{held.rests_on} {held.said}\n".encode() + kept.packed_reading(held.reading))


def _of(upload: Upload) -> Kept | None:
    body = SEAL.body(upload)
    if body is None:
        return None
    names, _, packed = body.partition(b"\n")
    resting, said = names.decode().split(" ")
    return Kept(resting, said, kept.unpacked_reading(packed))
