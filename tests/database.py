"""A database of a test's own, for what runs in another process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.db import connection

ROOT = Path(__file__).parent.parent


@contextmanager
def own(folder: Path) -> Iterator[str]:
    """The DATABASE_URL of an empty one, of the vendor the tests run on; gone afterwards."""
    name = f"chiso_{uuid4().hex[:12]}"
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    where = connection.settings_dict
    person = where["USER"] + (f":{where['PASSWORD']}" if where["PASSWORD"] else "")
    try:
        yield f"postgres://{person}@{where['HOST']}:{where['PORT']}/{name}"
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def python(module: str, *arguments: str, url: str, folder: Path, **environment: str) -> str:
    """What a module of the tests prints, run beside us on that database."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=300,
        env=os.environ | {"DATABASE_URL": url, "CHISO_FILES": str(folder / "uploads")} | environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
