"""Where the databases of a run are: files for SQLite, a throw-away cluster or the server given for PostgreSQL.

Nothing here loads Django: the parent of all jobs stays small."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

# What a small server is set to; fsync stays on. Planning is left as PostgreSQL has it.
_SETTINGS = {
    "shared_buffers": "512MB", "maintenance_work_mem": "256MB", "max_wal_size": "4GB", "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
}  # fmt: skip
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []


class Sqlite:
    """One file a database."""

    vendor = "sqlite"
    postmaster: int | None = None
    said = "SQLite (WAL)"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def name(self, name: str) -> str:
        return str(self.folder / f"{name}.sqlite3")

    def url(self, name: str) -> str:
        return f"sqlite:///{self.name(name)}"

    def create(self, name: str) -> None:
        self.drop(name)

    def copy(self, source: str, name: str) -> None:
        shutil.copyfile(self.name(source), self.name(name))

    def drop(self, name: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(self.name(name) + ending).unlink(missing_ok=True)

    def close(self) -> None:
        """The folder goes with everything else."""


class Postgres:
    """Databases of one server, dropped at the end; `postmaster` where the server is ours alone."""

    vendor = "postgresql"

    def __init__(self, folder: Path, url: str = "") -> None:
        self.prefix = f"bench_{uuid4().hex[:6]}_"
        self.made: set[str] = set()
        self.cluster: Path | None = None
        self.postmaster: int | None = None
        self.base = url or self._start()
        with psycopg.connect(self.base) as connection:
            version = str(connection.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]
        self.said = f"PostgreSQL {version}, " + ("the server given" if url else "a cluster of its own")

    def name(self, name: str) -> str:
        return self.prefix + name.replace("-", "_")

    def url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.base)._replace(path=f"/{self.name(name)}"))

    def create(self, name: str) -> None:
        self.drop(name)
        self._say(f'CREATE DATABASE "{self.name(name)}"')
        self.made.add(name)

    def copy(self, source: str, name: str) -> None:
        self.drop(name)
        self._say(f'CREATE DATABASE "{self.name(name)}" TEMPLATE "{self.name(source)}"')
        self.made.add(name)
        self._say("CHECKPOINT")  # what copying leaves to be written is no job's cost

    def drop(self, name: str) -> None:
        self._say(f'DROP DATABASE IF EXISTS "{self.name(name)}" WITH (FORCE)')
        self.made.discard(name)

    def close(self) -> None:
        if self.cluster is None:
            for name in list(self.made):
                self.drop(name)
            return
        _as_postgres(str(_binary("pg_ctl")), "-D", str(self.cluster / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.cluster, ignore_errors=True)

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.base, autocommit=True) as connection:
            try:
                connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                if statement != "CHECKPOINT":
                    raise

    def _start(self) -> str:
        self.cluster = Path(tempfile.mkdtemp(prefix="chiso-bench-pg-"))
        data, port = self.cluster / "data", _free_port()
        if os.geteuid() == 0:
            shutil.chown(self.cluster, "postgres")
        _as_postgres(str(_binary("initdb")), "-D", str(data), "-U", "chiso", "-A", "trust", "-E", "UTF8", "--no-sync")
        lines = [*(f"{name} = '{value}'" for name, value in _SETTINGS.items()), f"port = {port}"]
        lines.append(f"unix_socket_directories = '{self.cluster}'")
        with (data / "postgresql.conf").open("a") as settings:
            settings.write("\n".join(lines) + "\n")
        log = str(self.cluster / "log")
        _as_postgres(str(_binary("pg_ctl")), "-D", str(data), "-l", log, "-w", "start")
        self.postmaster = int((data / "postmaster.pid").read_text().split()[0])
        return f"postgres://chiso@127.0.0.1:{port}/postgres"


def place(vendor: str, folder: Path) -> Sqlite | Postgres:
    if vendor == "sqlite":
        return Sqlite(folder)
    given = os.environ.get("DATABASE_URL", "")
    return Postgres(folder, given if given.startswith("postgres") else "")


def _binary(name: str) -> Path:
    found = shutil.which(name, path=os.pathsep.join([*(str(each) for each in reversed(_BINARIES)), os.environ["PATH"]]))
    if found is None:
        raise SystemExit(f"{name} is not here: give the address of a PostgreSQL server in DATABASE_URL")
    return Path(found)


def _as_postgres(*command: str) -> None:
    """PostgreSQL refuses to run as root."""
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*become, *command], check=False, cwd=tempfile.gettempdir(), text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if "start" not in command else None,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr or ''}")
    time.sleep(0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
