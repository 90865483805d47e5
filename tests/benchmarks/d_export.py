"""D. The wide table as a file: the desk's export of an appendix, and the table of the readers' door."""

from __future__ import annotations

from typing import Any

from .b_ranking import NARROWER
from .run import Done, Job, Run
from .table import Bar, least, missing, most, seconds

WHICH = {"desk": "an appendix, as printed", "page": "the table, with ranks and changes"}
ROOM = 30  # MB
FLAT = 5  # MB that two peaks may differ by without having grown


def bars(run: Run) -> list[Bar]:
    narrow = max(20, run.units // NARROWER)
    whole, few = run.filled(run.units, run.dispatches), run.filled(narrow, run.dispatches)
    out: dict[str, Any] = {"folder": run.out()}
    jobs: dict[str, Job] = {"stock": ("stock.exported", whole, out)}
    for which in WHICH:
        for kind in ("xlsx", "csv"):
            asked = {**out, "kind": kind, "which": which, "times": min(run.times, 3)}
            jobs[f"ours, {which} {kind}"] = ("ours.exported", whole, asked)
            jobs[f"ours, {which} {kind} of fewer"] = ("ours.exported", few, asked)
    jobs["limit"] = ("limit.exported", whole, {**out, "times": run.times})
    done = run.in_turn(jobs)
    return [bar for which in WHICH for bar in _which(which, done, narrow)]


def _which(which: str, done: dict[str, Done], narrow: int) -> list[Bar]:
    book, text = done[f"ours, {which} xlsx"], done[f"ours, {which} csv"]
    if book.failed or text.failed:
        return [missing(name, WHICH[which], "–", (book if book.failed else text).last_line) for name in ("D1", "D2")]
    limit = done["limit"].step("csv").cpu
    return [*_book(which, book, done["stock"], limit), *_text(which, text, limit), *_memory(which, done, narrow)]


def _book(which: str, book: Done, stock: Done, limit: float) -> list[Bar]:
    file = book.step("again")
    shown = {"ours": seconds(file.cpu), "honest": file.honest}
    ratio = file.cpu / limit
    made = [
        most("D1", f"{WHICH[which]}: XLSX", ratio, 8, "≤ 8× COPY", **shown, limit=seconds(limit), ratio=f"{ratio:.1f}×")
    ]
    if stock.failed:
        return [missing("D1", f"{WHICH[which]}: XLSX", "≥ 10× stock", stock.last_line), *made]
    took = stock.step("file").cpu
    ratio = took / file.cpu
    against = least(
        "D1", f"{WHICH[which]}: XLSX", ratio, 10, "≥ 10× stock", **shown, stock=seconds(took), ratio=f"{ratio:.1f}×"
    )
    return [against, *made]


def _text(which: str, text: Done, limit: float) -> list[Bar]:
    file = text.step("again")
    ratio = file.cpu / limit
    told = {"ours": seconds(file.cpu), "limit": seconds(limit), "ratio": f"{ratio:.1f}×", "honest": file.honest}
    return [most("D2", f"{WHICH[which]}: CSV", ratio, 2, "≤ 2× COPY", **told)]


def _memory(which: str, done: dict[str, Done], narrow: int) -> list[Bar]:
    """The first file of a process, over what it had before it."""
    made = []
    for kind in ("xlsx", "csv"):
        most_of = done[f"ours, {which} {kind}"].most("over_idle")
        few = done[f"ours, {which} {kind} of fewer"].most("over_idle")
        holds = most_of <= ROOM and most_of <= few + FLAT
        told = {"ours": f"{most_of:.0f} MB", "ratio": f"{few:.0f} MB at {narrow:,}"}
        what = f"{WHICH[which]}: memory, {kind.upper()}"
        made.append(most("D2", what, 0 if holds else 1, 0, f"≤ {ROOM} MB, flat", **told))
    return made
