"""Notes on the cells of a draft."""

from __future__ import annotations

from typing import Any

from chiso.models import CellNote, Edition
from tests import make

from .world import Rule, World


def _notes(*others: dict[str, Any], text: str = "Chờ đơn vị báo lại"):
    """A note on one cell of the draft, then one more for each of `others`, alike but for these fields."""

    def tried(world: World) -> None:
        for each in ({}, *others):
            made = {name: pick(world) for name, pick in each.items()}
            plain = {"edition": world.draft, "unit": world.tree.districts[0], "indicator": world.total}
            CellNote.objects.create(**plain | made, text=text, by=world.person, at=make.MOMENT)

    return tried


def _second(world: World) -> Edition:
    return make.edition(dispatch=make.dispatch(issuer=world.tree.issuer, number="1083"))


RULES = {
    "cell_note_once": Rule(
        allowed=[
            _notes({"unit": lambda world: world.tree.districts[1]}),
            _notes({"indicator": lambda world: world.overdue}),
            _notes({"edition": _second}),
        ],
        refused=[_notes({})],
    ),
    "cell_note_says_something": Rule(allowed=[_notes()], refused=[_notes(text="")]),
}
