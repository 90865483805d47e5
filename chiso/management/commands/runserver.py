"""Django's own server for whoever tries or develops, which says where links in mails lead: to itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands import runserver

EVERYWHERE = ("0", "0.0.0.0", "::")  # noqa: S104 - compared only: no browser takes these


class Command(runserver.Command):
    addr: str
    port: str
    _raw_ipv6: bool

    def inner_run(self, *args: Any, **options: Any) -> None:
        if not settings.ADDRESS_GIVEN:
            settings.ADDRESS = f"{self.protocol}://{self._host()}:{self.port}"
        super().inner_run(*args, **options)

    def _host(self) -> str:
        if self.addr in EVERYWHERE:
            return "localhost"
        return f"[{self.addr}]" if self._raw_ipv6 else self.addr
