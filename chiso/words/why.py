"""Why a unit stands where it stands, in sentences of fixed templates."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from chiso.ranking.why import Reason

GROUPS = {
    "standing": gettext_noop("Where the unit stands"),
    "lost": gettext_noop("Where the points are lost"),
    "good": gettext_noop("Strong among its peers"),
    "weak": gettext_noop("Weak among its peers"),
    "moved": gettext_noop("What changed since last time"),
    "caveat": gettext_noop("To keep in mind"),
}


def group_title(group: str) -> str:
    return gettext(GROUPS[group])


def sentence(reason: Reason) -> str:
    return reason.id
