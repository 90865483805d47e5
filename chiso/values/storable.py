"""Texts that every database can keep: PostgreSQL has no NUL, and half of a surrogate pair is no sign at all."""

from __future__ import annotations

import re

UNREADABLE = "\ufffd"  # what stands for it, as for bytes that are no UTF-8
_NO_SIGN = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    return _NO_SIGN.search(text) is None


def storable(text: str) -> str:
    """The text with a mark in place of each sign that no database keeps: leaving it out would make "12" of "1␀2"."""
    return _NO_SIGN.sub(UNREADABLE, text)
