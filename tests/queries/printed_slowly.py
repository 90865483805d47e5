"""An appendix told a second time, from all figures of its edition as objects: how it was done before it was one SQL
pivot."""

from __future__ import annotations

from itertools import count

from chiso.models import Appendix, Result
from chiso.queries.case import day_of
from chiso.queries.knowledge import knowledge
from chiso.values.name import Directory

Row = list[str]


def units_down(appendix: Appendix) -> tuple[list[str], list[Row]]:
    """Codes of the columns, and the rows of an appendix without a layout."""
    edition = appendix.edition
    known = knowledge(edition.dispatch.issuer, day_of(edition.dispatch), edition.indicator_set)
    every = Result.objects.filter(edition=edition).select_related("unit", "indicator").order_by("row", "pk")
    figures = {(row.unit.slug, row.indicator.code): row for row in every}
    own = [row for row in figures.values() if row.appendix_id == appendix.pk]
    units = list({row.unit.slug: row.unit for row in sorted(own, key=_place)}.values())
    codes = list(dict.fromkeys(row.indicator.code for row in sorted(own, key=_order)))
    coded, ranks = _need_codes(known, [unit.slug for unit in units]), _ranks(own)
    positions = {row.unit.slug: row.position for row in own if row.position}
    taken = {row.position for row in own}
    rows = []
    for number, unit in enumerate(units, 1):
        row = [positions.get(unit.slug) or next(text for text in map(str, count(number)) if text not in taken)]
        row += [unit.code or ""] if coded else []
        found = (figures.get((unit.slug, code)) for code in codes)
        row += [unit.name, *(figure.printed if figure else "" for figure in found)]
        rows.append(row + ([ranks.get(unit.slug, "")] if ranks else []))
    names = {row.indicator.code: row.indicator.name for row in own}
    return [
        "STT",
        *["Mã đơn vị"] * coded,
        "Đơn vị",
        *(names[code] for code in codes),
        *["Xếp hạng"] * bool(ranks),
    ], rows


def _need_codes(known, slugs) -> bool:
    directory = Directory(known.units, known.issuer)
    names = {unit.slug: unit for unit in known.units}
    return any(names[slug].code and directory.match(names[slug].name).unit != slug for slug in slugs if slug in names)


def _ranks(own) -> dict[str, str]:
    said: dict[str, set[str]] = {}
    for row in own:
        if row.printed_rank:
            said.setdefault(row.unit.slug, set()).add(row.printed_rank)
    return {unit: next(iter(ranks)) for unit, ranks in said.items()} if all(len(r) == 1 for r in said.values()) else {}


def _place(row):
    return not row.row, row.row, row.unit.level, row.unit.order, row.unit.sort_key, row.unit.pk


def _order(row):
    return row.indicator.order, row.indicator.code
