"""Two real clusters of PostgreSQL, one a streaming replica of the other, and readers who notice nothing:

    python -m tests.benchmarks.replica [--units 1400] [--dispatches 12]

Both run on this machine, on loopback alone; gunicorn serves the product with both addresses. Readers ask for published
pages all the while: as it follows, while a whole import runs on the primary, while the replica stands still, while it
is stopped, and when it is back. Meanwhile people write and look at once at what they wrote. Exit 1 where a page failed,
somebody met an older state than the own, or a reader met one older than the limit. Not part of the tests: it takes
three minutes, and root or the right to run a PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from .place import Postgres, _as_postgres, _binary, _free_port
from .replica_readers import Browser, Readers

if TYPE_CHECKING:
    from collections.abc import Iterator

LAG = 10  # seconds, as the product has it by itself
ROOT = Path(__file__).resolve().parents[2]


class Standby:
    """A copy of a cluster that follows it."""

    def __init__(self, primary: str, folder: Path) -> None:
        self.data, self.port, self.log = folder / "standby", _free_port(), folder / "standby.log"
        _as_postgres(
            str(_binary("pg_basebackup")),
            "-D",
            str(self.data),
            "-d",
            primary,
            "-R",
            "-X",
            "stream",
            "--checkpoint=fast",
        )
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"port = {self.port}\nunix_socket_directories = '{folder}'\nhot_standby_feedback = on\n")

    def start(self) -> None:
        _as_postgres(str(_binary("pg_ctl")), "-D", str(self.data), "-l", str(self.log), "-w", "-t", "30", "start")

    def stop(self, mode: str = "immediate") -> None:
        _as_postgres(str(_binary("pg_ctl")), "-D", str(self.data), "-m", mode, "-w", "-t", "30", "stop")

    def url(self, name: str) -> str:
        return f"postgres://chiso@127.0.0.1:{self.port}/{name}"


def main() -> int:
    given = ArgumentParser(prog="python -m tests.benchmarks.replica")
    given.add_argument("--units", type=int, default=1400)
    given.add_argument("--dispatches", type=int, default=12)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="chiso-replica-") as folder:
        primary = Postgres(Path(folder))
        assert primary.cluster is not None
        standby = Standby(primary.base, primary.cluster)
        try:
            standby.start()
            return _run(primary, standby, Path(folder), asked.units, asked.dispatches)
        finally:
            if (standby.data / "postmaster.pid").exists():
                standby.stop()
            primary.close()


def _run(primary: Postgres, standby: Standby, folder: Path, units: int, dispatches: int) -> int:
    primary.create("product")
    name = primary.name("product")
    given = {
        "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": primary.url("product"),
        "DATABASE_REPLICA_URL": standby.url(name), "CHISO_REPLICA_LAG": str(LAG), "CHISO_FILES": str(folder / "files"),
        "CHISO_EMAIL_URL": "dummymail://", "CHISO_POOL": os.environ.get("CHISO_POOL", "4"), "CHISO_DEBUG": "0",
    }  # fmt: skip
    os.environ |= given
    import django

    django.setup()
    from .replica_office import Office

    office = Office(folder, units=units, dispatches=dispatches)
    with _served(folder) as port:
        return Play(primary, standby, office, port, name).all()


class Play:
    """The scenes, one after the other, while the readers go on reading."""

    def __init__(self, primary: Postgres, standby: Standby, office: Any, port: int, name: str) -> None:
        self.primary, self.standby, self.office, self.port, self.name = primary, standby, office, port, name
        self.readers = Readers(port, office.cookies("reader", 4), office.pages())
        self.faults: list[str] = []

    def all(self) -> int:
        _say(f"{self.primary.said}; {self.office.said}; readers: {len(self.readers.cookies)}; lag allowed: {LAG} s")
        self.readers.start()
        try:
            self.scene("the replica follows", lambda: time.sleep(6))
            self.scene("an import on the primary", self.office.import_all, wanted="replica")
            self.scene("publications, each read at once", lambda: self.written(3))
            self.tell("SELECT pg_wal_replay_pause()")
            self.scene("the replica stands still", lambda: (self.written(3), time.sleep(LAG + 2)), wanted="primary")
            self.tell("SELECT pg_wal_replay_resume()")
            self.scene("the replica has caught up", lambda: time.sleep(6), wanted="replica")
            self.scene("the replica is stopped", lambda: (self.standby.stop(), self.written(2), time.sleep(4)))
            self.scene("the replica is started", lambda: (self.standby.start(), time.sleep(9)))
            self.scene("all is as it was", lambda: time.sleep(5), wanted="replica")
        finally:
            self.readers.stop()
        self.faults += self.readers.faults
        oldest = max(self.readers.ages, default=0.0)
        if oldest > LAG + 0.5:
            self.faults.append(f"a reader met a state of {oldest:.1f} s ago")
        _say(f"lists that lacked the newest publication: {len(self.readers.ages)}, at most {oldest:.1f} s after it; pages that failed or were stale: "
             f"{len(self.faults)}")  # fmt: skip
        for each in self.faults[:20]:
            _say(f"  {each}")
        return 1 if self.faults else 0

    def scene(self, name: str, act: Callable[[], object], wanted: str = "") -> None:
        before, since = self.transactions(), time.monotonic()
        act()
        share = self.share(before)
        pages = self.readers.since(since)
        took = sorted(seconds for _at, seconds in pages)
        if not took:
            self.faults.append(f"{name}: no page was served")
            return
        rate = len(took) / (time.monotonic() - since)
        middle, late, worst = (1000 * took[min(len(took) - 1, int(len(took) * part))] for part in (0.5, 0.95, 1.0))
        _say(f"{name:34} {len(took):5} pages {rate:6.1f}/s  p50 {middle:5.0f}  p95 {late:5.0f}  worst {worst:5.0f} ms  "
             f"replica: {'gone' if share is None else f'{share:.1f} statements a page'}")  # fmt: skip
        if wanted == "replica" and (share is None or share < 1):
            self.faults.append(f"{name}: the replica served nothing")

    def written(self, times: int) -> None:
        """Somebody publishes and looks; somebody is told of it and looks; somebody disputes a figure of it and looks."""
        approver, unit = (Browser(self.port, self.office.cookies(who, 1)[0]) for who in ("approver", "unit"))
        for _turn in range(times):
            news = self.office.publish_one()
            self.readers.news(news.path)
            self.see("the approver's own publication", approver.get(news.path), news.mark)
            self.see("what a notice tells of", unit.get(news.notice), news.mark)
            self.see("one's own reply", unit.dispute(news.reply, news.figure), "mark disputed")
            unit.forget()
            self.see("one's own reply, much later", unit.get(news.figure), "mark disputed")

    def see(self, what: str, page: str, mark: str) -> None:
        if mark not in page:
            self.faults.append(f"{what}: {mark!r} is not there")

    def tell(self, statement: str) -> None:
        """More than once where it must: a replica that goes on cancels what stands in its way."""
        for _try in range(20):
            with suppress(psycopg.OperationalError), self.asked() as connection:
                connection.execute(statement)  # type: ignore[arg-type]
                return
            time.sleep(0.2)
        self.faults.append(f"the replica did not hear: {statement}")

    def asked(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.standby.url(self.name), autocommit=True)

    def transactions(self) -> int | None:
        try:
            with self.asked() as connection:
                rows = connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = %s", [self.name])
                return int(rows.fetchone()[0])  # type: ignore[index]
        except psycopg.OperationalError:
            return None

    def share(self, before: int | None) -> float | None:
        now, pages = self.transactions(), max(1, len(self.readers.since(self.readers.scene)))
        self.readers.scene = time.monotonic()
        return None if before is None or now is None or now < before else (now - before) / pages


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    port, log = _free_port(), folder / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4", "--no-control-socket"]
    command += ["-b", f"127.0.0.1:{port}", "--log-level", "error", "config.wsgi"]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
    try:
        for _try in range(200):
            with suppress(OSError):
                Browser(port, "").get("/accounts/login/")
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
        faults = [line for line in log.read_text().splitlines() if "ERROR" in line or "Traceback" in line]
        _say(f"errors in the server's log: {len(faults)}")
        for line in faults[:5]:
            _say(f"  {line[:200]}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
