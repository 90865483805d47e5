"""History of figures as django-simple-history keeps that of another app's model. Its table is made by the jobs that
need it (`jobs.with_history`)."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "tests.benchmarks.stock"
    label = "stock"
    default_auto_field = "django.db.models.BigAutoField"
    history: Any = None
