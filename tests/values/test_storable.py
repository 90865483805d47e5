"""Signs that no database keeps."""

from __future__ import annotations

import pytest

from chiso.values.number import Doubt, Kind, read
from chiso.values.storable import is_storable, storable


@pytest.mark.parametrize(
    ("text", "kept"),
    [("61,5\x00", "61,5\ufffd"), ("\ud83d", "\ufffd"), ("Thủy 😀", "Thủy 😀"), ("a\tb\n", "a\tb\n"), ("", "")],
)
def test_what_no_database_keeps_becomes_a_mark(text, kept):
    assert storable(text) == kept
    assert is_storable(text) is (text == kept)


def test_no_figure_is_made_of_what_stood_around_it():
    assert isinstance(read(storable("1\x002"), Kind.COUNT), Doubt)
