"""What was done with a reply, and how much time the next step has, in working days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from chiso.values import workday

NAMED = 3  # figures in the reason of a correction; others are counted


class Done(Protocol):
    """One step as a sentence names it."""

    @property
    def row(self) -> Any: ...

    @property
    def what(self) -> str: ...


def meanwhile(steps: Iterable[Done]) -> str:
    """Who did what since a page was opened on which somebody decided."""
    told = "; ".join(f"{each.row.who} {each.what}, {_moment(each.row.at)}" for each in steps)
    return _("Nothing was stored, for meanwhile: %(told)s. Look at what is new, then decide again.") % {"told": told}


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def time_left(today: date, due: date) -> str:
    """ "3 working days left", "due today", "2 working days late"."""
    late = workday.left(due, today)
    if due < today and not late:  # over the weekend
        return _("the last day is over")
    if late:
        return ngettext("%(count)s working day late", "%(count)s working days late", late) % {"count": late}
    left = workday.left(today, due)
    if not left:
        return _("due today")
    return ngettext("%(count)s working day left", "%(count)s working days left", left) % {"count": left}


def step_text(what: str, *, adds: bool) -> str:
    """`what` is the step in words; `adds` that nobody had asked for what was brought."""
    return _("added to it") if adds else what


def correction_reason(figures: Sequence[tuple[str, str]]) -> str:
    """Why an edition is corrected, by the unit and the indicator of each figure. Every reader of the edition sees it, in
    one language whoever decides; that a unit replied is told to nobody else."""
    with override(settings.LANGUAGE_CODE):
        if not figures:
            return _("Figures of the dispatch are corrected")
        if len(figures) == 1:
            [(unit, indicator)] = figures
            words = {"unit": unit, "indicator": indicator}
            return _("The figure of %(unit)s is corrected: %(indicator)s") % words
        told = "; ".join(f"{unit}: {indicator}" for unit, indicator in figures[:NAMED])
        more = len(figures) - NAMED
        if more > 0:
            told += " " + ngettext("and %(count)s more figure", "and %(count)s more figures", more) % {"count": more}
        return _("Figures are corrected: %(figures)s") % {"figures": told}
