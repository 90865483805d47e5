"""Why a unit stands where it stands, in sentences of fixed templates: same figures, same sentences."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext, gettext_noop, ngettext

from chiso.ranking.why import Amount, Figure, Param, Reason, Tie
from chiso.values.number import Kind
from chiso.words.figure import number_text, value_text

GROUPS = {
    "standing": gettext_noop("Where the unit stands"),
    "lost": gettext_noop("Where points are lost"),
    "good": gettext_noop("Strong among its peers"),
    "weak": gettext_noop("Weak among its peers"),
    "moved": gettext_noop("What changed since the dispatch before"),
    "caveat": gettext_noop("To keep in mind"),
}

STANDING = {
    "missing-total": gettext_noop("%(name)s: no figure was printed. That is not 0; the unit is not ranked."),
    "unranked": gettext_noop("%(name)s: %(figure)s. It is not ranked."),
    "alone": gettext_noop("%(name)s: %(figure)s. No other unit has a figure to compare it with."),
    "all-alike": gettext_noop("%(name)s: %(figure)s, the same for all %(rank_of)s units."),
    "ranked": gettext_noop("%(name)s: %(figure)s, rank %(rank)s of %(rank_of)s."),
    "ranked-tied": gettext_noop("%(name)s: %(figure)s, rank %(rank)s of %(rank_of)s, tied with %(units)s."),
    "ranked-tied-unnamed": gettext_noop(
        "%(name)s: %(figure)s, rank %(rank)s of %(rank_of)s (units with the same figure: %(alike)s)."
    ),
    "above": gettext_noop("Right above: %(unit)s, %(distance)s away."),
    "to-first": gettext_noop("First: %(unit)s, %(distance)s away."),
    "above-unnamed": gettext_noop("The next place up is %(distance)s away."),
    "to-first-unnamed": gettext_noop("First place is %(distance)s away."),
    "at-median": gettext_noop("That is the median of the units compared."),
    "better-than-median": gettext_noop(
        "The median of the units compared is %(other)s; the unit is %(distance)s better."
    ),
    "worse-than-median": gettext_noop("The median of the units compared is %(other)s; the unit is %(distance)s worse."),
    "at-nation": gettext_noop("That is the national average."),
    "better-than-nation": gettext_noop("The national average is %(other)s; the unit is %(distance)s better."),
    "worse-than-nation": gettext_noop("The national average is %(other)s; the unit is %(distance)s worse."),
}
LOST = {
    "nothing-lost": gettext_noop("No part lost a point."),
    "lost": gettext_noop("%(name)s: %(lost)s lost (%(figure)s)."),
    "lost-alike": gettext_noop("%(names)s: %(lost)s lost in each."),
}
NOTABLE = {
    "good": gettext_noop("%(name)s: %(figure)s, rank %(rank)s of %(rank_of)s."),
    "good-tied": gettext_noop(
        "%(name)s: %(figure)s, rank %(rank)s of %(rank_of)s (units with the same figure: %(alike)s)."
    ),
    "best-tied": gettext_noop("%(name)s: %(figure)s, the best figure; %(alike)s of %(rank_of)s units have it."),
    "weak": gettext_noop("%(name)s: %(figure)s, rank %(rank)s of %(rank_of)s."),
    "weak-tied": gettext_noop(
        "%(name)s: %(figure)s, rank %(rank)s of %(rank_of)s (units with the same figure: %(alike)s)."
    ),
    "worst-tied": gettext_noop("%(name)s: %(figure)s, the weakest figure; %(alike)s of %(rank_of)s units have it."),
}
MOVED = {
    "rose": gettext_noop("%(name)s rose by %(change)s, from %(before)s to %(now)s."),
    "fell": gettext_noop("%(name)s fell by %(change)s, from %(before)s to %(now)s."),
    "unchanged": gettext_noop("%(name)s is unchanged: %(now)s."),
    "peers-rose": gettext_noop("In the same time the other units rose by %(peers)s on average."),
    "peers-fell": gettext_noop("In the same time the other units fell by %(peers)s on average."),
    "peers-unchanged": gettext_noop("In the same time the other units did not change on average."),
    "ahead": gettext_noop(
        "Against them the unit did %(distance)s better: %(peers)s as the others, %(relative)s of its own, together %(change)s."
    ),
    "behind": gettext_noop(
        "Against them the unit did %(distance)s worse: %(peers)s as the others, %(relative)s of its own, together %(change)s."
    ),
    "level": gettext_noop("That is exactly the change of the unit."),
    "rank-up": gettext_noop(
        "It moved up: rank %(rank_before)s of %(rank_of_before)s before, %(rank)s of %(rank_of)s now."
    ),
    "rank-down": gettext_noop(
        "It moved down: rank %(rank_before)s of %(rank_of_before)s before, %(rank)s of %(rank_of)s now."
    ),
    "rank-same": gettext_noop(
        "It kept its rank: %(rank_before)s of %(rank_of_before)s before, %(rank)s of %(rank_of)s now."
    ),
    "rank-same-of-fewer": gettext_noop(
        "The same rank, but among fewer units: %(rank_before)s of %(rank_of_before)s before, %(rank)s of %(rank_of)s now."
    ),
    "rank-same-of-more": gettext_noop(
        "The same rank, but among more units: %(rank_before)s of %(rank_of_before)s before, %(rank)s of %(rank_of)s now."
    ),
    "rank-by-others": gettext_noop(
        "That is due to units that came or went alone: among those ranked both times it kept its rank, %(rank_before)s of %(rank_of_before)s before, %(rank)s of %(rank_of)s now."
    ),
    "by-parts": gettext_noop("By part: %(parts)s."),
    "by-parts-and-rest": gettext_noop("By part: %(parts)s; besides, the total moved by %(rest)s."),
    "only-rest": gettext_noop("No part changed, but the printed total moved by %(rest)s."),
    "no-comparison-first": gettext_noop("No comparison: there is no earlier dispatch."),
    "no-comparison-reorganised": gettext_noop("No comparison: units were reorganised in between."),
    "no-comparison-other-set": gettext_noop("No comparison: the dispatch before used another set of indicators."),
    "no-comparison-other-period": gettext_noop("No comparison: the dispatch before covers another kind of period."),
    "no-comparison-no-figure": gettext_noop("No comparison: the unit lacks a figure in one of the two dispatches."),
}
CAVEATS = {
    "provisional": gettext_noop("These figures are not published yet; they may still change."),
    "no-parts": gettext_noop(
        "%(name)s: the dispatch prints no points of the parts for this unit, so it cannot be said where points are lost."
    ),
    "not-the-sum": gettext_noop(
        "%(name)s: the parts add up to %(sum)s, but the printed total is %(total)s, %(rest)s apart. The printed total counts."
    ),
    "small": gettext_noop("%(name)s counts only %(out_of)s: one more or less makes %(step)s."),
    "missing": gettext_noop("No figure was printed, which is not 0: %(names)s."),
}
_TIES = {"tied": "rank_of", "tied_before": "rank_of_before"}  # behind what it stands that others have the rank
SENTENCES = {**STANDING, **LOST, **NOTABLE, **MOVED, **CAVEATS}


def group_title(group: str) -> str:
    return gettext(GROUPS[group])


def sentence(reason: Reason) -> str:
    """In the active language."""
    params = {name: param_text(param) for name, param in reason.params.items()}
    for tie, name in _TIES.items():
        if params.get(tie):
            params[name] += f" ({params[tie]})"
    return gettext(SENTENCES[reason.id]) % params


def param_text(param: Param) -> str:
    if isinstance(param, Figure):
        return value_text(param.value, param.out_of, param.kind)
    if isinstance(param, Amount):
        return amount_text(param)
    if isinstance(param, Tie):
        return gettext("shared") if param.shared else ""
    if isinstance(param, tuple):
        return _listed(param)
    return param if isinstance(param, str) else number_text(Decimal(param))


def amount_text(amount: Amount) -> str:
    """ "1,12 điểm", "9,09 điểm phần trăm", "5"; signed "+1,12 điểm", "−0,4 điểm"."""
    size = abs(amount.value)
    sign = "" if not amount.signed or not amount.value else "−" if amount.value < 0 else "+"
    number = {"number": sign + number_text(size)}
    if amount.kind == Kind.SCORE:
        return ngettext("%(number)s point", "%(number)s points", 1 if size == 1 else 2) % number
    if amount.kind in {Kind.PERCENT, Kind.SHARE}:
        return ngettext("%(number)s percentage point", "%(number)s percentage points", 1 if size == 1 else 2) % number
    return number["number"]


def _listed(param: tuple[str, ...] | tuple[tuple[str, Amount], ...]) -> str:
    """Every name, unlike in a table's line: who reads why asks who. Names with a comma of their own need a stronger
    mark between them."""
    texts = [each if isinstance(each, str) else f"{each[0]} {amount_text(each[1])}" for each in param]
    if len(texts) < 2 or any("," in each for each in texts) or not isinstance(param[0], str):
        return "; ".join(texts)
    return gettext("%(first)s and %(second)s") % {"first": ", ".join(texts[:-1]), "second": texts[-1]}
