"""Figures in and out: a ModelResource with the keys that people know, and the settings that make it quicker."""

from __future__ import annotations

from typing import Any

from import_export import fields, resources, widgets

from chiso.models import Edition, Indicator, Result, Unit

_COLUMNS = ("edition", "unit", "indicator", "value", "printed")
_KEYS = ("edition", "unit", "indicator")


class Plain(resources.ModelResource):
    """As the documentation begins: foreign keys by their names, rows found by three of them."""

    edition = fields.Field("edition", "edition", widgets.ForeignKeyWidget(Edition))
    unit = fields.Field("unit", "unit", widgets.ForeignKeyWidget(Unit, "slug"))
    indicator = fields.Field("indicator", "indicator", widgets.ForeignKeyWidget(Indicator, "code"))

    class Meta:
        model = Result
        fields = _COLUMNS
        import_id_fields = _KEYS


class Best(resources.ModelResource):
    """All its documentation offers for speed: bulk, cached keys, no differences. What is written in bulk leaves no
    history, and the preview shows no change."""

    edition = fields.Field("edition", "edition", widgets.CachedForeignKeyWidget(Edition))
    unit = fields.Field("unit", "unit", widgets.CachedForeignKeyWidget(Unit, "slug"))
    indicator = fields.Field("indicator", "indicator", widgets.CachedForeignKeyWidget(Indicator, "code"))

    class Meta:
        model = Result
        fields = _COLUMNS
        import_id_fields = _KEYS
        use_bulk = True
        batch_size = 1000
        skip_unchanged = True
        report_skipped = False
        skip_diff = True
        skip_html_diff = True


class Out(resources.ModelResource):
    """For export with select_related: no query for a row."""

    edition = fields.Field("edition__dispatch__number")
    unit = fields.Field("unit__slug")
    indicator = fields.Field("indicator__code")

    class Meta:
        model = Result
        fields = _COLUMNS
        export_order = _COLUMNS

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("edition__dispatch", "unit", "indicator")
