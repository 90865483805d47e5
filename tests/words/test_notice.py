"""What notices say: every kind and every step of a reply has its sentence, in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from chiso.models import NoticeKind, ReplyMove
from chiso.words.notice import SHOWN, Line, Told, kind_name, lines, subject

BY_UNIT = (ReplyMove.SENT, ReplyMove.ADDED, ReplyMove.WITHDRAWN)
CASES = [
    *[(kind, "event", desk) for kind in ("published", "corrected", "recalled") for desk in (True, False)],
    ("review", "event", True),
    *[("reply-sent", move, True) for move in BY_UNIT],
    *[("reply-answered", move, False) for move in ReplyMove.values if move not in BY_UNIT],
    ("deadline", "receive", True),
    ("deadline", "publish", True),
    ("deadline", "answer", False),
    ("deadline", "window", False),
]


def told(kind: str, move: str = "event", *, desk: bool = False, **fields) -> Told:
    given = {"dispatch": "1082/VPUB-KSTT", "edition": 2, "unit": "" if desk and move == "event" else "UBND huyện A"}
    return Told(kind=kind, move=move, desk=desk, due=date(2023, 9, 15), **given | fields)


def test_every_kind_is_tried():
    assert {kind for kind, _move, _desk in CASES} == set(NoticeKind.values)
    assert {move for _kind, move, _desk in CASES} >= set(ReplyMove.values)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("kind", "move", "desk"), CASES)
def test_a_subject_names_the_dispatch_and_the_unit(kind, move, desk, language):
    with override(language):
        said = subject(told(kind, move, desk=desk))
        assert kind_name(kind)
    assert "1082/VPUB-KSTT" in said
    assert "%" not in said
    assert said[0] == said[0].upper()
    assert not said.endswith(".")
    named = "UBND huyện A" in said
    assert named == (kind not in ("published", "recalled", "review") and not (kind == "corrected" and desk))
    assert ("15/9/2023" in said or "15 Sep 2023" in said) == (kind == "deadline")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_say_the_same(language):
    with override(language):
        said = [subject(told(kind, move, desk=desk)) for kind, move, desk in CASES]
    twice = {each for each in said if said.count(each) > 1}
    assert len(twice) == 2  # a publication and a recall are told to the desk as to a unit


def test_a_dispatch_without_a_number_is_called_so():
    assert subject(told("published", dispatch="")).startswith("Công văn chưa có số")


def test_old_and_new_and_what_was_not_there():
    found = lines(told("corrected", lines=(Line("Tổng", "57,72/100", "58,72/100"), Line("Công khai", "", "12/18"))))
    assert found == ["Tổng: 57,72/100 → 58,72/100", "Công khai: – → 12/18"]


def test_a_figure_taken_out():
    assert lines(told("corrected", lines=(Line("Tổng", "57,72/100", ""),))) == ["Tổng: 57,72/100 → –"]


def test_long_lists_say_how_many_more():
    found = lines(told("corrected", lines=tuple(Line(f"Chỉ số {each}", "1", "2") for each in range(SHOWN + 3))))
    assert len(found) == SHOWN + 1
    assert "3" in found[-1]


def test_names_with_signs_of_formats_are_text():
    assert "100% %(x)s" in lines(told("corrected", lines=(Line("100% %(x)s", "1%", "2%"),)))[0]
    assert "%(x)s" in subject(told("corrected", unit="%(x)s"))
