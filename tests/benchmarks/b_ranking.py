"""B. The ranking page against a Count for each row and against Window(Rank); how flat it is; publication."""

from __future__ import annotations

from functools import partial

from . import serve
from .run import Done, Job, Run
from .table import Bar, each_of, least, missing, most, seconds

NARROWER = 14  # times fewer units: 1,000 beside 14,000
STOCK = {"stock, a Count a row": ("a Count a row", 200), "stock, a window": ("an indexed window", 5)}


def bars(run: Run) -> list[Bar]:
    units, dispatches = run.units, run.dispatches
    narrow = max(20, units // NARROWER)
    whole, few, young = run.filled(units, dispatches), run.filled(narrow, dispatches), run.filled(units, 1)
    ours = {"times": run.times}
    jobs: dict[str, Job] = {
        "ours": ("ours.board", whole, ours), "ours, fewer units": ("ours.board", few, ours),
        "ours, one dispatch": ("ours.board", young, ours),
        "stock, a window": ("stock.board", whole, {"times": run.times, "mode": "window"}),
        "stock, a Count a row": ("stock.board", whole, {"times": min(run.times, 5), "mode": "loop"}),
    }  # fmt: skip
    done = run.in_turn(jobs)
    page = done["ours"]
    against = [
        ("B1", f"against {what}", f"≥ {bar}×", partial(_against, page, done[name], f"against {what}", bar))
        for name, (what, bar) in STOCK.items()
    ]
    flat = [
        ("B2", what, "≤ 1.2×", partial(_flat, page, done[name], what))
        for name, what in (
            ("ours, fewer units", f"against {narrow:,} units"),
            ("ours, one dispatch", f"{dispatches} dispatches against 1"),
        )
    ]
    return each_of(
        ("B1", "statements of the page", "≤ 3", partial(_statements, page)), *against, *flat,
        ("B2", "the last page against the first", "≤ 1.3×", partial(_last, page)),
        ("B3", "requests a second", "≥ 3× the window", partial(_served, run, whole)),
        ("B3", "drawing 50 rows", "≤ 3 ms", partial(_drawing, page)),
        ("B4", "publication against the import's write", "≤ 0.5×", partial(_publication, run)),
    )  # fmt: skip


def _statements(ours: Done) -> Bar:
    page = ours.step("first")
    note = f"{ours['rows']} rows a page, {ours['kb']:.0f} KB; stock 50"
    told = {"ours": str(page.statements), "note": note, "took": page.cpu}
    return most("B1", "statements of the page", page.statements, 3, "≤ 3", **told)


def _against(ours: Done, stock: Done, what: str, bar: float) -> Bar:
    page, other = ours.step("first"), stock.step("first")
    ratio = other.cpu / page.cpu
    return least(
        "B1", what, ratio, bar, f"≥ {bar}×", ours=seconds(page.cpu), stock=seconds(other.cpu), ratio=f"{ratio:.2f}×",
        honest=page.honest,
    )  # fmt: skip


def _flat(ours: Done, less: Done, what: str) -> Bar:
    page = ours.step("first")
    ratio = page.cpu / less.step("first").cpu
    told = {"ours": seconds(page.cpu), "ratio": f"{ratio:.2f}×", "honest": page.honest}
    return most("B2", what, ratio, 1.2, "≤ 1.2×", **told)


def _last(ours: Done) -> Bar:
    page, last = ours.step("first"), ours.step("last")
    ratio = last.cpu / page.cpu
    told = {"ours": seconds(last.cpu), "ratio": f"{ratio:.2f}×", "honest": last.honest, "took": last.cpu}
    return most("B2", f"page {ours['pages']} against page 1", ratio, 1.3, "≤ 1.3×", **told)


def _served(run: Run, database: str) -> Bar:
    what, bar = "requests a second", "≥ 3× the window"
    if not run.seconds or not run.stock_rounds:
        return missing("B3", what, bar, "not asked for")
    try:
        ours, stock = serve.requests(run, database)
    except serve.NotServed as fault:
        return missing("B3", what, bar, str(fault))
    note = f"2 workers, {serve.LOADERS} connections; wall seconds: only the ratio tells on a shared machine"
    told = {"ours": f"{ours:.0f}", "stock": f"{stock:.0f}", "ratio": f"{ours / stock:.2f}×", "note": note}
    return least("B3", what, ours / stock, 3, bar, **told)


def _drawing(ours: Done) -> Bar:
    """Per 50 rows, however many the page has."""
    drawn, rows = ours.step("draw"), ours["rows"]
    fifty = drawn.cpu * 50 / max(rows, 1) if rows > 50 else drawn.cpu
    note = f"the page draws {rows} rows in {seconds(drawn.cpu)}" if rows > 50 else ""
    return most("B3", "drawing 50 rows", fifty, 0.003, "≤ 3 ms", ours=seconds(fifty), honest=drawn.honest, note=note)


def _publication(run: Run) -> Bar:
    done = run.kept.get("import")
    if done is None:
        database = run.register(run.units)
        asked = {"folder": run.files(run.units), "facts": run.facts[run.units], "publish": True}
        done = run.in_turn({"ours, published": ("ours.imported", database, asked)}, fresh=True)["ours, published"]
    publish, write = done.step("publish"), done.step("first_confirm")
    ratio = publish.cpu / write.cpu
    note = f"{done['standings']:,} standings; {publish.statements} statements. Equality with the rules: property tests"
    return most(
        "B4", "publication against the import's write", ratio, 0.5, "≤ 0.5×", ours=seconds(publish.cpu),
        limit=seconds(write.cpu), ratio=f"{ratio:.2f}×", honest=publish.honest, note=note, took=publish.cpu,
    )  # fmt: skip
