"""Who is told of what. The rows are written in the transaction of what they tell of, and never twice: each has a key
that names what happened. Mail goes out once that is committed (`actions.mail`).

Nobody is told of what they did themselves. Whoever is told for a unit is not told for the desk as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from chiso.models import (
    GRANTED_REPLIES,
    Edition,
    Event,
    Mail,
    Notice,
    NoticeChoice,
    NoticeKind,
    Reply,
    ReplyMove,
    ReplyState,
    ReplyStep,
    State,
    Unit,
    User,
)
from chiso.queries import edition as editions
from chiso.queries import notice as query
from chiso.values import workday

from . import mail

BATCH = 500
NEAR = 2  # working days
_BY_UNIT = (ReplyMove.SENT, ReplyMove.ADDED, ReplyMove.WITHDRAWN)


# --- An edition -------------------------------------------------------------------------------------
def published(*, edition: Edition, event: Event) -> None:
    """A first edition is told to every unit with figures in it; a correction to those whose figures it changed, with
    old and new. After a recall all are told that there are figures again. What accepted replies changed is told when
    it closes them: after this."""
    people = query.of_units(edition.dispatch.issuer)
    earlier, last = editions.corrected(edition), editions.before(edition)
    corrected = query.corrected_figures(earlier, edition) if earlier else {}
    told = _of_corrected(corrected, people, edition=edition, event=event)
    is_new = last is None or last.state == State.RECALLED
    if is_new:
        figures = query.published_figures(edition, people.keys() - corrected.keys())
        told |= _of_units(NoticeKind.PUBLISHED, figures, people, edition=edition, event=event)
    _of_desk(NoticeKind.PUBLISHED if is_new else NoticeKind.CORRECTED, edition=edition, event=event, told=told)


def recalled(*, edition: Edition, event: Event) -> None:
    people = query.of_units(edition.dispatch.issuer)
    units: dict[int, query.Figures] = {unit: [] for unit in query.published_figures(edition, people)}
    told = _of_units(NoticeKind.RECALLED, units, people, edition=edition, event=event)
    _of_desk(NoticeKind.RECALLED, edition=edition, event=event, told=told)


def submitted(*, edition: Edition, event: Event) -> None:
    """To those who may publish it: not to whoever changed it last, where the office wants another person."""
    people = set(editions.deciders(edition.dispatch.issuer).values_list("pk", flat=True))
    last = editions.last_editor(edition)
    if edition.dispatch.issuer.second_person and last is not None:
        people -= {last.pk}
    people -= {event.by_id or 0}
    _write(NoticeKind.REVIEW, [Notice(to_id=each, key=f"event:{event.pk}", edition=edition) for each in people])


def _of_units(
    kind: str, units: Mapping[int, query.Figures], people: Mapping[int, set[int]], *, edition: Edition, event: Event
) -> set[int]:
    """Returns who is concerned, whether they want to be told or not."""
    rows = [
        Notice(to_id=each, key=f"event:{event.pk}:unit:{unit}", edition=edition, unit_id=unit, figures=figures)
        for unit, figures in units.items()
        for each in people.get(unit, set()) - {event.by_id or 0}
    ]
    _write(kind, rows)
    return {row.to_id for row in rows}


def _of_corrected(
    corrected: Mapping[int, query.Figures], people: Mapping[int, set[int]], *, edition: Edition, event: Event
) -> set[int]:
    """As `_of_units`. Figures of accepted replies are left to the notice that tells of their closing, for whoever wants
    that one: where nothing else of the unit changed, here if not there, and by mail if not there."""
    if not corrected:
        return set()
    granted, chosen = query.granted_figures(edition), query.unwanted(NoticeKind.REPLY_ANSWERED)
    rows, told = [], set()
    for unit, figures in corrected.items():
        others = [each for each in figures if each[0] not in granted.get(unit, ())]
        for each in people.get(unit, set()) - {event.by_id or 0}:
            told.add(each)
            here, by_mail = (chosen[each].here, chosen[each].mail) if each in chosen else (True, True)
            row = Notice(to_id=each, key=f"event:{event.pk}:unit:{unit}", edition=edition, unit_id=unit)
            row.figures = others if others and here else figures
            row.here = bool(others) or not here
            rows.append((row, bool(others) or not by_mail))
    for is_mailed in (True, False):
        _write(NoticeKind.CORRECTED, [row for row, by_mail in rows if by_mail is is_mailed], by_mail=is_mailed)
    return told


def _of_desk(kind: str, *, edition: Edition, event: Event, told: set[int]) -> None:
    people = query.desk(edition.dispatch.issuer) - told - {event.by_id or 0}
    _write(kind, [Notice(to_id=each, key=f"event:{event.pk}", edition=edition) for each in people])


# --- A reply ----------------------------------------------------------------------------------------
def reply_moved(*, step: ReplyStep) -> None:
    """What the unit did is told to the desk, what the office did to the unit's people and to whoever sent the reply,
    as long as that person is one of them. That a correction closed it is told by mail to whoever got none of that
    correction and that unit yet."""
    reply = Reply.objects.select_related(*_WITH).get(pk=step.reply_id)
    is_by_unit = step.move in _BY_UNIT
    people = _desk_of(reply) if is_by_unit else _people_of(reply)
    kind = NoticeKind.REPLY_SENT if is_by_unit else NoticeKind.REPLY_ANSWERED
    people, key = people - {step.by_id or 0}, f"{step.move}:{step.pk}"
    mailed = query.mailed_of(reply, _unit_of(reply)) & people if step.move == ReplyMove.CORRECTED else set()
    _of_reply(kind, key, reply, people - mailed, desk=is_by_unit)
    _of_reply(kind, key, reply, mailed, desk=is_by_unit, by_mail=False)


def _of_reply(kind: str, key: str, reply: Reply, people: set[int], *, desk: bool, by_mail: bool = True) -> None:
    if not people:
        return
    figures = query.disputed_figure(reply)
    unit = None if desk else _unit_of(reply)
    rows = [
        Notice(to_id=each, key=key, edition=reply.edition, unit=unit, reply=reply, figures=figures) for each in people
    ]
    _write(kind, rows, by_mail=by_mail)


def _desk_of(reply: Reply) -> set[int]:
    return query.desk(reply.edition.dispatch.issuer)


def _people_of(reply: Reply) -> set[int]:
    return query.of_units(reply.edition.dispatch.issuer).get(_unit_of(reply).pk, set())


def _unit_of(reply: Reply) -> Unit:
    """Its record may have been merged into another since."""
    return reply.unit.merged_into or reply.unit


_WITH = ("edition__dispatch__issuer", "unit__merged_into", "indicator")


# --- Deadlines --------------------------------------------------------------------------------------
def remind(*, today: date, days: int = NEAR) -> int:
    """Tell of what falls due within so many working days, each deadline once: replies that await the desk or their
    unit and accepted figures that are to be published, also those that are late, and that replies are soon taken no
    more. Returns how many notices are new."""
    until = workday.after(today, days)
    before = Notice.objects.filter(kind=NoticeKind.DEADLINE).count()
    waiting = Reply.objects.disputing().filter(due_on__lte=until)
    with transaction.atomic():
        for reply in waiting.select_related(*_WITH):
            _due(reply)
        for holds, edition, end in query.closing(today, until):
            _closing(holds, edition, end)
        return Notice.objects.filter(kind=NoticeKind.DEADLINE).count() - before


def _closing(holds: Edition, edition: Edition, end: date) -> None:
    """The days of `edition` end; what it said is read in the edition that holds."""
    people = query.of_units(edition.dispatch.issuer)
    rows = [
        Notice(to_id=each, key=f"window:{edition.pk}:{end.isoformat()}:unit:{unit}", edition=holds, unit_id=unit)
        for unit in query.disputable_in(edition, people)
        for each in people[unit]
    ]
    _write(NoticeKind.DEADLINE, rows)


def _due(reply: Reply) -> None:
    asks_unit = reply.state == ReplyState.ASKED
    what = "answer" if asks_unit else "publish" if reply.state in GRANTED_REPLIES else "receive"
    key = f"{what}:{reply.pk}:{reply.due_on.isoformat()}"
    people: Callable[[Reply], set[int]] = _people_of if asks_unit else _desk_of
    _of_reply(NoticeKind.DEADLINE, key, reply, people(reply), desk=not asks_unit)


# --- One's own --------------------------------------------------------------------------------------
def choose(*, by: User, kind: str, here: bool, mail: bool) -> None:
    NoticeChoice.objects.update_or_create(user=by, kind=kind, defaults={"here": here, "mail": mail})


def unsubscribe(*, by: User, kinds: Iterable[str]) -> None:
    """No more mail of these kinds; what is shown in the product stays as it was chosen."""
    with transaction.atomic():
        for kind in kinds:
            NoticeChoice.objects.update_or_create(user=by, kind=kind, defaults={"mail": False})
        Notice.objects.filter(to=by, kind__in=list(kinds), mail=Mail.WAITING).update(mail=Mail.NONE)


def read(*, by: User, key: int | None = None) -> int:
    """One's own notice, or all of them. Returns how many were new."""
    rows = Notice.objects.visible_to(by).filter(read_at=None)
    return rows.filter(**{} if key is None else {"pk": key}).update(read_at=timezone.now())


# --- Writing ----------------------------------------------------------------------------------------
def _write(kind: str, rows: Sequence[Notice], *, by_mail: bool = True) -> None:
    """As each person chose, here only where the row says so; whoever wants neither gets no row. A row that stands
    already stays as it is."""
    chosen, wanted = query.unwanted(kind) if rows else {}, []
    for row in rows:
        choice = chosen.get(row.to_id)
        row.kind, row.here = kind, row.here and (choice is None or choice.here)
        is_mailed = by_mail and (choice is None or choice.mail)
        row.mail = Mail.WAITING if is_mailed else Mail.NONE
        if row.here or is_mailed:
            wanted.append(row)
    if not wanted:
        return
    with transaction.atomic():
        Notice.objects.bulk_create(wanted, batch_size=BATCH, ignore_conflicts=True)
        if any(row.mail == Mail.WAITING for row in wanted):
            transaction.on_commit(mail.queue, robust=True)
