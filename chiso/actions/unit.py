"""Units and their other names are saved here, with the folded texts by which they are found and sorted."""

from __future__ import annotations

from chiso.models import Unit, UnitAlias, User
from chiso.values.alphabet import fold, sort_key

SEARCH_LENGTH = 400  # Unit.search
FOLDED_LENGTH = 200  # UnitAlias.folded


def store(*, unit: Unit, by: User | None) -> Unit:
    """Saves a unit, found afterwards by its folded name or code and sorted as a Vietnamese dictionary does."""
    unit.search = fold(f"{unit.name} {unit.code or ''}")[:SEARCH_LENGTH]
    unit.sort_key = sort_key(unit.name)
    unit._history_user = by  # type: ignore[attr-defined]  # simple-history's own way to be told who
    unit.save()
    return unit


def store_alias(*, alias: UnitAlias) -> UnitAlias:
    """Saves another name of a unit; names that fold alike are one (a constraint of the table says so)."""
    alias.folded = fold(alias.alias)[:FOLDED_LENGTH]
    alias.save()
    return alias
