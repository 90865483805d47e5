"""What would change a unit's place: other points in its parts, everything else held.

A printed total is not always the sum of its parts. The difference is held: a part that gains a point gives the
total a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from chiso.ranking.position import Items
from chiso.ranking.rules import HIGHER, LOWER, Measure, Place, better, rank

Limits = tuple[Decimal, Decimal]  # the least and the most that a total can be


class OutOfLimits(ValueError):
    """A changed part that is none of the parts, or that leaves its limits. `key` is the part."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Part:
    """One addend of the total. `step` is the smallest change that paper shows: 0.1 where it is printed 11.3."""

    key: str
    value: Decimal
    lowest: Decimal
    highest: Decimal
    step: Decimal

    def __post_init__(self) -> None:
        if self.step <= 0 or self.lowest > self.highest:
            raise ValueError("a part needs a step above 0 and limits that leave room")


@dataclass(frozen=True, slots=True)
class Smallest:
    """One part alone: its new value, and the change to it (below 0 where the total must fall)."""

    key: str
    new: Decimal
    change: Decimal


def total_after(
    total: Decimal, parts: Iterable[Part], changed: Mapping[str, Decimal], *, limits: Limits | None = None
) -> Decimal:
    """The total with some parts changed; raises `OutOfLimits`. With `limits` it stays inside them: where the
    parts do not add up on paper, all of them full might make more than 100."""
    by_key = {part.key: part for part in parts}
    after = total
    for key, value in changed.items():
        part = by_key.get(key)
        if part is None or not (value == part.value or part.lowest <= value <= part.highest):
            raise OutOfLimits(key)
        after += value - part.value
    return after if limits is None else min(max(after, limits[0]), limits[1])


def unexplained(total: Decimal, parts: Iterable[Part]) -> Decimal:
    """What the printed total has beyond the sum of its parts: 0 where they add up."""
    return total - sum((part.value for part in parts), Decimal(0))


def place_after(items: Items, unit: str, total: Measure, direction: str) -> Place:
    """The unit's place with this total, its peers as they are. Raises ValueError where it is none of them."""
    if unit not in dict(items):
        raise ValueError(f"{unit} is not among its peers")
    changed = [(peer, total if peer == unit else figure) for peer, figure in items]
    return rank(changed, direction=direction)[unit]


def smallest(
    total: Decimal, parts: Iterable[Part], target: Decimal, direction: str, *, limits: Limits | None = None
) -> tuple[Smallest, ...]:
    """For each part that can do it alone, the smallest change by whole steps (or to the part's own limit) that
    brings the total strictly past `target`; the smallest first. Nothing where it is past it already."""
    if direction not in (HIGHER, LOWER) or better(total, target, direction=direction):
        return ()
    best = None if limits is None else limits[1] if direction == HIGHER else limits[0]
    if best is not None and not better(best, target, direction=direction):
        return ()
    gap = abs(target - total)
    found = (_smallest(part, gap, 1 if direction == HIGHER else -1) for part in parts)
    return tuple(sorted((each for each in found if each is not None), key=lambda each: abs(each.change)))


def _smallest(part: Part, gap: Decimal, sign: int) -> Smallest | None:
    """The first of value + step, value + 2 step, … and the limit that is more than `gap` away, within the limits."""
    near, limit = (part.lowest, part.highest) if sign > 0 else (part.highest, part.lowest)
    room, outside = sign * (limit - part.value), sign * (near - part.value)
    if room <= gap or room <= 0:
        return None
    step = Fraction(part.step)
    steps = max(floor(Fraction(gap) / step) + 1, ceil(Fraction(outside) / step))
    change = sign * min(steps * part.step, room)
    return Smallest(part.key, part.value + change, change)


def smallest_share(done: Decimal, out_of: Decimal, target: Fraction, direction: str) -> Decimal | None:
    """How many dossiers more (`direction` higher) or fewer (lower) of the same total bring the share strictly past
    `target`. A whole number above 0; 0 where it is past it already; None where the total does not allow it."""
    if direction not in (HIGHER, LOWER) or out_of <= 0:
        return None
    if better(Fraction(done) / Fraction(out_of), target, direction=direction):
        return Decimal(0)
    gap = abs(target * Fraction(out_of) - Fraction(done))
    needed = Decimal(floor(gap) + 1)
    room = out_of - done if direction == HIGHER else done
    return needed if needed <= room else None
