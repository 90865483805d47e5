"""Figures, and the ranks and summaries kept at publication."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chiso.models import Edition, Result, Standing, Summary
from tests import make

from .world import Rule, World


def _results(*others: dict[str, Any], **fields: Any):
    """One figure of the first district, then one more for each of `others`, alike but for these fields."""

    def tried(world: World) -> None:
        for each in ({}, *others):
            Result.objects.create(
                **_where(world) | {"value": Decimal("57.72"), "printed": "57,72"} | fields | _real(world, each)
            )

    return tried


def _standings(*others: dict[str, Any], **fields: Any):
    def tried(world: World) -> None:
        plain = {"value": Decimal("57.72"), "peers": "district", "rank": 1, "rank_of": 9, "tied": False}
        for each in ({}, *others):
            Standing.objects.create(**_where(world) | plain | fields | _real(world, each))

    return tried


def _summaries(*others: dict[str, Any]):
    def tried(world: World) -> None:
        plain = {"peers": "district", "count": 9, "lowest": 45, "highest": 58, "mean": Decimal("51.5")}
        where = {name: row for name, row in _where(world).items() if name != "unit"}
        for each in ({}, *others):
            Summary.objects.create(**where | plain | _real(world, each))

    return tried


def _where(world: World) -> dict[str, Any]:
    return {"edition": world.draft, "unit": world.tree.districts[0], "indicator": world.total}


def _real(world: World, fields: dict[str, Any]) -> dict[str, Any]:
    """OTHER stands for a row that only the world has."""
    other = {
        "unit": lambda: world.tree.districts[1],
        "indicator": lambda: world.overdue,
        "edition": lambda: _second(world),
    }
    return {name: other[name]() if value is OTHER else value for name, value in fields.items()}


def _second(world: World) -> Edition:
    return make.edition(dispatch=make.dispatch(issuer=world.tree.issuer, number="1083"))


OTHER = object()

RULES = {
    "result_once": Rule(
        allowed=[_results({"unit": OTHER}), _results({"indicator": OTHER}), _results({"edition": OTHER})],
        refused=[_results({"value": Decimal(1), "printed": "1"})],
    ),
    "result_not_negative": Rule(
        allowed=[_results(value=Decimal(0)), _results(value=Decimal("99999999999.9999"))],
        refused=[_results(value=Decimal("-0.0001")), _results(value=Decimal(-1))],
    ),
    "result_out_of_not_negative": Rule(
        allowed=[_results(out_of=None), _results(out_of=Decimal(0)), _results(out_of=Decimal(100))],
        refused=[_results(out_of=Decimal(-100))],
    ),
    "result_keeps_its_print": Rule(allowed=[_results(printed="0")], refused=[_results(printed="")]),
    "standing_once": Rule(
        allowed=[
            _standings({"peers": "district:thua-thien-hue"}),
            _standings({"unit": OTHER}),
            _standings({"indicator": OTHER}),
            _standings({"edition": OTHER}),
        ],
        refused=[_standings({"rank": 2})],
    ),
    "standing_rank_within_its_count": Rule(
        allowed=[_standings(rank=1, rank_of=1), _standings(rank=9, rank_of=9)],
        refused=[_standings(rank=10, rank_of=9), _standings(rank=0, rank_of=9)],
    ),
    "summary_once": Rule(
        allowed=[
            _summaries({"peers": "agency"}), _summaries({"indicator": OTHER}), _summaries({"edition": OTHER}),
        ],
        refused=[_summaries({"count": 8})],
    ),
}  # fmt: skip
