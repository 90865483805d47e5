"""The list of dispatches, and one dispatch with its headline and its boards."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from chiso.models import Appendix, Dispatch, Edition, Indicator, Issuer, Result, State, User
from chiso.pages import access, download, mark
from chiso.pages.address import board_url, changes_url, dispatch_url, figure_url, table_url
from chiso.pages.lacking import Lacking
from chiso.pages.tables import DispatchData, DispatchTable
from chiso.queries import dispatch as query
from chiso.queries import sight as sights
from chiso.queries.edition import corrected_among
from chiso.queries.sight import WHOLE, Sight
from chiso.words.figure import listed, number_text, rank_text

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """The edition a reader looks at, among all of its dispatch that the reader may see; `sight` says whom the reader
    meets in it by name."""

    edition: Edition
    editions: tuple[Edition, ...]
    sight: Sight = WHOLE

    @property
    def dispatch(self) -> Dispatch:
        return self.edition.dispatch

    @property
    def number(self) -> int | None:
        """What links of this page carry: nothing where the edition opens by itself."""
        return None if self.edition == query.preferred(self.editions) else self.edition.number

    @property
    def url(self) -> str:
        return dispatch_url(self.dispatch, self.number)

    @property
    def newer(self) -> Edition | None:
        """The published edition that has taken the place of the one looked at."""
        return next(
            (one for one in self.editions if one.state == State.PUBLISHED and one.number > self.edition.number), None
        )

    @property
    def newer_url(self) -> str:
        newer = self.newer
        return self._url(newer) if newer else ""

    @property
    def corrects(self) -> Edition | None:
        """The edition that the one looked at corrects."""
        return corrected_among(self.editions, self.edition)

    @property
    def changes_url(self) -> str:
        """What was corrected: by the edition looked at, or of it by the one that holds now."""
        edition = self.newer or self.edition
        return changes_url(self.dispatch, edition.number) if edition.number > 1 else ""

    @property
    def own_changes_url(self) -> str:
        """What the edition looked at corrected; of a first one nothing."""
        return changes_url(self.dispatch, self.edition.number) if self.edition.number > 1 else ""

    @property
    def subject(self) -> str:
        return self.sight.told(self.dispatch.subject)

    @property
    def reason(self) -> str:
        """Why it corrects the edition before."""
        return self.sight.told(self.edition.reason)

    @property
    def recall_reason(self) -> str:
        return self.sight.told(self.edition.recall_reason)

    def _url(self, edition: Edition) -> str:
        return dispatch_url(self.dispatch, None if edition == query.preferred(self.editions) else edition.number)


def chosen(request: HttpRequest, issuer: str, year: int, address: str) -> Chosen:
    """The edition asked for by `?edition=`, else the one that opens by itself; 404 for whoever may not see it."""
    user = cast("User", request.user)
    sights.memberships(user)  # known before others ask for them
    found = query.editions(user, issuer=issuer, year=year, address=address)
    number = request.GET.get("edition")
    if not found:
        raise Http404
    sight = sights.of(user, found[0].dispatch.issuer)
    if number is None:
        return Chosen(query.preferred(found), found, sight)
    edition = next((one for one in found if str(one.number) == number), None)
    if edition is None:
        raise no_edition(request)
    return Chosen(edition, found, sight)


def no_edition(request: HttpRequest) -> Lacking:
    return Lacking(request, "edition", _("This dispatch has no edition “%(asked)s” that you may read."))


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("dispatches")


@login_required
@require_safe
@access.published
def dispatches(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    rows = query.listed(user)
    table = DispatchTable(
        DispatchData(list(rows)),
        order_by=request.GET.get("sort", ""),
        exclude=_empty_columns(rows, desk=access.at_desk(user)),
    )
    kind = download.asked(request)
    if kind:
        return download.answer(_sheet([row.record for row in table.rows], desk=access.at_desk(user)), kind)
    table.turn_to(request.GET.get("page"), per_page=PER_PAGE)
    belongs = bool(sights.memberships(user)) or user.is_superuser
    context = {
        "table": table, "count": len(rows), "belongs": belongs, "downloads": download.links(request),
        "offices": _offices(rows),
    }  # fmt: skip
    return render(request, "chiso/dispatches.html", context)


def _offices(rows: tuple[query.ListedDispatch, ...]) -> list[Issuer]:
    """Whose published figures can be followed over the dispatches."""
    return list(dict.fromkeys(row.dispatch.issuer for row in rows if row.state == State.PUBLISHED))


def _sheet(rows: list[query.ListedDispatch], *, desk: bool) -> download.Sheet:
    head = [
        _("Dispatch"), _("Issuer"), _("Issued on"), _("Data as of"), _("Subject"), _("Score"), _("of"), _("Rank"),
        _("of"), _("State"), _("Edition"), *([_("Open findings")] if desk else []),
    ]  # fmt: skip
    return download.Sheet(_("Dispatches"), (_("Dispatches"),), tuple(head), [_written(row, desk=desk) for row in rows])


def _written(row: query.ListedDispatch, *, desk: bool) -> list[download.Cell]:
    dispatch, edition = row.dispatch, row.edition
    return [
        capfirst(str(dispatch)), dispatch.issuer.name, dispatch.issued_on, dispatch.data_as_of, row.subject,
        edition.headline_score, edition.headline_out_of, edition.headline_rank, edition.headline_rank_of,
        edition.get_state_display(), edition.number, *([row.open_findings] if desk else []),
    ]  # fmt: skip


def _empty_columns(rows: tuple[query.ListedDispatch, ...], *, desk: bool) -> list[str]:
    """Columns that would say the same in every row."""
    hidden = [] if desk else ["open_findings"]
    return hidden if len({row.dispatch.issuer_id for row in rows}) > 1 else [*hidden, "issuer"]


@login_required
@require_safe
@access.published
def dispatch(request: HttpRequest, issuer: str, year: int, address: str) -> HttpResponse:
    seen = chosen(request, issuer, year, address)
    overview = query.overview(seen.edition, own=access.own_units(cast("User", request.user)), sight=seen.sight)
    context = {
        "seen": seen,
        "edition": seen.edition,
        "dispatch": seen.dispatch,
        "headline": headline(seen.edition),
        "groups": [_group(group, seen) for group in overview.groups],
        "province": [_province_line(line, seen) for line in overview.province],
        "nation": any(line.nation for line in overview.province),
        "overview": overview,
        "chip": mark.chip(seen.edition),
        "editions": edition_links(seen),
        "appendices": [_appendix(each, seen.sight) for each in seen.edition.appendices.all()],
    }
    return render(request, "chiso/dispatch.html", context)


def _appendix(appendix: Appendix, sight: Sight) -> dict[str, str]:
    return {
        "name": str(appendix),
        "title": sight.told(appendix.title),
        "notes": sight.told(appendix.notes),
    }


def headline(edition: Edition) -> dict[str, str]:
    """The letter's own score and rank, apart: "61,5", "100", "48", "63"; empty where the letter has none."""
    parts = {
        "score": edition.headline_score,
        "out_of": edition.headline_out_of,
        "rank": edition.headline_rank,
        "rank_of": edition.headline_rank_of,
    }
    return {name: "" if part is None else number_text(Decimal(part)) for name, part in parts.items()}


def edition_links(seen: Chosen) -> list[dict[str, object]]:
    first = query.preferred(seen.editions)
    return [
        {
            "edition": one,
            "chip": mark.chip(one, numbered=False),
            "url": dispatch_url(seen.dispatch, None if one == first else one.number),
            "current": one == seen.edition,
        }
        for one in seen.editions
    ]


def _group(group: query.PeerGroup, seen: Chosen) -> dict[str, object]:
    lines = [_leading(line, seen) for line in group.leading]
    url = table_url(seen.dispatch, group.peers, seen.number)
    return {"label": group.label, "url": url, "lines": lines, "has_own": any(line["own"] for line in lines)}


def _leading(line: query.Leading, seen: Chosen) -> dict[str, object]:
    choice = line.choice
    names = [figure.unit.name for figure in line.first] + _others(line)
    own = [f"{rank_text(place.rank, place.tied)}/{place.rank_of}" for place in line.own]
    return {
        "indicator": choice.indicator,
        "url": board_url(seen.dispatch, choice.indicator_code, choice.peers, seen.number),
        "count": choice.count,
        "first": listed(names),
        "all_first": ", ".join(names),
        "value": _first(line, seen),
        "own": ", ".join(own),
    }


def _others(line: query.Leading) -> list[str]:
    """Those that lead and are not met by name."""
    count = line.nameless
    return [ngettext("another unit", "%(count)s other units", count) % {"count": count}] if count else []


def _first(line: query.Leading, seen: Chosen) -> SafeString:
    """What the first have; it leads to the figure of the one named first."""
    indicator, best = line.choice.indicator, line.best
    if best is None or best.value is None:
        return mark.no_figure(_("not ranked") if best is None else _("not shown"))
    if not line.first:
        return mark.figure(best.value, best.out_of, best.kind, "")
    first = line.first[0]
    text = mark.figure(first.value, first.out_of, indicator.kind, first.printed)
    return mark.to_figure(figure_url(seen.dispatch, first.unit.slug, indicator.code, seen.number), text)


def _province_line(line: query.ProvinceLine, seen: Chosen) -> dict[str, object]:
    indicator = line.indicator
    parent = indicator.parent
    return {
        "indicator": indicator,
        "depth": 0 if parent is None else 1 if parent.parent_id is None else 2,
        "own": _result(line.own, indicator, seen),
        "nation": _result(line.nation, indicator, seen),
    }


def _result(result: Result | None, indicator: Indicator, seen: Chosen) -> SafeString:
    if result is None:
        return mark.no_figure(_("no figure in the dispatch"))
    text = mark.figure(result.value, result.out_of, indicator.kind, result.printed)
    return mark.to_figure(figure_url(seen.dispatch, result.unit.slug, indicator.code, seen.number), text)
