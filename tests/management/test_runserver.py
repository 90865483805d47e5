"""Somebody's own server: links in its mails lead to it, whatever port it has."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.staticfiles.management.commands import runserver
from django.core.management import call_command
from django.test import override_settings


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """What the settings say once a server is asked to listen."""
    said: list[str] = []
    monkeypatch.setattr(runserver.Command, "inner_run", lambda *_args, **_options: said.append(settings.ADDRESS))
    return said


@pytest.mark.parametrize(
    ("listens", "address"),
    [
        ("127.0.0.1:8123", "http://127.0.0.1:8123"),
        ("8124", "http://127.0.0.1:8124"),
        ("0:8125", "http://localhost:8125"),
        ("0.0.0.0:8126", "http://localhost:8126"),
        ("[::1]:8127", "http://[::1]:8127"),
    ],
)
def test_links_in_mails_lead_to_where_it_listens(asked, listens: str, address: str):
    with override_settings(ADDRESS="http://localhost:8000", ADDRESS_GIVEN=False):
        call_command("runserver", listens, use_reloader=False)
    assert asked == [address]


def test_an_address_that_was_given_stays(asked):
    with override_settings(ADDRESS="https://chiso.example", ADDRESS_GIVEN=True):
        call_command("runserver", "127.0.0.1:8123", use_reloader=False)
    assert asked == ["https://chiso.example"]
