"""What the checks found in an edition, and what people said to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .dispatch import Edition
from .user import User


class Severity(models.TextChoices):
    ERROR = "error", _("error")
    WARNING = "warning", _("warning")
    NOTE = "note", _("note")


class FindingState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    FIXED = "fixed", _("fixed")


class Finding(models.Model):
    """One thing that does not agree. `figures` prove it; the sentence is made from them when shown."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="findings", verbose_name=_("edition"))
    check_id = models.CharField(_("check"), max_length=40)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    state = models.CharField(_("state"), max_length=10, choices=FindingState, default=FindingState.OPEN)
    where = models.CharField(_("place"), max_length=200)
    reason_id = models.CharField(max_length=60, blank=True)
    figures = models.JSONField(_("figures"), default=dict)
    about = models.JSONField(default=list, editable=False)  # [[unit slug, indicator code], …]: see checks.case.Outcome
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    acceptance = models.TextField(_("why it was accepted"), blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["edition", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="finding_severity_known"),
            models.CheckConstraint(condition=Q(state__in=FindingState.values), name="finding_state_known"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | (~Q(acceptance="") & Q(accepted_at__isnull=False)),
                name="finding_accepted_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted", severity="error"), name="finding_error_never_accepted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_id}: {self.where}"


class Agreed(models.Model):
    """What a check said of an edition beside its findings when it was published: that something agrees, or that there
    is nothing to compare. Written once, so that the checks of tomorrow say nothing else of it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+", verbose_name=_("edition"))
    check_id = models.CharField(_("check"), max_length=40)
    status = models.CharField(max_length=20)  # checks.case.Status: passed or not_applicable
    where = models.CharField(_("place"), max_length=200)
    reason_id = models.CharField(max_length=60, blank=True)
    figures = models.JSONField(_("figures"), default=dict)

    class Meta:
        verbose_name = _("check that agreed")
        verbose_name_plural = _("checks that agreed")
        ordering = ["edition", "id"]

    def __str__(self) -> str:
        return f"{self.check_id}: {self.where}"
