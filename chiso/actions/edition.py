"""The life of an edition: findings brought up to date, publication, a mistaken draft deleted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.models import (
    Edition,
    Finding,
    FindingState,
    Result,
    Severity,
    Standing,
    State,
    Summary,
    Upload,
    UploadState,
    User,
    What,
)
from chiso.queries import finding as findings
from chiso.queries.standing import FIELDS, rankings, spreads

from . import lock
from .trail import record

_SPREAD = ("lowest", "highest", "mean")
_PLACES = Decimal("0.0001")


class UnableToPublish(Exception):
    """The edition is not open, has no figures, or has findings that stand in the way."""


class UnableToCheck(Exception):
    """Only a draft is checked again; what was found of a published edition stays with it."""


class UnableToDiscard(Exception):
    """Only an open edition can be deleted."""


def refresh_findings(*, edition: Edition) -> None:
    """Bring the stored findings up to date: new ones open, gone ones fixed, those whose figures stayed untouched.
    Part of every action that changes figures, inside its transaction and lock."""
    rows = {findings.key_of_row(row): row for row in Finding.objects.filter(edition=edition)}
    now = {findings.key(each): each for each in findings.outcomes_of(edition) if each.status == "finding"}
    gone = [row.pk for key, row in rows.items() if key not in now and row.state != FindingState.FIXED]
    back = [row.pk for key, row in rows.items() if key in now and row.state == FindingState.FIXED]
    Finding.objects.filter(pk__in=gone).update(state=FindingState.FIXED)
    Finding.objects.filter(pk__in=back).update(state=FindingState.OPEN)
    Finding.objects.bulk_create(
        Finding(
            edition=edition, check_id=each.check, severity=each.severity or Severity.NOTE, where=each.where,
            reason_id=each.reason, figures=dict(each.figures),
        )
        for key, each in now.items()
        if key not in rows
    )  # fmt: skip


def check(*, edition: Edition, by: User | None) -> None:
    """Run the checks on a draft again, on request: units or indicators may have changed since."""
    with transaction.atomic():
        edition = lock.draft(edition, UnableToCheck)
        refresh_findings(edition=edition)
        record(What.EDITION_CHECKED, by=by, subject=str(edition), edition=edition)


def publish(*, edition: Edition, by: User | None, accept_warnings: str = "") -> Edition:
    """Freeze the figures and keep their ranks. Errors stand in the way; so do warnings not accepted with a reason."""
    with transaction.atomic():
        edition = lock.draft(edition, UnableToPublish)
        if not Result.objects.filter(edition=edition).exists():
            raise UnableToPublish(_("There are no figures to publish. Load a dispatch or type its figures first."))
        refresh_findings(edition=edition)
        _accept_all(edition, by, accept_warnings.strip())
        _refuse_open_findings(edition)
        _write_standings(edition)
        Edition.objects.filter(dispatch=edition.dispatch, state=State.PUBLISHED).update(state=State.SUPERSEDED)
        edition.state, edition.published_by, edition.published_at = State.PUBLISHED, by, timezone.now()
        edition.save(update_fields=["state", "published_by", "published_at"])
        record(What.EDITION_PUBLISHED, by=by, subject=str(edition), why=accept_warnings.strip(), edition=edition)
    return edition


def discard(*, edition: Edition, by: User | None) -> None:
    """Delete a mistaken draft with its figures; the dispatch too where it has no other edition. The files stay."""
    with transaction.atomic():
        edition = lock.edition(edition)
        if not edition.is_open:
            raise UnableToDiscard(_("Only a draft can be deleted; a published edition stays as it is."))
        dispatch = edition.dispatch
        record(What.EDITION_DISCARDED, by=by, subject=str(edition), issuer=dispatch.issuer, dispatch=dispatch)
        Upload.objects.filter(edition=edition).update(state=UploadState.DISCARDED, edition=None)
        edition.delete()
        if not dispatch.editions.exists() and not dispatch.corrected_by.exists() and not dispatch.replaced_by.exists():
            dispatch.delete()


def _accept_all(edition: Edition, by: User | None, reason: str) -> None:
    if reason:
        waiting = Finding.objects.filter(edition=edition, state=FindingState.OPEN).exclude(severity=Severity.ERROR)
        waiting.update(state=FindingState.ACCEPTED, accepted_by=by, accepted_at=timezone.now(), acceptance=reason)


def _refuse_open_findings(edition: Edition) -> None:
    waiting = Finding.objects.filter(edition=edition, state=FindingState.OPEN)
    errors = waiting.filter(severity=Severity.ERROR).count()
    warnings = waiting.filter(severity=Severity.WARNING).count()
    if errors:
        text = ngettext(
            "%(count)s error stands in the way. Correct it first.",
            "%(count)s errors stand in the way. Correct them first.",
            errors,
        )
        raise UnableToPublish(text % {"count": errors})
    if warnings:
        text = ngettext(
            "%(count)s warning is open. Correct it, or accept it with a reason.",
            "%(count)s warnings are open. Correct them, or accept them with a reason.",
            warnings,
        )
        raise UnableToPublish(text % {"count": warnings})


def _write_standings(edition: Edition) -> None:
    """One INSERT..SELECT a ranking, so that the ranks never pass through Python."""
    columns = ["edition_id", *FIELDS[:2], "value", *FIELDS[2:]]
    for ranking in rankings(edition):
        _insert(ranking.values_list(*columns), columns)
    Summary.objects.bulk_create(
        Summary(edition=edition, **row | {name: Decimal(row[name]).quantize(_PLACES) for name in _SPREAD})
        for row in spreads(edition)
    )


def _insert(rows: QuerySet[Any], columns: list[str]) -> None:
    sql, params = rows.query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    table = quote(Standing._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) {sql}", params)
