"""The app, and the admin with our own site (who may enter is a question of roles, not of a staff flag)."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ChisoConfig(AppConfig):
    name = "chiso"
    verbose_name = _("Dispatches and figures")

    def ready(self) -> None:
        _collect_seldom()
        pre_migrate.connect(_without_guards, sender=self)
        post_migrate.connect(_with_guards, sender=self)
        checks.register(_guarded, checks.Tags.database)
        checks.register(_followed, checks.Tags.database)


class DeskConfig(AdminConfig):
    default_site = "chiso.admin.site.Desk"

    def ready(self) -> None:
        super().ready()
        import_module("chiso.admin.tables")  # they register with the site, so the site comes first


def _collect_seldom() -> None:
    """Python looks through all it holds for rings of garbage after every 700 new objects that stay. A load of 84,000
    figures makes a million, and few rings: reading it takes 40 % less work so."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


# What is published is guarded by triggers (`chiso.models.frozen`), which no migration may meet and none may lose.
def _without_guards(*, using: str, plan: Sequence[object] = (), **_more: object) -> None:
    from chiso.models import frozen

    if using == DEFAULT_DB_ALIAS and plan:
        frozen.drop(connections[using])


def _with_guards(*, using: str, **_more: object) -> None:
    """Also where there was nothing to migrate: a migration that failed half-way left them away. Before they are back,
    what was published with older tables gets what the newest ones keep of it."""
    from chiso.actions import upkeep
    from chiso.models import frozen

    if using == DEFAULT_DB_ALIAS:
        if _is_migrated():
            upkeep.sum_up_older()
        frozen.create(connections[using])


def _is_migrated() -> bool:
    """Whether the tables are those of today's models, not of a migration on the way to them."""
    loader = MigrationLoader(connections[DEFAULT_DB_ALIAS])
    return all(leaf in loader.applied_migrations for leaf in loader.graph.leaf_nodes("chiso"))


def _guarded(*, databases: Sequence[str] | None = None, **_more: object) -> list[checks.CheckMessage]:
    from chiso.models import frozen

    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    absent = frozen.missing(connections[DEFAULT_DB_ALIAS])
    if not absent:
        return []
    return [
        checks.Warning(
            f"Published figures are not guarded by the database: {', '.join(absent)}.",
            hint="Run `manage.py migrate`, even where there is nothing to migrate.",
            id="chiso.W001",
        )
    ]


def _followed(*, databases: Sequence[str] | None = None, **_more: object) -> list[checks.CheckMessage]:
    """`manage.py check --database default --database replica`."""
    from chiso import replica

    if replica.REPLICA not in (databases or ()):
        return []
    if replica.follows(within=settings.REPLICA_LAG):
        return []
    return [
        checks.Warning(
            f"The replica does not answer, is none, or is more than {settings.REPLICA_LAG} seconds behind.",
            hint="All pages are served by the primary. See docs/sizing.md.",
            id="chiso.W002",
        )
    ]
