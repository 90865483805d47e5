"""Exact figures with as few decimals as do not lie: what is not zero is never shown as 0, and what is said to make a
sum makes it on paper.

A printed figure keeps its digits, and so does the difference of two. What is worked out otherwise (a mean, a median
between two figures, a ratio in percent) is rounded half up, everywhere to the same decimals: `decimals_of`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import floor

from chiso.ranking.rules import Measure
from chiso.values.number import plain

MOST = 4  # decimals: as many as a stored figure can have


@dataclass(frozen=True, slots=True)
class Split:
    """now - before = change = peers + relative, in these very digits. `peers` and `relative` may be None."""

    before: Decimal
    now: Decimal
    change: Decimal
    peers: Decimal | None
    relative: Decimal | None


def decimals_of(figures: Iterable[Measure | None]) -> int:
    """The decimals of what is worked out from figures: one more than the most precise of them has, at most 4. A share's
    ratio has none of its own, so that what is made of shares is shown in percent with one."""
    most = max((_places(each) for each in figures if each is not None), default=0)
    return min(most + 1, MOST)


def shown(figure: Measure, places: int) -> Decimal:
    """A printed figure and the difference of two as they are; else rounded half up to `places`, or to more where these
    were all 0."""
    exact = Fraction(figure)
    if isinstance(figure, Decimal):
        return _decimal(_scaled(exact, _places(figure)), _places(figure))
    if not exact:
        return Decimal(0)
    return next(_decimal(each, to) for to in count(places) if (each := _scaled(exact, to)))


def beside(own: Measure, other: Measure, places: int) -> tuple[Decimal, Decimal]:
    """What another figure is shown as, and how far the own one stands above it (below: less than 0), both rounded
    together: who reads the two figures finds the same distance, and none where there is none."""
    sign = _sign(Fraction(own) - Fraction(other))
    for to in count(max(places, _places(own))):
        mine, there = _scaled(Fraction(own), to), _scaled(Fraction(other), to)
        if _sign(mine - there) == sign:
            break
    return _decimal(there, to), _decimal(mine - there, to)


def split(before: Measure, now: Measure, peers: Fraction | None, places: int) -> Split:
    """The change beside that of the peers, with so many decimals that each has the sign that it exactly has."""
    signs = [_sign(Fraction(now) - Fraction(before)), 0, 0]
    if peers is not None:
        signs[1:] = [_sign(peers), _sign(Fraction(now) - Fraction(before) - peers)]
    for to in count(max(places, _places(before), _places(now))):
        first, last, common = (_scaled(Fraction(each or 0), to) for each in (before, now, peers))
        own = last - first - common if peers is not None else 0
        if [_sign(last - first), _sign(common), _sign(own)] == signs:
            break
    return Split(
        _decimal(first, to),
        _decimal(last, to),
        _decimal(last - first, to),
        None if peers is None else _decimal(common, to),
        None if peers is None else _decimal(own, to),
    )


def _places(figure: Measure) -> int:
    return len(plain(figure).partition(".")[2]) if isinstance(figure, Decimal) else 0


def _scaled(figure: Fraction, places: int) -> int:
    """In units of the last of `places` decimals, rounded half away from zero."""
    size = floor(abs(figure) * int(10**places) + Fraction(1, 2))
    return size if figure > 0 else -size


def _sign(figure: Fraction | int) -> int:
    return (figure > 0) - (figure < 0)


def _decimal(units: int, places: int) -> Decimal:
    """Without the context's precision, and without zeros behind the last digit that says something."""
    while places and units % 10 == 0:
        units, places = units // 10, places - 1
    digits = tuple(int(digit) for digit in str(abs(units)))
    return Decimal((int(units < 0), digits, -places))
