"""What comes next for an edition, and whether this person may do it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from chiso.models import Edition, State
from chiso.queries import edition as query

from .page import address
from .scope import signed_in


@dataclass(frozen=True)
class Next:
    """The one action offered, by name ("submit", "publish", "correct", "open", ""); where nothing is, `why`."""

    name: str
    label: str = ""
    url: str = ""
    why: str = ""
    sends_back: bool = False
    recalls: bool = False


def decides(request: HttpRequest, edition: Edition) -> bool:
    return query.may_decide(signed_in(request), edition.dispatch.issuer)


def next_step(request: HttpRequest, edition: Edition) -> Next:
    if edition.state == State.DRAFT:
        return _of_draft(edition)
    if edition.state == State.REVIEW:
        return _in_review(request, edition)
    return _once_published(request, edition)


def _of_draft(edition: Edition) -> Next:
    url = address("edition", "publish", edition.pk)
    if edition.dispatch.issuer.second_person:
        return Next("submit", _("Hand in for review …"), url)
    return Next("publish", _("Publish …"), url)


def _in_review(request: HttpRequest, edition: Edition) -> Next:
    if not decides(request, edition):
        return Next("", why=_("It waits for an approver, who publishes it or sends it back."))
    if edition.dispatch.issuer.second_person and query.last_editor(edition) == signed_in(request):
        why = _("You made the last change to this edition. Another person publishes it.")
        return Next("", why=why, sends_back=True)
    return Next("publish", _("Check and publish …"), address("edition", "publish", edition.pk), sends_back=True)


def _once_published(request: HttpRequest, edition: Edition) -> Next:
    newer = edition.dispatch.editions.filter(number__gt=edition.number).order_by("-number").first()
    recalls = edition.state == State.PUBLISHED and decides(request, edition)
    if newer is not None:
        label = _("To edition %(number)s") % {"number": newer.number}
        return Next("open", label, address("edition", "change", newer.pk), recalls=recalls)
    return Next("correct", _("Open a correction …"), address("edition", "correct", edition.pk), recalls=recalls)
