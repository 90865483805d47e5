"""A plan as the one JSON object that `load_dispatch --json` prints; decimals are strings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from chiso.ingest.fact import AppendixReading, Fact, Letter
from chiso.ingest.layout import UnitRecord
from chiso.queries.upload import LoadPlan
from chiso.values.number import plain
from chiso.words import problem as words


def plan_as_json(plan: LoadPlan, name: str, sha256: str) -> dict[str, Any]:
    reading = plan.reading
    units = {unit.slug: unit for unit in plan.known.units} if plan.known else {}
    return {
        "file": name,
        "sha256": sha256,
        "dispatch": _letter(reading.letter, plan),
        "appendices": [_appendix(appendix, units) for appendix in reading.appendices],
        "problems": [
            {
                "appendix": problem.appendix,
                "cell": str(problem.cell),
                "printed": problem.printed,
                "message": words.sentence(problem),
                "severity": problem.severity,
            }
            for problem in plan.problems
        ],
        "unknown_units": [
            {"name": unit.name, "code": unit.code, "suggestion": unit.suggestion} for unit in reading.unknown_units
        ],
        "plan": plan.counts,
    }


def _letter(letter: Letter, plan: LoadPlan) -> dict[str, Any]:
    headline = letter.headline
    return {
        "issuer": plan.issuer.slug if plan.issuer else None,
        "number": letter.number,
        "symbol": letter.symbol,
        "issued_on": _day(letter.issued_on),
        "data_as_of": _day(letter.data_as_of),
        "subject": letter.subject,
        "signer": letter.signer,
        "headline": {
            "score": _text(headline.score),
            "out_of": _text(headline.out_of),
            "rank": headline.rank,
            "rank_of": headline.rank_of,
        },
    }


def _appendix(appendix: AppendixReading, units: dict[str, UnitRecord]) -> dict[str, Any]:
    return {
        "ordinal": appendix.ordinal,
        "title": appendix.title,
        "layout": appendix.layout or None,
        "facts": [_fact(fact, units) for fact in appendix.facts],
        "unmapped": [{"column": line.column, "title": line.title} for line in appendix.unmapped],
        "skipped": [{"row": line.row, "why": line.why} for line in appendix.skipped],
    }


def _fact(fact: Fact, units: dict[str, UnitRecord]) -> dict[str, Any]:
    unit = units.get(fact.unit or "")
    return {
        "unit": fact.unit,
        "unit_name": unit.name if unit else fact.unit_name,
        "unit_code": unit.code if unit else None,
        "indicator": fact.indicator,
        "value": plain(fact.value),
        "out_of": _text(fact.out_of),
        "printed": fact.printed,
        "cell": str(fact.cell),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
