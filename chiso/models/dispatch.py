"""Dispatches and their editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from chiso.values.sample import says_sample
from chiso.words.reference import faults

from .indicator import IndicatorSet, Layout
from .unit import Issuer
from .user import DESK_ROLES, User

if TYPE_CHECKING:
    from django.db.models import QuerySet


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Corrected")
    RECALLED = "recalled", _("Recalled")


OPEN_STATES = (State.DRAFT, State.REVIEW)
READABLE_STATES = (State.PUBLISHED, State.SUPERSEDED, State.RECALLED)


def kept_issuers(user: User) -> QuerySet[Issuer]:
    """Issuers at whose desk the user works."""
    if user.is_superuser:
        return Issuer.objects.all()
    if user.known_memberships is not None:  # a replica knows of none
        return Issuer.objects.filter(unit__in=user.desk_unit_ids())
    return Issuer.objects.filter(unit__memberships__user=user, unit__memberships__role__in=DESK_ROLES).distinct()


def read_issuers(user: User) -> QuerySet[Issuer]:
    """Issuers whose published dispatches the user reads: those of the tree above the user's units."""
    own = user.unit_ids()
    return Issuer.objects.filter(
        Q(unit__in=own)
        | Q(unit__children__in=own)
        | Q(unit__children__children__in=own)
        | Q(unit__children__children__children__in=own)
    ).distinct()


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def kept_by(self, user: User) -> Self:
        return self.filter(issuer__in=kept_issuers(user).values("pk"))

    def visible_to(self, user: User) -> Self:
        published = Dispatch.objects.filter(
            editions__state__in=READABLE_STATES, issuer__in=read_issuers(user).values("pk")
        )
        return self.filter(Q(issuer__in=kept_issuers(user).values("pk")) | Q(pk__in=published.values("pk")))


class Dispatch(models.Model):
    """The official letter: unique by issuer, year, number and symbol once issued; no number before."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="dispatches", verbose_name=_("issuer"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.CharField(_("number"), max_length=20, blank=True)
    symbol = models.CharField(_("symbol"), max_length=40, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    data_as_of = models.DateField(_("data as of"), null=True, blank=True)
    period = models.CharField(
        _("period"), max_length=10, default="month",
        choices=[("month", _("month")), ("quarter", _("quarter")), ("year", _("year"))],
    )  # fmt: skip
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    signer = models.CharField(_("signer"), max_length=150, blank=True)
    reply_days = models.PositiveSmallIntegerField(
        _("days for replies"), null=True, blank=True,
        help_text=_("Working days after publication; empty: as the office has it; 0: no replies"),
    )  # fmt: skip
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    history = HistoricalRecords()
    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["-data_as_of", "-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "year", "number", "symbol"],
                name="dispatch_number_once_a_year",
                violation_error_message=_("This number is already taken in this year."),
                condition=~Q(number=""),
            ),
            models.CheckConstraint(
                condition=Q(number="", symbol="") | (~Q(number="") & ~Q(symbol="")),
                name="dispatch_number_with_symbol",
                violation_error_message=_("A number and a symbol belong together: 1082 and VPUB-KSTT."),
            ),
            models.CheckConstraint(
                condition=Q(number="") | Q(issued_on__isnull=False),
                name="dispatch_number_once_issued",
                violation_error_message=_("A numbered dispatch has a date of issue."),
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | Q(replaces__isnull=True),
                name="dispatch_corrects_or_replaces",
                violation_error_message=_("A dispatch corrects another or replaces it, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(_("dispatch without a number"))

    def clean(self) -> None:
        """Number and symbol stand in addresses and are how people name the dispatch."""
        found = faults(self.number, self.symbol)
        if found:
            raise ValidationError(found)

    @property
    def reference(self) -> str:
        """ "1082/VPUB-KSTT", "" before it has a number."""
        return f"{self.number}/{self.symbol}" if self.number else ""

    @property
    def is_sample(self) -> bool:
        """Whether its figures are there to be looked at, and no results."""
        return says_sample(self.subject)

    @property
    def address(self) -> str:
        """Its last part in addresses: 1082-VPUB-KSTT, or id-7 before it has a number."""
        return f"{self.number}-{self.symbol}" if self.number else f"id-{self.pk}"


class EditionQuerySet(models.QuerySet["Edition"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def kept_by(self, user: User) -> Self:
        return self.filter(dispatch__issuer__in=kept_issuers(user).values("pk"))

    def visible_to(self, user: User) -> Self:
        """A clerk sees every edition of the office, a unit user those that are or were published."""
        return self.filter(
            Q(dispatch__issuer__in=kept_issuers(user).values("pk"))
            | Q(dispatch__issuer__in=read_issuers(user).values("pk"), state__in=READABLE_STATES)
        )


class Edition(models.Model):
    """One set of figures and headline of a dispatch; once published it is never changed."""

    dispatch = models.ForeignKey(
        Dispatch, on_delete=models.PROTECT, related_name="editions", verbose_name=_("dispatch")
    )
    number = models.PositiveSmallIntegerField(_("edition"), default=1)
    indicator_set = models.ForeignKey(
        IndicatorSet, on_delete=models.PROTECT, related_name="+", verbose_name=_("indicator set")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    headline_score = models.DecimalField(
        _("score in the letter"), max_digits=8, decimal_places=4, null=True, blank=True
    )
    headline_out_of = models.DecimalField(_("of"), max_digits=8, decimal_places=2, null=True, blank=True)
    headline_rank = models.PositiveSmallIntegerField(_("rank in the letter"), null=True, blank=True)
    headline_rank_of = models.PositiveSmallIntegerField(_("of"), null=True, blank=True)
    headline_printed = models.CharField(_("as printed"), max_length=300, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    correcting = models.ForeignKey(
        Dispatch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("correcting document"),
    )
    opened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), null=True)
    recalled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recalled by")
    )
    recalled_at = models.DateTimeField(_("recalled at"), null=True)
    recall_reason = models.TextField(_("why it was recalled"), blank=True)
    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["dispatch", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["dispatch"], name="edition_one_open", condition=Q(state__in=["draft", "review"])
            ),
            models.UniqueConstraint(fields=["dispatch"], name="edition_one_published", condition=Q(state="published")),
            models.CheckConstraint(condition=Q(state__in=State.values), name="edition_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "review"]) | Q(published_at__isnull=False),
                name="edition_published_has_its_time",
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="edition_correction_has_its_reason"),
            models.CheckConstraint(
                condition=~Q(state="recalled") | (~Q(recall_reason="") & Q(recalled_at__isnull=False)),
                name="edition_recalled_with_a_reason",
            ),
            models.CheckConstraint(
                # "64/63" may be what the letter prints: a check says so, the record keeps it.
                condition=Q(headline_rank__isnull=True, headline_rank_of__isnull=True)
                | Q(headline_rank__isnull=False, headline_rank_of__isnull=False),
                name="edition_rank_with_its_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch} ({self.number})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_published(self) -> bool:
        return self.state in READABLE_STATES


class Appendix(models.Model):
    """One table of an edition, with its own title, notes and order."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="appendices", verbose_name=_("edition"))
    ordinal = models.CharField(_("number"), max_length=10)
    title = models.CharField(_("title"), max_length=500, blank=True)
    layout = models.ForeignKey(
        Layout, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("layout")
    )
    notes = models.TextField(_("notes"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("appendix")
        verbose_name_plural = _("appendices")
        ordering = ["edition", "order", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["edition", "ordinal"], name="appendix_ordinal_once")]

    def __str__(self) -> str:
        return str(_("Appendix %(ordinal)s") % {"ordinal": self.ordinal})
