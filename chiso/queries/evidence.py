"""The figures that findings speak of, by name, as printed and as stored: what a page links them to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chiso.models import Edition, Indicator, Result, Unit

Key = tuple[str, str]  # (unit slug, indicator code); the code is "" for a unit as a whole


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure. `result` is its key, None where the edition has none; `printed` is "" then."""

    unit: str
    unit_name: str
    indicator: str
    indicator_label: str
    printed: str
    cell: str
    appendix: int | None
    result: int | None


def of(edition: Edition, spoken_of: Iterable[Key]) -> dict[Key, Evidence]:
    """3 SQL queries, however many figures. A unit or an indicator that is no longer on record is left out."""
    wanted = set(spoken_of)
    slugs, codes = {slug for slug, _ in wanted}, {code for _, code in wanted if code}
    units = dict(Unit.objects.filter(slug__in=slugs).values_list("slug", "name"))
    known = Indicator.objects.filter(indicator_set=edition.indicator_set_id, code__in=codes)
    labels = {each.code: each.label for each in known} | {"": ""}
    stored = _stored(edition, slugs, codes)
    return {
        (slug, code): Evidence(slug, units[slug], code, labels[code], *stored.get((slug, code), ("", "", None, None)))
        for slug, code in wanted
        if slug in units and code in labels
    }


def _stored(edition: Edition, slugs: set[str], codes: set[str]) -> dict[Key, tuple[str, str, int | None, int]]:
    fields = ("unit__slug", "indicator__code", "printed", "cell", "appendix_id", "pk")
    rows = Result.objects.filter(edition=edition, unit__slug__in=slugs, indicator__code__in=codes)
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in rows.values_list(*fields)}
