"""Until when figures may be disputed: within the days of the edition that first says them.

A correction opens its days for what it changed alone. A figure that it only repeats keeps those of the edition before:
whoever let them pass is given no others by somebody else's correction. After a recall all figures are new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from chiso.models import READABLE_STATES, Edition, Result, State, Unit
from chiso.values import workday

Said = Mapping[int, tuple[Decimal, Decimal | None]]  # indicator -> figure; what is missing is not in it


@dataclass(frozen=True, slots=True)
class Window:
    """The days of one unit in an edition that holds; `earlier` are the editions that it may only repeat, the last
    first, each with the unit's figures."""

    edition: Edition
    said: Said
    earlier: tuple[tuple[Edition, Said], ...] = ()

    def closes_on(self, indicator: int) -> date | None:
        """The last day on which the figure, or the lack of one, may be disputed; None where no replies are taken."""
        first, figure = self.edition, self.said.get(indicator)
        for edition, said in self.earlier:
            if said.get(indicator) != figure:
                break
            first = edition
        return closes_on(first)

    def is_open(self, indicator: int, today: date) -> bool:
        end = self.closes_on(indicator)
        return self.edition.state == State.PUBLISHED and end is not None and today <= end


def closes_on(edition: Edition) -> date | None:
    """The last day on which replies to figures that the edition says first are taken; None where none are."""
    dispatch = edition.dispatch
    days = dispatch.issuer.reply_days if dispatch.reply_days is None else dispatch.reply_days
    if not days or edition.published_at is None:
        return None
    return workday.after(timezone.localdate(edition.published_at), days)


def is_open(edition: Edition, today: date) -> bool:
    """Whether some figure of the edition may be disputed: it holds, and its own days are not over, the last of all."""
    end = closes_on(edition)
    return edition.state == State.PUBLISHED and end is not None and today <= end


def of(edition: Edition, unit: Unit) -> Window:
    """No SQL query for a first edition, two for a correction."""
    earlier = repeatable(edition) if edition.number > 1 else []
    if not earlier:
        return Window(edition, {})
    said: dict[int, dict[int, tuple[Decimal, Decimal | None]]] = {each.pk: {} for each in (edition, *earlier)}
    rows = Result.objects.filter(edition__in=said, unit__in=Unit.objects.records_of(unit))
    lasting_last = sorted(rows, key=lambda row: row.unit_id == unit.pk)
    for row in lasting_last:  # the unit's own figure before that of a record that was merged into it
        said[row.edition_id][row.indicator_id] = (row.value, row.out_of)
    return Window(edition, said[edition.pk], tuple((each, said[each.pk]) for each in earlier))


def repeatable(edition: Edition) -> list[Edition]:
    """The editions before it whose figures it may repeat, the last first, back to the one after a recall."""
    rows = Edition.objects.filter(dispatch=edition.dispatch_id, number__lt=edition.number, state__in=READABLE_STATES)
    found: list[Edition] = []
    for each in rows.select_related("dispatch__issuer").order_by("-number"):
        if each.state == State.RECALLED:
            break
        found.append(each)
    return found
