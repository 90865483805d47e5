"""Where a unit stands by a published edition, as publication kept it: how its peers lie and who stands next to it are
found by index, so that among 14,000 peers hardly more rows are read than among nine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import connections, router

from chiso.models import Edition, Standing, Unit
from chiso.models.result import DIGITS, NUMBER_PLACES, PLACES
from chiso.queries.standing import Place
from chiso.ranking.why import MOST_NAMED

Key = tuple[int, int]  # edition, indicator

# One statement of several kinds of rows, for each has the same conditions and few rows:
# 0 the unit's own places, 1 what is kept of its peers' boards, 2 who stands beside it (the best, the next better ones
# and those who share its rank: of more than are named only one, by its number, so that no more are read), 3 which
# boards a record stands on that was merged since, 4 those that stand on the board of one of both editions alone, by
# the indicator that leads: found by comparing two lists of keys, and added up, 5 who has the unit's own rank there.
_ASKED = """
WITH records AS (SELECT %(unit)s AS id UNION ALL SELECT id FROM chiso_unit WHERE merged_into_id = %(unit)s),
own AS (
  SELECT * FROM chiso_standing
  WHERE unit_id IN (SELECT id FROM records) AND edition_id = %(now)s AND peers = %(level)s
),
edges AS (
  SELECT own.indicator_id, own.rank, own.rank_of,
    (SELECT MAX(o.rank) FROM chiso_standing o WHERE o.edition_id = %(now)s AND o.indicator_id = own.indicator_id
      AND o.peers = %(level)s AND o.rank < own.rank) AS above,
    (SELECT MIN(o.rank) FROM chiso_standing o WHERE o.edition_id = %(now)s AND o.indicator_id = own.indicator_id
      AND o.peers = %(level)s AND o.rank > own.rank) AS below,
    (SELECT MIN(o.rank) FROM chiso_standing o WHERE o.edition_id = %(now)s AND o.indicator_id = own.indicator_id
      AND o.peers = %(level)s AND o.rank > 1) AS runner_up
  FROM own
),
lead AS (SELECT indicator_id FROM own ORDER BY CASE indicator_id {order} END LIMIT 1),
was AS (
  SELECT * FROM chiso_standing WHERE unit_id IN (SELECT id FROM records) AND edition_id = %(before)s
  AND indicator_id = (SELECT indicator_id FROM lead) AND peers = %(level)s
),
came AS (
  SELECT unit_id FROM chiso_standing
  WHERE edition_id = %(now)s AND indicator_id = (SELECT indicator_id FROM lead) AND peers = %(level)s
  EXCEPT SELECT unit_id FROM chiso_standing
  WHERE edition_id = %(before)s AND indicator_id = (SELECT indicator_id FROM lead) AND peers = %(level)s
),
went AS (
  SELECT unit_id FROM chiso_standing
  WHERE edition_id = %(before)s AND indicator_id = (SELECT indicator_id FROM lead) AND peers = %(level)s
  EXCEPT SELECT unit_id FROM chiso_standing
  WHERE edition_id = %(now)s AND indicator_id = (SELECT indicator_id FROM lead) AND peers = %(level)s
),
ranks AS (
  SELECT indicator_id, 1 AS rank, COALESCE(runner_up, rank_of + 1) - 1 AS alike FROM edges
  UNION SELECT indicator_id, above, rank - above FROM edges WHERE above IS NOT NULL
  UNION SELECT indicator_id, rank, COALESCE(below, rank_of + 1) - rank FROM edges
),
beside AS (
  SELECT ranks.*, CASE WHEN alike <= %(most)s THEN %(any)s ELSE (
    SELECT MIN(o.unit_id) FROM chiso_standing o WHERE o.edition_id = %(now)s AND o.indicator_id = ranks.indicator_id
      AND o.peers = %(level)s AND o.rank = ranks.rank) END AS last
  FROM ranks
)
SELECT 0, edition_id, indicator_id, unit_id, peers, rank, rank_of, tied, value, CAST(NULL AS numeric),
  CAST('' AS varchar(500)), CAST('' AS varchar(500)), 0, CAST('' AS varchar(500)), CAST('' AS varchar(500))
FROM chiso_standing WHERE unit_id IN (SELECT id FROM records)
UNION ALL
SELECT 1, edition_id, indicator_id, decimals, peers, ranked, count, (1 = 0), mean, median, '', '', 0, '', ''
FROM chiso_summary WHERE edition_id IN (%(now)s, %(before)s) AND peers = %(level)s
UNION ALL
SELECT 2, %(now)s, s.indicator_id, COALESCE(u.merged_into_id, u.id), s.peers, s.rank, b.alike, s.tied, r.value,
  r.out_of, u.name, r.printed, u."order", u.sort_key, u.slug
FROM beside b CROSS JOIN chiso_standing s CROSS JOIN chiso_unit u CROSS JOIN chiso_result r
WHERE s.edition_id = %(now)s AND s.indicator_id = b.indicator_id AND s.peers = %(level)s AND s.rank = b.rank
  AND s.unit_id <= b.last AND u.id = s.unit_id
  AND r.edition_id = %(now)s AND r.indicator_id = s.indicator_id AND r.unit_id = s.unit_id
UNION ALL
SELECT 5, own.edition_id, own.indicator_id, 0, '', 0, COALESCE((SELECT MIN(o.rank) FROM chiso_standing o
    WHERE o.edition_id = own.edition_id AND o.indicator_id = own.indicator_id AND o.peers = %(level)s
      AND o.rank > own.rank), own.rank_of + 1) - own.rank, (1 = 0), 0, NULL, '', '', 0, '', ''
FROM (SELECT * FROM own UNION ALL SELECT * FROM was) own
WHERE own.indicator_id = (SELECT indicator_id FROM lead)
UNION ALL
SELECT 3, r.edition_id, r.indicator_id, 0, '', 0, 0, (1 = 0), 0, NULL, '', '', 0, '', ''
FROM chiso_unit u CROSS JOIN chiso_result r
WHERE u.merged_into_id > 0 AND u.level = %(level)s AND r.unit_id = u.id
  AND r.edition_id IN (%(now)s, %(before)s)
UNION ALL
SELECT 4, %(now)s, COALESCE((SELECT indicator_id FROM lead), 0), COUNT(*), '', SUM(CASE WHEN s.rank < own.rank THEN 1
  ELSE 0 END), SUM(CASE WHEN s.rank = own.rank THEN 1 ELSE 0 END), (1 = 0), SUM(ROUND(s.value * %(parts)s)),
  NULL, '', '', 0, '', ''
FROM came CROSS JOIN own CROSS JOIN chiso_standing s
WHERE own.indicator_id = (SELECT indicator_id FROM lead) AND s.edition_id = %(now)s
  AND s.indicator_id = own.indicator_id AND s.peers = %(level)s AND s.unit_id = came.unit_id
UNION ALL
SELECT 4, %(before)s, COALESCE((SELECT indicator_id FROM lead), 0), COUNT(*), '', SUM(CASE WHEN s.rank < was.rank THEN 1
  ELSE 0 END), SUM(CASE WHEN s.rank = was.rank THEN 1 ELSE 0 END), (1 = 0), SUM(ROUND(s.value * %(parts)s)),
  NULL, '', '', 0, '', ''
FROM went CROSS JOIN was CROSS JOIN chiso_standing s
WHERE s.edition_id = %(before)s AND s.indicator_id = was.indicator_id AND s.peers = %(level)s
  AND s.unit_id = went.unit_id
ORDER BY 1, 13, 14, 15
"""


class Kept(NamedTuple):
    """What is kept of one board of a whole level."""

    decimals: int
    ranked: int
    figures: int
    mean: Decimal | None
    median: Decimal | None

    @property
    def total(self) -> Fraction | None:
        """The sum of the figures, where the mean is kept with enough digits to tell it."""
        if self.mean is None:
            return None
        steps = Fraction(self.mean) * self.figures * 10**self.decimals
        exact = self.figures * 10**self.decimals < 10**NUMBER_PLACES and steps < 10**DIGITS
        return Fraction(round(steps), 10**self.decimals) if exact else None


class Beside(NamedTuple):
    """One who stands next to the unit, or shares its rank; `alike` have this rank."""

    unit: int
    rank: int
    alike: int
    value: Decimal
    out_of: Decimal | None
    name: str
    printed: str


class Only(NamedTuple):
    """Those that stand on a board and not on that of the other edition, how many of them before the unit, and how many
    with it."""

    units: int
    ahead: int
    alike: int
    total: Fraction


@dataclass
class Around:
    """What is told of a unit. `merged` are the boards on which a record stands that was merged since."""

    places: list[tuple[int, Place]] = field(default_factory=list)  # with the edition; the whole level first
    values: dict[Key, Decimal] = field(default_factory=dict)  # its own, where it is ranked
    boards: dict[Key, Kept] = field(default_factory=dict)
    beside: dict[int, list[Beside]] = field(default_factory=lambda: defaultdict(list))  # in the order of the units
    merged: set[Key] = field(default_factory=set)
    only: dict[Key, Only] = field(default_factory=dict)
    alike: dict[Key, int] = field(default_factory=dict)  # who has the unit's own rank, by the indicator that leads


def around(unit: Unit, now: Edition, before: Edition | None, leads: Sequence[int]) -> Around:
    """Of the unit in `now`, and how its peers moved since `before` by the first of the indicators that lead; one SQL
    query. It reads no more of its peers than a few, but for that movement the keys of all."""
    order = " ".join(f"WHEN {indicator} THEN {place}" for place, indicator in enumerate(leads)) or "WHEN 0 THEN 0"
    asked = {
        "unit": unit.pk, "level": str(unit.level), "now": now.pk, "before": before.pk if before else 0,
        "most": MOST_NAMED, "any": 2**62, "parts": 10**PLACES,
    }  # fmt: skip
    with connections[router.db_for_read(Standing)].cursor() as cursor:
        cursor.execute(_ASKED.format(order=order), asked)
        return _told(cursor.fetchall())


def _told(rows: Iterable[tuple[Any, ...]]) -> Around:
    found = Around()
    for what, edition, indicator, unit, peers, rank, of, tied, value, other, name, printed, *_order in rows:
        if what == 0:
            found.places.append((edition, Place(indicator, unit, peers, rank, of, bool(tied))))
            found.values[edition, indicator] = _number(value)
        elif what == 1:
            found.boards[edition, indicator] = Kept(unit, rank, of, _exact(value), _exact(other))
        elif what == 2:
            one = Beside(unit, rank, of, _number(value), _exact(other), name, printed)
            found.beside[indicator].append(one)
        elif what == 3:
            found.merged.add((edition, indicator))
        elif what == 4:
            found.only[edition, indicator] = Only(unit, rank or 0, of or 0, Fraction(int(value or 0), 10**PLACES))
        else:
            found.alike[edition, indicator] = of
    found.places.sort(key=lambda each: each[1].peers)
    return found


def _exact(number: Any) -> Decimal | None:
    return None if number is None else _number(number)


def _number(number: Any) -> Decimal:
    """SQLite tells it as a double, whose shortest text is the number that was written."""
    return Decimal(str(number))
