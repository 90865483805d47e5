"""What is on record, as reading takes it, made from fixtures/ without a database."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from chiso.ingest.layout import IndicatorRecord, Knowledge, Layout, Line, Role, UnitRecord
from chiso.values.number import Kind

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DAY = date(2023, 9, 12)  # the date of dispatch 1082's data


@lru_cache(maxsize=4)
def knowledge(issuer: str = "thua-thien-hue", day: date = DAY) -> Knowledge:
    """The issuer's tree, the nation and the provinces valid on a day, the indicators and the layouts of set 766-2022."""
    units = {unit.slug: unit for unit in _units()}
    valid = [unit for unit in units.values() if _is_valid(unit, day)]
    seen = tuple(unit for unit in valid if unit.level in ("nation", "province") or issuer in unit.path)
    return Knowledge(
        issuer=issuer,
        issuer_name=units[issuer].name,
        nation="ca-nuoc",
        units=seen,
        indicators=tuple(_indicator(row) for row in _rows("indicators")),
        layouts=tuple(_layout(row) for row in json.loads((FIXTURES / "layouts.json").read_text(encoding="utf-8"))),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _units() -> Iterator[UnitRecord]:
    rows = {row["slug"]: row for row in _rows("units")}
    aliases: dict[str, list[str]] = {}
    for row in _rows("aliases"):
        aliases.setdefault(row["unit"], []).append(row["alias"])
    for slug, row in rows.items():
        path = []
        above = row["parent"]
        while above:
            path.append(above)
            above = rows[above]["parent"]
        yield UnitRecord(
            slug, row["name"], row["level"], row["code"] or None, row["parent"] or None, tuple(path),
            tuple(aliases.get(slug, ())), _day(row["valid_from"]), _day(row["valid_to"]),
        )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _is_valid(unit: UnitRecord, day: date) -> bool:
    return (unit.valid_from is None or unit.valid_from <= day) and (unit.valid_to is None or day <= unit.valid_to)


def _indicator(row: dict[str, str]) -> IndicatorRecord:
    return IndicatorRecord(
        code=row["code"],
        name=row["name"],
        kind=Kind(row["kind"]),
        maximum=Decimal(row["maximum"]) if row["maximum"] else None,
        direction=row["direction"],
        additive=row["additive"] == "true",
        parent=row["parent"],
        part_of_total=row["part_of_total"] == "true",
        complement=row["complement"],
    )


def _layout(row: dict[str, Any]) -> Layout:
    lines = tuple(
        Line(Role(line["role"]), tuple(line["titles"]), line["indicator"], line["axis"], line["in_label"])
        for line in row["lines"]
    )
    return Layout(
        row["code"], row["ordinal"], tuple(row["titles"]), lines, row["rows_are"], row["sorts"], row["sorts_within"]
    )
