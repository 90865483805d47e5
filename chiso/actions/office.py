"""What an office does once: its issuer and its first administrator."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from chiso.models import Issuer, Level, Membership, Role, Unit, User
from chiso.values.name import parse


class UnableToSetUp(Exception):
    """The code is no province's on record."""


def set_up(*, code: str, email: str, today: date) -> tuple[list[Issuer], User]:
    """The issuer for the province with this official code (or short name), and its administrator. Safe to repeat.

    A province that went on under its code (H57) brings the issuers of what it was before: they are its past.
    """
    unit = _province(code, today)
    before = Unit.objects.filter(successions__successor=unit, level=Level.PROVINCE, code=unit.code).exclude(code=None)
    with transaction.atomic():
        issuers = [issuer_for(each) for each in (unit, *before)]
        user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
        for issuer in issuers:
            Membership.objects.get_or_create(user=user, unit=issuer.unit, role=Role.ADMINISTRATOR)
    return issuers, user


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
