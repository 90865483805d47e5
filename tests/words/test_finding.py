"""Every answer of every check has a sentence that says where, what and with which figures."""

import re
from dataclasses import replace

import pytest
from django.utils.translation import override

from chiso.checks import CHECKS, run
from chiso.checks.case import Outcome, Status
from chiso.words.finding import SENTENCES, TITLES, check_title, sentence, where_text
from tests.checks.cases import CLEAN, DIRTY
from tests.checks.paper import dispatch_943, dispatch_1082

CASES = [
    dispatch_1082(),
    replace(dispatch_1082(), previous=dispatch_943()),
    *CLEAN.values(),
    *(case for case, _ in DIRTY.values()),
]
OUTCOMES = [outcome for case in CASES for outcome in run(case)]


def said(outcome: Outcome) -> str:
    return sentence(outcome.check, outcome.status, outcome.severity, outcome.reason, outcome.where, outcome.figures)


def first(check: str, status: Status = Status.FINDING) -> Outcome:
    return next(outcome for outcome in OUTCOMES if (outcome.check, outcome.status) == (check, status))


def test_every_check_has_a_title():
    assert set(TITLES) == {*CHECKS, "unread-cell"}
    assert check_title("none-of-ours") == "none-of-ours"


def test_every_reason_has_its_own_sentence():
    asked = {(outcome.status, outcome.check, outcome.reason) for outcome in OUTCOMES}
    assert {(status, check, reason) for status, table in SENTENCES.items() for check, reason in table} >= asked


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_sentence_lacks_a_figure(language):
    with override(language):
        assert [text for text in map(said, OUTCOMES) if "…" in text or "%(" in text] == []


def test_a_sentence_names_the_place_and_the_figures_as_printed():
    with override("en"):
        assert said(first("letter-matches-appendix")) == (
            "The letter prints 61.5 points, but Appendix I, row 2, column 3 prints 60.58."
        )
        assert said(first("printed-order")) == (
            "Appendix IV, row 6, column 4: name of tp-hue (86.07%) stands right below name of huong-tra (85.92%), "
            "out of order."
        )
        assert "“0 hồ sơ” is a count" in said(first("kind-mismatch"))


def test_the_same_in_vietnamese():
    with override("vi"):
        assert said(first("letter-matches-appendix")) == (
            "Công văn ghi 61,5 điểm nhưng Phụ lục I, dòng 2, cột 3 ghi 60,58 điểm."
        )
        assert "(cấp huyện)" in said(first("missing-unit"))


def test_numbers_are_written_as_the_reader_writes_them_and_printed_texts_stay():
    """A sum has no printing of its own: beside commas it has a comma."""
    groups = first("groups-add-up")
    shown = {name: groups.figures[name] for name in ("sum", "printed", "terms")}
    assert "." in shown["sum"] + shown["terms"]
    with override("vi"):
        assert all(text.replace(".", ",") in said(groups) for text in shown.values())
        assert "86.07%" in said(first("printed-order"))  # as printed
        total = replace(first("totals-agree-across-appendices"), reason="sum")
        assert "2.145" in said(replace(total, figures=total.figures | {"sum": "2145", "appendix": "II"}))
    with override("en"):
        assert all(text in said(groups) for text in shown.values())


def test_what_checks_work_out_is_written_as_a_number():
    """Whoever adds a check says which of its figures are numbers: a plain one with a point is found here."""
    with override("vi"):
        for outcome in OUTCOMES:
            plain = [
                text
                for name, text in outcome.figures.items()
                if re.fullmatch(r"\d+\.\d+", text) and name in {"sum", "difference", "maximum", "total", "score"}
            ]
            assert not [text for text in plain if text in said(outcome)], said(outcome)


def test_an_error_says_that_it_must_be_mended():
    with override("en"):
        assert said(first("duplicate-unit")).endswith("It must be mended before publication.")
        assert "mended" not in said(first("missing-unit"))


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("IV, row 6, column 4", "Phụ lục IV, dòng 6, cột 4"),
        ("IV, row 6, column 4 (Phụ lục IV!D10)", "Phụ lục IV, dòng 6, cột 4 (Phụ lục IV!D10)"),
        ("IV, row 6, column 4 (page 5, line 12)", "Phụ lục IV, dòng 6, cột 4 (trang 5, dòng chữ 12)"),
        ("IV, column 3", "Phụ lục IV, cột 3"),
        ("IV, district", "Phụ lục IV, cấp huyện"),
        ("I", "Phụ lục I"),
        ("letter", "Công văn"),
        ("document", "Toàn bộ công văn"),
        ("II, thua-thien-hue, TONG", "Phụ lục II, thua-thien-hue, TONG"),
        ("thua-thien-hue, TONG", "thua-thien-hue, TONG"),
    ],
)
def test_places_in_vietnamese(where, text):
    with override("vi"):
        assert where_text(where) == text


def test_figures_without_a_cell_are_named_and_not_coded():
    known = (*dispatch_1082().units.values(), *dispatch_1082().indicators.values())
    names = {getattr(one, "slug", "") or one.code: one.name for one in known}
    names = {word: name for word, name in names.items() if name != word}
    typed = [replace(case, rows=tuple(replace(row, cell="") for row in case.rows)) for case in CASES]
    placed = [each for case in typed for each in run(case) if {*each.where.split(", ")} & {*names}]
    assert {each.status for each in placed} == set(Status)
    with override("vi"):
        for each in placed:
            text = said(each)
            for word in {*each.where.split(", ")} & {*names}:
                assert names[word] in text
                assert f", {word}" not in text, text
                assert text.split(": ")[0].count(names[word]) < 2, text
        text = sentence("groups-add-up", "finding", "note", "", "TONG", {"@TONG": "Chỉ số tổng hợp"})
        assert text.startswith("Chỉ số tổng hợp, ")
        at = {"cell": "II, hue, TONG", "@hue": "UBND thành phố Huế", "@TONG": "Chỉ số tổng hợp"}
        assert "Phụ lục II, UBND thành phố Huế, Chỉ số tổng hợp" in sentence(
            "letter-matches-appendix", "finding", "note", "score", "letter", at
        )


def test_a_finding_kept_from_an_earlier_version_is_still_said():
    with override("en"):
        assert sentence("groups-add-up", "finding", "warning", "", "I", {"sum": "62.1"}).count("…") == 3
        assert "62.1" in sentence("groups-add-up", "finding", "warning", "no-longer-known", "I", {"sum": "62.1"})
        assert sentence("gone", "finding", "note", "", "I", {}) == "Appendix I: gone"
