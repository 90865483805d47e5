"""Replies: a unit disputes one published figure, the office answers, an accepted figure goes into a correction.

Who may take which step is asked at the doors. Each step is a row that stays, with an event and a notice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.ingest import enclosure
from chiso.ingest.fact import UnreadableFile
from chiso.models import (
    DISPUTING_REPLIES,
    GRANTED_REPLIES,
    OPEN_REPLIES,
    Edition,
    Evidence,
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
from chiso.values.number import Figure, Kind, vietnamese
from chiso.words import enclosure as words
from chiso.words.figure import date_text

from . import correction, figures, lock, notice, result
from .edition import refresh_findings
from .trail import record

LONGEST = 100  # signs of a figure
MOST_FILES = 5  # with one step
MOST_FILES_OF_REPLY = 20
_ASKABLE = (ReplyState.SENT, ReplyState.RECEIVED)
_DECIDABLE = (*OPEN_REPLIES, *GRANTED_REPLIES)  # until its correction is published, a decision may be taken anew


class UnableToReply(Exception):
    """The figure cannot be disputed now, or what is sent is not whole."""


class UnableToGoOn(Exception):
    """The reply is not where this step begins, or something that the step needs was not said."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that comes with a step; `page` is where in it to look."""

    name: str
    data: bytes
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The reason and the document of a correction that is opened for a reply; number and date may follow later."""

    reason: str
    number: str = ""
    symbol: str = ""
    issued_on: date | None = None
    replaces: bool = False


def obstacle(*, edition: Edition, unit: Unit, indicator: Indicator) -> str:
    """Why a figure cannot be disputed now, "" where it can."""
    try:
        _disputable(edition, unit, indicator)
    except UnableToReply as refusal:
        return str(refusal)
    return ""


# --- The unit ---------------------------------------------------------------------------------------
def send(
    *, edition: Edition, unit: Unit, indicator: Indicator, proposed: str, reason: str, by: User,
    enclosed: Sequence[Enclosed] = (),
) -> Reply:  # fmt: skip
    """Dispute a published figure: what it should be, why, and the proof."""
    with transaction.atomic():
        edition = lock.edition(edition)
        published = _disputable(edition, unit, indicator)
        figure = _proposal(indicator, proposed, published)
        if not reason.strip():
            raise UnableToReply(_("Say why the published figure is wrong."))
        today = timezone.localdate()
        reply = Reply.objects.create(
            edition=edition, unit=unit, indicator=indicator, reason=reason.strip(), sent_by=by,
            proposed=figure.printed, proposed_value=figure.value, proposed_out_of=figure.out_of,
            sent_at=timezone.now(), due_on=query.due(edition.dispatch.issuer, ReplyState.SENT, today),
        )  # fmt: skip
        _step(reply, ReplyMove.SENT, by, text=reason, enclosed=enclosed, refusal=UnableToReply)
        _trail(What.REPLY_SENT, reply, by, f"{published.printed} → {reply.proposed}", why=reply.reason)
    return reply


def add(*, reply: Reply, by: User, text: str, enclosed: Sequence[Enclosed] = ()) -> Reply:
    """Answer what the office asked, or bring more by oneself: with words, files or both."""
    with transaction.atomic():
        reply = _locked(reply, OPEN_REPLIES)
        if not text.strip() and not enclosed:
            raise UnableToGoOn(_("Write something, or enclose a file."))
        if reply.state == ReplyState.ASKED:
            _enter(reply, ReplyState.RECEIVED)
        _step(reply, ReplyMove.ADDED, by, text=text, enclosed=enclosed)
        _trail(What.REPLY_MOVED, reply, by, ReplyMove.ADDED.label)
    return reply


def withdraw(*, reply: Reply, by: User, text: str = "") -> Reply:
    """The figure is disputed no longer."""
    with transaction.atomic():
        reply = _locked(reply, OPEN_REPLIES)
        _enter(reply, ReplyState.WITHDRAWN)
        _step(reply, ReplyMove.WITHDRAWN, by, text=text)
        _trail(What.REPLY_MOVED, reply, by, ReplyMove.WITHDRAWN.label)
    return reply


# --- The office -------------------------------------------------------------------------------------
def receive(*, reply: Reply, by: User | None) -> Reply:
    with transaction.atomic():
        reply = _locked(reply, (ReplyState.SENT,))
        _enter(reply, ReplyState.RECEIVED)
        _step(reply, ReplyMove.RECEIVED, by)
        _trail(What.REPLY_MOVED, reply, by, ReplyMove.RECEIVED.label)
    return reply


def ask(*, reply: Reply, by: User | None, text: str) -> Reply:
    """Ask the unit for more; the time of the office stands still until it answers."""
    with transaction.atomic():
        reply = _locked(reply, _ASKABLE)
        if not text.strip():
            raise UnableToGoOn(_("Say what the unit is to send."))
        _enter(reply, ReplyState.ASKED)
        _step(reply, ReplyMove.ASKED, by, text=text)
        _trail(What.REPLY_MOVED, reply, by, ReplyMove.ASKED.label, why=text)
    return reply


def accept(*, reply: Reply, by: User | None, text: str = "", document: Document | None = None) -> Reply:
    """The figure that the unit proposes goes into the open correction, or into one that is opened by `document`."""
    return _grant(reply, ReplyState.ACCEPTED, reply.proposed, by, text=text, document=document)


def accept_in_part(
    *, reply: Reply, by: User | None, granted: str, text: str, document: Document | None = None
) -> Reply:
    """Another figure than the published and the proposed one goes there, with the reason."""
    if not text.strip():
        raise UnableToGoOn(_("Say why not the whole of it is accepted."))
    return _grant(reply, ReplyState.PARTLY, granted, by, text=text, document=document)


def refuse(*, reply: Reply, by: User | None, text: str) -> Reply:
    """The figure stays as published, with the reason. Where it was accepted before, the draft gets it back."""
    with transaction.atomic():
        reply = _locked(reply, _DECIDABLE)
        if not text.strip():
            raise UnableToGoOn(_("Say why the figure stays as it was published."))
        _take_back(reply, by)
        reply.granted, reply.granted_value, reply.granted_out_of, reply.correction = "", None, None, None
        _enter(reply, ReplyState.REFUSED)
        _step(reply, ReplyMove.REFUSED, by, text=text)
        _trail(What.REPLY_DECIDED, reply, by, ReplyMove.REFUSED.label, why=text)
    return reply


def carry(*, reply: Reply, by: User | None, document: Document | None = None) -> Reply:
    """An accepted figure whose correction was deleted goes into another one."""
    with transaction.atomic():
        reply = _locked(reply, GRANTED_REPLIES)
        if reply.correction_id is not None:
            raise UnableToGoOn(_("The accepted figure stands in a correction already."))
        reply.correction = _corrected(reply, reply.granted, by, document)
        reply.save(update_fields=["correction"])
    return reply


# --- Deciding ---------------------------------------------------------------------------------------
def _grant(
    reply: Reply, state: ReplyState, granted: str, by: User | None, *, text: str, document: Document | None
) -> Reply:
    with transaction.atomic():
        reply = _locked(reply, [each for each in _DECIDABLE if (each, state) != (ReplyState.ACCEPTED,) * 2])
        figure = _granted(reply, granted, whole=state == ReplyState.ACCEPTED)
        reply.granted, reply.granted_value, reply.granted_out_of = figure.printed, figure.value, figure.out_of
        reply.correction = _corrected(reply, figure.printed, by, document)
        _enter(reply, state)
        _step(reply, ReplyMove(state.value), by, text=text)
        _trail(What.REPLY_DECIDED, reply, by, f"{ReplyMove(state.value).label}: {reply.granted}", why=text)
    return reply


def _granted(reply: Reply, text: str, *, whole: bool) -> Figure:
    published = query.published_figure(reply.edition, reply.unit, reply.indicator)
    if published is None:
        raise UnableToGoOn(_("The published edition has no such figure any more."))
    try:
        figure = _proposal(reply.indicator, text, published)
    except UnableToReply as refusal:
        raise UnableToGoOn(str(refusal)) from refusal
    if not whole and (figure.value, figure.out_of) == (reply.proposed_value, reply.proposed_out_of):
        raise UnableToGoOn(_("That is what the unit proposes: accept the whole of it."))
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
        result.store(edition=draft, unit=reply.unit, indicator=reply.indicator, text=text, by=by, why=why)
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


def _take_back(reply: Reply, by: User | None) -> None:
    """What an earlier decision wrote into the draft; a figure that somebody has typed since stays."""
    if reply.correction_id is None:
        return
    draft = lock.draft(Edition.objects.select_related("dispatch").get(pk=reply.correction_id), UnableToGoOn)
    unit = reply.unit
    now = Result.objects.filter(edition=draft, unit=unit, indicator=reply.indicator).first()
    base = editions.before(draft)
    before = query.published_figure(base, unit, reply.indicator) if base else None
    if now is None or before is None or (now.value, now.out_of) != (reply.granted_value, reply.granted_out_of):
        return
    back = Result(
        edition=draft, unit=unit, indicator=reply.indicator, value=before.value, out_of=before.out_of,
        printed=before.printed, source_id=before.source_id, cell=before.cell, appendix_id=now.appendix_id,
        position=before.position, printed_rank=before.printed_rank, row=before.row,
    )  # fmt: skip
    event = record(
        What.RESULT_STORED, by=by, subject=f"{unit}: {reply.indicator.code} {back.printed}", edition=draft,
        why=_("The reply of %(unit)s is refused after all") % {"unit": unit},
    )  # fmt: skip
    figures.write([(now, back)], event=event)
    refresh_findings(edition=draft)


# --- Asked before -----------------------------------------------------------------------------------
def _disputable(edition: Edition, unit: Unit, indicator: Indicator) -> Result:
    """The figure, where it may be disputed now."""
    if edition.state != State.PUBLISHED:
        raise UnableToReply(_("Only figures of the edition that holds can be disputed."))
    end = query.closes_on(edition)
    if end is None:
        raise UnableToReply(_("The office takes no replies to this dispatch."))
    if timezone.localdate() > end:
        raise UnableToReply(_("Replies to this dispatch were taken until %(day)s.") % {"day": date_text(end)})
    published = query.published_figure(edition, unit, indicator)
    if published is None:
        raise UnableToReply(_("Nothing is printed here that could be disputed."))
    if _replies_to(edition, unit, indicator):
        raise UnableToReply(_("This figure is already being disputed."))
    return published


def _replies_to(edition: Edition, unit: Unit, indicator: Indicator) -> bool:
    rows = Reply.objects.filter(edition__dispatch=edition.dispatch_id, unit__in=Unit.objects.records_of(unit))
    return rows.filter(indicator=indicator, state__in=DISPUTING_REPLIES).exists()


def _proposal(indicator: Indicator, text: str, published: Result) -> Figure:
    """Read by the indicator's kind. A score without its maximum is of the one printed."""
    if Kind(indicator.kind) is Kind.SCORE and "/" not in text and published.out_of is not None and text.strip():
        text = f"{text.strip()}/{vietnamese(published.out_of)}"
    try:
        figure = result.read_text(indicator, text)
    except result.UnableToStore as refusal:
        raise UnableToReply(str(refusal)) from refusal
    if len(figure.printed) > LONGEST:
        raise UnableToReply(_("The figure is too long."))
    if figure.out_of is not None and figure.value > figure.out_of:
        raise UnableToReply(_("“%(figure)s” is more than its whole.") % {"figure": figure.printed})
    if (figure.value, figure.out_of) == (published.value, published.out_of):
        raise UnableToReply(_("“%(figure)s” is the figure as published.") % {"figure": figure.printed})
    return figure


def _locked(known: Reply, wanted: Sequence[ReplyState]) -> Reply:
    """The reply as it stands now, once nobody else writes in its office, where the step begins in its state."""
    lock.office(known.edition.dispatch.issuer_id)
    reply = Reply.objects.select_related(
        "edition__dispatch__issuer__unit", "unit", "indicator"
    ).get(pk=known.pk)  # fmt: skip
    if reply.state not in wanted:
        raise UnableToGoOn(_("This step is not open: the reply is: %(state)s.") % {"state": reply.get_state_display()})
    return reply


# --- Writing ----------------------------------------------------------------------------------------
def _enter(reply: Reply, state: ReplyState) -> None:
    reply.state = state
    reply.due_on = query.due(reply.edition.dispatch.issuer, state, timezone.localdate())
    reply.save()


def _step(
    reply: Reply, move: ReplyMove, by: User | None, *, text: str = "", enclosed: Sequence[Enclosed] = (),
    refusal: type[Exception] = UnableToGoOn,
) -> ReplyStep:  # fmt: skip
    already = Evidence.objects.filter(step__reply=reply).count()
    if len(enclosed) > MOST_FILES or already + len(enclosed) > MOST_FILES_OF_REPLY:
        words = {"most": MOST_FILES, "all": MOST_FILES_OF_REPLY}
        raise refusal(_("At most %(most)s files at once, and %(all)s with one reply.") % words)
    kinds = [_kind(each, refusal) for each in enclosed]  # all are looked at before the first is kept
    step = ReplyStep.objects.create(reply=reply, move=move, text=text.strip(), by=by, at=timezone.now())
    for each, kind in zip(enclosed, kinds, strict=True):
        _keep(step, each, kind)
    notice.reply_moved(step=step)
    return step


def _kind(each: Enclosed, refusal: type[Exception]) -> enclosure.Kind:
    try:
        return enclosure.kind_of(each.data)
    except UnreadableFile as fault:
        raise refusal(words.refused(fault.why, each.name[-100:], fault.params)) from fault


def _keep(step: ReplyStep, each: Enclosed, kind: enclosure.Kind) -> Evidence:
    """Under a name of ours: what the sender calls it stands in a column alone."""
    sha256 = hashlib.sha256(each.data).hexdigest()
    kept = Evidence(
        step=step, name=enclosure.named(each.name, kind), media_type=kind.media_type, sha256=sha256,
        size=len(each.data), page=each.page,
    )  # fmt: skip
    kept.file.save(f"{sha256}.{kind.endings[0]}", ContentFile(each.data), save=False)
    kept.save()
    return kept


def _trail(what: What, reply: Reply, by: User | None, told: Any, why: str = "") -> None:
    subject = f"{reply.unit}: {reply.indicator.code}, {told}"
    record(what, by=by, subject=subject, why=why.strip(), edition=reply.edition)
