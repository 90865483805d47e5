"""Who did what, when and why: one row for every action."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .dispatch import Dispatch, Edition
from .user import User


class What(models.TextChoices):
    UPLOAD_STAGED = "upload.staged", _("loaded a file")
    UPLOAD_APPLIED = "upload.applied", _("took a file's figures over")
    UPLOAD_DISCARDED = "upload.discarded", _("discarded a file")
    UPLOAD_REOPENED = "upload.reopened", _("opened a discarded file again")
    UPLOAD_DECIDED = "upload.decided", _("answered a question of a file")
    LAYOUT_TAUGHT = "layout.taught", _("taught a layout")
    RECORDS_IMPORTED = "records.imported", _("imported records")
    EXPORTED = "exported", _("exported")
    DISPATCH_ENTERED = "dispatch.entered", _("entered a dispatch by hand")
    DISPATCH_CHANGED = "dispatch.changed", _("changed a dispatch")
    RESULT_STORED = "result.stored", _("typed a figure")
    RESULT_REMOVED = "result.removed", _("removed a figure")
    SHEET_SAVED = "sheet.saved", _("typed figures into a sheet")
    NOTE_STORED = "note.stored", _("wrote a note on a cell")
    FINDING_ACCEPTED = "finding.accepted", _("accepted a finding")
    EDITION_CHECKED = "edition.checked", _("checked again")
    EDITION_OPENED = "edition.opened", _("opened a correction")
    EDITION_REASON = "edition.reason", _("gave a correction another reason")
    EDITION_SUBMITTED = "edition.submitted", _("handed in for review")
    EDITION_SENT_BACK = "edition.sent-back", _("sent back")
    EDITION_RECALLED = "edition.recalled", _("recalled")
    EDITION_PUBLISHED = "edition.published", _("published")
    EDITION_DISCARDED = "edition.discarded", _("deleted a draft")
    UNIT_MADE = "unit.made", _("entered a unit")
    REPLY_SENT = "reply.sent", _("disputed a figure")
    REPLY_MOVED = "reply.moved", _("went on with a reply")
    REPLY_DECIDED = "reply.decided", _("decided a reply")
    UNIT_MERGED = "unit.merged", _("merged two records of a unit")
    INDICATOR_DELETED = "indicator.deleted", _("deleted an indicator")
    ROLES_CHANGED = "roles.changed", _("changed what somebody is to an office")


class Event(models.Model):
    """Append-only. `subject` is text, so that it still says what it was about after a draft is deleted."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    what = models.CharField(_("what"), max_length=40, choices=What)
    why = models.TextField(_("why"), blank=True)
    subject = models.CharField(_("about"), max_length=300, blank=True)
    issuer = models.ForeignKey(
        "chiso.Issuer", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("issuer")
    )
    dispatch = models.ForeignKey(
        Dispatch, on_delete=models.SET_NULL, null=True, related_name="events", verbose_name=_("dispatch")
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.SET_NULL, null=True, related_name="events", verbose_name=_("edition")
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.subject}"
