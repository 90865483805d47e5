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
from importlib import import_module
from pathlib import Path
from typing import Any

from .crew import JobFailed
from .place import place
from .run import TIMES, Run
from .table import Bar, as_rows, missing, printed

GROUPS = {"A": "a_import", "B": "b_ranking", "C": "c_unit", "D": "d_export", "E": "e_others", "F": "f_admin"}
QUICK, WHOLE = 24, 120  # dispatches: what is filled in seconds, and ten years of months


def main(given: list[str] | None = None) -> list[Bar]:
    asked = _arguments(given)
    dispatches = asked.dispatches or (WHOLE if asked.units >= 14_000 else QUICK)
    folder = Path(tempfile.mkdtemp(prefix="chiso-bench-", dir=asked.folder))
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))  # a run that is ended takes its server with it
    begun = time.perf_counter()
    bars: list[Bar] = []
    run = Run(place(asked.database, folder), folder, units=asked.units, rounds=asked.rounds, dispatches=dispatches)
    run.seconds, run.times = asked.seconds, asked.times
    try:
        for group in asked.groups or list(GROUPS):
            bars += _group(run, group)
    finally:
        run.close()
        shutil.rmtree(folder, ignore_errors=True)
    head = _head(run, time.perf_counter() - begun)
    print("\n".join(head), "\n", printed(bars), sep="\n")  # noqa: T201
    if asked.json:
        Path(asked.json).write_text(json.dumps({"run": head, "bars": as_rows(bars)}, ensure_ascii=False, indent=1))
    return bars


def _group(run: Run, group: str) -> list[Bar]:
    """A group that cannot be measured is told, and the others go on."""
    try:
        made: list[Bar] = import_module(f".{GROUPS[group]}", __package__).bars(run)
    except JobFailed as fault:
        run.say(str(fault))
        return [missing(f"{group}1", "the whole group", "–", str(fault).strip().splitlines()[-1])]
    return made


def _arguments(given: list[str] | None) -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="The bars of the table, measured.")
    parser.add_argument("groups", nargs="*", metavar="A B C D E F", help="which bars; all without any")
    parser.add_argument(
        "--units", type=int, default=1_400, help="units with figures, six each (1400; the country: 14000)"
    )
    parser.add_argument(
        "--rounds", type=int, default=1, help="how often each job runs; medians are told (1; to quote: 3)"
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--dispatches", type=int, help=f"published ones ({QUICK}; from 14,000 units on {WHOLE})")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each load of the server (3); 0: none")
    parser.add_argument("--times", type=int, default=TIMES, help=f"that a process asks for the same page ({TIMES})")
    parser.add_argument("--folder", help="where databases and files are made for the time (the temporary folder)")
    parser.add_argument("--json", metavar="FILE", help="the same for a machine")
    asked = parser.parse_args(given)
    asked.groups = [group.upper() for group in asked.groups]
    unknown = [group for group in asked.groups if group not in GROUPS]
    if unknown or asked.units < 30:
        parser.error(f"no such group: {' '.join(unknown)}" if unknown else "at least 30 units")
    return asked


def _head(run: Run, took: float) -> list[str]:
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    results = run.units * 6
    return [
        f"{run.units:,} units × 6 = {results:,} results a dispatch, {run.dispatches} dispatches"
        f" = {results * run.dispatches:,} results; rounds: {run.rounds}; took {took:.0f} s",
        f"{run.place.said}; Python {platform.python_version()}; {cores} cores, {memory:.0f} GB, {platform.machine()};"
        f" load {os.getloadavg()[0]:.1f}",
        "Times are CPU seconds (the process and the database). CPU/wall below 0.95: the machine was not ours alone, and"
        " wall seconds say nothing. Bars are meant for 14,000 units; at smaller sizes fixed costs weigh more.",
    ]


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
