"""What an office does once: its issuer and its first administrator."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chiso.models import Issuer, Level, Membership, Role, Unit, User
from chiso.values.name import parse


class UnableToSetUp(Exception):
    """The code is no province's on record."""


def set_up(*, code: str, email: str, today: date) -> tuple[Issuer, User]:
    """The issuer for the province with this official code (or short name), and its administrator. Safe to repeat."""
    unit = _province(code, today)
    with transaction.atomic():
        issuer = issuer_for(unit)
        user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
        Membership.objects.get_or_create(user=user, unit=unit, role=Role.ADMINISTRATOR)
    return issuer, user


def issuer_for(unit: Unit) -> Issuer:
    """The office that reports on a province, named as such offices are; an administrator may correct the names."""
    place = parse(unit.name).core
    made, _new = Issuer.objects.get_or_create(
        unit=unit,
        defaults={
            "slug": f"vp-{unit.slug}",
            "name": f"Văn phòng {unit.name}",
            "parent_body": unit.name.upper(),
            "place": place,
        },
    )
    return made


def _province(code: str, today: date) -> Unit:
    provinces = Unit.objects.filter(level=Level.PROVINCE)
    unit = provinces.valid_on(today).filter(code__iexact=code).first() or provinces.filter(slug=code).first()
    if unit is None:
        known = ", ".join(f"{each.code} {each.name}" for each in provinces.valid_on(today).exclude(code=None))
        raise UnableToSetUp(_("No province has the code %(code)s. Known: %(known)s.") % {"code": code, "known": known})
    return unit
