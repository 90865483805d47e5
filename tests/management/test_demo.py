"""The demo keeps away from a database that is not its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from django.conf import settings

from chiso.management.commands import demo


def test_demo_refuses_before_it_changes_anything_and_names_the_database(tmp_path: Path):
    """Another program's tables: they are neither joined by ours nor touched."""
    file = tmp_path / "payroll.sqlite3"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE salary (id INTEGER)")
        other.commit()
    run = subprocess.run(
        [sys.executable, "manage.py", "demo", "--no-server"], cwd=settings.BASE_DIR, capture_output=True, text=True,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{file}", "CHISO_FILES": str(tmp_path / "files")}, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert "payroll.sqlite3" in run.stderr
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("salary",)]


def test_a_database_is_named_without_its_password():
    where = {"NAME": "office", "HOST": "db.example", "PORT": "5432", "USER": "chiso", "PASSWORD": "secret"}
    assert demo.called(where) == "db.example:5432/office"
