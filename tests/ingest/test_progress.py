"""Readers tell how far they are; whoever is told may stop them."""

from __future__ import annotations

from pathlib import Path

import pytest

from chiso.ingest.readers.length import takes_long
from chiso.ingest.readers.progress import Stopped
from chiso.ingest.reading import open_file
from tests.ingest.expected import FOLDER, sample
from tests.ingest.paper import Page, pdf

SAMPLES = Path(__file__).parent / "samples"


def told(data: bytes, name: str) -> list[tuple[int, int]]:
    heard: list[tuple[int, int]] = []
    open_file(data, name, lambda done, total: heard.append((done, total)))
    return heard


@pytest.mark.parametrize(
    ("path", "total"),
    [
        (FOLDER / "dispatch-1082.pdf", 5),
        (FOLDER / "dispatch-1082.xlsx", 4),
        (FOLDER / "dispatch-1082.docx", 67),
        (SAMPLES / "formats.xls", 2),
        (SAMPLES / "formats.ods", 2),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_it_goes_from_nothing_to_all_and_never_back(path: Path, total: int):
    heard = told(path.read_bytes(), path.name)
    assert [done for done, _ in heard] == list(range(1, len(heard) + 1))
    assert {of for _, of in heard} == {total}
    assert heard[-1] == (total, total)


def test_text_is_read_too_quickly_to_tell():
    assert told(sample(".txt"), "x.txt") == []


@pytest.mark.parametrize("suffix", [".pdf", ".xlsx", ".docx"])
def test_who_is_told_may_stop_it(suffix: str):
    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        open_file(sample(suffix), f"x{suffix}", stop)


def test_what_takes_long():
    short, long = pdf(*[Page()] * 6), pdf(*[Page()] * 7)
    assert not takes_long(short)
    assert takes_long(long)
    assert not takes_long(b"x" * 150_000)
    assert takes_long(b"x" * 150_001)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 no", b"%PDF-" + b"\0" * 600_000, b"PK\x03\x04"])
def test_what_does_not_open_is_refused_at_once(data: bytes):
    assert not takes_long(data)
