"""What every test stands on: quick password hashing, uploads in a temporary folder, Vietnamese, no way out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from chiso.models import frozen


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> Iterator[None]:
    """On SQLite a file, which threads and processes can share as they do in an office; one for each worker."""
    database = django_settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
        yield
        return
    folder = tempfile.mkdtemp(prefix="chiso-tests-")
    database.setdefault("TEST", {})["NAME"] = f"{folder}/tests.sqlite3"
    # SQLite queues nobody: on a slow machine one of twenty threads may wait for minutes. A wait that ends with "locked"
    # would stop the others too: whose thread clears that fault away waits for the connection that it names.
    database["OPTIONS"] = database["OPTIONS"] | {"timeout": 300}
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    """After a test with its own transactions Django empties the tables, which their guards refuse. It sends
    post_migrate when they are empty, and the guards are back."""
    empty = TransactionTestCase._fixture_teardown

    def without_guards(self: TransactionTestCase) -> None:
        frozen.drop(connection)
        empty(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_guards)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_up_once() -> Iterator[None]:
    """Each client of a test begins a server of its own, and that looks up all of our static files and the desk's."""
    look, known = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(self: WhiteNoiseMiddleware) -> None:
        if not known:
            look(self)
            known.update(self.files)
        self.files = dict(known)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(autouse=True)
def _quiet_surroundings(settings, tmp_path: Path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "uploads")},
        }
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with translation.override("vi"):
        yield
