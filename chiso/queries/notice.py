"""Notices as their reader sees them, who is told of what, and what a person chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from chiso.models import (
    DESK_ROLES,
    DISPUTING_REPLIES,
    GRANTED_REPLIES,
    READABLE_STATES,
    Edition,
    Indicator,
    Issuer,
    Mail,
    Membership,
    Notice,
    NoticeChoice,
    NoticeKind,
    Reply,
    ReplyMove,
    Result,
    Role,
    Standing,
    Unit,
    User,
)
from chiso.queries.correction import lasting
from chiso.queries.edition import deciders
from chiso.queries.window import closes_on, repeatable
from chiso.words.figure import rank_text
from chiso.words.notice import Line, Told

LONGEST = timedelta(days=400)  # of a window for replies
MOST = 3  # figures that the notice of a publication names
_GRANTS = (f"{ReplyMove.ACCEPTED}:", f"{ReplyMove.PARTLY}:")  # how keys begin that tell of an accepted figure
_CLOSES = f"{ReplyMove.CORRECTED}:"
COUNTED = 100  # unread notices; more are not told apart
Figures = list[list[str]]  # [[indicator code, before, after], …]
UNIT_KINDS = (
    NoticeKind.PUBLISHED, NoticeKind.CORRECTED, NoticeKind.RECALLED, NoticeKind.REPLY_ANSWERED, NoticeKind.DEADLINE,
)  # fmt: skip
DESK_KINDS = (
    NoticeKind.PUBLISHED, NoticeKind.CORRECTED, NoticeKind.RECALLED, NoticeKind.REPLY_SENT, NoticeKind.DEADLINE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice with what it says and the page that it leads to."""

    notice: Notice
    told: Told
    path: str


@dataclass(frozen=True, slots=True)
class Choice:
    kind: str
    here: bool
    mail: bool


# --- What a person reads ----------------------------------------------------------------------------
def unread(user: User) -> int:
    """One SQL query, in the header of every page."""
    return Notice.objects.visible_to(user).filter(read_at=None).order_by()[:COUNTED].count()


def shown(notices: Sequence[Notice]) -> list[Shown]:
    """Two SQL queries for all of them; `notices` come with what `WITH` names."""
    names, ranks = _names(notices), _ranks(notices)
    return [Shown(each, _told(each, names, ranks), _path(each)) for each in notices]


def mailed(notice: Notice) -> Shown:
    """What its mail says: of a correction also the figures whose notices are not mailed because this one is."""
    whole, known = copy(notice), {code for code, _before, _after in notice.figures}
    beside = (disputed_figure(reply) for reply in _closed_beside(notice)) if _tells_of_closing(notice) else ()
    whole.figures = [*notice.figures, *(line for [line] in beside if line[0] not in known)]
    [found] = shown([whole])
    return found


def _tells_of_closing(notice: Notice) -> bool:
    return notice.unit_id is not None and (notice.kind == NoticeKind.CORRECTED or notice.key.startswith(_CLOSES))


def _closed_beside(notice: Notice) -> QuerySet[Reply]:
    """The replies of the unit that the same correction closed, as far as the person is told of them."""
    correction = notice.reply.correction_id if notice.reply else notice.edition_id
    told = Notice.objects.filter(to=notice.to_id, unit=notice.unit_id, key__startswith=_CLOSES)
    rows = Reply.objects.filter(correction__isnull=False, correction=correction, pk__in=told.values("reply"))
    return rows.select_related("unit", "indicator").order_by("pk")


WITH = ("edition__dispatch__issuer", "unit", "reply__unit", "reply__indicator")


def _told(notice: Notice, names: dict[tuple[int, str], str], ranks: dict[tuple[int, int, str], str]) -> Told:
    edition, unit, start = notice.edition, notice.unit, notice.key.split(":")
    of = notice.reply.unit if notice.reply else unit
    lines = tuple(
        Line(
            names.get((edition.indicator_set_id, code), code), before, after,
            ranks.get((edition.pk, notice.unit_id or 0, code), ""),
        )
        for code, before, after in notice.figures
    )  # fmt: skip
    return Told(
        kind=notice.kind,
        move=start[0],
        dispatch=edition.dispatch.reference,
        edition=edition.number,
        unit=of.name if of else "",
        lines=lines,
        due=_due(notice) if notice.kind == NoticeKind.DEADLINE else _publish_due(notice),
        desk=unit is None,
    )


def _due(notice: Notice) -> date:
    return date.fromisoformat(notice.key.split(":")[2])


def _publish_due(notice: Notice) -> date | None:
    """Of an accepted figure, while its correction is awaited."""
    reply, is_granted = notice.reply, notice.key.startswith(_GRANTS)
    return reply.due_on if reply is not None and is_granted and reply.state in GRANTED_REPLIES else None


def _names(notices: Iterable[Notice]) -> dict[tuple[int, str], str]:
    codes = {code for each in notices for code, _before, _after in each.figures}
    sets = {each.edition.indicator_set_id for each in notices}
    rows = Indicator.objects.filter(indicator_set__in=sets, code__in=codes) if codes else Indicator.objects.none()
    return {(each.indicator_set_id, each.code): each.name for each in rows}


def _ranks(notices: Iterable[Notice]) -> dict[tuple[int, int, str], str]:
    """A unit's own ranks among its whole level, for the notices of a publication."""
    about = [each for each in notices if each.kind == NoticeKind.PUBLISHED and each.unit_id and each.figures]
    codes = {code for each in about for code, _before, _after in each.figures}
    if not codes:
        return {}
    editions, units = {each.edition_id for each in about}, {each.unit_id for each in about}
    rows = Standing.objects.filter(edition__in=editions, unit__in=units, indicator__code__in=codes)
    whole = rows.exclude(peers__contains=":").values_list(
        "edition_id", "unit_id", "indicator__code", "rank", "tied", "rank_of"
    )
    return {(edition, unit, code): f"{rank_text(rank, tied)}/{of}" for edition, unit, code, rank, tied, of in whole}


def _path(notice: Notice) -> str:
    """Where the reader finds what the notice tells of."""
    edition, dispatch, unit = notice.edition, notice.edition.dispatch, notice.unit
    place = [dispatch.issuer.slug, dispatch.year, dispatch.address]
    if notice.kind == NoticeKind.REVIEW:
        return reverse("admin:chiso_edition_change", args=[edition.pk])
    if notice.reply is not None:
        at_desk = unit is None
        return reverse("admin:chiso_reply_change" if at_desk else "reply", args=[notice.reply.pk])
    if notice.kind == NoticeKind.CORRECTED:
        return reverse("changes", args=place) + f"?edition={edition.number}"
    if unit is not None and notice.kind in (NoticeKind.PUBLISHED, NoticeKind.DEADLINE):
        return reverse("unit_dispatch", args=[unit.slug, *place])
    return reverse("dispatch", args=place) + f"?edition={edition.number}"


# --- Who is told ------------------------------------------------------------------------------------
def desk(issuer: Issuer) -> set[int]:
    """The people at an office's desk."""
    rows = Membership.objects.filter(unit=issuer.unit_id, role__in=DESK_ROLES, user__is_active=True)
    return set(rows.values_list("user", flat=True))


def of_units(issuer: Issuer) -> dict[int, set[int]]:
    """Unit -> its people, for every unit of the office's tree that has any."""
    rows = Membership.objects.filter(
        role=Role.UNIT, user__is_active=True, unit__in=Unit.objects.under([issuer.unit_id]).order_by().values("pk")
    )
    people: dict[int, set[int]] = defaultdict(set)
    for unit, user in rows.values_list("unit", "user"):
        people[unit].add(user)
    return people


def published_figures(edition: Edition, units: Iterable[int]) -> dict[int, Figures]:
    """Unit -> its first figures, empty where it has only others; without the units that the edition does not name."""
    merged, wanted = Unit.objects.lasting(), set(units)
    of_it = Result.objects.filter(edition=edition)
    there = {merged.get(unit, unit) for unit in of_it.values_list("unit", flat=True).distinct()}
    found: dict[int, Figures] = {unit: [] for unit in there & wanted}
    rows = of_it.filter(indicator__parent=None).order_by("indicator__order", "indicator")
    for unit, code, printed in rows.values_list("unit", "indicator__code", "printed"):
        figures = found.get(merged.get(unit, unit))
        if figures is not None and len(figures) < MOST:
            figures.append([code, "", printed])
    return found


def corrected_figures(before: Edition, after: Edition) -> dict[int, Figures]:
    """Unit -> its figures that differ, old and new; a figure that one edition lacks is ""."""
    merged = Unit.objects.lasting()
    old, new = (lasting(_printed(edition), merged) for edition in (before, after))
    changed = {key for key in old | new if old.get(key) != new.get(key)}
    order = {each.pk: each for each in Indicator.objects.filter(pk__in={indicator for indicator, _unit in changed})}
    found: dict[int, Figures] = defaultdict(list)
    for key in sorted(changed, key=lambda key: (order[key[0]].order, key[0])):
        found[key[1]].append([order[key[0]].code, *(told[key][2] if key in told else "" for told in (old, new))])
    return dict(found)


def _printed(edition: Edition) -> dict[tuple[int, int], tuple[object, object, str]]:
    rows = Result.objects.filter(edition=edition).values_list("indicator_id", "unit_id", "value", "out_of", "printed")
    return {(indicator, unit): (value, out_of, printed) for indicator, unit, value, out_of, printed in rows}


def granted_figures(edition: Edition) -> dict[int, set[str]]:
    """Unit -> the indicators whose figures an open correction is to publish because replies were accepted."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Reply.objects.filter(correction=edition, state__in=GRANTED_REPLIES)
    for unit, kept, code in rows.values_list("unit", "unit__merged_into", "indicator__code"):
        found[kept or unit].add(code)
    return found


def mailed_of(reply: Reply, unit: Unit) -> set[int]:
    """Who gets a mail of this unit's figures in the correction that closed the reply."""
    if reply.correction_id is None:
        return set()
    corrected = Q(kind=NoticeKind.CORRECTED, edition=reply.correction_id)
    closed = Q(kind=NoticeKind.REPLY_ANSWERED, key__startswith=_CLOSES, reply__correction=reply.correction_id)
    rows = Notice.objects.filter(corrected | closed, unit=unit).exclude(mail=Mail.NONE)
    return set(rows.values_list("to", flat=True))


def disputed_figure(reply: Reply) -> Figures:
    """What a reply is about: the figure as published, and the one proposed, or granted where it was."""
    units = Unit.objects.records_of(reply.unit)
    printed = Result.objects.filter(edition=reply.edition_id, unit__in=units, indicator=reply.indicator_id)
    text = printed.order_by("unit__merged_into").values_list("printed", flat=True).first() or ""
    return [[reply.indicator.code, text, reply.granted or reply.proposed]]


def closing(today: date, until: date) -> list[tuple[Edition, Edition, date]]:
    """The published editions, each with that of itself and those it corrects whose days for replies end in this time,
    and the last of them."""
    rows = Edition.objects.published().filter(published_at__gte=timezone.now() - LONGEST)
    ends = [
        (holds, each, closes_on(each))
        for holds in rows.select_related("dispatch__issuer")
        for each in (holds, *(repeatable(holds) if holds.number > 1 else ()))
    ]
    return [(holds, each, end) for holds, each, end in ends if end is not None and today <= end <= until]


def disputable_in(edition: Edition, units: Iterable[int]) -> set[int]:
    """The units whose days for replies are those of this edition: all with figures in a first one, in a correction
    those whose figures it changed."""
    before = next(iter(repeatable(edition)), None) if edition.number > 1 else None
    return set(corrected_figures(before, edition) if before else published_figures(edition, units)) & set(units)


# --- What a person chose ----------------------------------------------------------------------------
def kinds_of(user: User) -> tuple[str, ...]:
    """The kinds that concern the person, in one order for everybody."""
    kinds: set[str] = set()
    if user.memberships.filter(role=Role.UNIT).exists():
        kinds |= set(UNIT_KINDS)
    if user.memberships.at_desks().exists():
        kinds |= set(DESK_KINDS)
    offices = Issuer.objects.filter(unit__memberships__user=user, unit__memberships__role__in=DESK_ROLES).distinct()
    if any(deciders(office).filter(pk=user.pk).exists() for office in offices):
        kinds.add(NoticeKind.REVIEW)
    return tuple(kind for kind in NoticeKind.values if kind in kinds)


def choices_of(user: User) -> tuple[Choice, ...]:
    known = {each.kind: each for each in NoticeChoice.objects.filter(user=user)}
    return tuple(
        Choice(kind, known[kind].here, known[kind].mail) if kind in known else Choice(kind, True, True)
        for kind in kinds_of(user)
    )


def unwanted(kind: str) -> dict[int, Choice]:
    """Person -> the choice, of all who want this kind not at all, only here or only by mail."""
    rows = NoticeChoice.objects.filter(Q(here=False) | Q(mail=False), kind=kind)
    return {each.user_id: Choice(kind, each.here, each.mail) for each in rows}


def still_holds(notice: Notice) -> bool:
    """Whether a mail that had to wait still says what is so, to whom it still concerns."""
    if not notice.to.is_active or not Notice.objects.told_to(notice.to).filter(pk=notice.pk).exists():
        return False
    chosen = NoticeChoice.objects.filter(user=notice.to, kind=notice.kind).first()
    if chosen is not None and not chosen.mail:
        return False
    if notice.kind == NoticeKind.REVIEW:
        return notice.edition.state == "review"
    if notice.kind == NoticeKind.DEADLINE and notice.reply is not None:
        return notice.reply.state in DISPUTING_REPLIES and notice.reply.due_on == _due(notice)
    if notice.kind == NoticeKind.DEADLINE:
        return timezone.localdate() <= _due(notice) and _still_said(notice.edition)
    return notice.edition.state in READABLE_STATES


def _still_said(edition: Edition) -> bool:
    """Whether its days for replies count still: it holds, or what holds only corrects it, without a recall between."""
    holds = Edition.objects.published().filter(dispatch=edition.dispatch_id).select_related("dispatch__issuer").first()
    return holds is not None and edition in (holds, *repeatable(holds))
