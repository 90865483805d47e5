"""A chart of figures and ranks over the dispatches, as coordinates that a template draws as SVG.

No legends: what a line is stands at it. The axis goes from 0 to what the indicator allows; a missing figure is a gap,
a change of what is compared a dashed line with its reason. Texts keep their size: a narrow screen gets a narrower
drawing, not a smaller one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from math import ceil, floor, log10

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chiso.models import Kind, State
from chiso.queries.scorecard import Moment, in_points
from chiso.ranking.shown import decimals_of, shown
from chiso.words.figure import listed, number_text, rank_text

WIDE, NARROW = 860, 344
LEFT, RIGHT, TOP = 44, 30, 40
FIGURES, RANKS, BETWEEN, BELOW, NOTE = 190, 120, 62, 44, 20  # heights
CHARACTER = 7.3  # how wide a digit of a label is
APART = 6  # what stays free between two labels
MANY = 10  # dots, from which on not each can have its label: the first, the last, the highest and the lowest


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    label: str
    below: bool  # the label stands under the dot
    anchor: str
    title: str  # what it is, in full


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    top: float
    bottom: float
    lines: tuple[str, ...]  # points of polylines
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]

    @property
    def title_y(self) -> float:
        return self.top - 26


@dataclass(frozen=True, slots=True)
class Break:
    x: float
    text: str
    anchor: str
    text_x: float


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    width: int
    height: float
    left: float
    right: float
    panels: tuple[Panel, ...]
    days: tuple[Tick, ...]
    days_y: float
    breaks: tuple[Break, ...]
    gaps: tuple[Tick, ...]
    bottom: float
    sample: str  # which of its dispatches are no real ones

    @property
    def said(self) -> str:
        """For those who do not see it."""
        return _("%(title)s; the same figures stand in the table.") % {"title": self.title}

    @property
    def sample_y(self) -> float:
        return self.days_y + NOTE

    @property
    def tick_x(self) -> float:
        return self.left - 8

    @property
    def gap_y(self) -> float:
        return self.panels[0].bottom - 8

    @property
    def break_y(self) -> float:
        return self.panels[0].bottom + 16


@dataclass(frozen=True, slots=True)
class _Axis:
    """A range of numbers on a length; `turned`: the largest lies at the end (a rank), not at the top."""

    low: float
    high: float
    top: float
    bottom: float
    turned: bool = False

    def at(self, number: float) -> float:
        part = (number - self.low) / ((self.high - self.low) or 1)
        return round(
            self.top + part * (self.bottom - self.top)
            if self.turned
            else self.bottom - part * (self.bottom - self.top),
            1,
        )


Spot = tuple[float, float, str, str]  # x, number, label, title


def drawn(moments: Sequence[Moment], *, title: str, width: int = WIDE, height: float | None = None) -> Chart | None:
    """None where fewer than two dispatches have a figure: one dot shows nothing that its figure does not say. What
    stands in a frame fills its `height`."""
    numbers = [_number(each) for each in moments]
    if sum(number is not None for number in numbers) < 2:
        return None
    xs = _places([each.day for each in moments], LEFT + 14, width - RIGHT - 14)
    ranked = sum(each.place is not None for each in moments) > 1
    sample = _sample(moments)
    tall, low = _heights(height, ranked=ranked, note=NOTE if sample else 0)
    panels = [_figures(moments, numbers, xs, tall)]
    if ranked:
        panels.append(_ranks(moments, xs, panels[0].bottom + BETWEEN, low))
    bottom = panels[-1].bottom
    return Chart(
        title=title,
        width=width,
        height=bottom + BELOW + (NOTE if sample else 0),
        left=LEFT,
        right=width - RIGHT,
        panels=tuple(panels),
        days=tuple(_days(moments, xs)),
        days_y=bottom + 34,
        breaks=tuple(_breaks(moments, xs, width)),
        gaps=tuple(_gaps(moments, xs, numbers)),
        bottom=bottom,
        sample=sample,
    )


def _heights(height: float | None, *, ranked: bool, note: float) -> tuple[float, float]:
    """Of the figures and of the ranks beneath them."""
    if height is None:
        return FIGURES, RANKS
    free = height - TOP - BELOW - note
    return ((free - BETWEEN) * 0.6, (free - BETWEEN) * 0.4) if ranked else (free, 0)


def _sample(moments: Sequence[Moment]) -> str:
    names = [str(each.dispatch) for each in moments if each.dispatch.is_sample]
    return f"{_('Sample data')}: {listed(names)}" if names else ""


def _number(moment: Moment) -> float | None:
    measure = moment.measure
    return None if measure is None or moment.indicator is None else float(in_points(measure, moment.indicator.kind))


def _places(days: Sequence[date], left: float, right: float) -> list[float]:
    """On a scale of time. Dispatches of one day stand on one spot, and a single one in the middle."""
    first, span = days[0].toordinal(), days[-1].toordinal() - days[0].toordinal()
    if not span:
        return [(left + right) / 2 for _day in days]
    return [round(left + (day.toordinal() - first) / span * (right - left), 1) for day in days]


def _figures(moments: Sequence[Moment], numbers: list[float | None], xs: list[float], height: float) -> Panel:
    full = _full(moments, [each for each in numbers if each is not None])
    axis = _Axis(0, full, TOP, TOP + height)
    spots = [
        None if number is None else (x, number, _text(each), f"{each.dispatch}: {_text(each)}")
        for each, number, x in zip(moments, numbers, xs, strict=True)
    ]
    ticks = tuple(
        Tick(axis.at(part * full), number_text(shown(Decimal(str(part * full)), 0)), "end") for part in (0, 0.5, 1)
    )
    indicator = next(each.indicator for each in moments if each.indicator)
    return _panel(unit_of(indicator.kind), axis, spots, moments, ticks=ticks)


def _ranks(moments: Sequence[Moment], xs: list[float], top: float, height: float) -> Panel:
    last = max(each.place[1] for each in moments if each.place)
    axis = _Axis(1, last, top, top + height, turned=True)
    spots = [
        (x, float(each.place[0]), _rank(each.place), f"{each.dispatch}: {_rank(each.place)}") if each.place else None
        for each, x in zip(moments, xs, strict=True)
    ]
    ticks = (Tick(axis.at(1), "1", "end"), Tick(axis.at(last), str(last), "end"))
    return _panel(_("Rank (1 is best)"), axis, spots, moments, ticks=ticks)


def _panel(
    title: str, axis: _Axis, spots: list[Spot | None], moments: Sequence[Moment], *, ticks: tuple[Tick, ...]
) -> Panel:
    return Panel(
        title=title,
        top=axis.top,
        bottom=axis.bottom,
        lines=tuple(_lines(spots, moments, axis)),
        dots=tuple(_dots([spot for spot in spots if spot], axis)),
        ticks=ticks,
    )


def _lines(spots: list[Spot | None], moments: Sequence[Moment], axis: _Axis) -> Iterator[str]:
    """One for each stretch without a gap and without a break; none leads on from what was recalled."""
    run: list[str] = []
    recalled = False
    for spot, moment in zip(spots, moments, strict=True):
        if spot is None or moment.broken or recalled:
            if len(run) > 1:
                yield " ".join(run)
            run = []
        if spot is not None:
            run.append(f"{spot[0]},{axis.at(spot[1])}")
        recalled = moment.edition is not None and moment.edition.state == State.RECALLED
    if len(run) > 1:
        yield " ".join(run)


def _dots(spots: list[Spot], axis: _Axis) -> Iterator[Dot]:
    """Labels stand above their dot, those of a low between two higher ones below it."""
    ys = [axis.at(number) for _x, number, _label, _title in spots]
    labelled = _fitting([(x, label) for x, _number, label, _title in spots], _telling(spots))
    for place, ((x, _number, label, title), y) in enumerate(zip(spots, ys, strict=True)):
        beside = [ys[each] for each in (place - 1, place + 1) if 0 <= each < len(ys)]
        low = bool(beside) and all(each < y for each in beside)
        yield Dot(x, y, label if place in labelled else "", low, _anchor(x, label), title)


def _telling(spots: list[Spot]) -> list[int]:
    """Which labels come first: where there are too many dots, only the ends and the extremes have one."""
    several = range(len(spots))
    first = [len(spots) - 1, 0, max(several, key=lambda at: spots[at][1]), min(several, key=lambda at: spots[at][1])]
    return list(dict.fromkeys(first if len(spots) > MANY else [*first, *several]))


def _fitting(texts: list[tuple[float, str]], order: Iterable[int]) -> set[int]:
    """Those that meet none placed before them."""
    taken: list[tuple[float, float]] = []
    found = set()
    for place in order:
        begins, ends = _extent(*texts[place])
        if all(ends + APART <= left or right + APART <= begins for left, right in taken):
            taken.append((begins, ends))
            found.add(place)
    return found


def _extent(x: float, text: str) -> tuple[float, float]:
    wide = len(text) * CHARACTER
    return (x, x + wide) if _anchor(x, text) == "start" else (x - wide / 2, x + wide / 2)


def _anchor(x: float, text: str) -> str:
    """A long text at the left edge begins at its dot, to keep out of the axis."""
    return "start" if x - len(text) * CHARACTER / 2 < LEFT else "middle"


def _days(moments: Sequence[Moment], xs: list[float]) -> Iterator[Tick]:
    texts = [(x, f"{moment.day.month}/{moment.day.year}") for x, moment in zip(xs, moments, strict=True)]
    fitting = _fitting(texts, [len(texts) - 1, *range(len(texts) - 1)])
    for place, (x, text) in enumerate(texts):
        if place in fitting:
            yield Tick(x, text, _anchor(x, text))


def _gaps(moments: Sequence[Moment], xs: list[float], numbers: list[float | None]) -> Iterator[Tick]:
    """One word for each stretch without a figure: what was recalled was there, and does not count."""
    words = [
        "" if number is not None else recalled_text() if moment.edition is None else pgettext("in a chart", "none")
        for moment, number in zip(moments, numbers, strict=True)
    ]
    for word, stretch in groupby(zip(xs, words, strict=True), key=lambda each: each[1]):
        if word:
            places = [x for x, _word in stretch]
            yield Tick((places[0] + places[-1]) / 2, word)


def _breaks(moments: Sequence[Moment], xs: list[float], width: int) -> Iterator[Break]:
    for place, moment in enumerate(moments):
        if moment.broken and place:
            x = round((xs[place - 1] + xs[place]) / 2, 1)
            late = x > width * 0.6
            yield Break(x, broken_text(moment.broken), "end" if late else "start", x - 5 if late else x + 5)


def recalled_text() -> str:
    return str(State.RECALLED.label).lower()


def broken_text(reason: str) -> str:
    """Why two dispatches beside each other are not compared."""
    return _("another set of indicators") if reason == "other-set" else _("units reorganised")


def _full(moments: Sequence[Moment], numbers: list[float]) -> float:
    """What the indicator allows; of a count the next round number above the largest."""
    indicators = [each.indicator for each in moments if each.indicator]
    kind = indicators[0].kind
    if kind in (Kind.PERCENT, Kind.SHARE):
        return max([100.0, *numbers])
    maxima = [float(each.maximum) for each in indicators if each.maximum is not None] if kind == Kind.SCORE else []
    return max([*maxima, *numbers]) if maxima else _round_above(max(numbers))


def _round_above(number: float) -> float:
    if number <= 0:
        return 1.0
    step = 10.0 ** floor(log10(number))
    return (
        next(step * each for each in (1, 2, 4, 6, 8, 10) if step * each >= number)
        if number >= 2
        else float(ceil(number))
    )


def unit_of(kind: str) -> str:
    if kind == Kind.SCORE:
        return _("Points")
    return _("Count") if kind == Kind.COUNT else _("Percent")


def _text(moment: Moment) -> str:
    measure = moment.measure
    if measure is None or moment.indicator is None:
        return ""
    return number_text(shown(in_points(measure, moment.indicator.kind), decimals_of([measure])))


def _rank(place: tuple[int, int, bool]) -> str:
    return f"{rank_text(place[0], place[2])}/{place[1]}"
