"""Replies: a unit disputes one published figure, the office answers, an accepted figure goes into a correction.

Who may take which step is asked at the doors. Each step is a row that stays, with an event and a notice. `seen` is the
last step on the page where somebody decided: where another was taken since, nothing is done. Without it no page was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.models import (
    GRANTED_REPLIES,
    OPEN_REPLIES,
    Edition,
    Indicator,
    Reply,
    ReplyMove,
    ReplyState,
    ReplyStep,
    Result,
    State,
    Unit,
    User,
    What,
)
from chiso.queries import edition as editions
from chiso.queries import reply as query
from chiso.values.number import Figure
from chiso.words.figure import MISSING, date_text
from chiso.words.reply import meanwhile

from . import claim, closing, correction, enclosing, figures, lock, notice, result
from .claim import UnableToReply
from .edition import refresh_findings
from .enclosing import Enclosed
from .trail import record

_ASKABLE = (ReplyState.SENT, ReplyState.RECEIVED)
_DECIDABLE = (*OPEN_REPLIES, *GRANTED_REPLIES)  # until its correction is published, a decision may be taken anew


class UnableToGoOn(Exception):
    """The reply is not where this step begins, or something that the step needs was not said."""


class UnableToGrant(UnableToGoOn):
    """The figure cannot be the one that is accepted."""

    field = "granted"


@dataclass(frozen=True, slots=True)
class Document:
    """The reason and the document of a correction that is opened for a reply; number and date may follow later."""

    reason: str
    number: str = ""
    symbol: str = ""
    issued_on: date | None = None
    replaces: bool = False


# --- The unit ---------------------------------------------------------------------------------------
def send(
    *, edition: Edition, unit: Unit, indicator: Indicator, proposed: str, reason: str, by: User,
    enclosed: Sequence[Enclosed] = (),
) -> Reply:  # fmt: skip
    """Dispute a published figure, or that there is none: what it should be, why, and the proof."""
    with transaction.atomic():
        edition = lock.edition(edition)
        published = claim.disputable(edition, unit, indicator)
        figure = claim.proposal(edition, indicator, proposed, published)
        if not reason.strip():
            raise UnableToReply(_("Say why the published figure is wrong."))
        today = timezone.localdate()
        reply = Reply.objects.create(
            edition=edition, unit=unit, indicator=indicator, reason=reason.strip(), sent_by=by,
            proposed=figure.printed, proposed_value=figure.value, proposed_out_of=figure.out_of,
            sent_at=timezone.now(), due_on=query.due(edition.dispatch.issuer, ReplyState.SENT, today),
        )  # fmt: skip
        _step(reply, ReplyMove.SENT, by, text=reason, enclosed=enclosed, refusal=UnableToReply)
        before = published.printed if published else MISSING
        _trail(What.REPLY_SENT, reply, by, f"{before} → {reply.proposed}", why=reply.reason)
    return reply


def add(*, reply: Reply, by: User, text: str, enclosed: Sequence[Enclosed] = (), seen: int | None = None) -> Reply:
    """Answer what the office asked, be it late, or bring more by oneself: with words, files or both."""
    with transaction.atomic():
        reply = _locked(reply)
        if _is_said(reply, ReplyMove.ADDED, by, text, enclosed):
            return reply
        _begins(reply, OPEN_REPLIES, seen)
        if not text.strip() and not enclosed:
            raise UnableToGoOn(_("Write something, or enclose a file."))
        into = ReplyState.RECEIVED if reply.state == ReplyState.ASKED else None
        _step(reply, ReplyMove.ADDED, by, text=text, enclosed=enclosed, into=into)
        _trail(What.REPLY_MOVED, reply, by, ReplyMove.ADDED.label)
    return reply


def withdraw(*, reply: Reply, by: User, text: str = "", seen: int | None = None) -> Reply:
    """The figure is disputed no longer."""
    with transaction.atomic():
        reply = _locked(reply)
        _begins(reply, OPEN_REPLIES, seen)
        _step(reply, ReplyMove.WITHDRAWN, by, text=text, into=ReplyState.WITHDRAWN)
        _trail(What.REPLY_MOVED, reply, by, ReplyMove.WITHDRAWN.label)
    return reply


# --- The office -------------------------------------------------------------------------------------
def receive(*, reply: Reply, by: User | None, seen: int | None = None) -> Reply:
    with transaction.atomic():
        reply = _locked(reply)
        _begins(reply, (ReplyState.SENT,), seen)
        _step(reply, ReplyMove.RECEIVED, by, into=ReplyState.RECEIVED)
        _trail(What.REPLY_MOVED, reply, by, ReplyMove.RECEIVED.label)
    return reply


def ask(*, reply: Reply, by: User | None, text: str, seen: int | None = None) -> Reply:
    """Ask the unit for more; the time of the office stands still until it answers."""
    with transaction.atomic():
        reply = _locked(reply)
        _begins(reply, _ASKABLE, seen)
        if not text.strip():
            raise UnableToGoOn(_("Say what the unit is to send."))
        _step(reply, ReplyMove.ASKED, by, text=text, into=ReplyState.ASKED)
        _trail(What.REPLY_MOVED, reply, by, ReplyMove.ASKED.label, why=text)
    return reply


def accept(
    *, reply: Reply, by: User | None, text: str = "", document: Document | None = None, seen: int | None = None
) -> Reply:
    """The figure that the unit proposes goes into the open correction, or into one that is opened by `document`."""
    return _grant(reply, ReplyState.ACCEPTED, reply.proposed, by, text=text, document=document, seen=seen)


def accept_in_part(
    *, reply: Reply, by: User | None, granted: str, text: str, document: Document | None = None,
    seen: int | None = None,
) -> Reply:  # fmt: skip
    """Another figure than the published and the proposed one goes there, with the reason."""
    if not text.strip():
        raise UnableToGoOn(_("Say why not the whole of it is accepted."))
    return _grant(reply, ReplyState.PARTLY, granted, by, text=text, document=document, seen=seen)


def refuse(*, reply: Reply, by: User | None, text: str, seen: int | None = None) -> Reply:
    """The figure stays as published, with the reason. Where it was accepted before, the draft gets it back."""
    with transaction.atomic():
        reply = _locked(reply)
        _begins(reply, _DECIDABLE, seen)
        if not text.strip():
            raise UnableToGoOn(_("Say why the figure stays as it was published."))
        with _reason_renewed(reply, by):
            _take_back(reply, by)
            reply.granted, reply.granted_value, reply.granted_out_of, reply.correction = "", None, None, None
            _step(reply, ReplyMove.REFUSED, by, text=text, into=ReplyState.REFUSED)
        _trail(What.REPLY_DECIDED, reply, by, ReplyMove.REFUSED.label, why=text)
    return reply


def carry(*, reply: Reply, by: User | None, document: Document | None = None, seen: int | None = None) -> Reply:
    """An accepted figure whose correction was deleted goes into another one."""
    with transaction.atomic():
        reply = _locked(reply)
        _begins(reply, GRANTED_REPLIES, seen)
        if reply.correction_id is not None:
            raise UnableToGoOn(_("The accepted figure stands in a correction already."))
        _granted(reply, reply.granted, whole=True)  # the indicator's maximum may be another one by now
        _settle(reply, by, document)
    return reply


# --- Deciding ---------------------------------------------------------------------------------------
def _grant(
    reply: Reply, state: ReplyState, granted: str, by: User | None, *, text: str, document: Document | None,
    seen: int | None,
) -> Reply:  # fmt: skip
    with transaction.atomic():
        reply, move = _locked(reply), ReplyMove(state.value)
        if _is_granted(reply, state, granted, by, text):
            return reply
        _begins(reply, [each for each in _DECIDABLE if (each, state) != (ReplyState.ACCEPTED,) * 2], seen)
        figure = _granted(reply, granted, whole=state == ReplyState.ACCEPTED)
        reply.granted, reply.granted_value, reply.granted_out_of = figure.printed, figure.value, figure.out_of
        _step(reply, move, by, text=text, into=state)
        _trail(What.REPLY_DECIDED, reply, by, f"{move.label}: {reply.granted}", why=text)
        _settle(reply, by, document)
    return reply


def _is_granted(reply: Reply, state: ReplyState, granted: str, by: User | None, text: str) -> bool:
    """Whether it is the same decision over again, which stands in its correction."""
    if (reply.state, state) != (ReplyState.PARTLY,) * 2 or not reply.correction_id:
        return False
    if not _is_said(reply, ReplyMove.PARTLY, by, text):
        return False
    figure = _granted(reply, granted, whole=False)
    return (reply.granted_value, reply.granted_out_of) == (figure.value, figure.out_of)


def _settle(reply: Reply, by: User | None, document: Document | None) -> None:
    """The accepted figure goes into a correction; where an edition that was published meanwhile says it already,
    nothing is left to correct."""
    said = query.said_since(reply)
    with _reason_renewed(reply, by):
        reply.correction = said or _corrected(reply, reply.granted, by, document)
        reply.save(update_fields=["correction"])
    if said is not None:
        closing.close(edition=said, by=by)
        reply.refresh_from_db(fields=["state"])


def _granted(reply: Reply, text: str, *, whole: bool) -> Figure:
    published = query.published_figure(reply.edition, reply.unit, reply.indicator)
    try:
        figure = claim.proposal(reply.edition, reply.indicator, text, published)
    except UnableToReply as refusal:
        raise UnableToGrant(str(refusal)) from refusal
    if not whole and (figure.value, figure.out_of) == (reply.proposed_value, reply.proposed_out_of):
        raise UnableToGrant(_("That is what the unit proposes: accept the whole of it."))
    return figure


def _corrected(reply: Reply, text: str, by: User | None, document: Document | None) -> Edition:
    """The correction with the figure in it: the draft that is open, else a new one."""
    draft = query.open_correction_of(reply)
    if draft is None:
        draft = _opened(reply, by, document)
    elif draft.state != State.DRAFT:
        raise UnableToGoOn(
            _("Edition %(number)s is in review: its figures change only after it was sent back.")
            % {"number": draft.number}
        )
    why = _("Reply of %(unit)s of %(day)s") % {"unit": reply.unit, "day": date_text(timezone.localdate(reply.sent_at))}
    try:
        result.store(
            edition=draft, unit=reply.unit, indicator=reply.indicator, text=text, by=by, why=why,
            appendix=query.appendix_of(draft, reply.unit, reply.indicator),
        )  # fmt: skip
    except result.UnableToStore as refusal:
        raise UnableToGoOn(str(refusal)) from refusal
    return draft


def _opened(reply: Reply, by: User | None, document: Document | None) -> Edition:
    if document is None:
        raise UnableToGoOn(_("No correction is open. Say for what reason and by which document one is opened."))
    try:
        return correction.open_correction(
            dispatch=reply.edition.dispatch, by=by, reason=document.reason, number=document.number,
            symbol=document.symbol, issued_on=document.issued_on, replaces=document.replaces,
        )  # fmt: skip
    except correction.UnableToCorrect as refusal:
        raise UnableToGoOn(str(refusal)) from refusal


@contextmanager
def _reason_renewed(reply: Reply, by: User | None) -> Iterator[None]:
    """The reason of the open correction goes with the replies accepted into it, until somebody writes another."""
    draft = query.open_correction_of(reply)
    before = query.reason_of(query.granted_in(draft)) if draft else ""
    yield
    if draft is not None and draft.state == State.DRAFT and draft.reason == before:
        correction.give_reason(edition=draft, reason=query.reason_of(query.granted_in(draft)), by=by)


def _take_back(reply: Reply, by: User | None) -> None:
    """What an earlier decision wrote into the draft; a figure that somebody has typed since stays."""
    if reply.correction_id is None:
        return
    draft = lock.draft(Edition.objects.select_related("dispatch").get(pk=reply.correction_id), UnableToGoOn)
    unit = reply.unit
    now = Result.objects.filter(edition=draft, unit=unit, indicator=reply.indicator).first()
    if now is None or (now.value, now.out_of) != (reply.granted_value, reply.granted_out_of):
        return
    base = editions.before(draft)
    before = query.published_figure(base, unit, reply.indicator) if base else None
    what, printed = (What.RESULT_STORED, before.printed) if before else (What.RESULT_REMOVED, MISSING)
    event = record(
        what, by=by, subject=f"{unit}: {reply.indicator.code} {printed}", edition=draft,
        why=_("The reply of %(unit)s is refused after all") % {"unit": unit},
    )  # fmt: skip
    if before is None:
        figures.erase([now], event=event)
    else:
        figures.write([(now, _back(before, now))], event=event)
    refresh_findings(edition=draft)


def _back(before: Result, now: Result) -> Result:
    """The figure as the edition before has it, in the draft."""
    return Result(
        edition_id=now.edition_id, unit_id=now.unit_id, indicator_id=now.indicator_id, value=before.value,
        out_of=before.out_of, printed=before.printed, source_id=before.source_id, cell=before.cell,
        appendix_id=now.appendix_id, position=before.position, printed_rank=before.printed_rank, row=before.row,
    )  # fmt: skip


# --- Where a step begins ----------------------------------------------------------------------------
def _locked(known: Reply) -> Reply:
    """The reply as it stands now, once nobody else writes in its office."""
    lock.office(known.edition.dispatch.issuer_id)
    return Reply.objects.select_related("edition__dispatch__issuer__unit", "unit", "indicator").get(pk=known.pk)


def _begins(reply: Reply, wanted: Sequence[ReplyState], seen: int | None) -> None:
    """Refuses what was decided on a page that no longer says all, and what does not begin in the reply's state."""
    since = query.since(reply, seen)
    if since:
        raise UnableToGoOn(meanwhile(since))
    if reply.state not in wanted:
        raise UnableToGoOn(_("This step is not open: the reply is: %(state)s.") % {"state": reply.get_state_display()})


# --- Writing ----------------------------------------------------------------------------------------
def _enter(reply: Reply, state: ReplyState) -> None:
    resumes = reply.state == ReplyState.ASKED and state == ReplyState.RECEIVED
    today = timezone.localdate()
    reply.due_on = query.resumed(reply, today) if resumes else query.due(reply.edition.dispatch.issuer, state, today)
    reply.state = state
    reply.save()


def _step(
    reply: Reply, move: ReplyMove, by: User | None, *, text: str = "", enclosed: Sequence[Enclosed] = (),
    into: ReplyState | None = None, refusal: type[Exception] = UnableToGoOn,
) -> ReplyStep:  # fmt: skip
    kinds = enclosing.kinds(reply, enclosed, refusal)
    until = query.awaited(reply, move)
    if into is not None:
        _enter(reply, into)
    step = ReplyStep.objects.create(
        reply=reply, move=move, text=text.strip(), by=by, at=timezone.now(), due_on=until
    )  # fmt: skip
    for each, kind in zip(enclosed, kinds, strict=True):
        enclosing.keep(step, each, kind)
    notice.reply_moved(step=step)
    return step


def _is_said(reply: Reply, move: ReplyMove, by: User | None, text: str, enclosed: Sequence[Enclosed] = ()) -> bool:
    """Whether it is the last step over again: a form that was sent twice tells nobody twice."""
    last = reply.steps.order_by("-pk").first()
    if last is None or (last.move, last.by, last.text) != (move, by, text.strip()):
        return False
    return enclosing.stands_in(last, enclosed)


def _trail(what: What, reply: Reply, by: User | None, told: Any, why: str = "") -> None:
    subject = f"{reply.unit}: {reply.indicator.code}, {told}"
    record(what, by=by, subject=subject, why=why.strip(), edition=reply.edition)
