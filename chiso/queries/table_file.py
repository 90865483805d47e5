"""The whole table of a published edition, for a file: a row a unit straight from the database, as texts.

`table.for_edition` says what stands there; this says the same with nothing of it held. Rows that need more than their
own figures (a record merged into another since, a figure that is disputed or corrected) come from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connections, router

from chiso.models import Edition, Kind, Result, Unit, User
from chiso.queries import board, cells, kept, marks, table
from chiso.queries.board import Measured
from chiso.queries.sight import WHOLE, Sight
from chiso.queries.stream import streamed
from chiso.queries.table import BY_NAME, Row, Wanted
from chiso.ranking import shown as rules
from chiso.values.name import fold
from chiso.values.number import plain

FEW = 2000  # rows that may come from `table.for_edition`
Texts = Sequence[str]


@dataclass(frozen=True, slots=True)
class Whole:
    """`rows` are read once: each the name of the unit and, of every indicator, the value, of a share what it is of,
    the rank, whether it is shared, the change; or a `Row`."""

    indicators: tuple[Measured, ...]
    peers_label: str
    rows: Iterator[Texts | Row]


def whole(
    edition: Edition,
    peers: str,
    sight: Sight = WHOLE,
    wanted: Wanted = table.EVERYTHING,
    *,
    reader: User | None = None,
    shared: str = "=",
) -> Whole:
    """Raises `NoTable`. `shared` is the word beside a rank that several units share."""
    special = _special(edition, peers, reader) if edition.is_published else None
    if special is None or len(special) > FEW:
        shown = table.for_edition(edition, peers, sight, wanted, reader=reader)
        return Whole(shown.indicators, shown.peers_label, iter(shown.rows))
    group = Unit.objects.filter(slug=peers.partition(":")[2]).values_list("pk", flat=True)
    met, told = (special, group) if sight.named is None else (special & sight.named, sight.named | sight.above)
    narrow = Sight(sight.issuer, named=frozenset(met), above=frozenset(told))
    some = table.for_edition(edition, peers, narrow, table.EVERYTHING, reader=reader)
    pivot = _Pivot(edition, peers, some.indicators, wanted, shared)
    return Whole(some.indicators, some.peers_label, _rows(pivot, {row.unit: row for row in some.rows}, sight, wanted))


def _rows(pivot: _Pivot, special: dict[str, Row], sight: Sight, wanted: Wanted) -> Iterator[Texts | Row]:
    words = fold(wanted.words)
    for unit, slug, search, *texts in streamed(*pivot.statement()):
        if words in search and sight.names(unit):
            yield special.get(slug) or pivot.changed(texts)


def _special(edition: Edition, peers: str, reader: User | None) -> frozenset[int]:
    """Units whose rows are more than their figures of this edition and of the one before."""
    level = peers.partition(":")[0]
    merged = Unit.objects.filter(level=level, merged_into__isnull=False).order_by()
    found = {unit for pair in merged.values_list("pk", "merged_into") for unit in pair}
    found |= {unit for _edition, unit, _indicator in marks.disputed([edition], reader)}
    if edition.number > 1:
        found |= set(_corrected(edition, level))
    return frozenset(unit for unit in found if unit is not None)


def _corrected(edition: Edition, level: str) -> Iterator[int]:
    before = marks.corrected_by(edition).values_list("pk", flat=True).first()
    sql = """SELECT DISTINCT r.unit_id FROM chiso_result r JOIN chiso_unit u ON u.id = r.unit_id AND u.level = %s
      LEFT JOIN chiso_result w ON w.edition_id = %s AND w.indicator_id = r.indicator_id AND w.unit_id = r.unit_id
      WHERE r.edition_id = %s AND (w.id IS NULL OR w.value <> r.value OR w.printed <> r.printed
        OR coalesce(w.out_of, -1) <> coalesce(r.out_of, -1)) LIMIT %s"""
    return (unit for (unit,) in streamed(sql, [level, before, edition.pk, FEW + 1]))


class _Pivot:
    """The statement: of each indicator a join with its figures, its ranks and the figures before. Of 14,000 units ×
    6 that is as fast as one conditional sum over all of them on PostgreSQL, and half the work on SQLite."""

    def __init__(self, edition: Edition, peers: str, columns: Sequence[Measured], wanted: Wanted, shared: str) -> None:
        self._edition, self._peers, self._columns, self._wanted, self._shared = edition, peers, columns, wanted, shared
        earlier = cells.earlier(edition, peers.partition(":")[0])
        self._before = earlier.values_list("pk", flat=True).first()
        self._vendor = connections[router.db_for_read(Result)].vendor
        code = wanted.sort.removeprefix("-")
        self._sorting = next((each for each in columns if each.code == code), columns[0])

    def statement(self) -> tuple[str, list[Any]]:
        shown: list[str] = ["u.id", "u.slug", "u.search", "u.name"]
        joins, params = [], []
        for n, column in enumerate(self._columns):
            shown += self._shown(n, column)
            joins += self._joined(n)
            params += [self._edition.pk, column.id, self._edition.pk, column.id, self._peers]
            params += [self._before, column.id] if self._before else []
        units, own = self._units()
        sql = f"SELECT {', '.join(shown)} FROM ({units}) p JOIN chiso_unit u ON u.id = p.unit {' '.join(joins)}"  # noqa: S608  # nothing of it is typed
        return f"{sql} ORDER BY {self._order()}", [*[self._shared] * len(self._columns), *own, *params]

    def changed(self, texts: list[str]) -> list[str]:
        """The change of a share, which no database of ours divides as exactly as `Decimal`."""
        place = 1
        for column in self._columns:
            if column.kind == Kind.SHARE:
                value, of, before = texts[place], texts[place + 1], texts[place + 4]
                texts[place + 4] = _change(value, of, *before.split("/")) if before and value else ""
                place += 1
            place += 4
        return texts

    def _shown(self, n: int, column: Measured) -> list[str]:
        value, share = self._text(f"r{n}.value"), column.kind == Kind.SHARE
        rank = f"coalesce(CAST(s{n}.rank AS varchar(12)), '')"
        tied = f"CASE WHEN s{n}.tied THEN %s ELSE '' END"
        of = [f"coalesce({self._text(f'r{n}.out_of')}, '')"] if share else []
        return [f"coalesce({value}, '')", *of, rank, tied, self._more(n, share=share)]

    def _more(self, n: int, *, share: bool) -> str:
        if not self._before:
            return "''"
        if share:
            return f"coalesce({self._text(f'b{n}.value')} || '/' || {self._text(f'b{n}.out_of')}, '')"
        return f"coalesce({self._text(f'round(r{n}.value - b{n}.value, 4)')}, '')"

    def _joined(self, n: int) -> list[str]:
        joins = [
            f"LEFT JOIN chiso_result r{n} ON r{n}.edition_id = %s AND r{n}.indicator_id = %s AND r{n}.unit_id = u.id",
            f"LEFT JOIN chiso_standing s{n} ON s{n}.edition_id = %s AND s{n}.indicator_id = %s AND s{n}.peers = %s"
            f" AND s{n}.unit_id = u.id",
        ]
        if self._before:
            same = f"b{n}.edition_id = %s AND b{n}.indicator_id = %s AND b{n}.unit_id = u.id"
            joins.append(f"LEFT JOIN chiso_result b{n} ON {same}")
        return joins

    def _units(self) -> tuple[str, list[Any]]:
        """Those of the board of the column that sorts: the ranked ones, then who has no rank."""
        near = kept.Near(self._sorting.code, self._peers, few=True)
        its = kept.its(kept.boards(self._edition, near))
        listed = kept.Listed(self._edition, self._sorting.id, self._peers, its, beside=True)
        resting = listed.resting()
        ranked = "SELECT unit_id AS unit FROM chiso_standing WHERE edition_id = %s AND indicator_id = %s AND peers = %s"
        params: list[Any] = [self._edition.pk, self._sorting.id, self._peers]
        for start in range(0, len(resting), 500):
            some = resting[start : start + 500]
            places = ", ".join(["%s"] * len(some))
            ranked += f" UNION ALL SELECT id FROM chiso_unit WHERE id IN ({places})"  # noqa: S608
            params += some
        return ranked, params

    def _order(self) -> str:
        """Missing ones last, whichever way; equal ones in the order of the units."""
        sort, column, behind = self._wanted.sort, self._sorting, 'u."order", u.sort_key, u.slug'
        turned = sort.startswith("-")
        if sort.removeprefix("-") == BY_NAME:
            return f"u.sort_key {'DESC' if turned else 'ASC'}, {behind}"
        if column.code != sort.removeprefix("-"):  # the best first
            turned = column.direction != "lower"
        n = self._columns.index(column)
        value = f"r{n}.value" if column.kind != Kind.SHARE else self._ratio(n)
        return f"{value} IS NULL, {value} {'DESC' if turned else 'ASC'}, {behind}"

    @staticmethod
    def _ratio(n: int) -> str:
        """As `standing` ranks it: equal shares are equal numbers."""
        parts = [f"CAST(round(r{n}.{name} * 10000) AS double precision)" for name in ("value", "out_of")]
        return f"({parts[0]} / nullif({parts[1]}, 0))"

    def _text(self, number: str) -> str:
        """As `values.number.plain` writes it."""
        if self._vendor == "postgresql":
            return f"CAST(trim_scale({number}) AS varchar(40))"
        return f"CASE WHEN {number} IS NOT NULL THEN printf('%%.15g', {number}) END"


def _change(value: str, of: str, value_before: str, of_before: str) -> str:
    now, then = (
        board.number(Kind.SHARE, Decimal(part), Decimal(whole)) if part and whole else None
        for part, whole in ((value, of), (value_before, of_before))
    )
    return "" if now is None or then is None else plain(rules.shown(Fraction(now - then), rules.MOST))
