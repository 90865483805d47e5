"""Addresses of the readers' and units' door."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
