"""The list of names that nobody knows, checked before they are entered as units: which, of which level, below what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chiso.actions.decision import NewUnit
from chiso.queries.upload import LoadPlan
from chiso.values.alphabet import fold

from .answer import LEVELS, units_of
from .pick import UnitField
from .question import new_units

MOST = 400  # units entered at once


@dataclass(slots=True)
class Newcomer:
    """One line of the list, as it is shown and sent."""

    number: int
    name: str
    level: str
    parent: str
    alike: str  # a unit on record that it may be a misprint of: not ticked by itself
    wanted: bool
    wrong: str = ""

    @property
    def key(self) -> str:
        """By which the line is known when it comes back: a printed name may hold what a form would not keep."""
        return fold(self.name)


class Newcomers:
    """The whole list as one form; the file is read anew when it comes back."""

    def __init__(self, plan: LoadPlan, given: QueryDict | None) -> None:
        found = new_units(plan)
        self.left = max(0, len(found) - MOST)
        self.lines = [
            Newcomer(number, each.name, each.level, each.parent, each.alike, not each.alike)
            for number, each in enumerate(found[:MOST], 1)
        ]
        self.wanted: list[NewUnit] = []
        self._field = UnitField(records=lambda: units_of(plan), label="", max_length=300)
        self._parents: dict[str, Any] = {}
        if given is not None:
            self._take(given)

    def _take(self, given: QueryDict) -> None:
        sent = {key: number for number, key in enumerate(given.getlist("key")[:MOST])}
        levels, parents, ticked = given.getlist("level"), given.getlist("parent"), set(given.getlist("wanted"))
        for line in self.lines:
            line.wanted = line.key in ticked
            number = sent.get(line.key, MOST)
            line.level = levels[number] if number < len(levels) else line.level
            line.parent = parents[number] if number < len(parents) else line.parent

    def is_valid(self) -> bool:
        """Whether every wanted line says its level and what it belongs to; fills `wanted`."""
        self.wanted = [new for line in self.lines if line.wanted and (new := self._new(line))]
        return not any(line.wrong for line in self.lines)

    def _new(self, line: Newcomer) -> NewUnit | None:
        if line.level not in dict(LEVELS):
            line.wrong = str(_("Please choose the level."))
            return None
        try:
            parent = self._parent(line.parent)
        except forms.ValidationError as fault:
            line.wrong = " ".join(fault.messages)
            return None
        return NewUnit(line.name, line.level, parent)

    def _parent(self, text: str) -> Any:
        if text not in self._parents:
            self._parents[text] = self._field.clean(text)
        return self._parents[text]

    @property
    def wrong(self) -> bool:
        return any(line.wrong for line in self.lines)

    @property
    def count(self) -> int:
        return len(self.lines)
