"""The life of an edition: draft, in review, published, corrected by the next one or recalled.

A mistaken draft is deleted; what was published stays. Who may take which step is asked at the doors
(`queries.edition.may_decide`); that nobody publishes what they changed last themselves is asked here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.checks.case import Outcome, Row, Status
from chiso.ingest.layout import Knowledge
from chiso.models import (
    Agreed,
    Dispatch,
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
    frozen,
)
from chiso.queries import checklist, summary
from chiso.queries import edition as query
from chiso.queries import finding as findings
from chiso.queries import reply as replies
from chiso.queries.standing import KEPT, ranking
from chiso.queries.stored import Key

from . import closing, figures, lock, notice, upkeep, writer
from .trail import record


class UnableToSubmit(Exception):
    """The edition is not a draft, has no figures, or has errors."""


class UnableToSendBack(Exception):
    """The edition is not in review, or nobody said why it goes back."""


class UnableToPublish(Exception):
    """The edition is not in review, the same person changed it last, or something stands in the way."""


class Changed(UnableToPublish):
    """What would be published is not what the checklist showed."""


class UnableToRecall(Exception):
    """The edition is not published, or nobody said why it is recalled."""


class UnableToCheck(Exception):
    """Only a draft is checked again; what was found of a published edition stays with it."""


class UnableToDiscard(Exception):
    """Only a draft can be deleted."""


def refresh_findings(
    *, edition: Edition, rows: Mapping[Key, Row] | None = None, known: Knowledge | None = None
) -> list[Outcome]:
    """Bring the stored findings up to date: new ones open, gone ones fixed, those whose figures stayed untouched (a
    unit's new name is written into them). `rows` are the figures as they were just stored, `known` the units and
    indicators that count for them, where they are at hand. Part of every action that changes figures, inside its
    transaction and lock."""
    stored = list(Finding.objects.filter(edition=edition))
    earlier = findings.by_key(stored)
    outcomes = findings.outcomes_of(edition, rows, known)
    now = {findings.key(each): each for each in outcomes if each.status is Status.FINDING}
    said = {earlier[key].pk for key in now if key in earlier}
    gone = [row.pk for row in stored if row.pk not in said and row.state != FindingState.FIXED]
    back = [row.pk for key, row in earlier.items() if key in now and row.state == FindingState.FIXED]
    Finding.objects.filter(pk__in=gone).update(state=FindingState.FIXED)
    Finding.objects.filter(pk__in=back).update(state=FindingState.OPEN)
    Finding.objects.bulk_create(
        Finding(
            edition=edition, check_id=each.check, severity=each.severity or Severity.NOTE, where=each.where,
            reason_id=each.reason, figures=dict(each.figures), about=[list(figure) for figure in each.about],
        )
        for key, each in now.items()
        if key not in earlier
    )  # fmt: skip
    _rename([(row, now[key]) for key, row in earlier.items() if key in now])
    return outcomes


def _rename(said: Iterable[tuple[Finding, Outcome]]) -> None:
    """The same finding in the words of today: a unit may have another name, or be told by another record."""
    changed = []
    for row, now in said:
        words = {"where": now.where, "figures": dict(now.figures), "about": [list(figure) for figure in now.about]}
        if any(getattr(row, name) != value for name, value in words.items()):
            for name, value in words.items():
                setattr(row, name, value)
            changed.append(row)
    Finding.objects.bulk_update(changed, ["where", "figures", "about"], batch_size=500)


def check(*, edition: Edition, by: User | None) -> None:
    """Run the checks on a draft again, on request: units or indicators may have changed since."""
    with transaction.atomic():
        edition = lock.draft(edition, UnableToCheck)
        refresh_findings(edition=edition)
        record(What.EDITION_CHECKED, by=by, subject=str(edition), edition=edition)


def submit(*, edition: Edition, by: User | None, why: str = "") -> Edition:
    """Hand a draft in for review: from now on its figures wait. Errors stand in the way, open warnings do not."""
    with transaction.atomic():
        edition = lock.draft(edition, UnableToSubmit)
        _refuse_empty(edition, UnableToSubmit)
        refresh_findings(edition=edition)
        _refuse_errors(edition, UnableToSubmit)
        _refuse_lacking(edition, UnableToSubmit)
        edition.state = State.REVIEW
        edition.save(update_fields=["state"])
        event = record(What.EDITION_SUBMITTED, by=by, subject=str(edition), why=why.strip(), edition=edition)
        notice.submitted(edition=edition, event=event)
    return edition


def send_back(*, edition: Edition, by: User | None, why: str) -> Edition:
    """Make it a draft again, with the comment that says what is to be done."""
    with transaction.atomic():
        edition = lock.edition(edition)
        _refuse_other_state(edition, State.REVIEW, UnableToSendBack)
        if not why.strip():
            raise UnableToSendBack(_("Say what is to be corrected before it is handed in again."))
        edition.state, edition.reviewed_by, edition.reviewed_at = State.DRAFT, by, timezone.now()
        edition.save(update_fields=["state", "reviewed_by", "reviewed_at"])
        record(What.EDITION_SENT_BACK, by=by, subject=str(edition), why=why.strip(), edition=edition)
    return edition


def publish(*, edition: Edition, by: User | None, accept_warnings: str = "", shown: str = "") -> Edition:
    """Freeze the figures and keep their ranks. Errors stand in the way; so do warnings not accepted with a reason.

    `shown` is the fingerprint of what a person saw: nothing else is published, and no other warning accepted. What the
    checks find only now is kept with the refusal, so that the next look shows it."""
    with transaction.atomic():
        edition = lock.edition(edition)
        done = _published(edition, by, accept_warnings.strip(), shown)
    if not done:
        raise Changed(_("The edition has changed since the checklist was shown. Look through it again."))
    return edition


def _published(edition: Edition, by: User | None, reason: str, shown: str) -> bool:
    """Whether it was what was shown."""
    _refuse_unguarded()
    _refuse_unreviewed(edition, by)
    _refuse_empty(edition, UnableToPublish)
    _refuse_unfinished_document(edition)
    _refuse_lacking(edition, UnableToPublish)
    outcomes = refresh_findings(edition=edition)
    if shown and shown != checklist.fingerprint(edition):
        return False
    _accept_all(edition, by, reason)
    _refuse_errors(edition, UnableToPublish)
    _refuse_warnings(edition)
    _write_standings(edition)
    _keep_agreed(edition, outcomes)
    Edition.objects.filter(dispatch=edition.dispatch, state=State.PUBLISHED).update(state=State.SUPERSEDED)
    _enter(edition, by)
    event = record(What.EDITION_PUBLISHED, by=by, subject=str(edition), why=reason, edition=edition)
    notice.published(edition=edition, event=event)
    closing.close(edition=edition, by=by)
    return True


def recall(*, edition: Edition, by: User | None, why: str) -> Edition:
    """Say of a published edition that it no longer holds. Its figures and ranks stay to be read, with the reason."""
    with transaction.atomic():
        edition = lock.edition(edition)
        _refuse_other_state(edition, State.PUBLISHED, UnableToRecall)
        if not why.strip():
            raise UnableToRecall(_("Say why it is recalled: the reason stands above its figures."))
        edition.state, edition.recall_reason = State.RECALLED, why.strip()
        edition.recalled_by, edition.recalled_at = by, timezone.now()
        edition.save(update_fields=["state", "recall_reason", "recalled_by", "recalled_at"])
        event = record(What.EDITION_RECALLED, by=by, subject=str(edition), why=edition.recall_reason, edition=edition)
        notice.recalled(edition=edition, event=event)
    return edition


def discard(*, edition: Edition, by: User | None) -> None:
    """Delete a mistaken draft with its figures; the dispatch too where it has no other edition, and the document of a
    correction that nothing else rests on. The files stay."""
    with transaction.atomic():
        edition = lock.edition(edition)
        if edition.state == State.REVIEW:
            raise UnableToDiscard(_("This edition is in review. It is deleted only after it was sent back."))
        if not edition.is_open:
            raise UnableToDiscard(_("Only a draft can be deleted; a published edition stays as it is."))
        dispatch, document = edition.dispatch, edition.correcting
        record(What.EDITION_DISCARDED, by=by, subject=str(edition), issuer=dispatch.issuer, dispatch=dispatch)
        Upload.objects.filter(edition=edition).update(state=UploadState.DISCARDED, edition=None)
        edition.delete()
        for each in (document, dispatch):
            if each is not None and not _used(each):
                each.delete()


def _used(dispatch: Dispatch) -> bool:
    corrects = dispatch.corrected_by.exists() or dispatch.replaced_by.exists()
    return corrects or Edition.objects.filter(query.of_document(dispatch.pk)).exists()


def _refuse_other_state(edition: Edition, wanted: State, refusal: type[Exception]) -> None:
    if edition.state != wanted:
        words = {"wanted": wanted.label, "state": edition.get_state_display()}
        raise refusal(_("This works on an edition that is: %(wanted)s. This one is: %(state)s.") % words)


def _refuse_unguarded() -> None:
    """Where a migration failed half-way, nothing would hold what is published."""
    if frozen.missing(connection):
        raise UnableToPublish(
            _("The database does not guard what is published. Ask the administrator to run “manage.py migrate”.")
        )


def _refuse_unreviewed(edition: Edition, by: User | None) -> None:
    """Two people where the office wants two: whoever changed the figures last does not publish them."""
    second = edition.dispatch.issuer.second_person
    if edition.state == State.DRAFT and second:
        raise UnableToPublish(_("Hand the draft in for review first: another person publishes it."))
    if not edition.is_open:
        _refuse_other_state(edition, State.REVIEW, UnableToPublish)
    if second and by is not None and by == query.last_editor(edition):
        raise UnableToPublish(_("You made the last change to this edition. Another person publishes it."))


def _refuse_empty(edition: Edition, refusal: type[Exception]) -> None:
    if not Result.objects.filter(edition=edition).exists():
        raise refusal(_("There are no figures to publish. Load a dispatch or type its figures first."))


def _refuse_unfinished_document(edition: Edition) -> None:
    """A correction is published with the document that makes it, by its number and date."""
    document = edition.correcting
    if edition.number > 1 and document is None:
        raise UnableToPublish(_("This correction names no correcting document."))
    if document is not None and not (document.number and document.issued_on):
        names = [_("number and symbol"), _("date of issue")]
        missing = [name for name, there in zip(names, (document.number, document.issued_on), strict=True) if not there]
        text = _("The correcting document still lacks: %(what)s. Complete it first.")
        raise UnableToPublish(text % {"what": ", ".join(missing)})


def _refuse_lacking(edition: Edition, refusal: type[Exception]) -> None:
    """What a unit was told is accepted is what the correction says."""
    for reply in replies.lacking(edition)[:1]:
        words = {"unit": reply.unit, "indicator": reply.indicator.name, "figure": reply.granted}
        text = _(
            "%(unit)s was told that %(figure)s is accepted (%(indicator)s), and this edition says something else. "
            "Type that figure, or decide the reply anew."
        )
        raise refusal(text % words)


def _enter(edition: Edition, by: User | None) -> None:
    now = timezone.now()
    edition.state = State.PUBLISHED
    edition.reviewed_by, edition.reviewed_at = by, now
    edition.published_by, edition.published_at = by, now
    edition.save(update_fields=["state", "reviewed_by", "reviewed_at", "published_by", "published_at"])


def _accept_all(edition: Edition, by: User | None, reason: str) -> None:
    if reason:
        waiting = Finding.objects.filter(edition=edition, state=FindingState.OPEN).exclude(severity=Severity.ERROR)
        waiting.update(state=FindingState.ACCEPTED, accepted_by=by, accepted_at=timezone.now(), acceptance=reason)


def _open(edition: Edition, severity: Severity) -> int:
    return Finding.objects.filter(edition=edition, state=FindingState.OPEN, severity=severity).count()


def _refuse_errors(edition: Edition, refusal: type[Exception]) -> None:
    errors = _open(edition, Severity.ERROR)
    if errors:
        text = ngettext(
            "%(count)s error stands in the way. Correct it first.",
            "%(count)s errors stand in the way. Correct them first.",
            errors,
        )
        raise refusal(text % {"count": errors})


def _refuse_warnings(edition: Edition) -> None:
    warnings = _open(edition, Severity.WARNING)
    if warnings:
        text = ngettext(
            "%(count)s warning is open. Correct it, or accept it with a reason.",
            "%(count)s warnings are open. Correct them, or accept them with a reason.",
            warnings,
        )
        raise UnableToPublish(text % {"count": warnings})


def _keep_agreed(edition: Edition, outcomes: Iterable[Outcome]) -> None:
    """What passed, and where there was nothing to compare, beside the findings, which are rows already."""
    agreed = (
        (edition.pk, each.check, each.status.value, each.where, each.reason, json.dumps(dict(each.figures)))
        for each in outcomes
        if each.status is not Status.FINDING
    )
    writer.add(Agreed, ("edition_id", "check_id", "status", "where", "reason_id", "figures"), agreed)


def _write_standings(edition: Edition) -> None:
    """One INSERT..SELECT of all boards, so that the ranks never pass through Python; and one row of each board."""
    sql, params = ranking(edition)
    # In the order of the unique index: 168,000 rows take an eighth less on SQLite.
    figures.insert_selected(Standing, KEPT, f"{sql} ORDER BY indicator_id, peers, unit_id", params)
    boards = list(summary.of_edition(edition))
    writer.add(Summary, summary.COLUMNS, map(summary.row, boards))
    upkeep.after(figures=sum(board.count for board in boards))
