"""What becomes of accepted replies when the correction that they led to is published: part of `actions.edition`."""

from __future__ import annotations

from django.utils import timezone

from chiso.models import Edition, ReplyMove, ReplyState, ReplyStep, User, What
from chiso.queries import reply as query

from . import notice
from .trail import record


def close(*, edition: Edition, by: User | None) -> None:
    """Inside the caller's transaction and lock, once the edition holds."""
    now = timezone.now()
    for reply in query.granted_in(edition):
        until = query.awaited(reply, ReplyMove.CORRECTED)
        reply.state = ReplyState.CORRECTED
        reply.save(update_fields=["state"])
        step = ReplyStep.objects.create(reply=reply, move=ReplyMove.CORRECTED, by=by, at=now, due_on=until)
        subject = f"{reply.unit}: {reply.indicator.code} {reply.granted}"
        record(What.REPLY_MOVED, by=by, subject=subject, edition=edition)
        notice.reply_moved(step=step)
