"""What the page of a unit says of one dispatch: standing, reasons, every indicator, and the dispatches before."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chiso.models import Direction, Indicator, Kind, Level, State
from chiso.pages import chart, mark
from chiso.pages.address import (
    board_url,
    changes_url,
    compare_url,
    figure_urls,
    reply_url,
    unit_chart_url,
    unit_dispatch_url,
)
from chiso.pages.dispatch import Chosen, edition_links
from chiso.queries import standing, window
from chiso.queries.among import Row
from chiso.queries.scorecard import Line, Moment, Scorecard, in_points
from chiso.queries.standing import Place
from chiso.ranking.position import difference
from chiso.ranking.rules import Measure, better
from chiso.ranking.shown import shown
from chiso.ranking.why import Amount
from chiso.words import why as words
from chiso.words.figure import kind_shown, number_text, rank_text, value_text

# What the headline says already is not said again.
_SAID = {"ranked", "missing-total"}


class Page:
    """One scorecard, its links and the parts of its page."""

    def __init__(self, card: Scorecard, *, speaks: bool = False) -> None:
        """`speaks`: the reader disputes figures in the unit's name."""
        self.card = card
        self.today = timezone.localdate()
        self.window = (
            window.of(card.edition, card.unit) if speaks and window.is_open(card.edition, self.today) else None
        )
        self.seen = Chosen(card.edition, card.told.editions, card.sight)
        self.number = self.seen.number
        self.figure_url: Callable[[str, str], str] = figure_urls(self.seen.dispatch, self.number)

    def context(self) -> dict[str, object]:
        card, seen = self.card, self.seen
        return {
            "card": card,
            "seen": seen,
            "edition": card.edition,
            "dispatch": seen.dispatch,
            "chip": mark.chip(card.edition),
            "board": True,  # the facts above name the dispatch, as on a board
            "editions": self._editions(),
            "url": unit_dispatch_url(card.unit.slug, seen.dispatch, self.number),
            "compare": compare_url(seen.dispatch, card.unit.slug, self.number),
            "newer": self._neighbour(-1),
            "older": self._neighbour(+1),
            "head": self._head() if card.total else None,
            "standing": self._said("standing"),
            "groups": [self._group(each) for each in ("lost", "good", "weak", "moved", "caveat") if self._said(each)],
            "lines": [self._line(line) for line in card.lines],
            "has": self._columns(),
        } | self._looking_back()

    def _editions(self) -> list[dict[str, object]]:
        links = edition_links(self.seen)
        for link, one in zip(links, self.seen.editions, strict=True):
            number = None if link["edition"] == self.card.told.opens else one.number
            link["url"] = unit_dispatch_url(self.card.unit.slug, self.seen.dispatch, number)
        return links

    def _neighbour(self, step: int) -> dict[str, object] | None:
        """The dispatch before or after this one that names the unit."""
        several = self.card.dispatches
        here = next((place for place, one in enumerate(several) if one.dispatch == self.seen.dispatch), None)
        if here is None or not 0 <= here + step < len(several):
            return None
        dispatch = several[here + step].dispatch
        return {"dispatch": dispatch, "url": unit_dispatch_url(self.card.unit.slug, dispatch)}

    # --- Standing and reasons -----------------------------------------------------------------------
    def _head(self) -> dict[str, object]:
        """The figure, the rank and the movement, in large."""
        line, moved = self.card.total, self.card.movement
        assert line is not None  # noqa: S101 -- only asked for where there is one
        figure = line.figure
        text = _value(figure, line.indicator.kind) if figure else ""
        whole, slash, of = text.partition("/")
        before = self.card.before
        return {
            "name": line.indicator.name,
            "value": whole,
            "of": slash + of,
            "url": self.figure_url(self.card.unit.slug, line.indicator.code),
            "direction": _direction(line.indicator),
            "places": [self._place(place, line) for place in line.places],
            "letter": self._letter(),
            "change": _change(line.change, line.indicator, line.decimals) if moved else "",
            "before": before.dispatch if before else None,
            "before_sample": mark.sample() if before and before.dispatch.is_sample else "",
            "was": _value(line.before, line.indicator.kind) if line.before and moved else "",
            "was_rank": ", ".join(_place_text(place) for place in line.places_before[:1]) if moved else "",
            "no_comparison": words.sentence(next(each for each in self.card.reasons if each.id.startswith("no-comp")))
            if self.card.no_comparison
            else "",
            "marks": self._marks(line),
        }

    def _said(self, group: str) -> list[str]:
        return [
            words.sentence(each)
            for each in self.card.reasons
            if each.group == group and each.id not in self._in_head() and not each.id.startswith("no-comparison")
        ]

    def _in_head(self) -> set[str]:
        """A unit without peers is not called unranked beside the rank that its letter prints."""
        return _SAID | {"unranked"} if self._letter() else _SAID

    def _letter(self) -> str:
        edition = self.card.edition
        if self.card.unit.pk != edition.dispatch.issuer.unit_id or not edition.headline_rank:
            return ""
        return f"{edition.headline_rank}/{edition.headline_rank_of}"

    def _group(self, group: str) -> dict[str, object]:
        return {"id": group, "title": words.group_title(group), "sentences": self._said(group)}

    # --- Every indicator ----------------------------------------------------------------------------
    def _columns(self) -> dict[str, bool]:
        """Columns that would be empty are left out."""
        lines = self.card.lines
        return {
            "rank": any(line.places for line in lines),
            "lost": any(line.lost is not None for line in lines),
            "median": any(line.among.position and line.among.position.median is not None for line in lines),
            "nation": any(line.nation for line in lines),
            "change": any(line.change is not None for line in lines),
        }

    def _line(self, line: Line) -> dict[str, object]:
        indicator, figure = line.indicator, line.figure
        position = line.among.position
        median = position.median if position else None
        return {
            "name": indicator.name,
            "code": indicator.code,
            "depth": line.depth,
            "direction": _direction(indicator),
            "total": line is self.card.total,
            "places": [self._place(place, line) for place in line.places],
            "unranked": "" if line.places or figure is None else _("not ranked"),
            "value": self._figure(line),
            "lost": number_text(line.lost) if line.lost is not None else "",
            "median": _measured(median, line) if median is not None else "",
            "nation": _value(line.nation, indicator.kind) if line.nation else "",
            "change": _change(line.change, indicator, line.decimals) if line.change is not None else "",
            "printed": mark.printed(figure.printed, figure.cell, figure.file or "") if figure else "",
            "marks": self._marks(line),
            "dispute": self._dispute(line),
        }

    def _dispute(self, line: Line) -> str:
        """Where the figure or the lack of one is disputed, while that is taken and it is not disputed yet."""
        if self.window is None or line.disputed is not None:
            return ""
        if not self.window.is_open(line.indicator.pk, self.today):
            return ""
        if line.figure is None and not self._missed:
            return ""
        return reply_url(self.seen.dispatch, self.card.unit.slug, line.indicator.code, self.number)

    @cached_property
    def _missed(self) -> bool:
        """Whether boards list the unit as missing where others of its level have a figure."""
        return standing.peers_of(self.card.edition).filter(pk=self.card.unit.pk).exists()

    def _figure(self, line: Line) -> SafeString:
        figure, indicator = line.figure, line.indicator
        text = (
            mark.figure(figure.value, figure.out_of, indicator.kind, figure.printed)
            if figure
            else mark.no_figure(_("no figure in the dispatch; that is not 0"))
        )
        return mark.to_figure(self.figure_url(self.card.unit.slug, indicator.code), text)

    def _marks(self, line: Line) -> list[SafeString]:
        """Corrected, with the way to what was corrected; disputed, to whom it is told."""
        marks = []
        if line.corrected:
            was = _value(line.was, line.indicator.kind) if line.was else _("no figure")
            marks.append(
                format_html(
                    '<a class="note-mark corrected" href="{}" title="{}">{}</a>',
                    changes_url(self.seen.dispatch, self.card.edition.number),
                    _("Before the correction: %(figure)s") % {"figure": was},
                    _("corrected"),
                )
            )
        if line.disputed is not None:
            marks.append(mark.disputed(line.disputed))
        return marks

    def _place(self, place: Place, line: Line) -> dict[str, str]:
        level, within, _slug = place.peers.partition(":")
        parent = self.card.unit.parent
        return {
            "text": _place_text(place),
            "rank": rank_text(place.rank, place.tied),
            "of": f"/{place.rank_of}",
            "url": board_url(self.seen.dispatch, line.indicator.code, place.peers, self.number),
            "peers": _("in %(unit)s") % {"unit": parent.name} if within and parent else "",
            "level": str(Level(level).label),
        }

    # --- Looking back -------------------------------------------------------------------------------
    def _looking_back(self) -> dict[str, object]:
        card, charted = self.card, self.card.charted
        if charted is None:
            return {}
        title = chart_title(card)
        return {
            "charted": charted,
            "chart_title": title,
            "charts": [
                drawing
                for width in (chart.WIDE, chart.NARROW)
                if (drawing := chart.drawn(card.moments, title=title, width=width))
            ],
            "chart_url": unit_chart_url(card.unit.slug, self.seen.dispatch, charted.code, self.number),
            "choices": self._choices(charted),
            "absent": "" if card.prints_charted else charted.name,
            "history": self._history(),
            "series_ranked": any(each.place for each in card.moments),
        }

    def _choices(self, charted: Indicator) -> list[dict[str, object]]:
        """Every indicator of the dispatch, and the one looked back at where only others print it."""
        shown = [line.indicator for line in self.card.lines]
        return [
            {
                "label": each.label,
                "title": each.name,
                "url": unit_dispatch_url(self.card.unit.slug, self.seen.dispatch, self.number, each.code),
                "current": each == charted,
            }
            for each in (shown if self.card.prints_charted else [*shown, charted])
        ]

    def _history(self) -> list[dict[str, object]]:
        """The newest first."""
        return [self._moment(each) for each in reversed(self.card.moments)]

    def _moment(self, each: Moment) -> dict[str, object]:
        unit = self.card.unit.slug
        opens = next((one for one in self.card.dispatches if one.dispatch == each.dispatch), None)
        return {
            "dispatch": each.dispatch,
            "url": unit_dispatch_url(unit, each.dispatch) if opens else "",
            "here": each.dispatch == self.seen.dispatch,
            "day": each.dispatch.data_as_of,
            "value": self._moment_figure(each),
            "change": _change(each.change, each.indicator, each.decimals) if each.indicator else "",
            "rank": f"{rank_text(each.place[0], each.place[2])}/{each.place[1]}" if each.place else "",
            "notes": self._notes(each),
        }

    def _moment_figure(self, each: Moment) -> SafeString:
        if each.figure is None or each.indicator is None or each.edition is None:
            return mark.no_figure(lacking_text(each))
        number = each.edition.number if each.edition == self.card.edition and self.number else None
        text = mark.figure(each.figure.value, each.figure.out_of, each.indicator.kind, each.figure.printed)
        return mark.to_figure(figure_urls(each.dispatch, number)(self.card.unit.slug, each.indicator.code), text)

    def _notes(self, each: Moment) -> list[str | SafeString]:
        notes: list[str | SafeString] = []
        if each.dispatch.is_sample:
            notes.append(mark.sample())
        if each.broken:
            notes.append(_("not compared with the one before: %(reason)s") % {"reason": chart.broken_text(each.broken)})
        if each.edition is None:
            notes.append(_("recalled; its figures do not count"))
        elif each.edition.state != State.PUBLISHED:
            notes.append(mark.chip(each.edition))
        if each.corrected and each.edition:
            link = changes_url(each.dispatch, each.edition.number)
            notes.append(format_html('<a class="note-mark corrected" href="{}">{}</a>', link, _("corrected")))
        return notes


def lacking_text(each: Moment) -> str:
    """Why no figure stands there: what was recalled exists, and does not count."""
    return chart.recalled_text() if each.edition is None else _("no figure in the dispatch; that is not 0")


def chart_title(card: Scorecard) -> str:
    name = card.charted.name if card.charted else ""
    return _("%(indicator)s of %(unit)s over the dispatches") % {"indicator": name, "unit": card.unit.name}


def _value(row: Row | None, kind: str) -> str:
    return value_text(row.value, row.out_of, kind_shown(row.printed, kind)) if row else ""


def _measured(measure: Measure, line: Line) -> str:
    """A median: of shares in percent, for it has no total of its own."""
    kind = line.indicator.kind
    percent = kind in (Kind.PERCENT, Kind.SHARE)
    return number_text(shown(in_points(measure, kind), line.decimals)) + ("%" if percent else "")


def _direction(indicator: Indicator) -> str:
    return str(Direction(indicator.direction).label) if indicator.direction else ""


def _place_text(place: Place) -> str:
    return f"{rank_text(place.rank, place.tied)}/{place.rank_of}"


def _change(change: Measure | None, indicator: Indicator, places: int) -> SafeString:
    """ "▲ 0,04 điểm": the arrow says whether it rose, the word (and the colour) whether that is better."""
    if change is None:
        return SafeString("")
    if not change:
        return format_html('<span class="moved">{}</span>', _("unchanged"))
    amount = words.amount_text(Amount(abs(shown(in_points(change, indicator.kind), places)), indicator.kind))
    good = better(change, difference(change, change), direction=indicator.direction)
    tone = ("better" if good else "worse") if indicator.direction else ""
    said = {"better": _("better"), "worse": _("worse"), "": ""}[tone]
    return format_html(
        '<span class="moved {}"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span> {}{}</span>',
        tone,
        "▲" if change > 0 else "▼",
        _("up") if change > 0 else _("down"),
        amount,
        format_html('<span class="visually-hidden"> ({})</span>', said) if said else "",
    )
