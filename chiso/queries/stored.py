"""The figures of an edition as a load compares them: one read, values as whole ten-thousandths.

No model and no Decimal is made of a row: the 84,000 figures of 14,000 units come in 0.25 s of work; as models with
their units, indicators and appendices they took 1.7 s."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db.models import BigIntegerField, F, FloatField, Func
from django.db.models.functions import Cast

from chiso.checks.case import Row
from chiso.ingest.fact import Fact
from chiso.models import Edition, Result, ResultChange, Unit, What
from chiso.models.result import PLACES

Key = tuple[str, str]  # (unit slug, indicator code)
_CELL, _POSITION, _RANK = 200, 20, 20  # what a row holds of them


class Place(NamedTuple):
    """Where a figure stands in its document, as long as the record holds."""

    cell: str
    position: str
    printed_rank: str
    row: int
    ordinal: str  # of its appendix, "" for none


class Stored(NamedTuple):
    """One figure on record. `source_id` is None where a person answers for it."""

    unit: str
    indicator: str
    value: int  # in ten-thousandths, like `out_of`
    out_of: int | None
    printed: str
    place: Place
    source_id: int | None

    @property
    def state(self) -> tuple[Decimal, Decimal | None, str]:
        """Value, of what, and as printed: what its history keeps."""
        return decimal(self.value), None if self.out_of is None else decimal(self.out_of), self.printed

    @property
    def as_row(self) -> Row:
        """The same as the checks take it."""
        value, out_of, printed = self.state
        place = self.place
        return Row(
            self.unit, self.indicator, value, out_of, printed, place.ordinal, place.cell, place.position,
            place.printed_rank, place.row,
        )  # fmt: skip


def figures(edition: Edition) -> dict[Key, Stored]:
    """Every figure of an edition, under the record that it names."""
    rows = Result.objects.filter(edition=edition).values_list(
        "unit__slug", "indicator__code", scaled_in_sql("value"), scaled_in_sql("out_of"), "printed", "cell", "position",
        "printed_rank", "row", "appendix__ordinal", "source_id",
    )  # fmt: skip
    return {
        (unit, code): Stored(unit, code, value, out_of, printed, Place(cell, at, rank, row, ordinal or ""), source)
        for unit, code, value, out_of, printed, cell, at, rank, row, ordinal, source in rows.iterator(10_000)
    }


def removed_by_hand(edition: Edition) -> set[Key]:
    """Figures that someone took out, one by one or in a sheet: a load that brings them back says so. A merge takes
    them to another record of the unit."""
    gone = ResultChange.objects.filter(edition=edition, value_after=None).exclude(event__what=What.UNIT_MERGED)
    keys = gone.values_list("unit__slug", "indicator__code")
    found = set(keys.iterator())
    lasting = Unit.objects.lasting("slug") if found else {}
    return {(lasting.get(unit, unit), code) for unit, code in found}


def place(fact: Fact) -> Place:
    """Where a figure of a file will stand."""
    return Place(
        str(fact.cell)[:_CELL], fact.position[:_POSITION], fact.printed_rank[:_RANK], fact.row, fact.cell.appendix
    )


def as_row(fact: Fact, at: Place) -> Row:
    """A figure of a file as the checks take it: as the row that it would become."""
    return Row(
        fact.unit or "", fact.indicator, fact.value, fact.out_of, fact.printed, at.ordinal, at.cell, at.position,
        at.printed_rank, at.row,
    )  # fmt: skip


def scaled(value: Decimal | None) -> int | None:
    """In ten-thousandths; no figure has more decimals."""
    return None if value is None else int(value.scaleb(PLACES))


def decimal(value: int) -> Decimal:
    return Decimal(value).scaleb(-PLACES)


def scaled_in_sql(field: str) -> Cast:
    """Whole ten-thousandths. SQLite keeps doubles: of at most 15 digits, so that rounding finds the very number."""
    return Cast(Func(F(field) * 10**PLACES, function="ROUND", output_field=FloatField()), BigIntegerField())
