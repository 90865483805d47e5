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
