"""`python -m tests.benchmarks [A B C D E F] [--units N] [--rounds N] [--database sqlite|postgresql] [--json FILE]`"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from .crew import OVER
from .place import place
from .run import TIMES, Run
from .table import Bar, as_rows, missing, printed
from .told import markdown

GROUPS = {"A": "a_import", "B": "b_ranking", "C": "c_unit", "D": "d_export", "E": "e_others", "F": "f_admin"}
BARS = {"A": 5, "B": 4, "C": 1, "D": 2, "E": 1, "F": 1}
QUICK, WHOLE = 24, 120  # dispatches: what is filled in seconds, and ten years of months
NATION = 14_000


def main(given: list[str] | None = None) -> list[Bar]:
    asked = _arguments(given)
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))  # a run that is ended takes its server with it
    folder = Path(tempfile.mkdtemp(prefix="chiso-bench-", dir=asked.folder))
    begun, bars = time.monotonic(), list[Bar]()
    run = Run(
        place(asked.database, folder), folder, units=asked.units, rounds=asked.rounds, dispatches=asked.dispatches
    )
    run.seconds, run.times, run.stock_rounds = asked.seconds, asked.times, asked.stock_rounds
    run.crew.until = begun + asked.minutes * 60 if asked.minutes else None
    try:
        for group in asked.groups:
            bars += _group(run, group)
            _kept(asked, run, time.monotonic() - begun, bars)  # what is measured is measured, whatever comes after
    finally:
        run.close()
        shutil.rmtree(folder, ignore_errors=True)
        print("\n".join(_head(_facts(run, time.monotonic() - begun))), "\n", printed(bars), sep="\n")  # noqa: T201
    return bars


def _group(run: Run, group: str) -> list[Bar]:
    """A group that cannot be measured is told, and the others go on."""
    begun = time.monotonic()
    try:
        if run.crew.until is not None and run.crew.until <= begun:
            raise TimeoutError(OVER)
        made: list[Bar] = import_module(f".{GROUPS[group]}", __package__).bars(run)
    except Exception as fault:
        run.say("".join(traceback.format_exception(fault)))
        why = str(fault).strip().splitlines() or [type(fault).__name__]
        return [missing(f"{group}{number}", "the whole bar", "–", why[-1]) for number in range(1, BARS[group] + 1)]
    run.say(f"group {group}: {time.monotonic() - begun:.0f} s")
    return made


def _kept(asked: Any, run: Run, took: float, bars: list[Bar]) -> None:
    facts = _facts(run, took)
    told = {"run": _head(facts), "facts": facts, "bars": as_rows(bars)}
    if asked.json:
        Path(asked.json).write_text(json.dumps(told, ensure_ascii=False, indent=1))
    if asked.markdown:
        Path(asked.markdown).write_text(markdown([told]))


def _arguments(given: list[str] | None) -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="The bars of the table, measured.")
    add = parser.add_argument
    add("groups", nargs="*", metavar="A B C D E F", help="which bars; all without any")
    add("--units", type=int, default=1_400, help="units with figures, six each (1400; the country: 14000)")
    add("--rounds", type=int, default=1, help="how often each job runs; medians are told (1; to quote: 3)")
    add("--stock-rounds", type=int, help=f"the same of the stock tools, 0: never (as --rounds; above {NATION} units 0)")
    add("--database", choices=["sqlite", "postgresql"], default="sqlite")
    add("--dispatches", type=int, help=f"published ones ({QUICK}; at {NATION} units {WHOLE}; above 3)")
    add("--seconds", type=float, default=3.0, help="of each load of the server (3); 0: none")
    add("--times", type=int, default=TIMES, help=f"that a process asks for the same page ({TIMES})")
    add("--minutes", type=float, help="after which nothing more is begun, and what runs is ended")
    add("--folder", help="where databases and files are made for the time (the temporary folder)")
    add("--json", metavar="FILE", help="the same for a machine, written after each group")
    add("--markdown", metavar="FILE", help="the same as a table to read")
    asked = parser.parse_args(given)
    asked.groups = [group.upper() for group in asked.groups] or list(GROUPS)
    unknown = [group for group in asked.groups if group not in GROUPS]
    if unknown or asked.units < 30:
        parser.error(f"no such group: {' '.join(unknown)}" if unknown else "at least 30 units")
    few = QUICK if asked.units < NATION else WHOLE if asked.units == NATION else 3
    asked.dispatches = asked.dispatches or few
    if asked.stock_rounds is None:
        asked.stock_rounds = asked.rounds if asked.units <= NATION else 0
    return asked


def _facts(run: Run, took: float) -> dict[str, Any]:
    return {
        "database": run.place.vendor, "said": run.place.said, "units": run.units, "dispatches": run.dispatches,
        "rounds": run.rounds, "stock_rounds": run.stock_rounds, "took": round(took),
        "python": platform.python_version(), "cores": len(os.sched_getaffinity(0)), "machine": platform.machine(),
        "memory": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _head(facts: dict[str, Any]) -> list[str]:
    results = facts["units"] * 6
    return [
        f"{facts['units']:,} units × 6 = {results:,} results a dispatch, {facts['dispatches']} dispatches"
        f" = {results * facts['dispatches']:,} results; rounds: {facts['rounds']}, of the stock tools"
        f" {facts['stock_rounds']}; took {facts['took']} s",
        f"{facts['said']}; Python {facts['python']}; {facts['cores']} cores, {facts['memory']} GB, {facts['machine']};"
        f" load {facts['load']}",
        "Times are CPU seconds (the process and the database). CPU/wall below 0.95: the machine was not ours alone, and"
        " wall seconds say nothing. Bars are meant for 14,000 units; at smaller sizes fixed costs weigh more.",
    ]


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
