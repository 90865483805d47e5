"""What calamine leaves out of a sheet, found by a second pass over the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from chiso.ingest.readers.limits import MOST_CELLS, too_large

Place = tuple[int, int]  # row and column, from 0
Area = tuple[Place, Place]  # first and last place of merged cells

DATE, FORMULA, ERROR = "date", "formula", "error"  # the ids of Cell.trouble


@dataclass(slots=True)
class Losses:
    """One sheet's number formats (`usual` is that of numbers without one of their own), damaged cells (id and what the
    cell shows), merged areas, and the texts that end in raised figures ("quá hạn2" → "quá hạn", ("2",))."""

    formats: dict[Place, str] = field(default_factory=dict)
    usual: str = ""
    troubles: dict[Place, tuple[str, str]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    raised: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Widen the sheet to a cell. Raises UnreadableFile where the rectangle becomes absurd:
        two cells in far corners would have calamine allocate every cell between them."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.rows * self.columns > MOST_CELLS:
            raise too_large()

    def merge(self, first: Place, last: Place) -> None:
        """Note merged cells, if they are more than one."""
        if first < last:
            self.merged.append((first, last))

    def covered(self) -> Iterator[tuple[Place, Place]]:
        """(place, the place whose text it shows) for the cells under a merged one, inside the sheet."""
        left_over = MOST_CELLS
        for first, last in self.merged:
            rows = range(first[0], min(last[0] + 1, self.rows))
            columns = range(first[1], min(last[1] + 1, self.columns))
            left_over -= len(rows) * len(columns)
            if left_over < 0:
                raise too_large()
            yield from ((place, first) for place in product(rows, columns) if place != first)
