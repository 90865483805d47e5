"""The figures of dispatch 1082 (139) and of the two sample dispatches, as their expected.csv in fixtures/ hold them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FOLDER = FIXTURES / "dispatch-1082"
NUMBERS = ("943", "1082", "1204")  # August, September and October 2023; only 1082 is not sample data


@dataclass(frozen=True, slots=True)
class Expected:
    """One figure. `row` and `column` count from 1 in the table as printed, the heading row being row 1."""

    appendix: str  # "I" … "IV"
    row: int
    column: int
    position: str  # STT as printed
    unit: str  # slug
    indicator: str
    value: Decimal
    out_of: Decimal | None
    printed: str


def figures(appendix: str = "", *, number: str = "1082") -> list[Expected]:
    """All figures of a dispatch in document order, or those of one appendix; what is printed as missing ("-") is none.
    A file that is not there raises OSError."""
    made = [_figure(line) for line in _lines(number) if line["value"]]
    return [figure for figure in made if appendix in ("", figure.appendix)]


def missing(number: str) -> list[tuple[str, str]]:
    """(unit, indicator) of what a dispatch prints as missing."""
    return [(line["unit"], line["indicator"]) for line in _lines(number) if not line["value"]]


def sample(suffix: str, *, number: str = "1082") -> bytes:
    """One of our own sample files: ".docx", ".pdf", ".xlsx", ".txt" or "-lines.txt"; of 943 ".docx" and ".xlsx", of 1204
    ".docx"."""
    return (FIXTURES / f"dispatch-{number}" / f"dispatch-{number}{suffix}").read_bytes()


def _lines(number: str) -> list[dict[str, str]]:
    with (FIXTURES / f"dispatch-{number}" / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _figure(line: dict[str, str]) -> Expected:
    return Expected(
        appendix=line["appendix"],
        row=int(line["row"]),
        column=int(line["column"]),
        position=line["position"],
        unit=line["unit"],
        indicator=line["indicator"],
        value=Decimal(line["value"]),
        out_of=Decimal(line["out_of"]) if line["out_of"] else None,
        printed=line["printed"],
    )
