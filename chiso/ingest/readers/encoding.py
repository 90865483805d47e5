"""Bytes of a text file → text: UTF-8, UTF-16, or the single-byte code page of Vietnamese Windows."""

from __future__ import annotations

import codecs
import re
import unicodedata

from chiso.ingest.fact import UnreadableFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKUP = re.compile(r"\s*(?:<!doctype|<html|<table|<\?xml|\{\\rtf)", re.IGNORECASE)
_SIGNS = frozenset(("Po", "Ps", "Pe", "Pd", "Pi", "Pf", "Sm", "Sc", "So", "No", "Nd", "Zs"))
_MOST_ODD = 0.05  # of the signs: more means that it was no text in this code page


def decode(data: bytes) -> str:
    """The text. Raises UnreadableFile("unknown-format") for what is no plain text."""
    text = _marked(data) or _unmarked(data)
    markup = _MARKUP.match(text)
    if markup:
        raise UnreadableFile("unknown-format", format="rtf" if "rtf" in markup.group() else "html")
    return text


def _marked(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(_tried(data[len(mark) :], encoding))
    return ""


def _unmarked(data: bytes) -> str:
    if b"\0" in data:  # half of UTF-16 text is ASCII, whose other byte is 0
        return _checked(_tried(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"))
    text = _tried(data, "utf-8")
    if text is not None:
        return _checked(text)
    for encoding in ("cp1258", "cp1252"):
        text = _tried(data, encoding)
        if text is not None and _odd_share(text) <= _MOST_ODD:
            return _checked(unicodedata.normalize("NFC", text))
    raise UnreadableFile("unknown-format")


def _tried(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _checked(text: str | None) -> str:
    """Control signs beside tabs and line ends mean a binary file."""
    if text is None or any(ord(sign) < 32 and sign not in "\t\n\r\f\v" for sign in text):
        raise UnreadableFile("unknown-format")
    return text


def _odd_share(text: str) -> float:
    """How much of a text is neither Vietnamese letters, figures nor common signs."""
    odd = sum(1 for sign in unicodedata.normalize("NFC", text) if ord(sign) > 126 and not _is_vietnamese(sign))
    return odd / len(text)


def _is_vietnamese(sign: str) -> bool:
    if sign in "đĐ" or unicodedata.category(sign) in _SIGNS:
        return True
    parts = unicodedata.normalize("NFD", sign)
    return parts[0].lower() in "aeiouydă" and set(parts[1:]) <= set("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
