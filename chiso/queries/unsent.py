"""Mails that were given up, and those of which nobody knows: the process ended between marking and sending one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from chiso.models import Issuer, Mail, Notice
from chiso.queries import notice as notices
from chiso.words import notice as words

# After each try that failed; the next one that fails is the last. More tries than these say that none follows.
WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 20, 60, 180, 720))
SETTLED = timedelta(minutes=10)  # a mail marked since may be on its way


@dataclass(frozen=True, slots=True)
class Unsent:
    """`is_given_up`: the mail server took it in none of its tries, or will never. Else it may have arrived."""

    notice: Notice
    subject: str
    is_given_up: bool


def of(offices: QuerySet[Issuer]) -> QuerySet[Notice]:
    """The last first."""
    rows = Notice.objects.filter(mail=Mail.FAILED, mailed_at__lte=timezone.now() - SETTLED)
    return rows.filter(edition__dispatch__issuer__in=offices.order_by().values("pk")).order_by("-mailed_at", "-pk")


def shown(rows: Sequence[Notice]) -> list[Unsent]:
    """`rows` come with what `queries.notice.WITH` names and with `to`."""
    return [
        Unsent(each.notice, words.subject(each.told), each.notice.tries > len(WAITS)) for each in notices.shown(rows)
    ]
