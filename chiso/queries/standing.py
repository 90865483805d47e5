"""Ranks by one window query: shown on the fly for a draft, written once at publication.

Peers are the units of one level; where a level has several parents, also those within each parent
(`DOMAIN` §10). A share ranks by its ratio; a group of one, and an indicator with no better direction, are not ranked.
"""

from __future__ import annotations

from django.db.models import BooleanField, Case, CharField, Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Cast, Concat, Rank

from chiso.models import Edition, Result, Unit

WHOLE, WITHIN = "", ":"


def _figures(edition: Edition) -> QuerySet[Result]:
    """Ranked figures with `score`, the number by which they rank (higher is better)."""
    ratio = Cast("value", FloatField()) / Cast("out_of", FloatField())
    number = Case(
        When(indicator__kind="share", out_of__gt=0, then=ratio),
        When(indicator__kind="share", then=None),
        default=Cast("value", FloatField()),
        output_field=FloatField(),
    )
    signed = Case(When(indicator__direction="lower", then=-F("number")), default=F("number"), output_field=FloatField())
    return (
        Result.objects.filter(edition=edition)
        .exclude(indicator__direction="")
        .annotate(number=number)
        .filter(number__isnull=False)
        .annotate(score=signed)
    )
