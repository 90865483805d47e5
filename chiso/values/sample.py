"""Dispatches of sample data: their subject says so before anything else."""

from __future__ import annotations

from chiso.values.alphabet import fold

_SAYS = ("du lieu mau", "so lieu mau", "sample data")
_BEFORE = ("v v ", "ve viec ")  # the words with which any subject begins


def says_sample(subject: str) -> bool:
    """ "Dữ liệu mẫu: công bố Bộ Chỉ số"; not a subject that speaks of such data further on."""
    said = f"{fold(subject[:60])} "
    for words in _BEFORE:
        said = said.removeprefix(words)
    return said.startswith(tuple(f"{words} " for words in _SAYS))
