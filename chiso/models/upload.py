"""Files that came in, kept as they were."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .dispatch import Edition, kept_issuers
from .unit import Issuer, Unit
from .user import User


class UploadState(models.TextChoices):
    READING = "reading", _("being read")
    UNREADABLE = "unreadable", _("could not be read")
    STAGED = "staged", _("read, not taken over")
    APPLIED = "applied", _("taken over")
    DISCARDED = "discarded", _("discarded")


class About(models.TextChoices):
    """What a file brings: figures of a dispatch, or records of one table."""

    DISPATCH = "dispatch", _("figures")
    UNITS = "unit", _("units")
    INDICATORS = "indicator", _("indicators")
    LAYOUTS = "layout", _("layouts")
    MEMBERSHIPS = "membership", _("memberships")


UNCHOSEN = "?"  # as `Upload.ordinal`: it is still to be asked which appendix is wanted


class UploadQuerySet(models.QuerySet["Upload"]):
    def kept_by(self, user: User) -> Self:
        """Files of the user's offices; those that bring records only where the user administers the office."""
        rows = self.filter(issuer__in=kept_issuers(user).values("pk"))
        if user.is_superuser:
            return rows
        administered = Unit.objects.administered_by(user).values("pk")
        return rows.filter(models.Q(about=About.DISPATCH) | models.Q(issuer__unit__in=administered))


class Upload(models.Model):
    """One file with its sha256, by whom and when, what was read (problems, unmapped columns, counts of the plan), and
    what a person answered to its questions (`decisions`, in the order in which they were taken)."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="uploads", verbose_name=_("issuer"))
    file = models.FileField(_("file"), upload_to="%Y/%m/", max_length=300)
    name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("sha256"), max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("bytes"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=UploadState, default=UploadState.STAGED)
    about = models.CharField(_("brings"), max_length=12, choices=About, default=About.DISPATCH)
    ordinal = models.CharField(  # of the one appendix that is wanted of the file; "" for all that it holds
        _("appendix"), max_length=10, blank=True
    )
    decisions = models.JSONField(_("decisions"), default=list)
    answered = models.PositiveIntegerField(  # answers ever given: the number of one taken back is not another's
        _("answers given"), default=0
    )
    progress = models.PositiveSmallIntegerField(_("percent read"), default=0)
    reader = models.CharField(_("read as"), max_length=20)
    read = models.JSONField(_("what was read"), default=dict)
    edition = models.ForeignKey(
        Edition, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads", verbose_name=_("edition")
    )
    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("loaded file")
        verbose_name_plural = _("loaded files")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=UploadState.values), name="upload_state_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def wanted(self) -> str:
        """The one appendix that is wanted, "" for all."""
        return "" if self.ordinal == UNCHOSEN else self.ordinal
