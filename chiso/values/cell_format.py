"""Number formats of spreadsheet cells: what a numeric cell shows on paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class CellFormat:
    """How a cell shows its number: rounded to `most` decimals, at least `least` of them kept (None: as it is),
    between the texts `before` and `behind`. A date and a format not known here show nothing that can be read."""

    least: int | None = None
    most: int | None = None
    times_hundred: bool = False
    before: str = ""
    behind: str = ""
    is_date: bool = False
    is_known: bool = True


_TOKEN = re.compile(
    r"""(?P<end>;)
    | "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | \[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\] | (?P<blank>\s)
    | (?P<silent>_. | \*. | \[(?:black|blue|cyan|green|magenta|red|white|yellow|color\s?[0-9]+)\])
    | (?P<general>general|standard|@)
    | (?P<date>\[(?:h+|m+|s+)\] | am/pm | a/p | [dmyhs])
    | (?P<code>[0#?.,]+) | (?P<percent>%)
    | (?P<other>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_DIGITS = re.compile(r"[0#?](?:[0#?,]*[0#?])?(?:\.(?P<decimals>[0#?]*))?|\.(?P<bare>[0#?]+)")
_RUNS_ON = re.compile("[0-9.,]")  # a text that would run together with the number


@lru_cache(maxsize=512)
def cell_format(code: str) -> CellFormat:
    """The part of a format code that shows positive numbers; a zero that a part of its own hides is still a zero."""
    if not code.strip():
        return CellFormat()
    tokens = _first_part(code)
    kinds = [kind for kind, _ in tokens]
    if "date" in kinds:
        return CellFormat(is_date=True)
    numbers = [kind for kind in kinds if kind in ("code", "general")]
    if "other" in kinds or len(numbers) != 1 or kinds.count("percent") > 1:
        return CellFormat(is_known=False)
    return _number_format(tokens, kinds.index(numbers[0]))


def _first_part(code: str) -> list[tuple[str, str]]:
    tokens = []
    for match in _TOKEN.finditer(code.strip()):
        kind = match.lastgroup or "other"
        if kind == "end":
            break
        tokens.append((kind, match[kind]))
    return tokens


def _number_format(tokens: list[tuple[str, str]], at: int) -> CellFormat:
    before, behind = _literal(tokens[:at]), _literal(tokens[at + 1 :])
    percent = ("percent", "%") in tokens[at:]
    if "%" in before or _RUNS_ON.search(before) or _RUNS_ON.match(behind):
        return CellFormat(is_known=False)
    if tokens[at][0] == "general":
        return CellFormat(times_hundred=percent, before=before, behind=behind)
    digits = _DIGITS.fullmatch(tokens[at][1])
    if not digits:  # a comma behind the last digit divides by a thousand
        return CellFormat(is_known=False)
    decimals = digits["decimals"] or digits["bare"] or ""
    return CellFormat(decimals.count("0"), len(decimals), percent, before, behind)


def _literal(tokens: list[tuple[str, str]]) -> str:
    return "".join(text for kind, text in tokens if kind not in ("silent", "code", "general"))
