"""Runs told as one page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks import told
from tests.benchmarks.table import as_rows, missing, most

BARS = [
    most("A2", "against the limit", 3, 3.5, "≤ 3.5×", ours="3 s", took=3.0, honest=0.99),
    most("A5", "peak memory", 2, 0.3, "≤ 0.3× stock", ours="200 MB", memory=200.0, note="whole processes | really."),
    missing("B3", "requests a second", "≥ 3× the window", "not asked for"),
]


def run(units: int, bars: list, **facts: object) -> dict:
    known = {
        "database": "sqlite", "said": "SQLite (WAL)", "units": units, "dispatches": 24, "rounds": 3, "stock_rounds": 1,
        "took": 600, "python": "3.11.7", "cores": 2, "memory": 24, "machine": "x86_64", "load": 0.5,
    }  # fmt: skip
    return {"run": [], "facts": known | facts, "bars": as_rows(bars)}


def test_a_table_says_what_holds_by_how_much_and_on_which_machine():
    text = told.markdown([run(14_000, BARS)])
    assert "### SQLite, 14,000 units, 24 dispatches: 2,016,000 results" in text
    assert "SQLite (WAL), Python 3.11.7, 2 cores, 24 GB, x86_64; rounds: 3, of the stock tools 1; 10 minutes" in text
    assert "| A2 | against the limit | 3 s | – | – | – | ≤ 3.5× | holds |" in text
    assert "**falls short** (1) |" in text
    assert "1. A5, peak memory: whole processes \\| really." in text
    assert "| not measured (2) |" in text


def test_groups_of_several_runs_stand_together_and_the_later_one_counts():
    again = [most("A2", "against the limit", 9, 3.5, "≤ 3.5×", ours="9 s", took=9.0)]
    text = told.markdown([run(14_000, BARS), run(14_000, again), run(14_000, BARS[:1], database="postgresql")])
    assert "| 9 s |" in text
    assert "| 200 MB |" not in text, "the group was measured anew as a whole"
    assert "requests a second" in text
    assert text.index("PostgreSQL") < text.index("### SQLite")


def test_growth_from_size_to_size_in_time_and_memory():
    small = [most("A2", "against the limit", 3, 3.5, "", took=0.3), most("A5", "peak memory", 2, 3, "", memory=100.0)]
    text = told.markdown([run(1_400, small), run(14_000, BARS)])
    assert "### SQLite: from size to size" in text
    assert "| A2 | against the limit | 300 ms | 3 s | 1.00 |" in text
    assert "| A5 | peak memory (MB) | 100 MB | 200 MB | 0.30 |" in text


@pytest.mark.parametrize("marked", [True, False])
def test_a_page_gets_the_tables_between_its_marks(tmp_path: Path, marked: bool):
    file, page = tmp_path / "a.json", tmp_path / "page.md"
    file.write_text(json.dumps(run(14_000, BARS)))
    between = "<!-- benchmarks -->\nstale\n<!-- /benchmarks -->" if marked else "nothing"
    page.write_text(f"before\n\n{between}\n\nafter\n")
    if not marked:
        with pytest.raises(SystemExit):
            told.main([str(file), "--into", str(page)])
        return
    for _twice in range(2):
        told.main([str(file), "--into", str(page)])
    text = page.read_text()
    assert text.startswith("before\n\n<!-- benchmarks -->\n")
    assert text.endswith("\n<!-- /benchmarks -->\n\nafter\n")
    assert "stale" not in text
    assert text.count("### SQLite") == 1
