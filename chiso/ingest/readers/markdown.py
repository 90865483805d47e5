"""Markdown as it comes with pasted text: emphasis, addresses, titles and tables between pipes."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")  # |---|:---:|
_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_EMPHASIS = re.compile(r"\s*(\*{1,3}|_{1,3})(?=[^\s*_])(.+?)(?<=[^\s*_])\1\s*$", re.DOTALL)
_EMPHASIS_INSIDE = re.compile(r"\(\*(?!\))([^*\n]+)\*\)")
# Emphasis that runs on over the next line: only round a bracket, as a single "*" also opens a footnote.
_OPENED, _CLOSED = re.compile(r"^[*_]{1,3}(?=\()"), re.compile(r"(?<=\))[*_]{1,3}$")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_TITLE = re.compile(r"#{1,6}\s+")


def undressed(text: str) -> str:
    """One line without its Markdown."""
    text = _TITLE.sub("", text, count=1) if _TITLE.match(text) else text
    emphasis = _EMPHASIS.match(text)
    text = emphasis.group(2) if emphasis else _CLOSED.sub("", _OPENED.sub("", text.strip(" ")))
    return _ADDRESS.sub(r"\1", _EMPHASIS_INSIDE.sub(r"(\1)", text))


def undressed_lines(texts: Sequence[str]) -> list[str]:
    """Lines that stand together without their Markdown; emphasis may run over all of them."""
    emphasis = _EMPHASIS.match("\n".join(texts))
    if emphasis and "\n" in emphasis.group(2):
        texts = emphasis.group(2).split("\n")
    return [undressed(text) for text in texts]


def has_pipes(text: str) -> bool:
    """Whether a line is a row of a table between pipes."""
    return len(_PIPE.findall(text)) > 1 or text.lstrip().startswith("|")


def is_rule(text: str) -> bool:
    """Whether a line is the rule under the headings."""
    return "|" in text and bool(_RULE.match(text))


def cells_between_pipes(text: str) -> list[str]:
    """The cells of a row; the pipes at its ends divide nothing."""
    text = text.strip()
    text = text[1:] if text.startswith("|") else text
    text = text[:-1] if text.endswith("|") and not text.endswith(r"\|") else text
    return [_BREAK.sub("\n", cell).replace(r"\|", "|") for cell in _PIPE.split(text)]
