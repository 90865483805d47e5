"""What an office is told when it sets its server up: also what it forgot, which nobody would notice before mail is due."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import override_settings

CONSOLE, SMTP = (f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "smtp"))


def noted(**given: object) -> str:
    told = io.StringIO()
    options = {"issuer": "H57", "admin": "quantri@example.org", "address": "https://chiso.example/"}
    with override_settings(**{"PRODUCTION": True, "EMAIL_BACKEND": SMTP, "ADDRESS": "https://chiso.example"} | given):
        call_command("setup", **options, stdout=io.StringIO(), stderr=told)
    return told.getvalue()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, set()),
        ({"EMAIL_BACKEND": CONSOLE}, {"CHISO_EMAIL_URL"}),
        ({"ADDRESS": "https://10.0.0.7"}, {"CHISO_ADDRESS"}),
        ({"EMAIL_BACKEND": CONSOLE, "PRODUCTION": False, "ADDRESS": "http://localhost:8000"}, set()),
    ],
)
def test_what_was_forgotten_is_named(db, given: dict[str, object], named: set[str]):
    told = noted(**given)
    assert {name for name in ("CHISO_EMAIL_URL", "CHISO_ADDRESS") if name in told} == named
    assert bool(told) == bool(named)
