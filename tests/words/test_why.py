"""Why a unit stands where it stands, in sentences: every reason has one, and no sentence says other numbers than its
figures."""

from __future__ import annotations

import ast
import csv
import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given, settings

from chiso.ranking import why as plain
from chiso.ranking.movement import movement
from chiso.ranking.position import position
from chiso.ranking.why import Amount, Card, Figure, Line, Reason, reasons
from chiso.words.why import GROUPS, SENTENCES, amount_text, group_title, param_text, sentence
from tests.ranking.boards import boards

ROOT = Path(__file__).parents[2]
NUMBER = r"[+−]?[0-9][0-9.,]*[0-9]|[+−]?[0-9]"


def number(text: str, language: str) -> Decimal:
    text = text.replace("−", "-")
    return Decimal(text.replace(".", "").replace(",", ".") if language == "vi" else text.replace(",", ""))


@settings(max_examples=150, deadline=None)
@given(boards())
def test_every_sentence_holds_its_figures_and_nothing_is_left_open(drawn):
    board, unit = drawn
    card = board.card(unit)
    for language in ("vi", "en"):
        with override(language):
            for reason in reasons(card):
                text = sentence(reason)
                assert "%(" not in text
                assert text == sentence(reason)
                assert [name for name, param in reason.params.items() if param_text(param) not in text] == []


@settings(max_examples=150, deadline=None)
@given(boards())
def test_the_numbers_in_a_sentence_add_up_as_they_are_read(drawn):
    board, unit = drawn
    for language in ("vi", "en"):
        with override(language):
            for reason in reasons(board.card(unit)):
                if reason.id not in {"ahead", "behind"}:
                    continue
                first, *rest = (number(each, language) for each in re.findall(NUMBER, sentence(reason)))
                peers, relative, together = rest
                assert peers + relative == together
                assert abs(relative) == first


def test_every_reason_has_a_sentence_and_every_sentence_its_reason():
    """The ids are written as texts in ranking/why.py, some with a word put in."""
    assert set(GROUPS) == set(plain.GROUPS)
    texts = set()
    for node in ast.walk(ast.parse(Path(plain.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
    made = {f"{word}-{what}" for word in ("at", "better-than", "worse-than") for what in ("median", "nation")}
    made |= {f"{word}{tied}" for word in ("good", "weak") for tied in ("", "-tied")} | {"best-tied", "worst-tied"}
    made |= {"above-unnamed", "to-first-unnamed"}
    made |= {f"rank-{word}" for word in ("same", "up", "down", "same-of-fewer", "same-of-more", "by-others")}
    made |= {f"no-comparison-{each}" for each in plain.NO_COMPARISON}
    assert set(SENTENCES) <= made | texts
    assert made <= set(SENTENCES)


@pytest.mark.parametrize(
    ("amount", "vi", "en"),
    [
        (Amount(Decimal("1.12"), "score"), "1,12", "1.12 points"),
        (Amount(Decimal(1), "score"), "1", "1 point"),
        (Amount(Decimal("-0.4"), "score", signed=True), "−0,4", "−0.4 points"),
        (Amount(Decimal("0.4"), "score", signed=True), "+0,4", "+0.4 points"),
        (Amount(Decimal(0), "score", signed=True), "0", "0 points"),
        (Amount(Decimal("9.09"), "share"), "9,09", "9.09 percentage points"),
        (Amount(Decimal(2145), "count"), "2.145", "2,145"),
    ],
)
def test_amounts_in_the_unit_of_their_kind(amount, vi, en):
    assert amount_text(amount).split()[0] == vi
    with override("en"):
        assert amount_text(amount) == en


def test_names_that_hold_a_comma_are_kept_apart():
    with override("en"):
        assert param_text(("Huế",)) == "Huế"
        assert param_text(("Huế", "A Lưới", "Phú Vang")) == "Huế, A Lưới and Phú Vang"
        assert param_text(("Công khai, minh bạch", "Tiến độ")) == "Công khai, minh bạch; Tiến độ"
        moves = (("Tiến độ", Amount(Decimal("0.5"), "score", True)), ("Thanh toán", Amount(Decimal(-1), "score", True)))
        assert param_text(moves) == "Tiến độ +0.5 points; Thanh toán −1 point"


def test_a_rank_that_others_share_is_called_so_in_what_changed():
    now = [("a", Decimal(5)), ("b", Decimal(5)), ("c", Decimal(6))]
    moved = movement(
        now, [("a", Decimal(4)), ("b", Decimal(3)), ("c", Decimal(6))], "a", direction="higher", parts_now={}, parts_before={}
    )  # fmt: skip
    total = Line(
        "T", "Chỉ số", "score", Decimal(5), Decimal(100), "higher", position=position(now, "a", direction="higher")
    )
    said = next(each for each in reasons(Card(total, movement=moved)) if each.id == "rank-same")
    with override("vi"):
        assert sentence(said) == "Giữ hạng: trước thứ 2/3, nay thứ 2/3 (đồng hạng)."


def test_titles_of_the_groups_are_words():
    with override("en"):
        assert group_title("lost") == "Where points are lost"


# Dispatch 1082 and an earlier one of the same districts.

EARLIER = {"quang-dien": "56.6", "nam-dong": "57", "huong-tra": "48", "tp-hue": "41.37", "phu-vang": "35"}


def printed() -> dict[str, dict[str, tuple[Decimal, Decimal | None]]]:
    """indicator -> unit -> (value, out of), as the paper has them."""
    found: dict[str, dict[str, tuple[Decimal, Decimal | None]]] = defaultdict(dict)
    with (ROOT / "fixtures/dispatch-1082/expected.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            out_of = Decimal(row["out_of"]) if row["out_of"] else None
            found[row["indicator"]][row["unit"]] = (Decimal(row["value"]), out_of)
    return found


FIGURES = printed()
DISTRICTS = list(FIGURES["CTDT.TK"])


def district(unit: str) -> Card:
    total = [(one, FIGURES["TONG"][one][0]) for one in DISTRICTS]
    shares = [(one, plain.measure(plain.Kind.SHARE, *FIGURES["CTDT.TK"][one])) for one in DISTRICTS]
    late = [(one, FIGURES["HSTT.QH"][one][0]) for one in DISTRICTS]
    before = [(one, Decimal(value)) for one, value in EARLIER.items()]
    return Card(
        Line("TONG", "Tổng điểm", "score", *FIGURES["TONG"][unit], "higher", position=position(total, unit, direction="higher")),
        (
            Line("CTDT.TK", "Đã triển khai", "share", *FIGURES["CTDT.TK"][unit], "higher", position=position(shares, unit, direction="higher")),
            Line("HSTT.QH", "Quá hạn", "count", *FIGURES["HSTT.QH"][unit], "lower", position=position(late, unit, direction="lower")),
            Line("HSTT.DH", "Đúng hạn", "percent", None, None, "higher"),
        ),
        movement(total, before, unit, direction="higher", parts_now={}, parts_before={}),
        names={one: one.upper() for one in DISTRICTS},
    )  # fmt: skip


def test_a_district_of_dispatch_1082_in_english():
    with override("en"):
        assert [sentence(each) for each in reasons(district("nam-dong"))] == [
            "Tổng điểm: 56.39/100, rank 2 of 9.",
            "Right above: QUANG-DIEN, 1.33 points away.",
            "The median of the units compared is 42.25; the unit is 14.14 points better.",
            "Đã triển khai: 11/11, the best figure; 8 of 9 units have it.",
            "Quá hạn: 393, rank 1 of 9.",
            "Tổng điểm fell by 0.61 points, from 57 to 56.39.",
            "In the same time the other units rose by 0.095 points on average.",
            "Against them the unit did 0.705 points worse: +0.095 points as the others, −0.705 points of its own, together −0.61 points.",
            "It moved down: rank 1 of 5 before, 2 of 9 now.",
            "Tổng điểm: the dispatch prints no points of the parts for this unit, so it cannot be said where points are lost.",
            "Đã triển khai counts only 11: one more or less makes 9.1 percentage points.",
            "No figure was printed, which is not 0: Đúng hạn.",
        ]


@pytest.mark.parametrize("unit", DISTRICTS)
def test_the_same_sentences_with_the_same_numbers_in_both_languages(unit):
    said = reasons(district(unit))
    texts = {}
    for language in ("vi", "en"):
        with override(language):
            texts[language] = [
                [number(each, language) for each in re.findall(NUMBER, sentence(one).replace("one more", "1 more"))]
                for one in said
            ]
    assert [sorted(each) for each in texts["vi"]] == [sorted(each) for each in texts["en"]]


def test_units_whose_names_the_reader_may_not_see_are_not_named():
    for unit in DISTRICTS:
        said = " ".join(sentence(each) for each in reasons(replace(district(unit), names={})))
        assert not [one for one in DISTRICTS if one in said.lower()]
    with override("en"):
        assert [sentence(each) for each in reasons(replace(district("huong-tra"), names={}))][1:3] == [
            "The next place up is 7.69 points away.",
            "First place is 9.02 points away.",
        ]


def test_a_figure_with_its_maximum():
    reason = Reason(
        "lost",
        {
            "name": "Số hóa",
            "lost": Amount(Decimal("11.6"), "score"),
            "figure": Figure(Decimal("10.4"), Decimal(22), "score"),
        },
        "lost",
    )
    with override("en"):
        assert sentence(reason) == "Số hóa: 11.6 points lost (10.4/22)."
