"""Every list of the desk, and every file of one, with values in its address that no database holds."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db.models import DateField
from django.urls import NoReverseMatch, reverse

from tests import make

LONG = ("99999999999999999999", "-9223372036854775809")
DAYS = (("2", "31"), ("0", "1"), ("1", "0"), ("-1", "-1"), ("9", LONG[0]))
YEARS = ("-1", "0", "9999", "99999", LONG[0])
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.model_name)
NAMES = [model._meta.model_name for model in MODELS]


def pages(name: str) -> list[str]:
    """The list, and its files where it has any."""
    found = [reverse(f"admin:chiso_{name}_changelist")]
    for ending in ("xlsx", "csv"):
        try:
            found.append(reverse(f"admin:chiso_{name}_export", args=[ending]))
        except NoReverseMatch:
            return found
    return found


def asked(model) -> list[str]:
    """Everything that may stand in the address of a list of these."""
    table = admin.site._registry[model]
    relations = [field.name for field in model._meta.fields if field.is_relation]
    keys = [f"{name}{end}" for name in relations for end in ("", "__id__exact", "__in")]
    for each in table.list_filter:
        keys += [each] if isinstance(each, str) else [f"{each[0]}__id__exact"] if isinstance(each, tuple) else []
    found = [f"{key}={value}" for key in {*keys, "id", "pk", "p"} for value in LONG]
    for field in (field.name for field in model._meta.fields if isinstance(field, DateField)):
        found += [f"{field}__{part}={value}" for part in ("year", "month", "day") for value in YEARS]
        found += [f"{field}__year=9999&{field}__month=12", f"{field}__year=2023&{field}__month=13"]
        found += [f"{field}__year=2023&{field}__month={month}&{field}__day={day}" for month, day in DAYS]
        found += [f"{field}__month=2&{field}__day=31", f"{field}__year=9999&{field}__month=12&{field}__day=31"]
        found += [f"{field}=x", f"{field}__gte=99999-01-01", f"{field}__isnull=x"]
    return found


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_what_no_database_holds_is_answered_in_lists_and_files(client, tree, cast, model):
    make.reply(edition=make.published(tree=tree), unit=tree.districts[0], by=cast.unit_a)
    client.force_login(make.person(is_superuser=True))
    for page in pages(model._meta.model_name):
        for query in asked(model)[:: 1 if page.endswith(f"/{model._meta.model_name}/") else 4]:  # files ask the list
            answer = client.get(f"{page}?{query}")
            assert answer.status_code in (200, 302, 400), f"{page}?{query}"
            assert not answer.streaming or answer.getvalue()
