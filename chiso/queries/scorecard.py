"""One unit by one dispatch: where it stands, why, what moved, and how it was over the dispatches before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from chiso.models import Dispatch, Edition, Indicator, Kind, Unit, User
from chiso.queries import series, standing
from chiso.queries import sight as sights
from chiso.queries.edition import corrected_among
from chiso.queries.position import ALONE, Among, Figures, Row
from chiso.queries.series import Told
from chiso.queries.sight import Sight
from chiso.ranking import why
from chiso.ranking.movement import Movement, moved, movement
from chiso.ranking.position import difference
from chiso.ranking.rules import Measure
from chiso.ranking.shown import decimals_of
from chiso.words.figure import kind_shown

# What a page leads with where there is no composite index: a rate says more of a unit than a count.
_LEADS = (Kind.SCORE, Kind.PERCENT, Kind.SHARE, Kind.COUNT)


class NoCard(LookupError):
    """No such dispatch for this reader, or none that could have a figure of the unit."""


class NoEdition(NoCard):
    """No such edition of the dispatch, for this reader."""


class NoIndicator(NoCard):
    """No such indicator by which the unit or its peers have a figure."""


@dataclass(frozen=True, slots=True)
class Line:
    """The unit by one indicator. `figure` is None where its peers have one and it has none: that is not 0.

    `disputed` is the key of the reply by which it is, for who is told of it. `was` is what the edition before this one
    said, where a correction changed it (None: nothing)."""

    indicator: Indicator
    depth: int
    part: bool  # an addend of the total
    figure: Row | None
    among: Among
    places: tuple[standing.Place, ...]  # among the whole level, then within the parent
    places_before: tuple[standing.Place, ...]
    nation: Row | None
    before: Row | None  # in the dispatch it is compared with
    change: Measure | None
    corrected: bool
    was: Row | None
    disputed: int | None

    @property
    def measure(self) -> Measure | None:
        return self.figure.measured(self.indicator.kind) if self.figure else None

    @property
    def decimals(self) -> int:
        """The decimals of what is worked out from this figure and those of its peers."""
        return self.among.position.decimals if self.among.position else decimals_of([self.measure])

    @property
    def lost(self) -> Decimal | None:
        """Points to the maximum, where more is better."""
        if self.figure is None or self.indicator.kind != Kind.SCORE or self.indicator.direction != "higher":
            return None
        full = self.figure.out_of if self.figure.out_of is not None else self.indicator.maximum
        return None if full is None else full - self.figure.value


@dataclass(frozen=True, slots=True)
class Moment:
    """The unit by one indicator in one dispatch of the series; `broken` says why no line leads here, `before` is the
    figure that it is compared with, by the rule of the movement."""

    dispatch: Dispatch
    edition: Edition | None  # None: what was published was recalled
    day: date
    indicator: Indicator | None
    figure: Row | None
    place: tuple[int, int, bool] | None  # rank, of how many, tied
    broken: str
    corrected: bool
    before: Row | None = None

    @property
    def measure(self) -> Measure | None:
        return self.figure.measured(self.indicator.kind) if self.figure and self.indicator else None

    @property
    def change(self) -> Measure | None:
        return _change(self.figure, self.before, self.indicator.kind) if self.indicator else None

    @property
    def decimals(self) -> int:
        """Those of the change."""
        before = self.before.measured(self.indicator.kind) if self.before and self.indicator else None
        return decimals_of([self.measure, before])


@dataclass(frozen=True, slots=True)
class Scorecard:
    unit: Unit
    told: Told
    edition: Edition
    sight: Sight
    before: Edition | None
    no_comparison: str
    total: Line | None
    lines: tuple[Line, ...]  # the total first, then in the order of the indicators
    movement: Movement | None
    reasons: tuple[why.Reason, ...]
    moments: tuple[Moment, ...]  # the oldest first
    charted: Indicator | None
    dispatches: tuple[Told, ...]  # all that name the unit, the newest first

    @property
    def prints_charted(self) -> bool:
        """Whether the dispatch has the indicator looked back at: it may be one of others alone."""
        return any(line.indicator == self.charted for line in self.lines)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dispatch, which edition of it and which indicator looked back at; None for what a page opens with.
    `supposed` are figures typed for the unit by the codes of their indicators: what comes of them is asked for."""

    dispatch: tuple[str, int, str] | None = None
    edition: str | None = None
    indicator: str | None = None
    supposed: Mapping[str, str] = field(default_factory=dict)


def for_unit(unit: Unit, user: User, wanted: Wanted = Wanted()) -> Scorecard | None:
    """None where no dispatch that the user may read has a figure of the unit; raises `NoCard`.

    At most 6 SQL queries, and one for the user's units unless they are known, however many dispatches there are."""
    several = series.told(unit, user)
    shown = series.at(several, *wanted.dispatch) if wanted.dispatch else series.newest(several)
    if shown is None:
        if wanted.dispatch:
            raise NoCard(str(wanted.dispatch))
        return None
    return _Card(unit, user, several, shown, wanted).told()


def _edition(shown: Told, number: str | None) -> Edition:
    if number is None:
        return shown.opens
    found = next((one for one in shown.editions if str(one.number) == number), None)
    if found is None:
        raise NoEdition(number)
    return found


class _Card:
    """What is asked of the database, once, and the parts of a scorecard made of it."""

    def __init__(self, unit: Unit, user: User, several: tuple[Told, ...], shown: Told, wanted: Wanted) -> None:
        self.unit, self.several, self.shown, self.wanted = unit, several, shown, wanted
        self.edition = edition = _edition(shown, wanted.edition)
        issuer = edition.dispatch.issuer
        self.sight = sights.of(user, issuer)
        self.breaks = series.reorganisations(unit, issuer)
        self.before, self.no_comparison = series.before(several, edition, self.breaks)
        self.series = series.of_one_kind(several, edition.dispatch)
        editions = {one.pk: one for told in self.series for one in told.editions}
        sets = {one.indicator_set_id for one in editions.values()}
        self.indicators = {each.pk: each for each in Indicator.objects.filter(indicator_set__in=sets)}
        self.whole = {each.parent_id for each in self.indicators.values() if each.part_of_total}
        self.figures = Figures(
            unit, user, now=edition, before=self.before, editions=editions.values(), indicators=self.indicators,
            lead=self._lead, supposed=wanted.supposed,
        )  # fmt: skip

    def told(self) -> Scorecard:
        lines = self._lines()
        total = lines[0] if lines else None
        moved = self._movement(total, lines) if total else None
        reason = self.no_comparison or ("" if moved or total is None else "no-figure")
        charted = self._charted(self.wanted.indicator, lines)
        card = self._why(total, lines, moved, reason)
        return Scorecard(
            unit=self.unit,
            told=self.shown,
            edition=self.edition,
            sight=self.sight,
            before=self.before,
            no_comparison=reason,
            total=total,
            lines=lines,
            movement=moved,
            reasons=why.reasons(card),
            moments=tuple(self._moments(charted, total)) if charted else (),
            charted=charted,
            dispatches=tuple(one for one in self.several if one.named),
        )

    def _lines(self) -> tuple[Line, ...]:
        have = self.figures.indicators(self.edition) & self.indicators.keys()
        shown = [self.indicators[pk] for pk in have]
        first = min(shown, key=self._lead, default=None)
        rest = sorted((each for each in shown if each != first), key=lambda each: (each.order, each.pk))
        return tuple(self._line(each, first) for each in ([first, *rest] if first else []))

    def _lead(self, indicator: Indicator) -> tuple[bool, bool, int, int, int]:
        """The composite index first: what has parts that make it."""
        kind = _LEADS.index(Kind(indicator.kind))
        return indicator.pk not in self.whole, not indicator.direction, kind, indicator.order, indicator.pk

    def _line(self, indicator: Indicator, total: Indicator | None) -> Line:
        figure = self.figures.own(self.edition, indicator.pk)
        before = self.figures.own(self.before, indicator.pk)
        corrected, was = self._corrected(self.edition, self.shown, indicator.pk)
        return Line(
            indicator=indicator,
            depth=self._depth(indicator),
            part=total is not None and indicator.part_of_total and indicator.parent_id == total.pk,
            figure=figure,
            among=self.figures.among(self.edition, indicator, self.sight),
            places=self.figures.places(self.edition, indicator) if figure else (),
            places_before=self.figures.places(self.before, indicator) if self.before and before else (),
            nation=None if self._is_nation else self.figures.nation(self.edition, indicator.pk),
            before=before,
            change=_change(figure, before, indicator.kind),
            corrected=corrected,
            was=was,
            disputed=self.figures.disputed(self.edition, indicator.pk),
        )

    @property
    def _is_nation(self) -> bool:
        return self.unit.level == "nation"

    def _depth(self, indicator: Indicator) -> int:
        """How deep it stands below the total; where the total is not shown, nothing is below it."""
        parent = self.indicators.get(indicator.parent_id or 0)
        if parent is None or self.unit.level not in ALONE:
            return 0
        return 1 if parent.parent_id is None else 2

    def _corrected(self, edition: Edition | None, told: Told, indicator: int) -> tuple[bool, Row | None]:
        """Whether the edition says otherwise than the one that it corrects, and what that one said."""
        if edition is None or edition.number == 1:
            return False, None
        earlier = corrected_among(told.editions, edition)
        if earlier is None:
            return False, None
        now, was = self.figures.own(edition, indicator), self.figures.own(earlier, indicator)
        return _said(now) != _said(was), was

    def _movement(self, total: Line, lines: tuple[Line, ...]) -> Movement | None:
        if self.before is None:
            return None
        now, before = total.measure, total.before.measured(total.indicator.kind) if total.before else None
        if now is None or before is None:
            return None
        parts = [line for line in lines if line.part]
        parts_now = {line.indicator.code: line.figure.value for line in parts if line.figure}
        parts_before = {line.indicator.code: line.before.value for line in parts if line.before}
        peers = self.figures.peers_moved(total.indicator)
        if peers is not None:
            return moved(now, before, peers, parts_now=parts_now, parts_before=parts_before)
        earlier = self.figures.among(self.before, total.indicator, self.sight)
        return movement(
            total.among.items, earlier.items, total.among.key, direction=total.indicator.direction,
            parts_now=parts_now, parts_before=parts_before,
        )  # fmt: skip

    def _why(self, total: Line | None, lines: tuple[Line, ...], moved: Movement | None, reason: str) -> why.Card:
        return why.Card(
            total=_said_of(total) if total else None,
            lines=tuple(_said_of(line) for line in lines if line is not total),
            movement=moved,
            no_comparison=reason,
            provisional=self.edition.is_open,
            names=total.among.names if total else {},
        )

    def _charted(self, code: str | None, lines: tuple[Line, ...]) -> Indicator | None:
        if code is None:
            return lines[0].indicator if lines else None
        shown = (line.indicator for line in lines if line.indicator.code == code)
        found = next(shown, None) or self._earlier(code)
        if found is None:
            raise NoIndicator(code)
        return found

    def _earlier(self, code: str) -> Indicator | None:
        """By which the unit has a figure in another dispatch of the series; as the newest of them calls it."""
        several = [each for each in self.indicators.values() if each.code == code]
        editions = [told.holds for told in reversed(self.series)]
        return next((each for one in editions for each in several if self.figures.own(one, each.pk)), None)

    def _moments(self, charted: Indicator, total: Line | None) -> Iterable[Moment]:
        by_set = {each.indicator_set_id: each for each in self.indicators.values() if _alike(each, charted)}
        stands = series.standing(self.series)
        last: tuple[date, int] | None = None
        for told in self.series:
            edition = self.edition if told is self.shown else told.holds
            of = edition or told.editions[0]
            indicator = by_set.get(of.indicator_set_id)
            broken = self._broken(last, told.day, of.indicator_set_id)
            if told.holds:
                last = told.day, of.indicator_set_id
            figure = self.figures.own(edition, indicator.pk) if indicator else None
            base = series.last_of_set(stands, told.day, of.indicator_set_id)
            if base and series.crossed(self.breaks, base[0], told.day):
                base = None
            yield Moment(
                dispatch=told.dispatch,
                edition=edition,
                day=told.day,
                indicator=indicator,
                figure=figure,
                place=self._place(edition, indicator, total) if edition and indicator and figure else None,
                broken=broken,
                corrected=bool(indicator) and self._corrected(edition, told, indicator.pk if indicator else 0)[0],
                before=self.figures.own(base[1], indicator.pk) if base and indicator else None,
            )

    def _broken(self, last: tuple[date, int] | None, day: date, of: int) -> str:
        if last is None:
            return ""
        return (
            series.OTHER_SET
            if last[1] != of
            else series.REORGANISED
            if series.crossed(self.breaks, last[0], day)
            else ""
        )

    def _place(self, edition: Edition, indicator: Indicator, total: Line | None) -> tuple[int, int, bool] | None:
        """Ours among peers; of the unit on which the office reports, the rank that the letter prints."""
        if self.unit.level in ALONE:
            letter = total is not None and indicator.code == total.indicator.code
            if letter and self.unit.pk == edition.dispatch.issuer.unit_id and edition.headline_rank:
                return edition.headline_rank, edition.headline_rank_of or 0, False
            return None
        if not edition.is_published and edition != self.edition:
            return None  # another draft: its peers were not asked for
        place = next(iter(self.figures.places(edition, indicator)), None)
        return (place.rank, place.rank_of, place.tied) if place and ":" not in place.peers else None


def _alike(indicator: Indicator, charted: Indicator) -> bool:
    """The same one, also in another set: there the series breaks."""
    return (indicator.code, indicator.kind) == (charted.code, charted.kind)


def _said(row: Row | None) -> tuple[object, ...]:
    return () if row is None else (row.value, row.out_of, row.printed)


def _change(now: Row | None, before: Row | None, kind: str) -> Measure | None:
    one, other = (row.measured(kind) if row else None for row in (now, before))
    return None if one is None or other is None else difference(one, other)


def _said_of(line: Line) -> why.Line:
    indicator, figure = line.indicator, line.figure
    nation = line.nation
    out_of = figure.out_of if figure else None
    return why.Line(
        key=indicator.code,
        name=indicator.name,
        kind=indicator.kind,
        value=figure.value if figure else None,
        out_of=indicator.maximum if out_of is None and indicator.kind == Kind.SCORE else out_of,
        direction=indicator.direction,
        part=line.part,
        position=line.among.position,
        nation=nation.measured(indicator.kind) if nation else None,
        printed_kind=kind_shown(figure.printed, indicator.kind) if figure else "",
    )


def in_points(figure: Measure, kind: str) -> Measure:
    """A share's ratio in percent, everything else as it is."""
    return Fraction(figure) * 100 if kind == Kind.SHARE else figure
