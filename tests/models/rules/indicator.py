"""Indicators by sets, and the lines of layouts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chiso.models import Direction, Indicator, IndicatorSet, Kind, Layout, LayoutLine, LineRole
from tests import make

from .world import LATER, Rule, World


def _indicator(**fields: Any):
    def tried(world: World) -> None:
        Indicator.objects.create(
            **{"indicator_set": world.indicator_set, "code": "MOI", "name": "Mới", "kind": "score"} | fields
        )

    return tried


def _same_code_in_another_set(_: World) -> None:
    make.indicator_set(code="766-2025", valid_from=LATER)  # holds TONG too


def _set(code: str):
    return lambda _: IndicatorSet.objects.create(code=code, name="Bộ chỉ số", valid_from=LATER)


def _layouts(*codes: str):
    def tried(world: World) -> None:
        for code in codes:
            Layout.objects.create(indicator_set=world.indicator_set, code=code, name="Phụ lục")

    return tried


def _line(role: str, *, with_indicator: bool):
    def tried(world: World) -> None:
        layout = Layout.objects.create(indicator_set=world.indicator_set, code="district-index", name="II")
        indicator = world.total if with_indicator else None
        LayoutLine.objects.create(layout=layout, role=role, indicator=indicator, titles=["Tổng điểm"])

    return tried


_OTHER_ROLES = [role for role in LineRole.values if role != LineRole.INDICATOR]

RULES = {
    "indicator_code_once_in_a_set": Rule(
        allowed=[_indicator(code="TONG.1"), _same_code_in_another_set], refused=[_indicator(code="TONG")]
    ),
    "indicator_kind_known": Rule(
        allowed=[_indicator(kind=kind) for kind in Kind.values],
        refused=[_indicator(kind="text"), _indicator(kind="")],
    ),
    "indicator_direction_known": Rule(
        allowed=[_indicator(direction=direction) for direction in Direction.values],
        refused=[_indicator(direction="nearer")],
    ),
    "indicator_maximum_positive": Rule(
        allowed=[_indicator(maximum=None), _indicator(maximum=Decimal("0.5"))],
        refused=[_indicator(maximum=Decimal(0)), _indicator(maximum=Decimal(-18))],
    ),
    "IndicatorSet.code": Rule(allowed=[_set("766-2025")], refused=[_set("766-2022")]),
    "Layout.code": Rule(
        allowed=[_layouts("district-index", "province-index")], refused=[_layouts("district-index", "district-index")]
    ),
    "line_role_known": Rule(
        allowed=[_line(role, with_indicator=False) for role in _OTHER_ROLES],
        refused=[_line("note", with_indicator=False), _line("", with_indicator=False)],
    ),
    "line_indicator_with_its_role": Rule(
        allowed=[_line(LineRole.INDICATOR, with_indicator=True), _line(LineRole.UNIT, with_indicator=False)],
        refused=[_line(LineRole.INDICATOR, with_indicator=False), _line(LineRole.UNIT, with_indicator=True)],
    ),
}
