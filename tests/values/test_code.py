"""Codes of indicators: what one may hold, and one proposed from a name."""

from __future__ import annotations

import csv
import unicodedata

import pytest

from chiso.values import code
from tests.ingest.expected import FOLDER


@pytest.mark.parametrize("text", ["TONG", "MDSH.5", "DDN_CG", "A-1", "1", "ĐĐ.TH", unicodedata.normalize("NFD", "ĐỘ")])
def test_codes(text):
    assert code.is_code(text)


@pytest.mark.parametrize(
    "text", ["", "A/B", "A B", "x?y", "x#y", "..", ".A", "-", "A\n", "A%2F", "“A”", "<b>", "A" * 21]
)
def test_no_codes(text):
    assert not code.is_code(text)


def test_those_of_the_reference_data():
    with (FOLDER.parent / "indicators.csv").open(encoding="utf-8", newline="") as handle:
        assert all(code.is_code(row["code"]) for row in csv.DictReader(handle))


@pytest.mark.parametrize(
    ("name", "taken", "made"),
    [
        ("Hồ sơ trực tuyến", [], "HSTT"),
        ("Đúng hạn (%)", ["ĐH"], "DH"),
        ("Hồ sơ trực tuyến", ["HSTT", "hstt.2"], "HSTT.3"),
        ("/ ? #", [], "CS"),
        ("a " * 60, [], "A" * 12),
    ],
)
def test_a_code_from_a_name(name, taken, made):
    assert code.proposed(name, taken) == made
    assert code.is_code(made)
