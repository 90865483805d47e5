"""Send the notices by e-mail that are due: what workers do, for offices without them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from chiso.actions import mail
from chiso.management import arguments


class Command(BaseCommand):
    help = (
        "Send the notices by e-mail that are due, those that could not be sent before among them. Run it every few "
        "minutes where no workers run. Exit 1 where a mail could not be sent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        done = mail.send()
        if options["json"]:
            told = {"sent": done.sent, "later": done.later, "failed": done.failed, "dropped": done.dropped}
            self.stdout.write(arguments.as_json(told))
        else:
            text = _("Sent: %(sent)s. To be tried again: %(later)s. Given up: %(failed)s.")
            self.stdout.write(text % {"sent": done.sent, "later": done.later, "failed": done.failed})
        if done.later or done.failed:
            raise SystemExit(arguments.ANSWER)
