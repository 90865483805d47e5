"""Replies: until when they are taken, which figures are disputed, what waits, and one reply with all that was said.

A reply is told to the desk of the office, to its unit and to the units above that one (`Reply.objects.visible_to`); all
that is read here for a person goes through it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from chiso.models import (
    DISPUTING_REPLIES,
    GRANTED_REPLIES,
    OPEN_REPLIES,
    OPEN_STATES,
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
from chiso.queries.sight import memberships
from chiso.values import workday
from chiso.words.reply import step_text

# The queue of a desk: what is open, then what is accepted and due, then what is closed; the first due first.
URGENT = (
    Case(
        When(state__in=OPEN_REPLIES, then=Value(0)), When(state__in=GRANTED_REPLIES, then=Value(1)), default=Value(2)
    ).asc(),
    Case(When(state__in=DISPUTING_REPLIES, then="due_on"), default=None).asc(),
    "-sent_at",
    "-pk",
)
AWAITING_DESK = (ReplyState.SENT, ReplyState.RECEIVED)
_WITH = ("edition__dispatch__issuer", "unit", "indicator", "sent_by", "correction__dispatch")


@dataclass(frozen=True, slots=True)
class Step:
    """`adds` says that it added to a reply without having been asked."""

    row: ReplyStep
    evidence: tuple[Evidence, ...]
    adds: bool

    @property
    def what(self) -> str:
        return step_text(str(self.row.get_move_display()), adds=self.adds)


@dataclass(frozen=True, slots=True)
class Shown:
    """One reply; `printed` is the figure as published, "" where the edition has none any more."""

    reply: Reply
    printed: str
    steps: tuple[Step, ...]

    @property
    def question(self) -> str:
        """What the office asks and the unit has not answered yet."""
        asked = [step.row.text for step in self.steps if step.row.move == ReplyMove.ASKED]
        return asked[-1] if asked and self.reply.state == ReplyState.ASKED else ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at a desk: replies to be received or answered, and accepted figures that stand in no draft."""

    count: int
    late: int
    first: date | None  # the first day on which one is due
    uncarried: int

    @property
    def any(self) -> bool:
        return bool(self.count or self.uncarried)


# --- Until when -------------------------------------------------------------------------------------
def closes_on(edition: Edition) -> date | None:
    """The last day on which replies to a published edition are taken; None where none are."""
    dispatch = edition.dispatch
    days = dispatch.issuer.reply_days if dispatch.reply_days is None else dispatch.reply_days
    if not days or edition.published_at is None:
        return None
    return workday.after(timezone.localdate(edition.published_at), days)


def is_taken(edition: Edition, today: date) -> bool:
    """Whether figures of the edition may be disputed: it holds, and its days are not over."""
    end = closes_on(edition)
    return edition.state == State.PUBLISHED and end is not None and today <= end


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
        uncarried=Count("pk", filter=lost),
    )
    return Waiting(**found)


# --- Figures ----------------------------------------------------------------------------------------
def published_figure(edition: Edition, unit: Unit, indicator: Indicator) -> Result | None:
    """The unit's own figure, else that of a record that was merged into it."""
    rows = Result.objects.filter(edition=edition, unit__in=Unit.objects.records_of(unit), indicator=indicator)
    found = sorted(rows.select_related("unit"), key=lambda row: row.unit_id != unit.pk)
    return found[0] if found else None


def disputed(edition: Edition, user: User) -> frozenset[tuple[int, int]]:
    """(unit, indicator) of every figure of the edition that is disputed, as far as the person is told of it; one SQL
    query. A reply to an earlier edition goes on until it is answered."""
    rows = Reply.objects.visible_to(user).disputing().filter(edition__dispatch=edition.dispatch_id)
    rows = rows.filter(edition__number__lte=edition.number)
    return frozenset(rows.order_by().values_list("unit", "indicator"))


def of_figure(editions: Collection[Edition], unit: Unit, indicator: Indicator, user: User) -> tuple[Reply, ...]:
    """The replies to one figure in some editions of its dispatch that the person is told of, the last first; one SQL
    query."""
    rows = Reply.objects.visible_to(user).filter(edition__in=editions, indicator__code=indicator.code)
    found = rows.filter(unit__in=Unit.objects.records_of(unit).order_by().values("pk"))
    return tuple(found.select_related("edition", "correction").order_by("-sent_at", "-pk"))


# --- One reply --------------------------------------------------------------------------------------
def shown(reply: Reply) -> Shown:
    """Three SQL queries."""
    rows = reply.steps.select_related("by").prefetch_related(
        Prefetch("evidence", queryset=Evidence.objects.order_by("pk"))
    )
    steps, asked = [], False
    for row in rows.order_by("pk"):
        steps.append(Step(row, tuple(row.evidence.all()), adds=row.move == ReplyMove.ADDED and not asked))
        asked = row.move == ReplyMove.ASKED or (asked and row.move not in (ReplyMove.ADDED, ReplyMove.RECEIVED))
    figure = published_figure(reply.edition, reply.unit, reply.indicator)
    return Shown(reply, figure.printed if figure else "", tuple(steps))


def answers(rows: Iterable[Reply]) -> dict[int, str]:
    """Reply -> the last word of the office, for a list of many; one SQL query."""
    moves = (ReplyMove.ACCEPTED, ReplyMove.PARTLY, ReplyMove.REFUSED)
    steps = ReplyStep.objects.filter(reply__in=[row.pk for row in rows], move__in=moves).order_by("pk")
    return dict(steps.values_list("reply", "text"))


# --- Corrections ------------------------------------------------------------------------------------
def open_correction_of(reply: Reply) -> Edition | None:
    """The correction of its dispatch that is on its way, be it opened for this reply or for something else."""
    rows = Edition.objects.filter(dispatch=reply.edition.dispatch_id, state__in=OPEN_STATES)
    return rows.select_related("dispatch__issuer").first()


def granted_in(edition: Edition) -> QuerySet[Reply]:
    """The accepted replies whose figures an open correction is to publish."""
    rows = Reply.objects.filter(correction=edition, state__in=GRANTED_REPLIES)
    return rows.select_related("unit", "indicator").order_by("pk")


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
