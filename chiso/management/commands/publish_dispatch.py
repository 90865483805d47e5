"""Publish the draft of a dispatch."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from chiso.actions import edition as editions
from chiso.management import arguments
from chiso.models import Edition, State, User


class Command(BaseCommand):
    help = (
        "Freeze the figures of an edition and keep their ranks; a draft is handed in first. "
        "Exit 1 where findings stand in the way, or the same person changed it last."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.add_dispatch(parser)
        parser.add_argument("--by", required=True, help="e-mail address of the person who publishes")
        parser.add_argument("--accept-warnings", default="", metavar="REASON", help="accept open warnings and notes")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = arguments.edition_meant(options)
        by = arguments.decider_meant(options["by"], edition.dispatch.issuer)
        try:
            edition = _published(edition, by, options["accept_warnings"])
        except (editions.UnableToSubmit, editions.UnableToPublish) as refused:
            self.stderr.write(str(refused))
            raise SystemExit(arguments.ANSWER) from refused
        if options["json"]:
            done = {"dispatch": edition.dispatch.reference, "edition": edition.number, "state": str(edition.state)}
            self.stdout.write(arguments.as_json(done))
        else:
            self.stdout.write(_("Published: %(edition)s") % {"edition": edition})


def _published(edition: Edition, by: User, accept_warnings: str) -> Edition:
    """All or nothing: what cannot be published stays the draft it was."""
    with transaction.atomic():
        if edition.state == State.DRAFT:
            edition = editions.submit(edition=edition, by=None)
        return editions.publish(edition=edition, by=by, accept_warnings=accept_warnings)
