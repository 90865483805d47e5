"""Many cells of a draft typed at once, each with the version it was based on: nothing is overwritten unseen.

What can be stored is stored; a cell that a colleague changed in the meantime comes back with what stands there now,
and one that cannot be read with the reason. Sent again with the new version, the same edit is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.models import Appendix, CellNote, Edition, Indicator, Result, ResultChange, Unit, User, What
from chiso.queries import sheet as query
from chiso.queries.finding import asked_about
from chiso.queries.sheet import Key, Reading
from chiso.queries.standing import units_of
from chiso.values.number import Figure

from . import edition as editions
from . import figures, lock
from .trail import record

LONGEST_NOTE = CellNote._meta.get_field("text").max_length or 0
_NAMED = 4  # cells that the event names; its changes hold them all


class UnableToSave(Exception):
    """The edition is not a draft, or the appendix is another edition's."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody typed into one cell. Empty text, a dash or "không có" take the figure out; None leaves it."""

    unit: str  # slug
    indicator: str  # code
    text: str | None
    version: int = 0  # the change it was based on: queries.sheet.Cell.version
    note: str | None = None  # None leaves it, "" takes it away
    noted: str = ""  # the note that it was based on

    @property
    def cell(self) -> tuple[str, str]:
        return self.unit, self.indicator


@dataclass(frozen=True, slots=True)
class Stored:
    """A cell that now holds what was sent, whether that changed anything or not."""

    edit: Edit
    text: str
    reading: Reading
    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else was quicker: what stands there now, since when, and from whom."""

    edit: Edit
    text: str
    version: int
    by: str
    at: datetime | None
    of_note: bool = False
    own: bool = False  # the somebody is the same person: another tab, or a save whose answer was lost


@dataclass(frozen=True, slots=True)
class Wrong:
    edit: Edit
    why: str


@dataclass(frozen=True, slots=True)
class Saved:
    at: datetime
    changed: int
    stored: tuple[Stored, ...]
    noted: tuple[Edit, ...]  # whose notes now stand as sent
    conflicts: tuple[Conflict, ...]
    wrong: tuple[Wrong, ...]


def save(*, edition: Edition, edits: Iterable[Edit], by: User | None, appendix: Appendix | None = None) -> Saved:
    """Store what can be stored, in one go. New figures belong to `appendix`; those of another one stay with it."""
    wanted = list({(edit.cell, edit.text is None): edit for edit in edits}.values())
    with transaction.atomic():
        edition = lock.draft(edition, UnableToSave)
        if appendix is not None and appendix.edition_id != edition.pk:
            raise UnableToSave(_("This appendix belongs to another edition."))
        saving = _Saving(edition, appendix, by)
        saving.look(wanted)
        changed = saving.write()
        return Saved(
            timezone.now(), changed, saving.stored(), tuple(saving.noted), tuple(saving.conflicts), tuple(saving.wrong)
        )


@dataclass
class _Saving:
    """One round: look at every edit, then write all that stand."""

    edition: Edition
    appendix: Appendix | None
    by: User | None
    conflicts: list[Conflict] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    read: dict[Key, tuple[Edit, Reading]] = field(default_factory=dict)  # what each accepted cell is to hold
    noting: dict[Key, Edit] = field(default_factory=dict)  # notes to write
    noted: list[Edit] = field(default_factory=list)  # notes that then stand as sent

    def look(self, edits: Sequence[Edit]) -> None:
        self._load(edits)
        stale = []
        for edit in edits:
            fault = self._fault(edit)
            if fault:
                self.wrong.append(Wrong(edit, fault))
                continue
            key = (self.units[edit.unit].pk, self.indicators[edit.indicator].pk)
            if edit.note is not None:
                self._look_at_note(key, edit)
            if edit.text is not None:
                stale += self._look_at_text(key, edit, edit.text)
        self._tell(stale)

    def _load(self, edits: Sequence[Edit]) -> None:
        units = units_of(self.edition).filter(slug__in={edit.unit for edit in edits})
        self.units = {unit.slug: unit for unit in units}
        codes = {edit.indicator for edit in edits}
        rows = Indicator.objects.filter(indicator_set=self.edition.indicator_set_id, code__in=codes)
        self.indicators = {row.code: row for row in rows}
        pks = [unit.pk for unit in self.units.values()]
        figures_now = Result.objects.filter(edition=self.edition, unit__in=pks)
        self.figures = {(row.unit_id, row.indicator_id): row for row in figures_now}
        self.versions = query.versions(self.edition, pks)
        notes = CellNote.objects.filter(edition=self.edition, unit__in=pks).select_related("by")
        self.notes = {(row.unit_id, row.indicator_id): row for row in notes}

    def _fault(self, edit: Edit) -> str:
        """Why the edit cannot be stored, whoever else types; "" where it can."""
        if edit.indicator not in self.indicators:
            return _("This indicator belongs to another set than the dispatch.")
        if edit.unit not in self.units:
            return _("This unit does not belong to the issuer's tree at the date of the data.")
        if edit.note is not None and len(edit.note.strip()) > LONGEST_NOTE:
            return _("A note has at most %(count)s characters.") % {"count": LONGEST_NOTE}
        if edit.text is None:
            return ""
        return query.reading(self.indicators[edit.indicator].kind, edit.text).wrong

    def _look_at_text(self, key: Key, edit: Edit, text: str) -> list[tuple[Key, Edit]]:
        """The same text as a colleague's is no conflict: both say the same."""
        reading = query.reading(self.indicators[edit.indicator].kind, text)
        if edit.version != self.versions.get(key, 0) and not self._same(key, reading):
            return [(key, edit)]
        self.read[key] = edit, reading
        return []

    def _look_at_note(self, key: Key, edit: Edit) -> None:
        note, text = self.notes.get(key), (edit.note or "").strip()
        if note is not None and text != note.text != edit.noted.strip():
            by, own = str(note.by or ""), self._own(note.by_id)
            self.conflicts.append(Conflict(edit, note.text, edit.version, by, note.at, of_note=True, own=own))
            return
        self.noted.append(edit)
        if text != (note.text if note else ""):
            self.noting[key] = edit

    def _tell(self, stale: Sequence[tuple[Key, Edit]]) -> None:
        """Each stale edit with what stands in its cell now, who put it there and when."""
        last = [self.versions[key] for key, _edit in stale if key in self.versions]
        changes = ResultChange.objects.select_related("event__by").in_bulk(last)
        for key, edit in stale:
            now, figure = self.versions.get(key, 0), self.figures.get(key)
            event = changes[now].event if now in changes else None
            by = str(event.by or _("the system")) if event else ""
            text = figure.printed if figure else ""
            own = bool(event and self._own(event.by_id))
            self.conflicts.append(Conflict(edit, text, now, by, event.at if event else None, own=own))

    def _own(self, by_id: int | None) -> bool:
        return self.by is not None and self.by.pk == by_id

    def _same(self, key: Key, reading: Reading) -> bool:
        before, figure = self.figures.get(key), reading.figure
        if before is None or figure is None:
            return before is None and figure is None
        return (before.value, before.out_of, before.printed) == (figure.value, figure.out_of, figure.printed)

    def write(self) -> int:
        """Everything at once; how many cells changed, or were confirmed."""
        same = {key for key, (_edit, reading) in self.read.items() if self._same(key, reading)}
        same -= self._confirmed(same)
        changing = {key: told for key, told in self.read.items() if key not in same}
        if changing:
            self._write_figures(changing)
            editions.refresh_findings(edition=self.edition)
        if self.noting:
            self._write_notes()
        return len(changing.keys() | self.noting.keys())

    def _confirmed(self, same: set[Key]) -> set[Key]:
        """Figures saved as they stand that a file asks about since: to save one is to answer it."""
        standing = {key for key in same if key in self.figures}
        asked = asked_about(self.edition) if standing else set()
        return {key for key in standing if self.read[key][0].cell in asked}

    def _write_figures(self, changing: dict[Key, tuple[Edit, Reading]]) -> None:
        told = [
            f"{self._name(edit)} {reading.figure.printed if reading.figure else '–'}"
            for edit, reading in changing.values()
        ]
        event = record(What.SHEET_SAVED, by=self.by, subject=_shortened(told), edition=self.edition)
        places = self._places()
        read = {key: reading.figure for key, (_edit, reading) in changing.items()}
        figures.erase([self.figures[key] for key, figure in read.items() if figure is None], event=event)
        after = {key: self._after(key, figure, places) for key, figure in read.items() if figure is not None}
        figures.write([(self.figures.get(key), row) for key, row in after.items()], event=event)

    def _after(self, key: Key, figure: Figure, places: dict[int, Result]) -> Result:
        """What was typed has no cell of a file; a new figure stands in its row's place."""
        before = self.figures.get(key)
        place = before or places.get(key[0] if self._units_down else key[1])
        return Result(
            edition=self.edition, unit_id=key[0], indicator_id=key[1], value=figure.value, out_of=figure.out_of,
            printed=figure.printed, appendix_id=(before.appendix_id if before else None) or self._appendix_id,
            position=place.position if place else "", row=place.row if place else 0,
            printed_rank=before.printed_rank if before else "",
        )  # fmt: skip

    @property
    def _appendix_id(self) -> int | None:
        return self.appendix.pk if self.appendix else None

    @property
    def _units_down(self) -> bool:
        layout = self.appendix.layout if self.appendix else None
        return layout is None or layout.rows_are == "units"

    def _places(self) -> dict[int, Result]:
        """Unit, or indicator where those are the rows -> a figure that is printed in its row. A row typed from nothing
        has no printed place: it stands in the order of the lists, whatever was typed first."""
        rows = Result.objects.filter(edition=self.edition, appendix=self._appendix_id, row__gt=0)
        found = rows.order_by("-pk") if self.appendix else rows.none()
        return {row.unit_id if self._units_down else row.indicator_id: row for row in found}

    def _write_notes(self) -> None:
        texts = {key: (edit.note or "").strip() for key, edit in self.noting.items()}
        told = [f"{self._name(edit)} “{texts[key]}”" for key, edit in self.noting.items()]
        subject, why = _shortened(told), "\n".join(told)
        event = record(What.NOTE_STORED, by=self.by, subject=subject, why=why, edition=self.edition)
        gone = [self.notes[key].pk for key, text in texts.items() if not text]
        CellNote.objects.filter(pk__in=gone).delete()
        rows = [
            CellNote(edition=self.edition, unit_id=key[0], indicator_id=key[1], text=text, by=self.by, at=event.at)
            for key, text in texts.items() if text
        ]  # fmt: skip
        CellNote.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["edition", "unit", "indicator"],
            update_fields=["text", "by", "at"],
        )  # fmt: skip

    def _name(self, edit: Edit) -> str:
        unit: Unit = self.units[edit.unit]
        return f"{unit}, {edit.indicator}:"

    def stored(self) -> tuple[Stored, ...]:
        now = query.versions(self.edition, {unit for unit, _indicator in self.read})
        return tuple(
            Stored(edit, reading.figure.printed if reading.figure else "", reading, now.get(key, 0))
            for key, (edit, reading) in self.read.items()
        )


def _shortened(told: Sequence[str]) -> str:
    rest = len(told) - _NAMED
    return "; ".join(told[:_NAMED]) + (f"; +{rest}" if rest > 0 else "")
