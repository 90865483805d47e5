"""B. The ranking page against a Count for each row and against Window(Rank); how flat it is; publication."""

from __future__ import annotations

from . import serve
from .run import Done, Job, Run
from .table import Bar, least, missing, most, seconds

NARROWER = 14  # times fewer units: 1,000 beside 14,000


def bars(run: Run) -> list[Bar]:
    units, dispatches = run.units, run.dispatches
    narrow = max(20, units // NARROWER)
    whole, few, young = run.filled(units, dispatches), run.filled(narrow, dispatches), run.filled(units, 1)
    ours = {"times": run.times}
    jobs: dict[str, Job] = {
        "stock, a Count a row": ("stock.board", whole, {"times": min(run.times, 5), "mode": "loop"}),
        "stock, a window": ("stock.board", whole, {"times": run.times, "mode": "window"}),
        "ours": ("ours.board", whole, ours), "ours, fewer units": ("ours.board", few, ours),
        "ours, one dispatch": ("ours.board", young, ours),
    }  # fmt: skip
    done = run.in_turn(jobs)
    if done["ours"].failed:
        return [missing(name, "ranking", "–", done["ours"].last_line) for name in ("B1", "B2", "B3", "B4")]  # fmt: skip
    return [*_page(done), *_flat(done, narrow, dispatches), *_served(run, whole), _drawing(done), _publication(run)]


def _page(done: dict[str, Done]) -> list[Bar]:
    page = done["ours"].step("first")
    shown = {"ours": seconds(page.cpu), "honest": page.honest}
    made = [
        most("B1", "statements of the page", page.statements, 3, "≤ 3", ours=str(page.statements),
             note=f"{done['ours']['rows']} rows a page, {done['ours']['kb']:.0f} KB; stock 50")
    ]  # fmt: skip
    for name, what, bar in (
        ("stock, a Count a row", "a Count a row", 200),
        ("stock, a window", "an indexed window", 5),
    ):
        if done[name].failed:
            made.append(missing("B1", f"against {what}", f"≥ {bar}×", done[name].last_line))
            continue
        stock = done[name].step("first")
        ratio = stock.cpu / page.cpu
        made.append(
            least("B1", f"against {what}", ratio, bar, f"≥ {bar}×", **shown, stock=seconds(stock.cpu), ratio=f"{ratio:.2f}×")
        )  # fmt: skip
    return made


def _flat(done: dict[str, Done], narrow: int, dispatches: int) -> list[Bar]:
    page, last = done["ours"].step("first"), done["ours"].step("last")
    made = []
    for name, what in (
        ("ours, fewer units", f"against {narrow:,} units"), ("ours, one dispatch", f"{dispatches} dispatches against 1"),
    ):  # fmt: skip
        ratio = page.cpu / done[name].step("first").cpu
        made.append(
            most("B2", what, ratio, 1.2, "≤ 1.2×", ours=seconds(page.cpu), ratio=f"{ratio:.2f}×", honest=page.honest)
        )
    ratio = last.cpu / page.cpu
    what = f"page {done['ours']['pages']} against page 1"
    return [
        *made,
        most("B2", what, ratio, 1.3, "≤ 1.3×", ours=seconds(last.cpu), ratio=f"{ratio:.2f}×", honest=last.honest),
    ]


def _served(run: Run, database: str) -> list[Bar]:
    if not run.seconds:
        return [missing("B3", "requests a second", "≥ 3× the window", "not asked for")]
    try:
        ours, stock = serve.requests(run, database)
    except serve.NotServed as fault:
        return [missing("B3", "requests a second", "≥ 3× the window", str(fault))]
    ratio = ours / stock
    note = f"2 workers, {serve.LOADERS} connections; wall seconds: only the ratio tells on a shared machine"
    return [
        least("B3", "requests a second", ratio, 3, "≥ 3× the window", ours=f"{ours:.0f}", stock=f"{stock:.0f}",
              ratio=f"{ratio:.2f}×", note=note)
    ]  # fmt: skip


def _drawing(done: dict[str, Done]) -> Bar:
    """Per 50 rows, however many the page has."""
    drawn, rows = done["ours"].step("draw"), done["ours"]["rows"]
    fifty = drawn.cpu * 50 / max(rows, 1) if rows > 50 else drawn.cpu
    note = f"the page draws {rows} rows in {seconds(drawn.cpu)}" if rows > 50 else ""
    return most("B3", "drawing 50 rows", fifty, 0.003, "≤ 3 ms", ours=seconds(fifty), honest=drawn.honest, note=note)


def _publication(run: Run) -> Bar:
    done = run.kept.get("import")
    if done is None:
        database = run.register(run.units)
        asked = {"folder": run.files(run.units), "facts": run.facts[run.units], "publish": True}
        done = run.in_turn({"ours, published": ("ours.imported", database, asked)}, fresh=True)["ours, published"]
    if done.failed:
        return missing("B4", "publication", "≤ 0.5×", done.last_line)
    publish, write = done.step("publish"), done.step("first_confirm")
    ratio = publish.cpu / write.cpu
    note = f"{done['standings']:,} standings; {publish.statements} statements. Equality with the rules: property tests"
    return most("B4", "publication against the import's write", ratio, 0.5, "≤ 0.5×", ours=seconds(publish.cpu),
                limit=seconds(write.cpu), ratio=f"{ratio:.2f}×", honest=publish.honest, note=note)  # fmt: skip
