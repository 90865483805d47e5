"""An appendix as its document prints it: title lines, headings, rows and the printed texts, in its own shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from chiso.ingest.layout import IndicatorRecord, Knowledge, Layout, Line, Role
from chiso.models import Appendix, Dispatch, Edition, Result
from chiso.values.name import Directory
from chiso.values.ordinal import order
from chiso.values.period import long_date

from . import case
from .knowledge import knowledge
from .texts import printed_title

POSITION, CODE, UNIT, LABEL, RANK = "STT", "Mã đơn vị", "Đơn vị", "Nội dung", "Xếp hạng"  # where no layout says
Figures = dict[tuple[str, str], Result]  # (unit slug, indicator code) -> figure
Table = tuple[tuple[str, ...], tuple[tuple["Text", ...], ...]]  # headings, rows


@dataclass(frozen=True, slots=True)
class Text:
    """One cell as printed; `indicator` where it is a figure."""

    text: str
    indicator: IndicatorRecord | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """One appendix on paper: `above` are the lines over its table, `notes` those below it."""

    ordinal: str
    above: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    notes: tuple[str, ...]


def of_edition(edition: Edition) -> tuple[Printed, ...]:
    """Every appendix, in the order of their numbers."""
    dispatch = edition.dispatch
    known = knowledge(dispatch.issuer, case.day_of(dispatch), edition.indicator_set)
    figures = _figures(edition)
    rows = edition.appendices.select_related("layout")
    return tuple(_printed(row, dispatch, known, figures) for row in sorted(rows, key=lambda row: order(row.ordinal)))


def of_appendix(appendix: Appendix) -> Printed:
    edition = appendix.edition
    dispatch = edition.dispatch
    known = knowledge(dispatch.issuer, case.day_of(dispatch), edition.indicator_set)
    return _printed(appendix, dispatch, known, _figures(edition))


def _figures(edition: Edition) -> Figures:
    rows = Result.objects.filter(edition=edition).select_related("unit", "indicator")
    return {(row.unit.slug, row.indicator.code): row for row in rows.order_by("row", "pk")}


def _printed(appendix: Appendix, dispatch: Dispatch, known: Knowledge, figures: Figures) -> Printed:
    layout = next((each for each in known.layouts if appendix.layout and each.code == appendix.layout.code), None)
    own = [row for row in figures.values() if row.appendix_id == appendix.pk]
    making = _Making(layout, known, figures, own)
    down = layout is not None and layout.rows_are == "indicators"
    headings, rows = making.indicators_down() if down else making.units_down()
    above = (f"Phụ lục {appendix.ordinal}", printed_title(appendix), _caption(dispatch))
    notes = tuple(line for line in appendix.notes.splitlines() if line.strip())
    return Printed(appendix.ordinal, tuple(filter(None, above)), headings, rows, notes)


def _caption(dispatch: Dispatch) -> str:
    """The line by which a reader of the file alone knows whose table it is; none before the dispatch is issued."""
    if not dispatch.number or dispatch.issued_on is None:
        return ""
    day, issuer = long_date(dispatch.issued_on), dispatch.issuer.name
    return f"(Kèm theo Công văn số {dispatch.reference} {day} của {issuer})"


class _Making:
    """The rows of one appendix; `own` are the figures that it prints, `figures` all of the edition.

    A figure printed in two appendices is kept with the first: the second shows it all the same."""

    def __init__(self, layout: Layout | None, known: Knowledge, figures: Figures, own: Sequence[Result]) -> None:
        self._layout, self._known, self._figures, self._own = layout, known, figures, own
        self._records = {record.code: record for record in known.indicators}
        self._positions = {row.unit.slug: row.position for row in own if row.position}

    def units_down(self) -> Table:
        """One row a unit, one column an indicator."""
        units = list({row.unit.slug: row.unit for row in sorted(self._own, key=_place)}.values())
        codes = self._codes()
        coded = self._need_codes([unit.slug for unit in units])
        ranks = self._ranks()
        headings = [self._heading(Role.POSITION, POSITION)]
        headings += [self._heading(Role.CODE, CODE)] if coded else []
        headings += [self._heading(Role.UNIT, UNIT), *codes.values()]
        headings += [self._heading(Role.RANK, RANK)] if ranks else []
        rows = []
        for number, unit in enumerate(units, 1):
            row = [Text(self._positions.get(unit.slug) or self._free(number))]
            row += [Text(unit.code or "")] if coded else []
            row.append(Text(unit.name))
            row += [self._figure(unit.slug, code) for code in codes]
            row += [Text(ranks.get(unit.slug, ""))] if ranks else []
            rows.append(tuple(row))
        return tuple(headings), tuple(rows)

    def indicators_down(self) -> Table:
        """One row an indicator; the province, the nation and whoever else has figures here side by side."""
        units = self._units_across()
        headings = (self._heading(Role.POSITION, POSITION), self._heading(Role.LABEL, LABEL), *units.values())
        return headings, tuple(self._label_row(line, list(units)) for line in self._lines_down())

    def _label_row(self, line: Line, units: Sequence[str]) -> tuple[Text, ...]:
        """A figure that stands inside its label goes there: "Tỷ lệ …: 85.23%"."""
        record, title = self._records[line.indicator], line.titles[0] if line.titles else ""
        label = title or record.name
        cells = [self._figure(unit, line.indicator) for unit in units]
        at = units.index(self._known.issuer) if self._known.issuer in units else None
        if line.in_label and at is not None and cells[at].text:
            label, cells[at] = f"{label}: {cells[at].text}", Text("")
        found = (self._figures.get((unit, line.indicator)) for unit in units)
        position = next((row.position for row in found if row is not None and row.position), "")
        return (Text(position), Text(label), *cells)

    def _lines_down(self) -> list[Line]:
        """The layout's rows, and the figures kept here for which it has none."""
        lines = [line for line in self._lines(Role.INDICATOR, "row") if line.indicator in self._records]
        held = {line.indicator for line in lines}
        codes = dict.fromkeys(row.indicator.code for row in sorted(self._own, key=_place))
        others = [Line(Role.INDICATOR, (self._records[code].name,), code, "row") for code in codes if code not in held]
        return lines + others

    def _units_across(self) -> dict[str, str]:
        """Unit -> the heading of its column."""
        across = {self._known.issuer: self._heading(Role.PROVINCE, self._known.issuer_name)}
        if self._known.nation and (self._lines(Role.NATION) or self._has(self._known.nation)):
            names = {unit.slug: unit.name for unit in self._known.units}
            across[self._known.nation] = self._heading(Role.NATION, names[self._known.nation])
        for row in self._own:
            across.setdefault(row.unit.slug, row.unit.name)
        return across

    def _codes(self) -> dict[str, str]:
        """Indicator -> the heading of its column: the layout's, and what else is kept here."""
        lines = [line for line in self._lines(Role.INDICATOR) if line.indicator in self._records]
        codes = {line.indicator: self._title(line) for line in lines}
        for row in sorted(self._own, key=lambda row: (row.indicator.order, row.indicator.code)):
            codes.setdefault(row.indicator.code, row.indicator.name)
        return codes

    def _need_codes(self, slugs: Iterable[str]) -> bool:
        """Whether some row's name alone would not lead back to its unit."""
        directory = Directory(self._known.units, self._known.issuer)
        names = {unit.slug: unit for unit in self._known.units}
        return any(
            names[slug].code and directory.match(names[slug].name).unit != slug for slug in slugs if slug in names
        )

    def _ranks(self) -> dict[str, str]:
        """Unit -> its printed rank, where the table has one column of ranks."""
        said: dict[str, set[str]] = {}
        for row in self._own:
            if row.printed_rank:
                said.setdefault(row.unit.slug, set()).add(row.printed_rank)
        return {unit: next(iter(ranks)) for unit, ranks in said.items()} if all(map(_is_one, said.values())) else {}

    def _figure(self, unit: str, code: str) -> Text:
        row = self._figures.get((unit, code))
        return Text(row.printed if row else "", self._records[code])

    def _free(self, number: int) -> str:
        """A position for a row that was printed with none: without one it would go on the row above."""
        taken = set(self._positions.values())
        return next(text for text in map(str, count(number)) if text not in taken)

    def _has(self, unit: str) -> bool:
        return any(row.unit.slug == unit for row in self._own)

    def _lines(self, role: Role, axis: str = "column") -> list[Line]:
        lines = self._layout.lines if self._layout else ()
        return [line for line in lines if line.role is role and line.axis == axis]

    def _heading(self, role: Role, otherwise: str) -> str:
        return next((line.titles[0] for line in self._lines(role) if line.titles), otherwise)

    def _title(self, line: Line) -> str:
        return line.titles[0] if line.titles else self._records[line.indicator].name


def _place(row: Result) -> tuple[bool, int, str, int, str]:
    """Rows as printed; what was typed without a place stands below, in the order of the lists."""
    return not row.row, row.row, row.unit.level, row.unit.order, row.unit.sort_key


def _is_one(ranks: set[str]) -> bool:
    return len(ranks) == 1
