"""Links to dispatches, boards and units, made in one place: an edition stands in a link only where it must."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import urlencode

from chiso.models import Dispatch


def dispatch_url(dispatch: Dispatch, edition: int | None = None) -> str:
    """`edition` is the number to open, None for the one that opens by itself."""
    return reverse("dispatch", args=_of(dispatch)) + _query(edition)


def board_url(dispatch: Dispatch, indicator: str, peers: str, edition: int | None = None) -> str:
    return reverse("board", args=[*_of(dispatch), indicator, peers]) + _query(edition)


def table_url(dispatch: Dispatch, peers: str, edition: int | None = None) -> str:
    """All indicators side by side among some peers."""
    return reverse("table", args=[*_of(dispatch), peers]) + _query(edition)


def compare_url(dispatch: Dispatch, unit: str, edition: int | None = None, others: Sequence[str] = ()) -> str:
    """One unit (a slug) against others."""
    query = [("with", slug) for slug in others]
    if edition is not None:
        query.insert(0, ("edition", str(edition)))
    return reverse("compare", args=[*_of(dispatch), unit]) + ("?" + urlencode(query) if query else "")


def figure_url(dispatch: Dispatch, unit: str, indicator: str, edition: int | None = None) -> str:
    """The page of one figure; `unit` is a slug, `indicator` a code."""
    return figure_urls(dispatch, edition)(unit, indicator)


def figure_urls(dispatch: Dispatch, edition: int | None = None) -> Callable[[str, str], str]:
    """The same for a list: a lookup for each of hundreds of lines would take longer than drawing them."""
    before, after = reverse("dispatch", args=_of(dispatch)) + "figures/", "/" + _query(edition)
    return lambda unit, indicator: f"{before}{unit}/{quote(indicator)}{after}"


def reply_url(dispatch: Dispatch, unit: str, indicator: str, edition: int | None = None) -> str:
    """Where a figure is disputed."""
    return reverse("reply_send", args=[*_of(dispatch), unit, indicator]) + _query(edition)


def changes_url(dispatch: Dispatch, edition: int) -> str:
    """What this edition corrected of the one before it."""
    return reverse("changes", args=_of(dispatch)) + _query(edition)


def unit_dispatch_url(unit: str, dispatch: Dispatch, edition: int | None = None, indicator: str | None = None) -> str:
    """A unit's own page by one dispatch; `indicator` is the code of the one looked back at."""
    return reverse("unit_dispatch", args=[unit, *_of(dispatch)]) + _query(edition, indicator)


def unit_chart_url(unit: str, dispatch: Dispatch, indicator: str, edition: int | None = None) -> str:
    """As SVG; with `format=png` as a picture."""
    return reverse("unit_chart", args=[unit, *_of(dispatch)]) + _query(edition, indicator)


def _of(dispatch: Dispatch) -> list[str | int]:
    return [dispatch.issuer.slug, dispatch.year, dispatch.address]


def _query(edition: int | None, indicator: str | None = None) -> str:
    asked = {"edition": edition, "indicator": indicator}
    given = {name: value for name, value in asked.items() if value is not None}
    return "?" + urlencode(given) if given else ""
