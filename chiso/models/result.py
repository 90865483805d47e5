"""Figures, their changes, and the ranks kept at publication."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .dispatch import READABLE_STATES, Appendix, Edition, kept_issuers, read_issuers
from .event import Event
from .indicator import Indicator
from .unit import Unit
from .upload import Upload
from .user import User

# Values carry at most 15 significant digits: SQLite keeps them as a double, which is exact up to there.
DIGITS, PLACES = 15, 4
# A share in percent, a mean and a median have more decimals than any figure; these are enough to round them again.
NUMBER_DIGITS, NUMBER_PLACES = 19, 8


class ResultQuerySet(models.QuerySet["Result"]):
    def kept_by(self, user: User) -> Self:
        return self.filter(edition__dispatch__issuer__in=kept_issuers(user).values("pk"))

    def visible_to(self, user: User) -> Self:
        return self.filter(
            Q(edition__dispatch__issuer__in=kept_issuers(user).values("pk"))
            | Q(
                edition__dispatch__issuer__in=read_issuers(user).values("pk"),
                edition__state__in=READABLE_STATES,
            )
        )


class Result(models.Model):
    """One figure: edition, unit, indicator, exact value, and the text as printed with where it came from."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="results", db_index=False, verbose_name=_("edition")
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("indicator")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="results", db_index=False, verbose_name=_("unit")
    )
    value = models.DecimalField(_("value"), max_digits=DIGITS, decimal_places=PLACES)
    out_of = models.DecimalField(_("of"), max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    printed = models.CharField(_("as printed"), max_length=100)
    appendix = models.ForeignKey(
        Appendix, on_delete=models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("appendix"),
    )  # fmt: skip
    source = models.ForeignKey(
        Upload, on_delete=models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("file"),
    )  # fmt: skip
    cell = models.CharField(_("cell"), max_length=200, blank=True)
    position = models.CharField(_("position (STT)"), max_length=20, blank=True)
    printed_rank = models.CharField(_("printed rank"), max_length=20, blank=True)
    row = models.PositiveIntegerField(default=0)
    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.UniqueConstraint(fields=["edition", "indicator", "unit"], name="result_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="result_not_negative"),
            models.CheckConstraint(
                condition=Q(out_of__isnull=True) | Q(out_of__gte=0), name="result_out_of_not_negative"
            ),
            models.CheckConstraint(condition=~Q(printed=""), name="result_keeps_its_print"),
        ]
        indexes = [models.Index(fields=["unit", "indicator", "edition"], name="result_of_a_unit")]

    def __str__(self) -> str:
        return self.printed


class ResultChange(models.Model):
    """What a figure was before and after; append-only, written with the change in one transaction."""

    # No constraint: the changes of a deleted draft stay, and a load has three foreign keys to check, not four.
    edition = models.ForeignKey(
        Edition, on_delete=models.DO_NOTHING, related_name="changes", db_index=False, db_constraint=False
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    value_before = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    out_of_before = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    printed_before = models.CharField(max_length=100, blank=True)
    value_after = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    out_of_after = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    printed_after = models.CharField(max_length=100, blank=True)
    cell = models.CharField(max_length=200, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="changes", db_constraint=False)

    class Meta:
        verbose_name = _("change of a figure")
        verbose_name_plural = _("changes of figures")
        ordering = ["id"]
        indexes = [models.Index(fields=["edition", "unit", "indicator"], name="change_of_a_figure")]

    def __str__(self) -> str:
        return f"{self.printed_before or '–'} → {self.printed_after or '–'}"


class CellNote(models.Model):
    """What somebody noted on a cell of a draft, whether there is a figure in it or not."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="cell_notes", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(_("note"), max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("note on a cell")
        verbose_name_plural = _("notes on cells")
        ordering = ["edition", "unit", "indicator"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "unit", "indicator"], name="cell_note_once"),
            models.CheckConstraint(condition=~Q(text=""), name="cell_note_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class Standing(models.Model):
    """A unit's rank among its peers, written when an edition is published and never edited."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="standings", db_index=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="standings", db_index=False)
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    peers = models.CharField(max_length=120)  # "district", or "commune:quang-dien" within one parent
    rank = models.PositiveIntegerField()
    rank_of = models.PositiveIntegerField()
    tied = models.BooleanField()

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            models.UniqueConstraint(fields=["edition", "indicator", "peers", "unit"], name="standing_once"),
            models.CheckConstraint(
                condition=Q(rank__gte=1, rank__lte=F("rank_of")), name="standing_rank_within_its_count"
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "indicator", "peers", "rank", "unit"], name="standing_in_order"),
            models.Index(fields=["unit", "indicator", "edition", "value", "rank"], name="standing_of_a_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}/{self.rank_of}"


class Summary(models.Model):
    """What publication keeps of one board, so that a page of it asks for its own rows alone: how many stand on it and
    how their numbers lie, at which (rank, unit) each of its pages begins, and who stands behind the ranked ones."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="summaries", db_index=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", db_index=False)
    peers = models.CharField(max_length=120)
    parent = models.ForeignKey(  # under which these peers stood
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    units = models.PositiveIntegerField(default=0)  # rows of the board
    count = models.PositiveIntegerField()  # of them with a figure
    ranked = models.PositiveIntegerField(default=0)
    tied = models.PositiveIntegerField(default=0)
    lowest = models.DecimalField(max_digits=NUMBER_DIGITS, decimal_places=NUMBER_PLACES, null=True)
    highest = models.DecimalField(max_digits=NUMBER_DIGITS, decimal_places=NUMBER_PLACES, null=True)
    mean = models.DecimalField(max_digits=NUMBER_DIGITS, decimal_places=NUMBER_PLACES, null=True)
    median = models.DecimalField(max_digits=NUMBER_DIGITS, decimal_places=NUMBER_PLACES, null=True)
    decimals = models.PositiveSmallIntegerField(default=0)  # at which no figure of the board loses a digit
    breaks = models.JSONField(default=list)  # [rank, unit] of the first row of each page of a board of many pages
    rest = models.JSONField(default=list)  # units without a rank: those with a figure, then those without one

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        constraints = [models.UniqueConstraint(fields=["edition", "peers", "indicator"], name="summary_once")]

    def __str__(self) -> str:
        return f"{self.peers}: {self.count}"
