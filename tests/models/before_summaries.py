"""Run by `test_migrations` in a process and on a database of its own: publishes three editions, goes back to the tables
of before boards were summed up, and forward again to those of tomorrow. Prints which guards are missing then, and of
each edition what differs."""

from __future__ import annotations

import os

import django
from django.core.management import call_command
from django.db import connection, models

BEFORE = "0003_reply"


def main() -> None:
    from chiso.models import Edition, Result, Summary, frozen

    for model in (Edition, Result, Summary):  # the models of tomorrow
        model.add_to_class("later", models.BooleanField(null=True))
    from tests import record

    def kept(edition: Edition) -> list[tuple[object, ...]]:
        fields = [field.attname for field in Summary._meta.concrete_fields if not field.primary_key]
        rows = Summary.objects.filter(edition=edition).order_by("indicator_id", "peers").values_list(*fields)
        return [tuple(map(repr, row)) for row in rows]

    call_command("migrate", verbosity=0)
    record.office_of_2023()
    editions = record.published_three()
    before = list(map(kept, editions))
    call_command("migrate", "chiso", BEFORE, verbosity=0)
    call_command("migrate", verbosity=0)
    assert all(before)
    print(*frozen.missing(connection))  # noqa: T201
    for edition, rows in zip(editions, before, strict=True):
        print(edition, *sorted(set(rows) ^ set(kept(edition))), sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
