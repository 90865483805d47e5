"""Our own sample files read to the figures that are expected of them."""

from __future__ import annotations

import pytest

from tests.ingest.expected import figures, missing, sample
from tests.ingest.knowledge import knowledge
from tests.ingest.sheets import facts, read_bytes

WHOLE = (".docx", ".xlsx", ".txt", ".pdf")
INVENTED = [("943", ".docx"), ("943", ".xlsx"), ("1204", ".docx")]
LAYOUTS = {"I": "province-index", "II": "district-index", "III": "certified-copies", "IV": "dossier-handling"}


@pytest.mark.parametrize("suffix", [*WHOLE, "-lines.txt"])
def test_every_figure_of_a_sample_is_read_at_its_cell(suffix: str) -> None:
    reading = read_bytes(sample(suffix), f"dispatch-1082{suffix}")
    held = {appendix.ordinal for appendix in reading.appendices}
    wanted = [figure for figure in figures() if figure.appendix in held]

    assert len(wanted) == (139 if suffix in WHOLE else 90)
    assert [
        (fact.cell.appendix, fact.cell.row, fact.cell.column, fact.position, fact.unit, fact.indicator, fact.value,
         fact.out_of, fact.printed)
        for fact in sorted(facts(reading), key=lambda fact: (fact.cell.appendix, fact.cell.row, fact.cell.column))
    ] == [
        (each.appendix, each.row, each.column, each.position, each.unit, each.indicator, each.value, each.out_of,
         each.printed)
        for each in sorted(wanted, key=lambda each: (each.appendix, each.row, each.column))
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", [*WHOLE, "-lines.txt"])
def test_a_sample_has_no_problem_and_nothing_left_over(suffix: str) -> None:
    reading = read_bytes(sample(suffix), f"dispatch-1082{suffix}")

    assert reading.problems == []
    assert reading.unknown_units == []
    assert reading.doubled == []
    assert [line for appendix in reading.appendices for line in appendix.unmapped] == []
    assert {appendix.ordinal: appendix.layout for appendix in reading.appendices}.items() <= LAYOUTS.items()


@pytest.mark.parametrize("suffix", WHOLE)
def test_the_group_row_of_appendix_one_is_passed_over_and_notes_are_kept(suffix: str) -> None:
    first, _, third, fourth = read_bytes(sample(suffix), f"dispatch-1082{suffix}").appendices

    assert [(row.row, row.why) for row in first.skipped] == [(3, "group")]
    assert any("đủ 100% đơn vị" in note for note in third.notes)
    assert any("chưa công khai đủ" in note for note in fourth.notes)
    assert not any("đủ 100% đơn vị" in note for note in fourth.notes)


@pytest.mark.parametrize("suffix", WHOLE)
def test_the_table_as_printed_is_kept_with_its_row_numbers(suffix: str) -> None:
    fourth = read_bytes(sample(suffix), f"dispatch-1082{suffix}").appendices[3]

    assert len(fourth.rows) == 28
    assert fourth.numbers == list(range(1, 29))
    assert fourth.rows[15][1] == "Sở Lao động - Thương binh và Xã hội"


@pytest.mark.parametrize(("number", "suffix"), INVENTED)
def test_a_dispatch_of_sample_data_is_read_whole_and_asks_nothing(number: str, suffix: str) -> None:
    reading = read_bytes(sample(suffix, number=number), f"dispatch-{number}{suffix}")
    found = {(fact.unit, fact.indicator): (fact.value, fact.out_of) for fact in facts(reading)}

    assert found == {(each.unit, each.indicator): (each.value, each.out_of) for each in figures(number=number)}
    assert len(found) + len(missing(number)) == 139
    assert len(reading.problems) == len(missing(number))
    assert all(problem.severity == "note" for problem in reading.problems)
    assert (reading.unknown_units, reading.doubled) == ([], [])
    assert [line for appendix in reading.appendices for line in appendix.unmapped] == []
    assert {appendix.ordinal: appendix.layout for appendix in reading.appendices} == LAYOUTS


@pytest.mark.parametrize(("number", "suffix"), INVENTED)
def test_a_dispatch_of_sample_data_says_so_in_every_part(number: str, suffix: str) -> None:
    reading = read_bytes(sample(suffix, number=number), f"dispatch-{number}{suffix}")

    assert [any(note.count("Dữ liệu mẫu") for note in each.notes) for each in reading.appendices] == [True] * 4
    if suffix == ".docx":
        assert reading.letter.subject.startswith("Dữ liệu mẫu")
        assert reading.letter.signer == ""  # nobody signs what is invented


def test_titles_and_captions_are_those_of_the_document() -> None:
    reading = read_bytes(sample(".docx"), "dispatch-1082.docx")

    assert [appendix.ordinal for appendix in reading.appendices] == ["I", "II", "III", "IV"]
    assert all(appendix.title.startswith("KẾT QUẢ ") for appendix in reading.appendices)
    assert all("1082/VPUB-KSTT" in appendix.caption for appendix in reading.appendices)


def test_units_of_another_date_are_not_found() -> None:
    """Two years on there are no districts: none of their figures finds a unit."""
    from datetime import date

    later = knowledge("thanh-pho-hue", date(2025, 9, 12))
    reading = read_bytes(sample(".xlsx"), "dispatch-1082.xlsx", later)

    assert {fact.unit for fact in facts(reading) if fact.cell.appendix == "II"} <= {None, "thanh-pho-hue"}


def test_a_number_cell_is_shown_as_its_spreadsheet_shows_it() -> None:
    appendix = read_bytes(sample(".xlsx"), "dispatch-1082.xlsx", knowledge()).appendices[3]
    assert appendix.rows[1] == ["1", "UBND huyện Quảng Điền", "503", "89.18%", "67.3%"]
