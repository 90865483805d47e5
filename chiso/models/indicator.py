"""What is measured, by dated sets, and how appendices are laid out."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from chiso.values.code import is_code


class Kind(models.TextChoices):
    SCORE = "score", _("Score")
    PERCENT = "percent", _("Percent")
    COUNT = "count", _("Count")
    SHARE = "share", _("Share (x of y)")


class Direction(models.TextChoices):
    HIGHER = "higher", _("higher is better")
    LOWER = "lower", _("lower is better")
    NONE = "", _("not ranked")


class IndicatorSet(models.Model):
    """A dated set: figures of two sets are never compared silently."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    decision = models.CharField(_("decision"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("indicator set")
        verbose_name_plural = _("indicator sets")
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.name} ({self.decision})" if self.decision else self.name


# What a figure was read by stays once there is one, and what it was ranked and checked by once it is published: a
# changed definition is an indicator of another set.
READ_BY = ("indicator_set", "code", "kind")
SHOWN_BY = ("maximum", "direction", "parent", "part_of_total", "additive", "complement")
NO_CODE = _(
    "A code holds letters, digits, dots, hyphens and underscores, no blanks and no other signs, and begins with a "
    "letter or digit: HSTT.TT"
)


class Indicator(models.Model):
    indicator_set = models.ForeignKey(
        IndicatorSet, on_delete=models.PROTECT, related_name="indicators", verbose_name=_("indicator set")
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=300)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    maximum = models.DecimalField(_("maximum"), max_digits=8, decimal_places=2, null=True, blank=True)
    direction = models.CharField(_("which is better"), max_length=10, choices=Direction, blank=True)
    additive = models.BooleanField(
        _("additive"), default=False, help_text=_("A unit's figure is the sum of those below it")
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    part_of_total = models.BooleanField(
        _("part of the total"), default=False, help_text=_("The total is the sum of these")
    )
    complement = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("count of the rest"), help_text=_("Not deployed beside deployed, overdue beside on time"),
    )  # fmt: skip
    order = models.PositiveIntegerField(_("order"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["indicator_set", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["indicator_set", "code"], name="indicator_code_once_in_a_set"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="indicator_kind_known"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="indicator_direction_known"),
            models.CheckConstraint(
                condition=Q(maximum__isnull=True) | Q(maximum__gt=0),
                name="indicator_maximum_positive",
                violation_error_message=_("The maximum must be more than 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.label}"

    @property
    def with_kind(self) -> str:
        """For a choice: a count must not be taken for a percentage."""
        return f"{self} ({self.get_kind_display()})"

    def clean(self) -> None:
        """A code on record from before this rule stays: addresses take any."""
        if not is_code(self.code) and not type(self).objects.filter(pk=self.pk, code=self.code).exists():
            raise ValidationError({"code": NO_CODE})

    @property
    def label(self) -> str:
        return self.short_name or self.name


class Layout(models.Model):
    """The shape of one appendix: data, so that a confirmed mapping teaches the next month."""

    indicator_set = models.ForeignKey(
        IndicatorSet, on_delete=models.PROTECT, related_name="layouts", verbose_name=_("indicator set")
    )
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    ordinal = models.CharField(_("usual number"), max_length=10, blank=True, help_text=_("I, II, III …"))
    titles = models.JSONField(
        _("titles"), default=list, blank=True, help_text=_("Titles of the appendix, one of which is enough")
    )
    rows_are = models.CharField(
        _("rows are"), max_length=10, default="units", choices=[("units", _("units")), ("indicators", _("indicators"))]
    )
    sorts = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("printed in order of"),
    )
    sorts_within = models.CharField(
        _("each block"), max_length=10, blank=True, choices=[("", _("the whole table")), ("level", _("one level"))]
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("layout")
        verbose_name_plural = _("layouts")
        ordering = ["indicator_set", "ordinal", "code"]

    def __str__(self) -> str:
        return self.name


class LineRole(models.TextChoices):
    INDICATOR = "indicator", _("figures of an indicator")
    UNIT = "unit", _("the unit's name")
    CODE = "code", _("the unit's code")
    POSITION = "position", _("position (STT)")
    RANK = "rank", _("printed rank")
    LABEL = "label", _("the indicator's name")
    PROVINCE = "province", _("figures of the province")
    NATION = "nation", _("figures of the nation")
    NONE = "none", _("left out")


class LayoutLine(models.Model):
    """One column, or one row of an appendix whose rows are indicators."""

    layout = models.ForeignKey(Layout, on_delete=models.CASCADE, related_name="lines", verbose_name=_("layout"))
    axis = models.CharField(
        _("is a"), max_length=10, default="column", choices=[("column", _("column")), ("row", _("row"))]
    )
    role = models.CharField(_("holds"), max_length=10, choices=LineRole)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("indicator")
    )
    titles = models.JSONField(_("titles"), default=list, help_text=_("How the heading may be written"))
    in_label = models.BooleanField(_("value in the label"), default=False, help_text=_("“Tỷ lệ …: 85,23%”"))
    order = models.PositiveIntegerField(_("order"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["layout", "axis", "order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=LineRole.values), name="line_role_known"),
            models.CheckConstraint(
                condition=Q(role="indicator", indicator__isnull=False)
                | (~Q(role="indicator") & Q(indicator__isnull=True)),
                name="line_indicator_with_its_role",
                violation_error_message=_(
                    "Give an indicator where the line holds figures of an indicator, and only there."
                ),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.titles[:1]) or self.get_role_display()
