"""An edition's figures, stored or about to be, as the checks take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet

from chiso.checks.case import Case, Previous, Row, Sheet
from chiso.ingest.fact import Headline
from chiso.ingest.layout import Knowledge
from chiso.ingest.reading import LETTER
from chiso.models import Appendix, Dispatch, Edition, State, Unit, Upload, UploadState
from chiso.values.ordinal import order

from .knowledge import knowledge
from .stored import Key, figures


def of_edition(
    edition: Edition,
    rows: Mapping[Key, Row] | None = None,
    known: Knowledge | None = None,
    latest: Mapping[str, Upload] | None = None,
) -> Case:
    """The figures as stored. Whoever has them at hand gives `rows` (the same figures), `known` (of the office, day and
    indicators of the edition) and `latest` (`latest_uploads`)."""
    dispatch = edition.dispatch
    return build(
        rows=stored(edition) if rows is None else rows,
        known=known or knowledge(dispatch.issuer, day_of(dispatch), edition.indicator_set),
        sheets=sheets(edition),
        headline=headline(edition),
        before=previous(edition),
        doubled=doubled(latest_uploads(edition) if latest is None else latest),
    )


def build(
    *,
    rows: Mapping[Key, Row],
    known: Knowledge,
    sheets: Iterable[Sheet],
    headline: Headline,
    before: Previous | None,
    doubled: Iterable[tuple[str, str]],
) -> Case:
    return Case(
        rows=tuple(sorted(rows.values(), key=lambda row: (order(row.appendix), row.order, row.cell))),
        indicators={record.code: record for record in known.indicators},
        units={record.slug: record for record in known.units},
        sheets=tuple(sheets),
        headline=headline,
        issuer=known.issuer,
        nation=known.nation,
        previous=before,
        doubled=tuple(doubled),
    )


def day_of(dispatch: Dispatch) -> date:
    """The date whose units and indicators count: the data's, else the letter's, else the year's end."""
    return dispatch.data_as_of or dispatch.issued_on or date(dispatch.year, 12, 31)


def stored(edition: Edition) -> dict[Key, Row]:
    """Each under the record that stands for its unit."""
    return lasting(figure.as_row for figure in figures(edition).values())


def lasting(rows: Iterable[Row]) -> dict[Key, Row]:
    """By unit and indicator, each under the record that stands for its unit since: two that would meet there are not
    merged."""
    into = Unit.objects.lasting("slug")
    if into:
        rows = (replace(row, unit=into.get(row.unit, row.unit)) for row in rows)
    return {(row.unit, row.indicator): row for row in rows}


def sheets(edition: Edition) -> list[Sheet]:
    rows = Appendix.objects.filter(edition=edition).select_related("layout__sorts")
    return [_sheet(row) for row in rows]


def _sheet(row: Appendix) -> Sheet:
    layout = row.layout
    sorts = layout.sorts.code if layout and layout.sorts else ""
    return Sheet(row.ordinal, row.title, sorts, layout.sorts_within if layout else "")


def headline(edition: Edition) -> Headline:
    return Headline(
        edition.headline_score,
        edition.headline_out_of,
        edition.headline_rank,
        edition.headline_rank_of,
        edition.headline_printed,
    )


def previous(edition: Edition) -> Previous | None:
    """The last published figures before these: same issuer, kind of period and set of indicators."""
    dispatch = edition.dispatch
    return published_before(dispatch, edition.indicator_set_id, day_of(dispatch))


def published_before(dispatch: Dispatch, indicator_set_id: int, day: date) -> Previous | None:
    """Also for a dispatch not yet stored: only its issuer and period are asked."""
    last = edition_before(dispatch, indicator_set_id, day)
    if last is None:
        return None
    return Previous(str(last.dispatch), tuple(stored(last).values()), headline(last))


def edition_before(dispatch: Dispatch, indicator_set_id: int, day: date) -> Edition | None:
    """The last published edition of a dispatch before this day: same issuer, kind of period and set of indicators."""
    earlier = editions_before(dispatch, indicator_set_id, day)
    return earlier.select_related("dispatch__issuer__unit", "indicator_set").first()


def editions_before(dispatch: Dispatch, indicator_set_id: int, day: date) -> QuerySet[Edition]:
    """Every such edition, the last one first."""
    earlier = Edition.objects.filter(
        dispatch__issuer=dispatch.issuer_id, dispatch__period=dispatch.period, dispatch__data_as_of__lt=day,
        indicator_set=indicator_set_id, state=State.PUBLISHED,
    )  # fmt: skip
    return earlier.order_by("-dispatch__data_as_of", "-id")


def latest_uploads(edition: Edition) -> dict[str, Upload]:
    """Appendix ordinal, or "letter" -> the last file taken over that holds it."""
    latest: dict[str, Upload] = {}
    taken_over = Upload.objects.filter(edition=edition, state=UploadState.APPLIED)
    # By when they were taken over, which is not the order in which they came in.
    for upload in sorted(taken_over, key=lambda each: (each.read.get("event", 0), each.pk)):
        latest |= dict.fromkeys(upload.read.get("appendices", ()), upload)
        if upload.read.get("letter"):
            latest[LETTER] = upload
    return latest


def doubled(latest: Mapping[str, Upload]) -> list[tuple[str, str]]:
    """Rows that name a unit a second time, in the last file of each appendix."""
    return [
        (unit, cell)
        for ordinal, upload in latest.items()
        for unit, cell, appendix in upload.read.get("doubled", ())
        if appendix == ordinal
    ]
