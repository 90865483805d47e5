"""One appendix of an edition as a grid to type in: its cells with what stands in them, also where nothing does yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from chiso.checks.bounds import most
from chiso.models import (
    Appendix,
    CellNote,
    Edition,
    Finding,
    FindingState,
    Indicator,
    LayoutLine,
    Level,
    LineRole,
    Result,
    ResultChange,
    Severity,
    State,
    Unit,
)
from chiso.values.number import Doubt, Figure, Kind, Missing, places, read
from chiso.words import problem as words
from chiso.words.figure import kind_shown, value_text

from .standing import units_of

LONGEST = Result._meta.get_field("printed").max_length or 0
PEER_LEVELS = (Level.AGENCY, Level.DISTRICT, Level.COMMUNE)
Key = tuple[int, int]  # (unit, indicator)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is in one cell: a figure, missing, or a sentence that says why it is neither."""

    figure: Figure | None = None
    places: int = 0
    shown: str = ""  # as people write it: "2.145"
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator, as one line of the grid."""

    code: str
    name: str
    label: str  # as the layout heads it
    kind: str
    maximum: Decimal | None
    additive: bool
    total: str  # the code of the total that it is a group of


@dataclass(frozen=True, slots=True)
class Party:
    """A unit, as one line of the grid."""

    slug: str
    name: str
    level: str
    position: str  # STT as printed


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """`version` is the last change of this figure: whoever saves says on which one the new text is based."""

    unit: str
    indicator: str
    text: str
    reading: Reading
    version: int
    note: Note | None
    source: str  # the cell of the file it came from
    elsewhere: str  # the other appendix that it belongs to
    findings: int  # open errors and warnings that speak of it
    beyond: bool = False  # typed by hand, and more than it can be


@dataclass(frozen=True, slots=True)
class Sheet:
    appendix: Appendix
    edition: Edition
    units_down: bool
    units: tuple[Party, ...]
    measures: tuple[Measure, ...]
    rows: tuple[tuple[Cell, ...], ...]
    levels: tuple[str, ...]  # whose units stand in it also without figures

    @property
    def open(self) -> bool:
        return self.edition.state == State.DRAFT


def reading(kind: str, text: str) -> Reading:
    """The one rule by which a typed text becomes a figure."""
    if len(text) > LONGEST:
        return Reading(wrong=_("A figure has at most %(count)s characters.") % {"count": LONGEST})
    figure = read(text, Kind(kind))
    if isinstance(figure, Doubt):
        return Reading(wrong=words.doubt(figure))
    if isinstance(figure, Missing):
        return Reading()
    return read_as(figure.value, figure.out_of, figure.printed, kind)


def read_as(value: Decimal, out_of: Decimal | None, printed: str, kind: str) -> Reading:
    """The same of a stored figure."""
    shown_kind = Kind(kind_shown(printed, kind))
    figure = Figure(value, out_of, printed, shown_kind)
    return Reading(figure, places(printed, Kind(kind)), value_text(value, out_of, shown_kind))


def versions(edition: Edition, units: Collection[int] | None = None) -> dict[Key, int]:
    """The last change of each figure of an edition, of some units or all; a figure never changed has none."""
    changes = ResultChange.objects.filter(edition=edition)
    changes = changes if units is None else changes.filter(unit__in=units)
    rows = changes.order_by().values_list("unit_id", "indicator_id").annotate(last=Max("pk"))
    return {(unit, indicator): last for unit, indicator, last in rows}


def of_appendix(appendix: Appendix, levels: Collection[str] = ()) -> Sheet:
    """`levels` are those whose units stand in rows also without figures; by itself, those the table is of."""
    known = Appendix.objects.select_related("edition__dispatch__issuer__unit", "layout").get(pk=appendix.pk)
    return _Making(known, levels).sheet()


class _Making:
    """A figure printed in two appendices is kept with the first: the second shows it all the same."""

    def __init__(self, appendix: Appendix, levels: Collection[str]) -> None:
        self._appendix, self._edition, self._layout = appendix, appendix.edition, appendix.layout
        self._root = appendix.edition.dispatch.issuer.unit
        lines = LayoutLine.objects.filter(layout=appendix.layout_id).order_by("axis", "order", "pk")
        self._lines = list(lines) if appendix.layout_id else []
        self._indicators = {row.pk: row for row in Indicator.objects.filter(indicator_set=self._edition.indicator_set)}
        self._figures = self._found()
        own = [row for row in self._figures.values() if row.appendix_id == appendix.pk]
        self._units = Unit.objects.in_bulk({row.unit_id for row in own})
        self._own = sorted(own, key=lambda row: (not row.row, row.row, _listed(self._units[row.unit_id])))
        self._down = self._layout is None or self._layout.rows_are == "units"
        self._levels = () if not self._down else tuple(levels) or self._usual_levels()

    def sheet(self) -> Sheet:
        units = self._units_down() if self._down else self._units_across()
        measures = self._measures()
        self._load_beside()
        cells = {
            (unit.pk, pk): self._cell(unit, self._indicators[pk], self._figures.get((unit.pk, pk)))
            for unit in units for pk in measures
        }  # fmt: skip
        keys = (
            [[(unit.pk, pk) for pk in measures] for unit in units] if self._down
            else [[(unit.pk, pk) for unit in units] for pk in measures]
        )  # fmt: skip
        positions = {row.unit_id: row.position for row in self._own if row.position and self._down}
        return Sheet(
            self._appendix, self._edition, self._down,
            tuple(Party(unit.slug, unit.name, unit.level, positions.get(unit.pk, "")) for unit in units),
            tuple(measures.values()), tuple(tuple(cells[key] for key in row) for row in keys), self._levels,
        )  # fmt: skip

    def _found(self) -> dict[Key, Any]:
        """All figures of the edition, each with the number of its appendix: a hundred units share a few records."""
        rows = Result.objects.filter(edition=self._edition).annotate(ordinal=F("appendix__ordinal"))
        return {(row.unit_id, row.indicator_id): row for row in rows.order_by("pk")}

    def _usual_levels(self) -> tuple[str, ...]:
        """Those with figures here; else those of the last table of this layout; else all right below the office."""
        here = {unit.level for unit in self._units.values()} or self._levels_before()
        return tuple(level for level in PEER_LEVELS if level in here)

    def _levels_before(self) -> set[str]:
        rows = Result.objects.filter(appendix__layout=self._layout, edition__dispatch__issuer=self._root.issuer)
        last = rows.order_by("-edition__dispatch__data_as_of", "-edition_id") if self._layout else rows.none()
        newest = last.values("edition_id")[:1]
        found = set(rows.filter(edition__in=newest).order_by().values_list("unit__level", flat=True).distinct())
        return found or {Level.AGENCY, Level.DISTRICT}

    def _units_down(self) -> list[Unit]:
        """As printed; then those of the same levels that have no figures yet, in the order of the lists."""
        printed = {row.unit_id: self._units[row.unit_id] for row in self._own if row.row}
        typed = {row.unit_id: self._units[row.unit_id] for row in self._own if row.unit_id not in printed}
        told = set(printed) | {unit.merged_into_id for unit in self._units.values()}
        valid = units_of(self._edition).filter(level__in=self._levels, merged_into=None) if self._levels else []
        parents = self._parents()
        for unit in valid:
            if unit.pk not in told and unit.parent_id in parents.get(unit.level, {unit.parent_id}):
                typed.setdefault(unit.pk, unit)
        return [*printed.values(), *sorted(typed.values(), key=_listed)]

    def _parents(self) -> dict[str, set[int | None]]:
        """Level -> the one unit whose parts are listed, where the table is of one district's communes, say."""
        found: dict[str, list[int | None]] = {}
        for unit in self._units.values():
            found.setdefault(unit.level, []).append(unit.parent_id)
        return {level: set(parents) for level, parents in found.items() if len(parents) > 1 and len(set(parents)) == 1}

    def _units_across(self) -> list[Unit]:
        """The office's own unit, the nation where the layout has it, and whoever else has figures here."""
        across = {self._root.pk: self._root}
        if any(line.role == LineRole.NATION for line in self._lines):
            across |= {unit.pk: unit for unit in units_of(self._edition).filter(level=Level.NATION)}
        for row in self._own:
            across.setdefault(row.unit_id, self._units[row.unit_id])
        return list(across.values())

    def _measures(self) -> dict[int, Measure]:
        """The layout's lines, and what else has figures here; a layout that names no rows takes the whole set."""
        axis = "column" if self._down else "row"
        lines = [line for line in self._lines if line.axis == axis and line.indicator_id in self._indicators]
        titles: dict[int, str] = {line.indicator_id: "".join(line.titles[:1]) for line in lines if line.indicator_id}
        here = {row.indicator_id for row in self._own}
        rest = [row for row in self._indicators.values() if row.pk in here or not (titles or self._down)]
        for row in sorted(rest, key=lambda row: (row.order, row.code)):
            titles.setdefault(row.pk, "")
        return {pk: self._measure(self._indicators[pk], title) for pk, title in titles.items()}

    def _measure(self, row: Indicator, title: str) -> Measure:
        total = self._indicators[row.parent_id].code if row.part_of_total and row.parent_id else ""
        return Measure(row.code, row.name, title or row.label, row.kind, row.maximum, row.additive, total)

    def _load_beside(self) -> None:
        """What stands beside the figures of a draft: their last changes, notes, and what the checks found."""
        self._versions = versions(self._edition)
        notes = CellNote.objects.filter(edition=self._edition).select_related("by")
        self._notes = {(row.unit_id, row.indicator_id): Note(row.text, str(row.by or ""), row.at) for row in notes}
        found = Finding.objects.filter(edition=self._edition, state=FindingState.OPEN).exclude(severity=Severity.NOTE)
        self._findings = _counted(found.values_list("about", flat=True))

    def _cell(self, unit: Unit, indicator: Indicator, figure: Any) -> Cell:
        key = (unit.pk, indicator.pk)
        elsewhere = figure.ordinal if figure and figure.appendix_id != self._appendix.pk else ""
        return Cell(
            unit.slug, indicator.code, figure.printed if figure else "",
            read_as(figure.value, figure.out_of, figure.printed, indicator.kind) if figure else Reading(),
            self._versions.get(key, 0), self._notes.get(key), figure.cell if figure else "",
            elsewhere or "", self._findings[unit.slug, indicator.code], _is_beyond(indicator, figure),
        )  # fmt: skip


def _is_beyond(indicator: Indicator, figure: Any) -> bool:
    if figure is None or figure.cell:
        return False
    highest = most(indicator.kind, figure.out_of, indicator.maximum)
    return highest is not None and figure.value > highest


def _counted(found: Iterable[list[list[str]]]) -> Counter[tuple[str, str]]:
    return Counter((unit, code) for about in found for unit, code in about)


def _listed(unit: Unit) -> tuple[str, int, str, str]:
    return unit.level, unit.order, unit.sort_key, unit.slug
