"""Files on their way in: staged with what was read, then taken over into the draft, or discarded."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.ingest.fact import Letter, Problem, UnreadableFile
from chiso.ingest.reading import LETTER, open_file
from chiso.models import (
    UNCHOSEN,
    About,
    Appendix,
    Dispatch,
    Edition,
    Event,
    Indicator,
    Issuer,
    Layout,
    Upload,
    UploadState,
    User,
    What,
)
from chiso.queries import case, understood
from chiso.queries import upload as uploads
from chiso.queries.knowledge import indicator_set, unit_keys
from chiso.queries.opened import SEAL
from chiso.queries.texts import letter_says, table_says
from chiso.queries.upload import Entry, LoadPlan
from chiso.values.many import many_at_once
from chiso.values.ordinal import order
from chiso.words import problem as words
from chiso.words.place import where_text

from . import edition as editions
from . import headline, lock, upkeep, writer
from .kept import keep, keep_again
from .learning import learn
from .trail import by_hand_of, record


class UnableToRead(Exception):
    """The file as a whole could not be read, or says not whose it is."""


class UnableToApply(Exception):
    """The figures may not be taken over now."""


class Changed(UnableToApply):
    """What is on record has changed since the plan was shown."""


class UnableToDiscard(Exception):
    """The file was already taken over or discarded."""


class UnableToReopen(Exception):
    """Only a discarded file can be opened again."""


@many_at_once()
def stage(*, data: bytes, name: str, issuer: Issuer | None, by: User | None, into: Edition | None = None) -> Upload:
    """Keep a file with its sha256 and what was read of it. Touches no dispatch. `into` is for files that name none."""
    opened, same = cache(lambda: open_file(data, name)), uploads.same_bytes(data, name, issuer)
    try:
        plan = uploads.plan_of(understood.again(same, opened), issuer=issuer, today=timezone.localdate(), into=into)
    except UnreadableFile as fault:
        raise UnableToRead(words.unreadable(fault.why, fault.params)) from fault
    if plan.issuer is None:
        raise UnableToRead(words.target("unknown-issuer", plan.reading.letter.issuer_name))
    with transaction.atomic():
        upload = stored(data, name, issuer=plan.issuer, by=by, edition=into, **told(plan))
        record(What.UPLOAD_STAGED, by=by, subject=upload.name, issuer=plan.issuer, dispatch=plan.dispatch)
    if same is not None and not plan.is_fresh:
        keep_again(upload, same)
    else:
        keep(upload, opened(), plan)
    return upload


def stored(data: bytes, name: str, **fields: Any) -> Upload:
    """The row of a file that came in, and the file itself in the store."""
    sha256 = hashlib.sha256(data).hexdigest()
    upload = Upload(name=PurePath(name).name[:255], sha256=sha256, size=len(data), **fields)
    ending = PurePath(name).suffix[:10].lower()
    if ending == SEAL.ending:  # or what is kept of the same file without an ending would lie here
        ending = ""
    upload.file.save(f"{sha256}{ending}", ContentFile(data), save=False)
    upload.save()
    return upload


def told(plan: LoadPlan) -> dict[str, Any]:
    """What a row keeps of a file that was read."""
    return {"state": UploadState.STAGED, "progress": 100, "reader": plan.reading.reader, "read": _summary(plan)}


@many_at_once()
def apply(*, upload: Upload, by: User | None, shown: str = "") -> Edition:
    """Take the planned figures over into the draft edition, with their changes and findings, or nothing at all.

    `shown` is the fingerprint of the plan that a person saw: another plan is not applied."""
    with transaction.atomic():
        upload = _staged(upload, UnableToApply)
        plan = uploads.plan(upload)
        if shown and shown != plan.fingerprint:
            raise Changed(_("What is on record has changed since the plan was shown. Look at it again."))
        if not plan.may_apply:
            raise UnableToApply(words.target(plan.target, plan.about))
        edition = _draft(plan, upload, by)
        if not learn(plan, edition=edition, by=by):
            raise Changed(_("What is on record has changed since the plan was shown. Look at it again."))
        event = _store(plan, edition, upload, by)
        upload.edition, upload.state = edition, UploadState.APPLIED
        upload.read = _summary(plan) | {"event": event.pk}
        upload.save(update_fields=["edition", "state", "read"])
        editions.refresh_findings(edition=edition, rows=plan.rows(), known=plan.known_of(edition))
        transaction.on_commit(upkeep.forget_kept.enqueue, robust=True)
    return edition


def want(*, upload: Upload, ordinal: str | None) -> None:
    """Which appendix a file that came in is for, read or not; None where that is still to be asked."""
    upload.ordinal = UNCHOSEN if ordinal is None else ordinal
    upload.save(update_fields=["ordinal"])
    ask_again(upload=upload)


def ask_again(*, upload: Upload) -> Upload:
    """A file that is read and does not hold the appendix it is for: that is asked, and what was wanted is kept. Called
    after the reading and after the wish, whichever comes second."""
    now = Upload.objects.get(pk=upload.pk)
    held = now.read.get("appendices", ())
    if now.state == UploadState.STAGED and now.wanted and held and now.wanted not in held:
        still = Upload.objects.filter(pk=now.pk, state=UploadState.STAGED, ordinal=now.ordinal)
        still.update(read=now.read | {"wanted": now.wanted}, ordinal=UNCHOSEN)
    upload.refresh_from_db(fields=["read", "ordinal"])
    return upload


def choose(*, upload: Upload, by: User | None, ordinal: str) -> Upload:
    """Answer it: one appendix, or "" for all that the file holds."""
    with transaction.atomic():
        upload = _staged(upload, UnableToApply)
        upload.ordinal = ordinal
        upload.read.pop("wanted", None)
        upload.save(update_fields=["ordinal", "read"])
        said = _("appendix %(ordinal)s") % {"ordinal": ordinal} if ordinal else _("all appendices")
        record(What.UPLOAD_DECIDED, by=by, subject=upload.name, why=said, issuer=upload.issuer)
    return upload


def discard(*, upload: Upload, by: User | None) -> None:
    """Say no to a file, read or not. The file stays on record."""
    with transaction.atomic():
        upload = _staged(upload, UnableToDiscard, (UploadState.STAGED, UploadState.READING, UploadState.UNREADABLE))
        upload.state = UploadState.DISCARDED
        upload.save(update_fields=["state"])
        record(What.UPLOAD_DISCARDED, by=by, subject=upload.name, issuer=upload.issuer)


def reopen(*, upload: Upload, by: User | None) -> None:
    """Take a discard back: the file is where it was, with the answers it had."""
    with transaction.atomic():
        lock.office(upload.issuer_id)
        upload = Upload.objects.select_related("issuer").get(pk=upload.pk)
        if upload.state != UploadState.DISCARDED:
            raise UnableToReopen(_("Only a discarded file can be opened again."))
        upload.state = _before_discard(upload)
        upload.save(update_fields=["state"])
        record(What.UPLOAD_REOPENED, by=by, subject=upload.name, issuer=upload.issuer)


def _before_discard(upload: Upload) -> UploadState:
    if upload.read.get("fault"):
        return UploadState.UNREADABLE
    is_read = bool(upload.read) or upload.about != About.DISPATCH  # files of records are read at once
    return UploadState.STAGED if is_read else UploadState.READING


def _staged(
    upload: Upload, refusal: type[Exception], states: tuple[UploadState, ...] = (UploadState.STAGED,)
) -> Upload:
    """The upload as it stands now, once nobody else writes in its office; raises `refusal` where it was answered."""
    lock.office(upload.issuer_id)
    upload = Upload.objects.select_related("issuer__unit", "edition__dispatch").get(pk=upload.pk)
    if upload.state not in states:
        raise refusal(_("This file was already taken over or discarded."))
    return upload


def _draft(plan: LoadPlan, upload: Upload, by: User | None) -> Edition:
    """The edition the figures go to: the open draft, or the first one of a dispatch that is new."""
    dispatch, letter = plan.dispatch, plan.reading.letter
    if dispatch is None:
        dispatch = _new_dispatch(upload.issuer, letter)
    elif plan.record is not None:
        _complete(plan.record, plan, by)
    edition = plan.edition
    if edition is None:
        chosen = indicator_set(case.day_of(dispatch))
        if chosen is None:
            raise UnableToApply(words.target("no-indicator-set", ""))
        edition = Edition.objects.create(
            dispatch=dispatch, indicator_set=chosen, opened_by=by, opened_at=timezone.now()
        )
    if letter.headline.score is not None or letter.headline.rank is not None:
        headline.put(edition=edition, headline=letter.headline, by=by)
    return edition


def _new_dispatch(issuer: Issuer, letter: Letter) -> Dispatch:
    dated = letter.issued_on or letter.data_as_of
    year = dated.year if dated else timezone.localdate().year
    symbol = letter.symbol if letter.number else ""  # "Số:      /VPUB-KSTT": typed, and not numbered yet
    dispatch = Dispatch(issuer=issuer, year=year, number=letter.number, symbol=symbol, **letter_says(letter))
    try:
        dispatch.clean_fields(exclude=["issuer"])  # a number or symbol cut short would be another one
    except ValidationError as faults:
        raise UnableToApply(" ".join(faults.messages)) from faults
    dispatch.save()
    return dispatch


def _complete(record: Dispatch, plan: LoadPlan, by: User | None) -> None:
    """What the plan says of the letter's texts; the record keeps its history."""
    changed = {text.name: text.after for text in plan.texts if text.of == LETTER}
    for name, new in changed.items():
        setattr(record, name, new)
    if changed:
        by_hand_of(by, record).save(update_fields=list(changed))


def _store(plan: LoadPlan, edition: Edition, upload: Upload, by: User | None) -> Event:
    appendices = _appendices(plan, edition, by)
    event = record(What.UPLOAD_APPLIED, by=by, subject=upload.name, why=_corrected(plan, upload), edition=edition)
    writing = [entry for entry in plan.entries if entry.kind != "unchanged" or entry.moved or entry.confirmed]
    if writing:
        ids = _Ids(
            appendices, unit_keys({entry.fact.unit or "" for entry in writing}),
            dict(Indicator.objects.filter(indicator_set=edition.indicator_set_id).values_list("code", "pk")), upload.pk,
        )  # fmt: skip
        changes = [(_before(each), ids.row(each)) for each in writing if each.kind != "unchanged" or each.confirmed]
        moved = [ids.row(each) for each in writing if each.kind == "unchanged" and not each.confirmed]
        writer.store(edition.pk, changes, moved, event_id=event.pk)
        upkeep.told(figures=len(changes))
    return event


def _corrected(plan: LoadPlan, upload: Upload) -> str:
    """The cells that read otherwise in the file: from now on these figures are the person's who said so."""
    whys = {
        (each["appendix"], each["row"], each["column"]): each["why"] for each in upload.decisions if "text" in each
    }  # fmt: skip
    lines = []
    for fact in (entry.fact for entry in plan.entries if entry.fact.corrected is not None):
        why = whys.get((fact.cell.appendix, fact.cell.row, fact.cell.column), "")
        said = f"{where_text(str(fact.cell))}: “{fact.corrected}” → “{fact.printed}”"
        lines.append(f"{said} ({why})" if why else said)
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Ids:
    """What the facts name, as rows: ordinal -> appendix, slug -> unit, code -> indicator; and the file's own key."""

    appendices: dict[str, Appendix]
    units: dict[str, int]
    indicators: dict[str, int]
    source: int

    def row(self, entry: Entry) -> writer.Row:
        fact, place = entry.fact, entry.place
        return writer.Row(
            self.indicators[fact.indicator], self.units[fact.unit or ""], fact.value, fact.out_of, fact.printed,
            self.appendices[place.ordinal].pk, None if entry.of_a_person else self.source, place.cell, place.position,
            place.printed_rank, place.row,
        )  # fmt: skip


def _before(entry: Entry) -> writer.State:
    return writer.State(*entry.before.state) if entry.before else writer.NONE


def _appendices(plan: LoadPlan, edition: Edition, by: User | None) -> dict[str, Appendix]:
    """Appendices of the file in the edition, made or brought up to date as the plan says."""
    made = {row.ordinal: row for row in Appendix.objects.filter(edition=edition)}
    changing = {(text.of, text.name) for text in plan.texts}
    is_new = any(each.ordinal not in made for each in plan.reading.appendices)
    layouts = _layouts(edition) if is_new or any(name == "layout" for _of, name in changing) else {}
    for appendix in plan.reading.appendices:
        ordinal, said = appendix.ordinal, {**table_says(appendix), "layout": layouts.get(appendix.layout)}
        row = made.get(ordinal) or Appendix(edition=edition, ordinal=ordinal, order=order(ordinal)[0])
        new = {name: value for name, value in said.items() if row.pk is None or (ordinal, name) in changing}
        for name, value in new.items():
            setattr(row, name, value)
        if new:
            by_hand_of(by, row).save()
        made[ordinal] = row
    return made


def _layouts(edition: Edition) -> dict[str, Layout]:
    return {layout.code: layout for layout in Layout.objects.filter(indicator_set=edition.indicator_set_id)}


def _summary(plan: LoadPlan) -> dict[str, object]:
    """What is kept of the reading beside the file: which appendices, what could not be read, the plan's counts."""
    letter = plan.reading.letter
    return {
        "appendices": [appendix.ordinal for appendix in plan.reading.appendices],
        "letter": bool(letter.headline.printed or letter.unread or letter.odd_dates),
        "problems": [_problem(problem) for problem in plan.problems],
        "unmapped": [
            {"appendix": appendix.ordinal, "column": line.column, "title": line.title, "cells": list(line.cells)}
            for appendix in plan.reading.appendices
            for line in appendix.unmapped
        ],
        "doubled": [[unit, cell, cell.split(",")[0]] for unit, cell in plan.reading.doubled],
        "counts": plan.counts,
        "target": plan.target,
    }


def _problem(problem: Problem) -> dict[str, object]:
    return asdict(problem) | {"cell": str(problem.cell)}
