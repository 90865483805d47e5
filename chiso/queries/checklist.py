"""What an approver looks through before publishing: who has no figure, what moved since last month, who will see it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from chiso.models import (
    Appendix,
    Dispatch,
    Edition,
    Finding,
    FindingState,
    Indicator,
    Level,
    Membership,
    Result,
    Role,
    Unit,
)
from chiso.queries import case, correction, standing
from chiso.queries import finding as findings
from chiso.queries.stored import scaled_in_sql

MOVERS = 5


@dataclass(frozen=True, slots=True)
class Without:
    """Units of one level that have no figure of an indicator which others of the level have."""

    indicator: Indicator
    level: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """Against the last published dispatch of the same kind."""

    before: Edition
    changed: int
    unchanged: int
    appeared: tuple[Unit, ...]  # units with figures now and none then
    gone: tuple[Unit, ...]
    movers: tuple[correction.Moved, ...]  # the largest steps among a whole level
    lacking: tuple[Appendix, ...]  # appendices it had, by number, and this one has not


@dataclass(frozen=True, slots=True)
class Told:
    """Who will see the figures after signing in, and the units for which nobody does."""

    people: int
    units: int
    nobody: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    absent: tuple[Unit, ...]  # units of the levels in the dispatch without any figure
    without: tuple[Without, ...]
    month: Month | None
    told: Told


def fingerprint(edition: Edition) -> str:
    """The same for two editions that would publish the same: figures, ranks, headline, tables, documents and what is
    still open. An edition that was sent back and came again unchanged has the same."""
    documents = Dispatch.objects.filter(pk__in=[edition.dispatch_id, edition.correcting_id]).order_by("pk")
    appendices = Appendix.objects.filter(edition=edition).order_by("ordinal", "title")
    said = (
        edition.pk,
        str(case.headline(edition)),
        edition.reason,
        list(documents.values_list()),
        list(appendices.values_list("ordinal", "title", "notes", "order")),
        _figures(edition),
        standing.basis(edition),
        sorted((row.severity, *findings.key_of_row(row)) for row in _open(edition)),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _figures(edition: Edition) -> list[tuple[object, ...]]:
    """In whole ten-thousandths, which take a third of the time of decimals."""
    rows = Result.objects.filter(edition=edition).order_by("indicator", "unit")
    return list(rows.values_list("indicator", "unit", scaled_in_sql("value"), scaled_in_sql("out_of"), "printed"))


def _open(edition: Edition) -> list[Finding]:
    return list(Finding.objects.filter(edition=edition, state=FindingState.OPEN))


def checklist(edition: Edition) -> Checklist:
    absent, without = _missing(edition)
    return Checklist(absent, without, _month(edition), _told(edition))


def _missing(edition: Edition) -> tuple[tuple[Unit, ...], tuple[Without, ...]]:
    have: dict[tuple[int, str], set[int]] = defaultdict(set)
    rows = Result.objects.filter(edition=edition).values_list("indicator_id", "unit__level", "unit_id")
    for indicator, level, pk in rows:
        have[indicator, level].add(pk)
    levels = {level for _indicator, level in have} - {Level.NATION, Level.PROVINCE}
    known = set().union(*have.values()) if have else set()
    due: dict[str, list[Unit]] = defaultdict(list)
    absent: list[Unit] = []
    for unit in standing.peers_of(edition).filter(level__in=levels, merged_into=None).select_related("parent"):
        (due[unit.level] if unit.pk in known else absent).append(unit)
    names = Indicator.objects.in_bulk({indicator for indicator, _level in have})
    found = [
        Without(names[indicator], level, tuple(unit for unit in due[level] if unit.pk not in units))
        for (indicator, level), units in have.items()
        if level in levels
    ]
    ordered = sorted((each for each in found if each.units), key=lambda each: (each.indicator.order, each.level))
    return tuple(absent), tuple(ordered)


def _month(edition: Edition) -> Month | None:
    dispatch = edition.dispatch
    before = case.edition_before(dispatch, edition.indicator_set_id, case.day_of(dispatch))
    if before is None:
        return None
    old, new = _values(before), _values(edition)
    both = old.keys() & new.keys()
    changed = sum(old[key] != new[key] for key in both)
    then, now = ({unit for _indicator, unit in values} for values in (old, new))
    units = Unit.objects.in_bulk(then ^ now)
    return Month(
        before, changed, len(both) - changed,
        _named(units, now - then), _named(units, then - now), correction.movers(before, edition, MOVERS),
        _tables_lacking(before, edition),
    )  # fmt: skip


def _tables_lacking(before: Edition, edition: Edition) -> tuple[Appendix, ...]:
    """A file without one of the usual tables is read all the same: only the month before says that one is not there."""
    here = Appendix.objects.filter(edition=edition).values("ordinal")
    rows = Appendix.objects.filter(edition=before).exclude(ordinal__in=here)
    return tuple(rows.order_by("order", "ordinal", "pk"))


def _named(units: dict[int, Unit], keys: set[int]) -> tuple[Unit, ...]:
    return tuple(sorted((units[key] for key in keys), key=lambda unit: (unit.level, unit.order, unit.sort_key)))


def _values(edition: Edition) -> dict[correction.Key, tuple[object, object]]:
    rows = Result.objects.filter(edition=edition).values_list("indicator_id", "unit_id", "value", "out_of")
    told = {(indicator, unit): (value, out_of) for indicator, unit, value, out_of in rows}
    return correction.lasting(told, Unit.objects.lasting())


def _told(edition: Edition) -> Told:
    units = Unit.objects.filter(results__edition=edition).exclude(level__in=[Level.NATION, Level.PROVINCE]).distinct()
    members = Membership.objects.filter(role=Role.UNIT, unit__in=units.values("pk"), user__is_active=True)
    reached = set(members.values_list("unit", flat=True))
    nobody = tuple(unit for unit in units.order_by("level", "order", "sort_key", "pk") if unit.pk not in reached)
    return Told(members.values("user").distinct().count(), len(reached), nobody)
