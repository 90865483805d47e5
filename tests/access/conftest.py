"""The two offices, made once for all tests of a file: each test begins and ends inside its own savepoint."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import override_settings

from .world import World
from .world import world as made


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, uploads: Path) -> Iterator[World]:
    stores = _stores(django_settings.STORAGES, uploads)
    with django_db_blocker.unblock(), override_settings(STORAGES=stores), transaction.atomic():
        yield made()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files_of_the_world(settings: Any, uploads: Path, _quiet_surroundings: None) -> None:
    settings.STORAGES = _stores(settings.STORAGES, uploads)  # each test elsewhere has its own


@pytest.fixture(autouse=True)
def _no_line_for_each_refusal() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _stores(stores: dict[str, Any], folder: Path) -> dict[str, Any]:
    return stores | {"default": stores["default"] | {"OPTIONS": {"location": str(folder)}}}
