"""Reference data: units, indicators and layouts from the files in `fixtures/`, loaded as often as one likes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from chiso.models import Indicator, IndicatorSet, Layout, LayoutLine, Unit, UnitAlias, UnitSuccession
from chiso.values.name import fold

from . import unit as units

Row = dict[str, str]


def load(*, folder: Path) -> dict[str, int]:
    """Add what the folder's files hold and the database lacks; what an office has changed since is left as it is.

    Returns the number of rows added by kind."""
    with transaction.atomic():
        return {
            "units": _units(folder),
            "aliases": _aliases(folder),
            "successions": _successions(folder),
            "indicators": _sets(folder) + _indicators(folder),
            "layouts": _layouts(folder),
        }


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _units(folder: Path) -> int:
    """A parent stands above its children in the file."""
    known = {unit.slug: unit for unit in Unit.objects.all()}
    added = 0
    for row in _rows(folder / "units.csv"):
        if row["slug"] in known:
            continue
        known[row["slug"]] = units.store(
            unit=Unit(
                slug=row["slug"], code=row["code"] or None, name=row["name"], level=row["level"], kind=row["kind"],
                parent=known[row["parent"]] if row["parent"] else None, order=int(row["order"] or 0),
                valid_from=_day(row["valid_from"]), valid_to=_day(row["valid_to"]),
            ),
            by=None,
        )  # fmt: skip
        added += 1
    return added


def _aliases(folder: Path) -> int:
    before = UnitAlias.objects.count()
    known = {unit.slug: unit for unit in Unit.objects.all()}
    for row in _rows(folder / "aliases.csv"):
        UnitAlias.objects.get_or_create(
            unit=known[row["unit"]], folded=fold(row["alias"]), defaults={"alias": row["alias"]}
        )
    return UnitAlias.objects.count() - before


def _successions(folder: Path) -> int:
    before = UnitSuccession.objects.count()
    known = {unit.slug: unit for unit in Unit.objects.all()}
    for row in _rows(folder / "successions.csv"):
        UnitSuccession.objects.get_or_create(
            predecessor=known[row["predecessor"]], successor=known[row["successor"]],
            defaults={"decision": row["decision"], "effective_on": date.fromisoformat(row["effective_on"])},
        )  # fmt: skip
    return UnitSuccession.objects.count() - before


def _sets(folder: Path) -> int:
    before = IndicatorSet.objects.count()
    for row in _rows(folder / "indicator_sets.csv"):
        fields = {name: row[name] for name in ("name", "decision")}
        dates = {name: _day(row[name]) for name in ("valid_from", "valid_to")}
        IndicatorSet.objects.get_or_create(code=row["code"], defaults=fields | dates)
    return IndicatorSet.objects.count() - before


def _indicators(folder: Path) -> int:
    """Parents and complements are joined after all indicators exist."""
    rows = list(_rows(folder / "indicators.csv"))
    sets = {chosen.code: chosen for chosen in IndicatorSet.objects.all()}
    added = []
    for row in rows:
        indicator, made = Indicator.objects.get_or_create(
            indicator_set=sets[row["set"]], code=row["code"], defaults=_indicator_fields(row)
        )
        added += [(indicator, row)] if made else []
    known = {(each.indicator_set.code, each.code): each for each in Indicator.objects.select_related("indicator_set")}
    for indicator, row in added:
        indicator.parent = known.get((row["set"], row["parent"]))
        indicator.complement = known.get((row["set"], row["complement"]))
        indicator.save()
    return len(added)


def _indicator_fields(row: Row) -> dict[str, object]:
    return {
        "name": row["name"],
        "short_name": row["short_name"],
        "kind": row["kind"],
        "maximum": Decimal(row["maximum"]) if row["maximum"] else None,
        "direction": row["direction"],
        "additive": row["additive"] == "true",
        "part_of_total": row["part_of_total"] == "true",
        "order": int(row["order"] or 0),
    }


def _layouts(folder: Path) -> int:
    added = 0
    for data in json.loads((folder / "layouts.json").read_text(encoding="utf-8")):
        indicators = {each.code: each for each in Indicator.objects.filter(indicator_set__code=data["set"])}
        fields = {name: data[name] for name in ("ordinal", "name", "titles", "rows_are", "sorts_within")}
        layout, made = Layout.objects.get_or_create(
            code=data["code"],
            defaults=fields
            | {"indicator_set": IndicatorSet.objects.get(code=data["set"]), "sorts": indicators.get(data["sorts"])},
        )
        if made:
            added += 1
            for order, line in enumerate(data["lines"], 1):
                LayoutLine.objects.create(
                    layout=layout, axis=line["axis"], role=line["role"], indicator=indicators.get(line["indicator"]),
                    titles=line["titles"], in_label=line["in_label"], order=order,
                )  # fmt: skip
    return added
