"""Publish the draft of a dispatch."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from chiso.actions import edition as editions
from chiso.management import arguments


class Command(BaseCommand):
    help = "Freeze the figures of a draft and keep their ranks. Exit 1 where findings stand in the way."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.add_dispatch(parser)
        parser.add_argument("--by", required=True, help="e-mail address of the person who publishes")
        parser.add_argument("--accept-warnings", default="", metavar="REASON", help="accept open warnings and notes")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = arguments.edition_meant(options)
        by = arguments.person_meant(options["by"], edition.dispatch.issuer)
        try:
            edition = editions.publish(edition=edition, by=by, accept_warnings=options["accept_warnings"])
        except editions.UnableToPublish as refused:
            self.stderr.write(str(refused))
            raise SystemExit(arguments.ANSWER) from refused
        if options["json"]:
            done = {"dispatch": edition.dispatch.reference, "edition": edition.number, "state": str(edition.state)}
            self.stdout.write(arguments.as_json(done))
        else:
            self.stdout.write(_("Published: %(edition)s") % {"edition": edition})
