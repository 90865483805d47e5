"""Notices by e-mail: what waits in the table is the queue, whoever comes first takes one row and sends it.

A row is marked before its mail is sent, and stands as “could not be sent” until the mail server took it. Hence a
process that dies on the way leaves one mail that is never sent again, rather than one that is sent twice: what it
tells still stands in the product. A mail server that says no, or nothing, puts the row back, with a growing wait;
each try bears the same Message-ID, so that one whose yes was lost is known as the same mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django_tasks import task

from chiso.models import Mail, Notice
from chiso.queries import notice as query
from chiso.queries import unsubscribe
from chiso.queries.unsent import WAITS
from chiso.words import notice as words

AT_ONCE = 5.0  # seconds that a request gives to mail where there are no workers; the rest waits for `send_notices`
LASTING = 500  # from here on a mail server means no, not “later”


@dataclass(slots=True)
class Sent:
    """How many mails went out, wait for another try, were given up, and were no longer wanted or true."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    dropped: int = 0


def queue() -> None:
    """To the workers where there are any, else now. Called once what is told is committed."""
    send_waiting.enqueue()


@task()
def send_waiting() -> None:
    """What a worker does. It comes back when the next try is due, until nothing waits that it could not send."""
    done = send(seconds=None if settings.WORKERS else AT_ONCE)
    following = _next_try() if settings.WORKERS and done.later else None
    if following:
        send_waiting.using(run_after=following).enqueue()


def send(*, seconds: float | None = None) -> Sent:
    """Everything that is due, for `seconds` at most. Never inside a transaction: each row is marked in its own."""
    done, start = Sent(), monotonic()
    if not _due().exists():
        return done
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException):  # no way to the mail server: what is due waits like what it refused
        _postpone(_due(), done)
        return done
    try:
        while seconds is None or monotonic() - start < seconds:
            notice = _taken()
            if notice is None or not _deliver(notice, connection, done):
                break
    finally:
        _close(connection)
    return done


def send_again(*, rows: QuerySet[Notice]) -> int:
    """On purpose, what was given up or broke off on the way: as if it had never been tried. Returns how many."""
    with transaction.atomic():
        keys = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
        again = Notice.objects.filter(pk__in=keys, mail=Mail.FAILED).update(mail=Mail.WAITING, tries=0)
        transaction.on_commit(queue, robust=True)
    return again


def _due() -> QuerySet[Notice]:
    now = timezone.now()
    again = Q()
    for tries, wait in enumerate(WAITS, 1):
        again |= Q(tries=tries, mailed_at__lte=now - wait)
    return Notice.objects.filter(Q(tries=0) | again, mail=Mail.WAITING)


def _next_try() -> datetime | None:
    waiting = Notice.objects.filter(mail=Mail.WAITING, tries__range=(1, len(WAITS)), mailed_at__isnull=False)
    return min((at + WAITS[tries - 1] for tries, at in waiting.values_list("tries", "mailed_at") if at), default=None)


def _taken() -> Notice | None:
    """The next one that nobody else has, marked. Committed before its mail leaves."""
    with transaction.atomic():
        rows = _due().select_for_update(skip_locked=True, of=("self",)).select_related("to", *query.WITH)
        notice = rows.order_by("at", "pk").first()
        if notice is not None:
            notice.mail, notice.tries, notice.mailed_at = Mail.FAILED, notice.tries + 1, timezone.now()
            notice.save(update_fields=["mail", "tries", "mailed_at"])
    return notice


def _deliver(notice: Notice, connection: BaseEmailBackend, done: Sent) -> bool:
    """Whether the server is still there for the next one. It may have hung up at this very mail, so that the others
    wait for the next time without having lost a try."""
    if not query.still_holds(notice):
        done.dropped += 1
        _mark(notice, Mail.NONE)
        return True
    try:
        connection.send_messages([message(notice)])
    except (SMTPRecipientsRefused, SMTPResponseException) as refused:
        _refused(notice, is_lasting=_is_lasting(refused), done=done)
    except (OSError, SMTPException):
        _refused(notice, is_lasting=False, done=done)
        return False
    else:
        done.sent += 1
        _mark(notice, Mail.SENT)
    return True


def _is_lasting(refused: SMTPException) -> bool:
    """Of this mail or its recipient alone: what the server has against us, somebody will mend."""
    if isinstance(refused, SMTPRecipientsRefused):
        return all(code >= LASTING for code, _why in refused.recipients.values())
    return isinstance(refused, SMTPDataError) and refused.smtp_code >= LASTING


def _refused(notice: Notice, *, is_lasting: bool, done: Sent) -> None:
    if is_lasting or notice.tries > len(WAITS):
        done.failed += 1
        Notice.objects.filter(pk=notice.pk).update(tries=len(WAITS) + 1)  # no other follows
    else:
        done.later += 1
        _mark(notice, Mail.WAITING)


def _mark(notice: Notice, mail: str) -> None:
    Notice.objects.filter(pk=notice.pk).update(mail=mail, mailed_at=timezone.now())


def _postpone(rows: QuerySet[Notice], done: Sent) -> None:
    now = timezone.now()
    with transaction.atomic():
        keys = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
        given_up = Notice.objects.filter(pk__in=keys, tries__gte=len(WAITS))
        done.failed += given_up.update(mail=Mail.FAILED, tries=F("tries") + 1, mailed_at=now)
        tried = Notice.objects.filter(pk__in=keys, mail=Mail.WAITING)
        done.later += tried.update(tries=F("tries") + 1, mailed_at=now)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, SMTPException):  # it hung up first
        return


# --- The mail itself --------------------------------------------------------------------------------
def message(notice: Notice) -> EmailMultiAlternatives:
    """In the person's language; with the unit's own lines, and a way out that works from the mail."""
    with translation.override(notice.to.language or settings.LANGUAGE_CODE):
        shown = query.mailed(notice)
        way_out = settings.ADDRESS + unsubscribe.path_for(notice.to, notice.kind)
        context = {
            "person": notice.to,
            "subject": words.subject(shown.told),
            "lines": words.lines(shown.told),
            "kind": words.kind_name(notice.kind),
            "url": settings.ADDRESS + shown.path,
            "unsubscribe_url": way_out,
            "choices_url": settings.ADDRESS + reverse("notice_choices"),
            "language": translation.get_language(),
        }
        mail = EmailMultiAlternatives(
            subject=settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + " ".join(context["subject"].split()),
            body=render_to_string("chiso/mail/notice.txt", context),
            to=[notice.to.email],
            headers=_headers(notice, way_out),
        )
        mail.attach_alternative(render_to_string("chiso/mail/notice.html", context), "text/html")
    return mail


def _headers(notice: Notice, way_out: str) -> dict[str, str]:
    """RFC 8058 for the way out in one click, RFC 3834 so that no automatic answer comes back."""
    own = salted_hmac("chiso.notice.message", f"{notice.pk}:{notice.to_id}:{notice.key}", algorithm="sha256")
    return {
        "Message-ID": f"<{own.hexdigest()[:32]}@{urlsplit(settings.ADDRESS).hostname}>",
        "List-Unsubscribe": f"<{way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
