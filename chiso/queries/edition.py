"""Who may take an edition further, who touched it last, and what was said to it on its way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Case, Max, Q, QuerySet, Value, When

from chiso.models import (
    DESK_ROLES,
    READABLE_STATES,
    Dispatch,
    Edition,
    Event,
    Issuer,
    Membership,
    Role,
    State,
    User,
    What,
)

# What changes figures, headline, appendices or reason of an edition, or brings them into being.
_EDITS = (
    What.UPLOAD_APPLIED,
    What.DISPATCH_ENTERED,
    What.DISPATCH_CHANGED,
    What.RESULT_STORED,
    What.RESULT_REMOVED,
    What.SHEET_SAVED,
    What.EDITION_OPENED,
    What.EDITION_REASON,
    What.UNIT_MERGED,
)
_DECIDERS = (Role.APPROVER, Role.ADMINISTRATOR)


def may_decide(user: User, issuer: Issuer) -> bool:
    """Whether the person may publish, send back and recall at this office: its approvers and administrators, or, where
    the office asks for no second person, whoever works at its desk."""
    roles = _DECIDERS if issuer.second_person else DESK_ROLES
    return user.is_superuser or user.memberships.filter(unit=issuer.unit_id, role__in=roles).exists()


def deciders(issuer: Issuer) -> QuerySet[User]:
    """Those who may decide at this office by a role there; a superuser may, and is nobody's approver."""
    roles = _DECIDERS if issuer.second_person else DESK_ROLES
    own = Membership.objects.filter(unit=issuer.unit_id, role__in=roles).values("user")
    return User.objects.filter(pk__in=own, is_active=True)


def last_editor(edition: Edition) -> User | None:
    """Who made the last change to what the edition says; None where that was the system."""
    last = Event.objects.filter(edition=edition, what__in=_EDITS).select_related("by").order_by("-at", "-id").first()
    return last.by if last else None


def decided_by(user: User, issuers: Iterable[Issuer]) -> set[int]:
    """The same for several offices at once: the keys of those where the person may."""
    roles: dict[int, set[str]] = defaultdict(set)
    for unit, role in user.memberships.values_list("unit_id", "role"):
        roles[unit].add(role)
    return {
        each.pk
        for each in issuers
        if user.is_superuser or roles[each.unit_id] & set(_DECIDERS if each.second_person else DESK_ROLES)
    }


def last_edits(editions: Iterable[Edition]) -> dict[int, Event]:
    """The last change to each of several editions, by the edition's key."""
    return _last(editions, _EDITS)


def last_steps(editions: Iterable[Edition]) -> dict[int, Event]:
    """Whether each of several editions was last handed in or sent back, with who said what."""
    return _last(editions, (What.EDITION_SUBMITTED, What.EDITION_SENT_BACK))


def _last(editions: Iterable[Edition], whats: Iterable[str]) -> dict[int, Event]:
    """Keys follow time: events are only ever added."""
    rows = Event.objects.filter(edition__in=list(editions), what__in=list(whats)).order_by()
    latest = rows.values("edition").annotate(last=Max("pk")).values("last")
    return {each.edition_id or 0: each for each in Event.objects.filter(pk__in=latest).select_related("by")}


def sent_back(edition: Edition) -> Event | None:
    """The comment with which the edition last came back, until it is handed in again."""
    steps = Event.objects.filter(edition=edition, what__in=[What.EDITION_SUBMITTED, What.EDITION_SENT_BACK])
    last = steps.select_related("by").order_by("-at", "-id").first()
    return last if last and last.what == What.EDITION_SENT_BACK else None


def handed_in(edition: Edition) -> Event | None:
    """When and by whom it was last handed in, with the word to the approver."""
    steps = Event.objects.filter(edition=edition, what=What.EDITION_SUBMITTED)
    return steps.select_related("by").order_by("-at", "-id").first()


def before(edition: Edition) -> Edition | None:
    """The last one before it that was published, be it recalled: what it was copied from."""
    earlier = _published_before(edition).order_by("-number")
    return earlier.select_related("dispatch__issuer__unit", "indicator_set").first()


def corrected(edition: Edition) -> Edition | None:
    """The edition that this one corrects, and with which it is compared."""
    return corrected_by(edition).select_related("dispatch__issuer__unit", "indicator_set").first()


def corrected_by(edition: Edition) -> QuerySet[Edition]:
    """The same, first of a query: the last one before it that stood. What was recalled does not count; only where
    nothing else was published, readers have nothing but that to compare with."""
    recalled_last = Case(When(state=State.RECALLED, then=Value(1)), default=Value(0))
    return _published_before(edition).order_by(recalled_last, "-number")


def corrected_among(editions: Iterable[Edition], edition: Edition) -> Edition | None:
    """The same of some editions of one dispatch that are known."""
    earlier = [one for one in editions if one.number < edition.number and one.is_published]
    return max(earlier, key=lambda one: (one.state != State.RECALLED, one.number), default=None)


def _published_before(edition: Edition) -> QuerySet[Edition]:
    return Edition.objects.filter(dispatch=edition.dispatch_id, number__lt=edition.number, state__in=READABLE_STATES)


def last(dispatch: Dispatch) -> Edition | None:
    """The edition after which the next one comes."""
    found = Edition.objects.filter(dispatch=dispatch).select_related("dispatch__issuer__unit", "indicator_set")
    return found.order_by("-number").first()


def of_document(dispatch: int) -> Q:
    """Editions of a dispatch, or, where it is a correcting document, those that it made."""
    return Q(dispatch=dispatch) | Q(correcting=dispatch)
