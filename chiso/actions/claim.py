"""What a unit may dispute now, and the figure that it proposes: part of `actions.reply`."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.checks.bounds import most
from chiso.models import DISPUTING_REPLIES, Edition, Indicator, Reply, Result, State, Unit
from chiso.queries import reply as query
from chiso.queries import window
from chiso.queries.figure import lacks
from chiso.values.number import Figure, Kind, Missing, read, vietnamese
from chiso.words.figure import date_text, value_text

from . import result

LONGEST = 100  # signs of a figure
EXAMPLES = {Kind.SCORE: "57,72/100", Kind.PERCENT: "85,23%", Kind.COUNT: "2.145", Kind.SHARE: "8/11"}


class UnableToReply(Exception):
    """The figure cannot be disputed now, or what is sent is not whole."""


def obstacle(*, edition: Edition, unit: Unit, indicator: Indicator) -> str:
    """Why a figure cannot be disputed now, "" where it can."""
    try:
        disputable(edition, unit, indicator)
    except UnableToReply as refusal:
        return str(refusal)
    return ""


def disputable(edition: Edition, unit: Unit, indicator: Indicator) -> Result | None:
    """The figure, where it may be disputed now; None where it is missing and others of its kind have one."""
    if edition.state != State.PUBLISHED:
        raise UnableToReply(_("Only figures of the edition that holds can be disputed."))
    end = window.of(edition, unit).closes_on(indicator.pk)
    if end is None:
        raise UnableToReply(_("The office takes no replies to this dispatch."))
    if timezone.localdate() > end:
        raise UnableToReply(_("Replies to this figure were taken until %(day)s.") % {"day": date_text(end)})
    published = query.published_figure(edition, unit, indicator)
    if published is None and not lacks(edition, unit, indicator):
        raise UnableToReply(_("Nothing is printed here that could be disputed."))
    if _replies_to(edition, unit, indicator):
        raise UnableToReply(_("This figure is already being disputed."))
    return published


def _replies_to(edition: Edition, unit: Unit, indicator: Indicator) -> bool:
    rows = Reply.objects.filter(edition__dispatch=edition.dispatch_id, unit__in=Unit.objects.records_of(unit))
    return rows.filter(indicator=indicator, state__in=DISPUTING_REPLIES).exists()


def completed(edition: Edition, indicator: Indicator, text: str, published: Result | None) -> str:
    """What is typed, as it will be printed: a score without its maximum is of the one printed, a percentage has the
    sign that stands behind the published one."""
    bare, kind = text.strip(), Kind(indicator.kind)
    if not bare[-1:].isdigit():
        return text
    if kind is Kind.PERCENT and published and "%" in published.printed and "%" not in bare:
        return f"{bare}%"
    if kind is Kind.SCORE and "/" not in bare:
        whole = published.out_of if published else query.whole_of(edition, indicator)
        return text if whole is None else f"{bare}/{vietnamese(whole)}"
    return text


def proposal(edition: Edition, indicator: Indicator, text: str, published: Result | None) -> Figure:
    """Read by the indicator's kind, and inside the bounds beyond which a typed figure is an error."""
    if text.strip() and isinstance(read(text, Kind(indicator.kind)), Missing):
        shown = {"text": text.strip()[:LONGEST], "example": EXAMPLES[Kind(indicator.kind)]}
        raise UnableToReply(_("“%(text)s” is no figure. Type what should be printed, such as %(example)s.") % shown)
    try:
        figure = result.read_text(indicator, completed(edition, indicator, text, published))
    except result.UnableToStore as refusal:
        raise UnableToReply(str(refusal)) from refusal
    if len(figure.printed) > LONGEST:
        raise UnableToReply(_("The figure is too long."))
    _within(indicator, figure, published)
    if published and (figure.value, figure.out_of) == (published.value, published.out_of):
        raise UnableToReply(_("“%(figure)s” is the figure as published.") % {"figure": figure.printed})
    return figure


def _within(indicator: Indicator, figure: Figure, published: Result | None) -> None:
    """Publication would be blocked by it. Another maximum than the indicator's is only what is printed already."""
    shown, kind = {"figure": figure.printed}, Kind(indicator.kind)
    if kind is Kind.SHARE and figure.out_of is not None and figure.value > figure.out_of:
        raise UnableToReply(_("“%(figure)s” is more than its whole.") % shown)
    known = {indicator.maximum, published.out_of if published else None}
    if kind is Kind.SCORE and indicator.maximum is not None and figure.out_of not in known:
        shown["maximum"] = vietnamese(indicator.maximum)
        raise UnableToReply(_("“%(figure)s”: this score is out of %(maximum)s.") % shown)
    highest = most(kind, figure.out_of, indicator.maximum)
    if highest is not None and figure.value > highest:
        shown["highest"] = value_text(highest, None, kind)
        raise UnableToReply(_("“%(figure)s” is more than there can be: at most %(highest)s.") % shown)
