"""Wall seconds, CPU seconds (the process, its children and the database), memory and statements of one job.

In the process of the job. CPU is what counts on a machine that others use too; of PostgreSQL it is that of the whole
cluster where it is ours alone, else of the backend that serves the job where it runs on this machine."""

from __future__ import annotations

import json
import os
import re
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

_TICK = os.sysconf("SC_CLK_TCK")
_NANO = 1_000_000_000
# Not the subject of a page: the session, the person with what it may and is told, transactions.
_SERVICE = re.compile(
    r"(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET )"
    r"|(?:SELECT (?:(?! FROM ).)*? FROM (?:\(SELECT (?:(?! FROM ).)*? FROM )?|INSERT INTO |UPDATE |DELETE FROM )"
    r'"(?:django_session|django_content_type'
    r'|django_admin_log|auth_\w+|chiso_user|chiso_membership|chiso_notice)"',
    re.DOTALL,
)


class Meter:
    """What one job took, step by step."""

    def __init__(self, postmaster: int | None) -> None:
        self.postmaster = postmaster
        self.steps: dict[str, dict[str, float]] = {}
        self.statements: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One thing done once."""
        from django.db import connection

        connection.ensure_connection()
        self.statements = []
        database, cpu, wall = self.database(), _own(), time.perf_counter()
        with connection.execute_wrapper(self._note):
            yield
        took = {"wall": time.perf_counter() - wall, "cpu": _own() - cpu + self.database() - database}
        self.steps[name] = took | {"statements": len(self.own()), "all_statements": len(self.statements)}

    def often(self, name: str, act: Callable[[int], Any], *, times: int, most: float = 20.0) -> Any:
        """The same thing several times (fewer where that takes over `most` seconds): the median wall seconds and the
        mean CPU seconds of one, the statements of the last. The first call, which fills caches, is not counted."""
        from django.db import connection

        first = time.perf_counter()
        last = act(0)
        times = max(1, min(times, int(most / max(time.perf_counter() - first, 1e-6))))
        walls: list[float] = []
        database, cpu = self.database(), _own()
        with connection.execute_wrapper(self._note):
            for turn in range(1, times + 1):
                self.statements = []
                begun = time.perf_counter()
                last = act(turn)
                walls.append(time.perf_counter() - begun)
        cpu = _own() - cpu + self.database() - database
        self.steps[name] = {
            "wall": median(walls), "cpu": cpu / times, "honest": cpu / max(sum(walls), 1e-9), "times": times,
            "statements": len(self.own()), "all_statements": len(self.statements),
        }  # fmt: skip
        return last

    def own(self) -> list[str]:
        """Statements about the subject."""
        return [each for each in self.statements if not _SERVICE.match(each)]

    def database(self) -> float:
        from django.db import connection

        if connection.vendor != "postgresql" or connection.connection is None:
            return 0.0
        if self.postmaster is not None:
            return _cluster(self.postmaster)
        return _scheduled(connection.connection.info.backend_pid)

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(sql)
        return execute(sql, params, many, context)


def _own() -> float:
    """This process and what it ran."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _scheduled(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / _NANO
    except (OSError, ValueError, IndexError):
        return 0.0


def _cluster(postmaster: int) -> float:
    """Of all processes of a cluster, those that have ended included (parallel workers)."""
    try:
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        ended = Path(f"/proc/{postmaster}/stat").read_text().rsplit(")", 1)[1].split()[13:15]
    except OSError:
        return 0.0
    return sum(_scheduled(int(child)) for child in children) + sum(map(int, ended)) / _TICK


def peak() -> float:
    """The most memory this process has had, in MB. Of `resource` only where the kernel tells nothing better: there a
    process begins with its parent's."""
    return _status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def idle() -> float:
    """The memory of this moment in MB, from which `peak` counts anew."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return peak()
    return _status("VmRSS")


def _status(name: str) -> float:
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"{name}:\s+(\d+)", text)
    return int(found.group(1)) / 1024 if found else 0.0


def written(done: dict[str, Any], meter: Meter) -> str:
    return json.dumps({"steps": meter.steps, "peak": round(peak(), 1), **done})
