"""What a unit says against one published figure, and what the office answers.

The figure itself stays as it was published: that it is disputed is known from here alone.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .dispatch import Edition, kept_issuers
from .indicator import Indicator
from .result import DIGITS, PLACES
from .unit import Issuer, Unit
from .user import Role, User


class ReplyState(models.TextChoices):
    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")
    ASKED = "asked", _("more asked")
    ACCEPTED = "accepted", _("accepted")
    PARTLY = "partly", _("accepted in part")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CORRECTED = "corrected", _("corrected")


OPEN_REPLIES = (ReplyState.SENT, ReplyState.RECEIVED, ReplyState.ASKED)
GRANTED_REPLIES = (ReplyState.ACCEPTED, ReplyState.PARTLY)  # a correction is due
DISPUTING_REPLIES = (*OPEN_REPLIES, *GRANTED_REPLIES)  # the figure is marked "disputed"


class ReplyQuerySet(models.QuerySet["Reply"]):
    def kept_by(self, user: User) -> Self:
        return self.filter(edition__dispatch__issuer__in=kept_issuers(user).values("pk"))

    def disputing(self) -> Self:
        return self.filter(state__in=DISPUTING_REPLIES)

    def visible_to(self, user: User) -> Self:
        """The office's desk sees every reply to its figures, a unit user those of its units and of the units below."""
        own = user.memberships.filter(role=Role.UNIT).values("unit")
        below = Unit.objects.filter(
            Q(pk__in=own) | Q(parent__in=own) | Q(parent__parent__in=own) | Q(parent__parent__parent__in=own)
        )
        desk = Q(edition__dispatch__issuer__in=kept_issuers(user).values("pk"))
        return self.filter(desk | Q(unit__in=below.order_by().values("pk")))


class Reply(models.Model):
    """A unit's objection to one printed figure of a published edition."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="replies", verbose_name=_("edition"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="replies", verbose_name=_("unit"))
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", verbose_name=_("indicator"))
    proposed = models.CharField(_("proposed figure"), max_length=100)  # as typed, read by the indicator's kind
    proposed_value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    proposed_out_of = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=ReplyState, default=ReplyState.SENT)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"))
    due_on = models.DateField(_("answer due on"))  # of the next step that is awaited, in working days
    granted = models.CharField(_("figure accepted"), max_length=100, blank=True)  # as typed: all or part of the claim
    granted_value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    granted_out_of = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    correction = models.ForeignKey(  # the edition into whose draft the accepted figure went
        Edition, on_delete=models.SET_NULL, null=True, related_name="granted_replies", verbose_name=_("corrected in")
    )
    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "unit", "indicator"],
                name="reply_one_open_for_a_figure",
                condition=Q(state__in=["sent", "received", "asked"]),
                violation_error_message=_("This figure is already being disputed."),
            ),
            models.CheckConstraint(condition=Q(state__in=ReplyState.values), name="reply_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="reply_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "partly", "corrected"])
                | (~Q(granted="") & Q(granted_value__isnull=False)),
                name="reply_granted_with_its_figure",
            ),
        ]
        indexes = [models.Index(fields=["unit", "edition", "indicator"], name="reply_of_a_figure")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.indicator}"

    @property
    def who(self) -> str:
        return _of_unit(self.unit, self.sent_by)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_REPLIES

    @property
    def is_disputing(self) -> bool:
        return self.state in DISPUTING_REPLIES


class ReplyMove(models.TextChoices):
    SENT = "sent", _("sent it")
    RECEIVED = "received", _("confirmed receipt")
    ASKED = "asked", _("asked for more")
    ADDED = "added", _("answered the question")
    ACCEPTED = "accepted", _("accepted it")
    PARTLY = "partly", _("accepted it in part")
    REFUSED = "refused", _("refused it")
    WITHDRAWN = "withdrawn", _("withdrew it")
    CORRECTED = "corrected", _("published the correction")


def _of_unit(unit: Unit, person: User | None) -> str:
    """Before the name of whoever writes for a unit stands the unit: people choose their own names, and nobody is to
    pass for the office."""
    return f"{unit} – {person or '–'}"


_OF_THE_UNIT = (ReplyMove.SENT, ReplyMove.ADDED, ReplyMove.WITHDRAWN)


class ReplyStep(models.Model):
    """What was done with a reply, when and by whom; append-only."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="steps", verbose_name=_("reply"))
    move = models.CharField(_("what"), max_length=10, choices=ReplyMove)
    text = models.TextField(_("text"), blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    due_on = models.DateField(_("was due on"), null=True)  # where this step was awaited: its last day

    class Meta:
        verbose_name = _("step of a reply")
        verbose_name_plural = _("steps of replies")
        ordering = ["reply", "id"]
        constraints = [models.CheckConstraint(condition=Q(move__in=ReplyMove.values), name="reply_step_known")]

    def __str__(self) -> str:
        return self.get_move_display()

    @property
    def who(self) -> str:
        return _of_unit(self.reply.unit, self.by) if self.move in _OF_THE_UNIT else str(self.by or "–")


class Evidence(models.Model):
    """A file that a unit gave with a step of its reply; kept outside the web root, served only to those in scope."""

    step = models.ForeignKey(ReplyStep, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("step"))
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/", max_length=300)
    name = models.CharField(_("file name"), max_length=255)
    media_type = models.CharField(_("kind of file"), max_length=100)
    sha256 = models.CharField(_("sha256"), max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    page = models.PositiveSmallIntegerField(_("page"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["step", "id"]

    def __str__(self) -> str:
        return self.name


class AnswerForm(models.Model):
    """A fixed form of an office's answers, to begin one with."""

    issuer = models.ForeignKey(Issuer, on_delete=models.CASCADE, related_name="answer_forms", verbose_name=_("issuer"))
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("form of an answer")
        verbose_name_plural = _("forms of answers")
        ordering = ["issuer", "order", "title"]
        constraints = [models.UniqueConstraint(fields=["issuer", "title"], name="answer_form_once")]

    def __str__(self) -> str:
        return self.title
