"""Whether reading a file takes so long that nobody should wait for it: told at once, from outside."""

from __future__ import annotations

from io import BytesIO

import pdfplumber

# About a second each: a full page of a PDF takes a fifth of one to open; 150 kB of a workbook or of text (two thousand
# units) open at once, and take that long to be compared and checked.
_MANY_PAGES = 6
_MANY_BYTES = 150_000


def takes_long(data: bytes) -> bool:
    """Never raises: what cannot be opened is refused at once."""
    if b"%PDF-" in data[:1024]:
        return _pages(data) > _MANY_PAGES
    return len(data) > _MANY_BYTES


def _pages(data: bytes) -> int:
    """As many as are looked at to see that there are many; 0 for a PDF that does not open."""
    try:
        with pdfplumber.open(BytesIO(data), pages=list(range(1, _MANY_PAGES + 2))) as pdf:
            return len(pdf.pages)
    except Exception:
        return 0
