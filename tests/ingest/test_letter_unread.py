"""A misprinted headline is told, never dropped."""

from __future__ import annotations

import pytest

from chiso.ingest.letter import read_letter
from chiso.ingest.reading import open_file, understand
from tests.ingest.expected import sample
from tests.ingest.knowledge import knowledge

LINE = "Tổng số điểm UBND tỉnh Thừa Thiên Huế đạt: 61.5/100 điểm, xếp hạng 48/63 tỉnh, thành phố."


@pytest.mark.parametrize(
    ("line", "unread"),
    [
        (LINE, ()),
        (LINE.replace("61.5", "6l.5"), ("6l.5/100",)),
        (LINE.replace("48/63", "4B/63"), ("4B/63",)),
        (LINE.replace("61.5", "6l.5").replace("48/63", "4B/63"), ("6l.5/100", "4B/63")),
        ("Văn phòng UBND tỉnh thông báo kết quả.", ()),
    ],
)
def test_what_stands_where_a_score_or_a_rank_is_due(line: str, unread: tuple[str, ...]) -> None:
    assert read_letter(["Kính gửi:", line]).unread == unread


def test_it_is_a_problem_at_the_letter() -> None:
    data = sample(".txt").decode().replace("48/63", "4B/63").encode()
    [problem] = understand(open_file(data, "x.txt"), knowledge()).problems
    assert (problem.why, str(problem.cell), problem.printed) == ("headline", "letter", "4B/63")


@pytest.mark.parametrize(
    ("lines", "odd"),
    [
        (["Huế, ngày 31 tháng 2 năm 2023"], ("ngày 31 tháng 2 năm 2023",)),
        (["Huế, ngày 1l tháng 9 năm 2023"], ("ngày 1l tháng 9 năm 2023",)),
        (
            ["Huế, ngày 13 tháng 13 năm 2023", "(số liệu đến ngày 31/9/2023)"],
            ("ngày 13 tháng 13 năm 2023", "31/9/2023"),
        ),
        (["Huế, ngày     tháng 9 năm 2023"], ()),
        (["Huế, ngày … tháng … năm 2023"], ()),
        (["Huế, ngày 13 tháng 9 năm 2023", "xếp hạng 48/63, quyết định 31/2/QĐ"], ()),
    ],
)
def test_a_day_that_never_was_is_told(lines: list[str], odd: tuple[str, ...]) -> None:
    letter = read_letter(lines)
    assert letter.odd_dates == odd
    assert letter.data_as_of is None
    assert not (odd and letter.issued_on)


def test_it_stands_at_the_letter_or_the_table() -> None:
    text = sample(".txt").decode().replace("thời điểm 12/9/2023", "thời điểm 31/2/2023")
    text = text.replace("1082/VPUB-KSTT ngày 13 tháng 9", "1082/VPUB-KSTT ngày 31 tháng 9", 1)
    reading = understand(open_file(text.encode(), "x.txt"), knowledge())
    told = [(str(each.cell), each.printed) for each in reading.problems if each.why == "impossible-date"]
    assert told == [("letter", "31/2/2023"), ("I", "ngày 31 tháng 9 năm 2023")]
    assert reading.letter.data_as_of is None
