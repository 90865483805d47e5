"""Vietnamese letters: texts folded for comparing, and keys that sort as a Vietnamese dictionary does."""

from __future__ import annotations

import re
import unicodedata

KEY_LENGTH = 400  # a sort key is never longer: it lives in a column of a database

_TONES = {"": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}  # ngang … nặng
_MARKED = {  # a letter with its own mark -> where it stands after the plain one
    "a": {"": "a0", "\u0306": "a1", "\u0302": "a2"},
    "d": {"": "d0", "\u0111": "d1"},
    "e": {"": "e0", "\u0302": "e1"},
    "o": {"": "o0", "\u0302": "o1", "\u031b": "o2"},
    "u": {"": "u0", "\u031b": "u1"},
}
_COMBINING = re.compile("[\u0300-\u036f]+")
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile("[^\\W_\u00b2\u00b3\u00b9\u2070-\u209c](?:[^\\W_\u00b2\u00b3\u00b9\u2070-\u209c]|[\u0300-\u036f])*")
_BETWEEN_WORDS = re.compile("[\\W_\u00b2\u00b3\u00b9\u2070-\u209c]+")  # raised and lowered digits are footnote marks
_PIECE = re.compile("([0-9]+)|([^\u0300-\u036f])([\u0300-\u036f]*)")
_D = str.maketrans("đĐðÐ", "dDdD")  # no decomposition knows that đ is a d; ð is what old fonts made of it
_DD = str.maketrans("ðÐ", "đĐ")


def fold(text: str) -> str:
    """The text for comparing: small Latin letters and digits, one blank between words.

    NFC and NFD, both placements of a tone, capitals, punctuation and footnote marks all fold alike;
    so do words that differ by their tone alone. `fold(fold(x)) == fold(x)`.
    """
    if not text.isascii():
        text = _COMBINING.sub("", unicodedata.normalize("NFD", text)).translate(_D)
    return _BETWEEN_WORDS.sub(" ", text.lower()).strip()


search_key = fold


def accented(text: str) -> str:
    """As `fold`, but letters keep their marks and every word its tone, set behind it: "Thuỷ" and "Thủy" are one."""
    text = unicodedata.normalize("NFD", text.translate(_DD)).lower()
    return " ".join(_TONE.sub("", word) + "".join(_TONE.findall(word)) for word in _WORD.findall(text))


def sort_key(text: str) -> str:
    """A key of small ASCII letters and digits (at most `KEY_LENGTH`) that sorts in Vietnamese order when compared
    byte by byte, in any collation: letters first (a ă â b c d đ …), numbers by value, the tones decide last."""
    words = accented(text).split()
    tones = "".join(_tone(word) for word in words)
    # "0" never begins a word, so it parts words and "00" ends them, both before any letter.
    return ("0".join(_letters(word) for word in words) + "00" + tones)[:KEY_LENGTH]


def _tone(word: str) -> str:
    found = _TONE.search(word)
    return _TONES[found.group() if found else ""]


def _letters(word: str) -> str:
    return "".join(_letter(*piece) for piece in _PIECE.findall(_TONE.sub("", word)))


def _letter(number: str, letter: str, marks: str) -> str:
    if number:
        number = number.lstrip("0") or "0"
        return f"{min(len(number), 9)}{number}"  # the length in front: 2 stands before 10
    if letter == "đ":
        return "d1"
    if letter in _MARKED:
        return next((place for mark, place in _MARKED[letter].items() if mark and mark in marks), f"{letter}0")
    return letter if letter.isascii() else f"z{ord(letter):06x}"
