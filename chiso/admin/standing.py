"""Ranks and spreads kept at publication: to look at, never to edit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chiso.models import Edition, Level, Standing, Summary, User
from chiso.models.result import PLACES
from chiso.values.alphabet import fold
from chiso.words.figure import MISSING, number_text, rank_text

from .finding import KeysFirst, OneEdition, OneIndicator
from .search import Folded, units_named
from .table import Table


class Kept(Table):
    """Rows of published editions; the boards show them, so that one of them has no page of its own."""

    list_display_links = None

    def within(self, rows: Any, user: User) -> Any:
        return rows.filter(edition__in=Edition.objects.kept_by(user).values("pk"))

    @admin.display(description=_("edition"), ordering="edition")
    def of_edition(self, row: Any) -> str:
        return str(row.edition)

    @admin.display(description=_("indicator"), ordering="indicator__order")
    def of_indicator(self, row: Any) -> str:
        return str(row.indicator)

    @admin.display(description=_("peers"), ordering="peers")
    def among(self, row: Any) -> str:
        level, within, parent = row.peers.partition(":")
        return f"{Level(level).label}, {parent}" if within else str(Level(level).label)


@admin.register(Standing)
class StandingTable(Kept):
    title = _("Ranks kept at publication")
    list_display = ["of_edition", "of_indicator", "among", "place", "of_unit", "worth"]
    list_filter = [OneEdition, OneIndicator]
    paginator = KeysFirst
    list_select_related = ["edition__dispatch", "indicator", "unit"]
    ordering = ["edition_id", "indicator_id", "peers", "rank", "unit_id"]  # as an index has them
    search_fields = ["unit__search"]
    fields = readonly_fields = list_display

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(unit__in=units_named(search_term)) if fold(search_term) else queryset, False

    @admin.display(description=_("rank"), ordering="rank")
    def place(self, row: Standing) -> str:
        return f"{rank_text(row.rank, row.tied)}/{row.rank_of}"

    @admin.display(description=_("unit"), ordering="unit__sort_key")
    def of_unit(self, row: Standing) -> str:
        return str(row.unit)

    @admin.display(description=_("value"), ordering="value")
    def worth(self, row: Standing) -> str:
        return number_text(row.value)


@admin.register(Summary)
class SummaryTable(Folded, Kept):
    title = _("Spreads kept at publication")
    list_display = ["of_edition", "of_indicator", "among", "ranked", "from_lowest", "to_highest", "average"]
    list_filter = [OneEdition]
    list_select_related = ["edition__dispatch", "indicator"]
    ordering = ["indicator__order", "peers", "pk"]
    search_fields = ["indicator__code", "indicator__name", "peers"]
    fields = readonly_fields = list_display

    def within(self, rows: Any, user: User) -> Any:
        return super().within(rows, user).defer("breaks", "rest")

    @admin.display(description=_("ranked"), ordering="ranked")
    def ranked(self, row: Summary) -> int:
        return row.ranked

    @admin.display(description=_("lowest"), ordering="lowest")
    def from_lowest(self, row: Summary) -> str:
        return _number(row.lowest, row.decimals)

    @admin.display(description=_("highest"), ordering="highest")
    def to_highest(self, row: Summary) -> str:
        return _number(row.highest, row.decimals)

    @admin.display(description=_("mean"), ordering="mean")
    def average(self, row: Summary) -> str:
        return _number(row.mean, min(row.decimals + 1, PLACES))


def _number(number: Decimal | None, places: int) -> str:
    return MISSING if number is None else number_text(number, places)
