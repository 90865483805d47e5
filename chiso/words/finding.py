"""What the checks answer, as sentences. Texts of the document stand in them as printed, numbers as the reader writes
them: a sum that the checks worked out has no printing of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext, gettext_noop

from chiso.checks.case import NAMED
from chiso.words.figure import number_text
from chiso.words.place import LEVELS, where_text
from chiso.words.problem import told

TITLES = {
    "letter-matches-appendix": gettext_noop("Letter and appendix agree"),
    "groups-add-up": gettext_noop("Groups add up to the total"),
    "maxima-add-up": gettext_noop("Maxima add up"),
    "totals-agree-across-appendices": gettext_noop("Totals agree across appendices"),
    "parts-of-whole": gettext_noop("Parts fit their whole"),
    "printed-order": gettext_noop("Printed order"),
    "mixed-decimal-marks": gettext_noop("Decimal marks"),
    "mixed-thousands-marks": gettext_noop("Thousands marks"),
    "kind-mismatch": gettext_noop("Kind of figure"),
    "out-of-bounds": gettext_noop("Figures within bounds"),
    "printed-rank": gettext_noop("Printed rank"),
    "no-whole-total": gettext_noop("Rate and count fit one total"),
    "unchanged-since-last": gettext_noop("Unchanged since the last dispatch"),
    "jump-since-last": gettext_noop("Large change since the last dispatch"),
    "missing-unit": gettext_noop("Missing units"),
    "duplicate-unit": gettext_noop("Units named twice"),
    "unread-cell": gettext_noop("Cells that gave no figure"),
}

# (check, reason) -> the sentence of a finding
FINDINGS = {
    ("letter-matches-appendix", "score"): gettext_noop(
        "%(place)s prints %(letter)s points, but %(cell)s prints %(appendix)s."
    ),
    ("letter-matches-appendix", "maximum"): gettext_noop(
        "%(place)s scores out of %(letter)s, but %(cell)s out of %(appendix)s."
    ),
    ("groups-add-up", ""): gettext_noop(
        "%(place)s, %(unit)s: the groups add up to %(sum)s (%(terms)s), but the printed total is %(printed)s."
    ),
    ("maxima-add-up", ""): gettext_noop(
        "%(place)s, %(unit)s: the maxima add up to %(sum)s (%(terms)s), but the printed maximum is %(printed)s."
    ),
    ("totals-agree-across-appendices", "second-printing"): gettext_noop(
        "%(place)s, %(unit)s: %(other)s is printed here, but %(one)s at %(cell)s."
    ),
    ("totals-agree-across-appendices", "sum"): gettext_noop(
        "%(place)s, %(unit)s: %(printed)s is printed, but %(count)s units in appendix %(appendix)s add up to %(sum)s."
    ),
    ("parts-of-whole", "over"): gettext_noop(
        "%(place)s, %(unit)s: %(printed)s is printed, but %(done)s is more than the total %(total)s."
    ),
    ("parts-of-whole", "rest"): gettext_noop(
        "%(place)s, %(unit)s: %(rest)s is printed, but %(total)s − %(done)s = %(difference)s (%(cell)s)."
    ),
    ("printed-order", ""): gettext_noop(
        "%(place)s: %(unit)s (%(value)s) stands right below %(above_unit)s (%(above)s), out of order."
    ),
    ("mixed-decimal-marks", "inside"): gettext_noop(
        "%(place)s: decimal dots and commas are mixed, %(dot)s beside %(comma)s."
    ),
    ("mixed-decimal-marks", "across"): gettext_noop(
        "%(place)s: appendix %(dot)s has decimal dots (%(dot_example)s), appendix %(comma)s commas (%(comma_example)s)."
    ),
    ("mixed-thousands-marks", ""): gettext_noop(
        "%(place)s: thousands are written in two ways, %(one)s (%(cell)s) beside %(other)s."
    ),
    ("kind-mismatch", ""): gettext_noop(
        "%(place)s: “%(printed)s” is %(printed_kind)s, but “%(indicator)s” is %(kind)s."
    ),
    ("out-of-bounds", "negative"): gettext_noop("%(place)s, %(unit)s: %(value)s is below 0."),
    ("out-of-bounds", "over"): gettext_noop("%(place)s, %(unit)s: %(value)s is above the maximum of %(maximum)s."),
    ("out-of-bounds", "maximum"): gettext_noop(
        "%(place)s, %(unit)s: %(value)s is printed out of %(printed)s, but the indicator's maximum is %(maximum)s."
    ),
    ("out-of-bounds", "headline-score"): gettext_noop("%(place)s: a score of %(score)s out of %(out_of)s cannot be."),
    ("out-of-bounds", "headline-rank"): gettext_noop("%(place)s: a rank of %(rank)s among %(rank_of)s cannot be."),
    ("printed-rank", ""): gettext_noop(
        "%(place)s, %(unit)s: rank %(printed)s is printed, but %(value)s gives rank %(rank)s of %(rank_of)s."
    ),
    ("no-whole-total", ""): gettext_noop(
        "%(place)s, %(unit)s: no whole total gives the rate %(rate)s with %(left_out)s left out (%(cell)s)."
    ),
    ("unchanged-since-last", ""): gettext_noop(
        "%(place)s, %(unit)s: %(unchanged)s unchanged since dispatch %(dispatch)s, perhaps not updated."
    ),
    ("unchanged-since-last", "headline"): gettext_noop(
        "%(place)s: score %(now)s and rank unchanged since dispatch %(dispatch)s, perhaps not updated."
    ),
    ("jump-since-last", ""): gettext_noop(
        "%(place)s, %(unit)s: %(now)s now, %(before)s in dispatch %(dispatch)s; an unusually large change."
    ),
    ("missing-unit", ""): gettext_noop(
        "%(within)s: %(unit)s is missing, while %(present)s of %(expected)s units have figures (%(level)s)."
    ),
    ("duplicate-unit", ""): gettext_noop("%(place)s: %(unit)s is named a second time."),
}

PASSED = {
    ("letter-matches-appendix", ""): gettext_noop(
        "%(place)s prints %(letter)s points, in agreement with %(cell)s (%(appendix)s)."
    ),
    ("groups-add-up", ""): gettext_noop(
        "%(place)s, %(unit)s: the groups add up to %(sum)s, within rounding of the printed total %(printed)s."
    ),
    ("maxima-add-up", ""): gettext_noop(
        "%(place)s, %(unit)s: the maxima %(terms)s add up to the printed maximum %(printed)s."
    ),
    ("totals-agree-across-appendices", "second-printing"): gettext_noop(
        "%(place)s, %(unit)s: %(other)s agrees with %(one)s at %(cell)s."
    ),
    ("totals-agree-across-appendices", "sum"): gettext_noop(
        "%(place)s, %(unit)s: %(printed)s is the sum of its %(count)s units in appendix %(appendix)s."
    ),
    ("parts-of-whole", "share"): gettext_noop("%(place)s, %(unit)s: %(done)s is within the total %(total)s."),
    ("parts-of-whole", "rest"): gettext_noop("%(place)s, %(unit)s: %(total)s − %(done)s = %(rest)s, as printed."),
    ("printed-order", ""): gettext_noop("%(place)s: rows in order (%(count)s)."),
    ("mixed-decimal-marks", "inside"): gettext_noop("%(place)s: one decimal mark throughout (%(example)s)."),
    ("mixed-decimal-marks", "across"): gettext_noop("%(place)s: appendices %(appendices)s have the same decimal mark."),
    ("mixed-thousands-marks", ""): gettext_noop(
        "%(place)s: thousands are written one way (%(count)s figures, such as %(example)s)."
    ),
    ("kind-mismatch", ""): gettext_noop("%(place)s: every figure is of its indicator's kind (%(count)s)."),
    ("out-of-bounds", ""): gettext_noop("%(place)s: every figure is within its bounds (%(count)s)."),
    ("out-of-bounds", "headline"): gettext_noop("%(place)s: score and rank are within their bounds."),
    ("printed-rank", ""): gettext_noop("%(place)s: the printed ranks are right (%(count)s)."),
    ("no-whole-total", ""): gettext_noop("%(place)s: some whole total fits every rate (%(count)s)."),
    ("unchanged-since-last", ""): gettext_noop(
        "%(place)s: no stale row beside dispatch %(dispatch)s (figures compared: %(count)s)."
    ),
    ("unchanged-since-last", "headline"): gettext_noop(
        "%(place)s: score %(now)s, in dispatch %(dispatch)s %(before)s; updated."
    ),
    ("jump-since-last", ""): gettext_noop(
        "%(place)s: no unusually large change since dispatch %(dispatch)s (figures compared: %(count)s)."
    ),
    ("missing-unit", ""): gettext_noop("%(place)s: all units have figures (%(present)s of %(expected)s)."),
    ("duplicate-unit", ""): gettext_noop("%(place)s: every unit is named once (%(count)s)."),
}

_NO_FIGURES = gettext_noop("%(place)s: no figures.")
_ONLY_TOTAL = gettext_noop("%(place)s: the total is printed without its groups.")
_NOTHING_BEFORE = gettext_noop("%(place)s: the last dispatch has nothing to compare with.")
_NO_PREVIOUS = gettext_noop("No earlier dispatch is on record to compare with.")
NOT_APPLICABLE = {
    ("letter-matches-appendix", "no-headline"): gettext_noop("%(place)s: no score to compare."),
    ("letter-matches-appendix", "no-total"): gettext_noop("No appendix prints the total score of the reporting unit."),
    ("groups-add-up", "no-groups"): _ONLY_TOTAL,
    ("groups-add-up", "incomplete"): gettext_noop("%(place)s: not every group is printed, so nothing is added up."),
    ("groups-add-up", ""): gettext_noop("No total with its groups is printed."),
    ("maxima-add-up", "no-groups"): _ONLY_TOTAL,
    ("maxima-add-up", "incomplete"): gettext_noop("%(place)s: not every maximum is printed, so nothing is added up."),
    ("maxima-add-up", ""): gettext_noop("No total with its groups is printed."),
    ("totals-agree-across-appendices", "incomplete"): gettext_noop(
        "%(place)s: units below without a figure (%(missing)s), so nothing is added up."
    ),
    ("totals-agree-across-appendices", "no-pair"): gettext_noop(
        "%(place)s: %(indicator)s is not printed for a unit and for the units below it."
    ),
    ("totals-agree-across-appendices", ""): gettext_noop("No printed indicator adds up over units."),
    ("parts-of-whole", ""): gettext_noop("No figure is printed as x/y."),
    ("printed-order", ""): gettext_noop("%(place)s: no column gives the order."),
    ("mixed-decimal-marks", ""): gettext_noop("%(place)s: no decimal marks to compare."),
    ("mixed-thousands-marks", ""): gettext_noop("%(place)s: no column with two figures of four digits or more."),
    ("kind-mismatch", ""): _NO_FIGURES,
    ("out-of-bounds", ""): _NO_FIGURES,
    ("printed-rank", ""): gettext_noop("%(place)s: no ranks are printed."),
    ("no-whole-total", ""): gettext_noop("%(place)s: no rate is printed with the count it leaves out."),
    ("unchanged-since-last", "no-previous"): _NO_PREVIOUS,
    ("unchanged-since-last", ""): _NOTHING_BEFORE,
    ("jump-since-last", "no-previous"): _NO_PREVIOUS,
    ("jump-since-last", ""): _NOTHING_BEFORE,
    ("missing-unit", "few"): gettext_noop(
        "%(place)s: only %(present)s of %(expected)s units have figures; the others are not expected."
    ),
    ("missing-unit", ""): gettext_noop("%(place)s: no table of units."),
    ("duplicate-unit", ""): _NO_FIGURES,
}

SENTENCES = {"finding": FINDINGS, "passed": PASSED, "not_applicable": NOT_APPLICABLE}

KINDS = {
    "score": gettext_noop("a score"),
    "percent": gettext_noop("a percentage"),
    "count": gettext_noop("a count"),
    "share": gettext_noop("a share (x of y)"),
}

# check -> its figures that are numbers; with a reason where only that sentence has them as numbers
NUMBERS: dict[str, frozenset[str]] = {
    "letter-matches-appendix": frozenset({"letter", "appendix"}),
    "groups-add-up": frozenset({"sum", "printed", "terms"}),
    "maxima-add-up": frozenset({"sum", "printed", "terms"}),
    "totals-agree-across-appendices sum": frozenset({"sum", "printed"}),
    "parts-of-whole": frozenset({"done", "total", "rest", "difference"}),
    "out-of-bounds": frozenset({"maximum", "score", "out_of"}),
    "out-of-bounds maximum": frozenset({"printed"}),
    "unchanged-since-last headline": frozenset({"now", "before"}),
}
_PLAIN = re.compile(r"-?\d+(\.\d+)?")

MUST_MEND = gettext_noop("It must be mended before publication.")


def check_title(check: str) -> str:
    """The name of a check for people; the id itself where it is not one of ours."""
    return gettext(TITLES[check]) if check in TITLES else check


def sentence(  # noqa: PLR0917 - the fields of an outcome
    check: str, status: str, severity: str | None, reason: str, where: str, figures: Mapping[str, str]
) -> str:
    """One outcome of a check in the person's language: the place, what is wrong or agrees, the figures that prove it.

    A finding kept from an earlier version may lack a figure; its place in the sentence then shows an ellipsis.
    """
    if check == "unread-cell":  # what reading could not do has its sentences beside the problem's
        return told(reason, where, figures)
    sentences = SENTENCES.get(status, {})
    template = sentences.get((check, reason)) or sentences.get((check, ""))
    numbers = NUMBERS.get(check, frozenset()) | NUMBERS.get(f"{check} {reason}", frozenset())
    names = {name.removeprefix(NAMED): text for name, text in figures.items() if name.startswith(NAMED)}
    params = _Params(
        {
            name: _number(figure) if name in numbers else _figure_text(name, figure, names)
            for name, figure in figures.items()
        }
    )
    params["place"] = _place(where, names, figures.get("unit", "") if "%(unit)s" in (template or "") else "")
    text = gettext(template) % params if template else f"{params['place']}: {check_title(check)}"
    return f"{text} {gettext(MUST_MEND)}" if severity == "error" else text


def _place(where: str, names: Mapping[str, str], said: str) -> str:
    """Without the unit that the sentence names itself."""
    others = {word: "" if name == said else name for word, name in names.items()}
    return where_text(where, others) or where_text(where, names)


class _Params(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _number(figure: str) -> str:
    """ "11.3 + 10.98" as "11,3 + 10,98" in Vietnamese."""
    return _PLAIN.sub(lambda found: number_text(Decimal(found.group())), figure)


def _figure_text(name: str, figure: str, names: Mapping[str, str]) -> str:
    """Texts stay as printed; places, levels and kinds among them are words."""
    if name in {"cell", "within"}:
        return where_text(figure, names)
    if name in {"kind", "printed_kind"} and figure in KINDS:
        return gettext(KINDS[figure])
    return gettext(LEVELS[figure]) if name == "level" and figure in LEVELS else figure
