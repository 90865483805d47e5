"""Every named constraint and every unique column, both ways: what it lets in and what it turns away."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from chiso.models import frozen

from .rules import RULES
from .rules.world import World
from .rules.world import world as make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def constraints() -> dict[str, models.BaseConstraint]:
    """Name -> constraint, of all our tables."""
    return {rule.name: rule for model in apps.get_app_config("chiso").get_models() for rule in model._meta.constraints}


def unique_columns() -> dict[str, models.Field]:
    """ "Unit.slug" -> field, of all our tables. The e-mail address has its own rule, which says more."""
    return {
        f"{model.__name__}.{field.name}": field
        for model in apps.get_app_config("chiso").get_models()
        for field in model._meta.local_fields
        if field.unique and not field.primary_key and field.name != "email"
    }


def tries(way: str) -> list:
    return [
        pytest.param(name, attempt, id=f"{name}-{number}")
        for name, rule in RULES.items()
        for number, attempt in enumerate(getattr(rule, way), 1)
    ]


def test_every_constraint_is_tried_both_ways():
    assert set(RULES) == set(constraints()) | set(unique_columns())
    assert all(rule.allowed and rule.refused for rule in RULES.values())


@pytest.mark.parametrize("name", [name for name in RULES if "." not in name])
def test_the_database_holds_the_constraint_by_its_name(name: str):
    table = next(
        model._meta.db_table
        for model in apps.get_app_config("chiso").get_models()
        if name in [rule.name for rule in model._meta.constraints]
    )
    with connection.cursor() as cursor:
        assert name in connection.introspection.get_constraints(cursor, table)


@pytest.mark.parametrize(("name", "attempt"), tries("allowed"))
def test_allowed(world: World, name: str, attempt):
    with transaction.atomic():
        attempt(world)


@pytest.mark.parametrize(("name", "attempt"), tries("refused"))
def test_refused(world: World, name: str, attempt):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        attempt(world)
    assert name_in(refused.value, name), refused.value


def name_in(error: IntegrityError, name: str) -> bool:
    """Whether the database blames this rule. Where it does not say the name, it says the columns."""
    if name in str(error):
        return True
    if connection.vendor == "sqlite":
        if frozen.refused(error):  # it speaks before the index does
            return name == "edition_one_published"
        wanted = ", ".join(f"{one.model._meta.db_table}.{one.column}" for one in fields_of(name))
        return str(error) == f"UNIQUE constraint failed: {wanted}"
    only = unique_columns().get(name)
    index = error.__cause__.diag.constraint_name
    return only is not None and index == f"{only.model._meta.db_table}_{only.column}_key"


def fields_of(name: str) -> list[models.Field]:
    if name in unique_columns():
        return [unique_columns()[name]]
    return [
        model._meta.get_field(field)
        for model in apps.get_app_config("chiso").get_models()
        for rule in model._meta.constraints
        if rule.name == name
        for field in getattr(rule, "fields", ())
    ]
