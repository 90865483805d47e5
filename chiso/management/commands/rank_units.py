"""Print the ranking of the units of a dispatch by one indicator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from chiso.management import arguments
from chiso.models import Edition, Indicator, Level
from chiso.queries import board
from chiso.queries.board import Board, BoardRow
from chiso.values.number import plain
from chiso.words import figure as words


class Command(BaseCommand):
    help = "Rank the units of a dispatch by an indicator (TONG, HSTT.DH …) among the units of one level."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.add_dispatch(parser)
        parser.add_argument("indicator", help="the indicator's code")
        parser.add_argument("--level", choices=Level.values, help="which peers, where the indicator has several")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = arguments.edition_meant(options)
        indicator = Indicator.objects.filter(indicator_set=edition.indicator_set_id, code=options["indicator"]).first()
        if indicator is None:
            text = _("There is no indicator %(code)s in the set of this dispatch.") % {"code": options["indicator"]}
            raise CommandError(text, returncode=arguments.UNREADABLE)
        try:
            shown = board.for_edition(edition, indicator.code, _peers(edition, indicator, options["level"]))
        except board.NoBoard as fault:
            raise CommandError(_("No unit is ranked by this indicator."), returncode=arguments.UNREADABLE) from fault
        if options["json"]:
            self.stdout.write(arguments.as_json(_as_json(edition, shown)))
            return
        for row in shown.rows:
            self.stdout.write(
                f"{words.rank_text(row.rank, row.tied):>4}  {row.unit_name}  {row.printed or words.MISSING}"
            )


def _peers(edition: Edition, indicator: Indicator, level: str | None) -> str:
    if level:
        return level
    levels = [choice.peers for choice in board.choices(edition) if choice.indicator_code == indicator.code]
    if len(levels) == 1:
        return levels[0]
    if not levels:
        raise CommandError(_("No unit is ranked by this indicator."), returncode=arguments.UNREADABLE)
    text = _("Several groups of peers have this indicator; name one with --level: %(levels)s")
    raise CommandError(text % {"levels": ", ".join(levels)}, returncode=arguments.UNREADABLE)


def _as_json(edition: Edition, shown: Board) -> dict[str, Any]:
    return {
        "dispatch": edition.dispatch.reference,
        "edition": edition.number,
        "indicator": shown.indicator.code,
        "peers": shown.peers,
        "rows": [_row(row) for row in shown.rows],
    }


def _row(row: BoardRow) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "rank_of": row.rank_of,
        "tied": row.tied,
        "unit": row.unit,
        "unit_name": row.unit_name,
        "value": None if row.value is None else plain(row.value),
    }
