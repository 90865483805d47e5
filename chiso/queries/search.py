"""Units and dispatches by words, with or without their marks: "phu loc" finds Phú Lộc, "1082" finds 1082/VPUB-KSTT.

Words find a unit only where its name may be told: one's own and those below it, at a desk the office's, and its peers
where the office shows the whole ranking. What is not shown of a dispatch (a subject that speaks of other units) is not
searched either, or a find would tell it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from chiso.models import Dispatch, Edition, Result, Shows, State, Summary, Unit, User, read_issuers
from chiso.queries import sight
from chiso.values.name import fold
from chiso.words.figure import date_text

MOST = 50  # of each kind
LATEST = 2000  # dispatches looked through


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """`page` where the reader may open the unit's own page; else `dispatch` is the newest published one that lists a
    peer with its figures, None without one."""

    unit: Unit
    page: bool
    dispatch: Dispatch | None


@dataclass(frozen=True, slots=True)
class FoundDispatch:
    dispatch: Dispatch
    subject: str


@dataclass(frozen=True, slots=True)
class Found:
    """`more` where there are others beyond `MOST`."""

    units: tuple[FoundUnit, ...]
    dispatches: tuple[FoundDispatch, ...]
    more: bool


def found(user: User, text: str) -> Found:
    """Nothing without a word. At most 6 SQL queries, and two for each office that hides names."""
    words = _words(text)
    if not words:
        return Found((), (), False)
    units, dispatches = _units(user, words), _dispatches(user, words)
    more = len(units) > MOST or len(dispatches) > MOST
    return Found(tuple(units[:MOST]), tuple(dispatches[:MOST]), more)


def _words(text: str) -> list[str]:
    """Folded. A letter that stands alone because of the marks beside it ("<b>") is no word that anybody looks for."""
    typed = unicodedata.normalize("NFC", text).split()
    return [word for each in typed for word in fold(each).split() if len(word) > 1 or word.isdigit() or each.isalpha()]


def _units(user: User, words: list[str]) -> list[FoundUnit]:
    open_to = Unit.objects.visible_to(user).order_by().values("pk")
    shown = list(read_issuers(user).filter(shows=Shows.WHOLE).values_list("pk", "unit_id"))
    peers = Unit.objects.unmerged().under([unit for _pk, unit in shown]).order_by().values("pk")
    rows = _holding(Unit.objects.filter(Q(pk__in=open_to) | Q(pk__in=peers)), words)
    known = list(rows.select_related("parent").order_by("level", "order", "sort_key", "slug")[: MOST + 1])
    return _ways(known, open_to, [pk for pk, _unit in shown], user) if known else []


def _holding(units: QuerySet[Unit], words: list[str]) -> QuerySet[Unit]:
    """Every word in the name, the code, the short name or another name; names are kept folded."""
    for word in words:
        aliased = Unit.objects.filter(aliases__folded__contains=word).order_by().values("pk")
        named = Q(search__contains=word) | Q(slug__contains=word) | Q(code__icontains=word)
        units = units.filter(named | Q(pk__in=aliased))
    return units


def _ways(units: list[Unit], open_to: QuerySet[Unit, Any], issuers: list[int], user: User) -> list[FoundUnit]:
    """Each unit's own page, or the newest published dispatch that lists it with a figure among its peers."""
    readable = Edition.objects.visible_to(user).filter(dispatch__issuer__in=issuers, state=State.PUBLISHED)
    figures = Result.objects.filter(edition=OuterRef("pk"), unit=OuterRef(OuterRef("pk")))
    lists = Summary.objects.filter(edition=OuterRef("pk"), peers=OuterRef(OuterRef("level")))
    newest = readable.filter(Exists(figures), Exists(lists)).order_by(
        F("dispatch__data_as_of").desc(nulls_last=True), "-pk"
    )
    listed = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by()
    rows = listed.annotate(
        own=Case(When(pk__in=open_to, then=True), default=False), told_by=Subquery(newest.values("dispatch")[:1])
    )
    own, told = set(), {}
    for pk, is_own, dispatch in rows.values_list("pk", "own", "told_by"):
        if is_own:
            own.add(pk)
        elif dispatch is not None:
            told[pk] = dispatch
    dispatches = Dispatch.objects.select_related("issuer").in_bulk(set(told.values())) if told else {}
    return [FoundUnit(unit, unit.pk in own, dispatches.get(told.get(unit.pk, 0))) for unit in units]


def _dispatches(user: User, words: list[str]) -> list[FoundDispatch]:
    rows = list(Dispatch.objects.visible_to(user).select_related("issuer").order_by("-data_as_of", "-pk")[:LATEST])
    seen = {issuer: sight.of(user, issuer) for issuer in {row.issuer for row in rows}}
    told = [FoundDispatch(row, seen[row.issuer].told(row.subject)) for row in rows]
    return [each for each in told if _said(each, words)]


def _said(each: FoundDispatch, words: list[str]) -> bool:
    row = each.dispatch
    dates = f"{date_text(row.issued_on)} {date_text(row.data_as_of)} {row.year}"
    said = fold(f"{row.reference} {each.subject} {row.issuer.name} {dates}")
    return all(word in said for word in words)
