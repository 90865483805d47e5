"""Codes of indicators: they stand in addresses, in files and in what people type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from chiso.values.alphabet import fold

LONGEST = 20
_CODE = re.compile(r"[^\W_][\w.-]*")
_INITIALS = 12


def is_code(text: str) -> bool:
    """Letters and digits of any script, dots, hyphens and underscores; a letter or digit first."""
    return len(text) <= LONGEST and bool(_CODE.fullmatch(unicodedata.normalize("NFC", text)))


def proposed(name: str, taken: Iterable[str]) -> str:
    """The first letters of a name's words, with a number behind where another indicator has them."""
    stem = "".join(word[0] for word in fold(name).split())[:_INITIALS].upper()
    stem = stem if is_code(stem) else "CS"
    held, made, number = {each.upper() for each in taken}, stem, 1
    while made in held:
        number += 1
        made = f"{stem}.{number}"
    return made
