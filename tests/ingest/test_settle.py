"""A figure printed twice: once where the printings agree, not at all where they do not."""

from __future__ import annotations

from decimal import Decimal

from chiso.ingest.fact import AppendixReading, Blank, Fact, Letter, Problem, Reading, Reference
from chiso.ingest.settle import settle


def _fact(
    appendix: str, row: int, value: str, *, out_of: str | None = None, unit: str | None = "so-y-te", code: str = "TONG"
) -> Fact:
    cell = Reference(appendix, row, 3)
    return Fact(unit, "Sở Y tế", code, Decimal(value), Decimal(out_of) if out_of else None, value, cell, row=row)


def _settled(
    *facts: Fact,
    doubled: tuple[tuple[str, str], ...] = (),
    blanks: tuple[Blank, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> Reading:
    ordinals = dict.fromkeys(fact.cell.appendix for fact in facts)
    appendices = [
        AppendixReading(each, facts=[fact for fact in facts if fact.cell.appendix == each]) for each in ordinals
    ]
    appendices[0].blanks = list(blanks)
    reading = Reading(Letter(), appendices, list(problems), doubled=list(doubled))
    settle(reading)
    return reading


def _left(reading: Reading) -> list[tuple[str, int]]:
    return [(appendix.ordinal, fact.row) for appendix in reading.appendices for fact in appendix.facts]


def _told(reading: Reading) -> list[tuple[str, str, str, int]]:
    return [(each.why, each.severity, each.cell.appendix, each.cell.row) for each in reading.problems]


def test_one_printing_is_left_alone() -> None:
    reading = _settled(_fact("I", 2, "5"), _fact("I", 3, "5", code="CKMB"), _fact("I", 4, "6", unit="so-noi-vu"))

    assert (len(_left(reading)), reading.problems) == (3, [])


def test_an_agreeing_printing_in_another_appendix_is_noted_once_and_stays() -> None:
    reading = _settled(_fact("I", 2, "10790"), _fact("III", 9, "10790"))

    assert _left(reading) == [("I", 2), ("III", 9)]
    assert _told(reading) == [("printed-again", "note", "III", 9)]
    assert reading.problems[0].params == {"first": "10790", "first_cell": "I, row 2, column 3"}


def test_one_printing_may_leave_the_maximum_out() -> None:
    assert _told(_settled(_fact("I", 2, "57.72", out_of="100"), _fact("II", 3, "57.720"))) == [
        ("printed-again", "note", "II", 3)
    ]


def test_another_maximum_is_another_figure() -> None:
    reading = _settled(_fact("I", 2, "8", out_of="11"), _fact("II", 3, "8", out_of="12"))

    assert (_left(reading), _told(reading)) == ([], [("two-printings", "error", "II", 3)])


def test_of_disagreeing_printings_none_is_left_in_any_appendix() -> None:
    reading = _settled(_fact("I", 2, "5"), _fact("II", 3, "5"), _fact("III", 4, "6"), _fact("III", 5, "7", code="CKMB"))

    assert _left(reading) == [("III", 5)]
    assert _told(reading) == [("two-printings", "error", "III", 4)]


def test_an_agreeing_printing_in_the_same_table_is_taken_out() -> None:
    reading = _settled(_fact("IV", 2, "5"), _fact("IV", 3, "5"), doubled=(("so-y-te", "IV, row 3, column 2"),))

    assert (_left(reading), reading.problems) == ([("IV", 2)], [])


def test_of_a_row_that_is_doubled_what_only_one_row_says_is_not_taken() -> None:
    blank = Blank("so-y-te", "TONG", "", Reference("IV", 3, 3))
    unread = Problem("IV", Reference("IV", 3, 4), "5O", "letter-in-number", unit="so-y-te", indicator="CKMB")
    facts = (_fact("IV", 2, "5"), _fact("IV", 2, "6", code="CKMB"), _fact("IV", 2, "7", code="MDHL"))
    doubled = (("so-y-te", "IV, row 3, column 2"),)

    assert len(_left(_settled(*facts, blanks=(blank,), problems=(unread,)))) == 3
    reading = _settled(*facts, doubled=doubled, blanks=(blank,), problems=(unread,))
    assert [fact.indicator for fact in reading.appendices[0].facts] == ["MDHL"]


def test_figures_of_units_not_on_record_are_never_one_figure() -> None:
    reading = _settled(_fact("IV", 2, "5", unit=None), _fact("IV", 3, "6", unit=None))

    assert (len(_left(reading)), reading.problems) == (2, [])
