"""The numbers of appendices in their order: "II" before "X", "2" before "10"."""

from __future__ import annotations

import re
from functools import lru_cache

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SIGNS = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_LAST = 1000  # small enough for the column that keeps it
_PARTS = re.compile(r"(?P<head>[IVXLC]+|\d+)?(?P<rest>.*)")


@lru_cache(maxsize=256)
def order(ordinal: str) -> tuple[int, str]:
    """A sort key. What is neither a Roman numeral nor a number comes last, by its text."""
    parts = _PARTS.fullmatch(ordinal)
    head = parts["head"] if parts else None
    if not parts or not head or parts["rest"][:1].isalnum():
        return _LAST, ordinal
    number = int(head) if head.isdigit() else _roman(head)
    return min(number, _LAST - 1), parts["rest"]


def roman(number: int) -> str:
    """ "IV" of 4."""
    text = ""
    for value, sign in _SIGNS:
        text, number = text + sign * (number // value), number % value
    return text


def _roman(text: str) -> int:
    digits = [_ROMAN[letter] for letter in text]
    return sum(-one if one < after else one for one, after in zip(digits, [*digits[1:], 0], strict=True))
