"""A. Loading a dispatch: stock admin flow, its best settings, ours, the limit; again, in part, at two sizes."""

from __future__ import annotations

from math import log

from .run import Done, Job, Run
from .table import Bar, least, missing, most, seconds

SQLITE, PG = 3.5, 1.5
SMALLER = 10  # times smaller, for the exponent


def bars(run: Run) -> list[Bar]:
    units, small = run.units, smaller(run.units)
    asked = {size: {"folder": run.files(size), "facts": run.facts[size], "publish": True} for size in (units, small)}
    jobs: dict[str, Job] = {
        "stock, as documented": ("stock.imported", run.register(units), {"folder": run.files(units), "mode": "plain"}),
        "stock, best": ("stock.imported", run.register(units), {"folder": run.files(units), "mode": "best"}),
        "ours": ("ours.imported", run.register(units), asked[units]),
        "limit": ("limit.imported", run.register(units), {"folder": run.files(units)}),
        "read": ("limit.read", run.register(units), {"folder": run.files(units), "times": run.times}),
        "ours, all rows of a preview": ("ours.rows_page", run.register(units), {"folder": run.files(units)}),
        "ours, smaller": ("ours.imported", run.register(small), asked[small]),
    }
    done = run.in_turn(jobs, fresh=True)
    if done["ours"].failed:
        return [missing(name, "import", "–", done["ours"].last_line) for name in ("A1", "A2", "A3", "A4", "A5")]  # fmt: skip
    run.kept["import"] = done["ours"]
    return [*_first(run, done), *_again(run, done), *_growth(run, done, small)]


def smaller(units: int) -> int:
    """1,400 beside 14,000 and 140,000."""
    return max(20, units // SMALLER if units <= 14_000 else 1_400)


def _first(run: Run, done: dict[str, Done]) -> list[Bar]:
    ours, limit = done["ours"].step("first_preview", "first_confirm"), done["limit"].step("all")
    shown = {"ours": seconds(ours.cpu), "honest": ours.honest}
    made = []
    for name, what, bar in (("stock, as documented", "the stock flow", 150), ("stock, best", "best stock", 60)):
        if done[name].failed:
            made.append(missing("A1", f"against {what}", f"≥ {bar}×", done[name].last_line))
            continue
        stock = done[name].step("preview", "confirm")
        ratio = stock.cpu / ours.cpu
        made.append(
            least("A1", f"against {what}", ratio, bar, f"≥ {bar}×", **shown, stock=seconds(stock.cpu), ratio=f"{ratio:.1f}×")
        )  # fmt: skip
    bar = SQLITE if run.place.vendor == "sqlite" else PG
    ratio = ours.cpu / limit.cpu
    note = "" if done["ours"]["right"] else "the figures stored are not those of the file"
    made.append(
        most("A2", "against the limit", ratio if not note else 1e9, bar, f"≤ {bar}×", **shown, limit=seconds(limit.cpu),
             ratio=f"{ratio:.1f}×", note=note)
    )  # fmt: skip
    return made


def _again(run: Run, done: dict[str, Done]) -> list[Bar]:
    ours, read = done["ours"], done["read"].step("read")
    same = ours.step("same_preview", "same_confirm")
    changed, bytes_ = ours.step("changed_preview", "changed_confirm"), ours.step("bytes")
    limit = {"limit": seconds(read.cpu)}
    touched = ours["changes_same"] == 0 and ours["rows_same"] < _SERVICE
    exact = ours["changes_changed"] == run.facts[run.units]["changed"]
    exact = exact and ours["rows_changed"] <= 2 * ours["changes_changed"] + _SERVICE
    return [
        most("A3", "the same figures again", same.cpu / read.cpu, 5, "≤ 5× a read", ours=seconds(same.cpu), **limit,
             ratio=f"{same.cpu / read.cpu:.1f}×", honest=same.honest),
        _yes("A3", "rows written for the same", touched, "0", f"{ours['changes_same']} changes, {ours['rows_same']} rows"),
        most("A3", "the same bytes again", bytes_.cpu / read.cpu, 0.2, "≤ 0.2× a read", ours=seconds(bytes_.cpu),
             **limit, ratio=f"{bytes_.cpu / read.cpu:.1f}×", honest=bytes_.honest),
        most("A4", "1 % changed, against unchanged", changed.cpu / same.cpu, 1.3, "≤ 1.3×", ours=seconds(changed.cpu),
             ratio=f"{changed.cpu / same.cpu:.2f}×", honest=changed.honest),
        _yes("A4", "rows written for 1 %", exact, f"{run.facts[run.units]['changed']} and their history",
             f"{ours['changes_changed']} changes, {ours['rows_changed']} rows"),
    ]  # fmt: skip


# SQLite tells of all rows that a transaction wrote, those of the upload, its event, texts and session too.
_SERVICE = 60


def _yes(id: str, what: str, holds: bool, bar: str, ours: str) -> Bar:
    return most(id, what, 0 if holds else 1, 0, bar, ours=ours)


def _growth(run: Run, done: dict[str, Done], small: int) -> list[Bar]:
    ours, less = done["ours"], done["ours, smaller"]
    steps = ("first_preview", "first_confirm")
    big, little = ours.step(*steps), less.step(*steps)
    exponent = log(big.cpu / little.cpu) / log(run.units / small) if run.units > small else 0.0
    confirm, confirm_less = ours.step("first_confirm"), less.step("first_confirm")
    stock, rows = done["stock, as documented"], done["ours, all rows of a preview"]
    largest = max(ours.most("preview_kb"), 0 if rows.failed else rows.most("kb"))
    made = [
        most("A5", f"exponent from {small:,} units", exponent, 1.05, "≤ 1.05", ours=f"{exponent:.2f}",
             ratio=f"{seconds(big.cpu)} / {seconds(little.cpu)}", honest=big.honest),
        most("A5", "statements of taking over", max(confirm.statements, confirm_less.statements), 15, "≤ 15 for any N",
             ours=f"{confirm.statements}", ratio=f"{confirm_less.statements} at {small:,}"),
        most("A5", "the preview page", largest, 300, "≤ 300 KB", ours=f"{largest:.0f} KB",
             stock="–" if stock.failed else f"{stock['preview_kb']:.0f} KB",
             note=f"{ours['preview_kb']:.0f} KB as it opens; the largest is a page of all rows"),
    ]  # fmt: skip
    memory = ours.most("peak_first")
    if stock.failed:
        return [*made, missing("A5", "peak memory", "≤ 0.3× stock", "stock failed", ours=f"{memory:.0f} MB")]
    ratio = memory / stock.most("peak_first")
    bar, text = (0.3, "≤ 0.3× stock") if run.units < 140_000 else (1000 / stock.most("peak_first"), "≤ 1 GB")
    return [
        *made,
        most("A5", "peak memory", ratio, bar, text, ours=f"{memory:.0f} MB", stock=f"{stock.most('peak_first'):.0f} MB",
             ratio=f"{ratio:.2f}×", note=f"{ours['start']:.0f} MB before the file; the bar is for 14,000 units"
             if run.units < 14_000 else ""),
    ]  # fmt: skip
