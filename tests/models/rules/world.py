"""The rows that stand already when a rule is tried, and the shape of a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from chiso.models import Edition, Indicator, IndicatorSet, User
from tests import make

DAY = date(2023, 9, 12)
LATER = date(2025, 1, 1)


@dataclass(frozen=True)
class World:
    tree: make.Tree
    draft: Edition  # edition 1 of dispatch 1082
    indicator_set: IndicatorSet
    total: Indicator
    overdue: Indicator
    person: User


Try = Callable[[World], object]


@dataclass(frozen=True)
class Rule:
    """Each function writes rows: those of `allowed` are let in, the last row of those of `refused` is not."""

    allowed: Sequence[Try]
    refused: Sequence[Try]


def world() -> World:
    tree = make.tree()
    draft = make.edition(dispatch=make.dispatch(issuer=tree.issuer))
    person = make.person(email="clerk@example.org")
    return World(tree, draft, draft.indicator_set, make.indicator("TONG"), make.indicator("HSTT.QH"), person)
