"""One page of a ranking list. Of a published board in its own order a page asks for its own rows alone; sorted by
something else, filtered, or in a draft, it is cut out of the whole list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chiso.models import Edition, User
from chiso.queries import board, kept, summary
from chiso.queries.board import Board, BoardRow, Reading, Spread
from chiso.queries.sight import WHOLE, Sight
from chiso.values.alphabet import fold
from chiso.words.figure import column_places

BY_RANK = "rank"
KEYS: dict[str, Callable[[BoardRow], Any]] = {
    BY_RANK: lambda row: row.rank,
    "unit": lambda row: row.sort_key or None,
    "number": lambda row: row.number,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`sort` is a name in KEYS, "-" in front turns it round; pages count from 1, one beyond the last is the last."""

    sort: str = BY_RANK
    words: str = ""
    page: int = 1
    every_group: bool = False  # the boards within all parents are named, however many


@dataclass(frozen=True, slots=True)
class Page:
    """`board` has the rows of the page and what lies in all of them; `found` of `units` fit the words. `more_groups`:
    there are boards within further parents."""

    board: Board
    page: int
    pages: int
    units: int
    found: int
    ranked: int
    tied: bool
    decimals: int  # at which no figure of the board loses a digit
    more_groups: bool = False

    @property
    def page_before(self) -> int:
        return self.page - 1

    @property
    def page_after(self) -> int:
        return self.page + 1


EVERYTHING = Wanted()


def for_edition(
    edition: Edition, indicator_code: str, peers: str, sight: Sight = WHOLE, wanted: Wanted = EVERYTHING,
    *, reader: User | None = None,
) -> Page:  # fmt: skip
    """Raises `board.NoBoard`. At most 4 SQL queries, whatever the number of units, and one more of a correction."""
    if not edition.is_published:
        return _cut(board.for_edition(edition, indicator_code, peers, sight, reader=reader), wanted)
    near = kept.Near(indicator_code, peers, few=not wanted.every_group, under=under(sight))
    boards = kept.boards(edition, near)
    every, more = few(board.chosen_from(boards, sight), peers, every=wanted.every_group)
    chosen, its = board.choice_of(every, indicator_code, peers), kept.its(boards)
    of = chosen.indicator
    sought = _sought(its, sight, wanted)
    page = min(max(wanted.page, 1), summary.pages(its["units"]))
    listed = kept.Listed(edition, of.id, peers, its)
    found = (
        listed.every() if not sought else listed.page(page) if sight.whole else listed.nameless(page, sight.named or ())
    )
    rows = board.tell(found, Reading(edition, of, sight, reader))
    ranks_only = sight.ranks_only(rest=of.rest)
    if not sought:
        told = board.in_order(rows, of, sight, ranks_only=ranks_only)
        spread = None if ranks_only else board.spread(rows)
        whole = Board(edition, of, peers, chosen.peers_label, told, every, spread)
        return replace(_cut(whole, wanted), more_groups=more)
    begins = 1 + summary.PER_PAGE * (page - 1)
    told = tuple(rows) if sight.whole else board.in_order(rows, of, sight, begins, ranks_only=ranks_only)
    shown = Board(edition, of, peers, chosen.peers_label, told, every, None if ranks_only else _spread(its))
    return Page(
        shown, page, summary.pages(its["units"]), its["units"], its["units"], its["ranked"], its["tied"] > 0,
        its["decimals"], more,
    )  # fmt: skip


def under(sight: Sight) -> Collection[int] | None:
    """Within which parents a reader is told of boards, where not of all."""
    return None if sight.named is None else sight.named | sight.above


def few(choices: Sequence[board.Choice], peers: str, *, every: bool) -> tuple[tuple[board.Choice, ...], bool]:
    """Without the groups beyond the most; whether there are any."""
    within = list(dict.fromkeys(choice.peers for choice in choices if ":" in choice.peers))
    if every or len(within) <= kept.MOST_GROUPS:
        return tuple(choices), False
    shown = {peers, *within[: kept.MOST_GROUPS]}
    return tuple(choice for choice in choices if ":" not in choice.peers or choice.peers in shown), True


def _sought(its: kept.Row, sight: Sight, wanted: Wanted) -> bool:
    """Whether the page can be found by where it begins: a long list in its own order. Without names, those that are not
    ranked stand by their figures, which nothing keeps in order."""
    if its["units"] <= summary.ONE_PAGE or wanted.words or wanted.sort != BY_RANK:
        return False
    return sight.whole or its["ranked"] == its["units"]


def _spread(its: kept.Row) -> Spread | None:
    if its["lowest"] is None:
        return None
    return Spread(its["count"], its["lowest"], its["highest"], its["mean"])


def _cut(whole: Board, wanted: Wanted) -> Page:
    rows = matching(in_order(whole.rows, wanted.sort), wanted.words)
    pages = summary.pages(len(rows))
    page = min(max(wanted.page, 1), pages)
    shown = rows if pages == 1 else rows[summary.PER_PAGE * (page - 1) : summary.PER_PAGE * page]
    return Page(
        replace(whole, rows=tuple(shown)), page, pages, len(whole.rows), len(rows),
        sum(row.rank is not None for row in whole.rows), any(row.tied for row in whole.rows),
        column_places(row.number for row in whole.rows),
    )  # fmt: skip


def in_order(rows: Iterable[BoardRow], sort: str) -> list[BoardRow]:
    """By "rank", "unit" or "number", "-" in front turns it round; equal ones in the order of the board, missing
    ones last either way."""
    rows, key = list(rows), KEYS[sort.lstrip("-")]
    have = sorted((row for row in rows if key(row) is not None), key=key, reverse=sort.startswith("-"))
    return have + [row for row in rows if key(row) is None]


def matching(rows: list[BoardRow], words: str) -> list[BoardRow]:
    """Units whose name holds the words, whatever their marks and capitals: "phu loc" finds Phú Lộc."""
    folded = fold(words)
    return [row for row in rows if folded in row.search]
