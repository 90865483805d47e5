"""F. Every list of the desk, and the list of figures in every way, beside the stock admin."""

from __future__ import annotations

from functools import partial

from .run import Done, Job, NotMeasured, Run
from .table import Bar, each_of, most, seconds

SLOWEST = 0.1
PAIRS = {
    "first": "figures, first page",
    "last": "figures, last page",
    "sorted": "figures, sorted by value",
    "one": "a figure",
}
TOLD = 4  # of the slowest pages


def bars(run: Run) -> list[Bar]:
    whole, times = run.filled(run.units, run.dispatches), {"times": min(run.times, 4)}
    jobs: dict[str, Job] = {
        "ours, the desk": ("ours.admin", whole, times),
        "stock, the admin": ("stock.admin", whole, times),
    }
    done = run.in_turn(jobs)
    ours, stock = done["ours, the desk"], done["stock, the admin"]
    first = run.place.vendor == "postgresql"  # only there the first page has a bar against stock
    beside = [
        ("F1", own, _bar(first and name == "first"), partial(_beside, ours, stock, name, first and name == "first"))
        for name, own in PAIRS.items()
    ]
    return each_of(("F1", "the slowest page", "≤ 100 ms", partial(_slowest, ours)), *beside)


def _bar(against_stock: bool) -> str:
    return "≤ 0.3× stock" if against_stock else "≤ 100 ms"


def _slowest(ours: Done) -> Bar:
    pages = sorted(((ours.step(name), name) for name in ours.steps()), key=lambda each: -each[0].cpu)
    page, name = pages[0]
    more = ", ".join(f"{name} {seconds(page.cpu)}" for page, name in pages[1 : 1 + TOLD])
    note = f"{name}; {len(pages)} pages over {ours['results']:,} results; next {more}"
    refused = "; ".join(f"{name}: {why}" for name, why in ours["refused"].items())
    return most(
        "F1", "the slowest page", 1e9 if refused else page.cpu, SLOWEST, "≤ 100 ms", ours=seconds(page.cpu),
        honest=page.honest, took=page.cpu, note=f"{note}. Refused: {refused}" if refused else note,
    )  # fmt: skip


def _beside(ours: Done, stock: Done, name: str, against_stock: bool) -> Bar:
    own = PAIRS[name]
    if own in ours["refused"]:
        raise NotMeasured(ours["refused"][own])
    page, text = ours.step(own), _bar(against_stock)
    told = {"ours": seconds(page.cpu), "honest": page.honest, "took": page.cpu}
    if not stock.answers and not against_stock:
        return most("F1", own, page.cpu, SLOWEST, text, **told)
    other = stock.step(name)
    ratio = page.cpu / other.cpu
    told |= {"stock": seconds(other.cpu), "ratio": f"{ratio:.2f}×"}
    return most("F1", own, *((ratio, 0.3) if against_stock else (page.cpu, SLOWEST)), text, **told)
