"""Tell people of deadlines that are near: once a day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.actions import notice
from chiso.management import arguments


class Command(BaseCommand):
    help = (
        "Tell of the deadlines of replies that fall within a few working days, each once. Run it once a day; mail goes "
        "out as notices do."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=notice.NEAR, help="working days ahead (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["days"] <= MOST:
            text = _("Give between 0 and %(most)s working days.") % {"most": MOST}
            raise CommandError(text, returncode=arguments.UNREADABLE)
        count = notice.remind(today=timezone.localdate(), days=options["days"])
        self.stdout.write(_("Reminders: %(count)s") % {"count": count})


MOST = 60
