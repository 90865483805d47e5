"""The app, and the admin with our own site (who may enter is a question of roles, not of a staff flag)."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class ChisoConfig(AppConfig):
    name = "chiso"
    verbose_name = _("Dispatches and figures")


class DeskConfig(AdminConfig):
    default_site = "chiso.admin.site.Desk"

    def ready(self) -> None:
        super().ready()
        import_module("chiso.admin.tables")  # they register with the site, so the site comes first
