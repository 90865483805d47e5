"""Units and how they follow each other through time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .user import Role

if TYPE_CHECKING:
    from .user import User


class Level(models.TextChoices):
    NATION = "nation", _("Nation")
    PROVINCE = "province", _("Province")
    AGENCY = "agency", _("Agencies")
    DISTRICT = "district", _("Districts")
    COMMUNE = "commune", _("Communes")


class UnitQuerySet(models.QuerySet["Unit"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def unmerged(self) -> Self:
        """Without the records that were merged into another: only what is published still names those."""
        return self.filter(merged_into=None)

    def records_of(self, unit: Unit) -> Self:
        """The unit's record, and those that were merged into it: a merge leaves no chain of them."""
        return self.filter(Q(pk=unit.pk) | Q(merged_into=unit.pk))

    def lasting(self, field: str = "pk") -> dict[Any, Any]:
        """Each record that was merged into another -> the record that stands for it since, both told by `field`.
        Whatever compares figures, or carries them over, takes what was published under the first for the second's."""
        into = dict(self.exclude(merged_into=None).order_by().values_list(field, f"merged_into__{field}"))
        return {gone: _end(gone, into) for gone in into}

    def under(self, units: list[int]) -> Self:
        """The units given and all below them: the tree is nation, province, agency or district, commune."""
        return self.filter(
            Q(pk__in=units) | Q(parent__in=units) | Q(parent__parent__in=units) | Q(parent__parent__parent__in=units)
        )

    def visible_to(self, user: User) -> Self:
        """Whose own pages the user may open: a clerk the whole tree of the office, a unit user its own and below."""
        if user.is_superuser:
            return self.unmerged()
        return self.unmerged().under(user.unit_ids())

    def kept_by(self, user: User) -> Self:
        """The tree whose records the user keeps at the desk of an office that issues dispatches."""
        if user.is_superuser:
            return self.unmerged()
        return self.unmerged().under(list(user.memberships.at_desks().values_list("unit_id", flat=True)))

    def administered_by(self, user: User) -> Self:
        """The trees whose records and people the user administers."""
        if user.is_superuser:
            return self.unmerged()
        own = user.memberships.at_desks().filter(role=Role.ADMINISTRATOR)
        return self.unmerged().under(list(own.values_list("unit_id", flat=True)))


def _end(gone: Any, into: dict[Any, Any]) -> Any:
    while gone in into:
        gone = into[gone]
    return gone


class Unit(models.Model):
    slug = models.SlugField(
        _("short name"), max_length=80, unique=True, help_text=_("Ours, stands in addresses: quang-dien")
    )
    code = models.CharField(
        _("official code"), max_length=20, null=True, blank=True, help_text=_("H57.01; empty if not known")
    )
    name = models.CharField(_("name"), max_length=200)
    search = models.CharField(max_length=400, editable=False, db_index=True)
    sort_key = models.CharField(max_length=400, editable=False)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    kind = models.CharField(_("kind"), max_length=40, blank=True, help_text=_("huyện, thị xã, sở, ban …"))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day it existed"))
    merged_into = models.ForeignKey(  # a second record of one unit, kept where published editions name it
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="merged",
        verbose_name=_("merged into"),
    )  # fmt: skip
    order = models.PositiveIntegerField(_("order"), default=0)
    history = HistoricalRecords(excluded_fields=["search", "sort_key"])
    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["level", "order", "sort_key", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_once_at_a_time"),
            models.UniqueConstraint(
                fields=["code"],
                name="unit_code_once_undated",
                violation_error_message=_(
                    "Another unit has this code. Give one of them the days from which it is valid."
                ),
                condition=Q(valid_from__isnull=True),
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="unit_level_known"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="unit_validity_in_order",
                violation_error_message=_("“Valid from” must not be after “valid to”."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="unit_not_its_own_parent",
                violation_error_message=_("A unit cannot belong to itself."),
            ),
            models.CheckConstraint(condition=~Q(code="") | Q(code__isnull=True), name="unit_code_null_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def valid_at(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def line(self) -> list[int]:
        """The unit and what it belongs to, upwards, by key."""
        line, above = [self.pk], self.parent
        while above is not None and above.pk not in line:
            line.append(above.pk)
            above = above.parent
        return line


class UnitAlias(models.Model):
    """Another text for a unit, compared folded and only inside the unit's own tree."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("unit"))
    alias = models.CharField(_("also written"), max_length=200)
    folded = models.CharField(max_length=200, editable=False)
    history = HistoricalRecords(excluded_fields=["folded"])

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["unit", "folded"]
        constraints = [models.UniqueConstraint(fields=["unit", "folded"], name="unit_alias_once")]

    def __str__(self) -> str:
        return self.alias


class UnitSuccession(models.Model):
    """A unit that went on as another; merged and split units make several rows."""

    predecessor = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="successions", verbose_name=_("before")
    )
    successor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="origins", verbose_name=_("after"))
    decision = models.CharField(_("decision"), max_length=100, blank=True)
    effective_on = models.DateField(_("effective on"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["effective_on", "predecessor", "successor"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_between_two",
                violation_error_message=_("A unit cannot go on as itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Shows(models.TextChoices):
    """What the units of an office see of each other."""

    WHOLE = "whole", _("the whole ranking")
    OWN_RANK = "own", _("their own rank, among peers without names")


class Issuer(models.Model):
    """The office that issues dispatches, tied to the unit it reports on."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="issuer", verbose_name=_("reports on"))
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200, help_text=_("As printed: Văn phòng UBND tỉnh …"))
    parent_body = models.CharField(
        _("parent body"), max_length=200, blank=True, help_text=_("As printed at the head: UBND TỈNH …")
    )
    place = models.CharField(_("place"), max_length=100, blank=True, help_text=_("As printed before the date"))
    second_person = models.BooleanField(
        _("another person publishes"), default=True,
        help_text=_("An approver who did not make the last change; switched off, one person may do both"),
    )  # fmt: skip
    shows = models.CharField(_("units see"), max_length=10, choices=Shows, default=Shows.WHOLE)
    # All in working days. 0 days for replies: none are taken.
    reply_days = models.PositiveSmallIntegerField(_("days for replies after publication"), default=10)
    receive_days = models.PositiveSmallIntegerField(_("days to receive or refuse a reply"), default=2)
    ask_days = models.PositiveSmallIntegerField(_("days to ask for more"), default=5)
    answer_days = models.PositiveSmallIntegerField(_("days to answer a reply"), default=15)
    publish_days = models.PositiveSmallIntegerField(_("days to publish an accepted figure"), default=2)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


__all__ = ["Issuer", "Level", "Role", "Shows", "Unit", "UnitAlias", "UnitSuccession"]
