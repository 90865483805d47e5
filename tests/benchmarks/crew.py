"""Processes of the jobs, from the parent's side: a fresh one for every job, one after the other.

Starting Django takes a second and is nobody's cost: one process for each settings has done that and nothing more (it
never opens a database), and every job is a fork of it."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from .place import Postgres, Sqlite

ROOT = Path(__file__).resolve().parent.parent.parent
OVER = "not run: the time given was over"
SETTINGS = {"ours": "config.settings", "stock": "tests.benchmarks.stock.settings"}


class JobFailed(Exception):
    """What the job's process wrote before it ended."""


class Crew:
    def __init__(self, place: Sqlite | Postgres, folder: Path) -> None:
        self.place, self.folder = place, folder
        self._started: dict[str, subprocess.Popen[str]] = {}
        self.until: float | None = None  # by the clock of `time.monotonic`: no job goes on after it

    def run(self, job: str, database: str, **asked: Any) -> dict[str, Any]:
        """One job ("ours.board") on one database: its steps, its peak memory, what it says besides."""
        settings = "stock" if job.startswith("stock.") else "ours"
        if self._left() == 0:
            raise JobFailed(f"{job}: {OVER}")
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
            in_time = self._answers(process)
            answer = process.stdout.readline() if in_time else ""
        except BrokenPipeError:
            in_time, answer = True, ""
        if not answer:
            self._end(settings)
        if not in_time:
            raise JobFailed(f"{job}: {OVER}")
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
        for settings in list(self._started):
            self._end(settings, waits=30)

    def _left(self) -> float | None:
        return None if self.until is None else max(0.0, self.until - time.monotonic())

    def _answers(self, process: subprocess.Popen[str]) -> bool:
        """Whether it says something before the time is over; a job answers with one line."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)  # type: ignore[arg-type]
            return bool(waiting.select(self._left()))

    def _end(self, settings: str, waits: float = 0) -> None:
        """The process and whatever job of it still runs; the next job starts another one."""
        process = self._started.pop(settings)
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(timeout=waits)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()

    def _start(self, settings: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.benchmarks.child"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment("none", settings), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._started[settings] = process
        return process
