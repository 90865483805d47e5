"""The two lists of a unit's page as files: every indicator, and one of them over the dispatches."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chiso.pages import download, mark
from chiso.pages.chart import broken_text, unit_of
from chiso.pages.scorecard import chart_title, lacking_text
from chiso.queries.scorecard import Line, Moment, Scorecard, in_points
from chiso.ranking.shown import shown

INDICATORS, PAST = "indicators", "past"


def sheet(card: Scorecard, which: str) -> download.Sheet | None:
    """The list asked for; None for any other, or where there is nothing to list."""
    maker = {INDICATORS: _indicators, PAST: _past}.get(which)
    return maker(card) if maker and card.charted else None


def _above(card: Scorecard, title: str) -> tuple[str, ...]:
    """One line, which says where the dispatch looked at is of sample data."""
    return (f"{_('Sample data')}: {title}" if card.edition.dispatch.is_sample else title,)


def _indicators(card: Scorecard) -> download.Sheet:
    title = f"{card.unit.name} – {capfirst(str(card.edition.dispatch))}"
    head = (
        _("Indicator"), pgettext("column", "Figure"), _("of"), _("As printed"), _("Rank"), _("of"), "",
        _("Points lost"), _("Median"), _("Median and change in"), _("Nation"), _("of"), _("Change"), _("Note"),
    )  # fmt: skip
    return download.Sheet(title, _above(card, title), head, [_line(line) for line in card.lines])


def _line(line: Line) -> list[download.Cell]:
    kind, figure, position = line.indicator.kind, line.figure, line.among.position
    place = line.places[0] if line.places else None
    median = position.median if position else None
    return [
        line.indicator.name,
        figure.value if figure else None,
        figure.out_of if figure else None,
        figure.printed if figure else _("no figure in the dispatch; that is not 0"),
        place.rank if place else None,
        place.rank_of if place else None,
        download.tie(place.tied) if place else "",
        line.lost,
        shown(in_points(median, kind), line.decimals) if median is not None else None,
        unit_of(kind).lower() if median is not None or line.change is not None else "",
        line.nation.value if line.nation else None,
        line.nation.out_of if line.nation else None,
        shown(in_points(line.change, kind), line.decimals) if line.change is not None else None,
        mark.written(disputed=line.disputed is not None, corrected=line.corrected),
    ]


def _past(card: Scorecard) -> download.Sheet:
    title = chart_title(card)
    change = f"{_('Change')} ({unit_of(card.charted.kind).lower()})" if card.charted else _("Change")
    head = (
        _("Dispatch"), _("Data as of"), pgettext("column", "Figure"), _("of"), _("As printed"), _("Rank"), _("of"), "",
        change, _("Note"),
    )  # fmt: skip
    return download.Sheet(title, _above(card, title), head, [_moment(each) for each in reversed(card.moments)])


def _moment(each: Moment) -> list[download.Cell]:
    figure = each.figure
    rank, of, tied = each.place or (None, None, False)
    notes = [
        _("sample data") if each.dispatch.is_sample else "",
        _("not compared with the one before: %(reason)s") % {"reason": broken_text(each.broken)} if each.broken else "",
        _("recalled; its figures do not count") if each.edition is None else "",
        _("corrected") if each.corrected else "",
    ]
    return [
        capfirst(str(each.dispatch)),
        each.dispatch.data_as_of,
        figure.value if figure else None,
        figure.out_of if figure else None,
        figure.printed if figure else lacking_text(each),
        rank,
        of,
        download.tie(tied),
        shown(in_points(each.change, each.indicator.kind), each.decimals)
        if each.change is not None and each.indicator
        else None,
        "; ".join(filter(None, notes)),
    ]
