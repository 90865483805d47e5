"""Which lines belong to the letter or to a head, and which one opens an appendix."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from chiso.ingest.section import heading

_HEADING_AND_TITLE = re.compile(
    r"(?P<heading>\W*phụ\s+lục(?:\s+số)?\s+(?:[IVXLC]+|\d{1,2}))\s+(?P<rest>[^\W\d_]{2}.*|\(.*)$", re.IGNORECASE
)
_HEAD = re.compile(
    r"cộng\s+h(?:òa|oà)\s+xã\s+hội\s+chủ\s+nghĩa"
    r"|độc\s+lập\s*[-–]\s*tự\s+do"
    r"|^\W*nơi\s+nhận\s*:"
    r"|^số\s*:\s*\d*\s*/\s*\S"
    r"|^(?:kt|tl|tuq)\s*\.\s*\w"
    r"|,\s*ngày\s+[\d.… ]*tháng\s+[\d.… ]*năm\s+\d{4}$"
)


def opens_appendix(text: str) -> bool:
    """Whether a line is an appendix's heading ("Phụ lục IV", "PHỤ LỤC"), not a mention of one."""
    return heading(title_lines(text)[0]) is not None


def title_lines(text: str) -> list[str]:
    """The line, or two where heading and title (or caption) stand in one: "Phụ lục I KẾT QUẢ …"."""
    whole = _HEADING_AND_TITLE.match(unicodedata.normalize("NFC", text))
    if whole and (whole["rest"].startswith("(") or whole["rest"] == whole["rest"].upper()):
        return [whole["heading"].strip(), whole["rest"]]
    return [text]


def is_letterhead(texts: Iterable[str]) -> bool:
    """Whether lines standing together are a letter's head or foot and not a table of figures."""
    return any(_HEAD.search(_folded(text)) for text in texts)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()
