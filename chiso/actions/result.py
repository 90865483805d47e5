"""One figure typed, corrected or taken out by hand."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from chiso.models import Appendix, Edition, Indicator, Result, State, Unit, User, What
from chiso.queries.standing import peers_of
from chiso.values.number import Doubt, Figure, Kind, Missing, read
from chiso.words import problem as words

from . import edition as editions
from . import figures
from .trail import record


class UnableToStore(Exception):
    """The text cannot be read without a guess, the unit does not belong here, or the edition is not a draft."""


class UnableToRemove(Exception):
    """The edition is not a draft."""


def store(
    *, edition: Edition, unit: Unit, indicator: Indicator, text: str, by: User | None, why: str = "",
    appendix: Appendix | None = None,
) -> Result:  # fmt: skip
    """Read the text by the indicator's kind and keep it; the same text again changes nothing."""
    figure = read_text(indicator, text)
    with transaction.atomic():
        edition = _draft(edition)
        _belongs(edition, unit, indicator)
        before = Result.objects.filter(edition=edition, unit=unit, indicator=indicator).first()
        if before and (before.value, before.out_of, before.printed) == (figure.value, figure.out_of, figure.printed):
            return before
        after = Result(
            edition=edition, unit=unit, indicator=indicator,
            value=figure.value, out_of=figure.out_of, printed=figure.printed,
            appendix=appendix or (before.appendix if before else None), position=before.position if before else "",
            printed_rank=before.printed_rank if before else "", row=before.row if before else 0,
            cell=before.cell if before else "",
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
        try:
            edition = _draft(result.edition)
        except UnableToStore as refused:
            raise UnableToRemove(str(refused)) from refused
        subject = f"{result.unit}: {result.indicator.code} {result.printed}"
        event = record(What.RESULT_REMOVED, by=by, subject=subject, why=why, edition=edition)
        figures.erase(result, event=event)
        editions.refresh_findings(edition=edition)


def _draft(edition: Edition) -> Edition:
    edition = Edition.objects.select_for_update().select_related("dispatch__issuer__unit").get(pk=edition.pk)
    if edition.state != State.DRAFT:
        raise UnableToStore(
            _("Only a draft can be changed. This edition is: %(state)s.") % {"state": edition.get_state_display()}
        )
    return edition


def _belongs(edition: Edition, unit: Unit, indicator: Indicator) -> None:
    if indicator.indicator_set_id != edition.indicator_set_id:
        raise UnableToStore(_("This indicator belongs to another set than the dispatch."))
    root = edition.dispatch.issuer.unit_id
    if (
        unit.pk != root
        and unit.level not in ("nation", "province")
        and not peers_of(edition).filter(pk=unit.pk).exists()
    ):
        raise UnableToStore(_("This unit does not belong to the issuer's tree at the date of the data."))
