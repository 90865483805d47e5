"""E. What else a person would take: LibreOffice, which merely turns the file into CSV. Ours reads, checks, stores with
history, publishes and ranks it meanwhile."""

from __future__ import annotations

import shutil

from .run import Done, Job, Run
from .table import Bar, missing, most, seconds

SQLITE, PG = 1.0, 1.5


def bars(run: Run) -> list[Bar]:
    bar = SQLITE if run.place.vendor == "sqlite" else PG
    text, what = f"≤ {bar:g}× LibreOffice", "loaded, published and ranked"
    folder, office = run.files(run.units), shutil.which("soffice") or shutil.which("libreoffice")
    jobs: dict[str, Job] = {}
    if office:
        jobs["LibreOffice"] = ("limit.converted", run.register(run.units), {"folder": folder, "office": office})
    if "import" not in run.kept:
        asked = {"folder": folder, "facts": run.facts[run.units], "publish": True}
        jobs["ours, to the ranks"] = ("ours.imported", run.register(run.units), asked)
    done = run.in_turn(jobs, fresh=True)
    ours: Done = run.kept.get("import") or done["ours, to the ranks"]
    if ours.failed:
        return [missing("E1", what, text, ours.last_line)]
    all_of_it = ours.step("first_preview", "first_confirm", "publish")
    shown = {"ours": seconds(all_of_it.cpu), "honest": all_of_it.honest}
    if not office:
        return [missing("E1", what, text, "LibreOffice is not on this machine", **shown)]
    if done["LibreOffice"].failed:
        return [missing("E1", what, text, done["LibreOffice"].last_line, **shown)]
    other = done["LibreOffice"].step("convert").cpu
    return [
        most(
            "E1",
            what,
            all_of_it.cpu / other,
            bar,
            text,
            **shown,
            stock=seconds(other),
            ratio=f"{all_of_it.cpu / other:.2f}×",
        )
    ]
