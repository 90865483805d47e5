"""An opened file comes back from what was kept of it as it was."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chiso.ingest import kept
from chiso.ingest.fact import Headline, Letter
from chiso.ingest.grid import Cell, Document, Paragraph, Table
from chiso.ingest.reading import Opened, open_file, understand
from chiso.ingest.section import Section, split
from tests.ingest.expected import FOLDER
from tests.ingest.knowledge import knowledge

SAMPLES = sorted(
    path
    for folder in (FOLDER, Path(__file__).parent / "samples")
    for path in folder.iterdir()
    if path.suffix in {".docx", ".pdf", ".xlsx", ".xls", ".ods", ".txt"}
)

words = st.text(st.characters(codec=None), max_size=12)  # lone surrogates too
lists = st.lists(words, max_size=3)
numbers = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
cells = st.builds(
    Cell, words, words, numbers, words, words, st.lists(words, max_size=2).map(tuple), st.booleans()
)  # fmt: skip
tables = st.builds(Table, st.lists(st.lists(cells, max_size=3), max_size=3), words)
sections = st.builds(
    Section, words, lists, lists, lists, st.lists(tables, max_size=2), st.lists(lists, max_size=2), lists, words, words
)  # fmt: skip
days = st.none() | st.dates()
whole = st.none() | st.integers()
letters = st.builds(
    Letter, words, words, days, days, words, words, words,
    st.builds(Headline, numbers, numbers, whole, whole, words), lists.map(tuple),
)  # fmt: skip
documents = st.builds(
    Document,
    st.lists(st.builds(Paragraph, words, words) | tables, max_size=5),
    st.just("text"), lists,
)  # fmt: skip


def exactly(one: object, other: object) -> bool:
    """Equal, and of one kind: 1, True and Decimal(1) are three things."""
    return one == other and repr(one) == repr(other)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_comes_back(path: Path):
    opened = open_file(path.read_bytes(), path.name)
    assert exactly(kept.unpacked(kept.packed(opened)), opened)


@settings(deadline=None)
@given(st.builds(Opened, letters, st.lists(sections, max_size=3), lists, words))
def test_whatever_a_file_may_hold_comes_back(opened: Opened):
    assert exactly(kept.unpacked(kept.packed(opened)), opened)


@settings(deadline=None)
@given(documents)
def test_random_documents_come_back(document: Document):
    _lines, found = split(document)
    opened = Opened(Letter(), found, document.footnotes, document.reader)
    assert exactly(kept.unpacked(kept.packed(opened)), opened)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_understanding_leaves_the_opened_file_as_it_was(path: Path):
    """Else what is kept after a plan would be another file than what was opened."""
    opened = open_file(path.read_bytes(), path.name)
    before = kept.packed(opened)
    understand(opened, knowledge())
    assert kept.packed(opened) == before


def test_fields_that_hold_their_defaults_cost_nothing():
    opened = Opened(Letter(), [Section("I", tables=[Table([[Cell("57,72")]])])], [], "docx")
    text = kept.packed(opened).decode()
    assert text.count("57,72") == 1
    assert '[["57,72"]]' in text


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"{", b'[[],[],[],7]', b'[[1],[],[],"pdf"]', b'[["","","12/9/2023"],[],[],"pdf"]']
)  # fmt: skip
def test_what_was_not_written_here_is_refused(data: bytes):
    with pytest.raises((ValueError, TypeError)):
        kept.unpacked(data)


def test_every_field_is_kept():
    """A field that is added later needs no line in the codec, or is told here: it knows no form for its type."""
    letter = Letter(
        "1", "A", date(2023, 9, 13), date(2023, 9, 12), "s", "t", "u", Headline(Decimal("1.50")), ("x",), ("y",)
    )
    assert all(getattr(letter, part.name) for part in fields(Letter))
    opened = Opened(letter, [], ["note"], "pdf")
    assert exactly(kept.unpacked(kept.packed(opened)), opened)


def test_other_code_makes_other_readers(tmp_path: Path, monkeypatch):
    for room in ("ingest", "values", "words"):
        (tmp_path / room / "readers").mkdir(parents=True)
        (tmp_path / room / "readers" / "one.py").write_text("1")
    names = [kept._readers(tmp_path)]
    assert kept._readers(tmp_path) == names[0]
    (tmp_path / "words" / "readers" / "one.py").write_text("2")  # words read nothing
    assert kept._readers(tmp_path) == names[0]
    (tmp_path / "values" / "readers" / "one.py").write_text("2")
    names.append(kept._readers(tmp_path))
    (tmp_path / "ingest" / "two.py").write_text("")
    names.append(kept._readers(tmp_path))
    monkeypatch.setattr(kept, "version", lambda name: "9.9")
    names.append(kept._readers(tmp_path))
    assert len(set(names)) == 4
    assert kept.READERS not in names
