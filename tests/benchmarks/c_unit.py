"""C. A unit's page over all dispatches, with its ranks, against a Count for each of its figures."""

from __future__ import annotations

from functools import partial

from .b_ranking import NARROWER
from .run import Done, Job, Run
from .table import Bar, each_of, least, most, seconds

GROWTH = 1.2  # as for the ranking: flat within the noise


def bars(run: Run) -> list[Bar]:
    narrow = max(20, run.units // NARROWER)
    whole, few = run.filled(run.units, run.dispatches), run.filled(narrow, run.dispatches)
    jobs: dict[str, Job] = {
        "ours, a unit": ("ours.unit", whole, {"times": run.times}),
        "ours, a unit of fewer": ("ours.unit", few, {"times": run.times}),
        "stock, a Count a figure": ("stock.unit", whole, {"times": min(run.times, 5)}),
    }
    done = run.in_turn(jobs)
    ours, fewer = done["ours, a unit"], done["ours, a unit of fewer"]
    what = f"the same results among {narrow:,} units"
    return each_of(
        ("C1", "statements of the page", "≤ 4", partial(_statements, ours)),
        ("C1", "against a Count a figure", "≥ 60×", partial(_against, ours, done["stock, a Count a figure"])),
        ("C1", what, f"flat (≤ {GROWTH}×)", partial(_flat, ours, fewer, what)),
    )


def _statements(ours: Done) -> Bar:
    page = ours.step("page")
    note = f"{ours['results']} results, {ours['kb']:.0f} KB; the bar is for 720"
    told = {"ours": str(page.statements), "note": note, "took": page.cpu}
    return most("C1", "statements of the page", page.statements, 4, "≤ 4", **told)


def _against(ours: Done, stock: Done) -> Bar:
    page, other = ours.step("page"), stock.step("page")
    ratio = other.cpu / page.cpu
    told = {"ours": seconds(page.cpu), "stock": seconds(other.cpu), "ratio": f"{ratio:.2f}×", "honest": page.honest}
    return least("C1", "against a Count a figure", ratio, 60, "≥ 60×", **told)


def _flat(ours: Done, fewer: Done, what: str) -> Bar:
    page = ours.step("page")
    ratio = page.cpu / fewer.step("page").cpu
    told = {"ours": seconds(page.cpu), "ratio": f"{ratio:.2f}×", "honest": page.honest}
    return most("C1", what, ratio, GROWTH, f"flat (≤ {GROWTH}×)", **told)
