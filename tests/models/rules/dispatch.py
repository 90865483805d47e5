"""Dispatches, editions and appendices. The world holds 1082/VPUB-KSTT of 2023 with an open first edition."""

from __future__ import annotations

from typing import Any

from chiso.models import Edition, State
from tests import make

from .world import DAY, Rule, World


def _dispatch(**fields: Any):
    return lambda world: make.dispatch(**{"issuer": world.tree.issuer, "number": "1083"} | fields)


def _of_another_issuer(world: World) -> None:
    other = make.issuer(unit=world.tree.elsewhere, slug="vpub-gia-lai", name="Văn phòng")
    make.dispatch(issuer=other)


def _two_without_a_number(world: World) -> None:
    make.dispatch(issuer=world.tree.issuer, number="")
    make.dispatch(issuer=world.tree.issuer, number="")


def _linked(**links: bool):
    def tried(world: World) -> None:
        fields = {name: world.draft.dispatch for name, linked in links.items() if linked}
        make.dispatch(issuer=world.tree.issuer, number="1090", **fields)

    return tried


def _edition(state: str = State.PUBLISHED, **fields: Any):
    """A second edition of the world's dispatch."""
    return lambda world: make.edition(**{"dispatch": world.draft.dispatch, "number": 2, "state": state} | fields)


def _first_of_another(state: str, **fields: Any):
    """The first edition of a dispatch that has none."""

    def tried(world: World) -> Edition:
        return make.edition(dispatch=make.dispatch(issuer=world.tree.issuer, number="1083"), state=state, **fields)

    return tried


def _then(*states: str):
    """Editions 2, 3 … of the world's dispatch in these states."""

    def tried(world: World) -> None:
        for number, state in enumerate(states, 2):
            make.edition(dispatch=world.draft.dispatch, number=number, state=state)

    return tried


def _headline(rank: int | None, rank_of: int | None):
    return _edition(headline_rank=rank, headline_rank_of=rank_of)


def _appendices(*ordinals: str, other: bool = False):
    def tried(world: World) -> None:
        for ordinal in ordinals:
            make.appendix(edition=world.draft, ordinal=ordinal)
        if other:
            make.appendix(edition=_first_of_another(State.DRAFT)(world), ordinal=ordinals[0])

    return tried


RULES = {
    "dispatch_number_once_a_year": Rule(
        allowed=[
            _dispatch(number="1083"),
            _dispatch(number="1082", symbol="UBND-KSTT"),
            _dispatch(number="1082", year=2024),
            _of_another_issuer,
            _two_without_a_number,
        ],
        refused=[_dispatch(number="1082")],
    ),
    "dispatch_number_with_symbol": Rule(
        allowed=[_dispatch(number="", symbol="")],
        refused=[_dispatch(number="", symbol="VPUB-KSTT"), _dispatch(symbol="")],
    ),
    "dispatch_number_once_issued": Rule(
        allowed=[_dispatch(issued_on=DAY), _dispatch(number="", issued_on=None), _dispatch(number="", issued_on=DAY)],
        refused=[_dispatch(issued_on=None)],
    ),
    "dispatch_corrects_or_replaces": Rule(
        allowed=[_linked(), _linked(corrects=True), _linked(replaces=True)],
        refused=[_linked(corrects=True, replaces=True)],
    ),
    "edition_number_once": Rule(
        allowed=[_edition(number=2), _first_of_another(State.DRAFT)], refused=[_edition(number=1)]
    ),
    "edition_one_open": Rule(
        allowed=[_then(State.PUBLISHED, State.SUPERSEDED, State.RECALLED), _first_of_another(State.DRAFT)],
        refused=[_then(State.DRAFT), _then(State.REVIEW)],
    ),
    "edition_one_published": Rule(
        allowed=[_then(State.PUBLISHED, State.SUPERSEDED, State.SUPERSEDED, State.RECALLED)],
        refused=[_then(State.PUBLISHED, State.PUBLISHED)],
    ),
    "edition_state_known": Rule(
        allowed=[_first_of_another(state) for state in State.values],
        refused=[_first_of_another("gone"), _first_of_another("")],
    ),
    "edition_published_has_its_time": Rule(
        allowed=[
            _first_of_another(State.DRAFT, published_at=None),
            _first_of_another(State.REVIEW, published_at=None),
            _first_of_another(State.PUBLISHED),
        ],
        refused=[
            _first_of_another(state, published_at=None) for state in (State.PUBLISHED, State.SUPERSEDED, State.RECALLED)
        ],
    ),
    "edition_correction_has_its_reason": Rule(
        allowed=[_edition(reason="Sai số liệu một huyện"), _first_of_another(State.DRAFT, reason="")],
        refused=[_edition(reason="")],
    ),
    "edition_recalled_with_a_reason": Rule(
        allowed=[
            _first_of_another(State.RECALLED),
            _first_of_another(State.PUBLISHED, recall_reason="", recalled_at=None),
        ],
        refused=[
            _first_of_another(State.RECALLED, recall_reason=""),
            _first_of_another(State.RECALLED, recalled_at=None),
        ],
    ),
    "edition_rank_with_its_count": Rule(
        allowed=[_headline(48, 63), _headline(64, 63), _headline(None, None)],
        refused=[_headline(64, None), _headline(None, 63)],
    ),
    "appendix_ordinal_once": Rule(
        allowed=[_appendices("I", "II"), _appendices("I", other=True)], refused=[_appendices("I", "I")]
    ),
}
