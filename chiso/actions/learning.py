"""What people answered to a file, kept for the next one: further titles and lines of layouts, new layouts, other names
of units. Runs inside the transaction that takes the file's figures over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from chiso.ingest import layout as plain
from chiso.ingest.decision import UnitDecision
from chiso.models import Edition, Indicator, IndicatorSet, Layout, LayoutLine, Unit, UnitAlias, User, What
from chiso.queries.knowledge import layouts
from chiso.queries.upload import LoadPlan
from chiso.values.name import Directory, fold

from . import unit as units
from .trail import by_hand_of, record

_NAME, _ALIAS = 200, 200  # Layout.name, UnitAlias.alias


def learn(plan: LoadPlan, *, edition: Edition, by: User | None) -> bool:
    """Keep the layouts and names by which the plan's figures were read. False, and nothing kept, where the layouts are
    no longer those of the plan: all offices share them, and another one may have taught them meanwhile."""
    if plan.reading.taught and plan.known:
        chosen = IndicatorSet.objects.select_for_update().get(pk=edition.indicator_set_id)
        if layouts(chosen) != plan.known.layouts:
            return False
    for layout in plan.reading.taught:
        event_says = _layout(layout, plan, edition, by)
        record(What.LAYOUT_TAUGHT, by=by, subject=event_says, edition=edition)
    _names(plan, edition, by)
    return True


# --- layouts -------------------------------------------------------------------------------------------


def _layout(layout: plain.Layout, plan: LoadPlan, edition: Edition, by: User | None) -> str:
    """Store one; returns what was learnt, in words. Nothing is taken from a layout here: all offices share it, and who
    keeps it changes it at the desk."""
    known = {each.code for each in (plan.known.layouts if plan.known else ())}
    ids = dict(Indicator.objects.filter(indicator_set=edition.indicator_set_id).values_list("code", "pk"))
    row = Layout.objects.get(code=layout.code) if layout.code in known else _made(layout, plan, edition, by)
    told = []
    for order, (line, stored) in enumerate(_paired(layout, row), 1):
        kept = stored or LayoutLine(layout=row, order=order, titles=[])
        new = [title for title in line.titles if title not in kept.titles]
        if new:
            kept.axis, kept.role, kept.in_label = line.axis, line.role.value, line.in_label or kept.in_label
            kept.indicator_id, kept.titles = ids.get(line.indicator), [*kept.titles, *new]
            by_hand_of(by, kept).save()
            told += [f"“{title}” → {line.indicator or kept.get_role_display()}" for title in new]
    return f"{row}: {'; '.join(told)}"


def _made(layout: plain.Layout, plan: LoadPlan, edition: Edition, by: User | None) -> Layout:
    """A new layout under a code that no set has; the plan's appendices are told the code."""
    code, number = layout.code, 1
    while Layout.objects.filter(code=code).exists():
        number += 1
        code = f"{layout.code}-{number}"
    for appendix in plan.reading.appendices:
        appendix.layout = code if appendix.layout == layout.code else appendix.layout
    name = layout.titles[0] if layout.titles else _("Appendix %(ordinal)s") % {"ordinal": layout.ordinal}
    row = Layout(
        indicator_set=edition.indicator_set, code=code, name=name[:_NAME], ordinal=layout.ordinal,
        titles=list(layout.titles), rows_are=layout.rows_are,
    )  # fmt: skip
    by_hand_of(by, row).save()
    return row


def _paired(layout: plain.Layout, row: Layout) -> Iterator[tuple[plain.Line, LayoutLine | None]]:
    """Lines as they should be beside those stored, None for a new one."""
    stored: dict[tuple[str, str, str], list[LayoutLine]] = defaultdict(list)
    for each in row.lines.select_related("indicator").order_by("axis", "order", "id") if row.pk else ():
        stored[each.axis, each.role, each.indicator.code if each.indicator else ""].append(each)
    for line in layout.lines:
        alike = stored[line.axis, line.role.value, line.indicator]
        shared = (each for each in alike if {*each.titles} & {*line.titles})
        found = next(shared, alike[0] if len(alike) == 1 else None)
        if found is not None:
            alike.remove(found)
        yield line, found


# --- names of units ------------------------------------------------------------------------------------


def _names(plan: LoadPlan, edition: Edition, by: User | None) -> None:
    """Other names for units of the issuer's own tree, where no name on record says the same."""
    said = {each.name: each.unit for each in plan.decisions if isinstance(each, UnitDecision)}
    if not said or plan.known is None:
        return
    tree = Unit.objects.under([edition.dispatch.issuer.unit_id]).filter(slug__in=said.values())
    rows = {unit.slug: unit for unit in tree}
    directory = Directory(plan.known.units, plan.known.issuer)
    for name, slug in said.items():
        row = rows.get(slug)
        if row is None or directory.match(name).unit == slug:
            continue
        folded = fold(name)[: units.FOLDED_LENGTH]
        if not UnitAlias.objects.filter(unit=row, folded=folded).exists():
            units.store_alias(alias=by_hand_of(by, UnitAlias(unit=row, alias=name[:_ALIAS])))
