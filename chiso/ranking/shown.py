"""Exact figures with as few decimals as do not lie: what is not zero is never shown as 0, and what is said to make a
sum makes it on paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import floor

from chiso.ranking.rules import Measure

PLACES = 2  # of a mean or a ratio, which have no last digit of their own
_PRINTED = 6  # more decimals than any figure, difference or half of two figures has


@dataclass(frozen=True, slots=True)
class Split:
    """now - before = change = peers + relative, in these very digits. `peers` and `relative` may be None."""

    before: Decimal
    now: Decimal
    change: Decimal
    peers: Decimal | None
    relative: Decimal | None


def shown(figure: Measure) -> Decimal:
    """As it is where it has few decimals; otherwise rounded half up to two, or to more where these were all 0."""
    exact = Fraction(figure)
    if 10**_PRINTED % exact.denominator == 0:
        return _decimal(exact.numerator * 10**_PRINTED // exact.denominator, _PRINTED)
    return next(_decimal(each, places) for places in count(PLACES) if (each := _scaled(exact, places)))


def split(before: Measure, now: Measure, peers: Fraction | None) -> Split:
    """The change beside that of the peers, with so many decimals that each has the sign that it exactly has."""
    signs = [_sign(Fraction(now) - Fraction(before)), 0, 0]
    if peers is not None:
        signs[1:] = [_sign(peers), _sign(Fraction(now) - Fraction(before) - peers)]
    for places in count(max(PLACES, _places(before), _places(now))):
        first, last, common = (_scaled(Fraction(each or 0), places) for each in (before, now, peers))
        own = last - first - common if peers is not None else 0
        if [_sign(last - first), _sign(common), _sign(own)] == signs:
            break
    return Split(
        _decimal(first, places),
        _decimal(last, places),
        _decimal(last - first, places),
        None if peers is None else _decimal(common, places),
        None if peers is None else _decimal(own, places),
    )


def _places(figure: Measure) -> int:
    exponent = figure.as_tuple().exponent if isinstance(figure, Decimal) else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


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
