"""Replies: until when they are taken, which figures are disputed, what waits, and one reply with all that was said.

A reply is told to the desk of the office, to its unit and to the units above that one (`Reply.objects.visible_to`); all
that is read here for a person goes through it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from chiso.models import (
    DISPUTING_REPLIES,
    GRANTED_REPLIES,
    OPEN_REPLIES,
    OPEN_STATES,
    Appendix,
    Edition,
    Evidence,
    Indicator,
    Issuer,
    Reply,
    ReplyMove,
    ReplyState,
    ReplyStep,
    Result,
    Role,
    State,
    Unit,
    User,
)
from chiso.queries import marks
from chiso.queries.sight import memberships
from chiso.values import workday
from chiso.words.reply import correction_reason, step_text

AWAITING_DESK = (ReplyState.SENT, ReplyState.RECEIVED)
_DECIDED = (ReplyMove.ACCEPTED, ReplyMove.PARTLY, ReplyMove.REFUSED)
_AWAITED = {  # in which state which steps are what it waits for
    ReplyState.SENT: (ReplyMove.RECEIVED, ReplyMove.ASKED, *_DECIDED),
    ReplyState.RECEIVED: (ReplyMove.ASKED, *_DECIDED),
    ReplyState.ASKED: (ReplyMove.ADDED,),
    ReplyState.ACCEPTED: (ReplyMove.CORRECTED,),
    ReplyState.PARTLY: (ReplyMove.CORRECTED,),
}
LONGEST_KEY = 19  # signs
_WITH = ("edition__dispatch__issuer", "unit", "indicator", "sent_by", "correction__dispatch")


@dataclass(frozen=True, slots=True)
class Step:
    """`adds` says that it added to a reply without having been asked, `late` that it came after its last day."""

    row: ReplyStep
    evidence: tuple[Evidence, ...]
    adds: bool

    @property
    def late(self) -> bool:
        return self.row.due_on is not None and timezone.localdate(self.row.at) > self.row.due_on

    @property
    def what(self) -> str:
        return step_text(str(self.row.get_move_display()), adds=self.adds)


@dataclass(frozen=True, slots=True)
class Shown:
    """One reply; `printed` is the figure as published, "" where it is missing. `since` is the edition that holds, where
    that is a later one than the reply is to, `now` the figure there."""

    reply: Reply
    printed: str
    steps: tuple[Step, ...]
    since: Edition | None = None
    now: str = ""

    @property
    def last(self) -> int:
        """The step up to which the page tells: what is decided there goes back with it."""
        return self.steps[-1].row.pk if self.steps else 0

    @property
    def question(self) -> str:
        """What the office asks and the unit has not answered yet."""
        asked = [step.row.text for step in self.steps if step.row.move == ReplyMove.ASKED]
        return asked[-1] if asked and self.reply.state == ReplyState.ASKED else ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at a desk: replies to be received or answered, questions that units let pass, and accepted figures
    that stand in no draft."""

    count: int
    late: int
    first: date | None  # the first day on which one is due
    silent: int
    uncarried: int

    @property
    def any(self) -> bool:
        return bool(self.count or self.silent or self.uncarried)


# --- Until when -------------------------------------------------------------------------------------
def due(issuer: Issuer, state: str, today: date) -> date:
    """Until when the next step is awaited, counted from the day on which the reply comes into a state. Whoever is asked
    has as many days as the office has for asking."""
    days = {
        ReplyState.SENT: issuer.receive_days,
        ReplyState.RECEIVED: issuer.answer_days,
        ReplyState.ASKED: issuer.ask_days,
        ReplyState.ACCEPTED: issuer.publish_days,
        ReplyState.PARTLY: issuer.publish_days,
    }
    return workday.after(today, days.get(ReplyState(state), 0))


def resumed(reply: Reply, today: date) -> date:
    """Until when the office answers once the unit has: within the days that it had left when it asked, one at least;
    within all of them where it asked before it had confirmed receipt."""
    asked = reply.steps.filter(move=ReplyMove.ASKED).order_by("-pk").first()
    known = asked and reply.steps.filter(pk__lt=asked.pk, move__in=(ReplyMove.RECEIVED, ReplyMove.ASKED)).exists()
    if asked is None or asked.due_on is None or not known:
        return due(reply.edition.dispatch.issuer, ReplyState.RECEIVED, today)
    return workday.after(today, max(1, workday.left(timezone.localdate(asked.at), asked.due_on)))


def awaited(reply: Reply, move: str) -> date | None:
    """The last day of a step that the reply waits for; None for one that nobody waits for."""
    return reply.due_on if move in _AWAITED.get(ReplyState(reply.state), ()) else None


def urgent(today: date) -> tuple[Any, ...]:
    """The queue of a desk: what is late, then what is open, then what is accepted, then what is closed; the first due
    first."""
    return (
        Case(
            When(state__in=DISPUTING_REPLIES, due_on__lt=today, then=Value(0)),
            When(state__in=OPEN_REPLIES, then=Value(1)),
            When(state__in=GRANTED_REPLIES, then=Value(2)),
            default=Value(3),
        ).asc(),
        Case(When(state__in=DISPUTING_REPLIES, then="due_on"), default=None).asc(),
        "-sent_at",
        "-pk",
    )


def ask_until(reply: Reply) -> date:
    return workday.after(timezone.localdate(reply.sent_at), reply.edition.dispatch.issuer.ask_days)


# --- Whose ------------------------------------------------------------------------------------------
def speaks_for(user: User, unit: int) -> bool:
    """Whether the person disputes figures in the unit's name: its own people do, nobody above it."""
    return any(own == unit and role == Role.UNIT for own, role, _issues in memberships(user))


def of_units(user: User) -> QuerySet[Reply]:
    """The replies of the person's units and of the units below, the last first."""
    own = [unit for unit, role, _issues in memberships(user) if role == Role.UNIT]
    below = Unit.objects.under(own).order_by().values("pk")
    return with_figure(Reply.objects.filter(unit__in=below)).select_related(*_WITH).order_by("-sent_at", "-pk")


def with_figure(rows: QuerySet[Reply]) -> QuerySet[Reply]:
    """The figure as published beside each; a unit's record may have been merged into another since."""
    printed = Result.objects.filter(
        Q(unit=OuterRef("unit")) | Q(unit__merged_into=OuterRef("unit")),
        edition=OuterRef("edition"), indicator=OuterRef("indicator"),
    )  # fmt: skip
    return rows.annotate(printed=Subquery(printed.order_by("unit__merged_into").values("printed")[:1]))


def waiting(user: User, today: date) -> Waiting:
    """One SQL query, for the first page of the desk."""
    awaits, lost = Q(state__in=AWAITING_DESK), Q(state__in=GRANTED_REPLIES, correction=None)
    found = Reply.objects.kept_by(user).aggregate(
        count=Count("pk", filter=awaits),
        late=Count("pk", filter=awaits & Q(due_on__lt=today)),
        first=Min("due_on", filter=awaits),
        silent=Count("pk", filter=Q(state=ReplyState.ASKED, due_on__lt=today)),
        uncarried=Count("pk", filter=lost),
    )
    return Waiting(**found)


# --- Figures ----------------------------------------------------------------------------------------
def published_figure(edition: Edition, unit: Unit, indicator: Indicator) -> Result | None:
    """The unit's own figure, else that of a record that was merged into it."""
    rows = Result.objects.filter(edition=edition, unit__in=Unit.objects.records_of(unit), indicator=indicator)
    found = sorted(rows.select_related("unit"), key=lambda row: row.unit_id != unit.pk)
    return found[0] if found else None


def whole_of(edition: Edition, indicator: Indicator) -> Decimal | None:
    """Of what a score is that is printed for others, else what the indicator allows."""
    printed = Result.objects.filter(edition=edition, indicator=indicator, out_of__isnull=False)
    found = printed.order_by("pk").values_list("out_of", flat=True).first()
    return indicator.maximum if found is None else found


def appendix_of(edition: Edition, unit: Unit, indicator: Indicator) -> Appendix | None:
    """The table in which units of this level have the figure."""
    rows = Result.objects.filter(edition=edition, indicator=indicator, appendix__isnull=False)
    found = rows.filter(unit__level=unit.level).select_related("appendix").order_by("row", "pk").first()
    return found.appendix if found else None


def disputed(edition: Edition, user: User) -> frozenset[tuple[int, int]]:
    """(unit, indicator) of every figure of the edition that is disputed, as far as the person is told of it; one SQL
    query. A reply to an earlier edition goes on until it is answered."""
    return frozenset((unit, indicator) for _edition, unit, indicator in marks.disputed([edition], user))


def of_figure(editions: Collection[Edition], unit: Unit, indicator: Indicator, user: User) -> tuple[Reply, ...]:
    """The replies to one figure in some editions of its dispatch that the person is told of, the last first; one SQL
    query."""
    rows = Reply.objects.visible_to(user).filter(edition__in=editions, indicator__code=indicator.code)
    found = rows.filter(unit__in=Unit.objects.records_of(unit).order_by().values("pk"))
    return tuple(found.select_related("edition", "correction").order_by("-sent_at", "-pk"))


# --- One reply --------------------------------------------------------------------------------------
def shown(reply: Reply) -> Shown:
    """Three SQL queries, and two where another edition holds since."""
    since = _later(reply)
    return Shown(reply, _printed(reply.edition, reply), tuple(_steps(reply)), since, _printed(since, reply))


def seen_step(text: str) -> int:
    """The step that a page gave to its form (`Shown.last`); who sends none has seen nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_KEY else 0


def since(reply: Reply, seen: int | None) -> list[Step]:
    """What was done with it after the step `seen`; nothing where no page was seen."""
    return [] if seen is None else [step for step in _steps(reply) if step.row.pk > seen]


def _steps(reply: Reply) -> list[Step]:
    rows = reply.steps.select_related("by").prefetch_related(
        Prefetch("evidence", queryset=Evidence.objects.order_by("pk"))
    )
    steps, asked = [], False
    for row in rows.order_by("pk"):
        steps.append(Step(row, tuple(row.evidence.all()), adds=row.move == ReplyMove.ADDED and not asked))
        asked = row.move == ReplyMove.ASKED or (asked and row.move not in (ReplyMove.ADDED, ReplyMove.RECEIVED))
    return steps


def _printed(edition: Edition | None, reply: Reply) -> str:
    figure = published_figure(edition, reply.unit, reply.indicator) if edition else None
    return figure.printed if figure else ""


def _later(reply: Reply) -> Edition | None:
    """The edition that holds, where it is not the one that the reply is to."""
    if reply.edition.state == State.PUBLISHED:
        return None
    rows = Edition.objects.published().filter(dispatch=reply.edition.dispatch_id, number__gt=reply.edition.number)
    return rows.select_related("dispatch__issuer").first()


def answers(rows: Iterable[Reply]) -> dict[int, str]:
    """Reply -> the last word of the office, for a list of many; one SQL query."""
    steps = ReplyStep.objects.filter(reply__in=[row.pk for row in rows], move__in=_DECIDED).order_by("pk")
    return dict(steps.values_list("reply", "text"))


# --- Corrections ------------------------------------------------------------------------------------
def open_correction_of(reply: Reply) -> Edition | None:
    """The correction of its dispatch that is on its way, be it opened for this reply or for something else."""
    rows = Edition.objects.filter(dispatch=reply.edition.dispatch_id, state__in=OPEN_STATES)
    return rows.select_related("dispatch__issuer").first()


def said_since(reply: Reply, value: Decimal | None = None, out_of: Decimal | None = None) -> Edition | None:
    """The edition published since that says the granted figure already, unless a further one is on its way."""
    later = _later(reply)
    figure = published_figure(later, reply.unit, reply.indicator) if later else None
    wanted = (reply.granted_value, reply.granted_out_of) if value is None else (value, out_of)
    if figure is None or (figure.value, figure.out_of) != wanted or open_correction_of(reply):
        return None
    return later


def granted_in(edition: Edition) -> QuerySet[Reply]:
    """The accepted replies whose figures an open correction is to publish."""
    rows = Reply.objects.filter(correction=edition, state__in=GRANTED_REPLIES)
    return rows.select_related("unit", "indicator").order_by("pk")


def reason_of(replies: Iterable[Reply]) -> str:
    """The reason of a correction for these accepted replies, as long as nobody writes another."""
    return correction_reason([(str(reply.unit), reply.indicator.name) for reply in replies])


def lacking(edition: Edition) -> list[Reply]:
    """Those of them whose figure does not stand in it."""
    replies = list(granted_in(edition))
    rows = Result.objects.filter(edition=edition, unit__in={reply.unit_id for reply in replies})
    said = {(row.unit_id, row.indicator_id): (row.value, row.out_of) for row in rows} if replies else {}
    return [
        reply
        for reply in replies
        if said.get((reply.unit_id, reply.indicator_id)) != (reply.granted_value, reply.granted_out_of)
    ]
