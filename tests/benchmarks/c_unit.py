"""C. A unit's page over all dispatches, with its ranks, against a Count for each of its figures."""

from __future__ import annotations

from .b_ranking import NARROWER
from .run import Job, Run
from .table import Bar, least, missing, most, seconds

GROWTH = 1.2  # as for the ranking: flat within the noise


def bars(run: Run) -> list[Bar]:
    narrow = max(20, run.units // NARROWER)
    whole, few = run.filled(run.units, run.dispatches), run.filled(narrow, run.dispatches)
    jobs: dict[str, Job] = {
        "stock, a Count a figure": ("stock.unit", whole, {"times": min(run.times, 5)}),
        "ours, a unit": ("ours.unit", whole, {"times": run.times}),
        "ours, a unit of fewer": ("ours.unit", few, {"times": run.times}),
    }
    done = run.in_turn(jobs)
    ours, stock = done["ours, a unit"], done["stock, a Count a figure"]
    if ours.failed:
        return [missing("C1", "a unit's page", "–", ours.last_line)]
    page, fewer = ours.step("page"), done["ours, a unit of fewer"].step("page")
    note = f"{ours['results']} results, {ours['kb']:.0f} KB; the bar is for 720"
    made = [most("C1", "statements of the page", page.statements, 4, "≤ 4", ours=str(page.statements), note=note)]
    shown = {"ours": seconds(page.cpu), "honest": page.honest}
    if stock.failed:
        made.append(missing("C1", "against a Count a figure", "≥ 60×", stock.last_line))
    else:
        ratio = stock.step("page").cpu / page.cpu
        told = {"stock": seconds(stock.step("page").cpu), "ratio": f"{ratio:.2f}×"}
        made.append(least("C1", "against a Count a figure", ratio, 60, "≥ 60×", **shown, **told))
    ratio = page.cpu / fewer.cpu
    what = f"the same results among {narrow:,} units"
    return [*made, most("C1", what, ratio, GROWTH, f"flat (≤ {GROWTH}×)", **shown, ratio=f"{ratio:.2f}×")]
