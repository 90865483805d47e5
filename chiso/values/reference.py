"""Number and symbol of a dispatch: 1082 and VPUB-KSTT of "1082/VPUB-KSTT"."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NUMBER, LONGEST_SYMBOL = 20, 40
_NUMBER = re.compile(rf"[0-9]{{1,{LONGEST_NUMBER - 1}}}[A-Za-zĐđ]?")  # "1082", "05", "1082a"
_SYMBOL = re.compile(r"[^\W_]+(?:-[^\W_]+)*")  # letters and digits, joined by hyphens
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")  # office programs make a dash of a hyphen
_BEFORE = re.compile(r"số\s*:?\s*", re.IGNORECASE)


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def is_symbol(text: str) -> bool:
    return len(text) <= LONGEST_SYMBOL and bool(_SYMBOL.fullmatch(text))


def symbol(text: str) -> str:
    """A symbol with plain hyphens and nothing around it; any other text as it is."""
    return _DASHES.sub("-", " ".join(unicodedata.normalize("NFC", text).split()))


def split(text: str) -> tuple[str, str] | None:
    """ "Số: 1082/VPUB-KSTT" in its two parts; None for what is no such whole."""
    text = unicodedata.normalize("NFC", text).strip()
    number, slash, rest = _BEFORE.sub("", text, count=1).partition("/")
    parts = number.strip(), symbol(rest)
    return parts if slash and is_number(parts[0]) and is_symbol(parts[1]) else None


def parted(number: str, of_symbol: str) -> tuple[str, str]:
    """Number and symbol as two fields hold them. The whole typed into one of them is taken apart where the other is
    empty or says the same; else both stay as they are."""
    number, of_symbol = unicodedata.normalize("NFC", number).strip(), symbol(of_symbol)
    for whole, other in ((number, of_symbol), (of_symbol, number)):
        parts = split(whole)
        if parts and other in ("", whole, parts[1] if whole is number else parts[0]):
            return parts
    return number, of_symbol
