"""The stock admin, with import and export, and the two pages."""

from __future__ import annotations

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.urls import path
from import_export.admin import ImportExportModelAdmin

from chiso.models import Result

from . import views
from .resources import Best, Plain


class Site(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        """Our people have no staff flag."""
        return request.user.is_active and getattr(request.user, "is_superuser", False)


class PlainAdmin(ImportExportModelAdmin):
    resource_classes = [Plain]


class BestAdmin(ImportExportModelAdmin):
    resource_classes = [Best]
    skip_admin_log = True


class ListAdmin(ModelAdmin):  # type: ignore[type-arg]
    """What one writes first: columns, filters, a search."""

    list_display = ("edition", "unit", "indicator", "value")
    list_filter = ("edition", "indicator", "unit__level")
    search_fields = ("unit__name", "unit__code")


def _site(name: str, admin: type[ModelAdmin]) -> Site:  # type: ignore[type-arg]
    site = Site(name=name)
    site.register(Result, admin)
    return site


plain, best, lists = _site("plain", PlainAdmin), _site("best", BestAdmin), _site("lists", ListAdmin)
urlpatterns = [
    path("plain/", plain.urls),
    path("best/", best.urls),
    path("lists/", lists.urls),
    path("loop/<int:key>/", views.loop, name="loop"),
    path("window/<int:key>/", views.window, name="window"),
    path("unit/<int:key>/", views.unit, name="unit"),
]
