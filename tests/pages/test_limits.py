"""How often one address may try to sign in, with a proxy before the server and without."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests import make

ATTEMPTS = 10  # wrong passwords a minute from one address: allauth's own limit


@pytest.fixture(autouse=True)
def _counted_afresh(db):
    cache.clear()
    yield
    cache.clear()


def attempt(client, number: int, **given: str):
    form = {"login": f"person-{number}@example.org", "password": "wrong"}
    return client.post("/accounts/login/", form, **given)


def refused(client, **given: str) -> bool:
    """Whether one more attempt, for a person never tried before, is refused because of the address."""
    answer = attempt(client, 999, **given)
    return answer.status_code == 429 or "không đúng" not in answer.content.decode()


def test_one_address_does_not_lock_another_out_behind_a_proxy(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(ATTEMPTS + 1):
        attempt(client, number, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert refused(client, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert not refused(client, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.8")


def test_an_invented_address_before_the_proxys_own_buys_nothing(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(ATTEMPTS + 1):
        attempt(client, number, REMOTE_ADDR="", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 203.0.113.7")
    assert refused(client, REMOTE_ADDR="", HTTP_X_FORWARDED_FOR="198.51.100.99, 203.0.113.7")


def test_without_a_proxy_the_header_is_not_believed(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(ATTEMPTS + 1):
        attempt(client, number, REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert refused(client, REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="198.51.100.99")


@pytest.mark.parametrize(
    ("proxies", "given"),
    [
        (0, {"REMOTE_ADDR": ""}),  # gunicorn on a Unix socket
        (1, {"REMOTE_ADDR": ""}),
        (1, {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "unknown"}),
        (2, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}),  # came past one of the two
        (1, {"REMOTE_ADDR": "127.0.0.1"}),
    ],
)
def test_an_address_that_cannot_be_told_does_not_shut_the_door(client, settings, proxies, given):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    make.person(email="mot.cua@example.org", password=make.PASSWORD)
    answer = client.post("/accounts/login/", {"login": "mot.cua@example.org", "password": make.PASSWORD}, **given)
    assert answer.status_code == 302


def test_too_many_resets_are_refused_in_vietnamese(client):
    make.person(email="mot.cua@example.org")
    for _again in range(12):
        answer = client.post("/accounts/password/reset/", {"email": "mot.cua@example.org"})
    assert answer.status_code == 429
    assert "Quá nhiều lần thử" in answer.content.decode()
