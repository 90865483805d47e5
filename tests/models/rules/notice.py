"""What people are told, and what they chose to be told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chiso.models import Mail, Notice, NoticeChoice, NoticeKind
from tests import make

from .world import Rule, World

MOMENT = datetime(2023, 9, 14, 9, 0, tzinfo=UTC)


def _notice(**fields: Any):
    def tried(world: World) -> None:
        given = {"to": world.person, "kind": NoticeKind.PUBLISHED, "key": "event:1", "edition": world.draft}
        Notice.objects.create(**given | fields)

    return tried


def _two(first: dict[str, Any], second: dict[str, Any]):
    def tried(world: World) -> None:
        _notice(**first)(world)
        _notice(**second)(world)

    return tried


def _to_another(world: World) -> None:
    _notice()(world)
    _notice(to=make.person(email="other@example.org"))(world)


def _choices(*kinds: str):
    def tried(world: World) -> None:
        for kind in kinds:
            NoticeChoice.objects.create(user=world.person, kind=kind)

    return tried


RULES = {
    "notice_once": Rule(
        allowed=[_two({}, {"key": "event:2"}), _two({}, {"kind": NoticeKind.RECALLED}), _to_another],
        refused=[_two({}, {}), _two({}, {"mail": Mail.WAITING, "here": False})],
    ),
    "notice_kind_known": Rule(
        allowed=[_notice(kind=kind) for kind in NoticeKind.values], refused=[_notice(kind="birthday"), _notice(kind="")]
    ),
    "notice_mailed_has_its_time": Rule(
        allowed=[_notice(mail=Mail.SENT, mailed_at=MOMENT), _notice(mail=Mail.WAITING), _notice(mail=Mail.FAILED)],
        refused=[_notice(mail=Mail.SENT)],
    ),
    "notice_choice_once": Rule(
        allowed=[_choices(NoticeKind.PUBLISHED, NoticeKind.RECALLED)],
        refused=[_choices(NoticeKind.PUBLISHED, NoticeKind.PUBLISHED)],
    ),
    "notice_choice_kind_known": Rule(
        allowed=[_choices(*NoticeKind.values)], refused=[_choices("birthday"), _choices("")]
    ),
}
