"""The 139 figures of dispatch 1082 as fixtures/dispatch-1082/expected.csv holds them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "dispatch-1082"


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


def figures(appendix: str = "") -> list[Expected]:
    """All figures in document order, or those of one appendix. A file that is not there raises OSError."""
    with (FOLDER / "expected.csv").open(encoding="utf-8", newline="") as file:
        made = [_figure(line) for line in csv.DictReader(file)]
    return [figure for figure in made if appendix in ("", figure.appendix)]


def sample(suffix: str) -> bytes:
    """One of our own sample files: ".docx", ".pdf", ".xlsx", ".txt" or "-lines.txt"."""
    return (FOLDER / f"dispatch-1082{suffix}").read_bytes()


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
