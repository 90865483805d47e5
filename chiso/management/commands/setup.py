"""What a real office runs once."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import URLValidator, validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.actions import office, reference
from chiso.management import arguments
from chiso.queries.invitation import path_for

CONSOLE = "django.core.mail.backends.console.EmailBackend"


class Command(BaseCommand):
    help = "Prepare the database for an office: tables, reference data, its issuer, its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--issuer", required=True, metavar="CODE", help="the province's official code: H57")
        parser.add_argument("--admin", required=True, metavar="EMAIL", help="address of the first administrator")
        parser.add_argument("--address", default=settings.ADDRESS, help="where people will reach the server")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse(validate_email, options["admin"])
        _refuse(URLValidator(schemes=["http", "https"]), options["address"])
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        reference.load(folder=settings.BASE_DIR / "fixtures")
        try:
            issuers, user = office.set_up(code=options["issuer"], email=options["admin"], today=timezone.localdate())
        except office.UnableToSetUp as refused:
            raise CommandError(str(refused), returncode=arguments.UNREADABLE) from refused
        for issuer in issuers:
            self.stdout.write(_("Issuer: %(name)s (%(slug)s)") % {"name": issuer.name, "slug": issuer.slug})
        link = options["address"].rstrip("/") + path_for(user)
        self.stdout.write(_("Administrator %(email)s chooses a password here:") % {"email": user.email})
        self.stdout.write(link)
        for note in _forgotten(options["address"].rstrip("/")):
            self.stderr.write(note)


def _forgotten(address: str) -> list[str]:
    """What a server would be silent about until mail is due."""
    notes = []
    if settings.PRODUCTION and settings.EMAIL_BACKEND == CONSOLE:
        notes.append(_("No mail leaves this server: set CHISO_EMAIL_URL. Until then it goes to the console."))
    if settings.PRODUCTION and address != settings.ADDRESS:
        text = _("Links in mails begin with %(address)s: set CHISO_ADDRESS to have them lead elsewhere.")
        notes.append(text % {"address": settings.ADDRESS})
    return notes


def _refuse(validate: Callable[[str], None], text: str) -> None:
    """Before anything is made: an address that nobody can use opens no account."""
    try:
        validate(text)
    except ValidationError as fault:
        raise CommandError(f"{text}: {' '.join(fault.messages)}", returncode=arguments.UNREADABLE) from fault
