"""One figure typed, corrected or taken out by hand."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from chiso.models import Appendix, Edition, Indicator, Result, Unit, User, What
from chiso.queries.finding import asked_about
from chiso.queries.standing import units_of
from chiso.values.number import Doubt, Figure, Kind, Missing, read
from chiso.words import problem as words

from . import edition as editions
from . import figures, lock
from .trail import record


class UnableToStore(Exception):
    """The text cannot be read without a guess, the unit does not belong here, or the edition is not a draft."""


class UnableToRemove(Exception):
    """The edition is not a draft."""


def store(
    *, edition: Edition, unit: Unit, indicator: Indicator, text: str, by: User | None, why: str = "",
    appendix: Appendix | None = None,
) -> Result:  # fmt: skip
    """Read the text by the indicator's kind and keep it; the same text again changes nothing, unless a file came since
    whose cell could not be read: then it is its answer, and has its row in the history."""
    figure = read_text(indicator, text)
    with transaction.atomic():
        edition = lock.draft(edition, UnableToStore)
        _belongs(edition, unit, indicator)
        before = Result.objects.filter(edition=edition, unit=unit, indicator=indicator).first()
        if before and before.source_id is None and _same(before, figure) and not _is_asked(edition, unit, indicator):
            return before
        # Also the same text over a file's figure is kept: a person answers for it from now on, not the file.
        after = Result(
            edition=edition, unit=unit, indicator=indicator,
            value=figure.value, out_of=figure.out_of, printed=figure.printed,
            appendix=appendix or (before.appendix if before else None), position=before.position if before else "",
            printed_rank=before.printed_rank if before else "", row=before.row if before else 0,
        )  # fmt: skip
        event = record(
            What.RESULT_STORED, by=by, subject=f"{unit}: {indicator.code} {figure.printed}", why=why, edition=edition
        )
        figures.write([(before, after)], event=event)
        editions.refresh_findings(edition=edition)
        return Result.objects.get(edition=edition, unit=unit, indicator=indicator)


def read_text(indicator: Indicator, text: str) -> Figure:
    """Raises `UnableToStore` with a sentence that says what is wrong with the text."""
    figure = read(text, Kind(indicator.kind))
    if isinstance(figure, Missing):
        raise UnableToStore(_("Type the figure as printed. A missing figure is left out, not typed as zero."))
    if isinstance(figure, Doubt):
        raise UnableToStore(words.doubt(figure))
    return figure


def remove(*, result: Result, by: User | None, why: str) -> None:
    """Take a figure out of a draft; what it was stays in its changes."""
    with transaction.atomic():
        edition = lock.draft(result.edition, UnableToRemove)
        now = Result.objects.select_related("unit", "indicator").filter(pk=result.pk).first()
        if now is None:
            raise UnableToRemove(_("This figure was already removed."))
        subject = f"{now.unit}: {now.indicator.code} {now.printed}"
        event = record(What.RESULT_REMOVED, by=by, subject=subject, why=why, edition=edition)
        figures.erase([now], event=event)
        editions.refresh_findings(edition=edition)


def _same(before: Result, figure: Figure) -> bool:
    return (before.value, before.out_of, before.printed) == (figure.value, figure.out_of, figure.printed)


def _is_asked(edition: Edition, unit: Unit, indicator: Indicator) -> bool:
    return (unit.slug, indicator.code) in asked_about(edition)


def _belongs(edition: Edition, unit: Unit, indicator: Indicator) -> None:
    if indicator.indicator_set_id != edition.indicator_set_id:
        raise UnableToStore(_("This indicator belongs to another set than the dispatch."))
    if not units_of(edition).filter(pk=unit.pk).exists():
        raise UnableToStore(_("This unit does not belong to the issuer's tree at the date of the data."))
