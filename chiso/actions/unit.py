"""Units and their other names are saved here, with the folded texts by which they are found and sorted; and two records
of one unit become one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chiso.models import (
    OPEN_STATES,
    CellNote,
    Edition,
    Event,
    Issuer,
    Membership,
    Notice,
    Reply,
    Unit,
    UnitAlias,
    UnitSuccession,
    User,
    What,
)
from chiso.queries import merging, named
from chiso.values.alphabet import fold, sort_key

from . import edition as editions
from . import figures, lock
from .trail import by_hand_of, record

SEARCH_LENGTH = 400  # Unit.search
BATCH = 500  # rows of a statement
FOLDED_LENGTH = 200  # UnitAlias.folded
NOTE_LENGTH = CellNote._meta.get_field("text").max_length


class UnableToMerge(Exception):
    """They are not two records of one unit, or something that never changes, or is not decided yet, names both."""


def store(*, unit: Unit, by: User | None) -> Unit:
    """Saves a unit, found afterwards by its folded name or code and sorted as a Vietnamese dictionary does."""
    by_hand_of(by, _findable(unit)).save()
    return unit


def store_new(*, units: Iterable[Unit], by: User | None) -> list[Unit]:
    """The same for many new ones at once, each with its history."""
    made = [by_hand_of(by, _findable(unit)) for unit in units]
    Unit.objects.bulk_create(made, batch_size=BATCH)
    Unit.history.bulk_history_create(made, batch_size=BATCH, default_user=by)
    return made


def _findable(unit: Unit) -> Unit:
    unit.search = fold(f"{unit.name} {unit.code or ''}")[:SEARCH_LENGTH]
    unit.sort_key = sort_key(unit.name)
    return unit


def enter(*, unit: Unit, by: User | None) -> Unit:
    """A unit that a person enters: the log says so."""
    with transaction.atomic():
        store(unit=unit, by=by)
        office = Issuer.objects.filter(pk__in=merging.offices(unit)).first()
        record(What.UNIT_MADE, by=by, subject=str(unit), issuer=office)
    return unit


def store_alias(*, alias: UnitAlias) -> UnitAlias:
    """Saves another name of a unit; names that fold alike are one (a constraint of the table says so)."""
    alias.folded = fold(alias.alias)[:FOLDED_LENGTH]
    alias.save()
    return alias


def merge(*, kept: Unit, gone: Unit, by: User | None, why: str) -> Unit:
    """Two records of one unit become `kept`: it takes over what drafts say of `gone`, its names, people, successions
    and what belongs to it. Where something that never changes names `gone`, its record stays, hidden and pointing here;
    else it is deleted."""
    if not why.strip():
        raise UnableToMerge(_("Say why they are one unit: the log keeps it."))
    with transaction.atomic():
        for office in merging.concerned(kept):
            lock.office(office)
        kept, gone = (Unit.objects.select_related("parent").get(pk=unit.pk) for unit in (kept, gone))
        plan = merging.plan(kept=kept, gone=gone)
        if plan.obstacles:
            raise UnableToMerge(" ".join(plan.obstacles))
        subject = f"{gone} ({gone.slug}) → {kept} ({kept.slug})"
        office_of = Issuer.objects.filter(pk__in=merging.offices(kept)).first()
        told = partial(record, What.UNIT_MERGED, by=by, subject=subject, why=why.strip())
        told(issuer=office_of)
        touched = {*merging.spoken_of(gone), *_move_figures(plan, told)}
        _move_notes(kept, gone)
        _move_names(plan)
        _move_answers(kept, gone)
        _move_people(kept, gone, by)
        _move_successions(kept, gone, by)
        for below in plan.below:
            below.parent = kept
            store(unit=below, by=by)
        _let_go(kept, gone, by)
        for edition in _editions(touched):
            editions.refresh_findings(edition=edition)
    return kept


def _editions(keys: set[int]) -> Iterable[Edition]:
    several = Edition.objects.filter(pk__in=keys).order_by("pk")
    return several.select_related("dispatch__issuer__unit", "indicator_set")


def _move_figures(plan: merging.Merging, told: Callable[..., Event]) -> set[int]:
    """Each with a change of both records: gone there, come here, from the same cell. An event for each edition: whoever
    merges has changed its figures last. Which editions they were."""
    going = [*plan.figures, *(other for _one, other in plan.twice)]
    touched = {row.edition_id for row in going}
    for edition in _editions(touched):
        event = told(edition=edition)
        own = [row for row in plan.figures if row.edition_id == edition.pk]
        figures.erase([other for _one, other in plan.twice if other.edition_id == edition.pk], event=event)
        figures.hand_over(own, {plan.gone.pk: plan.kept.pk}, event=event)
    return touched


def _move_notes(kept: Unit, gone: Unit) -> None:
    """Where both cells have a note, one after the other."""
    own = {(note.edition_id, note.indicator_id): note for note in CellNote.objects.filter(unit=kept)}
    for note in CellNote.objects.filter(unit=gone, edition__state__in=OPEN_STATES):
        there = own.get((note.edition_id, note.indicator_id))
        if there is None:
            note.unit = kept
            note.save(update_fields=["unit"])
            continue
        there.text = f"{there.text} / {note.text}"[:NOTE_LENGTH]
        there.save(update_fields=["text"])
        note.delete()


def _move_names(plan: merging.Merging) -> None:
    plan.gone.aliases.all().delete()
    for name in plan.names:
        store_alias(alias=UnitAlias(unit=plan.kept, alias=name))


def _move_answers(kept: Unit, gone: Unit) -> None:
    """Files, whatever became of them (each may be opened again): what was said or read to be the other record is this
    one."""
    for upload in named.files(gone.slug).filter(issuer__in=merging.concerned(kept)):
        answers = [each for decision in upload.decisions for each in (decision, *decision.get("made", ()))]
        for each in (*answers, *upload.read.get("problems", ())):
            if each.get("unit") == gone.slug:
                each["unit"] = kept.slug
        for row in upload.read.get("doubled", ()):
            row[0] = kept.slug if row[0] == gone.slug else row[0]
        upload.save(update_fields=["decisions", "read"])


def _move_people(kept: Unit, gone: Unit, by: User | None) -> None:
    own = set(Membership.objects.filter(unit=kept).values_list("user_id", "role"))
    _hand_over(Membership.objects.filter(unit=gone), "unit", kept, by, lambda row: (row.user_id, row.role) in own)
    Notice.objects.filter(unit=gone).update(unit=kept)
    Reply.objects.filter(unit=gone).update(unit=kept)


def _move_successions(kept: Unit, gone: Unit, by: User | None) -> None:
    """What would say that the unit went on as itself, or says twice the same, goes."""
    own = UnitSuccession.objects.filter(predecessor=kept).values_list("successor_id", flat=True)
    later = {*own, kept.pk}
    rows = UnitSuccession.objects.filter(predecessor=gone)
    _hand_over(rows, "predecessor", kept, by, lambda row: row.successor_id in later)
    own = UnitSuccession.objects.filter(successor=kept).values_list("predecessor_id", flat=True)
    earlier = {*own, kept.pk}
    rows = UnitSuccession.objects.filter(successor=gone)
    _hand_over(rows, "successor", kept, by, lambda row: row.predecessor_id in earlier)


def _hand_over(
    rows: Iterable[Membership | UnitSuccession], field: str, kept: Unit, by: User | None, known: Callable[[Any], bool]
) -> None:
    """One by one, so that each keeps its history; what is `known` already is deleted."""
    for row in rows:
        by_hand_of(by, row)
        if known(row):
            row.delete()
        else:
            setattr(row, field, kept)
            row.save()


def _let_go(kept: Unit, gone: Unit, by: User | None) -> None:
    for earlier in gone.merged.all():
        earlier.merged_into = kept
        store(unit=earlier, by=by)
    if kept.code is None and gone.code is not None:
        code, gone.code = gone.code, None
        store(unit=gone, by=by)
        kept.code = code
        store(unit=kept, by=by)
    if merging.stays(gone):
        gone.merged_into = kept
        store(unit=gone, by=by)
    else:
        by_hand_of(by, gone).delete()
