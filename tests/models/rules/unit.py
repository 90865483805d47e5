"""Units, their other names, how they follow each other, and issuers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chiso.models import Issuer, Level, Unit, UnitAlias, UnitSuccession
from tests import make

from .world import DAY, LATER, Rule, World


def twice(*, second: dict[str, Any] | None = None, **fields: Any):
    """Two units alike but for their short names, and for the fields of `second`."""

    def tried(_: World) -> None:
        make.unit(slug="phu-xuan", **fields)
        make.unit(slug="thuan-hoa", **fields | (second or {}))

    return tried


def once(**fields: Any):
    return lambda _: make.unit(slug="phu-xuan", **fields)


def _own_parent(world: World) -> None:
    one = world.tree.districts[0]
    Unit.objects.filter(pk=one.pk).update(parent=one)


def _other_parent(world: World) -> None:
    one, other = world.tree.districts[:2]
    Unit.objects.filter(pk=one.pk).update(parent=other)


def _alias(*districts: int):
    def tried(world: World) -> None:
        for number in districts:
            UnitAlias.objects.create(unit=world.tree.districts[number], alias="H. Q. Điền", folded="h q dien")

    return tried


def _succession(*pairs: tuple[int, int]):
    def tried(world: World) -> None:
        units = world.tree.districts
        for days, (before, after) in enumerate(pairs):
            effective = LATER + timedelta(days)
            UnitSuccession.objects.create(
                predecessor=units[before], successor=units[after], effective_on=effective, decision="Nghị quyết"
            )

    return tried


def _issuer(slug: str, *, own: bool):
    """An office for the neighbouring province, or a second one for the province that has its own."""

    def tried(world: World) -> None:
        Issuer.objects.create(unit=world.tree.province if own else world.tree.elsewhere, slug=slug, name="Văn phòng")

    return tried


RULES = {
    "unit_code_once_at_a_time": Rule(
        allowed=[
            twice(code="H57", valid_from=DAY, second={"valid_from": LATER}),
            twice(code=None, valid_from=DAY),
            twice(code="H57.01", valid_from=DAY, second={"code": "H57.02"}),
        ],
        refused=[twice(code="H57", valid_from=DAY)],
    ),
    "unit_code_once_undated": Rule(
        allowed=[twice(code=None), twice(code="H57", second={"valid_from": DAY})],
        refused=[twice(code="H57")],
    ),
    "unit_level_known": Rule(
        allowed=[once(level=level) for level in Level.values],
        refused=[once(level="ward"), once(level=""), once(level="District")],
    ),
    "unit_validity_in_order": Rule(
        allowed=[
            once(valid_from=DAY, valid_to=DAY),
            once(valid_from=DAY, valid_to=LATER),
            once(valid_from=LATER),
            once(valid_to=DAY),
        ],
        refused=[once(valid_from=LATER, valid_to=DAY)],
    ),
    "unit_not_its_own_parent": Rule(allowed=[_other_parent, once(parent=None)], refused=[_own_parent]),
    "unit_code_null_not_empty": Rule(allowed=[once(code=None), once(code="H57")], refused=[once(code="")]),
    "unit_alias_once": Rule(allowed=[_alias(0, 1)], refused=[_alias(0, 0)]),
    "succession_once": Rule(
        allowed=[_succession((0, 1), (0, 2)), _succession((0, 2), (1, 2))], refused=[_succession((0, 1), (0, 1))]
    ),
    "succession_between_two": Rule(allowed=[_succession((0, 1), (1, 0))], refused=[_succession((0, 0))]),
    "Unit.slug": Rule(allowed=[once()], refused=[lambda _: make.unit(slug="quang-dien", level=Level.COMMUNE)]),
    "Issuer.slug": Rule(
        allowed=[_issuer("vpub-gia-lai", own=False)], refused=[_issuer("vpub-thua-thien-hue", own=False)]
    ),
    "Issuer.unit": Rule(allowed=[_issuer("vpub-gia-lai", own=False)], refused=[_issuer("vpub-thu-hai", own=True)]),
}
