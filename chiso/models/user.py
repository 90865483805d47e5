"""People and what they are to which unit."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who signs in by e-mail address; without a password only an invitation opens the account."""
        if not email:
            raise ValueError("a person needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)


class PeopleHistory(HistoricalRecords):  # type: ignore[misc]  # simple-history is untyped
    """Without a row for every sign-in, which changes nothing that people edit."""

    def post_save(self, instance: User, created: bool, using: str | None = None, **kwargs: Any) -> None:
        if kwargs.get("update_fields") != frozenset({"last_login"}):
            super().post_save(instance, created, using=using, **kwargs)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=5, blank=True, choices=[("vi", "Tiếng Việt"), ("en", "English")]
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    history = PeopleHistory(excluded_fields=["password", "last_login"])

    # (unit id, role, whether an office of the unit issues), once a request has asked for them: `queries.sight`
    known_memberships: tuple[tuple[int, str, bool], ...] | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once_in_any_case",
                violation_error_message=_("Somebody already has this e-mail address."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name

    def unit_ids(self) -> list[int]:
        """The units that the person is something to."""
        if self.known_memberships is not None:
            return [unit for unit, _role, _issues in self.known_memberships]
        return list(self.memberships.values_list("unit_id", flat=True))

    def desk_unit_ids(self) -> list[int]:
        """The units at whose desk the person works, once the memberships are known."""
        return [unit for unit, role, _issues in self.known_memberships or () if role in DESK_ROLES]


class Role(models.TextChoices):
    CLERK = "clerk", _("Clerk")
    APPROVER = "approver", _("Approver")
    ADMINISTRATOR = "administrator", _("Administrator")
    UNIT = "unit", _("Unit")


DESK_ROLES = (Role.CLERK, Role.APPROVER, Role.ADMINISTRATOR)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def at_desks(self) -> Self:
        """Those that open a desk: there is one where a unit has an office that issues, and nowhere else."""
        return self.filter(role__in=DESK_ROLES, unit__issuer__isnull=False)


class Membership(models.Model):
    """What a person is to a unit: clerks, approvers and administrators to the issuer's unit, a unit user to its own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    unit = models.ForeignKey("chiso.Unit", on_delete=models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    history = HistoricalRecords()
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "unit", "role"]
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()} – {self.unit}"

    def clean(self) -> None:
        if self.has_no_desk:
            raise ValidationError({"role": self.has_no_desk})

    @property
    def has_no_desk(self) -> str:
        """Why the role would open no desk: there is one only where a unit has an office that issues."""
        if self.role not in DESK_ROLES or not self.unit_id or hasattr(self.unit, "issuer"):
            return ""
        text = _("“%(unit)s” issues no dispatches, so it has no desk: the role there is “%(role)s”.")
        return text % {"unit": self.unit, "role": Role.UNIT.label}
