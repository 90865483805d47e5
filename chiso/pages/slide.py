"""A chart as a slide of 16:9: its title above, its source beneath. One geometry, which a template draws as SVG and
`picture` as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.models import State
from chiso.pages import chart, letters
from chiso.queries.scorecard import Moment
from chiso.words.figure import date_text

WIDTH, HEIGHT = 960, 540
EDGE = 56  # what stays free at the left and the right
TITLE, SOURCE = 22, 11.5  # sizes of letters
TITLE_LINE, SOURCE_LINE = 30, 16
TITLE_LINES, SOURCE_LINES = 2, 2
TOP, BOTTOM = 48, 24  # the first baseline, and what stays free under the last
NAMED = 4  # dispatches that a source names one by one


@dataclass(frozen=True, slots=True)
class Line:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Slide:
    title: str
    above: tuple[Line, ...]
    below: tuple[Line, ...]
    chart: chart.Chart
    x: float  # where the chart begins
    y: float
    width: int = WIDTH
    height: int = HEIGHT
    title_size: float = TITLE
    source_size: float = SOURCE


def made(moments: Sequence[Moment], *, title: str, office: str) -> Slide | None:
    """None where there is nothing to draw, as in the page."""
    room = WIDTH - 2 * EDGE
    head = _balanced(title, room)
    foot = letters.wrapped(source(moments, office), room, SOURCE_LINES, SOURCE)
    top = TOP + TITLE_LINE * (len(head) - 1) + TITLE / 2
    last = HEIGHT - BOTTOM
    under = last - SOURCE_LINE * len(foot)
    drawing = chart.drawn(moments, title=title, width=room + chart.LEFT + chart.RIGHT, height=under - top)
    if drawing is None:
        return None
    return Slide(
        title=title,
        above=tuple(Line(EDGE, TOP + TITLE_LINE * number, text) for number, text in enumerate(head)),
        below=tuple(Line(EDGE, under + SOURCE_LINE * number, text) for number, text in enumerate(foot, 1)),
        chart=drawing,
        x=EDGE - chart.LEFT,
        y=top,
    )


def _balanced(title: str, room: float) -> list[str]:
    """In as few lines as it takes, of about one length: no word stands alone in the last."""
    lines = letters.wrapped(title, room, TITLE_LINES, TITLE, 600)
    if len(lines) < 2 or lines[-1].endswith("…"):
        return lines
    for narrower in range(round(room * 0.95), round(room / 2), -round(room / 20)):
        tried = letters.wrapped(title, narrower, TITLE_LINES + 1, TITLE, 600)
        if len(tried) > len(lines) or any(each.endswith("…") for each in tried):
            break
        lines = tried
    return lines


def source(moments: Sequence[Moment], office: str) -> str:
    """The dispatches that the chart was made of, with what a reader has to know of each."""
    names = [_named(each) for each in moments]
    if len(names) <= NAMED:
        return _("Source: %(office)s, %(dispatches)s.") % {"office": office, "dispatches": "; ".join(names)}
    return _("Source: %(office)s, %(count)s dispatches from %(first)s to %(last)s.") % {
        "office": office, "count": len(names), "first": names[0], "last": names[-1],
    }  # fmt: skip


def _named(moment: Moment) -> str:
    notes = [date_text(moment.day)]
    edition = moment.edition
    if edition is None:
        notes.append(_("recalled"))
    else:
        if (edition.number or 0) > 1:
            notes.append((_("Edition %(number)s") % {"number": edition.number}).lower())
        if edition.state != State.PUBLISHED:
            notes.append(edition.get_state_display().lower())
    whole = f"{moment.dispatch} ({', '.join(str(note) for note in notes)})"
    return whole.replace(" ", "\N{NO-BREAK SPACE}")  # stands in one line
