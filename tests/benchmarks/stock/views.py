"""A ranking page and a unit's page as plain ORM and django-tables2 make them."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, Rank
from django.http import HttpRequest, HttpResponse
from django.template import engines

from chiso.models import Edition, Result

PER_PAGE = 50
_PAGE = "{% load django_tables2 %}<!doctype html><html><body><h1>{{ title }}</h1>{% render_table table %}</body></html>"


class RankTable(django_tables2.Table):
    rank = django_tables2.Column()
    unit = django_tables2.Column()
    value = django_tables2.Column()
    before = django_tables2.Column()
    change = django_tables2.Column()

    class Meta:
        orderable = False


class UnitTable(django_tables2.Table):
    dispatch = django_tables2.Column()
    indicator = django_tables2.Column()
    value = django_tables2.Column()
    rank = django_tables2.Column()

    class Meta:
        orderable = False


def _board(request: HttpRequest, key: int) -> tuple[QuerySet[Result], Edition | None, Page[Result]]:
    edition = Edition.objects.select_related("dispatch").get(pk=key)
    earlier = Edition.objects.filter(
        dispatch__issuer=edition.dispatch.issuer_id, dispatch__data_as_of__lt=edition.dispatch.data_as_of, state="published"
    )  # fmt: skip
    before = earlier.order_by("-dispatch__data_as_of").first()
    rows = _figures(edition)
    page = Paginator(rows.order_by("-value", "unit_id"), PER_PAGE).get_page(request.GET.get("page"))
    return rows, before, page


def _figures(edition: Edition) -> QuerySet[Result]:
    of = Result.objects.filter(edition=edition, indicator__code="TONG", unit__level="commune")
    return of.select_related("unit")


def _drawn(request: HttpRequest, table: Any) -> HttpResponse:
    template = engines["django"].from_string(_PAGE)  # type: ignore[attr-defined]
    return HttpResponse(template.render({"title": "Ranking", "table": table}, request))


def _row(result: Result, rank: int, value: Any, before: int | None) -> dict[str, Any]:
    change = before - rank if before else None
    return {"rank": rank, "unit": result.unit.name, "value": result.value, "before": value, "change": change}


@login_required
def loop(request: HttpRequest, key: int) -> HttpResponse:
    """Its rank is one more than how many have more: a Count for each row, of this dispatch and of the one before."""
    figures, before, page = _board(request, key)
    then = _figures(before) if before else Result.objects.none()
    rows = []
    for result in page:
        rank = figures.filter(value__gt=result.value).count() + 1
        last = then.filter(unit=result.unit_id).first()
        was = then.filter(value__gt=last.value).count() + 1 if last else None
        rows.append(_row(result, rank, last and last.value, was))
    return _drawn(request, RankTable(rows))


@login_required
def window(request: HttpRequest, key: int) -> HttpResponse:
    """Window(Rank) over the whole list; of the dispatch before only the page's units are kept."""
    edition = Edition.objects.select_related("dispatch").get(pk=key)
    by_value = Window(Rank(), order_by=F("value").desc())
    _all, before, _page = _board(request, key)
    rows = _figures(edition).annotate(rk=by_value).order_by("-value", "unit_id")
    page = list(Paginator(rows, PER_PAGE).get_page(request.GET.get("page")))
    was: dict[int, Any] = {}
    if before:
        inner = _figures(before).select_related(None).annotate(rk=by_value).values("unit_id", "value", "rk")
        sql, values = inner.query.sql_with_params()
        units = ", ".join(str(row.unit_id) for row in page)
        found = Result.objects.raw(f"SELECT t.unit_id AS id, t.* FROM ({sql}) t WHERE t.unit_id IN ({units})", values)
        was = {each.unit_id: each for each in found}
    told = []
    for row in page:
        last = was.get(row.unit_id)
        told.append(_row(row, row.rk, last and last.value, last and last.rk))
    return _drawn(request, RankTable(told))


@login_required
def unit(request: HttpRequest, key: int) -> HttpResponse:
    """All figures of a unit, each with how many of that dispatch and indicator have more."""
    more = Result.objects.filter(
        edition=OuterRef("edition"), indicator=OuterRef("indicator"), value__gt=OuterRef("value")
    )
    counted = more.order_by().values("edition").annotate(c=Count("pk")).values("c")
    rank = Coalesce(Subquery(counted, output_field=IntegerField()), 0) + 1
    rows = Result.objects.filter(unit=key).annotate(rank=rank).select_related("edition__dispatch", "indicator")
    rows = rows.order_by("edition__dispatch__data_as_of", "indicator__order")
    told = [
        {"dispatch": str(row.edition.dispatch), "indicator": row.indicator.label, "value": row.value, "rank": row.rank}
        for row in rows
    ]
    return _drawn(request, UnitTable(told))
