"""How much of a file is read at all: far more than a dispatch, far less than what stops the server."""

from __future__ import annotations

from chiso.ingest.fact import UnreadableFile

MOST_BYTES = 20_000_000  # the file
MOST_UNPACKED = 200_000_000  # all it unpacks to, in bytes
MOST_RATIO = 300  # unpacked to packed, above SMALL bytes
SMALL = 10_000_000
MOST_PARTS = 5_000  # of a zip archive
MOST_XML = 60_000_000  # one XML part of it
MOST_CELLS = 500_000  # of the rectangle around a sheet's cells; lines, and cells, of a text
MOST_CELLS_OF_BOOK = 1_000_000
MOST_COLUMNS = 1_000  # of a row in Word
MOST_PAGES = 300
MOST_SIGNS, MOST_RULES = 50_000, 20_000  # on one page


def too_large() -> UnreadableFile:
    """The fault of a file, or of a table in it, beyond these limits."""
    return UnreadableFile("too-large", limit=str(MOST_BYTES // 1_000_000))
