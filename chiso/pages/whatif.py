"""What if: other figures typed for a unit, its peers as they are, and what would come of it.

Where the dispatch prints the parts of the total, these are changed and the total follows; else each indicator that
ranks the unit. Figures are read by the kind of their indicator, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from chiso.models import Direction
from chiso.queries.among import together
from chiso.queries.scorecard import Line, Scorecard
from chiso.ranking import whatif
from chiso.ranking.position import difference
from chiso.ranking.rules import Measure, Place, better
from chiso.ranking.shown import shown
from chiso.ranking.why import Amount
from chiso.values.number import Figure, Kind, plain, read
from chiso.words.figure import number_text, rank_text, value_text
from chiso.words.why import amount_text

PREFIX = "if-"  # of a field's name; the code of the indicator follows
MOST = Decimal(99_999_999_999)  # of a count, which has no maximum of its own: as much as can be stored
_BELOW = re.compile(r"[-−–]\s*[0-9]")  # a number below 0: read by no kind, but a number
_DECIMALS = re.compile(r"[0-9][.,]([0-9]+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would come of it: figure, rank and how they differ from now; `tone` is "better", "worse" or ""."""

    figure: str
    change: str
    rank: str
    rank_now: str
    tone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator with a field: what stands there now, what was typed, what would come of it."""

    code: str
    field: str
    name: str
    now: str
    rank: str
    typed: str
    tail: str  # what stands behind the field: "/18", "%"
    limits: str
    fault: str
    outcome: Outcome | None  # None: nothing would change, or a part, whose outcome is the total's
    ways: tuple[str, ...]  # the smallest change that passes the unit above
    part: bool


@dataclass(frozen=True, slots=True)
class Form:
    """`total` is there where the parts are what is changed. `asked`: something was typed that differs from now."""

    entries: tuple[Entry, ...]
    total: Line | None
    total_now: str
    total_rank: str
    outcome: Outcome | None
    ways: tuple[str, ...]
    target: str  # whom these ways pass, and where that one stands
    apart: str  # what the printed total has beyond its parts, "" for nothing
    asked: bool
    faulty: bool

    @property
    def single(self) -> bool:
        """Whether several figures can be typed that are no parts of the total."""
        return sum(not entry.part for entry in self.entries) > 1


def typed(sent: Mapping[str, str]) -> dict[str, str]:
    """The figures that were sent, by the codes of their indicators."""
    return {name.removeprefix(PREFIX): text for name, text in sent.items() if name.startswith(PREFIX)}


def form(card: Scorecard, sent: Mapping[str, str]) -> Form | None:
    """None where nothing can be changed: no figure that ranks, and no parts."""
    total = card.total
    parts = [line for line in card.lines if line.part and line.figure]
    by_parts = total is not None and total.figure is not None and bool(parts)
    single = [line for line in card.lines if _ranks(line) and not line.part and not (by_parts and line is total)]
    if not by_parts and not single:
        return None
    together(line.among for line in single if _differs(line, _typed(line, sent)[0]))
    entries = [_part(line, sent) for line in parts] if by_parts else []
    entries += [_entry(line, sent) for line in single]
    return _form(card, total if by_parts else None, parts, tuple(entries), sent)


def _form(
    card: Scorecard, total: Line | None, parts: list[Line], entries: tuple[Entry, ...], sent: Mapping[str, str]
) -> Form:
    asked = any(entry.typed != _field(line) for entry, line in _with_lines(card, entries))
    faulty = any(entry.fault for entry in entries)
    if total is None or total.figure is None:
        return Form(entries, None, "", "", None, (), "", "", asked, faulty)
    rules = [_rule(line) for line in parts]
    rest = whatif.unexplained(total.figure.value, rules)
    after = _total_after(total, rules, parts, sent)
    then = total if faulty else _supposed(total, after)
    then_parts = [line if faulty else _supposed_part(line, _typed(line, sent)[0]) for line in parts]
    return Form(
        entries=entries,
        total=total,
        total_now=_shown(total, total.figure.value),
        total_rank=_rank(total.among.position.place if total.among.position else None),
        outcome=_total_outcome(total, after) if asked and not faulty else None,
        ways=tuple(_ways(then, [_rule(line) for line in then_parts], then_parts)),
        target=_target_text(then),
        apart=amount_text(Amount(rest, Kind.SCORE, signed=True)) if rest else "",
        asked=asked,
        faulty=faulty,
    )


def _with_lines(card: Scorecard, entries: tuple[Entry, ...]) -> list[tuple[Entry, Line]]:
    by_code = {line.indicator.code: line for line in card.lines}
    return [(entry, by_code[entry.code]) for entry in entries]


def _ranks(line: Line) -> bool:
    position = line.among.position
    return position is not None and position.place.rank is not None


# --- One indicator ----------------------------------------------------------------------------------
def _entry(line: Line, sent: Mapping[str, str]) -> Entry:
    value, fault = _typed(line, sent)
    outcome = _outcome(line, value) if value is not None and _differs(line, value) else None
    return _with(line, sent, fault, outcome, _own_ways(_supposed(line, value)))


def _differs(line: Line, value: Decimal | None) -> bool:
    return value is not None and line.figure is not None and value != line.figure.value


def _supposed(line: Line, value: Decimal | None) -> Line:
    """The line as it would be with what was typed, so that all that is said beside it is told from there."""
    if value is None or line.figure is None or not _differs(line, value):
        return line
    among = line.among.supposing(_measured(line, value))
    return replace(line, figure=line.figure._replace(value=value), among=among)


def _supposed_part(line: Line, value: Decimal | None) -> Line:
    """Of a part its points count and how they are printed, not where it stands."""
    if value is None or line.figure is None:
        return line
    among = replace(line.among, places=max(line.among.places, len(plain(value).partition(".")[2])))
    return replace(line, figure=line.figure._replace(value=value), among=among)


def _part(line: Line, sent: Mapping[str, str]) -> Entry:
    return _with(line, sent, _typed(line, sent)[1], None, ())


def _with(line: Line, sent: Mapping[str, str], fault: str, outcome: Outcome | None, ways: tuple[str, ...]) -> Entry:
    indicator, figure = line.indicator, line.figure
    lowest, highest = _limits(line)
    limits = "" if highest == MOST else _("%(lowest)s to %(highest)s") % {
        "lowest": number_text(lowest), "highest": number_text(highest),
    }  # fmt: skip
    return Entry(
        code=indicator.code,
        field=PREFIX + indicator.code,
        name=indicator.name,
        now=_shown(line, figure.value) if figure else "",
        rank=_rank(line.among.position.place if line.among.position else None),
        typed=sent.get(PREFIX + indicator.code, _field(line)).strip(),
        tail=_tail(line),
        limits=limits,
        fault=fault,
        outcome=outcome,
        ways=ways,
        part=line.part,
    )


def _field(line: Line) -> str:
    return number_text(line.figure.value) if line.figure else ""


def _tail(line: Line) -> str:
    if line.indicator.kind == Kind.PERCENT:
        return "%"
    full = _full(line)
    return f"/{number_text(full)}" if full is not None else ""


def _full(line: Line) -> Decimal | None:
    if line.figure is not None and line.figure.out_of is not None:
        return line.figure.out_of
    return line.indicator.maximum if line.indicator.kind == Kind.SCORE else None


def _limits(line: Line) -> tuple[Decimal, Decimal]:
    if line.indicator.kind == Kind.PERCENT:
        return Decimal(0), Decimal(100)
    full = _full(line)
    return Decimal(0), MOST if full is None else full


def _typed(line: Line, sent: Mapping[str, str]) -> tuple[Decimal | None, str]:
    """The figure typed, and what is wrong with it."""
    text = sent.get(PREFIX + line.indicator.code, "").strip()
    if not text or text == _field(line):
        return (line.figure.value if line.figure else None), ""
    lowest, highest = _limits(line)
    found = _read(line, text)
    below = _BELOW.match(text)
    if found is None and not below and not (text.isascii() and text.isdecimal()):
        told = {"text": text[:40], "example": f"{_field(line)}{_tail(line)}"}
        return None, _("“%(text)s” is no figure that can be read here. Type one such as %(example)s.") % told
    whole = found is None or found.out_of in (None, _full(line))
    if found is not None and whole and lowest <= found.value <= highest:
        return found.value, ""
    if highest == MOST:
        return None, _("At least 0.") if below else _("At most %(highest)s.") % {"highest": number_text(highest)}
    limits = {"lowest": number_text(lowest), "highest": number_text(highest)}
    if not whole:
        return None, _("Here it is a figure out of %(highest)s: from %(lowest)s to %(highest)s.") % limits
    return None, _("From %(lowest)s to %(highest)s.") % limits


def _read(line: Line, text: str) -> Figure | None:
    """As it is printed, "11/12", or the first of the two alone."""
    kind = Kind(line.indicator.kind)
    found = read(text, Kind.COUNT if kind is Kind.SHARE and "/" not in text else kind)
    return found if isinstance(found, Figure) else None


def _outcome(line: Line, value: Decimal) -> Outcome:
    measure = _measured(line, value)
    place = whatif.place_after(line.among.items, line.among.key, measure, line.indicator.direction)
    return _said(line, value, place)


def _measured(line: Line, value: Decimal) -> Measure:
    out_of = line.figure.out_of if line.figure else None
    return Fraction(value) / Fraction(out_of) if line.indicator.kind == Kind.SHARE and out_of else value


def _said(line: Line, value: Decimal, place: Place | None) -> Outcome:
    now = line.figure.value if line.figure else value
    after, before = _measured(line, value), _measured(line, now)
    change = difference(after, before)
    tone = ""
    if change:
        tone = "better" if better(after, before, direction=line.indicator.direction) else "worse"
    in_percent = Fraction(change) * 100 if line.indicator.kind == Kind.SHARE else change
    position = line.among.position
    return Outcome(
        figure=_shown(line, value),
        change=amount_text(Amount(shown(in_percent, line.decimals), line.indicator.kind, signed=True)),
        rank=_rank(place),
        rank_now=_rank(position.place if position else None),
        tone=tone,
    )


def _own_ways(line: Line) -> tuple[str, ...]:
    """The smallest change of the figure itself that passes the unit above."""
    target, figure, position = _target(line), line.figure, line.among.position
    if position is not None and position.place.rank == 1:
        return (_("Already first, with others.") if position.place.tied else _("Already first."),)
    if target is None or figure is None:
        return ()
    name, measure = target
    direction = line.indicator.direction
    if line.indicator.kind == Kind.SHARE:
        more = whatif.smallest_share(figure.value, figure.out_of or Decimal(0), Fraction(measure), direction)
        if more is None:
            return (_("This figure alone cannot pass %(unit)s.") % {"unit": name},)
        new = figure.value + more if direction == Direction.HIGHER else figure.value - more
        return (_way(line, name, more if direction == Direction.HIGHER else -more, new),)
    rule = _rule(line)
    found = whatif.smallest(figure.value, [rule], Decimal(measure), direction) if isinstance(measure, Decimal) else ()
    if not found:
        return (_("This figure alone cannot pass %(unit)s.") % {"unit": name},)
    return (_way(line, name, found[0].change, found[0].new),)


def _way(line: Line, name: str, change: Decimal, new: Decimal) -> str:
    kind = Kind.COUNT if line.indicator.kind == Kind.SHARE else line.indicator.kind
    return _("To pass %(unit)s: at least %(change)s, to %(new)s.") % {
        "unit": name,
        "change": amount_text(Amount(change, kind, signed=True)),
        "new": _shown(line, new),
    }


def _target(line: Line) -> tuple[str, Measure] | None:
    """Who stands right above, with what; of a unit without peers the nation, where it does better."""
    position = line.among.position
    if position is not None:
        if position.above is None:
            return None
        measure = line.among.figure(position.above)
        return None if measure is None else (line.among.names.get(position.above, ""), measure)
    if line.nation is None or line.measure is None:
        return None
    measure = line.nation.measured(line.indicator.kind)
    ahead = measure is not None and better(measure, line.measure, direction=line.indicator.direction)
    return (_("the national average"), measure) if ahead and measure is not None else None


# --- The total and its parts ------------------------------------------------------------------------
def _rule(line: Line) -> whatif.Part:
    value = line.figure.value if line.figure else Decimal(0)
    lowest, highest = _limits(line)
    return whatif.Part(line.indicator.code, value, lowest, max(lowest, highest), _step(line))


def _step(line: Line) -> Decimal:
    """The smallest change that paper shows: as many decimals as the unit's or a peer's figure is printed with."""
    if line.indicator.kind in (Kind.COUNT, Kind.SHARE):
        return Decimal(1)
    printed = _DECIMALS.search(line.figure.printed) if line.figure else None
    places = len(printed[1]) if printed else 0
    return Decimal(1).scaleb(-max(places, line.among.places))


def _total_after(total: Line, rules: list[whatif.Part], parts: list[Line], sent: Mapping[str, str]) -> Decimal:
    changed = {line.indicator.code: value for line in parts if (value := _typed(line, sent)[0]) is not None}
    now = total.figure.value if total.figure else Decimal(0)
    return whatif.total_after(now, rules, changed, limits=_limits(total))


def _total_outcome(total: Line, after: Decimal) -> Outcome | None:
    if total.figure is None or after == total.figure.value:
        return None
    among = total.among
    place = whatif.place_after(among.items, among.key, after, total.indicator.direction) if among.position else None
    return _said(total, after, place)


def _ways(total: Line, rules: list[whatif.Part], parts: list[Line]) -> list[str]:
    target = _target(total)
    if target is None or total.figure is None or not isinstance(target[1], Decimal):
        return []
    lines = {line.indicator.code: line for line in parts}
    direction = total.indicator.direction
    found = whatif.smallest(total.figure.value, rules, target[1], direction, limits=_limits(total))
    if not found:
        return [_("No part alone can do it.")]
    return [
        _("%(name)s: at least %(change)s, to %(new)s.") % {
            "name": lines[each.key].indicator.name,
            "change": amount_text(Amount(each.change, Kind.SCORE, signed=True)),
            "new": _shown(lines[each.key], each.new),
        }
        for each in found
    ]  # fmt: skip


def _target_text(total: Line) -> str:
    target = _target(total)
    if target is None:
        return ""
    return f"{target[0]} ({number_text(shown(target[1], total.decimals))})"


def _shown(line: Line, value: Decimal) -> str:
    return value_text(value, _full(line), line.indicator.kind)


def _rank(place: Place | None) -> str:
    return "" if place is None or place.rank is None else f"{rank_text(place.rank, place.tied)}/{place.rank_of}"
