"""Layouts as data: what the lines of an appendix are called and what each feeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chiso.values.number import Kind


class Role(StrEnum):
    """What a line (a column, or a row of an indicators-in-rows table) holds."""

    INDICATOR = "indicator"
    UNIT = "unit"
    CODE = "code"
    POSITION = "position"
    RANK = "rank"  # a printed rank
    LABEL = "label"  # the indicator's name, in indicators-in-rows tables
    PROVINCE = "province"  # figures of the issuer's own unit
    NATION = "nation"  # figures of the nation
    NONE = "none"  # left out for good: a person said that it is no figure of ours


@dataclass(frozen=True, slots=True)
class Line:
    """One column or row. `titles` are alternatives, compared folded."""

    role: Role
    titles: tuple[str, ...]
    indicator: str = ""
    axis: str = "column"  # "column" or "row"
    in_label: bool = False  # the value stands inside the label: "Tỷ lệ …: 85.23%"

    def is_of_use(self, knowledge: Knowledge) -> bool:
        """Whether what it feeds is on record: the indicator, or the nation."""
        if self.role is Role.INDICATOR:
            return any(record.code == self.indicator for record in knowledge.indicators)
        return self.role is not Role.NATION or knowledge.nation is not None

    @property
    def feeds(self) -> tuple[Role, str]:
        """What it is, however it is called."""
        return self.role, self.indicator


@dataclass(frozen=True, slots=True)
class Layout:
    """One appendix's shape. `sorts` is the indicator that orders the table ("" for none),
    `sorts_within` is "level" where each level is a block of its own."""

    code: str
    ordinal: str
    titles: tuple[str, ...]
    lines: tuple[Line, ...]
    rows_are: str = "units"  # "units" or "indicators"
    sorts: str = ""
    sorts_within: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorRecord:
    """An indicator as the plain rooms need it."""

    code: str
    name: str
    kind: Kind
    maximum: Decimal | None = None
    direction: str = ""  # "higher", "lower" or "" (not ranked)
    additive: bool = False  # the parent unit's figure is the sum of its children's
    parent: str = ""
    part_of_total: bool = False  # a group of the index set: the total is the sum of these
    complement: str = ""  # code of the count of those not in it: not deployed, not on time


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit as the plain rooms need it. `path` are the slugs of its ancestors, nearest first."""

    slug: str
    name: str
    level: str
    code: str | None = None
    parent: str | None = None
    path: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What reading may rely on: the issuer's tree at the data date, its indicators and layouts.

    `units` holds the issuer's tree, the nation and the provinces, each valid at the date."""

    issuer: str  # slug of the issuer's unit
    issuer_name: str
    nation: str | None
    units: tuple[UnitRecord, ...] = ()
    indicators: tuple[IndicatorRecord, ...] = ()
    layouts: tuple[Layout, ...] = field(default=())
