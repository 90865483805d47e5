"""Who is what to which unit, as rows. A file makes no accounts and takes nothing away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.actions import records as action
from chiso.admin.scope import administered
from chiso.models import Membership, Role, Unit, User

from .cells import ChoiceCell, RefCell
from .record import Column, Loader, RecordResource, Row, text_of


class MembershipResource(RecordResource):
    keys: ClassVar[tuple[str, ...]] = ("user", "role", "unit")
    about: ClassVar[dict[str, Any]] = {
        "email": gettext_lazy("Of an account that is there"),
        "unit": gettext_lazy("The slug of the unit"),
    }

    headings: ClassVar[dict[str, Any]] = {"email": User._meta.get_field("email").verbose_name}

    class Meta:
        model = Membership
        fields: ClassVar[tuple[str, ...]] = ()
        import_id_fields = ("user", "role", "unit")
        instance_loader_class = Loader
        skip_diff = skip_html_diff = True

    def __init__(self, **options: Any) -> None:
        self._role = ChoiceCell(Role.choices)
        super().__init__(**options)

    def columns(self) -> Iterable[Column]:
        nobody = gettext_lazy("“%(text)s” has no account. Add the person first: a file makes no accounts.")
        nowhere = gettext_lazy("“%(text)s” is none of your units.")
        person = RefCell(
            lambda text, row: self.people.get(text.lower()), "email", lambda text: str(nobody) % {"text": text}
        )
        unit = RefCell(lambda text, row: self.units.get(text), "slug", lambda text: str(nowhere) % {"text": text})
        return (
            Column("user", person, name="email", required=True),
            Column("role", self._role, required=True),
            Column("unit", unit, required=True),
        )

    def rows_out(self, queryset: Any) -> Iterable[Membership]:
        return queryset.select_related("user", "unit").order_by("user__email", "unit__slug", "role")  # type: ignore[no-any-return]

    def prepare(self) -> None:
        self.people = {person.email.lower(): person for person in User.objects.all()}
        self.units: dict[str, Unit] = {unit.slug: unit for unit in administered(self.user).select_related("issuer")}
        rows = Membership.objects.filter(unit__in=[unit.pk for unit in self.units.values()])
        rows = rows.select_related("user", "unit").order_by("pk")
        self.stored = {(row.user.email.lower(), row.role, row.unit.slug): row for row in rows}

    def key(self, row: Row) -> Any:
        """An address in capitals is the same person, "Chuyên viên" the same role as "clerk"."""
        said = text_of(row, "role")
        return text_of(row, "email").lower(), self._role.code_of(said) or said, text_of(row, "unit")

    def check(self, instance: Membership, refuse: Callable[[str, str], Any]) -> None:
        if instance.user_id == self.user.pk and not self.user.is_superuser:
            refuse("user", _("nobody gives himself a role: another administrator does it."))
        if instance.has_no_desk:
            refuse("role", instance.has_no_desk)

    def store(self, instance: Membership) -> None:
        action.store(record=instance, by=self.user)
