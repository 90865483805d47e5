"""The main job end to end on three dispatches, one real between two of sample data, then a server to look at them."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.actions import edition as editions
from chiso.actions import office, reference
from chiso.actions import upload as uploads
from chiso.management import arguments
from chiso.models import Dispatch, Edition, Issuer, Mail, Membership, Notice, Role, Unit, User

FIXTURES = settings.BASE_DIR / "fixtures"
NUMBERS = ("943", "1082", "1204")  # August, September and October 2023: each is checked against the one before
SAMPLES = ("943", "1204")  # most of their figures are invented; their subject, their letter and their notes say so
PROVINCE, SYMBOL, BOARD = "thua-thien-hue", "VPUB-KSTT", ("1082", "TONG", "district")
ACCEPTANCE = "Số liệu giữ đúng như văn bản đã ban hành; các điểm chưa khớp đã được ghi nhận."
SAMPLE_ACCEPTANCE = "Dữ liệu mẫu: số liệu chưa có được để trống, không phải là 0."
PEOPLE = (
    ("chuyenvien@chiso.example", "Chuyên viên (dùng thử)", Role.CLERK, PROVINCE),
    ("lanhdao@chiso.example", "Lãnh đạo (dùng thử)", Role.APPROVER, PROVINCE),
    ("quantri@chiso.example", "Quản trị (dùng thử)", Role.ADMINISTRATOR, PROVINCE),
    ("quangdien@chiso.example", "UBND huyện Quảng Điền (dùng thử)", Role.UNIT, "quang-dien"),
    ("soyte@chiso.example", "Sở Y tế (dùng thử)", Role.UNIT, "so-y-te"),
)


class Command(BaseCommand):
    help = (
        "Load, check and publish dispatch 1082/VPUB-KSTT and two dispatches of sample data beside it, "
        "with demo accounts, then serve. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-server", action="store_true", help="prepare only")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_other_data()
        call_command("migrate", verbosity=0)
        reference.load(folder=FIXTURES)
        issuer = _issuer()
        passwords = {email: _person(email, name, role, unit) for email, name, role, unit in PEOPLE}
        published = {number: _edition(issuer, number) for number in NUMBERS}
        self._tell(published, passwords, options["port"])
        if not options["no_server"]:
            call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False)

    def _tell(self, published: dict[str, Edition], passwords: dict[str, str], port: int) -> None:
        base = f"http://127.0.0.1:{port}"
        number, indicator, peers = BOARD
        dispatch = published[number].dispatch
        place = {"issuer": dispatch.issuer.slug, "year": dispatch.year, "address": dispatch.address}
        board = reverse("board", kwargs=place | {"indicator": indicator, "peers": peers})
        for number, edition in published.items():
            told = _("Sample data: %(edition)s") if number in SAMPLES else _("Published: %(edition)s")
            self.stdout.write(told % {"edition": edition})
        self.stdout.write(_("Ranking:  %(address)s") % {"address": base + board})
        self.stdout.write(_("Desk:     %(address)s") % {"address": base + reverse("admin:index")})
        for email, name, _role, _unit in PEOPLE:
            self.stdout.write(f"  {email:<28} {passwords[email]}   {name}")


def _refuse_other_data() -> None:
    """The demo makes accounts with printed passwords: never beside an office's own data. Asked before anything is
    changed, so also of tables of an earlier version, or of another program."""
    tables = set(connection.introspection.table_names()) - {"django_migrations"}
    if not tables:
        return
    ours = {model._meta.db_table for model in (Dispatch, User, Issuer, Unit)}
    if not ours <= tables or _holds_other_data():
        text = _("The database %(database)s holds other data. The demo runs only on an empty one: set DATABASE_URL.")
        raise CommandError(text % {"database": called(connection.settings_dict)}, returncode=arguments.UNREADABLE)


def _holds_other_data() -> bool:
    others = Dispatch.objects.exclude(number__in=NUMBERS, symbol=SYMBOL, issuer__unit__slug=PROVINCE).exists()
    people = User.objects.exclude(email__in=[email for email, *_rest in PEOPLE]).exists()
    return others or people or Issuer.objects.exclude(unit__slug=PROVINCE).exists()


def called(where: dict[str, Any]) -> str:
    """What a database is called, without who signs in to it."""
    host, port = where.get("HOST") or "", where.get("PORT") or ""
    return f"{host}{f':{port}' if port else ''}/{where['NAME']}" if host else str(where["NAME"])


def _issuer() -> Issuer:
    unit = Unit.objects.get(slug=PROVINCE)
    return office.issuer_for(unit)


def _person(email: str, name: str, role: str, slug: str) -> str:
    """The account with a new password, which is printed once and kept nowhere."""
    password = secrets.token_urlsafe(9)
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, full_name=name)
    user.set_password(password)
    user.save()
    Membership.objects.get_or_create(user=user, unit=Unit.objects.get(slug=slug), role=role)
    return password


def _edition(issuer: Issuer, number: str) -> Edition:
    """The published edition, made from the file where it is not there yet."""
    published = Edition.objects.published().filter(dispatch__issuer=issuer, dispatch__number=number).first()
    if published is not None:
        return published
    clerk, approver = (User.objects.get(email=PEOPLE[place][0]) for place in (0, 1))
    file = FIXTURES / f"dispatch-{number}" / f"dispatch-{number}.docx"
    upload = uploads.stage(data=file.read_bytes(), name=file.name, issuer=issuer, by=clerk)
    draft = uploads.apply(upload=upload, by=clerk)
    accepted = SAMPLE_ACCEPTANCE if number in SAMPLES else ACCEPTANCE
    with transaction.atomic():
        edition = editions.submit(edition=draft, by=clerk)
        edition = editions.publish(edition=edition, by=approver, accept_warnings=accepted)
        Notice.objects.update(mail=Mail.NONE)  # behind these addresses there is no mailbox
    return edition
