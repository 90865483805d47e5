"""An appendix named by hand, in a draft that is typed or that a file titled badly."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from chiso.models import Appendix, Edition, Layout, User, What
from chiso.values import ordinal

from . import edition as editions
from . import lock
from .trail import record

_LAST = 1000


class UnableToStore(Exception):
    """The edition is not a draft, or the layout is another set's."""


def store(*, appendix: Appendix, by: User | None) -> Appendix:
    """Saves number, title, layout and notes of one table of a draft; its layout says which order the checks expect."""
    with transaction.atomic():
        edition = lock.draft(appendix.edition, UnableToStore)
        appendix.save()
        record(What.DISPATCH_CHANGED, by=by, subject=f"{edition}: {appendix}", edition=edition)
        editions.refresh_findings(edition=edition)
    return appendix


def begin(*, edition: Edition, layout: Layout, by: User | None) -> Appendix:
    """An empty table of a layout, to be typed: with its usual number, or the next one that is free."""
    with transaction.atomic():
        edition = lock.draft(edition, UnableToStore)
        if layout.indicator_set_id != edition.indicator_set_id:
            raise UnableToStore(_("This layout belongs to another indicator set than the dispatch."))
        taken = set(edition.appendices.values_list("ordinal", flat=True))
        usual = [layout.ordinal] if layout.ordinal else []
        number = next(each for each in (*usual, *map(ordinal.roman, range(1, len(taken) + 2))) if each not in taken)
        place = min(ordinal.order(number)[0], _LAST)
        title = layout.titles[0] if layout.titles else layout.name
        return store(
            appendix=Appendix(edition=edition, ordinal=number, title=title[:500], layout=layout, order=place), by=by
        )
