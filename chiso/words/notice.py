"""What a notice says: a subject, and a line for each figure, in the active language.

Reasons that people typed are left to the pages: a reason may name other units and their figures, and a mail must not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .figure import MISSING, date_text

SHOWN = 8  # figures that a notice names; its page has the rest


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as printed; "" where an edition has none. `rank` is "3/9" among its peers, "" where it has none."""

    name: str
    before: str
    after: str
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice tells. `move` is the step of a reply ("asked"), or what ends at a deadline ("window")."""

    kind: str
    move: str
    dispatch: str  # "1082/VPUB-KSTT", "" before it has a number
    edition: int
    unit: str  # of the figures or of the reply; "" where it is about a whole dispatch
    lines: tuple[Line, ...] = ()
    due: date | None = None  # the deadline; of an accepted figure the day by which its correction is published
    desk: bool = False  # told to those at the desk of the office


_ABOUT = {
    "published": gettext_lazy("%(dispatch)s was published"),
    "corrected": gettext_lazy("figures of %(unit)s in %(dispatch)s were corrected"),
    "recalled": gettext_lazy("%(dispatch)s was recalled"),
    "review": gettext_lazy("%(dispatch)s, edition %(edition)s, awaits review"),
}
_CORRECTED_DESK = gettext_lazy("%(dispatch)s was corrected: edition %(edition)s")
_PUBLISHED_AGAIN = gettext_lazy("%(dispatch)s was published again: edition %(edition)s")
_MOVES = {
    "sent": gettext_lazy("%(unit)s disputes a figure of %(dispatch)s"),
    "added": gettext_lazy("%(unit)s added to its reply to %(dispatch)s"),
    "withdrawn": gettext_lazy("%(unit)s withdrew its reply to %(dispatch)s"),
    "received": gettext_lazy("the reply of %(unit)s to %(dispatch)s was received"),
    "asked": gettext_lazy("the office asks for more about the reply of %(unit)s to %(dispatch)s"),
    "accepted": gettext_lazy("the reply of %(unit)s to %(dispatch)s was accepted"),
    "partly": gettext_lazy("the reply of %(unit)s to %(dispatch)s was accepted in part"),
    "refused": gettext_lazy("the reply of %(unit)s to %(dispatch)s was refused"),
    "corrected": gettext_lazy("the figure that %(unit)s disputed in %(dispatch)s was corrected"),
}
_DEADLINES = {
    "receive": gettext_lazy("the reply of %(unit)s to %(dispatch)s awaits the office by %(due)s"),
    "answer": gettext_lazy("%(unit)s is to answer the office about its reply to %(dispatch)s by %(due)s"),
    "publish": gettext_lazy("the figure accepted from %(unit)s for %(dispatch)s is to be published by %(due)s"),
    "window": gettext_lazy("replies of %(unit)s to %(dispatch)s are taken until %(due)s"),
}
_LINES = {
    "printed": gettext_lazy("%(name)s: %(after)s"),
    "ranked": gettext_lazy("%(name)s: %(after)s, rank %(rank)s"),
    "corrected": gettext_lazy("%(name)s: %(before)s → %(after)s"),
    "proposed": gettext_lazy("%(name)s: %(before)s as published, %(after)s proposed"),
    "granted": gettext_lazy("%(name)s: %(before)s as published, %(after)s accepted"),
}
_OF_REPLIES = ("reply-sent", "reply-answered")
_GRANTED = ("accepted", "partly", "publish")
_KINDS = {
    "published": gettext_lazy("A dispatch was published"),
    "corrected": gettext_lazy("Published figures were corrected"),
    "recalled": gettext_lazy("A dispatch was recalled"),
    "reply-sent": gettext_lazy("A unit disputes a figure, adds to its reply or withdraws it"),
    "reply-answered": gettext_lazy("The office answers a reply of your unit"),
    "deadline": gettext_lazy("A deadline is near"),
    "review": gettext_lazy("An edition awaits your review"),
}


def kind_name(kind: str) -> str:
    """A kind of notice, as a person chooses it."""
    return str(_KINDS[kind])


def subject(told: Told) -> str:
    """One sentence without its full stop; it names the dispatch."""
    values = {
        "dispatch": _("dispatch %(number)s") % {"number": told.dispatch} if told.dispatch else _dispatch(),
        "edition": told.edition,
        "unit": told.unit,
        "due": date_text(told.due),
    }
    return capfirst(str(_sentence(told)) % values)


def _dispatch() -> str:
    return _("dispatch without a number")


def _sentence(told: Told) -> object:
    if told.kind == "deadline":
        return _DEADLINES[told.move]
    if told.kind in _OF_REPLIES:
        return _MOVES[told.move]
    if told.kind == "corrected" and told.desk:
        return _CORRECTED_DESK
    if told.kind == "published" and told.edition > 1:
        return _PUBLISHED_AGAIN
    return _ABOUT[told.kind]


def lines(told: Told) -> list[str]:
    """The figures, one a line, how many more there are, and by when an accepted one is published."""
    said = [_line(told, line) for line in told.lines[:SHOWN]]
    more = len(told.lines) - len(said)
    if more > 0:
        text = ngettext("and %(count)s more figure", "and %(count)s more figures", more)
        said.append(text % {"count": more})
    if told.kind in _OF_REPLIES and told.due is not None:
        said.append(_("The correction is to be published by %(day)s.") % {"day": date_text(told.due)})
    return said


def _line(told: Told, line: Line) -> str:
    values = {"name": line.name, "before": line.before or MISSING, "after": line.after or MISSING, "rank": line.rank}
    return str(_LINES[_shape(told, line)]) % values


def _shape(told: Told, line: Line) -> str:
    if "corrected" in (told.kind, told.move):
        return "corrected"
    if told.kind in _OF_REPLIES or told.kind == "deadline":
        return "granted" if told.move in _GRANTED else "proposed" if line.after else "printed"
    return "ranked" if line.rank else "printed"
