"""The bars of a run as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from .crew import JobFailed
from .run import NotMeasured

HEAD = ("bar", "what", "ours", "stock", "limit", "ratio", "bar is", "says", "CPU/wall")


@dataclass(frozen=True, slots=True)
class Bar:
    """One line. Texts as printed; `holds` is None where it was not measured here, and `note` says why."""

    id: str
    what: str
    ours: str
    stock: str
    limit: str
    ratio: str
    bar: str
    holds: bool | None
    honest: float | None = None  # CPU seconds of a wall second, of ours
    note: str = ""
    took: float | None = None  # CPU seconds of ours, for the growth between two sizes
    memory: float | None = None  # MB of ours

    @property
    def says(self) -> str:
        return "not measured" if self.holds is None else "holds" if self.holds else "falls short"


def seconds(value: float) -> str:
    """CPU seconds, in ms below one."""
    if value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} s" if value < 1000 else f"{value:,.0f} s"


def most(id: str, what: str, value: float, bar: float, text: str, **shown: Any) -> Bar:
    """A bar that is not to be passed."""
    return _bar(id, what, value <= bar, text, **shown)


def least(id: str, what: str, value: float, bar: float, text: str, **shown: Any) -> Bar:
    return _bar(id, what, value >= bar, text, **shown)


def missing(id: str, what: str, text: str, note: str, **shown: Any) -> Bar:
    return _bar(id, what, None, text, **shown, note=note)


def _bar(id: str, what: str, holds: bool | None, text: str, **shown: Any) -> Bar:
    texts = {name: shown.pop(name, "–") for name in ("ours", "stock", "limit", "ratio")}
    return Bar(id, what, **texts, bar=text, holds=holds, **shown)


def each_of(*parts: tuple[str, str, str, Callable[[], Bar | list[Bar]]]) -> list[Bar]:
    """(bar, what, its bar, how it is told): what one job did not say does not take the others with it."""
    told: list[Bar] = []
    for id, what, text, tell in parts:
        try:
            made = tell()
        except (NotMeasured, JobFailed) as fault:
            told.append(missing(id, what, text, str(fault).strip().splitlines()[-1]))
        else:
            told += made if isinstance(made, list) else [made]
    return told


def printed(bars: Iterable[Bar]) -> str:
    """In columns, with the notes below."""
    bars = list(bars)
    lines = [
        (
            each.id, each.what, each.ours, each.stock, each.limit, each.ratio, each.bar, each.says,
            "–" if each.honest is None else f"{each.honest:.2f}",
        )
        for each in bars
    ]  # fmt: skip
    widths = [max(len(line[column]) for line in [HEAD, *lines]) for column in range(len(HEAD))]
    rows = [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in [HEAD, *lines]
    ]
    rows.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"{each.id} {each.what}: {each.note}" for each in bars if each.note]
    return "\n".join([*rows, *([""] if notes else []), *notes])


def as_rows(bars: Iterable[Bar]) -> list[dict[str, Any]]:
    return [asdict(each) | {"says": each.says} for each in bars]


def from_rows(rows: Iterable[dict[str, Any]]) -> list[Bar]:
    return [Bar(**{name: value for name, value in row.items() if name != "says"}) for row in rows]
