"""D. The wide table as a file: the desk's export of an appendix, and the table of the readers' door."""

from __future__ import annotations

from functools import partial
from typing import Any

from .b_ranking import NARROWER
from .run import Done, Job, Run
from .table import Bar, each_of, least, most, seconds

WHICH = {"desk": "an appendix, as printed", "page": "the table, with ranks and changes"}
ROOM = 30  # MB
FLAT = 5  # MB that two peaks may differ by without having grown


def bars(run: Run) -> list[Bar]:
    narrow = max(20, run.units // NARROWER)
    whole, few = run.filled(run.units, run.dispatches), run.filled(narrow, run.dispatches)
    out: dict[str, Any] = {"folder": run.out()}
    jobs: dict[str, Job] = {}
    for which in WHICH:
        for kind in ("xlsx", "csv"):
            asked = {**out, "kind": kind, "which": which, "times": min(run.times, 3)}
            jobs[f"ours, {which} {kind}"] = ("ours.exported", whole, asked)
            jobs[f"ours, {which} {kind} of fewer"] = ("ours.exported", few, asked)
    jobs["limit"] = ("limit.exported", whole, {**out, "times": run.times})
    jobs["stock"] = ("stock.exported", whole, out)
    done = run.in_turn(jobs)
    return [bar for which in WHICH for bar in _which(which, done, narrow)]


def _which(which: str, done: dict[str, Done], narrow: int) -> list[Bar]:
    book, text, limit = done[f"ours, {which} xlsx"], done[f"ours, {which} csv"], done["limit"]
    memory = [
        (
            "D2",
            f"{WHICH[which]}: memory, {kind.upper()}",
            f"≤ {ROOM} MB, flat",
            partial(_memory, which, kind, done, narrow),
        )
        for kind in ("xlsx", "csv")
    ]
    return each_of(
        ("D1", f"{WHICH[which]}: XLSX", "≥ 10× stock", partial(_against, which, book, done["stock"])),
        ("D1", f"{WHICH[which]}: XLSX", "≤ 8× COPY", partial(_limit, which, book, limit, "XLSX", 8)),
        ("D2", f"{WHICH[which]}: CSV", "≤ 2× COPY", partial(_limit, which, text, limit, "CSV", 2)),
        *memory,
    )


def _against(which: str, book: Done, stock: Done) -> Bar:
    file, took = book.step("again"), stock.step("file").cpu
    ratio = took / file.cpu
    told = {"ours": seconds(file.cpu), "stock": seconds(took), "ratio": f"{ratio:.1f}×", "honest": file.honest}
    return least("D1", f"{WHICH[which]}: XLSX", ratio, 10, "≥ 10× stock", **told)


def _limit(which: str, made: Done, limit: Done, kind: str, bar: float) -> Bar:
    file, copy = made.step("again"), limit.step("csv").cpu
    ratio = file.cpu / copy
    told = {"ours": seconds(file.cpu), "limit": seconds(copy), "ratio": f"{ratio:.1f}×", "honest": file.honest}
    name = "D1" if kind == "XLSX" else "D2"
    return most(name, f"{WHICH[which]}: {kind}", ratio, bar, f"≤ {bar:g}× COPY", **told, took=file.cpu)


def _memory(which: str, kind: str, done: dict[str, Done], narrow: int) -> Bar:
    """The first file of a process, over what it had before it."""
    most_of = done[f"ours, {which} {kind}"].most("over_idle")
    few = done[f"ours, {which} {kind} of fewer"].most("over_idle")
    holds = most_of <= ROOM and most_of <= few + FLAT
    told = {"ours": f"{most_of:.0f} MB", "ratio": f"{few:.0f} MB at {narrow:,}", "memory": most_of}
    what = f"{WHICH[which]}: memory, {kind.upper()}"
    return most("D2", what, 0 if holds else 1, 0, f"≤ {ROOM} MB, flat", **told)
