"""What the environment makes of the settings: a server's, a clone's, behind a proxy and without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.repository.catalogue import ROOT

SHOW = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}, default=str))
"""
SERVER = {"CHISO_PRODUCTION": "1", "CHISO_SECRET_KEY": "a-long-key-of-a-test-" * 4, "CHISO_HOSTS": "chiso.example"}


def run(*arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    ours = ("CHISO_", "DATABASE_URL", "DJANGO_")  # of this run, the browser journeys' own included
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
        env=kept | {"DJANGO_SETTINGS_MODULE": "config.settings"} | given,
    )  # fmt: skip


def shown(*names: str, **given: str) -> dict[str, object]:
    done = run("-c", SHOW, *names, **given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_server_never_shows_its_insides():
    assert shown("DEBUG", CHISO_DEBUG="1") == {"DEBUG": True}
    assert shown("DEBUG", CHISO_DEBUG="1", **SERVER) == {"DEBUG": False}


@pytest.mark.parametrize(
    ("given", "proxies", "header"),
    [
        ({}, 0, None),
        ({"CHISO_BEHIND_PROXY": "1"}, 0, None),  # a clone
        (SERVER, 0, None),
        (SERVER | {"CHISO_BEHIND_PROXY": "1"}, 1, ["HTTP_X_FORWARDED_PROTO", "https"]),
        (SERVER | {"CHISO_BEHIND_PROXY": "1", "CHISO_PROXIES": "2"}, 2, ["HTTP_X_FORWARDED_PROTO", "https"]),
    ],
)
def test_what_a_proxy_says_is_believed_only_where_there_is_one(given, proxies, header):
    found = shown("ALLAUTH_TRUSTED_PROXY_COUNT", "SECURE_PROXY_SSL_HEADER", **given)
    assert found == {"ALLAUTH_TRUSTED_PROXY_COUNT": proxies, "SECURE_PROXY_SSL_HEADER": header}


@pytest.mark.parametrize(
    ("given", "backend", "place"),
    [
        ({}, "locmem.LocMemCache", ""),
        (SERVER, "db.DatabaseCache", "chiso_cache"),
        (SERVER | {"CHISO_CACHE_URL": "rediscache://127.0.0.1:6379/1"}, "RedisCache", "redis://127.0.0.1:6379/1"),
    ],
)
def test_all_processes_of_a_server_count_together(given, backend, place):
    cache = shown("CACHES", **given)["CACHES"]["default"]
    assert cache["BACKEND"].endswith(backend)
    assert cache["LOCATION"] == place


@pytest.mark.parametrize("preload", ["0", "1"])
def test_the_deployment_check_has_nothing_to_say(preload):
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", CHISO_HSTS_PRELOAD=preload, **SERVER)
    assert done.returncode == 0, done.stderr
    found = shown("SECURE_HSTS_PRELOAD", "SECURE_HSTS_INCLUDE_SUBDOMAINS", CHISO_HSTS_PRELOAD=preload, **SERVER)
    assert set(found.values()) == {preload == "1"}


def test_a_table_for_the_shared_cache_is_made(tmp_path):
    given = SERVER | {"DATABASE_URL": f"sqlite:///{tmp_path / 'chiso.sqlite3'}"}
    assert run("manage.py", "createcachetable", **given).returncode == 0
    code = (
        "import django; django.setup(); from django.core.cache import cache; cache.set('a', 1); print(cache.get('a'))"
    )
    assert run("-c", code, **given).stdout == "1\n"
