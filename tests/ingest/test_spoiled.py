"""Every layout's example with one cell spoiled: one problem, at that cell, and every other figure as before."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from chiso.ingest.fact import Fact
from chiso.ingest.grid import Cell, Table
from chiso.ingest.reading import Opened, open_file, understand
from tests.ingest.expected import Expected, figures, sample
from tests.ingest.knowledge import knowledge
from tests.ingest.sheets import facts

SUFFIXES = (".xlsx", ".txt", "-lines.txt")


@lru_cache(maxsize=3)
def _opened(suffix: str) -> Opened:
    return open_file(sample(suffix), f"dispatch-1082{suffix}")


@lru_cache(maxsize=3)
def _clean(suffix: str) -> tuple[Fact, ...]:
    return tuple(facts(understand(_opened(suffix), knowledge())))


def _key(figure: Expected) -> tuple[str | None, str, str]:
    return figure.unit, figure.indicator, figure.appendix


def _with(suffix: str, fact: Fact, text: str) -> Opened:
    """The file with another text in place of one figure's own."""
    opened = _opened(suffix)

    def row_of(row: list[Cell]) -> list[Cell]:
        is_row = any(cell.spot == fact.cell.spot for cell in row)
        return [_cell(cell, fact, text) if is_row and n == fact.cell.column - 1 else cell for n, cell in enumerate(row)]

    sections = [
        replace(part, tables=[Table([row_of(row) for row in table.rows], table.name) for table in part.tables])
        for part in opened.sections
    ]
    return replace(opened, sections=sections)


def _cell(cell: Cell, fact: Fact, text: str) -> Cell:
    old = cell.text if cell.number is not None else fact.printed
    assert cell.text.endswith(old)
    return replace(cell, text=cell.text.removesuffix(old) + text, number=None)


def _letter_inside(printed: str) -> str:
    place = next(n for n, sign in enumerate(printed) if sign.isdigit()) + 1
    return f"{printed[:place]}O{printed[place:]}"


CASES = [
    pytest.param(suffix, figure, id=f"{suffix}-{figure.appendix}-{figure.row}-{figure.column}")
    for suffix in SUFFIXES
    for figure in figures()
    if suffix != "-lines.txt" or figure.appendix in ("II", "IV")
]


@pytest.mark.parametrize(("suffix", "figure"), CASES)
def test_a_letter_in_a_number_is_one_problem_at_its_cell(suffix: str, figure: Expected) -> None:
    fact = next(each for each in _clean(suffix) if (each.unit, each.indicator, each.cell.appendix) == _key(figure))
    spoiled = _letter_inside(fact.printed)
    reading = understand(_with(suffix, fact, spoiled), knowledge())

    (problem,) = reading.problems
    assert (problem.why, problem.severity, problem.printed) == ("letter-in-number", "error", spoiled)
    assert problem.cell == fact.cell
    assert (problem.cell.row, problem.cell.column) == (figure.row, figure.column)
    assert (problem.unit, problem.indicator) == (figure.unit, figure.indicator)
    assert facts(reading) == [each for each in _clean(suffix) if each is not fact]


@pytest.mark.parametrize(("suffix", "figure"), [case for case in CASES if case.values[0] == ".xlsx"])
def test_a_figure_blanked_is_a_note_at_its_cell_and_no_fact(suffix: str, figure: Expected) -> None:
    fact = next(each for each in _clean(suffix) if (each.unit, each.indicator, each.cell.appendix) == _key(figure))
    reading = understand(_with(suffix, fact, ""), knowledge())

    (problem,) = reading.problems
    assert (problem.why, problem.severity, problem.printed, problem.cell) == ("missing", "note", "", fact.cell)
    assert (problem.unit, problem.indicator) == (figure.unit, figure.indicator)
    assert facts(reading) == [each for each in _clean(suffix) if each is not fact]
