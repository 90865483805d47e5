"""What is on record, as the plain rooms take it: units, indicators and layouts as dataclasses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from datetime import date

from django.db.models import Prefetch, Q

from chiso.ingest.fact import Letter
from chiso.ingest.layout import IndicatorRecord, Knowledge, Layout, Line, Role, UnitRecord
from chiso.models import Indicator, IndicatorSet, Issuer, LayoutLine, Level, Unit, UnitAlias
from chiso.models import Layout as LayoutRow
from chiso.values.name import fold, parse
from chiso.values.number import Kind

DEPTH = 5  # nation, province, agency or district, commune: a longer chain is a ring
MANY = 500


def knowledge(issuer: Issuer, day: date, chosen: IndicatorSet | None) -> Knowledge:
    """Everything reading may rely on for one issuer at one date, by one indicator set."""
    records = units(issuer, day)
    return Knowledge(
        issuer=issuer.unit.slug,
        issuer_name=issuer.unit.name,
        nation=next((unit.slug for unit in records if unit.level == Level.NATION), None),
        units=records,
        indicators=tuple(indicators(chosen).values()) if chosen else (),
        layouts=layouts(chosen) if chosen else (),
    )


def indicator_set(day: date) -> IndicatorSet | None:
    """The set in force on a day; figures of two sets are never compared silently."""
    sets = IndicatorSet.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
    return sets.order_by("-valid_from").first()


def units(issuer: Issuer, day: date) -> tuple[UnitRecord, ...]:
    """The issuer's tree, the nation and the provinces, each valid at the date.

    Rows, not models: of 14,000 units 0.05 s of work, as models with their parents 0.6 s."""
    rows = (
        Unit.objects.unmerged()
        .filter(Q(pk__in=Unit.objects.under([issuer.unit_id])) | Q(level__in=[Level.NATION, Level.PROVINCE]))
        .valid_on(day)
    )
    aliases: defaultdict[int, list[str]] = defaultdict(list)
    names = UnitAlias.objects.filter(unit__in=rows.order_by().values("pk")).order_by("folded", "pk")
    for unit, alias in names.values_list("unit", "alias"):
        aliases[unit].append(alias)
    above = [f"{'parent__' * steps}slug" for steps in range(1, DEPTH)]
    own = ("pk", "slug", "name", "level", "code", "valid_from", "valid_to")
    return tuple(
        UnitRecord(
            slug, name, level, code, path[0], tuple(filter(None, path)), tuple(aliases.get(pk, ())), since, until
        )
        for pk, slug, name, level, code, since, until, *path in rows.values_list(*own, *above)
    )


def unit_keys(slugs: Set[str]) -> dict[str, int]:
    """Slug -> key. Of many it is cheaper to read all, and no database takes so many parameters."""
    rows = Unit.objects.order_by()
    rows = rows.filter(slug__in=slugs) if len(slugs) <= MANY else rows
    return {slug: key for slug, key in rows.values_list("slug", "pk") if slug in slugs}


def indicators(chosen: IndicatorSet) -> dict[str, IndicatorRecord]:
    rows = Indicator.objects.filter(indicator_set=chosen).select_related("parent", "complement")
    return {row.code: _indicator(row) for row in rows}


def _indicator(row: Indicator) -> IndicatorRecord:
    return IndicatorRecord(
        code=row.code,
        name=row.name,
        kind=Kind(row.kind),
        maximum=row.maximum,
        direction=row.direction,
        additive=row.additive,
        parent=row.parent.code if row.parent else "",
        part_of_total=row.part_of_total,
        complement=row.complement.code if row.complement else "",
    )


def layouts(chosen: IndicatorSet) -> tuple[Layout, ...]:
    lines = LayoutLine.objects.select_related("indicator").order_by("axis", "order", "id")
    rows = (
        LayoutRow.objects.filter(indicator_set=chosen)
        .select_related("sorts")
        .prefetch_related(Prefetch("lines", lines))
    )
    return tuple(_layout(row) for row in rows)


def _layout(row: LayoutRow) -> Layout:
    lines = tuple(
        Line(
            Role(line.role), tuple(line.titles), line.indicator.code if line.indicator else "", line.axis, line.in_label
        )
        for line in row.lines.all()
    )
    sorts = row.sorts.code if row.sorts else ""
    return Layout(row.code, row.ordinal, tuple(row.titles), lines, row.rows_are, sorts, row.sorts_within)


def issuer_named(letter: Letter) -> Issuer | None:
    """The issuer that the document names, or None. Of two offices with one name, the one valid at the date."""
    name = fold(letter.issuer_name)
    if not name:
        return None
    day = letter.data_as_of or letter.issued_on
    found = [issuer for issuer in Issuer.objects.select_related("unit") if fold(issuer.name) == name]
    if len(found) > 1 and day is not None:
        found = [issuer for issuer in found if issuer.unit.valid_at(day)]
    return found[0] if len(found) == 1 else None


def names_elsewhere(letter: Letter, office: Issuer) -> bool:
    """Whether the letter's issuer is of another province than the office: a person must say whose file it is."""
    name, place = fold(letter.issuer_name), fold(parse(office.unit.name).core)
    says_province = " tinh " in f" {name} " or " thanh pho " in f" {name} "
    return says_province and f" {place} " not in f" {name} "
