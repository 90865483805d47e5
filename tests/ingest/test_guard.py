"""Texts that look like formulas: guarded on their way out, the same again on their way in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chiso.ingest.readers.guard import guarded, is_live, unguarded

SIGNS = st.text(st.sampled_from("'=+-@\t\ra1Ế "), max_size=6)


@given(SIGNS)
def test_a_guarded_text_is_dead_and_comes_back(text):
    assert not is_live(guarded(text))
    assert unguarded(guarded(text)) == text


def test_other_texts_stay_as_they_are():
    for text in ("", "Huế", "'n", "5932", "Sở Y tế - Gia Lai"):
        assert guarded(text) == unguarded(text) == text
