"""What the product tells people of by itself, in its pages and by e-mail, each as they chose."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .dispatch import Edition, kept_issuers
from .reply import Reply
from .unit import Unit
from .user import Role, User


class NoticeKind(models.TextChoices):
    PUBLISHED = "published", _("a dispatch was published")
    CORRECTED = "corrected", _("published figures were corrected")
    RECALLED = "recalled", _("a dispatch was recalled")
    REPLY_SENT = "reply-sent", _("a unit disputes a figure")
    REPLY_ANSWERED = "reply-answered", _("a reply was answered")
    DEADLINE = "deadline", _("a deadline is near")
    REVIEW = "review", _("an edition awaits review")


class Mail(models.TextChoices):
    NONE = "none", _("not wanted")
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def told_to(self, user: User) -> Self:
        """What still concerns the person: a notice of a unit is for whom it has now, one of an office for its desk."""
        own = user.memberships.filter(role=Role.UNIT).values("unit")
        desk = Q(unit=None, edition__dispatch__issuer__in=kept_issuers(user).order_by().values("pk"))
        return self.filter(Q(unit__in=own) | desk, to=user)

    def visible_to(self, user: User) -> Self:
        return self.told_to(user).filter(here=True)


class Notice(models.Model):
    """One thing that one person is told once: `key` names what happened, so that no second try tells it again.

    With a `unit` it is told to the people of that unit and says its figures alone; without one it is for the desk."""

    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices", verbose_name=_("to"))
    kind = models.CharField(_("about"), max_length=20, choices=NoticeKind)
    key = models.CharField(max_length=120)  # "event:17", "event:17:unit:5", "asked:12", "receive:3:2026-11-24"
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+", verbose_name=_("edition"))
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("unit"))
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("reply"))
    figures = models.JSONField(default=list)  # what the sentence names: [[indicator code, printed before, after], …]
    here = models.BooleanField(_("shown in the product"), default=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True)
    mail = models.CharField(_("e-mail"), max_length=10, choices=Mail, default=Mail.NONE)
    tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)  # while it is not sent: when it was last tried
    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["to", "key", "kind"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_known"),
            models.CheckConstraint(
                condition=~Q(mail="sent") | Q(mailed_at__isnull=False), name="notice_mailed_has_its_time"
            ),
        ]
        indexes = [models.Index(fields=["to", "read_at"], name="notice_of_a_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.edition}"


class NoticeChoice(models.Model):
    """What a person chose for one kind of notice; without a row both are wanted."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_choices", verbose_name=_("person"))
    kind = models.CharField(_("about"), max_length=20, choices=NoticeKind)
    here = models.BooleanField(_("in the product"), default=True)
    mail = models.BooleanField(_("by e-mail"), default=True)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_choice_kind_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
