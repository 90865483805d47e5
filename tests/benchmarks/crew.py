"""Processes of the jobs, from the parent's side: a fresh one for every job, one after the other.

Starting Django takes a second and is nobody's cost: one process for each settings has done that and nothing more (it
never opens a database), and every job is a fork of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .place import Postgres, Sqlite

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = {"ours": "config.settings", "stock": "tests.benchmarks.stock.settings"}


class JobFailed(Exception):
    """What the job's process wrote before it ended."""


class Crew:
    def __init__(self, place: Sqlite | Postgres, folder: Path) -> None:
        self.place, self.folder = place, folder
        self._started: dict[str, subprocess.Popen[str]] = {}

    def run(self, job: str, database: str, **asked: Any) -> dict[str, Any]:
        """One job ("ours.board") on one database: its steps, its peak memory, what it says besides."""
        settings = "stock" if job.startswith("stock.") else "ours"
        process = self._started.get(settings) or self._start(settings)
        order = {
            "job": job, "name": self.place.name(database), "postmaster": self.place.postmaster,
            "files": str(self.folder / "uploads" / database), "asked": asked,
        }  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise JobFailed(f"{job}: the process that starts jobs ended")
        done: dict[str, Any] = json.loads(answer)
        if "failed" in done:
            raise JobFailed(f"{job} on {database}:\n{done['failed']}")
        return done

    def environment(self, database: str, settings: str = "ours") -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": SETTINGS[settings], "DATABASE_URL": self.place.url(database),
            "CHISO_FILES": str(self.folder / "uploads" / database), "CHISO_WORKERS": "0", "CHISO_PRODUCTION": "0",
            "CHISO_DEBUG": "0", "CHISO_LOG_LEVEL": "CRITICAL", "CHISO_EMAIL_URL": "memorymail://",
        }  # fmt: skip

    def close(self) -> None:
        for process in self._started.values():
            assert process.stdin is not None
            if process.poll() is None:
                process.stdin.close()
            process.wait(timeout=30)

    def _start(self, settings: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.benchmarks.child"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment("none", settings), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._started[settings] = process
        return process
