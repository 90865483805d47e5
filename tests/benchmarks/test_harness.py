"""The benchmarks run, at a size that says nothing about time, and tell of every bar."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks import numbers
from tests.benchmarks.crew import ROOT
from tests.benchmarks.measure import _SERVICE
from tests.benchmarks.table import HEAD, least, most, printed

BARS = ["A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4", "C1", "D1", "D2", "E1", "F1"]


def test_every_bar_is_told(tmp_path: Path):
    told = tmp_path / "bars.json"
    sizes = [
        "--units",
        "30",
        "--dispatches",
        "2",
        "--rounds",
        "1",
        "--seconds",
        "0",
        "--times",
        "1",
        "--database",
        "sqlite",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *sizes, "--folder", str(tmp_path), "--json", str(told)],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=300, env=os.environ | {"PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    bars = json.loads(told.read_text())["bars"]
    assert sorted({bar["id"] for bar in bars}) == BARS
    unmeasured = {bar["id"]: bar["note"] for bar in bars if bar["holds"] is None}
    assert unmeasured == {"B3": "not asked for", "E1": "LibreOffice is not on this machine"}
    exact = {bar["what"]: bar["holds"] for bar in bars if bar["id"] in ("A3", "A4") and bar["what"].startswith("rows")}
    assert exact == {"rows written for the same": True, "rows written for 1 %": True}
    assert [path.name for path in tmp_path.iterdir()] == ["bars.json"], "the run leaves nothing behind"


def test_what_time_is_too_short_for_is_told_too(tmp_path: Path):
    told, page = tmp_path / "bars.json", tmp_path / "bars.md"
    files = ["--folder", str(tmp_path), "--json", str(told), "--markdown", str(page)]
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--units", "3000", "--minutes", "0.03", *files],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert time.monotonic() - begun < 40, "a job that runs is ended"
    bars = json.loads(told.read_text())["bars"]
    assert sorted({bar["id"] for bar in bars}) == BARS
    assert {bar["says"] for bar in bars} == {"not measured"}
    assert {bar["note"].rpartition(": ")[2] for bar in bars} == {"the time given was over"}
    assert "SQLite, 3,000 units" in page.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bars.json", "bars.md"]


def test_without_the_stock_tools_the_rest_is_measured(tmp_path: Path):
    told = tmp_path / "bars.json"
    sizes = ["C", "--units", "30", "--dispatches", "1", "--times", "1", "--stock-rounds", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *sizes, "--folder", str(tmp_path), "--json", str(told)],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    says = {bar["what"]: (bar["holds"] is None, bar["note"]) for bar in json.loads(told.read_text())["bars"]}
    assert says.pop("against a Count a figure") == (True, "not run: the run was asked for without the stock tools")
    assert not any(unmeasured for unmeasured, _note in says.values())


@pytest.mark.parametrize("unit", [1, 88, 8900, 139_999])
@pytest.mark.django_db
def test_the_figures_in_sql_are_those_in_python(unit: int):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(numbers.in_sql(place, 7, str(unit)) for place in range(6)))
        assert list(cursor.fetchone()) == numbers.row(unit, 7)


def test_figures_are_within_their_maxima():
    rows = [numbers.row(unit, dispatch) for unit in range(1, 3000, 7) for dispatch in (1, 60, 121)]
    assert all(0 < value <= 2000 - 1 for row in rows for value in row[1:])
    assert all(row[0] == sum(row[1:]) for row in rows)


def test_no_two_names_are_alike():
    assert len({numbers.name(number) for number in range(140_000)}) == 140_000


def test_one_cell_of_a_hundred_changes():
    assert 2 * len(numbers.changed(1400)) == 1400 * 6 // 100


@pytest.mark.parametrize(
    ("statement", "counts"),
    [
        ('SELECT "chiso_user"."id" FROM "chiso_user" WHERE 1', False),
        ('SELECT COUNT(*) FROM (SELECT "chiso_notice"."id" AS "a" FROM "chiso_notice") subquery', False),
        ('UPDATE "django_session" SET 1', False),
        ('SAVEPOINT "s1"', False),
        ('SELECT "a" FROM "chiso_result" WHERE "x" IN (SELECT U0."unit_id" FROM "chiso_membership" U0)', True),
        ('INSERT INTO "chiso_result" VALUES (1)', True),
        ("CREATE TEMPORARY TABLE staged (unit bigint)", True),
    ],
)
def test_statements_about_the_person_are_not_the_subjects(statement: str, counts: bool):
    assert (not _SERVICE.match(statement)) is counts


def test_the_table_says_what_holds_and_what_falls_short():
    text = printed([most("A2", "x", 3, 3.5, "≤ 3.5×", note="told below"), least("A1", "y", 3, 150, "≥ 150×")])
    lines = text.splitlines()
    assert re.split(r"\s{2,}", lines[0]) == list(HEAD)
    assert "holds" in lines[2]
    assert "falls short" in lines[3]
    assert lines[-1] == "A2 x: told below"
