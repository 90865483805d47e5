"""The tables of several runs as Markdown, and how what they measured grows from size to size.

`python -m tests.benchmarks.told FILE.json … [--into docs/sizing.md]`: without `--into` they are printed; with it they take
the place of what stands between `<!-- benchmarks -->` and `<!-- /benchmarks -->` there."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from math import log
from pathlib import Path
from typing import Any

from .table import Bar, from_rows, seconds

_HEAD = ("bar", "what", "ours", "stock", "limit", "ratio", "the bar", "says")
_MARK = re.compile(r"(<!-- benchmarks[^>]*-->\n).*?(<!-- /benchmarks -->)", re.DOTALL)
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_SHARED = 0.95  # CPU/wall below it: the machine was not ours alone
Run = dict[str, Any]


def markdown(runs: Iterable[Run]) -> str:
    """A table for each database and size, the groups of several runs together, the latest of each; then the growth."""
    tables: dict[tuple[str, int, int], list[Run]] = defaultdict(list)
    for run in runs:
        facts = run["facts"]
        tables[facts["database"], facts["units"], facts["dispatches"]].append(run)
    parts = [_table(key, tables[key]) for key in sorted(tables)]
    growth = [text for name in _NAMES if (text := _growth(name, tables))]
    return "\n\n".join([*parts, *growth]) + "\n"


def _table(key: tuple[str, int, int], runs: list[Run]) -> str:
    database, units, dispatches = key
    title = f"### {_NAMES[database]}, {units:,} units, {dispatches} dispatches: {units * dispatches * 6:,} results"
    bars = _together(runs)
    rows = [
        (bar.id, bar.what, bar.ours, bar.stock, bar.limit, bar.ratio, bar.bar, _says(bar, number))
        for bar, number in _numbered(bars)
    ]
    notes = [f"{number}. {bar.id}, {bar.what}: {_escaped(bar.note)}." for bar, number in _numbered(bars) if number]
    return "\n\n".join([title, _machine(runs), _rows(_HEAD, rows), *(["\n".join(notes)] if notes else [])])


def _together(runs: list[Run]) -> list[Bar]:
    by_group: dict[str, list[Bar]] = {}
    for run in runs:
        found: dict[str, list[Bar]] = defaultdict(list)
        for bar in from_rows(run["bars"]):
            found[bar.id[0]].append(bar)
        by_group |= {group: bars for group, bars in found.items() if group not in by_group or _measured(bars)}
    return [bar for group in sorted(by_group) for bar in by_group[group]]


def _measured(bars: list[Bar]) -> bool:
    return any(bar.holds is not None for bar in bars)


def _numbered(bars: list[Bar]) -> Iterable[tuple[Bar, int]]:
    number = 0
    for bar in bars:
        number += bool(bar.note)
        yield bar, number if bar.note else 0


def _says(bar: Bar, note: int) -> str:
    says = f"**{bar.says}**" if bar.holds is False else bar.says
    says += f" ({note})" if note else ""
    return says if bar.honest is None or bar.honest >= _SHARED else f"{says}, CPU/wall {bar.honest:.2f}"


def _machine(runs: list[Run]) -> str:
    facts = runs[-1]["facts"]
    rounds = sorted({run["facts"]["rounds"] for run in runs})
    stock = sorted({run["facts"]["stock_rounds"] for run in runs})
    told = "–".join(map(str, rounds)) + (f", of the stock tools {'–'.join(map(str, stock))}" if stock != rounds else "")
    took = sum(run["facts"]["took"] for run in runs) / 60
    return (
        f"{facts['said']}, Python {facts['python']}, {facts['cores']} cores, {facts['memory']} GB, {facts['machine']}; "
        f"rounds: {told}; {took:.0f} minutes. CPU seconds of the process and the database."
    )


def _rows(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *([_escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").rstrip(".")


def _growth(database: str, tables: dict[tuple[str, int, int], list[Run]]) -> str:
    """What was measured at two sizes or more: time and memory, and the exponent between the least and the most."""
    sizes: dict[int, dict[tuple[str, str], Bar]] = {}
    for key in sorted(tables):  # the most dispatches of a size count
        if key[0] == database:
            measured = {(bar.id, _common(bar.what)): bar for bar in reversed(_together(tables[key]))}
            sizes[key[1]] = sizes.get(key[1], {}) | measured
    if len(sizes) < 2:
        return ""
    rows = []
    for name in dict.fromkeys(name for bars in sizes.values() for name in sorted(bars)):
        for field, text in (("took", seconds), ("memory", "{:.0f} MB".format)):
            found = {units: value for units, bars in sizes.items() if (value := _of(bars.get(name), field))}
            if len(found) > 1:
                shown = [text(found[units]) if units in found else "–" for units in sizes]
                rows.append((name[0], name[1] if field == "took" else f"{name[1]} (MB)", *shown, _exponent(found)))
    head = ("bar", "what", *(f"{units:,} units" for units in sizes), "exponent")
    return f"### {_NAMES[database]}: from size to size\n\n" + _rows(head, sorted(rows)) if rows else ""


def _common(what: str) -> str:
    """The same name at every size."""
    return re.sub(r"\bpage [\d,]+ ", "the last page ", what)


def _of(bar: Bar | None, field: str) -> float | None:
    return None if bar is None else getattr(bar, field)


def _exponent(found: dict[int, float]) -> str:
    least, most = min(found), max(found)
    return f"{log(found[most] / found[least]) / log(most / least):.2f}"


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.told", description="Runs as tables in Markdown.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json", help="of `--json`; later ones count more")
    parser.add_argument("--into", type=Path, metavar="FILE.md", help="a page with the two marks")
    asked = parser.parse_args(given)
    text = markdown(json.loads(file.read_text()) for file in asked.files)
    if asked.into is None:
        print(text)  # noqa: T201
        return
    page = asked.into.read_text()
    if not _MARK.search(page):
        parser.error(f"{asked.into} has no <!-- benchmarks --> … <!-- /benchmarks -->")
    asked.into.write_text(_MARK.sub(lambda found: f"{found[1]}\n{text}\n{found[2]}", page))


if __name__ == "__main__":
    sys.exit(main())
