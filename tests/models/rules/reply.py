"""What units say against published figures, and the forms of answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chiso.models import AnswerForm, Reply, ReplyMove, ReplyState, ReplyStep
from tests import make

from .world import DAY, Rule, World


def _reply(world: World, **fields: Any) -> Reply:
    given = {
        "edition": world.draft, "unit": world.tree.districts[0], "indicator": world.total, "proposed": "60/100",
        "proposed_value": Decimal(60), "reason": "Thiếu hồ sơ", "sent_by": world.person, "sent_at": make.MOMENT, "due_on": DAY,
    }  # fmt: skip
    return Reply.objects.create(**given | fields)


def _one(**fields: Any):
    return lambda world: _reply(world, **fields)


def _two(first: dict[str, Any], second: dict[str, Any]):
    def tried(world: World) -> None:
        _reply(world, **first)
        _reply(world, **second)

    return tried


def _of_another_unit(world: World) -> None:
    _reply(world)
    _reply(world, unit=world.tree.districts[1])


def _of_another_indicator(world: World) -> None:
    _reply(world)
    _reply(world, indicator=world.overdue)


def _step(move: str):
    return lambda world: ReplyStep.objects.create(reply=_reply(world), move=move, at=make.MOMENT)


def _forms(*titles: str):
    def tried(world: World) -> None:
        for title in titles:
            AnswerForm.objects.create(issuer=world.tree.issuer, title=title, text="…")

    return tried


GRANTED = {"granted": "60/100", "granted_value": Decimal(60)}

RULES = {
    "reply_one_open_for_a_figure": Rule(
        allowed=[
            _two({"state": ReplyState.REFUSED}, {}), _two({"state": ReplyState.WITHDRAWN}, {}), _of_another_unit,
            _two({"state": ReplyState.CORRECTED, **GRANTED}, {}), _of_another_indicator,
        ],
        refused=[_two({}, {}), _two({"state": ReplyState.ASKED}, {"state": ReplyState.RECEIVED})],
    ),
    "reply_state_known": Rule(
        allowed=[_one(state=state, **GRANTED) for state in ReplyState.values], refused=[_one(state="lost"), _one(state="")]
    ),
    "reply_says_why": Rule(allowed=[_one(reason="Thiếu")], refused=[_one(reason="")]),
    "reply_granted_with_its_figure": Rule(
        allowed=[_one(state=ReplyState.ACCEPTED, **GRANTED), _one(state=ReplyState.REFUSED)],
        refused=[
            _one(state=ReplyState.ACCEPTED), _one(state=ReplyState.PARTLY, granted="60"),
            _one(state=ReplyState.CORRECTED, granted_value=Decimal(60)),
        ],
    ),
    "reply_step_known": Rule(allowed=[_step(move) for move in ReplyMove.values], refused=[_step("lost"), _step("")]),
    "answer_form_once": Rule(allowed=[_forms("Thiếu căn cứ", "Ngoài thời hạn")], refused=[_forms("Thiếu căn cứ", "Thiếu căn cứ")]),
}  # fmt: skip
