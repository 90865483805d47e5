"""E. What else a person would take: LibreOffice, which merely turns the file into CSV. Ours reads, checks, stores with
history, publishes and ranks it meanwhile."""

from __future__ import annotations

import shutil
from functools import partial

from .a_import import FIRST
from .run import Done, Job, Run
from .table import Bar, each_of, missing, most, seconds

SQLITE, PG = 1.0, 1.5
WHAT = "loaded, published and ranked"


def bars(run: Run) -> list[Bar]:
    bar = SQLITE if run.place.vendor == "sqlite" else PG
    folder, office = run.files(run.units), shutil.which("soffice") or shutil.which("libreoffice")
    jobs: dict[str, Job] = {}
    if "import" not in run.kept:
        asked = {"folder": folder, "facts": run.facts[run.units], "publish": True}
        jobs["ours, to the ranks"] = ("ours.imported", run.register(run.units), asked)
    if office:
        jobs["LibreOffice"] = ("limit.converted", run.register(run.units), {"folder": folder, "office": office})
    done = run.in_turn(jobs, fresh=True)
    ours = run.kept.get("import") or done["ours, to the ranks"]
    return each_of(("E1", WHAT, f"≤ {bar:g}× LibreOffice", partial(_beside, ours, done.get("LibreOffice"), bar)))


def _beside(ours: Done, other: Done | None, bar: float) -> Bar:
    whole, text = ours.step(*FIRST, "publish"), f"≤ {bar:g}× LibreOffice"
    shown = {"ours": seconds(whole.cpu), "honest": whole.honest, "took": whole.cpu}
    if other is None:
        return missing("E1", WHAT, text, "LibreOffice is not on this machine", **shown)
    if not other.answers:
        return missing("E1", WHAT, text, other.last_line, **shown)
    took = other.step("convert").cpu
    ratio = whole.cpu / took
    return most("E1", WHAT, ratio, bar, text, **shown, stock=seconds(took), ratio=f"{ratio:.2f}×")
