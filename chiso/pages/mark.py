"""Small marked-up texts that several pages share."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chiso.models import Edition
from chiso.words.figure import MISSING, cell_text, decimals_apart, kind_shown


def chip(edition: Edition, *, numbered: bool = True) -> SafeString:
    """The state of an edition, with its number where it is not the first (and nothing beside says it)."""
    text = edition.get_state_display()
    if numbered and edition.number > 1:
        text = _("%(state)s (edition %(number)s)") % {"state": text, "number": edition.number}
    return format_html('<span class="chip chip-{}">{}</span>', edition.state, text)


def sample() -> SafeString:
    """A dispatch that is no real one."""
    return format_html('<span class="chip chip-sample">{}</span>', _("Sample data"))


def beside(*, disputed: bool, corrected: bool, changes: str) -> SafeString:
    """What is said of a figure, at the figure: `changes` leads to what its edition corrected."""
    marks = []
    if corrected:
        marks.append(format_html('<a class="note-mark corrected" href="{}">{}</a>', changes, _("corrected")))
    if disputed:
        marks.append(format_html('<span class="note-mark disputed">{}</span>', _("disputed")))
    return format_html_join(" ", "{}", ((each,) for each in marks))


def no_number(value: Decimal | None) -> SafeString:
    """Where nothing can be ranked by: nothing is printed, or it is a share of nothing, which is not missing."""
    return missing(_("no figure in the dispatch") if value is None else _("of 0 there is no share"))


def disputed(reply: int) -> SafeString:
    """The same word where it leads to the reply, for who may read it."""
    return format_html('<a class="note-mark disputed" href="{}">{}</a>', reverse("reply", args=[reply]), _("disputed"))


def written(*, disputed: bool, corrected: bool) -> str:
    """The same in a file."""
    return "; ".join([_("corrected")] * corrected + [_("disputed")] * disputed)


def own(name: SafeString) -> SafeString:
    """A name with the word that says whose it is: colour alone says nothing to many."""
    return format_html('{} <span class="mark">{}</span>', name, _("your unit"))


def printed(text: str, cell: str, file: str) -> SafeString:
    """A figure as printed; where it stands in the document is one hover, one click or one key away."""
    place = cell_text(cell) or _("typed by hand")
    where = f"{place} ({file})" if file else place
    return format_html(
        '<details class="source"><summary title="{0}">{1}</summary><span>{0}</span></details>', where, text
    )


def missing(why: str) -> SafeString:
    """A dash that says why to the mouse and to those who listen."""
    return format_html(
        '<span class="missing" title="{0}"><span aria-hidden="true">{1}</span>'
        '<span class="visually-hidden">{0}</span></span>',
        why,
        MISSING,
    )


def figure(value: Decimal, out_of: Decimal | None, kind: str, printed: str) -> SafeString:
    """A figure for a column that holds several kinds: set in parts, so that the decimal marks stand in line."""
    whole, decimals, tail = decimals_apart(value, out_of, kind_shown(printed, kind))
    return format_html(
        '<span class="fig">{}<span class="rest">{}<span class="tail">{}</span></span></span>', whole, decimals, tail
    )


def no_figure(why: str) -> SafeString:
    """The dash of `missing`, standing where the whole parts of that column stand."""
    return format_html('<span class="fig">{}<span class="rest"></span></span>', missing(why))


def to_figure(url: str, text: str | SafeString) -> SafeString:
    """A figure that leads to its own page: where it comes from and what it was."""
    return format_html('<a class="figure-link" href="{}">{}</a>', url, text)


def axis(full: str) -> SafeString:
    """The two ends of the bars below."""
    return format_html('<span class="axis" aria-hidden="true"><span>0</span><span>{}</span></span>', full)
