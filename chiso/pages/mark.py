"""Small marked-up texts that several pages share."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chiso.models import Edition
from chiso.words.figure import MISSING, cell_text


def chip(edition: Edition) -> SafeString:
    """The state of an edition, with its number where it is not the first."""
    text = edition.get_state_display()
    if edition.number > 1:
        text = _("%(state)s (edition %(number)s)") % {"state": text, "number": edition.number}
    return format_html('<span class="chip chip-{}">{}</span>', edition.state, text)


def own(name: SafeString) -> SafeString:
    """A name with the word that says whose it is: colour alone says nothing to many."""
    return format_html('{} <span class="mark">{}</span>', name, _("your unit"))


def printed(text: str, cell: str, file: str) -> SafeString:
    """A figure as printed; where it stands in the document is one hover, one click or one key away."""
    place = cell_text(cell) or _("typed by hand")
    where = f"{place} ({file})" if file else place
    return format_html(
        '<details class="source"><summary title="{}">{}</summary><span>{}</span></details>', where, text, where
    )


def missing(why: str) -> SafeString:
    """A dash that says why to the mouse and to those who listen."""
    return format_html(
        '<span class="missing" title="{}"><span aria-hidden="true">{}</span><span class="unseen">{}</span></span>',
        why, MISSING, why,
    )  # fmt: skip
