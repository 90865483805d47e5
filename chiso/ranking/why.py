"""Why a unit stands where it stands: what its figures say, as ids and figures that `words/why.py` makes sentences of.

Only stored figures and what follows from them exactly; the same card always gives the same reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import groupby

from chiso.ranking.movement import Movement
from chiso.ranking.position import FIRST_THIRD, LAST_THIRD, Position
from chiso.ranking.rules import HIGHER, Measure, better, measure
from chiso.ranking.shown import Split, beside, decimals_of, shown, split
from chiso.values.number import Kind

GROUPS = ("standing", "lost", "good", "weak", "moved", "caveat")
# Why two dispatches are not compared; words/why.py has a sentence for each.
NO_COMPARISON = (
    "first",  # no earlier dispatch
    "reorganised",  # units came, went or changed in between
    "other-set",  # another set of indicators
    "other-period",  # another kind of period
    "no-figure",  # the unit has no figure in one of the two
)
ENOUGH_LOST, MOST_LOST = 2, 3
MOST_NAMED = 20  # units of one figure: more are counted
SMALL = 30  # a denominator below this makes one dossier weigh more than 3 percentage points


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of the unit, as printed. `value` is None where its peers have a figure and it has none.

    `part`: its points are an addend of the total. `position` is None where the figure was not compared; `nation` is
    what the national average measures by (a share: its ratio).
    """

    key: str  # code of the indicator
    name: str
    kind: str  # "score", "percent", "count", "share"
    value: Decimal | None
    out_of: Decimal | None = None  # of a score its maximum, of a share the total
    direction: str = ""
    part: bool = False
    position: Position | None = None
    nation: Measure | None = None
    printed_kind: str = ""  # where it was printed as another kind: "0 hồ sơ" of a percentage

    @property
    def decimals(self) -> int:
        """The decimals of what is worked out from its figure and those of its peers."""
        return self.position.decimals if self.position else decimals_of([_measure(self)])


@dataclass(frozen=True, slots=True)
class Card:
    """All that the reasons are made of. `total` is what the page leads with: the composite index, or for units
    that have none any other indicator. `names` are those of the peers that the reader may see; others are
    spoken of without a name.
    """

    total: Line | None
    lines: tuple[Line, ...] = ()  # the others, in the order of the indicators
    movement: Movement | None = None  # of the total
    no_comparison: str = ""  # one of NO_COMPARISON, where there is no movement and this is to be said
    provisional: bool = False  # not published yet
    names: Mapping[str, str] = field(default_factory=dict)  # unit -> its name


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what belongs to it: "57,72/100", "85,23%"."""

    value: Decimal | None
    out_of: Decimal | None
    kind: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A distance or change in the unit of its kind: points, percentage points, or a plain number."""

    value: Decimal
    kind: str
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """Whether others have the same rank; the word stands behind the rank."""

    shared: bool


Param = str | int | Decimal | Figure | Amount | Tie | tuple[str, ...] | tuple[tuple[str, Amount], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence to be. `group` is one of GROUPS; `key` the indicator that it is about ("" for none)."""

    id: str
    params: Mapping[str, Param]
    group: str
    key: str = ""


def reasons(card: Card) -> tuple[Reason, ...]:
    """By group, in the order of GROUPS."""
    said = (_standing(card), _lost(card), _good(card), _weak(card), _moved(card), _caveats(card))
    return tuple(reason for group in said for reason in group)


def _standing(card: Card) -> Iterator[Reason]:
    line = card.total
    if line is None:
        return
    say = _Group("standing", line.key)
    figure = _figure(line)
    if line.value is None:
        yield say("missing-total", name=line.name)
        return
    where = line.position
    if where is None or where.place.rank is None:
        alone = where is not None and bool(line.direction) and where.place.rank_of == 1
        yield say("alone" if alone else "unranked", name=line.name, figure=figure)
    elif _alike(where):
        yield say("all-alike", name=line.name, figure=figure, rank_of=where.place.rank_of)
    else:
        yield _ranked(say, line, where, figure, card.names)
        yield from _distances(say, line, where, card.names)
    yield from _beside_nation(say, line)


def _ranked(say: _Group, line: Line, where: Position, figure: Figure, names: Mapping[str, str]) -> Reason:
    place = where.place
    say_it = partial(say, name=line.name, figure=figure, rank=place.rank or 0, rank_of=place.rank_of)
    if where.alike == 1:
        return say_it("ranked")
    if where.alike <= MOST_NAMED and all(unit in names for unit in where.tied_with):
        return say_it("ranked-tied", units=tuple(names[unit] for unit in where.tied_with))
    return say_it("ranked-tied-unnamed", alike=where.alike)


def _distances(say: _Group, line: Line, where: Position, names: Mapping[str, str]) -> Iterator[Reason]:
    if where.above is not None and where.to_next is not None:
        yield _away(say, "above", names.get(where.above), _amount(where.to_next, line))
    if where.first not in {None, where.above} and where.to_first:
        yield _away(say, "to-first", names.get(where.first or ""), _amount(where.to_first, line))
    own = _measure(line)
    if where.median is not None and own is not None:
        yield _beside(say, line, own, where.median, "median")


def _away(say: _Group, id: str, unit: str | None, distance: Amount) -> Reason:
    """A unit without a name stays without: its key would tell who it is."""
    return say(id, unit=unit, distance=distance) if unit else say(f"{id}-unnamed", distance=distance)


def _beside_nation(say: _Group, line: Line) -> Iterator[Reason]:
    own = _measure(line)
    if line.nation is not None and own is not None and line.direction:
        yield _beside(say, line, own, line.nation, "nation")


def _beside(say: _Group, line: Line, own: Measure, other: Measure, what: str) -> Reason:
    """The unit's figure beside the median or the nation's: better, worse or the same."""
    if own == other:
        return say(f"at-{what}")
    share = line.kind == Kind.SHARE  # a median or an average is a percentage then, for it has no total of its own
    by = 100 if share else 1
    there, away = beside(_scale(own, by), _scale(other, by), line.decimals)
    word = "better" if better(own, other, direction=line.direction) else "worse"
    figure = Figure(there, None, "percent" if share else line.kind)
    return say(f"{word}-than-{what}", other=figure, distance=Amount(abs(away), line.kind))


def _lost(card: Card) -> Iterator[Reason]:
    """The two or three parts that cost the most. Parts that cost the same are named together or not at all."""
    losses = [(line, loss) for line in card.lines if (loss := lost(line)) is not None]
    if losses and len(losses) == sum(line.part for line in card.lines) and all(loss <= 0 for _, loss in losses):
        yield Reason("nothing-lost", {}, "lost")
    costly = sorted(((line, loss) for line, loss in losses if loss > 0), key=lambda each: -each[1])
    named = 0
    for loss, group in groupby(costly, key=lambda each: each[1]):
        lines = [line for line, _ in group]
        amount = Amount(loss, Kind.SCORE)
        if named + len(lines) <= MOST_LOST:
            for line in lines:
                yield _Group("lost", line.key)("lost", name=line.name, lost=amount, figure=_figure(line))
        elif named < ENOUGH_LOST:
            yield Reason("lost-alike", {"names": tuple(line.name for line in lines), "lost": amount}, "lost")
        named += len(lines)


def lost(line: Line) -> Decimal | None:
    """Points between a part's figure and its maximum; None where it is no part, or has none of the two."""
    if not line.part or line.value is None or line.out_of is None or line.direction != HIGHER:
        return None
    return line.out_of - line.value


def _good(card: Card) -> Iterator[Reason]:
    """The first third, and the best figure where too many share it for a third."""
    for line, where in sorted(_compared(card), key=lambda each: _height(each[1])):
        if where.third == FIRST_THIRD:
            yield _notable("good", line, where)
        elif where.place.rank == 1:
            yield _notable("best", line, where)


def _weak(card: Card) -> Iterator[Reason]:
    for line, where in sorted(_compared(card), key=lambda each: -_height(each[1])):
        if where.third == LAST_THIRD:
            yield _notable("weak", line, where)
        elif _is_last(where):
            yield _notable("worst", line, where)


def _compared(card: Card) -> list[tuple[Line, Position]]:
    """Lines whose rank tells units apart: not where all are alike, and not among two."""
    ranked = [(line, line.position) for line in card.lines if line.position is not None]
    return [(line, where) for line, where in ranked if where.third and where.place.rank_of > 2 and not _alike(where)]


def _notable(word: str, line: Line, where: Position) -> Reason:
    place, alike = where.place, where.alike
    say = partial(
        _Group("good" if word in {"good", "best"} else "weak", line.key), name=line.name, figure=_figure(line)
    )
    if word in {"best", "worst"}:  # always shared: one unit alone is a third
        return say(f"{word}-tied", rank_of=place.rank_of, alike=alike)
    if alike > 1:
        return say(f"{word}-tied", rank=place.rank or 0, rank_of=place.rank_of, alike=alike)
    return say(word, rank=place.rank or 0, rank_of=place.rank_of)


def _moved(card: Card) -> Iterator[Reason]:
    line, moved = card.total, card.movement
    if line is None or moved is None:
        if card.no_comparison:
            yield Reason(f"no-comparison-{card.no_comparison}", {}, "moved")
        return
    say = _Group("moved", line.key)
    scale = 100 if line.kind == Kind.SHARE else 1
    before, now = (_scale(each, scale) for each in (moved.before, moved.now))
    peers = None if moved.peers_change is None else Fraction(moved.peers_change) * scale
    figures = split(before, now, peers, moved.decimals)
    yield _own_move(say, line, figures)
    yield from _beside_peers(say, line, figures)
    yield from _new_rank(say, moved)
    yield from _by_parts(say, card, moved)


def _own_move(say: _Group, line: Line, figures: Split) -> Reason:
    kind = "percent" if line.kind == Kind.SHARE else line.kind
    before, now = Figure(figures.before, None, kind), Figure(figures.now, None, kind)
    if not figures.change:
        return say("unchanged", name=line.name, now=now)
    size = Amount(abs(figures.change), line.kind)
    return say("rose" if figures.change > 0 else "fell", name=line.name, change=size, before=before, now=now)


def _beside_peers(say: _Group, line: Line, figures: Split) -> Iterator[Reason]:
    peers, relative = figures.peers, figures.relative
    if peers is None or relative is None:
        return
    if peers:
        yield say("peers-rose" if peers > 0 else "peers-fell", peers=Amount(abs(peers), line.kind))
    else:
        yield say("peers-unchanged")
    if not line.direction:
        return
    if not relative:
        yield say("level")
        return
    yield say(
        "ahead" if (relative > 0) == (line.direction == HIGHER) else "behind",
        distance=Amount(abs(relative), line.kind),
        peers=Amount(peers, line.kind, signed=True),
        relative=Amount(relative, line.kind, signed=True),
        change=Amount(figures.change, line.kind, signed=True),
    )


def _new_rank(say: _Group, moved: Movement) -> Iterator[Reason]:
    if moved.rank_before is None or moved.rank_now is None:
        return
    word = "up" if moved.rank_now < moved.rank_before else "down"
    if moved.rank_before == moved.rank_now:
        fewer = moved.rank_of_now - moved.rank_of_before
        word = "same" if not fewer else "same-of-fewer" if fewer < 0 else "same-of-more"
    yield say(
        f"rank-{word}",
        rank_before=moved.rank_before,
        rank_of_before=moved.rank_of_before,
        rank=moved.rank_now,
        rank_of=moved.rank_of_now,
        tied_before=Tie(moved.tied_before),
        tied=Tie(moved.tied_now),
    )
    if moved.rank_before != moved.rank_now and moved.among_both and moved.among_both[0] == moved.among_both[1]:
        yield _by_others(say, moved.among_both[1], moved.peers + 1, moved.tied_both)


def _by_others(say: _Group, rank: int, rank_of: int, tied: tuple[bool, bool]) -> Reason:
    return say(
        "rank-by-others", rank_before=rank, rank_of_before=rank_of, rank=rank, rank_of=rank_of,
        tied_before=Tie(tied[0]), tied=Tie(tied[1]),
    )  # fmt: skip


def _by_parts(say: _Group, card: Card, moved: Movement) -> Iterator[Reason]:
    """Every part that moved, the most first, and what moved beside them: together the change of the total."""
    if not moved.parts or not isinstance(moved.rest, Decimal):
        return
    names = {line.key: line.name for line in card.lines}
    steps = sorted(((key, change) for key, change in moved.parts if change), key=lambda each: -abs(each[1]))
    parts = tuple((names.get(key, key), Amount(change, Kind.SCORE, signed=True)) for key, change in steps)
    rest = Amount(moved.rest, Kind.SCORE, signed=True)
    if parts:
        yield say("by-parts-and-rest", parts=parts, rest=rest) if moved.rest else say("by-parts", parts=parts)
    elif moved.rest:
        yield say("only-rest", rest=rest)


def _caveats(card: Card) -> Iterator[Reason]:
    lines = (*((card.total,) if card.total else ()), *card.lines)
    if card.provisional:
        yield Reason("provisional", {}, "caveat")
    yield from _parts_and_total(card)
    for line in lines:
        if line.kind == Kind.SHARE and line.value is not None and line.out_of and line.out_of < SMALL:
            step = _amount(Fraction(1) / Fraction(line.out_of), line)
            yield _Group("caveat", line.key)("small", name=line.name, out_of=line.out_of, step=step)
    missing = tuple(line.name for line in card.lines if line.value is None)
    if missing:
        yield Reason("missing", {"names": missing}, "caveat")


def _parts_and_total(card: Card) -> Iterator[Reason]:
    """Where a total is not the sum of its parts on paper, or stands there without them."""
    total = card.total
    if total is None or total.value is None or total.kind != Kind.SCORE:
        return
    say = _Group("caveat", total.key)
    values = [line.value for line in card.lines if line.part]
    present = [value for value in values if value is not None]
    if not present:
        yield say("no-parts", name=total.name)
    elif len(present) == len(values) and sum(present) != total.value:
        made = sum(present, Decimal(0))
        rest = Amount(abs(total.value - made), total.kind)
        yield say("not-the-sum", name=total.name, sum=made, total=total.value, rest=rest)


@dataclass(frozen=True, slots=True)
class _Group:
    """Makes the reasons of one group about one indicator."""

    group: str
    key: str

    def __call__(self, id: str, **params: Param) -> Reason:
        return Reason(id, params, self.group, self.key)


def _figure(line: Line) -> Figure:
    return Figure(line.value, line.out_of, line.printed_kind or line.kind)


def _measure(line: Line) -> Measure | None:
    return None if line.value is None else measure(Kind(line.kind), line.value, line.out_of)


def _amount(figure: Measure, line: Line) -> Amount:
    return Amount(shown(_scale(figure, 100 if line.kind == Kind.SHARE else 1), line.decimals), line.kind)


def _scale(figure: Measure, by: int) -> Measure:
    return figure if by == 1 else Fraction(figure) * by


def _height(where: Position) -> Fraction:
    """0 for the best, nearly 1 for the last: places among groups of different sizes."""
    return Fraction((where.place.rank or 1) - 1, where.place.rank_of)


def _alike(where: Position) -> bool:
    return where.alike == where.place.rank_of


def _is_last(where: Position) -> bool:
    return where.place.rank is not None and where.place.rank + where.alike - 1 == where.place.rank_of
