"""An appendix as its document prints it: title lines, headings, rows and the printed texts, in its own shape.

A row a unit comes as one row of an SQL pivot: neither figures nor units become objects, and of 140,000 units no more is
held at a time than of nine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from django.db.models import F, Max, Min, Q

from chiso.ingest.layout import IndicatorRecord, Layout, Role
from chiso.ingest.layout import Line as LayoutLine
from chiso.ingest.writers.line import TEXT, Line
from chiso.models import Appendix, Edition, Indicator, Level, Result, Unit
from chiso.values.ordinal import order
from chiso.values.period import long_date

from . import case, codes
from .knowledge import indicators, layouts
from .stream import streamed
from .texts import printed_title

POSITION, CODE, UNIT, LABEL, RANK = "STT", "Mã đơn vị", "Đơn vị", "Nội dung", "Xếp hạng"  # where no layout says


@dataclass(frozen=True, slots=True)
class Printed:
    """One appendix on paper: `above` are the lines over its table, `notes` those below it. `lines` are its rows, to be
    read once."""

    ordinal: str
    above: tuple[str, ...]
    headings: tuple[str, ...]
    lines: Iterable[Line]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all appendices of an edition have in common."""

    edition: Edition
    records: dict[str, IndicatorRecord]
    layouts: tuple[Layout, ...]


def of_edition(edition: Edition) -> Iterator[Printed]:
    """Every appendix, in the order of their numbers."""
    shared = _shared(edition)
    rows = edition.appendices.select_related("layout")
    return (_printed(row, shared) for row in sorted(rows, key=lambda row: order(row.ordinal)))


def of_appendix(appendix: Appendix) -> Printed:
    return _printed(appendix, _shared(appendix.edition))


def _shared(edition: Edition) -> Shared:
    chosen = edition.indicator_set
    return Shared(edition, indicators(chosen) if chosen else {}, layouts(chosen) if chosen else ())


def _printed(appendix: Appendix, shared: Shared) -> Printed:
    layout = next((each for each in shared.layouts if appendix.layout and each.code == appendix.layout.code), None)
    down = layout is not None and layout.rows_are == "indicators"
    table = (_IndicatorsDown if down else _UnitsDown)(appendix, shared, layout)
    above = (f"Phụ lục {appendix.ordinal}", printed_title(appendix), _caption(shared.edition))
    notes = tuple(line for line in appendix.notes.splitlines() if line.strip())
    return Printed(appendix.ordinal, tuple(filter(None, above)), table.headings(), table.lines(), notes)


def _caption(edition: Edition) -> str:
    """The line by which a reader of the file alone knows whose table it is; none before the dispatch is issued."""
    dispatch = edition.dispatch
    if not dispatch.number or dispatch.issued_on is None:
        return ""
    day, issuer = long_date(dispatch.issued_on), dispatch.issuer.name
    return f"(Kèm theo Công văn số {dispatch.reference} {day} của {issuer})"


class _Table:
    """One appendix; the figures that it prints are those kept with it. A figure printed in two appendices is kept with
    the first: the second shows it all the same."""

    def __init__(self, appendix: Appendix, shared: Shared, layout: Layout | None) -> None:
        self._appendix, self._edition, self._layout = appendix, shared.edition, layout
        self._records = shared.records
        self._own = Result.objects.filter(edition=shared.edition, appendix=appendix)

    def _lines(self, role: Role, axis: str = "column") -> list[LayoutLine]:
        lines = self._layout.lines if self._layout else ()
        return [line for line in lines if line.role is role and line.axis == axis]

    def _heading(self, role: Role, otherwise: str) -> str:
        return next((line.titles[0] for line in self._lines(role) if line.titles), otherwise)

    def _title(self, line: LayoutLine) -> str:
        return line.titles[0] if line.titles else self._records[line.indicator].name


class _UnitsDown(_Table):
    """One row a unit, one column an indicator."""

    def headings(self) -> tuple[str, ...]:
        made = [self._heading(Role.POSITION, POSITION)]
        made += [self._heading(Role.CODE, CODE)] if self._coded else []
        made += [self._heading(Role.UNIT, UNIT), *self._columns.values()]
        return (*made, *([self._heading(Role.RANK, RANK)] if self._ranked else ()))

    def lines(self) -> Iterator[Line]:
        around = [TEXT] * (3 if self._coded else 2)
        kinds = (*around, *(self._records[code].kind for code in self._columns), *([TEXT] if self._ranked else ()))
        for number, texts in enumerate(streamed(*self._pivot()), 1):
            yield Line(kinds, texts if texts[0] else (self._free(number), *texts[1:]))

    @cached_property
    def _coded(self) -> bool:
        return codes.needed(self._edition, self._appendix)

    @cached_property
    def _columns(self) -> dict[str, str]:
        """Indicator -> the heading of its column: the layout's, and what else is kept here."""
        lines = [line for line in self._lines(Role.INDICATOR) if line.indicator in self._records]
        return {line.indicator: self._title(line) for line in lines} | {
            code: name for code, name, _rank in self._kept if code not in {line.indicator for line in lines}
        }

    @cached_property
    def _kept(self) -> list[tuple[str, str, str]]:
        """The indicators that have figures here, and whether a rank is printed beside one."""
        rows = self._own.order_by("indicator__order", "indicator__code")
        return list(rows.values_list("indicator__code", "indicator__name").annotate(Max("printed_rank")))

    @cached_property
    def _ranked(self) -> bool:
        """Whether the table has one column of ranks."""
        if not any(rank for _code, _name, rank in self._kept):
            return False
        said = self._own.exclude(printed_rank="").order_by().values("unit")
        two = said.annotate(low=Min("printed_rank"), high=Max("printed_rank")).exclude(low=F("high"))
        return not two.exists()

    def _pivot(self) -> tuple[str, list[object]]:
        """Rows as printed; what was typed without a place stands below, in the order of the lists.

        Grouped before it meets the units: of 14,000 × 6 figures 0.08 s, as the plain pivot of COPY."""
        keys = dict(Indicator.objects.filter(indicator_set=self._edition.indicator_set).values_list("code", "pk"))
        wanted = [keys[code] for code in self._columns] or [0]
        shown = [f"coalesce(max(CASE WHEN indicator_id = %s THEN printed END), '') AS c{n}" for n in range(len(wanted))]
        code = ["coalesce(u.code, '')"] if self._coded else []
        rank = ["coalesce(g.printed_rank, '')"] if self._ranked else []
        columns = ", ".join([_PLACE, *code, "u.name", *(f"g.c{n}" for n in range(len(self._columns))), *rank])
        edition, here = self._edition.pk, self._appendix.pk
        marks = ", ".join(["%s"] * len(wanted))
        sql = _PIVOT.format(columns=columns, shown=", ".join(shown), wanted=marks)
        return sql, [edition, here, *wanted, *[here] * 4, edition, *wanted]

    def _free(self, number: int) -> str:
        """A position for a row that was printed with none: without one it would go on the row above."""
        return next(text for text in map(str, count(number)) if text not in self._taken)

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset(self._own.order_by().values_list("position", flat=True).distinct())


_PLACE = """CASE WHEN g.low = g.high THEN g.low WHEN g.low IS NULL THEN '' ELSE (
  SELECT r.position FROM chiso_result r
  WHERE r.edition_id = %s AND r.appendix_id = %s AND r.unit_id = g.unit_id AND r.position <> ''
  ORDER BY r.row DESC, r.id DESC LIMIT 1
) END"""
_PIVOT = """SELECT {columns} FROM (
  SELECT unit_id, {shown},
    min(CASE WHEN appendix_id = %s THEN CASE WHEN row = 0 THEN 2147483647 ELSE row END END) AS place,
    min(CASE WHEN appendix_id = %s AND position <> '' THEN position END) AS low,
    max(CASE WHEN appendix_id = %s AND position <> '' THEN position END) AS high,
    max(CASE WHEN appendix_id = %s THEN printed_rank END) AS printed_rank
  FROM chiso_result WHERE edition_id = %s AND indicator_id IN ({wanted}) GROUP BY unit_id
) g JOIN chiso_unit u ON u.id = g.unit_id
WHERE g.place IS NOT NULL ORDER BY g.place, u.level, u."order", u.sort_key, u.id"""


class _IndicatorsDown(_Table):
    """One row an indicator; the province, the nation and whoever else has figures here side by side."""

    def headings(self) -> tuple[str, ...]:
        return self._heading(Role.POSITION, POSITION), self._heading(Role.LABEL, LABEL), *self._across.values()

    def lines(self) -> Iterator[Line]:
        return map(self._line, self._lines_down())

    def _line(self, line: LayoutLine) -> Line:
        """A figure that stands inside its label goes there: "Tỷ lệ …: 85.23%"."""
        record, title, units = self._records[line.indicator], line.titles[0] if line.titles else "", list(self._across)
        found = [self._figures.get((unit, line.indicator)) for unit in units]
        label, texts = title or record.name, [row.printed if row else "" for row in found]
        at = units.index(self._issuer) if self._issuer in units else None
        if line.in_label and at is not None and texts[at]:
            label, texts[at] = f"{label}: {texts[at]}", ""
        position = next((row.position for row in found if row is not None and row.position), "")
        return Line([TEXT, TEXT, *[record.kind] * len(units)], [position, label, *texts])

    def _lines_down(self) -> list[LayoutLine]:
        """The layout's rows, and the figures kept here for which it has none."""
        lines = [line for line in self._lines(Role.INDICATOR, "row") if line.indicator in self._records]
        held = {line.indicator for line in lines}
        codes = dict.fromkeys(row.indicator.code for row in sorted(self._kept, key=_place))
        names = {code: self._records[code].name for code in codes if code not in held}
        return lines + [LayoutLine(Role.INDICATOR, (name,), code, "row") for code, name in names.items()]

    @cached_property
    def _across(self) -> dict[str, str]:
        """Unit -> the heading of its column."""
        issuer, kept = self._edition.dispatch.issuer.unit, {row.unit.slug: row.unit.name for row in self._kept}
        across = {self._issuer: self._heading(Role.PROVINCE, issuer.name)}
        nation = (
            Unit.objects.unmerged().filter(level=Level.NATION).valid_on(case.day_of(self._edition.dispatch)).first()
        )
        if nation is not None and (self._lines(Role.NATION) or nation.slug in kept):
            across[nation.slug] = self._heading(Role.NATION, nation.name)
        return across | {slug: name for slug, name in kept.items() if slug not in across}

    @cached_property
    def _issuer(self) -> str:
        return self._edition.dispatch.issuer.unit.slug

    @cached_property
    def _kept(self) -> list[Result]:
        return list(self._own.select_related("unit", "indicator").order_by("row", "pk"))

    @cached_property
    def _figures(self) -> dict[tuple[str, str], Result]:
        rows = Result.objects.filter(Q(edition=self._edition), unit__slug__in=list(self._across))
        return {(row.unit.slug, row.indicator.code): row for row in rows.select_related("unit", "indicator")}


def _place(row: Result) -> tuple[bool, int, str, int, str]:
    return not row.row, row.row, row.unit.level, row.unit.order, row.unit.sort_key
