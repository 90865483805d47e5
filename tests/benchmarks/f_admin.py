"""F. Every list of the desk, and the list of figures in every way, beside the stock admin."""

from __future__ import annotations

from .run import Done, Job, Run
from .table import Bar, missing, most, seconds

SLOWEST = 0.1
PAIRS = {
    "first": "figures, first page",
    "last": "figures, last page",
    "sorted": "figures, sorted by value",
    "one": "a figure",
}
TOLD = 4  # of the slowest pages


def bars(run: Run) -> list[Bar]:
    whole = run.filled(run.units, run.dispatches)
    jobs: dict[str, Job] = {
        "stock, the admin": ("stock.admin", whole, {"times": min(run.times, 4)}),
        "ours, the desk": ("ours.admin", whole, {"times": min(run.times, 4)}),
    }
    done = run.in_turn(jobs)
    ours, stock = done["ours, the desk"], done["stock, the admin"]
    if ours.failed:
        return [missing("F1", "the desk's lists", "–", ours.last_line)]
    return [*_slowest(ours), *_beside(run, ours, stock)]


def _slowest(ours: Done) -> list[Bar]:
    pages = sorted(((ours.step(name), name) for name in ours.steps()), key=lambda each: -each[0].cpu)
    page, name = pages[0]
    more = ", ".join(f"{name} {seconds(page.cpu)}" for page, name in pages[1 : 1 + TOLD])
    note = f"{len(pages)} pages over {ours['results']:,} results; next {more}"
    refused = "; ".join(f"{name}: {why}" for name, why in ours["refused"].items())
    return [
        most("F1", f"the slowest page: {name}", 1e9 if refused else page.cpu, SLOWEST, "≤ 100 ms", ours=seconds(page.cpu),
             honest=page.honest, note=f"{note}. Refused: {refused}" if refused else note)
    ]  # fmt: skip


def _beside(run: Run, ours: Done, stock: Done) -> list[Bar]:
    """Only the first page on PostgreSQL has a bar against stock; the others are told with it."""
    if stock.failed:
        return [missing("F1", "first page against stock", "≤ 0.3×", stock.last_line)]
    made = []
    for name, own in PAIRS.items():
        if own in ours["refused"]:
            made.append(missing("F1", own, "≤ 100 ms", ours["refused"][own]))
            continue
        page, other = ours.step(own), stock.step(name)
        ratio = page.cpu / other.cpu
        barred = name == "first" and run.place.vendor == "postgresql"
        told = {"ours": seconds(page.cpu), "stock": seconds(other.cpu), "ratio": f"{ratio:.2f}×", "honest": page.honest}
        limit, text = (0.3, "≤ 0.3× stock") if barred else (SLOWEST / other.cpu, "≤ 100 ms")
        made.append(most("F1", own, ratio, limit, text, **told))
    return made
