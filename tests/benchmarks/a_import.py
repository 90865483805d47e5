"""A. Loading a dispatch: stock admin flow, its best settings, ours, the limit; again, in part, at two sizes."""

from __future__ import annotations

from functools import partial
from math import log

from .run import Done, Job, Run
from .table import Bar, each_of, least, most, seconds

SQLITE, PG = 3.5, 1.5
SMALLER = 10  # times smaller, for the exponent
FIRST = ("first_preview", "first_confirm")
STOCK = {"stock, as documented": ("the stock flow", 150), "stock, best": ("best stock", 60)}


def bars(run: Run) -> list[Bar]:
    units, small = run.units, smaller(run.units)
    asked = {size: {"folder": run.files(size), "facts": run.facts[size], "publish": True} for size in (units, small)}
    base, folder = run.register(units), {"folder": run.files(units)}
    jobs: dict[str, Job] = {
        "ours": ("ours.imported", base, asked[units]),
        "limit": ("limit.imported", base, folder),
        "read": ("limit.read", base, {**folder, "times": run.times}),
        "ours, all rows of a preview": ("ours.rows_page", base, folder),
        "ours, smaller": ("ours.imported", run.register(small), asked[small]),
        "stock, best": ("stock.imported", base, {**folder, "mode": "best"}),
        "stock, as documented": ("stock.imported", base, {**folder, "mode": "plain"}),
    }
    done = run.in_turn(jobs, fresh=True)
    run.kept["import"] = done["ours"]
    return [*_first(run, done), *_again(run, done), *_growth(run, done, small)]


def smaller(units: int) -> int:
    """1,400 beside 14,000 and 140,000."""
    return max(20, units // SMALLER if units <= 14_000 else 1_400)


def _first(run: Run, done: dict[str, Done]) -> list[Bar]:
    against = [
        ("A1", f"against {what}", f"≥ {bar}×", partial(_against, done["ours"], done[name], f"against {what}", bar))
        for name, (what, bar) in STOCK.items()
    ]
    bar = SQLITE if run.place.vendor == "sqlite" else PG
    return each_of(*against, ("A2", "against the limit", f"≤ {bar}×", partial(_limit, done, bar)))


def _against(ours: Done, stock: Done, what: str, bar: float) -> Bar:
    page, other = ours.step(*FIRST), stock.step("preview", "confirm")
    ratio = other.cpu / page.cpu
    return least(
        "A1", what, ratio, bar, f"≥ {bar}×", ours=seconds(page.cpu), stock=seconds(other.cpu), ratio=f"{ratio:.1f}×",
        honest=page.honest,
    )  # fmt: skip


def _limit(done: dict[str, Done], bar: float) -> Bar:
    ours, limit = done["ours"].step(*FIRST), done["limit"].step("all")
    ratio = ours.cpu / limit.cpu
    note = "" if done["ours"]["right"] else "the figures stored are not those of the file"
    return most(
        "A2", "against the limit", ratio if not note else 1e9, bar, f"≤ {bar}×", ours=seconds(ours.cpu),
        limit=seconds(limit.cpu), ratio=f"{ratio:.1f}×", honest=ours.honest, note=note, took=ours.cpu,
    )  # fmt: skip


# SQLite tells of all rows that a transaction wrote, those of the upload, its event, texts and session too.
_SERVICE = 60


def _again(run: Run, done: dict[str, Done]) -> list[Bar]:
    ours, read = done["ours"], done["read"]
    exactly = f"{run.facts[run.units]['changed']} and their history"
    return each_of(
        ("A3", "the same figures again", "≤ 5× a read", partial(_same, ours, read)),
        ("A3", "rows written for the same", "0", partial(_untouched, ours)),
        ("A3", "the same bytes again", "≤ 0.2× a read", partial(_bytes, ours, read)),
        ("A4", "1 % changed, against unchanged", "≤ 1.3×", partial(_changed, ours)),
        ("A4", "rows written for 1 %", exactly, partial(_exactly, ours, run.facts[run.units]["changed"], exactly)),
    )


def _same(ours: Done, read: Done) -> Bar:
    same, bare = ours.step("same_preview", "same_confirm"), read.step("read").cpu
    return most(
        "A3", "the same figures again", same.cpu / bare, 5, "≤ 5× a read", ours=seconds(same.cpu), limit=seconds(bare),
        ratio=f"{same.cpu / bare:.1f}×", honest=same.honest, took=same.cpu,
    )  # fmt: skip


def _untouched(ours: Done) -> Bar:
    touched = ours["changes_same"] == 0 and ours["rows_same"] < _SERVICE
    said = f"{ours['changes_same']} changes, {ours['rows_same']} rows"
    return _yes("A3", "rows written for the same", touched, "0", said)


def _bytes(ours: Done, read: Done) -> Bar:
    again, bare = ours.step("bytes"), read.step("read").cpu
    return most(
        "A3", "the same bytes again", again.cpu / bare, 0.2, "≤ 0.2× a read", ours=seconds(again.cpu),
        limit=seconds(bare), ratio=f"{again.cpu / bare:.2f}×", honest=again.honest, took=again.cpu,
    )  # fmt: skip


def _changed(ours: Done) -> Bar:
    changed, same = ours.step("changed_preview", "changed_confirm"), ours.step("same_preview", "same_confirm")
    return most(
        "A4", "1 % changed, against unchanged", changed.cpu / same.cpu, 1.3, "≤ 1.3×", ours=seconds(changed.cpu),
        ratio=f"{changed.cpu / same.cpu:.2f}×", honest=changed.honest, took=changed.cpu,
    )  # fmt: skip


def _exactly(ours: Done, wanted: int, text: str) -> Bar:
    exact = ours["changes_changed"] == wanted and ours["rows_changed"] <= 2 * wanted + _SERVICE
    said = f"{ours['changes_changed']} changes, {ours['rows_changed']} rows"
    return _yes("A4", "rows written for 1 %", exact, text, said)


def _yes(id: str, what: str, holds: bool, bar: str, ours: str) -> Bar:
    return most(id, what, 0 if holds else 1, 0, bar, ours=ours)


def _growth(run: Run, done: dict[str, Done], small: int) -> list[Bar]:
    ours, less, stock = done["ours"], done["ours, smaller"], done["stock, as documented"]
    large = run.units >= 140_000
    rows = done["ours, all rows of a preview"]
    return each_of(
        ("A5", f"exponent from {small:,} units", "≤ 1.05", partial(_exponent, ours, less, run.units, small)),
        ("A5", "statements of taking over", "≤ 15 for any N", partial(_statements, ours, less, small)),
        ("A5", "the preview page", "≤ 300 KB", partial(_preview, ours, rows, stock)),
        ("A5", "peak memory", "≤ 0.3× stock", partial(_memory, ours, stock, run.units))
        if not large
        else ("A5", "peak memory", "≤ 1 GB", partial(_memory_alone, ours)),
    )


def _exponent(ours: Done, less: Done, units: int, small: int) -> Bar:
    big, little = ours.step(*FIRST), less.step(*FIRST)
    exponent = log(big.cpu / little.cpu) / log(units / small) if units > small else 0.0
    return most(
        "A5", f"exponent from {small:,} units", exponent, 1.05, "≤ 1.05", ours=f"{exponent:.2f}",
        ratio=f"{seconds(big.cpu)} / {seconds(little.cpu)}", honest=big.honest,
    )  # fmt: skip


def _statements(ours: Done, less: Done, small: int) -> Bar:
    confirm, fewer = ours.step("first_confirm").statements, less.step("first_confirm").statements
    before = f"{ours.step('first_preview').statements} before it, for the preview"
    return most(
        "A5", "statements of taking over", max(confirm, fewer), 15, "≤ 15 for any N", ours=f"{confirm}",
        ratio=f"{fewer} at {small:,}", note=before,
    )  # fmt: skip


def _preview(ours: Done, rows: Done, stock: Done) -> Bar:
    largest = max(ours.most("preview_kb"), 0 if rows.failed else rows.most("kb"))
    return most(
        "A5", "the preview page", largest, 300, "≤ 300 KB", ours=f"{largest:.0f} KB",
        stock=f"{stock['preview_kb']:,.0f} KB" if stock.answers else "–",
        note=f"{ours['preview_kb']:.0f} KB as it opens; the largest is a page of all rows",
    )  # fmt: skip


def _memory(ours: Done, stock: Done, units: int) -> Bar:
    memory, other = ours.most("peak_first"), stock.most("peak_first")
    over = (
        f"{memory - ours['start']:.0f} MB of ours and {other - stock['start']:.0f} MB of stock over what each idles at"
    )
    fixed = "; the bar is for 14,000 units" if units < 14_000 else ""
    return most(
        "A5", "peak memory", memory / other, 0.3, "≤ 0.3× stock", ours=f"{memory:.0f} MB", stock=f"{other:.0f} MB",
        ratio=f"{memory / other:.2f}×", note=f"whole processes; {over}{fixed}", memory=memory,
    )  # fmt: skip


def _memory_alone(ours: Done) -> Bar:
    memory = ours.most("peak_first")
    note = f"{ours['start']:.0f} MB before the file"
    return most("A5", "peak memory", memory, 1000, "≤ 1 GB", ours=f"{memory:.0f} MB", note=note, memory=memory)
