"""Texts that a spreadsheet would take for a formula: exports put a "'" before them, readers take it off again.

So such a text never runs when the file is opened, and comes back as it was."""

from __future__ import annotations

_GUARD = "'"
_LIVE = (
    "=", "+", "-", "@", "\t", "\r", "\n",  # a reader of text may turn "\r" into "\n"
    "＝", "＋", "－", "＠",  # taken for the narrow ones where people type in full width
)  # fmt: skip


def is_live(text: str) -> bool:
    """Whether a spreadsheet may run the text when it opens a file of plain text."""
    return text.startswith(_LIVE)


def guarded(text: str) -> str:
    return _GUARD + text if is_live(text.lstrip(_GUARD)) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith(_GUARD) and is_live(text.lstrip(_GUARD)) else text
