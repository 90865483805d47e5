"""From a finding to the figures that prove it: their own pages, and the form in which they are mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.http import urlencode

from chiso.models import Edition, Finding, FindingState, State
from chiso.queries.evidence import Evidence, Key
from chiso.words.figure import MISSING, cell_text

from .page import address, figure_address

MOST = 12  # figures linked beside one sentence


@dataclass(frozen=True)
class Link:
    """One figure, with its place in the document where it has one."""

    text: str
    url: str
    place: str


@dataclass(frozen=True)
class Of:
    """The figures of one unit."""

    unit: str
    links: tuple[Link, ...]


def spoken_of(rows: Iterable[Finding]) -> set[Key]:
    return {(slug, code) for row in rows for slug, code in row.about}


def proof(row: Finding, known: dict[Key, Evidence]) -> list[Evidence]:
    """The figures of one finding, as `queries.evidence` found them."""
    return [known[slug, code] for slug, code in row.about if (slug, code) in known]


def links(proven: Iterable[Evidence], edition: Edition) -> tuple[Of, ...]:
    """The figures by unit, so that a name stands once before them."""
    units: dict[str, list[Link]] = {}
    for each in [each for each in proven if each.indicator][:MOST]:
        units.setdefault(each.unit_name, []).append(_link(each, edition))
    return tuple(Of(unit, tuple(several)) for unit, several in units.items())


def fix_address(row: Finding, edition: Edition, proven: list[Evidence]) -> str:
    """The form in which a draft's figure is corrected or typed; for the letter's own score, the form of the letter."""
    if edition.state != State.DRAFT or row.state != FindingState.OPEN:
        return ""
    if row.where == "letter":
        return address("edition", "change", edition.pk) + "#letter"
    if not proven:
        return ""
    first = proven[0]
    if first.result is not None:
        return address("result", "change", first.result)
    typed = {"edition": str(edition.pk), "unit": first.unit, "indicator": first.indicator}
    return address("result", "add") + "?" + urlencode(typed)


def _link(each: Evidence, edition: Edition) -> Link:
    text = f"{each.indicator_label}: {each.printed or MISSING}"
    return Link(text, figure_address(edition, each.unit, each.indicator), cell_text(each.cell))
