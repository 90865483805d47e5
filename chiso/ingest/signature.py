"""Who signed a letter: the name under the titles of the signature block."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CAPACITY = re.compile(r"(?:KT|TL|TUQ|TM|Q)\s*\.\s*\S")
_OFFICE = re.compile(
    r"(?:PHÓ\s+|QUYỀN\s+)?(?:CHÁNH\s+VĂN\s+PHÒNG|CHỦ\s+TỊCH|GIÁM\s+ĐỐC|CỤC\s+TRƯỞNG|VỤ\s+TRƯỞNG|TRƯỞNG\s+(?:BAN|PHÒNG))\b"
)
_SIGNED = re.compile(r"[\[(]?\s*(?:đã ký|ký)\b", re.IGNORECASE)
_DEGREE = re.compile(r"(?:ThS|TS|PGS|GS|CN|KS|BS)\.$")
_FEWEST, _MOST = 2, 6  # words of a name


def read_signer(lines: Sequence[str]) -> str:
    """The last name that follows a title of office ("PHÓ CHÁNH VĂN PHÒNG"), "" for none."""
    signer = ""
    under_title = False
    for line in lines:
        titled, name = _apart(line)
        if titled:
            under_title = True
            signer = name or signer
        elif under_title and _is_name(line.split()):
            signer, under_title = line, False
        elif not _SIGNED.match(line):
            under_title = under_title and line == line.upper()
    return signer


def _apart(line: str) -> tuple[bool, str]:
    """Whether a line begins with a title, and the name behind it on the same line."""
    words = line.split()
    title = [word for word in words if word == word.upper()]
    if not (_CAPACITY.match(line) or _OFFICE.match(line)) or words[: len(title)] != title:
        return False, ""
    rest = words[len(title) :]
    return True, " ".join(rest) if _is_name(rest) else ""


def _is_name(words: Sequence[str]) -> bool:
    """Words that each begin with a capital and go on in small letters."""
    while words and _DEGREE.match(words[0]):
        words = words[1:]
    return _FEWEST <= len(words) <= _MOST and all(word.isalpha() and word == word.capitalize() for word in words)
